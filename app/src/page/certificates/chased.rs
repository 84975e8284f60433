//! What the subscriber manager follows up and urges, each with its list (R135); and where revocation lists are fetched.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{Chased, RevocationLine};
use contract::view::Target;
use leptos::prelude::*;

use super::crumbs;
use crate::part::{Column, RowLink, Table};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{at, certificate_chase as text, number};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    (chased, lists): (Chased, Vec<RevocationLine>),
    province: String,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).paper(province, None);
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let columns = vec![Column::text(text::what(l)), Column::number(text::how_many(l))];
        let rows = [
            (text::revoked_title(l), Target::RevokedThere, chased.revoked),
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
        let lists = (!lists.is_empty()).then(|| fetched(l, lists));
        view! { <Table label=text::title(l) columns>{rows}</Table> {lists} }.into_any()
    })
}

/// Where revocation lists are fetched, and whether that went well.
fn fetched(l: Lang, lists: Vec<RevocationLine>) -> impl IntoView {
    let columns = vec![Column::text(text::address(l)), Column::text(text::fetched(l)), Column::text(text::last_try(l))];
    let rows = lists.into_iter().map(|of| {
        let tried = match of.problem.as_deref() {
            None => text::went_well(l).to_owned(),
            Some("unreadable") => text::unreadable(l).to_owned(),
            Some("authority") => text::unsigned(l).to_owned(),
            Some(problem) => match problem.strip_prefix("status.") {
                Some(status) => text::status(l, status),
                None => text::unreachable(l).to_owned(),
            },
        };
        let when = of.fetched_at.map_or_else(|| text::never(l).to_owned(), |at_ms| at(l, at_ms));
        view! {
            <tr>
                <td class="told">{of.url}</td>
                <td>{when}</td>
                <td>{tried}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section>
            <h2>{text::lists_title(l)}</h2>
            <p>{text::lists_lead(l)}</p>
            <Table label=text::lists_title(l) columns>{rows}</Table>
        </section>
    }
}

/// One of them as a line of "My work".
pub fn sentence(l: Lang, target: &Target, many: &str) -> String {
    match target {
        Target::RevokedThere => text::revoked(l, many),
        Target::UnusedCertificates => text::unused(l, many),
        Target::BareUnits => text::units(l, many),
        Target::OverdueHandovers => text::handovers(l, many),
        _ => text::tokens(l, many),
    }
}
