//! The signed list of cards that are not valid, for who checks cards without a network (R89).
//!
//! It holds no card, but a tag of each: the first `bits` bits of the first eight bytes of
//! `SHA-256("congthe state list 1" ‖ 0x00 ‖ kind ‖ code ‖ proof)`, where `code` are the four characters of the card's code, and kind and proof
//! are `n` and the twelve digits of the citizen number on the card, `c` and the seven bytes of its chip's identifier, or `e` and nothing for
//! a card whose holder's data were erased. Who has neither number nor chip cannot walk through the codes: a tag is so short that
//! for each code there are many numbers whose tag is in the list by chance. For the same reason it is salted with nothing: of lists with
//! different salts, only what is in all of them would be left.
//!
//! ```text
//! 3   "CTL"
//! 1   version, 1
//! 4   which key signs: the first four bytes of its SHA-256
//! 8   when it was made, milliseconds since 1970
//! 8   until when it may be used
//! 1   bits of a tag, 24 to 56
//! 1   number of sections
//!     of each section
//! 1     state: 2 locked, 3 recovered, 4 expired, 5 replaced
//! 1     Rice parameter
//! 4     tags
//! 4     bytes that they take
//!       tags, ascending, as differences (the first from 0), each as a Golomb-Rice code: the quotient by 2^parameter as so many one-bits and a
//!       zero, then `parameter` bits; most significant bit first, zeros behind the last
//! 64  Ed25519 over "congthe state list 1", 0x00 and everything before
//! ```
//!
//! Numbers are big-endian. `bits` is the smallest for which a tag is in the list by chance at most once in 4,096, at least 24: a short list
//! is as good as exact. Differences of tags that are spread evenly take about `bits` − log₂(tags) + 1.5 bits each, which is as near to the
//! least that any filter of this rate can take as a binary fuse filter is, with nothing to be tuned.

use sha2::{Digest as _, Sha256};

use crate::card_code::CardCode;
use crate::told::Told;

const MAGIC: &[u8; 4] = b"CTL\x01";
const DOMAIN: &[u8] = b"congthe state list 1\0";
const SIGNATURE: usize = 64;
/// Once in 2^12 by chance.
const CHANCE_BITS: u32 = 12;
const LEAST_BITS: u32 = 24;
const MOST_BITS: u32 = 56;
/// For so long a list may be used: who fetches it each morning is never without one.
pub const TERM_MS: i64 = 36 * 60 * 60 * 1000;

/// By what whoever has a card in hand knows it.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The citizen number on it.
    Number(&'a str),
    /// Its chip's identifier.
    Chip(&'a [u8; 7]),
    /// Nothing: the holder's data were erased.
    Erased,
}

/// Sixty-four bits of a card, of which a list holds the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u64);

impl Tag {
    /// Of a card that is known so.
    pub fn of(code: &CardCode, proof: Proof<'_>) -> Self {
        let (kind, bytes): (u8, &[u8]) = match proof {
            Proof::Number(number) => (b'n', number.as_bytes()),
            Proof::Chip(uid) => (b'c', uid),
            Proof::Erased => (b'e', &[]),
        };
        let hash = Sha256::new()
            .chain_update(DOMAIN)
            .chain_update([kind])
            .chain_update(code.as_str())
            .chain_update(bytes)
            .finalize();
        Tag(hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first)))
    }

    fn cut(self, bits: u32) -> u64 {
        self.0 >> (64 - bits)
    }
}

/// A list, as it was read. Whether its signature holds is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateList {
    /// Which key signed.
    pub key: [u8; 4],
    /// When it was made, Unix milliseconds.
    pub made_at: i64,
    /// Until when it may be used.
    pub until: i64,
    bits: u32,
    sections: Vec<(Told, Vec<u64>)>,
}

/// Who made a list, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListHead {
    /// Which key signs.
    pub key: [u8; 4],
    /// When it is made.
    pub made_at: i64,
    /// Until when it may be used.
    pub until: i64,
}

