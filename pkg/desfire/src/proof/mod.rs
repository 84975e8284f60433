//! Numbers that others published and a session that a real card recorded, against this crate. The same code runs as a test and
//! in WebAssembly.

mod trace;
mod vectors;

use serde_json::Value;

use crate::error::Error;
use crate::request::Request;
use crate::session::{Ev2, SessionKeys};

pub use trace::replay;
pub use vectors::{KINDS, UNCOVERED, vector};

/// The published vectors: 111 numbers, each with its source.
pub fn published() -> Result<Vec<Vector>, String> {
    let all: Vec<Value> =
        serde_json::from_str(include_str!("../../../vectors/published.json")).map_err(|e| e.to_string())?;
    Ok(all.into_iter().map(Vector).collect())
}

/// One of them.
pub struct Vector(pub(crate) Value);

impl Vector {
    /// Its name.
    pub fn id(&self) -> &str {
        self.0["id"].as_str().unwrap_or_default()
    }

    /// What it is about.
    pub fn kind(&self) -> &str {
        self.0["kind"].as_str().unwrap_or_default()
    }
}

/// EV2 messaging without its handshake, for measuring it.
pub struct Messaging(Ev2);

impl Messaging {
    /// With these session keys, TI 0, counter 0.
    pub fn new(enc: [u8; 16], mac: [u8; 16]) -> Self {
        Messaging(Ev2::new(&SessionKeys { enc: enc.into(), mac: mac.into() }, [0; 4], 0))
    }

    /// Seals a request; what follows its code.
    ///
    /// # Errors
    /// As a session does.
    pub fn seal(&mut self, request: &Request) -> Result<Vec<u8>, Error> {
        self.0.seal(request)
    }

    /// Opens its answer, whose status was 00.
    ///
    /// # Errors
    /// As a session does.
    pub fn open(&mut self, request: &Request, answer: Vec<u8>) -> Result<Vec<u8>, Error> {
        self.0.open(request, 0x00, answer)
    }
}

/// Bytes of a field in hex; none where there is no such field.
pub(crate) fn hex(value: &Value, field: &str) -> Vec<u8> {
    bytes(value[field].as_str().unwrap_or_default())
}

pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
    text.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

pub(crate) fn sized<const N: usize>(bytes: &[u8]) -> Result<[u8; N], String> {
    bytes.try_into().map_err(|_| format!("{} bytes instead of {N}", bytes.len()))
}

/// Says which of two differs.
pub(crate) fn same(what: &str, ours: &[u8], theirs: &[u8]) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}: {ours:02X?} instead of {theirs:02X?}")) }
}
