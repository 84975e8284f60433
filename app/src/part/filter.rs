//! The questions above a list. They are sent with GET, so that the address holds them.

use leptos::prelude::*;

#[component]
pub fn Filter(
    /// What is filtered, for who cannot see where the form stands.
    #[prop(into)]
    label: String,
    #[prop(into)] action: String,
    /// Label of the button.
    #[prop(into)]
    submit: String,
    /// Label and address of the link that takes all filters away, where there are any.
    #[prop(default = None)]
    clear: Option<(String, String)>,
    children: Children,
) -> impl IntoView {
    view! {
        <search>
            <form class="filter" method="get" action=action aria-label=label>
                {children()}
                <div class="actions">
                    <button class="button">{submit}</button>
                    {clear.map(|(label, href)| view! { <a class="quiet" href=href>{label}</a> })}
                </div>
            </form>
        </search>
    }
}
