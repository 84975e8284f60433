//! One device: what it is, what happened to it, and what may become of it (R40, R41).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::equipment::{EquipmentDetail, EquipmentLine};
use leptos::prelude::*;
use model::lifecycle::EquipmentEvent;

use super::super::units::look_up;
use super::super::{audit_entry, reopen};
use super::{crumbs, dong, event, kind, state};
use crate::part::{
    Actions, Button, ErrorSummary, Event, Fact, Facts, Field, FieldErrors, Form, Hidden, History, Input, LinkButton,
    Rank, Tag,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, equipment as text};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &EquipmentDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let item = &detail.item;
    let title = match &item.serial {
        Some(serial) => format!("{}, {serial}", item.model),
        None => item.model.clone(),
    };
    let page = Page::new(title).crumbs(crumbs(l)).paper(item.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::EQUIPMENT_ITEM, item.id);
        let change = detail.may_keep.then(|| {
            let href = routes::with_id(routes::EQUIPMENT_CHANGE, item.id);
            view! { <Actions><LinkButton label=text::change(l) href=href rank=Rank::Secondary /></Actions> }
        });
        let forms = (!errors.is_stale()).then(|| {
            view! { {steps(l, detail, typed, &errors)} {give_away(l, detail, typed, &errors)} }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, detail)}
                    {change}
                </section>
                <section>
                    <h2>{text::history(l)}</h2>
                    <History l events=detail.events.iter().map(|line| happened(l, line)).collect() />
                </section>
            </div>
            {forms}
        }
        .into_any()
    })
}

fn facts(l: Lang, detail: &EquipmentDetail) -> AnyView {
    let item = &detail.item;
    let (tone, state) = state(l, item.state);
    let unit = routes::with_id(routes::UNIT, item.unit_id);
    let code = |serial: String| view! { <span class="code">{serial}</span> };
    let facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::kind(l), kind(l, item.kind)),
        Fact::maybe(text::serial(l), item.serial.clone().map(code)),
        Fact::new(text::unit(l), view! { <a href=unit>{item.unit.clone()}</a> }),
        Fact::maybe(text::price(l), item.price.map(|price| dong(l, price))),
        Fact::maybe(text::phase(l), item.phase.map(|phase| text::phase_of(l, phase))),
        Fact::maybe(text::acquired_on(l), item.acquired_on.as_deref().map(|day| naming::day(l, day))),
        Fact::maybe(text::note(l), item.note.clone()),
    ];
    view! { <Facts l facts /> }.into_any()
}

fn happened(l: Lang, line: &EquipmentLine) -> Event {
    let what = audit_entry::action(l, &line.action);
    let what = match &line.reason {
        Some(reason) => format!("{what}: {reason}"),
        None => what,
    };
    let when = words::at(l, line.at);
    let when = match &line.actor {
        Some(actor) => format!("{when} · {actor}"),
        None => when,
    };
    Event { what, when, ..Event::default() }
}

/// Only what is possible.
fn steps(l: Lang, detail: &EquipmentDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    (!detail.may.is_empty()).then(|| {
        let buttons = detail
            .may
            .iter()
            .map(|of| {
                let rank = if *of == EquipmentEvent::Retire { Rank::Danger } else { Rank::Secondary };
                view! { <Button label=event(l, *of) name="event" value=of.name() rank=rank /> }
            })
            .collect_view();
        let version = detail.item.version.to_string();
        let action = routes::with_id(routes::EQUIPMENT_STEP, detail.item.id);
        let (reason, wrong) = (typed.get("reason"), errors.of("reason"));
        view! {
            <section class="screen-only">
                <h2>{text::step(l)}</h2>
                <Form action>
                    <button hidden disabled></button>
                    <Hidden name="version" value=version />
                    <Field l name="reason" label=text::reason(l) hint=text::reason_hint(l) input=Input::Area value=reason error=wrong depends=true />
                    <Actions>{buttons}</Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

fn give_away(l: Lang, detail: &EquipmentDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    detail.may_keep.then(|| {
        let version = detail.item.version.to_string();
        let action = routes::with_id(routes::EQUIPMENT_MOVE, detail.item.id);
        let (unit, wrong) = (typed.get("unit_code"), errors.of("unit_code"));
        view! {
            <section class="screen-only">
                <h2>{text::give_away(l)}</h2>
                <Form action>
                    <Hidden name="version" value=version />
                    <Field l name="unit_code" label=text::unit_code(l) look_up=look_up(l) hint=text::unit_hint(l) value=unit error=wrong autocomplete="off" />
                    <Actions><Button label=text::give_away(l) rank=Rank::Secondary /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}
