//! A class is closed with who completed it, cancelled, or taken up again (R49).

use contract::{Failure, Fault, Refusal};
use model::lifecycle::{Lifecycle as _, TrainingClass as State, TrainingClassEvent as Event};
use model::role::Action;

use super::{record, seen};
use crate::store::training_class as stored;
use crate::work::ask_card::impossible;
use crate::work::typed::{needed, text};
use crate::{Actor, Tx, date};

const REASON_CHARS: usize = 500;

/// What is said about a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassStepForm {
    /// Event by name.
    pub event: String,
    /// Why, where it is cancelled or taken up again.
    pub reason: String,
    /// Who completed it, where it is closed.
    pub completed: Vec<i64>,
}

/// Takes a class to its next state.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`]; [`Refusal::EmptyList`] where a class that nobody
/// is in would be closed; faults beside `class_event` (also [`Fault::Future`] for a class whose last day is to come) and `reason`.
pub async fn step_class(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: &ClassStepForm,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::KeepClasses, &found.path, at_ms)?;
    let event = Event::from_name(&form.event).ok_or_else(|| Failure::field("class_event", Fault::Choice))?;
    if found.version != version {
        return Err(Failure::Stale);
    }
    let to: State = found.state.after(event).map_err(impossible)?;
    let reason = match event.needs_reason() {
        true => needed(&form.reason, REASON_CHARS).map(Some),
        false => text(&form.reason, REASON_CHARS),
    };
    let reason = reason.map_err(|fault| Failure::field("reason", fault))?;
    let mut facts = serde_json::json!({ "class_state": to.name(), "reason": reason });
    match event {
        Event::Close => {
            if !found.has_ended(date::day_of(at_ms)) {
                return Err(Failure::field("class_event", Fault::Future));
            }
            if found.learners == 0 {
                return Err(Failure::Refused { why: Refusal::EmptyList });
            }
            stored::put_completed(tx.conn(), id, Some(&form.completed)).await?;
            facts["completed"] = serde_json::json!(form.completed);
        }
        Event::Reopen => stored::put_completed(tx.conn(), id, None).await?,
        Event::Cancel => {}
    }
    if !stored::put_state(tx.conn(), (id, version), (to.name(), reason.as_deref()), at_ms).await? {
        return Err(Failure::Stale);
    }
    let action = match event {
        Event::Close => "training_class.close",
        Event::Cancel => "training_class.cancel",
        Event::Reopen => "training_class.reopen",
    };
    record(tx, actor, id, action, facts);
    Ok(())
}
