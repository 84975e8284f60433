//! What whoever stands at a door can tell of a card by themselves: the same in the browser and on the server, without a network.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod front;
pub mod proof;
mod said;

pub use face::qr::signed::Signed;
pub use face::qr::{Fault, Field, MAX_CHARS};
pub use front::{Front, Note};
pub use model::state_list::StateList;
pub use said::{Said, read};
