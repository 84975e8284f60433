//! The built site (module, scripts, style, fonts): inside the binary in a release build, read from `target/site` in a
//! debug build. Compressed siblings (`x.js.br`, `x.js.gz`) are made when the site is built, never here.

use std::path::Path as FilePath;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;

use crate::refusal::Refusal;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=300");

#[derive(Embed)]
#[folder = "../target/site"]
struct Embedded;

/// Where the site's files come from.
#[derive(Clone, Debug)]
pub enum Site {
    /// The files of this build.
    Built,
    /// Any folder.
    Folder(Arc<FilePath>),
}

/// The names under which a build left what every page refers to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// What every page with an island loads.
    pub congthe: Module,
    /// What pages that use a reader load besides.
    pub carrier: Module,
    /// The maker's signature.
    pub originality: Module,
    /// The trial on a blank card.
    pub blank: Module,
    /// What carries batches to a chip.
    pub writer: Module,
    /// Readers that are relayed.
    pub relayed: Module,
    /// Simulated readers.
    pub training: Module,
    /// What draws a card's face.
    pub drawing: Module,
    /// What crops a photo.
    pub cropping: Module,
    /// What reads a QR code.
    pub scanner: Module,
    /// What the public page reads a card's QR code with.
    pub checker: Module,
    /// The style sheet.
    pub style: String,
}

/// A module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Module {
    /// The script that starts it.
    pub script: String,
    /// Itself.
    pub wasm: String,
}

/// The site has no usable manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// There is no file of that name.
    #[error("the site has no manifest.json; build it with `cargo xtask build`")]
    Missing,
    /// The file is not what the build writes.
    #[error("the site's manifest.json is not understood")]
    Malformed(#[from] serde_json::Error),
}

impl Site {
    /// Reads `manifest.json`.
    pub fn manifest(&self) -> Result<Manifest, ManifestError> {
        let file = self.file("manifest.json").ok_or(ManifestError::Missing)?;
        Ok(serde_json::from_slice(&file.data)?)
    }

    /// One of the site's files, as it is; `None` where the site has none of that name.
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.file(name).map(|file| file.data.into_owned())
    }

    fn file(&self, name: &str) -> Option<EmbeddedFile> {
        match self {
            Self::Built => Embedded::get(name),
            Self::Folder(folder) => rust_embed::utils::read_file_from_fs(&folder.join(name)).ok(),
        }
    }
}

/// The route `/assets/{*path}`.
pub fn routes(site: Site) -> Router {
    Router::new().route("/assets/{*path}", get(asset)).with_state(site)
}

async fn asset(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    // The route answers for the name without suffix; a compressed sibling is no asset of its own.
    let sibling = Coding::ALL.iter().any(|coding| !coding.suffix().is_empty() && name.ends_with(coding.suffix()));
    if sibling || !is_plain(&name) {
        return Refusal::of(StatusCode::NOT_FOUND).into_response();
    }
    let accepted = joined(&headers);
    for coding in preferences(accepted.as_deref()) {
        if let Some(file) = site.file(&format!("assets/{name}{}", coding.suffix())) {
            return answer(&name, coding, file, &headers);
        }
    }
    // Nothing that the client prefers is there: the file as it is (RFC 9110 §12.5.3 allows to disregard the field).
    match site.file(&format!("assets/{name}")) {
        Some(file) => answer(&name, Coding::Identity, file, &headers),
        None => Refusal::of(StatusCode::NOT_FOUND).into_response(),
    }
}

fn answer(name: &str, coding: Coding, file: EmbeddedFile, request: &HeaderMap) -> Response {
    // Each coding is a file of its own, so its hash is the tag of that representation.
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..16]));
    let unchanged = request.get_all(IF_NONE_MATCH).iter().any(|known| matches(known, &tag));
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, if has_hash(name) { FOREVER } else { A_WHILE });
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(CONTENT_TYPE, content_type(name));
    headers.insert(CONTENT_LENGTH, file.data.len().into());
    if let Some(token) = coding.token() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
    }
    let bytes = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    *response.body_mut() = Body::from(bytes);
    response
}

