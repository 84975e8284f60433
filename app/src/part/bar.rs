//! One number within another as a small bar, with the numbers beside it: people in posts.

use crate::words::{self, part::bar as own};
use contract::Lang;
use leptos::prelude::*;

#[component]
pub fn Bar(l: Lang, value: u64, of: u64) -> impl IntoView {
    let number = |value: u64| words::number(l, i64::try_from(value).unwrap_or(i64::MAX));
    let over = value.saturating_sub(of);
    // people without any post fill the bar
    let filled = (value * 100).checked_div(of).unwrap_or(value * 100).min(100);
    let class = if over > 0 { "bar over" } else { "bar" };
    view! {
        <span class=class>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="all" width="100" height="8" />
                <rect class="part" width=filled height="8" />
            </svg>
            <span>
                {own::text(l, number(of), number(value))}
                {(over > 0).then(|| format!(" ({})", own::over(l, number(over))))}
            </span>
        </span>
    }
}
