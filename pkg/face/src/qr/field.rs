//! The nine fields in the regulation's order, with its maxima.

use std::fmt;

/// A field of the QR code (838/QĐ-BNV, Điều 1 §2a; R86), in the order in which they stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Mã số thẻ (ngẫu nhiên): letters and digits.
    CardCode,
    /// Họ và tên.
    FullName,
    /// Ngày, tháng, năm sinh: `DD/MM/YYYY`.
    BirthDate,
    /// Giới tính.
    Sex,
    /// Số CCCD: twelve digits.
    CitizenId,
    /// Mã cơ quan, đơn vị đang công tác: letters, digits and the dots of QĐ 20/2020/QĐ-TTg (C8).
    UnitCode,
    /// Tên cơ quan quản lý.
    ManagingAgency,
    /// Chức vụ, chức danh, vị trí việc làm.
    Position,
    /// Đường link kiểm tra: `HOST/t/CODE` or `HOST`, without scheme (C5, C8).
    StatusUrl,
}

impl Field {
    /// All nine, in order.
    pub const ALL: [Self; 9] = [
        Self::CardCode,
        Self::FullName,
        Self::BirthDate,
        Self::Sex,
        Self::CitizenId,
        Self::UnitCode,
        Self::ManagingAgency,
        Self::Position,
        Self::StatusUrl,
    ];

    /// Most characters (Unicode scalar values in NFC).
    pub const fn maximum(self) -> usize {
        // 838/QĐ-BNV, Điều 1 §2a; their sum is 130 without separators (C5)
        match self {
            Self::CardCode => 4,
            Self::FullName => 25,
            Self::BirthDate => 10,
            Self::Sex => 3,
            Self::CitizenId => 12,
            Self::UnitCode => 9,
            Self::ManagingAgency => 30,
            Self::Position => 17,
            Self::StatusUrl => 20,
        }
    }

    /// Name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CardCode => "card_code",
            Self::FullName => "full_name",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::CitizenId => "citizen_id",
            Self::UnitCode => "unit_code",
            Self::ManagingAgency => "managing_agency",
            Self::Position => "position",
            Self::StatusUrl => "status_url",
        }
    }

    /// What the regulation calls it.
    pub const fn term(self) -> &'static str {
        match self {
            Self::CardCode => "Mã số thẻ",
            Self::FullName => "Họ và tên",
            Self::BirthDate => "Ngày, tháng, năm sinh",
            Self::Sex => "Giới tính",
            Self::CitizenId => "Số CCCD",
            Self::UnitCode => "Mã cơ quan, đơn vị đang công tác",
            Self::ManagingAgency => "Tên cơ quan quản lý",
            Self::Position => "Chức vụ, chức danh, vị trí việc làm",
            Self::StatusUrl => "Đường link kiểm tra",
        }
    }

    /// Whether approved abbreviations may shorten it: names of agencies and posts, never of people.
    pub const fn may_be_abbreviated(self) -> bool {
        matches!(self, Self::ManagingAgency | Self::Position)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CardCode => "card code",
            Self::FullName => "full name",
            Self::BirthDate => "birth date",
            Self::Sex => "sex",
            Self::CitizenId => "citizen number",
            Self::UnitCode => "unit code",
            Self::ManagingAgency => "managing agency",
            Self::Position => "position",
            Self::StatusUrl => "status address",
        })
    }
}

/// What goes into a QR code, as it stands in the record; cleaned and checked when the code is made.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct QrFields {
    /// Mã số thẻ, at most four ASCII letters and digits.
    pub card_code: String,
    /// Họ và tên.
    pub full_name: String,
    /// Ngày sinh, `DD/MM/YYYY`.
    pub birth_date: String,
    /// Giới tính, `Nam` or `Nữ`.
    pub sex: String,
    /// Số CCCD, twelve digits.
    pub citizen_id: String,
    /// Code of the unit, or of its nearest ancestor whose code has at most nine characters (C4).
    pub unit_code: String,
    /// Tên cơ quan quản lý.
    pub managing_agency: String,
    /// Chức vụ, chức danh, vị trí việc làm.
    pub position: String,
    /// Name of the host that tells a card's status, without scheme; with the code behind it, it has at most 13 characters.
    pub host: String,
}

impl QrFields {
    /// The text of a field; of the status address, its host.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::CardCode => &self.card_code,
            Field::FullName => &self.full_name,
            Field::BirthDate => &self.birth_date,
            Field::Sex => &self.sex,
            Field::CitizenId => &self.citizen_id,
            Field::UnitCode => &self.unit_code,
            Field::ManagingAgency => &self.managing_agency,
            Field::Position => &self.position,
            Field::StatusUrl => &self.host,
        }
    }

    /// The text of a field, to be changed.
    pub fn get_mut(&mut self, field: Field) -> &mut String {
        match field {
            Field::CardCode => &mut self.card_code,
            Field::FullName => &mut self.full_name,
            Field::BirthDate => &mut self.birth_date,
            Field::Sex => &mut self.sex,
            Field::CitizenId => &mut self.citizen_id,
            Field::UnitCode => &mut self.unit_code,
            Field::ManagingAgency => &mut self.managing_agency,
            Field::Position => &mut self.position,
            Field::StatusUrl => &mut self.host,
        }
    }
}

impl fmt::Debug for QrFields {
    /// Says nothing of the person: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrFields(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_maxima_alone_are_130() {
        // C5
        let sum: usize = Field::ALL.iter().map(|field| field.maximum()).sum();
        assert_eq!((sum, sum + Field::ALL.len() - 1), (130, 138));
    }

    #[test]
    fn each_field_has_a_text_of_its_own() {
        let mut fields = QrFields::default();
        for field in Field::ALL {
            *fields.get_mut(field) = field.to_string();
        }
        assert!(Field::ALL.iter().all(|field| fields.get(*field) == field.to_string()));
        assert_eq!(format!("{fields:?}"), "QrFields(…)");
    }
}
