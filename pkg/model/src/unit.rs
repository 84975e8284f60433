//! Units of a province: their classes (R2) and the kinds of authorised post (R4).

use serde::{Deserialize, Serialize};

/// Class of a unit. The seven classes of the province's project (Thừa Thiên Huế 2017, Appendix I) below the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitClass {
    /// The root: the provincial People's Committee (UBND tỉnh). Not counted among the 956.
    Province,
    /// Specialised agency of the province (cơ quan chuyên môn: sở, ban, ngành).
    SpecialisedAgency,
    /// District People's Committee (UBND huyện). Abolished 1/7/2025; kept for history (QĐ 19/2025/QĐ-TTg).
    District,
    /// Public-service unit of the province (đơn vị sự nghiệp).
    PublicServiceUnit,
    /// Special association with assigned posts (hội đặc thù được giao biên chế).
    Association,
    /// Unit attached to a provincial agency (đơn vị trực thuộc cơ quan).
    AttachedUnit,
    /// Service unit of a district (đơn vị sự nghiệp thuộc huyện).
    DistrictServiceUnit,
    /// Commune, ward or town People's Committee (UBND xã, phường, thị trấn).
    Commune,
}

impl UnitClass {
    /// Every class, the root first.
    pub const ALL: [UnitClass; 8] = [
        UnitClass::Province,
        UnitClass::SpecialisedAgency,
        UnitClass::District,
        UnitClass::PublicServiceUnit,
        UnitClass::Association,
        UnitClass::AttachedUnit,
        UnitClass::DistrictServiceUnit,
        UnitClass::Commune,
    ];

    /// Name used in the database, in URLs and in files.
    pub fn name(self) -> &'static str {
        match self {
            UnitClass::Province => "province",
            UnitClass::SpecialisedAgency => "specialised_agency",
            UnitClass::District => "district",
            UnitClass::PublicServiceUnit => "public_service_unit",
            UnitClass::Association => "association",
            UnitClass::AttachedUnit => "attached_unit",
            UnitClass::DistrictServiceUnit => "district_service_unit",
            UnitClass::Commune => "commune",
        }
    }

    /// The class of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Whether units of this class are administrative ones, whose cards must show the national emblem (R77): the people's
    /// committees, and their agencies; not what only belongs to them or gives services, and no association.
    pub fn is_administrative(self) -> bool {
        match self {
            UnitClass::Province | UnitClass::SpecialisedAgency | UnitClass::District | UnitClass::Commune => true,
            UnitClass::AttachedUnit
            | UnitClass::PublicServiceUnit
            | UnitClass::Association
            | UnitClass::DistrictServiceUnit => false,
        }
    }
}

/// Kind of authorised post (biên chế), R4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    /// Civil servant (công chức).
    CivilServant,
    /// Public employee (viên chức).
    PublicEmployee,
    /// Contract under Decree 68/2000/NĐ-CP.
    Contract68,
    /// Contract under Decree 43/2006/NĐ-CP.
    Contract43,
}

impl PostKind {
    /// Every kind.
    pub const ALL: [PostKind; 4] =
        [PostKind::CivilServant, PostKind::PublicEmployee, PostKind::Contract68, PostKind::Contract43];

    /// Name used in the database, in URLs and in files.
    pub fn name(self) -> &'static str {
        match self {
            PostKind::CivilServant => "civil_servant",
            PostKind::PublicEmployee => "public_employee",
            PostKind::Contract68 => "contract_68",
            PostKind::Contract43 => "contract_43",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
