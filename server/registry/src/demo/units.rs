//! The 957 units with their posts: as many of each class as in S000, Appendix I, and the sums of S000 II.1.

use jiff::civil::date;
use model::unit::{PostKind, UnitClass};

use super::ladders::*;
use super::roster::{
    AGENCIES, ASSOCIATIONS, ATTACHED, DISTRICT_CENTRES, DISTRICTS, District, EDUCATION, PUBLIC_SERVICE,
};
use super::{DemoUnit, Dice, PROVINCE_NAME};

/// Units with their ladders, index by index.
pub(super) fn units(seed: u64) -> (Vec<DemoUnit>, Vec<&'static Ladder>) {
    let mut builder = Builder { dice: Dice::new(seed, 1), drafts: Vec::with_capacity(957) };
    builder.add(UnitClass::Province, None, 0, format!("Ủy ban nhân dân tỉnh {PROVINCE_NAME}"), &OFFICE, NO_POSTS);
    for (index, (name, ladder, civil, contract)) in AGENCIES.iter().enumerate() {
        let weights = Weights { civil: *civil, public: 0, contract68: *contract, contract43: 0 };
        builder.add(UnitClass::SpecialisedAgency, Some(0), 1 + index, (*name).to_owned(), ladder, weights);
    }
    let first_district = builder.drafts.len();
    for (index, district) in DISTRICTS.iter().enumerate() {
        let name = format!("Ủy ban nhân dân {}", district.name);
        let weights = Weights { civil: district.communes + 6, public: 10, contract68: 8, contract43: 0 };
        builder.add(UnitClass::District, Some(0), 31 + index, name, &DISTRICT, weights);
    }
    for (index, (name, ladder, public, contract43, contract68)) in PUBLIC_SERVICE.iter().enumerate() {
        let weights = Weights { civil: 0, public: *public, contract68: *contract68, contract43: *contract43 };
        builder.add(UnitClass::PublicServiceUnit, Some(0), 41 + index, (*name).to_owned(), ladder, weights);
    }
    for (index, (name, public, contract)) in ASSOCIATIONS.iter().enumerate() {
        let weights = Weights { civil: 0, public: *public, contract68: *contract, contract43: 0 };
        builder.add(UnitClass::Association, Some(0), 61 + index, (*name).to_owned(), &ASSOCIATION, weights);
    }
    builder.attached_units();
    for (index, district) in DISTRICTS.iter().enumerate() {
        builder.service_units(first_district + index, district);
    }
    for (index, district) in DISTRICTS.iter().enumerate() {
        for (commune, place) in places(district).into_iter().enumerate() {
            let name = format!("Ủy ban nhân dân {place}");
            builder.add(UnitClass::Commune, Some(first_district + index), 1 + commune, name, &OFFICE, NO_POSTS);
        }
    }
    builder.share_posts();
    builder.drafts.into_iter().map(|draft| (draft.unit, draft.ladder)).unzip()
}

/// A unit, and how much of each kind of post it asks for.
struct Draft {
    unit: DemoUnit,
    ladder: &'static Ladder,
    weights: Weights,
}

#[derive(Clone, Copy)]
struct Weights {
    civil: u32,
    public: u32,
    contract68: u32,
    contract43: u32,
}

const NO_POSTS: Weights = Weights { civil: 0, public: 0, contract68: 0, contract43: 0 };

struct Builder {
    dice: Dice,
    drafts: Vec<Draft>,
}

impl Builder {
    /// Adds a unit; `group` is the last group of its code.
    fn add(
        &mut self,
        class: UnitClass,
        parent: Option<usize>,
        group: usize,
        name: String,
        ladder: &'static Ladder,
        weights: Weights,
    ) {
        let created = match class {
            UnitClass::Province => date(1989, 7, 1),
            UnitClass::SpecialisedAgency | UnitClass::District => self.dice.day(1990, 1996),
            // the boards without posts are the newly founded ones (S000 II.1)
            UnitClass::PublicServiceUnit if weights.public == 0 => date(2017, 3, 1),
            UnitClass::PublicServiceUnit | UnitClass::Association => self.dice.day(1992, 2010),
            _ => self.dice.day(1991, 2012),
        };
        let (code, code_issued, since) = match parent.map(|parent| &self.drafts[parent].unit) {
            None => ("H57".to_owned(), "00.00.H57".to_owned(), created),
            Some(above) => {
                let code = format!("{}.{group:02}", above.code);
                // QCVN 102:2016: from the right, with zeros for the levels that are not there
                let issued = match above.code_issued.strip_prefix("00.00.") {
                    Some(root) => format!("00.{group:02}.{root}"),
                    None => above.code_issued.replacen("00", &format!("{group:02}"), 1),
                };
                (code, issued, above.created)
            }
        };
        let unit = DemoUnit { class, name, parent, code, code_issued, posts: Vec::new(), created: created.max(since) };
        self.drafts.push(Draft { unit, ladder, weights });
    }

