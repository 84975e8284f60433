//! The unit's list of verified people with its submission letter: composed, submitted, checked, decided (R22, R24, R33).

use std::collections::BTreeMap;

use contract::cards::{DossierDetail, DossierLine, DossierRow, FormerLine, RequestRow};
use contract::{Failure, Fault, Faults, Refusal};
use model::card_number::CardNumber;
use model::card_type::Employment;
use model::citizen::CitizenId;
use model::duty::Act;
use model::lifecycle::{Dossier, DossierEvent, Lifecycle as _, Request, RequestEvent};
use model::profile::Field;
use model::role::Action;
use model::unit_code::AgencyCode;

use super::agencies::agencies;
use super::approve_card::approve_card;
use super::ask_card::{impossible, state};
use super::profile;
use super::scan::{Scan, attach};
use super::show_request::{files, row};
use super::typed::needed;
use crate::blobs::Blobs;
use crate::store::dossier::{self, Dossier as Stored};
use crate::store::person;
use crate::store::request::{self, Listed};
use crate::store::{Record, account, form, unit};
use crate::{Actor, Conn, Draw, Store, Tx, date};

/// Lists on a page.
pub const PAGE: i64 = 50;
/// Verified people that are offered for a list at a time.
const CANDIDATES: i64 = 500;
/// Home Affairs compares, and decides, within so many days each.
const CHECK_DAYS: i32 = 5;
const DECIDE_DAYS: i32 = 3;
const TITLE_CHARS: usize = 120;
const NUMBER_CHARS: usize = 60;
const SIGNER_CHARS: usize = 120;
const REASON_CHARS: usize = 300;

/// Lists that the actor may see; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_dossiers(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<DossierRow>, i64), Failure> {
    some_dossiers(conn, actor, (page, PAGE)).await
}

/// As [`list_dossiers`], with so many on a page.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn some_dossiers(
    conn: &mut Conn,
    actor: &Actor,
    (page, per_page): (i64, i64),
) -> Result<(Vec<DossierRow>, i64), Failure> {
    if !actor.may_somewhere(Action::SeeLists) {
        return Err(Failure::Forbidden);
    }
    let slice = ((page - 1) * per_page, per_page);
    let (rows, total) = dossier::within(conn, &actor.paths(Action::SeeLists), &[], slice).await?;
    Ok((rows.into_iter().map(view).collect::<Result<_, _>>()?, total))
}

/// The list, if the actor may see it.
pub(crate) async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Stored, Failure> {
    let found = dossier::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeeLists, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

/// One list with everybody on it.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_dossier(conn: &mut Conn, actor: &Actor, id: i64) -> Result<DossierDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let reasons = form::reasons(conn).await?;
    let of = of_name(&found.state)?;
    let mut lines = Vec::new();
    for listed in request::of_dossier(conn, id).await? {
        lines.push(line(conn, actor, listed, &reasons).await?);
    }
    let mut former = Vec::new();
    for (request_id, name, named, left_at) in dossier::former_requests(conn, id).await? {
        former.push(FormerLine { request_id, name, state: state(&named)?, left_at });
    }
    let may_compose = of == Dossier::Draft && actor.may(Action::ComposeLists, &found.path);
    let candidates = if may_compose {
        let states = [Request::Verified.name()];
        request::waiting(conn, &states, std::slice::from_ref(&found.path), (0, CANDIDATES)).await?.0
    } else {
        Vec::new()
    };
    Ok(DossierDetail {
        files: files(conn, &format!("dossier:{id}")).await?,
        candidates: candidates.into_iter().map(|listed| row(listed, &reasons, actor)).collect(),
        may_compose,
        may_submit: of == Dossier::Draft && !lines.is_empty() && actor.may(Action::SubmitLists, &found.path),
        may_check: of == Dossier::Submitted && actor.may(Action::CheckLists, &found.path),
        may_decide: of == Dossier::Checked && actor.may(Action::DecideLists, &found.path),
        lines,
        former,
        dossier: view(found)?,
    })
}

