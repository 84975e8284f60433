//! The pages, one a file: what they show is handed to them by `call`.

pub mod activate;
pub mod enrol;
pub mod failure;
pub mod recovery_codes;
pub mod sign_in;
pub mod sign_in_code;
pub mod start;
pub mod work;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::AnyView;

use crate::Portal;
use crate::render::{Page, document};
use crate::visit::Visit;

/// A page as a response.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    page: Page,
    body: impl FnOnce() -> AnyView,
) -> Response {
    let html = document(&visit.context(portal), page, body);
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}
