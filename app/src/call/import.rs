//! Importing: a table is checked, then imported. Between the two it travels in the form as text; nothing is stored. What is to be
//! imported is worked off in batches while a page tells how far it is; a short table is done before that page comes.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use contract::import::{FileFault, ImportKind, ImportView};
use contract::{Failure, Fault, Lang};
use registry::table::Format;
use registry::work::import::{
    Encoding, FileColumn, Mapping, begin, cancel, check, convert, decode, file_columns, go_on, is_workbook, kinds,
    open_imports, read_mapped, recall, remember, sheet_text, show_import, show_run, sources, step, template, to_go_on,
};
use tokio::task::JoinHandle;

use super::{Answer, done, export};
use crate::page::import::{Ask, Shown, Told};
use crate::part::{FieldErrors, with_query};
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// How long a browser waits for a short table.
const SHORTLY: Duration = Duration::from_secs(2);

fn kind_of(typed: &Typed) -> ImportKind {
    ImportKind::from_name(&typed.get("what")).unwrap_or_default()
}

pub async fn form(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let may = kinds(visit.actor()?);
    let meant = kind_of(&asked);
    let kind = if may.contains(&meant) { meant } else { may.first().copied().unwrap_or(meant) };
    let shown = Shown { kind, ..Shown::default() };
    ask(&portal, &visit, StatusCode::OK, &shown, asked.id("run"), None).await
}

async fn ask(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    shown: &Shown,
    run: Option<i64>,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let mut known = Vec::new();
    let kinds = kinds(visit.actor()?);
    for kind in kinds.iter().copied() {
        known.extend(sources(&mut conn, visit.actor()?, kind).await?);
    }
    known.dedup();
    let open = open_imports(&mut conn, visit.actor()?).await?;
    Ok(page::import::ask(portal, visit, status, shown, Ask { kinds, sources: known, run, open }, errors))
}

pub async fn submit(State(portal): State<Portal>, Extension(visit): Extension<Visit>, sent: Sent) -> Answer {
    let Sent { typed, file } = sent;
    let mut shown = Shown { kind: kind_of(&typed), source: typed.get("source"), ..Shown::default() };
    // many rows take a while: others are served meanwhile
    let (chosen, sheet, pasted) = (Encoding::from_name(&typed.get("encoding")), typed.get("sheet"), typed.get("text"));
    let taking = tokio::task::spawn_blocking(move || match file.is_empty() {
        true => Ok(of_text(&pasted, chosen)),
        false => of_file(&file, &sheet, chosen),
    });
    match taking.await.map_err(|_| Failure::Internal)? {
        Ok((text, told)) => (shown.text, shown.told) = (text, told),
        Err(fault) => return unreadable(&portal, &visit, &shown, ("file", vec![fault])).await,
    }
    let mapping = mapping(&portal, &visit, shown.kind, &typed).await?;
    let sheet = {
        let (order, text, kind, at_ms) = (portal.order.clone(), shown.text.clone(), shown.kind, visit.at_ms);
        let reading = tokio::task::spawn_blocking(move || {
            let columns = file_columns(kind, &text, &mapping).map_err(|fault| vec![fault]);
            let sheet =
                columns.as_ref().map_err(Clone::clone).and_then(|_| read_mapped(&order, kind, &text, &mapping, at_ms));
            (columns, sheet)
        });
        let (columns, sheet) = reading.await.map_err(|_| Failure::Internal)?;
        shown.columns = columns.unwrap_or_default();
        match sheet {
            Ok(sheet) => sheet,
            Err(faults) => return unreadable(&portal, &visit, &shown, ("text", faults)).await,
        }
    };
    let errors = remembered(&portal, &visit, &shown).await?;
    let (what, only_good) = (typed.get("do"), typed.has("only_good"));
    if what != "import" || errors.is_some() {
        let mut conn = portal.store.read().await?;
        let report = check(&mut conn, visit.actor()?, &portal.order, &sheet, visit.at_ms).await?;
        if let Some(format) = what.strip_prefix("report_").and_then(Format::from_name) {
            return export::report(&portal, &visit, format, (report.kind, None), report.all).await;
        }
        let status = if errors.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        return Ok(page::import::report(&portal, &visit, status, &shown, &report, errors));
    }
    let key = typed.get("form_key");
    let beginning = begin((&portal.store, &portal.order), visit.actor()?, sheet, only_good, key, visit.at_ms);
    let id = match beginning.await {
        Ok(Ok(id)) => id,
        Ok(Err(report)) => {
            let needed = report.codes_left.is_none();
            let errors = needed.then(|| FieldErrors::one("only_good", page::import::only_good_needed(visit.lang)));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(page::import::report(&portal, &visit, status, &shown, &report, errors));
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            return ask(&portal, &visit, status, &shown, None, Some(errors)).await;
        }
    };
    if let Some(working) = work_off(&portal, id) {
        // whether it ended or goes on is asked below
        drop(tokio::time::timeout(SHORTLY, working).await);
    }
    let mut conn = portal.store.read().await?;
    let view = show_import(&mut conn, visit.actor()?, id).await?;
    let came_through = view.finished && !view.cancelled;
    Ok(if came_through {
        finished(&view)
    } else {
        Redirect::to(&routes::with_id(routes::IMPORT_RUN, id)).into_response()
    })
}

