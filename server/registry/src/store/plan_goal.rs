//! What plans want to reach: waves by position, units by application; and which certificate is used where (R129, R140, R152, R161).

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};

/// A wave.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct WaveRow {
    /// Year and quarter in which it begins.
    pub from_year: i64,
    /// 1 to 4.
    pub from_quarter: i64,
    /// Year and quarter in which it ends.
    pub to_year: i64,
    /// 1 to 4.
    pub to_quarter: i64,
    /// How many of a hundred are to have a certificate at its end.
    pub goal: Option<i64>,
    /// Groups of units by name, with spaces between.
    pub unit_groups: String,
    /// Positions by name, with spaces between.
    pub positions: String,
}

/// A unit that is to use an application.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct TargetUnit {
    /// Application by name.
    pub application: String,
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its code.
    pub code: Option<String>,
    /// 1 where it uses it.
    pub done: i64,
}

/// People of a title in units of a class.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Holders {
    /// Class of the unit by name.
    pub class: String,
    /// Their title.
    pub title: Option<String>,
    /// How many there are.
    pub many: i64,
    /// How many of them have a certificate.
    pub held: i64,
}

/// Waves of a plan, in their order.
///
/// # Errors
/// As the database says.
pub async fn waves(conn: &mut Conn, plan_id: i64) -> Result<Vec<WaveRow>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select from_year, from_quarter, to_year, to_quarter, goal, unit_groups, positions from certificate_wave where plan_id = $1 \
             order by nth")
        .bind(plan_id)
        .fetch_all(c)
        .await)?)
}

/// Puts other waves in the place of a plan's.
///
/// # Errors
/// As the database says.
pub async fn put_waves(conn: &mut Conn, plan_id: i64, waves: &[WaveRow]) -> Result<(), StoreError> {
    on!(conn, c => {
        sqlx::query("delete from certificate_wave where plan_id = $1").bind(plan_id).execute(&mut *c).await?;
        for (nth, wave) in (1_i64..).zip(waves) {
            sqlx::query(
                    "insert into certificate_wave (plan_id, nth, from_year, from_quarter, to_year, to_quarter, goal, unit_groups, positions) \
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                .bind(plan_id)
                .bind(nth)
                .bind(wave.from_year)
                .bind(wave.from_quarter)
                .bind(wave.to_year)
                .bind(wave.to_quarter)
                .bind(wave.goal)
                .bind(&wave.unit_groups)
                .bind(&wave.positions)
                .execute(&mut *c)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    })?;
    Ok(())
}

/// Applications of a plan by name, with the share of its units that is to use each.
///
/// # Errors
/// As the database says.
pub async fn targets(conn: &mut Conn, plan_id: i64) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as("select application, percent from certificate_target where plan_id = $1 order by nth")
        .bind(plan_id)
        .fetch_all(c)
        .await)?,
    )
}

/// Units that a plan names, by application, in the order of the tree; and whether one of their certificates in use is used there.
///
/// # Errors
/// As the database says.
pub async fn target_units(conn: &mut Conn, plan_id: i64) -> Result<Vec<TargetUnit>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select t.application, t.unit_id, u.name as unit, u.code_issued as code, cast(case when exists (select 1 from certificate k \
             join certificate_use x on x.certificate_id = k.id where k.unit_id = t.unit_id and k.state = 'in_use' \
             and x.application = t.application) then 1 else 0 end as bigint) as done \
             from certificate_target_unit t join unit u on u.id = t.unit_id where t.plan_id = $1 order by t.application, u.path")
        .bind(plan_id)
        .fetch_all(c)
        .await)?)
}

/// Puts other applications, each with its share and its units, in the place of a plan's.
///
/// # Errors
/// As the database says.
pub async fn put_targets(conn: &mut Conn, plan_id: i64, targets: &[(&str, i64, Vec<i64>)]) -> Result<(), StoreError> {
    on!(conn, c => {
        sqlx::query("delete from certificate_target_unit where plan_id = $1").bind(plan_id).execute(&mut *c).await?;
        sqlx::query("delete from certificate_target where plan_id = $1").bind(plan_id).execute(&mut *c).await?;
        for (nth, (application, percent, units)) in (1_i64..).zip(targets) {
            sqlx::query("insert into certificate_target (plan_id, application, nth, percent) values ($1, $2, $3, $4)")
                .bind(plan_id)
                .bind(*application)
                .bind(nth)
                .bind(percent)
                .execute(&mut *c)
                .await?;
            for unit in units {
                sqlx::query("insert into certificate_target_unit (plan_id, application, unit_id) values ($1, $2, $3)")
                    .bind(plan_id)
                    .bind(*application)
                    .bind(unit)
                    .execute(&mut *c)
                    .await?;
            }
        }
        Ok::<_, sqlx::Error>(())
    })?;
    Ok(())
}

/// People within a path by class of unit and title, and how many of them have a certificate (R140).
///
/// # Errors
/// As the database says.
pub async fn holders(conn: &mut Conn, path: &str) -> Result<Vec<Holders>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select u.class, p.position as title, count(*) as many, count(k.person_id) as held from person p join unit u on u.id = p.unit_id \
             left join (select distinct person_id from certificate where kind = 'person' and state in ('received', 'in_use')) k \
             on k.person_id = p.id where p.erased_at is null and p.position is not null and u.path >= $1 and u.path < $2 \
             and not exists (select 1 from departure d where d.person_id = p.id and d.taken_back_at is null) \
             group by u.class, p.position")
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}

/// Applications by name in which a certificate is used.
///
/// # Errors
/// As the database says.
pub async fn uses(conn: &mut Conn, certificate_id: i64) -> Result<Vec<String>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "select application from certificate_use where certificate_id = $1 order by application")
        .bind(certificate_id)
        .fetch_all(c)
        .await)?)
}

/// Puts other applications in the place of a certificate's.
///
/// # Errors
/// As the database says.
pub async fn put_uses(
    conn: &mut Conn,
    certificate_id: i64,
    applications: &[&str],
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => {
        sqlx::query("delete from certificate_use where certificate_id = $1").bind(certificate_id).execute(&mut *c).await?;
        for application in applications {
            sqlx::query("insert into certificate_use (certificate_id, application, noted_at) values ($1, $2, $3)")
                .bind(certificate_id)
                .bind(*application)
                .bind(at_ms)
                .execute(&mut *c)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    })?;
    Ok(())
}

/// How many certificates in use within a path are used in each application, and for how many there are certificates in use at all.
///
/// # Errors
/// As the database says.
pub async fn use_counts(conn: &mut Conn, path: &str) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select x.application, count(*) from certificate_use x join certificate k on k.id = x.certificate_id \
             join unit u on u.id = k.unit_id where k.state = 'in_use' and u.path >= $1 and u.path < $2 group by x.application")
        .bind(path)
        .bind(path_end(path))
        .fetch_all(c)
        .await)?)
}
