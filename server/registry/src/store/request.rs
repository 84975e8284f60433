//! Requests for a card, and the fields that were compared with paper.

use sqlx::{AssertSqlSafe, FromRow};

use super::unit::path_end;
use super::{Conn, StoreError};

/// A request.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Request {
    /// Id.
    pub id: i64,
    /// Whose card.
    pub person_id: i64,
    /// Where the person served when it was handed in.
    pub unit_id: i64,
    /// `model::case::Case` by name.
    pub case_name: String,
    /// Code of the reason.
    pub reason: String,
    /// What the person says besides.
    pub note: Option<String>,
    /// `model::lifecycle::Request` by name.
    pub state: String,
    /// The list it is in.
    pub dossier_id: Option<i64>,
    /// Version of the printed profile.
    pub stamp: i64,
    /// Certified copies received (R18).
    pub copies: i64,
    /// Why it was returned or refused.
    pub answer: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was begun.
    pub created_at: i64,
    /// By whom.
    pub created_by: Option<i64>,
    /// When it was handed in last.
    pub submitted_at: Option<i64>,
    /// When it was verified last.
    pub verified_at: Option<i64>,
    /// When it came into its state.
    pub changed_at: i64,
}

/// A request in a list.
#[derive(Clone, Debug, FromRow)]
pub struct Listed {
    /// Id.
    pub id: i64,
    /// Person.
    pub person_id: i64,
    /// Person's name.
    pub name: String,
    /// `57.00001`.
    pub personnel_code: Option<String>,
    /// Person's position.
    pub position: Option<String>,
    /// Unit's id.
    pub unit_id: i64,
    /// Unit's name.
    pub unit: String,
    /// Case by name.
    pub case_name: String,
    /// Code of the reason.
    pub reason: String,
    /// State by name.
    pub state: String,
    /// The list it is in.
    pub dossier_id: Option<i64>,
    /// When it came into its state.
    pub changed_at: i64,
    /// When it was verified.
    pub verified_at: Option<i64>,
    /// Grows with each change.
    pub version: i64,
}

/// A field as it stands in a request.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct FieldRow {
    /// `model::profile::Field` by name.
    pub field: String,
    /// What is asked for.
    pub value: String,
    /// `accepted`, `returned`, or nothing yet.
    pub verdict: Option<String>,
    /// Why it was returned.
    pub remark: Option<String>,
}

/// A field as it was last verified.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Verified {
    /// `model::profile::Field` by name.
    pub field: String,
    /// The value.
    pub value: String,
    /// When.
    pub verified_at: i64,
}

/// A new request.
#[derive(Clone, Debug)]
pub struct NewRequest<'r> {
    /// Whose card.
    pub person_id: i64,
    /// Where the person serves.
    pub unit_id: i64,
    /// Case by name.
    pub case_name: &'r str,
    /// Code of the reason.
    pub reason: &'r str,
    /// What the person says besides.
    pub note: Option<&'r str>,
    /// Who begins it.
    pub created_by: Option<i64>,
}

macro_rules! select_request {
    ($rest:literal) => {
        concat!(
            "select id, person_id, unit_id, case_name, reason, note, state, dossier_id, stamp, copies, answer, version, ",
            "created_at, created_by, submitted_at, verified_at, changed_at from request ",
            $rest
        )
    };
}

const LISTED: &str = "select r.id, r.person_id, p.name, p.personnel_code, p.position, r.unit_id, u.name as unit, \
                      r.case_name, r.reason, r.state, r.dossier_id, r.changed_at, r.verified_at, r.version \
                      from request r join person p on p.id = r.person_id join unit u on u.id = r.unit_id ";

/// A request by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Request>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_request!("where id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The person's request that has not come to an end.
///
/// # Errors
/// As the database says.
pub async fn open_of(conn: &mut Conn, person_id: i64) -> Result<Option<Request>, StoreError> {
    let sql = select_request!("where person_id = $1 and state not in ('refused', 'fulfilled', 'withdrawn')");
    Ok(on!(conn, c => sqlx::query_as(sql).bind(person_id).fetch_optional(c).await)?)
}

/// Everybody whose request has not come to an end.
///
/// # Errors
/// As the database says.
pub async fn people_with_open(conn: &mut Conn) -> Result<Vec<i64>, StoreError> {
    let sql = "select person_id from request where state not in ('refused', 'fulfilled', 'withdrawn')";
    Ok(on!(conn, c => sqlx::query_scalar(sql).fetch_all(c).await)?)
}

