//! The readers' host side against the simulated readers, packet for packet.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bus;
mod every_reader;
