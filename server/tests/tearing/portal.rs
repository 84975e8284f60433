//! The portal as it runs, on a database of its own.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::{Cards, SiteAssets, Usual};
use chip::keys::SetVersion;
use face::font::Fonts;
use face::layout::Settings;
use model::role::Role;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::card_vault::{CardVault as _, Component};
use registry::order::Order;
use registry::store::stock::blank;
use registry::store::{audit, card, chip as stored};
use registry::token::Token;
use registry::work::change_unit::{UnitForm, add_unit};
use registry::work::verify_audit::verify_audit;
use registry::{Actor, Blobs, Draw, Failure, Store};
use server::clock::Clock;
use server::serve::{self, Edge};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use vault::Vault;

use crate::desk::{self, Desk, Job, Work};

#[path = "../../../pkg/face/tests/sample/liberation.rs"]
mod liberation;
#[path = "../sample/printed.rs"]
mod printed;
#[path = "../sample/signed_in.rs"]
mod signed_in;

pub const SERVE: &str = "CONGTHE_TEARING_SERVE";
const PORTRAIT: &[u8] = include_bytes!("../../../pkg/face/examples/portrait.jpg");
/// Approved cards, each with a blank of its own.
const CARDS: u32 = 3000;
/// The second blank of a card is that of the card so much further on.
pub const SPARE: u32 = CARDS;

/// The blank that a card is printed on.
pub fn serial(nth: u32) -> String {
    format!("A-{nth:05}")
}

fn draw(seed: u64) -> Draw {
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(seed));
    Arc::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes))
}

/// The province's keys: the same in each process. `sets`: how many it has.
pub fn keys(sets: u8) -> Vault {
    let (vault, draw) = (Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1)), draw(1));
    for version in 1..=sets {
        let version = SetVersion::new(version).unwrap();
        let components = [Component::default(), Component::default(), Component::default()];
        let drawn = vault.draw_set(version, &components, &draw).unwrap();
        vault.keep_set(version, drawn.set.id, &draw).unwrap();
    }
    vault
}

/// Host of the public page while the province has so many key sets.
fn host(sets: u8) -> &'static str {
    if sets == 1 { "the.example.gov.vn" } else { "card.example.gov.vn" }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

/// `SETS PORT FOLDER URL`: as `congthe serve` runs it, without scripts.
pub fn serve(told: &str) {
    let mut words = told.splitn(4, ' ');
    let sets: u8 = words.next().unwrap().parse().unwrap();
    let (port, folder, url) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    runtime().block_on(async move {
        let seed = u64::from(std::process::id());
        let store = Store::open(url, 8, draw(seed)).await.unwrap();
        let now: app::Now = Arc::new(|| Clock::System.now());
        let origin = format!("http://127.0.0.1:{port}");
        let [regular, bold] = ["Regular", "Bold"].map(|face| std::fs::read(liberation::path(face)).unwrap());
        let fonts = Fonts::new(regular.into(), bold.into()).unwrap();
        let usual = Usual { host: host(sets).into(), ..Usual::default() };
        let vault = Arc::new(keys(sets));
        let portal = app::Portal::new(
            (store, Blobs::open(folder.as_ref()).unwrap()),
            (vault.clone(), vault),
            (now, draw(seed + 1)),
            SiteAssets::default(),
            origin.clone(),
            (Some(Cards::new(fonts, Settings::default(), usual, None)), None),
        );
        let point = desk::maker().verifying_key().to_encoded_point(false);
        portal.trusts_makers(vec![point.as_bytes().try_into().unwrap()]);
        let edge = Edge {
            public_origin: origin.parse().unwrap(),
            reader_apps: Arc::default(),
            trusted_proxies: Arc::default(),
            body_limit: 1 << 20,
            request_timeout: Duration::from_secs(60),
            draw: draw(seed + 2),
        };
        let listener = serve::listen(format!("127.0.0.1:{port}").parse().unwrap()).await.unwrap();
        println!("ready");
        let stop = std::future::pending();
        drop(serve::run(listener, serve::wrap(app::router(&portal), &edge), stop, Duration::from_secs(1)).await);
    });
}

