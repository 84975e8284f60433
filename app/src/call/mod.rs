//! The handlers: authorise, parse, one use case, show what came of it. And the one table of all routes.

mod accounts;
mod audit;
mod biometrics;
mod bulk;
pub mod cards;
mod certificate_lists;
mod certificate_requests;
mod certificates;
mod classes;
mod delegations;
mod departures;
mod documents;
mod equipment;
mod export;
mod find;
mod grants;
mod handovers;
mod import;
mod information;
mod issue;
mod keys;
mod lists;
mod me;
mod ministry;
mod national;
mod people;
mod photos;
mod plan_goals;
mod plans;
mod portrait;
mod programs;
mod reader;
mod register;
mod requests;
mod rules;
mod session;
mod start;
mod stock;
mod tokens;
mod training;
mod units;
mod verify;
mod webhooks;
mod witness;
mod work;
mod write_chip;

pub use issue::code_in_picture;
pub use photos::FILES as PHOTOS_AT_A_TIME;
pub use portrait::{AT_A_TIME, body_limit};

use axum::Router;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use contract::import::ImportKind;
use contract::{Failure, Fault, Lang};
use model::role::Action;
use registry::store::unit;
use registry::work::sign_in;
use registry::{Actor, Conn, StoreError};

use crate::gate::{Access, gate};
use crate::part::{FieldErrors, Tone, with_query};
use crate::render::NavItem;
use crate::typed::Typed;
use crate::visit::{FLASH, Visit};
use crate::words::{self, nav};
use crate::{Portal, failing, routes};

/// One route: who may come through, and what answers.
pub struct Entry {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    handler: MethodRouter<Portal>,
}

