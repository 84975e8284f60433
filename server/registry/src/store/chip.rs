//! Chips of cards, and the journal of what was done to each.

use sqlx::FromRow;

use super::unit::path_end;
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
    /// Since when it is being wiped, or is.
    pub wiped_at: Option<i64>,
    /// Whose signer signed what is on it.
    pub signed_set: Option<i64>,
}

/// A live card whose chip does not have the keys of the set in use, or may have others besides.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Outdated {
    /// The card.
    pub card_id: i64,
    /// Its code.
    pub code: String,
    /// The holder's name.
    pub name: String,
    /// The unit's name.
    pub unit: String,
    /// The set that its note names; none for a card whose chip is not known.
    pub key_set: Option<i64>,
    /// How many sets' keys it may have.
    pub sets: i64,
}

/// How far a unit's live cards with a chip are.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Progress {
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its live cards with a chip.
    pub total: i64,
    /// Those with the keys of the set in use, and no others.
    pub done: i64,
}

macro_rules! select_chip {
    ($rest:literal) => {
        concat!(
            "select uid, card_id, blank_id, profile, key_set, content, host, state, tries, milliseconds, changed_at, wiped_at, ",
            "signed_set from chip ",
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
            "insert into chip (uid, card_id, blank_id, profile, key_set, content, host, state, tries, milliseconds, changed_at, \
             wiped_at, signed_set) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (uid) do update set card_id = excluded.card_id, \
             blank_id = excluded.blank_id, profile = excluded.profile, key_set = excluded.key_set, content = excluded.content, \
             host = excluded.host, state = excluded.state, tries = excluded.tries, milliseconds = excluded.milliseconds, \
             changed_at = excluded.changed_at, wiped_at = excluded.wiped_at, signed_set = excluded.signed_set")
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
        .bind(chip.wiped_at)
        .bind(chip.signed_set)
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

/// The key sets whose keys a chip may have.
///
/// # Errors
/// As the database says.
pub async fn sets(conn: &mut Conn, uid: &str) -> Result<Vec<i64>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select set_version from chip_set where uid = $1 order by set_version")
        .bind(uid)
        .fetch_all(c)
        .await)?)
}

/// Notes them, in the place of what was noted before.
///
/// # Errors
/// As the database says.
pub async fn put_sets(conn: &mut Conn, uid: &str, sets: impl IntoIterator<Item = i64>) -> Result<(), StoreError> {
    on!(&mut *conn, c => sqlx::query("delete from chip_set where uid = $1").bind(uid).execute(c).await.map(drop))?;
    for set in sets {
        on!(&mut *conn, c => sqlx::query("insert into chip_set (uid, set_version) values ($1, $2)")
            .bind(uid)
            .bind(set)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Live cards by the key set that they may have; a card whose keys are being changed counts with each.
///
/// # Errors
/// As the database says.
pub async fn cards_by_set(conn: &mut Conn) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select s.set_version, count(distinct k.id) from card k join blank b on b.serial = k.blank_serial \
             join chip c on c.card_id = k.id and c.blank_id = b.id join chip_set s on s.uid = c.uid \
             where k.state in ('active', 'suspended', 'locked') and c.wiped_at is null \
             group by s.set_version order by s.set_version desc")
        .fetch_all(c)
        .await)?)
}

/// Blanks that were given the transport key of a set, by set.
///
/// # Errors
/// As the database says.
pub async fn blanks_by_set(conn: &mut Conn) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select s.set_version, count(*) from chip c join chip_set s on s.uid = c.uid \
             where c.state = 'blank' and c.wiped_at is null group by s.set_version")
        .fetch_all(c)
        .await)?)
}

/// Live cards on blanks with a chip of which no chip is known.
///
/// # Errors
/// As the database says.
pub async fn cards_unknown(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "select count(*) from card k join blank b on b.serial = k.blank_serial join blank_type t on t.id = b.type_id \
             where t.chip <> 'none' and k.state in ('active', 'suspended', 'locked') \
             and not exists (select 1 from chip c where c.card_id = k.id and c.blank_id = b.id and c.state = 'issued')")
        .fetch_one(c)
        .await)?)
}

/// Chips that need the keys of a set: of cards that are not void and of spoiled blanks, not wiped, not destroyed. A card on a blank with a
/// chip of which nothing is known may have any set, and counts.
///
/// # Errors
/// As the database says.
pub async fn needing_set(conn: &mut Conn, set_version: i64) -> Result<i64, StoreError> {
    let known: i64 = on!(&mut *conn, c => sqlx::query_scalar(
            "select count(*) from chip c join chip_set s on s.uid = c.uid join card k on k.id = c.card_id \
             left join blank b on b.id = c.blank_id where s.set_version = $1 and not (c.state = 'blank' and c.wiped_at is not null) \
             and k.state not in ('invalidated', 'expired', 'recovered', 'cancelled') and coalesce(b.state, '') <> 'destroyed'")
        .bind(set_version)
        .fetch_one(c)
        .await)?;
    Ok(known + cards_unknown(conn).await?)
}

/// Live cards on blanks with a chip, each with the chip that it is known to have.
macro_rules! from_live {
    () => {
        concat!(
            " from card k join person p on p.id = k.person_id join unit u on u.id = k.unit_id join blank b on b.serial = k.blank_serial ",
            "join blank_type t on t.id = b.type_id ",
            "left join chip c on c.card_id = k.id and c.blank_id = b.id and c.state = 'issued' ",
            "where t.chip <> 'none' and k.state in ('active', 'suspended', 'locked') and "
        )
    };
}

/// Units with live cards with a chip, those first that have most left to do; and how many.
///
/// # Errors
/// As the database says.
pub async fn progress(
    conn: &mut Conn,
    within: &[String],
    set_version: i64,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Progress>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(
            "select * from (select k.unit_id, u.name as unit, count(*) as total, sum(case when c.key_set = ");
        query.push_bind(set_version);
        query.push(" and not exists (select 1 from chip_set s where s.uid = c.uid and s.set_version <> c.key_set) \
                    then 1 else 0 end) as done");
        query.push(from_live!());
        push_within!(query, within, "u.path");
        query.push(" group by k.unit_id, u.name) q order by total - done desc, unit, unit_id limit ");
        query.push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(distinct k.unit_id)");
        query.push(from_live!());
        push_within!(query, within, "u.path");
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Live cards that are still to be given the keys of that set, by unit and name; and how many.
///
/// # Errors
/// As the database says.
pub async fn outdated(
    conn: &mut Conn,
    within: &[String],
    set_version: i64,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Outdated>, i64), StoreError> {
    macro_rules! push_where {
        ($query:ident) => {
            $query.push(from_live!());
            push_within!($query, within, "u.path");
            $query.push(
                " and (c.uid is null or exists (select 1 from chip_set s where s.uid = c.uid and s.set_version <> ",
            );
            $query.push_bind(set_version).push("))");
        };
    }
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(
            "select k.id as card_id, k.code, p.name, u.name as unit, c.key_set, \
             (select count(*) from chip_set s where s.uid = c.uid) as sets");
        push_where!(query);
        query.push(" order by u.name, p.name, k.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*)");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}
