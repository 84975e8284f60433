//! What the registry needs of keys. The `vault` crate implements it; keys never come out.

use zeroize::Zeroizing;

/// What a sealed value is for. Values sealed for one purpose do not open for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A TOTP secret (RFC 6238); the context is the account's reference.
    Totp,
    /// A custodian's component or share while a key ceremony is under way; the context names ceremony and custodian.
    Ceremony,
    /// The name under which a portrait is shown for some minutes on the public page; the context is empty.
    Portrait,
    /// What messages to another system are signed with; the context is its address.
    Webhook,
}

impl Purpose {
    /// Text bound into the seal.
    pub fn label(self) -> &'static str {
        match self {
            Purpose::Totp => "totp",
            Purpose::Ceremony => "ceremony",
            Purpose::Portrait => "portrait",
            Purpose::Webhook => "webhook",
        }
    }
}

/// The key store refused.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The sealed value was changed, belongs to another context, or was sealed under another vault.
    #[error("a sealed value does not open with this vault")]
    DoesNotOpen,
}

/// Seals small secrets and signs the heads of the audit chain.
pub trait Secrets: Send + Sync {
    /// Seals `plain` for `purpose`, bound to `context`. `nonce` is 24 fresh random bytes.
    fn seal(&self, purpose: Purpose, context: &str, nonce: [u8; 24], plain: &[u8]) -> Vec<u8>;
    /// Opens what [`Secrets::seal`] made for the same purpose and context.
    ///
    /// # Errors
    /// [`SecretsError::DoesNotOpen`] for anything else.
    fn open(&self, purpose: Purpose, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretsError>;
    /// Signs the head of the audit chain with Ed25519 (RFC 8032).
    fn sign_head(&self, message: &[u8]) -> [u8; 64];
    /// Public key of [`Secrets::sign_head`], 32 bytes.
    fn head_key(&self) -> [u8; 32];
}
