//! The signed list of cards that are not valid, for who checks cards without a network: `model::state_list` has its form.

use contract::{Failure, Outage};
use model::card_code::CardCode;
use model::card_number::CardNumber;
use model::lifecycle::{Card, Lifecycle as _};
use model::state_list::{ListHead, Proof, TERM_MS, Tag, encode, message};
use model::told::Told;

use crate::Store;
use crate::card_vault::CardVault;
use crate::hex::from_hex;
use crate::store::key::set;
use crate::store::public::{self, Listed};
use chip::keys::SetVersion;

/// Rows that are read at a time.
const PAGE: i64 = 20_000;

/// A list of now, signed by the set in use. `None` where no key set is in use: nothing signs.
///
/// # Errors
/// As the database says; [`Outage::Keys`].
pub async fn state_list(store: &Store, keys: &dyn CardVault, at_ms: i64) -> Result<Option<Vec<u8>>, Failure> {
    let Some(set) = set::in_use(&mut store.read().await?).await? else { return Ok(None) };
    let (mut cards, mut last) = (Vec::new(), 0);
    loop {
        // others may have the connection between two pages
        let rows = public::not_valid_after(&mut store.read().await?, last, at_ms, PAGE).await?;
        let Some(end) = rows.last() else { break };
        last = end.id;
        rows.iter().for_each(|row| put(&mut cards, row));
    }
    let mut last = String::new();
    loop {
        let rows = public::chips_not_valid_after(&mut store.read().await?, &last, at_ms, PAGE).await?;
        let Some(end) = rows.last() else { break };
        last.clone_from(&end.uid);
        for row in &rows {
            let uid = from_hex(&row.uid).and_then(|uid| <[u8; 7]>::try_from(uid).ok());
            if let (Ok(code), Some(uid)) = (CardCode::parse(&row.code), uid) {
                cards.push((told(&row.state, row.replaced == 1), Tag::of(&code, Proof::Chip(&uid))));
            }
        }
    }
    let version = u8::try_from(set.set_version).ok().and_then(SetVersion::new).ok_or(Failure::Internal)?;
    let key = set.key_id.as_slice().try_into().map_err(|_| Failure::Internal)?;
    let mut list = encode(ListHead { key, made_at: at_ms, until: at_ms + TERM_MS }, &cards);
    let signature = keys.sign_card(version, &message(&list)).map_err(|_| Failure::Unavailable { why: Outage::Keys })?;
    list.extend(signature);
    Ok(Some(list))
}

fn put(cards: &mut Vec<(Told, Tag)>, row: &Listed) {
    let Ok(code) = CardCode::parse(&row.code) else { return };
    let number = row.number.as_deref().and_then(|number| CardNumber::parse(number).ok());
    let told = told(&row.state, row.replaced == 1);
    cards.push((
        told,
        match &number {
            Some(number) => Tag::of(&code, Proof::Number(number.citizen().as_str())),
            None => Tag::of(&code, Proof::Erased),
        },
    ));
}

/// A card that nobody was given, and one whose chip is another's by now, are no longer valid to whoever shows them: they were printed, or
/// written. What ended by its date is still active in the table.
fn told(state: &str, replaced: bool) -> Told {
    match Card::from_name(state).and_then(|state| Told::of(state, replaced)) {
        None | Some(Told::Active) => Told::Expired,
        Some(told) => told,
    }
}
