//! Giving roles: one proposes with a decision number, another decides, and nobody decides about themselves.

use contract::view::{GrantLine, GrantState};
use contract::{Failure, Fault, Faults, Refusal};
use model::duty::Act;
use model::role::{Action, Reach, Role};
use model::text::clean;

use super::show_unit::unit_meant;
use crate::store::{Record, account, grant, unit};
use crate::{Actor, Conn, Tx, date};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct ProposeGrant {
    /// Account.
    pub account_id: i64,
    /// Role by name.
    pub role: String,
    /// Agency code of the unit in either notation, or its name; empty for the whole province.
    pub unit_code: String,
    /// First day; empty for today.
    pub valid_from: String,
    /// Last day; empty for no end.
    pub valid_to: String,
    /// Decision number.
    pub decision: String,
}

const DECISION_CHARS: usize = 60;
const REASON_CHARS: usize = 500;

/// Proposes a role; the grant's id. On the machine itself it is in force at once: so begins an empty province.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Refusal::OwnAccount`]; faults beside `role`, `unit_code`, `valid_from`, `valid_to`,
/// `decision`.
pub async fn propose_grant(tx: &mut Tx, actor: &Actor, typed: ProposeGrant) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ProposeGrant, at_ms)?;
    let account = account::by_id(tx.conn(), typed.account_id).await?.ok_or(Failure::NotFound)?;
    if account.state == "disabled" {
        return Err(Failure::Refused { why: Refusal::AccountInactive });
    }
    if actor.account_id == Some(account.id) || (actor.person_id.is_some() && actor.person_id == account.person_id) {
        return Err(Failure::Refused { why: Refusal::OwnAccount });
    }
    let mut faults = Faults::default();
    let role = faults.take("role", Role::from_name(&typed.role).ok_or(Fault::Choice));
    let unit = match typed.unit_code.trim() {
        "" => unit::root(tx.conn()).await?.ok_or(Fault::Unknown),
        text => unit_meant(tx.conn(), actor, Action::ProposeGrant, text).await?,
    };
    let unit = faults.take("unit_code", unit);
    let today = date::day_of(at_ms);
    let from = match typed.valid_from.trim() {
        "" => Some(today),
        text => faults.take("valid_from", date::parse(text)),
    };
    let to = match typed.valid_to.trim() {
        "" => None,
        text => faults.take("valid_to", date::parse(text)),
    };
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        faults.add("valid_to", Fault::Before { day: from.to_string() });
    }
    let decision = clean(&typed.decision);
    if decision.is_empty() {
        faults.add("decision", Fault::Missing);
    } else if decision.chars().count() > DECISION_CHARS {
        faults.add("decision", Fault::TooLong { max: DECISION_CHARS });
    }
    faults.check()?;
    let (Some(role), Some(unit), Some(from)) = (role, unit, from) else { return Err(Failure::Internal) };
    if unit.parent_id.is_some() && only_province(role) {
        return Err(Failure::Refused { why: Refusal::ProvinceOnly });
    }
    let at_once = actor.account_id.is_none();
    let new = grant::NewGrant {
        account_id: account.id,
        role: role.name(),
        unit_id: unit.id,
        valid_from: from.to_string(),
        valid_to: to.map(|day| day.to_string()),
        decision,
        state: if at_once { "in_force" } else { "proposed" },
        proposed_by: actor.account_id,
    };
    enter(tx, actor, &account, new).await
}

async fn enter(tx: &mut Tx, actor: &Actor, account: &account::Account, new: grant::NewGrant) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let id = grant::insert(tx.conn(), &new, at_ms).await?;
    account::note_duty(tx.conn(), &format!("grant:{id}"), Act::Asked, &actor.duty_key(), at_ms).await?;
    // whom it is about counts as having asked
    let about =
        account.person_id.map_or_else(|| format!("account:{}", account.id), |person| format!("person:{person}"));
    account::note_duty(tx.conn(), &format!("grant:{id}"), Act::Asked, &about, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: if new.state == "in_force" { "grant.give" } else { "grant.propose" },
        object: format!("grant:{id}"),
        facts: serde_json::json!({
            "account": new.account_id, "role": new.role, "unit": new.unit_id, "from": new.valid_from, "to": new.valid_to,
            "decision": new.decision,
        }),
        personal: None,
    });
    Ok(id)
}

/// Ends the roles of an account that need a second factor and proposes them anew: whoever gives an account new keys must
/// not come into its power alone (R31).
pub(super) async fn propose_again(tx: &mut Tx, actor: &Actor, account: &account::Account) -> Result<(), Failure> {
    let today = date::iso_day(tx.at_ms());
    for held in grant::of_account(tx.conn(), account.id).await? {
        let Some(role) = Role::from_name(&held.role).filter(|role| role.needs_second_factor()) else { continue };
        if held.state != "in_force" || held.valid_to.as_ref().is_some_and(|last| *last < today) {
            continue;
        }
        end(tx, actor, &held, None).await?;
        let new = grant::NewGrant {
            account_id: account.id,
            role: role.name(),
            unit_id: held.unit_id,
            valid_from: held.valid_from.max(today.clone()),
            valid_to: held.valid_to,
            decision: held.decision,
            state: "proposed",
            proposed_by: actor.account_id,
        };
        enter(tx, actor, account, new).await?;
    }
    Ok(())
}

