//! Quick search in the header: a combobox (WAI-ARIA 1.2) over the plain search form, which works without it.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::{html, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One hit of `GET /find?q=…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindHit {
    /// Person, unit: the word for it in the reader's language.
    pub kind: String,
    pub label: String,
    /// What tells it from others of that name: code, unit.
    pub detail: String,
    pub href: String,
}

/// Keystrokes in quick succession ask once.
const PAUSE: Duration = Duration::from_millis(180);
/// A single letter finds half the province.
const SHORTEST: usize = 2;

#[island]
pub fn QuickFind(
    label: String,
    placeholder: String,
    button: String,
    /// Says how many hits there are; `#` stands for the number.
    found: String,
    empty: String,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // none until the first answer
    let hits = RwSignal::new(None::<Vec<FindHit>>);
    let active = RwSignal::new(None::<usize>);
    let open = RwSignal::new(false);
    let asked = StoredValue::new(0_u32);
    let timer = StoredValue::new(None::<TimeoutHandle>);

    let count = move || hits.with(|hits| hits.as_ref().map_or(0, Vec::len));
    let shown = move || open.get() && count() > 0;
    let close = move || {
        open.set(false);
        active.set(None);
    };
    let typed = move |_| {
        let text = input.get_untracked().map(|input| input.value().trim().to_owned()).unwrap_or_default();
        let number = asked.get_value() + 1;
        asked.set_value(number);
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        if text.chars().count() < SHORTEST {
            close();
            return;
        }
        let ask = move || {
            spawn_local(async move {
                let answer = ask(&text).await;
                // what was typed meanwhile has asked again
                if asked.get_value() == number {
                    active.set(None);
                    open.set(answer.is_some());
                    hits.set(answer);
                }
            });
        };
        timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    };
    let pressed = move |event: KeyboardEvent| {
        let last = count().checked_sub(1);
        match (event.key().as_str(), open.get(), last) {
            ("ArrowDown", true, Some(last)) => {
                active.update(|at| *at = Some(at.map_or(0, |at| if at == last { 0 } else { at + 1 })));
                event.prevent_default();
            }
            ("ArrowUp", true, Some(last)) => {
                active.update(|at| *at = Some(at.map_or(last, |at| at.checked_sub(1).unwrap_or(last))));
                event.prevent_default();
            }
            ("ArrowDown", false, Some(_)) => {
                open.set(true);
                event.prevent_default();
            }
            ("Escape", true, _) => {
                close();
                event.prevent_default();
            }
            _ => {}
        }
    };
    let submitted = move |event: SubmitEvent| {
        let chosen = active.get().and_then(|at| hits.with(|hits| hits.as_ref()?.get(at).map(|hit| hit.href.clone())));
        if let Some(href) = chosen {
            event.prevent_default();
            // refused only while the page is being left
            _ = window().location().set_href(&href);
        }
    };
    // Ctrl+K from anywhere on the page
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == "k"
                && (event.ctrl_key() || event.meta_key())
                && let Some(input) = input.get_untracked()
            {
                event.prevent_default();
                input.select();
            }
        });
        on_cleanup(move || handle.remove());
    });

    let status = move || match (open.get(), count()) {
        (false, _) => String::new(),
        (true, 0) => empty.clone(),
        (true, count) => found.replace('#', &count.to_string()),
    };
    let option = move |(index, hit): (usize, FindHit)| {
        let selected = move || active.get() == Some(index);
        view! {
            <a
                role="option"
                id=format!("find-{index}")
                href=hit.href
                tabindex="-1"
                aria-selected=move || selected().to_string()
                // the input keeps the focus until the link is followed
                on:mousedown=|event| event.prevent_default()
            >
                <span class="label">{hit.label}</span>
                <span class="detail">{hit.detail}</span>
                <span class="kind">{hit.kind}</span>
            </a>
        }
    };
    view! {
        <search class="find">
            <form method="get" action="/people" on:submit=submitted>
                <input
                    node_ref=input
                    type="text"
                    name="q"
                    placeholder=placeholder
                    aria-label=label.clone()
                    aria-keyshortcuts="Control+K"
                    autocomplete="off"
                    spellcheck="false"
                    role="combobox"
                    aria-autocomplete="list"
                    aria-controls="find-hits"
                    aria-expanded=move || shown().to_string()
                    aria-activedescendant=move || active.get().map(|at| format!("find-{at}"))
                    on:input=typed
                    on:keydown=pressed
                    on:blur=move |_| close()
                />
                <button>{button}</button>
                <div id="find-hits" role="listbox" aria-label=label hidden=move || !shown()>
                    {move || hits.get().unwrap_or_default().into_iter().enumerate().map(option).collect_view()}
                </div>
                <p role="status" class=move || if open.get() && count() == 0 { "none" } else { "unseen" }>
                    {status}
                </p>
            </form>
        </search>
    }
}

/// The hits; nothing when the question could not be asked.
#[cfg(feature = "hydrate")]
async fn ask(text: &str) -> Option<Vec<FindHit>> {
    let address = format!("/find?q={}", String::from(web_sys::js_sys::encode_uri_component(text)));
    let response = gloo_net::http::Request::get(&address).send().await.ok().filter(gloo_net::http::Response::ok)?;
    response.json().await.ok()
}

#[cfg(not(feature = "hydrate"))]
async fn ask(_text: &str) -> Option<Vec<FindHit>> {
    None
}
