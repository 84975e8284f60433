//! The plan against simulated cards: every generation, every goal, torn away everywhere, relayed by good and bad hands.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod desk;
mod figures;
mod goals;
mod hostile;
mod messages;
mod others;
mod torn;
mod transcript;
