//! Minutes of destruction.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::DestructionLine;
use leptos::prelude::*;
use model::role::Action;

use super::{crumbs, naming as own, sections};
use crate::part::{Actions, Column, Empty, LinkButton, Rank, RowLink, Table, Tag};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{number, stock::destructions as text};
use crate::{Portal, naming, routes};

pub fn respond(portal: &Portal, visit: &Visit, rows: Vec<DestructionLine>, province: String) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, None)).paper(province, None);
    let may_add = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepStock));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add = may_add.then(|| {
            let href = routes::STOCK_DESTRUCTION_ADD;
            view! { <Actions><LinkButton label=text::add(l) href rank=Rank::Primary /></Actions> }
        });
        let list = if rows.is_empty() {
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any()
        } else {
            list(l, rows)
        };
        view! { {sections(visit)} {add} {list} }.into_any()
    })
}

fn list(l: Lang, rows: Vec<DestructionLine>) -> AnyView {
    let columns = vec![
        Column::text(text::number(l)),
        Column::text(text::place(l)),
        Column::text(text::on_day(l)),
        Column::number(text::count(l)),
        Column::text(text::state(l)),
    ];
    let rows = rows
        .into_iter()
        .map(|row| {
            let (tone, state) = own::destruction_state(l, row.state);
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::STOCK_DESTRUCTION, row.id) text=row.number />
                    <td>{row.place}</td>
                    <td>{naming::day(l, &row.on_day)}</td>
                    <td class="number">{number(l, row.count)}</td>
                    <td><Tag tone text=state /></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
}
