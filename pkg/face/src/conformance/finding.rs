//! What was found of a clause, and what follows from it.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Clause;

/// What a card's face is to the regulation, clause by clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One for each of [`Clause::all`], in that order.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether a clause is not met: then nothing is printed.
    pub fn blocks_printing(&self) -> bool {
        self.not_met().next().is_some()
    }

    /// What is not met.
    pub fn not_met(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| matches!(finding.verdict, Verdict::NotMet(_)))
    }
}

impl Serialize for Report {
    /// `blocks_printing` and `findings`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            blocks_printing: bool,
            findings: &'a [Finding],
        }
        Form { blocks_printing: self.blocks_printing(), findings: &self.findings }.serialize(serializer)
    }
}

/// What was found of one clause.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub clause: Clause,
    /// What it comes to.
    pub verdict: Verdict,
    /// What the regulation or the record asks for: a text of the card, or numbers with units, the same in every language.
    pub expected: String,
    /// What there is, in the same form; `—` for nothing.
    pub found: String,
}

impl fmt::Debug for Finding {
    /// Leaves out what the card says: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.clause, self.verdict)
    }
}

impl Serialize for Finding {
    /// `clause`, `source`, `requirement`, `decision`, `verdict`, `reason`, `expected`, `found`; `null` for no decision or reason.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            clause: Clause,
            source: &'static str,
            requirement: &'static str,
            decision: Option<&'static str>,
            verdict: &'static str,
            reason: Option<Reason>,
            expected: &'a str,
            found: &'a str,
        }
        let clause = self.clause;
        Form {
            clause,
            source: clause.source(),
            requirement: clause.requirement(),
            decision: clause.decision(),
            verdict: self.verdict.name(),
            reason: self.verdict.reason(),
            expected: &self.expected,
            found: &self.found,
        }
        .serialize(serializer)
    }
}

/// What a finding comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// As the regulation says.
    Met,
    /// Not to the letter, and as good; in what, the reason says.
    Equivalent(Reason),
    /// Against the regulation. Blocks printing.
    NotMet(Reason),
}

impl Verdict {
    /// Name in files: `met`, `equivalent`, `not_met`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Equivalent(_) => "equivalent",
            Self::NotMet(_) => "not_met",
        }
    }

    /// Why it is not simply met.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Met => None,
            Self::Equivalent(reason) | Self::NotMet(reason) => Some(reason),
        }
    }
}

/// In what a face is only equivalent, or why a clause is not met; in files by its name in `snake_case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Equivalent: a typeface with the advances of Times New Roman stands for it (R93).
    MetricCompatibleFont,
    /// Equivalent: the national emblem is the program's drawing and not the official artwork (R77).
    OwnDrawing,
    /// Equivalent: shortened by the province's approved list (R93).
    ApprovedAbbreviation,
    /// Equivalent: the regulation names no colour for cadres below department level, who get blue (C14).
    CadreWithoutColour,
    /// Equivalent: the symbol is smaller than 12 mm, so that its modules are whole dots of the printer.
    SmallerOnWholeDots,
    /// Equivalent: the regulation's text has lost the character, which the province chose (C7).
    SeparatorNotNamed,
    /// Equivalent: dots and strokes stand in what should be letters and digits, since a code or address needs them (C8).
    Punctuation,
    /// Equivalent: the code is that of the nearest unit above whose code fits (C4).
    UnitAbove,
    /// Equivalent: the address has no room for the card's code (C5).
    AddressWithoutCode,
    /// Not met: it is not there.
    Missing,
    /// Not met: it is there and must not be.
    Unexpected,
    /// Not met: the page has another size.
    OtherPageSize,
    /// Not met: the pixels have another colour.
    OtherColour,
    /// Not met: the national emblem on the card of a unit that is not administrative (R77).
    NationalEmblem,
    /// Not met: the text differs from the record's.
    OtherText,
    /// Not met: the glyphs that are drawn are not those of the text.
    OtherGlyphs,
    /// Not met: another typeface.
    OtherFont,
    /// Not met: another type size.
    OtherTypeSize,
    /// Not met: narrower or wider than its typeface sets it.
    Squeezed,
    /// Not met: bold for regular, or regular for bold.
    OtherWeight,
    /// Not met: the font file of a weight is of another weight or slanted.
    OtherFace,
    /// Not met: nearer to the page's edge than the margin, or beyond it.
    OutsideMargin,
    /// Not met: something else stands there.
    Overlap,
    /// Not met: hardly seen, or not at all.
    LowContrast,
    /// Not met: the lines do not stand as the blank's kind asks.
    OtherAlignment,
    /// Not met: other proportions than 3 : 4.
    NotThreeToFour,
    /// Not met: smaller than it may be.
    TooSmall,
    /// Not met: larger than it may be.
    TooLarge,
    /// Not met: printed where the chip's contacts are.
    OnContacts,
    /// Not met: not two equal bars side by side.
    NotTwoBars,
    /// Not met: something in the white around the symbol.
    QuietZoneNotWhite,
    /// Not met: modules of fewer dots than scanners read after printing.
    TooFewDots,
    /// Not met: modules that are no whole dots, or not all the same; or no QR symbol.
    NotWholeDots,
    /// Not met: no decoder reads it.
    Unreadable,
    /// Not met: not nine fields.
    NotNineFields,
    /// Not met: parted by another character than the province's.
    OtherSeparator,
    /// Not met: more characters than allowed.
    TooLong,
    /// Not met: the field differs from the record.
    OtherValue,
    /// Not met: the signature is another key's, or does not hold.
    NotSigned,
}
