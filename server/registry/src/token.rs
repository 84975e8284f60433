//! Random tokens: what a browser or a link carries, and the hash that the database keeps.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::Draw;

/// 256 random bits in base64url. No `Debug`: it is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Draws one.
    pub fn draw(draw: &Draw) -> Self {
        let mut bytes = [0; 32];
        draw(&mut bytes);
        Token(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A token as it came from outside; anything else than 43 characters of base64url is none.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Token(text.to_owned()))
    }

    /// For the cookie or the link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For the database: SHA-256. A token has 256 bits of its own, so that no slow hash is needed.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}
