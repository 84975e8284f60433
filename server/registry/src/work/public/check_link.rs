//! A card by the link of a chip that cannot prove a tap (EV1, EV2): its signature covers the chip's identifier as it was registered. It
//! proves that the link was once on that chip, and not that the chip is there: anybody who has seen the link can copy it.

use chip::content::{link, link_message};
use contract::Failure;
use ed25519_dalek::{Signature, VerifyingKey};
use model::card_code::CardCode;

use super::{Cards, Shown};
use crate::Store;
use crate::hex::from_hex;
use crate::store::public;

/// The card, if its chip was given this link; `None` for any other signature, and for codes that were never given.
///
/// # Errors
/// [`contract::Outage::Busy`] while the cards are being read; as the database says.
pub async fn check_link(
    store: &Store,
    cards: &Cards,
    code: &str,
    signature: &str,
    at_ms: i64,
) -> Result<Option<Shown>, Failure> {
    cards.ready(at_ms)?;
    let (Ok(code), Some(signature)) = (CardCode::parse(code), link::signature(signature)) else { return Ok(None) };
    let shown = cards.of_code(code.number(), at_ms);
    // for an unknown code the same is asked of the database, and the same is computed
    let id = shown.as_ref().map_or(0, |shown| shown.id);
    let mut signers = public::signers(&mut store.read().await?, id).await?;
    let has_chip = !signers.is_empty();
    if !has_chip {
        signers.push(("00000000000000".to_owned(), NOBODY.to_vec()));
    }
    let signature = Signature::from_bytes(&signature);
    let genuine = signers.iter().any(|(uid, key)| {
        let uid = from_hex(uid).and_then(|uid| uid.try_into().ok());
        let key = key.as_slice().try_into().ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
        let (Some(uid), Some(key)) = (uid, key) else { return false };
        key.verify_strict(&link_message(&uid, &code), &signature).is_ok()
    });
    Ok(shown.filter(|_| genuine && has_chip))
}

/// The public key of RFC 8032 §7.1, test 1: something to compute with where there is no card, or no chip of it. It opens nothing.
const NOBODY: [u8; 32] = [
    0xD7, 0x5A, 0x98, 0x01, 0x82, 0xB1, 0x0A, 0xB7, 0xD5, 0x4B, 0xFE, 0xD3, 0xC9, 0x64, 0x07, 0x3A, 0x0E, 0xE1, 0x72,
    0xF3, 0xDA, 0xA6, 0x23, 0x25, 0xAF, 0x02, 0x1A, 0x68, 0xF7, 0x07, 0x51, 0x1A,
];
