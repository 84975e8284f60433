//! The nine fields of the code on a card's front, whoever issued it: shown as they stand there, with what is not as the regulation has it.

use std::fmt;

use face::qr::{Fault, Field, MAX_CHARS, Payload, QrFields, Reading, Resolution, Separator, decode};
use model::card_code::CardCode;
use model::text::clean;

/// Where the public page is on its host.
const PAGE: &str = "/t/";

/// The code on the front of a card, as its issuer wrote it. Nothing in it is proven: anybody can print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Front {
    reading: Reading,
    chars: usize,
}

/// Something that is not as the regulation has it. Another issuer's card may be genuine with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Of one field, or too long on the whole.
    Fault(Fault),
    /// The address leads to another code than the card has.
    OtherCode,
}

impl Front {
    /// Reads it; `None` for the code of anything else.
    pub fn read(text: &str) -> Option<Self> {
        let reading = decode(text).ok()?;
        Some(Front { reading, chars: clean(text).chars().count() })
    }

    /// A field's text; `None` where it is empty.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.reading.get(field)
    }

    /// Characters in all, of at most [`MAX_CHARS`].
    pub fn chars(&self) -> usize {
        self.chars
    }

    /// What separates the fields.
    pub fn separator(&self) -> char {
        self.reading.separator()
    }

    /// The card's code, if it has the form of one of ours.
    pub fn code(&self) -> Option<CardCode> {
        let text = self.get(Field::CardCode)?;
        CardCode::parse(text).ok().filter(|code| code.as_str() == text)
    }

    /// The last four digits of the citizen number, by which the public page tells who has the card in hand.
    pub fn digits(&self) -> Option<&str> {
        let number = self.get(Field::CitizenId)?;
        let whole = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
        number.get(8..).filter(|_| whole)
    }

    /// The host that tells the card's state, in small letters and without what stands around it; `None` for what is no host.
    pub fn host(&self) -> Option<String> {
        let (host, _) = self.address()?;
        let host = host.to_ascii_lowercase();
        let label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let (name, port) = host.split_once(':').map_or((host.as_str(), "80"), |parts| parts);
        (name.contains('.') && name.split('.').all(label) && port.parse::<u16>().is_ok()).then(|| host.clone())
    }

    /// Host, and what stands behind it.
    fn address(&self) -> Option<(&str, &str)> {
        let url = self.get(Field::StatusUrl)?;
        let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
        Some(bare.find('/').map_or((bare, ""), |at| bare.split_at(at)))
    }

    /// What is not as the regulation has it, in the order of the fields.
    pub fn notes(&self) -> Vec<Note> {
        let separator = Separator::new(self.separator()).unwrap_or_default();
        let text = |field: Field| self.get(field).unwrap_or_default().to_owned();
        let (host, behind) = self.address().unwrap_or_default();
        let code = text(Field::CardCode);
        let linked = behind.strip_prefix(PAGE);
        // what the portal writes itself, host alone or with the code, is judged as it judges its own; anything else as it stands
        let usual = behind.is_empty() || linked.is_some();
        let fields = QrFields {
            card_code: code.clone(),
            full_name: text(Field::FullName),
            birth_date: text(Field::BirthDate),
            sex: text(Field::Sex),
            citizen_id: text(Field::CitizenId),
            unit_code: text(Field::UnitCode),
            managing_agency: text(Field::ManagingAgency),
            position: text(Field::Position),
            host: if usual { host.to_owned() } else { text(Field::StatusUrl) },
        };
        let faults = Payload::new(&fields, separator, Resolution::Dpi600).err().unwrap_or_default();
        let mut notes: Vec<Note> =
            faults.into_iter().filter(|fault| fault.field().is_some()).map(Note::Fault).collect();
        if linked.is_some_and(|linked| linked != code) {
            notes.push(Note::OtherCode);
        }
        if self.chars > MAX_CHARS {
            notes.push(Note::Fault(Fault::Total { found: self.chars, maximum: MAX_CHARS }));
        }
        notes
    }
}

impl Note {
    /// The field that it stands beside; `None` for the whole.
    pub fn field(&self) -> Option<Field> {
        match self {
            Note::Fault(fault) => fault.field(),
            Note::OtherCode => Some(Field::StatusUrl),
        }
    }

