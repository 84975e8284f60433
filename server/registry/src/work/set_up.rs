//! How an empty province begins: the province itself, the first account, its role, the first units and people.
//!
//! Whoever has the machine makes the province and the first accounts (`congthe account add`), each with a role on the
//! root; from then on everything is done in the browser, by two people where two are needed.

use contract::Failure;
use contract::view::Setup;
use model::role::Role;

use crate::Conn;
use crate::store::{account, grant, person, unit};

/// Who is needed before anybody else can be given a role: one proposes it, another approves it, a third enters units and
/// people, a fourth reads the log of it all.
pub const FOUNDERS: [Role; 4] = [Role::SystemOperator, Role::Checker, Role::Approver, Role::Auditor];

/// How far the province has come.
///
/// # Errors
/// As the database says.
pub async fn progress(conn: &mut Conn) -> Result<Setup, Failure> {
    let held = grant::roles_held(conn).await?;
    Ok(Setup {
        province: unit::root(conn).await?.is_some(),
        accounts: account::count(conn).await?,
        unfilled: FOUNDERS.into_iter().filter(|role| !held.iter().any(|name| name == role.name())).collect(),
        units: unit::count(conn).await?,
        people: person::last_id(conn).await?,
    })
}
