//! Making an account for somebody, and giving its owner a one-time link.

use contract::{Failure, Fault, Faults, Refusal};
use model::role::Action;
use model::text::{PersonName, clean};

use super::grants::propose_again;
use super::sign_in::login_form;
use crate::store::{Record, account, person};
use crate::token::Token;
use crate::{Actor, Tx};

/// A link holds for three days.
pub const LINK_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct InviteAccount {
    /// Login.
    pub login: String,
    /// Name shown.
    pub display_name: String,
    /// Personnel code of the person it belongs to; empty for a system account.
    pub personnel_code: String,
}

/// Adds the account; its id. The link is for its owner only.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `login`, `display_name`, `personnel_code`.
pub async fn invite_account(tx: &mut Tx, actor: &Actor, typed: InviteAccount, link: &Token) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ChangeAccounts, at_ms)?;
    let mut faults = Faults::default();
    let login = faults.take("login", parse_login(&typed.login));
    let name = faults.take("display_name", PersonName::parse(&typed.display_name).map_err(|error| name_fault(&error)));
    let code = clean(&typed.personnel_code);
    let person_id = if code.is_empty() {
        None
    } else {
        match person::ids_by_code(tx.conn(), &code).await?.as_slice() {
            [id] => Some(*id),
            _ => {
                faults.add("personnel_code", Fault::Unknown);
                None
            }
        }
    };
    faults.check()?;
    let (Some(login), Some(name)) = (login, name) else { return Err(Failure::Internal) };
    let id = account::insert(tx.conn(), &login, name.as_str(), person_id, at_ms).await?;
    account::put_activation(tx.conn(), id, &link.hash(), at_ms, at_ms + LINK_MS).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "account.invite",
        object: format!("account:{id}"),
        facts: serde_json::json!({ "person": person_id }),
        personal: Some((person_id, serde_json::json!({ "login": login, "name": name.as_str() }))),
    });
    Ok(id)
}

/// Takes password and second factor away and gives a new link: for who lost them. Roles that need a second factor wait for
/// an approver again, unless it is done on the machine itself.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Refusal::OwnAccount`], [`Refusal::AccountInactive`].
pub async fn reset_account(tx: &mut Tx, actor: &Actor, id: i64, link: &Token) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ChangeAccounts, at_ms)?;
    if actor.account_id == Some(id) {
        return Err(Failure::Refused { why: Refusal::OwnAccount });
    }
    let account = account::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if account.state == "disabled" {
        return Err(Failure::Refused { why: Refusal::AccountInactive });
    }
    account::strip(tx.conn(), id).await?;
    crate::store::session::end_others(tx.conn(), id, &[], at_ms).await?;
    account::put_activation(tx.conn(), id, &link.hash(), at_ms, at_ms + LINK_MS).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "account.reset",
        object: format!("account:{id}"),
        facts: serde_json::json!({}),
        personal: None,
    });
    if actor.account_id.is_some() {
        propose_again(tx, actor, &account).await?;
    }
    Ok(())
}

/// Switches an account off, or on again.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::OwnAccount`], [`Refusal::Erased`].
pub async fn switch_account(tx: &mut Tx, actor: &Actor, id: i64, version: i64, on: bool) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::ChangeAccounts, at_ms)?;
    if actor.account_id == Some(id) {
        return Err(Failure::Refused { why: Refusal::OwnAccount });
    }
    let account = account::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if on && account.is_erased() {
        return Err(Failure::Refused { why: Refusal::Erased });
    }
    let state = match (on, account.password_hash.is_some()) {
        (false, _) => "disabled",
        (true, true) => "active",
        (true, false) => "invited",
    };
    if !account::set_state(tx.conn(), id, version, state).await? {
        return Err(Failure::Stale);
    }
    if !on {
        crate::store::session::end_others(tx.conn(), id, &[], at_ms).await?;
    }
    tx.record(Record {
        actor: &actor.reference,
        action: if on { "account.enable" } else { "account.disable" },
        object: format!("account:{id}"),
        facts: serde_json::json!({}),
        personal: None,
    });
    Ok(())
}

/// 3 to 64 of a–z, 0–9, dot, hyphen, underscore, at-sign.
fn parse_login(typed: &str) -> Result<String, Fault> {
    let login = login_form(typed);
    if login.is_empty() {
        return Err(Fault::Missing);
    }
    let legal =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || ".-_@".contains(character);
    if !(3..=64).contains(&login.len()) || !login.chars().all(legal) {
        return Err(Fault::Login);
    }
    Ok(login)
}

/// A name's fault in the form's terms.
pub(super) fn name_fault(error: &model::text::PersonNameError) -> Fault {
    use model::text::PersonNameError as E;
    match error {
        E::Empty | E::NoLetter => Fault::Missing,
        E::TooLong { max, .. } => Fault::TooLong { max: *max },
        E::Character(character) => Fault::Character { character: *character },
    }
}
