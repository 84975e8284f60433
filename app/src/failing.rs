//! Failures as answers: pages in words, or JSON for other programs.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use contract::keys::ShareWrong;
use contract::{Failure, Fault, FieldFault, Lang, Outage, Refusal};

use crate::part::{FieldErrors, with_query};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, failure as text};
use crate::{Portal, call, naming, page, routes};
use model::profile::Field;

/// The answer to a request that was refused.
pub fn answer(portal: &Portal, visit: &Visit, failure: &Failure) -> Response {
    let status = status(failure);
    let program =
        visit.path.starts_with("/api/") || visit.path.starts_with(routes::FIND) || visit.path == routes::SESSION;
    // the module of a page that writes chips reads what is refused
    let program = program || (visit.posted && ["/chip", "/chip/turn"].iter().any(|end| visit.path.ends_with(end)));
    if program {
        return (status, Json(failure)).into_response();
    }
    if *failure == Failure::SignInNeeded {
        let target = match &visit.session {
            Some(session) => match session.stage {
                registry::work::resume_session::Stage::Password => routes::SIGN_IN_CODE.to_owned(),
                registry::work::resume_session::Stage::Enrol => routes::ENROL.to_owned(),
                registry::work::resume_session::Stage::Full => routes::WORK.to_owned(),
            },
            None if visit.path == routes::SIGN_OUT => return call::done(routes::SIGN_IN, "signed-out"),
            None if visit.posted => return call::done(&and_back(routes::SIGN_IN, visit), "session-over"),
            None => and_back(routes::SIGN_IN, visit),
        };
        return Redirect::to(&target).into_response();
    }
    if *failure == Failure::ConfirmationNeeded {
        return Redirect::to(&and_back(routes::CONFIRM, visit)).into_response();
    }
    let l = visit.lang;
    let reference = visit.reference.clone();
    let (title, lead) = (title(l, failure).to_owned(), sentence(l, failure));
    let body = page::respond(portal, visit, status, Page::new(title).lead(lead).narrow(), move || {
        page::failure::body(l, &reference)
    });
    body.into_response()
}

/// A page from which the visit goes on to where it was, if that is a page and not only where a form is sent.
fn and_back(to: &str, visit: &Visit) -> String {
    if call::is_page(&visit.path) { with_query(to, "next", &visit.path) } else { to.to_owned() }
}

fn title(l: Lang, failure: &Failure) -> &'static str {
    match failure {
        Failure::NotFound => text::not_found::title(l),
        Failure::Forbidden | Failure::ConfirmationNeeded => text::forbidden::title(l),
        Failure::Internal => text::internal::title(l),
        Failure::Unavailable { .. } => text::unavailable::title(l),
        Failure::TooManyAttempts { .. } => text::too_many::title(l),
        Failure::SignInNeeded => text::sign_in::title(l),
        Failure::Invalid { .. } | Failure::Stale | Failure::Refused { .. } => text::refused::title(l),
    }
}

