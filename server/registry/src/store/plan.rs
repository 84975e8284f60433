//! Plans of certificates with their lines, classes and costs (R122–R127), and what the registry says that they are seeded from and held
//! against.

use sqlx::{FromRow, QueryBuilder};

use super::unit::path_end;
use super::{Conn, StoreError};

/// A plan.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Plan {
    /// Id.
    pub id: i64,
    /// The unit whose plan it is, with those below it.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// First year.
    pub first_year: i64,
    /// Last year.
    pub last_year: i64,
    /// The choice of words for amounts, by name.
    pub words: String,
    /// Certificates that it wants in all.
    pub goal: Option<i64>,
    /// `model::lifecycle::CertificatePlan` by name.
    pub state: String,
    /// Number of the document that fixed it.
    pub document_number: Option<String>,
    /// Its day, ISO 8601.
    pub document_day: Option<String>,
    /// What was said of it last.
    pub remark: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was begun.
    pub created_at: i64,
    /// When it was changed last.
    pub changed_at: i64,
}

/// What a plan is begun with.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The unit.
    pub unit_id: i64,
    /// What it is called.
    pub title: &'a str,
    /// First and last year.
    pub years: (i64, i64),
    /// The choice of words by name.
    pub words: &'a str,
    /// Certificates that it wants in all.
    pub goal: Option<i64>,
    /// State by name.
    pub state: &'a str,
}

/// A line of a plan.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct PlanRow {
    /// The year.
    pub year: i64,
    /// Operation by name.
    pub operation: String,
    /// Kind by name.
    pub kind: String,
    /// Group of units by name.
    pub unit_group: String,
    /// Position by name.
    pub position: String,
    /// How many certificates.
    pub quantity: i64,
}

/// A line of a cost sheet.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct CostRow {
    /// `class` or `rest`.
    pub part: String,
    /// The heading that it stands below.
    pub section: Option<String>,
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

/// How many of something there are in units of a class, by the title of their people.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Counted {
    /// Operation by name; empty where nothing was asked for.
    pub operation: String,
    /// Kind by name.
    pub kind: String,
    /// Class of the unit by name.
    pub class: String,
    /// Title of the person.
    pub title: Option<String>,
    /// How many.
    pub many: i64,
}

macro_rules! select_plan {
    ($rest:literal) => {
        concat!(
            "select l.id, l.unit_id, u.name as unit, u.path, l.title, l.first_year, l.last_year, l.words, l.goal, l.state, ",
            "l.document_number, l.document_day, l.remark, l.version, l.created_at, l.changed_at ",
            "from certificate_plan l join unit u on u.id = l.unit_id ",
            $rest
        )
    };
}

/// A plan by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Plan>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_plan!("where l.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Plans of those units in a state, or in all; the newest first, and how many there are.
///
/// # Errors
/// As the database says.
pub async fn list(
    conn: &mut Conn,
    within: &[String],
    state: Option<&str>,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Plan>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(select_plan!("where "));
        push_within!(query, within, "u.path");
        let mut count = QueryBuilder::new("select count(*) from certificate_plan l join unit u on u.id = l.unit_id where ");
        push_within!(count, within, "u.path");
        if let Some(state) = state {
            query.push(" and l.state = ").push_bind(state);
            count.push(" and l.state = ").push_bind(state);
        }
        query.push(" order by l.last_year desc, l.id desc limit ").push_bind(limit).push(" offset ").push_bind(offset);
        let total = count.build_query_scalar().fetch_one(&mut *c).await?;
        query.build_query_as().fetch_all(c).await.map(|rows| (rows, total))
    })?)
}

/// Adds a plan; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &Head<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into certificate_plan (unit_id, title, first_year, last_year, words, goal, state, created_at, changed_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning id")
        .bind(new.unit_id)
        .bind(new.title)
        .bind(new.years.0)
        .bind(new.years.1)
        .bind(new.words)
        .bind(new.goal)
        .bind(new.state)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// What a step changes of a plan; what is none stays.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// State by name.
    pub state: &'a str,
    /// Number and day of the document that fixes it.
    pub document: Option<(&'a str, &'a str)>,
    /// What is said of it.
    pub remark: Option<&'a str>,
}

