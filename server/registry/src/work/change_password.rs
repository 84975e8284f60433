//! Changing one's own password. Every other session of the account ends.

use contract::{Failure, Fault, Refusal};

use super::resume_session::Resumed;
use super::sign_in::Guesses;
use crate::store::{Record, account, session};
use crate::{Draw, Store, password};

/// What was typed.
pub struct ChangePassword {
    /// The password until now.
    pub current: String,
    /// The new one.
    pub password: String,
    /// Once more.
    pub repeat: String,
}

/// Changes it.
///
/// # Errors
/// [`Fault::Credentials`] beside `current`; faults beside `password` and `repeat`.
pub async fn change_password(
    store: &Store,
    draw: &Draw,
    who: &Resumed,
    typed: ChangePassword,
    at_ms: i64,
) -> Result<(), Failure> {
    let account_id = who.actor.account_id.ok_or(Failure::SignInNeeded)?;
    let mut conn = store.read().await?;
    let account = account::by_id(&mut conn, account_id).await?.ok_or(Failure::SignInNeeded)?;
    let guesses = Guesses::new(&format!("change password {account_id}"), "session");
    drop(conn);
    password::check(&typed.password, account.totp_sealed.is_some(), &[&account.login, &account.display_name])
        .map_err(|fault| Failure::field("password", fault))?;
    if typed.password != typed.repeat {
        return Err(Failure::field("repeat", Fault::PasswordsDiffer));
    }
    guesses.reserve(store, at_ms).await?;
    if !password::verify(typed.current, account.password_hash).await {
        return Err(Failure::field("current", Fault::Credentials));
    }
    let hash = password::hash(typed.password, draw).await.map_err(|fault| Failure::field("password", fault))?;
    let keep = who.id_hash.clone();
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                if !account::set_password(tx.conn(), account_id, &hash, at_ms).await? {
                    return Err(Failure::Refused { why: Refusal::AccountInactive });
                }
                guesses.forget(tx).await?;
                let ended = session::end_others(tx.conn(), account_id, &keep, at_ms).await?;
                let reference = format!("account:{account_id}");
                tx.record(Record {
                    actor: &reference,
                    action: "account.change_password",
                    object: reference.clone(),
                    facts: serde_json::json!({ "sessions_ended": ended }),
                    personal: None,
                });
                Ok(())
            })
        })
        .await
}
