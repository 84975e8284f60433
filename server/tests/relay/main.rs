//! Page and app as the server joins them, over real sockets.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

mod ends;
mod joined;
mod joining;
#[path = "../sample/signed_in.rs"]
mod signed_in;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use app::{Portal, SiteAssets};
use jiff::Timestamp;
use model::role::Role;
use rand::SeedableRng as _;
use registry::order::Order;
use registry::store::session;
use registry::token::Token;
use registry::work::change_unit::{UnitForm, add_unit};
use registry::{Actor, Blobs, Failure, Store};
use server::entropy::Entropy;
use server::relay::{Hub, Limits, table};
use server::serve::{Edge, wrap};
use signed_in::{cookie, sign_in};
use tokio::task::JoinHandle;
use vault::Vault;

const NOW_MS: i64 = 1_795_305_600_000;
const OWN: &str = "http://127.0.0.1:8080";
const APP: &str = "isolated-app://7y2mj44cdkfskwday2hgip74oa247x5hkbokkmzvdzetrzewztwqaaic";

/// A portal that listens.
struct Running {
    address: SocketAddr,
    portal: Portal,
    now: Arc<AtomicI64>,
    unit: i64,
    served: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.served.abort();
    }
}

fn limits() -> Limits {
    Limits {
        hello: Duration::from_millis(500),
        code: Duration::from_secs(5),
        consent: Duration::from_secs(5),
        send: Duration::from_secs(2),
        look: Duration::from_millis(50),
        pause: Duration::ZERO,
    }
}

async fn start() -> Running {
    start_with(limits()).await
}

async fn start_with(limits: Limits) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let draw = Entropy::fixed(1).closure();
    let url = format!("sqlite:{}", folder.path().join("relay.sqlite").display());
    let store = Store::open(&url, 4, draw.clone()).await.unwrap();
    store.migrate().await.unwrap();
    let province =
        UnitForm { class: "province".into(), name: "Tỉnh".into(), code: "H57".into(), ..UnitForm::default() };
    let unit = store
        .write(NOW_MS, |tx| Box::pin(async move { add_unit(tx, &Actor::console(), &Order::new(), province).await }))
        .await
        .unwrap();
    let vault = Arc::new(Vault::ephemeral(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1)));
    let now = Arc::new(AtomicI64::new(NOW_MS));
    let hands = now.clone();
    let clock: app::Now = Arc::new(move || Timestamp::from_millisecond(hands.load(Ordering::SeqCst)).unwrap());
    let portal = Portal::new(
        (store, Blobs::open(folder.path()).unwrap()),
        (vault.clone(), vault),
        (clock, draw.clone()),
        SiteAssets::default(),
        OWN.into(),
        (None, None),
    );
    let edge = Edge {
        public_origin: OWN.parse().unwrap(),
        reader_apps: Arc::new([APP.parse().unwrap()]),
        trusted_proxies: Arc::new([]),
        body_limit: 100_000,
        request_timeout: Duration::from_secs(5),
        draw: draw.clone(),
    };
    let hub = Hub::new(draw, limits);
    let router = wrap(app::router(&portal).merge(app::mounted(&portal, table(&hub))), &edge);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    });
    Running { address, portal, now, unit, served, _folder: folder }
}

impl Running {
    /// The cookie of somebody with this role, and what ends the session.
    async fn cookie(&self, login: &str, role: Role) -> (String, i64, Vec<u8>) {
        let token = Token::draw(&self.portal.draw);
        let hash = token.hash();
        let kept = hash.clone();
        let (login, held) = (login.to_owned(), Some((role, self.unit)));
        let signed_in = self
            .portal
            .store
            .write(NOW_MS, move |tx| Box::pin(async move { sign_in(tx, &login, None, held, hash).await }));
        (cookie(&token), signed_in.await.unwrap(), kept)
    }

    async fn end_session(&self, id: i64, hash: Vec<u8>) {
        let ended = self.portal.store.write(NOW_MS, move |tx| {
            Box::pin(async move { Ok::<_, Failure>(session::end(tx.conn(), id, &hash, NOW_MS).await?) })
        });
        assert!(ended.await.unwrap());
    }
}
