//! A form that may carry a file.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::typed::Typed;

/// What was sent: the fields, and the bytes of a file where one was chosen.
pub struct Sent {
    pub typed: Typed,
    pub file: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            return Ok(Sent { typed: Typed::from_request(request, state).await?, file: Bytes::new() });
        }
        let mut parts = Multipart::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let (mut fields, mut file) = (Vec::new(), Bytes::new());
        while let Some(part) = parts.next_field().await.map_err(IntoResponse::into_response)? {
            let (name, of_file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
            let bytes = part.bytes().await.map_err(IntoResponse::into_response)?;
            if of_file {
                file = bytes;
            } else {
                fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        Ok(Sent { typed: Typed::of(fields), file })
    }
}
