//! Signing in and out, activating an account, setting up the second factor, language and colours.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use contract::{Failure, Lang};
use registry::token::Token;
use registry::work::activate_account::{self, invitation};
use registry::work::enrol_second_factor;
use registry::work::resume_session::{IDLE_MS, TOTAL_MS, TOUCH_MS};
use registry::work::sign_in::{self, Next, SignIn};

use super::{Answer, done};
use crate::render::Theme;
use crate::typed::{Asked, Typed};
use crate::visit::{DEVICE, LANG, SESSION, THEME, Visit};
use crate::{Portal, failing, page, routes};

const YEAR_SECONDS: i64 = 365 * 24 * 60 * 60;

fn secure_cookie(response: &mut Response, name: &str, value: &str, seconds: i64) {
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn with_session(mut response: Response, token: &Token) -> Response {
    secure_cookie(&mut response, SESSION, token.as_str(), TOTAL_MS / 1000);
    response
}

/// Where to go after signing in: a path of ours, nothing else.
fn next_of(typed: &Typed) -> String {
    let next = typed.get("next");
    let ours =
        next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.starts_with(routes::SIGN_IN);
    if ours { next } else { String::new() }
}

pub async fn sign_in_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    if visit.session.as_ref().is_some_and(|session| session.stage == registry::work::resume_session::Stage::Full) {
        return Ok(Redirect::to(routes::WORK).into_response());
    }
    let form = Typed::start([("next", next_of(&asked))]);
    Ok(page::sign_in::respond(&portal, &visit, StatusCode::OK, &form, None))
}

pub async fn sign_in(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let request = SignIn {
        login: typed.get("login"),
        password: typed.get("password"),
        address: visit.address.clone(),
        device: visit.device.clone(),
        agent: visit.agent.clone(),
    };
    match sign_in::sign_in(&portal.store, &portal.draw, request, visit.at_ms).await {
        Ok(begun) => {
            let next = next_of(&typed);
            let to = match begun.next {
                Next::SecondFactor => crate::part::with_query(routes::SIGN_IN_CODE, "next", &next),
                Next::Enrol => routes::ENROL.to_owned(),
                Next::Done if next.is_empty() => routes::WORK.to_owned(),
                Next::Done => next,
            };
            let mut response = with_session(Redirect::to(&to).into_response(), &begun.token);
            secure_cookie(&mut response, DEVICE, begun.device.as_str(), YEAR_SECONDS);
            Ok(response)
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::sign_in::respond(&portal, &visit, status, &typed, Some(errors)))
        }
    }
}

pub async fn code_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let form = Typed::start([("next", next_of(&asked))]);
    Ok(page::sign_in_code::respond(&portal, &visit, StatusCode::OK, routes::SIGN_IN_CODE, &form, None))
}

pub async fn code(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let token = visit.token.as_ref().ok_or(Failure::SignInNeeded)?;
    let device = visit.device.clone().unwrap_or_else(|| Token::draw(&portal.draw));
    let secrets = portal.secrets.as_ref();
    let code = typed.get("code");
    match sign_in::show_second_factor(&portal.store, secrets, &portal.draw, (token, &device), &code, visit.at_ms).await
    {
        Ok(token) => {
            let next = next_of(&typed);
            let to = if next.is_empty() { routes::WORK } else { &next };
            Ok(with_session(Redirect::to(to).into_response(), &token))
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::sign_in_code::respond(&portal, &visit, status, routes::SIGN_IN_CODE, &typed, Some(errors)))
        }
    }
}

pub async fn sign_out(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let session = visit.who()?.clone();
    portal.writings.end(&session.id_hash);
    portal.trainings.end(&session.id_hash);
    portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { sign_in::sign_out(tx, &session.actor, &session.id_hash).await })
        })
        .await?;
    let mut response = done(routes::SIGN_IN, "signed-out");
    secure_cookie(&mut response, SESSION, "", 0);
    Ok(response)
}

/// The second factor once more: where a page cannot ask for the code itself.
pub async fn confirm_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let form = Typed::start([("next", next_of(&asked))]);
    Ok(page::sign_in_code::respond(&portal, &visit, StatusCode::OK, routes::CONFIRM, &form, None))
}

pub async fn confirm(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let token = visit.token.as_ref().ok_or(Failure::SignInNeeded)?;
    let code = typed.get("code");
    match sign_in::confirm(&portal.store, portal.secrets.as_ref(), token, &code, visit.at_ms).await {
        Ok(()) => {
            let next = next_of(&typed);
            Ok(Redirect::to(if next.is_empty() { routes::WORK } else { &next }).into_response())
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::sign_in_code::respond(&portal, &visit, status, routes::CONFIRM, &typed, Some(errors)))
        }
    }
}

/// Keeps the session from ending: the session clock asks when its owner says «stay». The answer: seconds left.
pub async fn stay() -> String {
    // the last use is written down no more often than that
    ((IDLE_MS - TOUCH_MS) / 1000).to_string()
}

pub async fn activate_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Path(link): Path<String>,
) -> Answer {
    let link = Token::parse(&link).ok_or(Failure::Refused { why: contract::Refusal::LinkSpent })?;
    let invitation = invitation(&portal.store, &link, visit.at_ms).await?;
    Ok(page::activate::respond(&portal, &visit, StatusCode::OK, &invitation, None))
}

pub async fn activate(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Path(link): Path<String>,
    typed: Typed,
) -> Answer {
    let link = Token::parse(&link).ok_or(Failure::Refused { why: contract::Refusal::LinkSpent })?;
    let invitation = invitation(&portal.store, &link, visit.at_ms).await?;
    let words = (typed.get("password"), typed.get("repeat"));
    match activate_account::activate_account(&portal.store, &portal.draw, &link, words, visit.at_ms).await {
        Ok(_) => Ok(done(routes::SIGN_IN, "activated")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::activate::respond(&portal, &visit, status, &invitation, Some(errors)))
        }
    }
}

pub async fn enrol_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    show_enrolment(&portal, &visit, StatusCode::OK, None).await
}

async fn show_enrolment(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    errors: Option<crate::part::FieldErrors>,
) -> Answer {
    let who = visit.who()?;
    enrol_second_factor::may_replace(who, visit.at_ms)?;
    let secrets = portal.secrets.as_ref();
    let enrolment = enrol_second_factor::begin(&portal.store, secrets, &portal.draw, who, visit.at_ms).await?;
    Ok(page::enrol::respond(portal, visit, status, &enrolment, errors))
}

pub async fn enrol(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let who = visit.who()?;
    let secrets = portal.secrets.as_ref();
    let code = typed.get("code");
    match enrol_second_factor::finish(&portal.store, secrets, &portal.draw, who, &code, visit.at_ms).await {
        Ok((codes, token)) => Ok(with_session(page::recovery_codes::respond(&portal, &visit, &codes), &token)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            show_enrolment(&portal, &visit, status, Some(errors)).await
        }
    }
}

/// Remembers the language or the colours, and goes back to where the visitor was.
pub async fn preferences(typed: Typed) -> Response {
    let back = typed.get("back");
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let mut response = Redirect::to(if ours { &back } else { routes::HOME }).into_response();
    let chosen = [
        (LANG, Lang::from_code(&typed.get("lang")).map(Lang::code)),
        (THEME, Theme::from_code(&typed.get("theme")).map(Theme::code)),
    ];
    for (name, code) in chosen {
        let Some(code) = code else { continue };
        let cookie = format!("{name}={code}; Path=/; HttpOnly; SameSite=Lax; Max-Age={YEAR_SECONDS}");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}
