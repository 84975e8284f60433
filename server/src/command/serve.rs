//! `congthe serve`: the portal.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use app::{Cards, Portal, SiteAssets, Usual};
use chip::keys::SetVersion;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use registry::Store;
use registry::card_vault::{CardVault as _, CardVaultError, Component};
use registry::store::{account, form, session};
use registry::work::by_the_clock;
use registry::work::certificates::Trust;
use registry::work::import::forget_abandoned;
use registry::work::restore_keys::forget_old_shares;
use registry::work::resume_session::TOTAL_MS;
use registry::work::rules::keep_terms;
use registry::work::safe::Safe;
use registry::work::sign_head::{head_due, sign_head};
use registry::work::sign_in::FORGET_MS;
use registry::work::sweep_blobs::{GRACE_MS, sweep_blobs};
use registry::{Actor, Failure};
use vault::Vault;

use super::demo;
use super::face::{emblem, fonts};
use crate::assets::{self, Site};
use crate::cards::CardSettings;
use crate::clock::Now;
use crate::config::Config;
use crate::deliver::{Sender, deliver};
use crate::entropy::Draw;
use crate::health;
use crate::metrics::Metrics;
use crate::open;
use crate::public::limits::Rates;
use crate::public::{self, Public};
use crate::relay::{self, Hub, Limits};
use crate::revocation::{self, Fetcher};
use crate::serve::{self, Edge, Ended};
use crate::webhooks::{Teller, tell};

/// `congthe serve`
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Args {
    /// Fill an empty database with the demonstration province first
    #[arg(long)]
    pub demo: bool,
    /// How many people the demonstration province has
    #[arg(long, value_name = "N", requires = "demo", default_value_t = demo::PEOPLE)]
    pub people: u32,
}

/// Characters of a host with which the link to a card's page fits the QR code (C5).
const QR_HOST: usize = 13;

/// How often the portal does what it does by the clock.
const UPKEEP: Duration = Duration::from_secs(600);

/// How often it looks whether a card's time is over.
const CLOCK: Duration = Duration::from_secs(60);

