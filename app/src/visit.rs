//! One request as the handlers see it: who asks, in which language, from which page.

use axum::http::Method;
use axum::http::request::Parts;
use contract::{Failure, Lang};
use cookie::Cookie;
use jiff::Timestamp;
use model::role::Action;
use registry::Actor;
use registry::token::Token;
use registry::work::resume_session::{IDLE_MS, Resumed};

use crate::render::{Flash, NavActor, PageContext, Theme};
use crate::{Portal, call};

/// Nonce of the response's Content-Security-Policy; the server puts it into each request.
#[derive(Clone, Debug, Default)]
pub struct Nonce(pub String);

/// Number under which a fault is found in the log; the server puts it into each request.
#[derive(Clone, Debug, Default)]
pub struct Reference(pub String);

/// On a response: the page uses a card reader, and may speak to the bridge on its machine.
#[derive(Clone, Copy, Debug)]
pub struct UsesReader;

/// Address of the client; the server puts it into each request.
#[derive(Clone, Debug, Default)]
pub struct ClientAddress(pub String);

/// Cookie names. `__Host-`: only over TLS (or on this machine), only from this host, for every path.
pub const SESSION: &str = "__Host-congthe-session";
pub const DEVICE: &str = "__Host-congthe-device";
pub const LANG: &str = "congthe-lang";
pub const THEME: &str = "congthe-theme";
pub const FLASH: &str = "congthe-flash";

/// One request.
#[derive(Clone)]
pub struct Visit {
    pub at_ms: i64,
    pub lang: Lang,
    pub theme: Theme,
    pub nonce: String,
    pub reference: String,
    pub address: String,
    pub agent: String,
    /// Path and query.
    pub path: String,
    /// It changes something: coming back to its path by a link would not do it again.
    pub posted: bool,
    /// The word that the page before left for this one.
    pub flash: Option<String>,
    pub token: Option<Token>,
    pub device: Option<Token>,
    pub session: Option<Resumed>,
}

impl Visit {
    /// Reads what the browser sent; the session is added by the gate.
    pub fn read(parts: &Parts, at_ms: i64) -> Self {
        let cookies = parts.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
        let jar: Vec<Cookie<'_>> = cookies.flat_map(Cookie::split_parse).filter_map(Result::ok).collect();
        let cookie =
            |name: &str| jar.iter().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned());
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let lang = cookie(LANG).and_then(|code| Lang::from_code(&code));
        Visit {
            at_ms,
            lang: lang.unwrap_or_else(|| preferred(header("accept-language"))),
            theme: cookie(THEME).and_then(|code| Theme::from_code(&code)).unwrap_or_default(),
            nonce: parts.extensions.get::<Nonce>().cloned().unwrap_or_default().0,
            reference: parts.extensions.get::<Reference>().cloned().unwrap_or_default().0,
            address: parts.extensions.get::<ClientAddress>().cloned().unwrap_or_default().0,
            agent: header("user-agent").to_owned(),
            path: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned()),
            posted: parts.method == Method::POST,
            flash: cookie(FLASH),
            token: cookie(SESSION).and_then(|text| Token::parse(&text)),
            device: cookie(DEVICE).and_then(|text| Token::parse(&text)),
            session: None,
        }
    }

    /// The session, which a route behind the gate has.
    pub fn who(&self) -> Result<&Resumed, Failure> {
        self.session.as_ref().ok_or(Failure::SignInNeeded)
    }

    /// Who asks, on a route behind the gate.
    pub fn actor(&self) -> Result<&Actor, Failure> {
        Ok(&self.who()?.actor)
    }

    /// The second factor was shown with this request: the page that comes back does not ask for it again.
    pub fn confirmed(&mut self, actor: &Actor) {
        if let Some(session) = &mut self.session {
            session.actor.confirmed_at = actor.confirmed_at;
        }
    }

    /// Whether an action that needs the second factor freshly shown has to ask for it.
    pub fn needs_code(&self) -> bool {
        self.session.as_ref().is_some_and(|session| !session.actor.is_fresh(self.at_ms))
    }

    /// The instant of the request.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.at_ms).unwrap_or_default()
    }

    /// What the frame around the page shows.
    pub fn context(&self, portal: &Portal) -> PageContext {
        let full = self.session.as_ref().filter(|session| session.stage == registry::work::resume_session::Stage::Full);
        PageContext {
            lang: self.lang,
            theme: self.theme,
            nonce: self.nonce.clone(),
            site: portal.site.clone(),
            actor: full.map(|session| NavActor {
                display_name: session.actor.display_name.clone(),
                idle_seconds: u32::try_from(IDLE_MS / 1000).ok(),
                may_find: session.actor.may_somewhere(Action::SeeUnits),
                may_find_people: session.actor.may_somewhere(Action::SeePeople),
            }),
            nav: full.map(|session| call::navigation(self.lang, &session.actor, &self.path)).unwrap_or_default(),
            path: self.path.clone(),
            posted: self.posted,
            flash: self.flash.as_deref().and_then(|word| {
                let (tone, text) = call::flash_words(self.lang, word)?;
                Some(Flash { tone, text, next: call::flash_next(self.lang, word) })
            }),
        }
    }
}

/// The first of our languages in `Accept-Language`; Vietnamese when there is none.
fn preferred(header: &str) -> Lang {
    let codes = header.split(',').filter_map(|part| part.split([';', '-']).next());
    codes.map(str::trim).find_map(|code| Lang::from_code(&code.to_ascii_lowercase())).unwrap_or_default()
}
