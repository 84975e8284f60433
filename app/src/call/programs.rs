//! Keys with which other programs ask for states of cards.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::check::Scope;
use contract::{Failure, Fault};
use model::role::Action;
use registry::token::Token;
use registry::work::api_keys::{KeyForm, add_api_key, list_api_keys, withdraw_api_key};

use super::{Answer, Entry, change, done, fresh, read, webhooks};
use crate::gate::Access::May;
use crate::part::FieldErrors;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// The routes of programs' keys.
pub fn table() -> Vec<Entry> {
    vec![
        read(routes::PROGRAMS, May(Action::SeeAccounts), list),
        change(routes::PROGRAMS, May(Action::ChangeAccounts), act),
        read(routes::WEBHOOKS, May(Action::SeeAccounts), webhooks::list),
        change(routes::WEBHOOKS, May(Action::ChangeAccounts), webhooks::act),
    ]
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    respond(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let keys = list_api_keys(&mut portal.store.read().await?, visit.actor()?).await?;
    Ok(page::programs::respond(portal, visit, status, &keys, typed, errors))
}

async fn act(State(portal): State<Portal>, Extension(mut visit): Extension<Visit>, typed: Typed) -> Answer {
    let acted = match typed.get("do").as_str() {
        "add" => add(&portal, &mut visit, &typed).await.map(Some),
        "withdraw" => withdraw(&portal, &mut visit, &typed).await.map(|()| None),
        _ => Err(Failure::field("name", Fault::Choice)),
    };
    match acted {
        // the key is shown as the answer to this form, and never again
        Ok(Some((name, token))) => Ok(page::programs::made(&portal, &visit, &name, &token)),
        Ok(None) => Ok(done(routes::PROGRAMS, "program-withdrawn")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

async fn add(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<(String, Token), Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let chosen = Scope::ALL.into_iter().filter(|scope| typed.has(&format!("scope_{}", scope.name())));
    let scopes = chosen.map(|scope| scope.name().to_owned()).collect();
    let form = KeyForm { name: typed.get("name"), scopes, quota: typed.get("quota") };
    let (name, token) = (form.name.trim().to_owned(), Token::draw(&portal.draw));
    let noted = token.clone();
    let write = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { add_api_key(tx, &actor, &form, &noted).await }));
    write.await?;
    Ok((name, token))
}

async fn withdraw(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<(), Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let id = typed.id("key").ok_or_else(|| Failure::field("key", Fault::Choice))?;
    portal.store.write(visit.at_ms, move |tx| Box::pin(async move { withdraw_api_key(tx, &actor, id).await })).await
}