async fn line(
    conn: &mut Conn,
    actor: &Actor,
    listed: Listed,
    reasons: &[form::Reason],
) -> Result<DossierLine, Failure> {
    let held = person::by_id(conn, listed.person_id).await?.ok_or(Failure::NotFound)?;
    let fields = profile::lines(conn, &held, Some(listed.id)).await?;
    let unit = unit::by_id(conn, held.unit_id).await?.ok_or(Failure::NotFound)?;
    let employment = Employment::from_name(&profile::value(&fields, Field::Employment)).ok_or(Failure::Internal)?;
    let citizen = CitizenId::parse(&profile::value(&fields, Field::CitizenId)).ok();
    let code = agencies(conn, &unit).await?.unit_code.and_then(|code| AgencyCode::parse(&code).ok());
    let number = citizen.zip(code).map(|(citizen, code)| {
        CardNumber::new(code.canonical().level_one_code(), citizen, employment.card_type()).masked()
    });
    Ok(DossierLine {
        differs: fields.iter().filter(|line| line.to_verify).map(|line| line.field).collect(),
        missing: fields.iter().filter(|line| line.value.is_empty()).map(|line| line.field).collect(),
        number,
        card_type: employment.card_type(),
        request: row(listed, reasons, actor),
    })
}

/// Verified people who are on no list, by the units in which the actor may compose one.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn candidates(conn: &mut Conn, actor: &Actor) -> Result<(Vec<(i64, String)>, Vec<RequestRow>), Failure> {
    if !actor.may_somewhere(Action::ComposeLists) {
        return Err(Failure::Forbidden);
    }
    let reasons = form::reasons(conn).await?;
    let paths = actor.paths(Action::ComposeLists);
    let mut units = Vec::new();
    for path in &paths {
        let id = path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok());
        let unit = unit::by_id(conn, id.ok_or(Failure::Internal)?).await?.ok_or(Failure::Internal)?;
        units.push((unit.id, unit.name));
    }
    let (rows, _) = request::waiting(conn, &[Request::Verified.name()], &paths, (0, CANDIDATES)).await?;
    Ok((units, rows.into_iter().map(|listed| row(listed, &reasons, actor)).collect()))
}

/// Begins a list in a unit with the verified people whose requests are named; its id.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Refusal::UnitClosed`]; faults beside `unit`, `title` and `people`.
pub async fn compose_dossier(
    tx: &mut Tx,
    actor: &Actor,
    unit_id: i64,
    title: &str,
    requests: &[i64],
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let chosen = unit::by_id(tx.conn(), unit_id).await?;
    let unit = chosen.ok_or_else(|| Failure::field("unit", Fault::Choice))?;
    if !actor.may(Action::SeeLists, &unit.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::ComposeLists, &unit.path, at_ms)?;
    if unit.closed_on.is_some() {
        return Err(Failure::Refused { why: Refusal::UnitClosed });
    }
    let mut faults = Faults::default();
    let title = faults.take("title", needed(title, TITLE_CHARS));
    if requests.is_empty() {
        faults.add("people", Fault::Missing);
    }
    faults.check()?;
    let title = title.ok_or(Failure::Internal)?;
    let id = dossier::insert(tx.conn(), unit_id, &title, actor.account_id, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "dossier.compose",
        object: format!("dossier:{id}"),
        facts: serde_json::json!({ "unit": unit_id, "title": title }),
        personal: None,
    });
    for request in requests {
        put_on(tx, actor, (id, &unit.path), *request).await?;
    }
    Ok(id)
}

/// Changes who is on a list that is being composed: those to be put on it, and those to be taken off.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::Impossible`].
pub async fn change_dossier(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    on: &[i64],
    off: &[i64],
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::ComposeLists, &found.path, at_ms)?;
    if !dossier::touch(tx.conn(), (id, version)).await? {
        return Err(Failure::Stale);
    }
    for request in off {
        let open = request::by_id(tx.conn(), *request).await?.ok_or(Failure::NotFound)?;
        if open.dossier_id != Some(id) {
            return Err(Failure::Stale);
        }
        move_request(tx, &open, RequestEvent::Unlist).await?;
        request::put_dossier(tx.conn(), open.id, None, at_ms).await?;
        tx.record(Record {
            actor: &actor.reference,
            action: "request.unlist",
            object: format!("request:{}", open.id),
            facts: serde_json::json!({ "dossier": id }),
            personal: None,
        });
    }
    for request in on {
        put_on(tx, actor, (id, &found.path), *request).await?;
    }
    Ok(())
}

