//! The systems of the units that the visitor sees (R113).

use axum::http::StatusCode;
use axum::response::Response;
use contract::biometric::SystemRow;
use leptos::prelude::*;
use model::role::Action;
use registry::work::biometrics::PAGE;

use super::state;
use crate::part::{Actions, Column, Empty, LinkButton, Pages, RowLink, Slice, Table, Tag};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, biometrics as text, number, people};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, rows: Vec<SystemRow>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let may_add = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepBiometrics));
    super::super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)).lead(text::lead(l)), || {
        let add = may_add
            .then(|| view! { <Actions><LinkButton label=text::add(l) href=routes::ENTRY_SYSTEM_ADD /></Actions> });
        if rows.is_empty() {
            return view! { {add} <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::text(text::name(l)),
            Column::text(people::unit(l)),
            Column::text(text::state_label(l)),
            Column::number(text::consents(l)),
            Column::text(text::last_export(l)),
        ];
        let lines = rows
            .into_iter()
            .map(|row| {
                let (tone, state) = state(l, row.state);
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::ENTRY_SYSTEM, row.id) text=row.name />
                        <td>{row.unit}</td>
                        <td><Tag tone text=state /></td>
                        <td class="number">{number(l, row.consents)}</td>
                        <td>{row.last_export.map(|at| words::at(l, at))}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! { {add} <Table label=text::title(l) columns>{lines}</Table> <Pages l slice path /> }.into_any()
    })
}
