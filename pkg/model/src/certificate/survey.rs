//! Which position of a plan somebody has, from the title that the personnel record gives them, and which group their unit is in (R122, R141,
//! R153).

use super::plan::{Position, UnitGroup};
use crate::text::fold;
use crate::unit::UnitClass;

/// Heads of units, folded.
const HEADS: &[&str] = &[
    "giam doc",
    "tong giam doc",
    "chu tich",
    "cuc truong",
    "chi cuc truong",
    "vien truong",
    "hieu truong",
    "truong ban",
    "chanh thanh tra",
    "tong bien tap",
    "chu nhiem",
    "thu truong",
];
/// Heads of what a unit is divided into, folded.
const DIVISION_HEADS: &[&str] =
    &["truong phong", "truong khoa", "hat truong", "doi truong", "to truong", "truong bo phan"];

/// The position that a title means; none for whoever is in no plan by position.
pub fn position(title: &str) -> Option<Position> {
    let title = fold(title);
    let (deputy, rest) = match title.strip_prefix("pho ") {
        Some(rest) => (true, rest),
        None => (false, title.as_str()),
    };
    let begins = |names: &[&str]| names.iter().any(|name| rest == *name || rest.starts_with(&format!("{name} ")));
    let found = match deputy {
        false if begins(&["ke toan truong", "phu trach ke toan"]) => Position::ChiefAccountant,
        false if begins(&["chanh van phong"]) => Position::ChiefOfOffice,
        true if begins(&["chanh van phong"]) => Position::Deputy,
        false if begins(HEADS) => Position::Head,
        true if begins(HEADS) => Position::Deputy,
        false if begins(DIVISION_HEADS) => Position::DivisionHead,
        true if begins(DIVISION_HEADS) => Position::DivisionDeputy,
        false if begins(&["van thu"]) => Position::Clerk,
        false if begins(&["chuyen vien"]) => Position::Specialist,
        _ => return None,
    };
    Some(found)
}

impl UnitGroup {
    /// The group that a plan seeded from the registry puts units of a class in.
    pub fn of(class: UnitClass) -> Self {
        match class {
            UnitClass::Province | UnitClass::SpecialisedAgency => UnitGroup::Agencies,
            UnitClass::District => UnitGroup::Districts,
            UnitClass::PublicServiceUnit => UnitGroup::AgenciesAndServices,
            UnitClass::Association => UnitGroup::Associations,
            UnitClass::AttachedUnit => UnitGroup::AgencyServices,
            UnitClass::DistrictServiceUnit => UnitGroup::DistrictServices,
            UnitClass::Commune => UnitGroup::Communes,
        }
    }

    /// The classes of unit that are in it. The registry has no offices and associations of districts: those groups are empty.
    pub fn classes(self) -> &'static [UnitClass] {
        match self {
            UnitGroup::Agencies => &[UnitClass::Province, UnitClass::SpecialisedAgency],
            UnitGroup::Associations => &[UnitClass::Association],
            UnitGroup::AgencyServices => &[UnitClass::AttachedUnit],
            UnitGroup::AgenciesAndServices => {
                &[UnitClass::Province, UnitClass::SpecialisedAgency, UnitClass::PublicServiceUnit]
            }
            UnitGroup::Districts => &[UnitClass::District],
            UnitGroup::DistrictServices => &[UnitClass::DistrictServiceUnit],
            UnitGroup::DistrictOffices | UnitGroup::DistrictAssociations => &[],
            UnitGroup::Communes => &[UnitClass::Commune],
            UnitGroup::All => &UnitClass::ALL,
        }
    }

    /// Whether what is done in units of a class counts for a line of this group.
    pub fn has(self, class: UnitClass) -> bool {
        self.classes().contains(&class)
    }
}

impl Position {
    /// Whether what is done for somebody of that position counts for a line of this one.
    pub fn has(self, other: Option<Position>) -> bool {
        self == Position::Any && other != Some(Position::Unit) || other == Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_positions() {
        for (title, expected) in [
            ("Giám đốc", Some(Position::Head)),
            ("Phó Giám đốc", Some(Position::Deputy)),
            ("Chủ tịch Ủy ban nhân dân", Some(Position::Head)),
            ("Phó Chủ tịch Ủy ban nhân dân", Some(Position::Deputy)),
            ("Chi cục trưởng", Some(Position::Head)),
            ("Kế toán trưởng", Some(Position::ChiefAccountant)),
            ("Phụ trách kế toán", Some(Position::ChiefAccountant)),
            ("Chánh Văn phòng", Some(Position::ChiefOfOffice)),
            ("Phó Chánh Văn phòng", Some(Position::Deputy)),
            ("Trưởng phòng", Some(Position::DivisionHead)),
            ("Trưởng phòng Tổ chức", Some(Position::DivisionHead)),
            ("Phó Trưởng phòng", Some(Position::DivisionDeputy)),
            ("Văn thư viên", Some(Position::Clerk)),
            ("Chuyên viên chính", Some(Position::Specialist)),
            ("PHÓ TRƯỞNG BAN", Some(Position::Deputy)),
            ("Kế toán viên", None),
            ("Phó Kế toán trưởng", None),
            ("Lái xe", None),
            ("Giám đốcx", None),
            ("", None),
        ] {
            assert_eq!(position(title), expected, "{title}");
        }
    }

    #[test]
    fn every_class_is_in_its_group_and_in_the_whole() {
        for class in UnitClass::ALL {
            assert!(UnitGroup::of(class).has(class), "{class:?}");
            assert!(UnitGroup::All.has(class));
        }
        assert!(Position::Any.has(None) && Position::Any.has(Some(Position::Head)));
        assert!(!Position::Any.has(Some(Position::Unit)) && !Position::Head.has(None));
    }
}
