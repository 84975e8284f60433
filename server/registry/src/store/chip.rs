//! Chips of cards, and the journal of what was done to each.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A chip.
#[derive(Clone, Debug, Default, FromRow, PartialEq, Eq)]
pub struct Chip {
    /// Its identifier, fourteen capital hexadecimal digits.
    pub uid: String,
    /// The card that it was made for, or is being made for.
    pub card_id: Option<i64>,
    /// The blank that it sits in.
    pub blank_id: Option<i64>,
    /// `chip::profile::Profile` by name.
    pub profile: Option<String>,
    /// Version of the key set whose keys it has.
    pub key_set: Option<i64>,
    /// Hash of its content.
    pub content: Option<Vec<u8>>,
    /// Where its link leads.
    pub host: Option<String>,
    /// What its journal says that it is.
    pub state: String,
    /// How often it was written.
    pub tries: i64,
    /// For how long in all.
    pub milliseconds: i64,
    /// When that was last noted.
    pub changed_at: i64,
}

macro_rules! select_chip {
    ($rest:literal) => {
        concat!(
            "select uid, card_id, blank_id, profile, key_set, content, host, state, tries, milliseconds, changed_at from chip ",
            $rest
        )
    };
}

/// A chip by its identifier.
///
/// # Errors
/// As the database says.
pub async fn by_uid(conn: &mut Conn, uid: &str) -> Result<Option<Chip>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_chip!("where uid = $1")).bind(uid).fetch_optional(c).await)?)
}

/// Every chip that was made for a card, or begun.
///
/// # Errors
/// As the database says.
pub async fn of_card(conn: &mut Conn, card_id: i64) -> Result<Vec<Chip>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as(select_chip!("where card_id = $1 order by uid")).bind(card_id).fetch_all(c).await)?,
    )
}

/// Enters a chip, or what it is now.
///
/// # Errors
/// As the database says.
pub async fn put(conn: &mut Conn, chip: &Chip) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into chip (uid, card_id, blank_id, profile, key_set, content, host, state, tries, milliseconds, changed_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (uid) do update set card_id = excluded.card_id, \
             blank_id = excluded.blank_id, profile = excluded.profile, key_set = excluded.key_set, content = excluded.content, \
             host = excluded.host, state = excluded.state, tries = excluded.tries, milliseconds = excluded.milliseconds, \
             changed_at = excluded.changed_at")
        .bind(&chip.uid)
        .bind(chip.card_id)
        .bind(chip.blank_id)
        .bind(&chip.profile)
        .bind(chip.key_set)
        .bind(&chip.content)
        .bind(&chip.host)
        .bind(&chip.state)
        .bind(chip.tries)
        .bind(chip.milliseconds)
        .bind(chip.changed_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// A chip's journal, the oldest entry first.
///
/// # Errors
/// As the database says.
pub async fn journal(conn: &mut Conn, uid: &str) -> Result<Vec<String>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select entry from chip_entry where uid = $1 order by nth")
        .bind(uid)
        .fetch_all(c)
        .await)?)
}

/// Adds entries to a chip's journal, which has `from` already.
///
/// # Errors
/// [`StoreError::Taken`] where it has more.
pub async fn add_entries(
    conn: &mut Conn,
    (uid, from): (&str, usize),
    entries: &[String],
    by: Option<i64>,
    at_ms: i64,
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let numbered: Vec<(i64, &String)> = (from as i64..).zip(entries).collect();
    on!(conn, c => sqlx::QueryBuilder::new("insert into chip_entry (uid, nth, entry, at, by_account) ")
        .push_values(numbered, |mut row, (nth, entry)| {
            row.push_bind(uid).push_bind(nth).push_bind(entry).push_bind(at_ms).push_bind(by);
        })
        .build()
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
