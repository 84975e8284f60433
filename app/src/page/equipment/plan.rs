//! The budget table: quantity × price = total, by phase and kind, as the project of 2017 prints it (R40).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::equipment::PlanPhase;
use leptos::prelude::*;
use model::amount::{Amount, WordStyle};

use super::{crumbs, dong, kind};
use crate::Portal;
use crate::part::{Column, Empty, Table};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{equipment as words, equipment::plan as text, number};

pub fn respond(portal: &Portal, visit: &Visit, phases: &[PlanPhase], province: String) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).paper(province, None);
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        if phases.is_empty() {
            return view! { <Empty title=words::empty_title(l) text=words::empty_text(l) /> }.into_any();
        }
        let sections = phases.iter().map(|phase| section(l, phase)).collect_view();
        let all = phases.iter().fold(0_i64, |sum, phase| sum.saturating_add(phase.total));
        view! { {sections} <p><strong>{text::all(l, dong(l, all))}</strong> " " {in_words(l, all)}</p> }.into_any()
    })
}

fn section(l: Lang, of: &PlanPhase) -> AnyView {
    let title = of.phase.map_or_else(|| text::outside(l).to_owned(), |phase| words::phase_of(l, phase));
    let columns = vec![
        Column::text(words::kind(l)),
        Column::number(words::quantity(l)),
        Column::number(words::price(l)),
        Column::number(words::total(l)),
    ];
    let rows = of
        .lines
        .iter()
        .map(|line| {
            let price = line.price.map_or_else(|| words::no_price(l).to_owned(), |price| dong(l, price));
            view! {
                <tr>
                    <th scope="row">{kind(l, line.kind)}</th>
                    <td class="number">{number(l, line.quantity)}</td>
                    <td class="number">{price}</td>
                    <td class="number">{dong(l, line.total)}</td>
                </tr>
            }
        })
        .collect_view();
    let total = of.total;
    let foot =
        move || view! { <th scope="row" colspan="3">{text::sum(l)}</th> <td class="number">{dong(l, total)}</td> };
    view! {
        <section>
            <h2>{title.clone()}</h2>
            <Table label=title columns foot=foot>{rows}</Table>
            <p class="aside">{in_words(l, total)}</p>
        </section>
    }
    .into_any()
}

/// The amount as papers write it out (R60); there are words for it in Vietnamese only.
fn in_words(l: Lang, amount: i64) -> Option<String> {
    let written = || Amount::new(amount.unsigned_abs()).words(WordStyle::PROVINCE);
    (l == Lang::Vi).then(|| text::written(l, written()))
}