async fn put_on(tx: &mut Tx, actor: &Actor, (id, path): (i64, &str), request_id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let open = request::by_id(tx.conn(), request_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(tx.conn(), open.unit_id).await?.ok_or(Failure::NotFound)?;
    if !unit.path.starts_with(path) {
        return Err(Failure::NotFound);
    }
    request::put_dossier(tx.conn(), request_id, Some(id), at_ms).await?;
    move_request(tx, &open, RequestEvent::List).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "request.list",
        object: format!("request:{request_id}"),
        facts: serde_json::json!({ "dossier": id }),
        personal: None,
    });
    Ok(())
}

async fn move_request(tx: &mut Tx, open: &request::Request, event: RequestEvent) -> Result<Request, Failure> {
    let at_ms = tx.at_ms();
    let from = state(&open.state)?;
    let to = from.after(event).map_err(impossible)?;
    if !request::put_state(tx.conn(), (open.id, open.version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    Ok(to)
}

/// Gives a list up that is being composed; its people wait for another one.
///
/// # Errors
/// As [`change_dossier`].
pub async fn dissolve_dossier(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let listed = request::of_dossier(tx.conn(), id).await?;
    let off: Vec<i64> = listed.into_iter().map(|listed| listed.id).collect();
    change_dossier(tx, actor, (id, version), &[], &off).await?;
    step(tx, (id, version + 1), DossierEvent::Dissolve, None).await?;
    note(tx, actor, id, "dossier.dissolve", serde_json::json!({}));
    Ok(())
}

/// The letter as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// Number and symbol: `15/TTr-SXD`.
    pub number: String,
    /// Its day; empty for today.
    pub day: String,
    /// Who signs it, with the capacity.
    pub signer: String,
}

/// The unit's head submits the list with its letter; the signed file may come along (R22).
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::EmptyList`], [`Refusal::Unverified`]; faults beside
/// `letter_number`, `day`, `signer` and `letter`.
pub async fn submit_dossier(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    (id, version): (i64, i64),
    letter: Letter,
    file: Vec<u8>,
    at_ms: i64,
) -> Result<(), Failure> {
    let mut conn = store.read().await?;
    let found = seen(&mut conn, actor, id).await?;
    actor.require(Action::SubmitLists, &found.path, at_ms)?;
    drop(conn);
    let scan = if file.is_empty() {
        None
    } else {
        let looked = tokio::task::spawn_blocking(move || Scan::read(file)).await.map_err(|_| Failure::Internal)?;
        Some(looked.map_err(|fault| Failure::field("letter", fault))?)
    };
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    let submitting = tokio::spawn(async move {
        let kept = match scan {
            Some(scan) => Some(scan.keep(&blobs).await?),
            None => None,
        };
        let submitting = store.write(at_ms, move |tx| {
            Box::pin(async move {
                submit(tx, &actor, (id, version), letter).await?;
                match kept {
                    Some(kept) => attach(tx, &actor, (&format!("dossier:{id}"), "letter"), &kept, None).await.map(drop),
                    None => Ok(()),
                }
            })
        });
        submitting.await
    });
    submitting.await.map_err(|_| Failure::Internal)?
}

async fn submit(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), letter: Letter) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::SubmitLists, &found.path, at_ms)?;
    let mut faults = Faults::default();
    let number = faults.take("letter_number", needed(&letter.number, NUMBER_CHARS));
    let today = date::day_of(at_ms);
    let day = match letter.day.trim() {
        "" => Some(today),
        text => faults.take("day", date::parse(text)),
    };
    if day.is_some_and(|day| day > today) {
        faults.add("day", Fault::Future);
    }
    let signer = faults.take("signer", needed(&letter.signer, SIGNER_CHARS));
    faults.check()?;
    let (Some(number), Some(day), Some(signer)) = (number, day, signer) else { return Err(Failure::Internal) };
    let listed = request::of_dossier(tx.conn(), id).await?;
    if listed.is_empty() {
        return Err(Failure::Refused { why: Refusal::EmptyList });
    }
    let due = date::start_of(date::days_later(today, CHECK_DAYS + 1));
    step(tx, (id, version), DossierEvent::Submit, Some(due)).await?;
    dossier::put_letter(tx.conn(), id, (&number, &day.to_string(), &signer), actor.account_id, at_ms).await?;
    for listed in &listed {
        let open = request::by_id(tx.conn(), listed.id).await?.ok_or(Failure::NotFound)?;
        settled(tx, &open).await?;
        move_request(tx, &open, RequestEvent::Propose).await?;
        account::note_duty(tx.conn(), &format!("request:{}", open.id), Act::Asked, &actor.duty_key(), at_ms).await?;
    }
    let facts = serde_json::json!({ "letter": number, "day": day.to_string(), "people": listed.len() });
    note(tx, actor, id, "dossier.submit", facts);
    Ok(())
}

/// Whether what will be printed is what was verified (R21).
async fn settled(tx: &mut Tx, open: &request::Request) -> Result<(), Failure> {
    let held = person::by_id(tx.conn(), open.person_id).await?.ok_or(Failure::NotFound)?;
    let lines = profile::lines(tx.conn(), &held, Some(open.id)).await?;
    if lines.iter().any(|line| line.to_verify || line.value.is_empty()) {
        return Err(Failure::Refused { why: Refusal::Unverified });
    }
    if held.left_on.is_some() {
        return Err(Failure::Refused { why: Refusal::HasLeft });
    }
    Ok(())
}

/// What becomes of somebody who is not approved with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exception {
    /// Back to the person and the unit, for a reason.
    Return(String),
    /// Refused for good, for a reason.
    Refuse(String),
}

/// The checker has compared everybody with the personnel data; exceptions by request go back (R24).
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::Unverified`] where somebody's data changed since;
/// [`Refusal::SeparationOfDuties`]; faults beside `reason-{request}`.
pub async fn check_dossier(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    exceptions: &BTreeMap<i64, Exception>,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::CheckLists, &found.path, at_ms)?;
    let reasons = reasons(exceptions)?;
    let mut left = 0;
    for listed in request::of_dossier(tx.conn(), id).await? {
        if listed.state != Request::Proposed.name() {
            continue;
        }
        let open = request::by_id(tx.conn(), listed.id).await?.ok_or(Failure::NotFound)?;
        match reasons.get(&open.id) {
            Some(reason) => send_back(tx, actor, &open, RequestEvent::Return, reason).await?,
            None => {
                own(actor, open.person_id)?;
                settled(tx, &open).await?;
                move_request(tx, &open, RequestEvent::Check).await?;
                let object = format!("request:{}", open.id);
                account::note_duty(tx.conn(), &object, Act::Verified, &actor.duty_key(), at_ms).await?;
                left += 1;
            }
        }
    }
    let (event, due) = match left {
        0 => (DossierEvent::SendBack, None),
        _ => {
            let due = date::days_later(date::day_of(at_ms), DECIDE_DAYS + 1);
            (DossierEvent::Check, Some(date::start_of(due)))
        }
    };
    step(tx, (id, version), event, due).await?;
    dossier::note_checked(tx.conn(), id, actor.account_id, at_ms).await?;
    note(tx, actor, id, "dossier.check", serde_json::json!({ "checked": left, "returned": reasons.len() }));
    Ok(())
}

