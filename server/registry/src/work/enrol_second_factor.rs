//! Setting up the second factor: a secret for the authenticator application, proved by one code, and recovery codes.

use contract::{Failure, Fault};
use zeroize::Zeroizing;

use super::resume_session::Resumed;
use crate::secrets::{Purpose, Secrets};
use crate::store::{Record, account, session};
use crate::token::Token;
use crate::{Draw, Store, second_factor};

/// What the person needs to set it up.
pub struct Enrolment {
    /// `otpauth://…` for the QR code.
    pub url: String,
    /// The secret in base 32, for typing.
    pub typed: String,
}

fn context(account_id: i64) -> String {
    format!("account:{account_id}")
}

/// Draws a secret, or shows the one that was drawn for this session: reloading the page does not spoil a scanned code.
///
/// # Errors
/// [`Failure::SignInNeeded`].
pub async fn begin(
    store: &Store,
    secrets: &dyn Secrets,
    draw: &Draw,
    who: &Resumed,
    at_ms: i64,
) -> Result<Enrolment, Failure> {
    let account_id = who.actor.account_id.ok_or(Failure::SignInNeeded)?;
    let mut conn = store.read().await?;
    let session = session::by_hash(&mut conn, &who.id_hash).await?.ok_or(Failure::SignInNeeded)?;
    drop(conn);
    let secret = match session.pending_totp {
        Some(sealed) => open(secrets, account_id, &sealed)?,
        None => {
            let secret = second_factor::draw_secret(draw);
            let mut nonce = [0; 24];
            draw(&mut nonce);
            let sealed = secrets.seal(Purpose::Totp, &context(account_id), nonce, &secret);
            let id_hash = who.id_hash.clone();
            store
                .write(at_ms, move |tx| {
                    Box::pin(async move {
                        session::set_pending_totp(tx.conn(), &id_hash, &sealed).await?;
                        Ok::<_, Failure>(())
                    })
                })
                .await?;
            secret
        }
    };
    let (url, typed) = second_factor::enrolment(&secret, &who.login);
    Ok(Enrolment { url, typed })
}

/// Replacing a second factor needs the present one, freshly shown: a borrowed session must not take the account over.
///
/// # Errors
/// [`Failure::ConfirmationNeeded`].
pub fn may_replace(who: &Resumed, at_ms: i64) -> Result<(), Failure> {
    if who.second_factor && !who.actor.is_fresh(at_ms) { Err(Failure::ConfirmationNeeded) } else { Ok(()) }
}

/// Accepts the first code; answers the recovery codes, which are shown once, and the session's new token.
///
/// # Errors
/// [`Fault::Code`] beside `code`.
pub async fn finish(
    store: &Store,
    secrets: &dyn Secrets,
    draw: &Draw,
    who: &Resumed,
    code: &str,
    at_ms: i64,
) -> Result<(Vec<String>, Token), Failure> {
    let account_id = who.actor.account_id.ok_or(Failure::SignInNeeded)?;
    may_replace(who, at_ms)?;
    let mut conn = store.read().await?;
    let session = session::by_hash(&mut conn, &who.id_hash).await?.ok_or(Failure::SignInNeeded)?;
    drop(conn);
    let sealed = session.pending_totp.ok_or(Failure::Stale)?;
    let secret = open(secrets, account_id, &sealed)?;
    let step = second_factor::matching_step(&secret, code, at_ms).ok_or(Failure::field("code", Fault::Code))?;
    let codes = second_factor::draw_recovery_codes(draw);
    let hashes: Vec<Vec<u8>> = codes.iter().filter_map(|code| second_factor::recovery_hash(account_id, code)).collect();
    let token = Token::draw(draw);
    let (old, new) = (who.id_hash.clone(), token.hash());
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                account::set_totp(tx.conn(), account_id, Some(&sealed), step).await?;
                account::put_recovery_codes(tx.conn(), account_id, &hashes).await?;
                session::promote(tx.conn(), &old, &new, at_ms).await?;
                session::end_others(tx.conn(), account_id, &new, at_ms).await?;
                let reference = context(account_id);
                tx.record(Record {
                    actor: &reference,
                    action: "account.enrol_second_factor",
                    object: reference.clone(),
                    facts: serde_json::json!({}),
                    personal: None,
                });
                Ok::<_, Failure>(())
            })
        })
        .await?;
    Ok((codes, token))
}

fn open(secrets: &dyn Secrets, account_id: i64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    secrets.open(Purpose::Totp, &context(account_id), sealed).map_err(|error| {
        tracing::error!(%error, "a second factor does not open with this vault");
        Failure::Internal
    })
}
