//! Tokens by unit, kind, state and serial; above them how many should have been back by now (R154).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{TokenPage, TokenRow};
use leptos::prelude::*;
use model::lifecycle::{Lifecycle as _, Token};
use model::role::Action;
use registry::work::certificates::PAGE;
use registry::work::certificates::tokens::TokenQuery;

use super::super::units::look_up;
use super::{crumbs, token_kind, token_kinds, token_state};
use crate::part::{
    Actions, Choice, Column, Empty, ErrorSummary, Export, Field, FieldErrors, Filter, Input, LinkButton, Notice, Pages,
    RowLink, Slice, Table, Tag, Tone, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{certificates, number, tokens as text};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (query, found): (&TokenQuery, TokenPage),
    province: String,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let path = visit.path.clone();
    let may_keep = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepCertificates));
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).paper(province, None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let add = may_keep.then(|| {
            view! { <Actions><LinkButton label=text::add(l) href=routes::TOKEN_ADD /></Actions> }
        });
        let filtered = *query != TokenQuery { page: query.page, ..TokenQuery::default() };
        let filter = filter(l, query, filtered, &errors);
        let overdue = (!failed).then(|| overdue(l, found.overdue));
        let list = match (failed, found.rows.is_empty(), filtered) {
            (true, ..) => ().into_any(),
            (_, true, true) => view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any(),
            (_, true, false) => view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any(),
            _ => {
                let slice = Slice {
                    page: query.page.unsigned_abs(),
                    per_page: PAGE.unsigned_abs(),
                    total: found.total.unsigned_abs(),
                };
                let rows = table(l, found.rows);
                view! { {rows} <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
            }
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {add}
            {filter}
            {overdue}
            {list}
        }
        .into_any()
    })
}

fn filter(l: Lang, query: &TokenQuery, filtered: bool, errors: &FieldErrors) -> AnyView {
    let states: Vec<Choice> =
        Token::STATES.iter().map(|(of, name)| Choice::new(*name, token_state(l, *of).1)).collect();
    let clear = filtered.then(|| (certificates::clear(l).to_owned(), routes::TOKENS.to_owned()));
    let (unit, wrong_unit) = (query.unit.clone(), errors.of("unit"));
    let (of_kind, of_state, serial) = (query.kind.clone(), query.state.clone(), query.serial.clone());
    view! {
        <Filter label=text::filter(l) action=routes::TOKENS submit=certificates::find(l) clear>
            <Field l name="serial" label=text::serial(l) hint=text::serial_filter(l) value=serial autocomplete="off" optional=true />
            <Field l name="unit" label=certificates::unit(l) hint=certificates::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" optional=true />
            <Field l name="kind" label=text::kind(l) value=of_kind input=Input::Select(token_kinds(l)) empty=certificates::any(l) width=Width::Short optional=true />
            <Field l name="state" label=text::state(l) value=of_state input=Input::Select(states) empty=certificates::any(l) width=Width::Short optional=true />
        </Filter>
    }
    .into_any()
}

fn overdue(l: Lang, count: i64) -> Option<AnyView> {
    (count > 0).then(|| {
        let href = with_query(routes::TOKENS, "overdue", "1");
        view! {
            <Notice l tone=Tone::Warn>
                <p>{text::overdue(l, number(l, count))} " " <a href=href>{text::overdue_list(l)}</a></p>
            </Notice>
        }
        .into_any()
    })
}

fn table(l: Lang, rows: Vec<TokenRow>) -> AnyView {
    let columns = vec![
        Column::text(text::serial(l)),
        Column::text(text::kind(l)),
        Column::text(text::model(l)),
        Column::text(certificates::unit(l)),
        Column::text(text::keeper(l)),
        Column::text(text::state(l)),
        Column::text(text::due_on(l)),
    ];
    let lines = rows
        .into_iter()
        .map(|row| {
            let (tone, state) = token_state(l, row.state);
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::TOKEN, row.id) text=row.serial />
                    <td>{token_kind(l, row.kind)}</td>
                    <td>{row.model}</td>
                    <td>{row.unit}</td>
                    <td>{row.keeper.map(|keeper| keeper.name)}</td>
                    <td><Tag tone text=state /></td>
                    <td>{row.due_on.map(|day| naming::day(l, &day))}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{lines}</Table> }.into_any()
}
