use std::fs;
use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::assets::{Manifest, ManifestError, Module, Site, routes};
use tempfile::TempDir;

use crate::{ask, get, header, portal, text};

const HASHED: &str = "congthe.0123456789abcdef.js";

fn site() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    fs::create_dir_all(site.join("assets/fonts")).unwrap();
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    for (name, content) in [
        (HASHED, "plain"),
        ("congthe.0123456789abcdef.js.br", "brotli"),
        ("congthe.0123456789abcdef.js.gz", "gzip"),
        ("plain.css", "body {}"),
        ("fonts/noto.woff2", "font"),
        ("module.wasm", "module"),
        (".hidden", "hidden"),
    ] {
        fs::write(site.join("assets").join(name), content).unwrap();
    }
    let router = portal(routes(Site::Folder(site.into())));
    (folder, router)
}

fn asset(name: &str, headers: &[(&'static str, &str)]) -> Request<Body> {
    let mut request = get(&format!("/assets/{name}"));
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn the_client_chooses_the_coding() {
    let (_folder, portal) = site();
    for (accepted, coding, body) in [
        ("gzip, deflate, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip", "gzip"),
        ("br;q=0", "", "plain"),
        ("deflate", "", "plain"),
        ("*;q=0", "", "plain"),
    ] {
        let response = ask(&portal, asset(HASHED, &[("accept-encoding", accepted)])).await;
        assert_eq!(header(&response, "content-encoding"), coding, "{accepted}");
        assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(header(&response, "content-length"), body.len().to_string());
        assert_eq!(text(response).await, body, "{accepted}");
    }
    let two_lines = asset(HASHED, &[("accept-encoding", "gzip;q=0.5"), ("accept-encoding", "br")]);
    assert_eq!(text(ask(&portal, two_lines).await).await, "brotli");
    let uncompressed = asset("plain.css", &[("accept-encoding", "br")]);
    assert_eq!(text(ask(&portal, uncompressed).await).await, "body {}");
}

#[tokio::test]
async fn a_hash_in_the_name_lasts_for_ever() {
    let (_folder, portal) = site();
    for (name, caching, kind) in [
        (HASHED, "public, max-age=31536000, immutable", "text/javascript; charset=utf-8"),
        ("plain.css", "public, max-age=300", "text/css; charset=utf-8"),
        ("fonts/noto.woff2", "public, max-age=300", "font/woff2"),
        ("module.wasm", "public, max-age=300", "application/wasm"),
    ] {
        let response = ask(&portal, asset(name, &[])).await;
        assert_eq!(header(&response, "cache-control"), caching, "{name}");
        assert_eq!(header(&response, "content-type"), kind, "{name}");
    }
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let (_folder, portal) = site();
    let brotli = ("accept-encoding", "br");
    let tag = header(&ask(&portal, asset(HASHED, &[brotli])).await, "etag").to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let response = ask(&portal, asset(HASHED, &[brotli, ("if-none-match", &known)])).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(header(&response, "etag"), tag);
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(text(response).await, "");
    }
    let other_coding = ask(&portal, asset(HASHED, &[("if-none-match", &tag)])).await;
    assert_eq!(other_coding.status(), StatusCode::OK);
    assert_ne!(header(&other_coding, "etag"), tag);
}

#[tokio::test]
async fn head_tells_the_length_without_the_body() {
    let (_folder, portal) = site();
    let request = Request::head("/assets/plain.css").body(Body::empty()).unwrap();
    let response = ask(&portal, request).await;
    assert_eq!((response.status(), header(&response, "content-length")), (StatusCode::OK, "7"));
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn nothing_outside_the_site_and_nothing_hidden() {
    let (_folder, portal) = site();
    for name in [
        "nowhere.js",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "fonts/../../secret.txt",
        "fonts/..%2f..%2fsecret.txt",
        "..%5csecret.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "fonts//noto.woff2",
        "fonts",
        ".hidden",
        "plain.css%00",
        "congthe.0123456789abcdef.js.br",
        "congthe.0123456789abcdef.js.gz",
        "",
    ] {
        let response = ask(&portal, asset(name, &[])).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
        assert_eq!(header(&response, "cache-control"), "no-store", "{name}");
    }
}

#[test]
fn the_manifest_names_what_pages_refer_to() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::Folder(Path::new(folder.path()).into());
    assert!(matches!(site.manifest(), Err(ManifestError::Missing)));
    let file = folder.path().join("manifest.json");
    fs::write(&file, "{}").unwrap();
    assert!(matches!(site.manifest(), Err(ManifestError::Malformed(_))));
    let module = r#"{"script":"a.js","wasm":"a.wasm"}"#;
    let all = format!(
        r#"{{"congthe":{module},"carrier":{module},"originality":{module},"blank":{module},"writer":{module},"relayed":{module},"training":{module},"drawing":{module},"cropping":{module},"scanner":{module},"checker":{module},"style":"a.css"}}"#
    );
    fs::write(&file, all).unwrap();
    let module = Module { script: "a.js".into(), wasm: "a.wasm".into() };
    let expected = Manifest {
        congthe: module.clone(),
        carrier: module.clone(),
        originality: module.clone(),
        blank: module.clone(),
        writer: module.clone(),
        relayed: module.clone(),
        training: module.clone(),
        drawing: module.clone(),
        cropping: module.clone(),
        scanner: module.clone(),
        checker: module,
        style: "a.css".into(),
    };
    assert_eq!(site.manifest().unwrap(), expected);
}
