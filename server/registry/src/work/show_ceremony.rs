//! A ceremony as one viewer sees it: how far it is, and the viewer's own step.

use contract::Failure;
use contract::keys::{CeremonyLine, CeremonyStep, CeremonyView, CustodianLine};
use model::lifecycle::{Ceremony, CeremonyEvent, Lifecycle};
use model::role::Action;

use super::key_ceremony::may_break_off;
use super::key_sets::set_id;
use super::safe::read;
use crate::store::key::ceremony::{self, Custodian};
use crate::{Actor, Conn};

/// One ceremony.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn show_ceremony(conn: &mut Conn, actor: &Actor, id: i64) -> Result<CeremonyView, Failure> {
    if !actor.may_somewhere(Action::SeeKeys) {
        return Err(Failure::Forbidden);
    }
    let held = ceremony::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let custodians = ceremony::custodians(conn, id).await?;
    let line = line(&held).ok_or(Failure::Internal)?;
    let small = |custodian: &Custodian| CustodianLine {
        number: u8::try_from(custodian.number).unwrap_or_default(),
        name: custodian.name.clone(),
        given_at: custodian.given_at,
        shown_at: custodian.shown_at,
        confirmed_at: custodian.confirmed_at,
    };
    Ok(CeremonyView {
        next: next(actor, line.state, &custodians),
        may_break_off: line.state.may(CeremonyEvent::BreakOff) && may_break_off(actor),
        line,
        decision: held.decision,
        proposed_by: held.proposed_by,
        decided_at: held.decided_at,
        decided_by: held.decided_by,
        drawn_at: held.drawn_at,
        ended_at: held.ended_at,
        ended_by: held.ended_by,
        reason: held.reason,
        set_id: held.set_id.as_deref().map(set_id),
        check_values: held.check_values.as_deref().map(read).unwrap_or_default(),
        custodians: custodians.iter().map(small).collect(),
    })
}

/// A ceremony in a list.
pub(super) fn line(of: &ceremony::Ceremony) -> Option<CeremonyLine> {
    Some(CeremonyLine {
        id: of.id,
        set_version: u8::try_from(of.set_version).ok()?,
        state: Ceremony::from_name(&of.state)?,
        proposed_at: of.proposed_at,
    })
}

/// What the viewer can do now.
pub(super) fn next(actor: &Actor, state: Ceremony, custodians: &[Custodian]) -> Option<CeremonyStep> {
    let key = actor.duty_key();
    let own = custodians.iter().find(|custodian| custodian.actor == key);
    match (state, own) {
        (Ceremony::Proposed, None) => actor.may_somewhere(Action::DecideKeys).then_some(CeremonyStep::Decide),
        (Ceremony::Agreed, Some(own)) if own.given_at.is_none() => Some(CeremonyStep::Give),
        (Ceremony::Agreed, Some(_)) => {
            custodians.iter().all(|custodian| custodian.given_at.is_some()).then_some(CeremonyStep::Draw)
        }
        (Ceremony::Drawn, Some(own)) if own.shown_at.is_none() => Some(CeremonyStep::Show),
        (Ceremony::Drawn, Some(own)) if own.confirmed_at.is_none() => Some(CeremonyStep::Confirm),
        _ => None,
    }
    .filter(|step| *step == CeremonyStep::Decide || actor.may_somewhere(Action::KeepShares))
}
