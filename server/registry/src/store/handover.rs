//! Cards on their way to a unit, with numbered minutes (R36).

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};

/// A handover.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Handover {
    /// Id.
    pub id: i64,
    /// `01/BBBG-2026`.
    pub number: String,
    /// The unit that receives.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// The unit that gives.
    pub from_unit_id: Option<i64>,
    /// Its name.
    pub from_unit: Option<String>,
    /// `model::lifecycle::Handover` by name.
    pub state: String,
    /// What the unit found to be wrong.
    pub discrepancy: Option<String>,
    /// What both agreed about it.
    pub settled: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was put together.
    pub created_at: i64,
    /// When it was given.
    pub given_at: Option<i64>,
    /// By whom, by name.
    pub given_by: Option<String>,
    /// When the unit said what it has.
    pub received_at: Option<i64>,
    /// Who said so, by name.
    pub received_by: Option<String>,
    /// Until when the next step should be done.
    pub due_at: Option<i64>,
    /// Cards that are in it.
    pub cards: i64,
    /// Those of them whose holders have them.
    pub delivered: i64,
}

/// A card of a handover.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Line {
    /// The card.
    pub card_id: i64,
    /// Whose.
    pub person_id: i64,
    /// The holder's name.
    pub name: String,
    /// The holder's unit.
    pub unit: String,
    /// Mã số thẻ.
    pub code: String,
    /// Serial of its blank.
    pub blank_serial: Option<String>,
    /// State of the card by name.
    pub state: String,
    /// 1 where the unit found it, 0 where it did not.
    pub found: Option<i64>,
    /// When its holder got it.
    pub delivered_at: Option<i64>,
    /// Who said so, by name.
    pub delivered_by: Option<String>,
    /// 1 where the holder has an account that can be used.
    pub has_account: i64,
}

/// Where a card is on its way.
#[derive(Clone, Copy, Debug, FromRow, PartialEq, Eq)]
pub struct Place {
    /// The handover.
    pub handover_id: i64,
    /// 1 where the unit found it.
    pub found: Option<i64>,
    /// When its holder got it.
    pub delivered_at: Option<i64>,
}

macro_rules! select_handover {
    ($rest:literal) => {
        concat!(
            "select h.id, h.number, h.unit_id, u.name as unit, u.path, h.from_unit_id, f.name as from_unit, h.state, ",
            "h.discrepancy, h.settled, h.version, h.created_at, h.given_at, g.display_name as given_by, h.received_at, ",
            "r.display_name as received_by, h.due_at, ",
            "(select count(*) from handover_card c where c.handover_id = h.id and c.held = 1) as cards, ",
            "(select count(*) from handover_card c where c.handover_id = h.id and c.held = 1 and c.delivered_at is not null) ",
            "as delivered from handover h join unit u on u.id = h.unit_id left join unit f on f.id = h.from_unit_id ",
            "left join account g on g.id = h.given_by left join account r on r.id = h.received_by ",
            $rest
        )
    };
}

/// A handover by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Handover>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_handover!("where h.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Handovers within the units and in one of the states (all, where none is named): those on their way first, then the newest.
///
/// # Errors
/// As the database says.
pub async fn within(
    conn: &mut Conn,
    within: &[String],
    states: &[&str],
    (offset, limit): (i64, i64),
) -> Result<(Vec<Handover>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where ");
            push_within!($query, within, "u.path");
            if !states.is_empty() {
                push_in!($query, " and h.state", states.iter().copied());
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(select_handover!(""));
        push_where!(query);
        query.push(" order by case when h.state in ('delivered', 'cancelled', 'failed') then 1 else 0 end, h.id desc limit ")
            .push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) from handover h join unit u on u.id = h.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// The cards of a handover by the holders' names, also those that it has no more.
///
/// # Errors
/// As the database says.
pub async fn lines(conn: &mut Conn, id: i64) -> Result<Vec<Line>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select k.id as card_id, k.person_id, p.name, u.name as unit, k.code, k.blank_serial, k.state, c.found, \
             c.delivered_at, a.display_name as delivered_by, \
             (select count(*) from account o where o.person_id = k.person_id and o.state = 'active') as has_account from handover_card c join card k on k.id = c.card_id join person p on p.id = k.person_id \
             join unit u on u.id = k.unit_id left join account a on a.id = c.delivered_by \
             where c.handover_id = $1 order by p.sort_key, k.id")
        .bind(id)
        .fetch_all(c)
        .await)?)
}

/// The handover that has this card.
///
/// # Errors
/// As the database says.
pub async fn of_card(conn: &mut Conn, card_id: i64) -> Result<Option<Place>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select handover_id, found, delivered_at from handover_card where card_id = $1 and held = 1")
        .bind(card_id)
        .fetch_optional(c)
        .await)?)
}

