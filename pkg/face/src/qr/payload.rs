//! The text in the QR code, checked field by field.

use std::fmt;

use super::draft::Draft;
use super::fault::Fault;
use super::field::{Field, QrFields};
use super::resolution::Resolution;

/// Most characters of the whole, separators included (838/QĐ-BNV, Điều 1 §2a; C5).
pub const MAX_CHARS: usize = 130;

/// The character between two fields; `|` by default (C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Separator(char);

/// A character that may not separate fields, since fields need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not separate fields")]
pub struct SeparatorError(pub char);

impl Separator {
    /// What may be chosen.
    pub const ALL: [char; 9] = ['|', ';', '#', '~', '^', '$', '*', '!', ','];

    /// A separator out of [`Separator::ALL`].
    ///
    /// # Errors
    /// [`SeparatorError`] for any other character.
    pub fn new(character: char) -> Result<Self, SeparatorError> {
        Self::ALL.contains(&character).then_some(Self(character)).ok_or(SeparatorError(character))
    }

    /// The character.
    pub const fn character(self) -> char {
        self.0
    }
}

impl Default for Separator {
    fn default() -> Self {
        Self('|')
    }
}

/// The text of a QR code: nine fields within their maxima, at most [`MAX_CHARS`] characters in all, NFC, and a symbol that
/// the printer can print.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    pub(super) text: String,
    pub(super) parts: [String; 9],
    pub(super) separator: Separator,
}

impl Payload {
    /// Cleans, checks and joins the fields. The status address is `HOST/t/CODE` where all limits allow it, else `HOST` (C5).
    ///
    /// # Errors
    /// All [`Fault`]s at once, at least one, in the order of the fields.
    pub fn new(fields: &QrFields, separator: Separator, resolution: Resolution) -> Result<Self, Vec<Fault>> {
        Draft::new(fields, separator, resolution).finish()
    }

    /// The text as it stands in the symbol.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A field's text; of the status address all of it, not only the host.
    pub fn get(&self, field: Field) -> &str {
        &self.parts[field as usize]
    }

    /// What separates the fields.
    pub fn separator(&self) -> Separator {
        self.separator
    }
}

impl fmt::Debug for Payload {
    /// Says nothing of what is in it: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Payload(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Budget;
    use super::super::records::example;
    use super::*;

    fn payload(fields: &QrFields) -> Result<Payload, Vec<Fault>> {
        Payload::new(fields, Separator::default(), Resolution::Dpi600)
    }

    #[test]
    fn fields_stand_in_the_regulations_order() {
        let payload = payload(&example()).unwrap();
        assert_eq!(
            payload.as_str(),
            "7kQp|Nguyễn Thị Hường|02/09/1985|Nữ|046185001234|H57.10|UBND tỉnh Hương Giang|Chuyên viên|the.hg.gov.vn/t/7kQp"
        );
        assert_eq!(payload.get(Field::StatusUrl), "the.hg.gov.vn/t/7kQp");
        assert_eq!(format!("{payload:?}"), "Payload(…)");
    }

    #[test]
    fn the_address_carries_the_code_up_to_13_characters_of_host() {
        // C5: 13 + "/t/" + 4 = 20
        let at = |host: &str| payload(&QrFields { host: host.to_owned(), ..example() });
        assert_eq!(at("thecc.gov.vn").unwrap().get(Field::StatusUrl), "thecc.gov.vn/t/7kQp");
        assert_eq!(at("thecbx.gov.vn").unwrap().get(Field::StatusUrl), "thecbx.gov.vn/t/7kQp");
        assert_eq!(at("thecbcc.gov.vn").unwrap().get(Field::StatusUrl), "thecbcc.gov.vn");
        let too_long = Fault::TooLong { field: Field::StatusUrl, found: 21, maximum: 20 };
        assert_eq!(at("the.huonggiang.gov.vn"), Err(vec![too_long]));
        let format = Fault::Format { field: Field::StatusUrl };
        assert_eq!(
            (at("http://a.vn"), at("a.vn/"), at("./t/x")),
            (Err(vec![format]), Err(vec![format]), Err(vec![format]))
        );
        assert_eq!(at(""), Err(vec![Fault::Empty { field: Field::StatusUrl }]));
        assert_eq!(at("http://a?b"), Err(vec![Fault::Character { field: Field::StatusUrl, character: '?' }]));
    }