    /// The 146 units of the agencies: those of the list, the rest upper secondary schools.
    fn attached_units(&mut self) {
        let schools = 146 - ATTACHED.len();
        let places: Vec<String> = DISTRICTS.iter().flat_map(places).collect();
        let mut groups = [0; AGENCIES.len() + 1];
        let mut add = |builder: &mut Self, agency: usize, name: String, ladder, weights| {
            groups[agency] += 1;
            builder.add(UnitClass::AttachedUnit, Some(agency), groups[agency], name, ladder, weights);
        };
        for (agency, name, ladder, civil, public, contract68) in ATTACHED {
            let weights = Weights { civil: *civil, public: *public, contract68: *contract68, contract43: 0 };
            add(self, *agency, (*name).to_owned(), ladder, weights);
        }
        for school in 0..schools {
            let place = bare(&places[school * places.len() / schools]);
            let name = format!("Trường Trung học phổ thông {place}");
            let weights = Weights { civil: 0, public: 68, contract68: 2, contract43: 0 };
            add(self, EDUCATION, name, &UPPER_SECONDARY, weights);
        }
    }

    /// A district's centres, its schools and its health stations.
    fn service_units(&mut self, parent: usize, district: &District) {
        let places = places(district);
        // the communes have the groups before
        let mut group = places.len();
        let mut add = |builder: &mut Self, name: String, ladder, public, contract68| {
            group += 1;
            let weights = Weights { civil: 0, public, contract68, contract43: 0 };
            builder.add(UnitClass::DistrictServiceUnit, Some(parent), group, name, ladder, weights);
        };
        for (name, ladder) in DISTRICT_CENTRES {
            add(self, format!("{name} {}", district.name), ladder, 16, 1);
        }
        for place in &places {
            add(self, format!("Trường Mầm non {}", bare(place)), &KINDERGARTEN, 30, 1);
            add(self, format!("Trường Tiểu học {}", bare(place)), &PRIMARY, 38, 1);
            add(self, format!("Trạm Y tế {place}"), &HEALTH_STATION, 9, 0);
        }
        for place in places.iter().take(district.lower_secondary) {
            add(self, format!("Trường Trung học cơ sở {}", bare(place)), &LOWER_SECONDARY, 48, 1);
        }
    }

    /// Shares out the posts of S000 II.1, each group among its units.
    fn share_posts(&mut self) {
        use PostKind::{CivilServant, Contract43, Contract68, PublicEmployee};
        use UnitClass as U;
        type Group = (&'static [UnitClass], &'static [(PostKind, u32)]);
        let groups: [Group; 4] = [
            (
                &[U::SpecialisedAgency, U::AttachedUnit],
                &[(CivilServant, 1349), (PublicEmployee, 7330), (Contract68, 393)],
            ),
            (&[U::PublicServiceUnit], &[(PublicEmployee, 978), (Contract43, 568), (Contract68, 240)]),
            (&[U::Association], &[(PublicEmployee, 73), (Contract68, 6)]),
            (
                &[U::District, U::DistrictServiceUnit],
                &[(CivilServant, 861), (PublicEmployee, 17_667), (Contract68, 656)],
            ),
        ];
        for (classes, kinds) in groups {
            let members: Vec<usize> =
                (0..self.drafts.len()).filter(|at| classes.contains(&self.drafts[*at].unit.class)).collect();
            for (kind, total) in kinds {
                let weights: Vec<u32> = members.iter().map(|at| self.weight(*at, *kind)).collect();
                for (at, posts) in members.iter().zip(share(*total, &weights)) {
                    if posts > 0 {
                        self.drafts[*at].unit.posts.push((*kind, posts));
                    }
                }
            }
        }
    }

