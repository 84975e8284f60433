//! The ledger: what moved from which account to which. Rows are added and never changed.

use sqlx::FromRow;

use crate::store::{Conn, Kind, StoreError};

/// A movement: so many blanks of one type from one account to another.
#[derive(Clone, Debug)]
pub struct Movement<'m> {
    /// `model::lifecycle::BlankEvent` by name; `receive` when they come from the supplier.
    pub event: &'m str,
    /// Type.
    pub type_id: i64,
    /// State and place before; none for the supplier's account.
    pub from: Option<(&'m str, i64)>,
    /// State and place after.
    pub to: (&'m str, i64),
    /// Where it is written: `lot:7`.
    pub document: Option<&'m str>,
    /// Why they are spoiled.
    pub reason: Option<&'m str>,
    /// What is said.
    pub note: Option<&'m str>,
    /// Who.
    pub account_id: Option<i64>,
    /// On which day.
    pub day: &'m str,
}

/// Writes a movement of these blanks.
///
/// # Errors
/// As the database says.
pub async fn post(conn: &mut Conn, of: &Movement<'_>, ids: &[i64], at_ms: i64) -> Result<(), StoreError> {
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let id: i64 = on!(conn, c => sqlx::query_scalar(
            "insert into blank_movement (at, day, event, type_id, from_state, from_place, to_state, to_place, count, \
             document, reason, note, account_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id")
        .bind(at_ms)
        .bind(of.day)
        .bind(of.event)
        .bind(of.type_id)
        .bind(of.from.map(|(state, _)| state))
        .bind(of.from.map(|(_, place)| place))
        .bind(of.to.0)
        .bind(of.to.1)
        .bind(count)
        .bind(of.document)
        .bind(of.reason)
        .bind(of.note)
        .bind(of.account_id)
        .fetch_one(c)
        .await)?;
    let sql = match conn.kind() {
        Kind::Sqlite => "insert into blank_moved (movement_id, blank_id) select $1, value from json_each($2)",
        Kind::Postgres => {
            "insert into blank_moved (movement_id, blank_id) select $1, jsonb_array_elements_text($2::jsonb)::bigint"
        }
    };
    let ids = serde_json::json!(ids).to_string();
    on!(conn, c => sqlx::query(sql).bind(id).bind(ids).execute(c).await.map(drop))?;
    Ok(())
}

/// The balance of an account at the end of a day.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Balance {
    /// Place.
    pub place_id: i64,
    /// Type.
    pub type_id: i64,
    /// State by name.
    pub state: String,
    /// How many.
    pub number: i64,
}

/// The balances of all accounts but the supplier's, at the end of a day; those that are not empty.
///
/// # Errors
/// As the database says.
pub async fn balances(conn: &mut Conn, day: &str) -> Result<Vec<Balance>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select place_id, type_id, state, cast(sum(number) as bigint) as number from (\
             select to_place as place_id, type_id, to_state as state, count as number from blank_movement where day <= $1 \
             union all select from_place, type_id, from_state, -count from blank_movement \
             where day <= $1 and from_state is not null) as entry \
             group by place_id, type_id, state having sum(number) <> 0 order by place_id, type_id, state")
        .bind(day)
        .fetch_all(c)
        .await)?)
}

/// What came to a place and went from it until the end of a day.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Flow {
    /// Place.
    pub place_id: i64,
    /// Type.
    pub type_id: i64,
    /// From suppliers.
    pub supplied: i64,
    /// From other places.
    pub moved_in: i64,
    /// To other places.
    pub moved_out: i64,
}

/// What came and went, by place and type.
///
/// # Errors
/// As the database says.
pub async fn flows(conn: &mut Conn, day: &str) -> Result<Vec<Flow>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select place_id, type_id, cast(sum(supplied) as bigint) as supplied, cast(sum(moved_in) as bigint) as moved_in, \
             cast(sum(moved_out) as bigint) as moved_out from (\
             select to_place as place_id, type_id, case when from_place is null then count else 0 end as supplied, \
             case when from_place <> to_place then count else 0 end as moved_in, 0 as moved_out \
             from blank_movement where day <= $1 and (from_place is null or from_place <> to_place) \
             union all select from_place, type_id, 0, 0, count from blank_movement \
             where day <= $1 and from_place <> to_place) as entry group by place_id, type_id order by place_id, type_id")
        .bind(day)
        .fetch_all(c)
        .await)?)
}

/// A movement in the history of one blank.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Moved {
    /// When.
    pub at: i64,
    /// Event by name.
    pub event: String,
    /// State after it.
    pub to_state: String,
    /// Place after it.
    pub to_place: i64,
    /// Its name.
    pub place: String,
    /// How many went.
    pub count: i64,
    /// Where it is written.
    pub document: Option<String>,
    /// Reason by name.
    pub reason: Option<String>,
    /// What was said.
    pub note: Option<String>,
    /// Who.
    pub actor: Option<String>,
}

/// What became of a blank, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_blank(conn: &mut Conn, blank_id: i64) -> Result<Vec<Moved>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select v.at, v.event, v.to_state, v.to_place, p.name as place, v.count, v.document, v.reason, v.note, \
             a.display_name as actor from blank_moved m join blank_movement v on v.id = m.movement_id \
             join stock_place p on p.id = v.to_place left join account a on a.id = v.account_id \
             where m.blank_id = $1 order by v.id desc")
        .bind(blank_id)
        .fetch_all(c)
        .await)?)
}

/// When something last moved to or from a place.
///
/// # Errors
/// As the database says.
pub async fn last_at(conn: &mut Conn, place_id: i64) -> Result<Option<i64>, StoreError> {
    let sql = "select max(at) from blank_movement where to_place = $1 or from_place = $1";
    Ok(on!(conn, c => sqlx::query_scalar(sql).bind(place_id).fetch_one(c).await)?)
}
