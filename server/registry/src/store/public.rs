//! What a process that holds all cards in memory reads, and the last tap of each chip.

use sqlx::FromRow;

use super::{Conn, Kind, StoreError};
use crate::blobs::BlobHash;

/// What is told of a card comes from these columns.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Row {
    /// Id.
    pub id: i64,
    /// Mã số thẻ.
    pub code: String,
    /// Type by name.
    #[sqlx(rename = "type")]
    pub card_type: String,
    /// `model::lifecycle::Card` by name.
    pub state: String,
    /// 1 where another card has taken its place.
    pub replaced: i64,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
    /// When it came into its state.
    pub changed_at: i64,
    /// Số hiệu thẻ; gone when the person was erased.
    pub number: Option<String>,
    /// What is printed on it, JSON; gone when the person was erased.
    pub snapshot: Option<String>,
}

/// A chip, and whether it is the one of its card.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct ChipRow {
    /// Its identifier, fourteen capital hexadecimal digits.
    pub uid: String,
    /// The card's code.
    pub code: String,
    /// Version of the key set whose keys it has.
    pub key_set: Option<i64>,
    /// 1 where it is issued, and sits in the blank that the card was printed on.
    pub valid: i64,
}

/// A card that is not valid.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Listed {
    /// Id.
    pub id: i64,
    /// Mã số thẻ.
    pub code: String,
    /// `model::lifecycle::Card` by name.
    pub state: String,
    /// 1 where another card has taken its place.
    pub replaced: i64,
    /// Số hiệu thẻ; gone when the person was erased.
    pub number: Option<String>,
}

/// A chip whose card is not valid, or has another chip.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct ListedChip {
    /// Its identifier, fourteen capital hexadecimal digits.
    pub uid: String,
    /// The card's code.
    pub code: String,
    /// `model::lifecycle::Card` by name.
    pub state: String,
    /// 1 where another card has taken its place.
    pub replaced: i64,
}

/// Something that changed: a card, or a chip.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Change {
    /// The card.
    pub card_id: Option<i64>,
    /// Or the chip's identifier.
    pub uid: Option<String>,
}

/// The last tap of a chip.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Tap {
    /// The chip's identifier.
    pub uid: String,
    /// Its counter.
    pub counter: i64,
    /// When.
    pub at: i64,
}

macro_rules! replaced {
    () => {
        "cast(case when exists (select 1 from card r where r.replaces = k.id and r.temporary = 0 and \
         r.state not in ('approved', 'printed', 'cancelled')) then 1 else 0 end as bigint) as replaced"
    };
}

macro_rules! select_row {
    ($rest:literal) => {
        concat!(
            "select k.id, k.code, k.type, k.state, ",
            replaced!(),
            ", k.expires_at, k.changed_at, k.number, k.snapshot from card k ",
            $rest
        )
    };
}

macro_rules! select_chip {
    ($rest:literal) => {
        concat!(
            "select c.uid, k.code, c.key_set, cast(case when c.state = 'issued' and b.serial = k.blank_serial then 1 else 0 end as bigint) ",
            "as valid from chip c join card k on k.id = c.card_id left join blank b on b.id = c.blank_id ",
            $rest
        )
    };
}

// literals are 32-bit numbers to PostgreSQL, and every column is read as one of 64
mod sqlite {
    pub const HORIZON: &str = "select coalesce(max(mark), 0) + 1 from public_change";
    pub const FORGET: &str = "delete from public_change where at < unixepoch() - 3600";
}

mod postgres {
    pub const HORIZON: &str = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    pub const FORGET: &str = "delete from public_change where at < extract(epoch from now())::bigint - 3600";
}

/// Where somebody who reads now can go on later: whatever commits after this was asked has a mark that is not lower.
///
/// # Errors
/// As the database says.
pub async fn horizon(conn: &mut Conn) -> Result<i64, StoreError> {
    let sql = if conn.kind() == Kind::Postgres { postgres::HORIZON } else { sqlite::HORIZON };
    Ok(on!(conn, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}

/// What changed from that horizon on, each once.
///
/// # Errors
/// As the database says.
pub async fn changes(conn: &mut Conn, from: i64) -> Result<Vec<Change>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select distinct card_id, uid from public_change where mark >= $1")
        .bind(from)
        .fetch_all(c)
        .await)?)
}

/// Forgets changes of more than an hour ago.
///
/// # Errors
/// As the database says.
pub async fn forget_changes(conn: &mut Conn) -> Result<(), StoreError> {
    let sql = if conn.kind() == Kind::Postgres { postgres::FORGET } else { sqlite::FORGET };
    conn.run(sql).await
}

/// Cards after an id, in order.
///
/// # Errors
/// As the database says.
pub async fn cards_after(conn: &mut Conn, id: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_row!("where k.id > $1 order by k.id limit $2"))
        .bind(id)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Those cards.
