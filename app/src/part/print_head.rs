//! The national header of a printed page; it is seen in print only. (30/2020/NĐ-CP, Phụ lục I)

use crate::words::part::print as words;
use contract::Lang;
use leptos::prelude::*;

#[component]
pub fn PrintHead(
    l: Lang,
    /// The agency that the paper comes from.
    #[prop(into)]
    agency: String,
    /// The agency above it.
    #[prop(default = None)]
    above: Option<String>,
) -> impl IntoView {
    view! {
        <div class="print-head">
            <div>
                {above.map(|above| view! { <p>{above}</p> })}
                <p class="agency">{agency}</p>
            </div>
            <div>
                <p class="nation">{words::nation(l)}</p>
                <p class="motto">{words::motto(l)}</p>
            </div>
        </div>
    }
}
