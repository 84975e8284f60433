//! Portraits of several people at once: each file is named by one of its person's codes.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::Failure;
use registry::work::import_photos::{PhotoOutcome, code_of, import_photo, made};

use super::Answer;
use crate::part::FieldErrors;
use crate::visit::Visit;
use crate::words::photos as text;
use crate::{Portal, page};

/// Files at a time.
pub const FILES: usize = 50;
/// Most bytes of them all.
pub const BYTES: usize = 100_000_000;

/// Files with their names, in the order in which they came.
pub struct Files(Vec<(String, Bytes)>);

impl<S: Send + Sync> FromRequest<S> for Files {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            return Ok(Files(Vec::new()));
        }
        let mut parts = Multipart::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let mut files = Vec::new();
        while let Some(part) = parts.next_field().await.map_err(IntoResponse::into_response)? {
            let Some(name) = part.file_name().map(str::to_owned) else { continue };
            let bytes = part.bytes().await.map_err(IntoResponse::into_response)?;
            if !bytes.is_empty() {
                files.push((name, bytes));
            }
        }
        Ok(Files(files))
    }
}

pub async fn form(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Response {
    page::photos::respond(&portal, &visit, StatusCode::OK, &[], None)
}

pub async fn submit(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Files(files): Files) -> Answer {
    let refused = match files.len() {
        0 => Some(text::missing(visit.lang).to_owned()),
        count if count > FILES => Some(text::too_many(visit.lang, count, FILES)),
        _ => None,
    };
    if let Some(why) = refused {
        let errors = Some(FieldErrors::one("photos", why));
        return Ok(page::photos::respond(&portal, &visit, StatusCode::UNPROCESSABLE_ENTITY, &[], errors));
    }
    let mut told = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        let outcome = match code_of(&name) {
            Some(code) => one(&portal, &visit, &code, bytes).await?,
            None => PhotoOutcome::Nobody,
        };
        told.push((name, outcome));
    }
    Ok(page::photos::respond(&portal, &visit, StatusCode::OK, &told, None))
}

async fn one(portal: &Portal, visit: &Visit, code: &str, bytes: Bytes) -> Result<PhotoOutcome, Failure> {
    let turn = portal.photos.clone().acquire_owned().await.map_err(|_| Failure::Internal)?;
    let making = tokio::task::spawn_blocking(move || {
        // given back when the work is done, also when the browser has gone meanwhile
        let _turn = turn;
        made(&bytes)
    });
    let made = making.await.map_err(|_| Failure::Internal)?;
    import_photo(&portal.store, &portal.blobs, visit.actor()?, code, made, visit.at_ms).await
}
