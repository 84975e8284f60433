//! The random code of a card (R88, C6): nobody can guess it, and no two cards ever have the same.

use contract::Failure;
use model::card_code::CardCode;

use crate::store::card_code;
use crate::{Draw, Tx};

/// So many draws find a free code even when nineteen of twenty are given: 0.95⁵⁰⁰ is 7 in 10¹².
const DRAWS: usize = 500;

/// Draws a code until one is free, and gives it within this transaction. The database holds that it is given once.
///
/// # Errors
/// [`Failure::Internal`] when none is left to be found.
pub async fn draw_card_code(tx: &mut Tx, draw: &Draw) -> Result<CardCode, Failure> {
    let at_ms = tx.at_ms();
    for _ in 0..DRAWS {
        let code = CardCode::draw(|| {
            let mut byte = [0];
            draw(&mut byte);
            byte[0]
        });
        if card_code::give(tx.conn(), code, at_ms).await? {
            return Ok(code);
        }
    }
    Err(Failure::Internal)
}
