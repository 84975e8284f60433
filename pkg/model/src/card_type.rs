//! The type of a card, the category of its holder that it follows from (R84), and the double stripe on its face (R87).

use serde::{Deserialize, Serialize};

use crate::text::clean;
use crate::unit::{PostKind, UnitClass};

/// Type of a card, the last part of its number (838/QĐ-BNV, Điều 1 §2a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardType {
    /// `CB`, cán bộ.
    Cb,
    /// `CC`, công chức.
    Cc,
    /// `VC`, viên chức.
    Vc,
    /// `XA`, cán bộ, công chức cấp xã.
    Xa,
    /// `XA0`, with the digit zero: người hoạt động không chuyên trách ở cấp xã.
    Xa0,
    /// `HĐ`, hợp đồng lao động, khác.
    Hd,
}

/// Why a text is not a card's type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardTypeError {
    /// Nothing is left after cleaning.
    #[error("card type is empty")]
    Empty,
    /// More characters than any type has.
    #[error("card type has {chars} characters, at most {max} are allowed")]
    TooLong {
        /// Characters found.
        chars: usize,
        /// Characters of the longest type.
        max: usize,
    },
    /// At most three characters that are none of the six types.
    #[error("{found:?} is not a card type: CB, CC, VC, XA, XA0 or HĐ")]
    Unknown {
        /// The text, upper case.
        found: String,
    },
}

impl CardType {
    /// Every type, in the order of Điều 1 §2a.
    pub const ALL: [CardType; 6] =
        [CardType::Cb, CardType::Cc, CardType::Vc, CardType::Xa, CardType::Xa0, CardType::Hd];
    /// Characters of the longest type.
    pub const MAX_CHARS: usize = 3;

    /// Reads a type in any case. The last character of `XA0` may be the letter O, and `HĐ` may have a look-alike of `Đ` or
    /// be its ASCII alias `HD` (C15).
    ///
    /// # Errors
    /// [`CardTypeError`].
    pub fn parse(text: &str) -> Result<Self, CardTypeError> {
        let text = clean(text).to_uppercase(); // `clean` writes Đ for what looks like it
        let chars = text.chars().count();
        match text.as_str() {
            "" => Err(CardTypeError::Empty),
            "CB" => Ok(CardType::Cb),
            "CC" => Ok(CardType::Cc),
            "VC" => Ok(CardType::Vc),
            "XA" => Ok(CardType::Xa),
            "XA0" | "XAO" => Ok(CardType::Xa0),
            "H\u{0110}" | "HD" => Ok(CardType::Hd),
            _ if chars > Self::MAX_CHARS => Err(CardTypeError::TooLong { chars, max: Self::MAX_CHARS }),
            _ => Err(CardTypeError::Unknown { found: text }),
        }
    }

    /// The type as stored and printed: `HĐ` is U+0048 U+0110, `XA0` ends in a zero.
    pub fn as_str(self) -> &'static str {
        match self {
            CardType::Hd => "H\u{0110}",
            other => other.ascii(),
        }
    }

    /// The type in ASCII, for URLs and names of files only: `HD` for `HĐ` (C15).
    pub fn ascii(self) -> &'static str {
        match self {
            CardType::Cb => "CB",
            CardType::Cc => "CC",
            CardType::Vc => "VC",
            CardType::Xa => "XA",
            CardType::Xa0 => "XA0",
            CardType::Hd => "HD",
        }
    }

    /// Name used in the database and in files.
    pub fn name(self) -> &'static str {
        match self {
            CardType::Cb => "cb",
            CardType::Cc => "cc",
            CardType::Vc => "vc",
            CardType::Xa => "xa",
            CardType::Xa0 => "xa0",
            CardType::Hd => "hd",
        }
    }

    /// The type of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|card_type| card_type.name() == name)
    }

    /// The double stripe on the face (838/QĐ-BNV, Điều 1 §2b; R87).
    ///
    /// Red is for managers among cadres, civil servants and public employees. An ordinary cadre is named by none of the
    /// three colours and has blue (C14). Commune officials have blue by name; whoever the green names has green, since no
    /// manager of department level stands among them.
    pub fn stripe(self, rank: Rank) -> Stripe {
        match (self, rank) {
            (CardType::Cb | CardType::Cc | CardType::Vc, Rank::Senior) => Stripe::Red,
            (CardType::Cb | CardType::Cc | CardType::Vc, Rank::Ordinary) | (CardType::Xa, _) => Stripe::Blue,
            (CardType::Xa0 | CardType::Hd, _) => Stripe::Green,
        }
    }
}

