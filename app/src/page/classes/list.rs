//! Training classes, what is announced first (R57).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use model::role::Action;
use registry::work::classes::{ClassHead, PAGE};

use super::{audience, days, places, state, topic};
use crate::part::{Actions, Column, Empty, LinkButton, Pages, RowLink, Slice, Table, Tag};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::training_classes as text;
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, rows: Vec<ClassHead>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let may_keep = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepClasses));
    let page = Page::new(text::title(l)).lead(text::lead(l));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add =
            may_keep.then(|| view! { <Actions><LinkButton label=text::add(l) href=routes::CLASS_ADD /></Actions> });
        if rows.is_empty() {
            return view! { {add} <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::text(text::name(l)),
            Column::text(text::days(l)),
            Column::text(text::topic(l)),
            Column::text(text::audience(l)),
            Column::text(text::unit(l)),
            Column::text(text::place(l)),
            Column::number(text::learners(l)),
            Column::text(text::state(l)),
        ];
        let lines = rows
            .into_iter()
            .map(|row| {
                let (tone, state) = state(l, row.state);
                let (days, places) = (days(l, &row.days), places(l, &row));
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::CLASS, row.id) text=row.title />
                        <td class="code">{days}</td>
                        <td>{topic(l, row.topic)}</td>
                        <td>{audience(l, row.audience)}</td>
                        <td>{row.unit}</td>
                        <td>{row.place}</td>
                        <td class="number">{places}</td>
                        <td><Tag tone text=state /></td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! { {add} <Table label=text::title(l) columns>{lines}</Table> <Pages l slice path=path /> }.into_any()
    })
}