/// Ends every role of an account.
pub(super) async fn end_all(tx: &mut Tx, actor: &Actor, account_id: i64) -> Result<(), Failure> {
    for held in grant::of_account(tx.conn(), account_id).await? {
        if held.state == "in_force" || held.state == "proposed" {
            end(tx, actor, &held, None).await?;
        }
    }
    Ok(())
}

async fn end(tx: &mut Tx, actor: &Actor, held: &grant::Grant, reason: Option<String>) -> Result<(), Failure> {
    let day = date::iso_day(tx.at_ms());
    if !grant::end(tx.conn(), held.id, held.version, &day).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "grant.end",
        object: format!("grant:{}", held.id),
        facts: serde_json::json!({ "account": held.account_id, "role": held.role, "unit": held.unit_id }),
        personal: reason.map(|reason| (held.person_id, serde_json::json!({ "reason": reason }))),
    });
    Ok(())
}

/// A role all of whose actions reach the whole province means nothing on a lower unit.
fn only_province(role: Role) -> bool {
    let mut actions =
        Action::ALL.into_iter().map(Action::permission).filter(|row| row.roles.contains(&role)).peekable();
    actions.peek().is_some() && actions.all(|row| row.reach == Reach::Province)
}

/// Approves or refuses what was proposed.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`], [`Failure::Stale`];
/// [`Refusal::Decided`], [`Refusal::SeparationOfDuties`]; a fault beside `reason` when a refusal has none.
pub async fn decide_grant(
    tx: &mut Tx,
    actor: &Actor,
    id: i64,
    version: i64,
    approve: bool,
    reason: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::DecideGrant, at_ms)?;
    let grant = grant::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if grant.state != "proposed" {
        return Err(Failure::Refused { why: Refusal::Decided });
    }
    let reason = parse_reason(reason, !approve)?;
    let decided_by = actor.account_id.ok_or(Failure::Forbidden)?;
    // the database refuses whoever proposed it or whom it is about (R31)
    account::note_duty(tx.conn(), &format!("grant:{id}"), Act::Approved, &actor.duty_key(), at_ms).await?;
    let state = if approve { "in_force" } else { "refused" };
    if !grant::decide(tx.conn(), id, version, state, decided_by, at_ms).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: if approve { "grant.approve" } else { "grant.refuse" },
        object: format!("grant:{id}"),
        facts: serde_json::json!({ "account": grant.account_id, "role": grant.role, "unit": grant.unit_id }),
        personal: reason.map(|reason| (grant.person_id, serde_json::json!({ "reason": reason }))),
    });
    Ok(())
}

/// Ends a role that is in force, or withdraws one that was proposed. Taking away needs no second person, but the second
/// factor freshly shown.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`]; [`Refusal::OwnAccount`]; a fault beside `reason`.
pub async fn end_grant(tx: &mut Tx, actor: &Actor, id: i64, version: i64, reason: &str) -> Result<(), Failure> {
    actor.require_somewhere(Action::ChangeAccounts, tx.at_ms())?;
    let held = grant::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if actor.account_id == Some(held.account_id) || (actor.person_id.is_some() && actor.person_id == held.person_id) {
        return Err(Failure::Refused { why: Refusal::OwnAccount });
    }
    let reason = parse_reason(reason, true)?;
    end(tx, actor, &grant::Grant { version, ..held }, reason).await
}

/// A reason, cleaned; a fault beside `reason` when one is needed and missing, or too long.
pub(super) fn parse_reason(typed: &str, needed: bool) -> Result<Option<String>, Failure> {
    let reason = clean(typed);
    if reason.is_empty() {
        return if needed { Err(Failure::field("reason", Fault::Missing)) } else { Ok(None) };
    }
    if reason.chars().count() > REASON_CHARS {
        return Err(Failure::field("reason", Fault::TooLong { max: REASON_CHARS }));
    }
    Ok(Some(reason))
}

/// One grant, for the page on which it is decided.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn show_grant(conn: &mut Conn, actor: &Actor, id: i64) -> Result<GrantLine, Failure> {
    if !actor.may_somewhere(Action::SeeAccounts) {
        return Err(Failure::Forbidden);
    }
    grant::by_id(conn, id).await?.and_then(|row| line(row, actor)).ok_or(Failure::NotFound)
}

/// A stored grant as the screens show it; `None` for a role that this program does not know.
pub(super) fn line(row: grant::Grant, actor: &Actor) -> Option<GrantLine> {
    let state = match row.state.as_str() {
        "proposed" => GrantState::Proposed,
        "in_force" => GrantState::InForce,
        "refused" => GrantState::Refused,
        _ => GrantState::Ended,
    };
    let own = actor.account_id.is_some_and(|id| row.account_id == id || row.proposed_by == Some(id))
        || (actor.person_id.is_some() && actor.person_id == row.person_id);
    Some(GrantLine {
        id: row.id,
        account_id: row.account_id,
        account: row.account,
        role: Role::from_name(&row.role)?,
        unit_id: row.unit_id,
        unit: row.unit,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        decision: row.decision,
        state,
        proposed_by: row.proposer,
        proposed_at: row.proposed_at,
        version: row.version,
        own,
    })
}
