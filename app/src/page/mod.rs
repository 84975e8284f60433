//! The pages, one a file: what they show is handed to them by `call`.

pub mod account;
pub mod account_form;
pub mod account_reset;
pub mod account_switch;
pub mod accounts;
pub mod activate;
pub mod activation_link;
pub mod audit;
pub mod audit_entry;
pub mod audit_verify;
pub mod biometrics;
pub mod bulk;
pub mod card;
pub mod cards;
pub mod certificates;
pub mod classes;
pub mod departure;
pub mod enrol;
pub mod equipment;
pub mod failure;
pub mod field;
pub mod grant;
pub mod grant_end;
pub mod grant_form;
pub mod handover;
pub mod handovers;
pub mod import;
pub mod import_run;
pub mod information;
pub mod issue;
pub mod key_ceremony;
pub mod key_ceremony_form;
pub mod key_restore;
pub mod key_share;
pub mod keys;
pub mod ledger;
pub mod list;
pub mod lists;
pub mod me;
pub mod ministry;
pub mod national;
pub mod password;
pub mod people;
pub mod person;
pub mod person_erase;
pub mod person_form;
pub mod person_move;
pub mod photos;
pub mod plans;
pub mod portrait;
pub mod profile;
pub mod programs;
pub mod read_code;
pub mod reader;
pub mod recovery_codes;
pub mod request;
pub mod request_form;
pub mod rules;
pub mod sign_in;
pub mod sign_in_code;
pub mod start;
pub mod stock;
pub mod training;
pub mod unit;
pub mod unit_close;
pub mod unit_form;
pub mod unit_posts;
pub mod units;
pub mod verify;
pub mod webhooks;
pub mod witness;
pub mod work;
pub mod write_chip;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::Lang;
use leptos::prelude::*;

use crate::Portal;
use crate::part::{Actions, FieldErrors, Hidden, LinkButton, Rank};
use registry::token::Token;

use crate::render::{Page, document};
use crate::typed::Typed;
use crate::visit::{UsesReader, Visit};
use crate::words::form;

/// A page as a response.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    page: Page,
    body: impl FnOnce() -> AnyView,
) -> Response {
    let html = document(&visit.context(portal), page, body);
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// A page that uses a reader: its policy lets it speak to the bridge.
fn respond_with_reader(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    page: Page,
    body: impl FnOnce() -> AnyView,
) -> Response {
    let mut response = respond(portal, visit, status, page, body);
    response.extensions_mut().insert(UsesReader);
    response
}

/// The way on when something has changed since the form was shown: what was typed stays here to be read.
fn reopen(l: Lang, errors: &FieldErrors, path: &str) -> AnyView {
    let link = view! { <a class="button" href=path.to_owned() target="_blank">{form::reopen(l)}</a> };
    errors.is_stale().then(|| view! { <Actions>{link}</Actions> }).into_any()
}

/// The key of a form that makes something: sent twice, it makes it once.
fn key(portal: &Portal, typed: &Typed) -> AnyView {
    let sent = Some(typed.get("form_key")).filter(|key| !key.is_empty());
    let value = sent.unwrap_or_else(|| Token::draw(&portal.draw).as_str().to_owned());
    view! { <Hidden name="form_key" value /> }.into_any()
}

/// The end of a form: its button, and the way back. There is no button while something else has to be looked at first.
fn ending(l: Lang, errors: &FieldErrors, button: impl IntoView + 'static, back: String) -> AnyView {
    let button = (!errors.is_stale()).then_some(button);
    view! { <Actions>{button} <LinkButton label=form::cancel(l) href=back rank=Rank::Quiet /></Actions> }.into_any()
}
