//! Closing a unit that has neither people nor devices nor open units below it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::UnitDetail;
use leptos::prelude::*;

use super::unit::crumbs;
use super::{ending, reopen};
use crate::part::{
    Actions, Button, ErrorSummary, Field, FieldErrors, Form, Hidden, LinkButton, Notice, Rank, Tone, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, unit_close as text};
use crate::{Portal, routes};

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
    let name = &unit.unit.name;
    let page = Page::new(text::title(l, name)).crumbs(crumbs(l, unit)).narrow().failed(failed);
    super::respond(portal, visit, status, page, || {
        let back = routes::with_id(routes::UNIT, unit.unit.id);
        if !unit.may_close {
            let (people, children) = (words::number(l, unit.unit.people), words::number(l, unit.unit.children));
            let devices = (unit.devices > 0).then(|| {
                let href = match &unit.unit.code {
                    Some(code) => with_query(routes::EQUIPMENT, "unit", code),
                    None => routes::EQUIPMENT.to_owned(),
                };
                view! { <p><a href=href>{text::devices(l, words::number(l, unit.devices))}</a></p> }
            });
            return view! {
                <Notice l tone=Tone::Warn><p>{text::in_use(l, children, people)}</p>{devices}</Notice>
                <Actions><LinkButton label=text::back(l) href=back rank=Rank::Secondary /></Actions>
            }
            .into_any();
        }
        let path = routes::with_id(routes::UNIT_CLOSE, unit.unit.id);
        let (version, decision) = (typed.get("version"), typed.get("decision"));
        let submit = text::submit(l, name);
        let end = ending(l, &errors, view! { <Button label=submit rank=Rank::Danger /> }, back);
        view! {
            <p>{text::effect(l)}</p>
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="version" value=version />
                <Field l name="decision" label=text::decision(l) value=decision error=errors.of("decision") autocomplete="off" />
                {end}
            </Form>
        }
        .into_any()
    })
}
