//! One lot: what came, what was checked, and the decision about it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::{LotDetail, LotState};
use leptos::prelude::*;
use model::lifecycle::{Blank, Lifecycle as _};
use model::stock::LotCheck;

use super::super::reopen;
use super::{by, crumbs, naming as own};
use crate::part::{
    Actions, Button, Check, Column, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, Input, Notice, Rank,
    Table, Tag, Tone, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{number, stock::fault, stock::lots as text, stock::moves};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    lot: &LotDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_LOTS)));
    let page = Page::new(text::one(l, &lot.lot.number)).lead(lot.lot.kind.clone()).crumbs(crumbs).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let waits = lot.lot.state == LotState::Received && lot.may_keep;
        let decision = waits.then(|| decision(l, lot, typed, &errors));
        let differs = (lot.lot.stated != lot.lot.counted).then(|| {
            let said = text::differs(l, number(l, lot.lot.counted), number(l, lot.lot.stated));
            view! { <Notice l tone=Tone::Warn>{said}</Notice> }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {differs}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, lot)}
                </section>
                <section>
                    <h2>{text::blanks(l)}</h2>
                    {blanks(l, lot)}
                </section>
            </div>
            {decision}
        }
        .into_any()
    })
}

fn facts(l: Lang, lot: &LotDetail) -> impl IntoView + use<> {
    let (tone, state) = own::lot_state(l, lot.lot.state);
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::supplier(l), lot.lot.supplier.clone()),
        Fact::new(text::place(l), lot.lot.place.clone()),
        Fact::new(text::document(l), lot.document.clone()),
        Fact::new(text::received_on(l), naming::day(l, &lot.lot.received_on)),
        Fact::new(text::stated(l), number(l, lot.lot.stated)),
        Fact::new(text::counted(l), number(l, lot.lot.counted)),
    ];
    if let Some((first, last)) = &lot.ends {
        facts.push(Fact::code(text::ends(l), format!("{first} … {last}")));
    }
    if let Some(note) = &lot.note {
        facts.push(Fact::new(text::note(l), note.clone()));
    }
    facts.push(Fact::new(text::entered(l), by(l, lot.entered_by.as_deref(), lot.entered_at)));
    if let Some(at) = lot.decided_at {
        facts.push(Fact::new(text::decided(l), by(l, lot.decided_by.as_deref(), at)));
        facts.push(Fact::maybe(text::decision_note(l), lot.decision_note.clone()));
    }
    if !lot.checks.is_empty() {
        let list = lot.checks.iter().map(|check| view! { <li>{own::check(l, *check)}</li> }).collect_view();
        facts.push(Fact::new(text::checks(l), view! { <ul class="ticked">{list}</ul> }));
    }
    view! { <Facts l facts /> }
}

fn blanks(l: Lang, lot: &LotDetail) -> impl IntoView + use<> {
    let columns = vec![Column::text(text::state(l)), Column::number(moves::count(l))];
    let rows = Blank::STATES
        .iter()
        .map(|(state, _)| (*state, lot.holding.of(*state)))
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| {
            view! {
                <tr>
                    <th scope="row"><Tag tone=own::tone(state) text=own::state(l, state) /></th>
                    <td class="number">{number(l, count)}</td>
                </tr>
            }
        })
        .collect_view();
    let href = with_query(routes::STOCK_BLANKS, "lot", &lot.lot.id.to_string());
    view! {
        <Table label=text::blanks(l) columns>{rows}</Table>
        <p><a href=href>{text::see_blanks(l)}</a></p>
    }
}

fn decision(l: Lang, lot: &LotDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let path = routes::with_id(routes::STOCK_LOT, lot.lot.id);
    let version = lot.version.to_string();
    // the two forms have fields of the same meaning; the one that was sent shows its faults
    let sends_back = typed.get("do") == "back";
    let back_errors = if sends_back { errors.clone() } else { FieldErrors::new() };
    let accept_errors = if sends_back { FieldErrors::new() } else { errors.clone() };
    let accept = if lot.appraisal.is_none() {
        let to = routes::STOCK_TYPES;
        view! {
            <Notice l tone=Tone::Warn>
                <p>{text::not_appraised(l)}</p>
                <p><a href=to>{crate::words::stock::kinds::title(l)}</a></p>
            </Notice>
        }
        .into_any()
    } else {
        accept_form(l, lot, typed, &accept_errors)
    };
    let reason = if sends_back { typed.get("back_note") } else { String::new() };
    let again = reopen(l, errors, &path);
    let (reason_error, label) = (back_errors.of("back_note"), text::send_back(l, &lot.lot.number));
    view! {
        {again}
        <section>
            <h2>{text::accept_title(l)}</h2>
            {accept}
        </section>
        <section>
            <h2>{text::back_title(l)}</h2>
            <Form action=path>
                <Hidden name="version" value=version />
                <Field l name="back_note" label=text::back_reason(l) value=reason input=Input::Area error=reason_error />
                <Actions>
                    <Button name="do" value="back" label rank=Rank::Danger />
                </Actions>
            </Form>
        </section>
    }
    .into_any()
}

fn accept_form(l: Lang, lot: &LotDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let checks = LotCheck::asked(lot.chip)
        .map(|check| {
            let name = check.name();
            view! { <Check l name label=own::check(l, check) checked=typed.has(name) error=errors.of(name) /> }
        })
        .collect_view();
    let (serials, note) = (typed.get("serials"), typed.get("note"));
    let (serials_error, note_error) = (errors.of("serials"), errors.of("note"));
    let version = lot.version.to_string();
    let button = (!errors.is_stale()).then(|| {
        view! { <Actions><Button name="do" value="accept" label=text::accept(l) /></Actions> }
    });
    view! {
        <p>{text::accept_lead(l)}</p>
        <Form action=routes::with_id(routes::STOCK_LOT, lot.lot.id)>
            <Hidden name="version" value=version />
            {checks}
            <Field l name="serials" label=text::back(l) hint=text::back_hint(l) value=serials input=Input::Area error=serials_error optional=true />
            <Field l name="note" label=text::decision_note(l) hint=text::decision_hint(l) value=note input=Input::Area error=note_error depends=true />
            {button}
        </Form>
    }
    .into_any()
}

/// Everything would go back: the other form is meant.
pub fn all_back(l: Lang) -> FieldErrors {
    FieldErrors::one("serials", fault::all_back(l))
}
