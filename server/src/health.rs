//! `/healthz`: the process lives. `/readyz`: it can do its work.

use std::future::Future;
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use utoipa::ToSchema;

const PATIENCE: Duration = Duration::from_secs(5);

/// The state of the process.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: a process that is not well does not answer.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Whether the portal can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether it can.
    ready: bool,
    /// What hinders it, one sentence each; empty when nothing does.
    reasons: Vec<String>,
}

/// The two routes. `check` says what hinders the portal; its sentences are public, so they name no host and no secret.
pub fn routes<F, Fut>(check: F) -> Router
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Vec<String>>> + Send + 'static,
{
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(move || ready(check())))
}

async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

async fn ready(check: impl Future<Output = Result<(), Vec<String>>>) -> (StatusCode, Json<Readiness>) {
    let outcome = tokio::time::timeout(PATIENCE, check)
        .await
        .unwrap_or_else(|_| Err(vec![format!("the check gave no answer within {} s", PATIENCE.as_secs())]));
    match outcome {
        Ok(()) => (StatusCode::OK, Json(Readiness { ready: true, reasons: Vec::new() })),
        Err(reasons) => (StatusCode::SERVICE_UNAVAILABLE, Json(Readiness { ready: false, reasons })),
    }
}
