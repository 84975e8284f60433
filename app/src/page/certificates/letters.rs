//! Lists of requests with their letters, and the form that begins one (R118, R138).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{CertificateListRow, CertificateRequestRow};
use leptos::prelude::*;
use registry::work::certificates::lists::PAGE;

use super::super::{ending, key};
use super::{crumbs, due, kind, list_crumbs, list_state, operation};
use crate::part::{
    Actions, Button, Choice, Column, Empty, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, LinkButton, Pages,
    RowLink, Slice, Table, Tag, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{certificate_lists as text, certificate_requests, certificates, lists, number};
use crate::{Portal, routes};

pub fn list(portal: &Portal, visit: &Visit, rows: Vec<CertificateListRow>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add = view! { <Actions><LinkButton label=text::add(l) href=routes::CERTIFICATE_LIST_ADD /></Actions> };
        if rows.is_empty() {
            return view! { {add} <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::text(lists::name(l)),
            Column::text(text::letter(l)),
            Column::number(text::requests(l)),
            Column::number(text::unanswered(l)),
            Column::text(lists::state(l)),
            Column::text(certificate_requests::due(l)),
        ];
        let lines = rows
            .into_iter()
            .map(|row| {
                let (tone, state) = list_state(l, row.state);
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::CERTIFICATE_LIST, row.id) text=row.title />
                        <td>{row.letter_number}</td>
                        <td class="number">{number(l, row.requests)}</td>
                        <td class="number">{number(l, row.unanswered)}</td>
                        <td><Tag tone text=state /></td>
                        <td>{due(l, row.due)}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! { {add} <Table label=text::title(l) columns>{lines}</Table> <Pages l slice path=path /> }.into_any()
    })
}

pub fn add(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (units, requests): (Vec<(i64, String)>, Vec<CertificateRequestRow>),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(list_crumbs(l)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        if requests.is_empty() {
            return view! { <Empty title=text::nothing_title(l) text=text::nothing_text(l) /> }.into_any();
        }
        let unit = match units.as_slice() {
            [(id, _)] => view! { <Hidden name="unit" value=id.to_string() /> }.into_any(),
            _ => {
                let choices = units.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
                let (value, wrong) = (typed.get("unit"), errors.of("unit"));
                view! { <Field l name="unit" label=text::unit(l) input=Input::Select(choices) value error=wrong /> }
                    .into_any()
            }
        };
        // all of them, until some were left out by hand
        let chosen = if failed { typed.ids("requests") } else { requests.iter().map(|row| row.id).collect() };
        let key = key(portal, typed);
        let (title, wrong) = (typed.get("title"), errors.of("title"));
        let nothing = errors.of("requests").map(|error| view! { <p class="error" id="requests">{error}</p> });
        let end = ending(l, &errors, view! { <Button label=text::compose(l) /> }, routes::CERTIFICATE_LISTS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::CERTIFICATE_LIST_ADD>
                {key}
                {unit}
                <Field l name="title" label=lists::name(l) hint=lists::name_hint(l) value=title error=wrong width=Width::Full autocomplete="off" />
                <h2>{text::reviewed(l)}</h2>
                {nothing}
                {choose(l, "requests", &requests, &chosen)}
                {end}
            </Form>
        }
        .into_any()
    })
}

/// Requests with a check box before each.
pub(super) fn choose(l: Lang, name: &'static str, requests: &[CertificateRequestRow], chosen: &[i64]) -> AnyView {
    let columns = vec![
        Column::unseen(lists::choose(l)),
        Column::text(certificate_requests::subject(l)),
        Column::text(certificate_requests::operation(l)),
        Column::text(certificates::unit(l)),
        Column::text(certificate_requests::due(l)),
    ];
    let rows = requests
        .iter()
        .map(|row| {
            let label = format!("{}: {}", lists::choose(l), row.subject());
            let checked = chosen.contains(&row.id);
            view! {
                <tr>
                    <td><input type="checkbox" name=name value=row.id.to_string() checked=checked aria-label=label /></td>
                    <th scope="row">{row.subject().to_owned()} <span class="under">{kind(l, row.kind)}</span></th>
                    <td>{operation(l, row.operation)}</td>
                    <td>{row.unit.clone()}</td>
                    <td>{due(l, row.due)}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::reviewed(l) columns>{rows}</Table> }.into_any()
}
