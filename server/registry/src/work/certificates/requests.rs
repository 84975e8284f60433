//! Requests for certificates: found, shown, and those that concern oneself (R118).

use contract::certificate::{
    CertificateRequestDetail, CertificateRequestPage, CertificateRequestRow, MyCertificates, Named,
};
use contract::{Failure, Refusal};
use model::certificate::regime::Regime;
use model::certificate::{Operation, SubscriberKind};
use model::lifecycle::{CertificateRequest as Step, CertificateRequestEvent as Event, Lifecycle as _};
use model::role::Action;

use super::{ask, unit_path};
use crate::store::certificate;
use crate::store::certificate_request::{self as stored, Filter, Request};
use crate::work::equipment::history;
use crate::work::show_request::files;
use crate::{Actor, Conn};

/// Requests on a page.
pub const PAGE: i64 = 50;
/// Certificates and requests of one person that are shown.
const OWN: i64 = 50;

/// Which requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestQuery {
    /// Agency code or name of a unit, with those below it.
    pub unit: String,
    /// Operation by name.
    pub operation: String,
    /// State by name.
    pub state: String,
    /// Only handovers that should have been made by now.
    pub overdue: bool,
    /// Counted from 1.
    pub page: i64,
}

/// A page of requests, open ones first, by their due time.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit`.
pub async fn list_requests(
    conn: &mut Conn,
    actor: &Actor,
    query: &RequestQuery,
    at_ms: i64,
) -> Result<CertificateRequestPage, Failure> {
    let filter = filter(conn, actor, query, at_ms).await?;
    let rows = some(conn, &filter, (query.page, PAGE)).await?;
    Ok(CertificateRequestPage {
        rows,
        total: stored::count(conn, &filter).await?,
        overdue: stored::count(conn, &overdue(actor.paths(Action::SeeCertificates), at_ms)).await?,
    })
}

/// As [`list_requests`], with so many on a page and nothing else.
///
/// # Errors
/// As [`list_requests`].
pub async fn some_requests(
    conn: &mut Conn,
    actor: &Actor,
    query: &RequestQuery,
    (at_ms, per_page): (i64, i64),
) -> Result<Vec<CertificateRequestRow>, Failure> {
    let filter = filter(conn, actor, query, at_ms).await?;
    some(conn, &filter, (query.page, per_page)).await
}

pub(super) async fn some(
    conn: &mut Conn,
    filter: &Filter,
    (page, per_page): (i64, i64),
) -> Result<Vec<CertificateRequestRow>, Failure> {
    let found = stored::list(conn, filter, ((page.max(1) - 1) * per_page, per_page)).await?;
    found.into_iter().map(row).collect()
}

/// Certificates that should have been handed over by now (R135).
pub(super) fn overdue(within: Vec<String>, at_ms: i64) -> Filter {
    Filter { within, states: vec![Step::Received.name()], due_before: Some(at_ms), ..Filter::default() }
}

async fn filter(conn: &mut Conn, actor: &Actor, query: &RequestQuery, at_ms: i64) -> Result<Filter, Failure> {
    if !actor.may_somewhere(Action::SeeCertificates) {
        return Err(Failure::Forbidden);
    }
    let mut within = actor.paths(Action::SeeCertificates);
    if !query.unit.trim().is_empty() {
        within = vec![unit_path(conn, actor, &query.unit).await?];
    }
    if query.overdue {
        return Ok(Filter {
            operation: Operation::from_name(&query.operation).map(Operation::name),
            ..overdue(within, at_ms)
        });
    }
    Ok(Filter {
        within,
        operation: Operation::from_name(&query.operation).map(Operation::name),
        states: Step::from_name(&query.state).map(Step::name).into_iter().collect(),
        ..Filter::default()
    })
}

/// The request, if the actor may see it: who sees the unit's certificates, whose it is, who asked, who keeps the certificate.
///
/// # Errors
/// [`Failure::NotFound`].
pub(crate) async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Request, Failure> {
    let found = stored::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let keeps = actor.person_id.is_some() && actor.person_id == found.keeper_id;
    match own(actor, &found) || keeps || actor.may(Action::SeeCertificates, &found.path) {
        true => Ok(found),
        false => Err(Failure::NotFound),
    }
}

/// Whether the actor asked for it, or it is about the actor.
pub(super) fn own(actor: &Actor, found: &Request) -> bool {
    actor.person_id.is_some() && actor.person_id == found.person_id
        || actor.account_id.is_some() && actor.account_id == found.asked_by
}

