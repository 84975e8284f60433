//! What acts in the browser. Islands are given their words as properties and work as plain HTML before they start.

pub mod find;
pub mod idle;
