//! My profile, my sessions, my password.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Failure;
use registry::work::biometrics::my_systems;
use registry::work::change_password::{ChangePassword, change_password};
use registry::work::classes::classes_of;
use registry::work::departures::departure_of;
use registry::work::handovers::waiting_cards;
use registry::work::my_account::my_account;
use registry::work::my_sessions::{end_session, my_sessions};
use registry::work::show_card::cards_of;
use registry::work::show_person::show_person;
use registry::work::show_request::open_request;

use super::{Answer, done};
use crate::page::me::Own;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let who = visit.who()?;
    let mut conn = portal.store.read().await?;
    let account = my_account(&mut conn, who).await?;
    let sessions = my_sessions(&mut conn, who, visit.at_ms).await?;
    let own = match who.actor.person_id {
        Some(id) => Some(Own {
            person: show_person(&mut conn, &who.actor, id).await?,
            cards: cards_of(&mut conn, &who.actor, id).await?,
            request: open_request(&mut conn, &who.actor, id).await?,
            waiting: waiting_cards(&mut conn, id).await?,
            departure: departure_of(&mut conn, &who.actor, id).await?,
            systems: my_systems(&mut conn, &who.actor).await?,
            classes: classes_of(&mut conn, id).await?,
        }),
        None => None,
    };
    Ok(page::me::respond(&portal, &visit, who, own, account, sessions))
}

pub async fn end_my_session(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let who = visit.who()?.clone();
    let name = typed.get("name");
    let ended =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { end_session(tx, &who, &name).await })).await;
    match ended {
        // gone already is as good
        Ok(()) | Err(Failure::NotFound) => Ok(done(routes::ME, "session-ended")),
        Err(failure) => Err(failure.into()),
    }
}

pub async fn password_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::password::respond(&portal, &visit, StatusCode::OK, visit.who()?, None))
}

pub async fn password(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let who = visit.who()?;
    let request =
        ChangePassword { current: typed.get("current"), password: typed.get("password"), repeat: typed.get("repeat") };
    match change_password(&portal.store, &portal.draw, who, request, visit.at_ms).await {
        Ok(()) => Ok(done(routes::ME, "password-changed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::password::respond(&portal, &visit, status, who, Some(errors)))
        }
    }
}
