//! Fetches what certification authorities say of certificates in force: revocation lists (RFC 5280 §5) and answers about single certificates
//! (OCSP over HTTP, RFC 6960 Appendix A), from hosts that the configuration names. They are signed, so they come over plain HTTP as well.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use registry::work::certificates::Trust;
use registry::work::certificates::revocation::{Wanted, note, wanted};
use registry::{Failure, Store};
use ureq::Agent;

use crate::clock::Now;
use crate::deliver::agent;

/// How often it looks whether something is due.
const TURN: Duration = Duration::from_secs(60);
/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(60);

/// The way to the authorities.
#[derive(Clone)]
pub struct Fetcher {
    agent: Agent,
    hosts: Arc<[String]>,
}

impl Fetcher {
    /// Prepares it for these hosts.
    pub fn new(hosts: Arc<[String]>) -> Option<Self> {
        Some(Fetcher { agent: agent(None, PATIENCE)?, hosts })
    }

    /// The bytes, or a code for why there are none. Blocks for as long as [`PATIENCE`].
    fn fetch(&self, wanted: &Wanted) -> Result<Vec<u8>, String> {
        let sent = match wanted {
            Wanted::List { url } => self.agent.get(url).call(),
            Wanted::Answer { url, question, .. } => {
                self.agent.post(url).header("content-type", "application/ocsp-request").send(question)
            }
        };
        let mut answer = sent.map_err(|error| {
            tracing::warn!(url = wanted.url(), %error, "a certification authority cannot be reached");
            "unreachable".to_owned()
        })?;
        if answer.status() != StatusCode::OK {
            return Err(format!("status.{}", answer.status().as_u16()));
        }
        let body = answer.body_mut().with_config().limit(wanted.longest()).read_to_vec();
        body.map_err(|_| "unreadable".to_owned())
    }
}

/// Fetches, as long as the portal runs. `trust`: whom the province believes at that time.
pub async fn follow(store: Store, fetcher: Fetcher, trust: impl Fn() -> Trust + Clone + Send + 'static, now: Now) {
    let mut turns = tokio::time::interval(TURN);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let Ok(trust) = tokio::task::spawn_blocking(trust.clone()).await else { continue };
        if let Err(failure) = turn(&store, &fetcher, &trust, &now).await {
            tracing::warn!(?failure, "what certification authorities say could not be fetched");
        }
    }
}

/// Fetches what is due, one thing after the other.
///
/// # Errors
/// What the database says.
pub async fn turn(store: &Store, fetcher: &Fetcher, trust: &Trust, now: &Now) -> Result<(), Failure> {
    for wanted in wanted(store, trust, &fetcher.hosts, now().as_millisecond()).await? {
        let (fetcher, asked) = (fetcher.clone(), wanted.clone());
        let fetching = tokio::task::spawn_blocking(move || fetcher.fetch(&asked));
        let got = fetching.await.map_err(|_| Failure::Internal)?;
        note(store, trust, wanted, got, now().as_millisecond()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Bytes;
    use axum::http::HeaderMap;
    use axum::response::Redirect;
    use axum::routing::{get, post};
    use tokio::net::TcpListener;

    use super::*;

    async fn authority() -> String {
        let ask =
            |headers: HeaderMap, body: Bytes| async move { [headers["content-type"].as_bytes(), b" ", &body].concat() };
        let router = Router::new()
            .route("/list", get(|| async { "a list" }))
            .route("/long", get(|| async { vec![0; 80 << 10] }).post(|| async { vec![0; 80 << 10] }))
            .route("/busy", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route("/elsewhere", get(|| async { Redirect::temporary("/list") }))
            .route("/ask", post(ask));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    async fn fetched(wanted: Wanted) -> Result<Vec<u8>, String> {
        let fetcher = Fetcher::new(Arc::from(["127.0.0.1".to_owned()])).unwrap();
        tokio::task::spawn_blocking(move || fetcher.fetch(&wanted)).await.unwrap()
    }

    #[tokio::test]
    async fn lists_are_fetched_and_questions_posted() {
        let address = authority().await;
        let list = async |path: &str| fetched(Wanted::List { url: format!("{address}{path}") }).await;
        let ask = async |path: &str| {
            let url = format!("{address}{path}");
            fetched(Wanted::Answer { url, certificate_id: 1, question: b"who?".to_vec() }).await
        };
        assert_eq!(list("/list").await, Ok(b"a list".to_vec()));
        assert_eq!(ask("/ask").await, Ok(b"application/ocsp-request who?".to_vec()));
        assert_eq!(list("/busy").await, Err("status.503".to_owned()));
        // whoever answers for another address was not asked
        assert_eq!(list("/elsewhere").await, Err("status.307".to_owned()));
        assert_eq!(list("/long").await.map(|bytes| bytes.len()), Ok(80 << 10));
        assert_eq!(ask("/long").await, Err("unreadable".to_owned()));
        assert_eq!(fetched(Wanted::List { url: "http://127.0.0.1:1/".into() }).await, Err("unreachable".to_owned()));
    }
}
