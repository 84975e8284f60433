//! What is proven of a card without a network: by a signature of the province, and by a list that says which cards are not valid (R89).

use chip::content::{link, link_message};
use chip::keys::Uid;
use ed25519_dalek::{Signature, VerifyingKey};
use face::qr::Field;
use face::qr::signed::{Signed, SignedError, Verifier, digest_of, key_id};
use jiff::civil::Date;
use model::card_code::CardCode;
use model::state_list::{Proof, StateList};
use model::told::Told;

use crate::Front;

/// A clock may be behind that of the portal by so much.
const CLOCK_MS: i64 = 10 * 60 * 1000;

/// What somebody at a door has: keys, a list, a clock.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// The province's public keys.
    pub keys: &'k [[u8; 32]],
    /// The list, if there is one.
    pub list: Option<&'k StateList>,
    /// What the clock says, Unix milliseconds.
    pub now_ms: i64,
    /// Which day that is there.
    pub today: Date,
}

/// How old a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It may be used.
    Good,
    /// Its term is over: a card may have been locked since.
    Over,
    /// It was made later than now: the clock is wrong.
    Ahead,
}

/// What can be said of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The province signed it, and it is not among the cards that are not valid. A copy cannot be excluded.
    Genuine,
    /// It is among them.
    Listed(Told),
    /// Its last day has passed.
    Over,
    /// A signature that the province did not make, or made for something else.
    Forged,
    /// Signed by a key that is not known here.
    UnknownKey,
    /// Nothing of it is signed; it is not among the cards that are not valid.
    Unproven,
    /// Not among them when the list was made, which is too long ago.
    OldList,
    /// The clock is before the day of the list.
    Clock,
    /// There is no list.
    NoList,
    /// It proves each tap anew, which takes the portal.
    NeedsNetwork,
    /// Nothing of a card of the province.
    Other,
}

impl Verdict {
    /// Name of the sentences that say it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Genuine => "genuine",
            Verdict::Listed(Told::Locked) => "locked",
            Verdict::Listed(Told::Recovered) => "recovered",
            Verdict::Listed(Told::Replaced) => "replaced",
            Verdict::Listed(_) | Verdict::Over => "expired",
            Verdict::Forged => "forged",
            Verdict::UnknownKey => "key",
            Verdict::Unproven => "unproven",
            Verdict::OldList => "old-list",
            Verdict::Clock => "clock",
            Verdict::NoList => "no-list",
            Verdict::NeedsNetwork => "network",
            Verdict::Other => "other",
        }
    }

    /// `good`, `warn` or `bad`.
    pub fn tone(self) -> &'static str {
        match self {
            Verdict::Genuine => "good",
            Verdict::Listed(_) | Verdict::Over | Verdict::Forged | Verdict::UnknownKey => "bad",
            _ => "warn",
        }
    }
}

/// Reads a list, if one of these keys has signed it.
pub fn list(bytes: &[u8], keys: &[[u8; 32]]) -> Option<StateList> {
    let (list, message, signature) = StateList::parse(bytes)?;
    let signed = keys.iter().any(|key| key_id(key) == list.key && holds(key, &message, &signature));
    signed.then_some(list)
}

/// How old a list is now.
pub fn age(list: &StateList, now_ms: i64) -> Age {
    if now_ms < list.made_at.saturating_sub(CLOCK_MS) {
        Age::Ahead
    } else if now_ms > list.until {
        Age::Over
    } else {
        Age::Good
    }
}

/// Of the code on the front, which anybody can print.
pub fn by_front(front: &Front, known: &Known<'_>) -> Verdict {
    match (front.code(), front.get(Field::CitizenId)) {
        (Some(code), Some(number)) if front.digits().is_some() => {
            listed(&code, Proof::Number(number), known, Verdict::Unproven)
        }
        _ => Verdict::Other,
    }
}

/// Of the front and the signed code on the back, which have to be of one card.
pub fn by_back(front: &Front, back: &Signed, known: &Known<'_>) -> Verdict {
    let text = |field| front.get(field).unwrap_or_default();
    let holder = digest_of(text(Field::FullName), text(Field::BirthDate), text(Field::CitizenId));
    match signed(back, known.keys) {
        Ok(()) => {}
        Err(SignedError::Key) if known.keys.is_empty() => return Verdict::NoList,
        Err(SignedError::Key) => return Verdict::UnknownKey,
        Err(_) => return Verdict::Forged,
    }
    let claims = &back.claims;
    if front.code() != Some(claims.card_code) || holder != claims.holder {
        return Verdict::Forged;
    }
    if claims.expires.is_some_and(|last| last < known.today) {
        return Verdict::Over;
    }
    listed(&claims.card_code, Proof::Number(text(Field::CitizenId)), known, Verdict::Genuine)
}

