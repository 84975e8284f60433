//! The public page: plain HTML with one inline stylesheet, no script, nothing to load but a portrait. It works on an old phone.

use std::sync::LazyLock;

use app::routes;
use app::words::date_time;
use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contract::Lang;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::card_type::CardType;
use model::told::Told;
use registry::work::public::Shown;
use sha2::{Digest as _, Sha256};

use super::words::{check, holder, information, link, log, scan, state, tap};

pub(super) const STYLE: &str = include_str!("style.css");

/// What the page may do: show itself and a portrait of ours, and send its form back.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
});

/// What the page says.
pub enum Said {
    /// Asks for the digits, after what was found out so far.
    Form(Note),
    /// What is known of a card.
    Card {
        /// The card.
        shown: Shown,
        /// How it was proven.
        by: By,
        /// Name of its portrait.
        portrait: Option<String>,
    },
}

/// What was found out before anything is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Nothing was asked yet.
    Nothing,
    /// No such card, or other digits.
    Wrong,
    /// The link's signature fits no card.
    Unproven,
    /// No chip of ours.
    Unknown,
    /// A copy of a link that was opened then.
    Copied {
        /// Unix milliseconds.
        at_ms: i64,
    },
    /// A link from before the last tap.
    Old,
    /// Too many checks.
    Wait {
        /// Until when.
        seconds: u64,
    },
    /// No answer just now.
    Busy,
    /// The same for a tap, which must then be made again.
    BusyTap,
}

/// How somebody proved to have the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By the digits.
    Digits,
    /// By a link that can be copied.
    Link,
    /// By a tap.
    Tap,
}

/// Where a page stands.
pub struct Place<'p> {
    /// In which language.
    pub lang: Lang,
    /// The code in the address, if it has the form of one.
    pub code: Option<&'p str>,
    /// The same page in the other language; none for an answer, which would have to be asked for once more.
    pub other: Option<String>,
    /// When it is asked.
    pub at_ms: i64,
}

