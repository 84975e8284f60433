//! Cards, and the issue ledger.

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};
use crate::blobs::BlobHash;

/// A card.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Card {
    /// Id.
    pub id: i64,
    /// Whose.
    pub person_id: i64,
    /// The holder's name today; empty when erased.
    pub name: String,
    /// The request that it was approved on.
    pub request_id: Option<i64>,
    /// The unit that it was approved for.
    pub unit_id: i64,
    /// That unit's name.
    pub unit: String,
    /// That unit's path.
    pub path: String,
    /// Số hiệu thẻ; gone when the person was erased.
    pub number: Option<String>,
    /// Mã số thẻ, four characters.
    pub code: String,
    /// `model::card_type::CardType` by name.
    #[sqlx(rename = "type")]
    pub card_type: String,
    /// `model::lifecycle::Card` by name.
    pub state: String,
    /// What is printed and written, JSON; gone when the person was erased.
    pub snapshot: Option<String>,
    /// Its SHA-256.
    pub snapshot_sha256: Vec<u8>,
    /// Where the data came from.
    pub source: String,
    /// The card that it takes the place of.
    pub replaces: Option<i64>,
    /// 1 for a temporary card.
    pub temporary: i64,
    /// ISO day on which it became active.
    pub issued_on: Option<String>,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
    /// Code of the reason for which it is locked.
    pub lock_reason: Option<String>,
    /// When it was locked.
    pub locked_at: Option<i64>,
    /// When somebody else confirmed what the holder had locked.
    pub lock_confirmed_at: Option<i64>,
    /// Where it was printed.
    pub station: Option<String>,
    /// Serial of the blank that it was printed on.
    pub blank_serial: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was approved.
    pub approved_at: i64,
    /// When it came into its state.
    pub changed_at: i64,
}

/// A card as it is approved.
#[derive(Clone, Debug)]
pub struct NewCard<'c> {
    /// Whose.
    pub person_id: i64,
    /// The request.
    pub request_id: Option<i64>,
    /// The unit.
    pub unit_id: i64,
    /// Số hiệu thẻ.
    pub number: &'c str,
    /// Mã số thẻ.
    pub code: &'c str,
    /// Type by name.
    pub card_type: &'c str,
    /// What is printed and written, JSON.
    pub snapshot: &'c str,
    /// Its SHA-256.
    pub sha256: &'c [u8],
    /// Where the data came from.
    pub source: &'c str,
    /// The portrait's blob.
    pub portrait: Option<BlobHash>,
    /// The card that it takes the place of.
    pub replaces: Option<i64>,
}

/// A line of the issue ledger.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Event {
    /// Number of the line.
    pub id: i64,
    /// The card.
    pub card_id: i64,
    /// `model::lifecycle::CardEvent` by name.
    pub event: String,
    /// State before, by name.
    pub from_state: String,
    /// State after, by name.
    pub to_state: String,
    /// When.
    pub at: i64,
    /// Who, by name; nobody when the clock did it.
    pub actor: Option<String>,
    /// Code of the reason.
    pub reason: Option<String>,
}

/// A line of the ledger with what is printed beside it.
#[derive(Clone, Debug, FromRow)]
pub struct LedgerLine {
    /// Number of the line.
    pub id: i64,
    /// When.
    pub at: i64,
    /// Event by name.
    pub event: String,
    /// State after, by name.
    pub to_state: String,
    /// The card.
    pub card_id: i64,
    /// Mã số thẻ.
    pub code: String,
    /// Số hiệu thẻ.
    pub number: Option<String>,
    /// The holder's name.
    pub name: String,
    /// Unit's name.
    pub unit: String,
    /// Serial of the blank.
    pub blank_serial: Option<String>,
    /// Who, by name.
    pub actor: Option<String>,
    /// Code of the reason.
    pub reason: Option<String>,
}

