//! The maker's signature: ECDSA over secp224r1 of the identifier itself, which takes the place of the digest.

use p224::ecdsa::signature::hazmat::PrehashVerifier as _;
use p224::ecdsa::{Signature, VerifyingKey};

/// The public keys that NXP has published or readers have found in use, as uncompressed points in hex.
pub const KEYS: [(&str, &str); 4] = [
    (
        "DESFire EV1, NTAG 413",
        "04BB5D514F7050025C7D0F397310360EEC91EAF792E96FC7E0F496CB4E669D414F877B7B27901FE67C2E3B33CD39D1C797715189AC951C2ADD",
    ),
    (
        "DESFire EV2, NTAG 424",
        "04B304DC4C615F5326FE9383DDEC9AA892DF3A57FA7FFB3276192BC0EAA252ED45A865E3B093A3D0DCE5BE29E92F1392CE7DE321E3E5C52B3A",
    ),
    (
        "DESFire EV2 XL",
        "04CD5D45E50B1502F0BA4656FF37669597E7E183251150F9574CC8DA56BF01C7ABE019E29FEA48F9CE22C3EA4029A765E1BC95A89543BAD1BC",
    ),
    (
        "DESFire EV3",
        "041DB46C145D0A36539C6544BD6D9B0AA62FF91EC48CBC6ABAE36E0089A46F0D08C8A715EA40A63313B92E90DDC1730230E0458A33276FB743",
    ),
];

/// Whether the maker signed this identifier. `public_key`: an uncompressed point, 57 bytes; `signature`: r and s, 28 bytes each.
/// Whatever is no key or no signature has not signed anything.
pub fn is_genuine(uid: &[u8; 7], signature: &[u8; 56], public_key: &[u8]) -> bool {
    // the identifier as a number: a digest as long as the curve's order, zeros in front
    let mut digest = [0; 28];
    digest[21..].copy_from_slice(uid);
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_sec1_bytes(public_key), Signature::from_slice(signature)) else {
        return false;
    };
    key.verify_prehash(&digest, &signature).is_ok()
}
