//! What the protocol crates and the card's face prove natively in their tests, proven where browsers run it; and how much room they take there.
//! `cargo xtask test` compiles this module twice: with the vectors, and with everything but them.

mod everything;
#[cfg(feature = "vectors")]
mod faces;
#[cfg(feature = "vectors")]
mod vectors;
