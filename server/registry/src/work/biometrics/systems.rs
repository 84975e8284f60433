//! A system at a unit's doors: entered by the unit, decided by somebody else at Home Affairs, ended by the unit (R113, R31).

use contract::{Failure, Fault, Faults, Refusal};
use model::biometric::ExportField;
use model::duty::Act;
use model::lifecycle::{EntrySystem, EntrySystemEvent, Lifecycle as _};
use model::role::Action;

use super::{of_name, seen};
use crate::store::biometric::{self, NewSystem, System};
use crate::store::{Record, account};
use crate::work::ask_card::impossible;
use crate::work::show_unit::unit_meant;
use crate::work::typed::{needed, text};
use crate::{Actor, Tx};

const NAME_CHARS: usize = 100;
const TEXT_CHARS: usize = 500;

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemForm {
    /// Agency code or name of the unit.
    pub unit_code: String,
    /// What it is called.
    pub name: String,
    /// What the data are for.
    pub purpose: String,
    /// Who runs it.
    pub operator: String,
    /// Whom to ask about it.
    pub contact: String,
    /// Names of the fields.
    pub fields: Vec<String>,
}

/// Asks that a system be given data; its id. Nothing of it changes afterwards: other fields are another system.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit_code`, `name`, `purpose`, `operator`, `contact`, `fields`.
pub async fn ask_system(tx: &mut Tx, actor: &Actor, form: &SystemForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepBiometrics, at_ms)?;
    let mut faults = Faults::default();
    let meant = unit_meant(tx.conn(), actor, Action::KeepBiometrics, &form.unit_code).await?;
    let meant =
        meant.and_then(|unit| match actor.may(Action::KeepBiometrics, &unit.path) && unit.closed_on.is_none() {
            true => Ok(unit),
            false => Err(Fault::Unknown),
        });
    let unit = faults.take("unit_code", meant);
    let name = faults.take("name", needed(&form.name, NAME_CHARS));
    let purpose = faults.take("purpose", needed(&form.purpose, TEXT_CHARS));
    let operator = faults.take("operator", needed(&form.operator, TEXT_CHARS));
    let contact = faults.take("contact", needed(&form.contact, TEXT_CHARS));
    let fields: Option<Vec<ExportField>> = form.fields.iter().map(|name| ExportField::from_name(name)).collect();
    let fields = match fields {
        Some(fields) if !fields.is_empty() => Ok(ExportField::names(&fields)),
        Some(_) => Err(Fault::Missing),
        None => Err(Fault::Choice),
    };
    let fields = faults.take("fields", fields);
    faults.check()?;
    let all = (unit, name, purpose, operator, contact, fields);
    let (Some(unit), Some(name), Some(purpose), Some(operator), Some(contact), Some(fields)) = all else {
        return Err(Failure::Internal);
    };
    let new = NewSystem { unit_id: unit.id, name, purpose, operator, contact, fields };
    let id = biometric::insert(tx.conn(), &new, actor.account_id, at_ms).await?;
    // whoever asked does not decide: the database refuses it
    account::note_duty(tx.conn(), &format!("entry_system:{id}"), Act::Asked, &actor.duty_key(), at_ms).await?;
    let facts = serde_json::json!({
        "name": new.name, "unit": new.unit_id, "fields": new.fields.split(' ').collect::<Vec<_>>(), "supplier": new.operator,
    });
    note(tx, actor, "biometric.ask", id, facts);
    Ok(id)
}

/// Home Affairs decides.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::Stale`], [`Refusal::SeparationOfDuties`],
/// [`Refusal::Impossible`]; a fault beside `opinion` where it is refused without a word.
pub async fn decide_system(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    approve: bool,
    answer: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(seen(tx.conn(), actor, id).await?, version)?;
    actor.require(Action::DecideBiometrics, &found.path, at_ms)?;
    if found.created_by.is_some() && found.created_by == actor.account_id {
        return Err(Failure::Refused { why: Refusal::SeparationOfDuties });
    }
    let answer = if approve { text(answer, TEXT_CHARS) } else { needed(answer, TEXT_CHARS).map(Some) };
    let answer = answer.map_err(|fault| Failure::field("opinion", fault))?;
    account::note_duty(tx.conn(), &format!("entry_system:{id}"), Act::Approved, &actor.duty_key(), at_ms).await?;
    step(tx, &found, if approve { EntrySystemEvent::Approve } else { EntrySystemEvent::Refuse }).await?;
    biometric::note_decided(tx.conn(), id, answer.as_deref(), actor.account_id, at_ms).await?;
    let action = if approve { "biometric.approve" } else { "biometric.refuse" };
    note(tx, actor, action, id, serde_json::json!({ "name": found.name, "unit": found.unit_id }));
    Ok(())
}

/// The unit uses it no more: nobody's data go there, and the last file says that all are to be deleted.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`].
pub async fn end_system(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(seen(tx.conn(), actor, id).await?, version)?;
    actor.require(Action::KeepBiometrics, &found.path, at_ms)?;
    step(tx, &found, EntrySystemEvent::End).await?;
    biometric::note_ended(tx.conn(), id, at_ms).await?;
    note(tx, actor, "biometric.end", id, serde_json::json!({ "name": found.name, "unit": found.unit_id }));
    Ok(())
}

async fn step(tx: &mut Tx, found: &System, event: EntrySystemEvent) -> Result<EntrySystem, Failure> {
    let from = of_name(&found.state)?;
    let to = from.after(event).map_err(impossible)?;
    if !biometric::put_state(tx.conn(), (found.id, found.version), (from.name(), to.name())).await? {
        return Err(Failure::Stale);
    }
    Ok(to)
}

fn at_version(found: System, version: i64) -> Result<System, Failure> {
    if found.version == version { Ok(found) } else { Err(Failure::Stale) }
}

fn note(tx: &mut Tx, actor: &Actor, action: &'static str, id: i64, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object: format!("entry_system:{id}"), facts, personal: None });
}
