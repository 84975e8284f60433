//! The printed QR code, read again at the desk: face and chip belong together. The chip is active only with what was approved (`chip_is_written`);
//! a code that is read has to be the one that was approved. A station without a camera is not stopped; a code that differs stops the card.

use contract::cards::CodeView;
use contract::{Failure, Refusal};
use model::card_code::CardCode;
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;

use super::issue_card::{at_version, issuable, note_issuer};
use crate::store::card::{self, Card, Filter};
use crate::store::{Record, card_look};
use crate::{Actor, Conn, Tx};

/// What a printed code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeRead {
    /// This card's.
    Fits,
    /// It names this card, and says something else than was approved.
    Altered,
    /// Another card's: whose, where it is one of ours and the actor may see it.
    Others(Option<String>),
}

/// Notes what was read from the printed card. `expected`: what its code has to say. `code`: which card the text that was read names.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`]; [`Refusal::Impossible`] for a card that is not printed, or active already;
/// [`Refusal::SeparationOfDuties`].
pub async fn note_code(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    (expected, read): (&str, &str),
    code: Option<&str>,
) -> Result<CodeRead, Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(issuable(tx.conn(), actor, id).await?, version)?;
    if found.state != lifecycle::Card::Printed.name() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    note_issuer(tx, actor, &found).await?;
    let serial = found.blank_serial.clone().ok_or(Failure::Internal)?;
    let fits = expected == read;
    card_look::note_code(tx.conn(), (id, &serial), fits, (actor.account_id, at_ms)).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "card.code_read",
        object: format!("card:{id}"),
        facts: serde_json::json!({ "fits": fits, "serial": serial }),
        personal: None,
    });
    if fits {
        return Ok(CodeRead::Fits);
    }
    let named = code.and_then(|code| CardCode::parse(code).ok()).map(|code| code.to_string());
    Ok(match named {
        Some(code) if code == found.code => CodeRead::Altered,
        Some(code) => CodeRead::Others(whose(tx.conn(), actor, code).await?),
        None => CodeRead::Others(None),
    })
}

async fn whose(conn: &mut Conn, actor: &Actor, code: String) -> Result<Option<String>, Failure> {
    let within = actor.paths(Action::SeeCards);
    let filter = Filter { within, text: Some(code.clone()), ..Filter::default() };
    let (rows, _) = card::list(conn, &filter, (0, 5)).await?;
    Ok(rows.into_iter().find(|other| other.code == code).map(|other| format!("{} ({})", other.name, other.code)))
}

/// What was read of a card as it is printed now.
///
/// # Errors
/// As the database says.
pub async fn show_code(conn: &mut Conn, id: i64) -> Result<Option<CodeView>, Failure> {
    let look = card_look::of_card(conn, id).await?;
    Ok(look.and_then(|look| Some(CodeView { fits: look.code_fits? == 1, read_at: look.code_read_at? })))
}

/// A code that was read and is not this card's stops it: it is read again, or the card is a misprint.
///
/// # Errors
/// [`Refusal::CodeDiffers`].
pub(super) async fn code_does_not_differ(conn: &mut Conn, found: &Card) -> Result<(), Failure> {
    match show_code(conn, found.id).await? {
        Some(CodeView { fits: false, .. }) => Err(Failure::Refused { why: Refusal::CodeDiffers }),
        _ => Ok(()),
    }
}