/// Imports one batch after the other, unless that is going on already.
fn work_off(portal: &Portal, id: i64) -> Option<JoinHandle<()>> {
    let running = portal.imports.begin(id)?;
    let portal = portal.clone();
    Some(tokio::spawn(async move {
        let _running = running;
        loop {
            match step(&portal.store, &portal.order, id, portal.now_ms()).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(failure) => {
                    tracing::warn!(id, ?failure, "an import waits");
                    break;
                }
            }
        }
    }))
}

/// Goes on with what was being imported when the portal ended.
pub async fn resume(portal: &Portal) -> Result<(), Failure> {
    let mut conn = portal.store.read().await?;
    for id in to_go_on(&mut conn).await? {
        tracing::info!(id, "an import goes on");
        drop(work_off(portal, id));
    }
    Ok(())
}

fn of_text(text: &str, chosen: Option<Encoding>) -> (String, Vec<Told>) {
    let read = convert(text, chosen);
    (read.text, told_encoding(read.encoding))
}

fn of_file(bytes: &[u8], sheet: &str, chosen: Option<Encoding>) -> Result<(String, Vec<Told>), FileFault> {
    if !is_workbook(bytes) {
        let read = decode(bytes, chosen)?;
        return Ok((read.text, told_encoding(read.encoding)));
    }
    let book = sheet_text(bytes, sheet)?;
    // workbooks are in Unicode, the fonts of their cells need not be
    let (text, mut told) = of_text(&book.text, chosen);
    told.insert(0, Told::Sheet { sheet: book.sheet, others: book.others });
    Ok((text, told))
}

fn told_encoding(encoding: Encoding) -> Vec<Told> {
    match encoding {
        Encoding::Unicode => Vec::new(),
        other => vec![Told::Encoding(other)],
    }
}

/// What the columns are: as it was said on the page, else as it is remembered.
async fn mapping(portal: &Portal, visit: &Visit, kind: ImportKind, typed: &Typed) -> Result<Mapping, Failure> {
    let ids: Vec<(i64, String)> = typed.numbered("column-");
    let said = typed.numbered("map-").into_iter().filter_map(|(at, key)| {
        let id = ids.iter().find(|(of, _)| *of == at).map(|(_, id)| id.clone())?;
        match key.as_str() {
            "" => None,
            "-" => Some((id, String::new())),
            _ => Some((id, key)),
        }
    });
    let said = Mapping::of(said);
    if !said.is_empty() {
        return Ok(said);
    }
    let from = typed.get("from");
    if from.trim().is_empty() {
        return Ok(said);
    }
    let mut conn = portal.store.read().await?;
    recall(&mut conn, visit.actor()?, kind, &from).await
}

