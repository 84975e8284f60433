//! The blanks one by one.

use sqlx::FromRow;

use crate::store::{Conn, Kind, StoreError};

/// A blank.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Blank {
    /// Id.
    pub id: i64,
    /// Serial.
    pub serial: String,
    /// Type.
    pub type_id: i64,
    /// Lot.
    pub lot_id: i64,
    /// Place.
    pub place_id: i64,
    /// `model::lifecycle::Blank` by name.
    pub state: String,
    /// `model::stock::SpoilReason` by name.
    pub reason: Option<String>,
    /// What it is for.
    pub held_for: Option<String>,
    /// The minutes in which it stands.
    pub destruction_id: Option<i64>,
}

/// A blank with the names that a list shows.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Listed {
    /// Id.
    pub id: i64,
    /// Serial.
    pub serial: String,
    /// Type's name.
    pub kind: String,
    /// Lot.
    pub lot_id: i64,
    /// Lot's number.
    pub lot: String,
    /// Place's name.
    pub place: String,
    /// State by name.
    pub state: String,
    /// Reason by name.
    pub reason: Option<String>,
    /// What is on its chip, as far as one is known: 2, something; 1, nothing any more.
    pub chip: Option<i64>,
}

const BLANK: &str =
    "select id, serial, type_id, lot_id, place_id, state, reason, held_for, destruction_id from blank where ";
const LISTED: &str = "select b.id, b.serial, t.name as kind, b.lot_id, l.number as lot, p.name as place, b.state, b.reason, \
    (select cast(max(case when c.wiped_at is not null and c.state = 'blank' then 1 else 2 end) as bigint) from chip c where c.blank_id = b.id) as chip \
    from blank b join blank_type t on t.id = b.type_id join blank_lot l on l.id = b.lot_id \
    join stock_place p on p.id = b.place_id where ";

/// Enters the blanks of a lot, not accepted yet. They are whoever's the lot is.
///
/// # Errors
/// [`StoreError::Taken`] for a serial that exists.
pub async fn insert(
    conn: &mut Conn,
    (lot_id, type_id, place_id): (i64, i64, i64),
    serials: &[String],
) -> Result<(), StoreError> {
    let sql = match conn.kind() {
        Kind::Sqlite => {
            "insert into blank (serial, type_id, lot_id, place_id, state) \
             select value, $1, $2, $3, 'received' from json_each($4)"
        }
        Kind::Postgres => {
            "insert into blank (serial, type_id, lot_id, place_id, state) \
             select jsonb_array_elements_text($4::jsonb), $1, $2, $3, 'received'"
        }
    };
    let serials = serde_json::json!(serials).to_string();
    on!(conn, c => sqlx::query(sql).bind(type_id).bind(lot_id).bind(place_id).bind(serials).execute(c).await.map(drop))?;
    Ok(())
}

/// A blank by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Blank>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(BLANK);
        query.push("id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The blanks with these serials, in the order of their serials.
///
/// # Errors
/// As the database says.
pub async fn by_serials(conn: &mut Conn, serials: &[String]) -> Result<Vec<Blank>, StoreError> {
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(BLANK);
        query.push("serial");
        push_in!(query, kind, texts serials);
        query.push(" order by serial");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The blanks of a lot, in the order of their serials.
///
/// # Errors
/// As the database says.
pub async fn of_lot(conn: &mut Conn, lot_id: i64) -> Result<Vec<Blank>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(BLANK);
        query.push("lot_id = ").push_bind(lot_id).push(" order by serial");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The blanks at a place that are in one of these states, in the order of their serials.
///
/// # Errors
/// As the database says.
pub async fn at_place(conn: &mut Conn, place_id: i64, states: &[&str]) -> Result<Vec<Blank>, StoreError> {
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(BLANK);
        query.push("place_id = ").push_bind(place_id).push(" and state");
        push_in!(query, kind, texts states);
        query.push(" order by serial");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The blanks that went with a movement, or several, written in that document; in the order of their serials.
///
/// # Errors
/// As the database says.
pub async fn of_document(conn: &mut Conn, document: &str, event: &str) -> Result<Vec<Blank>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(BLANK);
        query.push("id in (select m.blank_id from blank_moved m join blank_movement v on v.id = m.movement_id where v.document = ");
        query.push_bind(document).push(" and v.event = ").push_bind(event).push(") order by serial");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Serials of a lot by state: (state, number), and the first and last serial.
///
/// # Errors
/// As the database says.
pub async fn lot_holding(conn: &mut Conn, lot_id: i64) -> Result<Vec<(String, i64, String, String)>, StoreError> {
    let sql = "select state, count(*), min(serial), max(serial) from blank where lot_id = $1 group by state";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(lot_id).fetch_all(c).await)?)
}

/// What becomes of the note for whom a blank is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It stays.
    Keep,
    /// This.
    For(String),
    /// It goes.
    Nobody,
}

