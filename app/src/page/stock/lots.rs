//! Lots as they came from suppliers.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::LotLine;
use leptos::prelude::*;
use model::role::Action;

use super::{crumbs, naming as own, sections};
use crate::part::{Actions, Column, Empty, LinkButton, Rank, RowLink, Table, Tag};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{number, stock::lots as text, stock::moves};
use crate::{Portal, naming, routes};

pub fn respond(portal: &Portal, visit: &Visit, lots: Vec<LotLine>, province: String) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, None)).paper(province, None);
    let may_add = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepStock));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add = may_add.then(|| {
            view! { <Actions><LinkButton label=text::add(l) href=routes::STOCK_LOT_ADD rank=Rank::Primary /></Actions> }
        });
        let list = if lots.is_empty() {
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any()
        } else {
            list(l, lots)
        };
        view! { {sections(visit)} {add} {list} }.into_any()
    })
}

fn list(l: Lang, lots: Vec<LotLine>) -> AnyView {
    let columns = vec![
        Column::text(text::number(l)),
        Column::text(text::kind(l)),
        Column::text(text::place(l)),
        Column::text(text::received_on(l)),
        Column::number(moves::count(l)),
        Column::text(text::state(l)),
    ];
    let rows = lots
        .into_iter()
        .map(|lot| {
            let (tone, state) = own::lot_state(l, lot.state);
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::STOCK_LOT, lot.id) text=lot.number />
                    <td>{lot.kind} <div class="aside">{lot.supplier}</div></td>
                    <td>{lot.place}</td>
                    <td>{naming::day(l, &lot.received_on)}</td>
                    <td class="number">{number(l, lot.counted)}</td>
                    <td><Tag tone text=state /></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
}
