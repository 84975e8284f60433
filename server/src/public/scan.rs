//! `/scan/`: anybody reads the QR code of a card with a camera or from a picture, is shown its nine fields, and asks for the card's state
//! (R85, R86). With scripts all of it is read in the browser; without them a picture is sent, read and forgotten.

use app::{Portal, Sent, Visit, code_in_picture, routes};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contract::Lang;
use door::{Field, Front, MAX_CHARS, Note, Said};
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;

use super::check::{address, lang_of};
use super::limits::TooMany;
use super::words::{check, front, scan, state, verdict};
use super::{Public, page};
use crate::client::Client;

const STYLE: &str = include_str!("scan.css");

/// Loads the module.
const LOADER: &str = r"const own = await import(SCRIPT);
await own.default({ module_or_path: WASM });
own.start();";

/// What of the page does not change while the portal runs.
pub(super) struct Scan {
    loader: String,
    policy: HeaderValue,
    /// Hosts of cards whose state this portal tells.
    hosts: String,
    /// A picture takes memory: strangers have one at a time read, and never wait for it in a queue.
    pictures: Semaphore,
}

impl Scan {
    pub(super) fn new(portal: &Portal) -> Self {
        let (script, wasm) = &portal.site.checker;
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let loader = LOADER.replace("SCRIPT", &quoted(script)).replace("WASM", &quoted(wasm));
        let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
        let policy = format!(
            "default-src 'none'; script-src 'self' 'sha256-{}' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'sha256-{}' \
             'sha256-{}'; img-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            hash(&loader),
            hash(page::STYLE),
            hash(STYLE)
        );
        let printed = portal.cards.as_ref().map(|cards| cards.usual.host.to_ascii_lowercase());
        let reached = portal.origin.split_once("://").map(|(_, host)| host.to_ascii_lowercase());
        Scan {
            loader,
            policy: HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")),
            hosts: printed.into_iter().chain(reached).collect::<Vec<_>>().join(" "),
            pictures: Semaphore::new(1),
        }
    }
}

/// What stands on the page.
enum Shown {
    /// Nothing was read yet.
    Nothing,
    /// A sentence: nothing was read, or something else.
    Word(&'static str, &'static str),
    /// A card.
    Front(Box<Front>),
    /// Too many pictures.
    Wait(u64),
}

/// `GET /scan/`.
pub(super) async fn open(public: Arc<Public>, Extension(visit): Extension<Visit>, uri: Uri) -> Response {
    respond(&public.scan, lang_of(&uri, &visit), &Shown::Nothing)
}

/// `POST /scan/`: a picture, from a browser that runs no scripts.
pub(super) async fn read(
    public: Arc<Public>,
    State(_): State<Portal>,
    Extension(visit): Extension<Visit>,
    client: Option<Extension<Client>>,
    uri: Uri,
    sent: Sent,
) -> Response {
    let l = lang_of(&uri, &visit);
    let shown = match public.limits.admit(address(client), visit.at_ms) {
        Err(TooMany { seconds }) => Shown::Wait(seconds),
        Ok(()) if sent.file.is_empty() => Shown::Word("warn", scan::picture_missing(l)),
        Ok(()) => match public.scan.pictures.try_acquire() {
            Err(_) => Shown::Wait(5),
            Ok(_place) => {
                let text = tokio::task::spawn_blocking(move || code_in_picture(&sent.file)).await;
                said(l, text.unwrap_or_default().as_deref())
            }
        },
    };
    respond(&public.scan, l, &shown)
}

fn said(l: Lang, text: Option<&str>) -> Shown {
    match text.map(door::read) {
        None => Shown::Word("warn", scan::none(l)),
        Some(Said::Front(front)) => Shown::Front(front),
        Some(Said::Back(_)) => Shown::Word("warn", scan::back(l)),
        Some(Said::Citizen) => Shown::Word("warn", scan::citizen(l)),
        Some(Said::Other) => Shown::Word("warn", scan::other(l)),
    }
}

