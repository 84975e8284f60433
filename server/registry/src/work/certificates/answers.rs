//! What the certification authority answered, line by line, and the way of a certificate to its keeper, with minutes (R119).

use contract::{Failure, Fault, Faults, Refusal};
use jiff::civil::Date;
use model::certificate::{Operation, SubscriberKind};
use model::lifecycle::{CertificateRequestEvent as Event, Lifecycle as _, Token, TokenEvent};
use model::role::Action;
use x509::Bundle;

use super::ask::REASON_CHARS;
use super::lists::{answered, looked_at};
use super::record::{Whose, fill};
use super::review::{advance, for_step};
use super::step::{hand_over, past_day, replace, revoked, token_of};
use super::{Trust, tokens};
use crate::blobs::Blobs;
use crate::store::certificate_request::{self as stored, Request};
use crate::store::{certificate, person};
use crate::work::scan::attach;
use crate::work::show_request::files;
use crate::work::typed::{needed, text};
use crate::{Actor, Store, Tx};

const NUMBER_CHARS: usize = 60;

/// With what the authority answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyForm {
    /// Number of its document; may be empty.
    pub number: String,
    /// Its day; of a revocation that on which it was notified.
    pub day: String,
    /// Serial of the token that holds the new key; may be empty.
    pub token_serial: String,
    /// Why it refused.
    pub reason: String,
}

/// The certificate that was asked for has come: its file fills the record; its id.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`]; faults beside `certificate`, `reply_number`,
/// `day`, `token_serial`.
pub async fn receive(
    tx: &mut Tx,
    actor: &Actor,
    trust: &Trust,
    request: (i64, i64),
    (form, bundle): (&ReplyForm, &Bundle),
) -> Result<i64, Failure> {
    let found = for_step(tx, actor, request, Action::KeepCertificates).await?;
    sent(&found)?;
    if !operation(&found)?.brings_certificate() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let mut faults = Faults::default();
    let reply = reply(tx, form, ["reply_number", "day"], &mut faults);
    let token = match form.token_serial.trim() {
        "" => None,
        serial => faults.take("token_serial", tokens::meant(tx.conn(), actor, serial).await?),
    };
    let subject = match found.person_id {
        Some(id) => person::by_id(tx.conn(), id).await?,
        None => None,
    };
    let whose = Whose {
        kind: SubscriberKind::from_name(&found.kind).ok_or(Failure::Internal)?,
        unit_id: found.unit_id,
        subject,
        keeper: found.keeper_id,
        token,
        handed_over: false,
    };
    let certificate = fill(tx, actor, trust, (whose, bundle), faults).await?;
    write_reply(tx, &found, reply).await?;
    granted(tx, actor, &found, Event::Receive).await?;
    stored::put_brought(tx.conn(), found.id, certificate).await?;
    Ok(certificate)
}

/// The authority has revoked the certificate, or restored the device: nothing is left to do but to get the token back.
///
/// # Errors
/// As [`receive`].
pub async fn confirm(tx: &mut Tx, actor: &Actor, request: (i64, i64), form: &ReplyForm) -> Result<(), Failure> {
    let found = for_step(tx, actor, request, Action::KeepCertificates).await?;
    sent(&found)?;
    let operation = operation(&found)?;
    if operation.brings_certificate() {
        return Err(Failure::field("certificate", Fault::Missing));
    }
    let mut faults = Faults::default();
    let reply = reply(tx, form, ["reply_number", "day"], &mut faults);
    faults.check()?;
    let day = reply.as_ref().map(|(_, day)| *day).ok_or(Failure::Internal)?;
    write_reply(tx, &found, reply).await?;
    let certificate = match found.certificate_id {
        Some(id) => certificate::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?,
        None => return Err(Failure::Internal),
    };
    if operation == Operation::Revoke {
        let reason = found.reason.clone().unwrap_or_default();
        revoked(tx, actor, &certificate, (day, &reason)).await?;
    } else if let Some(token) = token_of(tx.conn(), &certificate).await?
        && Token::from_name(&token.state).is_some_and(|state| state.may(TokenEvent::Restore))
    {
        tokens::step(tx, actor, &token, TokenEvent::Restore, token.holder_id, None).await?;
    }
    granted(tx, actor, &found, Event::Close).await
}

