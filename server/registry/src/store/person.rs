//! People, and where they served.

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, Kind, StoreError};

/// A person.
#[derive(Clone, FromRow, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub id: i64,
    /// `57.00001`.
    pub personnel_code: Option<String>,
    /// `00.10.H57-15`.
    pub identification_code: Option<String>,
    /// Full name.
    pub name: String,
    /// `model::person::Sex` by name.
    pub sex: Option<String>,
    /// ISO date.
    pub born_on: Option<String>,
    /// Twelve digits.
    pub citizen_id: Option<String>,
    /// Why a doubtful number is right.
    pub citizen_id_reason: Option<String>,
    /// Official e-mail.
    pub email: Option<String>,
    /// Unit.
    pub unit_id: i64,
    /// Ordinal in the unit.
    pub ordinal: i64,
    /// `model::unit::PostKind` by name.
    pub kind: String,
    /// Position.
    pub position: Option<String>,
    /// `model::card_type::Employment` by name, where kind of post and class of unit do not tell it.
    pub employment: Option<String>,
    /// `model::card_type::Rank` by name.
    pub rank: String,
    /// ISO date.
    pub started_on: Option<String>,
    /// Since when the person has left, ISO date.
    pub left_on: Option<String>,
    /// 1 when something is doubtful or missing.
    pub doubtful: i64,
    /// Grows with each change.
    pub version: i64,
    /// When entered.
    pub created_at: i64,
    /// When the personal data were erased.
    pub erased_at: Option<i64>,
}

/// A person in a list.
#[derive(Clone, FromRow)]
pub struct Listed {
    /// Id.
    pub id: i64,
    /// `57.00001`.
    pub personnel_code: Option<String>,
    /// Full name.
    pub name: String,
    /// Unit.
    pub unit_id: i64,
    /// Unit's name.
    pub unit: String,
    /// Position.
    pub position: Option<String>,
    /// Kind of post by name.
    pub kind: String,
    /// 1 when something is doubtful or missing.
    pub doubtful: i64,
}

/// Values of a new or a changed person.
#[derive(Clone)]
pub struct PersonValues {
    /// Full name.
    pub name: String,
    /// Folded name.
    pub name_folded: String,
    /// Collation key, by given name.
    pub sort_key: Vec<u8>,
    /// Sex by name.
    pub sex: Option<String>,
    /// ISO date.
    pub born_on: Option<String>,
    /// Twelve digits.
    pub citizen_id: Option<String>,
    /// Why a doubtful number is right.
    pub citizen_id_reason: Option<String>,
    /// Official e-mail.
    pub email: Option<String>,
    /// Kind of post by name.
    pub kind: String,
    /// Position.
    pub position: Option<String>,
    /// `model::card_type::Employment` by name, where kind of post and class of unit do not tell it.
    pub employment: Option<String>,
    /// `model::card_type::Rank` by name.
    pub rank: String,
    /// ISO date.
    pub started_on: Option<String>,
    /// Whether something is doubtful or missing.
    pub doubtful: bool,
}

/// A new person's row, with every number it was given.
#[derive(Clone)]
pub struct NewPerson {
    /// Id, when it is chosen beforehand.
    pub id: i64,
    /// `57.00001`.
    pub personnel_code: Option<String>,
    /// `00.10.H57-15`.
    pub identification_code: Option<String>,
    /// Unit.
    pub unit_id: i64,
    /// Ordinal in the unit.
    pub ordinal: i64,
    /// When entered.
    pub created_at: i64,
    /// The rest.
    pub values: PersonValues,
}

/// Where a person served.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Assignment {
    /// Unit.
    pub unit_id: i64,
    /// Unit's name today.
    pub unit: String,
    /// Ordinal there.
    pub ordinal: i64,
    /// Code there.
    pub identification_code: Option<String>,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_to: Option<String>,
}

macro_rules! select_person {
    ($rest:literal) => {
        concat!(
            "select id, personnel_code, identification_code, name, sex, born_on, citizen_id, citizen_id_reason, email, ",
            "unit_id, ordinal, kind, position, employment, rank, started_on, left_on, doubtful, version, created_at, erased_at ",
            "from person ",
            $rest
        )
    };
}

