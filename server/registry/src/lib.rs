//! The use cases and the store. Knows no HTTP.

pub mod secrets;
