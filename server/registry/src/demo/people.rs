//! The people of the demonstration province, one by one.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use model::person::Sex;
use model::unit::PostKind;

use super::ladders::Ladder;
use super::{DemoPerson, Dice, Province, names};

/// Iterator over the people of a [`Province`], in the order of their units.
pub struct People<'a> {
    province: &'a Province,
    dice: Dice,
    slots: Vec<Slot>,
    /// Posts of the whole province.
    posts: u64,
    /// Number of the next person.
    next: u64,
    /// The slot that the last post lay in.
    slot: usize,
    last_post: Option<u64>,
    /// How many citizen numbers were given out behind each first six digits.
    given_out: Vec<u32>,
}

/// The posts of one kind in one unit, as a range of post numbers.
struct Slot {
    unit: usize,
    kind: PostKind,
    start: u64,
    end: u64,
    /// Rank of the first of them among the unit's civil servants and public employees.
    rank: u32,
    /// How many of those the unit has.
    officials: u32,
}

impl<'a> People<'a> {
    pub(super) fn new(province: &'a Province) -> Self {
        let slots = slots(province);
        People {
            province,
            dice: Dice::new(province.seed, 2),
            posts: slots.last().map_or(0, |slot| slot.end),
            slots,
            next: 0,
            slot: 0,
            last_post: None,
            given_out: vec![0; BIRTH_PROVINCES.len() * 4 * 100],
        }
    }

    fn person(&mut self, number: u64, rank: Rank, slot: usize) -> DemoPerson {
        let Slot { unit, kind, .. } = self.slots[slot];
        let ladder = self.province.ladders[unit];
        let dice = &mut self.dice;
        let position = position(dice, ladder, rank);
        let women = match position {
            "Lái xe" | "Bảo vệ" | "Nhân viên bảo vệ rừng" => 3,
            "Tạp vụ" | "Nhân viên nấu ăn" | "Hộ sinh" => 97,
            _ => ladder.women,
        };
        let sex = if dice.percent(women) { Sex::Female } else { Sex::Male };
        let name = names::full_name(dice, sex);
        // retirement at 61½ and 57 in 2026; heads are not young
        let oldest = if sex == Sex::Male { 1966 } else { 1970 };
        let youngest = if matches!(rank, Rank::Head | Rank::Deputy) { 1988 } else { 2003 };
        let birth = dice.day(oldest, youngest);
        let started = started(dice, birth, self.province.units[unit].created);
        let doubt = dice.below(1000);
        let mailbox = dice.percent(if rank == Rank::Contract { 20 } else { 88 });
        let email = mailbox.then(|| format!("{}{}@huonggiang.example", names::mailbox(&name), number + 1));
        // for the quality queue: 1 % sex, 1 % year, 1.2 % date of birth, 1.2 % position
        let (number_sex, number_year) = match (doubt, sex) {
            (0..10, Sex::Male) => (Sex::Female, birth.year()),
            (0..10, Sex::Female) => (Sex::Male, birth.year()),
            (10..20, _) => (sex, birth.year() - 1),
            _ => (sex, birth.year()),
        };
        let vacant_position = (32..44).contains(&doubt) && rank != Rank::Head;
        DemoPerson {
            name,
            sex,
            birth: (!(20..32).contains(&doubt)).then_some(birth),
            citizen_id: self.citizen_id(number_sex, number_year),
            unit,
            kind,
            position: (!vacant_position).then(|| position.to_owned()),
            started,
            email,
        }
    }

    /// TT 07/2016/TT-BCA, Annex 1: province of birth, century and sex, year, six digits. The six are a running number behind
    /// equal first six, scattered by a multiplication that is one-to-one modulo a million.
    fn citizen_id(&mut self, sex: Sex, year: i16) -> String {
        let province = if self.dice.percent(86) { 0 } else { self.dice.below(BIRTH_PROVINCES.len() as u32) as usize };
        let century = if year < 2000 { 0 } else { 2 } + usize::from(sex == Sex::Female);
        let two_digits = usize::from(year.unsigned_abs()) % 100;
        let prefix = (province * 4 + century) * 100 + two_digits;
        let running = u64::from(self.given_out[prefix]);
        self.given_out[prefix] += 1;
        let scattered = (running * 387_421 + prefix as u64 * 7_919) % 1_000_000;
        format!("{:03}{century}{two_digits:02}{scattered:06}", BIRTH_PROVINCES[province])
    }
}

