use axum::http::header::CACHE_CONTROL;
use axum::response::Html;
use axum::routing::get as on_get;
use axum::{Extension, Json, Router};
use server::headers::Nonce;
use server::serve::wrap;

use crate::{ask, edge, get, header, portal, text};

fn pages() -> Router {
    Router::new()
        .route("/page", on_get(|Extension(Nonce(nonce)): Extension<Nonce>| async { Html(nonce) }))
        .route("/reader", on_get(|| async { (Extension(app::UsesReader), Html("")) }))
        .route("/json", on_get(|| async { Json(1) }))
        .route("/own", on_get(|| async { ([(CACHE_CONTROL, "private, max-age=60")], Html("")) }))
}

#[tokio::test]
async fn a_page_carries_the_policy_with_its_own_nonce() {
    let portal = portal(pages());
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let response = ask(&portal, get("/page")).await;
        let policy = header(&response, "content-security-policy").to_owned();
        assert_eq!(header(&response, "permissions-policy"), "usb=(self), camera=(self)");
        assert_eq!(header(&response, "cross-origin-opener-policy"), "same-origin");
        assert_eq!(header(&response, "cache-control"), "no-store");
        let nonce = text(response).await;
        assert_eq!(nonce.len(), 24); // 18 bytes, Base64
        assert_eq!(
            policy,
            format!(
                "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
                 style-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; \
                 form-action 'self'"
            )
        );
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

/// The bridge waits on the reader's own machine (`relay`): no other page may speak to it.
#[tokio::test]
async fn a_page_with_a_reader_may_speak_to_the_bridge() {
    let portal = portal(pages());
    let response = ask(&portal, get("/reader")).await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.contains("; connect-src 'self' ws://127.0.0.1:28384; "), "{policy}");
    assert!(relay::ADDRESS.starts_with("ws://127.0.0.1:28384/"));
}

#[tokio::test]
async fn every_answer_carries_the_rest() {
    let portal = portal(pages());
    for path in ["/page", "/json", "/nowhere"] {
        let response = ask(&portal, get(path)).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=63072000"),
        ] {
            assert_eq!(header(&response, name), value, "{path} {name}");
        }
        assert_eq!(header(&response, "x-request-id").len(), 9, "{path}");
    }
}

#[tokio::test]
async fn a_handler_may_set_its_own_caching() {
    let response = ask(&portal(pages()), get("/own")).await;
    assert_eq!(header(&response, "cache-control"), "private, max-age=60");
}

#[tokio::test]
async fn without_tls_nobody_is_told_to_insist_on_it() {
    let portal = wrap(pages(), &edge("http://127.0.0.1:8080"));
    assert_eq!(header(&ask(&portal, get("/page")).await, "strict-transport-security"), "");
}
