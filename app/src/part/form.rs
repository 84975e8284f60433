//! A form that is sent to the page's own path. The server checks everything, so the browser is told not to.

use leptos::prelude::*;

#[component]
pub fn Form(
    /// Where it goes.
    #[prop(into)]
    action: String,
    /// Carries files.
    #[prop(optional)]
    files: bool,
    /// What a module knows it by.
    #[prop(optional)]
    part: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let encoding = files.then_some("multipart/form-data");
    view! {
        <form class="form" method="post" action=action enctype=encoding data-part=part novalidate>
            {children()}
        </form>
    }
}

/// A value that travels with the form unseen.
#[component]
pub fn Hidden(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}