/// Of the link on a chip, and the chip's identifier as the phone tells it: two hexadecimal digits for each byte, colons between them.
pub fn by_chip(link: &str, serial: &str, known: &Known<'_>) -> Verdict {
    let Some((_, behind)) = link.strip_prefix("https://").and_then(|rest| rest.split_once("/t")) else {
        return Verdict::Other;
    };
    if behind.starts_with("?e=") {
        return Verdict::NeedsNetwork;
    }
    let parts = behind.strip_prefix('/').and_then(|rest| rest.split_once("?s="));
    let Some((code, signature)) = parts else { return Verdict::Other };
    let code = CardCode::parse(code).ok().filter(|parsed| parsed.as_str() == code);
    let (Some(code), Some(uid)) = (code, uid(serial)) else { return Verdict::Other };
    let Some(signature) = link::signature(signature) else { return Verdict::Forged };
    let message = link_message(&uid, &code);
    match known.keys.iter().any(|key| holds(key, &message, &signature)) {
        true => {}
        // keys come with the list
        false if known.keys.is_empty() => return Verdict::NoList,
        false => return Verdict::Forged,
    }
    listed(&code, Proof::Chip(&uid), known, Verdict::Genuine)
}

/// What the list says; `else_` where it says nothing and may be used. A card that was not valid on an old list is told as such.
fn listed(code: &CardCode, proof: Proof<'_>, known: &Known<'_>, else_: Verdict) -> Verdict {
    let Some(list) = known.list else { return Verdict::NoList };
    match (list.state(code, &[proof]), age(list, known.now_ms)) {
        (Some(told), _) => Verdict::Listed(told),
        (None, Age::Good) => else_,
        (None, Age::Over) => Verdict::OldList,
        (None, Age::Ahead) => Verdict::Clock,
    }
}

fn signed(back: &Signed, keys: &[[u8; 32]]) -> Result<(), SignedError> {
    let key = keys.iter().find(|key| key_id(key) == back.claims.key).ok_or(SignedError::Key)?;
    back.verify(&Verifier::ed25519(*key))
}

