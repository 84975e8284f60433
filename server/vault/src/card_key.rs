//! The key that signs the second QR code of cards.

use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::{Signer as _, SigningKey};

/// Signs what is on a card's back (RFC 8032). `SigningKey` wipes itself.
pub struct CardKey(SigningKey);

/// The text holds no Ed25519 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is no private Ed25519 key in PKCS#8 and PEM")]
pub struct NoKey;

impl CardKey {
    /// A private key in PKCS#8 and PEM (RFC 8410 §7), as `openssl genpkey -algorithm ed25519` makes it.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn from_pem(text: &str) -> Result<Self, NoKey> {
        SigningKey::from_pkcs8_pem(text).map(Self).map_err(|_| NoKey)
    }

    /// The signature over a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Who checks needs this.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_as_openssl_makes_it_is_read_and_others_are_not() {
        // RFC 8410 §10.3; its public key is that of §10.1
        let text = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
        let key = CardKey::from_pem(text).unwrap();
        assert_eq!(key.public()[..4], [0x19, 0xBF, 0x44, 0x09]);
        assert_ne!(key.sign(b"a"), key.sign(b"b"));
        for wrong in ["", "x", &text.replace("MC4C", "MC4D"), &text.replace("PRIVATE", "PUBLIC")] {
            assert!(CardKey::from_pem(wrong).is_err());
        }
    }
}
