//! Official accounts, their activation links, second factors and failures to sign in.

use model::text::fold;
use sqlx::FromRow;

use super::{Conn, Kind, StoreError};

/// An account. Its secrets have no `Debug`.
#[derive(Clone, FromRow)]
pub struct Account {
    /// Id.
    pub id: i64,
    /// Login, lower case.
    pub login: String,
    /// Name shown.
    pub display_name: String,
    /// The person it belongs to.
    pub person_id: Option<i64>,
    /// `invited`, `active` or `disabled`.
    pub state: String,
    /// Argon2id, PHC string format.
    pub password_hash: Option<String>,
    /// TOTP secret, sealed.
    pub totp_sealed: Option<Vec<u8>>,
    /// Time step of the last code that was accepted: none is accepted twice (RFC 6238 §5.2).
    pub totp_last_step: i64,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: i64,
}

impl Account {
    /// Whether its person's data were erased: the name goes, and no other account is without one.
    pub fn is_erased(&self) -> bool {
        self.display_name.is_empty()
    }
}

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "select id, login, display_name, person_id, state, password_hash, totp_sealed, totp_last_step, version, ",
            "created_at from account ",
            $rest
        )
    };
}

/// An account by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Account>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_account!("where id = $1")).bind(id).fetch_optional(c).await)?)
}

/// An account by login.
///
/// # Errors
/// As the database says.
pub async fn by_login(conn: &mut Conn, login: &str) -> Result<Option<Account>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_account!("where login = $1")).bind(login).fetch_optional(c).await)?)
}

/// Every account whose login holds the text or whose folded name holds the folded text, by login; at most `limit`.
///
/// # Errors
/// As the database says.
pub async fn list(
    conn: &mut Conn,
    (text, folded): (&str, &str),
    offset: i64,
    limit: i64,
) -> Result<Vec<Account>, StoreError> {
    let holds = |text: &str| format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
    Ok(on!(conn, c => sqlx::query_as(select_account!(
            "where login like $1 escape '!' or name_folded like $2 escape '!' order by login limit $3 offset $4"))
        .bind(holds(text))
        .bind(holds(if folded.is_empty() { text } else { folded }))
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?)
}

/// Whether anything was ever sealed by the vault or signed by its key.
///
/// # Errors
/// As the database says.
pub async fn is_any_sealed(conn: &mut Conn) -> Result<bool, StoreError> {
    let found: Option<i64> = on!(conn, c => sqlx::query_scalar(
            "select 1 from account where totp_sealed is not null union all select 1 from audit_head limit 1")
        .fetch_optional(c)
        .await)?;
    Ok(found.is_some())
}

/// How many accounts there are.
///
/// # Errors
/// As the database says.
pub async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select count(*) from account").fetch_one(c).await)?)
}