/// Serves the portal until Ctrl-C or SIGTERM.
///
/// # Errors
/// Whatever hinders it from opening.
pub async fn run(config: &Config, args: Args, now: Now, draw: Draw) -> Result<(), Box<dyn Error>> {
    let manifest = Site::Built.manifest()?;
    let store = open::migrated(config, &draw).await?;
    let vault = open::vault(config, &store, &draw).await?;
    let card_vault = open::card_vault(config, &vault)?;
    let blobs = open::blobs(config)?;
    if args.demo {
        let safe = Safe { secrets: vault.clone(), cards: card_vault.clone(), draw: draw.clone() };
        demo::at_serve(config, &store, &safe, args.people, &now).await?;
    }
    let metrics = Metrics::install()?;
    let site = SiteAssets {
        script: manifest.congthe.script,
        wasm: manifest.congthe.wasm,
        style: manifest.style,
        carrier: (manifest.carrier.script, manifest.carrier.wasm),
        originality: (manifest.originality.script, manifest.originality.wasm),
        blank: (manifest.blank.script, manifest.blank.wasm),
        writer: (manifest.writer.script, manifest.writer.wasm),
        relayed: (manifest.relayed.script, manifest.relayed.wasm),
        training: (manifest.training.script, manifest.training.wasm),
        drawing: (manifest.drawing.script, manifest.drawing.wasm),
        cropping: (manifest.cropping.script, manifest.cropping.wasm),
        scanner: (manifest.scanner.script, manifest.scanner.wasm),
        checker: (manifest.checker.script, manifest.checker.wasm),
    };
    let origin = config.public_origin.as_str().to_owned();
    let cards = cards(config)?;
    let host = cards.usual.host.as_str();
    if host.chars().count() > QR_HOST {
        tracing::warn!(
            host,
            longest = QR_HOST,
            "the QR code of cards has no room for the link to a card's own page: it names the host alone"
        );
    }
    let stores = (store.clone(), blobs);
    let portal = Portal::new(
        stores,
        (vault, card_vault),
        (now.clone(), draw.clone()),
        site,
        origin,
        (Some(cards), Some(paper_fonts()?)),
    );
    if let Some(folder) = &config.certificate_authorities {
        portal.believes(folder);
    }
    if let Some(ministry) = &config.ministry {
        portal.sends_to(&ministry.host);
    }
    portal.tells(config.webhook_hosts.clone());
    portal.trains_with(practice(&draw)?);
    let checked = store.clone();
    let hub = Hub::new(draw.clone(), Limits::default());
    let checks = Public::new(&portal, Some(Rates::default()));
    let routes = app::router(&portal)
        .merge(app::mounted(&portal, relay::table(&hub)))
        .merge(app::mounted(&portal, public::table(&checks)))
        .merge(assets::routes(Site::Built))
        .merge(health::routes(move || check(checked.clone())))
        .merge(metrics.routes(config.metrics_readers.clone()));
    let router = serve::wrap(routes, &Edge::new(config, draw));
    let stop = serve::end_signal()?;
    let listener = serve::listen(config.listen).await?;
    let delivery = match config.ministry.clone() {
        Some(ministry) => {
            let sender = Sender::new(ministry).ok_or("ministry_ca holds no certificate that can be read")?;
            Some(tokio::spawn(deliver(store.clone(), sender, now.clone())))
        }
        None => None,
    };
    let teller = Teller::new(config.webhook_hosts.clone(), config.webhook_ca.as_deref());
    let teller = teller.ok_or("webhook_ca holds no certificate that can be read")?;
    let telling = tokio::spawn(tell(store.clone(), portal.secrets.clone(), teller, now.clone()));
    let asking = match config.revocation_hosts.is_empty() {
        true => None,
        false => {
            let fetcher =
                Fetcher::new(config.revocation_hosts.clone()).ok_or("the usual authorities cannot be read")?;
            let folder = config.certificate_authorities.clone();
            let trust = move || folder.as_deref().map(Trust::load).unwrap_or_default();
            Some(tokio::spawn(revocation::follow(store.clone(), fetcher, trust, now)))
        }
    };
    if let Err(failure) = app::resume_imports(&portal).await {
        tracing::warn!(?failure, "imports could not go on");
    }
    let gauges = tokio::spawn(metrics.keep_up());
    let upkeep = tokio::spawn(upkeep(portal.clone()));
    let clock = tokio::spawn(clock(portal.clone()));
    let follow = tokio::spawn(checks.follow(portal.clone()));
    tracing::info!(origin = %config.public_origin, database = %config.database, "the portal is open");
    let ended = serve::run(listener, router, stop, config.shutdown_deadline).await;
    gauges.abort();
    upkeep.abort();
    clock.abort();
    follow.abort();
    telling.abort();
    asking.inspect(tokio::task::JoinHandle::abort);
    delivery.inspect(tokio::task::JoinHandle::abort);
    match ended {
        Ok(Ended::Clean) => tracing::info!("stopped; every request was answered"),
        Ok(Ended::CutOff) => tracing::warn!("stopped at the deadline; requests at work were cut off"),
        Err(_) => {}
    }
    store.close().await;
    ended?;
    Ok(())
}

/// Keys for practice: made now, written nowhere, gone with the process.
fn practice(draw: &Draw) -> Result<Arc<Vault>, CardVaultError> {
    let mut seed = [0; 32];
    draw(&mut seed);
    let vault = Vault::ephemeral(&mut ChaCha20Rng::from_seed(seed));
    if let Some(version) = SetVersion::new(1) {
        let components = [Component::default(), Component::default(), Component::default()];
        let drawn = vault.draw_set(version, &components, draw)?;
        vault.keep_set(version, drawn.set.id, draw)?;
    }
    Ok(Arc::new(vault))
}

/// `the.hue.vn` of `https://the.hue.vn`.
fn host_of(origin: &str) -> String {
    origin.split_once("://").map_or(origin, |(_, host)| host).to_owned()
}

/// How the province's cards look: type and settings as the configuration names them.
fn cards(config: &Config) -> Result<Cards, Box<dyn Error>> {
    let settings = CardSettings::load(config.card_settings.as_deref())?;
    let emblem = settings.emblem.as_deref().map(emblem).transpose()?;
    let usual = Usual {
        host: settings.host.unwrap_or_else(|| host_of(config.public_origin.as_str())),
        back_name: settings.back_name.unwrap_or_default(),
        variant: settings.variant,
        signed_codes: settings.signed_codes,
    };
    Ok(Cards::new(fonts(config)?, settings.face, usual, emblem))
}

