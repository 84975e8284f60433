//! What is printed on one card: as it comes in a file, and after it was read.

use jiff::civil::Date;
use model::card_code::{CardCode, CardCodeError};
use model::card_number::CardNumber;
use model::card_type::{CardType, CardTypeError, Rank, Stripe};
use model::citizen::{CitizenId, CitizenIdError};
use model::day::{self, DayError};
use model::text::clean;
use model::unit_code::{UnitCode, UnitCodeError};
use serde::{Deserialize, Serialize};

/// A record as it comes, every value as a text; `record.json` has these keys and no others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Which template.
    pub variant: Variant,
    /// Whether the card has a chip.
    pub chip: bool,
    /// Whether the unit is an administrative one.
    pub administrative: bool,
    /// Rank of the holder.
    pub rank: HolderRank,
    /// Cơ quan, đơn vị quản lý.
    pub managing_agency: String,
    /// Cơ quan, đơn vị sử dụng.
    pub using_unit: String,
    /// Mã định danh đơn vị of the using unit, in either notation.
    pub unit_code: String,
    /// Họ và tên.
    pub full_name: String,
    /// Day of birth, `DD/MM/YYYY`.
    pub birth_date: String,
    /// Giới tính: `Nam` or `Nữ`.
    pub sex: String,
    /// Số căn cước công dân, 12 digits.
    pub citizen_id: String,
    /// Loại: CB, CC, VC, XA, XA0, HĐ.
    #[serde(rename = "type")]
    pub card_type: String,
    /// Chức vụ, chức danh, vị trí việc làm.
    pub position: String,
    /// Mã số thẻ: the random code of four.
    pub card_code: String,
    /// Host of the public page, without scheme.
    pub host: String,
    /// The portrait: a path or a data URL, for whoever reads files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// Tên Bộ, ngành, địa phương on the back.
    pub back_name: String,
    /// The agency's own emblem or logo: a path or a data URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emblem: Option<String>,
}

impl std::fmt::Debug for Form {
    /// Says nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form(…)")
    }
}

/// The templates of 838/QĐ-BNV, Phụ lục 1a (R92).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Chip nổi: text to the left.
    Raised,
    /// Chip chìm: text in the middle.
    Embedded,
    /// Nhân viên, lao động hợp đồng, đối tượng khác.
    Other,
}

/// The groups that the double stripe tells apart (838/QĐ-BNV, Điều 1 §2a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderRank {
    /// Quản lý cấp Vụ, cấp Sở và tương đương trở lên.
    Leader,
    /// Công chức, viên chức.
    Ordinary,
    /// Người hoạt động không chuyên trách ở cấp xã, hợp đồng lao động, đối tượng khác.
    Other,
}

/// A record that was read: every value has its form.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Which template.
    pub variant: Variant,
    /// Whether the card has a chip.
    pub chip: bool,
    /// Whether the national emblem is compulsory (R77).
    pub administrative: bool,
    /// Rank of the holder.
    pub rank: HolderRank,
    /// Cơ quan, đơn vị quản lý.
    pub managing_agency: String,
    /// Cơ quan, đơn vị sử dụng.
    pub using_unit: String,
    /// Code of the using unit.
    pub unit_code: UnitCode,
    /// Họ và tên.
    pub full_name: String,
    /// Day of birth.
    pub birth_date: Date,
    /// `Nam` or `Nữ`.
    pub sex: &'static str,
    /// Số căn cước công dân.
    pub citizen_id: CitizenId,
    /// Loại.
    pub card_type: CardType,
    /// Chức vụ, chức danh, vị trí việc làm.
    pub position: String,
    /// The random code of four.
    pub card_code: CardCode,
    /// Host of the public page.
    pub host: String,
    /// Tên Bộ, ngành, địa phương.
    pub back_name: String,
}

impl std::fmt::Debug for Record {
    /// Says nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({:?}, {:?})", self.variant, self.card_type)
    }
}

/// What is wrong with a value of the form, and which.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {reason}")]
pub struct Fault {
    /// The key in `record.json`.
    pub key: &'static str,
    /// Why.
    pub reason: Reason,
}

