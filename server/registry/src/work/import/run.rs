//! Imports that are worked off in batches, each in a transaction of its own, and what became of each row. What is kept of rows is
//! without names and values, so that nothing is to be erased; rows that wait are taken out as they are done.

use std::sync::Arc;

use contract::Failure;
use contract::import::{ImportKind, ImportLine, ImportNote, ImportReport, ImportView, Outcome, Remark, ToldRow};
use model::role::Action;
use serde::{Deserialize, Serialize};

use super::{Content, Sheet, certificate_rows, check, good_rows, kinds, national_rows, people, sheet};
use crate::order::Order;
use crate::store::import::{self as store, NewRun};
use crate::store::{Record, account, unit};
use crate::work::once::once;
use crate::work::resume_session::grants;
use crate::{Actor, Conn, Store, Tx, date};

/// Rows in a transaction: some hundredths of a second, in which nobody else writes.
pub const BATCH: usize = 2_000;
/// A run that nobody goes on with is given up after so long: its rows are personal data.
const ABANDONED_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A row as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    line: usize,
    outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<(Option<String>, Remark)>,
}

/// A row that waits: its line, whether it has cells too many, and its cells.
#[derive(Serialize, Deserialize)]
struct Waiting(usize, bool, Vec<String>);

struct Batch {
    size: i64,
    rows: String,
    told: String,
}

/// Notes the rows of a table that are good, to be imported by [`step`]; the run's id. While others are not good, nothing is noted
/// unless `only_good` says so. A form that is sent twice begins one run.
///
/// # Errors
/// [`Failure::Forbidden`]; what the database says.
pub async fn begin(
    (store, order): (&Store, &Order),
    actor: &Actor,
    sheet: Sheet,
    only_good: bool,
    form_key: String,
    at_ms: i64,
) -> Result<Result<i64, ImportReport>, Failure> {
    let account_id = actor.account_id.ok_or(Failure::Forbidden)?;
    let mut conn = store.read().await?;
    let report = check(&mut conn, actor, order, &sheet, at_ms).await?;
    drop(conn);
    if report.codes_left.is_some() || (report.faulty > 0 && !only_good) {
        return Ok(Err(report));
    }
    let (kind, existing, faulty) = (report.kind, report.existing as i64, report.faulty as i64);
    let (new, changed) = (report.new, report.changed);
    let (batches, settled) = cut(sheet, report)?;
    let who = actor.clone();
    let beginning = once(store, at_ms, actor, form_key, move |tx| {
        Box::pin(async move {
            let by = &who.reference;
            let run = NewRun { kind: kind.name(), told: &settled, existing, faulty, by, account_id: Some(account_id) };
            let id = store::put_run(tx.conn(), &run, at_ms).await?;
            for (at, batch) in (1..).zip(&batches) {
                store::put_batch(tx.conn(), (id, at), batch.size, Some(&batch.rows), &batch.told).await?;
            }
            tx.record(Record {
                actor: by,
                action: "import.begin",
                object: format!("import_run:{id}"),
                facts: serde_json::json!({ "kind": kind.name(), "new": new, "changed": changed }),
                personal: None,
            });
            Ok(id)
        })
    });
    beginning.await.map(Ok)
}

/// The rows to be written in batches, and the report of the others.
fn cut(sheet: Sheet, report: ImportReport) -> Result<(Vec<Batch>, String), Failure> {
    let mut settled = Vec::new();
    let mut good = Vec::new();
    for (row, told) in sheet.into_rows().into_iter().zip(report.all) {
        match told.outcome {
            Outcome::Added | Outcome::Changed => good.push(row),
            _ => settled.push(kept(&told)),
        }
    }
    let mut batches = Vec::new();
    for rows in good.chunks(BATCH) {
        let waiting: Vec<Waiting> =
            rows.iter().map(|row| Waiting(row.line, row.overfull, row.cells().to_vec())).collect();
        let told: Vec<Kept> = rows
            .iter()
            .map(|row| Kept { line: row.line, outcome: Outcome::Waiting, code: None, notes: Vec::new() })
            .collect();
        batches.push(Batch { size: rows.len() as i64, rows: json(&waiting)?, told: json(&told)? });
    }
    Ok((batches, json(&settled)?))
}

fn json<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|_| Failure::Internal)
}

