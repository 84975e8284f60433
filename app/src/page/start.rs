//! How an empty province begins.

use axum::http::StatusCode;
use axum::response::Response;
use contract::import::ImportKind;
use contract::view::Setup;
use leptos::prelude::*;
use model::role::Action;
use registry::work::resume_session::Stage;

use crate::part::{Actions, LinkButton, Tag, Tone, with_query};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::start as words;
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, progress: Setup) -> Response {
    let l = visit.lang;
    let steps = [
        (progress.province, words::province(l), words::province_how(l)),
        (progress.accounts > 0, words::accounts(l), words::accounts_how(l)),
        (progress.units > 0, words::units(l), words::units_how(l)),
        (progress.people > 0, words::people(l), words::people_how(l)),
    ];
    let next = steps.iter().position(|(done, ..)| !done);
    super::respond(portal, visit, StatusCode::OK, Page::new(words::title(l)).lead(words::lead(l)).narrow(), || {
        let items = steps
            .into_iter()
            .enumerate()
            .map(|(index, (done, title, how))| {
                let (tone, state) = match (done, Some(index) == next) {
                    (true, _) => (Tone::Good, words::done(l)),
                    (false, true) => (Tone::Warn, words::next(l)),
                    (false, false) => (Tone::Info, words::later(l)),
                };
                view! { <li><h2>{title} " " <Tag tone text=state /></h2> <p>{how}</p></li> }
            })
            .collect_view();
        let sign_in = (progress.accounts > 0 && visit.session.is_none())
            .then(|| view! { <Actions><LinkButton label=words::sign_in(l) href=routes::SIGN_IN /></Actions> });
        view! { <ol class="steps">{items}</ol> {sign_in} {import(visit, progress)} }.into_any()
    })
}

/// The way to the next of the steps that are done in the browser, for who may take it.
fn import(visit: &Visit, progress: Setup) -> Option<AnyView> {
    let session = visit.session.as_ref().filter(|session| session.stage == Stage::Full)?;
    if !progress.province || !session.actor.may_somewhere(Action::Import) {
        return None;
    }
    let l = visit.lang;
    let (kind, label) = match (progress.units, progress.people) {
        (0, _) => (ImportKind::Units, words::import_units(l)),
        (_, 0) => (ImportKind::People, words::import_people(l)),
        _ => return None,
    };
    let href = with_query(routes::IMPORT, "what", kind.name());
    Some(view! { <Actions><LinkButton label href /></Actions> }.into_any())
}
