//! Entry systems that are given people's data, what people answered, and what was taken (R113).

use sqlx::{FromRow, QueryBuilder};

use super::unit::path_end;
use super::{Conn, StoreError};

/// A system.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct System {
    /// Id.
    pub id: i64,
    /// The unit that uses it.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// What the data are for.
    pub purpose: String,
    /// Who runs it.
    pub operator: String,
    /// Whom to ask about it.
    pub contact: String,
    /// `model::biometric::ExportField` by name, with a space between them.
    pub fields: String,
    /// `model::lifecycle::EntrySystem` by name.
    pub state: String,
    /// What was said when it was decided.
    pub answer: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was asked for.
    pub created_at: i64,
    /// By which account.
    pub created_by: Option<i64>,
    /// By whom, by name.
    pub asked_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// By whom, by name.
    pub decider: Option<String>,
    /// People whose last answer is a yes.
    pub consents: i64,
    /// When something was last taken for it.
    pub last_export: Option<i64>,
}

/// A new system.
#[derive(Clone, Debug)]
pub struct NewSystem {
    /// The unit that uses it.
    pub unit_id: i64,
    /// What it is called.
    pub name: String,
    /// What the data are for.
    pub purpose: String,
    /// Who runs it.
    pub operator: String,
    /// Whom to ask about it.
    pub contact: String,
    /// Names of fields with a space between them.
    pub fields: String,
}

/// Somebody's last answer.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Answer {
    /// Id.
    pub id: i64,
    /// Who.
    pub person_id: i64,
    /// Their name.
    pub name: String,
    /// Personnel code.
    pub code: Option<String>,
    /// Their unit.
    pub unit: String,
    /// `model::biometric::ConsentAnswer` by name.
    pub answer: String,
    /// When.
    pub at: i64,
    /// The day on a signed paper, ISO 8601.
    pub signed_on: Option<String>,
    /// The newest scan of that paper.
    pub file_id: Option<i64>,
}

/// A new answer.
#[derive(Clone, Copy, Debug)]
pub struct NewAnswer<'a> {
    /// To which system.
    pub system_id: i64,
    /// Whose.
    pub person_id: i64,
    /// By name.
    pub answer: &'a str,
    /// Who enters it.
    pub by: Option<i64>,
    /// The day on a signed paper, ISO 8601.
    pub signed_on: Option<&'a str>,
}

/// Somebody in service within the system's unit whose last answer is a yes.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Entitled {
    /// Id.
    pub id: i64,
    /// Personnel code.
    pub code: Option<String>,
    /// Full name.
    pub name: String,
    /// Their unit.
    pub unit: String,
    /// Position.
    pub position: Option<String>,
    /// Code of the active card.
    pub card_code: Option<String>,
    /// Hash of the present portrait.
    pub portrait: Option<Vec<u8>>,
}

/// A file that was taken.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Export {
    /// Id.
    pub id: i64,
    /// When.
    pub at: i64,
    /// By whom, by name.
    pub taken_by: Option<String>,
    /// People in it.
    pub people: i64,
    /// People who are to be deleted there.
    pub withdrawn: i64,
    /// SHA-256 of the file.
    pub sha256: Vec<u8>,
}

/// Rows in one statement.
const ROWS: usize = 1000;

macro_rules! select_system {
    ($rest:literal) => {
        concat!(
            "select s.id, s.unit_id, u.name as unit, u.path, s.name, s.purpose, s.operator, s.contact, s.fields, s.state, s.answer, ",
            "s.version, s.created_at, s.created_by, a.display_name as asked_by, s.decided_at, d.display_name as decider, ",
            "(select count(*) from consent c where c.system_id = s.id and c.answer = 'given' and not exists ",
            "(select 1 from consent l where l.system_id = c.system_id and l.person_id = c.person_id and l.id > c.id)) as consents, ",
            "(select max(x.at) from biometric_export x where x.system_id = s.id) as last_export ",
            "from entry_system s join unit u on u.id = s.unit_id left join account a on a.id = s.created_by ",
            "left join account d on d.id = s.decided_by ",
            $rest
        )
    };
}

