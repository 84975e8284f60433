//! Moving a person to another unit of the province.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::PersonDetail;
use leptos::prelude::*;

use super::person::{crumbs, head};
use super::units::look_up;
use super::{ending, reopen};
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::person_move as text;
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    person: &PersonDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l, &person.person.name)).crumbs(crumbs(l, person)).own_heading();
    super::respond(portal, visit, status, page.narrow().failed(failed), || {
        let path = routes::with_id(routes::PERSON_MOVE, person.person.id);
        let (version, unit_code, from) = (typed.get("version"), typed.get("unit_code"), typed.get("from"));
        let back = routes::with_id(routes::PERSON, person.person.id);
        let end = ending(l, &errors, view! { <Button label=text::submit(l) /> }, back);
        view! {
            {head(l, person, None)}
            <h2>{text::heading(l)}</h2>
            <p>{text::effect(l)}</p>
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="version" value=version />
                <Field l name="unit_code" label=text::unit_code(l) hint=text::unit_code_hint(l) look_up=look_up(l) value=unit_code error=errors.of("unit_code") autocomplete="off" />
                <Field l name="from" label=text::from(l) value=from input=Input::Date width=Width::Short error=errors.of("from") />
                {end}
            </Form>
        }
        .into_any()
    })
}