fn respond(scan: &Scan, l: Lang, shown: &Shown) -> Response {
    let mut response = Response::new(Body::from(render(scan, l, shown).into_string()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, scan.policy.clone());
    headers.insert(page::ROBOTS, HeaderValue::from_static("noindex, nofollow, noarchive"));
    if let Shown::Wait(seconds) = shown {
        headers.insert(RETRY_AFTER, (*seconds).into());
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    }
    response
}

fn render(scan: &Scan, l: Lang, shown: &Shown) -> Markup {
    let head = html! {
        style { (PreEscaped(STYLE)) }
        link rel="manifest" href=(routes::SCAN_MANIFEST);
        link rel="icon" href="/assets/favicon.svg" type="image/svg+xml";
        script type="module" { (PreEscaped(&scan.loader)) }
    };
    let card = match shown {
        Shown::Front(front) => Some(front.as_ref()),
        _ => None,
    };
    let main = html! {
        div data-hosts=(scan.hosts) {
            p.muted { (scan::lead(l)) }
            (camera(l))
            (spoken(l, shown))
            (picture(l))
            (answer(l))
            (elsewhere(l, card.filter(|card| !is_ours(scan, card))))
            (fields(l, card))
            (ask(l, card.filter(|card| is_ours(scan, card))))
            (tap(l))
            (offline(l))
            @for (name, sentence) in says(l) { template data-say=(name) { (sentence) } }
        }
    };
    let foot = html! { a href=(routes::CHECK) { (scan::by_code(l)) } };
    // the answer to a picture in another language would be the picture sent once more
    let other = matches!(shown, Shown::Nothing).then(|| format!("{}?lang={}", routes::SCAN, page::swapped(l).code()));
    page::frame(l, scan::title(l), other.as_deref(), &head, &main, &foot)
}

fn is_ours(scan: &Scan, card: &Front) -> bool {
    card.host().is_some_and(|host| scan.hosts.split(' ').any(|ours| ours == host))
}

fn camera(l: Lang) -> Markup {
    html! {
        div.row data-part="scan" hidden {
            button type="button" data-do="scan" disabled { (scan::camera(l)) }
        }
        p.muted data-part="scan-unable" hidden { (scan::unable(l)) }
        video data-part="view" muted playsinline hidden aria-label=(scan::view(l)) {}
        div.row data-part="view" hidden {
            button.quiet type="button" data-do="scan-stop" disabled { (scan::stop(l)) }
        }
    }
}

/// What happened, where the module says it, too.
fn spoken(l: Lang, shown: &Shown) -> Markup {
    let (tone, sentence) = match shown {
        Shown::Nothing => ("neutral", ""),
        Shown::Word(tone, sentence) => (*tone, *sentence),
        Shown::Front(_) => ("good", scan::found(l)),
        Shown::Wait(seconds) => {
            return html! { p.said role="status" data-show="scan" data-tone="warn" { (check::wait(l, seconds.div_ceil(60))) } };
        }
    };
    html! { p.said role="status" data-show="scan" data-tone=(tone) { (sentence) } }
}

fn picture(l: Lang) -> Markup {
    html! {
        form method="post" enctype="multipart/form-data" data-part="code" {
            label for="picture" { (scan::picture(l)) small { (scan::picture_hint(l)) } }
            input #picture type="file" name="picture" accept="image/jpeg,image/png,image/webp";
            button.quiet data-part="send" { (scan::send(l)) }
        }
        p.muted { noscript { (scan::private_sent(l)) } span data-part="private" hidden { (scan::private(l)) } }
    }
}

/// Where the module puts what the portal answers.
fn answer(l: Lang) -> Markup {
    html! {
        section data-part="answer" hidden {
            h2 { (scan::ask_title(l)) }
            div data-show="answer" aria-live="polite" {}
            div.box data-part="verdict" role="status" hidden {
                h2 data-show="verdict" {}
                p data-show="verdict-do" {}
                p.muted data-show="verdict-list" {}
            }
        }
    }
}

fn elsewhere(l: Lang, card: Option<&Front>) -> Markup {
    let host = card.and_then(Front::host);
    let address = host.map(|host| match card.and_then(Front::code) {
        Some(code) => format!("https://{host}{}/{code}", routes::CHECK),
        None => format!("https://{host}"),
    });
    html! {
        div.box.warn data-part="other-host" hidden[address.is_none()] {
            p { (scan::elsewhere(l)) }
            p { a rel="noreferrer" href=(address.as_deref().unwrap_or("#")) { (address.as_deref().unwrap_or_default()) } }
        }
        @if card.is_some() && address.is_none() { div.box.warn { p { (scan::ask_nowhere(l)) } } }
    }
}

fn fields(l: Lang, card: Option<&Front>) -> Markup {
    let notes = card.map(Front::notes).unwrap_or_default();
    let said = |field: Option<Field>| {
        let said: Vec<String> =
            notes.iter().filter(|note| note.field() == field).map(|note| sentence(l, note)).collect();
        said.join(" ")
    };
    let whole = said(None);
    html! {
        section data-part="front" tabindex="-1" hidden[card.is_none()] {
            h2 { (scan::says(l)) }
            p.muted { (scan::unproven(l)) }
            dl {
                @for (nth, field) in Field::ALL.into_iter().enumerate() {
                    @let note = said(Some(field));
                    dt { (label(l, field)) }
                    dd {
                        span data-show={ "field-" (nth) } lang="vi" { (card.and_then(|card| card.get(field)).unwrap_or("–")) }
                        small data-show={ "note-" (nth) } data-part={ "note-" (nth) } hidden[note.is_empty()] { (note) }
                    }
                }
            }
            p.muted data-show="chars" { (card.map(|card| scan::chars(l, card.chars(), MAX_CHARS)).unwrap_or_default()) }
            div.box.warn data-part="whole" hidden[whole.is_empty()] { p data-show="whole" { (whole) } }
        }
    }
}

fn ask(l: Lang, card: Option<&Front>) -> Markup {
    let code = card.and_then(Front::code).map(|code| code.to_string()).unwrap_or_default();
    let digits = card.and_then(Front::digits).unwrap_or_default();
    html! {
        section {
            form method="post" action=(routes::CHECK) data-part="ask" { (page::inputs(l, Some(&code), digits)) }
        }
    }
}

/// Chips on phones (Web NFC); others open a chip's link by themselves.
fn tap(l: Lang) -> Markup {
    html! {
        section {
            h2 { (scan::tap_title(l)) }
            p.muted { (scan::tap_lead(l)) }
            p data-part="tap-unable" hidden { (scan::tap_unable(l)) }
            button.quiet type="button" data-part="tap" data-do="tap" hidden disabled { (scan::tap(l)) }
        }
    }
}

/// The page and the list, kept in the browser.
fn offline(l: Lang) -> Markup {
    html! {
        section {
            h2 { (scan::keep_title(l)) }
            p.muted { (scan::keep_lead(l)) }
            noscript { p { (scan::keep_unable(l)) } }
            p data-part="keep-unable" hidden { (scan::keep_unable(l)) }
            button.quiet type="button" data-part="keep" data-do="keep" hidden disabled { (scan::keep(l)) }
            p role="status" data-show="list" {}
        }
    }
}

fn label(l: Lang, field: Field) -> &'static str {
    match field {
        Field::CardCode => front::card_code(l),
        Field::FullName => front::full_name(l),
        Field::BirthDate => front::birth_date(l),
        Field::Sex => front::sex(l),
        Field::CitizenId => front::citizen_id(l),
        Field::UnitCode => front::unit_code(l),
        Field::ManagingAgency => front::managing_agency(l),
        Field::Position => front::position(l),
        Field::StatusUrl => front::status_url(l),
    }
}

