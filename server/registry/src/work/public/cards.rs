//! All cards that anybody was ever given, in memory, as the public is told them. Read whole once, then followed: what changed is read
//! again by the marks that triggers leave beside each change (migration 0018), on either database and whoever made the change.

use std::collections::HashMap;
use std::mem::size_of;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chip::keys::{SetVersion, Uid};
use contract::{Failure, Outage};
use model::card_code::CardCode;
use model::card_number::CardNumber;
use model::card_type::CardType;
use model::lifecycle::{Card, Lifecycle as _};
use model::told::{Told, masked_name};
use serde::Deserialize;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use crate::Store;
use crate::hex::from_hex;
use crate::store::public::{self, Change, ChipRow, Row};

/// Rows that are read at a time.
const PAGE: i64 = 20_000;
/// Changes that are looked up with one statement.
const AT_ONCE: usize = 1_000;
/// Marks are kept for an hour: who has not followed for longer than this reads everything anew.
const FOLLOWS_MS: i64 = 30 * 60 * 1000;
/// What is older is not told any more: a card may have been locked meanwhile.
const STALE_MS: i64 = 30_000;
/// No four digits.
const NO_DIGITS: u16 = 0xFFFF;

/// A card as whoever has it in hand is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Id.
    pub id: i64,
    /// Its state.
    pub told: Told,
    /// Since when, Unix milliseconds to the second.
    pub since: i64,
    /// Type of the card.
    pub card_type: CardType,
    /// The holder's masked name; empty when erased.
    pub name: Arc<str>,
    /// The unit that stands on the card; empty when erased.
    pub unit: Arc<str>,
}

/// All cards. Shared by everybody who asks.
#[derive(Default)]
pub struct Cards {
    held: RwLock<Held>,
    /// Where it goes on reading; nothing before all was read.
    from: tokio::sync::Mutex<Option<i64>>,
    /// When it was last known to be up to date; 0 before all was read.
    fresh_ms: AtomicI64,
}

/// Twenty-four bytes a card.
#[derive(Clone, Copy)]
struct Entry {
    id: u32,
    /// Seconds.
    since: u32,
    /// Seconds; 0 where it does not end by itself.
    expires: u32,
    name: u32,
    unit: u32,
    digits: u16,
    told: Told,
    card_type: CardType,
}

#[derive(Clone, Copy)]
struct Chip {
    /// Number of the card's code.
    code: u32,
    set: SetVersion,
}

struct Held {
    /// By the number of a code: the card's place in `cards`, or 0. One step for any code, whether it was given or not.
    places: Vec<u32>,
    /// The first is nobody's.
    cards: Vec<Entry>,
    names: Words,
    units: Words,
    chips: HashMap<Uid, Chip>,
    /// How many chips have each key set.
    sets: [u32; 128],
}

/// Texts that many cards have in common.
struct Words {
    places: HashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
}

/// What of a snapshot is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Printed {
    full_name: String,
    using_unit: String,
}

impl Cards {
    /// Brings it up to date: reads everything at the first time, then what changed. How many cards and chips were read.
    ///
    /// # Errors
    /// As the database says.
    pub async fn refresh(&self, store: &Store, at_ms: i64) -> Result<usize, Failure> {
        let mut from = self.from.lock().await;
        let follows = at_ms - self.fresh_ms.load(Ordering::Relaxed) < FOLLOWS_MS;
        let (next, read) = match from.filter(|_| follows) {
            Some(mark) => self.follow(store, mark).await?,
            None => self.read_all(store).await?,
        };
        *from = Some(next);
        self.fresh_ms.store(at_ms, Ordering::Release);
        Ok(read)
    }

    async fn read_all(&self, store: &Store) -> Result<(i64, usize), Failure> {
        let next = public::horizon(&mut store.read().await?).await?;
        let (mut held, mut read, mut last) = (Held::default(), 0, 0);
        loop {
            // others may have the connection between two pages
            let rows = public::cards_after(&mut store.read().await?, last, PAGE).await?;
            let Some(end) = rows.last() else { break };
            (last, read) = (end.id, read + rows.len());
            rows.iter().for_each(|row| held.put(row));
        }
        let mut last = String::new();
        loop {
            let rows = public::chips_after(&mut store.read().await?, &last, PAGE).await?;
            let Some(end) = rows.last() else { break };
            read += rows.len();
            last.clone_from(&end.uid);
            rows.iter().for_each(|row| held.put_chip(row));
        }
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        Ok((next, read))
    }

