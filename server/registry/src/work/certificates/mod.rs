//! Certificates of digital signatures: found, shown with whatever speaks against them, recorded, handed over, revoked; and the tokens
//! that hold their keys (R118–R120, R135, R154, R155).

pub mod answers;
pub mod ask;
pub mod asked;
pub mod bring;
pub mod chase;
pub mod delegation;
pub mod lists;
pub(super) mod queue;
pub mod record;
pub mod requests;
pub mod review;
pub mod revocation;
pub mod step;
pub mod tokens;
mod trust;

use contract::certificate::{CertificateActions, CertificatePage, CertificateRow, Named};
use contract::equipment::EquipmentLine;
use contract::{Failure, Fault};
use model::certificate::SubscriberKind;
use model::certificate::regime::{Objection, Regime};
use model::certificate::reminder::Stage;
use model::lifecycle::{Certificate as State, Lifecycle as _};
use model::role::Action;
use model::text::{clean, fold};
pub use trust::Trust;
pub use x509::{Finding, MAX_FILE, Reason, Zeroizing};

use super::equipment::history;
use super::show_unit::unit_meant;
use crate::store::certificate::{self, Certificate, Filter};
use crate::store::{certificate_request, person, revocation as store_revocation, unit};
use crate::{Actor, Conn, StoreError, date};

/// Certificates on a page.
pub const PAGE: i64 = 50;
/// How long before its end a certificate is among those that end soon.
const SOON: i32 = 90;

/// In the place of a state: in force here, and revoked as its authority says.
pub const REVOKED_THERE: &str = "revoked_there";

/// Which certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateQuery {
    /// Agency code or name of a unit, with those below it.
    pub unit: String,
    /// Kind by name.
    pub kind: String,
    /// State by name, or [`REVOKED_THERE`].
    pub state: String,
    /// Those in force that end within so many days: 90, 60, 30, 7.
    pub ends: String,
    /// Those in use of which no use is known for so many days: 90, 180, 365.
    pub unused: String,
    /// Part of a name, or the beginning of a serial number.
    pub text: String,
    /// Counted from 1.
    pub page: i64,
}

/// What is known of a certificate.
pub struct CertificateDetail {
    /// The certificate.
    pub certificate: CertificateRow,
    /// What speaks against it today; none where it was erased.
    pub findings: Vec<Finding>,
    /// What the law of its first day says against its term.
    pub objection: Option<Objection>,
    /// How near its end is, while it is in force.
    pub stage: Option<Stage>,
    /// What happened, newest first.
    pub events: Vec<EquipmentLine>,
    /// What the viewer may do.
    pub actions: CertificateActions,
}

/// A page of certificates, those that end first before the others.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit`.
pub async fn list_certificates(
    conn: &mut Conn,
    actor: &Actor,
    query: &CertificateQuery,
    at_ms: i64,
) -> Result<CertificatePage, Failure> {
    let filter = filter(conn, actor, query, at_ms).await?;
    let rows = some(conn, &filter, (query.page, PAGE)).await?;
    let soon = Filter { states: live(), until: Some(end_of(at_ms, SOON)), ..within(actor) };
    Ok(CertificatePage {
        rows,
        total: certificate::count(conn, &filter).await?,
        ending: certificate::count(conn, &soon).await?,
    })
}

/// As [`list_certificates`], with so many on a page and nothing else.
///
/// # Errors
/// As [`list_certificates`].
pub async fn some_certificates(
    conn: &mut Conn,
    actor: &Actor,
    query: &CertificateQuery,
    (at_ms, per_page): (i64, i64),
) -> Result<Vec<CertificateRow>, Failure> {
    let filter = filter(conn, actor, query, at_ms).await?;
    some(conn, &filter, (query.page, per_page)).await
}

async fn some(conn: &mut Conn, filter: &Filter, (page, per_page): (i64, i64)) -> Result<Vec<CertificateRow>, Failure> {
    let found = certificate::list(conn, filter, ((page.max(1) - 1) * per_page, per_page)).await?;
    found.into_iter().map(row).collect()
}

fn within(actor: &Actor) -> Filter {
    Filter { within: actor.paths(Action::SeeCertificates), ..Filter::default() }
}

fn live() -> Vec<&'static str> {
    State::STATES.iter().filter(|(state, _)| state.is_live()).map(|(_, name)| *name).collect()
}

