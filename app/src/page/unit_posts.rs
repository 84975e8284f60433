//! The authorised posts of one unit, by kind.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::UnitDetail;
use leptos::prelude::*;
use model::unit::PostKind;

use super::ending;
use super::unit::crumbs;
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::unit_posts as text;
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    unit: &UnitDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l, &unit.unit.name)).lead(text::lead(l)).narrow().failed(failed);
    super::respond(portal, visit, status, page.crumbs(crumbs(l, unit)), || {
        let back = routes::with_id(routes::UNIT, unit.unit.id);
        let numbers = PostKind::ALL
            .map(|kind| {
                let name = kind.name();
                view! { <Field l name label=naming::post_kind(l, kind) value=typed.get(name) input=Input::Digits width=Width::Short error=errors.of(name) autocomplete="off" /> }
            })
            .into_iter()
            .collect_view();
        let decision = typed.get("decision");
        let end = ending(l, &errors, view! { <Button label=text::submit(l) /> }, back);
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::with_id(routes::UNIT_POSTS, unit.unit.id)>
                {numbers}
                <Field l name="decision" label=text::decision(l) value=decision error=errors.of("decision") autocomplete="off" optional=true />
                {end}
            </Form>
        }
        .into_any()
    })
}
