//! A server that is killed with SIGKILL while it writes, again and again, and browsers that send what was not answered once
//! more: no acknowledged change is lost, nothing happens twice, each change has one entry in the audit log, and its chain
//! verifies. `CONGTHE_KILLS` says how often (12 times otherwise); on PostgreSQL too where `CONGTHE_TEST_POSTGRES` names one.
//!
//! This program is both sides: with `CONGTHE_KILL_SERVE` it is the server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::{Portal, SiteAssets};
use model::role::Role;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::order::Order;
use registry::store::{audit, person};
use registry::token::Token;
use registry::work::change_unit::{UnitForm, add_unit};
use registry::work::verify_audit::verify_audit;
use registry::{Actor, Blobs, Draw, Store};
use server::clock::Clock;
use server::serve::{self, Edge};
use signed_in::{cookie, sign_in};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use vault::Vault;

#[path = "../sample/signed_in.rs"]
mod signed_in;

const SERVE: &str = "CONGTHE_KILL_SERVE";
/// Browsers that write at the same time.
const BROWSERS: usize = 4;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match std::env::var(SERVE) {
        Ok(told) => runtime.block_on(be_server(&told)),
        Err(_) => runtime.block_on(both()),
    }
}

fn draw(seed: u64) -> Draw {
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(seed));
    Arc::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes))
}

/// `PORT URL FOLDER`: the portal as `congthe serve` runs it, without scripts.
async fn be_server(told: &str) {
    let mut words = told.splitn(3, ' ');
    let (port, url, folder) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
    let seed = u64::from(std::process::id());
    let store = Store::open(url, 8, draw(seed)).await.unwrap();
    let vault = Arc::new(Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1)));
    let now: app::Now = Arc::new(|| Clock::System.now());
    let origin = format!("http://127.0.0.1:{port}");
    let blobs = Blobs::open(folder.as_ref()).unwrap();
    let portal = Portal::new(
        (store, blobs),
        (vault.clone(), vault),
        (now, draw(seed + 1)),
        SiteAssets::default(),
        origin.clone(),
        (None, None),
    );
    let edge = Edge {
        public_origin: origin.parse().unwrap(),
        reader_apps: Arc::default(),
        trusted_proxies: Arc::default(),
        body_limit: 1 << 20,
        request_timeout: Duration::from_secs(20),
        draw: draw(seed + 2),
    };
    let listener = serve::listen(format!("127.0.0.1:{port}").parse().unwrap()).await.unwrap();
    println!("ready");
    let stop = std::future::pending();
    drop(serve::run(listener, serve::wrap(app::router(&portal), &edge), stop, Duration::from_secs(1)).await);
}

async fn both() {
    let kills = std::env::var("CONGTHE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("kill.sqlite").display());
    trial(&url, folder.path().to_str().unwrap(), kills).await;
    match std::env::var("CONGTHE_TEST_POSTGRES") {
        Ok(server) => {
            let folder = tempfile::tempdir().unwrap();
            trial(&postgres(&server).await, folder.path().to_str().unwrap(), kills).await;
        }
        Err(_) => println!("CONGTHE_TEST_POSTGRES is not set: this ran on SQLite only"),
    }
}

/// A database of its own.
async fn postgres(url: &str) -> String {
    let name = format!("kill_{}", std::process::id());
    let mut server = PgConnection::connect(url).await.unwrap();
    server.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    server.close().await.unwrap();
    let (address, parameters) = url.split_once('?').map_or((url, String::new()), |(a, p)| (a, format!("?{p}")));
    format!("{}/{name}{parameters}", address.rsplit_once('/').unwrap().0)
}

/// What one browser wants done, and how far that has come.
#[derive(Clone)]
struct Wish {
    name: String,
    key: String,
    /// The person, once the portal has said that they were added.
    id: Option<i64>,
    /// Whether the portal has said that their position was changed.
    changed: bool,
}

async fn trial(url: &str, folder: &str, kills: usize) {
    let store = Store::open(url, 4, draw(1)).await.unwrap();
    store.migrate().await.unwrap();
    let token = Token::draw(&draw(2));
    let id_hash = token.hash();
    let at_ms = Clock::System.now().as_millisecond();
    let unit = store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                let province = UnitForm {
                    class: "province".into(),
                    name: "UBND tỉnh".into(),
                    code: "H57".into(),
                    ..UnitForm::default()
                };
                let unit = add_unit(tx, &Actor::console(), &Order::new(), province).await?;
                sign_in(tx, "kiemtra", None, Some((Role::Checker, unit)), id_hash).await?;
                Ok::<_, registry::Failure>(unit)
            })
        })
        .await
        .unwrap();
    store.close().await;

    let mut rng = ChaCha20Rng::seed_from_u64(7);
    // below the ports that Linux gives to outgoing connections: one of those would connect to itself while nobody listens
    let port = loop {
        let port = rng.random_range(20_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            break port;
        }
    };
    let mut wishes: Vec<Vec<Wish>> = vec![Vec::new(); BROWSERS];
    for round in 0..kills {
        let mut server = start(port, url, folder);
        let over = Arc::new(AtomicBool::new(false));
        let browsers: Vec<_> = wishes
            .drain(..)
            .enumerate()
            .map(|(nth, wishes)| {
                let browser = Browser { port, unit, cookie: cookie(&token), over: over.clone() };
                std::thread::spawn(move || browser.work(wishes, &format!("{round}-{nth}")))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(rng.random_range(20..400)));
        server.kill().unwrap(); // SIGKILL
        server.wait().unwrap();
        over.store(true, Ordering::Relaxed);
        wishes = browsers.into_iter().map(|browser| browser.join().unwrap()).collect();
    }
    // what was left unanswered at last is sent once more
    let mut server = start(port, url, folder);
    let last = Browser { port, unit, cookie: cookie(&token), over: Arc::new(AtomicBool::new(true)) };
    let wishes: Vec<Wish> = wishes
        .into_iter()
        .flat_map(|mut wishes| {
            wishes.iter_mut().for_each(|wish| last.grant(wish));
            wishes
        })
        .collect();
    server.kill().unwrap();
    server.wait().unwrap();
    verify(url, unit, &wishes).await;
    println!("{kills} kills, {} people added and changed once each: {}", wishes.len(), url.split(':').next().unwrap());
}

