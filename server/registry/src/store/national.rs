//! What the national database says of people, as its last export had it.

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};

/// What an export says of a person; `None` where it says nothing.
#[derive(Clone, Default, FromRow, PartialEq, Eq)]
pub struct National {
    /// The person.
    pub person_id: i64,
    /// Full name.
    pub name: Option<String>,
    /// Sex by name.
    pub sex: Option<String>,
    /// ISO date.
    pub born_on: Option<String>,
    /// Twelve digits.
    pub citizen_id: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// Canonical code of the unit.
    pub unit_code: Option<String>,
    /// When it was loaded.
    pub loaded_at: i64,
    /// The document by which the national database was asked to take over what is held here.
    pub document: Option<String>,
    /// When that was noted.
    pub reported_at: Option<i64>,
    /// Grows with each change.
    pub version: i64,
}

impl National {
    /// Whether both say the same of the person.
    pub fn says_as(&self, other: &National) -> bool {
        let said = |of: &National| {
            let National { name, sex, born_on, citizen_id, position, unit_code, .. } = of.clone();
            [name, sex, born_on, citizen_id, position, unit_code]
        };
        said(self) == said(other)
    }
}

/// A person whose export says something else than what is held.
#[derive(Clone, FromRow)]
pub struct Differing {
    /// What the export says.
    #[sqlx(flatten)]
    pub said: National,
    /// What is held: full name.
    pub held_name: String,
    /// Sex by name.
    pub held_sex: Option<String>,
    /// ISO date.
    pub held_born_on: Option<String>,
    /// Twelve digits.
    pub held_citizen_id: Option<String>,
    /// Position.
    pub held_position: Option<String>,
    /// Canonical code of the unit.
    pub held_unit_code: Option<String>,
    /// Name of the unit.
    pub unit: String,
    /// Path of the unit.
    pub path: String,
    /// Personnel code.
    pub personnel_code: Option<String>,
    /// Version of the person.
    pub person_version: i64,
}

const COMPARED: &str = "select n.person_id, n.name, n.sex, n.born_on, n.citizen_id, n.position, n.unit_code, n.loaded_at, n.document, \
     n.reported_at, n.version, p.name as held_name, p.sex as held_sex, p.born_on as held_born_on, p.citizen_id as held_citizen_id, \
     p.position as held_position, u.code as held_unit_code, u.name as unit, u.path, p.personnel_code, \
     p.version as person_version ";
const JOINED: &str = "from national_record n join person p on p.id = n.person_id join unit u on u.id = p.unit_id where p.erased_at is null ";
/// Where both say something, and not the same; what is held may also be nothing.
const DIFFERS: &str = "and p.left_on is null and ((n.name is not null and n.name <> p.name) \
     or (n.sex is not null and n.sex is distinct from p.sex) \
     or (n.born_on is not null and n.born_on is distinct from p.born_on) \
     or (n.citizen_id is not null and n.citizen_id is distinct from p.citizen_id) \
     or (n.position is not null and n.position is distinct from p.position) \
     or (n.unit_code is not null and n.unit_code is distinct from u.code)) ";

/// What the export says of these people.
///
/// # Errors
/// As the database says.
pub async fn of_people(conn: &mut Conn, ids: &[i64]) -> Result<Vec<National>, StoreError> {
    const AT_A_TIME: usize = 500;
    let mut found = Vec::new();
    for some in ids.chunks(AT_A_TIME) {
        found.extend(on!(&mut *conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "select person_id, name, sex, born_on, citizen_id, position, unit_code, loaded_at, document, reported_at, version \
                 from national_record where ");
            push_in!(query, "person_id", some.iter().copied());
            query.build_query_as::<National>().fetch_all(c).await
        })?);
    }
    Ok(found)
}

/// Writes what an export says of a person. A document that was noted stays while the export says the same.
///
/// # Errors
/// As the database says.
pub async fn put(conn: &mut Conn, said: &National, by: &str, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into national_record (person_id, name, sex, born_on, citizen_id, position, unit_code, loaded_at, loaded_by) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (person_id) do update set name = excluded.name, \
             sex = excluded.sex, born_on = excluded.born_on, citizen_id = excluded.citizen_id, position = excluded.position, \
             unit_code = excluded.unit_code, loaded_at = excluded.loaded_at, loaded_by = excluded.loaded_by, document = null, \
             reported_at = null, reported_by = null, version = national_record.version + 1")
        .bind(said.person_id)
        .bind(&said.name)
        .bind(&said.sex)
        .bind(&said.born_on)
        .bind(&said.citizen_id)
        .bind(&said.position)
        .bind(&said.unit_code)
        .bind(at_ms)
        .bind(by)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// What the export says of a person, beside what is held.
///
/// # Errors
/// As the database says.
pub async fn compared(conn: &mut Conn, person_id: i64) -> Result<Option<Differing>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(COMPARED);
        query.push(JOINED).push("and n.person_id = ").push_bind(person_id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// People within the units whose export says something else, those that nothing was done about first; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn differing(
    conn: &mut Conn,
    within: &[String],
    (offset, limit): (i64, i64),
) -> Result<(Vec<Differing>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    // the same condition for the rows and for their number
    macro_rules! push_where {
        ($query:ident) => {
            $query.push(JOINED).push(DIFFERS).push("and ");
            push_within!($query, within, "u.path");
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(COMPARED);
        push_where!(query);
        query.push(" order by n.reported_at is not null, p.sort_key, p.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Which of these people differ.
///
/// # Errors
/// As the database says.
pub async fn who_differs(conn: &mut Conn, people: &[i64]) -> Result<Vec<i64>, StoreError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select n.person_id ");
        query.push(JOINED).push(DIFFERS);
        push_in!(query, "and n.person_id", people.iter().copied());
        query.build_query_scalar().fetch_all(c).await
    })?)
}

/// Whether anybody within the units differs and nothing was done about it; since when, and how many.
///
/// # Errors
/// As the database says.
pub async fn open(conn: &mut Conn, within: &[String]) -> Result<(Option<i64>, i64), StoreError> {
    if within.is_empty() {
        return Ok((None, 0));
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select min(n.loaded_at), count(*) ");
        query.push(JOINED).push(DIFFERS).push("and n.reported_at is null and ");
        push_within!(query, within, "u.path");
        query.build_query_as().fetch_one(c).await
    })?)
}

/// Notes the document by which the national database was asked; whether the record still had that version.
///
/// # Errors
/// As the database says.
pub async fn note_reported(
    conn: &mut Conn,
    (person_id, version): (i64, i64),
    document: &str,
    by: &str,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update national_record set document = $1, reported_at = $2, reported_by = $3, version = version + 1 \
             where person_id = $4 and version = $5")
        .bind(document)
        .bind(at_ms)
        .bind(by)
        .bind(person_id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Erases what the export says of a person.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from national_record where person_id = $1").bind(person_id).execute(c).await.map(drop))?;
    Ok(())
}
