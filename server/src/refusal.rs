//! What a request is told when it is refused: one sentence in Vietnamese, the same in English, never a stack trace.
//!
//! [`reword`] stands around the router, so that a framework's own refusals (an unreadable form, an oversized body, an
//! unknown path) come out in words too. Pages of the application (HTML, JSON) pass untouched.

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::observe::Reference;

const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// A refusal in two languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    vi: &'static str,
    en: &'static str,
}

impl Refusal {
    /// A refusal with words of its own.
    pub const fn new(status: StatusCode, vi: &'static str, en: &'static str) -> Self {
        Self { status, vi, en }
    }

    /// The house's words for a status.
    pub fn of(status: StatusCode) -> Self {
        let (vi, en) = match status {
            StatusCode::BAD_REQUEST => {
                ("Máy chủ không đọc được dữ liệu gửi lên.", "The server could not read what was sent.")
            }
            StatusCode::UNAUTHORIZED => ("Vui lòng đăng nhập.", "Please sign in."),
            StatusCode::FORBIDDEN => ("Bạn không có quyền làm việc này.", "You may not do this."),
            StatusCode::NOT_FOUND => ("Không tìm thấy trang này.", "This page does not exist."),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("Địa chỉ này không nhận thao tác vừa gửi.", "This address does not take that kind of request.")
            }
            StatusCode::REQUEST_TIMEOUT => {
                ("Dữ liệu gửi lên quá lâu. Hãy thử lại.", "The request took too long to arrive. Please try again.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("Dữ liệu gửi lên quá lớn. Chưa có gì được lưu.", "What was sent is too large. Nothing has been saved.")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                ("Máy chủ không nhận loại dữ liệu này.", "The server does not take this type of data.")
            }
            StatusCode::UNPROCESSABLE_ENTITY => (
                "Dữ liệu gửi lên thiếu hoặc sai kiểu. Chưa có gì được lưu.",
                "What was sent is incomplete or of the wrong type. Nothing has been saved.",
            ),
            StatusCode::TOO_MANY_REQUESTS => {
                ("Quá nhiều yêu cầu. Hãy chờ một lát rồi thử lại.", "Too many requests. Wait a moment, then try again.")
            }
            StatusCode::INTERNAL_SERVER_ERROR => {
                ("Hệ thống gặp lỗi. Chưa có gì được lưu.", "Something went wrong. Nothing has been saved.")
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => (
                "Hệ thống đang bận. Chưa có gì được lưu; hãy thử lại sau.",
                "The portal is busy. Nothing has been saved; please try again later.",
            ),
            status if status.is_server_error() => ("Hệ thống gặp lỗi.", "Something went wrong."),
            _ => ("Yêu cầu bị từ chối.", "The request was refused."),
        };
        Self { status, vi, en }
    }

    fn text(&self, reference: Option<&Reference>) -> String {
        match reference {
            Some(reference) => {
                let Self { vi, en, .. } = self;
                format!("{vi}\nMã tra cứu: {reference}\n\n{en}\nReference: {reference}\n")
            }
            None => format!("{}\n\n{}\n", self.vi, self.en),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(CONTENT_TYPE, PLAIN)], self.text(None)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: gives words to every refusal that has none, as JSON under `/api/`, as plain text elsewhere. Server errors
/// also carry the reference number under which the log knows them.
pub async fn reword(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let reference = request.extensions().get::<Reference>().cloned();
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || worded(&response) {
        return response;
    }
    let refusal = response.extensions().get::<Refusal>().copied().unwrap_or_else(|| Refusal::of(status));
    let reference = reference.filter(|_| status.is_server_error());
    let (mut parts, _) = response.into_parts();
    for stale in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING, ETAG] {
        parts.headers.remove(stale);
    }
    if api {
        let body = json!({
            "status": status.as_u16(),
            "vi": refusal.vi,
            "en": refusal.en,
            "reference": reference.as_ref().map(Reference::as_str),
        });
        (parts, Json(body)).into_response()
    } else {
        parts.headers.insert(CONTENT_TYPE, PLAIN);
        Response::from_parts(parts, Body::from(refusal.text(reference.as_ref())))
    }
}

/// Whether the application has already said it in a page or a document of its own.
fn worded(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| !kind.to_ascii_lowercase().starts_with("text/plain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_speaks_both_languages() {
        for code in 400..=599 {
            let refusal = Refusal::of(StatusCode::from_u16(code).unwrap());
            assert!(!refusal.vi.is_empty() && !refusal.en.is_empty() && refusal.vi != refusal.en, "{code}");
        }
    }
}
