//! Requests for certificates by unit, operation and state: open ones first, by their due time (R118).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{CertificateRequestPage, CertificateRequestRow};
use leptos::prelude::*;
use model::certificate::Operation;
use model::lifecycle::{CertificateRequest, Lifecycle as _};
use model::role::Action;
use registry::work::certificates::requests::{PAGE, RequestQuery};

use super::super::units::look_up;
use super::{crumbs, due, kind, operation, operations, request_state};
use crate::part::{
    Actions, Choice, Column, Empty, ErrorSummary, Export, Field, FieldErrors, Filter, Input, LinkButton, Notice, Pages,
    Rank, RowLink, Slice, Table, Tag, Tone, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{certificate_lists, certificate_requests as text, certificates, number};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (query, found): (&RequestQuery, CertificateRequestPage),
    province: String,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let path = visit.path.clone();
    let may = |action| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(action));
    let (may_ask, may_keep) = (may(Action::AskCertificates), may(Action::KeepCertificates));
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).paper(province, None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let add = may_ask.then(|| view! { <LinkButton label=text::add(l) href=routes::CERTIFICATE_REQUEST_ADD /> });
        let lists = may_keep.then(|| {
            view! { <LinkButton label=certificate_lists::title(l) href=routes::CERTIFICATE_LISTS rank=Rank::Secondary /> }
        });
        let filtered = *query != RequestQuery { page: query.page, ..RequestQuery::default() };
        let filter = filter(l, query, filtered, &errors);
        let overdue = (!failed).then(|| overdue(l, found.overdue));
        let list = match (failed, found.rows.is_empty(), filtered) {
            (true, ..) => ().into_any(),
            (_, true, true) => view! { <Empty title=text::none_title(l) text=certificates::none_text(l) /> }.into_any(),
            (_, true, false) => view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any(),
            _ => {
                let slice = Slice {
                    page: query.page.unsigned_abs(),
                    per_page: PAGE.unsigned_abs(),
                    total: found.total.unsigned_abs(),
                };
                let rows = table(l, &found.rows);
                view! { {rows} <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
            }
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Actions>{add} {lists}</Actions>
            {filter}
            {overdue}
            {list}
        }
        .into_any()
    })
}

fn overdue(l: Lang, count: i64) -> Option<AnyView> {
    (count > 0).then(|| {
        let href = with_query(routes::CERTIFICATE_REQUESTS, "overdue", "1");
        view! {
            <Notice l tone=Tone::Warn>
                <p>{text::overdue(l, number(l, count))} " " <a href=href>{certificates::ending_list(l)}</a></p>
            </Notice>
        }
        .into_any()
    })
}

fn filter(l: Lang, query: &RequestQuery, filtered: bool, errors: &FieldErrors) -> AnyView {
    let states: Vec<Choice> =
        CertificateRequest::STATES.iter().map(|(of, name)| Choice::new(*name, request_state(l, *of).1)).collect();
    let clear = filtered.then(|| (certificates::clear(l).to_owned(), routes::CERTIFICATE_REQUESTS.to_owned()));
    let (unit, wrong_unit) = (query.unit.clone(), errors.of("unit"));
    let (of_operation, of_state) = (query.operation.clone(), query.state.clone());
    let any = certificates::any(l);
    view! {
        <Filter label=text::filter(l) action=routes::CERTIFICATE_REQUESTS submit=certificates::find(l) clear>
            <Field l name="unit" label=certificates::unit(l) hint=certificates::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" optional=true />
            <Field l name="operation" label=text::operation(l) value=of_operation input=Input::Select(operations(l, Operation::ALL)) empty=any width=Width::Short optional=true />
            <Field l name="state" label=text::state(l) value=of_state input=Input::Select(states) empty=any width=Width::Short optional=true />
        </Filter>
    }
    .into_any()
}

/// Requests, one a line.
pub(super) fn table(l: Lang, rows: &[CertificateRequestRow]) -> AnyView {
    let columns = vec![
        Column::text(text::subject(l)),
        Column::text(certificates::kind(l)),
        Column::text(text::operation(l)),
        Column::text(certificates::unit(l)),
        Column::text(text::state(l)),
        Column::text(text::due(l)),
    ];
    let lines = rows
        .iter()
        .map(|row| {
            let (tone, state) = request_state(l, row.state);
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::CERTIFICATE_REQUEST, row.id) text=row.subject().to_owned() />
                    <td>{kind(l, row.kind)}</td>
                    <td>{operation(l, row.operation)}</td>
                    <td>{row.unit.clone()}</td>
                    <td><Tag tone text=state /></td>
                    <td>{due(l, row.due)}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{lines}</Table> }.into_any()
}
