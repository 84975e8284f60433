//! Requests as the screens show them.

use contract::Failure;
use contract::cards::{FieldLine, FileLine, ReasonView, RequestDetail, RequestRow};
use model::case::Case;
use model::lifecycle::{Lifecycle as _, Request, RequestEvent};
use model::role::Action;

use super::ask_card::state;
use super::profile;
use super::show_person::show_person;
use crate::blobs::{BlobHash, Blobs};
use crate::store::form::{self, Reason};
use crate::store::request::{self, Listed};
use crate::store::{attachment, person, unit};
use crate::{Actor, Conn};

/// Requests on a page.
pub const PAGE: i64 = 50;

/// Requests that wait for their verification, oldest first; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn to_verify(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<RequestRow>, i64), Failure> {
    if !actor.may_somewhere(Action::VerifyRequests) {
        return Err(Failure::Forbidden);
    }
    let reasons = form::reasons(conn).await?;
    let within = actor.paths(Action::VerifyRequests);
    let slice = ((page - 1) * PAGE, PAGE);
    let (rows, total) = request::waiting(conn, &[Request::Submitted.name()], &within, slice).await?;
    Ok((rows.into_iter().map(|listed| row(listed, &reasons, actor)).collect(), total))
}

/// One request, for the person, and for who may see the person.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_request(conn: &mut Conn, actor: &Actor, id: i64) -> Result<RequestDetail, Failure> {
    let open = request::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, open.unit_id).await?.ok_or(Failure::NotFound)?;
    let own = actor.person_id == Some(open.person_id);
    if !own && !actor.may(Action::SeePeople, &unit.path) {
        return Err(Failure::NotFound);
    }
    let held = person::by_id(conn, open.person_id).await?.ok_or(Failure::NotFound)?;
    let person = show_person(conn, actor, open.person_id).await?;
    let reasons = form::reasons(conn).await?;
    let of = state(&open.state)?;
    // whoever may not see the whole citizen number sees none of its versions
    let mut fields = profile::lines(conn, &held, Some(id)).await?;
    if !own && !actor.may(Action::ChangePeople, &unit.path) {
        for line in fields.iter_mut().filter(|line| line.field == model::profile::Field::CitizenId) {
            let mask = |number: &str| {
                model::citizen::CitizenId::parse(number).map(|number| number.masked()).unwrap_or_default()
            };
            (line.held, line.value) = (mask(&line.held), mask(&line.value));
            line.verified = line.verified.take().map(|(number, at)| (mask(&number), at));
        }
    }
    Ok(RequestDetail {
        request: RequestRow {
            id,
            person_id: open.person_id,
            name: held.name,
            personnel_code: held.personnel_code,
            position: held.position,
            unit: unit.name,
            case: case(&open.case_name)?,
            reason: reason(&reasons, &open.reason),
            state: of,
            since: open.changed_at,
            verified_at: open.verified_at,
            version: open.version,
            own,
        },
        note: open.note,
        answer: open.answer,
        stamp: open.stamp,
        copies: open.copies,
        fields,
        files: files(conn, &format!("request:{id}")).await?,
        dossier_id: open.dossier_id,
        former_lists: request::former_lists(conn, id).await?,
        submitted_at: open.submitted_at,
        may_write: (own || person.may_change) && !person.erased && matches!(of, Request::Draft | Request::Returned),
        may_verify: !own && of.may(RequestEvent::Verify) && actor.may(Action::VerifyRequests, &unit.path),
        person,
    })
}

/// The reasons that can be chosen for a case.
///
/// # Errors
/// As the database says.
pub async fn reasons_for(conn: &mut Conn, use_for: &str) -> Result<Vec<ReasonView>, Failure> {
    let all = form::reasons(conn).await?;
    Ok(all.into_iter().filter(|it| it.use_for == use_for && it.retired_at.is_none()).map(view).collect())
}

/// The same for each case.
///
/// # Errors
/// As the database says.
pub async fn reasons_of_cases(conn: &mut Conn) -> Result<Vec<(Case, Vec<ReasonView>)>, Failure> {
    let all = form::reasons(conn).await?;
    let of = |case: Case| all.iter().filter(move |it| it.use_for == case.name() && it.retired_at.is_none());
    Ok(Case::ALL.into_iter().map(|case| (case, of(case).cloned().map(view).collect())).collect())
}