/// Why a value was not taken. None of them repeats the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Nothing is left after cleaning.
    #[error("is empty")]
    Empty,
    /// Sex is `Nam` or `Nữ`.
    #[error("is neither Nam nor Nữ")]
    Sex,
    /// A type that contradicts the rank: green is for the types of its own.
    #[error("is not of the rank \"other\"")]
    Rank,
    /// Not a day.
    #[error(transparent)]
    Day(#[from] DayError),
    /// Not a citizen number.
    #[error(transparent)]
    Citizen(#[from] CitizenIdError),
    /// Not a unit's code.
    #[error("is no agency code")]
    Unit(UnitCodeError),
    /// Not a type.
    #[error(transparent)]
    Type(#[from] CardTypeError),
    /// Not a random code.
    #[error(transparent)]
    Code(#[from] CardCodeError),
}

impl Record {
    /// Reads a form.
    ///
    /// # Errors
    /// Every [`Fault`] at once, in the order of the keys; at least one.
    pub fn read(form: &Form) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut text = |key: &'static str, value: &str| {
            let value = clean(value);
            if value.is_empty() {
                faults.push(Fault { key, reason: Reason::Empty });
            }
            value
        };
        let managing_agency = text("managing_agency", &form.managing_agency);
        let using_unit = text("using_unit", &form.using_unit);
        let full_name = text("full_name", &form.full_name);
        let position = text("position", &form.position);
        let host = text("host", &form.host);
        let back_name = text("back_name", &form.back_name);
        let unit_code = taken(&mut faults, "unit_code", UnitCode::from_any(&form.unit_code).map_err(Reason::Unit));
        let birth_date = taken(&mut faults, "birth_date", day::parse(&form.birth_date).map_err(Reason::Day));
        let sex = taken(&mut faults, "sex", sex(&form.sex));
        let citizen_id = taken(&mut faults, "citizen_id", CitizenId::parse(&form.citizen_id).map_err(Reason::Citizen));
        let card_type = taken(&mut faults, "type", CardType::parse(&form.card_type).map_err(Reason::Type));
        let card_code = taken(&mut faults, "card_code", CardCode::parse(&form.card_code).map_err(Reason::Code));
        if form.rank == HolderRank::Other && card_type.is_some_and(|it| it.stripe(Rank::Ordinary) != Stripe::Green) {
            faults.push(Fault { key: "rank", reason: Reason::Rank });
        }
        let (Some(unit_code), Some(birth_date), Some(sex), Some(citizen_id), Some(card_type), Some(card_code), true) =
            (unit_code, birth_date, sex, citizen_id, card_type, card_code, faults.is_empty())
        else {
            return Err(faults);
        };
        Ok(Record {
            variant: form.variant,
            chip: form.chip,
            administrative: form.administrative,
            rank: form.rank,
            managing_agency,
            using_unit,
            unit_code,
            full_name,
            birth_date,
            sex,
            citizen_id,
            card_type,
            position,
            card_code,
            host,
            back_name,
        })
    }

    /// Số hiệu thẻ: derived, never typed (R82–R84).
    pub fn card_number(&self) -> CardNumber {
        CardNumber::new(self.unit_code.level_one_code(), self.citizen_id, self.card_type)
    }

    /// The double stripe (R87, C14).
    pub fn stripe(&self) -> Stripe {
        let rank = if self.rank == HolderRank::Leader { Rank::Senior } else { Rank::Ordinary };
        self.card_type.stripe(rank)
    }
}

fn taken<T>(faults: &mut Vec<Fault>, key: &'static str, read: Result<T, Reason>) -> Option<T> {
    read.map_err(|reason| faults.push(Fault { key, reason })).ok()
}

fn sex(text: &str) -> Result<&'static str, Reason> {
    match clean(text).to_lowercase().as_str() {
        "" => Err(Reason::Empty),
        "nam" => Ok("Nam"),
        "nữ" => Ok("Nữ"),
        _ => Err(Reason::Sex),
    }
}

/// The record of `examples/record.json`, for tests.
#[cfg(test)]
pub(crate) fn example() -> Form {
    serde_json::from_str(include_str!("../examples/record.json")).expect("examples/record.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_and_the_stripe_are_derived() {
        let record = Record::read(&example()).unwrap();
        assert_eq!(record.card_number().as_str(), "H57.046090001234.CC");
        assert_eq!(record.stripe(), Stripe::Blue);
        assert_eq!(Record::read(&Form { rank: HolderRank::Leader, ..example() }).unwrap().stripe(), Stripe::Red);
        let contract = Form { rank: HolderRank::Other, card_type: "HD".into(), ..example() };
        assert_eq!(Record::read(&contract).unwrap().stripe(), Stripe::Green);
    }

    #[test]
    fn every_fault_is_told_at_once_and_by_its_key() {
        let form = Form {
            position: " \u{200B} ".into(),
            birth_date: "31/02/1990".into(),
            sex: "khác".into(),
            citizen_id: "46090001234".into(),
            card_code: "a0Bc".into(),
            ..example()
        };
        let faults = Record::read(&form).unwrap_err();
        let keys: Vec<_> = faults.iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["position", "birth_date", "sex", "citizen_id", "card_code"]);
        assert!(!faults.iter().any(|fault| fault.to_string().contains("46090")), "no personal data in an error");
        let stripe = Form { rank: HolderRank::Other, ..example() };
        assert_eq!(Record::read(&stripe).unwrap_err()[0].key, "rank");
    }

    #[test]
    fn unknown_keys_are_refused() {
        let mut value: serde_json::Value = serde_json::to_value(example()).unwrap();
        value["nickname"] = "x".into();
        assert!(serde_json::from_value::<Form>(value).is_err());
    }
}
