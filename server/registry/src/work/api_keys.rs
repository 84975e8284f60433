//! Keys with which other programs ask for states of cards: made and withdrawn by who runs the system, shown once, kept as hashes.

use contract::check::{ApiKeyLine, Scope};
use contract::{Failure, Fault, Faults};
use model::role::Action;

use super::typed::needed;
use crate::store::api_key;
use crate::store::{Record, StoreError};
use crate::token::Token;
use crate::{Actor, Conn, Tx};

/// Characters of a program's name.
const NAME_CHARS: usize = 80;
/// Cards a minute that a key may be given.
pub const MOST_QUOTA: i64 = 60_000;

/// What is typed.
#[derive(Clone, Debug, Default)]
pub struct KeyForm {
    /// For which program.
    pub name: String,
    /// Names of scopes.
    pub scopes: Vec<String>,
    /// Cards a minute.
    pub quota: String,
}

/// A key that is good, as whoever checks it needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodKey {
    /// Id.
    pub id: i64,
    /// SHA-256 of the key.
    pub hash: Vec<u8>,
    /// What it is for.
    pub scopes: Vec<Scope>,
    /// Cards a minute.
    pub quota: u32,
}

/// The keys, the newest first.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_api_keys(conn: &mut Conn, actor: &Actor) -> Result<Vec<ApiKeyLine>, Failure> {
    if !actor.may_somewhere(Action::SeeAccounts) {
        return Err(Failure::Forbidden);
    }
    let line = |key: api_key::ApiKey| ApiKeyLine {
        id: key.id,
        scopes: scopes_of(&key.scopes),
        name: key.name,
        quota: key.quota,
        made_at: key.made_at,
        withdrawn_at: key.withdrawn_at,
    };
    Ok(api_key::all(conn).await?.into_iter().map(line).collect())
}

/// Makes a key for a program; its id. `token` is to be shown to who asked, and to nobody else.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`]; faults beside `name`, `scopes` and `quota`.
pub async fn add_api_key(tx: &mut Tx, actor: &Actor, form: &KeyForm, token: &Token) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ChangeAccounts, at_ms)?;
    let mut faults = Faults::default();
    let name = faults.take("name", needed(&form.name, NAME_CHARS));
    let scopes: Vec<Scope> =
        Scope::ALL.into_iter().filter(|scope| form.scopes.iter().any(|it| it == scope.name())).collect();
    let scopes = faults.take("scopes", if scopes.is_empty() { Err(Fault::Choice) } else { Ok(scopes) });
    let quota = form.quota.trim().parse::<i64>().ok().filter(|quota| (1..=MOST_QUOTA).contains(quota));
    let quota = faults.take("quota", quota.ok_or(Fault::Number));
    faults.check()?;
    let (Some(name), Some(scopes), Some(quota)) = (name, scopes, quota) else { return Err(Failure::Internal) };
    let scopes = scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
    let id = api_key::insert(tx.conn(), (&name, &scopes, quota), &token.hash(), (actor.account_id, at_ms)).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "api_key.add",
        object: format!("api_key:{id}"),
        facts: serde_json::json!({ "name": name, "scopes": scopes, "quota": quota }),
        personal: None,
    });
    Ok(id)
}

/// Withdraws a key: within seconds it opens nothing.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`]; [`Failure::Stale`] where it was withdrawn already, or is none.
pub async fn withdraw_api_key(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ChangeAccounts, at_ms)?;
    if !api_key::withdraw(tx.conn(), id, (actor.account_id, at_ms)).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "api_key.withdraw",
        object: format!("api_key:{id}"),
        facts: serde_json::json!({}),
        personal: None,
    });
    Ok(())
}

/// The keys that are good now.
///
/// # Errors
/// As the database says.
pub async fn good_keys(conn: &mut Conn) -> Result<Vec<GoodKey>, StoreError> {
    let keys = api_key::all(conn).await?.into_iter().filter(|key| key.withdrawn_at.is_none());
    let good = |key: api_key::ApiKey| GoodKey {
        id: key.id,
        hash: key.token_hash,
        scopes: scopes_of(&key.scopes),
        quota: u32::try_from(key.quota).unwrap_or(1),
    };
    Ok(keys.map(good).collect())
}

fn scopes_of(text: &str) -> Vec<Scope> {
    Scope::ALL.into_iter().filter(|scope| text.split(' ').any(|name| name == scope.name())).collect()
}
