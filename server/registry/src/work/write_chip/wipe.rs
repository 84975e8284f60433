//! Chips of cards that came back, and of spoiled blanks, are wiped before they are destroyed (R39): whichever lies on the reader is recognised
//! by its chip. A card that is still valid is never wiped, and of a wiped chip no card is made again: its face is printed.

use chip::plan::Goal;
use contract::Failure;
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;

use super::note::Known;
use super::{Aim, Desk, Writing, in_use, note_issuer};
use crate::store::card;
use crate::store::stock::blank;
use crate::{Actor, Conn, Store};

/// A card that came back, or what was misprinted for it.
#[derive(Clone)]
pub(super) struct Back {
    pub card_id: i64,
    /// The blank that the chip sits in.
    pub blank_id: i64,
    pub whose: String,
}

/// Begins to wipe whichever card lies there.
///
/// # Errors
/// [`Failure::Forbidden`], [`contract::Refusal::NoKeySet`].
pub async fn begin_wipe(store: &Store, actor: &Actor, desk: Desk, at_ms: i64) -> Result<Writing, Failure> {
    if !actor.may_somewhere(Action::IssueCards) {
        return Err(Failure::Forbidden);
    }
    let set = in_use(store, &desk).await?;
    Ok(Writing::new(desk, Aim::Wipe(set, None), Goal::Wipe(set), None, at_ms))
}

/// Whose it was, or the sentence that says why it is not wiped.
pub(super) async fn came_back(
    store: &Store,
    actor: &Actor,
    known: &Known,
    at_ms: i64,
) -> Result<Result<Back, (&'static str, String)>, Failure> {
    let mut conn = store.read().await?;
    let row = known.row().and_then(|row| Some((row.card_id?, row.blank_id?)));
    let Some((card_id, blank_id)) = row else { return Ok(Err(("chip-unknown", String::new()))) };
    let found = card::by_id(&mut conn, card_id).await?.ok_or(Failure::Internal)?;
    if !actor.may(Action::IssueCards, &found.path) {
        return Ok(Err(("chip-elsewhere", String::new())));
    }
    let whose = format!("{} ({})", found.name, found.code);
    let back = Back { card_id, blank_id, whose: whose.clone() };
    if !is_void(&mut conn, &found, blank_id).await? {
        return Ok(Err(("chip-still-valid", whose)));
    }
    drop(conn);
    let who = actor.clone();
    store.write(at_ms, move |tx| Box::pin(async move { note_issuer(tx, &who, &found).await })).await?;
    Ok(Ok(back))
}

/// The card is void, or it was printed anew on another blank and this one is spoiled.
async fn is_void(conn: &mut Conn, found: &card::Card, blank_id: i64) -> Result<bool, Failure> {
    let state = lifecycle::Card::from_name(&found.state).ok_or(Failure::Internal)?;
    let sits_in = blank::by_id(conn, blank_id).await?.ok_or(Failure::Internal)?;
    let spoiled = [lifecycle::Blank::Spoiled, lifecycle::Blank::Destroyed].map(lifecycle::Blank::name);
    Ok(state.is_wiped() || spoiled.contains(&sits_in.state.as_str()))
}

/// It still is, and may still be wiped by who does it.
pub(super) async fn still_back(conn: &mut Conn, actor: &Actor, back: &Back) -> Result<(), Failure> {
    let found = card::by_id(conn, back.card_id).await?.ok_or(Failure::Stale)?;
    let may = actor.may(Action::IssueCards, &found.path);
    if may && is_void(conn, &found, back.blank_id).await? { Ok(()) } else { Err(Failure::Stale) }
}
