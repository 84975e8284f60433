//! The second QR code, on the back: a few fields under an Ed25519 signature, so that a card can be checked without a network.
//!
//! The text is `CT1` and Base45 (RFC 9285), which QR codes hold in 5½ bits a character (ISO/IEC 18004 §7.4.4). Name, day of birth
//! and citizen number are not in it: a digest of them is, which whoever has the card before them computes from its front. It keeps them
//! from scanners, not from somebody who tries all citizen numbers of one name.

use ed25519_dalek::{Signature, VerifyingKey};
use jiff::civil::{Date, date};
use model::card_code::CardCode;
use model::card_type::CardType;
use model::unit_code::LevelOneCode;
use sha2::{Digest as _, Sha256};

use crate::record::Record;

/// What the text begins with.
const PREFIX: &str = "CT1";
/// First byte of the message.
const VERSION: u8 = 1;
/// Version, key, code, level-1 code, type, two days, digest.
const MESSAGE: usize = 1 + 4 + 4 + 3 + 1 + 2 + 2 + 16;
const SIGNATURE: usize = 64;
/// Days are counted from here, so that two bytes last until 2179.
const FIRST_DAY: Date = date(2000, 1, 1);

/// What is signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// Which key signs: [`key_id`].
    pub key: [u8; 4],
    /// Mã số thẻ.
    pub card_code: CardCode,
    /// Level-1 code: the first part of the card's number.
    pub level_one: LevelOneCode,
    /// Loại: its last part.
    pub card_type: CardType,
    /// Day of issue.
    pub issued: Date,
    /// Last day of validity; `None` for a card without one.
    pub expires: Option<Date>,
    /// [`digest`] of the holder.
    pub holder: [u8; 16],
}

/// Claims with their signature, as they were read. Whether it holds, [`Signed::verify`] tells.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// What is claimed.
    pub claims: Claims,
    signature: [u8; SIGNATURE],
}

/// A public key and what checks with it. The report calls the check through this, so that a program which wants no such code, as the
/// browser's preview, does not carry the curve.
#[derive(Clone, Copy)]
pub struct Verifier {
    public: [u8; 32],
    holds: fn(&[u8; 32], &[u8], &[u8; SIGNATURE]) -> bool,
}

impl Verifier {
    /// Of signatures after RFC 8032, strictly: no key or signature of small order.
    pub fn ed25519(public: [u8; 32]) -> Self {
        Self { public, holds: ed25519 }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({:02x?})", key_id(&self.public))
    }
}

fn ed25519(public: &[u8; 32], message: &[u8], signature: &[u8; SIGNATURE]) -> bool {
    let key = VerifyingKey::from_bytes(public);
    key.is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

/// Why a text is no such code, or one that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// It begins otherwise, or has another version.
    #[error("the code is none of this kind")]
    Kind,
    /// Not Base45, not of its length, or a field without a meaning.
    #[error("the code is damaged")]
    Damaged,
    /// Signed by another key than the one at hand.
    #[error("the code was signed with another key")]
    Key,
    /// The signature does not fit.
    #[error("the code's signature does not hold")]
    Signature,
    /// A day before 2000 or behind 2179.
    #[error("a day does not fit the code")]
    Day,
}

/// The first four bytes of a public key's SHA-256.
pub fn key_id(public: &[u8; 32]) -> [u8; 4] {
    first(&Sha256::digest(public))
}

/// SHA-256 of full name (NFC), day of birth and citizen number, as they stand on the front and in its code; its first 16 bytes.
pub fn digest(record: &Record) -> [u8; 16] {
    digest_of(&record.full_name, &model::day::short(record.birth_date), record.citizen_id.as_str())
}

/// The same of these texts, as the front's code has them.
pub fn digest_of(full_name: &str, born: &str, citizen_id: &str) -> [u8; 16] {
    first(&Sha256::digest([PREFIX, full_name, born, citizen_id].join("\n")))
}

impl Claims {
    /// Those of a card.
    pub fn of(record: &Record, public: &[u8; 32], issued: Date, expires: Option<Date>) -> Self {
        Self {
            key: key_id(public),
            card_code: record.card_code,
            level_one: record.unit_code.level_one_code(),
            card_type: record.card_type,
            issued,
            expires,
            holder: digest(record),
        }
    }

    /// The bytes that are signed.
    ///
    /// # Errors
    /// [`SignedError::Day`].
    pub fn message(&self) -> Result<Vec<u8>, SignedError> {
        let mut bytes = Vec::with_capacity(MESSAGE + SIGNATURE);
        bytes.push(VERSION);
        bytes.extend(self.key);
        bytes.extend(self.card_code.as_str().bytes());
        bytes.extend(self.level_one.as_str().bytes());
        bytes.extend(CardType::ALL.iter().position(|it| *it == self.card_type).and_then(|at| u8::try_from(at).ok()));
        // zero is no day: the day of issue is never it
        bytes.extend(days(self.issued)?.to_be_bytes());
        bytes.extend(self.expires.map_or(Ok(0), days)?.to_be_bytes());
        bytes.extend(self.holder);
        Ok(bytes)
    }

