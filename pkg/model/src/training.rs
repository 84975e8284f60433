//! Classes in which people learn to use cards and certificates (R125, R127, R156, R170, C23): how many are needed, and what they cost.

use std::num::NonZeroU64;

use jiff::civil::Date;

use crate::amount::Amount;

/// People in a class, in all plans at hand.
pub const CAPACITY: NonZeroU64 = match NonZeroU64::new(30) {
    Some(capacity) => capacity,
    None => NonZeroU64::MIN,
};

/// How many classes so many people need: ⌈people ÷ capacity⌉.
pub fn classes(people: u64, capacity: NonZeroU64) -> u64 {
    people.div_ceil(capacity.get())
}

/// What a document says of its classes, beside what its people need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// As many.
    Same,
    /// So many are missing.
    TooFew(u64),
    /// So many are more than needed.
    TooMany(u64),
}

/// Holds a document's number of classes against its number of people.
pub fn compare(stated: u64, people: u64, capacity: NonZeroU64) -> Agreement {
    let needed = classes(people, capacity);
    match stated.cmp(&needed) {
        std::cmp::Ordering::Equal => Agreement::Same,
        std::cmp::Ordering::Less => Agreement::TooFew(needed - stated),
        std::cmp::Ordering::Greater => Agreement::TooMany(stated - needed),
    }
}

/// What a class is about (R170).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// The card of officials.
    Cards,
    /// Digital signatures.
    Signatures,
    /// Both.
    Both,
}

crate::certificate::named!(Topic: Cards = "cards", Signatures = "signatures", Both = "both");

/// For whom a class is (R126, R156).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Those who use it.
    Users,
    /// Those who support them.
    ItStaff,
    /// Clerks, who keep the seal.
    Clerks,
    /// Leaders.
    Leaders,
}

crate::certificate::named!(Audience: Users = "users", ItStaff = "it_staff", Clerks = "clerks", Leaders = "leaders");

/// One morning or afternoon of a class: attendance is noted for each (R49).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// From 1.
    pub nth: i64,
    /// Its day.
    pub day: Date,
    /// The second of its day.
    pub afternoon: bool,
}

/// The sessions of a class on these days, in their order.
pub fn sessions(days: &[Date]) -> Vec<Session> {
    let halves = days.iter().flat_map(|day| [false, true].map(|afternoon| (*day, afternoon)));
    (1..).zip(halves).map(|(nth, (day, afternoon))| Session { nth, day, afternoon }).collect()
}

/// A line of a cost sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// What is paid for.
    pub name: String,
    /// How many.
    pub quantity: u64,
    /// For how much each.
    pub price: Amount,
}

impl CostLine {
    /// Quantity × price; none where that is more than can be reckoned with.
    pub fn total(&self) -> Option<Amount> {
        self.quantity.checked_mul(self.price.dong()).map(Amount::new)
    }
}

/// The sum of lines; none where it is more than can be reckoned with.
pub fn sum<'a>(lines: impl IntoIterator<Item = &'a CostLine>) -> Option<Amount> {
    let total = lines.into_iter().try_fold(0u64, |sum, line| sum.checked_add(line.total()?.dong()))?;
    Some(Amount::new(total))
}

/// A price that changes: each from its day on (R127).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList {
    prices: Vec<(Date, Amount)>,
}

impl PriceList {
    /// Of these prices in any order; of several from one day the last holds.
    pub fn new(prices: impl IntoIterator<Item = (Date, Amount)>) -> Self {
        let mut prices: Vec<_> = prices.into_iter().collect();
        prices.sort_by_key(|(from, _)| *from);
        Self { prices }
    }

