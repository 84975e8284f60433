//! Anyone can check a card (R85–R89, R177): `https://HOST/t/CODE`, without an account, an application or a script.
//!
//! What is answered comes from memory (`registry::work::public::Cards`), which follows the database once a second. The page of a code is
//! the same whether the code was given or not; more is told to who knows the last digits printed on the card, or has its chip.

mod api;
mod check;
mod information;
pub mod limits;
mod log;
mod offline;
mod page;
mod scan;

mod words {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

use std::sync::Arc;
use std::time::Duration;

use ::metrics::{describe_counter, describe_gauge, gauge};
use app::{Access, Asked, Entry, Portal, Sent, Visit, change, read, routes};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use registry::work::public::Cards;
use registry::work::public::portrait::public_portrait;
use registry::work::public::taps::Taps;

use self::limits::{Limits, Rates};
use crate::client::Client;
use crate::refusal::Refusal;

/// How often the cards in memory are brought up to date.
const FOLLOW: Duration = Duration::from_secs(1);

/// What the public page answers from.
pub struct Public {
    cards: Arc<Cards>,
    taps: Taps,
    limits: Limits,
    keys: api::Keys,
    scan: scan::Scan,
    list: offline::LastList,
}

impl Public {
    /// Prepares it; nothing is told before [`Public::follow`] has read the cards. Without rates nobody is made to wait.
    pub fn new(portal: &Portal, rates: Option<Rates>) -> Arc<Self> {
        describe_counter!("congthe_public_checks_total", "Cards checked by anybody, by how and with which answer");
        describe_gauge!("congthe_public_cards", "Cards in memory for the public page");
        describe_gauge!("congthe_public_cards_bytes", "Bytes that they take");
        let cards = Arc::new(Cards::default());
        let taps = Taps::start(portal.store.clone(), portal.card_vault.clone(), cards.clone());
        portal.checks_with(cards.clone(), taps.clone());
        Arc::new(Public {
            cards,
            taps,
            limits: Limits::new(rates),
            keys: api::Keys::default(),
            scan: scan::Scan::new(portal),
            list: offline::LastList::default(),
        })
    }

    /// Brings the cards up to date once.
    ///
    /// # Errors
    /// As the database says.
    pub async fn refresh(&self, portal: &Portal) -> Result<usize, registry::Failure> {
        self.keys.refresh(&portal.store).await?;
        self.cards.refresh(&portal.store, portal.now_ms()).await
    }

    /// Cards, chips, and the bytes that they take.
    pub fn size(&self) -> (usize, usize, usize) {
        self.cards.size()
    }

    /// Follows the database as long as the portal runs.
    pub async fn follow(self: Arc<Self>, portal: Portal) {
        let mut turns = tokio::time::interval(FOLLOW);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut began = false;
        loop {
            turns.tick().await;
            match self.refresh(&portal).await {
                Ok(read) => {
                    let (cards, chips, bytes) = self.size();
                    gauge!("congthe_public_cards").set(cards as f64);
                    gauge!("congthe_public_cards_bytes").set(bytes as f64);
                    if !began {
                        tracing::info!(
                            cards,
                            chips,
                            read,
                            megabytes = bytes / 1_000_000,
                            "cards can be checked by anybody"
                        );
                        began = true;
                    }
                }
                Err(failure) => {
                    tracing::warn!(?failure, "the cards that anybody may check could not be brought up to date");
                }
            }
        }
    }
}

/// The routes, each with its access.
pub fn table(public: &Arc<Public>) -> Vec<Entry> {
    let open = || {
        let public = public.clone();
        move |portal: State<Portal>, visit: Extension<Visit>, client: Option<Extension<Client>>, uri: Uri| {
            check::open(public, portal, visit, client, uri)
        }
    };
    let ask = || {
        let public = public.clone();
        move |portal: State<Portal>,
              visit: Extension<Visit>,
              client: Option<Extension<Client>>,
              uri: Uri,
              body: Bytes| { check::ask(public, portal, visit, client, uri, body) }
    };
    vec![
        read(routes::CHECK, Access::Public, open()),
        change(routes::CHECK, Access::Public, ask()),
        read(routes::CHECK_CODE, Access::Public, open()),
        change(routes::CHECK_CODE, Access::Public, ask()),
        read(routes::CHECK_PORTRAIT, Access::Public, portrait),
        read(routes::SCAN, Access::Public, {
            let public = public.clone();
            move |visit: Extension<Visit>, uri: Uri| scan::open(public, visit, uri)
        }),
        change(routes::SCAN, Access::Public, {
            let public = public.clone();
            move |portal: State<Portal>,
                  visit: Extension<Visit>,
                  client: Option<Extension<Client>>,
                  uri: Uri,
                  sent: Sent| { scan::read(public, portal, visit, client, uri, sent) }
        }),
        read(routes::SCAN_LIST, Access::Public, {
            let public = public.clone();
            move |portal: State<Portal>, visit: Extension<Visit>, client: Option<Extension<Client>>| {
                offline::list(public, portal, visit, client)
            }
        }),
        read(routes::SCAN_WORKER, Access::Public, offline::worker),
        read(routes::SCAN_MANIFEST, Access::Public, offline::manifest),
        read(routes::LOG, Access::Public, log::open),
        change(routes::LOG, Access::Public, {
            let public = public.clone();
            move |portal: State<Portal>,
                  visit: Extension<Visit>,
                  client: Option<Extension<Client>>,
                  uri: Uri,
                  sent: Sent| { log::check(public, portal, visit, client, uri, sent) }
        }),
        read(routes::INFORMATION, Access::Public, information::open),
        read(routes::ROBOTS, Access::Public, robots),
        // by a key that they check themselves
        read(routes::API_STATUS_ONE, Access::Public, {
            let public = public.clone();
            move |visit: Extension<Visit>, headers: HeaderMap, code: Option<Path<String>>| {
                api::one(public, visit, headers, code)
            }
        }),
        read(routes::API_CERTIFICATES, Access::Public, {
            let public = public.clone();
            move |portal: State<Portal>, visit: Extension<Visit>, headers: HeaderMap, asked: Asked| {
                api::certificates(public, portal, visit, headers, asked)
            }
        }),
        change(routes::API_STATUS, Access::Public, {
            let public = public.clone();
            move |visit: Extension<Visit>, headers: HeaderMap, body: Bytes| api::many(public, visit, headers, body)
        }),
    ]
}

/// A portrait under the name that a page gave it.
async fn portrait(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Path(name): Path<String>,
) -> Response {
    let found = public_portrait(&portal.store, &portal.blobs, portal.secrets.as_ref(), &name, visit.at_ms).await;
    match found {
        Ok(jpeg) => {
            let noindex = HeaderValue::from_static("noindex, noimageindex");
            ([(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")), (page::ROBOTS, noindex)], jpeg)
                .into_response()
        }
        Err(registry::Failure::NotFound) => Refusal::of(StatusCode::NOT_FOUND).into_response(),
        Err(_) => Refusal::of(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
}

/// Nothing here is for search engines.
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}
