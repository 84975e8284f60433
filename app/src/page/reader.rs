//! A reader and the card on it: connect, look, understand. The module `carrier` fills the page in; every sentence that it may show stands
//! here.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;

use super::respond_with_reader;
use crate::part::{Crumb, Fact, Facts, Notice, Tone};
use crate::render::{Module, Page};
use crate::visit::Visit;
use crate::words::{self, reader as text};
use crate::{Portal, routes};

/// Readers by how a page reaches them (protocol facts §1.6, §6.4).
const DIRECTLY: [&str; 2] = ["Sony RC-S300/S, RC-S300/P", "SCL3711, SCL3712, NXP PN533"];
const DIRECTLY_OLD: [&str; 5] = [
    "Sony RC-S380/S, RC-S380/P",
    "Sony RC-S330, RC-S360, RC-S370",
    "OMNIKEY 5321 CLi, 5021 CL",
    "DUALi DE-ABCM6, DRAGON",
    "SCM SCL010, SCL01x, SDI010, SDI011",
];
const BY_BRIDGE: [&str; 5] = [
    "ACS ACR122U, ACR1252U, ACR1552U",
    "HID OMNIKEY 5022, 5422, 5427 CK",
    "Identiv uTrust 3700 F, 3721",
    "SpringCard Puck",
    "Elatec TWN4",
];

/// Simulated readers, by the name that the module `training` knows them by.
const SIMULATED: [(&str, &str); 5] = [
    ("rc-s300", "Sony RC-S300"),
    ("scl3711", "SCL3711"),
    ("rc-s380", "Sony RC-S380"),
    ("de-abcm6", "DUALi DE-ABCM6"),
    ("acr122u", "ACS ACR122U"),
];
const CARDS: [(&str, &str); 3] = [("ev3", "DESFire EV3"), ("ev2", "DESFire EV2"), ("ev1", "DESFire EV1")];

pub fn respond(portal: &Portal, visit: &Visit) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l))
        .lead(text::lead(l))
        .crumbs(vec![Crumb::new(words::work::title(l), routes::WORK)])
        .module(Module::Reader);
    respond_with_reader(portal, visit, StatusCode::OK, page, || {
        view! {
            <noscript>
                <Notice l tone=Tone::Warn><p>{text::noscript(l)}</p></Notice>
            </noscript>
            <p class="said" role="status" data-show="status" data-tone="neutral"></p>
            {choice(l)}
            {open(l)}
            {help(l)}
            {says(l)
                .into_iter()
                .map(|(name, sentence)| view! { <template data-say=name>{sentence}</template> })
                .collect_view()}
        }
        .into_any()
    })
}

/// Ways to a reader.
pub(super) fn choice(l: Lang) -> impl IntoView {
    view! {
        <section data-part="choice">
            <div class="actions">
                <button type="button" class="button primary" data-do="choose" disabled data-part="usb">{text::choose(l)}</button>
                <button type="button" class="button" data-do="smart-card" disabled data-part="smart-card" hidden>
                    {text::smart_card(l)}
                </button>
                <button type="button" class="button" data-do="bridge" disabled>{text::bridge(l)}</button>
                <button type="button" class="button" data-do="app" disabled>{text::app(l)}</button>
            </div>
            <section class="panel" data-part="app" hidden>
                <h2>{text::app_pairing(l)}</h2>
                <p>{text::app_text(l)}</p>
                <div class="filter">
                    <label class="field">
                        <span class="label">{text::app_code(l)}</span>
                        <input type="text" inputmode="numeric" autocomplete="off" maxlength="7" data-code="app" />
                    </label>
                    <button type="button" class="button" data-do="join" disabled>{text::app_join(l)}</button>
                </div>
            </section>
            <section class="panel" data-part="pairing" hidden>
                <h2>{text::pairing(l)}</h2>
                <p class="pairing-code code" data-show="code"></p>
                <p>{text::pairing_text(l)}</p>
            </section>
            <section class="panel" data-part="bridge-readers" hidden>
                <h2>{text::bridge_readers(l)}</h2>
                <ul class="plain" data-list="bridge-readers"></ul>
            </section>
            <section class="panel" data-part="blocked" hidden>
                <h2>{text::blocked(l)} ": " <span data-show="blocked-name"></span></h2>
                <p>{text::blocked_text(l)}</p>
                <ol>
                    <li>{text::blocked_bridge(l)}</li>
                    <li>{text::blocked_reader(l)}</li>
                    <li>{text::blocked_iwa(l)}</li>
                </ol>
            </section>
        </section>
    }
}

