//! The cards' key sets, with their check values, and what becomes of them.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::keys::{CeremonyLine, Held, KeySetLine, KeySets, Rotation};
use leptos::prelude::*;
use model::lifecycle::{KeySet, KeySetEvent, Lifecycle as _};
use model::role::Action;

use super::{field, key_ceremony};
use crate::part::{
    Actions, Button, Choice, Column, Confirm, Crumb, Empty, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Input,
    LinkButton, Notice, Rank, RowLink, Table, Tag, Tone,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, keys as text};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: &KeySets,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let sets = if of.sets.is_empty() {
            view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any()
        } else {
            of.sets.iter().map(|line| set(l, line)).collect_view().into_any()
        };
        let may = |action| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(action));
        let begin = of.may_begin.then(|| {
            view! { <LinkButton label=text::begin(l) href=routes::KEY_CEREMONY_ADD rank=Rank::Primary /> }
        });
        let restore = may(Action::KeepShares).then(|| {
            view! { <LinkButton label=text::go_restore(l) href=routes::KEY_RESTORE rank=Rank::Secondary /> }
        });
        let actions = (begin.is_some() || restore.is_some()).then(|| view! { <Actions>{begin} {restore}</Actions> });
        let decide = may(Action::DecideKeys).then(|| decisions(visit, &of.sets, typed, &errors)).flatten();
        let ceremonies = (!of.ceremonies.is_empty()).then(|| ceremonies(l, &of.ceremonies));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {actions}
            {sets}
            {decide}
            {rotation(l, &of.rotation)}
            {ceremonies}
            <p>{text::public(l)} " " <a href=routes::PUBLIC_KEYS>{routes::PUBLIC_KEYS}</a></p>
        }
        .into_any()
    })
}

/// The pages above one about keys.
pub fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(text::title(l), routes::KEYS)]
}

fn set(l: Lang, of: &KeySetLine) -> AnyView {
    let demonstration =
        of.demonstration.then(|| view! { <Notice l tone=Tone::Warn><p>{text::demonstration(l)}</p></Notice> });
    let (tone, state) = state(l, of.state);
    let held = match of.held {
        _ if of.state == KeySet::Destroyed => text::gone(l),
        Held::Yes => text::held(l),
        Held::No => text::not_held(l),
        Held::Other => text::other_held(l),
        Held::Unknown => text::unknown_held(l),
    };
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::vault(l), held),
        Fact::code(text::id(l), of.set_id.clone()),
        Fact::code(text::key_id(l), of.key_id.clone()),
        Fact::new(text::prepared_at(l), words::at(l, of.prepared_at)),
    ];
    let times = [
        (text::used_at(l), of.used_at),
        (text::retired_at(l), of.retired_at),
        (text::destroyed_at(l), of.destroyed_at),
    ];
    facts.extend(times.into_iter().filter_map(|(term, at)| Some(Fact::new(term, words::at(l, at?)))));
    if let Some(id) = of.ceremony {
        let link = view! { <a href=routes::with_id(routes::KEY_CEREMONY, id)>{text::ceremony_of(l, id)}</a> };
        facts.push(Fact::new(text::ceremony(l), link));
    }
    view! {
        <section>
            <h2>{text::set(l, of.set_version)}</h2>
            {demonstration}
            <Facts l facts />
            <details open=of.state == KeySet::InUse>
                <summary>{text::check_values(l)}</summary>
                {check_values(l, of.set_version, &of.check_values)}
            </details>
        </section>
    }
    .into_any()
}

fn state(l: Lang, state: KeySet) -> (Tone, &'static str) {
    match state {
        KeySet::Prepared => (Tone::Info, text::prepared(l)),
        KeySet::InUse => (Tone::Good, text::in_use(l)),
        KeySet::Retired => (Tone::Plain, text::retired(l)),
        KeySet::Destroyed => (Tone::Bad, text::destroyed(l)),
    }
}

