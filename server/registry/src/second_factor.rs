//! The second factor: time-based one-time passwords (RFC 6238) and recovery codes.

use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::Draw;

/// Recovery codes given out at a time.
pub const RECOVERY_CODES: usize = 10;
/// Length of a time step, seconds (RFC 6238 §5.2).
const STEP: i64 = 30;
/// Crockford's base 32: no I, L, O, U, so that a handwritten code is read back right.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Draws a secret of 160 bits (RFC 4226 §4, R6).
pub fn draw_secret(draw: &Draw) -> Zeroizing<Vec<u8>> {
    let mut secret = Zeroizing::new(vec![0; 20]);
    draw(&mut secret);
    secret
}

/// What an authenticator application is told: `otpauth://…`, and the secret in base 32 for typing.
pub fn enrolment(secret: &[u8], login: &str) -> (String, String) {
    let typed = Secret::from(secret.to_vec()).to_base32();
    let url = totp(secret, login).and_then(|totp| totp.to_url().ok()).unwrap_or_default();
    (url, typed)
}

/// The secret from its base 32 form.
pub fn secret_from_typed(typed: &str) -> Option<Vec<u8>> {
    Secret::try_from_base32(typed).ok().map(|secret| secret.as_bytes().to_vec())
}

/// SHA-1, six digits, 30 seconds: what every authenticator application understands.
fn totp(secret: &[u8], login: &str) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(0)
        .with_step_duration(STEP as u64)
        .with_secret(secret.to_vec())
        .with_account_name(login.replace(':', "-"))
        .with_issuer(Some("Cong The"))
        .build()
        .ok()
}

/// The time step whose code this is: the present one or a neighbour (RFC 6238 §5.2). `None` for a wrong code.
pub fn matching_step(secret: &[u8], code: &str, at_ms: i64) -> Option<i64> {
    let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let totp = totp(secret, "x")?;
    let now = at_ms.div_euclid(1000).div_euclid(STEP);
    // every step is computed, so that the time taken does not tell which was near
    let mut found = None;
    for step in [now - 1, now, now + 1] {
        let right = totp.generate((step * STEP).try_into().ok()?).to_string();
        if bool::from(subtle::ConstantTimeEq::ct_eq(right.as_bytes(), code.as_bytes())) {
            found = Some(step);
        }
    }
    found
}

/// The code of an instant, for demonstrations and tests.
pub fn code_at(secret: &[u8], at_ms: i64) -> String {
    let step = at_ms.div_euclid(1000).div_euclid(STEP) * STEP;
    totp(secret, "x").map(|totp| totp.generate(step.try_into().unwrap_or(0)).to_string()).unwrap_or_default()
}

/// Draws recovery codes of 80 bits: `XXXX-XXXX-XXXX-XXXX`.
pub fn draw_recovery_codes(draw: &Draw) -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let mut bytes = [0; 16];
            draw(&mut bytes);
            let letters: Vec<u8> = bytes.iter().map(|byte| CROCKFORD[usize::from(byte & 31)]).collect();
            letters.chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
        })
        .collect()
}

/// Hash under which a recovery code is kept, bound to the account. Spaces, hyphens, case and look-alikes do not matter.
pub fn recovery_hash(account_id: i64, code: &str) -> Option<Vec<u8>> {
    let plain: String = code
        .chars()
        .filter(|character| !character.is_whitespace() && *character != '-')
        .map(|character| match character.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        })
        .collect();
    if plain.len() != 16 || !plain.bytes().all(|byte| CROCKFORD.contains(&byte)) {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update(b"congthe/recovery/1\0");
    hash.update(account_id.to_be_bytes());
    hash.update(plain.as_bytes());
    Some(hash.finalize().to_vec())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// RFC 6238, Appendix B: the SHA-1 rows, last six digits.
    #[test]
    fn codes_of_rfc_6238() {
        let secret = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(code_at(secret, seconds * 1000), code);
            assert_eq!(matching_step(secret, code, seconds * 1000), Some(seconds / 30));
            assert_eq!(matching_step(secret, code, (seconds + 30) * 1000), Some(seconds / 30));
            assert_eq!(matching_step(secret, code, (seconds + 90) * 1000), None);
        }
        assert_eq!(matching_step(secret, "28708", 59_000), None);
        assert_eq!(matching_step(secret, "287 082", 59_000), Some(1));
    }

    #[test]
    fn recovery_codes_are_read_as_they_are_written_by_hand() {
        let draw: Draw = Arc::new(|bytes| bytes.iter_mut().enumerate().for_each(|(index, byte)| *byte = index as u8));
        let codes = draw_recovery_codes(&draw);
        assert_eq!(codes[0], "0123-4567-89AB-CDEF");
        assert_eq!(recovery_hash(1, "O l23 4567 89ab cdef"), recovery_hash(1, &codes[0]));
        assert_ne!(recovery_hash(2, &codes[0]), recovery_hash(1, &codes[0]));
        assert_eq!(recovery_hash(1, "0123"), None);
        assert_eq!(recovery_hash(1, "ẹ123-4567-89AB-CDE"), None);
    }
}
