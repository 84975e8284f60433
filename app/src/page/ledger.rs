//! The issue ledger (sổ theo dõi cấp phát thẻ, R35): one line an event, printable, with the sum of each kind.

use axum::http::StatusCode;
use axum::response::Response;
use contract::cards::LedgerRow;
use leptos::prelude::*;

use super::list::files;
use crate::part::{Column, Crumb, Empty, Export, Field, Filter, Input, Pages, Slice, Table, Width};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, cards, ledger as text, people};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    (lines, total): (Vec<LedgerRow>, i64),
    (at, per_page): (i64, i64),
    ((from, to), unit, province): ((String, String), String, String),
) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let way = vec![Crumb::new(cards::title(l), routes::CARDS)];
    let above = (unit != province).then_some(province);
    let days = text::days(l, naming::day(l, &from), naming::day(l, &to));
    let page = Page::new(text::title(l)).lead(days).crumbs(way).paper(unit, above);
    super::respond(portal, visit, StatusCode::OK, page, || {
        let file = |kind: &str| format!("{}?from={from}&to={to}&as={kind}", routes::LEDGER_FILE);
        let files = (!lines.is_empty()).then(|| files(l, file("pdf"), file("docx")));
        let filter = view! {
            <Filter label=text::filter(l) action=routes::LEDGER submit=text::show(l)>
                <Field l name="from" label=text::from(l) value=from input=Input::Date width=Width::Short optional=true />
                <Field l name="to" label=text::to(l) value=to input=Input::Date width=Width::Short optional=true />
            </Filter>
        };
        if lines.is_empty() {
            return view! { {filter} <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::number(text::number(l)),
            Column::text(text::when(l)),
            Column::text(text::event(l)),
            Column::text(people::name(l)),
            Column::text(text::numbers(l)),
            Column::text(cards::serial(l)),
            Column::text(text::actor(l)),
        ];
        let rows = lines
            .into_iter()
            .map(|line| {
                let what = match &line.reason {
                    Some(reason) => format!("{}: {}", naming::card_event(l, line.event), naming::reason(l, reason)),
                    None => naming::card_event(l, line.event).to_owned(),
                };
                let when = words::at(l, line.at);
                view! {
                    <tr>
                        <td class="number">{words::number(l, line.id)}</td>
                        <td>{when}</td>
                        <td>{what}</td>
                        <th scope="row"><a href=routes::with_id(routes::CARD, line.card_id)>{naming::person(l, &line.name)}</a> <span class="under">{line.unit}</span></th>
                        <td><span class="code">{line.number}</span> <span class="code under">{line.code}</span></td>
                        <td class="code">{line.serial}</td>
                        <td>{line.actor}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: per_page.unsigned_abs(), total: total.unsigned_abs() };
        view! { {files} {filter} <Table label=text::title(l) columns>{rows}</Table> <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
    })
}
