//! A request is agreed to by the unit, reviewed by the subscriber manager, corrected or given up by who asked (R118).

use contract::{Failure, Fault, Refusal};
use model::certificate::Operation;
use model::duty::Act;
use model::lifecycle::{CertificateRequest as Step, CertificateRequestEvent as Event, Lifecycle as _};
use model::role::Action;

use super::ask::{REASON_CHARS, due};
use super::requests::{may, own, seen};
use crate::store::certificate_request::{self as stored, Change, Request};
use crate::store::{Record, account};
use crate::work::ask_card::impossible;
use crate::work::typed::{needed, text};
use crate::{Actor, Tx, date};

/// What is said about a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewForm {
    /// Event by name.
    pub event: String,
    /// Why; where it is asked for again, what was corrected.
    pub reason: String,
}

/// The unit's head agrees, or sends it back.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`]; faults beside `event`, `reason`.
pub async fn endorse(tx: &mut Tx, actor: &Actor, request: (i64, i64), form: &ReviewForm) -> Result<(), Failure> {
    let found = for_step(tx, actor, request, Action::EndorseCertificates).await?;
    step(tx, actor, &found, &[Event::Endorse, Event::SendBack], form).await
}

/// The subscriber manager accepts it, sends it back or refuses it; never who asked, nor whose it is.
///
/// # Errors
/// As [`endorse`]; [`Refusal::SeparationOfDuties`].
pub async fn review(tx: &mut Tx, actor: &Actor, request: (i64, i64), form: &ReviewForm) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = for_step(tx, actor, request, Action::KeepCertificates).await?;
    let decides = matches!(Event::from_name(&form.event), Some(Event::Accept | Event::Refuse));
    if decides && own(actor, &found) {
        return Err(Failure::Refused { why: Refusal::SeparationOfDuties });
    }
    step(tx, actor, &found, &[Event::Accept, Event::SendBack, Event::Refuse], form).await?;
    if decides {
        // the database refuses whoever asked (R31)
        let object = format!("certificate_request:{}", found.id);
        account::note_duty(tx.conn(), &object, Act::Approved, &actor.duty_key(), at_ms).await?;
    }
    Ok(())
}

/// Who asked, or the unit, corrects it or gives it up.
///
/// # Errors
/// As [`endorse`].
pub async fn mend(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), form: &ReviewForm) -> Result<(), Failure> {
    let found = seen(tx.conn(), actor, id).await?;
    if !own(actor, &found) && !actor.may(Action::AskCertificates, &found.path) {
        return Err(Failure::Forbidden);
    }
    if found.version != version {
        return Err(Failure::Stale);
    }
    step(tx, actor, &found, &[Event::AskAgain, Event::Withdraw], form).await
}

/// The request, if the actor may do that in its unit and it is still as the page showed it.
pub(super) async fn for_step(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    action: Action,
) -> Result<Request, Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(action, &found.path, at_ms)?;
    if found.version == version { Ok(found) } else { Err(Failure::Stale) }
}

async fn step(tx: &mut Tx, actor: &Actor, found: &Request, events: &[Event], form: &ReviewForm) -> Result<(), Failure> {
    let event = Event::from_name(&form.event).filter(|event| events.contains(event));
    let event = event.ok_or_else(|| Failure::field("event", Fault::Choice))?;
    if !may(actor, found)?.contains(&event) {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let asks = Operation::from_name(&found.operation).is_some_and(Operation::needs_reason);
    let reason = match event.needs_reason() || (event == Event::AskAgain && asks) {
        true => needed(&form.reason, REASON_CHARS).map(Some),
        false => text(&form.reason, REASON_CHARS),
    };
    let reason = reason.map_err(|fault| Failure::field("reason", fault))?;
    advance(tx, actor, found, event, reason.as_deref()).await?;
    if event == Event::AskAgain {
        stored::put_reason(tx.conn(), found.id, reason.as_deref()).await?;
        let path = &found.path;
        // as when it was asked for first: the head's own word is the unit's
        if actor.may(Action::EndorseCertificates, path) {
            let again = stored::by_id(tx.conn(), found.id).await?.ok_or(Failure::Internal)?;
            advance(tx, actor, &again, Event::Endorse, None).await?;
        }
    }
    Ok(())
}

/// Takes a request to its next state, with its clock and its entry in the log; the state.
pub(super) async fn advance(
    tx: &mut Tx,
    actor: &Actor,
    found: &Request,
    event: Event,
    reason: Option<&str>,
) -> Result<Step, Failure> {
    let at_ms = tx.at_ms();
    let operation = Operation::from_name(&found.operation).ok_or(Failure::Internal)?;
    let from = Step::from_name(&found.state).ok_or(Failure::Internal)?;
    let to = from.after_for(operation, event).map_err(impossible)?;
    // the term of a restoration runs from the day it was asked for to its end
    let due_at = match (operation, event) {
        (Operation::Restore, event) if event != Event::AskAgain && to.is_open() => found.due_at,
        _ => due(tx.conn(), operation, to, date::day_of(at_ms)).await?,
    };
    let answer = if event == Event::AskAgain { None } else { reason };
    let change = Change { state: to.name(), due_at, answer };
    if !stored::put(tx.conn(), (found.id, found.version), &change, at_ms).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: action(event),
        object: format!("certificate_request:{}", found.id),
        facts: serde_json::json!({ "request_state": to.name(), "certificate_list": found.list_id }),
        personal: reason.map(|reason| (found.person_id, serde_json::json!({ "reason": reason }))),
    });
    Ok(to)
}

fn action(event: Event) -> &'static str {
    match event {
        Event::Endorse => "certificate_request.endorse",
        Event::Accept => "certificate_request.accept",
        Event::SendBack => "certificate_request.send_back",
        Event::AskAgain => "certificate_request.ask_again",
        Event::List => "certificate_request.list",
        Event::Unlist => "certificate_request.unlist",
        Event::Send => "certificate_request.send",
        Event::Grant => "certificate_request.grant",
        Event::Refuse => "certificate_request.refuse",
        Event::Receive => "certificate_request.receive",
        Event::HandOver => "certificate_request.hand_over",
        Event::Close => "certificate_request.close",
        Event::Withdraw => "certificate_request.withdraw",
    }
}
