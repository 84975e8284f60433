//! Official documents, made of what the store holds.

pub mod minutes;
