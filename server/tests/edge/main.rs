//! The edge as a whole: routes of a test's own, wrapped as the portal's are.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

mod assets;
mod config;
mod headers;
mod health;
mod limits;
mod logging;
mod origin;
mod shutdown;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt as _;
use server::entropy::Entropy;
use server::serve::{Edge, wrap};
use tower::ServiceExt as _;

fn edge(public_origin: &str) -> Edge {
    Edge {
        public_origin: public_origin.parse().unwrap(),
        reader_apps: Arc::new([]),
        trusted_proxies: Arc::new([]),
        body_limit: 1000,
        request_timeout: Duration::from_millis(200),
        draw: Entropy::fixed(1).closure(),
    }
}

fn portal(routes: Router) -> Router {
    wrap(routes, &edge("https://the.example.gov.vn"))
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// A request as our own page sends it.
fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header("sec-fetch-site", "same-origin").body(body.into()).unwrap()
}

fn from(mut request: Request<Body>, peer: &str) -> Request<Body> {
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

async fn ask(portal: &Router, request: Request<Body>) -> Response {
    portal.clone().oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Both languages, and nothing of the framework's own.
async fn assert_words(response: Response, status: StatusCode, vi: &str, en: &str) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(header(&response, "content-type"), "text/plain; charset=utf-8");
    let text = text(response).await;
    assert!(text.contains(vi) && text.contains(en), "{text}");
    text
}