/// The reader that is connected, and its card.
fn open(l: Lang) -> impl IntoView {
    let fact = |name: &'static str| view! { <span data-fact=name></span> };
    let code = |name: &'static str| view! { <span class="code" data-fact=name></span> };
    let facts = vec![
        Fact::new(text::generation(l), fact("generation")),
        Fact::new(text::uid(l), code("uid")),
        Fact::new(text::originality(l), fact("originality")),
        Fact::new(text::memory(l), fact("memory")),
        Fact::new(text::free(l), fact("free")),
        Fact::new(text::master_type(l), fact("master-type")),
        Fact::new(text::master_version(l), code("master-version")),
        Fact::new(text::applications(l), fact("applications")),
        Fact::new(text::made(l), fact("made")),
    ];
    view! {
        <section data-part="open" hidden>
            <h2>{text::connected(l)} ": " <span data-show="reader"></span></h2>
            <div class="actions">
                <button type="button" class="button" data-do="again" disabled>{text::again(l)}</button>
                <button type="button" class="button" data-do="close" disabled>{text::close(l)}</button>
            </div>
            <section class="panel" data-part="simulated" hidden>
                <h2>{text::simulated(l)}</h2>
                <div class="actions">
                    <button type="button" class="button" data-do="lay" disabled>{text::lay(l)}</button>
                    <button type="button" class="button" data-do="take" disabled>{text::take(l)}</button>
                </div>
            </section>
            <section data-part="card" hidden>
                <h2>{text::card(l)}</h2>
                <Facts l facts />
                <h2>{text::trial_title(l)}</h2>
                <p>{text::trial_text(l)}</p>
                <div class="actions">
                    <button type="button" class="button" data-do="trial" disabled>{text::trial(l)}</button>
                </div>
            </section>
        </section>
    }
}

/// Which simulated reader, and with which card.
pub(super) fn simulate(l: Lang) -> impl IntoView {
    let options = |all: &'static [(&'static str, &'static str)]| {
        all.iter().map(|(value, name)| view! { <option value=*value>{*name}</option> }).collect_view()
    };
    view! {
        <div class="filter">
            <label class="field">
                <span class="label">{text::model(l)}</span>
                <select data-choice="model">{options(&SIMULATED)}</select>
            </label>
            <label class="field">
                <span class="label">{text::card_model(l)}</span>
                <select data-choice="card">{options(&CARDS)}</select>
            </label>
            <button type="button" class="button" data-do="simulate" disabled>{text::simulate(l)}</button>
        </div>
    }
}

