//! What the portal does by the clock: temporary cards end at midnight, those of people who have left are locked, and certificates end
//! with their last day.

use contract::Failure;
use model::lifecycle::{Card, CardEvent, Lifecycle as _};

use super::card_moves::move_card;
use super::certificates::step::{any_over, end_those_over};
use super::departures::lock_leaver;
use super::temporary_card;
use crate::store::{card, departure, person};
use crate::{Actor, Conn, Tx, date};

/// Cards in one transaction.
const AT_A_TIME: i64 = 200;

/// Whether anything is to be done now.
///
/// # Errors
/// As the database says.
pub async fn due(conn: &mut Conn, at_ms: i64) -> Result<bool, Failure> {
    let today = date::day_of(at_ms);
    Ok(!card::temporary_over(conn, at_ms, date::start_of(today), 1).await?.is_empty()
        || departure::to_lock(conn, &today.to_string(), &[], 1).await?.1 > 0
        || any_over(conn, at_ms).await?)
}

/// Does what is due, as far as it fits into one transaction; how many cards and certificates. To be called until that is none.
///
/// # Errors
/// As the database says.
pub async fn tick(tx: &mut Tx) -> Result<usize, Failure> {
    let (at_ms, actor) = (tx.at_ms(), Actor::system());
    let today = date::day_of(at_ms);
    let over = card::temporary_over(tx.conn(), at_ms, date::start_of(today), AT_A_TIME).await?;
    let mut done = over.len();
    for id in over {
        let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
        person::hold(tx.conn(), found.person_id).await?;
        let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
        let state = Card::from_name(&found.state).ok_or(Failure::Internal)?;
        if state.may(CardEvent::Expire) {
            temporary_card::end(tx, &actor, &found).await?;
        } else if state.may(CardEvent::Cancel) {
            // it was begun yesterday and never given
            move_card(tx, &actor, &found, CardEvent::Cancel, None).await?;
        }
    }
    let (leavers, _) = departure::to_lock(tx.conn(), &today.to_string(), &[], AT_A_TIME).await?;
    done += leavers.len();
    for leaver in leavers {
        let found = card::by_id(tx.conn(), leaver.card_id).await?.ok_or(Failure::Internal)?;
        person::hold(tx.conn(), found.person_id).await?;
        let found = card::by_id(tx.conn(), leaver.card_id).await?.ok_or(Failure::Internal)?;
        if Card::from_name(&found.state).is_some_and(|state| state.may(CardEvent::Lock)) {
            lock_leaver(tx, &actor, &found, &leaver.kind).await?;
        }
    }
    done += end_those_over(tx).await?;
    Ok(done)
}
