//! One's own account: the roles, and what is left of the recovery codes.

use contract::Failure;
use contract::view::GrantLine;

use super::resume_session::Resumed;
use crate::Conn;
use crate::store::{account, grant};

/// What its owner sees of an account.
pub struct MyAccount {
    /// Roles, newest first.
    pub grants: Vec<GrantLine>,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: i64,
}

/// The account of whoever asks.
///
/// # Errors
/// As the database says.
pub async fn my_account(conn: &mut Conn, who: &Resumed) -> Result<MyAccount, Failure> {
    let account_id = who.actor.account_id.ok_or(Failure::SignInNeeded)?;
    let grants = grant::of_account(conn, account_id).await?;
    Ok(MyAccount {
        grants: grants.into_iter().filter_map(|row| super::grants::line(row, &who.actor)).collect(),
        recovery_codes_left: account::recovery_codes_left(conn, account_id).await?,
    })
}
