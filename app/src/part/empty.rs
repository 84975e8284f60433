//! Nothing is here yet: why, and how to begin.

use leptos::prelude::*;

#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// Label and address of the first step.
    #[prop(default = None)]
    begin: Option<(String, String)>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="title">{title}</p>
            <p>{text}</p>
            {begin.map(|(label, href)| view! { <a class="button" href=href>{label}</a> })}
        </div>
    }
}