/// What official documents are set in: the faces inside the program, whose advances are those of Times New Roman (30/2020/NĐ-CP,
/// Phụ lục I).
fn paper_fonts() -> Result<paper::Fonts, Box<dyn Error>> {
    let face = |name: &str| {
        let missing = "the documents' type is not in this program; build it with `cargo xtask build`";
        Site::Built.bytes(&format!("assets/fonts/liberation-serif-{name}.ttf")).ok_or(missing)
    };
    let [regular, bold, italic, bold_italic] = ["regular", "bold", "italic", "bold-italic"].map(face);
    Ok(paper::Fonts::new(regular?.into(), bold?.into(), italic?.into(), bold_italic?.into())?)
}

/// What hinders the portal from working.
async fn check(store: Store) -> Result<(), Vec<String>> {
    let answer = async {
        let mut conn = store.read().await?;
        registry::store::audit::state(&mut conn).await
    };
    answer.await.map(drop).map_err(|error| vec![error.to_string()])
}

/// A form that was taken is known for so long.
const FORMS_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// By the clock: forgets sessions and forms that ended and failures to sign in, empties SQLite's write-ahead log, in
/// which what was erased still stands, removes blobs that no row names, and signs the audit log's head once a day.
async fn upkeep(portal: Portal) {
    let mut turns = tokio::time::interval(UPKEEP);
    let mut blobs_swept = 0;
    loop {
        turns.tick().await;
        let at_ms = portal.now_ms();
        let swept = portal
            .store
            .write(at_ms, move |tx| {
                Box::pin(async move {
                    account::sweep_failures(tx.conn(), at_ms - FORGET_MS).await?;
                    form::forget(tx.conn(), at_ms - FORMS_MS).await?;
                    session::sweep(tx.conn(), at_ms - TOTAL_MS).await?;
                    forget_old_shares(tx).await?;
                    forget_abandoned(tx).await?;
                    registry::store::public::forget_changes(tx.conn()).await?;
                    keep_terms(tx).await
                })
            })
            .await;
        if let Err(failure) = swept {
            tracing::warn!(?failure, "what ended could not be forgotten");
        }
        if let Err(error) = portal.store.checkpoint().await {
            tracing::warn!(%error, "the write-ahead log could not be emptied");
        }
        // every blob is listed: once a day
        if at_ms - blobs_swept >= GRACE_MS {
            match sweep_blobs(&portal.store, &portal.blobs, at_ms).await {
                Ok(removed) => {
                    blobs_swept = at_ms;
                    tracing::debug!(removed, "blobs that no row names were removed");
                }
                Err(failure) => tracing::warn!(?failure, "blobs that no row names could not be removed"),
            }
        }
        if let Err(failure) = sign_when_due(&portal, at_ms).await {
            tracing::warn!(?failure, "the audit log's head could not be signed");
        }
    }
}

/// Temporary cards end at midnight, and cards of people who have left are locked on their day.
async fn clock(portal: Portal) {
    let mut turns = tokio::time::interval(CLOCK);
    loop {
        turns.tick().await;
        if let Err(failure) = keep_time(&portal, portal.now_ms()).await {
            tracing::warn!(?failure, "what is done to cards by the clock could not be done");
        }
    }
}

async fn keep_time(portal: &Portal, at_ms: i64) -> Result<(), Failure> {
    let mut conn = portal.store.read().await?;
    let mut due = by_the_clock::due(&mut conn, at_ms).await?;
    drop(conn);
    while due {
        let done = portal.store.write(at_ms, |tx| Box::pin(async move { by_the_clock::tick(tx).await })).await?;
        tracing::info!(done, "cards were locked or ended by the clock");
        due = done > 0;
    }
    Ok(())
}

async fn sign_when_due(portal: &Portal, at_ms: i64) -> Result<(), Failure> {
    let mut conn = portal.store.read().await?;
    if !head_due(&mut conn, at_ms).await? {
        return Ok(());
    }
    drop(conn);
    let secrets = portal.secrets.clone();
    let signed = portal
        .store
        .write(at_ms, move |tx| Box::pin(async move { sign_head(tx, &Actor::system(), secrets.as_ref()).await }));
    signed.await?;
    Ok(())
}
