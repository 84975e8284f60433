//! `/scan/` for browsers that run no scripts: a picture is sent, read, and answered with what its code says.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use face::qr::{Resolution, Symbol};
use http_body_util::BodyExt as _;
use registry::card_vault::CardVault as _;
use server::public::limits::{Rate, Rates};
use sha2::{Digest as _, Sha256};

use super::{GIVEN, NOW_MS, Province, from, text};

const OURS: &str = "7hKq|Lê Thị Bình|02/03/1990|Nữ|046190001234|H57.10|UBND tỉnh|Chuyên viên|the.gov.vn/t/7hKq";

/// The code of a text in modules of four pixels, as PNG.
fn picture(text: &str) -> Vec<u8> {
    let symbol = Symbol::encode(text, Resolution::Dpi600).unwrap();
    let side = (symbol.width + 8) * 4;
    let dark = |pixel: usize| {
        let module = |at: usize| (at / 4).checked_sub(4).filter(|nth| *nth < symbol.width);
        module(pixel % side).zip(module(pixel / side)).is_some_and(|(column, row)| symbol.is_dark(column, row))
    };
    let pixels: Vec<u8> = (0..side * side).map(|pixel| if dark(pixel) { 20 } else { 250 }).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}

impl Province {
    async fn send(&self, file: &[u8]) -> (StatusCode, String) {
        let mut body = b"--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"x\"\r\n\r\n".to_vec();
        body.extend(file);
        body.extend(b"\r\n--b--\r\n");
        let request = from("203.0.113.9", Request::post("/scan/"))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "multipart/form-data; boundary=b");
        let answer = self.ask(request.body(Body::from(body)).unwrap()).await;
        (answer.status(), text(answer).await)
    }
}

#[tokio::test]
async fn a_picture_is_read_and_its_nine_fields_are_shown() {
    let province = Province::open().await;
    let (status, page) = province.send(&picture(OURS)).await;
    assert_eq!(status, StatusCode::OK);
    for part in OURS.split('|') {
        assert!(page.contains(&format!(r#"lang="vi">{part}</span>"#)), "{part} in {page}");
    }
    // code and digits wait in the form that asks for the state
    assert!(page.contains(r#"name="code" value="7hKq""#) && page.contains(r#"name="digits" value="1234""#));
    let answer = province.answer("/t", &format!("code={GIVEN}&digits=1234")).await;
    assert!(answer.contains("Đang hoạt động"));
}

#[tokio::test]
async fn another_issuers_card_is_shown_as_it_stands_there() {
    let province = Province::open().await;
    let other = OURS.replace("the.gov.vn/t/7hKq", "the.hn.gov.vn").replace("02/03/1990", "1990-03-02");
    let (_, page) = province.send(&picture(&other)).await;
    assert!(page.contains(r#"href="https://the.hn.gov.vn/t/7hKq""#) && page.contains("do nơi khác cấp"));
    assert!(page.contains("1990-03-02") && page.contains("ký tự mà trường này không được có"));
    assert!(page.contains(r#"name="digits" value="""#), "this portal is not asked");
    let script = OURS.replace("Chuyên viên", "<script>x</script>").replace("the.gov.vn/t/7hKq", "javascript:x");
    let (_, page) = province.send(&picture(&script)).await;
    assert!(page.contains("&lt;script&gt;x") && !page.contains("<script>x") && !page.contains("href=\"javascript"));
}

#[tokio::test]
async fn what_is_no_cards_code_is_told_in_a_sentence() {
    let province = Province::open().await;
    let citizen = "046190001234||Lê Thị Bình|02031990|Nữ|Huế|15082021";
    for (file, sentence) in [
        (picture("https://example.vn"), "không phải của thẻ cán bộ"),
        (picture(citizen), "mã QR của thẻ căn cước"),
        (b"no picture".to_vec(), "Không thấy mã QR trong ảnh"),
        (Vec::new(), "Hãy chọn một tệp ảnh"),
    ] {
        let (status, page) = province.send(&file).await;
        assert!(
            status == StatusCode::OK && page.contains(&format!(">{sentence}")) || page.contains(sentence),
            "{sentence}"
        );
        assert!(page.contains(r#"data-part="front" tabindex="-1" hidden"#), "{sentence}");
    }
    // a form without a file, and a body that is no form
    let bare = province.answer("/scan/", "picture=x").await;
    assert!(bare.contains("Hãy chọn một tệp ảnh"));
}

#[tokio::test]
async fn the_page_runs_its_own_script_alone() {
    let province = Province::open().await;
    let answer = province.get("/scan/?lang=en").await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let page = text(answer).await;
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.len() < 20_000, "{}", page.len());
    let script = page.split_once("<script type=\"module\">").unwrap().1.split_once("</script>").unwrap().0;
    let hash = BASE64_STANDARD.encode(Sha256::digest(script));
    assert!(policy.contains(&format!("script-src 'self' 'sha256-{hash}' 'wasm-unsafe-eval';")), "{policy}");
    assert!(!policy.contains("unsafe-inline") && page.matches("<script").count() == 1);
    for style in page.split("<style>").skip(1) {
        let style = style.split_once("</style>").unwrap().0;
        assert!(policy.contains(&BASE64_STANDARD.encode(Sha256::digest(style))));
    }
}

#[tokio::test]
async fn pictures_count_as_checks_of_an_address() {
    let rate = Rate { burst: 2, pause_ms: 60_000 };
    let province = Province::new(Some(Rates { address: rate, code: rate, overall: rate })).await;
    for _ in 0..2 {
        assert_eq!(province.send(b"x").await.0, StatusCode::OK);
    }
    let (status, page) = province.send(b"x").await;
    assert!(status == StatusCode::TOO_MANY_REQUESTS && page.contains("Có quá nhiều lần kiểm tra"));
}

#[tokio::test]
async fn doors_without_a_network_get_a_list_that_the_province_signed() {
    let province = Province::open().await;
    assert_eq!(province.get("/scan/list").await.status(), StatusCode::NOT_FOUND, "nothing signs yet");
    province.with_chip().await;
    province.puts_its_set_in_use().await;
    let answer = province.get("/scan/list").await;
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let keys: Vec<[u8; 32]> = province.vault.public_keys().unwrap().iter().map(|key| key.key).collect();
    let list = door::proof::list(&bytes, &keys).unwrap();
    assert_eq!((list.made_at, list.is_empty()), (NOW_MS, true), "the only card is active");
    province.clock.fetch_add(59_000, Ordering::Relaxed);
    let again = province.get("/scan/list").await.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(again, bytes, "one is made for all who ask within a minute");
    province.clock.fetch_add(1_000, Ordering::Relaxed);
    let anew = province.get("/scan/list").await.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(door::proof::list(&anew, &keys).unwrap().made_at, NOW_MS + 60_000);
}

#[tokio::test]
async fn what_the_browser_keeps_lies_below_the_page() {
    let province = Province::open().await;
    let worker = province.get("/scan/sw.js").await;
    assert_eq!(worker.headers()["content-type"], "text/javascript; charset=utf-8");
    // a wider scope than its folder's takes this header, which is never sent
    assert!(!worker.headers().contains_key("service-worker-allowed"));
    let manifest = text(province.get("/scan/manifest.webmanifest").await).await;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((&manifest["scope"], &manifest["start_url"]), (&"/scan/".into(), &"/scan/".into()));
}
