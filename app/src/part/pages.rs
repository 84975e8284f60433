//! Page by page through a long list. The links keep the rest of the address: filters and order.

use super::icon::{Icon, icon};
use crate::words::{self, part::pages as own};
use contract::Lang;
use leptos::prelude::*;

/// Where a list stands: `page` counts from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    pub page: u64,
    pub per_page: u64,
    pub total: u64,
}

impl Slice {
    pub fn pages(self) -> u64 {
        self.total.div_ceil(self.per_page.max(1)).max(1)
    }
}

/// Nothing but the count where one page holds everything.
#[component]
pub fn Pages(
    l: Lang,
    slice: Slice,
    /// Path and query of this page, `PageContext::path`.
    #[prop(into)]
    path: String,
) -> impl IntoView {
    let pages = slice.pages();
    // a page past the end is the last one
    let page = slice.page.clamp(1, pages);
    let number = move |value: u64| words::number(l, i64::try_from(value).unwrap_or(i64::MAX));
    let from = if slice.total == 0 { 0 } else { (page - 1) * slice.per_page + 1 };
    let to = page.saturating_mul(slice.per_page).min(slice.total);
    let shown = own::shown(l, number(from), number(to), number(slice.total));
    let links = (pages > 1).then(|| {
        let href = move |page: u64| with_query(&path, "page", &page.to_string());
        let items = numbers(page, pages)
            .into_iter()
            .map(|entry| match entry {
                None => view! { <li class="gap" aria-hidden="true">"…"</li> }.into_any(),
                Some(other) => {
                    let current = (other == page).then_some("page");
                    let label = own::page(l, number(other));
                    view! { <li><a href=href(other) aria-current=current aria-label=label>{number(other)}</a></li> }
                        .into_any()
                }
            })
            .collect_view();
        let step = |to: u64, label: &'static str, rel: &'static str| {
            view! { <a class=format!("step {rel}") href=href(to) rel=rel aria-label=label>{icon(Icon::Next)}</a> }
        };
        let previous = (page > 1).then(|| step(page - 1, own::previous(l), "prev"));
        let next = (page < pages).then(|| step(page + 1, own::next(l), "next"));
        view! {
            <nav aria-label=own::label(l)>
                {previous} <ul>{items}</ul> {next}
            </nav>
        }
    });
    view! { <div class="pages"><p>{shown}</p>{links}</div> }
}

/// The same address with one parameter set; an empty value takes it out.
pub fn with_query(path: &str, key: &str, value: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(key))
        .map(str::to_owned)
        .collect();
    if !value.is_empty() {
        pairs.push(format!("{key}={}", percent_encoded(value)));
    }
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// RFC 3986 §2.1.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// First, last and the neighbours of this page; `None` where numbers are left out.
fn numbers(page: u64, pages: u64) -> Vec<Option<u64>> {
    let mut shown: Vec<u64> =
        [1, page.saturating_sub(1), page, page + 1, pages].into_iter().filter(|p| (1..=pages).contains(p)).collect();
    shown.sort_unstable();
    shown.dedup();
    let mut entries = Vec::new();
    let mut last = 0;
    for page in shown {
        match page - last {
            1 => {}
            2 => entries.push(Some(last + 1)),
            _ => entries.push(None),
        }
        entries.push(Some(page));
        last = page;
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_the_last_and_the_neighbours_are_offered() {
        let written = |page, pages| {
            numbers(page, pages).iter().map(|p| p.map_or("…".into(), |p| p.to_string())).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(written(1, 1), "1");
        assert_eq!(written(1, 603), "1 2 … 603");
        assert_eq!(written(4, 7), "1 2 3 4 5 6 7");
        assert_eq!(written(300, 603), "1 … 299 300 301 … 603");
        assert_eq!(written(603, 603), "1 … 602 603");
        assert_eq!(written(3, 3), "1 2 3");
    }

    #[test]
    fn links_keep_the_rest_of_the_address() {
        assert_eq!(with_query("/people", "page", "2"), "/people?page=2");
        assert_eq!(with_query("/people?page=1&q=l%C3%AA", "page", "2"), "/people?q=l%C3%AA&page=2");
        assert_eq!(with_query("/people?pages=1", "page", "2"), "/people?pages=1&page=2");
        assert_eq!(with_query("/people?q=a", "q", ""), "/people");
        assert_eq!(with_query("/people", "q", "lê & a"), "/people?q=l%C3%AA%20%26%20a");
    }
}
