//! Where a certificate is used (R129, R142).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use model::certificate::target::Application;
use registry::work::plans::goals::Uses;

use super::super::ending;
use super::application;
use crate::part::{Button, Crumb, ErrorSummary, Fact, Facts, FieldErrors, Form};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{certificate_use as text, certificates};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    uses: &Uses,
    may_keep: bool,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let (id, back) = (uses.id, routes::with_id(routes::CERTIFICATE, uses.id));
    let crumbs =
        vec![Crumb::new(certificates::title(l), routes::CERTIFICATES), Crumb::new(uses.subject.clone(), back.clone())];
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let facts = vec![
            Fact::new(certificates::subject(l), uses.subject.clone()),
            Fact::new(certificates::unit(l), uses.unit.clone()),
        ];
        let noted: Vec<&str> = uses.applications.iter().map(|of| application(l, *of)).collect();
        let list = match (may_keep, noted.is_empty()) {
            (true, _) => {
                let boxes = Application::ALL
                    .iter()
                    .map(|of| {
                        let (id, checked) = (format!("applications-{}", of.name()), uses.applications.contains(of));
                        view! {
                            <div class="choice">
                                <input type="checkbox" id=id.clone() name="applications" value=of.name() checked=checked />
                                <label for=id>{application(l, *of)}</label>
                            </div>
                        }
                    })
                    .collect_view();
                let end = ending(l, &errors, view! { <Button label=text::save(l) /> }, back.clone());
                view! {
                    <Form action=routes::with_id(routes::CERTIFICATE_USES, id)>
                        <fieldset class="field" id="applications">
                            <legend>{text::applications(l)}</legend>
                            {boxes}
                        </fieldset>
                        {end}
                    </Form>
                }
                .into_any()
            }
            (false, true) => view! { <p>{text::nowhere(l)}</p> }.into_any(),
            (false, false) => {
                let lines = noted.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
                view! { <ul>{lines}</ul> }.into_any()
            }
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Facts l facts />
            {list}
        }
        .into_any()
    })
}
