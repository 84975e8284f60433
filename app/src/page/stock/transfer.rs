//! One transfer, and the receiver's answer.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::{TransferDetail, TransferState};
use leptos::prelude::*;

use super::super::reopen;
use super::{by, crumbs, naming as own, note_field, serial_list};
use crate::part::{Actions, Button, ErrorSummary, Fact, Facts, FieldErrors, Form, Hidden, Notice, Rank, Tag, Tone};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{number, stock::moves as text};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: &TransferDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_TRANSFERS)));
    let title = text::one(l, number(l, of.count), &of.from, &of.to);
    let page = Page::new(title).lead(text::number(l, of.id)).crumbs(crumbs).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let next = match of.state {
            TransferState::Sent if of.own => view! { <Notice l tone=Tone::Info>{text::own(l)}</Notice> }.into_any(),
            TransferState::Sent if of.may_answer => answer(l, of, typed, &errors),
            _ => ().into_any(),
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {facts(l, of)}
            {next}
        }
        .into_any()
    })
}

fn facts(l: Lang, of: &TransferDetail) -> impl IntoView + use<> {
    let (tone, state) = own::transfer_state(l, of.state);
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::from(l), of.from.clone()),
        Fact::new(text::to(l), of.to.clone()),
        Fact::new(text::count(l), number(l, of.count)),
        Fact::new(text::serials(l), serial_list(&of.serials)),
        Fact::maybe(text::document(l), of.document.clone()),
        Fact::new(text::sent_by(l), by(l, of.sent_by.as_deref(), of.sent_at)),
    ];
    if let Some(at) = of.ended_at {
        facts.push(Fact::new(text::ended_by(l), by(l, of.ended_by.as_deref(), at)));
        facts.push(Fact::maybe(text::note(l), of.note.clone()));
    }
    view! { <Facts l facts /> }
}

fn answer(l: Lang, of: &TransferDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let (path, version) = (routes::with_id(routes::STOCK_TRANSFER, of.id), of.version.to_string());
    let take_in = text::take_in(l, number(l, of.count));
    let buttons = (!errors.is_stale()).then(|| {
        view! {
            <Actions>
                <Button name="do" value="take_in" label=take_in />
                <Button name="do" value="turn_back" label=text::turn_back(l) rank=Rank::Danger />
            </Actions>
        }
    });
    let note = note_field(l, text::answer_note(l), None, typed, errors);
    view! {
        <section>
            <h2>{text::answer(l)}</h2>
            <p>{text::answer_lead(l)}</p>
            {reopen(l, errors, &path)}
            <Form action=path>
                <button hidden disabled></button>
                <Hidden name="version" value=version />
                {note}
                {buttons}
            </Form>
        </section>
    }
    .into_any()
}
