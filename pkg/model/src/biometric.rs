//! What a biometric or app-based entry system of a unit may be given from the portal, with each person's consent (R113).

/// A field that is handed over. The citizen number and the day of birth are none: no gate needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ExportField {
    /// Full name.
    Name,
    /// Personnel code, by which each person is named in the file; always there.
    PersonnelCode,
    /// The unit.
    Unit,
    /// Position.
    Position,
    /// Code of the active card.
    CardCode,
    /// The portrait, as a file of its own.
    Portrait,
}

impl ExportField {
    /// Every field, in the order of the file.
    pub const ALL: [ExportField; 6] = [
        ExportField::PersonnelCode,
        ExportField::Name,
        ExportField::Unit,
        ExportField::Position,
        ExportField::CardCode,
        ExportField::Portrait,
    ];

    /// Name used in the database and in files.
    pub fn name(self) -> &'static str {
        match self {
            ExportField::Name => "name",
            ExportField::PersonnelCode => "personnel_code",
            ExportField::Unit => "unit",
            ExportField::Position => "position",
            ExportField::CardCode => "card_code",
            ExportField::Portrait => "portrait",
        }
    }

    /// The field of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The fields that a row lists, `personnel_code name`; unknown ones are left out.
    pub fn list(names: &str) -> Vec<Self> {
        names.split(' ').filter_map(Self::from_name).collect()
    }

    /// As a row lists them: in the order of the file, the personnel code always among them.
    pub fn names(fields: &[Self]) -> String {
        let kept = Self::ALL.into_iter().filter(|field| *field == ExportField::PersonnelCode || fields.contains(field));
        kept.map(Self::name).collect::<Vec<_>>().join(" ")
    }
}

/// What somebody answered. Nothing is consent but a yes (Luật 91/2025/QH15; 356/2025/NĐ-CP: silence and a box that is ticked
/// already are none).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConsentAnswer {
    /// Yes.
    Given,
    /// No.
    Refused,
    /// Yes once, and not any more.
    Withdrawn,
}

impl ConsentAnswer {
    /// Every answer.
    pub const ALL: [ConsentAnswer; 3] = [ConsentAnswer::Given, ConsentAnswer::Refused, ConsentAnswer::Withdrawn];

    /// Name used in the database.
    pub fn name(self) -> &'static str {
        match self {
            ConsentAnswer::Given => "given",
            ConsentAnswer::Refused => "refused",
            ConsentAnswer::Withdrawn => "withdrawn",
        }
    }

    /// The answer of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.name() == name)
    }

    /// Whether it may follow what was answered before.
    pub fn follows(self, before: Option<ConsentAnswer>) -> bool {
        match self {
            ConsentAnswer::Given => before != Some(ConsentAnswer::Given),
            ConsentAnswer::Refused => before.is_none(),
            ConsentAnswer::Withdrawn => before == Some(ConsentAnswer::Given),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for field in ExportField::ALL {
            assert_eq!(ExportField::from_name(field.name()), Some(field));
        }
        for answer in ConsentAnswer::ALL {
            assert_eq!(ConsentAnswer::from_name(answer.name()), Some(answer));
        }
    }

    #[test]
    fn fields_stand_in_the_order_of_the_file() {
        let names = ExportField::names(&[ExportField::Portrait, ExportField::Name]);
        assert_eq!(names, "personnel_code name portrait");
        assert_eq!(ExportField::list(&names).len(), 3);
        assert_eq!(ExportField::list("name citizen_id"), [ExportField::Name]);
    }

    #[test]
    fn only_a_yes_is_withdrawn_and_each_answer_can_be_changed() {
        use ConsentAnswer::{Given, Refused, Withdrawn};
        assert!(Given.follows(None) && Given.follows(Some(Refused)) && Given.follows(Some(Withdrawn)));
        assert!(Withdrawn.follows(Some(Given)) && !Withdrawn.follows(None) && !Withdrawn.follows(Some(Refused)));
        assert!(Refused.follows(None) && !Refused.follows(Some(Given)) && !Given.follows(Some(Given)));
    }
}
