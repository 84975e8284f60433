//! The key that signs what stands on cards.

use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};

/// Signs what is on a card's back and in its chip (RFC 8032). `SigningKey` wipes itself.
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

    /// The key of a seed (RFC 8032 §5.1.5).
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        CardKey(SigningKey::from_bytes(seed))
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

/// The identifier of a public key: the first four bytes of its SHA-256, as the second code on the back of cards has it.
pub fn key_id(public: &[u8; 32]) -> [u8; 4] {
    let digest = Sha256::digest(public);
    std::array::from_fn(|at| digest[at])
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
        assert_eq!(key_id(&key.public()), [0xE7, 0x44, 0xC0, 0x79]);
        assert_ne!(key.sign(b"a"), key.sign(b"b"));
        for wrong in ["", "x", &text.replace("MC4C", "MC4D"), &text.replace("PRIVATE", "PUBLIC")] {
            assert!(CardKey::from_pem(wrong).is_err());
        }
    }
}
