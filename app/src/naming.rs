//! What has a name in the model, in the visitor's words.

use contract::Lang;
use contract::cards::ReasonView;
use contract::view::Doubt;
use model::bulk::BulkTask;
use model::card_type::{Employment, Rank};
use model::case::Case;
use model::departure::{Departure, Task};
use model::lifecycle::{Card, CardEvent, Dossier, Handover, Request};
use model::person::Sex;
use model::profile::Field;
use model::retention::Subject;
use model::role::Role;
use model::unit::{PostKind, UnitClass};

use crate::part::Tone;

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

pub fn case(l: Lang, case: Case) -> &'static str {
    use words::case as text;
    match case {
        Case::FirstIssue => text::first_issue(l),
        Case::Exchange => text::exchange(l),
        Case::Reissue => text::reissue(l),
    }
}

/// A coded reason, whose words are data.
pub fn reason(l: Lang, reason: &ReasonView) -> String {
    match l {
        Lang::Vi => reason.vi.clone(),
        Lang::En => reason.en.clone(),
    }
}

pub fn employment(l: Lang, employment: Employment) -> &'static str {
    use words::employment as text;
    match employment {
        Employment::Cadre => text::cadre(l),
        Employment::CivilServant => text::civil_servant(l),
        Employment::PublicEmployee => text::public_employee(l),
        Employment::CommuneOfficial => text::commune_official(l),
        Employment::CommunePartTime => text::commune_part_time(l),
        Employment::Contract => text::contract(l),
    }
}

pub fn rank(l: Lang, rank: Rank) -> &'static str {
    match rank {
        Rank::Senior => words::rank::senior(l),
        Rank::Ordinary => words::rank::ordinary(l),
    }
}

/// A field of the profile.
pub fn field(l: Lang, field: Field) -> &'static str {
    use words::{people, person, profile};
    match field {
        Field::Name => people::name(l),
        Field::Sex => person::sex(l),
        Field::BornOn => person::born_on(l),
        Field::CitizenId => person::citizen_id(l),
        Field::Position => people::position(l),
        Field::Employment => profile::employment(l),
        Field::Rank => profile::rank(l),
        Field::Portrait => profile::portrait(l),
    }
}

/// The value of a field as it is read; what is missing says so.
pub fn value(l: Lang, field: Field, value: &str) -> String {
    let named = match field {
        _ if value.is_empty() => Some(words::part::facts::none(l)),
        Field::Sex => Sex::from_name(value).map(|it| sex(l, it)),
        Field::Employment => Employment::from_name(value).map(|it| employment(l, it)),
        Field::Rank => Rank::from_name(value).map(|it| rank(l, it)),
        Field::Portrait => Some(words::profile::portrait_there(l)),
        Field::BornOn => return day(l, value),
        Field::Name | Field::CitizenId | Field::Position => None,
    };
    named.map_or_else(|| value.to_owned(), str::to_owned)
}

pub fn request_state(l: Lang, state: Request) -> (Tone, &'static str) {
    use words::request_state as text;
    match state {
        Request::Draft => (Tone::Plain, text::draft(l)),
        Request::Submitted => (Tone::Info, text::submitted(l)),
        Request::Returned => (Tone::Warn, text::returned(l)),
        Request::Verified => (Tone::Info, text::verified(l)),
        Request::Listed => (Tone::Info, text::listed(l)),
        Request::Proposed => (Tone::Info, text::proposed(l)),
        Request::Checked => (Tone::Info, text::checked(l)),
        Request::Approved => (Tone::Good, text::approved(l)),
        Request::Refused => (Tone::Bad, text::refused(l)),
        Request::Fulfilled => (Tone::Good, text::fulfilled(l)),
        Request::Withdrawn => (Tone::Plain, text::withdrawn(l)),
    }
}

pub fn dossier_state(l: Lang, state: Dossier) -> (Tone, &'static str) {
    use words::dossier_state as text;
    match state {
        Dossier::Draft => (Tone::Plain, text::draft(l)),
        Dossier::Submitted => (Tone::Info, text::submitted(l)),
        Dossier::Checked => (Tone::Info, text::checked(l)),
        Dossier::Decided => (Tone::Good, text::decided(l)),
        Dossier::Dissolved => (Tone::Plain, text::dissolved(l)),
    }
}

