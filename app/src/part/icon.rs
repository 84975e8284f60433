//! The few pictures of the interface: drawn in the text's colour, never alone without a word or a label beside them.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Mark,
    Menu,
    Person,
    Leave,
    Sun,
    Moon,
    Device,
    Next,
    Info,
    Check,
    Warning,
    Stop,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::Mark => {
                "M2.5 4.5h15a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM4.5 8h4v4.5h-4zM11 8.5h5M11 11.5h5"
            }
            Icon::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
            Icon::Person => "M10 3.5a3.25 3.25 0 1 1 0 6.5 3.25 3.25 0 0 1 0-6.5zM3.5 17c.5-3.5 3-5 6.5-5s6 1.5 6.5 5",
            Icon::Leave => "M8 3.5H4v13h4M8 10h9M13.5 6.5 17 10l-3.5 3.5",
            Icon::Sun => {
                "M10 6.75a3.25 3.25 0 1 1 0 6.5 3.25 3.25 0 0 1 0-6.5zM10 1.75v2M10 16.25v2M1.75 10h2M16.25 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M15.8 4.2l-1.4 1.4M5.6 14.4l-1.4 1.4"
            }
            Icon::Moon => "M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z",
            Icon::Device => "M2.5 4h15v9.5h-15zM7 17h6M10 13.5V17",
            Icon::Next => "M7.5 4.5 13 10l-5.5 5.5",
            Icon::Info => "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM10 9v5M10 6v.5",
            Icon::Check => "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM6.5 10.25 9 12.75l4.5-5",
            Icon::Warning => "M10 2.75 18 16.75H2zM10 8v4M10 14.25v.5",
            Icon::Stop => "M6.7 2.5h6.6l4.2 4.2v6.6l-4.2 4.2H6.7l-4.2-4.2V6.7zM7.25 7.25l5.5 5.5M12.75 7.25l-5.5 5.5",
        }
    }
}

pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
}
