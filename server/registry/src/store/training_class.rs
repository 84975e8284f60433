//! Training classes: who is enrolled, who came, what they cost (R49, R57, R170).

use sqlx::{FromRow, QueryBuilder};

use super::unit::path_end;
use super::{Conn, StoreError};

/// A class.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Class {
    /// Id.
    pub id: i64,
    /// The unit whose people, with those below it, may be enrolled.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// The plan of certificates for which it is held.
    pub plan_id: Option<i64>,
    /// What that is called.
    pub plan: Option<String>,
    /// What the class is called.
    pub title: String,
    /// `model::training::Topic` by name.
    pub topic: String,
    /// `model::training::Audience` by name.
    pub audience: String,
    /// Its days, ISO 8601, with spaces between.
    pub days: String,
    /// Where it is.
    pub place: String,
    /// What is taught.
    pub content: Option<String>,
    /// How many have a place.
    pub capacity: i64,
    /// `model::lifecycle::TrainingClass` by name.
    pub state: String,
    /// Why it was cancelled or taken up again.
    pub remark: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: i64,
    /// How many are enrolled.
    pub learners: i64,
}

/// What a class is announced with, or changed to.
#[derive(Clone, Copy, Debug)]
pub struct ClassValues<'a> {
    /// The unit.
    pub unit_id: i64,
    /// The plan.
    pub plan_id: Option<i64>,
    /// What it is called.
    pub title: &'a str,
    /// Topic by name.
    pub topic: &'a str,
    /// Audience by name.
    pub audience: &'a str,
    /// Its days.
    pub days: &'a str,
    /// Where it is.
    pub place: &'a str,
    /// What is taught.
    pub content: Option<&'a str>,
    /// How many have a place.
    pub capacity: i64,
}

/// A line of a class's cost sheet.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct ClassCost {
    /// Its number in the document.
    pub number: Option<String>,
    /// What is paid for.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// For how much each, in đồng.
    pub price: i64,
    /// From which day on, ISO 8601.
    pub priced_on: Option<String>,
}

/// Somebody who is enrolled.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Learner {
    /// The person.
    pub person_id: i64,
    /// Full name.
    pub name: String,
    /// Personnel code.
    pub code: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// The unit where they are now.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// 1 or 0 when the class was closed.
    pub completed: Option<i64>,
}

/// Somebody who could be enrolled.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub person_id: i64,
    /// Full name.
    pub name: String,
    /// Personnel code.
    pub code: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// Unit.
    pub unit: String,
}

/// A class that somebody is, or was, in.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Attended {
    /// The class.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// Its days.
    pub days: String,
    /// Where it is.
    pub place: String,
    /// State by name.
    pub state: String,
    /// 1 or 0 when the class was closed.
    pub completed: Option<i64>,
}

macro_rules! select_class {
    ($rest:literal) => {
        concat!(
            "select c.id, c.unit_id, u.name as unit, u.path, c.plan_id, l.title as plan, c.title, c.topic, c.audience, c.days, c.place, ",
            "c.content, c.capacity, c.state, c.remark, c.version, c.changed_at, ",
            "(select count(*) from training_learner e where e.class_id = c.id) as learners ",
            "from training_class c join unit u on u.id = c.unit_id left join certificate_plan l on l.id = c.plan_id ",
            $rest
        )
    };
}

/// A class by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Class>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_class!("where c.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Classes of those units and of the units above them, whose paths are `above`: what is announced first, the nearest first; then the others, the
/// last ones first. And how many there are.
///
/// # Errors
/// As the database says.
pub async fn list(
    conn: &mut Conn,
    (within, above): (&[String], &[String]),
    (offset, limit): (i64, i64),
) -> Result<(Vec<Class>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(select_class!("where ("));
        let mut count = QueryBuilder::new("select count(*) from training_class c join unit u on u.id = c.unit_id where (");
        for of in [&mut query, &mut count] {
            push_within!(of, within, "u.path");
            if !above.is_empty() {
                of.push(" or ");
                push_in!(of, "u.path", above);
            }
            of.push(")");
        }
        query.push(" order by case c.state when 'announced' then 0 else 1 end, case c.state when 'announced' then c.days end, c.days desc, \
                    c.id desc limit ");
        query.push_bind(limit).push(" offset ").push_bind(offset);
        let total = count.build_query_scalar().fetch_one(&mut *c).await?;
        query.build_query_as().fetch_all(c).await.map(|rows| (rows, total))
    })?)
}