/// The authority refused.
///
/// # Errors
/// As [`receive`]; faults beside `refusal_number`, `refusal_day`, `reason`.
pub async fn refuse(tx: &mut Tx, actor: &Actor, request: (i64, i64), form: &ReplyForm) -> Result<(), Failure> {
    let found = for_step(tx, actor, request, Action::KeepCertificates).await?;
    sent(&found)?;
    let mut faults = Faults::default();
    let reply = reply(tx, form, ["refusal_number", "refusal_day"], &mut faults);
    let reason = faults.take("reason", needed(&form.reason, REASON_CHARS));
    faults.check()?;
    write_reply(tx, &found, reply).await?;
    advance(tx, actor, &found, Event::Refuse, reason.as_deref()).await?;
    answered(tx, actor, found.list_id).await
}

fn sent(found: &Request) -> Result<(), Failure> {
    match found.state == model::lifecycle::CertificateRequest::Sent.name() {
        true => Ok(()),
        false => Err(Failure::Refused { why: Refusal::Impossible }),
    }
}

fn operation(found: &Request) -> Result<Operation, Failure> {
    Operation::from_name(&found.operation).ok_or(Failure::Internal)
}

/// `fields`: what the number and the day are called in the form.
fn reply(tx: &Tx, form: &ReplyForm, fields: [&str; 2], faults: &mut Faults) -> Option<(Option<String>, Date)> {
    let number = faults.take(fields[0], text(&form.number, NUMBER_CHARS)).flatten();
    let day = faults.take(fields[1], past_day(&form.day, tx.at_ms()));
    day.map(|day| (number, day))
}

async fn write_reply(tx: &mut Tx, found: &Request, reply: Option<(Option<String>, Date)>) -> Result<(), Failure> {
    let (number, day) = reply.ok_or(Failure::Internal)?;
    Ok(stored::put_reply(tx.conn(), found.id, (number.as_deref(), &day.to_string())).await?)
}

/// The answer is yes, and what comes of it is at hand.
async fn granted(tx: &mut Tx, actor: &Actor, found: &Request, then: Event) -> Result<(), Failure> {
    advance(tx, actor, found, Event::Grant, None).await?;
    let found = stored::by_id(tx.conn(), found.id).await?.ok_or(Failure::Internal)?;
    advance(tx, actor, &found, then, None).await?;
    answered(tx, actor, found.list_id).await
}

/// What is said where a certificate is handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinutesForm {
    /// Number of the minutes.
    pub number: String,
    /// Their day.
    pub day: String,
    /// A code of who gets it; empty for whom the request names.
    pub keeper_code: String,
}

/// A certificate is handed over with minutes; the one before it is replaced.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`]; faults beside `minutes_number`, `day`,
/// `keeper_code`.
pub async fn deliver(tx: &mut Tx, actor: &Actor, request: (i64, i64), form: &MinutesForm) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = for_step(tx, actor, request, Action::KeepCertificates).await?;
    let Some(id) = found.brought_id else { return Err(Failure::Refused { why: Refusal::Impossible }) };
    let mut faults = Faults::default();
    let number = faults.take("minutes_number", needed(&form.number, NUMBER_CHARS));
    let day = faults.take("day", past_day(&form.day, at_ms));
    faults.check()?;
    let (Some(number), Some(day)) = (number, day) else { return Err(Failure::Internal) };
    let certificate = certificate::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
    let keeper = hand_over(tx, actor, &certificate, &form.keeper_code).await?;
    // before its end: it is counted in the year of its minutes
    stored::put_minutes(tx.conn(), found.id, (&number, &day.to_string()), Some(keeper)).await?;
    advance(tx, actor, &found, Event::HandOver, None).await?;
    match found.certificate_id {
        Some(before) => replace(tx, actor, before).await,
        None => Ok(()),
    }
}

/// Keeps the signed minutes of a handover; their file's id.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Refusal::Impossible`] before it is handed over; a fault beside `minutes`.
pub async fn attach_minutes(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    id: i64,
    file: Vec<u8>,
    at_ms: i64,
) -> Result<(), Failure> {
    let mut conn = store.read().await?;
    let found = super::requests::seen(&mut conn, actor, id).await?;
    actor.require(Action::KeepCertificates, &found.path, at_ms)?;
    let object = format!("certificate_request:{id}");
    if found.minutes_number.is_none() || files(&mut conn, &object).await?.len() >= FILES {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    drop(conn);
    let scan = looked_at(file, "minutes").await?.ok_or_else(|| Failure::field("minutes", Fault::Missing))?;
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    let keeping = tokio::spawn(async move {
        let kept = scan.keep(&blobs).await?;
        let person = found.person_id;
        let keeping = store.write(at_ms, move |tx| {
            Box::pin(async move { attach(tx, &actor, (&object, "minutes"), &kept, person).await.map(drop) })
        });
        keeping.await
    });
    keeping.await.map_err(|_| Failure::Internal)?
}

/// Files of one request at most.
const FILES: usize = 5;
