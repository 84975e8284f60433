//! Erasing a person's data: what goes, what stays, and on which ground.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::PersonDetail;
use leptos::prelude::*;

use super::person::{crumbs, head};
use super::{ending, reopen};
use crate::part::{Button, Confirm, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Notice, Rank, Tone};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::person_erase as text;
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
    let needed = visit.needs_code();
    let name = &person.person.name;
    let page = Page::new(text::title(l, name)).crumbs(crumbs(l, person)).own_heading();
    super::respond(portal, visit, status, page.narrow().failed(failed), || {
        let path = routes::with_id(routes::PERSON_ERASE, person.person.id);
        let (version, reason, submit) = (typed.get("version"), typed.get("reason"), text::submit(l, name));
        let back = routes::with_id(routes::PERSON, person.person.id);
        let end = ending(l, &errors, view! { <Button label=submit rank=Rank::Danger /> }, back);
        view! {
            {head(l, person, None)}
            <h2>{text::heading(l)}</h2>
            <Notice l tone=Tone::Warn>{text::effect(l)}</Notice>
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="version" value=version />
                <Field l name="reason" label=text::reason(l) hint=text::reason_hint(l) value=reason input=Input::Area error=errors.of("reason") />
                <Confirm l needed error=errors.of("code") />
                {end}
            </Form>
        }
        .into_any()
    })
}
