//! Amounts of đồng: grouped in figures, and in words as official documents close a total (R60).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::clean;

/// An amount of whole đồng. `Display` is [`Amount::grouped`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(u64);

/// Word for 1000; both are standard, ministries write `nghìn`, the province's project of 2017 `ngàn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thousand {
    /// `ngàn`.
    Ngan,
    /// `nghìn`.
    Nghin,
}

/// Word for the ten that is missing in 105 (một trăm linh năm).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoTens {
    /// `linh`.
    Linh,
    /// `lẻ`.
    Le,
}

/// Choice of words in which an amount is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WordStyle {
    /// `ngàn` or `nghìn`.
    pub thousand: Thousand,
    /// `linh` or `lẻ`.
    pub no_tens: NoTens,
    /// No comma between groups of three figures, and no `chẵn`.
    #[serde(default)]
    pub plain: bool,
}

impl WordStyle {
    /// `ngàn` as in the province's project of 2017, and `lẻ`, which goes with it in the South and the Centre.
    pub const PROVINCE: WordStyle = WordStyle { thousand: Thousand::Ngan, no_tens: NoTens::Le, plain: false };
    /// `nghìn` and `linh`, as ministries write.
    pub const MINISTRY: WordStyle = WordStyle { thousand: Thousand::Nghin, no_tens: NoTens::Linh, plain: false };
    /// As the plan of Cần Thơ of 2017 closes its totals: `Bảy trăm hai mươi ba triệu ba trăm sáu mươi nghìn đồng`.
    pub const PLAIN: WordStyle = WordStyle { plain: true, ..Self::MINISTRY };
}

impl Default for WordStyle {
    fn default() -> Self {
        Self::PROVINCE
    }
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing is left after cleaning.
    #[error("amount is empty")]
    Empty,
    /// Neither a digit nor a separator of thousands; a comma is a decimal sign, and there is nothing below one đồng.
    #[error("amount contains {0:?}")]
    Character(char),
    /// A group between separators has not 3 digits (the first: 1 to 3).
    #[error("group {position} of the amount has {digits} digits instead of 3")]
    Group {
        /// Which group, from 1, from the left.
        position: usize,
        /// Digits found in it.
        digits: usize,
    },
    /// Thousands are separated by dots here and by spaces there.
    #[error("amount is grouped by dots and by spaces")]
    MixedSeparators,
    /// More than can be reckoned with.
    #[error("amount is greater than {max}")]
    TooLarge {
        /// The greatest amount.
        max: u64,
    },
}

impl Amount {
    /// An amount of đồng.
    pub const fn new(dong: u64) -> Self {
        Self(dong)
    }

    /// Number of đồng.
    pub const fn dong(self) -> u64 {
        self.0
    }

    /// Reads digits, grouped by dots or spaces or not at all, with `đ`, `đồng`, `VNĐ` or `VND` after them or not:
    /// `6.313.800.000`, `6 313 800 000 đồng`, `6313800000`.
    ///
    /// # Errors
    /// [`AmountError`].
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let text = clean(text).to_lowercase();
        let unit = ["đồng", "vnđ", "vnd", "đ"].into_iter().find_map(|unit| text.strip_suffix(unit));
        let figures = unit.unwrap_or(&text).trim_end();
        if figures.is_empty() {
            return Err(AmountError::Empty);
        }
        if let Some(c) = figures.chars().find(|c| !matches!(c, '0'..='9' | '.' | ' ')) {
            return Err(AmountError::Character(c));
        }
        if figures.contains('.') && figures.contains(' ') {
            return Err(AmountError::MixedSeparators);
        }
        let groups: Vec<&str> = figures.split(['.', ' ']).collect();
        if groups.len() > 1 {
            for (at, group) in groups.iter().enumerate() {
                let digits = group.len();
                if digits > 3 || digits == 0 || (at > 0 && digits < 3) {
                    return Err(AmountError::Group { position: at + 1, digits });
                }
            }
        }
        // digits only by now, so nothing but their number can be wrong
        groups.concat().parse().map(Self).map_err(|_| AmountError::TooLarge { max: u64::MAX })
    }

    /// The amount in figures with a dot before every three: `6.313.800.000`.
    pub fn grouped(self) -> String {
        let digits = self.0.to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push('.');
            }
            out.push(digit);
        }
        out
    }

    /// The amount in words, beginning with a capital letter: `Năm tỷ, bốn trăm bốn mươi triệu, sáu trăm ngàn đồng chẵn`.
    ///
    /// A comma stands between groups of three figures, as in the province's project of 2017. `chẵn` (even) closes an
    /// amount of whole thousands, as there: accountants' practice, by which nobody can add a word after it. No decree at
    /// hand sets it. From 10⁹ on, `tỷ` counts as the number before it does: 10¹² is `một ngàn tỷ`, 10¹⁵ `một triệu tỷ`,
    /// 10¹⁸ `một tỷ tỷ`.
    pub fn words(self, style: WordStyle) -> String {
        let mut words = number_words(self.0, style);
        words.push_str(" đồng");
        if !style.plain && self.0 > 0 && self.0.is_multiple_of(1000) {
            words.push_str(" chẵn");
        }
        capitalised(&words)
    }
}

