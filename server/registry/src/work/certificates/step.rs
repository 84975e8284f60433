//! A certificate is handed over, gets another keeper, is revoked, or ends by its day (R119, R167, R168).

use contract::{Failure, Fault};
use jiff::civil::Date;
use model::certificate::regime::{Regime, Term};
use model::lifecycle::{Certificate as State, CertificateEvent, Lifecycle as _, Token, TokenEvent};
use model::role::Action;

use super::{person_meant, seen, tokens};
use crate::store::certificate::{self, Certificate, Change};
use crate::store::{Record, outbox};
use crate::work::ask_card::impossible;
use crate::work::typed::needed;
use crate::{Actor, Conn, StoreError, Tx, date};

const REASON_CHARS: usize = 500;
/// Certificates that end in one transaction.
const AT_A_TIME: i64 = 200;

/// What is said about a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepForm {
    /// Event by name.
    pub event: String,
    /// A code of who gets it, where it is handed over; empty for whom the record names.
    pub keeper_code: String,
    /// The day on which the revocation was notified.
    pub day: String,
    /// Why.
    pub reason: String,
}

/// Whether somebody says so, and not the clock or another certificate.
pub(super) fn by_hand(event: CertificateEvent) -> bool {
    matches!(event, CertificateEvent::HandOver | CertificateEvent::Revoke)
}

/// Says what became of a certificate. With it goes its token: handed over with it, due back once it is revoked.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`contract::Refusal::Impossible`]; faults beside `event`, `keeper_code`,
/// `day`, `reason`.
pub async fn step_certificate(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: &StepForm,
) -> Result<(), Failure> {
    let found = kept(tx, actor, (id, version)).await?;
    let event = CertificateEvent::from_name(&form.event).filter(|event| by_hand(*event));
    let event = event.ok_or_else(|| Failure::field("event", Fault::Choice))?;
    match event {
        CertificateEvent::Revoke => revoke(tx, actor, &found, form).await,
        _ => hand_over(tx, actor, &found, &form.keeper_code).await.map(drop),
    }
}

/// Hands a certificate over, and its token with it; to whom.
pub(super) async fn hand_over(
    tx: &mut Tx,
    actor: &Actor,
    found: &Certificate,
    keeper_code: &str,
) -> Result<i64, Failure> {
    let to = after(found, CertificateEvent::HandOver)?;
    let keeper = match keeper_code.trim() {
        "" => found.holder_id.ok_or_else(|| Failure::field("keeper_code", Fault::Missing))?,
        code => meant(tx.conn(), actor, code).await?,
    };
    let today = date::iso_day(tx.at_ms());
    let change = Change {
        state: to.name(),
        holder_id: Some(keeper),
        revoked_on: None,
        remark: None,
        in_use_since: Some(&today),
    };
    put(tx, found, &change).await?;
    let facts = serde_json::json!({ "certificate_state": to.name(), "keeper": keeper });
    note(tx, actor, "certificate.hand_over", found, facts, None);
    if let Some(token) = token_of(tx.conn(), found).await?
        && Token::from_name(&token.state) == Some(Token::InStore)
    {
        tokens::step(tx, actor, &token, TokenEvent::HandOver, Some(keeper), None).await?;
    }
    Ok(keeper)
}

/// Another certificate took the place of one that is in use; one that is over already stays as it is.
pub(super) async fn replace(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let found = certificate::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
    let Ok(to) = after(&found, CertificateEvent::Replace) else { return Ok(()) };
    let change =
        Change { state: to.name(), holder_id: found.holder_id, revoked_on: None, remark: None, in_use_since: None };
    put(tx, &found, &change).await?;
    note(tx, actor, "certificate.replace", &found, serde_json::json!({ "certificate_state": to.name() }), None);
    Ok(())
}

async fn revoke(tx: &mut Tx, actor: &Actor, found: &Certificate, form: &StepForm) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let mut faults = contract::Faults::default();
    after(found, CertificateEvent::Revoke)?;
    let day = faults.take("day", past_day(&form.day, at_ms));
    let reason = faults.take("reason", needed(&form.reason, REASON_CHARS));
    faults.check()?;
    let (Some(day), Some(reason)) = (day, reason) else { return Err(Failure::Internal) };
    revoked(tx, actor, found, (day, &reason)).await
}

/// A certificate's revocation was notified on a day: its token is due back.
pub(super) async fn revoked(
    tx: &mut Tx,
    actor: &Actor,
    found: &Certificate,
    (day, reason): (Date, &str),
) -> Result<(), Failure> {
    let to = after(found, CertificateEvent::Revoke)?;
    let iso = day.to_string();
    let change = Change {
        state: to.name(),
        holder_id: found.holder_id,
        revoked_on: Some(&iso),
        remark: Some(reason),
        in_use_since: None,
    };
    put(tx, found, &change).await?;
    let facts = serde_json::json!({ "certificate_state": to.name(), "on": iso });
    note(tx, actor, "certificate.revoke", found, facts, Some(reason));
    if let Some(token) = token_of(tx.conn(), found).await?
        && Token::from_name(&token.state).is_some_and(|state| state.may(TokenEvent::AskBack))
    {
        let due = token_due(tx.conn(), day).await?;
        tokens::step(tx, actor, &token, TokenEvent::AskBack, token.holder_id, Some((due, reason))).await?;
    }
    Ok(())
}

/// A day that is not ahead.
pub(super) fn past_day(typed: &str, at_ms: i64) -> Result<Date, Fault> {
    date::parse(typed).and_then(|day| if day > date::day_of(at_ms) { Err(Fault::Future) } else { Ok(day) })
}

