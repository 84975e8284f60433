//! The cards' key sets: which there are, which is in use, and what becomes of those of before.

use chip::keys::{KeyName, SetVersion};
use contract::keys::{Held, KeySetLine, KeySets, PublicKeyView, PublicKeys};
use contract::{Failure, Refusal};
use model::duty::Act;
use model::lifecycle::{KeySet, KeySetEvent, Lifecycle};
use model::role::Action;

use super::grants::parse_reason;
use super::rotation::province_rotation;
use super::safe::{Safe, identity, read, told, version_of, written};
use super::show_ceremony::line;
use crate::card_vault::{self, CardVaultError, CheckValue, SetId};
use crate::hex::hex;
use crate::store::chip as stored_chip;
use crate::store::key::{ceremony, set};
use crate::store::{Record, account};
use crate::{Actor, Conn, Store, Tx};

/// Ceremonies that the page lists.
const CEREMONIES: i64 = 20;

/// The sets, the newest first, each with what the vault says of it; ceremonies; how far the cards in the field are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn show_key_sets(conn: &mut Conn, actor: &Actor, safe: &Safe) -> Result<KeySets, Failure> {
    if !actor.may_somewhere(Action::SeeKeys) {
        return Err(Failure::Forbidden);
    }
    // a token that does not answer does not hide what is noted
    let held = safe.wait_for(|cards, _| cards.key_sets()).await.map_err(told).ok();
    let sets = set::all(conn).await?;
    let ceremonies = ceremony::newest(conn, CEREMONIES).await?;
    let may_begin = ceremonies.iter().all(|of| of.ended_at.is_some()) && actor.may_somewhere(Action::ProposeKeys);
    Ok(KeySets {
        sets: sets.iter().filter_map(|of| told_of(of, held.as_deref())).collect(),
        ceremonies: ceremonies.iter().filter_map(line).collect(),
        rotation: province_rotation(conn).await?,
        may_begin,
    })
}

fn told_of(of: &set::Set, vault: Option<&[card_vault::KeySet]>) -> Option<KeySetLine> {
    let held = match vault {
        None => Held::Unknown,
        Some(sets) => match sets.iter().find(|set| !set.draft && i64::from(set.version.get()) == of.set_version) {
            None => Held::No,
            Some(set) if is_same(of, set.id, &set.check_values) => Held::Yes,
            Some(_) => Held::Other,
        },
    };
    Some(KeySetLine {
        set_version: u8::try_from(of.set_version).ok()?,
        set_id: set_id(&of.set_id),
        state: KeySet::from_name(&of.state)?,
        check_values: read(&of.check_values),
        key_id: hex(&of.key_id),
        demonstration: of.demonstration == 1,
        prepared_at: of.prepared_at,
        used_at: of.used_at,
        retired_at: of.retired_at,
        destroyed_at: of.destroyed_at,
        held,
        ceremony: of.ceremony_id,
    })
}

/// Whether a set of the vault is the one that was noted.
pub(super) fn is_same(of: &set::Set, id: SetId, values: &[(KeyName, CheckValue)]) -> bool {
    of.set_id == id.0 && read(&of.check_values) == read(&written(values))
}

/// Which draw, as the vault writes it.
pub(super) fn set_id(bytes: &[u8]) -> String {
    bytes.try_into().map_or_else(|_| hex(bytes), |id| SetId(id).to_string())
}

/// The version that cards are issued with; `None` before the first set is in use.
///
/// # Errors
/// As the database says.
pub async fn version_in_use(conn: &mut Conn) -> Result<Option<SetVersion>, Failure> {
    let Some(of) = set::in_use(conn).await? else { return Ok(None) };
    Ok(Some(version_of(of.set_version)?))
}

/// The set that cards are issued with, and the Ed25519 key that checks what it signs; `None` before the first set is in use.
///
/// # Errors
/// As the database says.
pub async fn signer_in_use(conn: &mut Conn) -> Result<Option<(SetVersion, [u8; 32])>, Failure> {
    let Some(of) = set::in_use(conn).await? else { return Ok(None) };
    let key = of.public_key.as_slice().try_into().map_err(|_| Failure::Internal)?;
    Ok(Some((version_of(of.set_version)?, key)))
}

/// Puts a prepared set in use: cards are issued with it from now on. The one of before is retired.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`]; [`Refusal::Impossible`],
/// [`Refusal::SeparationOfDuties`] for a custodian of it, [`Refusal::SetMissing`]; [`contract::Outage::Keys`].
pub async fn use_key_set(tx: &mut Tx, actor: &Actor, safe: &Safe, set_version: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::DecideKeys, at_ms)?;
    let of = set::of_version(tx.conn(), set_version).await?.ok_or(Failure::NotFound)?;
    let state = after(&of, KeySetEvent::Use)?;
    account::note_duty(tx.conn(), &object(set_version), Act::Approved, &actor.duty_key(), at_ms).await?;
    let held = safe.wait_for(|cards, _| cards.key_sets()).await.map_err(told)?;
    if !held
        .iter()
        .any(|set| !set.draft && i64::from(set.version.get()) == set_version && is_same(&of, set.id, &set.check_values))
    {
        return Err(Failure::Refused { why: Refusal::SetMissing });
    }
    if let Some(before) = set::in_use(tx.conn()).await? {
        let retired = after(&before, KeySetEvent::Retire)?;
        advance(tx, actor, &before, retired, None).await?;
        note(tx, actor, "key_set.retire", before.set_version, serde_json::json!({ "next": set_version }));
    }
    advance(tx, actor, &of, state, None).await?;
    note(tx, actor, "key_set.use", set_version, serde_json::json!({ "draw": set_id(&of.set_id) }));
    Ok(())
}

