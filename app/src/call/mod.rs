//! The handlers: authorise, parse, one use case, show what came of it. And the one table of all routes.

mod session;
mod start;
mod work;

use axum::Router;
use axum::http::{HeaderValue, Method, header};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use contract::{Failure, Fault, Lang};
use model::role::Action;
use registry::Actor;
use registry::work::sign_in;

use crate::gate::{Access, gate};
use crate::part::Tone;
use crate::render::NavItem;
use crate::typed::Typed;
use crate::visit::{FLASH, Visit};
use crate::words::{self, nav};
use crate::{Portal, routes};

/// One route: who may come through, and what answers.
pub struct Entry {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    handler: MethodRouter<Portal>,
}

fn read<H, T>(path: &'static str, access: Access, handler: H) -> Entry
where
    H: axum::handler::Handler<T, Portal>,
    T: 'static,
{
    Entry { method: Method::GET, path, access, handler: get(handler) }
}

fn change<H, T>(path: &'static str, access: Access, handler: H) -> Entry
where
    H: axum::handler::Handler<T, Portal>,
    T: 'static,
{
    Entry { method: Method::POST, path, access, handler: post(handler) }
}

/// Every route with its access. There is no other way to mount a handler.
pub fn table() -> Vec<Entry> {
    use Access::{Enrolling, Own, Pending, Public};
    vec![
        read(routes::HOME, Public, start::home),
        read(routes::START, Public, start::guide),
        change(routes::PREFERENCES, Public, session::preferences),
        read(routes::SIGN_IN, Public, session::sign_in_page),
        change(routes::SIGN_IN, Public, session::sign_in),
        read(routes::SIGN_IN_CODE, Pending, session::code_page),
        change(routes::SIGN_IN_CODE, Pending, session::code),
        change(routes::SIGN_OUT, Pending, session::sign_out),
        read(routes::ACTIVATE, Public, session::activate_page),
        change(routes::ACTIVATE, Public, session::activate),
        read(routes::ENROL, Enrolling, session::enrol_page),
        change(routes::ENROL, Enrolling, session::enrol),
        read(routes::SESSION, Own, session::stay),
        read(routes::WORK, Own, work::queue),
    ]
}

/// All routes behind their gates.
pub fn router(portal: &Portal) -> Router {
    let mut router = Router::new();
    for entry in table() {
        let gate = middleware::from_fn_with_state((portal.clone(), entry.access), gate);
        router = router.route(entry.path, entry.handler.layer(gate));
    }
    let nowhere = middleware::from_fn_with_state((portal.clone(), Access::Public), gate);
    router.fallback_service(get(no_such_page).post(no_such_page).layer(nowhere).with_state(portal.clone())).with_state(portal.clone())
}

async fn no_such_page() -> Refused {
    Refused(Failure::NotFound)
}

/// A refusal on its way to the gate, which words it for the visit.
pub struct Refused(pub Failure);

/// What a handler answers.
pub type Answer = Result<Response, Refused>;

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Refused(failure)
    }
}

impl From<registry::StoreError> for Refused {
    fn from(error: registry::StoreError) -> Self {
        Refused(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// It is done: go there, and find it said so. `word` is a key of [`flash_words`].
pub fn done(to: &str, word: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let cookie = format!("{FLASH}={word}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// What an action says on the page after it.
pub fn flash_words(l: Lang, word: &str) -> Option<(Tone, String)> {
    use words::flash;
    let text = match word {
        "activated" => flash::activated(l),
        "signed-out" => flash::signed_out(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

/// Who asks, the second factor freshly shown: by the form's field `code` when it was longer ago.
///
/// # Errors
/// [`Fault::Missing`] or [`Fault::Code`] beside `code`; [`Failure::Forbidden`].
pub async fn fresh(portal: &Portal, visit: &Visit, action: Action, typed: &Typed) -> Result<Actor, Failure> {
    let mut actor = visit.actor()?.clone();
    if !actor.may_somewhere(action) {
        return Err(Failure::Forbidden);
    }
    if action.permission().fresh && !actor.is_fresh(visit.at_ms) {
        let token = visit.token.as_ref().ok_or(Failure::SignInNeeded)?;
        let code = typed.get("code");
        if code.trim().is_empty() {
            return Err(Failure::field("code", Fault::Missing));
        }
        sign_in::confirm(&portal.store, portal.secrets.as_ref(), token, &code, visit.at_ms).await?;
        actor.confirmed_at = Some(visit.at_ms);
    }
    Ok(actor)
}

/// The places that the actor may go to.
pub fn navigation(l: Lang, actor: &Actor, path: &str) -> Vec<NavItem> {
    let may = |action| actor.may_somewhere(action);
    let places = [
        (true, nav::work(l), routes::WORK),
        (may(Action::SeePeople), nav::people(l), routes::PEOPLE),
        (may(Action::SeeUnits), nav::units(l), routes::UNITS),
        (may(Action::SeeAccounts), nav::accounts(l), routes::ACCOUNTS),
        (may(Action::SeeAudit), nav::audit(l), routes::AUDIT),
    ];
    let here = |place: &str| path == place || path.starts_with(&format!("{place}/")) || path.starts_with(&format!("{place}?"));
    places
        .into_iter()
        .filter(|(shown, ..)| *shown)
        .map(|(_, label, href)| NavItem { label: label.to_owned(), href: href.to_owned(), current: here(href) })
        .collect()
}