fn content_type(name: &str) -> HeaderValue {
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let text = mime.type_() == "text" || ["json", "javascript"].contains(&mime.subtype().as_str());
    let value = if text { format!("{}; charset=utf-8", mime.essence_str()) } else { mime.essence_str().to_owned() };
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// Whether the name stays inside the site.
fn is_plain(name: &str) -> bool {
    !name.contains(['\\', '\0', ':']) && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// Whether the name changes with the content: one of its parts is a hash, eight or more hexadecimal digits.
fn has_hash(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split(['.', '-', '_']).any(|part| {
        part.len() >= 8
            && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

/// The weak comparison of RFC 9110 §8.8.3.2 over a list of tags.
fn matches(known: &HeaderValue, tag: &str) -> bool {
    known.to_str().is_ok_and(|list| {
        list.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
    Identity,
}

impl Coding {
    /// Best first, where the client has no preference.
    const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    fn is_called(self, name: &str) -> bool {
        match self {
            Self::Brotli => name.eq_ignore_ascii_case("br"),
            Self::Gzip => name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip"),
            Self::Identity => name.eq_ignore_ascii_case("identity"),
        }
    }
}

fn joined(headers: &HeaderMap) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// The codings that the client takes, most wanted first (RFC 9110 §12.5.3).
fn preferences(accepted: Option<&str>) -> Vec<Coding> {
    let Some(accepted) = accepted else { return vec![Coding::Identity] };
    let wanted: Vec<(&str, u16)> = accepted.split(',').filter_map(weighed).collect();
    let any = wanted.iter().find(|(name, _)| *name == "*").map(|(_, weight)| *weight);
    let mut weighed: Vec<(u16, Coding)> = Coding::ALL
        .into_iter()
        .filter_map(|coding| {
            let named = wanted.iter().find(|(name, _)| coding.is_called(name)).map(|(_, weight)| *weight);
            // Unnamed, the file as it is stays acceptable, but comes after everything that is named.
            let unnamed = match (coding, any) {
                (Coding::Identity, Some(0)) => 0,
                (Coding::Identity, _) => 1,
                (_, any) => any.map_or(0, |weight| weight * 10),
            };
            let weight = named.map_or(unnamed, |weight| weight * 10);
            (weight > 0).then_some((weight, coding))
        })
        .collect();
    weighed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight)); // stable: equals stay best first
    weighed.into_iter().map(|(_, coding)| coding).collect()
}

/// One element of `Accept-Encoding` with its weight in thousandths; a malformed weight counts as refusal.
fn weighed(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let thousandths = match weight {
        None => 1000,
        Some(digits) => digits
            .parse::<f32>()
            .ok()
            .filter(|weight| (0.0..=1.0).contains(weight))
            .map_or(0, |weight| (weight * 1000.0).round() as u16),
    };
    Some((name, thousandths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Coding::{Brotli, Gzip, Identity};

    #[test]
    fn weights_decide_and_equals_go_to_the_smaller_file() {
        for (accepted, expected) in [
            (None, vec![Identity]),
            (Some(""), vec![Identity]),
            (Some("gzip, deflate, br, zstd"), vec![Brotli, Gzip, Identity]),
            (Some("br;q=0.5, gzip;q=0.8"), vec![Gzip, Brotli, Identity]),
            (Some("br;q=0, gzip"), vec![Gzip, Identity]),
            (Some("gzip;q=0.2, identity"), vec![Identity, Gzip]),
            (Some("*"), vec![Brotli, Gzip, Identity]),
            (Some("*;q=0"), vec![]),
            (Some("identity;q=0, gzip"), vec![Gzip]),
            (Some("gzip, *;q=0"), vec![Gzip]),
            (Some("br;q=nonsense"), vec![Identity]),
        ] {
            assert_eq!(preferences(accepted), expected, "{accepted:?}");
        }
    }

    #[test]
    fn only_names_with_a_hash_last_for_ever() {
        for (name, expected) in [
            ("congthe.3f2a9c1d5e.js", true),
            ("fonts/noto-0123456789abcdef.woff2", true),
            ("congthe.js", false),
            ("3f2a9c1d5e/congthe.js", false),
            ("facade.css", false),
        ] {
            assert_eq!(has_hash(name), expected, "{name}");
        }
    }
}
