//! Changing a person's portrait.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::PersonDetail;
use leptos::prelude::*;
use photo::{MAX_FILE_BYTES, MIN_HEIGHT, MIN_WIDTH};

use super::ending;
use super::person::{crumbs, head, portrait};
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Hidden, Input};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::portrait as text;
use crate::{Portal, routes};

const TAKEN: &str = "image/jpeg,image/png,image/webp";
/// Rounded down, so that what fits by this sentence fits.
const MEGABYTES: usize = MAX_FILE_BYTES / 1_000_000;

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    person: &PersonDetail,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l, &person.person.name)).crumbs(crumbs(l, person)).own_heading();
    super::respond(portal, visit, status, page.narrow().failed(failed), || {
        let present = portrait(l, person).map(|(src, alt)| {
            view! {
                <figure class="portrait">
                    <img src=src alt=alt width="150" height="200" />
                    <figcaption>{text::present(l)}</figcaption>
                </figure>
            }
        });
        let path = routes::with_id(routes::PERSON_PORTRAIT, person.person.id);
        let back = routes::with_id(routes::PERSON, person.person.id);
        let end = ending(l, &errors, view! { <Button label=text::submit(l) /> }, back);
        let hint = text::hint(l, MIN_HEIGHT, MEGABYTES, MIN_WIDTH);
        view! {
            {head(l, person, None)}
            <h2>{text::heading(l)}</h2>
            <ErrorSummary l errors=errors.clone() />
            {present}
            <section data-part="portrait">
                <Form action=path files=true>
                    <Hidden name="x" value="" />
                    <Hidden name="y" value="" />
                    <Hidden name="width" value="" />
                    <Hidden name="height" value="" />
                    <Field l name="photo" label=text::photo(l) hint input=Input::File(TAKEN) error=errors.of("photo") />
                    {end}
                </Form>
            </section>
        }
        .into_any()
    })
}