/// The approver decides the whole list at once, with exceptions; each approved person gets a card with its snapshot (R33, R72).
/// `draw` is the source of the cards' codes.
///
/// # Errors
/// As [`check_dossier`]; [`Failure::ConfirmationNeeded`].
pub async fn decide_dossier(
    tx: &mut Tx,
    actor: &Actor,
    draw: &Draw,
    (id, version): (i64, i64),
    exceptions: &BTreeMap<i64, Exception>,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::DecideLists, &found.path, at_ms)?;
    let reasons = reasons(exceptions)?;
    let (mut approved, mut other) = (0, 0);
    for listed in request::of_dossier(tx.conn(), id).await? {
        if listed.state != Request::Checked.name() {
            continue;
        }
        let open = request::by_id(tx.conn(), listed.id).await?.ok_or(Failure::NotFound)?;
        own(actor, open.person_id)?;
        // the database refuses whoever asked, verified or checked (R31)
        let object = format!("request:{}", open.id);
        account::note_duty(tx.conn(), &object, Act::Approved, &actor.duty_key(), at_ms).await?;
        match exceptions.get(&open.id) {
            Some(exception) => {
                let event = match exception {
                    Exception::Return(_) => RequestEvent::Return,
                    Exception::Refuse(_) => RequestEvent::Refuse,
                };
                let reason = reasons.get(&open.id).cloned().unwrap_or_default();
                send_back(tx, actor, &open, event, &reason).await?;
                other += 1;
            }
            None => {
                settled(tx, &open).await?;
                move_request(tx, &open, RequestEvent::Approve).await?;
                approve_card(tx, actor, draw, &open).await?;
                approved += 1;
            }
        }
    }
    step(tx, (id, version), DossierEvent::Decide, None).await?;
    dossier::note_decided(tx.conn(), id, actor.account_id, at_ms).await?;
    note(tx, actor, id, "dossier.decide", serde_json::json!({ "approved": approved, "others": other }));
    Ok(())
}