    async fn follow(&self, store: &Store, mark: i64) -> Result<(i64, usize), Failure> {
        let mut conn = store.read().await?;
        let next = public::horizon(&mut conn).await?;
        let changes = public::changes(&mut conn, mark).await?;
        let mut read = 0;
        for part in changes.chunks(AT_ONCE) {
            let cards: Vec<i64> = part.iter().filter_map(|change| change.card_id).collect();
            let uids: Vec<String> = part.iter().filter_map(|change| change.uid.clone()).collect();
            let rows = public::cards_of(&mut conn, &cards).await?;
            let chips = public::chips_of(&mut conn, &uids, &cards).await?;
            read += rows.len() + chips.len();
            let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
            rows.iter().for_each(|row| held.put(row));
            // a chip that belongs to no card any more has no row
            for Change { uid, .. } in part {
                if let Some(uid) = uid.as_deref().and_then(uid_of) {
                    held.take_chip(&uid);
                }
            }
            chips.iter().for_each(|row| held.put_chip(row));
        }
        Ok((next, read))
    }

    /// Whether it is read, and recent enough to be told.
    ///
    /// # Errors
    /// [`Outage::Busy`] until then.
    pub fn ready(&self, at_ms: i64) -> Result<(), Failure> {
        let fresh_ms = self.fresh_ms.load(Ordering::Acquire);
        if fresh_ms > 0 && at_ms - fresh_ms <= STALE_MS {
            Ok(())
        } else {
            Err(Failure::Unavailable { why: Outage::Busy })
        }
    }

    /// When it was last brought up to date.
    pub fn fresh_ms(&self) -> i64 {
        self.fresh_ms.load(Ordering::Acquire)
    }

    /// The state of a card and since when, by its code alone: for programs that have a key. `None` for one that nobody was given.
    pub fn state(&self, code: &CardCode, at_ms: i64) -> Option<(Told, i64)> {
        let held = self.held();
        held.of_code(code.number()).map(|entry| entry.told_at(at_ms))
    }

    /// The card of that code, if those are the last digits of the citizen number on it. What is done takes the same steps and touches as
    /// much memory whether the code was given or not.
    pub(super) fn with_digits(&self, code: u32, digits: u16, at_ms: i64) -> Option<Shown> {
        let held = self.held();
        let place = held.places[code as usize];
        let given = !place.ct_eq(&0);
        // some card that has nothing to do with it: memory that was not just used is slower
        let other = (u64::from(code) * 0x9E37_79B9 % held.cards.len() as u64) as u32;
        let entry = &held.cards[u32::conditional_select(&other, &place, given) as usize];
        let fits: Choice = entry.digits.ct_eq(&digits) & given & !digits.ct_eq(&NO_DIGITS);
        bool::from(fits).then(|| held.shown(entry, at_ms))
    }

    /// The card of that code, for who has proved to have it otherwise.
    pub(super) fn of_code(&self, code: u32, at_ms: i64) -> Option<Shown> {
        let held = self.held();
        held.of_code(code).map(|entry| held.shown(entry, at_ms))
    }

    /// The number of the code of the card that a chip belongs to, and the key set that it has.
    pub(super) fn of_chip(&self, uid: &Uid) -> Option<(u32, SetVersion)> {
        self.held().chips.get(uid).map(|chip| (chip.code, chip.set))
    }

    /// The key sets that chips have, the highest first.
    pub(super) fn sets(&self) -> Vec<SetVersion> {
        let held = self.held();
        (1..127).rev().filter(|set| held.sets[usize::from(*set)] > 0).filter_map(SetVersion::new).collect()
    }