macro_rules! select_card {
    ($rest:literal) => {
        concat!(
            "select k.id, k.person_id, p.name, k.request_id, k.unit_id, u.name as unit, u.path, k.number, k.code, k.type, ",
            "k.state, k.snapshot, k.snapshot_sha256, k.source, k.replaces, k.temporary, k.issued_on, k.expires_at, ",
            "k.lock_reason, k.locked_at, k.lock_confirmed_at, k.station, k.blank_serial, k.version, k.approved_at, ",
            "k.changed_at from card k join person p on p.id = k.person_id join unit u on u.id = k.unit_id ",
            $rest
        )
    };
}

/// Which cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Paths of units of which at least one must contain the card's.
    pub within: Vec<String>,
    /// States by name; none means all.
    pub states: Vec<&'static str>,
    /// Only cards locked by their holders, and confirmed by nobody yet.
    pub unconfirmed: bool,
    /// Only of this person, or with this code or number.
    pub text: Option<String>,
    /// Only active ones that no handover has.
    pub not_handed_over: bool,
}

/// A card by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Card>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_card!("where k.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The cards of a person, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Card>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_card!("where k.person_id = $1 order by k.id desc"))
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// The cards that a filter lets through, those that came into their state first at the top; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Card>, i64), StoreError> {
    if filter.within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where ");
            push_within!($query, filter.within, "u.path");
            if !filter.states.is_empty() {
                push_in!($query, " and k.state", filter.states.iter().copied());
            }
            if filter.unconfirmed {
                $query.push(" and k.state = 'locked' and k.lock_confirmed_at is null");
            }
            if filter.not_handed_over {
                $query.push(
                    " and k.temporary = 0 and not exists (select 1 from handover_card hc where hc.card_id = k.id and hc.held = 1)",
                );
            }
            if let Some(text) = &filter.text {
                $query.push(" and (k.code = ").push_bind(text);
                $query.push(" or k.number = ").push_bind(text);
                $query.push(" or p.personnel_code = ").push_bind(text);
                $query.push(" or k.blank_serial = ").push_bind(text);
                $query.push(")");
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(select_card!(""));
        push_where!(query);
        query.push(" order by k.changed_at, k.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(
            "select count(*) from card k join person p on p.id = k.person_id join unit u on u.id = k.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Enters an approved card; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &NewCard<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into card (person_id, request_id, unit_id, number, code, type, state, snapshot, snapshot_sha256, source, \
             portrait_sha256, replaces, approved_at, changed_at) \
             values ($1, $2, $3, $4, $5, $6, 'approved', $7, $8, $9, $10, $11, $12, $12) returning id")
        .bind(new.person_id)
        .bind(new.request_id)
        .bind(new.unit_id)
        .bind(new.number)
        .bind(new.code)
        .bind(new.card_type)
        .bind(new.snapshot)
        .bind(new.sha256)
        .bind(new.source)
        .bind(new.portrait.as_ref().map(BlobHash::as_bytes))
        .bind(new.replaces)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Enters a temporary card for another one, of the same person and unit, with the same number; its id.
///
/// # Errors
/// As the database says.
pub async fn insert_temporary(
    conn: &mut Conn,
    original: i64,
    code: &str,
    (snapshot, sha256): (&str, &[u8]),
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into card (person_id, unit_id, number, code, type, state, snapshot, snapshot_sha256, source, portrait_sha256, \
             replaces, temporary, approved_at, changed_at) select person_id, unit_id, number, $1, type, 'approved', $2, $3, source, \
             portrait_sha256, id, 1, $4, $4 from card where id = $5 returning id")
        .bind(code)
        .bind(snapshot)
        .bind(sha256)
        .bind(at_ms)
        .bind(original)
        .fetch_one(c)
        .await)?)
}

