//! The one source of randomness. Everything else takes [`Draw`] as an argument.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::SysRng;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// What the rest of the program takes: a function that fills bytes at random.
pub type Draw = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct NoEntropy(#[source] rand::rngs::SysError);

/// A ChaCha20 generator that threads share; clones draw from the same stream.
#[derive(Clone)]
pub struct Entropy(Arc<Mutex<ChaCha20Rng>>);

impl Entropy {
    /// A generator seeded with 32 bytes from the operating system.
    pub fn from_system() -> Result<Self, NoEntropy> {
        let generator = ChaCha20Rng::try_from_rng(&mut SysRng).map_err(NoEntropy)?;
        Ok(Self(Arc::new(Mutex::new(generator))))
    }

    /// A reproducible generator, for tests and demonstration data only.
    pub fn fixed(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn fill<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill_slice(&mut bytes);
        bytes
    }

    /// Fills `bytes` at random.
    pub fn fill_slice(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }

    /// The generator as the plain function that the other crates take.
    pub fn closure(&self) -> Draw {
        let entropy = self.clone();
        Arc::new(move |bytes| entropy.fill_slice(bytes))
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        assert_eq!(Entropy::fixed(7).fill::<32>(), Entropy::fixed(7).fill::<32>());
        assert_ne!(Entropy::from_system().unwrap().fill::<32>(), Entropy::from_system().unwrap().fill::<32>());
    }

    #[test]
    fn clones_never_draw_the_same_bytes() {
        let entropy = Entropy::fixed(7);
        let draw = entropy.closure();
        let mut drawn = [0; 16];
        draw(&mut drawn);
        assert_ne!(drawn, entropy.fill::<16>());
    }
}
