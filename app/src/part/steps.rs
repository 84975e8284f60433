//! Page by page through a list whose length nobody counts.

use super::icon::{Icon, icon};
use crate::words::part::pages as words;
use contract::Lang;
use leptos::prelude::*;

/// Nothing where there is no other page.
#[component]
pub fn Steps(l: Lang, previous: Option<String>, next: Option<String>) -> impl IntoView {
    let step = |href: String, label: &'static str, rel: &'static str| {
        view! { <a class=format!("step {rel}") href=href rel=rel aria-label=label>{icon(Icon::Next)}</a> }
    };
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <div class="pages">
                <nav aria-label=words::label(l)>
                    {previous.map(|href| step(href, words::previous(l), "prev"))}
                    {next.map(|href| step(href, words::next(l), "next"))}
                </nav>
            </div>
        }
    })
}
