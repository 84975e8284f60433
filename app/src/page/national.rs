//! People of whom the national database says something else than what is held, and the two ways to end that (C26).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::import::ImportKind;
use contract::national::{Compared, Difference, NationalRow};
use leptos::prelude::*;
use registry::date::day_of;
use registry::work::national::PAGE;

use super::reopen;
use crate::part::{
    Actions, Button, Column, Crumb, Empty, ErrorSummary, Field, FieldErrors, Form, Hidden, LinkButton, Notice, Pages,
    PostButton, Rank, RowLink, Slice, Table, Tag, Tone, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, national as text, people};
use crate::{Portal, naming, routes};

pub fn list(portal: &Portal, visit: &Visit, rows: &[NationalRow], (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l));
    super::respond(portal, visit, StatusCode::OK, page, || {
        let import = with_query(routes::IMPORT, "what", ImportKind::National.name());
        let import = view! { <Actions><LinkButton label=text::import(l) href=import rank=Rank::Secondary /></Actions> };
        if rows.is_empty() {
            return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> {import} }.into_any();
        }
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        let columns = vec![
            Column::text(people::name(l)),
            Column::text(people::unit(l)),
            Column::text(text::differs(l)),
            Column::text(words::ministry::state(l)),
        ];
        let path = visit.path.clone();
        let shown = rows.iter().map(|row| line(l, row)).collect_view();
        view! {
            {import}
            <Table label=text::title(l) columns>{shown}</Table>
            <Pages l slice path />
        }
        .into_any()
    })
}

fn line(l: Lang, row: &NationalRow) -> AnyView {
    let href = routes::with_id(routes::NATIONAL_ONE, row.person_id);
    let each = row.differences.iter().map(|one| view! { <li>{one_line(l, one)}</li> }).collect_view();
    let (tone, state) = match &row.document {
        Some(_) => (Tone::Info, text::reported_short(l)),
        None => (Tone::Warn, text::to_settle(l)),
    };
    view! {
        <tr>
            <RowLink href text=naming::person(l, &row.name) />
            <td>{row.unit.clone()}</td>
            <td><ul>{each}</ul></td>
            <td><Tag tone text=state /></td>
        </tr>
    }
    .into_any()
}

fn one_line(l: Lang, one: &Difference) -> String {
    let [held, national] = values(l, one);
    text::line(l, held, national, what(l, one.of))
}

fn what(l: Lang, of: Compared) -> &'static str {
    match of {
        Compared::Field(field) => naming::field(l, field),
        Compared::Unit => text::unit(l),
    }
}

/// What is held and what the national database says, as a screen shows them.
fn values(l: Lang, one: &Difference) -> [String; 2] {
    [&one.held, &one.national].map(|value| match one.of {
        _ if value.is_empty() => text::nothing(l).to_owned(),
        Compared::Field(field) => naming::value(l, field, value),
        Compared::Unit => value.clone(),
    })
}

/// That somebody differs, for pages on which that stands in the way.
pub fn notice(l: Lang, row: Option<&NationalRow>) -> Option<AnyView> {
    row.map(|row| {
        let each = row.differences.iter().map(|one| view! { <li>{one_line(l, one)}</li> }).collect_view();
        let reported = reported(l, row);
        view! { <Notice l tone=Tone::Warn><p>{text::notice(l)}</p><ul>{each}</ul>{reported}</Notice> }.into_any()
    })
}

fn reported(l: Lang, row: &NationalRow) -> Option<AnyView> {
    let document = row.document.clone()?;
    let said = text::reported(l, words::date(l, day_of(row.reported_at?)), document);
    Some(view! { <p>{said}</p> }.into_any())
}

pub fn one(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    row: &NationalRow,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let crumbs = vec![Crumb::new(text::title(l), routes::NATIONAL)];
    let page = Page::new(text::title_of(l, naming::person(l, &row.name))).crumbs(crumbs).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    let path = routes::with_id(routes::NATIONAL_ONE, row.person_id);
    super::respond(portal, visit, status, page.lead(text::lead(l)), || {
        let columns = vec![Column::text(text::what(l)), Column::text(text::held(l)), Column::text(text::national(l))];
        let rows = row
            .differences
            .iter()
            .map(|one| {
                let [held, national] = values(l, one);
                view! { <tr><th scope="row">{what(l, one.of)}</th><td>{held}</td><td>{national}</td></tr> }
            })
            .collect_view();
        let person = routes::with_id(routes::PERSON, row.person_id);
        let version = row.version.to_string();
        let hidden = vec![
            ("do", "take_over".to_owned()),
            ("version", version.clone()),
            ("person_version", row.person_version.to_string()),
        ];
        let unit = row.differences.iter().any(|one| one.of == Compared::Unit);
        let take_over = if unit && row.differences.len() == 1 {
            view! { <p>{text::unit_alone(l)}</p> }.into_any()
        } else {
            let beside = unit.then(|| view! { <p>{text::unit_beside(l)}</p> });
            let action = path.clone();
            view! {
                <p>{text::take_over_lead(l)}</p>
                {beside}
                <Actions><PostButton label=text::take_over(l) action hidden /></Actions>
            }
            .into_any()
        };
        let (document, wrong) = (typed.get("document"), errors.of("document"));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <p>
                <a href=person>{naming::person(l, &row.name)}</a> " · " {row.unit.clone()} " · "
                {text::loaded(l, words::date(l, day_of(row.loaded_at)))}
            </p>
            <Table label=text::differs(l) columns>{rows}</Table>
            {reported(l, row)}
            <section>
                <h2>{text::take_over(l)}</h2>
                {take_over}
            </section>
            <section>
                <h2>{text::report(l)}</h2>
                <p>{text::report_lead(l)}</p>
                <Form action=path.clone()>
                    <Hidden name="do" value="report" />
                    <Hidden name="version" value=version />
                    <Field l name="document" label=text::document(l) hint=text::document_hint(l) value=document error=wrong autocomplete="off" />
                    <Actions><Button label=text::report_submit(l) rank=Rank::Secondary /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}