pub fn handover_state(l: Lang, state: Handover) -> (Tone, &'static str) {
    use words::handover_state as text;
    match state {
        Handover::Draft => (Tone::Plain, text::draft(l)),
        Handover::Given => (Tone::Info, text::given(l)),
        Handover::Disputed => (Tone::Bad, text::disputed(l)),
        Handover::Received => (Tone::Info, text::received(l)),
        Handover::Delivered => (Tone::Good, text::delivered(l)),
        Handover::Failed => (Tone::Bad, text::failed(l)),
        Handover::Cancelled => (Tone::Plain, text::cancelled(l)),
    }
}

pub fn departure(l: Lang, kind: Departure) -> &'static str {
    use words::departure_kind as text;
    match kind {
        Departure::Retirement => text::retirement(l),
        Departure::Resignation => text::resignation(l),
        Departure::Death => text::death(l),
        Departure::MovedAway => text::moved_away(l),
    }
}

/// What is to be done about a departure.
pub fn task(l: Lang, task: Task) -> &'static str {
    use words::departure_task as text;
    match task {
        Task::LockCard => text::lock_card(l),
        Task::InvalidateCard => text::invalidate_card(l),
        Task::RecoverCard => text::recover_card(l),
    }
}

pub fn card_state(l: Lang, state: Card) -> (Tone, &'static str) {
    use words::card_state as text;
    match state {
        Card::Approved => (Tone::Plain, text::approved(l)),
        Card::Printed => (Tone::Info, text::printed(l)),
        Card::Active => (Tone::Good, text::active(l)),
        Card::Suspended => (Tone::Warn, text::suspended(l)),
        Card::Locked => (Tone::Bad, text::locked(l)),
        Card::Invalidated => (Tone::Bad, text::invalidated(l)),
        Card::Expired => (Tone::Plain, text::expired(l)),
        Card::Recovered => (Tone::Plain, text::recovered(l)),
        Card::Cancelled => (Tone::Plain, text::cancelled(l)),
    }
}

/// What the Ministry is told, by its name in the outbox.
pub fn outbox_kind(l: Lang, kind: &str) -> &'static str {
    use words::outbox_kind as text;
    match kind {
        "register" => text::register(l),
        "issue" => text::issue(l),
        "exchange" => text::exchange(l),
        "reissue" => text::reissue(l),
        "lock" => text::lock(l),
        "unlock" => text::unlock(l),
        "recover" => text::recover(l),
        _ => text::invalidate(l),
    }
}

pub fn card_event(l: Lang, event: CardEvent) -> &'static str {
    use words::card_event as text;
    match event {
        CardEvent::Print => text::print(l),
        CardEvent::Misprint => text::misprint(l),
        CardEvent::Confirm => text::confirm(l),
        CardEvent::Suspend => text::suspend(l),
        CardEvent::Restore => text::restore(l),
        CardEvent::Lock => text::lock(l),
        CardEvent::Unlock => text::unlock(l),
        CardEvent::Invalidate => text::invalidate(l),
        CardEvent::Expire => text::expire(l),
        CardEvent::Recover => text::recover(l),
        CardEvent::Cancel => text::cancel(l),
    }
}

/// What is done to each of a selection.
pub fn bulk_task(l: Lang, task: BulkTask) -> &'static str {
    use words::bulk_task as text;
    match task {
        BulkTask::Ask => text::ask(l),
        BulkTask::Print => text::print(l),
        BulkTask::Confirm => text::confirm(l),
        BulkTask::Lock => text::lock(l),
        BulkTask::ConfirmLock => text::confirm_lock(l),
        BulkTask::Unlock => text::unlock(l),
        BulkTask::Invalidate => text::invalidate(l),
        BulkTask::Recover => text::recover(l),
        BulkTask::Leave => text::leave(l),
        BulkTask::Erase => text::erase(l),
    }
}

/// What has a term, and what happens when it is over.
pub fn retention(l: Lang, subject: Subject) -> (&'static str, &'static str) {
    use words::retention as text;
    match subject {
        Subject::Leaver => (text::leaver(l), text::leaver_hint(l)),
        Subject::EndedRequestScan => (text::scan(l), text::scan_hint(l)),
        Subject::ImportReport => (text::import_report(l), text::import_hint(l)),
        Subject::BulkReport => (text::bulk_report(l), text::bulk_hint(l)),
    }
}
