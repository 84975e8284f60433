//! Comparing with the paper: what waits, and one request, of which only what changed is shown (R19–R21).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{FieldLine, RequestDetail, RequestRow};
use leptos::prelude::*;
use model::profile::Field as Which;
use registry::work::show_request::PAGE;
use registry::work::verify_request::COPIES;

use super::issue::faces;
use super::person::head;
use super::{ending, reopen};
use crate::part::{
    Actions, Button, Choice, Choices, Column, Crumb, Empty, ErrorSummary, Field, FieldErrors, Form, Hidden, Input,
    Notice, Pages, Rank, RowLink, Slice, Table, Tone, Width,
};
use crate::pressed::Look;
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, people, request, verify as text};
use crate::{Portal, naming, routes};

/// What a scan may be; the content decides.
pub(super) const SCANS: &str = "application/pdf,image/jpeg,image/png";

pub fn list(portal: &Portal, visit: &Visit, rows: Vec<RequestRow>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let now = visit.at();
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)).lead(text::lead(l)), || {
        if rows.is_empty() {
            return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::text(people::name(l)),
            Column::text(people::unit(l)),
            Column::text(people::position(l)),
            Column::text(request::case(l)),
            Column::text(text::waiting(l)),
        ];
        let lines = rows
            .into_iter()
            .map(|row| {
                let age = words::age(l, jiff::Timestamp::from_millisecond(row.since).unwrap_or(now), now);
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::VERIFY_ONE, row.id) text=row.name />
                        <td>{row.unit}</td>
                        <td>{row.position}</td>
                        <td>{naming::case(l, row.case)}</td>
                        <td>{age}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! { <Table label=text::title(l) columns>{lines}</Table> <Pages l slice path /> }.into_any()
    })
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (request, look): (&RequestDetail, &Look),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let way = vec![Crumb::new(text::title(l), routes::VERIFY)];
    let page = Page::new(request.request.name.clone()).crumbs(way).own_heading().narrow().failed(failed);
    super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::VERIFY_ONE, request.request.id);
        let row = &request.request;
        let about = format!("{}: {}", naming::case(l, row.case), naming::reason(l, &row.reason));
        let note = request.note.clone().map(|note| view! { <p>{note}</p> });
        let no_portrait = (!request.person.portrait).then(|| {
            let href = routes::with_id(routes::PERSON_PORTRAIT_CHANGE, row.person_id);
            view! {
                <Notice l tone=Tone::Warn>
                    <p>{text::no_portrait(l)} " " <a href=href>{words::portrait::add(l)}</a></p>
                </Notice>
            }
        });
        view! {
            {head(l, &request.person, None)}
            <h2>{about}</h2>
            {note}
            <p>{text::how(l, request.stamp)}</p>
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            {no_portrait}
            {faces(l, portal, look)}
            {form(l, request, typed, &errors, path)}
        }
        .into_any()
    })
}

/// Why what cannot be printed is not verified.
pub fn undrawable(l: Lang) -> &'static str {
    text::undrawable(l)
}

fn form(l: Lang, request: &RequestDetail, typed: &Typed, errors: &FieldErrors, path: String) -> AnyView {
    let compared: Vec<&FieldLine> =
        request.fields.iter().filter(|line| line.to_verify && !line.value.is_empty()).collect();
    let nothing = compared.is_empty().then(|| view! { <p>{text::nothing(l)}</p> });
    let person = request.request.person_id;
    let fields = compared.into_iter().map(|line| field(l, line, person, typed, errors)).collect_view();
    let copies = (1..=COPIES).map(|copies| Choice::new(copies.to_string(), text::copies_of(l, copies))).collect();
    let version = typed.id("version").unwrap_or(request.request.version).to_string();
    let (chosen, wrong_copies, wrong_scan) = (typed.get("copies"), errors.of("copies"), errors.of("scan"));
    let (reason, wrong_reason) = (typed.get("reason"), errors.of("reason"));
    let accept = ending(
        l,
        errors,
        view! { <Button label=text::accept(l) name="do" value="accept" /> },
        routes::VERIFY.to_owned(),
    );
    let send_back = (!errors.is_stale()).then(|| {
        view! { <Actions><Button label=text::send_back(l) name="do" value="return" rank=Rank::Danger /></Actions> }
    });
    view! {
        <Form action=path files=true>
            // the Enter key presses a form's first button: this one, which does nothing
            <button hidden disabled></button>
            <Hidden name="version" value=version />
            {nothing}
            {fields}
            <Choices l name="copies" label=text::copies(l) choices=copies chosen error=wrong_copies />
            <Field l name="scan" label=text::scan(l) hint=text::scan_hint(l) input=Input::File(SCANS) error=wrong_scan depends=true />
            {accept}
            <h2>{text::or_back(l)}</h2>
            <Field l name="reason" label=text::reason(l) hint=text::reason_hint(l) input=Input::Area value=reason error=wrong_reason depends=true />
            {send_back}
        </Form>
    }
    .into_any()
}

fn field(l: Lang, line: &FieldLine, person: i64, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let name = line.field.name();
    let seen = format!("seen-{name}");
    let remark = format!("remark-{name}");
    let value = naming::value(l, line.field, &line.value);
    let label = format!("{}: {value}", naming::field(l, line.field));
    let before = match &line.verified {
        Some((value, at)) => {
            let when = words::date(l, registry::date::day_of(*at));
            words::request_form::verified(l, when, naming::value(l, line.field, value))
        }
        None => words::request_form::not_verified(l).to_owned(),
    };
    let picture = (line.field == Which::Portrait).then(|| {
        let src = routes::with_id(routes::PERSON_PORTRAIT, person);
        view! { <p><img src=src alt=naming::field(l, Which::Portrait) width="90" height="120" /></p> }
    });
    let choices = vec![Choice::new("right", text::right(l)), Choice::new("wrong", text::wrong(l))];
    let (chosen, error) = (typed.get(name), errors.of(name));
    let wrong = typed.get(&remark);
    view! {
        <div class="compared">
            <Hidden name=seen value=line.value.clone() />
            {picture}
            <Choices l name label choices chosen hint=before error />
            <Field l name=remark label=text::remark(l) value=wrong autocomplete="off" width=Width::Full depends=true />
        </div>
    }
    .into_any()
}
