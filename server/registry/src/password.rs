//! Passwords: how long, how guessable, and how they are kept.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use contract::Fault;
use tokio::sync::Semaphore;
use zxcvbn::Score;

use crate::Draw;

/// Without a second factor (NIST SP 800-63B-4 §3.1.1).
pub const MIN_ALONE: usize = 15;
/// With a second factor.
pub const MIN_WITH_SECOND_FACTOR: usize = 8;
/// Longer ones are refused before they are hashed.
pub const MAX: usize = 256;

/// Memory 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
const PARAMS: (u32, u32, u32) = (19_456, 2, 1);
/// Hashes at the same moment: each takes a core and 19 MiB.
static TURNS: Semaphore = Semaphore::const_new(4);
/// Verified when there is no such account, so that an unknown login takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y29uZ3RoZS1ub2JvZHk$y2hnBYEAaGD9O4fMlqdjvsKL3uTUzSJfz6zAHbHqvVI";

/// Refuses a password that is too short or easily guessed. `about` holds words that belong to the person: login, name.
///
/// # Errors
/// [`Fault::Missing`], [`Fault::PasswordShort`], [`Fault::TooLong`], [`Fault::PasswordCommon`].
pub fn check(password: &str, second_factor: bool, about: &[&str]) -> Result<(), Fault> {
    let length = password.chars().count();
    let min = if second_factor { MIN_WITH_SECOND_FACTOR } else { MIN_ALONE };
    if length == 0 {
        return Err(Fault::Missing);
    }
    if length > MAX {
        return Err(Fault::TooLong { max: MAX });
    }
    if length < min {
        return Err(Fault::PasswordShort { min });
    }
    let words: Vec<&str> =
        about.iter().copied().chain(["congthe", "cong the", "cổng thẻ", "matkhau", "mật khẩu"]).collect();
    let start: String = password.chars().take(64).collect();
    if zxcvbn::zxcvbn(&start, &words).score() < Score::Two {
        return Err(Fault::PasswordCommon);
    }
    Ok(())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(PARAMS.0, PARAMS.1, PARAMS.2, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password for keeping, in the PHC string format.
///
/// # Errors
/// [`Fault::PasswordCommon`] never; [`Fault::TooLong`] for what no form lets through.
pub async fn hash(password: String, draw: &Draw) -> Result<String, Fault> {
    let mut salt = [0; 16];
    draw(&mut salt);
    in_turn(move || argon2().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string()).ok())
        .await
        .ok_or(Fault::TooLong { max: MAX })
}

/// Whether the password is the one that was kept. Takes equally long when there is nothing kept.
pub async fn verify(password: String, kept: Option<String>) -> bool {
    if password.chars().count() > MAX {
        return false;
    }
    let known = kept.is_some();
    let matches = in_turn(move || {
        let kept = kept.unwrap_or_else(|| NOBODY.to_owned());
        let parsed = PasswordHash::new(&kept).ok()?;
        argon2().verify_password(password.as_bytes(), &parsed).ok()
    })
    .await
    .is_some();
    known && matches
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
    let _turn = TURNS.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn short_and_common_passwords_are_refused() {
        assert_eq!(check("", false, &[]), Err(Fault::Missing));
        assert_eq!(check("ngắn quá", false, &[]), Err(Fault::PasswordShort { min: 15 }));
        assert_eq!(check("bảy ký t", true, &[]), Ok(()));
        for common in ["password", "12345678", "qwertyuiop", "matkhau1", "iloveyou"] {
            assert_eq!(check(common, true, &[]), Err(Fault::PasswordCommon), "{common}");
        }
        assert_eq!(check("123456789012345", false, &[]), Err(Fault::PasswordCommon));
        assert_eq!(check("nguyenthihuong1", false, &["nguyenthihuong"]), Err(Fault::PasswordCommon));
        assert_eq!(check("con mèo trên mái tôn", false, &[]), Ok(()));
        assert_eq!(check(&"a".repeat(300), false, &[]), Err(Fault::TooLong { max: MAX }));
    }

    #[tokio::test]
    async fn a_hash_verifies_its_own_password_only() {
        let draw: Draw = Arc::new(|bytes| bytes.fill(7));
        let kept = hash("con mèo trên mái tôn".to_owned(), &draw).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("con mèo trên mái tôn".to_owned(), Some(kept.clone())).await);
        assert!(!verify("con mèo trên mái tôm".to_owned(), Some(kept)).await);
        assert!(!verify("bất kỳ".to_owned(), None).await);
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
