//! The first import: a table is checked, then imported. Between the two it travels in the form; nothing is stored.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::import::{FileFault, ImportKind, ImportReport};
use contract::{Failure, Lang};
use registry::work::import::{Sheet, check, decode, import, read, template};

use super::session::status;
use super::{Answer, done};
use crate::part::FieldErrors;
use crate::sent::Sent;
use crate::typed::{Asked, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

fn kind_of(typed: &Typed) -> ImportKind {
    ImportKind::from_name(&typed.get("what")).unwrap_or_default()
}

pub async fn form(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    Ok(page::import::ask(&portal, &visit, StatusCode::OK, kind_of(&asked), "", None))
}

pub async fn submit(State(portal): State<Portal>, Extension(visit): Extension<Visit>, sent: Sent) -> Answer {
    let kind = kind_of(&sent.typed);
    let l = visit.lang;
    let text = match if sent.file.is_empty() { Ok(sent.typed.get("text")) } else { decode(&sent.file) } {
        Ok(text) => text,
        Err(fault) => return Ok(unreadable(&portal, &visit, kind, "", ("file", vec![fault]))),
    };
    let sheet = {
        let (order, typed, at_ms) = (portal.order.clone(), text.clone(), visit.at_ms);
        // many rows take a while: others are served meanwhile
        let reading = tokio::task::spawn_blocking(move || read(&order, kind, &typed, at_ms)).await;
        match reading.map_err(|_| Failure::Internal)? {
            Ok(sheet) => sheet,
            Err(faults) => return Ok(unreadable(&portal, &visit, kind, &text, ("text", faults))),
        }
    };
    if sent.typed.get("do") != "import" {
        let mut conn = portal.store.read().await?;
        let report = check(&mut conn, visit.actor()?, &portal.order, &sheet, visit.at_ms).await?;
        return Ok(page::import::report(&portal, &visit, StatusCode::OK, &text, &report, None));
    }
    let only_good = sent.typed.has("only_good");
    match imported(&portal, &visit, sheet, only_good).await {
        Ok(report) if report.imported => Ok(finished(&report)),
        Ok(report) => {
            let errors = FieldErrors::one("only_good", page::import::only_good_needed(l));
            Ok(page::import::report(&portal, &visit, StatusCode::UNPROCESSABLE_ENTITY, &text, &report, Some(errors)))
        }
        Err(failure) => {
            let errors = failing::beside(l, &failure).ok_or_else(|| failure.clone())?;
            Ok(page::import::ask(&portal, &visit, status(&failure), kind, &text, Some(errors)))
        }
    }
}

async fn imported(portal: &Portal, visit: &Visit, sheet: Sheet, only_good: bool) -> Result<ImportReport, Failure> {
    let (actor, order) = (visit.actor()?.clone(), portal.order.clone());
    let import = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { import(tx, &actor, &order, &sheet, only_good).await }));
    match import.await {
        // somebody entered one of them between the check and now
        Err(Failure::Invalid { .. }) => Err(Failure::Stale),
        other => other,
    }
}

fn unreadable(
    portal: &Portal,
    visit: &Visit,
    kind: ImportKind,
    text: &str,
    (beside, faults): (&str, Vec<FileFault>),
) -> Response {
    let errors = FieldErrors::one(beside, page::import::fault_words(visit.lang, kind, &faults));
    page::import::ask(portal, visit, StatusCode::UNPROCESSABLE_ENTITY, kind, text, Some(errors))
}

/// On to the next step of filling a province, with the counts in the word that the page before leaves.
fn finished(report: &ImportReport) -> Response {
    let ImportReport { kind, new, existing, faulty, .. } = report;
    let to = format!("{}?what={}", routes::IMPORT, ImportKind::People.name());
    done(&to, &format!("{}-imported.{new}.{existing}.{faulty}", kind.name()))
}

/// What an import has done, from the word that [`finished`] left.
pub fn flash(l: Lang, word: &str) -> Option<(ImportKind, String)> {
    use crate::words::{flash, number};
    let mut parts = word.split('.');
    let kind = ImportKind::from_name(parts.next()?.strip_suffix("-imported")?)?;
    let mut count = || parts.next()?.parse::<u32>().ok().map(|count| number(l, i64::from(count)));
    let (new, existing, faulty) = (count()?, count()?, count()?);
    Some((
        kind,
        match kind {
            ImportKind::Units => flash::units_imported(l, existing, faulty, new),
            ImportKind::People => flash::people_imported(l, existing, faulty, new),
        },
    ))
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
