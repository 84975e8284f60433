//! A record on its way into a payload: cleaned, joined, judged.

use std::ops::Range;

use model::text::clean;
use unicode_normalization::char::is_combining_mark;

use super::budget::{Budget, Print, Share};
use super::fault::Fault;
use super::field::{Field, QrFields};
use super::layout::Layout;
use super::payload::{MAX_CHARS, Payload, Separator};
use super::resolution::Resolution;
use super::symbol::TooDense;

/// A record's cleaned fields, joined but not yet judged.
pub(super) struct Draft {
    parts: [String; 9],
    text: String,
    separator: Separator,
    resolution: Resolution,
    print: Option<Print>,
}

impl Draft {
    /// With the code in the status address where that fits in every respect.
    pub(super) fn new(fields: &QrFields, separator: Separator, resolution: Resolution) -> Self {
        let parts = Field::ALL.map(|field| clean(fields.get(field)));
        let host = &parts[Field::StatusUrl as usize];
        let address = format!("{host}/t/{}", parts[Field::CardCode as usize]);
        let mut linked = parts.clone();
        linked[Field::StatusUrl as usize] = address;
        let linked = Self::joined(linked, separator, resolution);
        // another field's excess is that field's, and no reason to take the code out here
        let ours = |fault: &Fault| fault.field().is_none_or(|field| field == Field::StatusUrl);
        let usable = !host.is_empty() && !linked.over().iter().any(ours);
        if usable { linked } else { Self::joined(parts, separator, resolution) }
    }

    fn joined(parts: [String; 9], separator: Separator, resolution: Resolution) -> Self {
        let text = parts.join(&separator.character().to_string());
        let print = Layout::of(text.as_bytes()).map(|layout| Print::new(layout.version, layout.level, resolution));
        Self { parts, text, separator, resolution, print }
    }

    /// What is too long of it.
    fn over(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Field::ALL.into_iter().filter_map(|field| self.too_long(field)).collect();
        let found = self.text.chars().count();
        if found > MAX_CHARS {
            faults.push(Fault::Total { found, maximum: MAX_CHARS });
        }
        if !self.print.is_some_and(|print| print.fits()) {
            let version = self.print.map(|print| print.version);
            faults.push(Fault::TooDense(TooDense { version, resolution: self.resolution }));
        }
        faults
    }

    fn too_long(&self, field: Field) -> Option<Fault> {
        let (found, maximum) = (self.parts[field as usize].chars().count(), field.maximum());
        (found > maximum).then_some(Fault::TooLong { field, found, maximum })
    }

    /// Whether something is too long that abbreviations could help.
    pub(super) fn could_be_shortened(&self) -> bool {
        self.over().iter().any(|fault| fault.field().is_none_or(Field::may_be_abbreviated))
    }

    pub(super) fn budget(&self) -> Budget {
        Budget {
            fields: Field::ALL.map(|field| {
                let part = &self.parts[field as usize];
                Share { field, chars: part.chars().count(), bytes: part.len(), maximum: field.maximum() }
            }),
            chars: self.text.chars().count(),
            bytes: self.text.len(),
            print: self.print,
        }
    }

    pub(super) fn finish(self) -> Result<Payload, Vec<Fault>> {
        let mut faults = Vec::new();
        for (field, part) in Field::ALL.into_iter().zip(&self.parts) {
            if part.is_empty() {
                faults.push(Fault::Empty { field });
                continue;
            }
            let before = faults.len();
            faults.extend(self.too_long(field));
            if part.contains(self.separator.character()) {
                faults.push(Fault::Separator { field });
            }
            let wrong = |c: &char| *c != self.separator.character() && !allowed(field, *c);
            faults.extend(part.chars().find(wrong).map(|character| Fault::Character { field, character }));
            if faults.len() == before && !is_formed(field, part) {
                faults.push(Fault::Format { field });
            }
        }
        faults.extend(self.over().into_iter().filter(|fault| fault.field().is_none()));
        if faults.is_empty() {
            Ok(Payload { text: self.text, parts: self.parts, separator: self.separator })
        } else {
            Err(faults)
        }
    }
}

/// “Định dạng” of 838/QĐ-BNV, Điều 1 §2a, as C8 reads it.
fn allowed(field: Field, c: char) -> bool {
    let letter = c.is_alphabetic() || is_combining_mark(c);
    match field {
        Field::CardCode => c.is_ascii_alphanumeric(),
        Field::FullName => letter || matches!(c, ' ' | '\'' | '’' | '-' | '.'),
        Field::BirthDate => c.is_ascii_digit() || c == '/',
        Field::Sex => letter,
        Field::CitizenId => c.is_ascii_digit(),
        Field::UnitCode => c.is_ascii_alphanumeric() || c == '.',
        Field::ManagingAgency | Field::Position => {
            letter
                || c.is_ascii_digit()
                || c == ' '
                || c.is_ascii_punctuation()
                || matches!(c, '–' | '—' | '“' | '”' | '’')
        }
        // RFC 3986 §2.3, and what a host with port and path needs
        Field::StatusUrl => c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | ':' | '/'),
    }
}

fn is_formed(field: Field, part: &str) -> bool {
    match field {
        Field::BirthDate => {
            let digits =
                |range: Range<usize>| part.get(range).and_then(|digits| digits.parse::<u16>().ok()).unwrap_or(0);
            let slashes = part.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at).eq([2, 5]);
            part.len() == 10 && slashes && (1..=31).contains(&digits(0..2)) && (1..=12).contains(&digits(3..5))
        }
        Field::CitizenId => part.len() == 12,
        // a host, without scheme and path (C5)
        Field::StatusUrl => match part.split('/').collect::<Vec<_>>().as_slice() {
            [host] | [host, "t", _] => host.contains(|c: char| c.is_ascii_alphanumeric()),
            _ => false,
        },
        _ => true,
    }
}
