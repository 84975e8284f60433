//! A card reader of this desk for the portal's pages: PC/SC behind a WebSocket on 127.0.0.1. It moves bytes between a page and
//! a reader that the browser may not claim. It holds no keys, knows nothing of cards, and writes down nothing that passes; the
//! messages are those of the crate `relay`.
//!
//! Who comes in, from outside to inside: [`door`] lets in WebSockets of allowed origins only; [`session`] hears one page;
//! [`pairing`] asks the person at the desk; [`desk`] gives each reader to one page at a time, each on a thread of its own;
//! [`readers`] is what is asked of the system, and `pcsc_readers` (feature `pcsc`) asks it.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod asks;
pub mod chance;
pub mod desk;
pub mod door;
pub mod limits;
pub mod line;
pub mod origin;
pub mod pairing;
#[cfg(feature = "pcsc")]
pub mod pcsc_readers;
pub mod readers;
pub mod serve;
pub mod session;
pub mod talk;
pub mod tokens;
pub mod watch;

/// As the bridge names itself to pages.
pub const NAME: &str = concat!("congthe-bridge/", env!("CARGO_PKG_VERSION"));