fn start(port: u16, url: &str, folder: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(SERVE, format!("{port} {url} {folder}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n", "the server did not begin");
    child
}

struct Browser {
    port: u16,
    unit: i64,
    cookie: String,
    over: Arc<AtomicBool>,
}

impl Browser {
    /// Sends what was left from before, then one new person after the other, each changed once, until the server is gone.
    fn work(&self, mut wishes: Vec<Wish>, round: &str) -> Vec<Wish> {
        for wish in wishes.iter_mut().filter(|wish| !wish.changed) {
            self.grant(wish);
        }
        for nth in 0.. {
            if self.over.load(Ordering::Relaxed) {
                break;
            }
            let key = format!("{round}-{nth}");
            // digits are no letters of a name
            let letters: String =
                key.chars().map(|c| if c == '-' { ' ' } else { char::from(b'A' + (c as u8 - b'0')) }).collect();
            let mut wish = Wish { name: format!("Nguyễn {letters}"), key, id: None, changed: false };
            self.grant(&mut wish);
            wishes.push(wish);
        }
        wishes
    }

    fn grant(&self, wish: &mut Wish) {
        if wish.id.is_none() {
            let name = wish.name.replace(' ', "+");
            let body = format!("name={name}&kind=civil_servant&form_key={}", wish.key);
            let Some((303, to)) = self.post(&format!("/units/{}/people/add", self.unit), &body) else { return };
            wish.id = to.rsplit('/').next().and_then(|id| id.parse().ok());
        }
        if let (Some(id), false) = (wish.id, wish.changed) {
            let name = wish.name.replace(' ', "+");
            let body = format!("version=1&name={name}&kind=civil_servant&position=Ch%C3%A1nh+v%C4%83n+ph%C3%B2ng");
            // changed already, and the answer was lost: the page that it was typed into is an old one
            wish.changed = matches!(self.post(&format!("/people/{id}/change"), &body), Some((303 | 409, _)));
        }
    }

    /// Status and place to go to; nothing where no whole answer came.
    fn post(&self, path: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let (port, cookie, length) = (self.port, &self.cookie, body.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let place = answer.lines().find_map(|line| line.strip_prefix("location: "));
        assert!(matches!(status, 303 | 409), "{path}: {answer}");
        Some((status, place.unwrap_or_default().to_owned()))
    }
}

async fn verify(url: &str, unit: i64, wishes: &[Wish]) {
    let store = Store::open(url, 4, draw(3)).await.unwrap();
    let mut conn = store.read().await.unwrap();
    let verdict = verify_audit(&mut conn, None).await.unwrap();
    assert!(verdict.ok, "{verdict:?}");
    assert!(!wishes.is_empty());
    let people = person::count_in(&mut conn, unit).await.unwrap();
    assert_eq!(people, wishes.len() as i64, "everybody once");
    for wish in wishes {
        let id = wish.id.expect("sent until it was answered");
        assert!(wish.changed, "{}", wish.name);
        let person = person::by_id(&mut conn, id).await.unwrap().expect("acknowledged, and lost");
        assert_eq!((person.name.as_str(), person.version), (wish.name.as_str(), 2));
        assert_eq!(person.position.as_deref(), Some("Chánh văn phòng"));
        let filter = audit::Filter { object: Some(format!("person:{id}")), ..audit::Filter::default() };
        let entries = audit::list(&mut conn, &filter, 10).await.unwrap();
        let actions: Vec<&str> = entries.iter().map(|stored| stored.entry.action.as_str()).collect();
        assert_eq!(actions, ["person.change", "person.add"], "one entry a change");
    }
    drop(conn);
    store.close().await;
}