/// The answer with that page.
pub fn respond(place: &Place<'_>, said: &Said) -> Response {
    let mut response = answer(render(place, said));
    *response.status_mut() = match said {
        Said::Form(Note::Wait { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Said::Form(Note::Busy | Note::BusyTap) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    let headers = response.headers_mut();
    match said {
        Said::Form(Note::Wait { seconds }) => drop(headers.insert(RETRY_AFTER, (*seconds).into())),
        Said::Form(Note::Busy | Note::BusyTap) => drop(headers.insert(RETRY_AFTER, 5.into())),
        _ => {}
    }
    response
}

/// A page without scripts.
pub(super) fn answer(page: Markup) -> Response {
    let mut response = Response::new(Body::from(page.into_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow, noarchive"));
    response
}

/// Tells search engines to keep away from what they were led to in spite of robots.txt.
pub const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

fn render(place: &Place<'_>, said: &Said) -> Markup {
    let l = place.lang;
    let main = html! {
        @match said {
            Said::Form(note) => {
                @if let Some(code) = place.code { (code_line(l, code)) }
                (noted(l, *note))
                @if *note == Note::Nothing { p.muted { (check::lead(l)) } }
                (form(l, place.code.is_some()))
            }
            Said::Card { shown, by, portrait } => {
                @if let Some(code) = place.code { (code_line(l, code)) }
                (card(l, shown, *by, portrait.as_deref()))
                p.muted { (check::at(l, written(l, place.at_ms))) }
                // asking once more in another language would be another tap
                details lang=(swapped(l).code()) {
                    summary { (check::other_lang(l)) }
                    (card(swapped(l), shown, *by, None))
                }
            }
        }
    };
    let foot = html! {
        @if matches!(said, Said::Card { .. }) { a href=(routes::CHECK) { (check::again(l)) } " " }
        a href=(routes::SCAN) { (scan::go(l)) } " "
        a href=(routes::INFORMATION) { (information::title(l)) } " "
        a href=(routes::LOG) { (log::title(l)) }
    };
    frame(l, check::title(l), place.other.as_deref(), &html! {}, &main, &foot)
}

/// What is around every public page. `other`: where it is in the other language.
pub(super) fn frame(l: Lang, title: &str, other: Option<&str>, head: &Markup, main: &Markup, foot: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(l.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow";
                title { (title) " – " (check::name(l)) }
                style { (PreEscaped(STYLE)) }
                (head)
            }
            body {
                header {
                    b { (check::name(l)) }
                    @if let Some(other) = other {
                        a href=(other) hreflang=(swapped(l).code()) lang=(swapped(l).code()) { (check::other_lang(l)) }
                    }
                }
                main {
                    h1 { (title) }
                    (main)
                }
                footer { (foot) }
            }
        }
    }
}

pub(super) fn swapped(l: Lang) -> Lang {
    match l {
        Lang::Vi => Lang::En,
        Lang::En => Lang::Vi,
    }
}

fn code_line(l: Lang, code: &str) -> Markup {
    html! { p { (check::of_code(l)) " " span.code { (code) } } }
}

/// The form goes back to the address that it stands under.
fn form(l: Lang, has_code: bool) -> Markup {
    html! { form method="post" { (inputs(l, (!has_code).then_some(""), "")) } }
}

/// Code, where it is asked for, and digits, as far as they were read.
pub(super) fn inputs(l: Lang, code: Option<&str>, digits: &str) -> Markup {
    html! {
        @if let Some(code) = code {
            label for="code" { (check::code(l)) small { (check::code_hint(l)) } }
            input #code name="code" value=(code) required maxlength="4" autocomplete="off" autocapitalize="off" spellcheck="false";
        }
        label for="digits" { (check::digits(l)) small { (check::digits_hint(l)) } }
        input #digits name="digits" value=(digits) required maxlength="4" inputmode="numeric" pattern="[0-9]{4}" autocomplete="off";
        button { (check::submit(l)) }
    }
}

fn noted(l: Lang, note: Note) -> Markup {
    let (tone, head, text) = match note {
        Note::Nothing => return html! {},
        Note::Wrong => ("bad", None, check::wrong(l).to_owned()),
        Note::Unproven => ("bad", None, link::unproven(l).to_owned()),
        Note::Unknown => ("bad", Some(tap::unknown(l)), tap::unknown_do(l).to_owned()),
        Note::Copied { at_ms } => ("warn", Some(tap::copied(l)), tap::copied_do(l, written(l, at_ms))),
        Note::Old => ("warn", Some(tap::old(l)), tap::old_do(l).to_owned()),
        Note::Wait { seconds } => ("warn", None, check::wait(l, seconds.div_ceil(60))),
        Note::Busy => ("warn", None, check::busy(l).to_owned()),
        Note::BusyTap => ("warn", None, check::busy_tap(l).to_owned()),
    };
    boxed(tone, head, &text)
}

/// A sentence that is to be seen first; `tone` is `good`, `warn` or `bad`.
pub(super) fn boxed(tone: &str, head: Option<&str>, text: &str) -> Markup {
    html! {
        div.box.(tone) role="alert" {
            @if let Some(head) = head { h2 { (mark(tone)) " " (head) } }
            p { (text) }
        }
    }
}

/// A shape beside the colour and the word.
fn mark(tone: &str) -> Markup {
    let sign = match tone {
        "good" => "✓",
        "warn" => "!",
        _ => "✕",
    };
    html! { span aria-hidden="true" { (sign) } }
}

fn card(l: Lang, shown: &Shown, by: By, portrait: Option<&str>) -> Markup {
    let (tone, word, todo) = match shown.told {
        Told::Active => ("good", state::active(l), state::active_do(l)),
        Told::Locked => ("bad", state::locked(l), state::locked_do(l)),
        Told::Recovered => ("bad", state::recovered(l), state::recovered_do(l)),
        Told::Expired => ("bad", state::expired(l), state::expired_do(l)),
        Told::Replaced => ("bad", state::replaced(l), state::replaced_do(l)),
    };
    let valid = shown.told == Told::Active;
    html! {
        div.box.(tone) role="status" {
            h2 { (mark(tone)) " " (word) }
            p { (state::since(l, written(l, shown.since))) }
            p { (todo) }
        }
        @match by {
            By::Tap => p { (tap::genuine(l)) },
            By::Link => div.box.warn { p { (link::copy(l)) } },
            By::Digits => {}
        }
        @if valid { p { (holder::compare(l)) } }
        div.holder {
            @if let Some(name) = portrait {
                img src=(routes::CHECK_PORTRAIT.replace("{name}", name)) width="144" height="192" alt=(holder::portrait(l));
            }
            dl {
                @if !shown.name.is_empty() { dt { (holder::name(l)) } dd lang="vi" { (shown.name) } }
                @if !shown.unit.is_empty() { dt { (holder::unit(l)) } dd lang="vi" { (shown.unit) } }
                dt { (holder::kind(l)) } dd { (kind(l, shown.card_type)) }
            }
        }
    }
}

fn kind(l: Lang, of: CardType) -> &'static str {
    match of {
        CardType::Cb => holder::kind_cb(l),
        CardType::Cc => holder::kind_cc(l),
        CardType::Vc => holder::kind_vc(l),
        CardType::Xa => holder::kind_xa(l),
        CardType::Xa0 => holder::kind_xa0(l),
        CardType::Hd => holder::kind_hd(l),
    }
}

pub(super) fn written(l: Lang, at_ms: i64) -> String {
    date_time(l, Timestamp::from_millisecond(at_ms).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(told: Told) -> Shown {
        let unit = "Trung tâm <Kiểm định> & Ứng dụng khoa học và công nghệ tỉnh";
        Shown { id: 7, told, since: 0, card_type: CardType::Xa0, name: "N. T. B. Hiền".into(), unit: unit.into() }
    }

    fn place(lang: Lang) -> Place<'static> {
        Place { lang, code: Some("7hKq"), other: None, at_ms: 0 }
    }

    #[test]
    fn every_page_is_small_and_escapes_what_it_shows() {
        let notes = [
            Note::Nothing,
            Note::Wrong,
            Note::Unproven,
            Note::Unknown,
            Note::Copied { at_ms: 0 },
            Note::Old,
            Note::Wait { seconds: 61 },
            Note::Busy,
            Note::BusyTap,
        ];
        for lang in [Lang::Vi, Lang::En] {
            for note in notes {
                let page = render(&place(lang), &Said::Form(note)).into_string();
                assert!(page.len() < 10_000, "{note:?} takes {}", page.len());
                assert!(!page.contains("<script") && !page.contains("style="));
            }
            for told in Told::ALL {
                let said = Said::Card { shown: shown(told), by: By::Link, portrait: Some("A".repeat(80)) };
                let page = render(&place(lang), &said).into_string();
                assert!(page.len() < 14_000, "{told:?} takes {}", page.len());
                assert!(page.contains("&lt;Kiểm định&gt; &amp;") && !page.contains("<Kiểm"));
            }
        }
    }

    #[test]
    fn the_policy_names_the_stylesheet_that_is_sent() {
        let page = render(&place(Lang::Vi), &Said::Form(Note::Nothing)).into_string();
        let sent = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = BASE64_STANDARD.encode(Sha256::digest(sent));
        assert!(POLICY.to_str().unwrap().contains(&format!("style-src 'sha256-{hash}'")));
    }
}
