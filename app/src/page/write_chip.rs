//! The part of the issuing page that writes a card's chip, and the page that gives blanks their transport key. The module `carrier` fills it in: it writes as soon as a card lies on the reader,
//! and shows the sentence that fits.

use axum::http::StatusCode;
use axum::response::Response;
use chip::batch::Told;
use chip::plan::{Asks, opening};
use contract::cards::ChipView;
use contract::{Failure, Lang, Refusal};
use leptos::prelude::*;

use super::stock::crumbs;
use super::{reader, respond_with_reader};
use crate::part::{Fact, Notice, Tag, Tone};
use crate::render::{Module, Page};
use crate::visit::Visit;
use crate::words::stock::places;
use crate::words::{chip_say as say, field, issue as text, reader as connecting, training};
use crate::{Portal, failing, routes};

/// Whether it is written, with what is known of it.
pub(super) fn fact(l: Lang, chip: &ChipView) -> Fact {
    let (tone, state) = match (chip.issued, chip.begun) {
        _ if chip.wiped_at.is_some() && chip.blank => (Tone::Plain, field::wiped(l)),
        _ if chip.wiped_at.is_some() => (Tone::Warn, field::wiping(l)),
        (true, _) => (Tone::Good, text::chip_issued(l)),
        (false, true) => (Tone::Warn, text::chip_underway(l)),
        (false, false) => (Tone::Plain, text::chip_unwritten(l)),
    };
    let known = chip.begun.then(|| {
        let set = chip.key_set.map(|set| set.to_string()).unwrap_or_default();
        text::chip_facts(l, &chip.uid, chip.profile.as_deref().unwrap_or("–"), set)
    });
    // the module changes the one for the other once the chip is written
    let later = (!chip.issued).then(|| {
        view! { <span data-part="written" hidden><Tag tone=Tone::Good text=text::chip_issued(l) /></span> }
    });
    let part = if chip.issued { "written" } else { "unwritten" };
    Fact::new(text::chip(l), view! { <span data-part=part><Tag tone text=state /> " " {known}</span> {later} })
}

/// What the module does: where it sends to, when it writes, and what it asks a card before it sends anything.
pub(super) struct Writes {
    path: String,
    when: &'static str,
    opening: String,
}

impl Writes {
    /// `signature`: the maker's is asked for.
    fn new(path: String, when: &'static str, asks: Asks, signature: bool) -> Self {
        let opening = Told::Batch(opening(asks, signature));
        // numbers and names only
        Writes { path, when, opening: serde_json::to_string(&opening).unwrap_or_default() }
    }
}

/// Card after card, whichever lies there.
pub(super) fn whichever(l: Lang, portal: &Portal, path: &str, lead: &'static str, button: &'static str) -> AnyView {
    let writes = Writes::new(path.to_owned(), "many", Asks::Keys, portal.asks_makers());
    reader_and_button(l, writes, view! { <p>{lead}</p> }, button, ())
}

/// Card after card, each when the button is pressed.
pub(super) fn when_asked(l: Lang, portal: &Portal, path: &str, warn: &'static str, button: &'static str) -> AnyView {
    let warn = view! { <Notice l tone=Tone::Warn><p>{warn}</p></Notice> };
    let writes = Writes::new(path.to_owned(), "asked", Asks::Card, portal.asks_makers());
    reader_and_button(l, writes, warn, button, ())
}