impl std::str::FromStr for Amount {
    type Err = AmountError;
    fn from_str(text: &str) -> Result<Self, AmountError> {
        Self::parse(text)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.grouped())
    }
}

const BILLION: u64 = 1_000_000_000;
const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// A number in lower-case words.
fn number_words(number: u64, style: WordStyle) -> String {
    if number == 0 {
        return DIGITS[0].to_owned();
    }
    let mut groups = Vec::new();
    push_groups(number, style, &mut groups);
    groups.join(if style.plain { " " } else { ", " })
}

/// Appends the groups of a number above 0. Those that stand below another begin with the hundreds even if there are none.
fn push_groups(number: u64, style: WordStyle, groups: &mut Vec<String>) {
    let (billions, rest) = (number / BILLION, number % BILLION);
    if billions > 0 {
        push_groups(billions, style, groups);
        if let Some(last) = groups.last_mut() {
            last.push_str(" tỷ");
        }
    }
    let thousand = match style.thousand {
        Thousand::Ngan => " ngàn",
        Thousand::Nghin => " nghìn",
    };
    for (group, scale) in [(rest / 1_000_000, " triệu"), (rest / 1000 % 1000, thousand), (rest % 1000, "")] {
        if group > 0 {
            let words = group_words(group, !groups.is_empty(), style);
            groups.push(format!("{words}{scale}"));
        }
    }
}

