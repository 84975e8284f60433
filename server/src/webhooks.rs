//! Tells other systems at once when what is told of a card changes, as Standard Webhooks has it: `POST` of a small JSON text with the headers
//! `webhook-id` (the same however often it is sent), `webhook-timestamp` (seconds) and `webhook-signature`: `v1,` and the Base64 of
//! HMAC-SHA256 over `id.timestamp.body`.
//!
//! A status 200 to 299 takes a message, 410 wants no more of them; everything else, a redirect too, is tried again after a pause that grows.
//! What waits for one system waits in order and never stops another.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use registry::secrets::Secrets;
use registry::work::webhooks::{Outgoing, Went, due_messages, host_of, note_message};
use registry::{Failure, Store};
use sha2::Sha256;
use ureq::Agent;

use crate::clock::Now;
use crate::deliver::agent;

/// How often it looks whether something is to be sent.
const TURN: Duration = Duration::from_secs(1);
/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// The way out.
#[derive(Clone)]
pub struct Teller {
    agent: Agent,
    hosts: Arc<[String]>,
}

impl Teller {
    /// Prepares it for these hosts. `None` where `ca` holds no certificate that can be read.
    pub fn new(hosts: Arc<[String]>, ca: Option<&[u8]>) -> Option<Self> {
        Some(Teller { agent: agent(ca, PATIENCE)?, hosts })
    }

    /// Sends one message. Blocks for as long as [`PATIENCE`].
    fn send(&self, outgoing: &Outgoing, at_ms: i64) -> Went {
        if host_of(&outgoing.url, &self.hosts).is_none() {
            return Went::Later("host".to_owned()); // the configuration does not name it any more
        }
        let (id, seconds) = (format!("msg_{}", outgoing.message.id), (at_ms / 1000).to_string());
        let request = self
            .agent
            .post(&outgoing.url)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", &seconds)
            .header("webhook-signature", signature(&outgoing.secret, &id, &seconds, &outgoing.body));
        match request.send(&outgoing.body) {
            Ok(answer) if answer.status().is_success() => Went::Taken,
            Ok(answer) if answer.status() == StatusCode::GONE => Went::Gone,
            Ok(answer) => Went::Later(format!("status.{}", answer.status().as_u16())),
            Err(error) => {
                tracing::warn!(webhook = outgoing.message.webhook_id, %error, "a system that is told of cards cannot be reached");
                Went::Later("unreachable".to_owned())
            }
        }
    }
}

fn signature(secret: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret).map(|mac| {
        let text = mac.chain_update(id).chain_update(".").chain_update(seconds).chain_update(".").chain_update(body);
        BASE64_STANDARD.encode(text.finalize().into_bytes())
    });
    format!("v1,{}", mac.unwrap_or_default())
}

/// Tells, as long as the portal runs.
pub async fn tell(store: Store, secrets: Arc<dyn Secrets>, teller: Teller, now: Now) {
    let mut turns = tokio::time::interval(TURN);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(failure) = turn(&store, secrets.as_ref(), &teller, &now).await {
            tracing::warn!(?failure, "systems that are told of cards could not be told");
        }
    }
}

/// Sends what is due, to each system in order, until it does not take one.
///
/// # Errors
/// What the database says.
pub async fn turn(store: &Store, secrets: &dyn Secrets, teller: &Teller, now: &Now) -> Result<(), Failure> {
    let mut queues: BTreeMap<i64, Vec<Outgoing>> = BTreeMap::new();
    for outgoing in due_messages(store, secrets, now().as_millisecond()).await? {
        queues.entry(outgoing.message.webhook_id).or_default().push(outgoing);
    }
    let sent = queues.into_values().map(|queue| send_in_order(store, teller, now, queue));
    futures_util::future::join_all(sent).await.into_iter().collect()
}

async fn send_in_order(store: &Store, teller: &Teller, now: &Now, queue: Vec<Outgoing>) -> Result<(), Failure> {
    for outgoing in queue {
        let (teller, at_ms) = (teller.clone(), now().as_millisecond());
        let message = outgoing.message.clone();
        let sending = tokio::task::spawn_blocking(move || teller.send(&outgoing, at_ms));
        let went = sending.await.map_err(|_| Failure::Internal)?;
        let goes_on = went == Went::Taken;
        note_message(store, message, went, now().as_millisecond()).await?;
        if !goes_on {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // the example of the Standard Webhooks specification, "Signature scheme"
        let secret = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
