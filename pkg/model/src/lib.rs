//! The nouns of the portal and the rules about them: identities and number formats, people, units, roles, the audit
//! record. Nothing here does I/O, reads a clock or draws a random number.
#![warn(missing_docs)]

pub mod amount;
pub mod audit;
pub mod biometric;
pub mod birth;
pub mod bulk;
pub mod card_code;
pub mod card_number;
pub mod card_type;
pub mod case;
pub mod certificate;
pub mod citizen;
pub mod day;
pub mod departure;
pub mod duty;
pub mod equipment;
pub mod legacy;
pub mod lifecycle;
pub mod merkle;
mod newtype;
pub mod person;
pub mod personnel;
pub mod profile;
pub mod receipt;
pub mod retention;
pub mod role;
pub mod state_list;
pub mod stock;
mod syllable;
pub mod text;
pub mod told;
pub mod training;
pub mod unit;
pub mod unit_code;
pub mod workday;
