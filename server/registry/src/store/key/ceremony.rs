//! Ceremonies and their custodians.

use sqlx::FromRow;

use super::super::{Conn, StoreError};

/// A ceremony.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Ceremony {
    /// Id.
    pub id: i64,
    /// The version that its set has.
    pub set_version: i64,
    /// `model::lifecycle::Ceremony` by name.
    pub state: String,
    /// The document by which it is held.
    pub decision: String,
    /// Which draw, once it is drawn.
    pub set_id: Option<Vec<u8>>,
    /// Names and check values, JSON.
    pub check_values: Option<String>,
    /// Ed25519.
    pub public_key: Option<Vec<u8>>,
    /// When it was proposed.
    pub proposed_at: i64,
    /// By whom, by name.
    pub proposed_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// By whom, by name.
    pub decided_by: Option<String>,
    /// When the set was drawn.
    pub drawn_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// By whom, by name.
    pub ended_by: Option<String>,
    /// Why it was refused or broken off.
    pub reason: Option<String>,
}

/// A custodian of a ceremony. What is sealed has no `Debug`.
#[derive(Clone, FromRow)]
pub struct Custodian {
    /// 1 to 3.
    pub number: i64,
    /// Account.
    pub account_id: i64,
    /// Its name.
    pub name: String,
    /// Which person.
    pub actor: String,
    /// Sealed.
    pub component: Option<Vec<u8>>,
    /// When it was given.
    pub given_at: Option<i64>,
    /// Sealed.
    pub share: Option<Vec<u8>>,
    /// When it was shown.
    pub shown_at: Option<i64>,
    /// When it was typed back.
    pub confirmed_at: Option<i64>,
}

/// What a draw told, and may be seen.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'d> {
    /// Which draw.
    pub set_id: &'d [u8],
    /// Names and check values, JSON.
    pub check_values: &'d str,
    /// Ed25519.
    pub public_key: &'d [u8],
}

macro_rules! select_ceremony {
    ($rest:literal) => {
        concat!(
            "select k.id, k.set_version, k.state, k.decision, k.set_id, k.check_values, k.public_key, k.proposed_at, ",
            "p.display_name as proposed_by, k.decided_at, d.display_name as decided_by, k.drawn_at, k.ended_at, ",
            "e.display_name as ended_by, k.reason from key_ceremony k left join account p on p.id = k.proposed_by ",
            "left join account d on d.id = k.decided_by left join account e on e.id = k.ended_by ",
            $rest
        )
    };
}

/// A ceremony by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Ceremony>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_ceremony!("where k.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The newest ceremonies.
///
/// # Errors
/// As the database says.
pub async fn newest(conn: &mut Conn, limit: i64) -> Result<Vec<Ceremony>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_ceremony!("order by k.id desc limit $1")).bind(limit).fetch_all(c).await)?)
}

/// The one that is under way.
///
/// # Errors
/// As the database says.
pub async fn under_way(conn: &mut Conn) -> Result<Option<Ceremony>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_ceremony!("where k.ended_at is null")).fetch_optional(c).await)?)
}

