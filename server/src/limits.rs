//! What one request may cost: bytes, seconds, and never the process.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;

use crate::refusal::Refusal;

/// Middleware: gives up on a handler after `limit`. The handler's future is dropped, so that a transaction it has begun
/// rolls back.
pub async fn hurry(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(seconds = limit.as_secs(), "gave up on a request");
            Refusal::of(StatusCode::SERVICE_UNAVAILABLE).into_response()
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
