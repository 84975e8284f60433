//! The pages under `/t`: by code and digits, by a chip's fixed link, by a tap. Everything in the address is hostile.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ::metrics::counter;
use app::{Portal, Visit, routes};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chip::content::link::Tapped;
use contract::{Failure, Lang};
use model::card_code::CardCode;
use model::told::Told;
use registry::work::public::Shown;
use registry::work::public::check_code::{Asked, check_code};
use registry::work::public::check_link::check_link;
use registry::work::public::portrait::portrait_name;
use registry::work::public::taps::Verdict;

use super::Public;
use super::limits::TooMany;
use super::page::{By, Note, Place, Said, respond};
use crate::client::Client;

/// Name of the counter of checks, by how they were made and what came of them.
const CHECKS: &str = "congthe_public_checks_total";
/// Bytes of a form that are read: a code, four digits, and their names.
const FORM: usize = 256;

/// Whose request it is, as far as limits go.
pub(super) fn address(client: Option<Extension<Client>>) -> IpAddr {
    client.map_or(Ipv4Addr::UNSPECIFIED.into(), |client| client.0.address)
}

/// `GET /t` and `GET /t/CODE`.
pub async fn open(
    public: Arc<Public>,
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    client: Option<Extension<Client>>,
    uri: Uri,
) -> Response {
    let address = Address::of(&uri, &visit);
    let said = match (address.tapped(), address.signature()) {
        (Some(query), _) => tapped(&public, &portal, self::address(client), query, visit.at_ms).await,
        (None, Some(signature)) => {
            signed(&public, &portal, self::address(client), (address.code, signature), visit.at_ms).await
        }
        (None, None) => Said::Form(Note::Nothing),
    };
    respond(&address.place(&said, visit.at_ms), &said)
}

/// `POST /t` and `POST /t/CODE`: the form.
pub async fn ask(
    public: Arc<Public>,
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    client: Option<Extension<Client>>,
    uri: Uri,
    body: Bytes,
) -> Response {
    let mut address = Address::of(&uri, &visit);
    let (mut typed, mut digits) = (String::new(), String::new());
    for (name, value) in form(&body) {
        match name.as_str() {
            "code" => typed = value,
            "digits" => digits = value,
            _ => {}
        }
    }
    let typed = CardCode::parse(&typed).ok();
    if address.code.is_none() {
        address.code = typed.as_ref().map(CardCode::as_str);
    }
    let asked = Asked::parse(address.code.unwrap_or_default(), &digits);
    let said = by_digits(&public, &portal, self::address(client), asked, visit.at_ms);
    respond(&address.place(&said, visit.at_ms), &said)
}

fn by_digits(public: &Public, portal: &Portal, address: IpAddr, asked: Asked, at_ms: i64) -> Said {
    let (limits, code) = (&public.limits, asked.code());
    if let Err(too_many) = limits.admit(address, at_ms).and_then(|()| limits.attempt(code, at_ms)) {
        return wait("digits", too_many);
    }
    match check_code(&public.cards, asked, at_ms) {
        Ok(Some(shown)) => {
            limits.right(code, at_ms);
            card("digits", portal, shown, By::Digits, at_ms)
        }
        Ok(None) => note("digits", "wrong", Note::Wrong),
        Err(failure) => {
            limits.right(code, at_ms);
            busy("digits", &failure, Note::Busy)
        }
    }
}

async fn signed(
    public: &Public,
    portal: &Portal,
    address: IpAddr,
    (code, signature): (Option<&str>, &str),
    at_ms: i64,
) -> Said {
    if let Err(too_many) = public.limits.admit(address, at_ms) {
        return wait("link", too_many);
    }
    match check_link(&portal.store, &public.cards, code.unwrap_or_default(), signature, at_ms).await {
        Ok(Some(shown)) => card("link", portal, shown, By::Link, at_ms),
        Ok(None) => note("link", "unproven", Note::Unproven),
        Err(failure) => busy("link", &failure, Note::Busy),
    }
}

