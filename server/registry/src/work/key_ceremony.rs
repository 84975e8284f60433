//! Key ceremonies: who runs the system proposes one, an approver agrees, three custodians draw the set and take a share each.
//!
//! What the vault does stands in [`crate::card_vault`]. It is asked within the transaction that notes what it did, while the ceremony's row is
//! held: two custodians who press at the same moment are one after the other, and a transaction that is taken back leaves a draft that the
//! next draw replaces. So a ceremony goes on where it was after any interruption, but for a share: it is shown once.

use contract::{Failure, Fault, Faults, Refusal};
use model::duty::Act;
use model::lifecycle::{Ceremony, CeremonyEvent, Lifecycle};
use model::role::{Action, Role};
use zeroize::Zeroizing;

use super::grants::parse_reason;
use super::safe::{Safe, identity, share_fault, told, typed, version_of, written};
use super::typed::needed;
use crate::card_vault::{CUSTODIANS, CardVaultError, Component, PublicKey, SetId};
use crate::store::key::ceremony::{self, Custodian};
use crate::store::key::set;
use crate::store::{Record, account};
use crate::{Actor, Conn, Tx, date};

/// Fewest characters of a component: fifty bits of dice, and more of anything else.
pub const COMPONENT_CHARS: usize = 20;
/// Fields of the three custodians in the form.
pub const FIELDS: [&str; CUSTODIANS] = ["custodian1", "custodian2", "custodian3"];
const DECISION_CHARS: usize = 120;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct BeginCeremony {
    /// Accounts of the custodians.
    pub custodians: [Option<i64>; CUSTODIANS],
    /// The document by which it is held.
    pub decision: String,
}

/// A share as its custodian sees it, once. No `Debug`.
pub struct Shown {
    /// Its lines.
    pub share: Zeroizing<String>,
    /// 1 to 3.
    pub number: u8,
}

/// Accounts that the actor may name: id and name.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn candidates(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Vec<(i64, String)>, Failure> {
    if !actor.may_somewhere(Action::ProposeKeys) {
        return Err(Failure::Forbidden);
    }
    let named = may_be_named(conn, actor, at_ms).await?;
    Ok(named.into_iter().map(|(id, name, _)| (id, name)).collect())
}

async fn may_be_named(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Vec<(i64, String, Option<i64>)>, Failure> {
    let all = ceremony::candidates(conn, Role::KeyCustodian.name(), &date::iso_day(at_ms)).await?;
    // who runs the system has the vault's file: never a share besides
    Ok(all.into_iter().filter(|(id, _, person)| duty_key(*id, *person) != actor.duty_key()).collect())
}

fn duty_key(account_id: i64, person_id: Option<i64>) -> String {
    person_id.map_or_else(|| format!("account:{account_id}"), |person| format!("person:{person}"))
}

/// Proposes a ceremony; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Refusal::CeremonyUnderWay`]; faults beside `decision` and [`FIELDS`].
pub async fn begin_ceremony(tx: &mut Tx, actor: &Actor, safe: &Safe, form: BeginCeremony) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ProposeKeys, at_ms)?;
    if ceremony::under_way(tx.conn()).await?.is_some() {
        return Err(Failure::Refused { why: Refusal::CeremonyUnderWay });
    }
    let mut faults = Faults::default();
    let decision = faults.take("decision", needed(&form.decision, DECISION_CHARS));
    let known = may_be_named(tx.conn(), actor, at_ms).await?;
    let mut named: Vec<(i64, String)> = Vec::new();
    for (field, chosen) in FIELDS.into_iter().zip(form.custodians) {
        let custodian = match chosen {
            None => Err(Fault::Missing),
            Some(id) => known.iter().find(|(known, ..)| *known == id).ok_or(Fault::Choice),
        };
        let Some((id, _, person)) = faults.take(field, custodian) else { continue };
        let key = duty_key(*id, *person);
        if named.iter().any(|(_, other)| *other == key) {
            faults.add(field, Fault::Taken);
        }
        named.push((*id, key));
    }
    faults.check()?;
    let Some(decision) = decision else { return Err(Failure::Internal) };
    let set_version = next_version(tx.conn(), safe).await?;
    let id = ceremony::insert(tx.conn(), set_version, &decision, (actor.account_id, at_ms)).await?;
    let object = object(id);
    account::note_duty(tx.conn(), &object, Act::Asked, &actor.duty_key(), at_ms).await?;
    for (number, (account_id, key)) in (1..).zip(&named) {
        ceremony::add_custodian(tx.conn(), (id, number), (*account_id, key)).await?;
        // whom it is about counts as having asked: a custodian never agrees to it
        account::note_duty(tx.conn(), &object, Act::Asked, key, at_ms).await?;
    }
    let accounts: Vec<String> = named.iter().map(|(id, _)| id.to_string()).collect();
    let facts = serde_json::json!({ "key_set": set_version, "custodians": accounts, "decision": decision });
    note(tx, actor, "key_ceremony.propose", id, facts);
    Ok(id)
}