const LISTED: &str = "select p.id, p.personnel_code, p.name, p.unit_id, u.name as unit, p.position, p.kind, p.doubtful \
                      from person p join unit u on u.id = p.unit_id ";

/// Adds ` and …` for each part of the filter. The root's path needs no condition: everybody is within it.
macro_rules! push_filter {
    ($query:ident, $filter:expr) => {
        if !$filter.is_province() {
            $query.push(" and p.unit_id in (select id from unit where ");
            push_within!($query, $filter.within, "path");
            $query.push(")");
        }
        $query.push(" and p.erased_at is null");
        if $filter.doubtful {
            $query.push(" and p.doubtful = 1");
        }
        if let Some(kind) = &$filter.kind {
            $query.push(" and p.kind = ").push_bind(kind);
        }
    };
}

/// Which list of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Units: paths of which at least one must contain the person's.
    pub within: Vec<String>,
    /// Only those whose data are doubtful or incomplete.
    pub doubtful: bool,
    /// Only this kind of post.
    pub kind: Option<String>,
}

impl Filter {
    /// Whether one of the paths is the root's, `/1/`.
    fn is_province(&self) -> bool {
        self.within.iter().any(|path| path.bytes().filter(|byte| *byte == b'/').count() == 2)
    }

    fn is_everybody(&self) -> bool {
        self.is_province() && !self.doubtful && self.kind.is_none()
    }
}

/// A person by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Person>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_person!("where id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The person with that personnel code, identification code (also an old one) or citizen number.
///
/// # Errors
/// As the database says.
pub async fn ids_by_code(conn: &mut Conn, code: &str) -> Result<Vec<i64>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "select id from person where personnel_code = $1 union select id from person where identification_code = $1 \
             union select id from person where citizen_id = $1 \
             union select person_id from assignment where identification_code = $1")
        .bind(code)
        .fetch_all(c)
        .await)?)
}

/// People whose folded name holds every token and who pass the filter, at most `limit` ids, in no order that means
/// anything.
///
/// The last token also finds names that only begin so when `prefix` is set.
///
/// # Errors
/// As the database says.
pub async fn ids_by_name(
    conn: &mut Conn,
    tokens: &[String],
    prefix: bool,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    // each token quoted: a bare one could be an operator of the query language
    let (quote, begins, and) = match conn.kind() {
        Kind::Sqlite => ('"', "*", " "),
        Kind::Postgres => ('\'', ":*", " & "),
    };
    let mut words: Vec<String> =
        tokens.iter().map(|token| format!("{quote}{}{quote}", token.replace(quote, ""))).collect();
    if prefix && let Some(last) = words.last_mut() {
        last.push_str(begins);
    }
    // whoever may see everybody needs no look at the people themselves; the erased have no name left
    let select = match (conn.kind(), filter.is_everybody()) {
        (Kind::Sqlite, true) => "select n.rowid from person_name n where n.person_name match ",
        (Kind::Sqlite, false) => {
            "select p.id from person_name n join person p on p.id = n.rowid where n.person_name match "
        }
        (Kind::Postgres, _) => "select p.id from person p where p.name_tokens @@ ",
    };
    let cast = if conn.kind() == Kind::Postgres { "::tsquery" } else { "" };
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(select);
        query.push_bind(words.join(and)).push(cast);
        if !filter.is_everybody() {
            push_filter!(query, filter);
        }
        query.push(" limit ").push_bind(limit);
        query.build_query_scalar().fetch_all(c).await
    })?)
}

/// A list of ids as one parameter, so that the statement is the same for every number of them.
mod ids {
    pub const SQLITE: (&str, &str) = ("p.id in (select value from json_each(", "))");
    pub const POSTGRES: (&str, &str) = ("p.id in (select value::bigint from json_array_elements_text(", "::json))");
}

macro_rules! push_ids {
    ($query:ident, $kind:expr, $ids:expr) => {
        let (before, after) = if $kind == Kind::Postgres { ids::POSTGRES } else { ids::SQLITE };
        $query.push(before).push_bind(format!("{:?}", $ids)).push(after);
    };
}