/// Cards of a person that are with the unit and wait for them: (card, since when).
///
/// # Errors
/// As the database says.
pub async fn waiting_for(conn: &mut Conn, person_id: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select k.id, h.received_at from card k join handover_card c on c.card_id = k.id and c.held = 1 \
             join handover h on h.id = c.handover_id where k.person_id = $1 and h.state = 'received' and c.delivered_at is null \
             and k.state in ('active', 'suspended', 'locked') order by k.id")
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// Where active cards wait for a handover: (unit, its path, how many, since when the first).
///
/// # Errors
/// As the database says.
pub async fn waiting_units(conn: &mut Conn, within: &[String]) -> Result<Vec<(i64, String, i64, i64)>, StoreError> {
    if within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(
            "select k.unit_id, u.path, count(*), min(k.changed_at) from card k join unit u on u.id = k.unit_id \
             where k.state = 'active' and k.temporary = 0 and not exists (select 1 from handover_card c where c.card_id = k.id \
             and c.held = 1) and ");
        push_within!(query, within, "u.path");
        query.push(" group by k.unit_id, u.path order by u.path");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The next number of that year, in order and without gaps.
///
/// # Errors
/// [`StoreError::Exhausted`].
pub async fn next_number(conn: &mut Conn, year: i16) -> Result<i64, StoreError> {
    let counter = format!("handover:{year}");
    on!(&mut *conn, c => sqlx::query(
            "insert into counter (name, last, ceiling) values ($1, 0, 99999) on conflict (name) do nothing")
        .bind(&counter)
        .execute(c)
        .await
        .map(drop))?;
    let last: Option<i64> = on!(conn, c => sqlx::query_scalar(
            "update counter set last = last + 1 where name = $1 and last < ceiling returning last")
        .bind(&counter)
        .fetch_optional(c)
        .await)?;
    last.ok_or(StoreError::Exhausted("handover"))
}

/// Begins a handover; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(
    conn: &mut Conn,
    number: &str,
    (unit_id, from_unit_id): (i64, Option<i64>),
    by: Option<i64>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into handover (number, unit_id, from_unit_id, state, created_at, created_by) \
             values ($1, $2, $3, 'draft', $4, $5) returning id")
        .bind(number)
        .bind(unit_id)
        .bind(from_unit_id)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Puts a card into a handover.
///
/// # Errors
/// [`StoreError::Taken`] where another one has it.
pub async fn add(conn: &mut Conn, id: i64, card_id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("insert into handover_card (handover_id, card_id) values ($1, $2)")
        .bind(id)
        .bind(card_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes a card out of a handover that was not given yet.
///
/// # Errors
/// As the database says.
pub async fn take_out(conn: &mut Conn, id: i64, card_id: i64) -> Result<(), StoreError> {
    on!(&mut *conn, c => sqlx::query("delete from handover_card where handover_id = $1 and card_id = $2")
        .bind(id)
        .bind(card_id)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query("update handover set version = version + 1 where id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Lets go of the cards that a handover has no more: all, or those that the unit did not find.
///
/// # Errors
/// As the database says.
pub async fn let_go(conn: &mut Conn, id: i64, only_missing: bool) -> Result<(), StoreError> {
    let sql = if only_missing {
        "update handover_card set held = 0 where handover_id = $1 and found = 0"
    } else {
        "update handover_card set held = 0 where handover_id = $1"
    };
    on!(conn, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Puts a handover that still has that version and state into another state; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_state(
    conn: &mut Conn,
    (id, version): (i64, i64),
    (from, to): (&str, &str),
    due_at: Option<i64>,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update handover set state = $1, due_at = $2, version = version + 1 where id = $3 and version = $4 and state = $5")
        .bind(to)
        .bind(due_at)
        .bind(id)
        .bind(version)
        .bind(from)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes who gave it.
///
/// # Errors
/// As the database says.
pub async fn note_given(conn: &mut Conn, id: i64, by: Option<i64>, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update handover set given_at = $1, given_by = $2 where id = $3")
        .bind(at_ms)
        .bind(by)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes who said what the unit has, and what was wrong.
///
/// # Errors
/// As the database says.
pub async fn note_received(
    conn: &mut Conn,
    id: i64,
    discrepancy: Option<&str>,
    by: Option<i64>,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update handover set received_at = $1, received_by = $2, discrepancy = $3 where id = $4")
        .bind(at_ms)
        .bind(by)
        .bind(discrepancy)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes what both agreed.
///
/// # Errors
/// As the database says.
pub async fn note_settled(conn: &mut Conn, id: i64, settled: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update handover set settled = $1 where id = $2")
        .bind(settled)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes whether the unit found a card.
///
/// # Errors
/// As the database says.
pub async fn note_found(conn: &mut Conn, id: i64, card_id: i64, found: bool) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update handover_card set found = $1 where handover_id = $2 and card_id = $3")
        .bind(i64::from(found))
        .bind(id)
        .bind(card_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that the holder has the card; whether nobody had said so yet.
///
/// # Errors
/// As the database says.
pub async fn note_delivered(
    conn: &mut Conn,
    (id, card_id): (i64, i64),
    by: Option<i64>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update handover_card set delivered_at = $1, delivered_by = $2 \
             where handover_id = $3 and card_id = $4 and held = 1 and delivered_at is null")
        .bind(at_ms)
        .bind(by)
        .bind(id)
        .bind(card_id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Cards of a handover that their holders still wait for. The handover's row is held until the transaction ends, so that of the
/// last two one sees the other.
///
/// # Errors
/// As the database says.
pub async fn undelivered(conn: &mut Conn, id: i64) -> Result<i64, StoreError> {
    on!(&mut *conn, c => sqlx::query("update handover set version = version where id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(on!(conn, c => sqlx::query_scalar(
            "select count(*) from handover_card c join card k on k.id = c.card_id where c.handover_id = $1 and c.held = 1 \
             and c.delivered_at is null and k.state in ('active', 'suspended', 'locked')")
        .bind(id)
        .fetch_one(c)
        .await)?)
}