/// A route that is read.
pub fn read<H, T>(path: &'static str, access: Access, handler: H) -> Entry
where
    H: axum::handler::Handler<T, Portal>,
    T: 'static,
{
    Entry { method: Method::GET, path, access, handler: get(handler) }
}

/// A route that is sent to.
pub fn change<H, T>(path: &'static str, access: Access, handler: H) -> Entry
where
    H: axum::handler::Handler<T, Portal>,
    T: 'static,
{
    Entry { method: Method::POST, path, access, handler: post(handler) }
}

/// Every page's route with its access. There is no other way to mount a handler.
pub fn table() -> Vec<Entry> {
    use Access::{Enrolling, May, Own, Pending, Public};
    let mut all = vec![
        read(routes::HOME, Public, start::home),
        read(routes::START, Public, start::guide),
        change(routes::PREFERENCES, Public, session::preferences),
        read(routes::SIGN_IN, Public, session::sign_in_page),
        change(routes::SIGN_IN, Public, session::sign_in),
        read(routes::SIGN_IN_CODE, Pending, session::code_page),
        change(routes::SIGN_IN_CODE, Pending, session::code),
        change(routes::SIGN_OUT, Pending, session::sign_out),
        read(routes::ACTIVATE, Public, session::activate_page),
        change(routes::ACTIVATE, Public, session::activate),
        read(routes::ENROL, Enrolling, session::enrol_page),
        change(routes::ENROL, Enrolling, session::enrol),
        read(routes::CONFIRM, Own, session::confirm_page),
        change(routes::CONFIRM, Own, session::confirm),
        read(routes::SESSION, Own, session::stay),
        read(routes::WORK, Own, work::queue),
        read(routes::FIND, Own, find::find),
        // who sees units but no people is led on to the units
        read(routes::PEOPLE, May(Action::SeeUnits), people::list),
        read(routes::PERSON, May(Action::SeePeople), people::show),
        read(routes::PERSON_CHANGE, May(Action::ChangePeople), people::change_page),
        change(routes::PERSON_CHANGE, May(Action::ChangePeople), people::change),
        read(routes::PERSON_MOVE, May(Action::ChangePeople), people::move_page),
        change(routes::PERSON_MOVE, May(Action::ChangePeople), people::move_to),
        // the person themself, too
        read(routes::PERSON_PORTRAIT, Own, portrait::show),
        change(routes::PERSON_PORTRAIT, May(Action::ChangePeople), portrait::change),
        read(routes::PERSON_PORTRAIT_CHANGE, May(Action::ChangePeople), portrait::change_page),
        read(routes::PERSON_ERASE, May(Action::ErasePeople), people::erase_page),
        change(routes::PERSON_ERASE, May(Action::ErasePeople), people::erase),
        read(routes::PERSON_CARD, May(Action::ChangePeople), cards::show),
        change(routes::PERSON_CARD, May(Action::ChangePeople), cards::draw),
        // for who draws cards and who prints them: tells nothing about anybody, and is what a forger would like to have
        read(routes::CARD_PICTURE, Own, cards::picture),
        read(routes::UNITS, May(Action::SeeUnits), units::list),
        read(routes::UNIT, May(Action::SeeUnits), units::show),
        read(routes::UNIT_ADD, May(Action::ChangeUnits), units::add_page),
        change(routes::UNIT_ADD, May(Action::ChangeUnits), units::add),
        read(routes::UNIT_CHANGE, May(Action::ChangeUnits), units::change_page),
        change(routes::UNIT_CHANGE, May(Action::ChangeUnits), units::change),
        read(routes::UNIT_POSTS, May(Action::ChangeUnits), units::posts_page),
        change(routes::UNIT_POSTS, May(Action::ChangeUnits), units::posts),
        read(routes::UNIT_CLOSE, May(Action::ChangeUnits), units::close_page),
        change(routes::UNIT_CLOSE, May(Action::ChangeUnits), units::close),
        read(routes::UNIT_ADD_PERSON, May(Action::ChangePeople), people::add_page),
        change(routes::UNIT_ADD_PERSON, May(Action::ChangePeople), people::add),
        read(routes::IMPORT, May(Action::Import), import::form),
        change(routes::IMPORT, May(Action::Import), import::submit),
        read(routes::IMPORT_TEMPLATE, May(Action::Import), import::template_file),
        read(routes::IMPORT_PHOTOS, May(Action::ChangePeople), photos::form),
        change(routes::IMPORT_PHOTOS, May(Action::ChangePeople), photos::submit),
        read(routes::IMPORT_RUN, May(Action::Import), import::run),
        change(routes::IMPORT_RUN, May(Action::Import), import::act),
        read(routes::ACCOUNTS, May(Action::SeeAccounts), accounts::list),
        read(routes::ACCOUNT_ADD, May(Action::ChangeAccounts), accounts::add_page),
        change(routes::ACCOUNT_ADD, May(Action::ChangeAccounts), accounts::add),
        read(routes::ACCOUNT, May(Action::SeeAccounts), accounts::show),
        read(routes::ACCOUNT_RESET, May(Action::ChangeAccounts), accounts::reset_page),
        change(routes::ACCOUNT_RESET, May(Action::ChangeAccounts), accounts::reset),
        read(routes::ACCOUNT_SWITCH, May(Action::ChangeAccounts), accounts::switch_page),
        change(routes::ACCOUNT_SWITCH, May(Action::ChangeAccounts), accounts::switch),
        read(routes::GRANT_PROPOSE, May(Action::ProposeGrant), grants::propose_page),
        change(routes::GRANT_PROPOSE, May(Action::ProposeGrant), grants::propose),
        read(routes::GRANT, May(Action::SeeAccounts), grants::show),
        change(routes::GRANT, May(Action::DecideGrant), grants::decide),
        read(routes::GRANT_END, May(Action::ChangeAccounts), grants::end_page),
        change(routes::GRANT_END, May(Action::ChangeAccounts), grants::end),
        read(routes::ME, Own, me::show),
        change(routes::ME_SESSION_END, Own, me::end_my_session),
        read(routes::ME_PASSWORD, Own, me::password_page),
        change(routes::ME_PASSWORD, Own, me::password),
        // each concerns the person themself, too: the use case looks whose it is
        read(routes::ME_REQUEST, Own, requests::my_page),
        change(routes::ME_REQUEST, Own, requests::mine),
        read(routes::REQUEST, Own, requests::show),
        read(routes::REQUEST_PROFILE, Own, requests::profile),
        change(routes::REQUEST_WITHDRAW, Own, requests::withdraw),
        read(routes::FILE, Own, requests::file),
        read(routes::CARD, Own, register::show),
        change(routes::CARD_RECEIPT, Own, register::receipt),
        change(routes::CARD_LOCK, Own, register::lock),
        read(routes::PERSON_REQUEST, May(Action::ChangePeople), requests::page_for),
        change(routes::PERSON_REQUEST, May(Action::ChangePeople), requests::send_for),
        read(routes::VERIFY, May(Action::VerifyRequests), verify::list),
        read(routes::VERIFY_ONE, May(Action::VerifyRequests), verify::show),
        change(routes::VERIFY_ONE, May(Action::VerifyRequests), verify::decide),
        read(routes::LISTS, May(Action::SeeLists), lists::list),
        read(routes::LIST_ADD, May(Action::ComposeLists), lists::add_page),
        change(routes::LIST_ADD, May(Action::ComposeLists), lists::add),
        read(routes::LIST, May(Action::SeeLists), lists::show),
        read(routes::LIST_LETTER, May(Action::SeeLists), lists::letter),
        change(routes::LIST_PEOPLE, May(Action::ComposeLists), lists::people),
        change(routes::LIST_SUBMIT, May(Action::SubmitLists), lists::submit),
        change(routes::LIST_CHECK, May(Action::CheckLists), lists::check),
        change(routes::LIST_DECIDE, May(Action::DecideLists), lists::decide),
        read(routes::CARDS, May(Action::SeeCards), register::list),
        change(routes::CARD_REPORT, May(Action::ReportCards), register::report),
        change(routes::CARD_DECIDE, May(Action::DecideCards), register::decide),
        // the holder too, or the unit for one without an account
        change(routes::CARD_GOT, Own, handovers::got),
        change(routes::CARD_TEMPORARY, May(Action::IssueCards), register::lend),
        change(routes::CARD_BACK, May(Action::IssueCards), register::take_back),
        read(routes::HANDOVERS, May(Action::SeeCards), handovers::list),
        read(routes::HANDOVER_ADD, May(Action::HandOver), handovers::add_page),
        change(routes::HANDOVER_ADD, May(Action::HandOver), handovers::add),
        read(routes::HANDOVER, May(Action::SeeCards), handovers::show),
        change(routes::HANDOVER_GIVE, May(Action::HandOver), handovers::give),
        change(routes::HANDOVER_RECEIVE, May(Action::ReceiveCards), handovers::receive),
        change(routes::HANDOVER_SETTLE, May(Action::HandOver), handovers::settle),
        read(routes::HANDOVER_MINUTES, May(Action::SeeCards), handovers::minutes),
        // either side: the use case looks which
        change(routes::HANDOVER_MINUTES, Own, handovers::attach),
        read(routes::PERSON_LEAVE, May(Action::ReportDepartures), departures::page_for),
        change(routes::PERSON_LEAVE, May(Action::ReportDepartures), departures::report),
        change(routes::PERSON_LEAVE_BACK, May(Action::ReportDepartures), departures::take_back),
        read(routes::LEDGER, May(Action::SeeCards), register::book),
        read(routes::LEDGER_FILE, May(Action::SeeCards), register::book_file),
        read(routes::MINISTRY, May(Action::TellMinistry), ministry::show),
        change(routes::MINISTRY, May(Action::TellMinistry), ministry::act),
        read(routes::MINISTRY_FILE, May(Action::TellMinistry), ministry::file),
        read(routes::RULES, May(Action::SetRules), rules::show),
        change(routes::RULES, May(Action::SetRules), rules::act),
        read(routes::LEAVERS, May(Action::ErasePeople), rules::leavers),
        read(routes::NATIONAL, May(Action::CheckLists), national::list),
        read(routes::NATIONAL_ONE, May(Action::CheckLists), national::show),
        change(routes::NATIONAL_ONE, May(Action::CheckLists), national::settle),
        read(routes::ISSUE, May(Action::IssueCards), issue::list),
        read(routes::ISSUE_ONE, May(Action::IssueCards), issue::show),
        change(routes::ISSUE_ONE, May(Action::IssueCards), issue::act),
        change(routes::ISSUE_CHIP, May(Action::IssueCards), write_chip::begin),
        change(routes::ISSUE_CHIP_TURN, May(Action::IssueCards), write_chip::go_on),
        read(routes::FIELD, May(Action::IssueCards), write_chip::field),
        change(routes::FIELD_CHIP, May(Action::IssueCards), write_chip::begin_in_field),
        change(routes::FIELD_CHIP_TURN, May(Action::IssueCards), write_chip::go_on_in_field),
        read(routes::WIPE, May(Action::IssueCards), write_chip::wipe),
        change(routes::WIPE_CHIP, May(Action::IssueCards), write_chip::begin_to_wipe),
        change(routes::WIPE_CHIP_TURN, May(Action::IssueCards), write_chip::go_on_to_wipe),
        read(routes::WITNESS, May(Action::WitnessCards), witness::list),
        read(routes::WITNESS_ONE, May(Action::WitnessCards), witness::show),
        change(routes::WITNESS_ONE, May(Action::WitnessCards), witness::confirm),
        change(routes::ISSUE_CODE, May(Action::IssueCards), issue::code),
        read(routes::ISSUE_FACE, May(Action::IssueCards), issue::face),
        read(routes::ISSUE_FACES, May(Action::IssueCards), issue::faces),
        // what is done to many is allowed to whom it is allowed to do to one: the use case looks
        read(routes::BULK_ADD, Own, bulk::add_page),
        change(routes::BULK_ADD, Own, bulk::add),
        read(routes::BULK, Own, bulk::progress),
        change(routes::BULK, Own, bulk::act),
        read(routes::AUDIT, May(Action::SeeAudit), audit::list),
        read(routes::AUDIT_VERIFY, May(Action::VerifyAudit), audit::verify),
        change(routes::AUDIT_SIGN, May(Action::VerifyAudit), audit::sign),
        read(routes::READER, May(Action::UseReader), reader::show),
        read(routes::TRAINING, May(Action::UseReader), training::show),
        change(routes::TRAINING_BLANK, May(Action::UseReader), training::blank),
        change(routes::TRAINING_CHIP, May(Action::UseReader), training::begin),
        change(routes::TRAINING_CHIP_TURN, May(Action::UseReader), training::go_on),
        // they tell nothing about anybody
        read(routes::API_AUDIT_HEAD, Public, audit::head),
        read(routes::API_AUDIT_INCLUSION, Public, audit::inclusion),
        read(routes::API_AUDIT_CONSISTENCY, Public, audit::consistency),
    ];
    all.extend(keys::table());
    all.extend(programs::table());
    all.extend(stock::table());
    all.extend(equipment::table());
    all.extend(biometrics::table());
    all.extend(certificates::table());
    all.extend(information::table());
    all.extend(plans::table());
    all.extend(plan_goals::table());
    all.extend(classes::table());
    all
}

/// Whether something can be looked at under that address.
pub fn is_page(address: &str) -> bool {
    let path: Vec<&str> = address.split('?').next().unwrap_or_default().split('/').collect();
    let fits = |pattern: &str| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        pattern.len() == path.len() && pattern.iter().zip(&path).all(|(of, step)| of == step || of.starts_with('{'))
    };
    table().iter().any(|entry| entry.method == Method::GET && fits(entry.path))
}

/// Routes behind their gates.
pub fn mounted(portal: &Portal, entries: Vec<Entry>) -> Router {
    behind_gates(portal, entries).with_state(portal.clone())
}

fn behind_gates(portal: &Portal, entries: Vec<Entry>) -> Router<Portal> {
    entries.into_iter().fold(Router::new(), |router, entry| {
        let gate = middleware::from_fn_with_state((portal.clone(), entry.access), gate);
        router.route(entry.path, entry.handler.layer(gate))
    })
}

/// All pages behind their gates.
pub fn router(portal: &Portal) -> Router {
    let nowhere = middleware::from_fn_with_state((portal.clone(), Access::Public), gate);
    behind_gates(portal, table())
        .fallback_service(get(no_such_page).post(no_such_page).layer(nowhere).with_state(portal.clone()))
        .with_state(portal.clone())
}

async fn no_such_page() -> Refused {
    Refused(Failure::NotFound)
}

/// A refusal on its way to the gate, which words it for the visit.
pub struct Refused(pub Failure);

/// What a handler answers.
pub type Answer = Result<Response, Refused>;

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Refused(failure)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// Goes on with the imports that were being worked off when the portal ended.
///
/// # Errors
/// As the database says.
pub async fn resume_imports(portal: &Portal) -> Result<(), Failure> {
    import::resume(portal).await
}

/// It is done: go there, and find it said so. `word` is a key of [`flash_words`].
pub fn done(to: &str, word: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let cookie = format!("{FLASH}={word}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// What an action says on the page after it.
pub fn flash_words(l: Lang, word: &str) -> Option<(Tone, String)> {
    use words::flash;
    if let Some((_, text)) = import::flash(l, word) {
        return Some((Tone::Good, text));
    }
    if let Some(said) = portrait::flash(l, word)
        .or_else(|| stock::flash(l, word))
        .or_else(|| equipment::flash(l, word))
        .or_else(|| biometrics::flash(l, word))
        .or_else(|| certificates::flash(l, word))
        .or_else(|| information::flash(l, word))
        .or_else(|| plans::flash(l, word))
        .or_else(|| classes::flash(l, word))
        .or_else(|| plan_goals::flash(l, word))
    {
        return Some(said);
    }
    if word == "session-over" {
        return Some((Tone::Warn, flash::session_over(l).to_owned()));
    }
    let text = match about(word).0 {
        "activated" => flash::activated(l),
        "signed-out" => flash::signed_out(l),
        "account-off" => flash::account_off(l),
        "account-on" => flash::account_on(l),
        "grant-proposed" => flash::grant_proposed(l),
        "grant-approved" => flash::grant_approved(l),
        "grant-refused" => flash::grant_refused(l),
        "grant-ended" => flash::grant_ended(l),
        "grant-withdrawn" => flash::grant_withdrawn(l),
        "password-changed" => flash::password_changed(l),
        "session-ended" => flash::session_ended(l),
        "head-signed" => flash::head_signed(l),
        "person-added" => flash::person_added(l),
        "person-changed" => flash::person_changed(l),
        "person-moved" => flash::person_moved(l),
        "person-erased" => flash::person_erased(l),
        "unit-added" => flash::unit_added(l),
        "unit-changed" => flash::unit_changed(l),
        "unit-closed" => flash::unit_closed(l),
        "outbox-made" => flash::outbox_made(l),
        "outbox-received" => flash::outbox_received(l),
        "outbox-returned" => flash::outbox_returned(l),
        "holiday-set" => flash::holiday_set(l),
        "term-set" => flash::term_set(l),
        "reason-added" => flash::reason_added(l),
        "reason-retired" => flash::reason_retired(l),
        "reason-restored" => flash::reason_restored(l),
        "national-taken" => flash::national_taken(l),
        "national-reported" => flash::national_reported(l),
        "ceremony-proposed" => flash::ceremony_proposed(l),
        "ceremony-agreed" => flash::ceremony_agreed(l),
        "ceremony-refused" => flash::ceremony_refused(l),
        "component-given" => flash::component_given(l),
        "set-drawn" => flash::set_drawn(l),
        "share-confirmed" => flash::share_confirmed(l),
        "set-kept" => flash::set_kept(l),
        "ceremony-broken-off" => flash::ceremony_broken_off(l),
        "set-in-use" => flash::set_in_use(l),
        "set-destroyed" => flash::set_destroyed(l),
        "share-waits" => flash::share_waits(l),
        "set-restored" => flash::set_restored(l),
        "shares-tried" => flash::shares_tried(l),
        "share-forgotten" => flash::share_forgotten(l),
        "posts-set" => flash::posts_set(l),
        "code-fits" => flash::code_fits(l),
        "chip-witnessed" => flash::chip_witnessed(l),
        "rule-set" => flash::rule_set(l),
        "program-withdrawn" => flash::program_withdrawn(l),
        "webhook-withdrawn" => flash::webhook_withdrawn(l),
        "webhook-tried" => flash::webhook_tried(l),
        "request-sent" => flash::request_sent(l),
        "request-kept" => flash::request_kept(l),
        "request-withdrawn" => flash::request_withdrawn(l),
        "request-returned" => flash::request_returned(l),
        "request-verified" => flash::request_verified(l),
        "list-composed" => flash::list_composed(l),
        "list-changed" => flash::list_changed(l),
        "list-dissolved" => flash::list_dissolved(l),
        "list-submitted" => flash::list_submitted(l),
        "list-checked" => flash::list_checked(l),
        "list-decided" => flash::list_decided(l),
        "card-printed" => flash::card_printed(l),
        "card-misprinted" => flash::card_misprinted(l),
        "card-active" => flash::card_active(l),
        "card-locked" => flash::card_locked(l),
        "card-lock-confirmed" => flash::card_lock_confirmed(l),
        "card-unlocked" => flash::card_unlocked(l),
        "card-invalidated" => flash::card_invalidated(l),
        "card-cancelled" => flash::card_cancelled(l),
        "card-recovered" => flash::card_recovered(l),
        "card-lent" => flash::card_lent(l),
        "card-back" => flash::card_back(l),
        "bulk-begun" => flash::bulk_begun(l),
        "bulk-stopped" => flash::bulk_stopped(l),
        "bulk-resumed" => flash::bulk_resumed(l),
        "card-got" => flash::card_got(l),
        "handover-composed" => flash::handover_composed(l),
        "handover-given" => flash::handover_given(l),
        "handover-cancelled" => flash::handover_cancelled(l),
        "handover-received" => flash::handover_received(l),
        "handover-disputed" => flash::handover_disputed(l),
        "handover-settled" => flash::handover_settled(l),
        "minutes-attached" => flash::minutes_attached(l),
        "departure-reported" => flash::departure_reported(l),
        "departure-taken-back" => flash::departure_taken_back(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

/// Label and address of what to go on with after an action.
pub fn flash_next(l: Lang, word: &str) -> Option<(String, String)> {
    use words::flash;
    if let Some((kind, _)) = import::flash(l, word) {
        let (label, to) = match kind {
            ImportKind::Units => (flash::see_units(l), routes::UNITS),
            ImportKind::People => (flash::see_people(l), routes::PEOPLE),
            ImportKind::National => (flash::see_national(l), routes::NATIONAL),
            ImportKind::Certificates => (flash::see_certificates(l), routes::CERTIFICATES),
        };
        return Some((label.to_owned(), to.to_owned()));
    }
    let (word, id) = about(word);
    let (label, to) = match (word, id) {
        ("person-added", Some(unit)) => (flash::add_another(l), routes::with_id(routes::UNIT_ADD_PERSON, unit)),
        ("person-changed", _) => (words::work::all_people(l), with_query(routes::PEOPLE, "doubtful", "1")),
        ("person-moved" | "unit-changed" | "head-signed", _) => (flash::back_to_work(l), routes::WORK.to_owned()),
        ("request-verified", _) => (flash::compose(l), routes::LIST_ADD.to_owned()),
        ("handover-given" | "handover-received" | "handover-settled", _) => {
            (flash::back_to_work(l), routes::WORK.to_owned())
        }
        ("list-submitted" | "list-checked" | "list-decided", _) => (flash::back_to_work(l), routes::WORK.to_owned()),
        ("equipment-added", _) => (words::equipment::add(l), routes::EQUIPMENT_ADD.to_owned()),
        (
            "certificate-request-noted"
            | "certificate-answer-noted"
            | "certificate-handed-over"
            | "certificate-list-sent",
            _,
        ) => (flash::back_to_work(l), routes::WORK.to_owned()),
        ("certificate-recorded", _) => (words::certificates::add(l), routes::CERTIFICATE_ADD.to_owned()),
        ("card-active", _) => (flash::next_card(l), routes::ISSUE.to_owned()),
        ("grant-proposed" | "account-on" | "account-off", _) => (flash::see_accounts(l), routes::ACCOUNTS.to_owned()),
        _ => return None,
    };
    Some((label.to_owned(), to))
}

/// A flash word, and the number behind it: `person-added.7`, added to unit 7.
fn about(word: &str) -> (&str, Option<i64>) {
    word.split_once('.').map_or((word, None), |(word, id)| (word, id.parse().ok()))
}

/// Who asks, the second factor freshly shown: by the form's field `code` when it was longer ago, which the visit then knows.
///
/// # Errors
/// [`Fault::Missing`] or [`Fault::Code`] beside `code`; [`Failure::Forbidden`].
pub async fn fresh(portal: &Portal, visit: &mut Visit, action: Action, typed: &Typed) -> Result<Actor, Failure> {
    let mut actor = visit.actor()?.clone();
    if !actor.may_somewhere(action) {
        return Err(Failure::Forbidden);
    }
    if action.permission().fresh && !actor.is_fresh(visit.at_ms) {
        let token = visit.token.as_ref().ok_or(Failure::SignInNeeded)?;
        let code = typed.get("code");
        if code.trim().is_empty() {
            return Err(Failure::field("code", Fault::Missing));
        }
        sign_in::confirm(&portal.store, portal.secrets.as_ref(), token, &code, visit.at_ms).await?;
        actor.confirmed_at = Some(visit.at_ms);
        visit.confirmed(&actor);
    }
    Ok(actor)
}

/// The answer of what was done to something: on to its page with a word, or that page with what was wrong.
async fn on_or_again<F: Future<Output = Answer>>(
    l: Lang,
    result: Result<(), Failure>,
    (to, word): (&str, &str),
    again: impl FnOnce(StatusCode, FieldErrors) -> F,
) -> Answer {
    match result {
        Ok(()) => Ok(done(to, word)),
        Err(failure) => {
            let (status, errors) = failing::told(l, &failure)?;
            again(status, errors).await
        }
    }
}

/// Name of the province, which a printed list begins with; empty before it is entered.
async fn province_name(conn: &mut Conn) -> Result<String, StoreError> {
    Ok(unit::root(conn).await?.map(|root| root.name).unwrap_or_default())
}

/// The places that the actor may go to.
pub fn navigation(l: Lang, actor: &Actor, path: &str) -> Vec<NavItem> {
    let may = |action| actor.may_somewhere(action);
    let places = [
        (true, nav::work(l), routes::WORK),
        (may(Action::SeePeople), nav::people(l), routes::PEOPLE),
        (may(Action::SeeUnits), nav::units(l), routes::UNITS),
        (may(Action::VerifyRequests), nav::verify(l), routes::VERIFY),
        (may(Action::SeeLists), nav::lists(l), routes::LISTS),
        (may(Action::IssueCards), nav::issue(l), routes::ISSUE),
        (may(Action::WitnessCards), nav::witness(l), routes::WITNESS),
        (may(Action::SeeCards), nav::cards(l), routes::CARDS),
        (may(Action::CheckLists), nav::national(l), routes::NATIONAL),
        (may(Action::TellMinistry), nav::ministry(l), routes::MINISTRY),
        (may(Action::HandOver) || may(Action::ReceiveCards), nav::handovers(l), routes::HANDOVERS),
        (may(Action::Import), nav::import_data(l), routes::IMPORT),
        (may(Action::SeeStock), nav::stock(l), routes::STOCK),
        (may(Action::SeeEquipment), nav::equipment(l), routes::EQUIPMENT),
        (may(Action::SeeBiometrics), nav::entry_systems(l), routes::ENTRY_SYSTEMS),
        (may(Action::SeeCertificates), nav::certificates(l), routes::CERTIFICATES),
        (may(Action::SeePlans), nav::plans(l), routes::PLANS),
        (may(Action::SeeClasses), nav::classes(l), routes::CLASSES),
        (may(Action::EditInformation), nav::information(l), routes::INFORMATION_EDIT),
        (may(Action::UseReader), nav::reader(l), routes::READER),
        (may(Action::SetRules), nav::rules(l), routes::RULES),
        (may(Action::SeeKeys), nav::keys(l), routes::KEYS),
        (may(Action::SeeAccounts), nav::accounts(l), routes::ACCOUNTS),
        (may(Action::SeeAudit), nav::audit(l), routes::AUDIT),
    ];
    let here =
        |place: &str| path == place || path.starts_with(&format!("{place}/")) || path.starts_with(&format!("{place}?"));
    places
        .into_iter()
        .filter(|(shown, ..)| *shown)
        .map(|(_, label, href)| NavItem { label: label.to_owned(), href: href.to_owned(), current: here(href) })
        .collect()
}