/// Remembers the columns under the name that was typed, if one was; what is wrong with it.
async fn remembered(portal: &Portal, visit: &Visit, shown: &Shown) -> Result<Option<FieldErrors>, Failure> {
    if shown.source.trim().is_empty() {
        return Ok(None);
    }
    let (actor, kind, source) = (visit.actor()?.clone(), shown.kind, shown.source.clone());
    let all = shown.columns.iter().map(|FileColumn { id, key, .. }| (id.clone(), key.unwrap_or_default()));
    let mapping = Mapping::of(all);
    let remembering = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { remember(tx, &actor, kind, &source, &mapping).await }));
    match remembering.await {
        Ok(()) => Ok(None),
        Err(failure) => failing::beside(visit.lang, &failure).map(Some).ok_or(failure),
    }
}

async fn unreadable(portal: &Portal, visit: &Visit, shown: &Shown, (beside, faults): (&str, Vec<FileFault>)) -> Answer {
    let errors = FieldErrors::one(beside, page::import::fault_words(visit.lang, shown.kind, &faults));
    ask(portal, visit, StatusCode::UNPROCESSABLE_ENTITY, shown, None, Some(errors)).await
}

/// On to the next step of filling a province, with the counts in the word that the page before leaves.
fn finished(view: &ImportView) -> Response {
    let ImportView { kind, new, changed, existing, faulty, .. } = view;
    let next = if *kind == ImportKind::Units { ImportKind::People } else { *kind };
    let to = with_query(&with_query(routes::IMPORT, "what", next.name()), "run", &view.id.to_string());
    done(&to, &format!("{}-imported.{new}.{changed}.{existing}.{faulty}", kind.name()))
}

/// What an import has done, from the word that [`finished`] left.
pub fn flash(l: Lang, word: &str) -> Option<(ImportKind, String)> {
    let mut parts = word.split('.');
    let kind = ImportKind::from_name(parts.next()?.strip_suffix("-imported")?)?;
    let mut count = || parts.next()?.parse::<i64>().ok();
    let counts = [count()?, count()?, count()?, count()?];
    Some((kind, page::import::imported(l, kind, counts)))
}

/// How far an import has come; or, as a file, what became of each row.
pub async fn run(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    // asked first: what ends meanwhile is shown as going on once more, and not as waiting
    let running = portal.imports.is_running(id);
    let mut conn = portal.store.read().await?;
    let Some(format) = export::wanted(&asked) else {
        let view = show_import(&mut conn, visit.actor()?, id).await?;
        return Ok(page::import_run::respond(&portal, &visit, &view, running));
    };
    let run = show_run(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    export::report(&portal, &visit, format, (run.kind, Some(id)), run.rows).await
}

/// Gives an import up, or lets one go on that waits.
pub async fn act(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let mut conn = portal.store.read().await?;
    show_import(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    let stopping = match typed.get("do").as_str() {
        "cancel" => true,
        "go" => false,
        _ => return Err(Failure::field("do", Fault::Choice).into()),
    };
    let who = visit.actor()?.clone();
    let acting = portal.store.write(visit.at_ms, move |tx| {
        Box::pin(async move { if stopping { cancel(tx, &who, id).await } else { go_on(tx, &who, id).await } })
    });
    acting.await?;
    if !stopping {
        drop(work_off(&portal, id));
    }
    Ok(Redirect::to(&routes::with_id(routes::IMPORT_RUN, id)).into_response())
}

/// A file to fill in. The mark at its beginning tells spreadsheet programs that it is UTF-8.
pub async fn template_file(Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Response {
    let kind = kind_of(&asked);
    let quoted = |cell: &&str| {
        if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { (*cell).to_owned() }
    };
    let line = |cells: Vec<&'static str>| cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
    let body = format!("\u{FEFF}{}", template(kind, visit.lang).map(line).concat());
    let file = format!("attachment; filename=\"congthe-{}.csv\"", kind.name());
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)], body)
        .into_response()
}
