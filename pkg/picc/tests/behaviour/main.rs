//! How the card behaves towards a reader, by subject.
#![expect(clippy::unwrap_used, reason = "tests end where something is not as it should be")]
mod applications;
mod ciphers;
mod d40;
mod files;
mod host;
mod iso;
mod keys;
mod random;
mod sdm;
mod silicon;
mod state;
mod tearing;
mod transactions;
