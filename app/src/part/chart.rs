//! Bars beside their words, drawn on the server: no scripts, and as clear in print and without colours as on a screen. A table with the same
//! numbers stands below each.

use leptos::prelude::*;

/// A bar: what there is, of what there could be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    /// The full part.
    pub done: u64,
    /// The outlined part.
    pub all: u64,
    /// Where the goal is.
    pub mark: Option<u64>,
    /// The numbers, in words.
    pub said: String,
}

/// How long a bar is drawn at most, in units of its picture.
const LENGTH: u64 = 1000;

#[component]
pub fn Chart(#[prop(into)] label: String, bars: Vec<Bar>) -> impl IntoView {
    let most = bars.iter().flat_map(|bar| [bar.done, bar.all, bar.mark.unwrap_or_default()]).max().unwrap_or_default();
    let bars = bars
        .into_iter()
        .map(|bar| {
            let mark = bar.mark.map(|mark| {
                let at = length(mark, most).to_string();
                view! { <line class="mark" x1=at.clone() x2=at y1="0" y2="20" /> }
            });
            view! {
                <li>
                    <span class="what">{bar.label}</span>
                    <svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="all" x="0" y="1" width=length(bar.all, most).to_string() height="18" />
                        <rect class="done" x="0" y="1" width=length(bar.done, most).to_string() height="18" />
                        {mark}
                    </svg>
                    <span class="counted">{bar.said}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <figure class="chart">
            <figcaption>{label}</figcaption>
            <ul>{bars}</ul>
        </figure>
    }
}

/// So much of the most, in units of the picture.
fn length(of: u64, most: u64) -> u64 {
    let long = u128::from(of) * u128::from(LENGTH);
    long.checked_div(u128::from(most)).and_then(|long| u64::try_from(long).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share_of_the_longest() {
        assert_eq!(length(0, 0), 0);
        assert_eq!((length(1, 4), length(4, 4), length(0, 4)), (250, 1000, 0));
        assert_eq!(length(u64::MAX, u64::MAX), 1000);
    }
}
