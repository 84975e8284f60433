//! The readers' host side against the simulated readers, packet for packet.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod air;
mod bus;
mod ccid_points;
mod every_reader;
mod faults;
