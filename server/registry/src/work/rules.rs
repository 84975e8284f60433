//! What the province sets for itself: coded reasons (R28), and for how long what is kept (Luật 91/2025/QH15, Điều 14).

use contract::rules::{LeaverLine, ReasonLine, TermLine};
use contract::{Failure, Fault, Faults, Refusal};
use model::departure::Departure;
use model::retention::{MOST_DAYS, Subject};
use model::role::Action;
use model::text::fold;

use super::erase_person::erase_person;
use super::sign_head::DAY_MS;
use super::sweep_blobs::Unnamed;
use super::typed::{needed, text};
use crate::store::form::{self, Reason};
use crate::store::{Record, StoreError};
use crate::store::{person, retention};
use crate::{Actor, Conn, Tx, date};

/// For what there are reasons.
pub const USES: [&str; 4] = ["first_issue", "exchange", "reissue", "lock"];
/// People on a page.
pub const PAGE: i64 = 50;
const WORDS_CHARS: usize = 80;
const BASIS_CHARS: usize = 120;

/// Whether the portal itself gives it.
fn is_fixed(code: &str) -> bool {
    ["card_lost", "replaced", "transfer"].contains(&code) || Departure::from_name(code).is_some()
}

/// The catalogue by use, in the order of [`USES`].
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn show_reasons(conn: &mut Conn, actor: &Actor) -> Result<Vec<(&'static str, Vec<ReasonLine>)>, Failure> {
    require(actor)?;
    let all = form::reasons(conn).await?;
    let line = |it: &Reason| ReasonLine {
        code: it.code.clone(),
        vi: it.vi.clone(),
        en: it.en.clone(),
        in_use: it.retired_at.is_none(),
        fixed: is_fixed(&it.code),
    };
    let of = |name: &'static str| all.iter().filter(|it| it.use_for == name).map(line).collect();
    Ok(USES.into_iter().map(|name| (name, of(name))).collect())
}

fn require(actor: &Actor) -> Result<(), Failure> {
    if actor.may_somewhere(Action::SetRules) { Ok(()) } else { Err(Failure::Forbidden) }
}

/// Adds a reason. Its code comes from its English words.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `use`, `vi` and `en`.
pub async fn add_reason(tx: &mut Tx, actor: &Actor, (use_for, vi, en): (&str, &str, &str)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::SetRules, at_ms)?;
    let mut faults = Faults::default();
    faults.take("use", USES.contains(&use_for).then_some(()).ok_or(Fault::Choice));
    let vi = faults.take("vi", needed(vi, WORDS_CHARS));
    let en = faults.take("en", needed(en, WORDS_CHARS));
    faults.check()?;
    let (Some(vi), Some(en)) = (vi, en) else { return Err(Failure::Internal) };
    let words: Vec<String> = fold(&en).split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect();
    let code = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    if code.is_empty() {
        return Err(Failure::field("en", Fault::Missing));
    }
    let known = form::reasons(tx.conn()).await?;
    let same = |it: &&Reason| it.use_for == use_for && fold(&it.vi) == fold(&vi);
    if known.iter().any(|it| same(&it)) {
        return Err(Failure::field("vi", Fault::Taken));
    }
    match form::add_reason(tx.conn(), &code, use_for, (&vi, &en)).await {
        Err(StoreError::Taken(_)) => return Err(Failure::field("en", Fault::Taken)),
        other => other?,
    }
    note(tx, actor, "reason.add", format!("reason:{code}"), serde_json::json!({ "use": use_for, "vi": vi, "en": en }));
    Ok(())
}

/// Takes a reason out of what can be chosen, or puts it back. What was said with it stays as it is.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], also for one that the portal itself gives.
pub async fn retire_reason(tx: &mut Tx, actor: &Actor, code: &str, retired: bool) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::SetRules, at_ms)?;
    if is_fixed(code) || !form::retire_reason(tx.conn(), code, retired.then_some(at_ms)).await? {
        return Err(Failure::NotFound);
    }
    let action = if retired { "reason.retire" } else { "reason.restore" };
    note(tx, actor, action, format!("reason:{code}"), serde_json::json!({}));
    Ok(())
}

/// The terms.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn show_terms(conn: &mut Conn, actor: &Actor) -> Result<Vec<TermLine>, Failure> {
    require(actor)?;
    let all = retention::rules(conn).await?;
    let term = |subject: Subject| {
        let rule = all.iter().find(|rule| rule.subject == subject.name())?;
        Some(TermLine { subject, days: rule.days, basis: rule.basis.clone(), version: rule.version })
    };
    Ok(Subject::ALL.into_iter().filter_map(term).collect())
}

