//! The fields of a personal profile (hồ sơ cá nhân) that are compared with paper before they reach a card (R19–R21).

use serde::{Deserialize, Serialize};

/// A field that is verified by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Họ và tên.
    Name,
    /// Giới tính: `model::person::Sex` by name.
    Sex,
    /// Ngày sinh, ISO 8601.
    BornOn,
    /// Số căn cước, twelve digits.
    CitizenId,
    /// Chức vụ, chức danh, vị trí việc làm.
    Position,
    /// What the card's type follows from: `model::card_type::Employment` by name (R84).
    Employment,
    /// What the double stripe follows from: `model::card_type::Rank` by name (R87).
    Rank,
    /// The portrait: its master's SHA-256 in hexadecimal digits (R23).
    Portrait,
}

impl Field {
    /// Every field, in the order of the page.
    pub const ALL: [Field; 8] = [
        Field::Name,
        Field::Sex,
        Field::BornOn,
        Field::CitizenId,
        Field::Position,
        Field::Employment,
        Field::Rank,
        Field::Portrait,
    ];

    /// Name used in the database, in forms and in files.
    pub fn name(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Sex => "sex",
            Field::BornOn => "born_on",
            Field::CitizenId => "citizen_id",
            Field::Position => "position",
            Field::Employment => "employment",
            Field::Rank => "rank",
            Field::Portrait => "portrait",
        }
    }

    /// The field of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}