/// A list without its signature. What stands in it of active cards is left out.
pub fn encode(head: ListHead, cards: &[(Told, Tag)]) -> Vec<u8> {
    let listed = cards.iter().filter(|(told, _)| *told != Told::Active).count() as u64;
    let bits = (u64::BITS - listed.saturating_sub(1).leading_zeros() + CHANCE_BITS).clamp(LEAST_BITS, MOST_BITS);
    let sections: Vec<_> = Told::ALL
        .into_iter()
        .filter(|told| *told != Told::Active)
        .map(|told| {
            let mut tags: Vec<u64> =
                cards.iter().filter(|(state, _)| *state == told).map(|(_, tag)| tag.cut(bits)).collect();
            tags.sort_unstable();
            tags.dedup();
            (told, tags)
        })
        .filter(|(_, tags)| !tags.is_empty())
        .collect();
    let mut out = MAGIC.to_vec();
    out.extend(head.key);
    out.extend(head.made_at.to_be_bytes());
    out.extend(head.until.to_be_bytes());
    out.push(bits as u8);
    out.push(sections.len() as u8);
    for (told, tags) in sections {
        let parameter = parameter(bits, tags.len());
        let codes = rice(&tags, parameter);
        out.extend([told as u8, parameter as u8]);
        out.extend((tags.len() as u32).to_be_bytes());
        out.extend((codes.len() as u32).to_be_bytes());
        out.extend(codes);
    }
    out
}

/// What is signed of a list.
pub fn message(unsigned: &[u8]) -> Vec<u8> {
    [DOMAIN, unsigned].concat()
}