impl std::str::FromStr for CardType {
    type Err = CardTypeError;
    fn from_str(text: &str) -> Result<Self, CardTypeError> {
        Self::parse(text)
    }
}

impl std::fmt::Display for CardType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Category of a person in the personnel list, as 838/QĐ-BNV divides them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Employment {
    /// Cadre (cán bộ): elected or appointed for a term, province and above.
    Cadre,
    /// Civil servant (công chức).
    CivilServant,
    /// Public employee (viên chức).
    PublicEmployee,
    /// Cadre or civil servant of a commune (cán bộ, công chức cấp xã).
    CommuneOfficial,
    /// Part-time worker of a commune (người hoạt động không chuyên trách ở cấp xã).
    CommunePartTime,
    /// Contract of employment, and everybody else (hợp đồng lao động, khác).
    Contract,
}

impl Employment {
    /// Every category, in the order of the card types.
    pub const ALL: [Employment; 6] = [
        Employment::Cadre,
        Employment::CivilServant,
        Employment::PublicEmployee,
        Employment::CommuneOfficial,
        Employment::CommunePartTime,
        Employment::Contract,
    ];

    /// The category that the kind of post and the class of its unit tell. Cadres and part-time workers of communes have no
    /// kind of post of their own: their category must be stated.
    pub fn of_post(kind: PostKind, class: UnitClass) -> Self {
        match (kind, class) {
            (PostKind::CivilServant, UnitClass::Commune) => Employment::CommuneOfficial,
            (PostKind::CivilServant, _) => Employment::CivilServant,
            (PostKind::PublicEmployee, _) => Employment::PublicEmployee,
            (PostKind::Contract68 | PostKind::Contract43, _) => Employment::Contract,
        }
    }

    /// The type of the card that a person of this category gets: derived, never chosen (R84).
    pub fn card_type(self) -> CardType {
        match self {
            Employment::Cadre => CardType::Cb,
            Employment::CivilServant => CardType::Cc,
            Employment::PublicEmployee => CardType::Vc,
            Employment::CommuneOfficial => CardType::Xa,
            Employment::CommunePartTime => CardType::Xa0,
            Employment::Contract => CardType::Hd,
        }
    }

    /// Name used in the database and in files.
    pub fn name(self) -> &'static str {
        match self {
            Employment::Cadre => "cadre",
            Employment::CivilServant => "civil_servant",
            Employment::PublicEmployee => "public_employee",
            Employment::CommuneOfficial => "commune_official",
            Employment::CommunePartTime => "commune_part_time",
            Employment::Contract => "contract",
        }
    }

    /// The category of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|employment| employment.name() == name)
    }
}

/// Whether somebody manages at department level or above (quản lý cấp Vụ, cấp Sở và tương đương trở lên), R87.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Does.
    Senior,
    /// Does not.
    Ordinary,
}

impl Rank {
    /// Both.
    pub const ALL: [Rank; 2] = [Rank::Senior, Rank::Ordinary];

    /// Name used in the database and in files.
    pub fn name(self) -> &'static str {
        match self {
            Rank::Senior => "senior",
            Rank::Ordinary => "ordinary",
        }
    }

    /// The rank of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rank| rank.name() == name)
    }
}

