//! The use cases and the store. Knows no HTTP.
//!
//! A use case is a plain async function in [`work`]: it takes who asks, what is asked and when, checks that it is
//! allowed, changes the store and records the change, all in one transaction. [`store`] holds the SQL and no rules.

pub mod actor;
pub mod blobs;
pub mod card_vault;
pub mod date;
pub mod demo;
pub mod document;
mod failure;
mod hex;
pub mod order;
pub mod password;
pub mod second_factor;
pub mod secrets;
pub mod store;
pub mod table;
pub mod token;
pub mod work;

pub use actor::Actor;
pub use blobs::Blobs;
pub use contract::{Failure, Fault, Faults, Refusal};
pub use store::{Conn, Draw, Store, StoreError, Tx};