    /// Cards, chips, and the bytes that they take.
    pub fn size(&self) -> (usize, usize, usize) {
        let held = self.held();
        let chips = held.chips.capacity() * (size_of::<(Uid, Chip)>() + 1) * 8 / 7;
        let bytes = held.places.capacity() * size_of::<u32>() + held.cards.capacity() * size_of::<Entry>();
        (held.cards.len() - 1, held.chips.len(), bytes + chips + held.names.bytes() + held.units.bytes())
    }

    fn held(&self) -> std::sync::RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Held {
    fn default() -> Self {
        let nobody = Entry {
            id: 0,
            since: 0,
            expires: 0,
            name: 0,
            unit: 0,
            digits: NO_DIGITS,
            told: Told::Expired,
            card_type: CardType::Cc,
        };
        // zeros from the system are memory only once they are written to
        let places = vec![0; CardCode::COUNT as usize];
        let (names, units) = (Words::new(), Words::new());
        Held { places, cards: vec![nobody], names, units, chips: HashMap::new(), sets: [0; 128] }
    }
}

impl Held {
    fn of_code(&self, code: u32) -> Option<&Entry> {
        match self.places[code as usize] {
            0 => None,
            place => self.cards.get(place as usize),
        }
    }

    fn put(&mut self, row: &Row) {
        let told = Card::from_name(&row.state).and_then(|state| Told::of(state, row.replaced == 1));
        let code = CardCode::parse(&row.code).ok().map(|code| code.number());
        let card_type = CardType::from_name(&row.card_type);
        let (Some(told), Some(code), Some(card_type), Ok(id)) = (told, code, card_type, u32::try_from(row.id)) else {
            return;
        };
        let printed: Printed =
            row.snapshot.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let entry = Entry {
            id,
            since: seconds(row.changed_at),
            expires: row.expires_at.map_or(0, seconds),
            name: self.names.place(&masked_name(&printed.full_name)),
            unit: self.units.place(&printed.using_unit),
            digits: row.number.as_deref().and_then(last_digits).unwrap_or(NO_DIGITS),
            told,
            card_type,
        };
        match self.places[code as usize] {
            0 => {
                self.places[code as usize] = self.cards.len() as u32;
                self.cards.push(entry);
            }
            place => self.cards[place as usize] = entry,
        }
    }

    fn put_chip(&mut self, row: &ChipRow) {
        let Some(uid) = uid_of(&row.uid) else { return };
        self.take_chip(&uid);
        let set = row.key_set.and_then(|set| u8::try_from(set).ok()).and_then(SetVersion::new);
        if let (Ok(code), Some(set), 1) = (CardCode::parse(&row.code), set, row.valid) {
            self.sets[usize::from(set.get())] += 1;
            self.chips.insert(uid, Chip { code: code.number(), set });
        }
    }

    fn take_chip(&mut self, uid: &Uid) {
        if let Some(before) = self.chips.remove(uid) {
            self.sets[usize::from(before.set.get())] -= 1;
        }
    }

    fn shown(&self, entry: &Entry, at_ms: i64) -> Shown {
        let (told, since) = entry.told_at(at_ms);
        let Entry { id, card_type, name, unit, .. } = *entry;
        Shown { id: i64::from(id), told, since, card_type, name: self.names.word(name), unit: self.units.word(unit) }
    }
}

impl Entry {
    /// State and since when: a card that ends by its date needs nobody to note that it has.
    fn told_at(&self, at_ms: i64) -> (Told, i64) {
        let over = self.expires != 0 && seconds(at_ms) >= self.expires;
        let told = self.told.at(over);
        let since = if told == self.told { self.since } else { self.expires };
        (told, i64::from(since) * 1000)
    }
}

impl Words {
    fn new() -> Self {
        let none: Arc<str> = "".into();
        Words { places: HashMap::from([(none.clone(), 0)]), words: vec![none] }
    }

    fn place(&mut self, word: &str) -> u32 {
        if let Some(place) = self.places.get(word) {
            return *place;
        }
        let (word, place): (Arc<str>, u32) = (word.into(), self.words.len() as u32);
        self.words.push(word.clone());
        self.places.insert(word, place);
        place
    }