/// A system by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<System>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_system!("where s.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Systems of those units and in one of the states (all, where none is named), newest first; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn within(
    conn: &mut Conn,
    within: &[String],
    states: &[&str],
    (offset, limit): (i64, i64),
) -> Result<(Vec<System>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where ");
            push_within!($query, within, "u.path");
            if !states.is_empty() {
                push_in!($query, " and s.state", states.iter().copied());
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = QueryBuilder::new(select_system!(""));
        push_where!(query);
        query.push(" order by s.id desc limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from entry_system s join unit u on u.id = s.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Systems that concern somebody who serves in the unit with that path: those approved for it or a unit above it, and those that have
/// an answer or data of theirs.
///
/// # Errors
/// As the database says.
pub async fn concerning(conn: &mut Conn, person_id: i64, path: &str) -> Result<Vec<System>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_system!(
            "where (s.state = 'approved' and substr($1, 1, length(u.path)) = u.path) \
             or exists (select 1 from consent c where c.system_id = s.id and c.person_id = $2) \
             or exists (select 1 from biometric_exported x join biometric_export e on e.id = x.export_id \
             where e.system_id = s.id and x.person_id = $2) order by s.id desc"))
        .bind(path)
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// Adds a system; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &NewSystem, by: Option<i64>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into entry_system (unit_id, name, purpose, operator, contact, fields, state, created_at, created_by) \
             values ($1, $2, $3, $4, $5, $6, 'asked', $7, $8) returning id")
        .bind(new.unit_id)
        .bind(&new.name)
        .bind(&new.purpose)
        .bind(&new.operator)
        .bind(&new.contact)
        .bind(&new.fields)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Puts a system that still has that version and state into another state; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_state(
    conn: &mut Conn,
    (id, version): (i64, i64),
    (from, to): (&str, &str),
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update entry_system set state = $1, version = version + 1 where id = $2 and version = $3 and state = $4")
        .bind(to)
        .bind(id)
        .bind(version)
        .bind(from)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes who decided, and what was said.
///
/// # Errors
/// As the database says.
pub async fn note_decided(
    conn: &mut Conn,
    id: i64,
    answer: Option<&str>,
    by: Option<i64>,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update entry_system set answer = $1, decided_by = $2, decided_at = $3 where id = $4")
        .bind(answer)
        .bind(by)
        .bind(at_ms)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes when it ended.
///
/// # Errors
/// As the database says.
pub async fn note_ended(conn: &mut Conn, id: i64, at_ms: i64) -> Result<(), StoreError> {
    let sql = "update entry_system set ended_at = $1 where id = $2";
    on!(conn, c => sqlx::query(sql).bind(at_ms).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Holds a system until the transaction ends, so that no answer comes between who is entitled and what is taken.
///
/// # Errors
/// As the database says.
pub async fn hold(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    let sql = "update entry_system set version = version where id = $1";
    on!(conn, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

macro_rules! select_answer {
    ($rest:literal) => {
        concat!(
            "select c.id, c.person_id, p.name, p.personnel_code as code, u.name as unit, c.answer, c.at, c.signed_on, ",
            "(select max(f.id) from attachment f where f.object = 'consent:' || c.id) as file_id ",
            "from consent c join person p on p.id = c.person_id join unit u on u.id = p.unit_id ",
            $rest
        )
    };
}

/// Everybody's last answer to a system, by name; and how many have answered.
///
/// # Errors
/// As the database says.
pub async fn answers(
    conn: &mut Conn,
    system_id: i64,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Answer>, i64), StoreError> {
    let rows = on!(&mut *conn, c => sqlx::query_as(select_answer!(
            "where c.system_id = $1 and not exists (select 1 from consent l where l.system_id = c.system_id \
             and l.person_id = c.person_id and l.id > c.id) order by p.sort_key, p.id limit $2 offset $3"))
        .bind(system_id)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?;
    let total = on!(conn, c => sqlx::query_scalar("select count(distinct person_id) from consent where system_id = $1")
        .bind(system_id)
        .fetch_one(c)
        .await)?;
    Ok((rows, total))
}

/// Somebody's last answer to a system.
///
/// # Errors
/// As the database says.
pub async fn last_answer(conn: &mut Conn, system_id: i64, person_id: i64) -> Result<Option<Answer>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as(select_answer!("where c.system_id = $1 and c.person_id = $2 order by c.id desc limit 1"))
        .bind(system_id)
        .bind(person_id)
        .fetch_optional(c)
        .await)?,
    )
}

/// The system to which an answer belongs, and whose it is: (system, person).
///
/// # Errors
/// As the database says.
pub async fn of_answer(conn: &mut Conn, id: i64) -> Result<Option<(i64, i64)>, StoreError> {
    let sql = "select system_id, person_id from consent where id = $1";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Adds an answer; its id.
///
/// # Errors
/// As the database says.
pub async fn add_answer(conn: &mut Conn, new: &NewAnswer<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into consent (system_id, person_id, answer, at, by_account, signed_on) values ($1, $2, $3, $4, $5, $6) returning id")
        .bind(new.system_id)
        .bind(new.person_id)
        .bind(new.answer)
        .bind(at_ms)
        .bind(new.by)
        .bind(new.signed_on)
        .fetch_one(c)
        .await)?)
}

/// Whether somebody has an account that can be used.
///
/// # Errors
/// As the database says.
pub async fn has_account(conn: &mut Conn, person_id: i64) -> Result<bool, StoreError> {
    let sql = "select count(*) from account where person_id = $1 and state = 'active'";
    let accounts: i64 = on!(conn, c => sqlx::query_scalar(sql).bind(person_id).fetch_one(c).await)?;
    Ok(accounts > 0)
}

/// Who is in service on that day within the units below the path, is not erased, and whose last answer is a yes; by name.
///
/// # Errors
/// As the database says.
pub async fn entitled(conn: &mut Conn, system_id: i64, path: &str, today: &str) -> Result<Vec<Entitled>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select p.id, p.personnel_code as code, p.name, u.name as unit, p.position, \
             (select max(k.code) from card k where k.person_id = p.id and k.state = 'active' and k.temporary = 0) as card_code, \
             (select b.sha256 from portrait b where b.person_id = p.id and b.replaced_at is null) as portrait \
             from consent c join person p on p.id = c.person_id join unit u on u.id = p.unit_id \
             where c.system_id = $1 and c.answer = 'given' and not exists (select 1 from consent l where l.system_id = c.system_id \
             and l.person_id = c.person_id and l.id > c.id) and p.erased_at is null and (p.left_on is null or p.left_on > $2) \
             and u.path >= $3 and u.path < $4 order by p.sort_key, p.id")
        .bind(system_id)
        .bind(today)
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// Whose data a system has, as the files taken for it say: (person, personnel code), by code.
///
/// # Errors
/// As the database says.
pub async fn handed_over(conn: &mut Conn, system_id: i64) -> Result<Vec<(i64, Option<String>)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select x.person_id, p.personnel_code from biometric_exported x join biometric_export e on e.id = x.export_id \
             join person p on p.id = x.person_id where e.system_id = $1 and x.withdrawn = 0 and not exists \
             (select 1 from biometric_exported y join biometric_export f on f.id = y.export_id \
             where f.system_id = e.system_id and y.person_id = x.person_id and y.export_id > x.export_id) \
             order by p.personnel_code, x.person_id")
        .bind(system_id)
        .fetch_all(c)
        .await)?)
}

/// Notes a file that is taken, with everybody in it; its id.
///
/// # Errors
/// As the database says.
pub async fn insert_export(
    conn: &mut Conn,
    system_id: i64,
    (people, withdrawn): (&[i64], &[i64]),
    sha256: &[u8],
    by: Option<i64>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    let id: i64 = on!(&mut *conn, c => sqlx::query_scalar(
            "insert into biometric_export (system_id, at, by_account, people, withdrawn, sha256) values ($1, $2, $3, $4, $5, $6) \
             returning id")
        .bind(system_id)
        .bind(at_ms)
        .bind(by)
        .bind(people.len() as i64)
        .bind(withdrawn.len() as i64)
        .bind(sha256)
        .fetch_one(c)
        .await)?;
    for (ids, gone) in [(people, 0_i64), (withdrawn, 1)] {
        for part in ids.chunks(ROWS) {
            on!(&mut *conn, c => QueryBuilder::new("insert into biometric_exported (export_id, person_id, withdrawn) ")
                .push_values(part, |mut values, person_id| {
                    values.push_bind(id).push_bind(*person_id).push_bind(gone);
                })
                .build()
                .execute(c)
                .await
                .map(drop))?;
        }
    }
    Ok(id)
}

/// The files that were taken for a system, newest first.
///
/// # Errors
/// As the database says.
pub async fn exports(conn: &mut Conn, system_id: i64, limit: i64) -> Result<Vec<Export>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select e.id, e.at, a.display_name as taken_by, e.people, e.withdrawn, e.sha256 from biometric_export e \
             left join account a on a.id = e.by_account where e.system_id = $1 order by e.id desc limit $2")
        .bind(system_id)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// When somebody stood in files for a system, newest first: (when, 1 where they were to be deleted there).
///
/// # Errors
/// As the database says.
pub async fn exported(conn: &mut Conn, system_id: i64, person_id: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select e.at, x.withdrawn from biometric_exported x join biometric_export e on e.id = x.export_id \
             where e.system_id = $1 and x.person_id = $2 order by e.id desc")
        .bind(system_id)
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// Takes out of somebody's answers what tells more than that there were answers: papers go with their files, elsewhere.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64) -> Result<(), StoreError> {
    let sql = "update consent set signed_on = null, by_account = null where person_id = $1";
    on!(conn, c => sqlx::query(sql).bind(person_id).execute(c).await.map(drop))?;
    Ok(())
}