/// Changes a plan that still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put(conn: &mut Conn, (id, version): (i64, i64), step: &Step<'_>, at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update certificate_plan set state = $1, document_number = coalesce($2, document_number), \
             document_day = coalesce($3, document_day), remark = $4, changed_at = $5, version = version + 1 where id = $6 and version = $7")
        .bind(step.state)
        .bind(step.document.map(|(number, _)| number))
        .bind(step.document.map(|(_, day)| day))
        .bind(step.remark)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Lines of a plan, in their order.
///
/// # Errors
/// As the database says.
pub async fn rows(conn: &mut Conn, plan_id: i64) -> Result<Vec<PlanRow>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select year, operation, kind, unit_group, position, quantity from certificate_plan_row where plan_id = $1 order by nth")
        .bind(plan_id)
        .fetch_all(c)
        .await)?)
}

/// Puts other lines in the place of a plan's.
///
/// # Errors
/// As the database says.
pub async fn put_rows(conn: &mut Conn, plan_id: i64, rows: &[PlanRow]) -> Result<(), StoreError> {
    on!(conn, c => {
        sqlx::query("delete from certificate_plan_row where plan_id = $1").bind(plan_id).execute(&mut *c).await?;
        for (nth, row) in (1_i64..).zip(rows) {
            sqlx::query(
                    "insert into certificate_plan_row (plan_id, nth, year, operation, kind, unit_group, position, quantity) \
                     values ($1, $2, $3, $4, $5, $6, $7, $8)")
                .bind(plan_id)
                .bind(nth)
                .bind(row.year)
                .bind(&row.operation)
                .bind(&row.kind)
                .bind(&row.unit_group)
                .bind(&row.position)
                .bind(row.quantity)
                .execute(&mut *c)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    })?;
    Ok(())
}

/// How many classes the document says, by year.
///
/// # Errors
/// As the database says.
pub async fn stated(conn: &mut Conn, plan_id: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as("select year, stated from certificate_plan_class where plan_id = $1 order by year")
        .bind(plan_id)
        .fetch_all(c)
        .await)?,
    )
}

/// Cost sheets of a plan, that of a class first.
///
/// # Errors
/// As the database says.
pub async fn costs(conn: &mut Conn, plan_id: i64) -> Result<Vec<CostRow>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select part, section, number, name, quantity, price, priced_on from certificate_plan_cost where plan_id = $1 order by part, nth")
        .bind(plan_id)
        .fetch_all(c)
        .await)?)
}

