//! A certificate is asked for: a new one for a person, a unit or a device, or something about one that there is (R118, R121). Who asks is the
//! holder, or the unit; where it is the unit's head, the unit's word is given with it.

use contract::{Failure, Fault, Faults, Refusal};
use jiff::civil::Date;
use model::certificate::regime::{Regime, Term};
use model::certificate::{Operation, SubscriberKind};
use model::duty::Act;
use model::lifecycle::{
    Certificate as State, CertificateRequest as Step, CertificateRequestEvent as Event, Lifecycle as _,
};
use model::role::Action;

use super::person_of;
use super::review::advance;
use crate::store::certificate::{self, Certificate};
use crate::store::certificate_request::{self as stored, NewRequest};
use crate::store::{Record, account, outbox, person, unit};
use crate::work::show_unit::unit_meant;
use crate::work::typed::{needed, text};
use crate::{Actor, Conn, StoreError, Tx, date};

const DEVICE_CHARS: usize = 200;
pub(super) const REASON_CHARS: usize = 500;

/// Working days within which each step of a request should be done, where no law gives a term.
const REVIEW_DAYS: u32 = 3;
const CORRECT_DAYS: u32 = 5;
const ANSWER_DAYS: u32 = 5;
const HAND_OVER_DAYS: u32 = 5;

/// What is typed where a new certificate is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewForm {
    /// Kind by name.
    pub kind: String,
    /// A code of the person whose it will be.
    pub person_code: String,
    /// Agency code or name of the unit whose it will be.
    pub unit_code: String,
    /// The device, service or software.
    pub device: String,
    /// A code of who will keep it; of a person's certificate empty.
    pub keeper_code: String,
    /// What it is for; may be empty.
    pub reason: String,
}

/// What is asked for about a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AboutForm {
    /// Operation by name.
    pub operation: String,
    /// Why, and what is to be changed.
    pub reason: String,
}

/// Asks for a new certificate for the unit, somebody in it, or a device of it; the request's id.
///
/// # Errors
/// [`Failure::Forbidden`], [`Refusal::AskedAlready`], [`Refusal::HasLeft`]; faults beside `kind`, `personnel_code`, `unit_code`, `device`,
/// `keeper_code`, `reason`.
pub async fn ask_new(tx: &mut Tx, actor: &Actor, form: &NewForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::AskCertificates, at_ms)?;
    let mut faults = Faults::default();
    let kind = faults.take("kind", SubscriberKind::from_name(&form.kind).ok_or(Fault::Choice));
    let (mut subject, mut unit_id, mut device, mut keeper) = (None, None, None, None);
    match kind {
        Some(SubscriberKind::Person) => {
            let found = person_of(tx.conn(), actor, Action::AskCertificates, &form.person_code).await?;
            subject = faults.take("personnel_code", found);
            unit_id = subject.as_ref().map(|person| person.unit_id);
            keeper = subject.as_ref().map(|person| person.id);
        }
        Some(kind) => {
            let meant = unit_meant(tx.conn(), actor, Action::AskCertificates, &form.unit_code).await?;
            let meant = meant.and_then(|unit| match actor.may(Action::AskCertificates, &unit.path) {
                true if unit.closed_on.is_none() => Ok(unit.id),
                _ => Err(Fault::Unknown),
            });
            unit_id = faults.take("unit_code", meant);
            let found = person_of(tx.conn(), actor, Action::AskCertificates, &form.keeper_code).await?;
            keeper = faults.take("keeper_code", found).map(|of| of.id);
            if kind == SubscriberKind::Device {
                device = faults.take("device", needed(&form.device, DEVICE_CHARS));
            }
        }
        None => {}
    }
    let reason = faults.take("reason", text(&form.reason, REASON_CHARS)).flatten();
    faults.check()?;
    let (Some(kind), Some(unit_id)) = (kind, unit_id) else { return Err(Failure::Internal) };
    in_service(subject.as_ref())?;
    let what = What {
        operation: Operation::New,
        kind,
        unit_id,
        person_id: subject.map(|person| person.id),
        device: device.as_deref(),
        keeper_id: keeper,
        certificate_id: None,
        reason: reason.as_deref(),
    };
    ask(tx, actor, &what).await
}

