//! Key types. No `Debug`, no `Clone`, no `Serialize`; wiped on drop (README, Invariants, 5).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signer, SigningKey};
use hkdf::Hkdf;
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Signs heads of the audit chain (RFC 8032). `SigningKey` wipes itself.
pub(crate) struct HeadKey(SigningKey);

impl HeadKey {
    pub(crate) fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self::from_seed(&random(rng))
    }

    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        HeadKey(SigningKey::from_bytes(seed))
    }

    pub(crate) fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }
}

/// Seals with XChaCha20-Poly1305: one such key for each purpose.
pub(crate) struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    pub(crate) fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        SealingKey(random(rng))
    }

    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        SealingKey(Zeroizing::new(*bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for another purpose: HKDF-Expand (RFC 5869 §2.3) with SHA-256. Who has it learns nothing of this one.
    pub(crate) fn derived(&self, purpose: &str) -> SealingKey {
        let mut bytes = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::from_prk(&*self.0)
            .expect("32 bytes are a pseudorandom key for SHA-256")
            .expand_multi_info(&[b"congthe-vault/purpose/1\0", purpose.as_bytes()], &mut *bytes)
            .expect("32 bytes are one hash");
        SealingKey(bytes)
    }

    /// Ciphertext and tag.
    pub(crate) fn seal(&self, nonce: &[u8; 24], aad: &[u8], plain: &[u8]) -> Vec<u8> {
        self.cipher()
            .encrypt(<&XNonce>::from(nonce), Payload { msg: plain, aad })
            .expect("XChaCha20-Poly1305 takes up to 256 GiB")
    }

    /// `None` if key, nonce, associated data or ciphertext differ from what was sealed.
    pub(crate) fn open(&self, nonce: &[u8; 24], aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let plain = self.cipher().decrypt(<&XNonce>::from(nonce), Payload { msg: sealed, aad }).ok()?;
        Some(Zeroizing::new(plain))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(<&Key>::from(&*self.0))
    }
}

/// A key of a later release: carried along, never used.
pub(crate) struct OpaqueKey(pub(crate) Zeroizing<Vec<u8>>);

/// 32 fresh bytes.
fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut *bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032 §7.1, TEST 2.
    #[test]
    fn head_key_signs_as_rfc_8032_says() {
        let seed = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = HeadKey::from_seed(seed.as_slice().try_into().unwrap());
        assert_eq!(key.public().to_vec(), hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        assert_eq!(
            key.sign(&[0x72]).to_vec(),
            hex(concat!(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ))
        );
    }

    /// draft-irtf-cfrg-xchacha-03, A.3.1.
    #[test]
    fn sealing_key_seals_as_the_xchacha_draft_says() {
        let key: Vec<u8> = (0x80..=0x9f).collect();
        let nonce: Vec<u8> = (0x40..=0x57).collect();
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let sealed = SealingKey::from_bytes(key.as_slice().try_into().unwrap()).seal(
            nonce.as_slice().try_into().unwrap(),
            &hex("50515253c0c1c2c3c4c5c6c7"),
            plain,
        );
        assert_eq!(sealed[..16], hex("bd6d179d3e83d43b9576579493c0e939"));
        assert_eq!(sealed[plain.len()..], hex("c0875924c1c7987947deafd8780acf49"));
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }
}
