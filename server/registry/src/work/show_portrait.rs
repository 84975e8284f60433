//! A person's portrait, for who may see the person.

use contract::Failure;
use model::role::Action;

use crate::blobs::{BlobHash, Blobs};
use crate::store::{person, portrait, unit};
use crate::{Actor, Conn};

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The one that the caller holds already.
    Same,
    /// A master's file.
    Jpeg {
        /// Its hash.
        hash: BlobHash,
        /// The file.
        bytes: Vec<u8>,
    },
}

/// The person's present portrait. `held` is one that the caller has from before.
///
/// # Errors
/// [`Failure::NotFound`] where there is none, and for a person who may not be seen.
pub async fn show_portrait(
    conn: &mut Conn,
    blobs: &Blobs,
    actor: &Actor,
    person_id: i64,
    held: Option<BlobHash>,
) -> Result<Shown, Failure> {
    let person = person::by_id(conn, person_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, person.unit_id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeePeople, &unit.path) && actor.person_id != Some(person_id) {
        return Err(Failure::NotFound);
    }
    let hash = portrait::present(conn, person_id).await?.ok_or(Failure::NotFound)?.hash;
    if held == Some(hash) {
        return Ok(Shown::Same);
    }
    Ok(Shown::Jpeg { hash, bytes: blobs.get(hash).await? })
}