/// By when a token has to be back whose certificate's revocation was notified on a day: five working days, where the law of the day gives
/// a term (Ninh Bình 165/2025/QĐ-UBND).
pub(super) async fn token_due(conn: &mut Conn, day: Date) -> Result<Option<Date>, StoreError> {
    let term = Regime::on(day).and_then(|regime| regime.term(Term::TokenReturn));
    Ok(match term {
        Some(days) => Some(outbox::calendar(conn).await?.last_day(day, days)),
        None => None,
    })
}

/// Gives a certificate in force, and the token with it, to another keeper: a unit has a new clerk or head (R168).
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`contract::Refusal::Impossible`]; faults beside `keeper_code`.
pub async fn change_keeper(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    keeper_code: &str,
) -> Result<(), Failure> {
    let found = kept(tx, actor, (id, version)).await?;
    let state = State::from_name(&found.state).ok_or(Failure::Internal)?;
    if !state.is_live() {
        return Err(Failure::Refused { why: contract::Refusal::Impossible });
    }
    let keeper = meant(tx.conn(), actor, keeper_code).await?;
    if found.holder_id == Some(keeper) {
        return Err(Failure::field("keeper_code", Fault::Taken));
    }
    let change =
        Change { state: state.name(), holder_id: Some(keeper), revoked_on: None, remark: None, in_use_since: None };
    put(tx, &found, &change).await?;
    let facts = serde_json::json!({ "keeper": keeper, "from_keeper": found.holder_id });
    note(tx, actor, "certificate.change_keeper", &found, facts, None);
    if let Some(token) = token_of(tx.conn(), &found).await?
        && Token::from_name(&token.state) == Some(Token::Held)
    {
        tokens::step(tx, actor, &token, TokenEvent::PassOn, Some(keeper), None).await?;
    }
    Ok(())
}

/// Notes the last day on which a certificate in use is known to have been used: by who keeps the records, or by the unit, which reports it
/// (R129, R131, R135).
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`contract::Refusal::Impossible`]; faults beside `used_on`.
pub async fn note_use(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), typed: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    if !actor.may(Action::AskCertificates, &found.path) {
        actor.require(Action::KeepCertificates, &found.path, at_ms)?;
    }
    if found.version != version {
        return Err(Failure::Stale);
    }
    if State::from_name(&found.state) != Some(State::InUse) {
        return Err(Failure::Refused { why: contract::Refusal::Impossible });
    }
    let wrong = |fault| Failure::field("used_on", fault);
    let day = past_day(typed, at_ms).map_err(wrong)?;
    let first = date::day_of(found.valid_from);
    if day < first {
        return Err(wrong(Fault::Before { day: first.to_string() }));
    }
    put_use(tx, actor, &found, &day.to_string()).await
}

/// Notes a day of use of a certificate that has not changed since.
pub(in crate::work) async fn put_use(
    tx: &mut Tx,
    actor: &Actor,
    found: &Certificate,
    day: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if !certificate::put_used(tx.conn(), (found.id, found.version), day, at_ms).await? {
        return Err(Failure::Stale);
    }
    note(tx, actor, "certificate.use", found, serde_json::json!({ "on": day }), None);
    Ok(())
}

/// Whether a certificate's last day is over that is still in force.
///
/// # Errors
/// As the database says.
pub async fn any_over(conn: &mut Conn, at_ms: i64) -> Result<bool, StoreError> {
    Ok(!certificate::over(conn, &super::live(), at_ms, 1).await?.is_empty())
}

/// Ends certificates whose last day is over, as far as they fit into one transaction; how many.
///
/// # Errors
/// As the database says.
pub async fn end_those_over(tx: &mut Tx) -> Result<usize, Failure> {
    let (at_ms, actor) = (tx.at_ms(), Actor::system());
    let over = certificate::over(tx.conn(), &super::live(), at_ms, AT_A_TIME).await?;
    for found in &over {
        let to = after(found, CertificateEvent::Expire)?;
        let change =
            Change { state: to.name(), holder_id: found.holder_id, revoked_on: None, remark: None, in_use_since: None };
        put(tx, found, &change).await?;
        note(tx, &actor, "certificate.expire", found, serde_json::json!({ "certificate_state": to.name() }), None);
    }
    Ok(over.len())
}

fn after(found: &Certificate, event: CertificateEvent) -> Result<State, Failure> {
    State::from_name(&found.state).ok_or(Failure::Internal)?.after(event).map_err(impossible)
}

async fn meant(conn: &mut Conn, actor: &Actor, code: &str) -> Result<i64, Failure> {
    let person = person_meant(conn, actor, code).await?;
    Ok(person.map_err(|fault| Failure::field("keeper_code", fault))?.id)
}

pub(super) async fn token_of(conn: &mut Conn, found: &Certificate) -> Result<Option<certificate::Token>, StoreError> {
    match found.token_id {
        Some(id) => certificate::token_by_id(conn, id).await,
        None => Ok(None),
    }
}

/// The certificate, if the actor keeps it and it is still as the page showed it.
async fn kept(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<Certificate, Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::KeepCertificates, &found.path, at_ms)?;
    if found.version == version { Ok(found) } else { Err(Failure::Stale) }
}

async fn put(tx: &mut Tx, found: &Certificate, change: &Change<'_>) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if certificate::put(tx.conn(), (found.id, found.version), change, at_ms).await? {
        Ok(())
    } else {
        Err(Failure::Stale)
    }
}

/// A reason may name somebody, so it stands beside the chain.
fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    found: &Certificate,
    facts: serde_json::Value,
    reason: Option<&str>,
) {
    tx.record(Record {
        actor: &actor.reference,
        action,
        object: format!("certificate:{}", found.id),
        facts,
        personal: reason.map(|reason| (found.person_id, serde_json::json!({ "reason": reason }))),
    });
}
