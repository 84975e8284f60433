//! The one way in which a card changes its state: by the table, with its line in the issue ledger and its audit entry
//! (R35; README, invariants 3 and 10).

use contract::Failure;
use model::lifecycle::{self, CardEvent, Lifecycle as _};

use super::ask_card::impossible;
use super::departures::card_moved;
use super::hand_over::card_left;
use super::ministry::tell;
use super::webhooks::tell_state;
use crate::store::Record;
use crate::store::card::{self, Card};
use crate::{Actor, Tx};

/// Name of an event in the ledger.
pub(super) fn event_name(event: CardEvent) -> &'static str {
    lifecycle::Card::EVENTS.iter().find(|(known, _)| *known == event).map_or("", |(_, name)| name)
}

/// Lets it happen, with what it means for a departure and a handover; the card as it stands then.
///
/// # Errors
/// [`contract::Refusal::Impossible`] in another state, [`Failure::Stale`] where it changed meanwhile.
pub(super) async fn move_card(
    tx: &mut Tx,
    actor: &Actor,
    card: &Card,
    event: CardEvent,
    reason: Option<&str>,
) -> Result<Card, Failure> {
    let at_ms = tx.at_ms();
    let from = lifecycle::Card::from_name(&card.state).ok_or(Failure::Internal)?;
    let to = from.after(event).map_err(impossible)?;
    if !card::put_state(tx.conn(), (card.id, card.version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    let line = (event_name(event), from.name(), to.name());
    card::add_event(tx.conn(), (card.id, card.blank_serial.as_deref()), line, actor.account_id, reason, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: action(event),
        object: format!("card:{}", card.id),
        facts: serde_json::json!({ "from": from.name(), "to": to.name(), "reason": reason, "code": card.code }),
        personal: None,
    });
    tell(tx, card, event).await?;
    tell_state(tx, card, (from, to)).await?;
    card_moved(tx, card.id, to).await?;
    if from == lifecycle::Card::Active || to.is_final() || !to.may(CardEvent::Lock) {
        card_left(tx, actor, card.id).await?;
    }
    Ok(Card { state: to.name().to_owned(), version: card.version + 1, changed_at: at_ms, ..card.clone() })
}

fn action(event: CardEvent) -> &'static str {
    match event {
        CardEvent::Print => "card.print",
        CardEvent::Misprint => "card.misprint",
        CardEvent::Confirm => "card.confirm",
        CardEvent::Suspend => "card.suspend",
        CardEvent::Restore => "card.restore",
        CardEvent::Lock => "card.lock",
        CardEvent::Unlock => "card.unlock",
        CardEvent::Invalidate => "card.invalidate",
        CardEvent::Expire => "card.expire",
        CardEvent::Recover => "card.recover",
        CardEvent::Cancel => "card.cancel",
    }
}