/// A change of many blanks that are in one state at one place.
#[derive(Clone, Debug)]
pub struct Change<'c> {
    /// State and place before.
    pub from: (&'c str, i64),
    /// State and place after.
    pub to: (&'c str, i64),
    /// Why they are spoiled, when they become so.
    pub reason: Option<&'c str>,
    /// What becomes of the note for whom.
    pub held: Held,
}

/// Changes those that are still as they were; how many.
///
/// # Errors
/// As the database says.
pub async fn change(conn: &mut Conn, ids: &[i64], change: &Change<'_>) -> Result<u64, StoreError> {
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("update blank set version = version + 1, state = ");
        query.push_bind(change.to.0).push(", place_id = ").push_bind(change.to.1);
        if let Some(reason) = change.reason {
            query.push(", reason = ").push_bind(reason);
        }
        match &change.held {
            Held::Keep => {}
            Held::For(what) => {
                query.push(", held_for = ").push_bind(what);
            }
            Held::Nobody => {
                query.push(", held_for = null");
            }
        }
        query.push(" where id");
        push_in!(query, kind, numbers ids);
        // checked row by row: where few statistics are, PostgreSQL would go by place and state, and through all ids for each row
        query.push(" and state || '' = ").push_bind(change.from.0).push(" and place_id + 0 = ").push_bind(change.from.1);
        query.build().execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Which blanks a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only at these places.
    pub places: Vec<i64>,
    /// Only of this type.
    pub type_id: Option<i64>,
    /// Only of this lot.
    pub lot_id: Option<i64>,
    /// Only in this state.
    pub state: Option<&'static str>,
    /// Only those whose serial begins so.
    pub serial: String,
}

macro_rules! push_filter {
    ($query:ident, $kind:expr, $filter:expr) => {
        $query.push("b.place_id");
        push_in!($query, $kind, numbers & $filter.places);
        if let Some(id) = $filter.type_id {
            $query.push(" and b.type_id = ").push_bind(id);
        }
        if let Some(id) = $filter.lot_id {
            $query.push(" and b.lot_id = ").push_bind(id);
        }
        if let Some(state) = $filter.state {
            $query.push(" and b.state = ").push_bind(state);
        }
        if !$filter.serial.is_empty() {
            // a tilde comes after every sign of a serial
            $query.push(" and b.serial >= ").push_bind(&$filter.serial);
            $query.push(" and b.serial < ").push_bind(format!("{}~", $filter.serial));
        }
    };
}

/// One page of them, by serial, and how many there are.
///
/// # Errors
/// As the database says.
pub async fn list(conn: &mut Conn, filter: &Filter, offset: i64, limit: i64) -> Result<(Vec<Listed>, i64), StoreError> {
    let kind = conn.kind();
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) from blank b where ");
        push_filter!(query, kind, filter);
        query.build_query_scalar().fetch_one(c).await
    })?;
    let rows = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(LISTED);
        push_filter!(query, kind, filter);
        query.push(" order by b.serial limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    Ok((rows, total))
}

/// One blank with the names that a page shows.
///
/// # Errors
/// As the database says.
pub async fn listed(conn: &mut Conn, id: i64) -> Result<Option<Listed>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(LISTED);
        query.push("b.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The blanks in minutes of destruction, by serial.
///
/// # Errors
/// As the database says.
pub async fn of_destruction(conn: &mut Conn, destruction_id: i64) -> Result<Vec<Listed>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(LISTED);
        query.push("b.id in (select blank_id from destruction_blank where destruction_id = ").push_bind(destruction_id);
        query.push(") order by b.serial");
        query.build_query_as().fetch_all(c).await
    })?)
}
