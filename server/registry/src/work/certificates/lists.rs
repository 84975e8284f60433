//! Reviewed requests are put on a list, which goes to the certification authority with its letter (R118, R138).

use contract::certificate::{CertificateListDetail, CertificateListRow, CertificateRequestRow};
use contract::{Failure, Fault, Faults, Refusal};
use model::lifecycle::{
    CertificateList as State, CertificateListEvent as Event, CertificateRequest as Step,
    CertificateRequestEvent as RequestEvent, Lifecycle as _,
};
use model::role::Action;

use super::ask::end_of_day;
use super::requests::some;
use super::review::advance;
use super::step::past_day;
use crate::blobs::Blobs;
use crate::store::certificate_request::{self as stored, Filter, Letter, List};
use crate::store::{Record, outbox, unit};
use crate::work::ask_card::impossible;
use crate::work::equipment::history;
use crate::work::scan::{Scan, attach};
use crate::work::show_request::files;
use crate::work::typed::needed;
use crate::{Actor, Conn, Store, Tx, date};

/// Lists on a page.
pub const PAGE: i64 = 50;
/// Requests on a list, and such as are offered for one, at most.
pub const MOST: i64 = 1000;
/// A list is sent, and answered, within so many working days.
const SEND_DAYS: u32 = 3;
const ANSWER_DAYS: u32 = 5;
const TITLE_CHARS: usize = 120;
const NUMBER_CHARS: usize = 60;
const SIGNER_CHARS: usize = 120;
const RECIPIENT_CHARS: usize = 200;

/// Lists, open ones first; and how many.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_lists(
    conn: &mut Conn,
    actor: &Actor,
    (page, per_page): (i64, i64),
) -> Result<(Vec<CertificateListRow>, i64), Failure> {
    if !actor.may_somewhere(Action::KeepCertificates) {
        return Err(Failure::Forbidden);
    }
    let slice = ((page.max(1) - 1) * per_page, per_page);
    let (rows, total) = stored::lists(conn, &actor.paths(Action::KeepCertificates), &[], slice).await?;
    Ok((rows.into_iter().map(view).collect::<Result<_, _>>()?, total))
}

/// The list, if the actor may see it.
pub(crate) async fn seen_list(conn: &mut Conn, actor: &Actor, id: i64) -> Result<List, Failure> {
    let found = stored::list_by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::KeepCertificates, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

/// What stands on a list.
pub(crate) async fn lines(conn: &mut Conn, found: &List) -> Result<Vec<CertificateRequestRow>, Failure> {
    let filter = Filter { within: vec![found.path.clone()], list: Some(found.id), ..Filter::default() };
    let mut lines = some(conn, &filter, (1, MOST)).await?;
    lines.sort_by_key(|line| (line.operation as u8, line.kind as u8, line.id));
    Ok(lines)
}

/// One list.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_list(conn: &mut Conn, actor: &Actor, id: i64) -> Result<CertificateListDetail, Failure> {
    let found = seen_list(conn, actor, id).await?;
    let object = format!("certificate_list:{id}");
    let candidates = match found.state == State::Draft.name() {
        true => some(conn, &accepted(vec![found.path.clone()]), (1, MOST)).await?,
        false => Vec::new(),
    };
    Ok(CertificateListDetail {
        lines: lines(conn, &found).await?,
        candidates,
        files: files(conn, &object).await?,
        events: history(conn, object).await?,
        list: view(found)?,
    })
}

fn accepted(within: Vec<String>) -> Filter {
    Filter { within, states: vec![Step::Accepted.name()], ..Filter::default() }
}

/// Reviewed requests that are on no list, by the units in whose name a list may be sent.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn candidates(
    conn: &mut Conn,
    actor: &Actor,
) -> Result<(Vec<(i64, String)>, Vec<CertificateRequestRow>), Failure> {
    if !actor.may_somewhere(Action::KeepCertificates) {
        return Err(Failure::Forbidden);
    }
    let paths = actor.paths(Action::KeepCertificates);
    let mut units = Vec::new();
    for path in &paths {
        let id = path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok());
        let unit = unit::by_id(conn, id.ok_or(Failure::Internal)?).await?.ok_or(Failure::Internal)?;
        units.push((unit.id, unit.name));
    }
    Ok((units, some(conn, &accepted(paths), (1, MOST)).await?))
}

