//! Requests for certificates, and the lists with which they go to the certification authority (R118, R138).

use sqlx::{FromRow, QueryBuilder};

use super::unit::path_end;
use super::{Conn, StoreError};

/// A request.
#[derive(Clone, FromRow, PartialEq, Eq)]
pub struct Request {
    /// Id.
    pub id: i64,
    /// `model::certificate::Operation` by name.
    pub operation: String,
    /// `model::certificate::SubscriberKind` by name.
    pub kind: String,
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// Whose certificate it is, or will be.
    pub person_id: Option<i64>,
    /// Their name.
    pub person: Option<String>,
    /// The device, service or software.
    pub device: Option<String>,
    /// Who keeps it.
    pub keeper_id: Option<i64>,
    /// Their name.
    pub keeper: Option<String>,
    /// The certificate that it is about.
    pub certificate_id: Option<i64>,
    /// Its serial number.
    pub serial: Option<String>,
    /// The certificate that came.
    pub brought_id: Option<i64>,
    /// Its serial number.
    pub brought: Option<String>,
    /// `model::certificate::regime::Regime` by name.
    pub regime: String,
    /// Why, and what is to be changed.
    pub reason: Option<String>,
    /// What was said of it last.
    pub answer: Option<String>,
    /// `model::lifecycle::CertificateRequest` by name.
    pub state: String,
    /// The list that it stands on.
    pub list_id: Option<i64>,
    /// What that is called.
    pub list: Option<String>,
    /// Number of the authority's answer.
    pub reply_number: Option<String>,
    /// Its day, ISO 8601.
    pub reply_day: Option<String>,
    /// Number of the minutes of its handover.
    pub minutes_number: Option<String>,
    /// Their day, ISO 8601.
    pub minutes_day: Option<String>,
    /// Until when the next step should be done.
    pub due_at: Option<i64>,
    /// The account that asked.
    pub asked_by: Option<i64>,
    /// Grows with each change.
    pub version: i64,
    /// When it was asked for.
    pub asked_at: i64,
    /// When its state changed last.
    pub changed_at: i64,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewRequest<'a> {
    /// Operation by name.
    pub operation: &'a str,
    /// Kind by name.
    pub kind: &'a str,
    /// The unit.
    pub unit_id: i64,
    /// Whose it is.
    pub person_id: Option<i64>,
    /// The device, service or software.
    pub device: Option<&'a str>,
    /// Who keeps it.
    pub keeper_id: Option<i64>,
    /// The certificate that it is about.
    pub certificate_id: Option<i64>,
    /// Regime by name.
    pub regime: &'a str,
    /// Why.
    pub reason: Option<&'a str>,
    /// State by name.
    pub state: &'a str,
    /// Until when the next step should be done.
    pub due_at: Option<i64>,
    /// The account that asks.
    pub asked_by: Option<i64>,
}

/// Which requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Paths of units.
    pub within: Vec<String>,
    /// Operation by name.
    pub operation: Option<&'static str>,
    /// States by name; all where none is named.
    pub states: Vec<&'static str>,
    /// The person whose they are, or who asked with that account; whatever the units.
    pub own: Option<(i64, i64)>,
    /// The list that they stand on.
    pub list: Option<i64>,
    /// Those whose next step should have been done before this millisecond.
    pub due_before: Option<i64>,
}

/// A list with its letter.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct List {
    /// Id.
    pub id: i64,
    /// The unit in whose name it is sent.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// `model::lifecycle::CertificateList` by name.
    pub state: String,
    /// The authority.
    pub recipient: Option<String>,
    /// Number of the letter.
    pub letter_number: Option<String>,
    /// Its day, ISO 8601.
    pub letter_day: Option<String>,
    /// Who signs it.
    pub signer: Option<String>,
    /// Until when the next step should be done.
    pub due_at: Option<i64>,
    /// Grows with each change.
    pub version: i64,
    /// When it was begun.
    pub created_at: i64,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// Requests on it.
    pub requests: i64,
    /// Those without an answer.
    pub unanswered: i64,
}

macro_rules! select_request {
    ($($rest:tt)*) => {
        concat!(
            "select r.id, r.operation, r.kind, r.unit_id, u.name as unit, u.path, r.person_id, p.name as person, r.device, r.keeper_id, ",
            "k.name as keeper, r.certificate_id, c.serial, r.brought_id, b.serial as brought, r.regime, r.reason, r.answer, r.state, ",
            "r.list_id, l.title as list, r.reply_number, r.reply_day, r.minutes_number, r.minutes_day, r.due_at, r.asked_by, r.version, ",
            "r.asked_at, r.changed_at from certificate_request r join unit u on u.id = r.unit_id ",
            "left join person p on p.id = r.person_id left join person k on k.id = r.keeper_id ",
            "left join certificate c on c.id = r.certificate_id left join certificate b on b.id = r.brought_id ",
            "left join certificate_list l on l.id = r.list_id ",
            $($rest)*
        )
    };
}

