//! What waits for the reader, grouped by what is to be done; the overdue and the oldest come first.

use super::tag::{Tag, Tone};
use crate::words::{self, part::queue as own};
use contract::Lang;
use leptos::prelude::*;

#[derive(Clone, Debug)]
pub struct Group {
    /// What is to be done with these.
    pub title: String,
    /// How many there are in all, which may be more than are shown.
    pub total: u64,
    pub items: Vec<Item>,
    /// Label and address of all of them.
    pub all: Option<(String, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct Item {
    /// The thing: a list, a request.
    pub what: String,
    /// About whom or what: a person, a unit.
    pub about: String,
    pub href: String,
    /// How long it has waited, as `words::age` writes it.
    pub age: Option<String>,
    /// Until when, in words.
    pub due: Option<String>,
    pub overdue: bool,
}

#[component]
pub fn Queue(l: Lang, groups: Vec<Group>) -> impl IntoView {
    groups.into_iter().map(|of| group(l, of)).collect_view()
}

fn group(l: Lang, group: Group) -> impl IntoView {
    let total = words::number(l, i64::try_from(group.total).unwrap_or(i64::MAX));
    view! {
        <section class="queue">
            <h2>{group.title} " " <span class="count">{total}</span></h2>
            <ul>{group.items.into_iter().map(|of| item(l, of)).collect_view()}</ul>
            {group.all.map(|(label, href)| view! { <p><a href=href>{label}</a></p> })}
        </section>
    }
}

fn item(l: Lang, item: Item) -> impl IntoView {
    view! {
        <li>
            <a href=item.href>
                <span class="what">{item.what}</span>
                <span class="about">{item.about}</span>
            </a>
            <span class="wait">{item.age.map(|age| own::waiting(l, age))}</span>
            <span class="due">
                {item.due}
                {item.overdue.then(|| view! { <Tag tone=Tone::Bad text=own::overdue(l) /> })}
            </span>
        </li>
    }
}
