//! The national header of an official paper; it is seen in print only. (30/2020/NĐ-CP, Phụ lục I)

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
    #[prop(optional, into)]
    above: Option<String>,
    /// Place and date, in words.
    #[prop(optional, into)]
    place_and_date: Option<String>,
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
                {place_and_date.map(|text| view! { <p class="place">{text}</p> })}
            </div>
        </div>
    }
}
