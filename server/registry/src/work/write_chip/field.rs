//! Cards in the field: whichever lies on the reader is recognised by its chip, and given what is due on it: the keys of the set in use,
//! and its content as it is today, where the public page has another host or another key signs.

use chip::content::Content;
use chip::keys::SetVersion;
use chip::plan::Goal;
use contract::Failure;
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;

use super::note::{self, Known};
use super::{Aim, Desk, ForCard, Writing, chip_blank, content_of, in_use, note_issuer};
use crate::store::{card, chip as stored};
use crate::{Actor, Store};

/// A card in the field that lies there.
#[derive(Clone)]
pub(super) struct Here {
    /// With what its content is today.
    pub card: ForCard,
    /// For the sentence that says what was done.
    pub whose: String,
    /// The keys are only proved: they are those of the set in use.
    pub right: bool,
    /// What is written once it has its keys.
    pub then: Option<Content>,
}

/// Begins to look at whichever card lies there.
///
/// # Errors
/// [`Failure::Forbidden`], [`contract::Refusal::NoKeySet`].
pub async fn begin_field(store: &Store, actor: &Actor, desk: Desk, at_ms: i64) -> Result<Writing, Failure> {
    if !actor.may_somewhere(Action::IssueCards) {
        return Err(Failure::Forbidden);
    }
    let set = in_use(store, &desk).await?;
    Ok(Writing::new(desk, Aim::Field(set, None), Goal::Rekey(set), None, at_ms))
}

/// Whose card that is and what is due on it, or the sentence that says why nothing is done. `None` for a goal: the keys, which a run with
/// the right ones proves.
pub(super) async fn due(
    store: &Store,
    actor: &Actor,
    known: &Known,
    (set, host): (SetVersion, &str),
    at_ms: i64,
) -> Result<Result<(Here, Option<Goal>), (&'static str, String)>, Failure> {
    let mut conn = store.read().await?;
    let nobody = |said| Ok(Err((said, String::new())));
    let Some(row) = known.row() else { return nobody("chip-unknown") };
    if row.wiped_at.is_some() {
        return nobody("chip-was-wiped");
    }
    let Some(card_id) = row.card_id else { return nobody("chip-unknown") };
    let found = card::by_id(&mut conn, card_id).await?.ok_or(Failure::Internal)?;
    if !actor.may(Action::IssueCards, &found.path) {
        return nobody("chip-elsewhere");
    }
    let whose = format!("{} ({})", found.name, found.code);
    let state = lifecycle::Card::from_name(&found.state).ok_or(Failure::Internal)?;
    let blank_id = chip_blank(&mut conn, &found).await?;
    let Some(blank_id) = blank_id.filter(|id| row.blank_id == Some(*id) && row.state == note::ISSUED) else {
        return Ok(Err(("chip-not-live", whose)));
    };
    if !state.is_rewritten() {
        return Ok(Err(("chip-not-live", whose)));
    }
    let (content, hash) = content_of(&found, host)?;
    let sets = stored::sets(&mut conn, &row.uid).await?;
    drop(conn);
    let who = actor.clone();
    // who approved does not touch what was issued (R31)
    store.write(at_ms, move |tx| Box::pin(async move { note_issuer(tx, &who, &found).await })).await?;
    let own = i64::from(set.get());
    let right = sets == [own];
    let stale = row.content.as_deref() != Some(hash.as_slice()) || row.signed_set != Some(own);
    let card = ForCard { card_id, blank_id, hash, host: host.to_owned() };
    let (then, goal) = match (right, stale) {
        (true, true) => (None, Some(Goal::Update(Box::new(content)))),
        (false, true) => (Some(content), None),
        (_, false) => (None, None),
    };
    Ok(Ok((Here { card, whose, right, then }, goal)))
}
