//! Proposing a key ceremony: by which document, with which three custodians.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::work::key_ceremony::FIELDS;

use super::keys::crumbs;
use super::{ending, key, reopen};
use crate::part::{Button, Choice, ErrorSummary, Field, FieldErrors, Form, Input, Notice, Tone};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::ceremony as text;
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    people: &[(i64, String)],
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::begin_title(l)).lead(text::begin_lead(l)).crumbs(crumbs(l)).narrow();
    let page = page.failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let few = (people.len() < FIELDS.len())
            .then(|| view! { <Notice l tone=Tone::Warn><p>{text::too_few(l)}</p></Notice> });
        let choice = |(id, name): &(i64, String)| Choice::new(id.to_string(), naming::person(l, name));
        let custodians = (1..)
            .zip(FIELDS)
            .map(|(number, field)| {
                let (label, value, error) = (text::custodian(l, number), typed.get(field), errors.of(field));
                let hint = if number == 1 { text::custodian_hint(l) } else { "" };
                let input = Input::Select(people.iter().map(choice).collect());
                view! { <Field l name=field label hint=hint input value error /> }
            })
            .collect_view();
        let (key, reopen) = (key(portal, typed), reopen(l, &errors, routes::KEY_CEREMONY_ADD));
        let (decision, wrong) = (typed.get("decision"), errors.of("decision"));
        let end = ending(l, &errors, view! { <Button label=text::begin_submit(l) /> }, routes::KEYS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {few}
            {reopen}
            <Form action=routes::KEY_CEREMONY_ADD>
                {key}
                {custodians}
                <Field l name="decision" label=text::decision(l) hint=text::decision_hint(l) value=decision error=wrong autocomplete="off" />
                {end}
            </Form>
        }
        .into_any()
    })
}
