//! Accounts and who holds which role.

use contract::Failure;
use contract::view::{AccountRow, AccountState};
use model::role::Action;
use model::text::fold;

use super::list_people::{LAST_PAGE, search_text};
use crate::store::{account, grant};
use crate::{Actor, Conn};

/// Accounts on a page.
pub const PAGE: i64 = 50;

/// One page of the accounts whose login or name holds the text; whether there are more.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_accounts(
    conn: &mut Conn,
    actor: &Actor,
    text: &str,
    page: i64,
) -> Result<(Vec<AccountRow>, bool), Failure> {
    some_accounts(conn, actor, text, (page, PAGE)).await
}

/// As [`list_accounts`], with so many on a page.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn some_accounts(
    conn: &mut Conn,
    actor: &Actor,
    text: &str,
    (page, per_page): (i64, i64),
) -> Result<(Vec<AccountRow>, bool), Failure> {
    if !actor.may_somewhere(Action::SeeAccounts) {
        return Err(Failure::Forbidden);
    }
    let text = search_text(text).to_lowercase();
    let page = page.clamp(1, LAST_PAGE);
    let mut accounts = account::list(conn, (&text, &fold(&text)), (page - 1) * per_page, per_page + 1).await?;
    let more = accounts.len() > per_page as usize;
    accounts.truncate(per_page as usize);
    let mut rows = Vec::with_capacity(accounts.len());
    for account in accounts {
        rows.push(row(conn, actor, account).await?);
    }
    Ok((rows, more))
}

/// One account.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn show_account(conn: &mut Conn, actor: &Actor, id: i64) -> Result<AccountRow, Failure> {
    if !actor.may_somewhere(Action::SeeAccounts) {
        return Err(Failure::Forbidden);
    }
    let account = account::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    row(conn, actor, account).await
}

async fn row(conn: &mut Conn, actor: &Actor, account: account::Account) -> Result<AccountRow, Failure> {
    let grants = grant::of_account(conn, account.id).await?;
    Ok(AccountRow {
        grants: grants.into_iter().filter_map(|grant| super::grants::line(grant, actor)).collect(),
        id: account.id,
        login: account.login,
        display_name: account.display_name,
        state: match account.state.as_str() {
            "active" => AccountState::Active,
            "disabled" => AccountState::Disabled,
            _ => AccountState::Invited,
        },
        second_factor: account.totp_sealed.is_some(),
        person_id: account.person_id,
        version: account.version,
    })
}
