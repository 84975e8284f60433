//! Who comes to a session of a class: by the card that is tapped or read, or ticked on the sheet (R49, R170). The module `scanner` reads codes by the
//! camera and chips by the phone; without it, codes are typed, or written by a hand-held reader.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use jiff::civil::Date;
use leptos::prelude::*;
use model::training::Session;
use registry::work::classes::{ClassDetail, ClassHead};

use super::super::{read_code, reopen};
use super::{class_crumbs, session};
use crate::part::{
    Actions, Button, Column, ErrorSummary, Field, FieldErrors, Form, Hidden, Notice, Rank, Table, Tone, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::training_classes as text;
use crate::{Portal, naming, routes};

/// The address of a session's sheet.
pub fn path(class: &ClassHead, session: i64) -> String {
    with_query(&routes::with_id(routes::CLASS_ATTENDANCE, class.id), "session", &session.to_string())
}

/// `now`: the session that is shown. `noted`: what came of a card.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &ClassDetail,
    now: Session,
    (noted, errors): (Option<(Tone, String)>, Option<FieldErrors>),
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.class;
    let today = registry::date::day_of(visit.at_ms);
    let page = Page::new(text::attendance_of(l, session(l, now))).crumbs(class_crumbs(l, of)).failed(failed).scans();
    super::super::respond(portal, visit, status, page, || {
        let noted = noted.map(|(tone, said)| view! { <Notice l tone><p>{said}</p></Notice> });
        let here = detail.learners.iter().filter(|line| line.came.contains(&now.nth)).count();
        let counted = text::of(l, here, detail.learners.len());
        let body = match (now.day <= today, detail.learners.is_empty()) {
            (false, _) => view! { <p>{text::to_come(l)}</p> }.into_any(),
            (true, true) => view! { <p>{text::nobody_yet(l)}</p> }.into_any(),
            (true, false) => view! { {door(l, of, now, &errors)} {sheet(l, detail, now)} }.into_any(),
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path(of, now.nth))}
            {noted}
            {sessions(l, of, now, today)}
            <p class="lead">{text::here(l)} ": " <strong>{counted}</strong></p>
            {body}
        }
        .into_any()
    })
}

/// The way to the other sessions; those of days to come are named, and lead nowhere.
fn sessions(l: Lang, of: &ClassHead, now: Session, today: Date) -> AnyView {
    let each = of
        .sessions()
        .into_iter()
        .map(|one| {
            let label = session(l, one);
            match (one.nth == now.nth, one.day <= today) {
                (true, _) => view! { <li><a href=path(of, one.nth) aria-current="page">{label}</a></li> }.into_any(),
                (false, true) => view! { <li><a href=path(of, one.nth)>{label}</a></li> }.into_any(),
                (false, false) => view! { <li><span class="aside">{label}</span></li> }.into_any(),
            }
        })
        .collect_view();
    view! { <nav class="sections screen-only" aria-label=text::sessions(l)><ul>{each}</ul></nav> }.into_any()
}

fn door(l: Lang, of: &ClassHead, now: Session, errors: &FieldErrors) -> AnyView {
    let said = [
        ("tap-denied", text::tap_denied(l)),
        ("tap-none", text::tap_none(l)),
        ("tap-off", text::tap_off(l)),
        ("tap-unread", text::tap_unread(l)),
        ("tap-waiting", text::tap_waiting(l)),
    ];
    let said = said.map(|(name, sentence)| view! { <template data-say=name>{sentence}</template> });
    let wrong = errors.of("shown");
    view! {
        <section class="panel screen-only">
            <h2>{text::by_card(l)}</h2>
            <p>{text::by_card_lead(l)}</p>
            <Form action=routes::with_id(routes::CLASS_SHOWN, of.id) part="code">
                <Hidden name="session" value=now.nth.to_string() />
                <Hidden name="text" value="" />
                <Field l name="shown" label=text::shown(l) hint=text::shown_hint(l) error=wrong autocomplete="off" autofocus=true />
                <Actions><Button label=text::note(l) /></Actions>
            </Form>
            <div class="actions" data-part="tap" hidden>
                <button type="button" class="button" data-do="tap" disabled>{text::tap(l)}</button>
            </div>
            {read_code::camera(l)}
            {said.into_iter().collect_view()}
        </section>
    }
    .into_any()
}

fn sheet(l: Lang, detail: &ClassDetail, now: Session) -> AnyView {
    let columns = vec![
        Column::unseen(text::here(l)),
        Column::text(text::person(l)),
        Column::text(text::code(l)),
        Column::text(text::person_unit(l)),
    ];
    let shown = detail.learners.iter().filter(|line| line.came.contains(&now.nth));
    let shown = shown.map(|line| view! { <Hidden name="was" value=line.person_id.to_string() /> }).collect_view();
    let rows = detail
        .learners
        .iter()
        .map(|line| {
            let id = format!("here-{}", line.person_id);
            let (checked, name) = (line.came.contains(&now.nth), naming::person(l, &line.name));
            view! {
                <tr>
                    <td class="check"><input type="checkbox" id=id.clone() name="here" value=line.person_id.to_string() checked=checked /></td>
                    <th scope="row"><label for=id>{name}</label></th>
                    <td class="code">{line.code.clone()}</td>
                    <td>{line.unit.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>{text::sheet(l)}</h2>
            <Form action=routes::with_id(routes::CLASS_ATTENDANCE, detail.class.id)>
                <Hidden name="session" value=now.nth.to_string() />
                {shown}
                <Table label=text::sheet(l) columns>{rows}</Table>
                <Actions><Button label=text::save_sheet(l) rank=Rank::Secondary /></Actions>
            </Form>
        </section>
    }
    .into_any()
}
