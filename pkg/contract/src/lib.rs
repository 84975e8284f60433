//! What crosses the wire between screens, server and other programs.
#![warn(missing_docs)]

pub mod lang;

pub use lang::Lang;