macro_rules! select_list {
    ($rest:literal) => {
        concat!(
            "select l.id, l.unit_id, u.name as unit, u.path, l.title, l.state, l.recipient, l.letter_number, l.letter_day, l.signer, ",
            "l.due_at, l.version, l.created_at, l.sent_at, ",
            "(select count(*) from certificate_request r where r.list_id = l.id) as requests, ",
            "(select count(*) from certificate_request r where r.list_id = l.id and r.state in ('listed', 'sent')) as unanswered ",
            "from certificate_list l join unit u on u.id = l.unit_id ",
            $rest
        )
    };
}

macro_rules! push_filter {
    ($query:expr, $filter:expr) => {{
        let filter: &Filter = $filter;
        $query.push("where ");
        match filter.own {
            Some((person, account)) => {
                $query.push("(r.person_id = ").push_bind(person);
                $query.push(" or r.asked_by = ").push_bind(account).push(")");
            }
            None => push_within!($query, filter.within, "u.path"),
        }
        if let Some(operation) = filter.operation {
            $query.push(" and r.operation = ").push_bind(operation);
        }
        if !filter.states.is_empty() {
            push_in!($query, " and r.state", filter.states.iter().copied());
            // said as the index has it
            if !filter.states.iter().any(|state| ["done", "refused", "withdrawn"].contains(state)) {
                $query.push(concat!(" and ", under_way!()));
            }
        }
        if let Some(list) = filter.list {
            $query.push(" and r.list_id = ").push_bind(list);
        }
        if let Some(due) = filter.due_before {
            $query.push(" and r.due_at < ").push_bind(due);
        }
    }};
}

/// A request by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Request>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_request!("where r.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The open request about a certificate.
///
/// # Errors
/// As the database says.
pub async fn open_about(conn: &mut Conn, certificate_id: i64) -> Result<Option<Request>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_request!(
            "where r.certificate_id = $1 and ", under_way!()))
        .bind(certificate_id)
        .fetch_optional(c)
        .await)?)
}

/// The open requests for a new certificate of a person.
///
/// # Errors
/// As the database says.
pub async fn open_new(conn: &mut Conn, person_id: i64) -> Result<Vec<Request>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_request!(
            "where r.person_id = $1 and r.operation = 'new' and ", under_way!()))
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// Requests that pass the filter: open ones first, by their due time, then the newest.
///
/// # Errors
/// As the database says.
pub async fn list(conn: &mut Conn, filter: &Filter, (offset, limit): (i64, i64)) -> Result<Vec<Request>, StoreError> {
    if filter.within.is_empty() && filter.own.is_none() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(select_request!(""));
        push_filter!(query, filter);
        query.push(" order by case when r.state in ('done', 'refused', 'withdrawn') then 1 else 0 end, r.due_at, r.id desc limit ")
            .push_bind(limit)
            .push(" offset ")
            .push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// How many pass it.
///
/// # Errors
/// As the database says.
pub async fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, StoreError> {
    if filter.within.is_empty() && filter.own.is_none() {
        return Ok(0);
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from certificate_request r join unit u on u.id = r.unit_id ");
        push_filter!(query, filter);
        query.build_query_scalar().fetch_one(c).await
    })?)
}

/// Adds a request; its id.
///
/// # Errors
/// [`StoreError::Taken`] where the same is asked for already.
pub async fn insert(conn: &mut Conn, new: &NewRequest<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into certificate_request (operation, kind, unit_id, person_id, device, keeper_id, certificate_id, regime, reason, state, \
             due_at, asked_by, asked_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) returning id")
        .bind(new.operation)
        .bind(new.kind)
        .bind(new.unit_id)
        .bind(new.person_id)
        .bind(new.device)
        .bind(new.keeper_id)
        .bind(new.certificate_id)
        .bind(new.regime)
        .bind(new.reason)
        .bind(new.state)
        .bind(new.due_at)
        .bind(new.asked_by)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// What changes of a request.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// State by name.
    pub state: &'a str,
    /// Until when the next step should be done.
    pub due_at: Option<i64>,
    /// What is said of it; stays where nothing is.
    pub answer: Option<&'a str>,
}

/// Changes a request that still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put(
    conn: &mut Conn,
    (id, version): (i64, i64),
    change: &Change<'_>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update certificate_request set state = $1, due_at = $2, answer = coalesce($3, answer), changed_at = $4, version = version + 1 \
             where id = $5 and version = $6")
        .bind(change.state)
        .bind(change.due_at)
        .bind(change.answer)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Writes what was corrected.