/// 1 to 999 in words.
fn group_words(group: u64, below_another: bool, style: WordStyle) -> String {
    let digit = |place: u64| DIGITS[usize::try_from(group / place % 10).unwrap_or_default()];
    let (hundreds, tens, ones) = (group / 100, group / 10 % 10, group % 10);
    let mut words = Vec::new();
    if hundreds > 0 || below_another {
        words.extend([digit(100), "trăm"]);
    }
    match tens {
        0 if ones > 0 && !words.is_empty() => words.push(match style.no_tens {
            NoTens::Linh => "linh",
            NoTens::Le => "lẻ",
        }),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([digit(10), "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(digit(1)),
    }
    words.join(" ")
}

fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(dong: u64) -> String {
        Amount::new(dong).words(WordStyle::PROVINCE)
    }

    #[test]
    fn totals_of_the_province_project() {
        // Thừa Thiên Huế 2017, estimate of costs, in its order
        for (dong, written) in [
            (186_000_000, "Một trăm tám mươi sáu triệu đồng chẵn"),
            (10_000_000, "Mười triệu đồng chẵn"),
            (37_200_000, "Ba mươi bảy triệu, hai trăm ngàn đồng chẵn"),
            (239_200_000, "Hai trăm ba mươi chín triệu, hai trăm ngàn đồng chẵn"),
            (31_000_000, "Ba mươi mốt triệu đồng chẵn"),
            (183_800_000, "Một trăm tám mươi ba triệu, tám trăm ngàn đồng chẵn"),
            (186_000_000, "Một trăm tám mươi sáu triệu đồng chẵn"),
            (5_440_600_000, "Năm tỷ, bốn trăm bốn mươi triệu, sáu trăm ngàn đồng chẵn"),
            // and their sum, which it does not write out
            (6_313_800_000, "Sáu tỷ, ba trăm mười ba triệu, tám trăm ngàn đồng chẵn"),
        ] {
            assert_eq!(words(dong), written);
        }
    }

    #[test]
    fn ones_change_after_tens() {
        for (dong, written) in [
            (0, "Không đồng"),
            (1, "Một đồng"),
            (4, "Bốn đồng"),
            (5, "Năm đồng"),
            (10, "Mười đồng"),
            (11, "Mười một đồng"),
            (14, "Mười bốn đồng"),
            (15, "Mười lăm đồng"),
            (20, "Hai mươi đồng"),
            (21, "Hai mươi mốt đồng"),
            (24, "Hai mươi tư đồng"),
            (25, "Hai mươi lăm đồng"),
            (55, "Năm mươi lăm đồng"),
            (100, "Một trăm đồng"),
            (104, "Một trăm lẻ bốn đồng"),
            (105, "Một trăm lẻ năm đồng"),
            (110, "Một trăm mười đồng"),
            (115, "Một trăm mười lăm đồng"),
            (444, "Bốn trăm bốn mươi tư đồng"),
            (999, "Chín trăm chín mươi chín đồng"),
        ] {
            assert_eq!(words(dong), written);
        }
    }

    #[test]
    fn groups_below_another_name_their_hundreds() {
        for (dong, written) in [
            (1000, "Một ngàn đồng chẵn"),
            (1005, "Một ngàn, không trăm lẻ năm đồng"),
            (1015, "Một ngàn, không trăm mười lăm đồng"),
            (1_500, "Một ngàn, năm trăm đồng"),
            (1_000_001, "Một triệu, không trăm lẻ một đồng"),
            (1_021_000, "Một triệu, không trăm hai mươi mốt ngàn đồng chẵn"),
            (5_000_000_000, "Năm tỷ đồng chẵn"),
        ] {
            assert_eq!(words(dong), written);
        }
    }

    #[test]
    fn beyond_a_billion() {
        for (dong, written) in [
            (1_000_000_000_000, "Một ngàn tỷ đồng chẵn"),
            (1_234_000_000_000, "Một ngàn, hai trăm ba mươi tư tỷ đồng chẵn"),
            (5_000_000_000_000_000, "Năm triệu tỷ đồng chẵn"),
            (5_000_000_000_005_000, "Năm triệu tỷ, không trăm lẻ năm ngàn đồng chẵn"),
            (1_000_000_000_000_000_000, "Một tỷ tỷ đồng chẵn"),
            (
                u64::MAX, // 18.446.744.073.709.551.615
                "Mười tám tỷ, bốn trăm bốn mươi sáu triệu, bảy trăm bốn mươi tư ngàn, không trăm bảy mươi ba tỷ, \
                 bảy trăm lẻ chín triệu, năm trăm năm mươi mốt ngàn, sáu trăm mười lăm đồng",
            ),
        ] {
            assert_eq!(words(dong), written);
        }
    }

    #[test]
    fn style_chooses_two_words() {
        let amount = Amount::new(1_205_000);
        assert_eq!(amount.words(WordStyle::MINISTRY), "Một triệu, hai trăm linh năm nghìn đồng chẵn");
        assert_eq!(amount.words(WordStyle::default()), "Một triệu, hai trăm lẻ năm ngàn đồng chẵn");
    }

    #[test]
    fn figures_are_read_as_people_write_them() {
        let amount = Amount::new(6_313_800_000);
        assert_eq!(amount.to_string(), "6.313.800.000");
        for text in
            ["6.313.800.000", "6 313 800 000", "6\u{A0}313\u{202F}800 000 đồng", "6313800000đ", "6.313.800.000 VNĐ"]
        {
            assert_eq!(Amount::parse(text), Ok(amount), "{text}");
        }
        assert_eq!(Amount::new(0).grouped(), "0");
        assert_eq!(Amount::new(1000).grouped(), "1.000");
    }

    #[test]
    fn each_mistake_has_its_error() {
        assert_eq!(Amount::parse(" đồng"), Err(AmountError::Empty));
        assert_eq!(Amount::parse("-5"), Err(AmountError::Character('-')));
        assert_eq!(Amount::parse("1,5"), Err(AmountError::Character(',')));
        assert_eq!(Amount::parse("6,313,800"), Err(AmountError::Character(',')));
        assert_eq!(Amount::parse("1.50"), Err(AmountError::Group { position: 2, digits: 2 }));
        assert_eq!(Amount::parse("1000.000"), Err(AmountError::Group { position: 1, digits: 4 }));
        assert_eq!(Amount::parse("1..000"), Err(AmountError::Group { position: 2, digits: 0 }));
        assert_eq!(Amount::parse(".000"), Err(AmountError::Group { position: 1, digits: 0 }));
        assert_eq!(Amount::parse("1.000 000"), Err(AmountError::MixedSeparators));
        assert_eq!(Amount::parse("18446744073709551616"), Err(AmountError::TooLarge { max: u64::MAX }));
        assert_eq!(Amount::parse("18.446.744.073.709.551.615"), Ok(Amount::new(u64::MAX)));
    }

    /// Reads words back by adding and multiplying, without the rules by which they are written.
    fn read(words: &str) -> Option<u64> {
        if let Some((billions, rest)) = words.rsplit_once("tỷ") {
            return read(billions)?.checked_mul(BILLION)?.checked_add(read(rest)?);
        }
        let (mut total, mut group) = (0, 0);
        for word in words.split([' ', ',']).filter(|word| !word.is_empty()) {
            match word {
                "trăm" => group *= 100,
                "mươi" => group = group / 100 * 100 + group % 100 * 10,
                "mười" => group += 10,
                "linh" | "lẻ" => {}
                "triệu" => total += std::mem::take(&mut group) * 1_000_000,
                "ngàn" | "nghìn" => total += std::mem::take(&mut group) * 1000,
                "mốt" => group += 1,
                "tư" => group += 4,
                "lăm" => group += 5,
                _ => group += u64::try_from(DIGITS.iter().position(|digit| *digit == word)?).ok()?,
            }
        }
        Some(total + group)
    }

    /// Numbers of every size, with many zeros among their digits.
    fn number() -> impl Strategy<Value = u64> {
        let sparse = prop::collection::vec(prop_oneof![Just(0u64), 0u64..10], 1..20)
            .prop_map(|digits| digits.into_iter().fold(0u64, |n, digit| n.wrapping_mul(10).wrapping_add(digit)));
        prop_oneof![any::<u64>(), sparse, 0u64..2000, (0u32..64).prop_map(|bit| 1 << bit)]
    }

    proptest! {
        #[test]
        fn words_tell_the_number(dong in number(), ministry in any::<bool>()) {
            let style = if ministry { WordStyle::MINISTRY } else { WordStyle::PROVINCE };
            let words = Amount::new(dong).words(style);
            prop_assert_eq!(words.ends_with(" chẵn"), dong > 0 && dong % 1000 == 0);
            let number = words.to_lowercase().trim_end_matches(" chẵn").trim_end_matches(" đồng").to_owned();
            prop_assert_eq!(read(&number), Some(dong), "{}", words);
            prop_assert!(!words.contains("  ") && !words.contains("mươi một") && !words.contains("mươi năm"));
            prop_assert!(!words.contains(", ,") && unicode_normalization::is_nfc(&words));
        }

        #[test]
        fn figures_round_trip(dong in number()) {
            let amount = Amount::new(dong);
            prop_assert_eq!(Amount::parse(&amount.grouped()), Ok(amount));
            prop_assert_eq!(Amount::parse(&amount.grouped().replace('.', " ")), Ok(amount));
            prop_assert_eq!(Amount::parse(&format!("{dong} đ")), Ok(amount));
        }

        #[test]
        fn no_text_panics(text in "[0-9. đ,]{0,30}|\\PC*") {
            let _ = Amount::parse(&text);
        }
    }
}
