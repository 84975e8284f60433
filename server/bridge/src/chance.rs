//! The one source of randomness. Everything else takes [`Chance`] as an argument.
use rand::TryRng as _;
use rand::rngs::SysRng;
use std::sync::Arc;

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct NoChance;

/// Fills bytes that nobody can guess.
pub type Chance = Arc<dyn Fn(&mut [u8]) -> Result<(), NoChance> + Send + Sync>;

/// The operating system's.
pub fn of_the_system() -> Chance {
    Arc::new(|bytes| SysRng.try_fill_bytes(bytes).map_err(|_| NoChance))
}

/// `N` bytes.
pub fn draw<const N: usize>(chance: &Chance) -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    chance(&mut bytes)?;
    Ok(bytes)
}
