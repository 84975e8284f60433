//! How an empty province begins: the province itself, the first account, its role, the first units and people.
//!
//! Whoever has the machine makes the province and the first accounts (`congthe account add`), each with a role on the
//! root; from then on everything is done in the browser, by two people where two are needed.

use contract::Failure;
use contract::view::Setup;

use crate::Conn;
use crate::store::{account, person, unit};

/// How far the province has come.
///
/// # Errors
/// As the database says.
pub async fn progress(conn: &mut Conn) -> Result<Setup, Failure> {
    Ok(Setup {
        province: unit::root(conn).await?.is_some(),
        accounts: account::count(conn).await?,
        units: unit::count(conn).await?,
        people: person::last_id(conn).await?,
    })
}
