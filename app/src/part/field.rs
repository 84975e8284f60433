//! One question of a form: label, hint, error and the input, which keeps what was typed.

use super::error_summary::Labels;
use crate::words::part::{errors, field as words};
use contract::Lang;
use leptos::prelude::*;

/// What is asked for, and so what the keyboard of a telephone offers.
#[derive(Clone, Debug, Default)]
pub enum Input {
    #[default]
    Text,
    Password,
    Email,
    /// Digits that are not a quantity: codes, one-time codes.
    Digits,
    Date,
    /// `accept`, as in `.pdf,image/*`.
    File(&'static str),
    /// Several lines.
    Area,
    /// One of several; the empty choice comes first.
    Select(Vec<Choice>),
}

/// One answer to choose from.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into() }
    }
}

/// How much room the answer needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// About ten signs: a code, a date.
    Short,
    /// About thirty: a name, an address.
    #[default]
    Medium,
    Full,
}

#[component]
pub fn Field(
    l: Lang,
    /// Name in the form; the error summary links to the element of this id.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    #[prop(optional)] input: Input,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    /// Label and address of where the answer can be found, in a tab of its own; it stands behind the hint.
    #[prop(optional)]
    look_up: Option<(&'static str, &'static str)>,
    /// As `FieldErrors::of` hands it out.
    #[prop(default = None)]
    error: Option<String>,
    /// As HTML names it: `username`, `current-password`, `one-time-code`, `off`.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// May stay empty; the label says so.
    #[prop(optional)]
    optional: bool,
    /// The rest of the form decides whether it may stay empty; the label says nothing of it.
    #[prop(optional)]
    depends: bool,
    /// What the empty choice of a `Select` is called.
    #[prop(optional)]
    empty: Option<&'static str>,
    #[prop(optional)] width: Width,
    /// Something is wrong with it, which the page says elsewhere.
    #[prop(optional)]
    invalid: bool,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let hint = hint
        .filter(|hint| !hint.is_empty())
        .or_else(|| matches!(input, Input::Date).then(|| words::date_hint(l).to_owned()));
    let hint_id = hint.as_ref().map(|_| format!("{name}-hint"));
    let error_id = error.as_ref().map(|_| format!("{name}-error"));
    if error.is_some() {
        Labels::tell(&name, &label);
    }
    let described = [hint_id.clone(), error_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let attributes = Attributes {
        id: name.clone(),
        name: name.clone(),
        value,
        described: (!described.is_empty()).then_some(described),
        invalid: (invalid || error.is_some()).then_some("true"),
        required: (!optional && !depends).then_some("true"),
        autocomplete,
        autofocus,
        empty: empty.unwrap_or_else(|| words::choose(l)),
    };
    let look_up = look_up.map(|(label, href)| view! { " " <a href=href target="_blank">{label}</a> });
    let class = match (width, error.is_some()) {
        (Width::Short, false) => "field short",
        (Width::Short, true) => "field short wrong",
        (Width::Medium, false) => "field",
        (Width::Medium, true) => "field wrong",
        (Width::Full, false) => "field full",
        (Width::Full, true) => "field full wrong",
    };
    view! {
        <div class=class>
            <label for=name>
                {label}
                {optional.then(|| view! { <span class="aside">{format!(" ({})", words::optional(l))}</span> })}
            </label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint} {look_up}</p> })}
            {error.map(|error| message(l, error_id, error))}
            {element(input, attributes)}
        </div>
    }
}

/// The error next to what it is about.
pub(super) fn message(l: Lang, id: Option<String>, text: String) -> impl IntoView {
    view! {
        <p class="error" id=id>
            <span class="unseen">{format!("{} ", errors::mark(l))}</span>
            {text}
        </p>
    }
}

struct Attributes {
    id: String,
    name: String,
    value: String,
    described: Option<String>,
    invalid: Option<&'static str>,
    required: Option<&'static str>,
    autocomplete: Option<&'static str>,
    autofocus: bool,
    empty: &'static str,
}

fn element(input: Input, mut of: Attributes) -> AnyView {
    let (kind, mode, accept) = match input {
        Input::Area => return area(of).into_any(),
        Input::Select(choices) => return select(choices, of).into_any(),
        Input::Text => ("text", None, None),
        Input::Password => ("password", None, None),
        Input::Email => ("email", None, None),
        Input::Digits => ("text", Some("numeric"), None),
        // not the browser's own date field: it shows the order of its language, where 03/04 may be the fourth of March;
        // and no keyboard of digits alone, which has no slash on some telephones
        Input::Date => {
            of.value = day_first(&of.value);
            ("text", None, None)
        }
        Input::File(accept) => ("file", None, Some(accept)),
    };
    // a password or a file is never sent back
    let value = (!matches!(kind, "password" | "file")).then_some(of.value);
    view! {
        <input
            type=kind
            id=of.id
            name=of.name
            value=value
            inputmode=mode
            accept=accept
            aria-describedby=of.described
            aria-invalid=of.invalid
            aria-required=of.required
            autocomplete=of.autocomplete
            autofocus=of.autofocus
        />
    }
    .into_any()
}

/// 2026-11-22, as dates are stored, is written 22/11/2026. What was typed otherwise stays as it was typed.
fn day_first(text: &str) -> String {
    match text.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] if year.len() == 4 => format!("{day}/{month}/{year}"),
        _ => text.to_owned(),
    }
}

fn area(of: Attributes) -> impl IntoView {
    view! {
        <textarea
            id=of.id
            name=of.name
            rows="4"
            aria-describedby=of.described
            aria-invalid=of.invalid
            aria-required=of.required
            autofocus=of.autofocus
        >
            {of.value}
        </textarea>
    }
}

fn select(choices: Vec<Choice>, of: Attributes) -> impl IntoView {
    let chosen = of.value;
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == chosen;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    view! {
        <select
            id=of.id
            name=of.name
            aria-describedby=of.described
            aria-invalid=of.invalid
            aria-required=of.required
            autocomplete=of.autocomplete
            autofocus=of.autofocus
        >
            <option value="">{of.empty}</option>
            {options}
        </select>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_day_first() {
        assert_eq!(day_first("2026-11-22"), "22/11/2026");
        for as_typed in ["", "22/11/2026", "22-11-2026", "hôm nay"] {
            assert_eq!(day_first(as_typed), as_typed);
        }
    }
}