/// Sets a term, or none where `days` is empty.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::Stale`]; faults beside `days-SUBJECT` and `basis-SUBJECT`.
pub async fn set_term(
    tx: &mut Tx,
    actor: &Actor,
    (subject, version): (Subject, i64),
    (days, basis): (&str, &str),
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::SetRules, at_ms)?;
    let mut faults = Faults::default();
    let [beside_days, beside_basis] = ["days", "basis"].map(|field| format!("{field}-{}", subject.name()));
    let days = match days.trim() {
        "" => None,
        typed => {
            let read = typed.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
            faults.take(&beside_days, read.ok_or(Fault::Number))
        }
    };
    let basis = faults.take(&beside_basis, text(basis, BASIS_CHARS)).flatten();
    if days.is_some() && basis.is_none() {
        faults.add(&beside_basis, Fault::Missing);
    }
    faults.check()?;
    let rule = (subject.name(), version);
    if !retention::put(tx.conn(), rule, days, basis.as_deref(), &actor.reference, at_ms).await? {
        return Err(Failure::Stale);
    }
    let facts = serde_json::json!({ "days": days, "basis": basis });
    note(tx, actor, "retention.set", format!("retention:{}", subject.name()), facts);
    Ok(())
}

/// Deletes what goes by itself when its term is over.
///
/// # Errors
/// As the database says.
pub async fn keep_terms(tx: &mut Tx) -> Result<(), Failure> {
    let (at_ms, actor) = (tx.at_ms(), Actor::system());
    for rule in retention::rules(tx.conn()).await? {
        let (Some(subject), Some(days)) = (Subject::from_name(&rule.subject), rule.days) else { continue };
        let before = at_ms - days * DAY_MS;
        let deleted = match subject {
            Subject::Leaver => 0,
            Subject::EndedRequestScan => retention::forget_scans(tx.conn(), before).await?,
            Subject::ImportReport => retention::forget_imports(tx.conn(), before).await?,
            Subject::BulkReport => retention::forget_bulks(tx.conn(), before).await?,
        };
        if deleted > 0 {
            let facts = serde_json::json!({ "deleted": deleted, "days": days });
            note(tx, &actor, "retention.delete", format!("retention:{}", subject.name()), facts);
        }
    }
    Ok(())
}

/// People whose data have served their time, the longest gone first, with the document that sets it; and how many. Nobody while no
/// term is set.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn leavers_due(
    conn: &mut Conn,
    actor: &Actor,
    (at_ms, page): (i64, i64),
) -> Result<(Vec<LeaverLine>, String, i64), Failure> {
    if !actor.may_somewhere(Action::ErasePeople) {
        return Err(Failure::Forbidden);
    }
    let Some((last, basis)) = leavers_term(conn, at_ms).await? else {
        return Ok((Vec::new(), String::new(), 0));
    };
    let slice = ((page.max(1) - 1) * PAGE, PAGE);
    let (rows, total) = retention::leavers(conn, &actor.paths(Action::ErasePeople), &last, slice).await?;
    let line = |it: retention::Leaver| LeaverLine {
        person_id: it.id,
        name: it.name,
        personnel_code: it.personnel_code,
        unit: it.unit,
        left_on: it.left_on,
    };
    Ok((rows.into_iter().map(line).collect(), basis, total))
}

/// The document by which data of who has left are erased.
///
/// # Errors
/// [`Refusal::Impossible`] while no term is set.
pub(super) async fn erasure_basis(conn: &mut Conn, at_ms: i64) -> Result<String, Failure> {
    let term = leavers_term(conn, at_ms).await?;
    term.map(|(_, basis)| basis).ok_or(Failure::Refused { why: Refusal::Impossible })
}

/// The last day, ISO 8601, on which somebody left whose data have served their time, and the document that sets it; nothing while no
/// term is set.
async fn leavers_term(conn: &mut Conn, at_ms: i64) -> Result<Option<(String, String)>, Failure> {
    let rules = retention::rules(conn).await?;
    let rule = rules.into_iter().find(|rule| rule.subject == Subject::Leaver.name());
    let set = rule.and_then(|rule| Some((rule.days?, rule.basis?)));
    Ok(set.map(|(days, basis)| (date::day_of(at_ms - days * DAY_MS).to_string(), basis)))
}

/// Erases the data of somebody whose term is over.
///
/// # Errors
/// As [`erase_person`]; [`Refusal::Impossible`] where the term is not over.
pub(super) async fn erase_leaver(
    tx: &mut Tx,
    actor: &Actor,
    (person_id, version): (i64, i64),
    basis: &str,
) -> Result<Unnamed, Failure> {
    let at_ms = tx.at_ms();
    let term = leavers_term(tx.conn(), at_ms).await?;
    let held = person::by_id(tx.conn(), person_id).await?.ok_or(Failure::NotFound)?;
    // ISO 8601 days compare as texts
    let over = |(last, _): (String, String)| held.left_on.as_ref().is_some_and(|left_on| *left_on <= last);
    if !term.is_some_and(over) {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    erase_person(tx, actor, person_id, version, basis).await
}

fn note(tx: &mut Tx, actor: &Actor, action: &'static str, object: String, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object, facts, personal: None });
}
