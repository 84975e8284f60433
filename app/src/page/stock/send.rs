//! Sending blanks from one place to another.

use axum::http::StatusCode;
use axum::response::Response;
use contract::stock::PlaceLine;
use leptos::prelude::*;

use super::super::ending;
use super::{crumbs, place_choices, place_field, serials_field};
use crate::part::{Button, Choice, ErrorSummary, Field, FieldErrors, Form, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{stock as words, stock::moves as text};
use crate::{Portal, routes};

/// `all`: id and name of every place, since blanks go also to where the sender keeps nothing.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (places, all): (&[PlaceLine], &[(i64, String)]),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_TRANSFERS)));
    let page = Page::new(text::add(l)).lead(text::lead(l)).crumbs(crumbs).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let from =
            place_field(l, ("from", text::from(l)), place_choices(places, |place| place.may_keep), typed, &errors);
        let all = all.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
        let to = place_field(l, ("to", text::to(l)), all, typed, &errors);
        let serials = serials_field(l, words::serials::hint(l), typed, &errors, false);
        let (document, error) = (typed.get("document"), errors.of("document"));
        let end = ending(l, &errors, view! { <Button label=text::add(l) /> }, routes::STOCK_TRANSFERS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::STOCK_SEND>
                {from}
                {to}
                {serials}
                <Field l name="document" label=text::document(l) value=document error width=Width::Short autocomplete="off" optional=true />
                {end}
            </Form>
        }
        .into_any()
    })
}