/// A database of its own.
pub fn postgres(url: &str) -> String {
    let name = format!("tearing_{}", std::process::id());
    runtime().block_on(async {
        let mut server = PgConnection::connect(url).await.unwrap();
        server.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
        server.close().await.unwrap();
    });
    let (address, parameters) = url.split_once('?').map_or((url, String::new()), |(a, p)| (a, format!("?{p}")));
    format!("{}/{name}{parameters}", address.rsplit_once('/').unwrap().0)
}

/// A province with approved cards and blanks, and two who issue.
#[derive(Clone)]
pub struct Place {
    url: String,
    folder: PathBuf,
    port: u16,
    cookies: [String; 4],
    sets: u8,
}

impl Place {
    pub fn prepare(url: &str, folder: &Path) -> Self {
        let tokens = [11, 12, 13, 14].map(|seed| Token::draw(&draw(seed)));
        let hashes = tokens.each_ref().map(Token::hash);
        runtime().block_on(async {
            let store = Store::open(url, 4, draw(4)).await.unwrap();
            store.migrate().await.unwrap();
            let kept = Blobs::open(folder).unwrap().put(PORTRAIT.to_vec()).await.unwrap();
            let portrait = kept.hash().to_string();
            let made = store.write(Clock::System.now().as_millisecond(), move |tx| {
                Box::pin(async move {
                    let form = UnitForm {
                        class: "province".into(),
                        name: "Tỉnh".into(),
                        code: "H57".into(),
                        ..UnitForm::default()
                    };
                    let root = add_unit(tx, &Actor::console(), &Order::new(), form).await?;
                    for (login, hash) in ["mot", "hai", "ba", "bon"].into_iter().zip(hashes) {
                        signed_in::sign_in(tx, login, None, Some((Role::IssuingOperator, root)), hash).await?;
                    }
                    let serials: Vec<String> = (1..=CARDS + SPARE).map(serial).collect();
                    printed::blanks(tx, "station", &serials).await?;
                    for nth in 1..=CARDS {
                        let id = printed::approved(tx, root, nth, &portrait).await?;
                        assert_eq!(id, i64::from(nth));
                    }
                    Ok::<_, Failure>(())
                })
            });
            made.await.unwrap();
            store.close().await;
        });
        let mut rng = ChaCha20Rng::seed_from_u64(u64::from(std::process::id()));
        // below the ports that Linux gives to outgoing connections: one of those would connect to itself while nobody listens
        let port = loop {
            let port = rng.random_range(20_000..32_000);
            if TcpListener::bind(("127.0.0.1", port)).is_ok() {
                break port;
            }
        };
        let cookies = tokens.each_ref().map(|token| format!("{}; congthe-lang=en", signed_in::cookie(token)));
        Place { url: url.to_owned(), folder: folder.to_owned(), port, cookies, sets: 1 }
    }

    /// Some time later: there is another key set, which is in use, and another host.
    pub fn later(&self) -> Self {
        Place { sets: self.sets + 1, ..self.clone() }
    }

    /// Those cards are void, and came back.
    pub fn came_back(&self, cards: impl Iterator<Item = i64>) {
        let cards: Vec<i64> = cards.collect();
        runtime().block_on(async {
            let store = Store::open(&self.url, 4, draw(6)).await.unwrap();
            let moved = store.write(Clock::System.now().as_millisecond(), move |tx| {
                Box::pin(async move {
                    let at_ms = tx.at_ms();
                    for id in cards {
                        let version = card::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?.version;
                        let moved = card::put_state(tx.conn(), (id, version), ("active", "recovered"), at_ms).await?;
                        assert!(moved, "card {id}");
                    }
                    Ok::<_, Failure>(())
                })
            });
            moved.await.unwrap();
            store.close().await;
        });
    }