/// The first millisecond after so many days from today.
fn end_of(at_ms: i64, days: i32) -> i64 {
    date::start_of(date::days_later(date::day_of(at_ms), days + 1))
}

async fn filter(conn: &mut Conn, actor: &Actor, query: &CertificateQuery, at_ms: i64) -> Result<Filter, Failure> {
    if !actor.may_somewhere(Action::SeeCertificates) {
        return Err(Failure::Forbidden);
    }
    let mut filter = within(actor);
    if !query.unit.trim().is_empty() {
        filter.within = vec![unit_path(conn, actor, &query.unit).await?];
    }
    filter.kind = SubscriberKind::from_name(&query.kind).map(SubscriberKind::name);
    filter.states = State::from_name(&query.state).map(State::name).into_iter().collect();
    if query.state == REVOKED_THERE {
        filter.revoked_there = true;
    }
    if let Some(days) = [90, 60, 30, 7].into_iter().find(|days| days.to_string() == query.ends) {
        filter.until = Some(end_of(at_ms, days));
        if filter.states.is_empty() {
            filter.states = live();
        }
    }
    filter.unused_since = chase::UNUSED.into_iter().find(|days| days.to_string() == query.unused).map(|days| {
        let day = date::days_later(date::day_of(at_ms), -days);
        day.to_string()
    });
    let text = clean(&query.text);
    if !text.is_empty() {
        let serial: String = text.chars().filter(|c| *c != ':' && *c != ' ').collect();
        // what is no hexadecimal number is none's beginning, and `%` would be everybody's
        let is_serial = serial.bytes().all(|byte| byte.is_ascii_hexdigit());
        let serial = if is_serial { serial.to_ascii_uppercase() } else { "-".to_owned() };
        filter.text = Some((fold(&text), serial));
        if fold(&text).is_empty() {
            filter.within.clear();
        }
    }
    Ok(filter)
}

/// The path of the unit that a filter means, if the actor sees its certificates.
async fn unit_path(conn: &mut Conn, actor: &Actor, typed: &str) -> Result<String, Failure> {
    let meant = unit_meant(conn, actor, Action::SeeCertificates, typed).await?;
    let seen = meant.and_then(|unit| match actor.may(Action::SeeCertificates, &unit.path) {
        true => Ok(unit.path),
        false => Err(Fault::Unknown),
    });
    seen.map_err(|fault| Failure::field("unit", fault))
}

/// The certificate, if the actor may see it.
async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Certificate, Failure> {
    let found = certificate::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeeCertificates, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

/// One certificate with what speaks against it and what happened to it.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_certificate(
    conn: &mut Conn,
    actor: &Actor,
    trust: &Trust,
    id: i64,
    at_ms: i64,
) -> Result<CertificateDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let may_keep = actor.may(Action::KeepCertificates, &found.path);
    let state = State::from_name(&found.state).ok_or(Failure::Internal)?;
    let der = certificate::der(conn, id).await?;
    let findings = match der.as_deref().and_then(x509::Certificate::read) {
        Some(read) => {
            let kind = SubscriberKind::from_name(&found.kind).ok_or(Failure::Internal)?;
            let about = About::of(conn, kind, found.unit_id, found.person_id).await?;
            let answer = store_revocation::answer(conn, id).await?.and_then(|der| x509::StatusAnswer::read(&der));
            let mut findings = about.judge(trust, &read, (&[], answer.as_slice()), at_ms);
            // what is over says so by its state
            findings.retain(|finding| state.is_live() || !matches!(finding, Finding::Expired { .. } | Finding::NoList));
            findings
        }
        None => Vec::new(),
    };
    let (from, until) = (date::day_of(found.valid_from), date::day_of(found.valid_until));
    let objection = Regime::on(from).and_then(|regime| regime.validity(false, from, until).err());
    let stage = state.is_live().then(|| Stage::on(date::day_of(at_ms), until)).flatten();
    let may = if may_keep { state.possible().filter(|event| step::by_hand(*event)).collect() } else { Vec::new() };
    let events = history(conn, format!("certificate:{id}")).await?;
    let open_request = certificate_request::open_about(conn, id).await?.map(|open| open.id);
    let may_ask = if open_request.is_none() { ask::possible(conn, actor, &found).await? } else { Vec::new() };
    let may_note_use = state == State::InUse && (may_keep || actor.may(Action::AskCertificates, &found.path));
    let may_keep = may_keep && state.is_live();
    let actions = CertificateActions { may, may_keep, may_note_use, may_ask, open_request };
    Ok(CertificateDetail { certificate: row(found)?, findings, objection, stage, events, actions })
}

