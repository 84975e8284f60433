//! The host's side against the simulated card: two readings of the same facts, by two hands. What both understood alike works;
//! a misreading of one of them fails here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod desk;
mod every_session;
mod foreseen;
mod later;
mod model;
mod tag;
