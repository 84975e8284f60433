//! Systems that are told when what is told of a card changes.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Fault};
use model::role::Action;
use registry::work::webhooks::{Secret, WebhookForm, add_webhook, list_webhooks, try_webhook, withdraw_webhook};

use super::{Answer, done, fresh};
use crate::part::FieldErrors;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    respond(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let told = list_webhooks(&mut portal.store.read().await?, visit.actor()?).await?;
    Ok(page::webhooks::respond(portal, visit, status, &told, typed, errors))
}

/// What became of a form.
enum Acted {
    /// A system was added: its secret is shown as the answer to the form, and never again.
    Added(String, Secret),
    Done(&'static str),
}

pub async fn act(State(portal): State<Portal>, Extension(mut visit): Extension<Visit>, typed: Typed) -> Answer {
    let acted = match typed.get("do").as_str() {
        "add" => add(&portal, &mut visit, &typed).await,
        "withdraw" => withdraw(&portal, &mut visit, &typed).await,
        "test" => test(&portal, &visit, &typed).await,
        _ => Err(Failure::field("name", Fault::Choice)),
    };
    match acted {
        Ok(Acted::Added(name, secret)) => Ok(page::webhooks::made(&portal, &visit, &name, &secret)),
        Ok(Acted::Done(word)) => Ok(done(routes::WEBHOOKS, word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

async fn add(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<Acted, Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let form = WebhookForm { name: typed.get("name"), url: typed.get("url") };
    let (name, secret) = (form.name.trim().to_owned(), Secret::draw(&portal.draw));
    let sealed = secret.sealed(portal.secrets.as_ref(), &portal.draw, form.url.trim());
    let hosts = portal.told();
    let write = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { add_webhook(tx, &actor, &form, &hosts, &sealed).await }));
    write.await?;
    Ok(Acted::Added(name, secret))
}

async fn withdraw(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<Acted, Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let id = typed.id("system").ok_or_else(|| Failure::field("system", Fault::Choice))?;
    let write =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { withdraw_webhook(tx, &actor, id).await }));
    write.await?;
    Ok(Acted::Done("webhook-withdrawn"))
}

async fn test(portal: &Portal, visit: &Visit, typed: &Typed) -> Result<Acted, Failure> {
    let actor = visit.actor()?.clone();
    let id = typed.id("system").ok_or_else(|| Failure::field("system", Fault::Choice))?;
    portal.store.write(visit.at_ms, move |tx| Box::pin(async move { try_webhook(tx, &actor, id).await })).await?;
    Ok(Acted::Done("webhook-tried"))
}
