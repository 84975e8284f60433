//! Plans of certificates, the newest years first (R123).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use model::role::Action;
use registry::work::plans::{PAGE, PlanHead};

use super::{figure, state, years};
use crate::part::{Actions, Column, Empty, LinkButton, Pages, RowLink, Slice, Table, Tag};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::certificate_plans as text;
use crate::{Portal, naming, routes};

pub fn respond(portal: &Portal, visit: &Visit, rows: Vec<PlanHead>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let may_keep = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepPlans));
    let page = Page::new(text::title(l)).lead(text::lead(l));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add =
            may_keep.then(|| view! { <Actions><LinkButton label=text::add(l) href=routes::PLAN_ADD /></Actions> });
        if rows.is_empty() {
            return view! { {add} <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::text(text::name(l)),
            Column::text(text::years(l)),
            Column::text(text::unit(l)),
            Column::number(text::goal(l)),
            Column::text(text::document(l)),
            Column::text(text::state(l)),
        ];
        let lines = rows
            .into_iter()
            .map(|row| {
                let (tone, state) = state(l, row.state);
                let goal = row.goal.map(|goal| figure(l, goal.unsigned_abs()));
                let document = row.document.as_ref().map(|(number, day)| format!("{number}, {}", naming::day(l, day)));
                let years = years(&row);
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::PLAN, row.id) text=row.title />
                        <td class="code">{years}</td>
                        <td>{row.unit}</td>
                        <td class="number">{goal}</td>
                        <td>{document}</td>
                        <td><Tag tone text=state /></td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! { {add} <Table label=text::title(l) columns>{lines}</Table> <Pages l slice path=path /> }.into_any()
    })
}
