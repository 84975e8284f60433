//! A plan's lines as a table to be written in, and from a file (R123).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::certificate::plan::{Position, UnitGroup};
use model::certificate::{Operation, SubscriberKind};
use registry::work::plans::PlanDetail;
use registry::work::plans::edit::LineForm;
use registry::work::plans::file::Column as Named;

use super::super::certificates::{kind, operation};
use super::super::{ending, reopen};
use super::{Cell, cell, choose, column, group, plan_crumbs, position};
use crate::part::error_summary::Labels;
use crate::part::{
    Actions, Button, Choice, Column, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Rank, Table,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::certificate_plans as text;
use crate::{Portal, routes};

/// Empty lines below those there are.
pub const SPARE: usize = 6;
/// Files that are taken.
const FILES: &str = ".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `typed`: the lines as they were typed, where something was wrong with them.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &PlanDetail,
    (typed, version): (Option<Vec<LineForm>>, i64),
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.plan;
    let path = routes::with_id(routes::PLAN, of.id);
    let page = Page::new(text::write_lines(l)).lead(text::write_lead(l)).crumbs(plan_crumbs(l, of)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let lines = typed.unwrap_or_else(|| held(detail));
        let table = table(l, &lines, &errors);
        let end = ending(l, &errors, view! { <Button label=text::save_lines(l) /> }, path.clone());
        let wrong_file = errors.of("file");
        let many = errors.of("lines").map(|said| view! { <p class="error" id="lines">{said}</p> });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=routes::with_id(routes::PLAN_LINES, of.id)>
                <Hidden name="version" value=version.to_string() />
                {many}
                {table}
                {end}
            </Form>
            <section>
                <h2>{text::load(l)}</h2>
                <p>{text::load_lead(l)}</p>
                <Form action=routes::with_id(routes::PLAN_FILE, of.id) files=true>
                    <Hidden name="version" value=version.to_string() />
                    <Field l name="file" label=text::file(l) input=Input::File(FILES) error=wrong_file />
                    <Actions><Button label=text::load_button(l) rank=Rank::Secondary /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

/// The lines that there are, and empty ones below.
fn held(detail: &PlanDetail) -> Vec<LineForm> {
    let line = |row: &model::certificate::plan::Row| LineForm {
        year: row.year.to_string(),
        operation: row.operation.name().to_owned(),
        kind: row.kind.name().to_owned(),
        group: row.group.name().to_owned(),
        position: row.position.name().to_owned(),
        quantity: row.quantity.to_string(),
    };
    let mut lines: Vec<LineForm> = detail.rows.iter().map(line).collect();
    lines.resize(lines.len() + SPARE, LineForm::default());
    lines
}

fn table(l: Lang, lines: &[LineForm], errors: &FieldErrors) -> AnyView {
    let columns = vec![
        Column::text(column(l, Named::Year)),
        Column::text(column(l, Named::Operation)),
        Column::text(column(l, Named::Kind)),
        Column::text(column(l, Named::Group)),
        Column::text(column(l, Named::Position)),
        Column::number(column(l, Named::Quantity)),
    ];
    let operations: Vec<Choice> = Operation::ALL.iter().map(|of| Choice::new(of.name(), operation(l, *of))).collect();
    let kinds: Vec<Choice> = SubscriberKind::ALL.iter().map(|of| Choice::new(of.name(), kind(l, *of))).collect();
    let groups: Vec<Choice> = UnitGroup::ALL.iter().map(|of| Choice::new(of.name(), group(l, *of))).collect();
    let positions: Vec<Choice> = Position::ALL.iter().map(|of| Choice::new(of.name(), position(l, *of))).collect();
    let rows = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let nth = at + 1;
            let id = format!("line-{nth}");
            let wrong = errors.of(&id);
            if wrong.is_some() {
                Labels::tell(&id, &text::line(l, nth));
            }
            let label = |of: Named| format!("{}: {}", text::line(l, nth), column(l, of));
            let year = Cell { class: "year", id: Some(id), mode: Some("numeric"), invalid: wrong.is_some() };
            let quantity = Cell { class: "quantity", mode: Some("numeric"), ..Cell::default() };
            let said = wrong.map(|said| view! { <tr><td colspan="6"><p class="error">{said}</p></td></tr> });
            view! {
                {said}
                <tr>
                    <td class="code">{cell("year", label(Named::Year), line.year.clone(), year)}</td>
                    <td>{choose("operation", label(Named::Operation), &line.operation, &operations)}</td>
                    <td>{choose("kind", label(Named::Kind), &line.kind, &kinds)}</td>
                    <td class="wide">{choose("group", label(Named::Group), &line.group, &groups)}</td>
                    <td class="wide">{choose("position", label(Named::Position), &line.position, &positions)}</td>
                    <td class="number">{cell("quantity", label(Named::Quantity), line.quantity.clone(), quantity)}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <div class="written"><Table label=text::lines(l) columns>{rows}</Table></div> }.into_any()
}
