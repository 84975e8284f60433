//! A question with its answers in sight: radio buttons; a check box.

use super::error_summary::Labels;
use super::field::{Choice, message};
use crate::words::part::field as words;
use contract::Lang;
use leptos::prelude::*;

#[component]
pub fn Choices(
    l: Lang,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = None)] error: Option<String>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let hint_id = hint.as_ref().map(|_| format!("{name}-hint"));
    let error_id = error.as_ref().map(|_| format!("{name}-error"));
    if error.is_some() {
        Labels::tell(&name, &label);
    }
    let described = [hint_id.clone(), error_id.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let described = (!described.is_empty()).then_some(described);
    let class = if error.is_some() { "field wrong" } else { "field" };
    let answers = choices
        .into_iter()
        .enumerate()
        .map(move |(index, choice)| {
            // the error summary links to the first answer
            let id = if index == 0 { name.clone() } else { format!("{name}-{index}") };
            let checked = chosen == choice.value;
            answer(id, name.clone(), "radio", checked, choice, None)
        })
        .collect_view();
    view! {
        <fieldset class=class aria-describedby=described>
            <legend>
                {label}
                {optional.then(|| view! { <span class="aside">{format!(" ({})", words::optional(l))}</span> })}
            </legend>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {error.map(|error| message(l, error_id, error))}
            {answers}
        </fieldset>
    }
}

/// One check box: yes or no, sent as `value=yes`.
#[component]
pub fn Check(
    l: Lang,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    checked: bool,
    #[prop(default = None)] error: Option<String>,
) -> impl IntoView {
    let class = if error.is_some() { "field wrong" } else { "field" };
    let error_id = error.as_ref().map(|_| format!("{name}-error"));
    if error.is_some() {
        Labels::tell(&name, &label);
    }
    view! {
        <div class=class>
            {error.map(|error| message(l, error_id.clone(), error))}
            {answer(name.clone(), name, "checkbox", checked, Choice::new("yes", label), error_id)}
        </div>
    }
}

/// One answer. `error_id`: the error that is about this one alone.
fn answer(
    id: String,
    name: String,
    kind: &'static str,
    checked: bool,
    choice: Choice,
    error_id: Option<String>,
) -> impl IntoView {
    let invalid = error_id.is_some().then_some("true");
    view! {
        <div class="choice">
            <input
                type=kind
                id=id.clone()
                name=name
                value=choice.value
                checked=checked
                aria-describedby=error_id
                aria-invalid=invalid
            />
            <label for=id>{choice.label}</label>
        </div>
    }
}
