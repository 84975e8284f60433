use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::routing::any;

use crate::{ask, assert_words, portal};

const OWN: &str = "https://the.example.gov.vn";

async fn status(method: &str, headers: &[(&str, &str)]) -> StatusCode {
    let portal = portal(Router::new().route("/", any(|| async { "done" })));
    let mut request = Request::builder().method(method).uri("/").body(Body::empty()).unwrap();
    for (name, value) in headers {
        request.headers_mut().append(name.parse::<axum::http::HeaderName>().unwrap(), value.parse().unwrap());
    }
    ask(&portal, request).await.status()
}

#[tokio::test]
async fn every_combination_for_a_change() {
    let site = "sec-fetch-site";
    let foreign = "https://evil.example";
    let cases: &[(&[(&str, &str)], bool)] = &[
        (&[(site, "same-origin")], true),
        (&[(site, "same-origin"), ("origin", OWN)], true),
        (&[(site, "same-origin"), ("origin", "null")], true),
        (&[(site, "same-site")], false),
        (&[(site, "same-site"), ("origin", OWN)], false),
        (&[(site, "cross-site")], false),
        (&[(site, "cross-site"), ("origin", OWN), ("referer", OWN)], false),
        (&[(site, "none")], false),
        (&[(site, "none"), ("origin", OWN)], true),
        (&[(site, "none"), ("origin", foreign)], false),
        (&[(site, "none"), ("referer", OWN)], false),
        (&[(site, "nonsense"), ("origin", OWN)], false),
        (&[(site, "same-origin"), (site, "cross-site")], false),
        (&[("origin", OWN)], true),
        (&[("origin", "https://THE.example.gov.vn:443")], true),
        (&[("origin", foreign)], false),
        (&[("origin", "null")], false),
        (&[("origin", "http://the.example.gov.vn")], false),
        (&[("origin", "https://the.example.gov.vn:8443")], false),
        (&[("origin", "https://the.example.gov.vn.evil.example")], false),
        (&[("origin", "https://the.example.gov.vn@evil.example")], false),
        (&[("origin", OWN), ("origin", foreign)], false),
        (&[("origin", foreign), ("referer", OWN)], false),
        (&[("referer", "https://the.example.gov.vn/people?q=a")], true),
        (&[("referer", "https://evil.example/https://the.example.gov.vn/")], false),
        (&[("referer", "not an address")], false),
        (&[], false),
    ];
    for method in ["POST", "PUT", "PATCH", "DELETE", "INVENTED"] {
        for (headers, ours) in cases {
            let expected = if *ours { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status(method, headers).await, expected, "{method} {headers:?}");
        }
    }
}

#[tokio::test]
async fn reading_is_open_and_a_websocket_is_no_reading() {
    for method in ["GET", "HEAD", "OPTIONS"] {
        assert_eq!(status(method, &[("sec-fetch-site", "cross-site")]).await, StatusCode::OK, "{method}");
    }
    assert_eq!(status("GET", &[("upgrade", "WebSocket"), ("origin", "https://evil.example")]).await, 403);
    assert_eq!(status("GET", &[("upgrade", "websocket"), ("origin", OWN)]).await, 200);
    assert_eq!(status("GET", &[("upgrade-insecure-requests", "1")]).await, 200);
}

#[tokio::test]
async fn the_refusal_speaks_both_languages() {
    let portal = portal(Router::new());
    let request = Request::builder().method(Method::POST).uri("/").body(Body::empty()).unwrap();
    let response = ask(&portal, request).await;
    assert_words(response, StatusCode::FORBIDDEN, "không đến từ trang", "did not come from a page").await;
}
