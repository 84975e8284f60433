//! Lists of people with their submission letters.

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};

/// A list with its letter.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Dossier {
    /// Id.
    pub id: i64,
    /// The unit that composes it.
    pub unit_id: i64,
    /// That unit's name.
    pub unit: String,
    /// That unit's path.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// `model::lifecycle::Dossier` by name.
    pub state: String,
    /// Number of the letter.
    pub letter_number: Option<String>,
    /// Its day, ISO 8601.
    pub letter_day: Option<String>,
    /// Who signs it, with the capacity.
    pub signer: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was begun.
    pub created_at: i64,
    /// When it was submitted.
    pub submitted_at: Option<i64>,
    /// When it was checked.
    pub checked_at: Option<i64>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// Until when the next step should be done.
    pub due_at: Option<i64>,
    /// People on it, and such as stood on it.
    pub people: i64,
}

macro_rules! select_dossier {
    ($rest:literal) => {
        concat!(
            "select d.id, d.unit_id, u.name as unit, u.path, d.title, d.state, d.letter_number, d.letter_day, d.signer, ",
            "d.version, d.created_at, d.submitted_at, d.checked_at, d.decided_at, d.due_at, ",
            "(select count(*) from listing s where s.dossier_id = d.id) as people ",
            "from dossier d join unit u on u.id = d.unit_id ",
            $rest
        )
    };
}

/// A list by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Dossier>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_dossier!("where d.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Lists within the units and in one of the states (all, where none is named): those due first at the top, then the newest.
///
/// # Errors
/// As the database says.
pub async fn within(
    conn: &mut Conn,
    within: &[String],
    states: &[&str],
    (offset, limit): (i64, i64),
) -> Result<(Vec<Dossier>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where ");
            push_within!($query, within, "u.path");
            if !states.is_empty() {
                push_in!($query, " and d.state", states.iter().copied());
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(select_dossier!(""));
        push_where!(query);
        query.push(" order by case when d.state in ('submitted', 'checked') then 0 when d.state = 'draft' then 1 else 2 end, \
                    d.due_at, d.id desc limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) from dossier d join unit u on u.id = d.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Requests that stood on a list and left it: id, the person's name, state, when.
///
/// # Errors
/// As the database says.
pub async fn former_requests(conn: &mut Conn, id: i64) -> Result<Vec<(i64, String, String, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select r.id, p.name, r.state, s.left_at from listing s join request r on r.id = s.request_id \
             join person p on p.id = r.person_id where s.dossier_id = $1 and s.left_at is not null order by p.sort_key, r.id")
        .bind(id)
        .fetch_all(c)
        .await)?)
}

/// Begins a list; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(
    conn: &mut Conn,
    unit_id: i64,
    title: &str,
    by: Option<i64>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into dossier (unit_id, title, state, created_at, created_by) values ($1, $2, 'draft', $3, $4) returning id")
        .bind(unit_id)
        .bind(title)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Puts a list that still has that version and state into another state; whether it had.
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
            "update dossier set state = $1, due_at = $2, version = version + 1 where id = $3 and version = $4 and state = $5")
        .bind(to)
        .bind(due_at)
        .bind(id)
        .bind(version)
        .bind(from)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Lets a change of the people on it be seen: whoever looked at it before has an old version.
///
/// # Errors
/// As the database says.
pub async fn touch(conn: &mut Conn, (id, version): (i64, i64)) -> Result<bool, StoreError> {
    Ok(
        on!(conn, c => sqlx::query("update dossier set version = version + 1 where id = $1 and version = $2 and state = 'draft'")
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?,
    )
}

/// Writes the letter of a list.
///
/// # Errors
/// [`StoreError::Taken`] for a number that another letter of the unit has.
pub async fn put_letter(
    conn: &mut Conn,
    id: i64,
    (number, day, signer): (&str, &str, &str),
    by: Option<i64>,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update dossier set letter_number = $1, letter_day = $2, signer = $3, submitted_at = $4, submitted_by = $5 \
             where id = $6")
        .bind(number)
        .bind(day)
        .bind(signer)
        .bind(at_ms)
        .bind(by)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes who checked it.
///
/// # Errors
/// As the database says.
pub async fn note_checked(conn: &mut Conn, id: i64, by: Option<i64>, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update dossier set checked_at = $1, checked_by = $2 where id = $3")
        .bind(at_ms)
        .bind(by)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes who decided it.
///
/// # Errors
/// As the database says.
pub async fn note_decided(conn: &mut Conn, id: i64, by: Option<i64>, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update dossier set decided_at = $1, decided_by = $2 where id = $3")
        .bind(at_ms)
        .bind(by)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