///
/// # Errors
/// As the database says.
pub async fn put_reason(conn: &mut Conn, id: i64, reason: Option<&str>) -> Result<(), StoreError> {
    let sql = "update certificate_request set reason = $1 where id = $2";
    on!(conn, c => sqlx::query(sql).bind(reason).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Puts a request on a list, or takes it off.
///
/// # Errors
/// As the database says.
pub async fn put_list(conn: &mut Conn, id: i64, list: Option<i64>) -> Result<(), StoreError> {
    let sql = "update certificate_request set list_id = $1 where id = $2";
    on!(conn, c => sqlx::query(sql).bind(list).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes with which document the authority answered.
///
/// # Errors
/// As the database says.
pub async fn put_reply(conn: &mut Conn, id: i64, (number, day): (Option<&str>, &str)) -> Result<(), StoreError> {
    let sql = "update certificate_request set reply_number = $1, reply_day = $2 where id = $3";
    on!(conn, c => sqlx::query(sql).bind(number).bind(day).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes which certificate came.
///
/// # Errors
/// As the database says.
pub async fn put_brought(conn: &mut Conn, id: i64, certificate: i64) -> Result<(), StoreError> {
    let sql = "update certificate_request set brought_id = $1 where id = $2";
    on!(conn, c => sqlx::query(sql).bind(certificate).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Writes the number and day of the minutes of its handover, and who has it now.
///
/// # Errors
/// As the database says.
pub async fn put_minutes(
    conn: &mut Conn,
    id: i64,
    (number, day): (&str, &str),
    keeper: Option<i64>,
) -> Result<(), StoreError> {
    let sql = "update certificate_request set minutes_number = $1, minutes_day = $2, keeper_id = coalesce($3, keeper_id) where id = $4";
    on!(conn, c => sqlx::query(sql).bind(number).bind(day).bind(keeper).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Erases what requests tell of a person.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64) -> Result<(), StoreError> {
    let sql = "update certificate_request set reason = null, answer = null, version = version + 1 where person_id = $1";
    on!(conn, c => sqlx::query(sql).bind(person_id).execute(c).await.map(drop))?;
    Ok(())
}

/// A list by id.
///
/// # Errors
/// As the database says.
pub async fn list_by_id(conn: &mut Conn, id: i64) -> Result<Option<List>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_list!("where l.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Lists of the units and in one of the states (all, where none is named), and how many: open ones first, then the newest.
///
/// # Errors
/// As the database says.
pub async fn lists(
    conn: &mut Conn,
    within: &[String],
    states: &[&str],
    (offset, limit): (i64, i64),
) -> Result<(Vec<List>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    macro_rules! push_where {
        ($query:ident) => {
            $query.push("where ");
            push_within!($query, within, "u.path");
            if !states.is_empty() {
                push_in!($query, " and l.state", states.iter().copied());
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = QueryBuilder::new(select_list!(""));
        push_where!(query);
        query.push(" order by case when l.state in ('draft', 'sent') then 0 else 1 end, l.due_at, l.id desc limit ")
            .push_bind(limit)
            .push(" offset ")
            .push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from certificate_list l join unit u on u.id = l.unit_id ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Begins a list; its id.
///
/// # Errors
/// As the database says.
pub async fn insert_list(
    conn: &mut Conn,
    (unit_id, title): (i64, &str),
    due_at: i64,
    by: Option<i64>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into certificate_list (unit_id, title, state, due_at, created_at, created_by) values ($1, $2, 'draft', $3, $4, $5) \
             returning id")
        .bind(unit_id)
        .bind(title)
        .bind(due_at)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Puts a list that still has that version into a state; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_list_state(
    conn: &mut Conn,
    (id, version): (i64, i64),
    state: &str,
    due_at: Option<i64>,
) -> Result<bool, StoreError> {
    let sql =
        "update certificate_list set state = $1, due_at = $2, version = version + 1 where id = $3 and version = $4";
    Ok(on!(conn, c => sqlx::query(sql).bind(state).bind(due_at).bind(id).bind(version).execute(c).await
        .map(|done| done.rows_affected() == 1))?)
}

/// A list's letter.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The authority.
    pub recipient: &'a str,
    /// Number.
    pub number: &'a str,
    /// Day, ISO 8601.
    pub day: &'a str,
    /// Who signs it.
    pub signer: &'a str,
}

/// Writes the letter of a list.
///
/// # Errors
/// [`StoreError::Taken`] for a number that another letter has.
pub async fn put_letter(conn: &mut Conn, id: i64, letter: Letter<'_>, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update certificate_list set recipient = $1, letter_number = $2, letter_day = $3, signer = $4, sent_at = $5 where id = $6")
        .bind(letter.recipient)
        .bind(letter.number)
        .bind(letter.day)
        .bind(letter.signer)
        .bind(at_ms)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