/// Every request of a person, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Request>, StoreError> {
    let sql = select_request!("where person_id = $1 order by id desc");
    Ok(on!(conn, c => sqlx::query_as(sql).bind(person_id).fetch_all(c).await)?)
}

/// Requests in one of the states within the units, oldest first; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn waiting(
    conn: &mut Conn,
    states: &[&str],
    within: &[String],
    (offset, limit): (i64, i64),
) -> Result<(Vec<Listed>, i64), StoreError> {
    if within.is_empty() || states.is_empty() {
        return Ok((Vec::new(), 0));
    }
    // the same condition for the rows and for their number
    macro_rules! push_where {
        ($query:ident) => {
            push_in!($query, "where r.state", states.iter().copied());
            $query.push(" and ");
            push_within!($query, within, "u.path");
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(LISTED);
        push_where!(query);
        query.push(" order by r.changed_at, r.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) from request r join unit u on u.id = r.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Drafts that the system began within the units, oldest first; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn begun_by_system(conn: &mut Conn, within: &[String], limit: i64) -> Result<(Vec<Listed>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where r.state = 'draft' and r.created_by is null and ");
            push_within!($query, within, "u.path");
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(LISTED);
        push_where!(query);
        query.push(" order by r.changed_at, r.id limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) from request r join unit u on u.id = r.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// The person serves in another unit: so does the request.
///
/// # Errors
/// As the database says.
pub async fn put_unit(conn: &mut Conn, id: i64, unit_id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update request set unit_id = $1, version = version + 1 where id = $2")
        .bind(unit_id)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The requests of a list, by the holders' names.
///
/// # Errors
/// As the database says.
pub async fn of_dossier(conn: &mut Conn, dossier_id: i64) -> Result<Vec<Listed>, StoreError> {
    Ok(on!(conn, c => sqlx::QueryBuilder::new(LISTED)
        .push("where r.dossier_id = ")
        .push_bind(dossier_id)
        .push(" order by p.sort_key, r.id")
        .build_query_as()
        .fetch_all(c)
        .await)?)
}

/// Begins a request; its id.
///
/// # Errors
/// [`StoreError::Taken`] where the person has one that has not come to an end.
pub async fn insert(conn: &mut Conn, new: &NewRequest<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into request (person_id, unit_id, case_name, reason, note, state, created_at, created_by, changed_at) \
             values ($1, $2, $3, $4, $5, 'draft', $6, $7, $6) returning id")
        .bind(new.person_id)
        .bind(new.unit_id)
        .bind(new.case_name)
        .bind(new.reason)
        .bind(new.note)
        .bind(at_ms)
        .bind(new.created_by)
        .fetch_one(c)
        .await)?)
}

/// Writes case, reason and note of a draft that still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn rewrite(
    conn: &mut Conn,
    (id, version): (i64, i64),
    case_name: &str,
    reason: &str,
    note: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update request set case_name = $1, reason = $2, note = $3, version = version + 1 where id = $4 and version = $5")
        .bind(case_name)
        .bind(reason)
        .bind(note)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Puts a request that still has that version and state into another state; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_state(
    conn: &mut Conn,
    (id, version): (i64, i64),
    (from, to): (&str, &str),
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update request set state = $1, changed_at = $2, version = version + 1 \
             where id = $3 and version = $4 and state = $5")
        .bind(to)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .bind(from)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes that it was handed in, where the person now serves; the version of its printed profile grows.
///
/// # Errors
/// As the database says.
pub async fn note_submitted(conn: &mut Conn, id: i64, unit_id: i64, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update request set submitted_at = $1, unit_id = $2, stamp = stamp + 1, copies = 0, answer = null where id = $3")
        .bind(at_ms)
        .bind(unit_id)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that it was verified with so many copies at hand.
///
/// # Errors
/// As the database says.
pub async fn note_verified(
    conn: &mut Conn,
    id: i64,
    copies: i64,
    by: Option<i64>,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update request set verified_at = $1, verified_by = $2, copies = $3 where id = $4")
        .bind(at_ms)
        .bind(by)
        .bind(copies)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes why it was returned or refused.
///
/// # Errors
/// As the database says.
pub async fn note_answer(conn: &mut Conn, id: i64, answer: Option<&str>) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update request set answer = $1 where id = $2")
        .bind(answer)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Puts it into a list, or out of the one it is in. That it stood on a list which was submitted stays known.
///
/// # Errors
/// As the database says.
pub async fn put_dossier(conn: &mut Conn, id: i64, dossier_id: Option<i64>, at_ms: i64) -> Result<(), StoreError> {
    const OTHERS: &str = "request_id = $1 and dossier_id <> $2 and left_at is null";
    const DRAFTS: &str = "dossier_id in (select id from dossier where state = 'draft')";
    let forget = format!("delete from listing where {OTHERS} and {DRAFTS}");
    let leave = format!("update listing set left_at = $3 where {OTHERS}");
    on!(&mut *conn, c => sqlx::query(AssertSqlSafe(forget)).bind(id).bind(dossier_id.unwrap_or(0)).execute(c).await.map(drop))?;
    on!(&mut *conn, c => sqlx::query(AssertSqlSafe(leave))
        .bind(id)
        .bind(dossier_id.unwrap_or(0))
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    if let Some(dossier_id) = dossier_id {
        on!(&mut *conn, c => sqlx::query(
                "insert into listing (dossier_id, request_id) values ($1, $2) \
                 on conflict (dossier_id, request_id) do update set left_at = null")
            .bind(dossier_id)
            .bind(id)
            .execute(c)
            .await
            .map(drop))?;
    }
    on!(conn, c => sqlx::query("update request set dossier_id = $1 where id = $2")
        .bind(dossier_id)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Lists that it stood on: id, title, when it left.
///
/// # Errors
/// As the database says.
pub async fn former_lists(conn: &mut Conn, id: i64) -> Result<Vec<(i64, String, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select d.id, d.title, s.left_at from listing s join dossier d on d.id = s.dossier_id \
             where s.request_id = $1 and s.left_at is not null order by s.left_at, d.id")
        .bind(id)
        .fetch_all(c)
        .await)?)
}

/// The fields of a request.
///
/// # Errors
/// As the database says.
pub async fn fields(conn: &mut Conn, request_id: i64) -> Result<Vec<FieldRow>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select field, value, verdict, remark from request_field where request_id = $1")
        .bind(request_id)
        .fetch_all(c)
        .await)?)
}

/// Replaces every field of a request.
///
/// # Errors
/// As the database says.
pub async fn put_fields(conn: &mut Conn, request_id: i64, fields: &[FieldRow]) -> Result<(), StoreError> {
    on!(&mut *conn, c => sqlx::query("delete from request_field where request_id = $1")
        .bind(request_id)
        .execute(c)
        .await
        .map(drop))?;
    for row in fields {
        on!(&mut *conn, c => sqlx::query(
                "insert into request_field (request_id, field, value, verdict, remark) values ($1, $2, $3, $4, $5)")
            .bind(request_id)
            .bind(&row.field)
            .bind(&row.value)
            .bind(&row.verdict)
            .bind(&row.remark)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// What was verified of a person.
///
/// # Errors
/// As the database says.
pub async fn verified(conn: &mut Conn, person_id: i64) -> Result<Vec<Verified>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select field, value, verified_at from verified_field where person_id = $1")
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// Notes that a field of a person was compared with paper.
///
/// # Errors
/// As the database says.
pub async fn put_verified(
    conn: &mut Conn,
    (person_id, request_id): (i64, i64),
    (field, value): (&str, &str),
    by: Option<i64>,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into verified_field (person_id, field, value, verified_at, verified_by, request_id) \
             values ($1, $2, $3, $4, $5, $6) on conflict (person_id, field) do update set value = excluded.value, \
             verified_at = excluded.verified_at, verified_by = excluded.verified_by, request_id = excluded.request_id")
        .bind(person_id)
        .bind(field)
        .bind(value)
        .bind(at_ms)
        .bind(by)
        .bind(request_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Erases what a person wrote and what was compared; a request that has not come to an end ends.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64, at_ms: i64) -> Result<(), StoreError> {
    for sql in [
        "delete from request_field where request_id in (select id from request where person_id = $1)",
        "delete from verified_field where person_id = $1",
        "update request set note = null, answer = null where person_id = $1",
    ] {
        on!(&mut *conn, c => sqlx::query(sql).bind(person_id).execute(c).await.map(drop))?;
    }
    on!(conn, c => sqlx::query(
            "update request set state = 'withdrawn', changed_at = $1, version = version + 1 \
             where person_id = $2 and state not in ('refused', 'fulfilled', 'withdrawn')")
        .bind(at_ms)
        .bind(person_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
