//! The approved abbreviations, and which of them would make a record fit.

use model::text::{canonical_tone, clean};
use unicode_normalization::char::is_combining_mark;

use super::field::{Field, QrFields};

/// A text and what may stand in its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Abbreviation {
    long: String,
    short: String,
}

/// Why a pair of texts is not an abbreviation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AbbreviationError {
    /// Nothing is left of one of the two after cleaning, or the long one has no letter.
    #[error("an abbreviation needs a long and a short form")]
    Empty,
    /// The short form has as many characters as the long one, or more.
    #[error("{short} is not shorter than {long}")]
    NotShorter {
        /// The long form.
        long: String,
        /// The short form.
        short: String,
    },
    /// The long form has two short ones.
    #[error("{long} is abbreviated twice")]
    Twice {
        /// The long form.
        long: String,
    },
}

impl Abbreviation {
    /// A pair, cleaned to NFC.
    ///
    /// # Errors
    /// [`AbbreviationError::Empty`], [`AbbreviationError::NotShorter`].
    pub fn new(long: &str, short: &str) -> Result<Self, AbbreviationError> {
        let (long, short) = (clean(long), clean(short));
        if key(&long).is_empty() || short.is_empty() {
            return Err(AbbreviationError::Empty);
        }
        if short.chars().count() >= long.chars().count() {
            return Err(AbbreviationError::NotShorter { long, short });
        }
        Ok(Self { long, short })
    }

    /// What is abbreviated.
    pub fn long(&self) -> &str {
        &self.long
    }

    /// What stands for it.
    pub fn short(&self) -> &str {
        &self.short
    }

    /// The text with the short form wherever the long one stands as whole words, in any case and either placement of tones
    /// (`Ủy ban`, `Uỷ ban`); `None` if it stands nowhere. Where the long form is all capitals, the short one becomes so.
    pub fn apply(&self, text: &str) -> Option<String> {
        let words: Vec<&str> = text.split(' ').collect();
        let (key, length) = (key(&self.long), self.long.split(' ').count());
        let mut out: Vec<String> = Vec::with_capacity(words.len());
        let (mut at, mut found) = (0, false);
        while let Some(word) = words.get(at) {
            match words.get(at..at + length).and_then(|window| self.replace(&window.join(" "), &key)) {
                Some(short) => {
                    out.push(short);
                    at += length;
                    found = true;
                }
                None => {
                    out.push((*word).to_owned());
                    at += 1;
                }
            }
        }
        found.then(|| out.join(" "))
    }

    /// The short form between what brackets, quotes and commas stand around the long one.
    fn replace(&self, window: &str, wanted: &str) -> Option<String> {
        let (before, inner, behind) = split_around(window);
        if key(inner) != wanted {
            return None;
        }
        let capitals = !inner.chars().any(char::is_lowercase);
        let short = if capitals { self.short.to_uppercase() } else { self.short.clone() };
        Some(format!("{before}{short}{behind}"))
    }
}

/// The list that the province approved; edited by making a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abbreviations(Vec<Abbreviation>);

/// An abbreviation that a proposal applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// In which field.
    pub field: Field,
    /// Which.
    pub abbreviation: Abbreviation,
}

/// What would make a record fit; none of `applied` could be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The record with the abbreviations in it.
    pub fields: QrFields,
    /// The abbreviations, at least one.
    pub applied: Vec<Applied>,
}

impl Abbreviations {
    /// A list in the order of preference, which counts where one abbreviation is enough.
    ///
    /// # Errors
    /// [`AbbreviationError::Twice`] if two entries abbreviate the same.
    pub fn new(list: Vec<Abbreviation>) -> Result<Self, AbbreviationError> {
        let mut keys: Vec<String> = list.iter().map(|entry| key(&entry.long)).collect();
        for (at, entry) in list.iter().enumerate() {
            let known = std::mem::take(&mut keys[at]);
            if keys.contains(&known) {
                return Err(AbbreviationError::Twice { long: entry.long.clone() });
            }
        }
        Ok(Self(list))
    }

    /// The entries in order.
    pub fn entries(&self) -> &[Abbreviation] {
        &self.0
    }

    /// The abbreviations with which `fits` holds of a record: the first that is enough alone, else all that apply without
    /// those that are not needed, the least useful left out first. `None` if the record fits as it is, or with no set of them.
    pub fn propose(&self, fields: &QrFields, fits: impl Fn(&QrFields) -> bool) -> Option<Proposal> {
        if fits(fields) {
            return None;
        }
        let usable: Vec<(Field, &Abbreviation)> = Field::ALL
            .into_iter()
            .filter(|field| field.may_be_abbreviated())
            .flat_map(|field| self.0.iter().map(move |entry| (field, entry)))
            .filter(|(field, entry)| entry.apply(&clean(fields.get(*field))).is_some())
            .collect();
        let fitting = |chosen: &[(Field, &Abbreviation)]| {
            Some(abbreviate(fields, chosen)).filter(|proposal| fits(&proposal.fields))
        };
        if let Some(proposal) = usable.iter().find_map(|only| fitting(&[*only])) {
            return Some(proposal);
        }
        let mut chosen = usable;
        chosen.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.saved()));
        let mut best = fitting(&chosen)?;
        for at in (0..chosen.len()).rev() {
            let mut fewer = chosen.clone();
            fewer.remove(at);
            if let Some(proposal) = fitting(&fewer) {
                (chosen, best) = (fewer, proposal);
            }
        }
        Some(best)
    }
}