/// Those of the people with these ids who pass the filter, in Vietnamese order by given name: id and name.
///
/// # Errors
/// As the database says.
pub async fn in_order(conn: &mut Conn, ids: &[i64], filter: &Filter) -> Result<Vec<(i64, String)>, StoreError> {
    if ids.is_empty() || filter.within.is_empty() {
        return Ok(Vec::new());
    }
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select p.id, p.name from person p where ");
        push_ids!(query, kind, ids);
        push_filter!(query, filter);
        query.push(" order by p.sort_key, p.id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The people with these ids, in that order.
///
/// # Errors
/// As the database says.
pub async fn listed(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Listed>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let kind = conn.kind();
    let mut rows: Vec<Listed> = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(LISTED);
        query.push("where ");
        push_ids!(query, kind, ids);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// One page of everybody who passes the filter, in Vietnamese order by given name.
///
/// # Errors
/// As the database says.
pub async fn page(conn: &mut Conn, filter: &Filter, offset: i64, limit: i64) -> Result<Vec<Listed>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(LISTED);
        query.push("where 1 = 1");
        push_filter!(query, filter);
        query.push(" order by p.sort_key, p.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// A person as a list for other programs has them.
#[derive(Clone, FromRow)]
pub struct Exported {
    /// Id.
    pub id: i64,
    /// `57.00001`.
    pub personnel_code: Option<String>,
    /// `00.10.H57-15`.
    pub identification_code: Option<String>,
    /// Full name.
    pub name: String,
    /// Sex by name.
    pub sex: Option<String>,
    /// ISO date.
    pub born_on: Option<String>,
    /// Twelve digits.
    pub citizen_id: Option<String>,
    /// Official e-mail.
    pub email: Option<String>,
    /// Unit's name.
    pub unit: String,
    /// Unit's code as issued.
    pub unit_code: Option<String>,
    /// Unit's path.
    pub path: String,
    /// Kind of post by name.
    pub kind: String,
    /// Position.
    pub position: Option<String>,
    /// ISO date.
    pub started_on: Option<String>,
    /// 1 when something is doubtful or missing.
    pub doubtful: i64,
    /// Collation key.
    pub sort_key: Vec<u8>,
}

const EXPORTED: &str = "select p.id, p.personnel_code, p.identification_code, p.name, p.sex, p.born_on, p.citizen_id, \
                        p.email, u.name as unit, u.code_issued as unit_code, u.path, p.kind, p.position, p.started_on, \
                        p.doubtful, p.sort_key from person p join unit u on u.id = p.unit_id ";

/// The next of everybody who passes the filter, in Vietnamese order by given name, after the one with that key and id.
///
/// # Errors
/// As the database says.
pub async fn exported_after(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<(&[u8], i64)>,
    limit: i64,
) -> Result<Vec<Exported>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(EXPORTED);
        query.push("where 1 = 1");
        push_filter!(query, filter);
        if let Some((key, id)) = after {
            query.push(" and (p.sort_key, p.id) > (").push_bind(key).push(", ").push_bind(id).push(")");
        }
        query.push(" order by p.sort_key, p.id limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// The people with these ids, in that order.
///
/// # Errors
/// As the database says.
pub async fn exported(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Exported>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let kind = conn.kind();
    let rows: Vec<Exported> = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(EXPORTED);
        query.push("where ");
        push_ids!(query, kind, ids);
        query.build_query_as().fetch_all(c).await
    })?;
    let mut by_id: std::collections::HashMap<i64, Exported> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// How many pass the filter.
///
/// # Errors
/// As the database says.
pub async fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, StoreError> {
    if filter.within.is_empty() {
        return Ok(0);
    }
    if filter.is_everybody() {
        // SQLite counts a whole index by its pages, a part of it row by row
        const EVERYBODY: &str =
            "select (select count(*) from person) - (select count(*) from person where erased_at is not null)";
        return Ok(on!(conn, c => sqlx::query_scalar(EVERYBODY).fetch_one(c).await)?);
    }
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) from person p ");
        query.push("where 1 = 1");
        push_filter!(query, filter);
        query.build_query_scalar().fetch_one(c).await
    })?)
}