/// The chip of one card. `path`: where the module sends to. In a demonstration the reader and its blanks may be simulated.
pub(super) fn section(l: Lang, portal: &Portal, path: String, demonstration: bool) -> AnyView {
    let simulated = demonstration.then(|| {
        view! {
            <div data-part="choice" class="demonstration">
                <p>{training::demonstration(l)}</p>
                <button type="button" class="button" data-do="simulate" disabled>{training::simulate(l)}</button>
            </div>
            <div class="demonstration" data-part="simulated" hidden>
                <p class="practice-band">{training::demonstration_band(l)}</p>
                <div class="actions">
                    <button type="button" class="button" data-do="blank" disabled>{training::blank(l)}</button>
                    <button type="button" class="button" data-do="tear" disabled>{training::tear(l)}</button>
                    <button type="button" class="button" data-do="take" disabled>{connecting::take(l)}</button>
                    <button type="button" class="button" data-do="back" disabled>{training::back(l)}</button>
                </div>
            </div>
        }
    });
    let title = view! {
        {simulated}
        <h3>{text::chip_title(l)}</h3>
        <p>{text::chip_lead(l)}</p>
    };
    let wait = view! { <p class="aside">{text::chip_wait(l)}</p> };
    let writes = Writes::new(path, "one", Asks::Card, portal.asks_makers());
    reader_and_button(l, writes, title, text::chip_write(l), wait)
}

/// Blank after blank of a store.
pub fn keys(portal: &Portal, visit: &Visit, (place, name): (i64, &str)) -> Response {
    let l = visit.lang;
    let crumbs = crumbs(l, Some((places::title(l), routes::STOCK_PLACES)));
    let page = Page::new(text::key_title(l)).lead(name).crumbs(crumbs).module(Module::Reader);
    respond_with_reader(portal, visit, StatusCode::OK, page, || {
        let title = view! { <p>{text::key_lead(l)}</p> };
        let warn = view! { <Notice l tone=Tone::Warn><p>{text::key_warn(l)}</p></Notice> };
        let path = routes::with_id(routes::STOCK_KEYS_CHIP, place);
        let writes = Writes::new(path, "many", Asks::Card, portal.asks_makers());
        view! {
            <h2>{text::key_step(l)}</h2>
            {reader_and_button(l, writes, title, text::key_write(l), warn)}
        }
        .into_any()
    })
}

/// Simulated card after simulated card: no other reader is offered.
pub(super) fn practice(l: Lang, path: String, simulate: impl IntoView + 'static) -> AnyView {
    let title = view! {
        <p>{text::chip_lead(l)}</p>
        <div class="actions" data-part="simulated" hidden>
            <button type="button" class="button" data-do="take" disabled>{connecting::take(l)}</button>
            <button type="button" class="button" data-do="back" disabled>{training::back(l)}</button>
            <button type="button" class="button" data-do="lay" disabled>{training::another(l)}</button>
        </div>
    };
    let choice = view! { <div data-part="choice">{simulate}</div> };
    // nobody has signed a simulated card
    let writes = Writes::new(path, "many", Asks::Card, false);
    view! {
        <h2>{text::chip_title(l)}</h2>
        {panel(l, writes, choice, title, text::chip_write(l), ())}
    }
    .into_any()
}

/// Reader, button, and what is said.
fn reader_and_button(
    l: Lang,
    writes: Writes,
    title: impl IntoView + 'static,
    button: &'static str,
    below: impl IntoView + 'static,
) -> AnyView {
    panel(l, writes, reader::choice(l), title, button, below)
}

fn panel(
    l: Lang,
    Writes { path, when, opening }: Writes,
    choice: impl IntoView + 'static,
    title: impl IntoView + 'static,
    button: &'static str,
    below: impl IntoView + 'static,
) -> AnyView {
    view! {
        <noscript>
            <Notice l tone=Tone::Warn><p>{text::chip_noscript(l)}</p></Notice>
        </noscript>
        <section class="panel" data-write=path data-writes=when data-opening=opening>
            <p class="said" role="status" data-show="status" data-tone="neutral"></p>
            <h3>{text::chip_reader(l)}</h3>
            {choice}
            <div data-part="open" hidden>
                <p>{connecting::connected(l)} ": " <span data-show="reader"></span></p>
                <div class="actions">
                    <button type="button" class="quiet" data-do="close" disabled>{connecting::close(l)}</button>
                    <button type="button" class="quiet" data-do="save" disabled>{connecting::save(l)}</button>
                </div>
            </div>
            {title}
            <div class="actions">
                <button type="button" class="button primary" data-do="write" disabled>{button}</button>
            </div>
            {below}
        </section>
        {reader::says(l)
            .into_iter()
            .chain(says(l))
            .chain(refusals(l))
            .map(|(name, sentence)| view! { <template data-say=name>{sentence}</template> })
            .collect_view()}
    }
    .into_any()
}