    #[test]
    fn the_code_leaves_the_address_where_the_whole_would_be_too_long() {
        let mut fields = example();
        fields.managing_agency = "Sở Nông nghiệp và Môi trường".to_owned();
        fields.position = "Phó Trưởng phòng".to_owned();
        fields.full_name = "Công Tằng Tôn Nữ Thị Hoài".to_owned();
        let payload = payload(&fields).unwrap();
        assert_eq!(payload.get(Field::StatusUrl), "the.hg.gov.vn", "else 131 characters");
        assert_eq!(payload.as_str().chars().count(), 124);
    }

    #[test]
    fn another_fields_excess_leaves_the_address_as_it_is() {
        let fields = QrFields { position: "Nhân viên thư viện".to_owned(), ..example() };
        let budget = Budget::new(&fields, Separator::default(), Resolution::Dpi300);
        assert_eq!((budget.fields[7].over(), budget.fields[8].chars, budget.over()), (1, 20, 0));
    }

    #[test]
    fn all_faults_come_at_once() {
        let fields = QrFields {
            card_code: "7kQ!".into(),
            full_name: "Nguyễn|An".into(),
            birth_date: "1985-09-02".into(),
            sex: String::new(),
            citizen_id: "04618500123".into(),
            unit_code: "H57.10.05.01".into(),
            managing_agency: "Ủy ban nhân dân tỉnh Hương Giang".into(),
            position: "Nhân viên 💳".into(),
            host: " \u{200B}".into(),
        };
        assert_eq!(
            payload(&fields).unwrap_err(),
            [
                Fault::Character { field: Field::CardCode, character: '!' },
                Fault::Separator { field: Field::FullName },
                Fault::Character { field: Field::BirthDate, character: '-' },
                Fault::Empty { field: Field::Sex },
                Fault::Format { field: Field::CitizenId },
                Fault::TooLong { field: Field::UnitCode, found: 12, maximum: 9 },
                Fault::TooLong { field: Field::ManagingAgency, found: 32, maximum: 30 },
                Fault::Character { field: Field::Position, character: '💳' },
                Fault::Empty { field: Field::StatusUrl },
            ]
        );
    }

    #[test]
    fn dates_have_two_two_and_four_digits() {
        for wrong in ["2/9/1985", "02/09/85", "00/09/1985", "02/13/1985", "02//9/1985", "020/9/1985", "02/09/19/5"] {
            let fields = QrFields { birth_date: wrong.to_owned(), ..example() };
            assert_eq!(payload(&fields), Err(vec![Fault::Format { field: Field::BirthDate }]), "{wrong}");
        }
    }

    #[test]
    fn decomposed_text_counts_as_its_composed_form() {
        // R173: 22 characters in NFD, 16 in NFC
        let nfd = "Nguye\u{0302}\u{0303}n Thi\u{0323} Hu\u{031B}o\u{031B}\u{0300}ng";
        let fields = QrFields { full_name: nfd.to_owned(), ..example() };
        assert_eq!(payload(&fields).unwrap().as_str(), payload(&example()).unwrap().as_str());
    }

    #[test]
    fn separators_are_what_fields_do_not_need() {
        assert!(Separator::ALL.iter().all(|c| Separator::new(*c).unwrap().character() == *c));
        for c in ['/', '.', ' ', '-', 'a', '1', '\n', ':'] {
            assert_eq!(Separator::new(c), Err(SeparatorError(c)));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_passes_is_within_the_limits(
            texts in proptest::array::uniform9("\\PC{0,40}|[A-ZĐệữ0-9/. |]{0,30}"), at in 0..9_usize, separator in 0..9_usize
        ) {
            let separator = Separator::new(Separator::ALL[separator]).unwrap();
            let mut all = QrFields::default();
            let mut one = example();
            for (field, text) in Field::ALL.into_iter().zip(&texts) {
                text.clone_into(all.get_mut(field));
            }
            texts[at].clone_into(one.get_mut(Field::ALL[at]));
            for fields in [all, one] {
                match Payload::new(&fields, separator, Resolution::Dpi300) {
                    Err(faults) => prop_assert!(!faults.is_empty()),
                    Ok(payload) => {
                        prop_assert!(payload.as_str().chars().count() <= MAX_CHARS);
                        prop_assert_eq!(payload.as_str().split(separator.character()).count(), 9);
                        for field in Field::ALL {
                            prop_assert!((1..=field.maximum()).contains(&payload.get(field).chars().count()));
                        }
                    }
                }
            }
        }
    }
}
