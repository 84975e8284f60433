//! What crosses the wire between screens, server and other programs.
#![warn(missing_docs)]

pub mod after;
pub mod biometric;
pub mod bulk;
pub mod cards;
pub mod certificate;
pub mod check;
pub mod equipment;
pub mod failure;
pub mod import;
pub mod keys;
pub mod lang;
pub mod national;
pub mod proof;
pub mod rules;
pub mod stock;
pub mod view;

pub use failure::{Failure, Fault, Faults, FieldFault, Outage, Refusal};
pub use lang::Lang;
