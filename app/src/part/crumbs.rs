//! The way from the first page to this one.

use crate::words::part::crumbs as words;
use contract::Lang;
use leptos::prelude::*;

#[derive(Clone, Debug)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Crumb {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Crumb { label: label.into(), href: href.into() }
    }
}

#[component]
pub fn Crumbs(l: Lang, crumbs: Vec<Crumb>, #[prop(into)] here: String) -> impl IntoView {
    let above = crumbs.into_iter().map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> }).collect_view();
    view! {
        <nav class="crumbs" aria-label=words::label(l)>
            <ol>{above} <li><span aria-current="page">{here}</span></li></ol>
        </nav>
    }
}