    /// The price on a day; none before the first.
    pub fn on(&self, day: Date) -> Option<Amount> {
        self.prices.iter().rev().find(|(from, _)| *from <= day).map(|(_, price)| *price)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::amount::WordStyle;

    /// What is paid for, how many, for how much each.
    type Printed<'a> = &'a [(&'a str, u64, u64)];

    fn sheet(lines: Printed) -> Vec<CostLine> {
        let line = |(name, quantity, price): &(&str, u64, u64)| CostLine {
            name: (*name).to_owned(),
            quantity: *quantity,
            price: Amount::new(*price),
        };
        lines.iter().map(line).collect()
    }

    /// Thừa Thiên Huế 2017, Phụ lục II 1.1: one class of a day.
    fn hue() -> Vec<CostLine> {
        sheet(&[
            ("manual", 30, 30_000),
            ("computers", 30, 100_000),
            ("projector", 1, 400_000),
            ("lecturer", 1, 1_000_000),
            ("assistant", 1, 400_000),
            ("other", 1, 500_000),
        ])
    }

    #[test]
    fn a_class_in_hue_and_all_of_them() {
        let lines = hue();
        let section = |range: std::ops::Range<usize>| sum(&lines[range]).unwrap().dong();
        assert_eq!((section(0..3), section(3..5), section(5..6)), (4_300_000, 1_400_000, 500_000));
        let class = sum(&lines).unwrap();
        assert_eq!(class.dong(), 6_200_000);
        // phase, people to be trained, classes as printed, total as printed, and in words
        for (classes, total, words) in [
            (30, 186_000_000, "Một trăm tám mươi sáu triệu đồng chẵn"),
            (6, 37_200_000, "Ba mươi bảy triệu, hai trăm ngàn đồng chẵn"),
            (5, 31_000_000, "Ba mươi mốt triệu đồng chẵn"),
            (30, 186_000_000, "Một trăm tám mươi sáu triệu đồng chẵn"),
        ] {
            let line = CostLine { name: "class".into(), quantity: classes, price: class };
            assert_eq!(line.total(), Some(Amount::new(total)));
            assert_eq!(line.total().unwrap().words(WordStyle::PROVINCE), words);
        }
    }

    #[test]
    fn the_document_of_hue_has_too_few_classes() {
        // one person of each of 956 units; six of each of 31
        assert_eq!(compare(30, 956, CAPACITY), Agreement::TooFew(2));
        assert_eq!((31 * 6, compare(6, 31 * 6, CAPACITY)), (186, Agreement::TooFew(1)));
    }

    #[test]
    fn what_hue_pays_in_all_its_phases() {
        // Thừa Thiên Huế 2017, Phụ lục II: equipment by phase, its total as printed, and in words
        let phases: [(Printed, u64, &str); 3] = [
            (
                &[
                    ("reader", 31, 3_000_000),
                    ("card", 2_210, 20_000),
                    ("printer", 31, 1_000_000),
                    ("scanner", 31, 1_000_000),
                    ("spare", 1_000, 20_000),
                    ("support", 40, 500_000),
                ],
                239_200_000,
                "Hai trăm ba mươi chín triệu, hai trăm ngàn đồng chẵn",
            ),
            (
                &[
                    ("reader", 23, 3_000_000),
                    ("card", 1_865, 20_000),
                    ("printer", 23, 1_000_000),
                    ("scanner", 23, 1_000_000),
                    ("spare", 1_000, 20_000),
                    ("support", 23, 500_000),
                ],
                183_800_000,
                "Một trăm tám mươi ba triệu, tám trăm ngàn đồng chẵn",
            ),
            (
                &[
                    ("reader", 900, 3_000_000),
                    ("card", 19_530, 20_000),
                    ("printer", 900, 1_000_000),
                    ("scanner", 900, 1_000_000),
                    ("spare", 5_000, 20_000),
                    ("support", 900, 500_000),
                ],
                5_440_600_000,
                "Năm tỷ, bốn trăm bốn mươi triệu, sáu trăm ngàn đồng chẵn",
            ),
        ];
        let mut lines = sheet(&[("software", 1, 10_000_000), ("class", 30 + 6 + 5 + 30, 6_200_000)]);
        for (equipment, total, words) in phases {
            let equipment = sheet(equipment);
            let amount = sum(&equipment).unwrap();
            assert_eq!((amount.dong(), amount.words(WordStyle::PROVINCE).as_str()), (total, words));
            lines.extend(equipment);
        }
        assert_eq!(sum(&lines).unwrap().dong(), 6_313_800_000);
    }

    #[test]
    fn a_class_in_can_tho_and_the_whole_estimate() {
        // 119/KH-UBND of 14/8/2017, annex
        let class = sum(&sheet(&[
            ("hall", 1, 5_000_000),
            ("water", 30, 7_000),
            ("materials", 30, 50_000),
            ("lecturer", 1, 400_000),
            ("assistant", 1, 150_000),
            ("per diem", 3, 60_000),
        ]))
        .unwrap();
        assert_eq!(class.words(WordStyle::PLAIN), "Bảy triệu bốn trăm bốn mươi nghìn đồng");
        let estimate = sheet(&[("class", 94, class.dong()), ("travel", 16, 1_500_000)]);
        let totals: Vec<_> = estimate.iter().filter_map(CostLine::total).map(Amount::dong).collect();
        assert_eq!(totals, [699_360_000, 24_000_000]);
        let all = sum(&estimate).unwrap();
        assert_eq!(all.grouped(), "723.360.000");
        assert_eq!(all.words(WordStyle::PLAIN), "Bảy trăm hai mươi ba triệu ba trăm sáu mươi nghìn đồng");
        for (people, printed) in [(408, 14), (1_062, 36), (1_298, 44), (0, 0)] {
            assert_eq!(compare(printed, people, CAPACITY), Agreement::Same);
        }
    }

    #[test]
    fn prices_hold_from_their_day_on() {
        let prices =
            PriceList::new([(date(2019, 1, 1), Amount::new(7_440_000)), (date(2017, 8, 1), Amount::new(6_200_000))]);
        assert_eq!(prices.on(date(2017, 7, 31)), None);
        assert_eq!(prices.on(date(2018, 12, 31)), Some(Amount::new(6_200_000)));
        assert_eq!(prices.on(date(2019, 1, 1)), Some(Amount::new(7_440_000)));
    }

    #[test]
    fn a_day_has_two_sessions() {
        let days = [date(2026, 12, 3), date(2026, 12, 7)];
        let found: Vec<_> = sessions(&days).iter().map(|of| (of.nth, of.day.day(), of.afternoon)).collect();
        assert_eq!(found, [(1, 3, false), (2, 3, true), (3, 7, false), (4, 7, true)]);
        assert!(sessions(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn everybody_has_a_place_and_no_class_stays_empty(people in any::<u64>(), capacity in 1u64..1000) {
            let capacity = NonZeroU64::new(capacity).unwrap();
            let needed = u128::from(classes(people, capacity));
            let places = needed * u128::from(capacity.get());
            prop_assert!(places >= u128::from(people));
            prop_assert!(places < u128::from(people) + u128::from(capacity.get()));
        }

        #[test]
        fn no_sum_overflows(lines in prop::collection::vec((any::<u64>(), any::<u64>()), 0..6)) {
            let lines: Vec<_> = lines
                .into_iter()
                .map(|(quantity, price)| CostLine { name: String::new(), quantity, price: Amount::new(price) })
                .collect();
            let exact: u128 = lines
                .iter()
                .map(|line| u128::from(line.quantity) * u128::from(line.price.dong()))
                .fold(0, u128::saturating_add);
            prop_assert_eq!(sum(&lines).map(|amount| u128::from(amount.dong())), u64::try_from(exact).ok().map(u128::from));
        }
    }
}
