//! Stock counts.

use sqlx::FromRow;

use crate::store::{Conn, StoreError};

/// A count with the names that a page shows.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct StockCount {
    /// Id.
    pub id: i64,
    /// Place.
    pub place_id: i64,
    /// Its name.
    pub place: String,
    /// Its unit's path.
    pub path: String,
    /// Day.
    pub on_day: String,
    /// As many as the ledger had.
    pub expected: i64,
    /// As many as were found of them.
    pub found: i64,
    /// As many as were not.
    pub missing: i64,
    /// As many as had been missing and are back.
    pub found_again: i64,
    /// Serials that were not expected, by spaces.
    pub strange: String,
    /// What was said.
    pub note: Option<String>,
    /// When entered.
    pub at: i64,
    /// By whom.
    pub counter: Option<String>,
}

const COUNT: &str = "select s.id, s.place_id, p.name as place, u.path, s.on_day, s.expected, s.found, s.missing, \
    s.found_again, s.strange, s.note, s.at, a.display_name as counter from stock_count s \
    join stock_place p on p.id = s.place_id join unit u on u.id = p.unit_id left join account a on a.id = s.account_id where ";

/// A count by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<StockCount>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(COUNT);
        query.push("s.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The newest counts of these places.
///
/// # Errors
/// As the database says.
pub async fn list(conn: &mut Conn, places: &[i64], limit: i64) -> Result<Vec<StockCount>, StoreError> {
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(COUNT);
        query.push("s.place_id");
        push_in!(query, kind, numbers places);
        query.push(" order by s.id desc limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A count as it is entered.
#[derive(Clone, Debug)]
pub struct NewCount {
    /// Place.
    pub place_id: i64,
    /// Day.
    pub on_day: String,
    /// As the ledger had.
    pub expected: i64,
    /// Found of them.
    pub found: i64,
    /// Not found.
    pub missing: i64,
    /// Found again.
    pub found_again: i64,
    /// Not expected, by spaces.
    pub strange: String,
    /// What is said.
    pub note: Option<String>,
    /// By whom.
    pub by: Option<i64>,
}

/// Adds a count; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &NewCount, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into stock_count (place_id, on_day, expected, found, missing, found_again, strange, note, at, account_id) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id")
        .bind(new.place_id)
        .bind(&new.on_day)
        .bind(new.expected)
        .bind(new.found)
        .bind(new.missing)
        .bind(new.found_again)
        .bind(&new.strange)
        .bind(&new.note)
        .bind(at_ms)
        .bind(new.by)
        .fetch_one(c)
        .await)?)
}
