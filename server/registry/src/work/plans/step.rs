//! A plan is put before whoever fixes it, sent back, fixed by its document, taken up again (R123). Who wrote it does not fix it (R31).

use contract::{Failure, Fault, Faults, Refusal};
use model::duty::Act;
use model::lifecycle::{CertificatePlan as State, CertificatePlanEvent as Event, Lifecycle as _};
use model::role::Action;

use super::{object, rows, seen};
use crate::store::plan::{self as stored, Step};
use crate::store::{Record, account};
use crate::work::ask_card::impossible;
use crate::work::typed::{needed, text};
use crate::{Actor, Tx, date};

const REASON_CHARS: usize = 500;
const NUMBER_CHARS: usize = 60;

/// What is said about a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanStepForm {
    /// Event by name.
    pub event: String,
    /// Why, where something has to be mended or changed.
    pub reason: String,
    /// Number of the document that fixes it.
    pub number: String,
    /// Its day.
    pub day: String,
}

/// Takes a plan to its next state.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::Stale`], [`Refusal::Impossible`],
/// [`Refusal::EmptyList`] for a plan without lines, [`Refusal::SeparationOfDuties`] where who wrote it would fix it; faults beside `event`,
/// `reason`, `document_number`, `document_day`.
pub async fn step_plan(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: &PlanStepForm,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    let event = Event::from_name(&form.event).ok_or_else(|| Failure::field("event", Fault::Choice))?;
    let action = if event.decides() { Action::FixPlans } else { Action::KeepPlans };
    actor.require(action, &found.path, at_ms)?;
    if found.version != version {
        return Err(Failure::Stale);
    }
    let to: State = found.state.after(event).map_err(impossible)?;
    if event == Event::Propose && rows(tx.conn(), id).await?.is_empty() {
        return Err(Failure::Refused { why: Refusal::EmptyList });
    }
    let mut faults = Faults::default();
    let reason = match event.needs_reason() {
        true => needed(&form.reason, REASON_CHARS).map(Some),
        false => text(&form.reason, REASON_CHARS),
    };
    let reason = faults.take("reason", reason).flatten();
    let mut document = None;
    if event == Event::Fix {
        let number = faults.take("document_number", needed(&form.number, NUMBER_CHARS));
        let day = date::parse(&form.day).and_then(|day| match day <= date::day_of(at_ms) {
            true => Ok(day.to_string()),
            false => Err(Fault::Future),
        });
        document = number.zip(faults.take("document_day", day));
    }
    faults.check()?;
    if event == Event::Fix {
        if stored::wrote(tx.conn(), &object(id), &actor.duty_key()).await? {
            return Err(Failure::Refused { why: Refusal::SeparationOfDuties });
        }
        // the database refuses whoever wrote it, too
        account::note_duty(tx.conn(), &object(id), Act::Approved, &actor.duty_key(), at_ms).await?;
    }
    let of_document = document.as_ref().map(|(number, day)| (number.as_str(), day.as_str()));
    let step = Step { state: to.name(), document: of_document, remark: reason.as_deref() };
    if !stored::put(tx.conn(), (id, version), &step, at_ms).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: match event {
            Event::Propose => "certificate_plan.propose",
            Event::SendBack => "certificate_plan.send_back",
            Event::Fix => "certificate_plan.fix",
            Event::Reopen => "certificate_plan.reopen",
        },
        object: object(id),
        facts: serde_json::json!({
            "plan_state": to.name(), "document": document.as_ref().map(|(number, _)| number),
            "on": document.as_ref().map(|(_, day)| day), "reason": reason,
        }),
        personal: None,
    });
    Ok(())
}