/// What happened, and what to do.
pub fn sentence(l: Lang, failure: &Failure) -> String {
    let fixed = match failure {
        Failure::Invalid { faults } => {
            return faults.first().map_or_else(String::new, |fault| fault_beside(l, &fault.field, &fault.fault));
        }
        Failure::TooManyAttempts { seconds } => return text::too_many::text(l, words::number(l, *seconds as i64)),
        Failure::SignInNeeded => text::sign_in::text(l),
        Failure::ConfirmationNeeded => text::confirmation(l),
        Failure::Forbidden => text::forbidden::text(l),
        Failure::NotFound => text::not_found::text(l),
        Failure::Stale => text::stale(l),
        Failure::Internal => text::internal::text(l),
        Failure::Unavailable { why } => match why {
            Outage::Busy => text::unavailable::busy(l),
            Outage::Full => text::unavailable::full(l),
            Outage::Gone => text::unavailable::gone(l),
            Outage::Keys => text::unavailable::keys(l),
        },
        Failure::Refused { why } => match why {
            Refusal::SeparationOfDuties => text::refused::separation(l),
            Refusal::OwnAccount => text::refused::own_account(l),
            Refusal::Decided => text::refused::decided(l),
            Refusal::LinkSpent => text::refused::link_spent(l),
            Refusal::NumbersExhausted => text::refused::numbers_exhausted(l),
            Refusal::UnitClosed => text::refused::unit_closed(l),
            Refusal::UnitInUse => text::refused::unit_in_use(l),
            Refusal::AlreadySetUp => text::refused::already_set_up(l),
            Refusal::Erased => text::refused::erased(l),
            Refusal::AccountInactive => text::refused::account_inactive(l),
            Refusal::ProvinceOnly => text::refused::province_only(l),
            Refusal::Impossible => text::refused::impossible(l),
            Refusal::HasCard => text::refused::has_card(l),
            Refusal::NoCard => text::refused::no_card(l),
            Refusal::HasLeft => text::refused::has_left(l),
            Refusal::EmptyList => text::refused::empty_list(l),
            Refusal::Unverified => text::refused::unverified(l),
            Refusal::NationalDiffers => text::refused::national_differs(l),
            Refusal::NoPortrait => text::refused::no_portrait(l),
            Refusal::NotAppraised => words::stock::fault::not_appraised(l),
            Refusal::SecondPerson => words::stock::fault::second_person(l),
            Refusal::HolderConfirms => text::refused::holder_confirms(l),
            Refusal::CardsVoid => text::refused::cards_void(l),
            Refusal::NobodyConsents => text::refused::nobody_consents(l),
            Refusal::NoKeySet => text::refused::no_key_set(l),
            Refusal::NoChip => text::refused::no_chip(l),
            Refusal::ChipUnwritten => text::refused::chip_unwritten(l),
            Refusal::WitnessNeeded => text::refused::witness_needed(l),
            Refusal::CodeDiffers => text::refused::code_differs(l),
            Refusal::ChipContent => text::refused::chip_content(l),
            Refusal::CeremonyUnderWay => text::refused::ceremony_under_way(l),
            Refusal::NotCustodian => text::refused::not_custodian(l),
            Refusal::ShareShown => text::refused::share_shown(l),
            Refusal::SetMissing => text::refused::set_missing(l),
            Refusal::DraftGone => text::refused::draft_gone(l),
            Refusal::SetHeld => text::refused::set_held(l),
            Refusal::CardsHaveSet => text::refused::cards_have_set(l),
            Refusal::AskedAlready => text::refused::asked_already(l),
        },
    };
    fixed.to_owned()
}

/// The same, one sentence for each of several faults, each with the field that it is about.
pub fn sentences(l: Lang, failure: &Failure) -> Vec<String> {
    let Failure::Invalid { faults } = failure else { return vec![sentence(l, failure)] };
    let told = |fault: &FieldFault| {
        let said = fault_beside(l, &fault.field, &fault.fault);
        match Field::from_name(&fault.field) {
            Some(field) => format!("{}: {said}", naming::field(l, field)),
            None => said,
        }
    };
    faults.iter().map(told).collect()
}

/// What is wrong with a field, and how it is right.
pub fn fault_words(l: Lang, fault: &Fault) -> String {
    use words::fault as text;
    let fixed = match fault {
        Fault::TooLong { max } => return text::too_long(l, max),
        Fault::Character { character } => return text::character(l, character),
        Fault::AgencyCodeParent { parent } => return text::agency_code_parent(l, parent),
        Fault::CitizenNumberLength { found } => return text::citizen_number_length(l, found),
        Fault::PasswordShort { min } => return text::password_short(l, min),
        Fault::File { line } => return text::file(l, line),
        Fault::TooShort { min } => return text::too_short(l, min),
        Fault::Certificate { why } => return page::certificates::wrong(l, *why),
        Fault::Share { why } => return share_wrong(l, *why),
        Fault::TooManyPixels { megapixels } => return text::too_many_pixels(l, megapixels),
        Fault::SideTooLong { pixels } => return text::side_too_long(l, words::number(l, i64::from(*pixels))),
        Fault::TooLarge { megabytes } => return text::too_large(l, megabytes),
        Fault::Before { day } => return text::before(l, naming::day(l, day)),
        Fault::After { day } => return text::after(l, naming::day(l, day)),
        Fault::Missing => text::missing(l),
        Fault::Scan => text::scan(l),
        Fault::Copies => text::copies(l),
        Fault::Choice => text::choice(l),
        Fault::Date => text::date(l),
        Fault::Future => text::future(l),
        Fault::Number => text::number(l),
        Fault::AgencyCode => text::agency_code(l),
        Fault::CitizenNumberLeadingZero => text::citizen_number_leading_zero(l),
        Fault::CitizenNumberDoubt => text::citizen_number_doubt(l),
        Fault::Email => text::email(l),
        Fault::Taken => text::taken(l),
        Fault::Unknown => text::unknown(l),
        Fault::Several => text::several(l),
        Fault::SameUnit => text::same_unit(l),
        Fault::BelowItself => text::below_itself(l),
        Fault::Login => text::login(l),
        Fault::Credentials => text::credentials(l),
        Fault::PasswordCommon => text::password_common(l),
        Fault::PasswordsDiffer => text::passwords_differ(l),
        Fault::Code => text::code(l),
        Fault::Unclear => return page::equipment::fault(l, "quantity", fault).unwrap_or_default(),
        Fault::Product { .. } => return page::equipment::fault(l, "total", fault).unwrap_or_default(),
        Fault::Serial { .. }
        | Fault::Quota { .. }
        | Fault::Differs { .. }
        | Fault::Measure { .. }
        | Fault::Unchecked => return page::stock::naming::fault(l, fault).unwrap_or_default(),
    };
    fixed.to_owned()
}

