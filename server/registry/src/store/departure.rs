//! People who leave, and what has to be done about it (R6, R29, R167).

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};

/// A departure.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Departure {
    /// Id.
    pub id: i64,
    /// Who leaves.
    pub person_id: i64,
    /// Where the person served.
    pub unit_id: i64,
    /// `model::departure::Departure` by name.
    pub kind: String,
    /// Since when, ISO 8601.
    pub on_day: String,
    /// Number of the decision.
    pub decision: String,
    /// Grows with each change.
    pub version: i64,
    /// When it was reported.
    pub reported_at: i64,
    /// When it was taken back.
    pub taken_back_at: Option<i64>,
}

/// Something to be done.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct TaskRow {
    /// `model::departure::Task` by name.
    pub task: String,
    /// The card.
    pub card_id: i64,
    /// Its code.
    pub code: String,
    /// Until when.
    pub due_at: i64,
    /// When it was done.
    pub done_at: Option<i64>,
}

/// A card that is to be locked now.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct ToLock {
    /// The card.
    pub card_id: i64,
    /// The holder's name.
    pub name: String,
    /// Name of the card's unit.
    pub unit: String,
    /// Kind of the departure by name.
    pub kind: String,
    /// Since when, ISO 8601.
    pub on_day: String,
    /// When it was reported.
    pub reported_at: i64,
    /// Until when.
    pub due_at: i64,
}

/// A new departure.
#[derive(Clone, Debug)]
pub struct NewDeparture<'d> {
    /// Who leaves.
    pub person_id: i64,
    /// Where the person serves.
    pub unit_id: i64,
    /// Kind by name.
    pub kind: &'d str,
    /// Since when, ISO 8601.
    pub on_day: &'d str,
    /// Number of the decision.
    pub decision: &'d str,
    /// Who reports it.
    pub by: Option<i64>,
}

/// The person's departure, unless it was taken back.
///
/// # Errors
/// As the database says.
pub async fn of_person(conn: &mut Conn, person_id: i64) -> Result<Option<Departure>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id, person_id, unit_id, kind, on_day, decision, version, reported_at, taken_back_at from departure \
             where person_id = $1 and taken_back_at is null")
        .bind(person_id)
        .fetch_optional(c)
        .await)?)
}

/// A departure by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Departure>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id, person_id, unit_id, kind, on_day, decision, version, reported_at, taken_back_at from departure \
             where id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)?)
}

/// What is to be done about a departure, in the order of the days.
///
/// # Errors
/// As the database says.
pub async fn tasks(conn: &mut Conn, id: i64) -> Result<Vec<TaskRow>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select t.task, t.card_id, k.code, t.due_at, t.done_at from departure_task t join card k on k.id = t.card_id \
             where t.departure_id = $1 order by t.due_at, t.card_id")
        .bind(id)
        .fetch_all(c)
        .await)?)
}

/// Enters a departure; its id.
///
/// # Errors
/// [`StoreError::Taken`] where one was reported already.
pub async fn insert(conn: &mut Conn, new: &NewDeparture<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into departure (person_id, unit_id, kind, on_day, decision, reported_at, reported_by) \
             values ($1, $2, $3, $4, $5, $6, $7) returning id")
        .bind(new.person_id)
        .bind(new.unit_id)
        .bind(new.kind)
        .bind(new.on_day)
        .bind(new.decision)
        .bind(at_ms)
        .bind(new.by)
        .fetch_one(c)
        .await)?)
}

/// Adds something to be done.
///
/// # Errors
/// As the database says.
pub async fn add_task(conn: &mut Conn, id: i64, (task, card_id): (&str, i64), due_at: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into departure_task (departure_id, task, card_id, due_at) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(task)
        .bind(card_id)
        .bind(due_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// A task about a card is done, or, without an instant, is to be done again.
///
/// # Errors
/// As the database says.
pub async fn put_done(conn: &mut Conn, (task, card_id): (&str, i64), at_ms: Option<i64>) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update departure_task set done_at = case when $1 is null then null else coalesce(done_at, $1) end \
             where card_id = $2 and task = $3 and departure_id in (select id from departure where taken_back_at is null)")
        .bind(at_ms)
        .bind(card_id)
        .bind(task)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes a departure back that still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn take_back(conn: &mut Conn, (id, version): (i64, i64), at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update departure set taken_back_at = $1, version = version + 1 \
             where id = $2 and version = $3 and taken_back_at is null")
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Cards of people who have left by that day which are not locked yet, within the units (anywhere, where none is named); the
/// first due at the top, and how many there are.
///
/// # Errors
/// As the database says.
pub async fn to_lock(
    conn: &mut Conn,
    day: &str,
    within: &[String],
    limit: i64,
) -> Result<(Vec<ToLock>, i64), StoreError> {
    macro_rules! push_from {
        ($query:ident) => {
            $query.push(
                " from departure_task t join departure d on d.id = t.departure_id and d.taken_back_at is null \
                 join card k on k.id = t.card_id join person p on p.id = d.person_id join unit u on u.id = k.unit_id \
                 where t.task = 'lock_card' and t.done_at is null and k.state in ('active', 'suspended') and d.on_day <= ",
            );
            $query.push_bind(day);
            if !within.is_empty() {
                $query.push(" and ");
                push_within!($query, within, "u.path");
            }
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new(
            "select k.id as card_id, p.name, u.name as unit, d.kind, d.on_day, d.reported_at, t.due_at");
        push_from!(query);
        query.push(" order by t.due_at, k.id limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*)");
        push_from!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Until when that is to be done to the card, where a departure asks for it.
///
/// # Errors
/// As the database says.
pub async fn due(conn: &mut Conn, task: &str, card_id: i64) -> Result<Option<i64>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "select min(t.due_at) from departure_task t join departure d on d.id = t.departure_id \
             where d.taken_back_at is null and t.done_at is null and t.task = $1 and t.card_id = $2")
        .bind(task)
        .bind(card_id)
        .fetch_one(c)
        .await)?)
}