/// Classes of those units that are announced and whose last day was before that one, the oldest first, and how many there are.
///
/// # Errors
/// As the database says.
pub async fn over(
    conn: &mut Conn,
    within: &[String],
    today: &str,
    limit: i64,
) -> Result<(Vec<Class>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    Ok(on!(conn, c => {
        // an ISO day has ten characters, and the last one stands last
        const OVER: &str = " and c.state = 'announced' and substr(c.days, length(c.days) - 9) < ";
        let mut query = QueryBuilder::new(select_class!("where "));
        let mut count = QueryBuilder::new("select count(*) from training_class c join unit u on u.id = c.unit_id where ");
        for of in [&mut query, &mut count] {
            push_within!(of, within, "u.path");
            of.push(OVER).push_bind(today);
        }
        query.push(" order by c.days, c.id limit ").push_bind(limit);
        let total = count.build_query_scalar().fetch_one(&mut *c).await?;
        query.build_query_as().fetch_all(c).await.map(|rows| (rows, total))
    })?)
}

/// Announces a class; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &ClassValues<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into training_class (unit_id, plan_id, title, topic, audience, days, place, content, capacity, state, created_at, \
             changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'announced', $10, $10) returning id")
        .bind(new.unit_id)
        .bind(new.plan_id)
        .bind(new.title)
        .bind(new.topic)
        .bind(new.audience)
        .bind(new.days)
        .bind(new.place)
        .bind(new.content)
        .bind(new.capacity)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Changes a class that still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put(
    conn: &mut Conn,
    (id, version): (i64, i64),
    of: &ClassValues<'_>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update training_class set unit_id = $1, plan_id = $2, title = $3, topic = $4, audience = $5, days = $6, place = $7, \
             content = $8, capacity = $9, changed_at = $10, version = version + 1 where id = $11 and version = $12")
        .bind(of.unit_id)
        .bind(of.plan_id)
        .bind(of.title)
        .bind(of.topic)
        .bind(of.audience)
        .bind(of.days)
        .bind(of.place)
        .bind(of.content)
        .bind(of.capacity)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Puts a class that still has that version into a state; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_state(
    conn: &mut Conn,
    (id, version): (i64, i64),
    (state, remark): (&str, Option<&str>),
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update training_class set state = $1, remark = $2, changed_at = $3, version = version + 1 where id = $4 and version = $5")
        .bind(state)
        .bind(remark)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// A class's cost sheet.
///
/// # Errors
/// As the database says.
pub async fn costs(conn: &mut Conn, class_id: i64) -> Result<Vec<ClassCost>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select number, name, quantity, price, priced_on from training_class_cost where class_id = $1 order by nth")
        .bind(class_id)
        .fetch_all(c)
        .await)?)
}

/// Puts another cost sheet in the place of a class's.
///
/// # Errors
/// As the database says.
pub async fn put_costs(conn: &mut Conn, class_id: i64, costs: &[ClassCost]) -> Result<(), StoreError> {
    on!(conn, c => {
        sqlx::query("delete from training_class_cost where class_id = $1").bind(class_id).execute(&mut *c).await?;
        for (nth, of) in (1_i64..).zip(costs) {
            sqlx::query(
                    "insert into training_class_cost (class_id, nth, number, name, quantity, price, priced_on) \
                     values ($1, $2, $3, $4, $5, $6, $7)")
                .bind(class_id)
                .bind(nth)
                .bind(&of.number)
                .bind(&of.name)
                .bind(of.quantity)
                .bind(of.price)
                .bind(&of.priced_on)
                .execute(&mut *c)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    })?;
    Ok(())
}

/// Everybody who is enrolled, by unit, in Vietnamese order by given name.
///
/// # Errors
/// As the database says.
pub async fn learners(conn: &mut Conn, class_id: i64) -> Result<Vec<Learner>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select e.person_id, p.name, p.personnel_code as code, p.position, u.name as unit, u.path, e.completed from training_learner e \
             join person p on p.id = e.person_id join unit u on u.id = p.unit_id where e.class_id = $1 order by u.path, p.sort_key, p.id")
        .bind(class_id)
        .fetch_all(c)
        .await)?)
}

/// Which sessions of a class who came to: person and session.
///
/// # Errors
/// As the database says.
pub async fn attendance(conn: &mut Conn, class_id: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as("select person_id, session from training_attendance where class_id = $1 order by person_id, session")
        .bind(class_id)
        .fetch_all(c)
        .await)?,
    )
}

