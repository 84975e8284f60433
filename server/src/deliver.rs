//! Sends what the Ministry's card database is to be told (R106), one file after the other, until each is answered.
//!
//! `POST ministry_url` with the file as `application/json`, `Authorization: Bearer …` and `Idempotency-Key`, by which the other side knows a
//! file that comes twice. It is taken with a status 200 to 299 and `{"receipt": "number"}`; refused for good with 409, 413 or 422 and
//! `{"reason": "words"}`, whereupon its events wait for somebody to look; everything else is tried again, after a pause that doubles from a
//! minute to an hour. No redirect is followed: the data are for that address alone.

use std::time::Duration;

use axum::http::StatusCode;
use registry::work::ministry::{Delivered, Delivery, next_delivery, note_delivery};
use registry::{Failure, Store};
use serde::Deserialize;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::clock::Now;
use crate::config::Ministry;

/// How often it looks whether something is to be sent.
const TURN: Duration = Duration::from_secs(60);
/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read.
const ANSWER_BYTES: u64 = 64 * 1024;

/// What the other side says.
#[derive(Default, Deserialize)]
struct Answer {
    receipt: Option<String>,
    reason: Option<String>,
}

/// The way to the Ministry.
#[derive(Clone)]
pub struct Sender {
    agent: Agent,
    ministry: Ministry,
}

impl Sender {
    /// Prepares it. `None` where `ministry_ca` holds no certificate that can be read.
    pub fn new(ministry: Ministry) -> Option<Self> {
        Some(Sender { agent: agent(ministry.ca.as_deref(), PATIENCE)?, ministry })
    }

    /// Sends one file. Blocks for as long as [`PATIENCE`].
    pub fn send(&self, delivery: &Delivery) -> Delivered {
        let mut request = self
            .agent
            .post(&self.ministry.url)
            .header("content-type", "application/json")
            .header("idempotency-key", &delivery.key);
        if let Some(token) = &self.ministry.token {
            request = request.header("authorization", format!("Bearer {}", token.reveal()));
        }
        let mut answer = match request.send(&delivery.file) {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(file = delivery.id, %error, "the Ministry's card database cannot be reached");
                return Delivered::Later("unreachable".to_owned());
            }
        };
        let status = answer.status();
        let said = answer.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec().unwrap_or_default();
        let said: Answer = serde_json::from_slice(&said).unwrap_or_default();
        match (status, said) {
            (status, Answer { receipt: Some(number), .. }) if status.is_success() && !number.trim().is_empty() => {
                Delivered::Receipt(number)
            }
            (status, _) if status.is_success() => Delivered::Later("no_receipt".to_owned()),
            (
                StatusCode::CONFLICT | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY,
                Answer { reason, .. },
            ) => Delivered::Refused(reason.filter(|it| !it.trim().is_empty()).unwrap_or_else(|| status.to_string())),
            _ => Delivered::Later(format!("status.{}", status.as_u16())),
        }
    }
}

/// A client that follows no redirect: what it sends is for one address alone. `None` where `ca`, the certification authorities that it believes
/// instead of the usual ones, holds no certificate that can be read.
pub(crate) fn agent(ca: Option<&[u8]>, patience: Duration) -> Option<Agent> {
    let mut tls = TlsConfig::builder();
    if let Some(pem) = ca {
        let certificates: Vec<Certificate<'static>> = parse_pem(pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate.to_owned()),
                _ => None,
            })
            .collect();
        if certificates.is_empty() {
            return None;
        }
        tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
    }
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false);
    Some(config.build().into())
}

/// Sends what is to be sent, as long as the portal runs.
pub async fn deliver(store: Store, sender: Sender, now: Now) {
    let mut turns = tokio::time::interval(TURN);
    loop {
        turns.tick().await;
        if let Err(failure) = turn(&store, &sender, &now).await {
            tracing::warn!(?failure, "what the Ministry is to be told could not be sent");
        }
    }
}

