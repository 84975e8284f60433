use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::routing::{get as on_get, post as on_post};
use axum::{Form, Json, Router};
use serde::Deserialize;

use crate::{ask, assert_words, get, header, portal, post, text};

#[derive(Deserialize)]
struct Numbered {
    number: u8,
}

fn routes() -> Router {
    Router::new()
        .route("/bytes", on_post(|bytes: Bytes| async move { bytes.len().to_string() }))
        .route("/form", on_post(|Form(form): Form<Numbered>| async move { form.number.to_string() }))
        .route(
            "/slow",
            on_get(|| tokio::time::sleep(Duration::from_secs(30))).post(|| tokio::time::sleep(Duration::from_secs(30))),
        )
        .route("/panic", on_get(|| async { panic!("Nguyễn Văn A") as () }))
        .route("/leak", on_get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "no such table: people") }))
        .route("/page", on_get(|| async { (StatusCode::NOT_FOUND, axum::response::Html("<p>our own page")) }))
        .route("/api/v1/wrong", on_get(|| async { StatusCode::BAD_REQUEST }))
        .route("/api/v1/own", on_get(|| async { (StatusCode::NOT_FOUND, Json("our own document")) }))
        .route("/api/v1/broken", on_get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
}

#[tokio::test]
async fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
    let portal = portal(routes());
    assert_eq!(text(ask(&portal, post("/bytes", vec![0; 1000])).await).await, "1000");
    let response = ask(&portal, post("/bytes", vec![0; 1001])).await;
    assert_words(response, StatusCode::PAYLOAD_TOO_LARGE, "quá lớn", "too large").await;
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_length_is_measured() {
    let chunks = futures_util::stream::iter((0..11).map(|_| Ok::<_, std::io::Error>(vec![0; 100])));
    let request = post("/bytes", Body::from_stream(chunks));
    let response = ask(&portal(routes()), request).await;
    assert_words(response, StatusCode::PAYLOAD_TOO_LARGE, "quá lớn", "too large").await;
}

#[tokio::test]
async fn a_length_that_is_a_lie_is_refused_at_once() {
    let mut request = post("/bytes", "x");
    request.headers_mut().insert("content-length", "99999999".parse().unwrap());
    assert_eq!(ask(&portal(routes()), request).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_frameworks_own_words_never_show() {
    let portal = portal(routes());
    let form = |body: &'static str, kind: &'static str| {
        let mut request = post("/form", body);
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        request
    };
    let urlencoded = "application/x-www-form-urlencoded";
    for (request, status, vi, en) in [
        (form("number=x", urlencoded), StatusCode::UNPROCESSABLE_ENTITY, "sai kiểu", "wrong type"),
        (form("number=1", "text/xml"), StatusCode::UNSUPPORTED_MEDIA_TYPE, "loại dữ liệu", "type of data"),
        (get("/nowhere"), StatusCode::NOT_FOUND, "Không tìm thấy", "does not exist"),
        (get("/form"), StatusCode::METHOD_NOT_ALLOWED, "không nhận", "does not take"),
    ] {
        let text = assert_words(ask(&portal, request).await, status, vi, en).await;
        assert!(!text.to_lowercase().contains("deserialize"), "{text}");
    }
    assert_eq!(header(&ask(&portal, get("/form")).await, "allow"), "POST");
}

#[tokio::test]
async fn a_slow_handler_is_given_up() {
    let response = ask(&portal(routes()), get("/slow")).await;
    assert_words(response, StatusCode::SERVICE_UNAVAILABLE, "Chưa có gì được lưu", "Nothing has been saved").await;
    // a change may go on without its request
    let response = ask(&portal(routes()), post("/slow", "")).await;
    assert_words(response, StatusCode::SERVICE_UNAVAILABLE, "có thể vẫn được lưu", "may still be saved").await;
}

#[tokio::test]
async fn a_panic_and_an_inner_error_show_a_reference_number_only() {
    let portal = portal(routes());
    for path in ["/panic", "/leak"] {
        let response = ask(&portal, get(path)).await;
        let reference = header(&response, "x-request-id").to_owned();
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        let text = assert_words(response, StatusCode::INTERNAL_SERVER_ERROR, "gặp lỗi", "went wrong").await;
        assert!(text.contains(&format!("Mã tra cứu: {reference}")), "{text}");
        assert!(!text.contains("Nguyễn") && !text.contains("table"), "{text}");
    }
}

#[tokio::test]
async fn a_page_or_a_document_of_our_own_passes() {
    let portal = portal(routes());
    assert_eq!(text(ask(&portal, get("/page")).await).await, "<p>our own page");
    assert_eq!(text(ask(&portal, get("/api/v1/own")).await).await, "\"our own document\"");
}

#[tokio::test]
async fn programs_are_told_in_json() {
    let portal = portal(routes());
    for (path, status) in [("/api/v1/wrong", 400), ("/api/v1/nowhere", 404), ("/api/v1/broken", 500)] {
        let response = ask(&portal, get(path)).await;
        assert_eq!(response.status(), status);
        let reference = header(&response, "x-request-id").to_owned();
        let json: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(json["status"], status);
        assert!(json["vi"].is_string() && json["en"].is_string());
        assert_eq!(json["reference"].as_str(), (status == 500).then_some(reference.as_str()));
    }
    let foreign = Request::post("/api/v1/wrong").body(Body::empty()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text(ask(&portal, foreign).await).await).unwrap();
    assert!(json["en"].as_str().unwrap().contains("did not come from a page"));
}
