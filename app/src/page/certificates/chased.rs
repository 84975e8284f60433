//! What the subscriber manager follows up and urges, each with its list (R135).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::Chased;
use contract::view::Target;
use leptos::prelude::*;

use super::crumbs;
use crate::part::{Column, RowLink, Table};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{certificate_chase as text, number};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, chased: Chased, province: String) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).paper(province, None);
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let columns = vec![Column::text(text::what(l)), Column::number(text::how_many(l))];
        let rows = [
            (text::unused_title(l), Target::UnusedCertificates, chased.unused),
            (text::units_title(l), Target::BareUnits, chased.units),
            (text::handovers_title(l), Target::OverdueHandovers, chased.handovers),
            (text::tokens_title(l), Target::OverdueTokens, chased.tokens),
        ];
        let rows = rows
            .map(|(label, target, many)| {
                view! {
                    <tr>
                        <RowLink href=routes::to(target) text=label.to_owned() />
                        <td class="number">{number(l, many)}</td>
                    </tr>
                }
            })
            .into_iter()
            .collect_view();
        view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
    })
}

/// One of them as a line of "My work".
pub fn sentence(l: Lang, target: &Target, many: &str) -> String {
    match target {
        Target::UnusedCertificates => text::unused(l, many),
        Target::BareUnits => text::units(l, many),
        Target::OverdueHandovers => text::handovers(l, many),
        _ => text::tokens(l, many),
    }
}
