//! What is known of one thing: terms and their values.

use crate::words::part::facts as words;
use contract::Lang;
use leptos::prelude::*;

pub struct Fact {
    term: String,
    value: Option<AnyView>,
}

impl Fact {
    pub fn new(term: impl Into<String>, value: impl IntoView + 'static) -> Self {
        Fact { term: term.into(), value: Some(value.into_any()) }
    }

    /// A value that may be missing; then the page says so.
    pub fn maybe(term: impl Into<String>, value: Option<impl IntoView + 'static>) -> Self {
        Fact { term: term.into(), value: value.map(IntoAny::into_any) }
    }

    /// A code, in signs of one width.
    pub fn code(term: impl Into<String>, value: impl Into<String>) -> Self {
        let value: String = value.into();
        Fact::new(term, view! { <span class="code">{value}</span> })
    }
}

#[component]
pub fn Facts(l: Lang, facts: Vec<Fact>) -> impl IntoView {
    let rows = facts
        .into_iter()
        .map(|fact| {
            let value = match fact.value {
                Some(value) => value,
                None => view! { <span class="aside">{words::none(l)}</span> }.into_any(),
            };
            view! { <div><dt>{fact.term}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }
}