/// Puts other classes and costs in the place of a plan's.
///
/// # Errors
/// As the database says.
pub async fn put_costs(
    conn: &mut Conn,
    plan_id: i64,
    stated: &[(i64, i64)],
    costs: &[CostRow],
) -> Result<(), StoreError> {
    on!(conn, c => {
        sqlx::query("delete from certificate_plan_class where plan_id = $1").bind(plan_id).execute(&mut *c).await?;
        for (year, classes) in stated {
            sqlx::query("insert into certificate_plan_class (plan_id, year, stated) values ($1, $2, $3)")
                .bind(plan_id)
                .bind(year)
                .bind(classes)
                .execute(&mut *c)
                .await?;
        }
        sqlx::query("delete from certificate_plan_cost where plan_id = $1").bind(plan_id).execute(&mut *c).await?;
        for (nth, row) in (1_i64..).zip(costs) {
            sqlx::query(
                    "insert into certificate_plan_cost (plan_id, part, nth, section, number, name, quantity, price, priced_on) \
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                .bind(plan_id)
                .bind(&row.part)
                .bind(nth)
                .bind(&row.section)
                .bind(&row.number)
                .bind(&row.name)
                .bind(row.quantity)
                .bind(row.price)
                .bind(&row.priced_on)
                .execute(&mut *c)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    })?;
    Ok(())
}

/// Certificates in use within a path that end within a span, by kind, class of unit and title (R134).
///
/// # Errors
/// As the database says.
pub async fn ending(conn: &mut Conn, path: &str, (from, to): (i64, i64)) -> Result<Vec<Counted>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select 'renew' as operation, k.kind, u.class, p.position as title, count(*) as many from certificate k \
             join unit u on u.id = k.unit_id left join person p on p.id = k.person_id \
             where k.state = 'in_use' and k.valid_until >= $1 and k.valid_until < $2 and u.path >= $3 and u.path < $4 \
             group by k.kind, u.class, p.position order by k.kind, u.class, p.position")
        .bind(from)
        .bind(to)
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// People within a path without a certificate, and without a request for one, by class of unit and title (R141).
///
/// # Errors
/// As the database says.
pub async fn people_without(conn: &mut Conn, path: &str) -> Result<Vec<Counted>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(concat!(
            "select 'new' as operation, 'person' as kind, u.class, p.position as title, count(*) as many from person p \
             join unit u on u.id = p.unit_id where p.erased_at is null and p.position is not null and u.closed_on is null \
             and u.path >= $1 and u.path < $2 \
             and not exists (select 1 from certificate k where k.person_id = p.id and k.kind = 'person' and k.state in ('received', 'in_use')) \
             and not exists (select 1 from certificate_request r where r.person_id = p.id and r.operation = 'new' \
             and ", under_way!(), ") \
             and not exists (select 1 from departure d where d.person_id = p.id and d.taken_back_at is null) \
             group by u.class, p.position order by u.class, p.position"))
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// Units within a path without a certificate of their own, by class.
///
/// # Errors
/// As the database says.
pub async fn units_without(conn: &mut Conn, path: &str) -> Result<Vec<Counted>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(concat!(
            "select 'new' as operation, 'organisation' as kind, u.class, null as title, count(*) as many from unit u \
             where u.closed_on is null and u.class <> 'province' and u.path >= $1 and u.path < $2 \
             and not exists (select 1 from certificate k where k.unit_id = u.id and k.kind = 'organisation' and k.state in ('received', 'in_use')) \
             and not exists (select 1 from certificate_request r where r.unit_id = u.id and r.kind = 'organisation' and r.operation = 'new' \
             and ", under_way!(), ") \
             group by u.class order by u.class"))
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// What was done within a path from one year to another, by year, as it was counted when it was done (R124).
///
/// # Errors
/// As the database says.
pub async fn done(conn: &mut Conn, path: &str, (from, to): (i64, i64)) -> Result<Vec<(i64, Counted)>, StoreError> {
    let found: Vec<InYear> = on!(conn, c => {
        let mut query = QueryBuilder::new(
            "select d.year, d.operation, d.kind, u.class, d.title, cast(sum(d.many) as bigint) as many from certificate_done d \
             join unit u on u.id = d.unit_id where ");
        push_within!(query, [path], "u.path");
        query.push(" and d.year between ").push_bind(from).push(" and ").push_bind(to);
        query.push(" group by d.year, d.operation, d.kind, u.class, d.title");
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(found.into_iter().map(|of| (of.year, of.counted)).collect())
}

/// What was counted in a year.
#[derive(FromRow)]
struct InYear {
    year: i64,
    #[sqlx(flatten)]
    counted: Counted,
}

/// Whether somebody wrote a plan (R31).
///
/// # Errors
/// As the database says.
pub async fn wrote(conn: &mut Conn, object: &str, actor: &str) -> Result<bool, StoreError> {
    let many: i64 = on!(conn, c => sqlx::query_scalar(
            "select count(*) from duty where object = $1 and act = 'asked' and actor = $2")
        .bind(object)
        .bind(actor)
        .fetch_one(c)
        .await)?;
    Ok(many > 0)
}
