//! The public page on digital signatures and on the card (R66, R159): what the office writes, each version kept with who published it and when.

mod markdown;

use contract::{Failure, Fault, Faults, Lang};
use model::role::Action;

use crate::store::{Record, information};
use crate::{Actor, Conn, Tx};
pub use information::Version;
pub use markdown::html;

/// Characters of a text.
pub const MOST_CHARS: usize = 8_000;
/// Bytes of what is made of it: the page has at most 20 kB.
const MOST_BYTES: usize = 15_000;
/// Versions in the list.
const SHOWN: i64 = 50;

/// What is published: HTML, and when; none before the first time.
///
/// # Errors
/// As the database says.
pub async fn published(conn: &mut Conn, lang: Lang) -> Result<Option<(String, i64)>, Failure> {
    let newest = information::newest(conn).await?;
    Ok(newest.map(|of| {
        let text = if lang == Lang::Vi { &of.vi } else { &of.en };
        (html(text), of.published_at)
    }))
}

/// The last versions, the newest first.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn versions(conn: &mut Conn, actor: &Actor) -> Result<Vec<Version>, Failure> {
    may(actor)?;
    Ok(information::last(conn, SHOWN).await?)
}

/// One version.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn version(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Version, Failure> {
    may(actor)?;
    information::by_id(conn, id).await?.ok_or(Failure::NotFound)
}

fn may(actor: &Actor) -> Result<(), Failure> {
    if actor.may_somewhere(Action::EditInformation) { Ok(()) } else { Err(Failure::Forbidden) }
}

/// Both texts as they may be published.
///
/// # Errors
/// Faults beside `information_vi`, `information_en`.
pub fn checked(vi: &str, en: &str) -> Result<(String, String), Failure> {
    let mut faults = Faults::default();
    let vi = faults.take("information_vi", text(vi));
    let en = faults.take("information_en", text(en));
    faults.check()?;
    Ok((vi.unwrap_or_default(), en.unwrap_or_default()))
}

fn text(typed: &str) -> Result<String, Fault> {
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    match text.chars().count() {
        0 => Err(Fault::Missing),
        count if count > MOST_CHARS || html(&text).len() > MOST_BYTES => Err(Fault::TooLong { max: MOST_CHARS }),
        _ => Ok(text),
    }
}

/// Publishes both texts in the place of the version that the writer began with; the new one's id.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Stale`] where somebody published meanwhile; as [`checked`].
pub async fn publish(tx: &mut Tx, actor: &Actor, begun_with: Option<i64>, typed: (&str, &str)) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::EditInformation, at_ms)?;
    let (vi, en) = checked(typed.0, typed.1)?;
    let newest = information::newest(tx.conn()).await?;
    if newest.as_ref().map(|of| of.id) != begun_with {
        return Err(Failure::Stale);
    }
    if let Some(same) = newest.filter(|of| of.vi == vi && of.en == en) {
        return Ok(same.id);
    }
    let id = information::insert(tx.conn(), (&vi, &en), (actor.account_id, at_ms)).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "information.publish",
        object: format!("information:{id}"),
        facts: serde_json::json!({}),
        personal: None,
    });
    Ok(id)
}