    /// The weight, give or take a fifth: no two schools are alike.
    fn weight(&mut self, at: usize, kind: PostKind) -> u32 {
        let weights = self.drafts[at].weights;
        let weight = match kind {
            PostKind::CivilServant => weights.civil,
            PostKind::PublicEmployee => weights.public,
            PostKind::Contract68 => weights.contract68,
            PostKind::Contract43 => weights.contract43,
        };
        weight * (80 + self.dice.below(41))
    }
}

/// Splits `total` in proportion to the weights, by largest remainder; equal remainders go to the earlier unit.
fn share(total: u32, weights: &[u32]) -> Vec<u32> {
    let sum = weights.iter().map(|weight| u64::from(*weight)).sum::<u64>().max(1);
    let exact = |weight: &u32| u64::from(total) * u64::from(*weight);
    let mut shares: Vec<u32> = weights.iter().map(|weight| (exact(weight) / sum) as u32).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(exact(&weights[*at]) % sum));
    let left = total.saturating_sub(shares.iter().sum());
    for at in order.into_iter().take(left as usize) {
        shares[at] += 1;
    }
    shares
}

/// The communes with their kind: `phường An Hòa`, `xã Kim Sơn`.
fn places(district: &District) -> Vec<String> {
    // names of provinces, old and new, would mislead
    let misleading = ["Phú Thọ", "Quảng Bình", "Phú Yên", "Hải Phòng", "An Giang"];
    let count = district.communes as usize;
    let names = (0..SECOND_SYLLABLES.len()).flat_map(|at| {
        district.syllables.iter().enumerate().map(move |(shift, first)| {
            format!("{first} {}", SECOND_SYLLABLES[(at + 5 * shift + first.len()) % SECOND_SYLLABLES.len()])
        })
    });
    let sensible = names.filter(|name| {
        let doubled = name.split_once(' ').is_some_and(|(first, second)| first == second);
        !doubled && !misleading.contains(&name.as_str())
    });
    let kind = |at: usize| match (at, district.wards) {
        (0, 0) => "thị trấn",
        (at, wards) if at < wards => "phường",
        _ => "xã",
    };
    sensible.take(count).enumerate().map(|(at, name)| format!("{} {name}", kind(at))).collect()
}

/// The place without its kind.
fn bare(place: &str) -> &str {
    ["phường ", "thị trấn ", "xã "].iter().find_map(|kind| place.strip_prefix(kind)).unwrap_or(place)
}

