//! The portrait of a card that was checked: shown for some minutes under a name that nobody guesses.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Failure;

use crate::blobs::Blobs;
use crate::secrets::{Purpose, Secrets};
use crate::store::public;
use crate::{Draw, Store};

/// How long a name is good: the page is open, the picture on a slow line.
const GOOD_MS: i64 = 5 * 60 * 1000;
/// Characters of a name at most.
const LONGEST: usize = 128;

/// A name under which this card's portrait is shown for a while. Any process with the same vault knows it.
pub fn portrait_name(secrets: &dyn Secrets, draw: &Draw, card_id: i64, at_ms: i64) -> String {
    let mut nonce = [0; 24];
    draw(&mut nonce);
    let plain = [card_id.to_be_bytes(), (at_ms + GOOD_MS).to_be_bytes()].concat();
    URL_SAFE_NO_PAD.encode(secrets.seal(Purpose::Portrait, "", nonce, &plain))
}

/// The portrait under that name, a JPEG.
///
/// # Errors
/// [`Failure::NotFound`] for any other name, one whose time is over, a card without a portrait, and one whose holder was erased.
pub async fn public_portrait(
    store: &Store,
    blobs: &Blobs,
    secrets: &dyn Secrets,
    name: &str,
    at_ms: i64,
) -> Result<Vec<u8>, Failure> {
    let card_id = card_of(secrets, name, at_ms).ok_or(Failure::NotFound)?;
    let hash = public::portrait(&mut store.read().await?, card_id).await?.ok_or(Failure::NotFound)?;
    Ok(blobs.get(hash).await?)
}

fn card_of(secrets: &dyn Secrets, name: &str, at_ms: i64) -> Option<i64> {
    let sealed = if name.len() <= LONGEST { URL_SAFE_NO_PAD.decode(name).ok()? } else { return None };
    let plain = secrets.open(Purpose::Portrait, "", &sealed).ok()?;
    let (card_id, until) = plain.split_first_chunk::<8>()?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    (at_ms <= until).then(|| i64::from_be_bytes(*card_id))
}
