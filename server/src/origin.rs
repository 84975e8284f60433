//! Who may ask for a change: only our own pages. Leptos has no check against cross-site requests; this is it.
//!
//! A change is every method but GET, HEAD and OPTIONS, and every WebSocket: it begins as a GET, and a foreign page may
//! open one with the user's cookies.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HeaderName, ORIGIN, REFERER, UPGRADE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::refusal::Refusal;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const FOREIGN: Refusal = Refusal::new(
    StatusCode::FORBIDDEN,
    "Yêu cầu này không đến từ trang của Cổng Thẻ nên bị từ chối. Hãy mở lại trang và thử lại.",
    "This request did not come from a page of this portal and was refused. Reload the page and try again.",
);

/// The portal's own origin: scheme, host and port, and nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    text: Arc<str>,
    https: bool,
    loopback: bool,
}

/// A text that is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOrigin {
    /// Not of the form `https://host` or `https://host:port`.
    #[error("an origin has the form https://host or https://host:port, without path or user")]
    Form,
    /// Plain HTTP to a host that is not this machine.
    #[error("an origin must be https, unless its host is this machine (localhost, 127.0.0.1)")]
    Plain,
}

impl Origin {
    /// The origin, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether browsers reach the portal over TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether browsers reach the portal on their own machine only.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let origin = Self::of_url(text).ok_or(BadOrigin::Form)?;
        let uri: Uri = text.parse().map_err(|_| BadOrigin::Form)?;
        if uri.path_and_query().is_some_and(|rest| rest.as_str() != "/") {
            return Err(BadOrigin::Form);
        }
        if origin.https || origin.loopback { Ok(origin) } else { Err(BadOrigin::Plain) }
    }
}

impl Origin {
    /// The origin of any http or https address.
    fn of_url(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let (https, usual_port) = match uri.scheme_str()? {
            "https" => (true, 443),
            "http" => (false, 80),
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = authority.host().to_ascii_lowercase();
        let rest = authority.as_str().get(host.len()..)?;
        let port = match rest.strip_prefix(':') {
            Some(digits) => digits.parse::<u16>().ok()?,
            None if rest.is_empty() => usual_port,
            None => return None,
        };
        if host.is_empty() {
            return None;
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let loopback = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let scheme = if https { "https" } else { "http" };
        let text = if port == usual_port { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") };
        Some(Self { text: text.into(), https, loopback })
    }
}

/// The origin of an Isolated Web App: `isolated-app://` and the identifier of the key that signed it, 56 letters and digits of base 32
/// (an Ed25519 or ECDSA key, or by chance in developer mode).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppOrigin(String);

impl FromStr for AppOrigin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let id = text.strip_prefix("isolated-app://").map(|id| id.strip_suffix('/').unwrap_or(id));
        let base32 = |byte: u8| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte);
        // 35 bytes of an Ed25519 identifier are 56 digits, 36 of an ECDSA one are 58
        match id.filter(|id| [56, 58].contains(&id.len()) && id.bytes().all(base32)) {
            Some(id) => Ok(AppOrigin(format!("isolated-app://{id}"))),
            None => Err(BadOrigin::Form),
        }
    }
}

/// Who may ask for changes.
#[derive(Clone, Debug)]
pub struct Ours {
    /// The portal's own pages.
    pub portal: Origin,
    /// Isolated Web Apps, which may open one address alone: the one where they offer a reader. What their browser sends as `Origin`
    /// is what tells them from a page; somebody who is no browser may send it as well, and gets what the app gets: a code.
    pub apps: Arc<[AppOrigin]>,
}

/// Middleware: refuses a change that another site asks for.
pub async fn guard(State(ours): State<Ours>, request: Request, next: Next) -> Response {
    let welcome = match request.uri().path() {
        app::routes::READER_APP => is_app(request.headers(), &ours.apps),
        // programs are no browsers: their key is no cookie, so no page can send it for them
        app::routes::API_STATUS => true,
        _ => is_ours(request.headers(), &ours.portal),
    };
    if is_change(&request) && !welcome {
        tracing::warn!("refused a request from another origin");
        return FOREIGN.into_response();
    }
    next.run(request).await
}

fn is_change(request: &Request) -> bool {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let socket = request.headers().get_all(UPGRADE).iter().any(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    !reads || socket
}

/// `Sec-Fetch-Site` decides when it is there, because no page can forge it: `same-origin` is ours, `none` (typed by the
/// user, so never a form of ours) needs our `Origin` beside it, the rest is foreign. Without it `Origin` decides; without
/// that, `Referer`. A header that is sent twice or is unreadable is foreign.
fn is_ours(headers: &HeaderMap, own: &Origin) -> bool {
    let (Ok(site), Ok(origin), Ok(referer)) =
        (single(headers, SEC_FETCH_SITE), single(headers, ORIGIN), single(headers, REFERER))
    else {
        return false;
    };
    let from_own = |url: &str| Origin::of_url(url).as_ref() == Some(own);
    match (site, origin, referer) {
        (Some("same-origin"), _, _) => true,
        (Some("none"), Some(origin), _) => from_own(origin),
        (Some(_), _, _) => false,
        (None, Some(origin), _) => from_own(origin),
        (None, None, Some(referer)) => from_own(referer),
        (None, None, None) => false,
    }
}

fn is_app(headers: &HeaderMap, apps: &[AppOrigin]) -> bool {
    single(headers, ORIGIN).ok().flatten().is_some_and(|origin| apps.iter().any(|app| app.0 == origin))
}

struct Unreadable;

fn single(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, Unreadable> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Unreadable),
        (Some(_), Some(_)) => Err(Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalised() {
        for (text, expected) in [
            ("https://The.Example.gov.vn", "https://the.example.gov.vn"),
            ("https://the.example.gov.vn:443/", "https://the.example.gov.vn"),
            ("https://the.example.gov.vn:8443", "https://the.example.gov.vn:8443"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), expected);
        }
    }

    #[test]
    fn an_app_has_an_identifier() {
        let id = "7y2mj44cdkfskwday2hgip74oa247x5hkbokkmzvdzetrzewztwqaaic";
        let origin = format!("isolated-app://{id}");
        assert_eq!(origin.parse::<AppOrigin>(), format!("{origin}/").parse::<AppOrigin>());
        assert_eq!(origin.parse::<AppOrigin>().unwrap().0, origin);
        for text in ["", id, "isolated-app://", "isolated-app://abc", &format!("https://{id}"), &format!("{origin}/x")]
        {
            assert_eq!(text.parse::<AppOrigin>(), Err(BadOrigin::Form), "{text}");
        }
        assert_eq!(origin.to_uppercase().parse::<AppOrigin>(), Err(BadOrigin::Form));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in
            ["", "the.example.gov.vn", "https://", "https://a/b", "https://a?b", "ftp://a", "https://u@a", "null"]
        {
            assert_eq!(text.parse::<Origin>(), Err(BadOrigin::Form), "{text}");
        }
        assert_eq!("http://the.example.gov.vn".parse::<Origin>(), Err(BadOrigin::Plain));
        assert_eq!("http://0.0.0.0:8080".parse::<Origin>(), Err(BadOrigin::Plain));
    }
}
