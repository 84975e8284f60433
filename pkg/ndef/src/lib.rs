//! NDEF messages (NFC Forum NDEF 1.0) and how a card carries one as a Type 4 Tag (NFC Forum Type 4 Tag 2.0): read and written
//! without a reader, bytes in, bytes out.

#![forbid(unsafe_code)]

mod record;
pub mod signature;
pub mod tag;
pub mod text;
pub mod uri;

pub use record::{MessageError, Name, Record, decode, encode};
