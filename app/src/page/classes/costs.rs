//! What a class costs, to be written in (R127).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::work::classes::ClassDetail;
use registry::work::plans::edit::CostForm;

use super::super::plans::costs::{SPARE, line, table};
use super::super::{ending, reopen};
use super::class_crumbs;
use crate::part::{Button, ErrorSummary, FieldErrors, Form};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{certificate_plans, training_classes as text};
use crate::{Portal, routes};

/// `typed`: what was typed, where something was wrong with it.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &ClassDetail,
    (typed, errors): (Option<Vec<CostForm>>, Option<FieldErrors>),
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.class;
    let page = Page::new(text::write_costs(l)).lead(text::costs_lead(l)).crumbs(class_crumbs(l, of)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let costs = typed.unwrap_or_else(|| {
            let held = detail.costs.iter().map(|of| line(l, "class", &None, of));
            held.chain(vec![CostForm { part: "class".to_owned(), ..CostForm::default() }; SPARE]).collect()
        });
        let numbered: Vec<(usize, &CostForm)> = (1..).zip(&costs).collect();
        let sheet = table(l, "class", &numbered, &errors);
        let many = errors.of("lines").map(|said| view! { <p class="error" id="lines">{said}</p> });
        let path = routes::with_id(routes::CLASS, of.id);
        let end = ending(l, &errors, view! { <Button label=certificate_plans::save_costs(l) /> }, path.clone());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=routes::with_id(routes::CLASS_COSTS, of.id)>
                {many}
                {sheet}
                {end}
            </Form>
        }
        .into_any()
    })
}