/// Composes a list; its id.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::Impossible`]; faults beside `unit`, `title`, `requests`.
pub async fn compose_list(
    tx: &mut Tx,
    actor: &Actor,
    unit_id: i64,
    title: &str,
    requests: &[i64],
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepCertificates, at_ms)?;
    let mut faults = Faults::default();
    let unit = unit::by_id(tx.conn(), unit_id).await?;
    let unit = unit.filter(|unit| actor.may(Action::KeepCertificates, &unit.path));
    let unit = faults.take("unit", unit.ok_or(Fault::Choice));
    let title = faults.take("title", needed(title, TITLE_CHARS));
    if requests.is_empty() {
        faults.add("requests", Fault::Missing);
    }
    faults.check()?;
    let (Some(unit), Some(title)) = (unit, title) else { return Err(Failure::Internal) };
    let due = in_days(tx.conn(), at_ms, SEND_DAYS).await?;
    let id = stored::insert_list(tx.conn(), (unit_id, &title), due, actor.account_id, at_ms).await?;
    note(tx, actor, id, "certificate_list.compose", serde_json::json!({ "unit": unit_id, "title": title }));
    for request in requests {
        put_on(tx, actor, (id, &unit.path), *request).await?;
    }
    Ok(id)
}

async fn in_days(conn: &mut Conn, at_ms: i64, days: u32) -> Result<i64, Failure> {
    Ok(end_of_day(outbox::calendar(conn).await?.last_day(date::day_of(at_ms), days)))
}

async fn put_on(tx: &mut Tx, actor: &Actor, (id, path): (i64, &str), request: i64) -> Result<(), Failure> {
    let found = stored::by_id(tx.conn(), request).await?.ok_or(Failure::NotFound)?;
    if !found.path.starts_with(path) {
        return Err(Failure::NotFound);
    }
    stored::put_list(tx.conn(), request, Some(id)).await?;
    let found = stored::Request { list_id: Some(id), ..found };
    advance(tx, actor, &found, RequestEvent::List, None).await.map(drop)
}

/// Changes what is on a list that is being composed, or gives it up.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::Impossible`].
pub async fn change_list(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    (on, off): (&[i64], &[i64]),
) -> Result<(), Failure> {
    let found = composed(tx, actor, id).await?;
    put_state(tx, (id, version), &found.state, found.due_at).await?;
    take_off(tx, actor, id, off).await?;
    for request in on {
        put_on(tx, actor, (id, &found.path), *request).await?;
    }
    Ok(())
}

/// Gives a list up that is being composed; what stood on it waits for another one.
///
/// # Errors
/// As [`change_list`].
pub async fn dissolve_list(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let found = composed(tx, actor, id).await?;
    let to = after(&found, Event::Dissolve)?;
    put_state(tx, (id, version), to.name(), None).await?;
    let off: Vec<i64> = lines(tx.conn(), &found).await?.into_iter().map(|line| line.id).collect();
    take_off(tx, actor, id, &off).await?;
    note(tx, actor, id, "certificate_list.dissolve", serde_json::json!({}));
    Ok(())
}

async fn take_off(tx: &mut Tx, actor: &Actor, id: i64, off: &[i64]) -> Result<(), Failure> {
    for request in off {
        let found = stored::by_id(tx.conn(), *request).await?.ok_or(Failure::NotFound)?;
        if found.list_id != Some(id) {
            return Err(Failure::Stale);
        }
        advance(tx, actor, &found, RequestEvent::Unlist, None).await?;
        stored::put_list(tx.conn(), *request, None).await?;
    }
    Ok(())
}

/// The list, while it is composed.
async fn composed(tx: &mut Tx, actor: &Actor, id: i64) -> Result<List, Failure> {
    let found = seen_list(tx.conn(), actor, id).await?;
    match found.state == State::Draft.name() {
        true => Ok(found),
        false => Err(Failure::Refused { why: Refusal::Impossible }),
    }
}

/// The letter as it was typed.
#[derive(Clone, Debug, Default)]
pub struct LetterForm {
    /// The authority.
    pub recipient: String,
    /// Number and symbol.
    pub number: String,
    /// Its day.
    pub day: String,
    /// Who signs it, with the capacity.
    pub signer: String,
}

