//! Who a browser is, from the token in its cookie.

use contract::Failure;
use model::role::{Grant, Role};

use crate::store::{account, grant, session};
use crate::token::Token;
use crate::{Actor, Conn, Store, date};

/// A session ends after this long without a request.
pub const IDLE_MS: i64 = 30 * 60 * 1000;
/// A session ends after this long in all.
pub const TOTAL_MS: i64 = 12 * 60 * 60 * 1000;
/// A session's last use is written down no more often than this.
pub const TOUCH_MS: i64 = 60 * 1000;

/// How far the signing-in has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The second factor is still to be shown.
    Password,
    /// A second factor must be set up first.
    Enrol,
    /// Signed in.
    Full,
}

/// A session that goes on.
#[derive(Clone)]
pub struct Resumed {
    /// Who.
    pub actor: Actor,
    /// How far.
    pub stage: Stage,
    /// Hash of the token.
    pub id_hash: Vec<u8>,
    /// Login.
    pub login: String,
    /// Whether the account has a second factor.
    pub second_factor: bool,
}

/// The session behind a token, if it still goes on; it is written down that it was used.
///
/// # Errors
/// As the database says.
pub async fn resume_session(store: &Store, token: &Token, at_ms: i64) -> Result<Option<Resumed>, Failure> {
    let Some((resumed, seen_at)) = find(store, token, at_ms).await? else { return Ok(None) };
    if at_ms - seen_at > TOUCH_MS {
        let id_hash = resumed.id_hash.clone();
        store
            .write(at_ms, move |tx| {
                Box::pin(async move {
                    session::touch(tx.conn(), &id_hash, at_ms).await?;
                    Ok::<_, Failure>(())
                })
            })
            .await?;
    }
    Ok(Some(resumed))
}

/// The same, without counting as a use: a connection that stays open does not keep its session alive.
///
/// # Errors
/// As the database says.
pub async fn look_at_session(store: &Store, token: &Token, at_ms: i64) -> Result<Option<Resumed>, Failure> {
    Ok(find(store, token, at_ms).await?.map(|(resumed, _)| resumed))
}

/// The session, and when it was last used.
async fn find(store: &Store, token: &Token, at_ms: i64) -> Result<Option<(Resumed, i64)>, Failure> {
    let id_hash = token.hash();
    let mut conn = store.read().await?;
    let Some(session) = session::by_hash(&mut conn, &id_hash).await? else { return Ok(None) };
    if at_ms - session.seen_at > IDLE_MS || at_ms - session.created_at > TOTAL_MS {
        return Ok(None);
    }
    let Some(account) = account::by_id(&mut conn, session.account_id).await? else { return Ok(None) };
    if account.state != "active" {
        return Ok(None);
    }
    let stage = match session.factor.as_str() {
        "full" => Stage::Full,
        "enrol" => Stage::Enrol,
        _ => Stage::Password,
    };
    let grants = grants(&mut conn, account.id, &date::iso_day(at_ms)).await?;
    // a role that needs a second factor does not hold in a session that began without one
    let full = stage == Stage::Full;
    let factor_shown = session.confirmed_at.is_some();
    let grants =
        grants.into_iter().filter(|grant| full && (factor_shown || !grant.role.needs_second_factor())).collect();
    let resumed = Resumed {
        actor: Actor::account(account.id, account.person_id, account.display_name, grants, session.confirmed_at),
        stage,
        id_hash,
        login: account.login,
        second_factor: account.totp_sealed.is_some(),
    };
    Ok(Some((resumed, session.seen_at)))
}

/// Roles in force on a day. A role that this program does not know grants nothing.
pub(super) async fn grants(conn: &mut Conn, account_id: i64, day: &str) -> Result<Vec<Grant>, Failure> {
    let rows = grant::in_force(conn, account_id, day).await?;
    Ok(rows.into_iter().filter_map(|(role, path)| Some(Grant { role: Role::from_name(&role)?, path })).collect())
}
