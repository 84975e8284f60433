//! Who is subscriber manager by delegation (R171, C21): the document, for how long, and whose default under the law of the day it takes the place
//! of. Who decides it is who sets the province's rules; never the subscriber manager.

use contract::certificate::{DelegationLine, Delegations};
use contract::{Failure, Fault, Faults};
use jiff::civil::Date;
use model::certificate::regime::{ManagerOffice, Regime};
use model::role::Action;

use super::lists::looked_at;
use crate::blobs::Blobs;
use crate::store::Record;
use crate::store::manager_delegation::{self as stored, Delegation, NewDelegation};
use crate::work::once::once;
use crate::work::scan::attach;
use crate::work::show_request::files;
use crate::work::show_unit::unit_meant;
use crate::work::typed::needed;
use crate::{Actor, Conn, Store, Tx, date};

const NUMBER_CHARS: usize = 80;
const AUTHORITY_CHARS: usize = 200;

/// What is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DelegationForm {
    /// Office by name.
    pub office: String,
    /// Agency code or name of the unit that it is.
    pub unit_code: String,
    /// Number of the document.
    pub number: String,
    /// Its day.
    pub day: String,
    /// Who signed it.
    pub authority: String,
    /// First day.
    pub from: String,
    /// Last day; may be empty.
    pub until: String,
}

/// Every delegation, and who is subscriber manager today.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_delegations(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Delegations, Failure> {
    if !may_see(actor) {
        return Err(Failure::Forbidden);
    }
    let today = date::day_of(at_ms);
    let iso = today.to_string();
    let now = stored::on(conn, &iso).await?;
    let regime = Regime::on(today);
    let mut lines = Vec::new();
    for found in stored::all(conn).await? {
        let in_force = now.as_ref().is_some_and(|now| now.id == found.id);
        let files = files(conn, &object(found.id)).await?;
        lines.push(line(found, in_force, &iso, files)?);
    }
    Ok(Delegations {
        usual: regime.map(|regime| regime.manager),
        law: regime.map(|regime| regime.texts.iter().map(|text| text.number).collect()).unwrap_or_default(),
        lines,
        may_set: actor.may_somewhere(Action::SetRules),
    })
}

/// Whether the actor may see delegations and their documents.
pub(in crate::work) fn may_see(actor: &Actor) -> bool {
    actor.may_somewhere(Action::SeeCertificates) || actor.may_somewhere(Action::SetRules)
}

fn object(id: i64) -> String {
    format!("manager_delegation:{id}")
}

fn line(
    found: Delegation,
    in_force: bool,
    today: &str,
    files: Vec<contract::cards::FileLine>,
) -> Result<DelegationLine, Failure> {
    let regime = Regime::named(&found.regime).ok_or(Failure::Internal)?;
    let over = found.valid_until.as_deref().is_some_and(|until| until < today);
    Ok(DelegationLine {
        id: found.id,
        office: ManagerOffice::from_name(&found.office).ok_or(Failure::Internal)?,
        unit_id: found.unit_id,
        unit: found.unit,
        number: found.number,
        day: found.day,
        authority: found.authority,
        from: found.valid_from,
        until: found.valid_until,
        replaces: regime.manager,
        law: regime.texts.iter().map(|text| text.number).collect(),
        may_end: found.ended_on.is_none() && !over,
        ended_on: found.ended_on,
        in_force,
        files,
        version: found.version,
    })
}