    /// Each of those cards has the keys of today alone and its content of today, or its chip is wiped and its state as it was.
    pub fn verify_later(&self, work: Work, cards: impl Iterator<Item = i64>) {
        let (state, chip_state, action) = match work {
            Work::Make | Work::Renew => ("active", "issued", "chip.update"),
            Work::Wipe => ("recovered", "blank", "chip.wiped"),
        };
        runtime().block_on(async {
            let store = Store::open(&self.url, 4, draw(7)).await.unwrap();
            let mut conn = store.read().await.unwrap();
            let verdict = verify_audit(&mut conn, None).await.unwrap();
            assert!(verdict.ok, "{verdict:?}");
            for id in cards {
                let found = card::by_id(&mut conn, id).await.unwrap().unwrap();
                let blank = blank::by_serials(&mut conn, &[found.blank_serial.unwrap()]).await.unwrap().pop().unwrap();
                assert_eq!((found.state.as_str(), blank.state.as_str()), (state, "used"), "card {id}");
                let chips = stored::of_card(&mut conn, id).await.unwrap();
                let chip = chips.iter().find(|chip| chip.blank_id == Some(blank.id)).unwrap();
                assert_eq!(
                    (chip.state.as_str(), chip.wiped_at.is_some()),
                    (chip_state, work == Work::Wipe),
                    "card {id}"
                );
                if work == Work::Renew {
                    let sets = stored::sets(&mut conn, &chip.uid).await.unwrap();
                    let own = i64::from(self.sets);
                    assert_eq!((sets, chip.signed_set), (vec![own], Some(own)), "card {id}");
                    assert_eq!(chip.host.as_deref(), Some(host(self.sets)), "card {id}");
                }
                let filter = audit::Filter { object: Some(format!("card:{id}")), ..audit::Filter::default() };
                let entries = audit::list(&mut conn, &filter, 50).await.unwrap();
                let told = entries.iter().filter(|stored| stored.entry.action == action).count();
                assert_eq!(told, 1, "card {id}");
            }
            drop(conn);
            store.close().await;
        });
    }

    pub fn open(&self) -> Portal {
        Portal { place: self.clone(), child: Mutex::new(self.process()) }
    }

    fn process(&self) -> Child {
        let told = format!("{} {} {} {}", self.sets, self.port, self.folder.display(), self.url);
        let mut child =
            Command::new(std::env::current_exe().unwrap()).env(SERVE, told).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "the portal did not begin");
        child
    }

    /// Each of the first `made` cards is active and has one chip; its blank is used; the audit log holds.
    pub fn verify(&self, made: u32) {
        runtime().block_on(async {
            let store = Store::open(&self.url, 4, draw(5)).await.unwrap();
            let mut conn = store.read().await.unwrap();
            let verdict = verify_audit(&mut conn, None).await.unwrap();
            assert!(verdict.ok, "{verdict:?}");
            let mut used = 0;
            for id in 1..=i64::from(made) {
                let found = card::by_id(&mut conn, id).await.unwrap().unwrap();
                assert_eq!(found.state, "active", "card {id}");
                let chips = stored::of_card(&mut conn, id).await.unwrap();
                let issued: Vec<_> = chips.iter().filter(|chip| chip.state == "issued").collect();
                assert_eq!(issued.len(), 1, "card {id}: {chips:?}");
                let serial = found.blank_serial.unwrap();
                let held = blank::by_serials(&mut conn, &[serial]).await.unwrap().pop().unwrap();
                assert_eq!((held.state.as_str(), issued[0].blank_id), ("used", Some(held.id)), "card {id}");
                let filter = audit::Filter { object: Some(format!("card:{id}")), ..audit::Filter::default() };
                let entries = audit::list(&mut conn, &filter, 50).await.unwrap();
                let issues = entries.iter().filter(|stored| stored.entry.action == "chip.issue").count();
                assert_eq!(issues, 1, "card {id}");
                used += 1;
            }
            // what is neither used nor spoiled is where it was
            let all: Vec<String> = (1..=CARDS + SPARE).map(serial).collect();
            let states: Vec<String> =
                blank::by_serials(&mut conn, &all).await.unwrap().into_iter().map(|blank| blank.state).collect();
            let count = |state: &str| states.iter().filter(|found| *found == state).count();
            assert_eq!((count("used"), states.len()), (used, all.len()));
            assert_eq!(count("used") + count("spoiled") + count("on_hand"), all.len());
            drop(conn);
            store.close().await;
        });
    }
}

/// A process that serves.
pub struct Portal {
    place: Place,
    child: Mutex<Child>,
}

impl Portal {
    pub fn desk(&self, nth: usize) -> Desk {
        Desk { port: self.place.port, cookie: self.place.cookies[nth % 4].clone() }
    }

    pub fn race(&self, job: &mut Job, lead: usize) {
        desk::race(&[self.desk(0), self.desk(1)], job, lead);
    }

    /// With SIGKILL.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Started again after it was killed.
    pub fn open_again(&mut self) {
        self.child = Mutex::new(self.place.process());
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        // killed already: there is nobody any more
        drop(child.kill());
        drop(child.wait());
    }
}
