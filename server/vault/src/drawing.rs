//! The registry's source of randomness as the one that the cryptographic crates take.

use std::convert::Infallible;

use rand::{TryCryptoRng, TryRng};
use registry::Draw;
use zeroize::Zeroizing;

/// Fills bytes with what [`Draw`] gives.
pub(crate) struct Drawing<'d>(pub(crate) &'d Draw);

impl TryRng for Drawing<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = Zeroizing::new([0; 4]);
        (self.0)(&mut *bytes);
        Ok(u32::from_le_bytes(*bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = Zeroizing::new([0; 8]);
        (self.0)(&mut *bytes);
        Ok(u64::from_le_bytes(*bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(bytes);
        Ok(())
    }
}

/// The portal's [`Draw`] is a ChaCha20 generator that is seeded by the operating system.
impl TryCryptoRng for Drawing<'_> {}
