//! Who may come in: a WebSocket of an allowed origin that calls this machine by its own name.
//!
//! There are no CORS headers and no answers to preflights. Browsers ask none before a WebSocket; Chrome's older plan of them
//! (Private Network Access) was given up for a question to the person (Local Network Access, for WebSockets since Chrome 147),
//! which asks nothing of the server. The page must be a secure context, and is not asked about when it is itself of this machine;
//! its permission is called `loopback-network`. (Seen with Chromium 156: without it the WebSocket fails with 1006, with it it opens.)
use crate::desk::Desk;
use crate::limits::Limits;
use crate::origin::{Origin, names_this_machine};
use crate::pairing::Pairing;
use crate::session;
use crate::watch::Seen;
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// More pages than a desk has.
pub const MOST_PAGES: u32 = 32;

/// What all pages share.
pub struct Bridge {
    /// Whose pages may come in.
    pub allowed: Vec<Origin>,
    /// Where the bridge listens.
    pub port: u16,
    /// Who was let in.
    pub pairing: Pairing,
    /// Who has which reader.
    pub desk: Desk,
    /// All readers, as last seen.
    pub readers: watch::Receiver<Seen>,
    /// How long anything may take.
    pub limits: Limits,
    /// True when the program ends.
    pub stopping: watch::Receiver<bool>,
    /// One for each page that may be here at a time.
    pub places: Arc<Semaphore>,
}

/// The one path; everything else is not found.
pub fn router(bridge: Arc<Bridge>) -> Router {
    Router::new().route(relay::PATH, get(enter)).with_state(bridge)
}

async fn enter(
    State(bridge): State<Arc<Bridge>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !names_this_machine(&headers, bridge.port) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(origin) = bridge.allowed.iter().find(|origin| origin.is_of(&headers)).cloned() else {
        tracing::warn!("a page that is not allowed was turned away");
        return StatusCode::FORBIDDEN.into_response();
    };
    let Ok(place) = Arc::clone(&bridge.places).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    match upgrade {
        // a little more than is allowed, so that what is just too long is still heard and refused by its length
        Ok(upgrade) => upgrade
            .max_message_size(2 * relay::LONGEST_MESSAGE)
            .max_frame_size(2 * relay::LONGEST_MESSAGE)
            .on_upgrade(async move |socket| {
                session::serve(socket, &origin, &bridge).await;
                drop(place);
            }),
        Err(rejection) => rejection.into_response(),
    }
}