/// One more than every version that a set has or had, here or in the vault.
async fn next_version(conn: &mut Conn, safe: &Safe) -> Result<i64, Failure> {
    let noted = set::all(conn).await?.first().map_or(0, |newest| newest.set_version);
    let held = safe.wait_for(|cards, _| cards.key_sets()).await.map_err(told)?;
    let held = held.iter().filter(|set| !set.draft).map(|set| i64::from(set.version.get())).max().unwrap_or(0);
    let next = noted.max(held) + 1;
    version_of(next).map_err(|_| Failure::Refused { why: Refusal::NumbersExhausted })?;
    Ok(next)
}

/// Agrees to a ceremony, or refuses it with a reason.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`]; [`Refusal::Decided`],
/// [`Refusal::SeparationOfDuties`]; a fault beside `reason`.
pub async fn decide_ceremony(tx: &mut Tx, actor: &Actor, id: i64, agree: bool, reason: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::DecideKeys, at_ms)?;
    let held = taken(tx, id).await?;
    let event = if agree { CeremonyEvent::Agree } else { CeremonyEvent::Refuse };
    let state = after(&held, event).map_err(|_| Failure::Refused { why: Refusal::Decided })?;
    let reason = if agree { None } else { parse_reason(reason, true)? };
    account::note_duty(tx.conn(), &object(id), Act::Approved, &actor.duty_key(), at_ms).await?;
    ceremony::decide(tx.conn(), id, state, (actor.account_id, at_ms), reason.as_deref()).await?;
    let action = if agree { "key_ceremony.agree" } else { "key_ceremony.refuse" };
    note_why(tx, actor, (action, id), serde_json::json!({ "key_set": held.set_version }), reason);
    Ok(())
}

/// Takes a custodian's component. Until the set is drawn, another may take its place.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`]; [`Refusal::NotCustodian`], [`Refusal::Impossible`]; a
/// fault beside `component`.
pub async fn give_component(
    tx: &mut Tx,
    actor: &Actor,
    safe: &Safe,
    id: i64,
    component: Zeroizing<String>,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepShares, at_ms)?;
    let held = taken(tx, id).await?;
    let own = own(tx.conn(), actor, id).await?;
    after(&held, CeremonyEvent::Draw)?;
    let given = component.trim();
    match given.chars().count() {
        0 => return Err(Failure::field("component", Fault::Missing)),
        few if few < COMPONENT_CHARS => {
            return Err(Failure::field("component", Fault::TooShort { min: COMPONENT_CHARS }));
        }
        _ if given.len() > crate::card_vault::COMPONENT_BYTES => {
            // letters with marks take up to three bytes
            let max = crate::card_vault::COMPONENT_BYTES / 3;
            return Err(Failure::field("component", Fault::TooLong { max }));
        }
        _ => {}
    }
    let sealed = safe.seal(&component_context(id, own.number), given);
    ceremony::put_component(tx.conn(), (id, own.number), &sealed, at_ms).await?;
    note(tx, actor, "key_ceremony.give", id, serde_json::json!({ "key_set": held.set_version, "share": own.number }));
    Ok(())
}

