//! A message to the reader of the page. The tone stands as a word for who cannot see colour and shape.

use super::icon::{Icon, icon};
use super::tag::Tone;
use crate::words::part::notice as words;
use contract::Lang;
use leptos::prelude::*;

#[component]
pub fn Notice(l: Lang, #[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let (picture, word) = match tone {
        Tone::Plain | Tone::Info => (Icon::Info, words::info(l)),
        Tone::Good => (Icon::Check, words::success(l)),
        Tone::Warn => (Icon::Warning, words::warning(l)),
        Tone::Bad => (Icon::Stop, words::danger(l)),
    };
    view! {
        <div class=format!("notice {}", tone.class())>
            {icon(picture)}
            <div>
                <span class="unseen">{format!("{word}: ")}</span>
                {children()}
            </div>
        </div>
    }
}
