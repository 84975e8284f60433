//! The headers every answer carries, and the nonce without which no script runs.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::entropy::Draw;

/// The value a page's script elements must repeat; fresh for each request, in the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(pub String);

/// What the headers depend on.
#[derive(Clone)]
pub struct Policy {
    /// Whether browsers reach the portal over TLS, and shall insist on it from now on.
    pub https: bool,
    /// Where nonces are drawn from.
    pub draw: Draw,
}

/// Middleware: puts a [`Nonce`] into the request and the security headers on the response. `Cache-Control` is `no-store`
/// unless the handler has set it: nearly every page here shows a person.
pub async fn secure(State(policy): State<Policy>, mut request: Request, next: Next) -> Response {
    let nonce = draw_nonce(&policy.draw);
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let html = is_html(response.headers());
    let reader = response.extensions().get::<app::UsesReader>().is_some();
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if policy.https {
        // Two years. Not for subdomains: they belong to others.
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    if html {
        // The nonce is Base64, which a header value always takes.
        if let Ok(value) = HeaderValue::from_str(&content_security_policy(&nonce, reader)) {
            // the public page has a stricter one
            headers.entry(CONTENT_SECURITY_POLICY).or_insert(value);
        }
        headers.insert(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("usb=(self), camera=(self)"),
        );
        headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    }
    response
}

fn draw_nonce(draw: &Draw) -> Nonce {
    let mut bytes = [0; 18];
    draw(&mut bytes);
    Nonce(BASE64_STANDARD.encode(bytes))
}

/// `reader`: the page may speak to the bridge on its own machine.
fn content_security_policy(Nonce(nonce): &Nonce, reader: bool) -> String {
    let connect = if reader { format!("connect-src 'self' ws://127.0.0.1:{}; ", ::relay::PORT) } else { String::new() };
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; {connect}\
         img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    kind.starts_with("text/html") || kind.starts_with("application/xhtml+xml")
}