/// Sends file after file, until nothing waits or one has to be tried again.
///
/// # Errors
/// What the database says.
pub async fn turn(store: &Store, sender: &Sender, now: &Now) -> Result<(), Failure> {
    while let Some(delivery) = next_delivery(store, now().as_millisecond()).await? {
        let of = (delivery.id, delivery.version);
        let sender = sender.clone();
        let sending = tokio::task::spawn_blocking(move || sender.send(&delivery));
        let became = sending.await.map_err(|_| Failure::Internal)?;
        let ended = !matches!(became, Delivered::Receipt(_));
        note_delivery(store, of, became, now().as_millisecond()).await?;
        if ended {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::extract::State;
    use axum::http::HeaderMap;
    use axum::response::{IntoResponse, Redirect};
    use axum::routing::post;
    use tokio::net::TcpListener;

    use super::*;
    use crate::config::Secret;

    type Seen = Arc<Mutex<Vec<(HeaderMap, Vec<u8>)>>>;

    /// A stand-in for the Ministry's server: answers what its path says, and remembers what came.
    async fn ministry() -> (String, Seen) {
        let seen = Seen::default();
        let note = |State(seen): State<Seen>, headers: HeaderMap, body: axum::body::Bytes| async move {
            seen.lock().unwrap().push((headers, body.to_vec()));
        };
        let answer = |status: u16, body: &'static str| {
            post(move |state: State<Seen>, headers, body_sent| async move {
                note(state, headers, body_sent).await;
                (StatusCode::from_u16(status).unwrap(), body)
            })
        };
        let router = Router::new()
            .route("/taken", answer(201, r#"{"receipt": "B-17"}"#))
            .route("/mute", answer(200, "<html>"))
            .route("/refused", answer(422, r#"{"reason": "số hiệu sai"}"#))
            .route("/refused-mute", answer(409, ""))
            .route("/busy", answer(503, r#"{"receipt": "no"}"#))
            .route("/elsewhere", post(|| async { Redirect::temporary("/taken").into_response() }))
            .with_state(seen.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (address, seen)
    }

    async fn sent(url: String) -> Delivered {
        let mut table: BTreeMap<String, Secret> = toml::from_str("token = \"t0ken\"").unwrap();
        let token = table.remove("token");
        let ministry = Ministry { url, host: "localhost".into(), token, ca: None };
        let sender = Sender::new(ministry).unwrap();
        let delivery = Delivery { id: 1, version: 1, key: "ab12".into(), file: b"{}".to_vec() };
        tokio::task::spawn_blocking(move || sender.send(&delivery)).await.unwrap()
    }

    #[tokio::test]
    async fn what_the_other_side_answers_is_understood() {
        let (address, seen) = ministry().await;
        let at = |path: &str| sent(format!("{address}{path}"));
        assert_eq!(at("/taken").await, Delivered::Receipt("B-17".into()));
        assert_eq!(at("/mute").await, Delivered::Later("no_receipt".into()));
        assert_eq!(at("/refused").await, Delivered::Refused("số hiệu sai".into()));
        assert_eq!(at("/refused-mute").await, Delivered::Refused("409 Conflict".into()));
        assert_eq!(at("/busy").await, Delivered::Later("status.503".into()));
        assert_eq!(at("/nowhere").await, Delivered::Later("status.404".into()));
        let count = seen.lock().unwrap().len();
        assert_eq!(at("/elsewhere").await, Delivered::Later("status.307".into()));
        assert_eq!(seen.lock().unwrap().len(), count, "the data go to that address alone");
        let (headers, body) = seen.lock().unwrap()[0].clone();
        assert_eq!(body, b"{}");
        assert_eq!(headers["idempotency-key"], "ab12");
        assert_eq!(headers["authorization"], "Bearer t0ken");
        assert_eq!(headers["content-type"], "application/json");
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_tried_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert_eq!(sent(format!("http://{address}/")).await, Delivered::Later("unreachable".into()));
    }

    #[test]
    fn authorities_that_are_none_are_refused() {
        let ca = Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n".to_vec());
        let ministry = Ministry { url: "https://the.ministry.example/".into(), host: "the".into(), token: None, ca };
        assert!(Sender::new(ministry).is_none());
    }
}