/// Asks for a new certificate for oneself; the request's id.
///
/// # Errors
/// [`Failure::Forbidden`] for an account that is nobody's; [`Refusal::AskedAlready`], [`Refusal::HasLeft`]; a fault beside `reason`.
pub async fn ask_for_me(tx: &mut Tx, actor: &Actor, typed: &str) -> Result<i64, Failure> {
    let id = actor.person_id.ok_or(Failure::Forbidden)?;
    let me = person::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let reason = text(typed, REASON_CHARS).map_err(|fault| Failure::field("reason", fault))?;
    in_service(Some(&me))?;
    let what = What {
        operation: Operation::New,
        kind: SubscriberKind::Person,
        unit_id: me.unit_id,
        person_id: Some(id),
        device: None,
        keeper_id: Some(id),
        certificate_id: None,
        reason: reason.as_deref(),
    };
    ask(tx, actor, &what).await
}

/// Asks that a certificate be renewed, changed or revoked, or its token restored; the request's id.
///
/// # Errors
/// [`Failure::NotFound`], [`Refusal::Impossible`], [`Refusal::AskedAlready`]; faults beside `operation`, `reason`.
pub async fn ask_about(tx: &mut Tx, actor: &Actor, id: i64, form: &AboutForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let found = asked_of(tx.conn(), actor, id).await?;
    let mut faults = Faults::default();
    let operation = Operation::from_name(&form.operation).filter(|one| one.needs_certificate());
    let operation = faults.take("operation", operation.ok_or(Fault::Choice));
    let reason = match operation.is_some_and(Operation::needs_reason) {
        true => faults.take("reason", needed(&form.reason, REASON_CHARS)),
        false => faults.take("reason", text(&form.reason, REASON_CHARS)).flatten(),
    };
    faults.check()?;
    let operation = operation.ok_or(Failure::Internal)?;
    if !possible(tx.conn(), actor, &found).await?.contains(&operation) {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let today = date::day_of(at_ms);
    let until = date::day_of(found.valid_until);
    if operation == Operation::Renew && regime(today)?.renewal(today, until, 0).is_err() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let id = about_this(tx, actor, &found, (operation, reason.as_deref())).await?;
    endorse_by_asking(tx, actor, id).await?;
    Ok(id)
}

/// Asks for something about a certificate. A person's goes with the person: a new one names the unit where they are now.
async fn about_this(
    tx: &mut Tx,
    actor: &Actor,
    found: &Certificate,
    (operation, reason): (Operation, Option<&str>),
) -> Result<i64, Failure> {
    let now = match found.person_id {
        Some(person) => unit_of(tx.conn(), person).await?.map(|(id, _)| id),
        None => None,
    };
    let what = What {
        operation,
        kind: SubscriberKind::from_name(&found.kind).ok_or(Failure::Internal)?,
        unit_id: now.unwrap_or(found.unit_id),
        person_id: found.person_id,
        device: (found.kind == SubscriberKind::Device.name()).then_some(found.subject.as_str()),
        keeper_id: found.holder_id,
        certificate_id: Some(found.id),
        reason,
    };
    write(tx, actor, &what).await
}

/// Somebody leaves: their certificates are to be revoked, and what else is asked for about them ends (R167). The decision by which they
/// leave is the unit's word. What is with the authority already takes its way; the queue shows what is left to be asked for.
///
/// # Errors
/// As the database says.
pub(in crate::work) async fn revoke_of_leaver(
    tx: &mut Tx,
    actor: &Actor,
    person_id: i64,
    (reason, day): (&str, Date),
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let held = certificate::of_person(tx.conn(), person_id, MOST).await?;
    for found in held.into_iter().filter(|found| found.person_id == Some(person_id)) {
        if !State::from_name(&found.state).is_some_and(State::is_live) {
            continue;
        }
        if let Some(open) = stored::open_about(tx.conn(), found.id).await? {
            let may = Step::from_name(&open.state).is_some_and(|state| state.may(Event::Withdraw));
            if open.operation == Operation::Revoke.name() || !may {
                continue;
            }
            advance(tx, actor, &open, Event::Withdraw, None).await?;
        }
        let id = about_this(tx, actor, &found, (Operation::Revoke, Some(reason))).await?;
        let asked = stored::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
        advance(tx, actor, &asked, Event::Endorse, None).await?;
        let asked = stored::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
        let from = day.max(date::day_of(at_ms));
        let due_at = due(tx.conn(), Operation::Revoke, Step::Endorsed, from).await?;
        let change = stored::Change { state: &asked.state, due_at, answer: None };
        stored::put(tx.conn(), (id, asked.version), &change, at_ms).await?;
    }
    for open in stored::open_new(tx.conn(), person_id).await? {
        if Step::from_name(&open.state).is_some_and(|state| state.may(Event::Withdraw)) {
            advance(tx, actor, &open, Event::Withdraw, None).await?;
        }
    }
    Ok(())
}

/// A departure is taken back: what it asked for since, and what is not with the authority yet, is given up.
///
/// # Errors
/// As the database says.
pub(in crate::work) async fn keep_after_all(
    tx: &mut Tx,
    actor: &Actor,
    person_id: i64,
    since: i64,
) -> Result<(), Failure> {
    for found in certificate::of_person(tx.conn(), person_id, MOST).await? {
        let Some(open) = stored::open_about(tx.conn(), found.id).await? else { continue };
        let may = Step::from_name(&open.state).is_some_and(|state| state.may(Event::Withdraw));
        let own = found.person_id == Some(person_id) && open.operation == Operation::Revoke.name();
        if own && may && open.asked_at >= since {
            advance(tx, actor, &open, Event::Withdraw, None).await?;
        }
    }
    Ok(())
}

/// Certificates of one person at most.
const MOST: i64 = 1000;

/// The certificate, for whoever may ask for something about it: whose it is, who keeps it, the unit.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn asked_of(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Certificate, Failure> {
    let found = certificate::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    match may_ask(conn, actor, &found).await? {
        true => Ok(found),
        false => Err(Failure::NotFound),
    }
}

