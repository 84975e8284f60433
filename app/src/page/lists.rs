//! Lists with their letters, and the form that begins one.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{DossierRow, RequestRow};
use leptos::prelude::*;
use model::role::Action;
use registry::work::dossiers::PAGE;

use super::{ending, key};
use crate::part::{
    Actions, Button, Choice, Column, Crumb, Empty, ErrorSummary, Export, Field, FieldErrors, Form, Hidden, Input,
    LinkButton, Pages, RowLink, Slice, Table, Tag, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, lists as text, people, request};
use crate::{Portal, naming, routes};

pub fn list(portal: &Portal, visit: &Visit, rows: Vec<DossierRow>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let may_add = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::ComposeLists));
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)).lead(text::lead(l)), || {
        let add = may_add.then(|| view! { <Actions><LinkButton label=text::add(l) href=routes::LIST_ADD /></Actions> });
        if rows.is_empty() {
            return view! { {add} <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::text(text::name(l)),
            Column::text(people::unit(l)),
            Column::text(text::letter(l)),
            Column::number(text::people(l)),
            Column::text(text::state(l)),
            Column::text(text::due(l)),
        ];
        let lines = rows
            .into_iter()
            .map(|row| {
                let (tone, state) = naming::dossier_state(l, row.state);
                let due = row.due.map(|due| words::date(l, registry::date::day_of(due - 1)));
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::LIST, row.id) text=row.title />
                        <td>{row.unit}</td>
                        <td>{row.letter_number}</td>
                        <td class="number">{words::number(l, row.people)}</td>
                        <td><Tag tone text=state /></td>
                        <td>{due}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! { {add} <Table label=text::title(l) columns>{lines}</Table> <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
    })
}

pub fn add(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (units, people): (Vec<(i64, String)>, Vec<RequestRow>),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let way = vec![Crumb::new(text::title(l), routes::LISTS)];
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(way).failed(failed);
    super::respond(portal, visit, status, page, || {
        if people.is_empty() {
            let begin = Some((text::to_verify(l).to_owned(), routes::VERIFY.to_owned()));
            return view! { <Empty title=text::nobody_title(l) text=text::nobody_text(l) begin /> }.into_any();
        }
        let unit = match units.as_slice() {
            [(id, _)] => view! { <Hidden name="unit" value=id.to_string() /> }.into_any(),
            _ => {
                let choices = units.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
                let value = typed.get("unit");
                view! { <Field l name="unit" label=people::unit(l) input=Input::Select(choices) value error=errors.of("unit") /> }
                    .into_any()
            }
        };
        // everybody, until somebody was left out by hand
        let chosen = if failed { typed.ids("people") } else { people.iter().map(|row| row.id).collect() };
        let key = key(portal, typed);
        let (title, wrong) = (typed.get("title"), errors.of("title"));
        let nobody = errors.of("people").map(|error| view! { <p class="error" id="people">{error}</p> });
        let end = ending(l, &errors, view! { <Button label=text::compose(l) /> }, routes::LISTS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::LIST_ADD>
                {key}
                {unit}
                <Field l name="title" label=text::name(l) hint=text::name_hint(l) value=title error=wrong width=Width::Full autocomplete="off" />
                <h2>{text::verified(l)}</h2>
                {nobody}
                {choose(l, "people", people, &chosen)}
                {end}
            </Form>
        }
        .into_any()
    })
}

/// People with a check box before each.
pub(super) fn choose(l: Lang, name: &'static str, people: Vec<RequestRow>, chosen: &[i64]) -> AnyView {
    let columns = vec![
        Column::unseen(text::choose(l)),
        Column::text(people::name(l)),
        Column::text(people::unit(l)),
        Column::text(people::position(l)),
        Column::text(request::case(l)),
        Column::text(request::verified(l)),
    ];
    let rows = people
        .into_iter()
        .map(|row| {
            let id = format!("{name}-{}", row.id);
            let checked = chosen.contains(&row.id);
            let verified = row.verified_at.map(|at| words::date(l, registry::date::day_of(at)));
            view! {
                <tr>
                    <td class="check"><input type="checkbox" id=id.clone() name=name value=row.id.to_string() checked=checked /></td>
                    <th scope="row"><label for=id>{row.name}</label></th>
                    <td>{row.unit}</td>
                    <td>{row.position}</td>
                    <td>{naming::case(l, row.case)}</td>
                    <td>{verified}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::verified(l) columns>{rows}</Table> }.into_any()
}