fn sentence(l: Lang, note: &Note) -> String {
    let template = says(l).into_iter().find(|(name, _)| *name == note.name()).map(|(_, said)| said).unwrap_or_default();
    let (found, most) = note.lengths().unwrap_or_default();
    template.replace("{found}", &found.to_string()).replace("{most}", &most.to_string())
}

/// What the module says, by the names that it has for it; it fills in what it knows itself.
fn says(l: Lang) -> Vec<(&'static str, String)> {
    let (found, most) = ("{found}", "{most}");
    let (made, until, once) = ("{made}", "{until}", "{once}");
    let mut says = vec![
        ("chars", scan::chars(l, found, most)),
        ("list-age", scan::list_age(l, made, once, until)),
        ("list-hit", scan::list_hit(l, made, once)),
        ("list-old", scan::list_old(l, made, until)),
        ("note-long", scan::note_long(l, found, most)),
        ("note-total", scan::note_total(l, found, most)),
    ];
    let plain = [
        ("ask-done", scan::ask_done(l)),
        ("ask-elsewhere", scan::ask_elsewhere(l)),
        ("ask-incomplete", scan::ask_incomplete(l)),
        ("ask-nowhere", scan::ask_nowhere(l)),
        ("ask-offline", scan::ask_offline(l)),
        ("keep-failed", scan::keep_failed(l)),
        ("keep-wait", scan::keep_wait(l)),
        ("list-bad", scan::list_bad(l)),
        ("note-character", scan::note_character(l)),
        ("note-code", scan::note_code(l)),
        ("note-empty", scan::note_empty(l)),
        ("note-format", scan::note_format(l)),
        ("scan-back", scan::back(l)),
        ("scan-both", scan::both(l)),
        ("scan-busy", scan::busy(l)),
        ("scan-citizen", scan::citizen(l)),
        ("scan-denied", scan::denied(l)),
        ("scan-found", scan::found(l)),
        ("scan-looking", scan::looking(l)),
        ("scan-no-camera", scan::no_camera(l)),
        ("scan-none", scan::none(l)),
        ("scan-other", scan::other(l)),
        ("scan-reading", scan::reading(l)),
        ("scan-stopped", scan::stopped(l)),
        ("tap-denied", scan::tap_denied(l)),
        ("tap-none", scan::tap_none(l)),
        ("tap-off", scan::tap_off(l)),
        ("tap-other", scan::tap_other(l)),
        ("tap-unread", scan::tap_unread(l)),
        ("tap-waiting", scan::tap_waiting(l)),
        ("verdict-clock", verdict::clock(l)),
        ("verdict-clock-do", verdict::clock_do(l)),
        ("verdict-expired", state::expired(l)),
        ("verdict-expired-do", state::expired_do(l)),
        ("verdict-forged", verdict::forged(l)),
        ("verdict-forged-do", verdict::forged_do(l)),
        ("verdict-genuine", verdict::genuine(l)),
        ("verdict-genuine-do", verdict::genuine_do(l)),
        ("verdict-key", verdict::key(l)),
        ("verdict-key-do", verdict::key_do(l)),
        ("verdict-locked", state::locked(l)),
        ("verdict-locked-do", state::locked_do(l)),
        ("verdict-network", verdict::network(l)),
        ("verdict-network-do", verdict::network_do(l)),
        ("verdict-no-list", verdict::no_list(l)),
        ("verdict-no-list-do", verdict::no_list_do(l)),
        ("verdict-old-list", verdict::old_list(l)),
        ("verdict-old-list-do", verdict::old_list_do(l)),
        ("verdict-other", verdict::other(l)),
        ("verdict-other-do", verdict::other_do(l)),
        ("verdict-recovered", state::recovered(l)),
        ("verdict-recovered-do", state::recovered_do(l)),
        ("verdict-replaced", state::replaced(l)),
        ("verdict-replaced-do", state::replaced_do(l)),
        ("verdict-unproven", verdict::unproven(l)),
        ("verdict-unproven-do", verdict::unproven_do(l)),
    ];
    says.extend(plain.map(|(name, sentence)| (name, sentence.to_owned())));
    says
}