/// Notes a delegation with its document, which may be left out; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `office`, `unit_code`, `document_number`, `document_day`, `authority`, `delegated_from`,
/// `delegated_until`, `delegation`.
pub async fn delegate(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    (form, key): (DelegationForm, String),
    file: Vec<u8>,
    at_ms: i64,
) -> Result<i64, Failure> {
    actor.require_somewhere(Action::SetRules, at_ms)?;
    let scan = looked_at(file, "delegation").await?;
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    // to its end even when the caller goes away, so that the blob is held until its row has committed
    let noting = tokio::spawn(async move {
        let kept = match scan {
            Some(scan) => Some(scan.keep(&blobs).await?),
            None => None,
        };
        let who = actor.clone();
        let noting = once(&store, at_ms, &who, key, move |tx| {
            Box::pin(async move {
                let id = note(tx, &actor, &form).await?;
                if let Some(kept) = kept {
                    attach(tx, &actor, (&object(id), "scan"), &kept, None).await?;
                }
                Ok(id)
            })
        });
        noting.await
    });
    noting.await.map_err(|_| Failure::Internal)?
}

async fn note(tx: &mut Tx, actor: &Actor, form: &DelegationForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let mut faults = Faults::default();
    let office = faults.take("office", ManagerOffice::from_name(&form.office).ok_or(Fault::Choice));
    let unit = unit_meant(tx.conn(), actor, Action::SetRules, &form.unit_code).await?;
    let unit = unit.and_then(|unit| if unit.closed_on.is_none() { Ok(unit) } else { Err(Fault::Unknown) });
    let unit = faults.take("unit_code", unit);
    let number = faults.take("document_number", needed(&form.number, NUMBER_CHARS));
    let day = faults.take("document_day", super::step::past_day(&form.day, at_ms));
    let authority = faults.take("authority", needed(&form.authority, AUTHORITY_CHARS));
    let from = faults.take("delegated_from", date::parse(&form.from));
    let until = match form.until.trim() {
        "" => Some(None),
        typed => faults.take("delegated_until", date::parse(typed)).map(Some),
    };
    if let (Some(from), Some(Some(until))) = (from, until)
        && until < from
    {
        faults.add("delegated_until", Fault::Before { day: from.to_string() });
    }
    // before the first circular there was no subscriber manager
    let regime = from.map(|from| Regime::on(from).ok_or(from));
    if let Some(Err(_)) = regime {
        let first = model::certificate::regime::REGIMES.first().map(|of| of.from.to_string()).unwrap_or_default();
        faults.add("delegated_from", Fault::Before { day: first });
    }
    if let (Some(from), Some(until), Some(Ok(_))) = (from, until, regime) {
        let until = until.map(|day: Date| day.to_string());
        if stored::overlaps(tx.conn(), (&from.to_string(), until.as_deref())).await? {
            faults.add("delegated_from", Fault::Taken);
        }
    }
    faults.check()?;
    let (Some(office), Some(unit), Some(number), Some(day), Some(authority), Some(from), Some(until), Some(Ok(regime))) =
        (office, unit, number, day, authority, from, until, regime)
    else {
        return Err(Failure::Internal);
    };
    let (day, from, until) = (day.to_string(), from.to_string(), until.map(|day| day.to_string()));
    let new = NewDelegation {
        office: office.name(),
        unit_id: unit.id,
        number: &number,
        day: &day,
        authority: &authority,
        valid_from: &from,
        valid_until: until.as_deref(),
        regime: regime.name,
        by: actor.account_id,
    };
    let id = stored::insert(tx.conn(), &new, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "delegation.add",
        object: object(id),
        facts: serde_json::json!({ "unit": unit.id, "document": number, "day": day, "from": from, "to": until }),
        personal: None,
    });
    Ok(id)
}

/// Ends a delegation before its time; the day is the first without it.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::Stale`]; faults beside `ended_on`.
pub async fn end_delegation(tx: &mut Tx, actor: &Actor, of: (i64, i64), typed: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::SetRules, at_ms)?;
    let day = super::step::past_day(typed, at_ms).map_err(|fault| Failure::field("ended_on", fault))?.to_string();
    if !stored::end(tx.conn(), of, &day).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "delegation.end",
        object: object(of.0),
        facts: serde_json::json!({ "on": day }),
        personal: None,
    });
    Ok(())
}
