use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get as on_get;
use server::health::routes;
use server::metrics::Metrics;
use server::serve::wrap;

use crate::{ask, edge, from, get, portal, text};

#[tokio::test]
async fn the_process_lives() {
    let portal = portal(routes(|| async { Ok(()) }));
    let response = ask(&portal, get("/healthz")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(text(response).await.contains(r#""status":"ok""#));
}

#[tokio::test]
async fn readiness_gives_its_reasons() {
    let ready = portal(routes(|| async { Ok(()) }));
    let response = ask(&ready, get("/readyz")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, r#"{"ready":true,"reasons":[]}"#);

    let unready = portal(routes(|| async { Err(vec!["the database is gone".to_owned()]) }));
    let response = ask(&unready, get("/readyz")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text(response).await, r#"{"ready":false,"reasons":["the database is gone"]}"#);
}

// One test, because a process has one recorder.
#[tokio::test]
async fn metrics_count_by_pattern_and_are_not_for_strangers() {
    let metrics = Metrics::install().unwrap();
    let routes = Router::new()
        .route("/counted/{code}", on_get(|| async { "" }))
        .merge(metrics.routes(Arc::new(["203.0.113.9".parse().unwrap()])));
    let mut edge = edge("https://the.example.gov.vn");
    edge.trusted_proxies = Arc::new(["10.0.0.1".parse().unwrap()]);
    let portal = wrap(routes, &edge);

    ask(&portal, get("/counted/57.00001")).await;
    ask(&portal, get("/unheard-of")).await;

    let shown = text(ask(&portal, from(get("/metrics"), "127.0.0.1:5000")).await).await;
    assert!(
        shown.contains(r#"congthe_http_requests_total{route="/counted/{code}",method="GET",status="2xx"} 1"#),
        "{shown}"
    );
    assert!(shown.contains(r#"route="unmatched",method="GET",status="4xx""#), "{shown}");
    assert!(shown.contains(r#"congthe_http_request_duration_seconds_bucket{route="/counted/{code}""#), "{shown}");
    assert!(shown.contains("congthe_http_requests_in_flight"), "{shown}");
    assert!(shown.contains("congthe_build_info{version="), "{shown}");
    assert!(!shown.contains("57.00001") && !shown.contains("unheard"), "{shown}");

    let forwarded = |peer: &str, address: &str| {
        let mut request = from(get("/metrics"), peer);
        request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
        request
    };
    for (request, status) in [
        (from(get("/metrics"), "[::1]:5000"), 200),
        (from(get("/metrics"), "203.0.113.9:5000"), 200),
        (from(get("/metrics"), "198.51.100.1:5000"), 404),
        (get("/metrics"), 404),
        (forwarded("127.0.0.1:5000", "198.51.100.1"), 404), // a proxy that nobody trusts
        (forwarded("198.51.100.1:5000", "127.0.0.1"), 404), // a stranger's lie
        (forwarded("10.0.0.1:5000", "198.51.100.1"), 404),
        (forwarded("10.0.0.1:5000", "203.0.113.9"), 200),
    ] {
        assert_eq!(ask(&portal, request).await.status(), status);
    }
}
