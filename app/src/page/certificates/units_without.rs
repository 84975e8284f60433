//! Units without a certificate in force, by class and kind (R135).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{BareUnitPage, BareUnitRow};
use leptos::prelude::*;
use model::unit::UnitClass;
use registry::work::certificates::PAGE;
use registry::work::certificates::chase::BareQuery;

use super::super::units::look_up;
use super::{chase_crumbs, kinds};
use crate::part::{
    Choice, Column, Empty, ErrorSummary, Export, Field, FieldErrors, Filter, Input, Pages, RowLink, Slice, Table, Tag,
    Tone,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{certificate_chase as text, certificates, number, unit, units};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (query, found): (&BareQuery, BareUnitPage),
    province: String,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let path = visit.path.clone();
    let page = Page::new(text::units_title(l)).lead(text::units_lead(l)).crumbs(chase_crumbs(l));
    super::super::respond(portal, visit, status, page.paper(province, None).failed(failed), || {
        let filtered = *query != BareQuery { page: query.page, ..BareQuery::default() };
        let filter = filter(l, query, filtered, &errors);
        let list = match (failed, found.rows.is_empty()) {
            (true, _) => ().into_any(),
            (_, true) => view! { <Empty title=text::no_units_title(l) text=text::no_units_text(l) /> }.into_any(),
            _ => {
                let slice = Slice {
                    page: query.page.unsigned_abs(),
                    per_page: PAGE.unsigned_abs(),
                    total: found.total.unsigned_abs(),
                };
                let rows = table(l, found.rows);
                view! { {rows} <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
            }
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {filter}
            {list}
        }
        .into_any()
    })
}

fn filter(l: Lang, query: &BareQuery, filtered: bool, errors: &FieldErrors) -> AnyView {
    let classes: Vec<Choice> = UnitClass::ALL
        .into_iter()
        .filter(|class| *class != UnitClass::Province)
        .map(|class| Choice::new(class.name(), naming::unit_class(l, class)))
        .collect();
    let clear = filtered.then(|| (certificates::clear(l).to_owned(), routes::UNITS_WITHOUT.to_owned()));
    let (unit, wrong_unit) = (query.unit.clone(), errors.of("unit"));
    let (of_class, of_kind) = (query.class.clone(), query.kind.clone());
    view! {
        <Filter label=text::filter_units(l) action=routes::UNITS_WITHOUT submit=certificates::find(l) clear>
            <Field l name="unit" label=certificates::unit(l) hint=certificates::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" optional=true />
            <Field l name="class" label=units::class_name(l) value=of_class input=Input::Select(classes) empty=certificates::any(l) optional=true />
            <Field l name="kind" label=text::without(l) value=of_kind input=Input::Select(kinds(l)) empty=text::without_any(l) optional=true />
        </Filter>
    }
    .into_any()
}

fn table(l: Lang, rows: Vec<BareUnitRow>) -> AnyView {
    let columns = vec![
        Column::text(unit::name(l)),
        Column::text(units::code(l)),
        Column::text(units::class_name(l)),
        Column::text(units::above(l)),
        Column::text(text::asked(l)),
    ];
    let lines = rows
        .into_iter()
        .map(|row| {
            let asked = (row.asked > 0).then(|| view! { <Tag tone=Tone::Info text=number(l, row.asked) /> });
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::UNIT, row.id) text=row.name />
                    <td class="code">{row.code}</td>
                    <td>{naming::unit_class(l, row.class)}</td>
                    <td>{row.above}</td>
                    <td>{asked}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::units_title(l) columns>{lines}</Table> }.into_any()
}