/// A file that belongs to a request, a list, a handover, a departure or a consent: its type and its bytes.
///
/// # Errors
/// [`Failure::NotFound`], also where it may not be seen.
pub async fn show_file(conn: &mut Conn, blobs: &Blobs, actor: &Actor, id: i64) -> Result<(String, Vec<u8>), Failure> {
    let file = attachment::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let (kind, number) = file.object.split_once(':').ok_or(Failure::Internal)?;
    let number: i64 = number.parse().map_err(|_| Failure::Internal)?;
    let seen = match kind {
        "request" => {
            let open = request::by_id(conn, number).await?.ok_or(Failure::NotFound)?;
            let unit = unit::by_id(conn, open.unit_id).await?.ok_or(Failure::NotFound)?;
            // a certified copy of the whole profile: for who works with it, and whose it is
            actor.person_id == Some(open.person_id)
                || actor.may(Action::VerifyRequests, &unit.path)
                || actor.may(Action::CheckLists, &unit.path)
                || actor.may(Action::DecideLists, &unit.path)
        }
        "dossier" => super::dossiers::seen(conn, actor, number).await.is_ok(),
        "handover" => super::handovers::seen(conn, actor, number).await.is_ok(),
        "departure" => super::departures::evidence_seen(conn, actor, number).await?,
        "certificate_request" => super::certificates::requests::seen(conn, actor, number).await.is_ok(),
        "certificate_list" => super::certificates::lists::seen_list(conn, actor, number).await.is_ok(),
        "manager_delegation" => super::certificates::delegation::may_see(actor),
        "consent" => super::biometrics::paper_seen(conn, actor, number).await?,
        _ => false,
    };
    if !seen {
        return Err(Failure::NotFound);
    }
    let hash = BlobHash::from_bytes(&file.sha256).ok_or(Failure::Internal)?;
    Ok((file.media_type, blobs.get(hash).await?))
}

/// The files of something.
pub(super) async fn files(conn: &mut Conn, object: &str) -> Result<Vec<FileLine>, Failure> {
    let rows = attachment::of(conn, object).await?;
    let line = |row: attachment::Attachment| FileLine {
        id: row.id,
        purpose: row.purpose,
        media_type: row.media_type,
        bytes: row.bytes,
        added_at: row.added_at,
    };
    Ok(rows.into_iter().map(line).collect())
}

pub(super) fn row(listed: Listed, reasons: &[Reason], actor: &Actor) -> RequestRow {
    RequestRow {
        id: listed.id,
        own: actor.person_id == Some(listed.person_id),
        person_id: listed.person_id,
        name: listed.name,
        personnel_code: listed.personnel_code,
        position: listed.position,
        unit: listed.unit,
        case: case(&listed.case_name).unwrap_or(Case::FirstIssue),
        reason: reason(reasons, &listed.reason),
        state: state(&listed.state).unwrap_or(Request::Draft),
        since: listed.changed_at,
        verified_at: listed.verified_at,
        version: listed.version,
    }
}

pub(super) fn case(name: &str) -> Result<Case, Failure> {
    Case::from_name(name).ok_or(Failure::Internal)
}

/// A reason by its code; one that is not in the list any more by nothing else.
pub(super) fn reason(reasons: &[Reason], code: &str) -> ReasonView {
    let known = reasons.iter().find(|it| it.code == code).cloned();
    known.map_or_else(|| ReasonView { code: code.to_owned(), vi: code.to_owned(), en: code.to_owned() }, view)
}

fn view(reason: Reason) -> ReasonView {
    ReasonView { code: reason.code, vi: reason.vi, en: reason.en }
}

/// The person's request that has not come to an end, if there is one.
///
/// # Errors
/// As [`show_request`].
pub async fn open_request(conn: &mut Conn, actor: &Actor, person_id: i64) -> Result<Option<RequestDetail>, Failure> {
    match request::open_of(conn, person_id).await? {
        Some(open) => show_request(conn, actor, open.id).await.map(Some),
        None => Ok(None),
    }
}

/// The fields of a person's profile as they are held, for the person and for who may change them.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn profile_of(conn: &mut Conn, actor: &Actor, person_id: i64) -> Result<Vec<FieldLine>, Failure> {
    let held = person::by_id(conn, person_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, held.unit_id).await?.ok_or(Failure::NotFound)?;
    if actor.person_id != Some(person_id) && !actor.may(Action::ChangePeople, &unit.path) {
        return Err(Failure::NotFound);
    }
    profile::lines(conn, &held, None).await
}