/// What the server refuses, by the name that it has in JSON.
fn refusals(l: Lang) -> [(&'static str, String); 9] {
    let of = |why| failing::sentence(l, &Failure::Refused { why });
    [
        ("refused-chip_content", of(Refusal::ChipContent)),
        ("refused-erased", of(Refusal::Erased)),
        ("refused-has_left", of(Refusal::HasLeft)),
        ("refused-impossible", of(Refusal::Impossible)),
        ("refused-national_differs", of(Refusal::NationalDiffers)),
        ("refused-no_chip", of(Refusal::NoChip)),
        ("refused-no_key_set", of(Refusal::NoKeySet)),
        ("refused-separation_of_duties", of(Refusal::SeparationOfDuties)),
        ("refused-stale", failing::sentence(l, &Failure::Stale)),
    ]
}

/// How it goes and how it ended, by the names that the server gives.
fn says(l: Lang) -> [(&'static str, String); 41] {
    [
        ("chip-anew", say::anew(l).to_owned()),
        ("chip-answer", say::answer(l).to_owned()),
        ("chip-answer-underway", say::answer_underway(l).to_owned()),
        ("chip-begin", say::begin(l).to_owned()),
        ("chip-content", say::content(l).to_owned()),
        ("chip-counterfeit", say::counterfeit(l).to_owned()),
        ("chip-current", say::current(l, "{name}")),
        ("chip-elsewhere", say::elsewhere(l).to_owned()),
        ("chip-finished", say::finished(l).to_owned()),
        ("chip-foreign", say::foreign(l).to_owned()),
        ("chip-full", say::full(l).to_owned()),
        ("chip-gone", say::gone(l).to_owned()),
        ("chip-gone-again", say::gone_again(l).to_owned()),
        ("chip-gone-open", say::gone_open(l).to_owned()),
        ("chip-gone-underway", say::gone_underway(l).to_owned()),
        ("chip-half-wiped", say::half_wiped(l).to_owned()),
        ("chip-issued", say::issued(l).to_owned()),
        ("chip-keyed", say::keyed(l).to_owned()),
        ("chip-no-key", say::no_key(l).to_owned()),
        ("chip-not-live", say::not_live(l, "{name}")),
        ("chip-not-ours", say::not_ours(l).to_owned()),
        ("chip-others", say::others(l).to_owned()),
        ("chip-random", say::random(l).to_owned()),
        ("chip-rekeyed", say::rekeyed(l, "{name}")),
        ("chip-second", say::second(l).to_owned()),
        ("chip-server", say::server(l).to_owned()),
        ("chip-several", say::several(l).to_owned()),
        ("chip-signed-out", say::signed_out(l).to_owned()),
        ("chip-spoiled", say::spoiled(l).to_owned()),
        ("chip-step", say::step(l, "{name}")),
        ("chip-still-valid", say::still_valid(l, "{name}")),
        ("chip-there", say::there(l).to_owned()),
        ("chip-unfit", say::unfit(l).to_owned()),
        ("chip-unkeyed", say::unkeyed(l).to_owned()),
        ("chip-unknown", say::unknown(l).to_owned()),
        ("chip-unknown-key", say::unknown_key(l).to_owned()),
        ("chip-updated", say::updated(l, "{name}")),
        ("chip-vault", say::vault(l).to_owned()),
        ("chip-was-issued", say::was_issued(l).to_owned()),
        ("chip-was-wiped", say::was_wiped(l).to_owned()),
        ("chip-wiped", say::wiped(l, "{name}")),
    ]
}