    /// Name of the sentence that says it.
    pub fn name(&self) -> &'static str {
        match self {
            Note::Fault(Fault::Empty { .. }) => "note-empty",
            Note::Fault(Fault::TooLong { .. }) => "note-long",
            Note::Fault(Fault::Total { .. } | Fault::TooDense(_)) => "note-total",
            Note::Fault(Fault::Separator { .. } | Fault::Character { .. }) => "note-character",
            Note::Fault(Fault::Format { .. }) => "note-format",
            Note::OtherCode => "note-code",
        }
    }

    /// Characters found and allowed, where there are too many.
    pub fn lengths(&self) -> Option<(usize, usize)> {
        match self {
            Note::Fault(Fault::TooLong { found, maximum, .. } | Fault::Total { found, maximum }) => {
                Some((*found, *maximum))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for Front {
    /// Says nothing of the person: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Front({} characters)", self.chars)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OURS: &str =
        "7hKq|Lê Thị Bình|02/03/1990|Nữ|046190001234|H57.10|UBND tỉnh Hương Giang|Chuyên viên|the.hg.gov.vn/t/7hKq";

    fn front(text: &str) -> Front {
        Front::read(text).unwrap_or_else(|| panic!("no front: {text}"))
    }

    #[test]
    fn the_nine_fields_of_ours_are_in_order() {
        let front = front(OURS);
        assert_eq!(front.notes(), []);
        assert_eq!((front.get(Field::FullName), front.digits()), (Some("Lê Thị Bình"), Some("1234")));
        assert_eq!(front.code().map(|code| code.to_string()).as_deref(), Some("7hKq"));
        assert_eq!((front.host().as_deref(), front.chars()), (Some("the.hg.gov.vn"), OURS.chars().count()));
        assert!(!format!("{front:?}").contains("Bình"));
    }

    #[test]
    fn another_issuers_code_is_shown_with_what_differs() {
        let other = OURS
            .replace('|', ";")
            .replace("the.hg.gov.vn/t/7hKq", "https://the.ca.gov.vn/kiem-tra/7hKq")
            .replace("7hKq;", "00l1;");
        let front = front(&other);
        assert_eq!(front.code(), None, "no code of ours has these letters");
        assert_eq!(front.host().as_deref(), Some("the.ca.gov.vn"));
        let names: Vec<_> = front.notes().iter().map(|note| (note.field(), note.name())).collect();
        assert_eq!(names, [(Some(Field::StatusUrl), "note-long"), (None, "note-total")][..names.len()], "{names:?}");
        assert_eq!(front.notes()[0].lengths(), Some((35, 20)));
    }

    #[test]
    fn what_is_wrong_stands_beside_its_field() {
        let wrong = OURS.replace("02/03/1990", "31/13/1990").replace("Lê Thị Bình", "").replace("/t/7hKq", "/t/7hKr");
        let names: Vec<_> = front(&wrong).notes().iter().map(|note| (note.field(), note.name())).collect();
        let expected = [
            (Some(Field::FullName), "note-empty"),
            (Some(Field::BirthDate), "note-format"),
            (Some(Field::StatusUrl), "note-code"),
        ];
        assert_eq!(names, expected);
        let long = OURS.replace("Chuyên viên", &"Chuyên viên ".repeat(8));
        let notes = front(&long).notes();
        assert!(notes.iter().any(|note| note.name() == "note-total" && note.field().is_none()), "{notes:?}");
    }

    #[test]
    fn a_number_that_is_none_has_no_digits_and_an_address_that_is_none_no_host() {
        let of = |from: &str, to: &str| front(&OURS.replace(from, to));
        assert_eq!(of("046190001234", "04619000123").digits(), None);
        for (address, host) in [
            ("the.hg.gov.vn", Some("the.hg.gov.vn")),
            ("THE.hg.gov.vn:8443/t/7hKq", Some("the.hg.gov.vn:8443")),
            ("hg", None),
            ("a..vn", None),
            ("a.vn:x", None),
            ("user@a.vn", None),
        ] {
            assert_eq!(of("the.hg.gov.vn/t/7hKq", address).host().as_deref(), host, "{address}");
        }
    }

    proptest! {
        #[test]
        fn any_text_ends_in_an_answer(text in "\\PC{0,300}", parts in proptest::collection::vec("\\PC{0,30}", 7..11)) {
            for text in [text, parts.join("|")] {
                if let Some(front) = Front::read(&text) {
                    let _ = (front.notes(), front.host(), front.digits(), front.code());
                }
                let _ = crate::read(&text);
            }
        }
    }
}
