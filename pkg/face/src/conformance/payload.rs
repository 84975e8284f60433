//! What the QR code says to a decoder that is not ours, from the printed pixels, against the record (838/QĐ-BNV, Điều 1 §2a; R85, R86).

use super::wording::{self, May};
use super::{Clause, Judge, NOTHING, Reason, Verdict, rule};
use crate::qr::Field;
use crate::record::Record;

impl Judge<'_> {
    /// `text` is what was read, `otherwise` why nothing was.
    pub(super) fn payload(&mut self, text: Option<String>, otherwise: Reason) {
        let separator = self.settings.separator.character();
        let wanted = Field::ALL.map(|field| wanted(self.record, field));
        let whole = wanted.join(&separator.to_string());
        let most = format!("≤ {}", rule::QR_CHARS);
        let Some(text) = text else {
            self.find(Clause::QrReadable, Verdict::NotMet(otherwise), whole, NOTHING);
            self.find(Clause::QrLength, Verdict::NotMet(otherwise), most, NOTHING);
            self.find(Clause::QrSeparator, Verdict::NotMet(otherwise), format!("9 × {separator}"), NOTHING);
            for (field, wanted) in Field::ALL.into_iter().zip(wanted) {
                self.find(Clause::QrField(field), Verdict::NotMet(otherwise), wanted, NOTHING);
            }
            return;
        };
        self.find(Clause::QrReadable, Verdict::Met, whole, text.clone());
        let chars = text.chars().count();
        self.hold(Clause::QrLength, chars <= rule::QR_CHARS, Reason::TooLong, most, chars.to_string());
        let (used, parts) = split(&text, separator);
        let verdict = match parts.len() {
            9 if used == separator => Verdict::Equivalent(Reason::SeparatorNotNamed),
            9 => Verdict::NotMet(Reason::OtherSeparator),
            _ => Verdict::NotMet(Reason::NotNineFields),
        };
        let fields = |count: usize, character: char| format!("{count} × {character}");
        self.find(Clause::QrSeparator, verdict, fields(9, separator), fields(parts.len(), used));
        for (at, (field, wanted)) in Field::ALL.into_iter().zip(&wanted).enumerate() {
            let found = parts.get(at).copied().unwrap_or_default();
            let verdict = self.field(field, wanted, found);
            let expected = format!("{wanted} (≤ {})", rule::most_chars(field));
            self.find(Clause::QrField(field), verdict, expected, found);
        }
    }

    fn field(&self, field: Field, wanted: &str, found: &str) -> Verdict {
        let may = match field {
            Field::ManagingAgency | Field::Position => May::BeAbbreviated,
            _ => May::Stay,
        };
        let verdict = wording::judged(wanted, found, may, &self.settings.abbreviations, Reason::OtherValue);
        if matches!(verdict, Verdict::NotMet(_)) && !(field == Field::StatusUrl && found == self.record.host) {
            return verdict;
        }
        if found.chars().count() > rule::most_chars(field) {
            return Verdict::NotMet(Reason::TooLong);
        }
        match field {
            // with the code where it fits, else the host alone (C5)
            Field::StatusUrl if found != wanted => Verdict::Equivalent(Reason::AddressWithoutCode),
            Field::UnitCode if found != self.record.unit_code.as_str() => Verdict::Equivalent(Reason::UnitAbove),
            // “định dạng chữ và số” (C8)
            Field::UnitCode | Field::StatusUrl if found.bytes().any(|byte| !byte.is_ascii_alphanumeric()) => {
                Verdict::Equivalent(Reason::Punctuation)
            }
            _ => verdict,
        }
    }
}

/// What the record puts into a field.
fn wanted(record: &Record, field: Field) -> String {
    let date = record.birth_date;
    match field {
        Field::CardCode => record.card_code.as_str().to_owned(),
        Field::FullName => record.full_name.clone(),
        // DD/MM/YYYY
        Field::BirthDate => format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year()),
        Field::Sex => record.sex.to_owned(),
        Field::CitizenId => record.citizen_id.as_str().to_owned(),
        Field::UnitCode => unit_code(record.unit_code.as_str()).to_owned(),
        Field::ManagingAgency => record.managing_agency.clone(),
        Field::Position => record.position.clone(),
        Field::StatusUrl => format!("{}/t/{}", record.host, record.card_code.as_str()),
    }
}

/// The code without its last groups, until it fits (C4).
fn unit_code(code: &str) -> &str {
    let mut short = code;
    while let Some((above, _)) = short.rsplit_once('.').filter(|_| short.len() > rule::most_chars(Field::UnitCode)) {
        short = above;
    }
    short
}

/// The fields between the province's character, or, where those are not nine, between another that makes nine of them.
fn split(text: &str, separator: char) -> (char, Vec<&str>) {
    let parts: Vec<&str> = text.split(separator).collect();
    if parts.len() == 9 {
        return (separator, parts);
    }
    let others = text.chars().filter(|other| !other.is_alphanumeric() && !" /.-".contains(*other));
    let mut nine = others.map(|other| (other, text.split(other).collect::<Vec<_>>())).filter(|it| it.1.len() == 9);
    nine.next().unwrap_or((separator, parts))
}