    /// The code's text, signed by whoever has the key.
    ///
    /// # Errors
    /// [`SignedError::Day`].
    pub fn signed(&self, sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE]) -> Result<String, SignedError> {
        let mut bytes = self.message()?;
        let signature = sign(&bytes);
        bytes.extend(signature);
        Ok(format!("{PREFIX}{}", base45(&bytes)))
    }
}

impl Signed {
    /// Reads a code's text.
    ///
    /// # Errors
    /// [`SignedError::Kind`], [`SignedError::Damaged`].
    pub fn parse(text: &str) -> Result<Self, SignedError> {
        let bytes = from_base45(text.strip_prefix(PREFIX).ok_or(SignedError::Kind)?).ok_or(SignedError::Damaged)?;
        if bytes.first() != Some(&VERSION) {
            return Err(SignedError::Kind);
        }
        let (message, signature) = bytes.split_first_chunk::<MESSAGE>().ok_or(SignedError::Damaged)?;
        let signature = <[u8; SIGNATURE]>::try_from(signature).map_err(|_| SignedError::Damaged)?;
        Ok(Self { claims: claims(message).ok_or(SignedError::Damaged)?, signature })
    }

    /// Holds the signature against a key.
    ///
    /// # Errors
    /// [`SignedError::Key`], [`SignedError::Signature`].
    pub fn verify(&self, verifier: &Verifier) -> Result<(), SignedError> {
        if self.claims.key != key_id(&verifier.public) {
            return Err(SignedError::Key);
        }
        let holds = (verifier.holds)(&verifier.public, &self.claims.message()?, &self.signature);
        holds.then_some(()).ok_or(SignedError::Signature)
    }
}

impl std::fmt::Debug for Claims {
    /// Says nothing of the holder.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claims({:?}, {}, {:?})", self.card_type, self.issued, self.expires)
    }
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.claims.fmt(f)
    }
}

