//! Blanks that were sent from one place to another.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::TransferDetail;
use leptos::prelude::*;
use model::role::Action;

use super::{by, crumbs, naming as own, sections};
use crate::part::{Actions, Column, Empty, LinkButton, Rank, RowLink, Table, Tag};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{number, stock::moves as text};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, transfers: Vec<TransferDetail>, province: String) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, None)).paper(province, None);
    let may_add = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepStock));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add = may_add.then(|| {
            view! { <Actions><LinkButton label=text::add(l) href=routes::STOCK_SEND rank=Rank::Primary /></Actions> }
        });
        let list = if transfers.is_empty() {
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any()
        } else {
            list(l, transfers)
        };
        view! { {sections(visit)} {add} {list} }.into_any()
    })
}

fn list(l: Lang, transfers: Vec<TransferDetail>) -> AnyView {
    let columns = vec![
        Column::text(text::title(l)),
        Column::text(text::from(l)),
        Column::text(text::to(l)),
        Column::number(text::count(l)),
        Column::text(text::sent_by(l)),
        Column::text(text::state(l)),
    ];
    let rows = transfers
        .into_iter()
        .map(|row| {
            let (tone, state) = own::transfer_state(l, row.state);
            let sent = by(l, row.sent_by.as_deref(), row.sent_at);
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::STOCK_TRANSFER, row.id) text=text::number(l, row.id) />
                    <td>{row.from}</td>
                    <td>{row.to}</td>
                    <td class="number">{number(l, row.count)}</td>
                    <td>{sent}</td>
                    <td><Tag tone text=state /></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
}