/// Whether the actor may ask for something about a certificate: whose it is, who keeps it, its unit, and the unit where its person is now.
async fn may_ask(conn: &mut Conn, actor: &Actor, found: &Certificate) -> Result<bool, StoreError> {
    if own(actor, found) || actor.may(Action::AskCertificates, &found.path) {
        return Ok(true);
    }
    let Some(person) = found.person_id else { return Ok(false) };
    let now = unit_of(conn, person).await?;
    Ok(now.is_some_and(|(_, path)| actor.may(Action::AskCertificates, &path)))
}

/// The unit where somebody is now, with its path.
async fn unit_of(conn: &mut Conn, person_id: i64) -> Result<Option<(i64, String)>, StoreError> {
    let Some(found) = person::by_id(conn, person_id).await? else { return Ok(None) };
    Ok(unit::by_id(conn, found.unit_id).await?.map(|unit| (unit.id, unit.path)))
}

/// The certificate with what the actor may ask for about it, for a form.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn about(
    conn: &mut Conn,
    actor: &Actor,
    id: i64,
) -> Result<(contract::certificate::CertificateRow, Vec<Operation>), Failure> {
    let found = asked_of(conn, actor, id).await?;
    let may = match stored::open_about(conn, id).await? {
        Some(_) => Vec::new(),
        None => possible(conn, actor, &found).await?,
    };
    Ok((super::row(found)?, may))
}

fn own(actor: &Actor, found: &Certificate) -> bool {
    actor.person_id.is_some() && (actor.person_id == found.person_id || actor.person_id == found.holder_id)
}

/// What the actor may ask for about a certificate.
pub(super) async fn possible(conn: &mut Conn, actor: &Actor, found: &Certificate) -> Result<Vec<Operation>, Failure> {
    if !may_ask(conn, actor, found).await? {
        return Ok(Vec::new());
    }
    let state = State::from_name(&found.state).ok_or(Failure::Internal)?;
    Ok(Operation::ALL.iter().copied().filter(|operation| operation.fits(state)).collect())
}

