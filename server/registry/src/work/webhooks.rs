//! Other systems that are told at once when what is told of a card changes (R89): entered and withdrawn by who runs the system, each with a
//! secret by which it knows that a message comes from here.
//!
//! A message is written in the transaction of what it tells, and says what holds when it is sent; so it does no harm if it comes late, twice
//! or after a later one. It names the card's code and its state, and nothing of the holder.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contract::check::{CardChanged, CardStatus, WebhookLine};
use contract::{Failure, Fault, Faults};
use jiff::Timestamp;
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;
use model::told::Told;
use zeroize::Zeroizing;

use super::typed::needed;
use crate::secrets::{Purpose, Secrets};
use crate::store::card::Card;
use crate::store::webhook::{self, Message, Webhook};
use crate::store::{Record, StoreError, public};
use crate::{Actor, Conn, Draw, Store, Tx};

/// Characters of a system's name, and of its address.
const NAME_CHARS: usize = 80;
const URL_CHARS: usize = 300;
/// Messages that are read at once.
const MOST: i64 = 200;
/// Seconds after which a message that was not taken is tried again; the last over and over.
const PAUSES: [i64; 7] = [5, 30, 120, 600, 1_800, 3_600, 10_800];
/// After this a message is given up: its card's state can be asked for.
const GIVE_UP_MS: i64 = 3 * 24 * 3_600 * 1000;
/// What a secret begins with (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";

/// What is typed.
#[derive(Clone, Debug, Default)]
pub struct WebhookForm {
    /// Which system.
    pub name: String,
    /// Its address.
    pub url: String,
}

/// What messages to one system are signed with.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// A new one.
    pub fn draw(draw: &Draw) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        draw(bytes.as_mut());
        Secret(bytes)
    }

    /// As the other side is given it: `whsec_` and Base64.
    pub fn shown(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{SECRET_PREFIX}{}", BASE64_STANDARD.encode(self.0.as_slice())))
    }

    /// As it is kept, bound to the address.
    pub fn sealed(&self, secrets: &dyn Secrets, draw: &Draw, url: &str) -> Vec<u8> {
        let mut nonce = [0; 24];
        draw(&mut nonce);
        secrets.seal(Purpose::Webhook, url, nonce, self.0.as_slice())
    }
}

/// Those that are told, the newest first, with what waits for them.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_webhooks(conn: &mut Conn, actor: &Actor) -> Result<Vec<WebhookLine>, Failure> {
    if !actor.may_somewhere(Action::SeeAccounts) {
        return Err(Failure::Forbidden);
    }
    let line = |of: Webhook| WebhookLine {
        id: of.id,
        name: of.name,
        url: of.url,
        made_at: of.made_at,
        withdrawn_at: of.withdrawn_at,
        delivered_at: of.delivered_at,
        problem: of.problem,
        waiting: of.waiting,
    };
    Ok(webhook::all(conn).await?.into_iter().map(line).collect())
}

/// The host of an address that messages may go to: over TLS, or of this machine, without a user, to a host that the configuration names.
pub fn host_of<'u>(url: &'u str, hosts: &[String]) -> Option<&'u str> {
    let host = named_host(url, hosts)?;
    (url.starts_with("https://") || matches!(host, "localhost" | "127.0.0.1")).then_some(host)
}

/// The host of an address of the web, without a user, if it is one of these.
pub(super) fn named_host<'u>(url: &'u str, hosts: &[String]) -> Option<&'u str> {
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'@' | b'\\' | b'#'));
    let (scheme, rest) = url.split_once("://").filter(|_| plain && url.len() <= URL_CHARS)?;
    let authority = rest.split(['/', '?']).next()?;
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let named = matches!(scheme, "http" | "https") && hosts.iter().any(|known| known.eq_ignore_ascii_case(host));
    (named && port.parse::<u16>().is_ok_and(|port| port > 0)).then_some(host)
}

/// Enters a system that is to be told; its id. `sealed`: its secret as it is kept.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`]; faults beside `name` and `url`.
pub async fn add_webhook(
    tx: &mut Tx,
    actor: &Actor,
    form: &WebhookForm,
    hosts: &[String],
    sealed: &[u8],
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ChangeAccounts, at_ms)?;
    let mut faults = Faults::default();
    let name = faults.take("name", needed(&form.name, NAME_CHARS));
    let url = form.url.trim();
    let host =
        faults.take("url", if url.is_empty() { Err(Fault::Missing) } else { host_of(url, hosts).ok_or(Fault::Choice) });
    faults.check()?;
    let (Some(name), Some(host)) = (name, host) else { return Err(Failure::Internal) };
    let id = webhook::insert(tx.conn(), (&name, url), sealed, (actor.account_id, at_ms)).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "webhook.add",
        object: format!("webhook:{id}"),
        facts: serde_json::json!({ "name": name, "host": host }),
        personal: None,
    });
    Ok(id)
}

/// Nothing is sent there any more, what waits neither.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`]; [`Failure::Stale`] where it was withdrawn already, or is none.
pub async fn withdraw_webhook(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    actor.require_somewhere(Action::ChangeAccounts, tx.at_ms())?;
    end(tx, actor, id).await
}

async fn end(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if !webhook::withdraw(tx.conn(), id, (actor.account_id, at_ms)).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "webhook.withdraw",
        object: format!("webhook:{id}"),
        facts: serde_json::json!({}),
        personal: None,
    });
    Ok(())
}