fn holds(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let key = VerifyingKey::from_bytes(key);
    key.is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

fn uid(serial: &str) -> Option<Uid> {
    let bytes: Option<Vec<u8>> =
        serial.split(':').map(|pair| (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok()).flatten()).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use face::qr::signed::Claims;
    use jiff::civil::date;
    use model::card_type::CardType;
    use model::state_list::{ListHead, TERM_MS, Tag, encode, message};
    use model::unit_code::LevelOneCode;
    use proptest::prelude::*;

    use super::*;

    const NOW_MS: i64 = 1_795_305_600_000;
    const FRONT: &str = "7hKq|Lê Thị Bình|02/03/1990|Nữ|046190001234|H57.10|UBND tỉnh|Chuyên viên|the.gov.vn/t/7hKq";
    const UID: Uid = [4, 0xA1, 2, 3, 4, 5, 6];
    const SERIAL: &str = "04:a1:02:03:04:05:06";

    fn signer() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn keys() -> [[u8; 32]; 1] {
        [signer().verifying_key().to_bytes()]
    }

    fn code() -> CardCode {
        CardCode::parse("7hKq").unwrap()
    }

    fn list_of(cards: &[(Told, Tag)]) -> Vec<u8> {
        let mut bytes = encode(ListHead { key: key_id(&keys()[0]), made_at: NOW_MS, until: NOW_MS + TERM_MS }, cards);
        let signature = signer().sign(&message(&bytes)).to_bytes();
        bytes.extend(signature);
        bytes
    }

    fn front() -> Front {
        Front::read(FRONT).unwrap()
    }

    fn back(expires: Option<Date>) -> Signed {
        let claims = Claims {
            key: key_id(&keys()[0]),
            card_code: code(),
            level_one: LevelOneCode::parse("H57").unwrap(),
            card_type: CardType::Cc,
            issued: date(2026, 3, 2),
            expires,
            holder: digest_of("Lê Thị Bình", "02/03/1990", "046190001234"),
        };
        Signed::parse(&claims.signed(|message| signer().sign(message).to_bytes()).unwrap()).unwrap()
    }

    fn chip_link() -> String {
        let host = link::Host::parse("the.gov.vn").unwrap();
        link::fixed(&host, &code(), &signer().sign(&link_message(&UID, &code())).to_bytes())
    }

    fn at(now_ms: i64, list: Option<&StateList>, act: impl Fn(&Known<'_>) -> Verdict) -> Verdict {
        act(&Known { keys: &keys(), list, now_ms, today: date(2026, 11, 23) })
    }

    #[test]
    fn a_signed_card_that_is_not_listed_is_genuine_and_an_unsigned_one_is_not() {
        let all_valid = list(&list_of(&[]), &keys()).unwrap();
        let now = |act: &dyn Fn(&Known<'_>) -> Verdict| at(NOW_MS, Some(&all_valid), act);
        assert_eq!(now(&|known| by_front(&front(), known)), Verdict::Unproven);
        assert_eq!(now(&|known| by_back(&front(), &back(None), known)), Verdict::Genuine);
        assert_eq!(now(&|known| by_chip(&chip_link(), SERIAL, known)), Verdict::Genuine);
        assert_eq!(now(&|known| by_back(&front(), &back(Some(date(2026, 11, 23))), known)), Verdict::Genuine);
        assert_eq!(now(&|known| by_back(&front(), &back(Some(date(2026, 11, 22))), known)), Verdict::Over);
        let another = Front::read(&FRONT.replace("Bình", "An")).unwrap();
        assert_eq!(now(&|known| by_back(&another, &back(None), known)), Verdict::Forged);
        assert_eq!(now(&|known| by_chip(&chip_link(), "04:a1:02:03:04:05:07", known)), Verdict::Forged, "another chip");
        for (link, serial, verdict) in [
            ("https://the.gov.vn/t?e=00&m=00", SERIAL, Verdict::NeedsNetwork),
            ("https://the.gov.vn/t/7hKq", SERIAL, Verdict::Other),
            ("https://the.gov.vn/t/7hKq?s=AA", SERIAL, Verdict::Forged),
            ("javascript:x", SERIAL, Verdict::Other),
            (chip_link().as_str(), "", Verdict::Other),
            (chip_link().as_str(), "04:a1", Verdict::Other),
        ] {
            assert_eq!(now(&|known| by_chip(link, serial, known)), verdict, "{link}");
        }
    }

    #[test]
    fn a_card_is_never_called_genuine_on_an_old_list_or_without_one() {
        let all_valid = list(&list_of(&[]), &keys()).unwrap();
        let chip = |known: &Known<'_>| by_chip(&chip_link(), SERIAL, known);
        let signed = |known: &Known<'_>| by_back(&front(), &back(None), known);
        for act in [&chip as &dyn Fn(&Known<'_>) -> Verdict, &signed] {
            assert_eq!(at(NOW_MS, None, act), Verdict::NoList);
            assert_eq!(at(NOW_MS + TERM_MS, Some(&all_valid), act), Verdict::Genuine);
            assert_eq!(at(NOW_MS + TERM_MS + 1, Some(&all_valid), act), Verdict::OldList);
            assert_eq!(at(NOW_MS - CLOCK_MS - 1, Some(&all_valid), act), Verdict::Clock);
        }
    }

    #[test]
    fn what_is_listed_is_told_by_number_and_by_chip_on_an_old_list_too() {
        let by_number = list_of(&[(Told::Locked, Tag::of(&code(), Proof::Number("046190001234")))]);
        let by_uid = list_of(&[(Told::Replaced, Tag::of(&code(), Proof::Chip(&UID)))]);
        let (by_number, by_uid) = (list(&by_number, &keys()).unwrap(), list(&by_uid, &keys()).unwrap());
        for now in [NOW_MS, NOW_MS + 10 * TERM_MS] {
            let front = at(now, Some(&by_number), |known| by_front(&front(), known));
            let back = at(now, Some(&by_number), |known| by_back(&self::front(), &back(None), known));
            assert_eq!((front, back), (Verdict::Listed(Told::Locked), Verdict::Listed(Told::Locked)));
            let chip = at(now, Some(&by_uid), |known| by_chip(&chip_link(), SERIAL, known));
            assert_eq!(chip, Verdict::Listed(Told::Replaced));
        }
    }

    #[test]
    fn a_key_that_is_not_known_proves_nothing() {
        let bytes = list_of(&[]);
        let other = [SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes()];
        assert_eq!(list(&bytes, &other), None);
        let all_valid = list(&bytes, &keys()).unwrap();
        let known = Known { keys: &other, list: Some(&all_valid), now_ms: NOW_MS, today: date(2026, 11, 23) };
        assert_eq!(by_back(&front(), &back(None), &known), Verdict::UnknownKey);
        assert_eq!(by_chip(&chip_link(), SERIAL, &known), Verdict::Forged);
        let nothing = Known { keys: &[], list: None, ..known };
        assert_eq!(by_back(&front(), &back(None), &nothing), Verdict::NoList);
        assert_eq!(by_chip(&chip_link(), SERIAL, &nothing), Verdict::NoList);
    }

    proptest! {
        #[test]
        fn one_changed_bit_of_a_list_is_refused(bit in 0..1200_usize) {
            let whole = list_of(&[(Told::Locked, Tag::of(&code(), Proof::Chip(&UID)))]);
            let mut changed = whole.clone();
            let bit = bit % (changed.len() * 8);
            changed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(list(&whole, &keys()).is_some() && list(&changed, &keys()).is_none());
        }

        #[test]
        fn whatever_a_chip_says_ends_in_an_answer(link in "(https://)?\\PC{0,40}(/t)?[/?]?\\PC{0,100}", serial in "[0-9a-f:]{0,30}|\\PC{0,30}") {
            let verdict = at(NOW_MS, None, |known| by_chip(&link, &serial, known));
            prop_assert!(verdict != Verdict::Genuine);
        }
    }
}
