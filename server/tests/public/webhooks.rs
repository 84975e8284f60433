//! Messages to other systems over a real connection: signed, in order, again after a pause.

use std::sync::{Arc, Mutex};

use app::Now;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contract::check::CardChanged;
use hmac::{Hmac, KeyInit as _, Mac as _};
use registry::Actor;
use registry::work::webhooks::{Secret, WebhookForm, add_webhook, try_webhook};
use server::webhooks::{Teller, turn};
use sha2::Sha256;
use tokio::net::TcpListener;

use super::{NOW_MS, Province};

type Seen = Arc<Mutex<Vec<(String, HeaderMap, Bytes)>>>;

/// A system that answers what its path says, and remembers what came.
async fn listener() -> (String, Seen) {
    let seen = Seen::default();
    let answer = |path: &'static str, status: u16| {
        post(move |State(seen): State<Seen>, headers: HeaderMap, body: Bytes| async move {
            seen.lock().unwrap().push((path.to_owned(), headers, body));
            StatusCode::from_u16(status).unwrap()
        })
    };
    let router = Router::new()
        .route("/taken", answer("taken", 204))
        .route("/busy", answer("busy", 503))
        .route("/gone", answer("gone", 410))
        .route("/elsewhere", post(|| async { Redirect::temporary("/taken") }))
        .with_state(seen.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, seen)
}

impl Province {
    async fn tells(&self, url: String) -> (i64, String) {
        let secret = Secret::draw(&self.portal.draw);
        let sealed = secret.sealed(self.portal.secrets.as_ref(), &self.portal.draw, &url);
        let added = self.portal.store.write(NOW_MS, move |tx| {
            Box::pin(async move {
                let form = WebhookForm { name: "Cửa".into(), url };
                let id = add_webhook(tx, &Actor::system(), &form, &["127.0.0.1".to_owned()], &sealed).await?;
                try_webhook(tx, &Actor::system(), id).await?;
                Ok::<_, registry::Failure>(id)
            })
        });
        (added.await.unwrap(), secret.shown().to_string())
    }

    async fn turn(&self, hosts: &[&str], at_ms: i64) {
        let teller = Teller::new(hosts.iter().map(|host| (*host).to_owned()).collect(), None).unwrap();
        let now: Now = Arc::new(move || jiff::Timestamp::from_millisecond(at_ms).unwrap());
        turn(&self.portal.store, self.portal.secrets.as_ref(), &teller, &now).await.unwrap();
    }

    async fn problems(&self) -> Vec<(i64, Option<String>, bool, i64)> {
        let mut conn = self.portal.store.read().await.unwrap();
        let all = registry::store::webhook::all(&mut conn).await.unwrap();
        all.into_iter().map(|it| (it.id, it.problem, it.withdrawn_at.is_some(), it.waiting)).collect()
    }
}

#[tokio::test]
async fn messages_are_signed_and_repeated_until_they_are_taken() {
    let province = Province::open().await;
    let (address, seen) = listener().await;
    let (_, secret) = province.tells(format!("{address}/taken")).await;
    for path in ["busy", "gone", "elsewhere"] {
        province.tells(format!("{address}/{path}")).await;
    }
    province.turn(&["127.0.0.1"], NOW_MS).await;
    let came = |path: &str| seen.lock().unwrap().iter().filter(|(at, ..)| at == path).cloned().collect::<Vec<_>>();
    let (_, headers, body) = came("taken").pop().unwrap();
    let said: CardChanged = serde_json::from_slice(&body).unwrap();
    assert_eq!((said.kind.as_str(), said.data), ("ping", None));
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), str::from_utf8(&body).unwrap());
    let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(signed).finalize().into_bytes();
    assert_eq!(header("webhook-signature"), format!("v1,{}", BASE64_STANDARD.encode(mac)));
    assert_eq!(header("webhook-timestamp"), (NOW_MS / 1000).to_string());
    assert_eq!(
        province.problems().await,
        [
            (4, Some("status.307".to_owned()), false, 1),
            (3, None, true, 0),
            (2, Some("status.503".to_owned()), false, 1),
            (1, None, false, 0),
        ]
    );
    assert_eq!(came("taken").len(), 1, "no redirect is followed");

    // again after its pause, by the same name
    province.turn(&["127.0.0.1"], NOW_MS + 1_000).await;
    assert_eq!(came("busy").len(), 1);
    province.turn(&["127.0.0.1"], NOW_MS + 5_000).await;
    let busy = came("busy");
    assert_eq!(busy.len(), 2);
    assert_eq!(busy[0].1["webhook-id"], busy[1].1["webhook-id"]);
    // a host that the configuration names no longer is told nothing
    province.turn(&["door.example.vn"], NOW_MS + 60_000).await;
    assert_eq!(came("busy").len(), 2);
    assert_eq!(province.problems().await[2].1.as_deref(), Some("host"));
}