/// Enrols somebody; whether they were not enrolled before.
///
/// # Errors
/// As the database says.
pub async fn enrol(conn: &mut Conn, (class_id, person_id): (i64, i64), at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "insert into training_learner (class_id, person_id, enrolled_at) values ($1, $2, $3) on conflict do nothing")
        .bind(class_id)
        .bind(person_id)
        .bind(at_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Takes somebody out who has come to no session; whether there was such a one.
///
/// # Errors
/// As the database says.
pub async fn take_out(conn: &mut Conn, (class_id, person_id): (i64, i64)) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "delete from training_learner where class_id = $1 and person_id = $2 and not exists (select 1 from training_attendance a \
             where a.class_id = training_learner.class_id and a.person_id = training_learner.person_id)")
        .bind(class_id)
        .bind(person_id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes that somebody who is enrolled came to a session; whether it was not noted before.
///
/// # Errors
/// As the database says.
pub async fn attend(
    conn: &mut Conn,
    (class_id, person_id, session): (i64, i64, i64),
    how: &str,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "insert into training_attendance (class_id, person_id, session, how, noted_at) values ($1, $2, $3, $4, $5) on conflict do nothing")
        .bind(class_id)
        .bind(person_id)
        .bind(session)
        .bind(how)
        .bind(at_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Takes back that somebody came to a session; whether it was noted.
///
/// # Errors
/// As the database says.
pub async fn unattend(conn: &mut Conn, (class_id, person_id, session): (i64, i64, i64)) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "delete from training_attendance where class_id = $1 and person_id = $2 and session = $3")
        .bind(class_id)
        .bind(person_id)
        .bind(session)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// The last session for which anybody's coming is noted.
///
/// # Errors
/// As the database says.
pub async fn last_attended(conn: &mut Conn, class_id: i64) -> Result<Option<i64>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select max(session) from training_attendance where class_id = $1")
        .bind(class_id)
        .fetch_one(c)
        .await)?)
}

/// Says who completed a class, or, with none, that it is open again.
///
/// # Errors
/// As the database says.
pub async fn put_completed(conn: &mut Conn, class_id: i64, completed: Option<&[i64]>) -> Result<(), StoreError> {
    on!(conn, c => {
        let all = completed.map(|_| 0_i64);
        sqlx::query("update training_learner set completed = $1 where class_id = $2").bind(all).bind(class_id).execute(&mut *c).await?;
        for person_id in completed.unwrap_or_default() {
            sqlx::query("update training_learner set completed = 1 where class_id = $1 and person_id = $2")
                .bind(class_id)
                .bind(person_id)
                .execute(&mut *c)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    })?;
    Ok(())
}

/// People of those units who have, or are about to get, a certificate and have not completed, nor are enrolled in, a class about digital
/// signatures (R125); by unit, in Vietnamese order by given name, and how many there are.
///
/// # Errors
/// As the database says.
pub async fn candidates(conn: &mut Conn, within: &[String], limit: i64) -> Result<(Vec<Candidate>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    const FROM: &str = concat!(
        "from (select k.person_id from certificate k where k.kind = 'person' and k.state in ('received', 'in_use') \
         union select r.person_id from certificate_request r where r.kind = 'person' and r.operation = 'new' and ",
        under_way!(),
        ") w join person p on p.id = w.person_id join unit u on u.id = p.unit_id where p.erased_at is null and p.left_on is null \
         and not exists (select 1 from training_learner e join training_class c on c.id = e.class_id where e.person_id = p.id \
         and c.topic <> 'cards' and (c.state = 'announced' or (c.state = 'held' and e.completed = 1))) and "
    );
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new("select p.id as person_id, p.name, p.personnel_code as code, p.position, u.name as unit ");
        let mut count = QueryBuilder::new("select count(*) ");
        for of in [&mut query, &mut count] {
            of.push(FROM);
            push_within!(of, within, "u.path");
        }
        query.push(" order by u.path, p.sort_key, p.id limit ").push_bind(limit);
        let total = count.build_query_scalar().fetch_one(&mut *c).await?;
        query.build_query_as().fetch_all(c).await.map(|rows| (rows, total))
    })?)
}

/// Classes that somebody is, or was, in, the last ones first.
///
/// # Errors
/// As the database says.
pub async fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Attended>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select c.id, c.title, c.days, c.place, c.state, e.completed from training_learner e join training_class c on c.id = e.class_id \
             where e.person_id = $1 and c.state <> 'cancelled' order by c.days desc, c.id desc")
        .bind(person_id)
        .fetch_all(c)
        .await)?)
}

/// How many classes are announced for a plan, or were held, by the year in which they begin: year, all of them, those held.
///
/// # Errors
/// As the database says.
pub async fn of_plan(conn: &mut Conn, plan_id: i64) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select cast(substr(days, 1, 4) as bigint) as year, count(*), cast(sum(case state when 'held' then 1 else 0 end) as bigint) \
             from training_class where plan_id = $1 and state <> 'cancelled' group by 1 order by 1")
        .bind(plan_id)
        .fetch_all(c)
        .await)?)
}

/// Whose card it is, and its state by name.
///
/// # Errors
/// As the database says.
pub async fn holder_by_id(conn: &mut Conn, card_id: i64) -> Result<Option<(i64, String)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select person_id, state from card where id = $1")
        .bind(card_id)
        .fetch_optional(c)
        .await)?)
}

/// Whose card has that code, and its state by name.
///
/// # Errors
/// As the database says.
pub async fn holder_of(conn: &mut Conn, card_code: &str) -> Result<Option<(i64, String)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select person_id, state from card where code = $1")
        .bind(card_code)
        .fetch_optional(c)
        .await)?)
}
