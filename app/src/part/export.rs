//! The whole list as a file, filtered as it is shown.

use contract::Lang;
use leptos::prelude::*;

use super::with_query;
use crate::words::export as own;

#[component]
pub fn Export(
    l: Lang,
    /// Path and query of this page.
    #[prop(into)]
    path: String,
) -> impl IntoView {
    let whole = with_query(&path, "page", "");
    drop(path);
    let to = |format: &str| with_query(&whole, "as", format);
    view! {
        <nav class="export screen-only" aria-label=own::label(l)>
            <a href=to("xlsx") download>{own::xlsx(l)}</a>
            <a href=to("csv") download>{own::csv(l)}</a>
        </nav>
    }
}