/// Destroys a set that no card has. Its public key is kept.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::NotFound`]; [`Refusal::Impossible`], [`Refusal::CardsHaveSet`];
/// a fault beside `reason`; [`contract::Outage::Keys`].
pub async fn destroy_key_set(
    tx: &mut Tx,
    actor: &Actor,
    safe: &Safe,
    set_version: i64,
    reason: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::DecideKeys, at_ms)?;
    let of = set::of_version(tx.conn(), set_version).await?.ok_or(Failure::NotFound)?;
    let state = after(&of, KeySetEvent::Destroy)?;
    let reason = parse_reason(reason, true)?;
    account::note_duty(tx.conn(), &object(set_version), Act::Approved, &actor.duty_key(), at_ms).await?;
    if of.used_at.is_some() && stored_chip::needing_set(tx.conn(), set_version).await? > 0 {
        return Err(Failure::Refused { why: Refusal::CardsHaveSet });
    }
    advance(tx, actor, &of, state, reason.as_deref()).await?;
    let version = version_of(set_version)?;
    let id = of.set_id.clone();
    let destroyed = safe
        .wait_for(move |cards, draw| {
            let held = cards.key_sets()?.into_iter().any(|set| !set.draft && set.version == version && id == set.id.0);
            if held { cards.destroy_set(version, draw) } else { Ok(()) }
        })
        .await;
    match destroyed {
        Ok(()) | Err(CardVaultError::Missing { .. }) => {}
        Err(error) => return Err(told(error)),
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "key_set.destroy",
        object: object(set_version),
        facts: serde_json::json!({ "draw": set_id(&of.set_id) }),
        personal: reason.map(|reason| (None, serde_json::json!({ "reason": reason }))),
    });
    Ok(())
}

/// The public keys of all sets that were in use, by version: those of destroyed ones, too, since what they signed may still be shown.
///
/// # Errors
/// As the database says.
pub async fn public_keys(conn: &mut Conn) -> Result<PublicKeys, Failure> {
    use base64::Engine as _;
    let mut sets = set::all(conn).await?;
    sets.retain(|of| of.used_at.is_some());
    sets.sort_by_key(|of| of.set_version);
    let view = |of: &set::Set| PublicKeyView {
        key_id: hex(&of.key_id),
        set_version: u8::try_from(of.set_version).unwrap_or_default(),
        ed25519: base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&of.public_key),
        state: if of.state == KeySet::InUse.name() { KeySet::InUse } else { KeySet::Retired }.name().to_owned(),
    };
    Ok(PublicKeys { keys: sets.iter().map(view).collect() })
}

/// Draws a first set without custodians and puts it in use, unless there was ever one: a demonstration can issue chips. Nobody sees its
/// shares.
///
/// # Errors
/// [`contract::Outage::Keys`], or as the database says.
pub async fn demonstrate(store: &Store, safe: &Safe, at_ms: i64) -> Result<(), Failure> {
    let safe = safe.clone();
    let write = store.write(at_ms, move |tx| {
        Box::pin(async move {
            if !set::all(tx.conn()).await?.is_empty() {
                return Ok(());
            }
            let drawn = safe
                .wait_for(|cards, draw| {
                    let last = cards.key_sets()?.iter().filter(|set| !set.draft).map(|set| set.version.get()).max();
                    let next = last.unwrap_or(0).saturating_add(1);
                    let version = SetVersion::new(next).ok_or(CardVaultError::Held { version: next })?;
                    let drawn = cards.draw_set(version, &Default::default(), draw)?;
                    cards.keep_set(version, drawn.set.id, draw)?;
                    Ok(drawn.set)
                })
                .await
                .map_err(told)?;
            let (console, set_version) = (Actor::console(), i64::from(drawn.version.get()));
            set::insert(tx.conn(), &identity(&drawn.signer, drawn.id, &drawn.check_values, None), at_ms).await?;
            let of = set::of_version(tx.conn(), set_version).await?.ok_or(Failure::Internal)?;
            let state = after(&of, KeySetEvent::Use)?;
            advance(tx, &console, &of, state, None).await?;
            let facts = serde_json::json!({ "draw": drawn.id.to_string(), "demonstration": true });
            note(tx, &console, "key_set.use", set_version, facts);
            Ok(())
        })
    });
    write.await
}

/// The state after that, by name.
fn after(of: &set::Set, event: KeySetEvent) -> Result<&'static str, Failure> {
    let state = KeySet::from_name(&of.state).ok_or(Failure::Internal)?;
    state.after(event).map(Lifecycle::name).map_err(|_| Failure::Refused { why: Refusal::Impossible })
}

async fn advance(
    tx: &mut Tx,
    actor: &Actor,
    of: &set::Set,
    to: &'static str,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let by = (actor.account_id, at_ms);
    if set::advance(tx.conn(), of.set_version, (&of.state, to), by, reason).await? {
        Ok(())
    } else {
        Err(Failure::Stale)
    }
}

pub(super) fn object(set_version: i64) -> String {
    format!("key_set:{set_version}")
}

pub(super) fn note(tx: &mut Tx, actor: &Actor, action: &'static str, set_version: i64, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object: object(set_version), facts, personal: None });
}