/// Check values under each other, as they are compared with paper.
pub fn check_values(l: Lang, set_version: u8, values: &[(String, String)]) -> AnyView {
    let label = format!("{} – {}", text::check_values(l), text::set(l, set_version));
    let columns = vec![Column::text(text::key(l)), Column::text(text::value(l))];
    let rows = values
        .iter()
        .map(|(name, value)| {
            view! {
                <tr>
                    <th scope="row">{key_name(l, name)}</th>
                    <td class="code">{value.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <p class="hint">{text::check_values_hint(l)}</p>
        <Table label columns>{rows}</Table>
    }
    .into_any()
}

fn key_name(l: Lang, name: &str) -> String {
    use words::key_name as own;
    let known = match name {
        "transport" => own::transport(l),
        "default" => own::default(l),
        "picc" => own::picc(l),
        "identity_master" => own::identity_master(l),
        "identity_read" => own::identity_read(l),
        "identity_write" => own::identity_write(l),
        "identity_access" => own::identity_access(l),
        "identity_timekeeping" => own::identity_timekeeping(l),
        "tag" => own::tag(l),
        "sdm_meta" => own::sdm_meta(l),
        "sdm_file" => own::sdm_file(l),
        other => other,
    };
    known.to_owned()
}

/// What an approver may decide: one form, which asks for the second factor once.
fn decisions(visit: &Visit, sets: &[KeySetLine], typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    let (l, needed) = (visit.lang, visit.needs_code());
    let may = |event: KeySetEvent| sets.iter().filter(move |of| of.state.may(event)).map(|of| of.set_version);
    let mut choices: Vec<Choice> =
        may(KeySetEvent::Use).map(|set| Choice::new(format!("use-{set}"), text::put_in_use(l, set))).collect();
    choices.extend(may(KeySetEvent::Destroy).map(|set| Choice::new(format!("destroy-{set}"), text::destroy(l, set))));
    if choices.is_empty() {
        return None;
    }
    let [what, reason] = ["what", "reason"].map(|field| typed.get(field));
    let [wrong_what, wrong_reason, wrong_code] = ["what", "reason", "code"].map(|field| errors.of(field));
    let form = view! {
        <section>
            <h2>{text::decide(l)}</h2>
            <p>{text::put_in_use_lead(l)}</p>
            <p>{text::destroy_lead(l)}</p>
            <Form action=routes::KEYS>
                // the Enter key presses a form's first button: this one, which does nothing
                <button hidden disabled></button>
                <Field l name="what" label=text::what(l) input=Input::Select(choices) value=what error=wrong_what />
                <Field l name="reason" label=text::reason(l) hint=text::reason_hint(l) value=reason input=Input::Area error=wrong_reason depends=true />
                <Confirm l needed error=wrong_code />
                <Actions><Button label=text::decide_submit(l) /></Actions>
            </Form>
        </section>
    };
    Some(form.into_any())
}

/// Which cards have which set, and how they get the next one.
fn rotation(l: Lang, far: &Rotation) -> AnyView {
    view! {
        <section>
            <h2>{text::rotation(l)}</h2>
            {field::by_set(l, far)}
            <p>{text::rotation_steps(l)}</p>
        </section>
        {field::by_unit(l, far)}
    }
    .into_any()
}

fn ceremonies(l: Lang, lines: &[CeremonyLine]) -> AnyView {
    let columns =
        vec![Column::text(text::ceremony(l)), Column::text(text::state(l)), Column::text(text::proposed_at(l))];
    let rows = lines
        .iter()
        .map(|line| {
            let (tone, state) = key_ceremony::state(l, line.state);
            let name = format!("{} – {}", text::ceremony_of(l, line.id), text::set(l, line.set_version));
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::KEY_CEREMONY, line.id) text=name />
                    <td><Tag tone text=state /></td>
                    <td>{words::at(l, line.proposed_at)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>{text::ceremonies(l)}</h2>
            <Table label=text::ceremonies(l) columns>{rows}</Table>
        </section>
    }
    .into_any()
}
