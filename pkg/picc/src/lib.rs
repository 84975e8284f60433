//! A simulated MIFARE DESFire card, written from the card's side of what is published. Bytes in, bytes out: it has no
//! clock, no randomness of its own and does no input or output.
//!
//! ```
//! use picc::{Card, Memory, Model};
//!
//! let mut card = Card::new(Model::Ev3, Memory::K8, [0x04, 1, 2, 3, 4, 5, 6], Box::new(|bytes| bytes.fill(7)));
//! card.power_on();
//! assert_eq!(card.transmit(&[0x90, 0x5A, 0, 0, 3, 0, 0, 0, 0]), [0x91, 0x00]);
//! ```
//!
//! It knows no host: [`Card::transmit`] is all that a reader sees. Facts come from data sheets and application notes of
//! the maker (named where they are used), published vectors, and a recorded session of a real EV1 card; the tests hold
//! them.
#![forbid(unsafe_code)]

mod access;
mod applications;
mod auth;
mod card;
mod change_key;
mod configuration;
mod crypto;
mod d40;
mod data;
mod delegated;
mod dispatch;
mod ev1;
mod ev2;
mod exchange;
mod fields;
mod file;
mod files;
mod framing;
mod hex;
mod iso;
mod iso_auth;
mod key_sets;
mod key_settings;
mod keys;
mod messaging;
mod model;
mod observe;
mod picc;
mod proximity;
mod record;
mod sdm;
mod settings;
mod state;
mod status;
mod table;
mod tear;
mod transaction;
mod value;
#[cfg(test)]
mod vectors;

pub use card::{Activation, Card, Random};
pub use keys::KeyType;
pub use model::{Memory, Model};
pub use state::{Aid, State};
pub use status::Status;
pub use tear::Tear;