/// Sends a message that says nothing, to try the way.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Stale`] where it was withdrawn, or is none.
pub async fn try_webhook(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if !actor.may_somewhere(Action::ChangeAccounts) {
        return Err(Failure::Forbidden);
    }
    webhook::good(tx.conn(), id).await?.ok_or(Failure::Stale)?;
    webhook::tell_nothing(tx.conn(), id, at_ms).await?;
    Ok(())
}

/// Tells everybody what a card's move changes of what is told.
///
/// # Errors
/// As the database says.
pub(super) async fn tell_state(
    tx: &mut Tx,
    card: &Card,
    (from, to): (lifecycle::Card, lifecycle::Card),
) -> Result<(), StoreError> {
    let at_ms = tx.at_ms();
    if Told::of(from, false) != Told::of(to, false) {
        webhook::tell_all(tx.conn(), card.id, at_ms).await?;
        // what was locked is replaced from now on
        if let (Some(before), None) = (card.replaces, Told::of(from, false)) {
            webhook::tell_all(tx.conn(), before, at_ms).await?;
        }
    }
    Ok(())
}

/// A message as it is sent.
pub struct Outgoing {
    /// Which it is.
    pub message: Message,
    /// To where.
    pub url: String,
    /// JSON.
    pub body: Vec<u8>,
    /// What it is signed with.
    pub secret: Zeroizing<Vec<u8>>,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Went {
    /// It was taken.
    Taken,
    /// The other side wants no more (410).
    Gone,
    /// It is tried again; the word says what hindered it.
    Later(String),
}

/// What is to be sent now, the oldest first.
///
/// # Errors
/// As the database says.
pub async fn due_messages(store: &Store, secrets: &dyn Secrets, at_ms: i64) -> Result<Vec<Outgoing>, Failure> {
    let mut conn = store.read().await?;
    let due = webhook::due(&mut conn, at_ms, MOST).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let to = webhook::all(&mut conn).await?;
    let cards: Vec<i64> = due.iter().filter_map(|message| message.card_id).collect();
    let cards = public::cards_of(&mut conn, &cards).await?;
    let mut outgoing = Vec::new();
    for message in due {
        let Some(to) = to.iter().find(|to| to.id == message.webhook_id) else { continue };
        let card = message.card_id.and_then(|id| cards.iter().find(|card| card.id == id));
        let data = card.and_then(|card| status(card, at_ms));
        let kind = if message.card_id.is_some() { "card.state" } else { "ping" };
        let said = CardChanged { kind: kind.to_owned(), timestamp: written(message.happened_at), data };
        let secret = secrets.open(Purpose::Webhook, &to.url, &to.secret).map_err(|_| Failure::Internal)?;
        let body = serde_json::to_vec(&said).map_err(|_| Failure::Internal)?;
        outgoing.push(Outgoing { message, url: to.url.clone(), body, secret });
    }
    Ok(outgoing)
}

fn status(card: &public::Row, at_ms: i64) -> Option<CardStatus> {
    let over = card.expires_at.is_some_and(|end| at_ms >= end);
    let told = Told::of(lifecycle::Card::from_name(&card.state)?, card.replaced == 1)?;
    let now = told.at(over);
    let since = if now == told { card.changed_at } else { card.expires_at.unwrap_or(card.changed_at) };
    Some(CardStatus { code: card.code.clone(), state: now.name().to_owned(), since: Some(written(since)) })
}

fn written(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).unwrap_or_default().to_string()
}

/// Notes how it went.
///
/// # Errors
/// As the database says.
pub async fn note_message(store: &Store, message: Message, went: Went, at_ms: i64) -> Result<(), Failure> {
    let noting = store.write(at_ms, move |tx| {
        Box::pin(async move {
            match went {
                Went::Taken => webhook::taken(tx.conn(), &message, at_ms).await?,
                Went::Gone => match end(tx, &Actor::system(), message.webhook_id).await {
                    Ok(()) | Err(Failure::Stale) => {}
                    Err(failure) => return Err(failure),
                },
                Went::Later(problem) => {
                    let pause = PAUSES[usize::try_from(message.tries).unwrap_or(0).min(PAUSES.len() - 1)];
                    webhook::put_off(tx.conn(), &message, &problem, at_ms + pause * 1000).await?;
                    if at_ms - message.happened_at >= GIVE_UP_MS {
                        webhook::forget(tx.conn(), message.id).await?;
                    }
                }
            }
            Ok::<_, Failure>(())
        })
    });
    noting.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_to_named_hosts_over_tls() {
        let hosts = ["doors.example.vn".to_owned(), "127.0.0.1".to_owned()];
        for good in [
            "https://doors.example.vn/cards?x=1",
            "https://DOORS.example.vn:8443",
            "http://127.0.0.1:8080/in",
            "https://127.0.0.1/in",
        ] {
            assert!(host_of(good, &hosts).is_some(), "{good}");
        }
        for bad in [
            "http://doors.example.vn/cards",
            "https://other.example.vn/",
            "https://doors.example.vn@other.example.vn/",
            "https://doors.example.vn:0/",
            "https://doors.example.vn:99999/",
            "https://doors.example.vn.other.vn/",
            "https://other.vn\\doors.example.vn/",
            "https://doors.example.vn/a b",
            "ftp://doors.example.vn/",
            "https:///doors.example.vn",
            "doors.example.vn",
            "http://localhost/in",
            "",
        ] {
            assert_eq!(host_of(bad, &hosts), None, "{bad}");
        }
        assert_eq!(host_of(&format!("https://doors.example.vn/{}", "a".repeat(300)), &hosts), None);
    }
}
