//! A plan's classes and cost sheets, to be written in (R125, R127, R160).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::amount::Amount;
use registry::work::plans::PlanDetail;
use registry::work::plans::edit::CostForm;
use registry::work::plans::sheet::Cost;

use super::super::{ending, reopen};
use super::{Cell, cell, figure, plan_crumbs};
use crate::part::error_summary::Labels;
use crate::part::{Button, Column, ErrorSummary, FieldErrors, Form, Hidden, Table};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::certificate_plans as text;
use crate::{Portal, naming, routes};

/// Empty lines below those of each sheet.
pub const SPARE: usize = 4;

/// `typed`: what was typed, where something was wrong with it.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &PlanDetail,
    (typed, costs, version): (&Typed, Option<Vec<CostForm>>, i64),
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.plan;
    let path = routes::with_id(routes::PLAN, of.id);
    let page = Page::new(text::write_costs(l)).lead(text::costs_lead(l)).crumbs(plan_crumbs(l, of)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let costs = costs.unwrap_or_else(|| held(l, detail));
        let numbered: Vec<(usize, &CostForm)> = (1..).zip(&costs).collect();
        let sheet = |part: &'static str| {
            let lines: Vec<_> = numbered.iter().filter(|(_, line)| line.part == part).copied().collect();
            table(l, part, &lines, &errors)
        };
        let (class_sheet, rest_sheet) = (sheet("class"), sheet("rest"));
        let classes = classes(l, detail, typed, &errors);
        let many = errors.of("lines").map(|said| view! { <p class="error" id="lines">{said}</p> });
        let end = ending(l, &errors, view! { <Button label=text::save_costs(l) /> }, path.clone());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=routes::with_id(routes::PLAN_COSTS, of.id)>
                <Hidden name="version" value=version.to_string() />
                {many}
                <section>
                    <h2>{text::classes(l)}</h2>
                    <p>{text::classes_hint(l)}</p>
                    {classes}
                </section>
                <section>
                    <h2>{text::class_sheet(l)}</h2>
                    <p>{text::costs_hint(l)}</p>
                    {class_sheet}
                </section>
                <section>
                    <h2>{text::rest_sheet(l)}</h2>
                    {rest_sheet}
                </section>
                {end}
            </Form>
        }
        .into_any()
    })
}

fn classes(l: Lang, detail: &PlanDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let columns = vec![
        Column::text(text::years(l)),
        Column::number(text::people(l)),
        Column::number(text::needed(l)),
        Column::number(text::stated(l)),
    ];
    let rows = detail
        .estimate
        .years
        .iter()
        .map(|of| {
            let name = format!("stated-{}", of.year);
            let label = text::stated_of(l, of.year);
            let wrong = errors.of(&name);
            if wrong.is_some() {
                Labels::tell(&name, &label);
            }
            let held = of.stated.map(|(stated, _)| stated.to_string()).unwrap_or_default();
            let value = if typed.has(&name) { typed.get(&name) } else { held };
            let (invalid, id) = (wrong.is_some().then_some("true"), name.clone());
            let said = wrong.map(|said| view! { <p class="error">{said}</p> });
            view! {
                <tr>
                    <th scope="row">{of.year.to_string()}</th>
                    <td class="number">{figure(l, of.people)}</td>
                    <td class="number">{figure(l, of.needed)}</td>
                    <td class="number">
                        {said}
                        <input class="quantity" type="text" name=name id=id value=value aria-label=label aria-invalid=invalid inputmode="numeric" autocomplete="off" />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! { <div class="written"><Table label=text::classes(l) columns>{rows}</Table></div> }.into_any()
}

/// The lines that there are, and empty ones below those of each sheet.
fn held(l: Lang, detail: &PlanDetail) -> Vec<CostForm> {
    let spare = |part: &str| vec![CostForm { part: part.to_owned(), ..CostForm::default() }; SPARE];
    let mut lines: Vec<CostForm> = detail.estimate.class.iter().map(|of| line(l, "class", &None, of)).collect();
    lines.extend(spare("class"));
    for section in &detail.estimate.sections {
        lines.extend(section.lines.iter().map(|of| line(l, "rest", &section.name, of)));
    }
    lines.extend(spare("rest"));
    lines
}

/// A line as it is typed.
pub fn line(l: Lang, part: &str, section: &Option<String>, of: &Cost) -> CostForm {
    CostForm {
        part: part.to_owned(),
        section: section.clone().unwrap_or_default(),
        number: of.number.clone().unwrap_or_default(),
        name: of.name.clone(),
        quantity: of.quantity.to_string(),
        price: Amount::new(of.price.dong()).grouped(),
        priced_on: of.priced_on.map(|day| naming::day(l, &day.to_string())).unwrap_or_default(),
    }
}

/// A sheet whose lines are typed.
pub fn table(l: Lang, part: &'static str, lines: &[(usize, &CostForm)], errors: &FieldErrors) -> AnyView {
    let rest = part == "rest";
    let mut columns = if rest { vec![Column::text(text::section(l))] } else { Vec::new() };
    columns.extend([
        Column::text(text::number(l)),
        Column::text(text::what(l)),
        Column::number(text::quantity(l)),
        Column::number(text::price(l)),
        Column::text(text::priced_on(l)),
    ]);
    let wide = columns.len();
    let rows = lines
        .iter()
        .map(|(nth, line)| {
            let id = format!("cost-{nth}");
            let wrong = errors.of(&id);
            if wrong.is_some() {
                Labels::tell(&id, &text::line(l, nth));
            }
            let label = |of: &str| format!("{}: {of}", text::line(l, nth));
            let what = Cell { class: "what", id: Some(id), invalid: wrong.is_some(), ..Cell::default() };
            let figure = |class| Cell { class, mode: Some("text"), ..Cell::default() };
            let said = wrong.map(|said| view! { <tr><td colspan=wide><p class="error">{said}</p></td></tr> });
            let section = match rest {
                true => {
                    let section = cell("section", label(text::section(l)), line.section.clone(), figure("section"));
                    view! { <td>{section}</td> }.into_any()
                }
                // so that what is typed in each column comes in the same order
                false => ().into_any(),
            };
            let hidden = (!rest).then(|| view! { <Hidden name="section" value=String::new() /> });
            view! {
                {said}
                <tr>
                    {section}
                    <td>
                        <Hidden name="part" value=part />
                        {hidden}
                        {cell("number", label(text::number(l)), line.number.clone(), figure("nth"))}
                    </td>
                    <td>{cell("name", label(text::what(l)), line.name.clone(), what)}</td>
                    <td class="number">{cell("quantity", label(text::quantity(l)), line.quantity.clone(), figure("quantity"))}</td>
                    <td class="number">{cell("price", label(text::price(l)), line.price.clone(), figure("price"))}</td>
                    <td>{cell("priced_on", label(text::priced_on(l)), line.priced_on.clone(), figure("day"))}</td>
                </tr>
            }
        })
        .collect_view();
    let label = if rest { text::rest_sheet(l) } else { text::class_sheet(l) };
    view! { <div class="written"><Table label=label columns>{rows}</Table></div> }.into_any()
}