const SECOND_SYLLABLES: &[&str] = &[
    "Hòa", "Thọ", "Mỹ", "Lộc", "Thuận", "Bình", "Sơn", "Thịnh", "Hải", "Thành", "Lương", "Đức", "Tân", "Điền", "Phước",
    "Dương", "Khê",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use model::unit_code::{AgencyCode, UnitCode};

    use super::*;

    fn generated() -> Vec<DemoUnit> {
        units(1).0
    }

    fn posts(units: &[DemoUnit], classes: &[UnitClass], kind: PostKind) -> u32 {
        let within = units.iter().filter(|unit| classes.contains(&unit.class));
        within.flat_map(|unit| &unit.posts).filter(|(of, _)| *of == kind).map(|(_, posts)| posts).sum()
    }

    /// S000, Appendix I.
    #[test]
    fn there_are_956_units_below_the_root() {
        let units = generated();
        for (class, count) in [
            (UnitClass::Province, 1),
            (UnitClass::SpecialisedAgency, 22),
            (UnitClass::District, 9),
            (UnitClass::PublicServiceUnit, 14),
            (UnitClass::Association, 9),
            (UnitClass::AttachedUnit, 146),
            (UnitClass::DistrictServiceUnit, 604),
            (UnitClass::Commune, 152),
        ] {
            assert_eq!(units.iter().filter(|unit| unit.class == class).count(), count, "{class:?}");
        }
        assert_eq!(units.len(), 957);
        assert_eq!(units[0].class, UnitClass::Province);
    }

    /// S000 II.1, for several seeds: the seed moves posts between units, never between groups.
    #[test]
    fn posts_add_up_to_the_sums_of_the_project() {
        use PostKind::{CivilServant, Contract43, Contract68, PublicEmployee};
        use UnitClass as U;
        for seed in [0, 1, 2, u64::MAX] {
            let units = units(seed).0;
            for (classes, sums) in [
                (&[U::SpecialisedAgency, U::AttachedUnit][..], [1_349, 7_330, 393, 0]), // 9,072
                (&[U::PublicServiceUnit], [0, 978, 240, 568]),                          // 1,786
                (&[U::Association], [0, 73, 6, 0]),                                     // 79
                (&[U::District, U::DistrictServiceUnit], [861, 17_667, 656, 0]),        // 19,184
                (&[U::Province, U::Commune], [0, 0, 0, 0]),                             // C20
                (&UnitClass::ALL, [2_210, 26_048, 1_295, 568]),                         // 30,121
            ] {
                let kinds = [CivilServant, PublicEmployee, Contract68, Contract43];
                assert_eq!(kinds.map(|kind| posts(&units, classes, kind)), sums, "{classes:?}");
            }
        }
    }

    #[test]
    fn parents_come_first_and_are_of_the_right_class() {
        let units = generated();
        for (at, unit) in units.iter().enumerate().skip(1) {
            let parent = unit.parent.unwrap();
            assert!(parent < at);
            assert!(units[parent].created <= unit.created && unit.created < date(2018, 1, 1));
            let right = match unit.class {
                UnitClass::AttachedUnit => UnitClass::SpecialisedAgency,
                UnitClass::DistrictServiceUnit | UnitClass::Commune => UnitClass::District,
                _ => UnitClass::Province,
            };
            assert_eq!(units[parent].class, right, "{}", unit.name);
        }
        assert_eq!(units[0].parent, None);
    }

    #[test]
    fn codes_are_unique_and_convert_to_what_was_issued() {
        let units = generated();
        let home = units.iter().find(|unit| unit.name == "Sở Nội vụ").unwrap();
        assert_eq!((home.code.as_str(), home.code_issued.as_str()), ("H57.10", "00.10.H57")); // S000 III.1b
        assert_eq!(units.iter().map(|unit| &unit.code).collect::<HashSet<_>>().len(), units.len());
        assert_eq!(units.iter().map(|unit| &unit.code_issued).collect::<HashSet<_>>().len(), units.len());
        for unit in &units {
            assert_eq!(UnitCode::parse(&unit.code).unwrap().as_str(), unit.code);
            assert_eq!(AgencyCode::parse(&unit.code_issued).unwrap().canonical().as_str(), unit.code);
            assert!(unit.code.len() <= 9, "{} fits the QR (838/QĐ-BNV)", unit.code);
            if let Some(parent) = unit.parent {
                assert!(unit.code.starts_with(&format!("{}.", units[parent].code)));
            }
        }
    }

    #[test]
    fn names_are_distinct_and_clean() {
        let units = generated();
        assert_eq!(units.iter().map(|unit| &unit.name).collect::<HashSet<_>>().len(), units.len());
        for unit in &units {
            assert_eq!(model::text::clean(&unit.name), unit.name);
            assert!(unit.name.chars().count() <= 80, "{}", unit.name);
        }
    }

    #[test]
    fn who_has_posts_has_one_for_the_head() {
        for unit in generated() {
            let may_head =
                |(kind, _): &(PostKind, u32)| matches!(kind, PostKind::CivilServant | PostKind::PublicEmployee);
            assert!(unit.posts.first().is_none_or(may_head), "{}", unit.name);
            assert!(unit.posts.iter().all(|(_, posts)| *posts > 0));
            let empty = match unit.class {
                UnitClass::Province | UnitClass::Commune => true,
                _ => unit.created == date(2017, 3, 1),
            };
            assert_eq!(unit.posts.is_empty(), empty, "{}", unit.name);
        }
    }

    #[test]
    fn shares_add_up_and_follow_the_weights() {
        assert_eq!(share(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(share(7, &[0, 5, 2]), [0, 5, 2]);
        assert_eq!(share(3, &[]), [] as [u32; 0]);
        assert_eq!(share(0, &[0, 0]), [0, 0]);
    }
}
