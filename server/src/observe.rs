//! One reference number, one span and one access-log line per request.
//!
//! The line names the route's pattern, never the path: a path may hold a person's code, a query may hold a name.

use std::fmt;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::clock::stopwatch;
use crate::entropy::Draw;

/// Digits and letters that are not mistaken for one another when read out over the telephone.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The number under which the log knows a request; a request carries it in its extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(Arc<str>);

impl Reference {
    /// Draws a number such as `K7QF-3M2P` (40 bits).
    pub fn draw(draw: &Draw) -> Self {
        let mut bytes = [0; 8];
        draw(&mut bytes);
        let mut text = String::with_capacity(9);
        for (at, byte) in bytes.into_iter().enumerate() {
            if at == 4 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(byte & 0x1F)]));
        }
        Self(text.into())
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The pattern of the route that answers (`/people/{code}`), or `unmatched`.
pub fn route_of(request: &Request) -> String {
    request.extensions().get::<MatchedPath>().map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned())
}

/// The method, if it is one of HTTP's own; a stranger's invention is `OTHER`.
pub fn method_of(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

/// Middleware, outermost: gives the request its [`Reference`], a span, and a line in the access log.
pub async fn observe(State(draw): State<Draw>, mut request: Request, next: Next) -> Response {
    let reference = Reference::draw(&draw);
    let method = method_of(&request);
    let route = route_of(&request);
    let span = tracing::info_span!("request", %reference, method, route);
    request.extensions_mut().insert(reference.clone());
    async move {
        let began = stopwatch();
        let mut response = next.run(request).await;
        let milliseconds = began.elapsed().as_micros() as f64 / 1000.0;
        tracing::info!(target: "congthe::access", status = response.status().as_u16(), milliseconds, "answered");
        if let Ok(value) = HeaderValue::from_str(reference.as_str()) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    }
    .instrument(span)
    .await
}
