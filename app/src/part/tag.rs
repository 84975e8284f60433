//! A state in one word, with a shape and a colour: the colour is never alone.

use leptos::prelude::*;

/// What a state or a message means for who reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do: not issued, ended, archived.
    #[default]
    Plain,
    /// Under way, or good to know.
    Info,
    /// In force, done.
    Good,
    /// Needs attention soon.
    Warn,
    /// Locked, refused, overdue.
    Bad,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Info => "info",
            Tone::Good => "good",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }

    /// Dash, ring, disc, triangle, square.
    fn shape(self) -> &'static str {
        match self {
            Tone::Plain => "M1 4h8v2H1z",
            Tone::Info => "M5 .5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM5 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
            Tone::Good => "M5 .5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
            Tone::Warn => "M5 .5 10 9.5H0z",
            Tone::Bad => "M1 1h8v8H1z",
        }
    }
}

#[component]
pub fn Tag(tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <span class=format!("tag {}", tone.class())>
            <svg viewBox="0 0 10 10" aria-hidden="true">
                <path d=tone.shape() fill-rule="evenodd" />
            </svg>
            {text}
        </span>
    }
}