impl Iterator for People<'_> {
    type Item = DemoPerson;

    fn next(&mut self) -> Option<DemoPerson> {
        let people = self.province.people as u64;
        if self.next >= people || self.posts == 0 {
            return None;
        }
        let number = self.next;
        self.next += 1;
        // as many people as posts: a bijection; more: each post at least one; fewer: each post at most one
        let post = (u128::from(number) * u128::from(self.posts) / u128::from(people)) as u64;
        while self.slots[self.slot].end <= post {
            self.slot += 1;
        }
        let first_in_post = self.last_post != Some(post);
        self.last_post = Some(post);
        let slot = &self.slots[self.slot];
        let rank = match slot.kind {
            PostKind::Contract68 | PostKind::Contract43 => Rank::Contract,
            _ => Rank::of(slot.rank + (post - slot.start) as u32, slot.officials, first_in_post),
        };
        Some(self.person(number, rank, self.slot))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = if self.posts == 0 { 0 } else { self.province.people - self.next as usize };
        (left, Some(left))
    }
}

impl ExactSizeIterator for People<'_> {}

/// A place in the unit's order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Head,
    Deputy,
    DivisionHead,
    DivisionDeputy,
    Staff,
    Contract,
}

impl Rank {
    /// Of the post with that index among the unit's officials; only one person in a post can be the head.
    fn of(index: u32, officials: u32, first_in_post: bool) -> Self {
        let deputies = match officials {
            0..4 => 0,
            4..25 => 1,
            25..80 => 2,
            _ => 3,
        };
        let divisions = if officials < 15 { 0 } else { officials / 9 };
        match index {
            0 if first_in_post => Rank::Head,
            _ if index <= deputies => Rank::Deputy,
            _ if index <= deputies + divisions => Rank::DivisionHead,
            _ if index <= deputies + 2 * divisions => Rank::DivisionDeputy,
            _ => Rank::Staff,
        }
    }
}