impl Abbreviation {
    fn saved(&self) -> usize {
        self.long.chars().count().saturating_sub(self.short.chars().count())
    }
}

/// The record with these abbreviations, the longest forms first: what a longer one took is not there for a shorter one.
fn abbreviate(fields: &QrFields, chosen: &[(Field, &Abbreviation)]) -> Proposal {
    let mut proposal = Proposal { fields: fields.clone(), applied: Vec::new() };
    let mut chosen = chosen.to_vec();
    chosen.sort_by_key(|(field, entry)| (*field, std::cmp::Reverse(entry.long.chars().count())));
    for (field, entry) in chosen {
        let text = proposal.fields.get_mut(field);
        if let Some(shorter) = entry.apply(&clean(text)) {
            *text = shorter;
            proposal.applied.push(Applied { field, abbreviation: entry.clone() });
        }
    }
    proposal
}

/// What two spellings of one text share.
fn key(text: &str) -> String {
    canonical_tone(&split_around(text).1.to_lowercase())
}

/// Punctuation before the first and behind the last letter or digit, and what stands between.
fn split_around(text: &str) -> (&str, &str, &str) {
    let outside = |c: char| !c.is_alphanumeric() && !is_combining_mark(c);
    let rest = text.trim_start_matches(outside);
    let inner = rest.trim_end_matches(outside);
    (&text[..text.len() - rest.len()], inner, &rest[inner.len()..])
}

impl Default for Abbreviations {
    /// What a province begins with, until it approves a list of its own.
    fn default() -> Self {
        let pair = |(long, short): &(&str, &str)| Abbreviation { long: (*long).to_owned(), short: (*short).to_owned() };
        Self(OFFICIAL.iter().map(pair).collect())
    }
}

