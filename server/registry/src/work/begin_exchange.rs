//! Whoever moves to another unit gets another card: the exchange begins with the move (R6, R26).

use contract::Failure;
use model::case::Case;
use model::lifecycle::{Card, Lifecycle as _, Request, RequestEvent};

use super::ask_card::{impossible, state};
use crate::store::request::{self, NewRequest};
use crate::store::{Record, card};
use crate::{Actor, Tx};

const REASON: &str = "transfer";

/// Opens the exchange of the card of somebody who moved to that unit, as a draft of nobody's, unless a case is open. One that is
/// open, and not with Home Affairs yet, moves along and leaves the old unit's list.
///
/// # Errors
/// As the database says.
pub(super) async fn begin_exchange(tx: &mut Tx, actor: &Actor, person_id: i64, unit_id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if let Some(open) = request::open_of(tx.conn(), person_id).await? {
        return follow(tx, actor, &open, unit_id).await;
    }
    let cards = card::of_person(tx.conn(), person_id).await?;
    let has = |card: &card::Card| card.state == Card::Active.name() || card.state == Card::Suspended.name();
    if !cards.iter().any(has) {
        return Ok(());
    }
    let new = NewRequest {
        person_id,
        unit_id,
        case_name: Case::Exchange.name(),
        reason: REASON,
        note: None,
        created_by: None,
    };
    let id = request::insert(tx.conn(), &new, at_ms).await?;
    tx.record(Record {
        actor: &Actor::system().reference,
        action: "request.write",
        object: format!("request:{id}"),
        facts: serde_json::json!({ "person": person_id, "case": Case::Exchange.name(), "reason": REASON }),
        personal: None,
    });
    Ok(())
}

async fn follow(tx: &mut Tx, actor: &Actor, open: &request::Request, unit_id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let from = state(&open.state)?;
    if !matches!(from, Request::Draft | Request::Submitted | Request::Returned | Request::Verified | Request::Listed) {
        return Ok(());
    }
    if from == Request::Listed {
        let to = from.after(RequestEvent::Unlist).map_err(impossible)?;
        if !request::put_state(tx.conn(), (open.id, open.version), (from.name(), to.name()), at_ms).await? {
            return Err(Failure::Stale);
        }
        request::put_dossier(tx.conn(), open.id, None, at_ms).await?;
        tx.record(Record {
            actor: &actor.reference,
            action: "request.unlist",
            object: format!("request:{}", open.id),
            facts: serde_json::json!({ "dossier": open.dossier_id }),
            personal: None,
        });
    }
    request::put_unit(tx.conn(), open.id, unit_id).await?;
    Ok(())
}