    fn word(&self, place: u32) -> Arc<str> {
        self.words.get(place as usize).cloned().unwrap_or_else(|| "".into())
    }

    fn bytes(&self) -> usize {
        let texts: usize = self.words.iter().map(|word| word.len() + 2 * size_of::<usize>()).sum();
        texts
            + self.words.capacity() * size_of::<Arc<str>>()
            + self.places.capacity() * (size_of::<(Arc<str>, u32)>() + 1)
    }
}

fn seconds(at_ms: i64) -> u32 {
    u32::try_from(at_ms / 1000).unwrap_or(if at_ms < 0 { 0 } else { u32::MAX })
}

fn uid_of(text: &str) -> Option<Uid> {
    from_hex(text)?.try_into().ok()
}

/// The last four digits of the citizen number in a card's number.
fn last_digits(number: &str) -> Option<u16> {
    let number = CardNumber::parse(number).ok()?;
    let citizen = number.citizen();
    citizen.as_str().get(8..)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, state: &str) -> Row {
        Row {
            id: 7,
            code: code.into(),
            card_type: "cc".into(),
            state: state.into(),
            replaced: 0,
            expires_at: None,
            changed_at: 5_000,
            number: Some("H57.046190000034.CC".into()),
            snapshot: Some(r#"{"full_name":"Lê Thị Bình","using_unit":"Sở Nội vụ","sex":"female"}"#.into()),
        }
    }

    fn cards(rows: &[Row]) -> Cards {
        let cards = Cards::default();
        rows.iter().for_each(|row| cards.held.write().unwrap().put(row));
        cards
    }

    fn number(code: &str) -> u32 {
        CardCode::parse(code).unwrap().number()
    }

    #[test]
    fn a_card_takes_24_bytes() {
        assert_eq!(size_of::<Entry>(), 24);
    }

    #[test]
    fn digits_open_their_own_card_and_no_other() {
        let cards = cards(&[row("7hKq", "active"), row("7hKr", "approved")]);
        let shown = cards.with_digits(number("7hKq"), 34, 9_000).unwrap();
        assert_eq!((shown.id, shown.told, shown.since), (7, Told::Active, 5_000));
        assert_eq!((&*shown.name, &*shown.unit), ("L. T. Bình", "Sở Nội vụ"));
        for (code, digits) in [("7hKq", 35), ("7hKq", NO_DIGITS), ("7hKr", 34), ("7HKq", 34), ("zzzz", NO_DIGITS)] {
            assert_eq!(cards.with_digits(number(code), digits, 9_000), None, "{code} {digits}");
        }
    }

    #[test]
    fn an_erased_card_has_neither_digits_nor_name() {
        let mut erased = row("7hKq", "recovered");
        (erased.number, erased.snapshot) = (None, None);
        let cards = cards(&[row("7hKq", "active"), erased]);
        for digits in [0, 34, 10_000, NO_DIGITS] {
            assert_eq!(cards.with_digits(number("7hKq"), digits, 9_000), None);
        }
        let shown = cards.of_code(number("7hKq"), 9_000).unwrap();
        assert_eq!((shown.told, &*shown.name, &*shown.unit), (Told::Recovered, "", ""));
    }

    #[test]
    fn the_clock_ends_a_card() {
        let mut lent = row("7hKq", "active");
        lent.expires_at = Some(8_000);
        let cards = cards(&[lent]);
        let code = CardCode::parse("7hKq").unwrap();
        assert_eq!(cards.state(&code, 7_999), Some((Told::Active, 5_000)));
        assert_eq!(cards.state(&code, 8_000), Some((Told::Expired, 8_000)));
    }

    #[test]
    fn nothing_is_told_before_it_is_read_or_when_it_is_old() {
        let cards = Cards::default();
        assert!(cards.ready(1).is_err());
        cards.fresh_ms.store(1_000, Ordering::Relaxed);
        assert!(cards.ready(1_000 + STALE_MS).is_ok());
        assert!(cards.ready(1_001 + STALE_MS).is_err());
    }
}