/// What is wrong with a typed share: the line, where it is one line's fault.
fn share_wrong(l: Lang, why: ShareWrong) -> String {
    use words::fault::share as text;
    let fixed = match why {
        ShareWrong::Lines { wanted, found } => return text::lines(l, wanted, found),
        ShareWrong::Line { number } => return text::line(l, number),
        ShareWrong::Kind => text::kind(l),
        ShareWrong::SameNumber => text::same_number(l),
        ShareWrong::OtherSet => text::other_set(l),
        ShareWrong::OtherShare => text::other_share(l),
        ShareWrong::DoNotFit => text::do_not_fit(l),
        ShareWrong::Destroyed => text::destroyed(l),
    };
    fixed.to_owned()
}

/// What is wrong with a field of a form, in words that fit the field.
pub fn fault_beside(l: Lang, field: &str, fault: &Fault) -> String {
    use words::fault as text;
    let own = page::equipment::fault(l, field, fault)
        .or_else(|| page::biometrics::fault(l, field, fault))
        .or_else(|| page::certificates::fault(l, field, fault))
        .or_else(|| page::plans::fault(l, field, fault))
        .or_else(|| page::classes::fault(l, field, fault));
    if let Some(said) = own {
        return said;
    }
    let fitting = match (field, fault) {
        ("unit_code" | "parent_code", Fault::Unknown) => text::no_unit(l),
        ("personnel_code", Fault::Unknown) => text::no_person(l),
        ("scan", Fault::Missing) => text::scan_missing(l),
        ("people", Fault::Missing) => text::nobody_chosen(l),
        ("number", Fault::Taken) => words::stock::fault::lot_taken(l),
        ("cards", Fault::Missing) => text::no_card_chosen(l),
        ("discrepancy", Fault::Missing) => text::discrepancy_missing(l),
        ("minutes", Fault::Missing) => text::minutes_missing(l),
        ("custodian1" | "custodian2" | "custodian3", Fault::Taken) => text::custodian_twice(l),
        ("share", Fault::Missing) => text::share_missing(l),
        ("information_vi" | "information_en", Fault::TooLong { max }) => {
            return words::information::too_long(l, words::number(l, *max as i64));
        }
        ("login", Fault::Taken) => text::login_taken(l),
        ("personnel_code", Fault::Taken) => text::account_taken(l),
        _ => return fault_words(l, fault),
    };
    fitting.to_owned()
}

fn status(failure: &Failure) -> StatusCode {
    StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The status and the words with which a form comes back.
///
/// # Errors
/// The failure itself where it ends the form.
pub fn told(l: Lang, failure: &Failure) -> Result<(StatusCode, FieldErrors), Failure> {
    beside(l, failure).map(|errors| (status(failure), errors)).ok_or_else(|| failure.clone())
}

/// What a list shows: what was found; or nothing, and what was wrong with the question.
///
/// # Errors
/// The failure itself where the question cannot be mended.
pub fn listed<T: Default>(l: Lang, found: Result<T, Failure>) -> Result<(StatusCode, T, Option<FieldErrors>), Failure> {
    match found {
        Ok(found) => Ok((StatusCode::OK, found, None)),
        Err(failure) => told(l, &failure).map(|(status, errors)| (status, T::default(), Some(errors))),
    }
}

/// The faults of a form beside their fields, or what no field is to blame for above them, so that what was typed is still
/// there: `None` for failures that end the form.
pub fn beside(l: Lang, failure: &Failure) -> Option<FieldErrors> {
    match failure {
        Failure::Invalid { faults } => {
            let mut errors = FieldErrors::new();
            for fault in faults {
                errors.add(fault.field.clone(), fault_beside(l, &fault.field, &fault.fault));
            }
            Some(errors)
        }
        Failure::Refused { why: Refusal::ProvinceOnly } => Some(FieldErrors::one("unit_code", sentence(l, failure))),
        Failure::Stale => Some(FieldErrors::stale(sentence(l, failure))),
        Failure::Refused { .. } | Failure::TooManyAttempts { .. } | Failure::Unavailable { .. } => {
            Some(FieldErrors::whole(sentence(l, failure)))
        }
        _ => None,
    }
}