/// The symbols by which bodies are called in the numbers of their documents (NĐ 30/2020/NĐ-CP, Phụ lục III: `QĐ-UBND`,
/// `TT-BGDĐT`, `QĐ-BQL`), kinds of schools as the Ministry of Education writes them (THPT, THCS), and deputies.
#[rustfmt::skip]
const OFFICIAL: &[(&str, &str)] = &[
    ("Ủy ban nhân dân", "UBND"), ("Hội đồng nhân dân", "HĐND"), ("Mặt trận Tổ quốc", "MTTQ"),
    ("Phó Giám đốc", "P. Giám đốc"), ("Phó Chủ tịch", "P. Chủ tịch"), ("Phó Trưởng phòng", "P. Trưởng phòng"),
    ("Phó Trưởng ban", "P. Trưởng ban"), ("Phó Hiệu trưởng", "P. Hiệu trưởng"), ("Phó Chi cục trưởng", "P. Chi cục trưởng"),
    ("Phó Chánh Thanh tra", "P. Chánh Thanh tra"), ("Phó Chánh Văn phòng", "P. Chánh Văn phòng"), ("Văn phòng", "VP"),
    ("Giáo dục và Đào tạo", "GDĐT"), ("Nông nghiệp và Môi trường", "NNMT"), ("Khoa học và Công nghệ", "KHCN"),
    ("Văn hóa, Thể thao và Du lịch", "VHTTDL"), ("Văn hóa và Thể thao", "VHTT"), ("Dân tộc và Tôn giáo", "DTTG"),
    ("Nông nghiệp và Phát triển nông thôn", "NNPTNT"), ("Tài nguyên và Môi trường", "TNMT"),
    ("Kế hoạch và Đầu tư", "KHĐT"), ("Thông tin và Truyền thông", "TTTT"), ("Giao thông vận tải", "GTVT"),
    ("Lao động - Thương binh và Xã hội", "LĐTBXH"), ("Lao động, Thương binh và Xã hội", "LĐTBXH"),
    ("Ban Quản lý", "BQL"), ("Khu kinh tế", "KKT"), ("Khu công nghiệp", "KCN"),
    ("Trung học phổ thông", "THPT"), ("Trung học cơ sở", "THCS"), ("Thành phố", "TP."),
    ("Tổ trưởng chuyên môn", "Tổ trưởng CM"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair(long: &str, short: &str) -> Abbreviation {
        Abbreviation::new(long, short).unwrap()
    }

    #[test]
    fn whole_words_in_any_case_and_placement_of_tones() {
        let committee = pair("Ủy ban nhân dân", "UBND");
        let applied = |text: &str| committee.apply(text);
        assert_eq!(applied("Ủy ban nhân dân tỉnh Hương Giang").unwrap(), "UBND tỉnh Hương Giang");
        assert_eq!(applied("Chủ tịch Uỷ ban nhân dân").unwrap(), "Chủ tịch UBND");
        assert_eq!(applied("VĂN PHÒNG (ỦY BAN NHÂN DÂN), TỈNH").unwrap(), "VĂN PHÒNG (UBND), TỈNH");
        assert_eq!(applied("Ủy ban nhân dânx"), None);
        assert_eq!(applied("Ủy ban nhan dân"), None, "marks count");
        assert_eq!(applied("Ủy ban"), None);
        let deputy = pair("Phó Giám đốc", "P. Giám đốc");
        assert_eq!(deputy.apply("PHÓ GIÁM ĐỐC").unwrap(), "P. GIÁM ĐỐC");
        assert_eq!(deputy.apply("phó giám đốc, Phó Giám đốc").unwrap(), "P. Giám đốc, P. Giám đốc");
        assert_eq!(deputy.apply("Phó Tổng Giám đốc"), None);
    }

    #[test]
    fn the_list_that_a_province_begins_with_is_a_list() {
        let list = Abbreviations::default();
        for entry in list.entries() {
            assert_eq!(Abbreviation::new(entry.long(), entry.short()), Ok(entry.clone()), "clean, and shorter");
        }
        assert_eq!(Abbreviations::new(list.entries().to_vec()), Ok(list));
    }

    #[test]
    fn what_shortens_nothing_is_refused() {
        assert_eq!(Abbreviation::new(" ", "a"), Err(AbbreviationError::Empty));
        assert_eq!(Abbreviation::new("...", "a"), Err(AbbreviationError::Empty));
        assert_eq!(Abbreviation::new("Sở", "\u{200B}"), Err(AbbreviationError::Empty));
        let same = AbbreviationError::NotShorter { long: "Sở".into(), short: "Sơ".into() };
        assert_eq!(Abbreviation::new("Sở", "Sơ"), Err(same));
        let twice = Abbreviations::new(vec![pair("Uỷ ban", "UB"), pair("ủy ban", "U")]);
        assert_eq!(twice, Err(AbbreviationError::Twice { long: "Uỷ ban".into() }));
    }

    #[test]
    fn one_that_is_enough_comes_before_several_and_none_is_needless() {
        let list =
            Abbreviations::new(vec![pair("Phó", "P."), pair("Phó Giám đốc", "PGĐ"), pair("Giám đốc", "GĐ")]).unwrap();
        let fields =
            QrFields {
                position: "Phó Giám đốc".into(), managing_agency: "Giám đốc".into(), ..QrFields::default()
            };
        let within = |limit: usize| {
            let fits =
                |fields: &QrFields| fields.position.chars().count() + fields.managing_agency.chars().count() <= limit;
            let proposal = list.propose(&fields, fits)?;
            let applied: Vec<_> =
                proposal.applied.iter().map(|one| (one.field, one.abbreviation.short.clone())).collect();
            Some((proposal.fields.position, proposal.fields.managing_agency, applied))
        };
        let only = |field, short: &str| vec![(field, short.to_owned())];
        assert_eq!(within(20), None, "fits as it is");
        assert_eq!(within(19), Some(("Phó Giám đốc".into(), "GĐ".into(), only(Field::ManagingAgency, "GĐ"))));
        assert_eq!(within(11), Some(("PGĐ".into(), "Giám đốc".into(), only(Field::Position, "PGĐ"))));
        let both = vec![(Field::ManagingAgency, "GĐ".to_owned()), (Field::Position, "PGĐ".to_owned())];
        assert_eq!(within(5), Some(("PGĐ".into(), "GĐ".into(), both)));
        assert_eq!(within(4), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}", long in "\\PC{0,12}", short in "\\PC{0,5}") {
            if let Ok(entry) = Abbreviation::new(&long, &short) {
                let text = format!("{text} {long} {text}");
                if let Some(shorter) = entry.apply(&clean(&text)) {
                    prop_assert!(!shorter.is_empty());
                }
            }
        }

        #[test]
        fn other_words_stay(before in "[a-zệ]{1,5}", behind in "[a-zệ]{1,5}") {
            let entry = pair("Sở Nội vụ", "SNV");
            prop_assert_eq!(entry.apply(&format!("{before} sở nội vụ {behind}")), Some(format!("{before} SNV {behind}")));
            prop_assert_eq!(entry.apply(&format!("{before}sở nội vụ{behind}")), None);
        }
    }
}
