//! Minutes of destruction.

use sqlx::FromRow;

use crate::store::{Conn, Kind, StoreError};

/// Minutes with the names that a page shows.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Destruction {
    /// Id.
    pub id: i64,
    /// Number.
    pub number: String,
    /// Place.
    pub place_id: i64,
    /// Its name.
    pub place: String,
    /// Its unit's name.
    pub unit: String,
    /// Its unit's path.
    pub path: String,
    /// Day.
    pub on_day: String,
    /// How.
    pub method: String,
    /// How many.
    pub count: i64,
    /// `waiting`, `done`, `refused`.
    pub state: String,
    /// When drawn up.
    pub made_at: i64,
    /// Account.
    pub maker_id: Option<i64>,
    /// Its name.
    pub maker: Option<String>,
    /// When answered.
    pub ended_at: Option<i64>,
    /// By whom.
    pub witness: Option<String>,
    /// Why refused.
    pub reason: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

const DESTRUCTION: &str = "select d.id, d.number, d.place_id, p.name as place, u.name as unit, u.path, d.on_day, d.method, \
    d.count, d.state, d.made_at, d.made_by as maker_id, m.display_name as maker, d.ended_at, e.display_name as witness, \
    d.reason, d.version from destruction d join stock_place p on p.id = d.place_id join unit u on u.id = p.unit_id \
    left join account m on m.id = d.made_by left join account e on e.id = d.ended_by where ";

/// Minutes by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Destruction>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(DESTRUCTION);
        query.push("d.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Minutes of these places: those that wait first, then the newest; or only those that wait.
///
/// # Errors
/// As the database says.
pub async fn list(conn: &mut Conn, places: &[i64], waiting: bool, limit: i64) -> Result<Vec<Destruction>, StoreError> {
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(DESTRUCTION);
        query.push("d.place_id");
        push_in!(query, kind, numbers places);
        if waiting {
            query.push(" and d.state = 'waiting'");
        }
        query.push(" order by d.state <> 'waiting', d.id desc limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Minutes as they are drawn up.
#[derive(Clone, Debug)]
pub struct NewDestruction {
    /// Number.
    pub number: String,
    /// Place.
    pub place_id: i64,
    /// Day.
    pub on_day: String,
    /// How.
    pub method: String,
    /// By whom.
    pub by: Option<i64>,
}

/// Draws up minutes about these blanks; their id, and how many of the blanks were spoiled ones that stand in no others.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &NewDestruction, ids: &[i64], at_ms: i64) -> Result<(i64, u64), StoreError> {
    let kind = conn.kind();
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let id: i64 = on!(conn, c => sqlx::query_scalar(
            "insert into destruction (number, place_id, on_day, method, count, state, made_at, made_by) \
             values ($1, $2, $3, $4, $5, 'waiting', $6, $7) returning id")
        .bind(&new.number)
        .bind(new.place_id)
        .bind(&new.on_day)
        .bind(&new.method)
        .bind(count)
        .bind(at_ms)
        .bind(new.by)
        .fetch_one(c)
        .await)?;
    let claimed = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("update blank set destruction_id = ");
        query.push_bind(id).push(" where id");
        push_in!(query, kind, numbers ids);
        query.push(" and destruction_id is null and state || '' = 'spoiled'");
        query.build().execute(c).await.map(|done| done.rows_affected())
    })?;
    let sql = match kind {
        Kind::Sqlite => "insert into destruction_blank (destruction_id, blank_id) select $1, value from json_each($2)",
        Kind::Postgres => {
            "insert into destruction_blank (destruction_id, blank_id) \
             select $1, jsonb_array_elements_text($2::jsonb)::bigint"
        }
    };
    let ids = serde_json::json!(ids).to_string();
    on!(conn, c => sqlx::query(sql).bind(id).bind(ids).execute(c).await.map(drop))?;
    Ok((id, claimed))
}

/// Ends minutes that wait, if they still have that version; whether they had. Refused, their blanks are free again.
///
/// # Errors
/// As the database says.
pub async fn end(
    conn: &mut Conn,
    (id, version): (i64, i64),
    state: &str,
    reason: Option<&str>,
    by: Option<i64>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let ended = on!(conn, c => sqlx::query(
            "update destruction set state = $1, reason = $2, ended_by = $3, ended_at = $4, version = version + 1 \
             where id = $5 and version = $6 and state = 'waiting'")
        .bind(state)
        .bind(reason)
        .bind(by)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?;
    if ended && state == "refused" {
        let sql = "update blank set destruction_id = null where destruction_id = $1";
        on!(conn, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    }
    Ok(ended)
}
