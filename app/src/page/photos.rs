//! Portraits of several people at once: the files, and what became of each.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::work::import_photos::PhotoOutcome;

use crate::call::PHOTOS_AT_A_TIME;
use crate::part::{Actions, Button, Column, Crumb, ErrorSummary, FieldErrors, Form, Table, Tag, Tone, with_query};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, photos as text};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    told: &[(String, PhotoOutcome)],
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let crumbs = vec![Crumb::new(words::people::title(l), routes::PEOPLE)];
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let wrong = errors.of("photos");
        let invalid = wrong.is_some().then_some("true");
        let said = wrong.map(|wrong| view! { <p class="error" id="photos-error">{wrong}</p> });
        let rows = told
            .iter()
            .map(|(name, outcome)| {
                let (tone, short) = match outcome {
                    PhotoOutcome::Set(doubts) if doubts.is_empty() => (Tone::Good, text::outcome::set(l)),
                    PhotoOutcome::Set(_) => (Tone::Warn, text::outcome::doubtful(l)),
                    PhotoOutcome::Same => (Tone::Plain, text::outcome::same(l)),
                    _ => (Tone::Bad, text::outcome::left_out(l)),
                };
                view! {
                    <tr>
                        <th scope="row">{name.clone()}</th>
                        <td><Tag tone text=short /></td>
                        <td>{words::photo_outcome(l, outcome)}</td>
                    </tr>
                }
            })
            .collect_view();
        let columns = vec![Column::text(text::file(l)), Column::text(text::result(l)), Column::text(text::detail(l))];
        let results = (!told.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{text::results(l)}</h2>
                    <Table label=text::results(l) columns>{rows}</Table>
                    <p><a href=with_query(routes::PEOPLE, "page", "")>{words::flash::see_people(l)}</a></p>
                </section>
            }
        });
        view! {
            <ErrorSummary l errors />
            {results}
            <Form action=routes::IMPORT_PHOTOS files=true>
                <div class="field">
                    <label for="photos">{text::label(l)}</label>
                    <p class="hint" id="photos-hint">{text::hint(l, PHOTOS_AT_A_TIME)}</p>
                    {said}
                    <input type="file" id="photos" name="photos" multiple=true accept="image/jpeg,image/png,image/webp" aria-describedby="photos-hint" aria-invalid=invalid />
                </div>
                <Actions><Button label=text::submit(l) /></Actions>
            </Form>
        }
        .into_any()
    })
}