/// Imports the next batch that waits, with the rights that whoever began it has now; whether there was one. Its rows are read
/// anew: what has become wrong since is left out, and told.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Unavailable`] while the database cannot answer. What else stands in the way is noted with the
/// run, which waits from then on.
pub async fn step(store: &Store, order: &Arc<Order>, id: i64, at_ms: i64) -> Result<bool, Failure> {
    let mut conn = store.read().await?;
    let run = store::run(&mut conn, id).await?.ok_or(Failure::NotFound)?;
    if run.cancelled_at.is_some() || run.failure.is_some() {
        return Ok(false);
    }
    let Some((at, rows)) = store::next_batch(&mut conn, id).await? else { return Ok(false) };
    let actor = whose(&mut conn, run.account_id, at_ms).await;
    drop(conn);
    let kind = ImportKind::from_name(&run.kind).ok_or(Failure::Internal)?;
    let doing = async {
        let actor = actor?;
        let order = order.clone();
        let reading = {
            let order = order.clone();
            tokio::task::spawn_blocking(move || reread(&order, kind, &rows, at_ms))
        };
        let sheet = reading.await.map_err(|_| Failure::Internal)??;
        let writing = store.write(at_ms, move |tx| {
            Box::pin(async move {
                if !store::take_batch(tx.conn(), (id, at), at_ms).await? {
                    return Ok(());
                }
                let report = good_rows(tx, &actor, &order, &sheet, true).await?;
                let told: Vec<Kept> = report.all.iter().map(kept).collect();
                let counts = [report.new, report.changed, report.existing, report.faulty].map(|count| count as i64);
                Ok(store::answer_batch(tx.conn(), (id, at), &json(&told)?, counts).await?)
            })
        });
        writing.await
    };
    let failure = match doing.await {
        Ok(()) => return Ok(true),
        Err(failure @ Failure::Unavailable { .. }) => return Err(failure),
        // somebody entered one of them at the same moment
        Err(Failure::Invalid { .. }) => Failure::Stale,
        Err(failure) => failure,
    };
    let told = json(&failure)?;
    let noting = store.write(at_ms, move |tx| {
        Box::pin(async move { Ok::<_, Failure>(store::put_failure(tx.conn(), id, Some(&told)).await?) })
    });
    noting.await.map(|()| false)
}

async fn whose(conn: &mut Conn, account_id: Option<i64>, at_ms: i64) -> Result<Actor, Failure> {
    let account = account::by_id(conn, account_id.ok_or(Failure::Forbidden)?).await?.ok_or(Failure::NotFound)?;
    if account.state != "active" {
        return Err(Failure::Forbidden);
    }
    let held = grants(conn, account.id, &date::iso_day(at_ms)).await?;
    Ok(Actor::account(account.id, account.person_id, account.display_name, held, None))
}

fn reread(order: &Order, kind: ImportKind, rows: &str, at_ms: i64) -> Result<Sheet, Failure> {
    let rows: Vec<Waiting> = serde_json::from_str(rows).map_err(|_| Failure::Internal)?;
    let rows = rows.into_iter().map(|Waiting(line, overfull, cells)| sheet::Row::new(line, kind, cells, overfull));
    Ok(Sheet(match kind {
        ImportKind::Units => Content::Units(rows.collect()),
        ImportKind::People => Content::People(rows.map(|row| people::read(order, row, at_ms)).collect()),
        ImportKind::National => Content::National(rows.map(|row| national_rows::read(row, at_ms)).collect()),
        ImportKind::Certificates => Content::Certificates(rows.map(|row| certificate_rows::read(row, at_ms)).collect()),
    }))
}

/// Runs that go on when the portal begins: those of which rows wait, and nothing else stands in the way.
///
/// # Errors
/// As the database says.
pub async fn to_go_on(conn: &mut Conn) -> Result<Vec<i64>, Failure> {
    let open = store::open_runs(conn).await?;
    Ok(open.into_iter().filter(|run| run.failure.is_none()).map(|run| run.id).collect())
}