/// The oldest people whose data are doubtful or incomplete: (id, name, unit's name, entered), and how many there are.
///
/// # Errors
/// As the database says.
pub async fn doubtful(
    conn: &mut Conn,
    within: &[String],
    limit: i64,
) -> Result<(Vec<(i64, String, String, i64)>, i64), StoreError> {
    let filter = Filter { within: within.to_vec(), doubtful: true, kind: None };
    let total = count(conn, &filter).await?;
    if total == 0 {
        return Ok((Vec::new(), 0));
    }
    let rows = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(
            "select p.id, p.name, u.name, p.created_at from person p join unit u on u.id = p.unit_id where 1 = 1");
        push_filter!(query, filter);
        query.push(" order by p.created_at, p.sort_key, p.id limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    Ok((rows, total))
}

/// The largest id given so far; 0 when there is nobody.
///
/// # Errors
/// As the database says.
pub async fn last_id(conn: &mut Conn) -> Result<i64, StoreError> {
    let last: Option<i64> = on!(conn, c => sqlx::query_scalar("select max(id) from person").fetch_one(c).await)?;
    Ok(last.unwrap_or(0))
}

/// Adds one person, the id chosen by the database; the id.
///
/// # Errors
/// [`StoreError::Taken`] for a citizen number that another person has.
pub async fn insert(conn: &mut Conn, person: &NewPerson) -> Result<i64, StoreError> {
    let values = &person.values;
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into person (personnel_code, identification_code, name, name_folded, sort_key, sex, born_on, \
             citizen_id, citizen_id_reason, email, unit_id, ordinal, kind, position, started_on, doubtful, created_at, \
             employment, rank) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) returning id")
        .bind(&person.personnel_code)
        .bind(&person.identification_code)
        .bind(&values.name)
        .bind(&values.name_folded)
        .bind(&values.sort_key)
        .bind(&values.sex)
        .bind(&values.born_on)
        .bind(&values.citizen_id)
        .bind(&values.citizen_id_reason)
        .bind(&values.email)
        .bind(person.unit_id)
        .bind(person.ordinal)
        .bind(&values.kind)
        .bind(&values.position)
        .bind(&values.started_on)
        .bind(i64::from(values.doubtful))
        .bind(person.created_at)
        .bind(&values.employment)
        .bind(&values.rank)
        .fetch_one(c)
        .await)?)
}

/// Ids for new people, which nobody else is given meanwhile.
///
/// # Errors
/// As the database says.
pub async fn next_ids(conn: &mut Conn, how_many: i64) -> Result<Vec<i64>, StoreError> {
    match conn.kind() {
        // the one writer
        Kind::Sqlite => {
            let last = last_id(conn).await?;
            Ok((last + 1..=last + how_many).collect())
        }
        Kind::Postgres => Ok(on!(conn, c => sqlx::query_scalar(
                "select nextval(pg_get_serial_sequence('person', 'id')) from generate_series(1, $1)")
            .bind(how_many)
            .fetch_all(c)
            .await)?),
    }
}

/// What a person is named by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// Citizen number.
    Citizen,
    /// Personnel code.
    Personnel,
    /// Identification code, also an old one.
    Identification,
}

/// Values in one statement.
const NAMED: usize = 5_000;

/// Those of the values that somebody has, each with the person's id.
///
/// # Errors
/// As the database says.
pub async fn ids_by(conn: &mut Conn, code: Code, values: &[String]) -> Result<Vec<(String, i64)>, StoreError> {
    let select = match code {
        Code::Citizen => "select citizen_id, id from person where citizen_id in (",
        Code::Personnel => "select personnel_code, id from person where personnel_code in (",
        Code::Identification => "select identification_code, person_id from assignment where identification_code in (",
    };
    let mut known = Vec::new();
    for chunk in values.chunks(NAMED) {
        let found: Vec<(String, i64)> = on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(select);
            let mut list = query.separated(", ");
            for value in chunk {
                list.push_bind(value);
            }
            query.push(")");
            query.build_query_as().fetch_all(c).await
        })?;
        known.extend(found);
    }
    Ok(known)
}

