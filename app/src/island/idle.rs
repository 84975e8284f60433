//! The session clock: warns before an idle session ends, and prolongs it when asked. The end is shared between tabs
//! through the browser's storage, because work in one tab prolongs the session of all.

use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use web_sys::js_sys::Date;

/// Seconds of warning before the end (WCAG 2.2.1: at least 20).
const WARNING: f64 = 120.0;
const STORED: &str = "session-end";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Quiet,
    Warning,
    Ended,
}

#[island]
pub fn IdleClock(
    /// Seconds until the session ends unless something is done.
    seconds: u32,
    warning: String,
    stay: String,
    ended: String,
    sign_in: String,
) -> impl IntoView {
    let state = RwSignal::new(State::Quiet);
    let left = RwSignal::new(String::new());
    let end = StoredValue::new(0.0_f64);
    Effect::new(move || {
        set_end(end, f64::from(seconds));
        watch(state, left, end);
    });
    let renew = move |_| {
        spawn_local(async move {
            match renewed().await {
                Some(seconds) => {
                    set_end(end, seconds);
                    state.set(State::Quiet);
                }
                None => state.set(State::Ended),
            }
        });
    };
    let hidden = move |of: State| move || state.get() != of;
    let label = warning.clone();
    view! {
        // always there, so that what appears in it is read out
        <div aria-live="polite">
            <section class="idle" aria-label=label hidden=move || state.get() == State::Quiet>
                <div hidden=hidden(State::Warning)>
                    <p>{warning} " " <span class="left" aria-hidden="true">{left}</span></p>
                    <button type="button" class="button primary" on:click=renew>{stay}</button>
                </div>
                <div hidden=hidden(State::Ended)>
                    <p>{ended}</p>
                    <a class="button" href="/sign-in" target="_blank">{sign_in}</a>
                </div>
            </section>
        </div>
    }
}

/// Looks at the clock again whenever what is shown has to change.
fn watch(state: RwSignal<State>, left: RwSignal<String>, end: StoredValue<f64>) {
    let seconds = (latest_end(end) - Date::now()) / 1000.0;
    let (next, wait) = if seconds <= 0.0 {
        // another tab may sign in again
        (State::Ended, 5.0)
    } else if seconds <= WARNING {
        (State::Warning, 1.0)
    } else {
        (State::Quiet, seconds - WARNING)
    };
    if state.get_untracked() != next {
        state.set(next);
    }
    if next == State::Warning {
        left.set(format!("{}:{:02}", (seconds / 60.0).floor(), (seconds % 60.0).floor()));
    }
    set_timeout(move || watch(state, left, end), Duration::from_secs_f64(wait));
}

fn set_end(end: StoredValue<f64>, seconds: f64) {
    let at = Date::now() + seconds * 1000.0;
    end.set_value(at);
    if let Ok(Some(storage)) = window().local_storage() {
        // a browser that stores nothing only loses what other tabs know
        _ = storage.set_item(STORED, &at.to_string());
    }
}

/// What this tab knows, or a later end that another tab has written.
fn latest_end(end: StoredValue<f64>) -> f64 {
    let stored = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(STORED).ok().flatten());
    stored.and_then(|text| text.parse().ok()).unwrap_or(0.0_f64).max(end.get_value())
}

/// Prolongs the session. The answer is the number of seconds it now has.
#[cfg(feature = "hydrate")]
async fn renewed() -> Option<f64> {
    let response = gloo_net::http::Request::get("/session").send().await.ok().filter(gloo_net::http::Response::ok)?;
    response.text().await.ok()?.trim().parse().ok()
}

#[cfg(not(feature = "hydrate"))]
async fn renewed() -> Option<f64> {
    None
}
