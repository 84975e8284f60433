//! Official documents as files: PDF to be signed, DOCX to be worked on.

use axum::http::header;
use axum::response::IntoResponse;
use contract::Failure;
use paper::Document;

use super::Answer;
use crate::Portal;
use crate::typed::Typed;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The document in the format that is asked for: `?as=docx`, or else PDF. It is set beside other requests, since a list of a
/// thousand photos takes a while.
pub async fn answer(portal: &Portal, document: Document, asked: &Typed, name: &str) -> Answer {
    let portal = portal.clone();
    let docx = asked.get("as") == "docx";
    let written = tokio::task::spawn_blocking(move || match (docx, &portal.paper_fonts) {
        (true, _) => document.to_docx().map_err(|error| log(&error)),
        (false, Some(fonts)) => document.to_pdf(fonts).map_err(|error| log(&error)),
        (false, None) => Err(Failure::NotFound),
    });
    let bytes = written.await.map_err(|_| Failure::Internal)??;
    let (kind, ending, place) = if docx { (DOCX, "docx", "attachment") } else { ("application/pdf", "pdf", "inline") };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("{place}; filename=\"{name}.{ending}\"")),
    ];
    Ok((headers, bytes).into_response())
}

fn log(error: &(dyn std::error::Error + 'static)) -> Failure {
    tracing::error!(error, "a document cannot be written");
    Failure::Internal
}
