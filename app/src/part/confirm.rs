//! The second factor once more, before an act that decides: asked for only where it was shown too long ago.

use super::field::{Field, Width};
use crate::words::part::confirm as words;
use contract::Lang;
use leptos::prelude::*;

#[component]
pub fn Confirm(
    l: Lang,
    /// As `Visit::needs_code` says.
    needed: bool,
    #[prop(default = None)] error: Option<String>,
) -> impl IntoView {
    needed.then(|| {
        view! {
            <Field
                l
                name="code"
                label=words::label(l)
                hint=words::hint(l)
                width=Width::Medium
                error=error
                autocomplete="one-time-code"
            />
        }
    })
}