/// One request with what happened to it.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_request(conn: &mut Conn, actor: &Actor, id: i64) -> Result<CertificateRequestDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let object = format!("certificate_request:{id}");
    let keeps = actor.may(Action::KeepCertificates, &found.path);
    let token = match found.certificate_id {
        Some(id) => certificate::by_id(conn, id).await?.and_then(|of| of.token),
        None => None,
    };
    Ok(CertificateRequestDetail {
        events: history(conn, object.clone()).await?,
        files: files(conn, &object).await?,
        may: may(actor, &found)?,
        may_attach: keeps && found.minutes_number.is_some(),
        sees_certificates: actor.may(Action::SeeCertificates, &found.path),
        sees_lists: keeps,
        token,
        request: row(found)?,
    })
}

/// What the actor may do to a request in its state.
pub(super) fn may(actor: &Actor, found: &Request) -> Result<Vec<Event>, Failure> {
    let state = Step::from_name(&found.state).ok_or(Failure::Internal)?;
    let operation = Operation::from_name(&found.operation).ok_or(Failure::Internal)?;
    let allowed = |event: Event| {
        let keeps = actor.may(Action::KeepCertificates, &found.path);
        match event {
            Event::Endorse => actor.may(Action::EndorseCertificates, &found.path),
            Event::SendBack if state == Step::Asked => actor.may(Action::EndorseCertificates, &found.path),
            Event::SendBack => keeps,
            // nobody decides on what they asked for, or on their own
            Event::Accept => keeps && !own(actor, found),
            Event::Refuse if state == Step::Endorsed => keeps && !own(actor, found),
            Event::Refuse | Event::Grant | Event::HandOver => keeps,
            Event::AskAgain | Event::Withdraw => own(actor, found) || actor.may(Action::AskCertificates, &found.path),
            // a list's page does these, and what comes with another step
            Event::List | Event::Unlist | Event::Send | Event::Receive | Event::Close => false,
        }
    };
    Ok(state.possible().filter(|event| state.after_for(operation, *event).is_ok() && allowed(*event)).collect())
}

/// What concerns the actor: certificates that they have or keep, and requests.
///
/// # Errors
/// [`Refusal::Impossible`] for an account that is nobody's.
pub async fn my_certificates(conn: &mut Conn, actor: &Actor) -> Result<MyCertificates, Failure> {
    let Some(person) = actor.person_id else { return Err(Failure::Refused { why: Refusal::Impossible }) };
    let mut certificates = Vec::new();
    for found in certificate::of_person(conn, person, OWN).await? {
        let may = match stored::open_about(conn, found.id).await? {
            Some(_) => Vec::new(),
            None => ask::possible(conn, actor, &found).await?,
        };
        certificates.push((super::row(found)?, may));
    }
    let own = Filter { own: Some((person, actor.account_id.unwrap_or_default())), ..Filter::default() };
    let requests = some(conn, &own, (1, OWN)).await?;
    let open_new = |row: &CertificateRequestRow| {
        row.operation == Operation::New && row.state.is_open() && row.person.as_ref().is_some_and(|of| of.id == person)
    };
    let has =
        certificates.iter().any(|(of, _)| of.state.is_live() && of.person.as_ref().is_some_and(|of| of.id == person));
    Ok(MyCertificates { may_ask: !has && !requests.iter().any(open_new), certificates, requests })
}

pub(super) fn row(found: Request) -> Result<CertificateRequestRow, Failure> {
    let named = |id: Option<i64>, name: Option<String>| id.map(|id| Named { id, name: name.unwrap_or_default() });
    let operation = Operation::from_name(&found.operation).ok_or(Failure::Internal)?;
    let kind = SubscriberKind::from_name(&found.kind).ok_or(Failure::Internal)?;
    Ok(CertificateRequestRow {
        id: found.id,
        operation,
        kind,
        unit_id: found.unit_id,
        unit: found.unit,
        person: named(found.person_id, found.person),
        device: found.device,
        keeper: named(found.keeper_id, found.keeper),
        certificate: found.certificate_id.zip(found.serial),
        brought: found.brought_id.zip(found.brought),
        form: Regime::named(&found.regime).and_then(|regime| regime.form(operation, kind)),
        reason: found.reason,
        answer: found.answer,
        state: Step::from_name(&found.state).ok_or(Failure::Internal)?,
        list: found.list_id.zip(found.list),
        reply: found.reply_day.map(|day| (found.reply_number, day)),
        minutes: found.minutes_number.zip(found.minutes_day),
        due: found.due_at,
        asked_at: found.asked_at,
        changed_at: found.changed_at,
        version: found.version,
    })
}