/// Sends a list with its letter; the signed file may come along.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::EmptyList`], [`Refusal::Impossible`]; faults beside `recipient`, `letter_number`,
/// `day`, `signer`, `letter`.
pub async fn send_list(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    (id, version): (i64, i64),
    form: LetterForm,
    file: Vec<u8>,
    at_ms: i64,
) -> Result<(), Failure> {
    let mut conn = store.read().await?;
    seen_list(&mut conn, actor, id).await?;
    drop(conn);
    let scan = looked_at(file, "letter").await?;
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    // to its end even when the caller goes away, so that the blob is held until its row has committed
    let sending = tokio::spawn(async move {
        let kept = match scan {
            Some(scan) => Some(scan.keep(&blobs).await?),
            None => None,
        };
        let sending = store.write(at_ms, move |tx| {
            Box::pin(async move {
                send(tx, &actor, (id, version), &form).await?;
                match kept {
                    Some(kept) => {
                        attach(tx, &actor, (&format!("certificate_list:{id}"), "letter"), &kept, None).await.map(drop)
                    }
                    None => Ok(()),
                }
            })
        });
        sending.await
    });
    sending.await.map_err(|_| Failure::Internal)?
}

/// A file that may be missing, looked at.
pub(super) async fn looked_at(file: Vec<u8>, field: &'static str) -> Result<Option<Scan>, Failure> {
    if file.is_empty() {
        return Ok(None);
    }
    let looked = tokio::task::spawn_blocking(move || Scan::read(file)).await.map_err(|_| Failure::Internal)?;
    looked.map(Some).map_err(|fault| Failure::field(field, fault))
}

async fn send(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), form: &LetterForm) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = composed(tx, actor, id).await?;
    let mut faults = Faults::default();
    let recipient = faults.take("recipient", needed(&form.recipient, RECIPIENT_CHARS));
    let number = faults.take("letter_number", needed(&form.number, NUMBER_CHARS));
    let day = faults.take("day", past_day(&form.day, at_ms));
    let signer = faults.take("signer", needed(&form.signer, SIGNER_CHARS));
    faults.check()?;
    let (Some(recipient), Some(number), Some(day), Some(signer)) = (recipient, number, day, signer) else {
        return Err(Failure::Internal);
    };
    let lines = lines(tx.conn(), &found).await?;
    if lines.is_empty() {
        return Err(Failure::Refused { why: Refusal::EmptyList });
    }
    let to = after(&found, Event::Send)?;
    let due = in_days(tx.conn(), at_ms, ANSWER_DAYS).await?;
    let day = day.to_string();
    let letter = Letter { recipient: &recipient, number: &number, day: &day, signer: &signer };
    // a list that was sent has its letter: the database asks for it
    stored::put_letter(tx.conn(), id, letter, at_ms).await?;
    put_state(tx, (id, version), to.name(), Some(due)).await?;
    for line in &lines {
        let found = stored::by_id(tx.conn(), line.id).await?.ok_or(Failure::Internal)?;
        advance(tx, actor, &found, RequestEvent::Send, None).await?;
    }
    let facts = serde_json::json!({ "letter": number, "day": day, "requests": lines.len() });
    note(tx, actor, id, "certificate_list.send", facts);
    Ok(())
}

/// A request of a list was answered: with the last one the list is.
pub(super) async fn answered(tx: &mut Tx, actor: &Actor, list: Option<i64>) -> Result<(), Failure> {
    let Some(id) = list else { return Ok(()) };
    let found = stored::list_by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
    if found.unanswered > 0 || found.state != State::Sent.name() {
        return Ok(());
    }
    let to = after(&found, Event::Answer)?;
    put_state(tx, (id, found.version), to.name(), None).await?;
    note(tx, actor, id, "certificate_list.answer", serde_json::json!({}));
    Ok(())
}

fn after(found: &List, event: Event) -> Result<State, Failure> {
    State::from_name(&found.state).ok_or(Failure::Internal)?.after(event).map_err(impossible)
}

async fn put_state(tx: &mut Tx, of: (i64, i64), state: &str, due_at: Option<i64>) -> Result<(), Failure> {
    if stored::put_list_state(tx.conn(), of, state, due_at).await? { Ok(()) } else { Err(Failure::Stale) }
}

fn note(tx: &mut Tx, actor: &Actor, id: i64, action: &'static str, facts: serde_json::Value) {
    tx.record(Record {
        actor: &actor.reference,
        action,
        object: format!("certificate_list:{id}"),
        facts,
        personal: None,
    });
}

pub(super) fn view(found: List) -> Result<CertificateListRow, Failure> {
    Ok(CertificateListRow {
        state: State::from_name(&found.state).ok_or(Failure::Internal)?,
        id: found.id,
        unit: found.unit,
        title: found.title,
        recipient: found.recipient,
        letter_number: found.letter_number,
        letter_day: found.letter_day,
        signer: found.signer,
        requests: found.requests,
        unanswered: found.unanswered,
        due: found.due_at,
        version: found.version,
    })
}
