//! Rendered pages against an axum handler that runs the same statements and answers JSON.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::{Portal, SiteAssets};
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use model::role::{Grant, Role};
use registry::store::{account, session};
use registry::token::Token;
use registry::work::list_people::{PeopleQuery, list_people, numbers};
use registry::work::load_demo::load_demo;
use registry::work::resume_session::resume_session;
use registry::work::work_queue::work_queue;
use registry::{Actor, Failure, Store};

use crate::load::measure;
use crate::place::{NOW_MS, draw, places, quantile, vault};
use crate::{Outcome, load};

const SPAN: Duration = Duration::from_secs(4);
const CONNECTIONS: usize = 8;

#[derive(Clone)]
struct Bare {
    store: Store,
    token: Token,
}

pub async fn run() -> Outcome {
    for place in places().await? {
        load_demo(&place.store, vault().as_ref(), &draw(), (30_121, 1), NOW_MS).await.map_err(|f| format!("{f:?}"))?;
        // the role with the longest lists
        let token = sign_in(&place.store, "kiemtra").await.map_err(|f| format!("{f:?}"))?;
        let now: app::Now = Arc::new(|| Timestamp::from_millisecond(NOW_MS).unwrap_or_default());
        let portal = Portal::new(
            (place.store.clone(), place.blobs.clone()),
            (vault(), vault()),
            (now, draw()),
            SiteAssets::default(),
            "http://127.0.0.1".into(),
            (None, None),
        );
        let ours = serve(app::router(&portal)).await?;
        let bare = Router::new().route("/work", get(bare_work)).route("/people", get(bare_people));
        let bare = serve(bare.with_state(Bare { store: place.store.clone(), token: token.clone() })).await?;
        for path in ["/work", "/people"] {
            let request =
                format!("GET {path} HTTP/1.1\r\nhost: x\r\ncookie: __Host-congthe-session={}\r\n\r\n", token.as_str());
            let request: Arc<[String]> = Arc::new([request]);
            let mut rounds = Vec::new();
            for _ in 0..3 {
                let theirs = measure(bare, &request, CONNECTIONS, SPAN, None).await?.rate;
                let our = measure(ours, &request, CONNECTIONS, SPAN, None).await?.rate;
                rounds.push((our / theirs, our));
            }
            rounds.sort_by(|left, right| left.0.total_cmp(&right.0));
            let (ratio, rate) = rounds[1];
            let mut slowest = Vec::new();
            for _ in 0..3 {
                let load::Measured { times, .. } = measure(ours, &request, CONNECTIONS, SPAN, Some(rate * 0.7)).await?;
                slowest.push(quantile(&times, 0.99));
            }
            slowest.sort_by(f64::total_cmp);
            println!(
                "pages      {} {path}: {rate:.0}/s, {ratio:.2} × bare JSON (goal ≥ 0.5); p99 at 70 % load {:.1} ms (goal ≤ 20)",
                place.name, slowest[1]
            );
        }
    }
    Ok(())
}

pub async fn serve(router: Router) -> Result<SocketAddr, std::io::Error> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// A session of a demonstration account.
pub async fn sign_in(store: &Store, login: &'static str) -> Result<Token, Failure> {
    let token = Token::draw(&draw());
    let hash = token.hash();
    let written = store.write(NOW_MS, move |tx| {
        Box::pin(async move {
            let found = account::by_login(tx.conn(), login).await?.ok_or(Failure::NotFound)?;
            let row = session::Session {
                id_hash: hash,
                account_id: found.id,
                factor: "full".into(),
                pending_totp: None,
                created_at: NOW_MS,
                seen_at: NOW_MS,
                confirmed_at: Some(NOW_MS),
                agent: "bench".into(),
            };
            session::insert(tx.conn(), &row).await?;
            Ok::<_, Failure>(())
        })
    });
    written.await?;
    Ok(token)
}

fn checker() -> Actor {
    Actor::account(1, None, String::new(), vec![Grant { role: Role::Checker, path: "/1/".into() }], None)
}

/// The same statements as the page: the session, then the queue.
async fn bare_work(State(bare): State<Bare>) -> Json<serde_json::Value> {
    let answer = async {
        resume_session(&bare.store, &bare.token, NOW_MS).await?;
        let mut conn = bare.store.read().await?;
        work_queue(&mut conn, &checker(), NOW_MS).await
    };
    Json(answer.await.map_or_else(|failure| serde_json::json!(failure), |groups| serde_json::json!(groups)))
}

async fn bare_people(State(bare): State<Bare>) -> Json<serde_json::Value> {
    let answer = async {
        resume_session(&bare.store, &bare.token, NOW_MS).await?;
        let mut conn = bare.store.read().await?;
        let page = list_people(&mut conn, &checker(), &PeopleQuery::default()).await?;
        Ok::<_, Failure>((page, numbers(&mut conn).await?))
    };
    Json(answer.await.map_or_else(|failure| serde_json::json!(failure), |page| serde_json::json!(page)))
}