/// Lets a run go on that waits.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Forbidden`] for what somebody else began.
pub async fn go_on(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    may(tx.conn(), actor).await?;
    let run = store::run(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if run.account_id != actor.account_id {
        return Err(Failure::Forbidden);
    }
    Ok(store::put_failure(tx.conn(), id, None).await?)
}

/// Gives a run up after the batch that is being written: what is in stays, what waits is taken out. Whoever may import the same may.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`].
pub async fn cancel(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    may(tx.conn(), actor).await?;
    let run = store::run(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    may_kind(actor, &run.kind)?;
    if run.waiting > 0 {
        give_up(tx, actor, id).await?;
    }
    Ok(())
}

async fn give_up(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if !store::cancel(tx.conn(), id, at_ms).await? {
        return Ok(());
    }
    // counted once no batch can come in between
    let run = store::run(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    tx.record(Record {
        actor: &actor.reference,
        action: "import.cancel",
        object: format!("import_run:{id}"),
        facts: serde_json::json!({ "kind": run.kind, "rows": run.done, "left": run.total - run.done }),
        personal: None,
    });
    Ok(())
}

/// Gives up what nobody went on with.
///
/// # Errors
/// As the database says.
pub async fn forget_abandoned(tx: &mut Tx) -> Result<(), Failure> {
    let before = tx.at_ms() - ABANDONED_MS;
    for run in store::open_runs(tx.conn()).await? {
        if run.imported_at < before {
            give_up(tx, &Actor::system(), run.id).await?;
        }
    }
    Ok(())
}

async fn may(conn: &mut Conn, actor: &Actor) -> Result<(), Failure> {
    let root = unit::root(conn).await?.ok_or(Failure::Forbidden)?;
    if actor.may(Action::Import, &root.path) { Ok(()) } else { Err(Failure::Forbidden) }
}

/// Runs of what somebody may not import are nothing to them.
fn may_kind(actor: &Actor, kind: &str) -> Result<(), Failure> {
    let kind = ImportKind::from_name(kind).ok_or(Failure::Internal)?;
    if kinds(actor).contains(&kind) { Ok(()) } else { Err(Failure::NotFound) }
}

/// How far a run has come, for who may import.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn show_import(conn: &mut Conn, actor: &Actor, id: i64) -> Result<ImportView, Failure> {
    may(conn, actor).await?;
    let run = store::run(conn, id).await?.ok_or(Failure::NotFound)?;
    may_kind(actor, &run.kind)?;
    view(run, actor)
}

/// Runs of which rows wait, for who may import.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn open_imports(conn: &mut Conn, actor: &Actor) -> Result<Vec<ImportView>, Failure> {
    may(conn, actor).await?;
    let mut open = store::open_runs(conn).await?;
    open.retain(|run| may_kind(actor, &run.kind).is_ok());
    open.into_iter().map(|run| view(run, actor)).collect()
}

fn view(run: store::Run, actor: &Actor) -> Result<ImportView, Failure> {
    Ok(ImportView {
        id: run.id,
        kind: ImportKind::from_name(&run.kind).ok_or(Failure::Internal)?,
        begun_at: run.imported_at,
        own: run.account_id.is_some() && run.account_id == actor.account_id,
        finished: run.waiting == 0,
        cancelled: run.cancelled_at.is_some(),
        failure: run.failure.map(|told| serde_json::from_str(&told).unwrap_or(Failure::Internal)),
        total: run.total,
        done: run.done,
        new: run.added,
        changed: run.changed,
        existing: run.existing,
        faulty: run.faulty,
    })
}

/// An import that was.
pub struct Run {
    /// What its rows were.
    pub kind: ImportKind,
    /// The rows, without names and values.
    pub rows: Vec<ToldRow>,
    /// When it was.
    pub at: i64,
}

/// Keeps the rows of a report; the run's id.
pub(super) async fn keep(tx: &mut Tx, actor: &Actor, report: &ImportReport) -> Result<i64, Failure> {
    let told: Vec<Kept> = report.all.iter().map(kept).collect();
    let at_ms = tx.at_ms();
    let (kind, by) = (report.kind.name(), actor.reference.as_str());
    let run = NewRun { kind, told: "[]", existing: 0, faulty: 0, by, account_id: None };
    let id = store::put_run(tx.conn(), &run, at_ms).await?;
    store::put_batch(tx.conn(), (id, 1), report.rows as i64, None, "[]").await?;
    store::take_batch(tx.conn(), (id, 1), at_ms).await?;
    let counts = [report.new, report.changed, report.existing, report.faulty].map(|count| count as i64);
    store::answer_batch(tx.conn(), (id, 1), &json(&told)?, counts).await?;
    Ok(id)
}

fn kept(row: &ToldRow) -> Kept {
    // what was held before is as personal as what is held now
    let bare = |remark: &Remark| match remark {
        Remark::Changed { .. } => Remark::Changed { before: String::new() },
        Remark::Differs { .. } => Remark::Differs { held: String::new() },
        other => other.clone(),
    };
    let notes = row.line.notes.iter().map(|note| (note.column.clone(), bare(&note.remark))).collect();
    Kept { line: row.line.line, outcome: row.outcome, code: row.code.clone(), notes }
}

/// The report of an import, for who may import.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn show_run(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Run, Failure> {
    if !actor.may_somewhere(Action::Import) {
        return Err(Failure::Forbidden);
    }
    let run = store::run(conn, id).await?.ok_or(Failure::NotFound)?;
    may_kind(actor, &run.kind)?;
    let mut rows: Vec<Kept> = Vec::new();
    for part in store::told(conn, id).await? {
        rows.extend(serde_json::from_str::<Vec<Kept>>(&part).map_err(|_| Failure::Internal)?);
    }
    rows.sort_by_key(|row| row.line);
    let told = |row: Kept| ToldRow {
        line: ImportLine {
            line: row.line,
            name: String::new(),
            notes: row
                .notes
                .into_iter()
                .map(|(column, remark)| ImportNote { column, value: String::new(), remark })
                .collect(),
        },
        outcome: row.outcome,
        code: row.code,
    };
    let kind = ImportKind::from_name(&run.kind).unwrap_or_default();
    Ok(Run { kind, rows: rows.into_iter().map(told).collect(), at: run.imported_at })
}