/// Whom a certificate has to name.
struct About {
    kind: SubscriberKind,
    /// Names of the unit and those above it, the unit's first.
    units: Vec<String>,
    code: Option<String>,
    person: Option<person::Person>,
}

impl About {
    async fn of(
        conn: &mut Conn,
        kind: SubscriberKind,
        unit_id: i64,
        person_id: Option<i64>,
    ) -> Result<Self, StoreError> {
        let own = unit::by_id(conn, unit_id).await?;
        let code = own.as_ref().and_then(|unit| unit.code.clone());
        let path = own.map(|unit| unit.path).unwrap_or_default();
        let mut units = Vec::new();
        for id in path.split('/').rev().filter_map(|id| id.parse().ok()) {
            units.extend(unit::by_id(conn, id).await?.map(|unit| unit.name));
        }
        let person = match person_id {
            Some(id) => person::by_id(conn, id).await?,
            None => None,
        };
        Ok(About { kind, units, code, person })
    }

    fn judge(
        &self,
        trust: &Trust,
        certificate: &x509::Certificate,
        beside: (&[x509::Certificate], &[x509::StatusAnswer]),
        at_ms: i64,
    ) -> Vec<Finding> {
        let units: Vec<&str> = self.units.iter().map(String::as_str).collect();
        let expected = match (self.kind, &self.person) {
            (SubscriberKind::Person, Some(person)) => x509::Expected::Person {
                name: &person.name,
                citizen: person.citizen_id.as_deref(),
                email: person.email.as_deref(),
                units: &units,
            },
            (SubscriberKind::Organisation, _) => {
                x509::Expected::Organisation { names: units.get(..1).unwrap_or_default(), code: self.code.as_deref() }
            }
            _ => x509::Expected::Device { units: &units },
        };
        trust.judge(certificate, beside, Some(expected), at_ms)
    }
}

fn row(found: Certificate) -> Result<CertificateRow, Failure> {
    let named = |id: Option<i64>, name: Option<String>| id.map(|id| Named { id, name: name.unwrap_or_default() });
    Ok(CertificateRow {
        id: found.id,
        kind: SubscriberKind::from_name(&found.kind).ok_or(Failure::Internal)?,
        serial: found.serial,
        subject: found.subject,
        issuer: found.issuer,
        algorithm: found.algorithm,
        valid_from: found.valid_from,
        valid_until: found.valid_until,
        unit_id: found.unit_id,
        unit: found.unit,
        person: named(found.person_id, found.person),
        keeper: named(found.holder_id, found.holder),
        token: found.token_id.zip(found.token),
        state: State::from_name(&found.state).ok_or(Failure::Internal)?,
        revoked_on: found.revoked_on,
        in_use_since: found.in_use_since,
        used_on: found.used_on,
        remark: found.remark,
        version: found.version,
    })
}

/// The person that a form means by a code, if the actor keeps the certificates of their unit.
async fn person_meant(conn: &mut Conn, actor: &Actor, code: &str) -> Result<Result<person::Person, Fault>, StoreError> {
    person_of(conn, actor, Action::KeepCertificates, code).await
}

/// The person that a form means by a code, if the actor may do that in their unit.
async fn person_of(
    conn: &mut Conn,
    actor: &Actor,
    action: Action,
    code: &str,
) -> Result<Result<person::Person, Fault>, StoreError> {
    let code = clean(code);
    if code.is_empty() {
        return Ok(Err(Fault::Missing));
    }
    let ids = person::ids_by_code(conn, &code).await?;
    let [id] = ids.as_slice() else { return Ok(Err(Fault::Unknown)) };
    let Some(found) = person::by_id(conn, *id).await? else { return Ok(Err(Fault::Unknown)) };
    let path = unit::by_id(conn, found.unit_id).await?.map(|unit| unit.path).unwrap_or_default();
    let good = found.erased_at.is_none() && actor.may(action, &path);
    Ok(if good { Ok(found) } else { Err(Fault::Unknown) })
}