/// The people with these ids.
///
/// # Errors
/// As the database says.
pub async fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Person>, StoreError> {
    let kind = conn.kind();
    let mut people = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(NAMED) {
        let found: Vec<Person> = on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(select_person!("p where "));
            push_ids!(query, kind, chunk);
            query.build_query_as().fetch_all(c).await
        })?;
        people.extend(found);
    }
    Ok(people)
}

/// Name and birth date of everybody in one unit.
///
/// # Errors
/// As the database says.
pub async fn names_in(conn: &mut Conn, unit_id: i64) -> Result<Vec<(String, Option<String>)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select name, born_on from person where unit_id = $1 and erased_at is null")
        .bind(unit_id)
        .fetch_all(c)
        .await)?)
}

/// Adds many people with ids chosen beforehand.
///
/// # Errors
/// [`StoreError::Taken`] for a number that another person has.
pub async fn insert_many(conn: &mut Conn, people: &[NewPerson]) -> Result<(), StoreError> {
    for chunk in people.chunks(500) {
        on!(conn, c => sqlx::QueryBuilder::new(
                "insert into person (id, personnel_code, identification_code, name, name_folded, sort_key, sex, born_on, \
                 citizen_id, citizen_id_reason, email, unit_id, ordinal, kind, position, employment, rank, \
                 started_on, doubtful, created_at) ")
            .push_values(chunk, |mut row, person| {
                row.push_bind(person.id)
                    .push_bind(&person.personnel_code)
                    .push_bind(&person.identification_code)
                    .push_bind(&person.values.name)
                    .push_bind(&person.values.name_folded)
                    .push_bind(&person.values.sort_key)
                    .push_bind(&person.values.sex)
                    .push_bind(&person.values.born_on)
                    .push_bind(&person.values.citizen_id)
                    .push_bind(&person.values.citizen_id_reason)
                    .push_bind(&person.values.email)
                    .push_bind(person.unit_id)
                    .push_bind(person.ordinal)
                    .push_bind(&person.values.kind)
                    .push_bind(&person.values.position)
                    .push_bind(&person.values.employment)
                    .push_bind(&person.values.rank)
                    .push_bind(&person.values.started_on)
                    .push_bind(i64::from(person.values.doubtful))
                    .push_bind(person.created_at);
            })
            .build()
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Changes a person if it still has that version; whether it had.
///
/// # Errors
/// [`StoreError::Taken`] for a citizen number that another person has.
pub async fn update(conn: &mut Conn, id: i64, version: i64, values: &PersonValues) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update person set name = $1, name_folded = $2, sort_key = $3, sex = $4, born_on = $5, citizen_id = $6, \
             citizen_id_reason = $7, email = $8, kind = $9, position = $10, started_on = $11, doubtful = $12, \
             employment = $13, rank = $14, version = version + 1 where id = $15 and version = $16 and erased_at is null")
        .bind(&values.name)
        .bind(&values.name_folded)
        .bind(&values.sort_key)
        .bind(&values.sex)
        .bind(&values.born_on)
        .bind(&values.citizen_id)
        .bind(&values.citizen_id_reason)
        .bind(&values.email)
        .bind(&values.kind)
        .bind(&values.position)
        .bind(&values.started_on)
        .bind(i64::from(values.doubtful))
        .bind(&values.employment)
        .bind(&values.rank)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Puts a person into another unit if it still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn place(
    conn: &mut Conn,
    id: i64,
    version: i64,
    unit_id: i64,
    ordinal: i64,
    identification_code: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update person set unit_id = $1, ordinal = $2, identification_code = $3, version = version + 1 \
             where id = $4 and version = $5 and erased_at is null")
        .bind(unit_id)
        .bind(ordinal)
        .bind(identification_code)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes since when a person has left, or that it was a mistake, if the person still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_left(conn: &mut Conn, (id, version): (i64, i64), day: Option<&str>) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update person set left_on = $1, version = version + 1 where id = $2 and version = $3 and erased_at is null")
        .bind(day)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// People of a unit who have no identification code: (id, ordinal).
///
/// # Errors
/// As the database says.
pub async fn without_identification_code(conn: &mut Conn, unit_id: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id, ordinal from person where unit_id = $1 and identification_code is null and erased_at is null")
        .bind(unit_id)
        .fetch_all(c)
        .await)?)
}

/// Gives a person the identification code of the present stay.
///
/// # Errors
/// As the database says.
pub async fn put_identification_code(
    conn: &mut Conn,
    id: i64,
    (unit_id, ordinal): (i64, i64),
    code: &str,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update person set identification_code = $1, version = version + 1 where id = $2")
        .bind(code)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query("update assignment set identification_code = $1 where unit_id = $2 and ordinal = $3")
        .bind(code)
        .bind(unit_id)
        .bind(ordinal)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Begins a stay in a unit, and ends the one before on the same day.
///
/// # Errors
/// As the database says.
pub async fn assign(
    conn: &mut Conn,
    person_id: i64,
    unit_id: i64,
    ordinal: i64,
    identification_code: Option<&str>,
    day: &str,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update assignment set valid_to = $1 where person_id = $2 and valid_to is null")
        .bind(day)
        .bind(person_id)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query(
            "insert into assignment (person_id, unit_id, ordinal, identification_code, valid_from) \
             values ($1, $2, $3, $4, $5)")
        .bind(person_id)
        .bind(unit_id)
        .bind(ordinal)
        .bind(identification_code)
        .bind(day)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Begins the first stay of many people, who have none yet.
///
/// # Errors
/// As the database says.
pub async fn assign_many(conn: &mut Conn, new: &[NewPerson], days: &[String]) -> Result<(), StoreError> {
    for (chunk, days) in new.chunks(1000).zip(days.chunks(1000)) {
        on!(conn, c => sqlx::QueryBuilder::new(
                "insert into assignment (person_id, unit_id, ordinal, identification_code, valid_from) ")
            .push_values(chunk.iter().zip(days), |mut row, (person, day)| {
                row.push_bind(person.id)
                    .push_bind(person.unit_id)
                    .push_bind(person.ordinal)
                    .push_bind(&person.identification_code)
                    .push_bind(day);
            })
            .build()
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Gives many units their last ordinal after their people were added: (unit, ordinal).
///
/// # Errors
/// As the database says.
pub async fn set_last_ordinal(conn: &mut Conn, unit_id: i64, ordinal: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update unit set last_ordinal = $1 where id = $2 and last_ordinal < $1")
        .bind(ordinal)
        .bind(unit_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Where a person served, newest first.
///
/// # Errors
/// As the database says.
pub async fn assignments(conn: &mut Conn, person_id: i64) -> Result<Vec<Assignment>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select a.unit_id, u.name as unit, a.ordinal, a.identification_code, a.valid_from, a.valid_to \
             from assignment a join unit u on u.id = a.unit_id where a.person_id = $1 \
             order by a.valid_to is not null, a.valid_from desc, a.ordinal desc")
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// People in one unit.
///
/// # Errors
/// As the database says.
pub async fn count_in(conn: &mut Conn, unit_id: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select count(*) from person where unit_id = $1 and erased_at is null")
        .bind(unit_id)
        .fetch_one(c)
        .await)?)
}

/// Holds the person's row until the transaction ends.
///
/// # Errors
/// As the database says.
pub async fn hold(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    // SQLite has no `for update`, and writes one transaction at a time anyway
    on!(conn, c => sqlx::query("update person set version = version where id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Erases the personal data; numbers and counts stay. Whether the person still had that version.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, id: i64, version: i64, at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update person set name = '', name_folded = '', sort_key = $1, sex = null, born_on = null, citizen_id = null, \
             citizen_id_reason = null, email = null, position = null, employment = null, rank = 'ordinary', doubtful = 0, erased_at = $2, version = version + 1 \
             where id = $3 and version = $4 and erased_at is null")
        .bind(Vec::<u8>::new())
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
