//! Buttons and links that look like them. A page has one primary button.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rank {
    /// The one thing that this page is for.
    #[default]
    Primary,
    Secondary,
    /// Takes something away; the label names what.
    Danger,
    /// As light as a link.
    Quiet,
}

impl Rank {
    fn class(self) -> &'static str {
        match self {
            Rank::Primary => "button primary",
            Rank::Secondary => "button",
            Rank::Danger => "button danger",
            Rank::Quiet => "quiet",
        }
    }
}

/// Sends the form it stands in; `name` and `value` say which button it was.
#[component]
pub fn Button(
    #[prop(into)] label: String,
    #[prop(optional)] rank: Rank,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
) -> impl IntoView {
    view! { <button class=rank.class() name=name value=value>{label}</button> }
}

#[component]
pub fn LinkButton(
    #[prop(into)] label: String,
    #[prop(into)] href: String,
    #[prop(optional)] rank: Rank,
) -> impl IntoView {
    view! { <a class=rank.class() href=href>{label}</a> }
}

/// A form of nothing but a button and what travels with it.
#[component]
pub fn PostButton(
    #[prop(into)] label: String,
    #[prop(into)] action: String,
    /// Names and values.
    #[prop(optional)]
    hidden: Vec<(&'static str, String)>,
    #[prop(optional)] rank: Rank,
) -> impl IntoView {
    let hidden =
        hidden.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    view! {
        <form method="post" action=action>
            {hidden}
            <button class=rank.class()>{label}</button>
        </form>
    }
}

/// Buttons in a row.
#[component]
pub fn Actions(children: Children) -> impl IntoView {
    view! { <div class="actions">{children()}</div> }
}