/// Has the vault draw the set, once every custodian has given a component; any of them may ask for it.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`]; [`Refusal::NotCustodian`], [`Refusal::Impossible`],
/// [`Refusal::SetHeld`]; [`contract::Outage::Keys`].
pub async fn draw_key_set(tx: &mut Tx, actor: &Actor, safe: &Safe, id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepShares, at_ms)?;
    let held = taken(tx, id).await?;
    own(tx.conn(), actor, id).await?;
    let state = after(&held, CeremonyEvent::Draw)?;
    let custodians = ceremony::custodians(tx.conn(), id).await?;
    let mut components: [Component; CUSTODIANS] = Default::default();
    for (component, custodian) in components.iter_mut().zip(&custodians) {
        let Some(sealed) = &custodian.component else {
            return Err(Failure::Refused { why: Refusal::Impossible });
        };
        *component = Component::new(safe.open(&component_context(id, custodian.number), sealed)?);
    }
    let version = version_of(held.set_version)?;
    let drawn = safe.wait_for(move |cards, draw| cards.draw_set(version, &components, draw)).await.map_err(told)?;
    for (share, custodian) in drawn.shares.iter().zip(&custodians) {
        let sealed = safe.seal(&share_context(id, custodian.number), share.reveal());
        ceremony::put_share(tx.conn(), (id, custodian.number), &sealed).await?;
    }
    let values = written(&drawn.set.check_values);
    let known = ceremony::Drawn { set_id: &drawn.set.id.0, check_values: &values, public_key: &drawn.set.signer.key };
    ceremony::set_drawn(tx.conn(), id, state, known, at_ms).await?;
    let facts = serde_json::json!({ "key_set": held.set_version, "draw": drawn.set.id.to_string() });
    note(tx, actor, "key_ceremony.draw", id, facts);
    Ok(())
}

/// Shows a custodian the own share, the first time that it is asked for and never again.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`]; [`Refusal::NotCustodian`], [`Refusal::Impossible`],
/// [`Refusal::ShareShown`].
pub async fn show_share(tx: &mut Tx, actor: &Actor, safe: &Safe, id: i64) -> Result<Shown, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepShares, at_ms)?;
    let held = taken(tx, id).await?;
    let own = own(tx.conn(), actor, id).await?;
    after(&held, CeremonyEvent::Keep)?;
    let sealed = own.share.as_ref().filter(|_| own.shown_at.is_none());
    let sealed = sealed.ok_or(Failure::Refused { why: Refusal::ShareShown })?;
    let share = safe.open(&share_context(id, own.number), sealed)?;
    ceremony::set_shown(tx.conn(), (id, own.number), at_ms).await?;
    note(tx, actor, "key_ceremony.show", id, serde_json::json!({ "key_set": held.set_version, "share": own.number }));
    Ok(Shown { share, number: u8::try_from(own.number).unwrap_or_default() })
}

/// Compares what a custodian copied with the share that was shown, and forgets it. With the last of them the draft becomes a set; whether
/// it was the last.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`]; [`Refusal::NotCustodian`], [`Refusal::Impossible`];
/// a fault beside `share`, which names the mistyped line; [`contract::Outage::Keys`].
pub async fn confirm_share(
    tx: &mut Tx,
    actor: &Actor,
    safe: &Safe,
    id: i64,
    copied: Zeroizing<String>,
) -> Result<bool, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepShares, at_ms)?;
    let held = taken(tx, id).await?;
    let own = own(tx.conn(), actor, id).await?;
    let state = after(&held, CeremonyEvent::Keep)?;
    // one that nobody has seen cannot have been copied
    let sealed = own.share.as_ref().filter(|_| own.shown_at.is_some());
    let sealed = sealed.ok_or(Failure::Refused { why: Refusal::Impossible })?;
    if copied.trim().is_empty() {
        return Err(Failure::field("share", Fault::Missing));
    }
    let shown = typed(&safe.open(&share_context(id, own.number), sealed)?);
    safe.cards.compare_shares(&shown, &typed(&copied)).map_err(share_fault)?;
    ceremony::set_confirmed(tx.conn(), (id, own.number), at_ms).await?;
    note(
        tx,
        actor,
        "key_ceremony.confirm",
        id,
        serde_json::json!({ "key_set": held.set_version, "share": own.number }),
    );
    let custodians = ceremony::custodians(tx.conn(), id).await?;
    let last = custodians.iter().all(|custodian| custodian.confirmed_at.is_some());
    if last {
        keep(tx, actor, safe, &held, &custodians).await?;
        ceremony::end(tx.conn(), id, state, (actor.account_id, at_ms), None).await?;
    }
    Ok(last)
}

