//! A one-time link makes an account its owner's: the owner chooses the password, nobody mails one.

use contract::{Failure, Refusal};

use crate::store::{Record, account, session};
use crate::token::Token;
use crate::{Draw, Store, password};

/// Whose link it is, while it is good.
pub struct Invitation {
    /// The account.
    pub account_id: i64,
    /// Login.
    pub login: String,
    /// Name shown.
    pub display_name: String,
    /// Whether a second factor will be needed: then the password may be shorter.
    pub second_factor: bool,
}

/// Looks at a link without spending it.
///
/// # Errors
/// [`Refusal::LinkSpent`] for a link that was used, has expired or never was.
pub async fn invitation(store: &Store, link: &Token, at_ms: i64) -> Result<Invitation, Failure> {
    let spent = Failure::Refused { why: Refusal::LinkSpent };
    let mut conn = store.read().await?;
    let activation = account::activation(&mut conn, &link.hash()).await?;
    let activation =
        activation.filter(|link| link.used_at.is_none() && link.expires_at > at_ms).ok_or(spent.clone())?;
    let account = account::by_id(&mut conn, activation.account_id).await?.ok_or(spent.clone())?;
    if account.state == "disabled" {
        return Err(spent);
    }
    let grants = super::resume_session::grants(&mut conn, account.id, &crate::date::iso_day(at_ms)).await?;
    Ok(Invitation {
        account_id: account.id,
        second_factor: account.totp_sealed.is_some() || grants.iter().any(|grant| grant.role.needs_second_factor()),
        login: account.login,
        display_name: account.display_name,
    })
}

/// Spends the link and sets the password. Every session of the account ends.
///
/// # Errors
/// [`Refusal::LinkSpent`]; faults beside `password` and `repeat`.
pub async fn activate_account(
    store: &Store,
    draw: &Draw,
    link: &Token,
    (password, repeat): (String, String),
    at_ms: i64,
) -> Result<Invitation, Failure> {
    let invitation = invitation(store, link, at_ms).await?;
    password::check(&password, invitation.second_factor, &[&invitation.login, &invitation.display_name])
        .map_err(|fault| Failure::field("password", fault))?;
    if password != repeat {
        return Err(Failure::field("repeat", contract::Fault::PasswordsDiffer));
    }
    let hash = password::hash(password, draw).await.map_err(|fault| Failure::field("password", fault))?;
    let (token_hash, account_id) = (link.hash(), invitation.account_id);
    store
        .write(at_ms, move |tx| {
            Box::pin(async move {
                if !account::use_activation(tx.conn(), &token_hash, at_ms).await? {
                    return Err(Failure::Refused { why: Refusal::LinkSpent });
                }
                if !account::set_password(tx.conn(), account_id, &hash, at_ms).await? {
                    return Err(Failure::Refused { why: Refusal::LinkSpent });
                }
                session::end_others(tx.conn(), account_id, &[], at_ms).await?;
                let reference = format!("account:{account_id}");
                tx.record(Record {
                    actor: &reference,
                    action: "account.activate",
                    object: reference.clone(),
                    facts: serde_json::json!({}),
                    personal: None,
                });
                Ok(())
            })
        })
        .await?;
    Ok(invitation)
}
