//! Roles on units.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A role grant with the names that a page shows.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Grant {
    /// Id.
    pub id: i64,
    /// Account.
    pub account_id: i64,
    /// Account's name.
    pub account: String,
    /// The person whose account it is.
    pub person_id: Option<i64>,
    /// `model::role::Role` by name.
    pub role: String,
    /// Unit.
    pub unit_id: i64,
    /// Unit's name.
    pub unit: String,
    /// Unit's path.
    pub path: String,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_to: Option<String>,
    /// Decision number.
    pub decision: String,
    /// `proposed`, `in_force`, `refused`, `ended`.
    pub state: String,
    /// Who proposed it.
    pub proposed_by: Option<i64>,
    /// Their name.
    pub proposer: Option<String>,
    /// When.
    pub proposed_at: i64,
    /// Grows with each change.
    pub version: i64,
}

macro_rules! select_grant {
    ($rest:literal) => {
        concat!(
            "select g.id, g.account_id, a.display_name as account, a.person_id, g.role, g.unit_id, u.name as unit, u.path, ",
            "g.valid_from, g.valid_to, g.decision, g.state, g.proposed_by, p.display_name as proposer, g.proposed_at, ",
            "g.version from role_grant g join account a on a.id = g.account_id join unit u on u.id = g.unit_id ",
            "left join account p on p.id = g.proposed_by ",
            $rest
        )
    };
}

/// The roles that somebody holds.
///
/// # Errors
/// As the database says.
pub async fn roles_held(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select distinct role from role_grant where state = 'in_force'")
        .fetch_all(c)
        .await)?)
}

/// A grant by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Grant>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_grant!("where g.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Roles that an account holds on a day: (role, unit's path).
///
/// # Errors
/// As the database says.
pub async fn in_force(conn: &mut Conn, account_id: i64, day: &str) -> Result<Vec<(String, String)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select g.role, u.path from role_grant g join unit u on u.id = g.unit_id where g.account_id = $1 \
             and g.state = 'in_force' and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) order by g.id")
        .bind(account_id)
        .bind(day)
        .fetch_all(c)
        .await)?)
}

/// Every grant of an account, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_account(conn: &mut Conn, account_id: i64) -> Result<Vec<Grant>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_grant!("where g.account_id = $1 order by g.id desc"))
        .bind(account_id)
        .fetch_all(c)
        .await)?)
}

/// Grants that wait for a decision, oldest first.
///
/// # Errors
/// As the database says.
pub async fn proposed(conn: &mut Conn, limit: i64) -> Result<(Vec<Grant>, i64), StoreError> {
    let rows = on!(conn, c => sqlx::query_as(select_grant!("where g.state = 'proposed' order by g.proposed_at, g.id limit $1"))
        .bind(limit)
        .fetch_all(c)
        .await)?;
    let total = on!(conn, c => sqlx::query_scalar("select count(*) from role_grant where state = 'proposed'")
        .fetch_one(c)
        .await)?;
    Ok((rows, total))
}

/// Grants in force that end between two days, soonest first.
///
/// # Errors
/// As the database says.
pub async fn ending(conn: &mut Conn, from: &str, to: &str, limit: i64) -> Result<(Vec<Grant>, i64), StoreError> {
    let rows = on!(conn, c => sqlx::query_as(select_grant!(
            "where g.state = 'in_force' and g.valid_to >= $1 and g.valid_to <= $2 order by g.valid_to, g.id limit $3"))
        .bind(from)
        .bind(to)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    let total = on!(conn, c => sqlx::query_scalar(
            "select count(*) from role_grant where state = 'in_force' and valid_to >= $1 and valid_to <= $2")
        .bind(from)
        .bind(to)
        .fetch_one(c)
        .await)?;
    Ok((rows, total))
}

/// A grant as it is proposed.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// Account.
    pub account_id: i64,
    /// Role by name.
    pub role: &'static str,
    /// Unit.
    pub unit_id: i64,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_to: Option<String>,
    /// Decision number.
    pub decision: String,
    /// State.
    pub state: &'static str,
    /// Who proposes it; nobody when it comes from the console.
    pub proposed_by: Option<i64>,
}

/// Adds a grant; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, grant: &NewGrant, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into role_grant (account_id, role, unit_id, valid_from, valid_to, decision, state, proposed_by, \
             proposed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id")
        .bind(grant.account_id)
        .bind(grant.role)
        .bind(grant.unit_id)
        .bind(&grant.valid_from)
        .bind(&grant.valid_to)
        .bind(&grant.decision)
        .bind(grant.state)
        .bind(grant.proposed_by)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Decides a proposed grant if it still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn decide(
    conn: &mut Conn,
    id: i64,
    version: i64,
    state: &str,
    decided_by: i64,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update role_grant set state = $1, decided_by = $2, decided_at = $3, version = version + 1 \
             where id = $4 and version = $5 and state = 'proposed'")
        .bind(state)
        .bind(decided_by)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Ends a grant in force, or withdraws a proposed one, if it still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn end(conn: &mut Conn, id: i64, version: i64, day: &str) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update role_grant set state = 'ended', version = version + 1, \
             valid_to = case when valid_to is null or valid_to > $1 then \
             case when valid_from > $1 then valid_from else $1 end else valid_to end \
             where id = $2 and version = $3 and state in ('in_force', 'proposed')")
        .bind(day)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
