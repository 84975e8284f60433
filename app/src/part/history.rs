//! What happened, when, and by which decision; the newest first.

use crate::words::part::history as words;
use contract::Lang;
use leptos::prelude::*;

#[derive(Clone, Debug, Default)]
pub struct Event {
    pub what: String,
    /// As `words::date_time` writes it.
    pub when: String,
    /// Number of the paper that ordered it.
    pub paper: Option<String>,
}

#[component]
pub fn History(l: Lang, events: Vec<Event>) -> impl IntoView {
    if events.is_empty() {
        return view! { <p class="aside">{words::empty(l)}</p> }.into_any();
    }
    let items = events
        .into_iter()
        .map(|event| {
            view! {
                <li>
                    <p class="what">{event.what}</p>
                    <p class="when">{event.when}</p>
                    {event.paper.map(|number| view! { <p>{words::paper(l, number)}</p> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="history">{items}</ol> }.into_any()
}