/// Nobody decides about themselves (R31).
fn own(actor: &Actor, person_id: i64) -> Result<(), Failure> {
    if actor.person_id == Some(person_id) {
        return Err(Failure::Refused { why: Refusal::SeparationOfDuties });
    }
    Ok(())
}

fn reasons(exceptions: &BTreeMap<i64, Exception>) -> Result<BTreeMap<i64, String>, Failure> {
    let mut faults = Faults::default();
    let mut reasons = BTreeMap::new();
    for (id, exception) in exceptions {
        let (Exception::Return(typed) | Exception::Refuse(typed)) = exception;
        reasons.extend(faults.take(&format!("reason-{id}"), needed(typed, REASON_CHARS)).map(|reason| (*id, reason)));
    }
    faults.check()?;
    Ok(reasons)
}

async fn send_back(
    tx: &mut Tx,
    actor: &Actor,
    open: &request::Request,
    event: RequestEvent,
    reason: &str,
) -> Result<(), Failure> {
    move_request(tx, open, event).await?;
    request::note_answer(tx.conn(), open.id, Some(reason)).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: if event == RequestEvent::Return { "request.return" } else { "request.refuse" },
        object: format!("request:{}", open.id),
        facts: serde_json::json!({ "person": open.person_id, "dossier": open.dossier_id }),
        personal: Some((Some(open.person_id), serde_json::json!({ "reason": reason }))),
    });
    Ok(())
}

async fn step(tx: &mut Tx, (id, version): (i64, i64), event: DossierEvent, due_at: Option<i64>) -> Result<(), Failure> {
    let found = dossier::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let from = of_name(&found.state)?;
    let to = from.after(event).map_err(impossible)?;
    if !dossier::put_state(tx.conn(), (id, version), (from.name(), to.name()), due_at).await? {
        return Err(Failure::Stale);
    }
    Ok(())
}

fn note(tx: &mut Tx, actor: &Actor, id: i64, action: &'static str, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object: format!("dossier:{id}"), facts, personal: None });
}

fn of_name(name: &str) -> Result<Dossier, Failure> {
    Dossier::from_name(name).ok_or(Failure::Internal)
}

fn view(found: Stored) -> Result<DossierRow, Failure> {
    Ok(DossierRow {
        state: of_name(&found.state)?,
        id: found.id,
        unit_id: found.unit_id,
        unit: found.unit,
        title: found.title,
        letter_number: found.letter_number,
        letter_day: found.letter_day,
        signer: found.signer,
        people: found.people,
        created_at: found.created_at,
        submitted_at: found.submitted_at,
        due: found.due_at,
        version: found.version,
    })
}
