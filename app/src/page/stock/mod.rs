//! The pages of the stock of blanks, one a file; what they share.

pub mod aside;
pub mod blank;
pub mod blanks;
pub mod count;
pub mod destruction;
pub mod destruction_form;
pub mod destructions;
pub mod lot;
pub mod lot_form;
pub mod lots;
pub mod naming;
pub mod overview;
pub mod place_form;
pub mod places;
pub mod send;
pub mod spoil;
pub mod transfer;
pub mod transfers;
pub mod type_form;
pub mod types;

use contract::Lang;
use contract::stock::PlaceLine;
use leptos::prelude::*;
use model::role::Action;

use crate::part::{Choice, Crumb, Field, FieldErrors, Input, Width};
use crate::routes;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, stock as text};

/// The way to a page of the stock: below the stock itself, and below one of its sections where there is one.
pub(super) fn crumbs(l: Lang, section: Option<(&str, &str)>) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::new(text::title(l), routes::STOCK)];
    crumbs.extend(section.map(|(label, href)| Crumb::new(label, href)));
    crumbs
}

/// The sections of the stock, above each page that begins one.
fn sections(visit: &Visit) -> impl IntoView + use<> {
    let l = visit.lang;
    let here = visit.path.split('?').next().unwrap_or_default().to_owned();
    let may = |action| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(action));
    let (keep, handle) = (may(Action::KeepStock), may(Action::HandleBlanks));
    let all = [
        (true, text::start(l), routes::STOCK),
        (true, text::blanks::title(l), routes::STOCK_BLANKS),
        (true, text::lots::title(l), routes::STOCK_LOTS),
        (true, text::moves::title(l), routes::STOCK_TRANSFERS),
        (keep, text::aside::title(l), routes::STOCK_ASIDE),
        (handle, text::spoil::title(l), routes::STOCK_SPOIL),
        (true, text::destructions::title(l), routes::STOCK_DESTRUCTIONS),
        (keep, text::count::title(l), routes::STOCK_COUNT),
        (true, text::kinds::title(l), routes::STOCK_TYPES),
        (true, text::places::title(l), routes::STOCK_PLACES),
    ];
    let items = all
        .into_iter()
        .filter(|(shown, ..)| *shown)
        .map(|(_, label, href)| {
            let current = (href == here).then_some("page");
            view! { <li><a href=href aria-current=current>{label}</a></li> }
        })
        .collect_view();
    view! { <nav class="sections" aria-label=text::sections(l)><ul>{items}</ul></nav> }
}

/// The places to choose from.
fn place_choices(places: &[PlaceLine], shown: impl Fn(&PlaceLine) -> bool) -> Vec<Choice> {
    let shown = places.iter().filter(|place| shown(place));
    shown.map(|place| Choice::new(place.id.to_string(), place.name.clone())).collect()
}

/// What is chosen where nothing was typed and there is one choice only.
fn only(typed: String, choices: &[Choice]) -> String {
    match choices {
        [only] if typed.is_empty() => only.value.clone(),
        _ => typed,
    }
}

/// The question for a place.
fn place_field(
    l: Lang,
    (name, label): (&'static str, &'static str),
    choices: Vec<Choice>,
    typed: &Typed,
    errors: &FieldErrors,
) -> AnyView {
    let value = only(typed.get(name), &choices);
    view! { <Field l name label value input=Input::Select(choices) error=errors.of(name) /> }.into_any()
}

/// The question for serials.
fn serials_field(l: Lang, hint: &'static str, typed: &Typed, errors: &FieldErrors, optional: bool) -> AnyView {
    view! {
        <Field
            l
            name="serials"
            label=text::serials::label(l)
            hint
            value=typed.get("serials")
            input=Input::Area
            width=Width::Medium
            error=errors.of("serials")
            autocomplete="off"
            depends=optional
        />
    }
    .into_any()
}

/// The question for a note.
fn note_field(
    l: Lang,
    label: &'static str,
    hint: Option<&'static str>,
    typed: &Typed,
    errors: &FieldErrors,
) -> AnyView {
    let (value, error) = (typed.get("note"), errors.of("note"));
    view! { <Field l name="note" label hint=hint.unwrap_or_default() value input=Input::Area error depends=true /> }
        .into_any()
}

/// An instant as it is written.
fn at(l: Lang, at_ms: i64) -> String {
    words::at(l, at_ms)
}

/// Who and when.
fn by(l: Lang, who: Option<&str>, at_ms: i64) -> String {
    match who {
        Some(who) if !who.is_empty() => words::grant::proposed_by(l, at(l, at_ms), who),
        _ => at(l, at_ms),
    }
}

/// Ranges of serials under each other.
fn serial_list(ranges: &[String]) -> AnyView {
    let lines = ranges.iter().map(|range| view! { <li class="code">{range.clone()}</li> }).collect_view();
    view! { <ul class="serials">{lines}</ul> }.into_any()
}