fn in_service(person: Option<&person::Person>) -> Result<(), Failure> {
    match person.is_some_and(|person| person.left_on.is_some()) {
        true => Err(Failure::Refused { why: Refusal::HasLeft }),
        false => Ok(()),
    }
}

/// What is asked for.
struct What<'a> {
    operation: Operation,
    kind: SubscriberKind,
    unit_id: i64,
    person_id: Option<i64>,
    device: Option<&'a str>,
    keeper_id: Option<i64>,
    certificate_id: Option<i64>,
    reason: Option<&'a str>,
}

/// Asks for it. Who may give the unit's word gives it by asking.
async fn ask(tx: &mut Tx, actor: &Actor, what: &What<'_>) -> Result<i64, Failure> {
    let id = write(tx, actor, what).await?;
    endorse_by_asking(tx, actor, id).await?;
    Ok(id)
}

async fn endorse_by_asking(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let found = stored::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
    if actor.may(Action::EndorseCertificates, &found.path) {
        advance(tx, actor, &found, Event::Endorse, None).await?;
    }
    Ok(())
}

/// Writes the request down.
async fn write(tx: &mut Tx, actor: &Actor, what: &What<'_>) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let today = date::day_of(at_ms);
    let due = due(tx.conn(), what.operation, Step::Asked, today).await?;
    let new = NewRequest {
        operation: what.operation.name(),
        kind: what.kind.name(),
        unit_id: what.unit_id,
        person_id: what.person_id,
        device: what.device,
        keeper_id: what.keeper_id,
        certificate_id: what.certificate_id,
        regime: regime(today)?.name,
        reason: what.reason,
        state: Step::Asked.name(),
        due_at: due,
        asked_by: actor.account_id,
    };
    let id = match stored::insert(tx.conn(), &new, at_ms).await {
        Err(StoreError::Taken(_)) => return Err(Failure::Refused { why: Refusal::AskedAlready }),
        other => other?,
    };
    let object = format!("certificate_request:{id}");
    account::note_duty(tx.conn(), &object, Act::Asked, &actor.duty_key(), at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "certificate_request.ask",
        object,
        facts: serde_json::json!({
            "operation": what.operation.name(), "certificate": what.kind.name(), "unit": what.unit_id, "person": what.person_id,
            "keeper": what.keeper_id, "of_certificate": what.certificate_id,
        }),
        personal: what.reason.map(|reason| (what.person_id, serde_json::json!({ "reason": reason }))),
    });
    Ok(id)
}

fn regime(day: Date) -> Result<&'static Regime, Failure> {
    Regime::on(day).ok_or(Failure::Refused { why: Refusal::Impossible })
}

/// The last millisecond of the day until which the next step should be done, of a request that comes into a state on a day. A locked device
/// is restored within the term of the law, counted from when it is asked for; what a law says of an answer stands before our own days.
pub(super) async fn due(conn: &mut Conn, operation: Operation, state: Step, day: Date) -> Result<Option<i64>, Failure> {
    let regime = regime(day)?;
    let term = |term| regime.term(term);
    let days = match (operation, state) {
        (_, Step::Done | Step::Refused | Step::Withdrawn) => return Ok(None),
        (Operation::Restore, Step::Asked) => term(Term::Restoration).unwrap_or(REVIEW_DAYS),
        (Operation::Renew, Step::Sent) => term(Term::Renewal).unwrap_or(ANSWER_DAYS),
        (_, Step::Sent) => ANSWER_DAYS,
        (_, Step::SentBack) => CORRECT_DAYS,
        (_, Step::Granted | Step::Received) => HAND_OVER_DAYS,
        _ => REVIEW_DAYS,
    };
    Ok(Some(end_of_day(outbox::calendar(conn).await?.last_day(day, days))))
}

/// The last millisecond of a day.
pub(super) fn end_of_day(day: Date) -> i64 {
    date::start_of(date::days_later(day, 1)) - 1
}
