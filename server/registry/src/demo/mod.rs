//! A demonstration province: invented, reproducible, and of the size of the province's project (S000).
//!
//! Pure: the same seed gives the same bytes, on every machine. No database, no clock. The places of “tỉnh Hương Giang” are
//! made up; that a person's name is also a living person's cannot be ruled out, famous names are.

mod ladders;
mod names;
mod people;
mod roster;
mod units;

use std::fmt;

use jiff::civil::Date;
use model::person::Sex;
use model::unit::{PostKind, UnitClass};

pub use people::People;

/// Name of the invented province.
pub const PROVINCE_NAME: &str = "Hương Giang";

/// Authorised posts in S000 II.1, and so the number of people that fills every post exactly once.
pub const POSTS: usize = 30_121;

/// The units of the demonstration province, and a stream of its people.
pub struct Province {
    /// The root first, then the 956 units of S000, Appendix I; parents before their children.
    pub units: Vec<DemoUnit>,
    seed: u64,
    people: usize,
    /// Who works in the unit of the same index.
    ladders: Vec<&'static ladders::Ladder>,
}

/// A unit as the demonstration province has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoUnit {
    /// Class in S000, Appendix I.
    pub class: UnitClass,
    /// Full name, distinct within the province.
    pub name: String,
    /// Index of the parent in [`Province::units`]; `None` for the root only.
    pub parent: Option<usize>,
    /// Code in the canonical notation of QĐ 20/2020/QĐ-TTg, for example `H57.10`. Unique.
    pub code: String,
    /// The same code in the notation in which it was once issued, for example `00.10.H57`.
    pub code_issued: String,
    /// Authorised posts, each kind at most once, no zeros. Communes have none (C20), nor have newly founded boards.
    pub posts: Vec<(PostKind, u32)>,
    /// When the unit was founded; not before its parent.
    pub created: Date,
}

/// A person as the demonstration province has it. A few in a hundred carry a doubt for the quality queue: a citizen number
/// that contradicts sex or year of birth, no date of birth, or no position.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// Full name in NFC.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Date of birth; `None` is one of the doubts.
    pub birth: Option<Date>,
    /// Citizen number, 12 digits. Unique (up to a million people of one province, sex and year of birth).
    pub citizen_id: String,
    /// Index of the unit in [`Province::units`].
    pub unit: usize,
    /// Kind of post held.
    pub kind: PostKind,
    /// Position; `None` is one of the doubts.
    pub position: Option<String>,
    /// First day in the unit.
    pub started: Date,
    /// Official mailbox, under the reserved domain `.example` (RFC 2606). Unique.
    pub email: Option<String>,
}

/// The demonstration province of that seed with that many people.
///
/// With [`POSTS`] people each post is filled once and each unit that has posts has one head. Other numbers are spread over
/// the posts evenly: with more people a post is held by several, but a unit still has one head; with fewer some posts are
/// vacant, a head's among them.
pub fn province(seed: u64, people: usize) -> Province {
    let (units, ladders) = units::units(seed);
    Province { units, seed, people, ladders }
}

impl Province {
    /// The people in the order of their units, made one by one: two million take no more memory than two.
    pub fn people(&self) -> People<'_> {
        People::new(self)
    }
}

/// Says nothing of the person: even invented personal data does not reach a log.
impl fmt::Debug for DemoPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoPerson").field("unit", &self.unit).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Reproducible draws: only the generator's raw words are used, so that no library's way of sampling matters.
struct Dice(rand_chacha::ChaCha8Rng);

impl Dice {
    /// Streams of one seed are independent of each other.
    fn new(seed: u64, stream: u64) -> Self {
        use rand_chacha::rand_core::SeedableRng;
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = rand_chacha::ChaCha8Rng::from_seed(bytes);
        rng.set_stream(stream);
        Dice(rng)
    }

    /// A number below `n`, which is not zero.
    fn below(&mut self, n: u32) -> u32 {
        use rand_chacha::rand_core::Rng;
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    /// Each as likely as the others.
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }

    /// The first is the likeliest, the last the rarest.
    fn pick_early<T: Copy>(&mut self, from: &[T]) -> T {
        let n = from.len() as u32;
        from[self.below(n).min(self.below(n)) as usize]
    }

    /// As likely as its weight.
    fn pick_weighted<T: Copy>(&mut self, from: &[(T, u32)]) -> T {
        let mut left = self.below(from.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in from {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        from[0].0
    }

    /// A day between the first of `from` and the end of `to`, both years included.
    fn day(&mut self, from: i16, to: i16) -> Date {
        let span = u32::from(to.saturating_sub(from).max(0).unsigned_abs()) + 1;
        let year = from + self.below(span) as i16;
        let month = jiff::civil::date(year, 1 + self.below(12) as i8, 1);
        month.with().day(1 + self.below(month.days_in_month().unsigned_abs().into()) as i8).build().unwrap_or(month)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::Write;

    use sha2::{Digest, Sha256};

    use super::*;

    /// The same seed gives the same bytes. A change here changes every demonstration and measurement: paste the new values
    /// with intent.
    #[test]
    fn the_same_seed_gives_the_same_province() {
        assert_eq!(fingerprint(1, POSTS), "fc20c79355d9ddd3");
        assert_eq!(fingerprint(2, 500), "f4f7c24cf1487af2");
    }

    #[test]
    fn another_seed_gives_another_province() {
        assert_ne!(fingerprint(1, 100), fingerprint(3, 100));
    }

    #[test]
    fn two_passes_over_the_people_agree() {
        let province = province(1, 1000);
        assert!(province.people().eq(province.people()));
        assert_eq!(province.people().len(), 1000);
    }

    #[test]
    fn weighted_draws_reach_every_value() {
        let mut dice = Dice::new(1, 9);
        let seen: HashSet<_> = (0..1000).map(|_| dice.pick_weighted(&[('a', 1), ('b', 98), ('c', 1)])).collect();
        assert_eq!(seen.len(), 3);
    }

    fn fingerprint(seed: u64, people: usize) -> String {
        let province = province(seed, people);
        let mut hash = Sha256::new();
        for unit in &province.units {
            hash.update(format!("{unit:?}\n"));
        }
        for person in province.people() {
            let DemoPerson { name, sex, birth, citizen_id, unit, kind, position, started, email } = person;
            hash.update(format!(
                "{name}|{}|{birth:?}|{citizen_id}|{unit}|{}|{position:?}|{started}|{email:?}\n",
                sex.name(),
                kind.name()
            ));
        }
        hash.finalize()[..8].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