impl StateList {
    /// Reads one: the list, what its signature covers, and the signature. `None` for anything that [`encode`] did not write.
    pub fn parse(bytes: &[u8]) -> Option<(Self, Vec<u8>, [u8; SIGNATURE])> {
        let (unsigned, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
        let mut rest = unsigned.strip_prefix(MAGIC)?;
        let key = *take(&mut rest)?;
        let (made_at, until) = (i64::from_be_bytes(*take(&mut rest)?), i64::from_be_bytes(*take(&mut rest)?));
        let [bits, count] = *take(&mut rest)?;
        let bits = u32::from(bits);
        if !(LEAST_BITS..=MOST_BITS).contains(&bits) {
            return None;
        }
        let mut sections: Vec<(Told, Vec<u64>)> = Vec::new();
        for _ in 0..count {
            let [state, parameter] = *take(&mut rest)?;
            let (tags, length) = (u32::from_be_bytes(*take(&mut rest)?), u32::from_be_bytes(*take(&mut rest)?));
            let (codes, behind) = rest.split_at_checked(length as usize)?;
            rest = behind;
            let told = Told::ALL.into_iter().find(|told| *told as u8 == state && *told != Told::Active)?;
            if sections.last().is_some_and(|(before, _)| *before >= told) {
                return None;
            }
            sections.push((told, unrice(codes, tags as usize, u32::from(parameter), bits)?));
        }
        rest.is_empty().then(|| (StateList { key, made_at, until, bits, sections }, message(unsigned), *signature))
    }

    /// The state that it tells of a card; nothing for one that is not in it. Of all that is known of the card, each is looked up: a card that
    /// is not valid is found by any of them.
    pub fn state(&self, code: &CardCode, proofs: &[Proof<'_>]) -> Option<Told> {
        let tags = proofs.iter().chain(&[Proof::Erased]).map(|proof| Tag::of(code, *proof).cut(self.bits));
        let tags: Vec<u64> = tags.collect();
        let holds = |(_, listed): &&(Told, Vec<u64>)| tags.iter().any(|tag| listed.binary_search(tag).is_ok());
        self.sections.iter().find(holds).map(|(told, _)| *told)
    }

    /// Tags in it.
    pub fn len(&self) -> usize {
        self.sections.iter().map(|(_, tags)| tags.len()).sum()
    }

    /// Whether every card is valid.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// A valid card is found by chance once in so many, when it is looked up by one proof.
    pub fn once_in(&self) -> u64 {
        (1 << self.bits) / (self.len() as u64).max(1)
    }
}

/// The parameter that takes least room for so many tags: that of the mean difference, times ln 2.
fn parameter(bits: u32, tags: usize) -> u32 {
    let mean = (1_u64 << bits) / (tags as u64).max(1);
    (mean * 69 / 100).max(1).ilog2()
}

fn rice(tags: &[u64], parameter: u32) -> Vec<u8> {
    let mut out = Bits::default();
    let mut last = 0;
    for tag in tags {
        let gap = tag - last;
        last = *tag;
        for _ in 0..gap >> parameter {
            out.push(true);
        }
        out.push(false);
        for nth in (0..parameter).rev() {
            out.push(gap >> nth & 1 == 1);
        }
    }
    out.bytes
}

/// Ascending tags of that many bits, and nothing but zeros behind them.
fn unrice(codes: &[u8], count: usize, parameter: u32, bits: u32) -> Option<Vec<u64>> {
    // each takes a bit at least: no more is made room for than was sent
    if count > codes.len().checked_mul(8)? || parameter >= bits || count == 0 {
        return None;
    }
    let mut stream = codes.iter().flat_map(|byte| (0..8).rev().map(move |nth| byte >> nth & 1 == 1));
    let (mut tags, mut last) = (Vec::with_capacity(count), 0_u64);
    for nth in 0..count {
        let mut gap = 0_u64;
        while stream.next()? {
            gap += 1;
        }
        gap = gap.checked_mul(1 << parameter)?;
        let mut low = 0;
        for _ in 0..parameter {
            low = low << 1 | u64::from(stream.next()?);
        }
        gap += low;
        last = last.checked_add(gap).filter(|tag| *tag < 1 << bits && (gap > 0 || nth == 0))?;
        tags.push(last);
    }
    let left: Vec<bool> = stream.collect();
    (left.len() < 8 && !left.contains(&true)).then_some(tags)
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    free: u32,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.free == 0 {
            self.bytes.push(0);
            self.free = 8;
        }
        self.free -= 1;
        if let (Some(last), true) = (self.bytes.last_mut(), bit) {
            *last |= 1 << self.free;
        }
    }
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (part, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MADE: ListHead =
        ListHead { key: [1, 2, 3, 4], made_at: 1_795_305_600_000, until: 1_795_305_600_000 + TERM_MS };

    fn code(number: u32) -> CardCode {
        let text: String = (0..4)
            .map(|at| {
                char::from(
                    b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
                        [(number / 58_u32.pow(at) % 58) as usize],
                )
            })
            .collect();
        CardCode::parse(&text).unwrap()
    }

    fn number(nth: u32) -> String {
        format!("046{nth:09}")
    }

    fn listed(count: u32, told: impl Fn(u32) -> Told) -> Vec<(Told, Tag)> {
        (0..count).map(|nth| (told(nth), Tag::of(&code(nth), Proof::Number(&number(nth))))).collect()
    }

    fn signed(cards: &[(Told, Tag)]) -> Vec<u8> {
        let mut bytes = encode(MADE, cards);
        bytes.extend([7; 64]);
        bytes
    }

    #[test]
    fn a_card_is_found_by_what_is_known_of_it_and_by_nothing_else() {
        let uid = [4, 1, 2, 3, 4, 5, 6];
        let cards = [
            (Told::Locked, Tag::of(&code(7), Proof::Number("046190001234"))),
            (Told::Locked, Tag::of(&code(7), Proof::Chip(&uid))),
            (Told::Replaced, Tag::of(&code(8), Proof::Erased)),
            (Told::Active, Tag::of(&code(9), Proof::Erased)),
        ];
        let bytes = signed(&cards);
        let (list, message, signature) = StateList::parse(&bytes).unwrap();
        assert_eq!((list.made_at, list.until - list.made_at, list.len()), (MADE.made_at, TERM_MS, 3));
        assert_eq!((signature, &message[..DOMAIN.len()]), ([7; 64], DOMAIN));
        assert_eq!(message[DOMAIN.len()..], bytes[..bytes.len() - 64]);
        assert_eq!(list.state(&code(7), &[Proof::Number("046190001234")]), Some(Told::Locked));
        assert_eq!(list.state(&code(7), &[Proof::Chip(&uid)]), Some(Told::Locked));
        assert_eq!(list.state(&code(7), &[Proof::Number("046190001235")]), None);
        assert_eq!(list.state(&code(8), &[Proof::Chip(&uid)]), Some(Told::Replaced), "erased: by its code");
        assert_eq!((list.state(&code(9), &[]), list.state(&code(7), &[])), (None, None));
        assert_eq!(list.once_in(), (1 << 24) / 3);
    }

    #[test]
    fn the_format_is_this_byte_for_byte() {
        let cards = [(Told::Locked, Tag(0x000005 << 40)), (Told::Locked, Tag(0x800001 << 40))];
        let bytes = encode(ListHead { key: [0xAA; 4], made_at: 1, until: 2 }, &cards);
        let mut expected = b"CTL\x01\xAA\xAA\xAA\xAA\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02".to_vec();
        expected.extend([24, 1, 2, 22, 0, 0, 0, 2, 0, 0, 0, 6]);
        // 5 is a zero and 22 bits; 0x7FFFFC is a one, a zero, and the 22 bits of 0x3FFFFC
        expected.extend([0x00, 0x00, 0x0B, 0x7F, 0xFF, 0xF8]);
        assert_eq!(bytes, expected);
        let tag = Tag::of(&code(0), Proof::Number("046190001234"));
        let hash = Sha256::digest(b"congthe state list 1\0n1111046190001234");
        assert_eq!(tag.0.to_be_bytes(), hash[..8]);
    }

    #[test]
    fn two_million_cards_of_which_one_in_ten_is_not_valid() {
        // each by its number and by its chip
        let tags = 440_000_u32;
        let cards = listed(tags, |nth| Told::ALL[1 + (nth % 4) as usize]);
        let bytes = encode(MADE, &cards);
        let bits_each = bytes.len() as f64 * 8.0 / f64::from(tags);
        // four sections, each with a quarter of the tags: log2(4 · 4096) + 1.5, and what the power of two adds
        assert!((14.0..17.0).contains(&bits_each), "{bits_each} bits a tag, {} bytes", bytes.len());
        let (list, ..) = StateList::parse(&[bytes.as_slice(), &[0; 64]].concat()).unwrap();
        assert!(list.once_in() >= 4_096);
        let proof = |nth| number(tags + nth);
        let by_chance =
            (0..200_000).filter(|nth| list.state(&code(*nth), &[Proof::Number(&proof(*nth))]).is_some()).count();
        // looked up by number and as erased: twice 200,000 / 4,768
        assert!(by_chance < 130, "{by_chance} of 200,000 by chance");
        let found = |nth| list.state(&code(nth), &[Proof::Number(&number(nth))]).is_some();
        assert!((0..tags).step_by(997).all(found), "whoever is listed is found");
    }

    #[test]
    fn no_cards_are_an_empty_list() {
        let (list, ..) = StateList::parse(&signed(&[])).unwrap();
        assert!(list.is_empty());
        assert_eq!(list.state(&code(1), &[Proof::Number("046190001234")]), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(states in proptest::collection::vec(1..5_usize, 0..300)) {
            let cards = listed(states.len() as u32, |nth| Told::ALL[states[nth as usize]]);
            let (list, ..) = StateList::parse(&signed(&cards)).unwrap();
            for (nth, state) in states.iter().enumerate() {
                let found = list.state(&code(nth as u32), &[Proof::Number(&number(nth as u32))]);
                prop_assert_eq!(found, Some(Told::ALL[*state]));
            }
        }

        #[test]
        fn any_bytes_end_in_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..200_usize, to: u8) {
            let _ = StateList::parse(&bytes);
            let whole = signed(&listed(40, |nth| Told::ALL[1 + (nth % 4) as usize]));
            let mut changed = whole.clone();
            let at = at % changed.len();
            changed[at] = to;
            // what is read of a changed list is another list, or covered by another message
            if let Some((_, message, signature)) = StateList::parse(&changed) {
                let (_, original, signed) = StateList::parse(&whole).unwrap();
                prop_assert!(changed == whole || message != original || signature != signed);
            }
            let _ = StateList::parse(&[&b"CTL\x01"[..], &[0; 20], &[24, 1, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0], &[0; 64]].concat());
        }
    }
}
