//! What the page that reads cards needs at a door without a network: the signed list of cards that are not valid, the worker that keeps page
//! and list in the browser, and what makes the page installable.

use std::sync::Arc;

use app::{Portal, Visit, routes};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use registry::work::public::state_list::state_list;
use tokio::sync::Mutex;

use super::Public;
use super::check::address;
use super::limits::TooMany;
use super::words::{check, scan};
use crate::client::Client;
use crate::refusal::Refusal;

/// A list is made anew after so long, when somebody asks for it.
const ANEW_MS: i64 = 60 * 1000;

/// The list that was made last, and when.
pub(super) type LastList = Mutex<Option<(i64, Bytes)>>;

/// `GET /scan/list`. One is made at a time, for all who ask.
pub(super) async fn list(
    public: Arc<Public>,
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    client: Option<Extension<Client>>,
) -> Response {
    if let Err(TooMany { seconds }) = public.limits.admit(address(client), visit.at_ms) {
        let mut refused = Refusal::of(StatusCode::TOO_MANY_REQUESTS).into_response();
        refused.headers_mut().insert(RETRY_AFTER, seconds.into());
        return refused;
    }
    let mut last = public.list.lock().await;
    if last.as_ref().is_none_or(|(made_at, _)| visit.at_ms - made_at >= ANEW_MS) {
        match state_list(&portal.store, portal.card_vault.as_ref(), visit.at_ms).await {
            Ok(Some(list)) => *last = Some((visit.at_ms, list.into())),
            Ok(None) => return Refusal::of(StatusCode::NOT_FOUND).into_response(),
            Err(failure) => {
                tracing::warn!(?failure, "the list of cards that are not valid could not be made");
                return Refusal::of(StatusCode::SERVICE_UNAVAILABLE).into_response();
            }
        }
    }
    let list = last.as_ref().map(|(_, list)| list.clone()).unwrap_or_default();
    ([(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"))], list).into_response()
}

/// `GET /scan/sw.js`.
pub(super) async fn worker() -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, include_str!("worker.js")).into_response()
}

/// `GET /scan/manifest.webmanifest`.
pub(super) async fn manifest(Extension(visit): Extension<Visit>) -> Response {
    let manifest = serde_json::json!({
        "id": routes::SCAN,
        "start_url": routes::SCAN,
        "scope": routes::SCAN,
        "display": "standalone",
        "lang": visit.lang.code(),
        "name": format!("{} – {}", check::name(visit.lang), scan::title(visit.lang)),
        "short_name": check::name(visit.lang),
        "theme_color": "#8c1d18",
        "background_color": "#ffffff",
        "icons": [{ "src": "/assets/favicon.svg", "sizes": "any", "type": "image/svg+xml" }],
    });
    ([(CONTENT_TYPE, HeaderValue::from_static("application/manifest+json"))], manifest.to_string()).into_response()
}
