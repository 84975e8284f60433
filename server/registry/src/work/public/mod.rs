//! What anybody may ask of a card (R85–R89, R177): by its code and the last digits of the citizen number printed on it, by its link, by a
//! tap. Nothing here is an audit entry: who asks is not known, and nothing of a card changes.

pub mod cards;
pub mod check_code;
pub mod check_link;
pub mod portrait;
pub mod state_list;
pub mod taps;

pub use cards::{Cards, Shown};