fn claims(message: &[u8; MESSAGE]) -> Option<Claims> {
    let mut rest = &message[1..];
    let key = *take::<4>(&mut rest)?;
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let code = text(take::<4>(&mut rest)?)?;
    let card_code = CardCode::parse(&code).ok().filter(|it| it.as_str() == code)?;
    let level_one = text(take::<3>(&mut rest)?)?;
    let level_one = LevelOneCode::parse(&level_one).ok().filter(|it| it.as_str() == level_one)?;
    let card_type = *CardType::ALL.get(usize::from(take::<1>(&mut rest)?[0]))?;
    let issued = day(*take(&mut rest)?)??;
    let expires = day(*take(&mut rest)?)?;
    Some(Claims { key, card_code, level_one, card_type, issued, expires, holder: *take(&mut rest)? })
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (part, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(part)
}

fn first<const N: usize>(hash: &[u8]) -> [u8; N] {
    hash.first_chunk().copied().unwrap_or([0; N])
}

/// From 1 on.
fn days(day: Date) -> Result<u16, SignedError> {
    let days = day.duration_since(FIRST_DAY).as_hours() / 24 + 1;
    u16::try_from(days).ok().filter(|days| *days > 0).ok_or(SignedError::Day)
}

/// The inner `None` is no day.
fn day(bytes: [u8; 2]) -> Option<Option<Date>> {
    let days = u16::from_be_bytes(bytes);
    if days == 0 {
        return Some(None);
    }
    FIRST_DAY.checked_add(jiff::SignedDuration::from_hours(24 * (i64::from(days) - 1))).ok().map(Some)
}

/// RFC 9285 §4, Table 1.
const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// RFC 9285 §4: two bytes are three characters, one that remains is two.
fn base45(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in bytes.chunks(2) {
        let mut value = pair.iter().fold(0, |value, byte| value * 256 + usize::from(*byte));
        for _ in 0..=pair.len() {
            out.push(char::from(ALPHABET[value % 45]));
            value /= 45;
        }
    }
    out
}

/// `None` for other characters, for a length that no bytes have, and for groups that are too large.
fn from_base45(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.as_bytes().chunks(3) {
        let mut value = 0;
        for letter in group.iter().rev() {
            value = value * 45 + ALPHABET.iter().position(|known| known == letter)?;
        }
        match group.len() {
            3 => bytes.extend(u16::try_from(value).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(value).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use ed25519_dalek::{Signer as _, SigningKey};
    use proptest::prelude::*;

    use super::*;
    use crate::qr::{Resolution, Symbol};
    use crate::record;

    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[7; 32]));

    fn public() -> [u8; 32] {
        KEY.verifying_key().to_bytes()
    }

    fn sealed(claims: &Claims) -> String {
        claims.signed(|message| KEY.sign(message).to_bytes()).unwrap()
    }

    fn example() -> Claims {
        let record = Record::read(&record::example()).unwrap();
        Claims::of(&record, &public(), date(2026, 3, 2), Some(date(2031, 3, 1)))
    }

    #[test]
    fn base45_is_that_of_the_rfc() {
        // RFC 9285 §4.3, §4.4
        for (bytes, text) in
            [(&b"AB"[..], "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
        {
            assert_eq!(base45(bytes), text);
            assert_eq!(from_base45(text).as_deref(), Some(bytes));
        }
        for wrong in ["GGW", ":::", "A", "BB8B", "a0", "::"] {
            assert_eq!(from_base45(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_signed_is_read_and_holds() {
        let text = sealed(&example());
        let read = Signed::parse(&text).unwrap();
        assert_eq!(read.claims, example());
        assert_eq!(read.verify(&Verifier::ed25519(public())), Ok(()));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes();
        assert_eq!(read.verify(&Verifier::ed25519(other)), Err(SignedError::Key));
        assert!(!text.contains("046090001234") && !format!("{read:?}").contains("k7Qz"));
        let forever = Claims { expires: None, ..example() };
        assert_eq!(Signed::parse(&sealed(&forever)).unwrap().claims, forever);
    }

    #[test]
    fn it_fits_a_card_in_three_dots_a_module() {
        let symbol = Symbol::encode(&sealed(&example()), Resolution::Dpi300).unwrap();
        assert_eq!((symbol.version, Resolution::Dpi300.dots(symbol.width)), (5, 3));
    }

    #[test]
    fn days_out_of_range_are_refused_and_other_texts_are_no_codes() {
        for issued in [date(1999, 12, 31), date(2179, 6, 7)] {
            assert_eq!(Claims { issued, ..example() }.message(), Err(SignedError::Day));
        }
        assert_eq!(Claims { issued: date(2000, 1, 1), ..example() }.message().map(|it| it.len()), Ok(MESSAGE));
        assert_eq!(Claims { issued: date(2179, 6, 5), ..example() }.message().map(|it| it.len()), Ok(MESSAGE));
        for (text, error) in [
            ("", SignedError::Kind),
            ("CT2ABC", SignedError::Kind),
            ("CT1", SignedError::Kind),
            ("CT1abc", SignedError::Damaged),
            ("CT100", SignedError::Kind),
            ("CT110", SignedError::Damaged),
        ] {
            assert_eq!(Signed::parse(text).unwrap_err(), error, "{text}");
        }
        let mut long = example().message().unwrap();
        long.extend([0; SIGNATURE + 1]);
        assert_eq!(Signed::parse(&format!("CT1{}", base45(&long))), Err(SignedError::Damaged));
    }

    #[test]
    fn the_digest_tells_holders_apart() {
        let record = Record::read(&record::example()).unwrap();
        let of = |change: fn(&mut Record)| {
            let mut record = record.clone();
            change(&mut record);
            digest(&record)
        };
        assert_eq!(of(|_| ()), digest(&record));
        assert_ne!(of(|record| record.full_name.push('x')), digest(&record));
        assert_ne!(of(|record| record.birth_date = date(1990, 3, 6)), digest(&record));
        assert_eq!(of(|record| record.position.push('x')), digest(&record), "a new post keeps the holder");
    }

    proptest! {
        #[test]
        fn any_text_ends_in_an_answer(text in "\\PC{0,200}", tail in "[0-9A-Z $%*+./:-]{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = Signed::parse(&text);
            let _ = Signed::parse(&format!("{PREFIX}{tail}"));
            let mut versioned = vec![VERSION];
            versioned.extend(&bytes);
            if let Ok(read) = Signed::parse(&format!("{PREFIX}{}", base45(&versioned))) {
                prop_assert!(read.verify(&Verifier::ed25519(public())).is_err());
            }
            prop_assert_eq!(from_base45(&base45(&bytes)), Some(bytes));
        }

        #[test]
        fn one_changed_bit_does_not_hold(bit in 0..(MESSAGE + SIGNATURE) * 8) {
            let text = sealed(&example());
            let mut bytes = from_base45(&text[PREFIX.len()..]).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let read = Signed::parse(&format!("{PREFIX}{}", base45(&bytes)));
            prop_assert!(read.and_then(|read| read.verify(&Verifier::ed25519(public()))).is_err());
        }

        #[test]
        fn every_claim_comes_back(issued in 1..65_535_i64, expires in proptest::option::of(1..65_535_i64), kind in 0..6_usize, holder: [u8; 16]) {
            let on = |days: i64| FIRST_DAY.checked_add(jiff::SignedDuration::from_hours(24 * (days - 1))).unwrap();
            let claims = Claims { issued: on(issued), expires: expires.map(on), card_type: CardType::ALL[kind], holder, ..example() };
            prop_assert_eq!(Signed::parse(&sealed(&claims)).unwrap().claims, claims);
        }
    }
}
