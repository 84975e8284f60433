//! Lots as they came from a supplier.

use sqlx::FromRow;

use crate::store::{Conn, StoreError};

/// A lot with the names that a page shows.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Lot {
    /// Id.
    pub id: i64,
    /// Number, the supplier's.
    pub number: String,
    /// Supplier.
    pub supplier: String,
    /// Type.
    pub type_id: i64,
    /// Type's name.
    pub kind: String,
    /// How the type's chip sits.
    pub chip: String,
    /// Number of the type's appraisal.
    pub appraisal: Option<String>,
    /// Place.
    pub place_id: i64,
    /// Place's name.
    pub place: String,
    /// Path of the place's unit.
    pub path: String,
    /// Number of the paper.
    pub document: String,
    /// Day.
    pub received_on: String,
    /// As many as the papers say.
    pub stated: i64,
    /// As many as there are.
    pub counted: i64,
    /// What was said.
    pub note: Option<String>,
    /// `received`, `accepted`, `sent_back`.
    pub state: String,
    /// Names of `model::stock::LotCheck`, by spaces.
    pub checks: String,
    /// When entered.
    pub entered_at: i64,
    /// By whom.
    pub entered_by: Option<String>,
    /// When decided.
    pub decided_at: Option<i64>,
    /// By whom.
    pub decided_by: Option<String>,
    /// What was said with it.
    pub decision_note: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

const LOT: &str = "select l.id, l.number, l.supplier, l.type_id, t.name as kind, t.chip, t.appraisal, l.place_id, \
    p.name as place, u.path, l.document, l.received_on, l.stated, l.counted, l.note, l.state, l.checks, l.entered_at, \
    e.display_name as entered_by, l.decided_at, d.display_name as decided_by, l.decision_note, l.version from blank_lot l \
    join blank_type t on t.id = l.type_id join stock_place p on p.id = l.place_id join unit u on u.id = p.unit_id \
    left join account e on e.id = l.entered_by left join account d on d.id = l.decided_by where ";

/// A lot by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Lot>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(LOT);
        query.push("l.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Lots at these places, those that wait first, then the newest.
///
/// # Errors
/// As the database says.
pub async fn list(conn: &mut Conn, places: &[i64], waiting: bool, limit: i64) -> Result<Vec<Lot>, StoreError> {
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(LOT);
        query.push("l.place_id");
        push_in!(query, kind, numbers places);
        if waiting {
            query.push(" and l.state = 'received'");
        }
        query.push(" order by l.state <> 'received', l.received_on desc, l.id desc limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A lot as it is entered.
#[derive(Clone, Debug)]
pub struct NewLot {
    /// Number.
    pub number: String,
    /// Supplier.
    pub supplier: String,
    /// Supplier folded.
    pub supplier_folded: String,
    /// Type.
    pub type_id: i64,
    /// Place.
    pub place_id: i64,
    /// Number of the paper.
    pub document: String,
    /// Day.
    pub received_on: String,
    /// As the papers say.
    pub stated: i64,
    /// As there are.
    pub counted: i64,
    /// What is said.
    pub note: Option<String>,
}

/// Adds a lot; its id.
///
/// # Errors
/// [`StoreError::Taken`] for a number of that supplier that exists.
pub async fn insert(conn: &mut Conn, new: &NewLot, by: Option<i64>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into blank_lot (number, supplier, supplier_folded, type_id, place_id, document, received_on, stated, \
             counted, note, state, entered_at, entered_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'received', \
             $11, $12) returning id")
        .bind(&new.number)
        .bind(&new.supplier)
        .bind(&new.supplier_folded)
        .bind(new.type_id)
        .bind(new.place_id)
        .bind(&new.document)
        .bind(&new.received_on)
        .bind(new.stated)
        .bind(new.counted)
        .bind(&new.note)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// What was decided about a lot.
#[derive(Clone, Debug)]
pub struct Decision {
    /// `accepted` or `sent_back`.
    pub state: &'static str,
    /// What was found good.
    pub checks: String,
    /// What is said.
    pub note: Option<String>,
    /// By whom.
    pub by: Option<i64>,
}

/// Decides about a lot that waits, if it still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn decide(conn: &mut Conn, id: i64, version: i64, of: &Decision, at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update blank_lot set state = $1, checks = $2, decision_note = $3, decided_by = $4, decided_at = $5, \
             version = version + 1 where id = $6 and version = $7 and state = 'received'")
        .bind(of.state)
        .bind(&of.checks)
        .bind(&of.note)
        .bind(of.by)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
