//! What a page and a relay say to each other. A relay is a program beside the browser that has a card reader which the page
//! may not claim: the bridge (`congthe-bridge`), or an Isolated Web App, which the portal's server
//! joins to the page ([`FromApp`], [`ToApp`]). It moves bytes and knows nothing of cards.
//!
//! Version 1. Each message is one WebSocket text frame of at most [`LONGEST_MESSAGE`] bytes with one JSON object in it; unknown
//! fields are errors. Bytes are hexadecimal digits in pairs, of either case. The bridge waits at `ws://127.0.0.1:28384/relay`
//! ([`PORT`], [`PATH`], [`ADDRESS`]).
//!
//! # How a page begins
//!
//! ```text
//! page   {"hello":{"version":1,"token":null}}          or the token from an earlier pairing, 64 digits
//! page   {"hello":{"version":1,"token":null,"code":"482913"}}   to the server, for an Isolated Web App that shows this code
//! relay  {"pairing":{"code":"482913"}}                 show it: the person compares it with what the relay shows
//! relay  {"paired":{"token":"00…ff"}}                  keep it for this origin; it is said once
//! relay  {"ready":{"version":1,"relay":"congthe-bridge/0.1.0"}}
//! relay  {"refused":{"reason":"no"}}                   instead: a [`Refusal`]; the relay then closes the connection (1008)
//! ```
//!
//! With a token that the relay knows for this origin, `ready` comes at once; with an unknown one, pairing begins anew.
//!
//! # What a page asks
//!
//! Each request has an `id` of the page's choice (0 to 4294967295), and gets exactly one answer with this `id`.
//!
//! ```text
//! {"id":7,"list":{}}                         {"id":7,"readers":[{"name":"ACS ACR122U 00 00","card":"present","atr":"3b81…"}]}
//! {"id":8,"connect":{"reader":"NAME"}}       {"id":8,"connected":{"atr":"3b8180018080"}}
//! {"id":9,"transmit":{"apdu":"9060000000"}}  {"id":9,"answer":{"data":"04010133001a0591af"}}
//! {"id":10,"control":{"data":"ff00480000"}}  {"id":10,"answer":{"data":"414352313232"}}
//! {"id":11,"disconnect":{"card":"reset"}}    {"id":11,"done":{}}                              leave, reset or unpower
//! any of them                                {"id":9,"error":{"code":"card_gone"}}            a [`Fault`]
//! ```
//!
//! `transmit` speaks to the card, `control` to the reader itself (an escape command). A page has one reader at a time, alone:
//! `connect` gives back, with a reset, the one that it had. `transmit`, `control`, `connect` and `disconnect` go one after the
//! other: what comes before the last one was answered gets `busy`; `list` is answered at any time. After `card_gone`, `no_reader`,
//! `no_service` and `timeout` the page has no reader any more and connects anew ([`Fault::ends_connection`]). When the
//! WebSocket closes, the card is reset and the reader is free.
//!
//! # What a relay says unasked
//!
//! ```text
//! {"event":{"readers":[{"name":"ACS ACR122U 00 00","card":"absent","atr":""}]}}     a reader or a card came or went
//! {"event":{"fault":"no_service"}}                                                  the system's PC/SC service is gone
//! ```
//!
//! A reader that the page itself has is `in_use`, too.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod app;
mod bytes;
mod fault;
mod from_page;
mod from_relay;
mod reader;
mod token;

pub use app::{FromApp, ToApp};
pub use bytes::{Bytes, NotHex};
pub use fault::{Fault, Refusal};
pub use from_page::{Ask, FromPage, Leaving, Unreadable};
pub use from_relay::{Answer, FromRelay};
pub use reader::{CardState, Reader};
pub use token::{PairingCode, Token};

/// The version of these messages.
pub const VERSION: u32 = 1;
/// Where the bridge listens on 127.0.0.1. Below 32768, where the ports begin that systems give to outgoing connections
/// (Linux; 49152 elsewhere): one that such a connection holds, or held a minute ago, nobody can listen on.
pub const PORT: u16 = 28384;
const _: () = assert!(PORT < 32768);
/// Where the portal's server joins a page to an Isolated Web App: the page's end, and the app's.
pub const PAGE_END: &str = "/reader/relay";
/// See [`PAGE_END`].
pub const APP_END: &str = "/reader/app";
/// The path that it serves.
pub const PATH: &str = "/relay";
/// Both, as a page opens it and names it in `connect-src`.
pub const ADDRESS: &str = "ws://127.0.0.1:28384/relay";
/// The longest message of either side, in bytes.
pub const LONGEST_MESSAGE: usize = 200_000;
/// The longest command APDU, in bytes: an extended one with header 4, Lc 3, data 65 535 and Le 2. ISO/IEC 7816-4 §5.1
pub const LONGEST_APDU: usize = 65_544;

/// The number that a page gave its request.
pub type Id = u32;

#[cfg(test)]
mod tests;
