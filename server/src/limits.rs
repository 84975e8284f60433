//! What one request may cost: bytes, seconds, and never the process.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use http_body_util::Limited;

use crate::refusal::Refusal;

const PERHAPS_SAVED: Refusal = Refusal::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "Hệ thống đang bận và chưa trả lời kịp. Thay đổi có thể vẫn được lưu: hãy xem lại trước khi gửi lần nữa.",
    "The portal is busy and did not answer in time. The change may still be saved: look before you send it again.",
);

/// Middleware: refuses a body of more than `limit` bytes, at once where it tells its length, else when they have come.
/// A portrait may be as large as a camera makes it.
pub async fn bound(State(limit): State<usize>, request: Request, next: Next) -> Response {
    let limit = app::body_limit(request.uri().path()).map_or(limit, |own| own.max(limit));
    let told = request.headers().get(CONTENT_LENGTH).and_then(|told| told.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|told| told > limit as u64) {
        return Refusal::of(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, limit)))).await
}

/// Middleware: gives up on a handler after `limit`. A use case that the handler has handed to the store runs to its end all
/// the same, so that whoever sent a change is told to look before sending it again.
pub async fn hurry(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let reads = request.method().is_safe();
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(seconds = limit.as_secs(), "gave up on a request");
            if reads { Refusal::of(StatusCode::SERVICE_UNAVAILABLE) } else { PERHAPS_SAVED }.into_response()
        }
    }
}

/// Middleware: a panic ends its request with status 500, not the process. The panic hook ([`crate::logging`]) writes
/// where it happened, within the request's span and so under its reference number.
pub async fn contain(request: Request, next: Next) -> Response {
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Refusal::of(StatusCode::INTERNAL_SERVER_ERROR).into_response())
}