async fn tapped(public: &Public, portal: &Portal, address: IpAddr, query: &str, at_ms: i64) -> Said {
    if let Err(too_many) = public.limits.admit(address, at_ms) {
        return wait("tap", too_many);
    }
    let Some(tapped) = Tapped::parse(query) else { return note("tap", "unknown", Note::Unknown) };
    match public.taps.check(tapped, at_ms).await {
        Ok(Verdict::Genuine(shown)) => card("tap", portal, shown, By::Tap, at_ms),
        Ok(Verdict::Copied { at_ms }) => note("tap", "copied", Note::Copied { at_ms }),
        Ok(Verdict::Old) => note("tap", "old", Note::Old),
        Ok(Verdict::Unknown) => note("tap", "unknown", Note::Unknown),
        Err(failure) => busy("tap", &failure, Note::BusyTap),
    }
}

fn card(how: &'static str, portal: &Portal, shown: Shown, by: By, at_ms: i64) -> Said {
    counter!(CHECKS, "by" => how, "answer" => shown.told.name()).increment(1);
    // a card that is not valid is refused whoever shows it: no face is needed for that (R177)
    let portrait = (shown.told == Told::Active && !shown.name.is_empty())
        .then(|| portrait_name(portal.secrets.as_ref(), &portal.draw, shown.id, at_ms));
    Said::Card { shown, by, portrait }
}

fn note(how: &'static str, answer: &'static str, note: Note) -> Said {
    counter!(CHECKS, "by" => how, "answer" => answer).increment(1);
    Said::Form(note)
}

fn wait(how: &'static str, TooMany { seconds }: TooMany) -> Said {
    note(how, "too_many", Note::Wait { seconds })
}

fn busy(how: &'static str, failure: &Failure, said: Note) -> Said {
    tracing::warn!(?failure, "a card could not be checked");
    note(how, "busy", said)
}

/// The language that an address asks for, else the visitor's.
pub(super) fn lang_of(uri: &Uri, visit: &Visit) -> Lang {
    let query = uri.query().unwrap_or_default();
    let chosen = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Lang::from_code);
    chosen.unwrap_or(visit.lang)
}

/// The address of a check, taken apart. Nothing in it is decoded: codes, signatures and taps need no escapes.
struct Address<'u> {
    lang: Lang,
    path: &'u str,
    query: &'u str,
    code: Option<&'u str>,
}

impl<'u> Address<'u> {
    fn of(uri: &'u Uri, visit: &Visit) -> Self {
        let (path, query) = (uri.path(), uri.query().unwrap_or_default());
        let code = path.strip_prefix(routes::CHECK).and_then(|rest| rest.strip_prefix('/'));
        // the text of the address itself, where it is a code: what would have to be cleaned is none
        let code = code.filter(|text| CardCode::parse(text).is_ok_and(|code| code.as_str() == *text));
        Address { lang: lang_of(uri, visit), path, query, code }
    }

    /// The query that a chip of an EV3 fills in.
    fn tapped(&self) -> Option<&'u str> {
        (self.path == routes::CHECK && self.query.starts_with("e=")).then_some(self.query)
    }

    fn signature(&self) -> Option<&'u str> {
        self.query.split('&').find_map(|pair| pair.strip_prefix("s="))
    }

    fn place(&self, said: &Said, at_ms: i64) -> Place<'_> {
        let other = match self.lang {
            Lang::Vi => Lang::En,
            Lang::En => Lang::Vi,
        };
        // a form with what was said above it is the answer to something; its other language is the form alone
        let form = matches!(said, Said::Form(_));
        let to = self.code.map_or_else(|| routes::CHECK.to_owned(), |code| routes::CHECK_CODE.replace("{code}", code));
        Place { lang: self.lang, code: self.code, other: form.then(|| format!("{to}?lang={}", other.code())), at_ms }
    }
}

/// The fields of a form. Anything that is none has no fields.
fn form(body: &[u8]) -> Vec<(String, String)> {
    if body.len() > FORM { Vec::new() } else { serde_html_form::from_bytes(body).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_short() {
        let code = |body: &str| form(body.as_bytes());
        assert_eq!(code("digits=0034&code=7hKq").len(), 2);
        assert_eq!(code("digits=%30%30+34"), [("digits".to_owned(), "00 34".to_owned())]);
        for nothing in ["", "=", "%", "\0", &"a=b&".repeat(100)] {
            assert!(code(nothing).iter().all(|(name, _)| name.is_empty() || name.contains(['%', '\0'])), "{nothing}");
        }
    }
}