/// Colour of the double stripe (vạch đôi), R87.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stripe {
    /// Đỏ.
    Red,
    /// Xanh da trời đậm, dark sky blue.
    Blue,
    /// Xanh cốm, the green of young rice.
    Green,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn types_are_written_as_the_decision_writes_them() {
        let written: Vec<&str> = CardType::ALL.into_iter().map(CardType::as_str).collect();
        assert_eq!(written, ["CB", "CC", "VC", "XA", "XA0", "HĐ"]);
        assert_eq!(CardType::Hd.as_str().chars().collect::<Vec<_>>(), ['\u{48}', '\u{110}']);
        assert!(CardType::ALL.into_iter().all(|card_type| card_type.ascii().is_ascii()));
    }

    #[test]
    fn look_alikes_are_read() {
        for text in ["HĐ", "hđ", "H\u{00D0}", "H\u{0189}", "h\u{00F0}", "HD", "hd", " Hđ\u{200B}"] {
            assert_eq!(CardType::parse(text), Ok(CardType::Hd), "{text}");
        }
        for text in ["XA0", "XAO", "xao", "xa0"] {
            assert_eq!(CardType::parse(text), Ok(CardType::Xa0), "{text}");
        }
        assert_eq!(CardType::parse("xa"), Ok(CardType::Xa));
    }

    #[test]
    fn each_mistake_has_its_error() {
        assert_eq!(CardType::parse(" "), Err(CardTypeError::Empty));
        assert_eq!(CardType::parse("XX"), Err(CardTypeError::Unknown { found: "XX".into() }));
        assert_eq!(CardType::parse("XÃ"), Err(CardTypeError::Unknown { found: "XÃ".into() }));
        assert_eq!(CardType::parse("046090001234"), Err(CardTypeError::TooLong { chars: 12, max: 3 }));
    }

    #[test]
    fn names_are_those_of_serde() {
        for card_type in CardType::ALL {
            assert_eq!(serde_json::to_value(card_type).unwrap(), card_type.name());
            assert_eq!(CardType::from_name(card_type.name()), Some(card_type));
        }
        for rank in Rank::ALL {
            assert_eq!(serde_json::to_value(rank).unwrap(), rank.name());
            assert_eq!(Rank::from_name(rank.name()), Some(rank));
        }
        for employment in Employment::ALL {
            assert_eq!(serde_json::to_value(employment).unwrap(), employment.name());
            assert_eq!(Employment::from_name(employment.name()), Some(employment));
        }
    }

    #[test]
    fn the_type_follows_from_the_category() {
        assert_eq!(Employment::ALL.map(Employment::card_type), CardType::ALL);
        let of = |kind, class| Employment::of_post(kind, class).card_type();
        assert_eq!(of(PostKind::CivilServant, UnitClass::SpecialisedAgency), CardType::Cc);
        assert_eq!(of(PostKind::CivilServant, UnitClass::Commune), CardType::Xa);
        assert_eq!(of(PostKind::PublicEmployee, UnitClass::Commune), CardType::Vc);
        assert_eq!(of(PostKind::Contract68, UnitClass::Commune), CardType::Hd);
        assert_eq!(of(PostKind::Contract43, UnitClass::PublicServiceUnit), CardType::Hd);
    }

    #[test]
    fn the_stripe_follows_type_and_rank() {
        use Stripe::{Blue, Green, Red};
        let stripes = |rank| CardType::ALL.map(|card_type| card_type.stripe(rank));
        assert_eq!(stripes(Rank::Ordinary), [Blue, Blue, Blue, Blue, Green, Green]);
        assert_eq!(stripes(Rank::Senior), [Red, Red, Red, Blue, Green, Green]);
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(text in "[CBVXAHDĐÐ0Oo ]{0,4}|\\PC*") {
            if let Ok(card_type) = CardType::parse(&text) {
                prop_assert_eq!(CardType::parse(card_type.as_str()), Ok(card_type));
                prop_assert_eq!(CardType::parse(card_type.ascii()), Ok(card_type));
            }
        }
    }
}