/// Notes when it ends by itself.
///
/// # Errors
/// As the database says.
pub async fn note_expires(conn: &mut Conn, id: i64, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update card set expires_at = $1 where id = $2").bind(at_ms).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Temporary cards whose time is over, and those begun before `begun` that were never given.
///
/// # Errors
/// As the database says.
pub async fn temporary_over(conn: &mut Conn, now: i64, begun: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "select id from card where temporary = 1 and ((state in ('active', 'locked') and expires_at <= $1) \
             or (state in ('approved', 'printed') and approved_at < $2)) order by id limit $3")
        .bind(now)
        .bind(begun)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Puts a card that still has that version and state into another state; whether it had.
///
/// # Errors
/// [`StoreError::Taken`] where the person has an active card already (R32).
pub async fn put_state(
    conn: &mut Conn,
    (id, version): (i64, i64),
    (from, to): (&str, &str),
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update card set state = $1, changed_at = $2, version = version + 1 where id = $3 and version = $4 and state = $5")
        .bind(to)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .bind(from)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes where and on which blank it was printed.
///
/// # Errors
/// As the database says.
pub async fn note_printed(
    conn: &mut Conn,
    id: i64,
    station: Option<&str>,
    serial: Option<&str>,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update card set station = $1, blank_serial = $2 where id = $3")
        .bind(station)
        .bind(serial)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes since when it is active.
///
/// # Errors
/// As the database says.
pub async fn note_issued(conn: &mut Conn, id: i64, day: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update card set issued_on = $1 where id = $2").bind(day).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Notes why it is locked, and when somebody else than the holder has said so; nothing of it once it is unlocked.
///
/// # Errors
/// As the database says.
pub async fn note_lock(
    conn: &mut Conn,
    id: i64,
    reason: Option<&str>,
    (locked_at, confirmed_at): (Option<i64>, Option<i64>),
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update card set lock_reason = $1, locked_at = $2, lock_confirmed_at = $3, version = version + 1 where id = $4")
        .bind(reason)
        .bind(locked_at)
        .bind(confirmed_at)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Adds a line to the issue ledger.
///
/// # Errors
/// As the database says.
pub async fn add_event(
    conn: &mut Conn,
    (card_id, serial): (i64, Option<&str>),
    (event, from, to): (&str, &str, &str),
    by: Option<i64>,
    reason: Option<&str>,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into card_event (card_id, event, from_state, to_state, at, by_account, reason, blank_serial) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(card_id)
        .bind(event)
        .bind(from)
        .bind(to)
        .bind(at_ms)
        .bind(by)
        .bind(reason)
        .bind(serial)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// What happened to a card, newest first.
///
/// # Errors
/// As the database says.
pub async fn events(conn: &mut Conn, card_id: i64) -> Result<Vec<Event>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select e.id, e.card_id, e.event, e.from_state, e.to_state, e.at, a.display_name as actor, e.reason \
             from card_event e left join account a on a.id = e.by_account where e.card_id = $1 order by e.id desc")
        .bind(card_id)
        .fetch_all(c)
        .await)?)
}

/// Lines of the ledger from one instant to before another, within the units, in order; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn ledger(
    conn: &mut Conn,
    path: &str,
    (from, to): (i64, i64),
    (offset, limit): (i64, i64),
) -> Result<(Vec<LedgerLine>, i64), StoreError> {
    let rows = on!(&mut *conn, c => sqlx::query_as(
            "select e.id, e.at, e.event, e.to_state, e.card_id, k.code, k.number, p.name, u.name as unit, e.blank_serial, \
             a.display_name as actor, e.reason from card_event e join card k on k.id = e.card_id \
             join person p on p.id = k.person_id join unit u on u.id = k.unit_id \
             left join account a on a.id = e.by_account \
             where e.at >= $1 and e.at < $2 and u.path >= $3 and u.path < $4 order by e.at, e.id limit $5 offset $6")
        .bind(from)
        .bind(to)
        .bind(path)
        .bind(path_end(path))
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?;
    let total = on!(conn, c => sqlx::query_scalar(
            "select count(*) from card_event e join card k on k.id = e.card_id join unit u on u.id = k.unit_id \
             where e.at >= $1 and e.at < $2 and u.path >= $3 and u.path < $4")
        .bind(from)
        .bind(to)
        .bind(path)
        .bind(path_end(path))
        .fetch_one(c)
        .await)?;
    Ok((rows, total))
}

/// Erases what cards tell about a person; codes, states, the ledger and the hash of what was printed stay.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update card set number = null, snapshot = null, portrait_sha256 = null, version = version + 1 where person_id = $1")
        .bind(person_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