fn position(dice: &mut Dice, ladder: &'static Ladder, rank: Rank) -> &'static str {
    match (rank, ladder.division) {
        (Rank::Head, _) => ladder.head,
        (Rank::Deputy, _) => ladder.deputy,
        (Rank::DivisionHead, Some((head, _))) => head,
        (Rank::DivisionDeputy, Some((_, deputy))) => deputy,
        (Rank::Contract, _) => dice.pick_weighted(ladder.contract),
        _ => dice.pick_weighted(ladder.staff),
    }
}

/// A first working day after the 22nd birthday and the unit's foundation, before 2026.
fn started(dice: &mut Dice, birth: Date, founded: Date) -> Date {
    let grown = birth.saturating_add(22.years());
    let earliest = grown.max(founded);
    let day = dice.day(earliest.year(), 2025).max(earliest).min(date(2025, 12, 31));
    // many start on the first of the month
    let first = day.first_of_month();
    if dice.percent(60) && first >= earliest { first } else { day }
}

fn slots(province: &Province) -> Vec<Slot> {
    let mut slots = Vec::new();
    let mut start = 0;
    for (unit, demo) in province.units.iter().enumerate() {
        let official = |kind: PostKind| matches!(kind, PostKind::CivilServant | PostKind::PublicEmployee);
        let officials = demo.posts.iter().filter(|(kind, _)| official(*kind)).map(|(_, posts)| posts).sum();
        let mut rank = 0;
        for (kind, posts) in &demo.posts {
            let end = start + u64::from(*posts);
            slots.push(Slot { unit, kind: *kind, start, end, rank, officials });
            start = end;
            rank += posts;
        }
    }
    slots
}

/// Province of birth registration in the citizen number: 046 mostly, else one of these.
const BIRTH_PROVINCES: [u16; 14] = [46, 45, 44, 42, 40, 38, 48, 49, 51, 52, 1, 79, 36, 66];

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use model::unit::UnitClass;

    use super::*;
    use crate::demo::{POSTS, province};

    #[test]
    fn with_a_person_for_each_post_the_posts_are_filled_exactly() {
        let province = province(1, POSTS);
        let mut holders = HashMap::new();
        for person in province.people() {
            *holders.entry((person.unit, person.kind)).or_insert(0) += 1;
        }
        let posts: HashMap<_, _> = province
            .units
            .iter()
            .enumerate()
            .flat_map(|(at, unit)| unit.posts.iter().map(move |(kind, posts)| ((at, *kind), *posts)))
            .collect();
        assert_eq!(holders, posts);
        assert_eq!(province.people().count(), 30_121); // S000 II.1
    }

    #[test]
    fn each_unit_with_posts_has_one_head() {
        for people in [POSTS, 2 * POSTS + 17] {
            let province = province(1, people);
            let mut heads = vec![0; province.units.len()];
            for person in province.people() {
                if person.position.as_deref() == Some(province.ladders[person.unit].head) {
                    heads[person.unit] += 1;
                }
            }
            for (unit, heads) in province.units.iter().zip(heads) {
                // a notary's office calls its head what others call the head of a division, but has no divisions
                assert_eq!(heads, usize::from(!unit.posts.is_empty()), "{}", unit.name);
            }
        }
    }

    #[test]
    fn other_numbers_are_spread_in_proportion() {
        for people in [0, 1, 500, 3 * POSTS] {
            let province = province(1, people);
            assert_eq!(province.people().count(), people);
            let mut holders = vec![0_u64; province.units.len()];
            province.people().for_each(|person| holders[person.unit] += 1);
            for (unit, holders) in province.units.iter().zip(holders) {
                let posts: u32 = unit.posts.iter().map(|(_, posts)| posts).sum();
                let fair = f64::from(posts) * people as f64 / POSTS as f64;
                assert!((holders as f64 - fair).abs() <= 1.0, "{}: {holders}, fair {fair}", unit.name);
            }
        }
    }

    #[test]
    fn citizen_numbers_and_mailboxes_are_unique() {
        let province = province(1, 3 * POSTS);
        let (mut numbers, mut mailboxes) = (HashSet::new(), HashSet::new());
        for person in province.people() {
            assert!(person.citizen_id.len() == 12 && person.citizen_id.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(numbers.insert(person.citizen_id));
            assert!(person.email.is_none_or(|mailbox| mailboxes.insert(mailbox)));
        }
        let home = numbers.iter().filter(|number| number.starts_with("046")).count();
        assert!(home * 100 / numbers.len() >= 80);
    }

    #[test]
    fn a_few_in_a_hundred_carry_a_doubt() {
        let province = province(1, POSTS);
        let (mut sex, mut year, mut birth, mut position) = (0, 0, 0, 0);
        for person in province.people() {
            let digit = person.citizen_id.as_bytes()[3] - b'0';
            let century = 1900 + 100 * i16::from(digit / 2);
            sex += usize::from((digit % 2 == 1) != (person.sex == Sex::Female));
            year += usize::from(
                person
                    .birth
                    .is_some_and(|birth| birth.year() != century + person.citizen_id[4..6].parse::<i16>().unwrap()),
            );
            birth += usize::from(person.birth.is_none());
            position += usize::from(person.position.is_none());
        }
        for (name, count) in [("sex", sex), ("year", year), ("birth", birth), ("position", position)] {
            assert!((200..500).contains(&count), "{name}: {count}");
        }
    }

    #[test]
    fn nobody_starts_before_the_unit_or_as_a_child() {
        let province = province(1, POSTS);
        for person in province.people() {
            assert!(person.started >= province.units[person.unit].created);
            assert!(person.started < date(2026, 1, 1));
            if let Some(birth) = person.birth {
                assert!(person.started.year() - birth.year() >= 22);
                assert!((1966..=2003).contains(&birth.year()));
            }
        }
    }

    #[test]
    fn positions_fit_the_unit() {
        let province = province(1, POSTS);
        let positions: HashSet<(UnitClass, String)> = province
            .people()
            .filter_map(|person| Some((province.units[person.unit].class, person.position?)))
            .collect();
        let seen = |class: UnitClass, position: &str| positions.contains(&(class, position.to_owned()));
        assert!(seen(UnitClass::SpecialisedAgency, "Giám đốc") && seen(UnitClass::SpecialisedAgency, "Chuyên viên"));
        assert!(seen(UnitClass::AttachedUnit, "Bác sĩ") && seen(UnitClass::AttachedUnit, "Chi cục trưởng"));
        assert!(seen(UnitClass::DistrictServiceUnit, "Hiệu trưởng") && seen(UnitClass::District, "Lái xe"));
        assert!(!seen(UnitClass::SpecialisedAgency, "Giáo viên") && !seen(UnitClass::Association, "Bác sĩ"));
    }
}