///
/// # Errors
/// As the database says.
pub async fn cards_of(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Row>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(select_row!("where "));
        push_in!(query, "k.id", ids.iter().copied());
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Chips of cards after an identifier, in order.
///
/// # Errors
/// As the database says.
pub async fn chips_after(conn: &mut Conn, uid: &str, limit: i64) -> Result<Vec<ChipRow>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_chip!("where c.uid > $1 order by c.uid limit $2"))
        .bind(uid)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Those chips, as far as they belong to a card, and all chips of those cards.
///
/// # Errors
/// As the database says.
pub async fn chips_of(conn: &mut Conn, uids: &[String], cards: &[i64]) -> Result<Vec<ChipRow>, StoreError> {
    if uids.is_empty() && cards.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(select_chip!("where "));
        if !uids.is_empty() {
            push_in!(query, "c.uid", uids.iter());
        }
        if !uids.is_empty() && !cards.is_empty() {
            query.push(" or ");
        }
        if !cards.is_empty() {
            push_in!(query, "c.card_id", cards.iter().copied());
        }
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Cards that are not valid at that time, those included that nobody was given, after an id, in order.
///
/// # Errors
/// As the database says.
pub async fn not_valid_after(conn: &mut Conn, id: i64, at_ms: i64, limit: i64) -> Result<Vec<Listed>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(concat!(
            "select k.id, k.code, k.state, ", replaced!(), ", k.number from card k \
             where k.id > $1 and (k.state <> 'active' or k.expires_at <= $2) order by k.id limit $3"))
        .bind(id)
        .bind(at_ms)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Chips that were written for a card that is not valid at that time, or that has another chip, after an identifier, in order.
///
/// # Errors
/// As the database says.
pub async fn chips_not_valid_after(
    conn: &mut Conn,
    uid: &str,
    at_ms: i64,
    limit: i64,
) -> Result<Vec<ListedChip>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(concat!(
            "select c.uid, k.code, k.state, ", replaced!(), " from chip c join card k on k.id = c.card_id \
             left join blank b on b.id = c.blank_id \
             where c.uid > $1 and (k.state <> 'active' or k.expires_at <= $2 or c.state <> 'issued' or b.serial is null \
             or k.blank_serial is null or b.serial <> k.blank_serial) order by c.uid limit $3"))
        .bind(uid)
        .bind(at_ms)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Identifiers and public keys with which a static link of this card may be signed: of its own chip, and the set that wrote it.
///
/// # Errors
/// As the database says.
pub async fn signers(conn: &mut Conn, card_id: i64) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select c.uid, s.public_key from chip c join card k on k.id = c.card_id join blank b on b.id = c.blank_id \
             join key_set s on s.set_version = c.key_set \
             where c.card_id = $1 and c.state = 'issued' and b.serial = k.blank_serial and s.used_at is not null")
        .bind(card_id)
        .fetch_all(c)
        .await)?)
}

/// The portrait that was printed on a card.
///
/// # Errors
/// As the database says.
pub async fn portrait(conn: &mut Conn, card_id: i64) -> Result<Option<BlobHash>, StoreError> {
    // a snapshot that is gone was erased with its person
    let found: Option<Option<Vec<u8>>> = on!(conn, c => sqlx::query_scalar(
            "select portrait_sha256 from card where id = $1 and snapshot is not null")
        .bind(card_id)
        .fetch_optional(c)
        .await)?;
    found.flatten().map(|bytes| BlobHash::from_bytes(&bytes).ok_or(StoreError::Value("a portrait's hash"))).transpose()
}

/// Notes taps of different chips, each where its counter is higher than the last; the identifiers of those that were.
///
/// # Errors
/// As the database says.
pub async fn note_taps(conn: &mut Conn, taps: &[Tap]) -> Result<Vec<String>, StoreError> {
    if taps.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => sqlx::QueryBuilder::new("insert into chip_tap (uid, counter, at) ")
        .push_values(taps, |mut row, tap| {
            row.push_bind(&tap.uid).push_bind(tap.counter).push_bind(tap.at);
        })
        .push(
            " on conflict (uid) do update set counter = excluded.counter, at = excluded.at \
             where chip_tap.counter < excluded.counter returning uid",
        )
        .build_query_scalar()
        .fetch_all(c)
        .await)?)
}

/// The last taps of those chips.
///
/// # Errors
/// As the database says.
pub async fn taps_of(conn: &mut Conn, uids: &[String]) -> Result<Vec<Tap>, StoreError> {
    if uids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select uid, counter, at from chip_tap where ");
        push_in!(query, "uid", uids.iter());
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Forgets the last tap of a chip, whose counter begins anew when its files are made anew.
///
/// # Errors
/// As the database says.
pub async fn forget_tap(conn: &mut Conn, uid: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from chip_tap where uid = $1").bind(uid).execute(c).await.map(drop))?;
    Ok(())
}
