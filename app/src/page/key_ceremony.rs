//! A key ceremony: how far it is, and the viewer's own step. No share stands here: see `key_share`.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::keys::{CeremonyStep, CeremonyView, CustodianLine};
use leptos::prelude::*;
use model::lifecycle::{Ceremony, Lifecycle as _};
use registry::work::key_ceremony::COMPONENT_CHARS;

use super::keys::{check_values, crumbs};
use crate::part::{
    Actions, Button, Column, Confirm, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Input, Notice, Rank, Table,
    Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, ceremony as text};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: &CeremonyView,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l, of.line.set_version)).crumbs(crumbs(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let next = match of.next {
            Some(next) => step(visit, of, next, typed, &errors),
            None if of.line.state.is_final() => ().into_any(),
            None => view! { <Notice l tone=Tone::Info><p>{text::wait(l)}</p></Notice> }.into_any(),
        };
        let values = (!of.check_values.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{words::keys::check_values(l)}</h2>
                    {check_values(l, of.line.set_version, &of.check_values)}
                </section>
            }
        });
        let end = of.may_break_off.then(|| break_off(l, of.line.id, typed, &errors));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {facts(l, of)}
            {next}
            <section>
                <h2>{text::custodians(l)}</h2>
                {custodians(l, &of.custodians)}
            </section>
            {values}
            {end}
        }
        .into_any()
    })
}

/// State of a ceremony in a word.
pub fn state(l: Lang, state: Ceremony) -> (Tone, &'static str) {
    match state {
        Ceremony::Proposed => (Tone::Info, text::proposed(l)),
        Ceremony::Agreed => (Tone::Info, text::agreed(l)),
        Ceremony::Drawn => (Tone::Info, text::drawn(l)),
        Ceremony::Kept => (Tone::Good, text::kept(l)),
        Ceremony::Refused => (Tone::Plain, text::refused(l)),
        Ceremony::BrokenOff => (Tone::Plain, text::broken_off(l)),
    }
}

fn facts(l: Lang, of: &CeremonyView) -> AnyView {
    let (tone, state) = state(l, of.line.state);
    let who = |name: &Option<String>, at: i64| {
        let name = name.as_deref().map_or_else(|| text::console(l).to_owned(), |name| naming::person(l, name));
        text::who_when(l, name, words::at(l, at))
    };
    let mut facts = vec![
        Fact::new(words::keys::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::decision(l), of.decision.clone()),
        Fact::new(text::proposed_by(l), who(&of.proposed_by, of.line.proposed_at)),
    ];
    if let Some(at) = of.decided_at {
        facts.push(Fact::new(text::decided_by(l), who(&of.decided_by, at)));
    }
    if let Some(at) = of.drawn_at {
        facts.push(Fact::new(text::drawn_at(l), words::at(l, at)));
    }
    if let Some(id) = &of.set_id {
        facts.push(Fact::code(words::keys::id(l), id.clone()));
    }
    if let (Some(at), Ceremony::Kept | Ceremony::BrokenOff) = (of.ended_at, of.line.state) {
        facts.push(Fact::new(text::ended(l), who(&of.ended_by, at)));
    }
    if let Some(reason) = &of.reason {
        facts.push(Fact::new(words::keys::reason(l), reason.clone()));
    }
    view! { <Facts l facts /> }.into_any()
}

fn custodians(l: Lang, lines: &[CustodianLine]) -> AnyView {
    let columns = vec![
        Column::text(text::name(l)),
        Column::number(text::number(l)),
        Column::text(text::given(l)),
        Column::text(text::shown(l)),
        Column::text(text::confirmed(l)),
    ];
    let at = |at: Option<i64>| at.map_or_else(|| text::not_yet(l).to_owned(), |at| words::at(l, at));
    let rows = lines
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">{naming::person(l, &line.name)}</th>
                    <td class="number">{line.number}</td>
                    <td>{at(line.given_at)}</td>
                    <td>{at(line.shown_at)}</td>
                    <td>{at(line.confirmed_at)}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::custodians(l) columns>{rows}</Table> }.into_any()
}

/// What the viewer does now, with the second factor freshly shown.
fn step(visit: &Visit, of: &CeremonyView, next: CeremonyStep, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let (l, needed, id) = (visit.lang, visit.needs_code(), of.line.id);
    let code = errors.of("code");
    let form = match next {
        CeremonyStep::Decide => {
            let (reason, error) = (typed.get("reason"), errors.of("reason"));
            view! {
                <Form action=routes::with_id(routes::KEY_CEREMONY_DECIDE, id)>
                    // the Enter key presses a form's first button: this one, which does nothing
                    <button hidden disabled></button>
                    <Field l name="reason" label=text::refuse_reason(l) input=Input::Area value=reason error depends=true />
                    <Confirm l needed error=code />
                    <Actions>
                        <Button label=text::agree(l) name="decision" value="agree" />
                        <Button label=text::refuse(l) name="decision" value="refuse" rank=Rank::Danger />
                    </Actions>
                </Form>
            }
            .into_any()
        }
        CeremonyStep::Give => {
            let (value, error) = (typed.get("component"), errors.of("component"));
            let hint = text::component_hint(l, COMPONENT_CHARS);
            view! {
                <Form action=routes::with_id(routes::KEY_CEREMONY_COMPONENT, id)>
                    <Field l name="component" label=text::component(l) hint value error width=Width::Full autocomplete="off" />
                    <Confirm l needed error=code />
                    <Actions><Button label=text::give(l) /></Actions>
                </Form>
            }
            .into_any()
        }
        CeremonyStep::Draw => view! {
            <p>{text::draw_lead(l)}</p>
            <Form action=routes::with_id(routes::KEY_CEREMONY_DRAW, id)>
                <Confirm l needed error=code />
                <Actions><Button label=text::draw(l) /></Actions>
            </Form>
        }
        .into_any(),
        CeremonyStep::Show => view! {
            <p>{text::show_lead(l)}</p>
            <Form action=routes::with_id(routes::KEY_CEREMONY_SHARE, id)>
                <Confirm l needed error=code />
                <Actions><Button label=text::show(l) /></Actions>
            </Form>
        }
        .into_any(),
        CeremonyStep::Confirm => {
            let (value, error) = (typed.get("share"), errors.of("share"));
            view! {
                <p>{text::confirm_lead(l)}</p>
                <Form action=routes::with_id(routes::KEY_CEREMONY_CONFIRM, id)>
                    <Field l name="share" label=text::share(l) input=Input::Area value error width=Width::Full />
                    <Confirm l needed error=code />
                    <Actions><Button label=text::confirm(l) /></Actions>
                </Form>
            }
            .into_any()
        }
    };
    view! {
        <section>
            <h2>{text::your_step(l)}</h2>
            {form}
        </section>
    }
    .into_any()
}

fn break_off(l: Lang, id: i64, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let open = typed.get("do") == "break_off";
    let (value, error) = (typed.get("why"), errors.of("why").filter(|_| open));
    view! {
        <details open=open>
            <summary>{text::break_off(l)}</summary>
            <p>{text::break_lead(l)}</p>
            <Form action=routes::with_id(routes::KEY_CEREMONY_BREAK, id)>
                <button hidden disabled></button>
                <input type="hidden" name="do" value="break_off" />
                <Field l name="why" label=words::keys::reason(l) input=Input::Area value error />
                <Actions><Button label=text::break_submit(l) rank=Rank::Danger /></Actions>
            </Form>
        </details>
    }
    .into_any()
}
