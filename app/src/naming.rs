//! What has a name in the model, in the visitor's words.

use contract::Lang;
use contract::view::Doubt;
use model::person::Sex;
use model::role::Role;
use model::unit::{PostKind, UnitClass};

use crate::words;

/// A person's name; of somebody whose data were erased, that they were.
pub fn person(l: Lang, name: &str) -> String {
    if name.is_empty() { words::person::erased_name(l).to_owned() } else { name.to_owned() }
}

/// A stored day, `2026-11-22`, as it is written on paper.
pub fn day(l: Lang, iso: &str) -> String {
    iso.parse().map_or_else(|_| iso.to_owned(), |day| words::date(l, day))
}

/// From a day on, or until another.
pub fn period(l: Lang, from: &str, to: Option<&str>) -> String {
    match to {
        Some(to) => words::period::between(l, day(l, from), day(l, to)),
        None => words::period::since(l, day(l, from)),
    }
}

pub fn sex(l: Lang, sex: Sex) -> &'static str {
    match sex {
        Sex::Male => words::sex::male(l),
        Sex::Female => words::sex::female(l),
    }
}

pub fn post_kind(l: Lang, kind: PostKind) -> &'static str {
    use words::post_kind as text;
    match kind {
        PostKind::CivilServant => text::civil_servant(l),
        PostKind::PublicEmployee => text::public_employee(l),
        PostKind::Contract68 => text::contract_68(l),
        PostKind::Contract43 => text::contract_43(l),
    }
}

pub fn unit_class(l: Lang, class: UnitClass) -> &'static str {
    use words::unit_class as text;
    match class {
        UnitClass::Province => text::province(l),
        UnitClass::SpecialisedAgency => text::specialised_agency(l),
        UnitClass::District => text::district(l),
        UnitClass::PublicServiceUnit => text::public_service_unit(l),
        UnitClass::Association => text::association(l),
        UnitClass::AttachedUnit => text::attached_unit(l),
        UnitClass::DistrictServiceUnit => text::district_service_unit(l),
        UnitClass::Commune => text::commune(l),
    }
}

/// What is doubtful or missing, and what to do.
pub fn doubt(l: Lang, doubt: Doubt) -> &'static str {
    use words::doubt as text;
    match doubt {
        Doubt::NoBirthDate => text::no_birth_date(l),
        Doubt::NoSex => text::no_sex(l),
        Doubt::NoPosition => text::no_position(l),
        Doubt::NoCitizenNumber => text::no_citizen_number(l),
        Doubt::Place => text::place(l),
        Doubt::Sex => text::sex(l),
        Doubt::BirthYear => text::birth_year(l),
    }
}

pub fn role(l: Lang, role: Role) -> &'static str {
    use words::role as text;
    match role {
        Role::Holder => text::holder(l),
        Role::UnitHr => text::unit_hr(l),
        Role::UnitHead => text::unit_head(l),
        Role::Checker => text::checker(l),
        Role::Approver => text::approver(l),
        Role::StockKeeper => text::stock_keeper(l),
        Role::IssuingOperator => text::issuing_operator(l),
        Role::Witness => text::witness(l),
        Role::KeyCustodian => text::key_custodian(l),
        Role::SubscriberManager => text::subscriber_manager(l),
        Role::FinanceReader => text::finance_reader(l),
        Role::ReportReader => text::report_reader(l),
        Role::Inspector => text::inspector(l),
        Role::Auditor => text::auditor(l),
        Role::SystemOperator => text::system_operator(l),
    }
}