/// Makes everybody else who takes it wait until this transaction ends; whether there is such a ceremony.
///
/// # Errors
/// As the database says.
pub async fn take(conn: &mut Conn, id: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query("update key_ceremony set version = version + 1 where id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Adds a ceremony; its id.
///
/// # Errors
/// [`StoreError::Taken`] where one is under way.
pub async fn insert(
    conn: &mut Conn,
    set_version: i64,
    decision: &str,
    (by, at_ms): (Option<i64>, i64),
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into key_ceremony (set_version, state, decision, proposed_at, proposed_by) \
             values ($1, 'proposed', $2, $3, $4) returning id")
        .bind(set_version)
        .bind(decision)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Notes the approver's answer; a refusal ends the ceremony.
///
/// # Errors
/// As the database says.
pub async fn decide(
    conn: &mut Conn,
    id: i64,
    state: &str,
    (by, at_ms): (Option<i64>, i64),
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let ended = reason.is_some().then_some(at_ms);
    on!(conn, c => sqlx::query(
            "update key_ceremony set state = $1, decided_at = $2, decided_by = $3, reason = $4, ended_at = $5 where id = $6")
        .bind(state)
        .bind(at_ms)
        .bind(by)
        .bind(reason)
        .bind(ended)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes what was drawn.
///
/// # Errors
/// As the database says.
pub async fn set_drawn(conn: &mut Conn, id: i64, state: &str, drawn: Drawn<'_>, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update key_ceremony set state = $1, set_id = $2, check_values = $3, public_key = $4, drawn_at = $5 where id = $6")
        .bind(state)
        .bind(drawn.set_id)
        .bind(drawn.check_values)
        .bind(drawn.public_key)
        .bind(at_ms)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends it, and erases what is still sealed.
///
/// # Errors
/// As the database says.
pub async fn end(
    conn: &mut Conn,
    id: i64,
    state: &str,
    (by, at_ms): (Option<i64>, i64),
    reason: Option<&str>,
) -> Result<(), StoreError> {
    on!(&mut *conn, c => sqlx::query(
            "update key_ceremony set state = $1, ended_at = $2, ended_by = $3, reason = $4 where id = $5")
        .bind(state)
        .bind(at_ms)
        .bind(by)
        .bind(reason)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query("update key_custodian set component = null, share = null where ceremony_id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// The custodians of a ceremony, by number.
///
/// # Errors
/// As the database says.
pub async fn custodians(conn: &mut Conn, id: i64) -> Result<Vec<Custodian>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select k.number, k.account_id, a.display_name as name, k.actor, k.component, k.given_at, k.share, k.shown_at, \
             k.confirmed_at from key_custodian k join account a on a.id = k.account_id where k.ceremony_id = $1 order by k.number")
        .bind(id)
        .fetch_all(c)
        .await)?)
}

/// Names a custodian.
///
/// # Errors
/// [`StoreError::Taken`] where the person is one of its custodians already.
pub async fn add_custodian(
    conn: &mut Conn,
    (id, number): (i64, i64),
    (account_id, actor): (i64, &str),
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("insert into key_custodian (ceremony_id, number, account_id, actor) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(number)
        .bind(account_id)
        .bind(actor)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Keeps a sealed component.
///
/// # Errors
/// As the database says.
pub async fn put_component(
    conn: &mut Conn,
    (id, number): (i64, i64),
    sealed: &[u8],
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update key_custodian set component = $1, given_at = $2 where ceremony_id = $3 and number = $4")
        .bind(sealed)
        .bind(at_ms)
        .bind(id)
        .bind(number)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Keeps a sealed share; the component is not needed any more.
///
/// # Errors
/// As the database says.
pub async fn put_share(conn: &mut Conn, (id, number): (i64, i64), sealed: &[u8]) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update key_custodian set share = $1, component = null where ceremony_id = $2 and number = $3")
        .bind(sealed)
        .bind(id)
        .bind(number)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that the share was shown.
///
/// # Errors
/// As the database says.
pub async fn set_shown(conn: &mut Conn, (id, number): (i64, i64), at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update key_custodian set shown_at = $1 where ceremony_id = $2 and number = $3")
        .bind(at_ms)
        .bind(id)
        .bind(number)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that the share was typed back; it is not needed any more.
///
/// # Errors
/// As the database says.
pub async fn set_confirmed(conn: &mut Conn, (id, number): (i64, i64), at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update key_custodian set confirmed_at = $1, share = null where ceremony_id = $2 and number = $3")
        .bind(at_ms)
        .bind(id)
        .bind(number)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Accounts that can be custodians on that day: active, with the role on the province. Id, name, person.
///
/// # Errors
/// As the database says.
pub async fn candidates(conn: &mut Conn, role: &str, day: &str) -> Result<Vec<(i64, String, Option<i64>)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select distinct a.id, a.display_name, a.person_id from account a join role_grant g on g.account_id = a.id \
             join unit u on u.id = g.unit_id where a.state = 'active' and g.role = $1 and g.state = 'in_force' \
             and u.parent_id is null and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) order by a.id")
        .bind(role)
        .bind(day)
        .fetch_all(c)
        .await)?)
}