/// Makes the draft a set, here and in the vault.
async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    safe: &Safe,
    of: &ceremony::Ceremony,
    custodians: &[Custodian],
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let version = version_of(of.set_version)?;
    let id: [u8; 5] = of.set_id.as_deref().and_then(|id| id.try_into().ok()).ok_or(Failure::Internal)?;
    let kept = safe
        .wait_for(move |cards, draw| {
            cards.keep_set(version, SetId(id), draw)?;
            Ok(cards.key_sets()?.into_iter().find(|set| set.version == version && !set.draft))
        })
        .await
        .map_err(|error| match error {
            // the vault was put back to an earlier state meanwhile
            CardVaultError::Missing { .. } => Failure::Refused { why: Refusal::DraftGone },
            other => told(other),
        })?;
    let kept = kept.ok_or(Failure::Refused { why: Refusal::DraftGone })?;
    let signer = PublicKey { set: version, ..kept.signer };
    set::insert(tx.conn(), &identity(&signer, kept.id, &kept.check_values, Some(of.id)), at_ms).await?;
    let object = super::key_sets::object(of.set_version);
    for custodian in custodians {
        // who has a share of it does not decide about it
        account::note_duty(tx.conn(), &object, Act::Asked, &custodian.actor, at_ms).await?;
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "key_set.keep",
        object,
        facts: serde_json::json!({ "draw": kept.id.to_string(), "ceremony": of.id }),
        personal: None,
    });
    Ok(())
}

/// Gives a ceremony up: whoever proposed, agrees or has a share may. What was drawn is forgotten, and shares of it are worth nothing.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`]; [`Refusal::Impossible`]; a fault beside `reason`; [`contract::Outage::Keys`].
pub async fn break_off(tx: &mut Tx, actor: &Actor, safe: &Safe, id: i64, reason: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if !may_break_off(actor) {
        return Err(Failure::Forbidden);
    }
    let held = taken(tx, id).await?;
    let state = after(&held, CeremonyEvent::BreakOff)?;
    let reason = parse_reason(reason, true)?;
    let version = version_of(held.set_version)?;
    // also before anything was noted as drawn: a draw that was taken back has left its draft
    safe.wait_for(move |cards, draw| cards.discard_draft(version, draw)).await.map_err(told)?;
    ceremony::end(tx.conn(), id, state, (actor.account_id, at_ms), reason.as_deref()).await?;
    note_why(tx, actor, ("key_ceremony.break_off", id), serde_json::json!({ "key_set": held.set_version }), reason);
    Ok(())
}

/// Whether the actor has a part in ceremonies.
pub(super) fn may_break_off(actor: &Actor) -> bool {
    [Action::ProposeKeys, Action::DecideKeys, Action::KeepShares].into_iter().any(|action| actor.may_somewhere(action))
}

/// The ceremony, which nobody else changes meanwhile.
async fn taken(tx: &mut Tx, id: i64) -> Result<ceremony::Ceremony, Failure> {
    if !ceremony::take(tx.conn(), id).await? {
        return Err(Failure::NotFound);
    }
    ceremony::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)
}

/// The state after that, by name.
fn after(of: &ceremony::Ceremony, event: CeremonyEvent) -> Result<&'static str, Failure> {
    let state = Ceremony::from_name(&of.state).ok_or(Failure::Internal)?;
    state.after(event).map(Lifecycle::name).map_err(|_| Failure::Refused { why: Refusal::Impossible })
}

/// The actor as one of its custodians.
async fn own(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Custodian, Failure> {
    let custodians = ceremony::custodians(conn, id).await?;
    let own = custodians.into_iter().find(|custodian| custodian.actor == actor.duty_key());
    own.ok_or(Failure::Refused { why: Refusal::NotCustodian })
}

fn component_context(id: i64, number: i64) -> String {
    format!("ceremony:{id}/component:{number}")
}

fn share_context(id: i64, number: i64) -> String {
    format!("ceremony:{id}/share:{number}")
}

fn object(id: i64) -> String {
    format!("key_ceremony:{id}")
}

fn note(tx: &mut Tx, actor: &Actor, action: &'static str, id: i64, facts: serde_json::Value) {
    note_why(tx, actor, (action, id), facts, None);
}

/// What was typed freely may name somebody: it stands with what can be erased.
fn note_why(
    tx: &mut Tx,
    actor: &Actor,
    (action, id): (&'static str, i64),
    facts: serde_json::Value,
    reason: Option<String>,
) {
    let personal = reason.map(|reason| (None, serde_json::json!({ "reason": reason })));
    tx.record(Record { actor: &actor.reference, action, object: object(id), facts, personal });
}