/// What helps where it does not work.
fn help(l: Lang) -> impl IntoView {
    let rows = |names: &'static [&'static str], how: &'static str| {
        names.iter().map(move |name| view! { <tr><th scope="row">{*name}</th><td>{how}</td></tr> }).collect_view()
    };
    let able = |what: &'static str| view! { <span data-can=what>"…"</span> };
    let can = vec![
        Fact::new(text::can_usb(l), able("usb")),
        Fact::new(text::can_smart_card(l), able("smart-card")),
        Fact::new(text::can_secure(l), able("secure")),
    ];
    view! {
        <section data-part="choice">
            <h2>{text::simulate_title(l)}</h2>
            <p class="aside">{text::simulate_text(l)}</p>
            {simulate(l)}
            <p><a href=routes::TRAINING>{words::training::title(l)}</a></p>
        </section>
        <section>
            <h2>{text::can_title(l)}</h2>
            <Facts l facts=can />
            <div class="actions">
                <button type="button" class="button" data-do="save" disabled>{text::save(l)}</button>
            </div>
            <p class="aside">{text::save_hint(l)}</p>
        </section>
        <section>
            <h2>{text::which_title(l)}</h2>
            <p class="aside">{text::which_note(l)}</p>
            <div class="table" role="region" tabindex="0" aria-label=text::which_title(l)>
                <table>
                    <caption class="unseen">{text::which_title(l)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text::which_reader(l)}</th>
                            <th scope="col">{text::which_how(l)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows(&DIRECTLY, text::directly(l))} {rows(&DIRECTLY_OLD, text::directly_old(l))}
                        {rows(&BY_BRIDGE, text::by_bridge(l))}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// Every sentence that the module may show, by its name there.
pub(super) fn says(l: Lang) -> [(&'static str, String); 58] {
    use crate::words::reader_say as text;
    [
        ("app-busy", text::app_busy(l).to_owned()),
        ("app-code", text::app_code(l).to_owned()),
        ("app-compare", text::app_compare(l).to_owned()),
        ("app-expired", text::app_expired(l).to_owned()),
        ("app-gone", text::app_gone(l).to_owned()),
        ("app-no", text::app_no(l).to_owned()),
        ("app-opening", text::app_opening(l).to_owned()),
        ("asking", text::asking(l).to_owned()),
        ("blocked", text::blocked(l).to_owned()),
        ("bridge-busy", text::bridge_busy(l).to_owned()),
        ("bridge-compare", text::bridge_compare(l).to_owned()),
        ("bridge-expired", text::bridge_expired(l).to_owned()),
        ("bridge-gone", text::bridge_gone(l).to_owned()),
        ("bridge-no", text::bridge_no(l).to_owned()),
        ("bridge-opening", text::bridge_opening(l).to_owned()),
        ("bridge-version", text::bridge_version(l).to_owned()),
        ("bridge-which", text::bridge_which(l).to_owned()),
        ("cancelled", text::cancelled(l).to_owned()),
        ("card-gone", text::card_gone(l).to_owned()),
        ("card-there", text::card_there(l).to_owned()),
        ("closed", text::closed(l).to_owned()),
        ("confused", text::confused(l).to_owned()),
        ("garbled", text::garbled(l).to_owned()),
        ("genuine", text::genuine(l).to_owned()),
        ("in-use", text::in_use(l).to_owned()),
        ("mute", text::mute(l).to_owned()),
        ("no", text::no(l).to_owned()),
        ("no-app", text::no_app(l).to_owned()),
        ("no-bridge", text::no_bridge(l).to_owned()),
        ("no-card", text::no_card(l).to_owned()),
        ("no-module", text::no_module(l).to_owned()),
        ("no-reader", text::no_reader(l).to_owned()),
        ("no-service", text::no_service(l).to_owned()),
        ("no-smart-card", text::no_smart_card(l).to_owned()),
        ("no-usb", text::no_usb(l).to_owned()),
        ("no-access", text::no_access(l).to_owned()),
        ("none", text::none(l).to_owned()),
        ("not-desfire", text::not_desfire(l).to_owned()),
        ("not-genuine", text::not_genuine(l).to_owned()),
        ("not-told", text::not_told(l).to_owned()),
        ("opening", text::opening(l, "{name}")),
        ("random-id", text::random_id(l).to_owned()),
        ("ready", text::ready(l).to_owned()),
        ("refused", text::refused(l).to_owned()),
        ("timeout", text::timeout(l).to_owned()),
        ("too-long", text::too_long(l).to_owned()),
        ("trial-differs", text::trial_differs(l).to_owned()),
        ("trial-good", text::trial_good(l, "{name}")),
        ("trial-keyed", text::trial_keyed(l).to_owned()),
        ("trial-occupied", text::trial_occupied(l).to_owned()),
        ("trying", text::trying(l).to_owned()),
        ("unchecked", text::unchecked(l).to_owned()),
        ("unplugged", text::unplugged(l).to_owned()),
        ("unsigned", text::unsigned(l).to_owned()),
        ("unsupported", text::unsupported(l).to_owned()),
        ("waiting", text::waiting(l).to_owned()),
        ("wrong-card", text::wrong_card(l).to_owned()),
        ("yes", text::yes(l).to_owned()),
    ]
}