/// Adds an account that waits for its owner; its id.
///
/// # Errors
/// [`StoreError::Taken`] for a login that exists, or a person who has an account.
pub async fn insert(
    conn: &mut Conn,
    login: &str,
    display_name: &str,
    person_id: Option<i64>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into account (login, display_name, name_folded, person_id, state, created_at) \
             values ($1, $2, $3, $4, 'invited', $5) returning id")
        .bind(login)
        .bind(display_name)
        .bind(fold(display_name))
        .bind(person_id)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Sets the password and makes the account active, unless it was switched off meanwhile; whether it was not.
///
/// # Errors
/// As the database says.
pub async fn set_password(conn: &mut Conn, id: i64, hash: &str, at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update account set password_hash = $1, state = 'active', version = version + 1, \
             activated_at = coalesce(activated_at, $2) where id = $3 and state <> 'disabled'")
        .bind(hash)
        .bind(at_ms)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Sets or removes the second factor.
///
/// # Errors
/// As the database says.
pub async fn set_totp(conn: &mut Conn, id: i64, sealed: Option<&[u8]>, last_step: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update account set totp_sealed = $1, totp_last_step = $2, version = version + 1 where id = $3")
        .bind(sealed)
        .bind(last_step)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes the time step of an accepted code if it is later than the last one; whether it was.
///
/// # Errors
/// As the database says.
pub async fn advance_totp(conn: &mut Conn, id: i64, step: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query("update account set totp_last_step = $1 where id = $2 and totp_last_step < $1")
        .bind(step)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Switches an account on or off if it still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn set_state(conn: &mut Conn, id: i64, version: i64, state: &str) -> Result<bool, StoreError> {
    Ok(
        on!(conn, c => sqlx::query("update account set state = $1, version = version + 1 where id = $2 and version = $3")
        .bind(state)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?,
    )
}

/// Takes password and second factor away; the account waits for its owner again.
///
/// # Errors
/// As the database says.
pub async fn strip(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    for sql in [
        "update account set password_hash = null, totp_sealed = null, totp_last_step = 0, state = 'invited', \
         version = version + 1 where id = $1",
        "delete from recovery_code where account_id = $1",
        "delete from known_device where account_id = $1",
        "delete from activation where account_id = $1",
    ] {
        on!(conn, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// An activation link that was given out.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Activation {
    /// For this account.
    pub account_id: i64,
    /// Until then.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

/// Keeps the hash of an activation link; earlier links of the account no longer hold.
///
/// # Errors
/// As the database says.
pub async fn put_activation(
    conn: &mut Conn,
    account_id: i64,
    token_hash: &[u8],
    at_ms: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from activation where account_id = $1").bind(account_id).execute(c).await.map(drop))?;
    on!(conn, c => sqlx::query(
            "insert into activation (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)")
        .bind(token_hash)
        .bind(account_id)
        .bind(at_ms)
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// An activation link by its hash.
///
/// # Errors
/// As the database says.
pub async fn activation(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<Activation>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select account_id, expires_at, used_at from activation where token_hash = $1")
        .bind(token_hash)
        .fetch_optional(c)
        .await)?)
}

/// Spends an activation link; whether it was still good.
///
/// # Errors
/// As the database says.
pub async fn use_activation(conn: &mut Conn, token_hash: &[u8], at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update activation set used_at = $1 where token_hash = $2 and used_at is null and expires_at > $1")
        .bind(at_ms)
        .bind(token_hash)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Accounts that wait for their owners, oldest first: (id, name, made, link's end), and how many.
///
/// # Errors
/// As the database says.
pub async fn invited(conn: &mut Conn, limit: i64) -> Result<(Vec<(i64, String, i64, Option<i64>)>, i64), StoreError> {
    let rows = on!(conn, c => sqlx::query_as(
            "select a.id, a.display_name, a.created_at, max(t.expires_at) from account a \
             left join activation t on t.account_id = a.id where a.state = 'invited' \
             group by a.id, a.display_name, a.created_at order by a.created_at, a.id limit $1")
        .bind(limit)
        .fetch_all(c)
        .await)?;
    let total =
        on!(conn, c => sqlx::query_scalar("select count(*) from account where state = 'invited'").fetch_one(c).await)?;
    Ok((rows, total))
}

/// Replaces the recovery codes.
///
/// # Errors
/// As the database says.
pub async fn put_recovery_codes(conn: &mut Conn, account_id: i64, hashes: &[Vec<u8>]) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from recovery_code where account_id = $1")
        .bind(account_id).execute(c).await.map(drop))?;
    for hash in hashes {
        on!(conn, c => sqlx::query("insert into recovery_code (account_id, code_hash) values ($1, $2)")
            .bind(account_id).bind(hash).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Spends a recovery code; whether it was good.
///
/// # Errors
/// As the database says.
pub async fn use_recovery_code(conn: &mut Conn, account_id: i64, hash: &[u8], at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update recovery_code set used_at = $1 where account_id = $2 and code_hash = $3 and used_at is null")
        .bind(at_ms)
        .bind(account_id)
        .bind(hash)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Recovery codes that are left.
///
/// # Errors
/// As the database says.
pub async fn recovery_codes_left(conn: &mut Conn, account_id: i64) -> Result<i64, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_scalar("select count(*) from recovery_code where account_id = $1 and used_at is null")
        .bind(account_id)
        .fetch_one(c)
        .await)?,
    )
}

/// Failures of one source: (how many, when the last). The row is there afterwards, and PostgreSQL holds it until the
/// transaction ends, so that attempts at the same moment are counted one after the other.
///
/// # Errors
/// As the database says.
pub async fn failures(conn: &mut Conn, what: &[u8], source: &str, at_ms: i64) -> Result<(i64, i64), StoreError> {
    let sql = match conn.kind() {
        Kind::Sqlite => "select failures, last_at from attempt where login_hash = $1 and source = $2",
        Kind::Postgres => "select failures, last_at from attempt where login_hash = $1 and source = $2 for update",
    };
    on!(conn, c => sqlx::query(
            "insert into attempt (login_hash, source, failures, last_at) values ($1, $2, 0, $3) \
             on conflict (login_hash, source) do nothing")
        .bind(what)
        .bind(source)
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(on!(conn, c => sqlx::query_as(sql).bind(what).bind(source).fetch_one(c).await)?)
}

/// Sets the failures of a source.
///
/// # Errors
/// As the database says.
pub async fn put_failures(
    conn: &mut Conn,
    what: &[u8],
    source: &str,
    failures: i64,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update attempt set failures = $1, last_at = $2 where login_hash = $3 and source = $4")
        .bind(failures)
        .bind(at_ms)
        .bind(what)
        .bind(source)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets the failures of a source.
///
/// # Errors
/// As the database says.
pub async fn forget_failures(conn: &mut Conn, what: &[u8], source: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from attempt where login_hash = $1 and source = $2")
        .bind(what)
        .bind(source)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// One failure of a source was none.
///
/// # Errors
/// As the database says.
pub async fn take_back_failure(conn: &mut Conn, what: &[u8], source: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update attempt set failures = failures - 1 where login_hash = $1 and source = $2 and failures > 0")
        .bind(what)
        .bind(source)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets every failure before an instant.
///
/// # Errors
/// As the database says.
pub async fn sweep_failures(conn: &mut Conn, before_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from attempt where last_at < $1").bind(before_ms).execute(c).await.map(drop))?;
    Ok(())
}

/// Whether this browser signed in to the account before.
///
/// # Errors
/// As the database says.
pub async fn knows_device(conn: &mut Conn, account_id: i64, token_hash: &[u8]) -> Result<bool, StoreError> {
    let found: Option<i64> = on!(conn, c => sqlx::query_scalar(
            "select account_id from known_device where token_hash = $1 and account_id = $2")
        .bind(token_hash)
        .bind(account_id)
        .fetch_optional(c)
        .await)?;
    Ok(found.is_some())
}

/// Remembers a browser that signed in.
///
/// # Errors
/// As the database says.
pub async fn remember_device(
    conn: &mut Conn,
    account_id: i64,
    token_hash: &[u8],
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into known_device (token_hash, account_id, created_at, seen_at) values ($1, $2, $3, $3) \
             on conflict (token_hash, account_id) do update set seen_at = excluded.seen_at")
        .bind(token_hash)
        .bind(account_id)
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that somebody did something to an object. The database refuses what `model::duty` excludes.
///
/// # Errors
/// [`StoreError::Duty`].
pub async fn note_duty(
    conn: &mut Conn,
    object: &str,
    act: model::duty::Act,
    actor: &str,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into duty (object, act, actor, at) values ($1, $2, $3, $4) on conflict (object, act, actor) do nothing")
        .bind(object)
        .bind(act.name())
        .bind(actor)
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
