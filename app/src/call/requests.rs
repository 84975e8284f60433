//! Asking for a card: one's own profile, or that of somebody of the unit; and what becomes of it.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use contract::cards::{CardRow, RequestDetail};
use contract::view::PersonDetail;
use contract::{Failure, Refusal};
use model::profile::Field;
use registry::work::ask_card::{AskCard, ask_card, withdraw_request};
use registry::work::show_card::cards_of;
use registry::work::show_person::show_person;
use registry::work::show_request::{open_request, profile_of, reasons_of_cases, show_file, show_request};

use super::{Answer, done};
use crate::page::request_form::Form;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn my_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let id = own(&visit)?;
    form_page(&portal, &visit, id).await
}

pub async fn mine(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let id = own(&visit)?;
    send(&portal, &visit, id, &typed).await
}

pub async fn page_for(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    super::people::changeable(&portal, &visit, id).await?;
    form_page(&portal, &visit, id).await
}

pub async fn send_for(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    super::people::changeable(&portal, &visit, id).await?;
    send(&portal, &visit, id, &typed).await
}

fn own(visit: &Visit) -> Result<i64, Failure> {
    visit.actor()?.person_id.ok_or(Failure::NotFound)
}

async fn form_page(portal: &Portal, visit: &Visit, person_id: i64) -> Answer {
    let mut conn = portal.store.read().await?;
    let actor = visit.actor()?;
    if let Some(open) = open_request(&mut conn, actor, person_id).await?
        && !open.may_write
    {
        return Ok(Redirect::to(&routes::with_id(routes::REQUEST, open.request.id)).into_response());
    }
    drop(conn);
    let form = read(portal, visit, person_id, None).await?;
    Ok(page::request_form::respond(portal, visit, StatusCode::OK, &form, None))
}

/// What the form shows: what was typed, or else what is asked for already, or what is held.
async fn read(portal: &Portal, visit: &Visit, person_id: i64, typed: Option<&Typed>) -> Result<Form, Failure> {
    let mut conn = portal.store.read().await?;
    let actor = visit.actor()?;
    let person: PersonDetail = show_person(&mut conn, actor, person_id).await?;
    if person.erased {
        return Err(Failure::Refused { why: Refusal::Erased });
    }
    let open: Option<RequestDetail> = open_request(&mut conn, actor, person_id).await?;
    let cards: Vec<CardRow> = cards_of(&mut conn, actor, person_id).await?;
    let fields = match &open {
        Some(open) => open.fields.clone(),
        None => profile_of(&mut conn, actor, person_id).await?,
    };
    let reasons = reasons_of_cases(&mut conn).await?;
    let typed = typed.cloned().unwrap_or_else(|| {
        let mut pairs: Vec<(String, String)> =
            fields.iter().map(|line| (line.field.name().to_owned(), line.value.clone())).collect();
        if let Some(open) = &open {
            pairs.push(("version".into(), open.request.version.to_string()));
            pairs.push(("reason".into(), format!("{}.{}", open.request.case.name(), open.request.reason.code)));
            pairs.push(("note".into(), open.note.clone().unwrap_or_default()));
        }
        Typed::of(pairs)
    });
    Ok(Form { person, open, cards, fields, reasons, typed, own: actor.person_id == Some(person_id) })
}

async fn send(portal: &Portal, visit: &Visit, person_id: i64, typed: &Typed) -> Answer {
    let actor = visit.actor()?.clone();
    // one question, since the reason says the case: `reissue.lost`
    let reason = typed.get("reason");
    let (case, reason) = reason.split_once('.').unwrap_or_default();
    let asked = AskCard {
        case: case.to_owned(),
        reason: reason.to_owned(),
        note: typed.get("note"),
        fields: Field::ALL
            .into_iter()
            .filter(|field| typed.has(field.name()))
            .map(|field| (field, typed.get(field.name())))
            .collect(),
        version: typed.id("version"),
        submit: typed.get("do") == "submit",
    };
    let submit = asked.submit;
    let asking = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { ask_card(tx, &actor, person_id, asked).await }))
        .await;
    match asking {
        Ok(id) if submit => Ok(done(&routes::with_id(routes::REQUEST, id), "request-sent")),
        Ok(_) => Ok(done(&visit.path, "request-kept")),
        Err(failure) => {
            let (status, mut errors) = failing::told(visit.lang, &failure)?;
            if let Some(wrong) = errors.of("case") {
                errors.add("reason", wrong);
            }
            let form = read(portal, visit, person_id, Some(typed)).await?;
            Ok(page::request_form::respond(portal, visit, status, &form, Some(errors)))
        }
    }
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let request = show_request(&mut conn, visit.actor()?, id).await?;
    Ok(page::request::respond(&portal, &visit, &request))
}

/// The profile as it is printed and certified, with its version (R18).
pub async fn profile(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let request = show_request(&mut conn, visit.actor()?, id).await?;
    if request.stamp == 0 {
        return Err(Failure::NotFound.into());
    }
    let province = super::province_name(&mut conn).await?;
    Ok(page::profile::respond(&portal, &visit, &request, &province))
}

pub async fn withdraw(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, version) = (visit.actor()?.clone(), typed.id("version").unwrap_or_default());
    let own = actor.person_id;
    let withdrawing = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { withdraw_request(tx, &actor, (id, version)).await }));
    withdrawing.await?;
    let mut conn = portal.store.read().await?;
    let request = show_request(&mut conn, visit.actor()?, id).await?;
    let to = if own == Some(request.request.person_id) {
        routes::ME.to_owned()
    } else {
        routes::with_id(routes::PERSON, request.request.person_id)
    };
    Ok(done(&to, "request-withdrawn"))
}

/// A file that belongs to something. It is shown by nobody's program but the browser's own viewer, and kept nowhere.
pub async fn file(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let (media_type, bytes) = show_file(&mut conn, &portal.blobs, visit.actor()?, id).await?;
    let ending = match media_type.as_str() {
        "application/pdf" => "pdf",
        "image/png" => "png",
        _ => "jpg",
    };
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{id}.{ending}\"")),
    ];
    Ok((headers, bytes).into_response())
}
