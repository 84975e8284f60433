//! Minutes of destruction: the list, and the witness's answer. Printed, they begin as a paper does.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::{DestructionDetail, DestructionState};
use leptos::prelude::*;

use super::super::reopen;
use super::{by, crumbs, naming as own};
use crate::part::{
    Actions, Button, Column, Confirm, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, Input, Notice, Rank,
    RowLink, Table, Tag, Tone,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{number, stock::blanks, stock::destructions as text};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: &DestructionDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_DESTRUCTIONS)));
    let above = (of.unit != of.province).then(|| of.province.clone());
    let page = Page::new(text::one(l, &of.line.number)).crumbs(crumbs).paper(of.unit.clone(), above).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let next = match of.line.state {
            DestructionState::Waiting if of.own => note(l, text::own(l)),
            DestructionState::Waiting if of.may_witness => answer(visit, of, typed, &errors),
            DestructionState::Waiting => note(l, text::waits(l)),
            _ => ().into_any(),
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {facts(l, of)}
            {next}
            <section>
                <h2>{text::list(l)}</h2>
                {list(l, of)}
            </section>
        }
        .into_any()
    })
}

fn note(l: Lang, words: &'static str) -> AnyView {
    view! { <Notice l tone=Tone::Info>{words}</Notice> }.into_any()
}

fn facts(l: Lang, of: &DestructionDetail) -> impl IntoView + use<> {
    let (tone, state) = own::destruction_state(l, of.line.state);
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::place(l), of.line.place.clone()),
        Fact::new(text::on_day(l), naming::day(l, &of.line.on_day)),
        Fact::new(text::method(l), of.method.clone()),
        Fact::new(text::count(l), number(l, of.line.count)),
        Fact::new(text::made_by(l), by(l, of.made_by.as_deref(), of.made_at)),
    ];
    if let Some(at) = of.ended_at {
        facts.push(Fact::new(text::witness(l), by(l, of.ended_by.as_deref(), at)));
    }
    if let Some(reason) = &of.reason {
        facts.push(Fact::new(text::reason(l), reason.clone()));
    }
    view! { <Facts l facts /> }
}

fn list(l: Lang, of: &DestructionDetail) -> AnyView {
    let columns = vec![
        Column::text(blanks::serial(l)),
        Column::number(text::order(l)),
        Column::text(blanks::kind(l)),
        Column::text(blanks::lot(l)),
        Column::text(text::spoiled_for(l)),
        Column::text(text::chip(l)),
    ];
    let rows = of
        .blanks
        .iter()
        .enumerate()
        .map(|(index, blank)| {
            let (tone, chip) = match blank.wiped {
                Some(true) => (Tone::Good, text::chip_wiped(l)),
                Some(false) => (Tone::Warn, text::chip_holds(l)),
                None => (Tone::Plain, text::chip_none(l)),
            };
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::STOCK_BLANK, blank.id) text=blank.serial.clone() />
                    <td class="number">{number(l, index as i64 + 1)}</td>
                    <td>{blank.kind.clone()}</td>
                    <td>{blank.lot.clone()}</td>
                    <td>{blank.reason.map(|reason| own::reason(l, reason))}</td>
                    <td><Tag tone text=chip /></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::list(l) columns>{rows}</Table> }.into_any()
}

/// Confirm or refuse, with the second factor freshly shown.
fn answer(visit: &Visit, of: &DestructionDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let (l, needed) = (visit.lang, visit.needs_code());
    let (path, version) = (routes::with_id(routes::STOCK_DESTRUCTION, of.line.id), of.version.to_string());
    let confirm = text::confirm(l, number(l, of.line.count));
    let buttons = (!errors.is_stale()).then(|| {
        view! {
            <Actions>
                <Button name="do" value="confirm" label=confirm />
                <Button name="do" value="refuse" label=text::refuse(l) rank=Rank::Danger />
            </Actions>
        }
    });
    let (reason, reason_error, code_error) = (typed.get("reason"), errors.of("reason"), errors.of("code"));
    view! {
        <section>
            <h2>{text::answer(l)}</h2>
            <p>{text::answer_lead(l)}</p>
            {reopen(l, errors, &path)}
            <Form action=path>
                // the Enter key presses a form's first button: this one, which does nothing
                <button hidden disabled></button>
                <Hidden name="version" value=version />
                <Field l name="reason" label=text::reason(l) hint=text::reason_hint(l) value=reason input=Input::Area error=reason_error depends=true />
                <Confirm l needed error=code_error />
                {buttons}
            </Form>
        </section>
    }
    .into_any()
}
