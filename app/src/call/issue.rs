//! Making approved cards: printed, looked at, active (R114).

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use contract::{Failure, Fault, Outage};
use face::qr::Field;
use model::lifecycle::Card;
use registry::work::issue_card::{confirm_card, face_to_print, misprint_card, print_card, show_face, to_issue};
use registry::work::key_sets::signer_in_use;
use registry::work::national::{show_difference, who_differs};
use registry::work::read_code::{CodeRead, note_code, show_code};
use registry::work::show_card::show_card;
use registry::work::write_chip::show_chip;
use registry::{Conn, date};

use super::{Answer, done};
use crate::part::FieldErrors;
use crate::pressed::{BackSigner, Look};
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, pressed, routes, words};
use scan::Grey;

/// Cards in one file at most.
const AT_ONCE: usize = 200;

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = to_issue(&mut conn, visit.actor()?, at).await?;
    let people: Vec<i64> = rows.iter().map(|row| row.person_id).collect();
    let differs = who_differs(&mut conn, &people).await?;
    Ok(page::issue::list(&portal, &visit, (rows, &differs), (at, total)))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    respond(&portal, &visit, id, StatusCode::OK, &Typed::default(), None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let cards = portal.cards.as_ref().ok_or(Failure::NotFound)?;
    let mut conn = portal.store.read().await?;
    let (snapshot, portrait) = show_face(&mut conn, &portal.blobs, visit.actor()?, id).await?;
    let card = show_card(&mut conn, visit.actor()?, id).await?;
    let chip = show_chip(&mut conn, visit.actor()?, id).await?;
    let code = show_code(&mut conn, id).await?;
    let differs = show_difference(&mut conn, visit.actor()?, card.card.person_id).await?;
    drop(conn);
    let look = Look { differs, ..pressed::look(cards, visit.lang, &snapshot, &portrait) };
    Ok(page::issue::respond(portal, visit, status, (&card, &look, (chip.as_ref(), code)), typed, errors))
}

/// The card's two pages, for its printer.
pub async fn face(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    to_print(&portal, &visit, &[id]).await
}

/// The pages of several cards, in the order in which they were asked for.
pub async fn faces(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let ids = asked.ids("id");
    match ids.len() {
        0 => Err(Failure::field("chosen", Fault::Missing).into()),
        found if found > AT_ONCE => Err(Failure::field("chosen", Fault::Several).into()),
        _ => to_print(&portal, &visit, &ids).await,
    }
}

async fn to_print(portal: &Portal, visit: &Visit, ids: &[i64]) -> Answer {
    if portal.cards.is_none() {
        return Err(Failure::NotFound.into());
    }
    let mut conn = portal.store.read().await?;
    let mut of = Vec::with_capacity(ids.len());
    for id in ids {
        of.push(face_to_print(&mut conn, &portal.blobs, visit.actor()?, *id).await?);
    }
    let signer = back_signer(portal, visit, &mut conn).await?;
    drop(conn);
    let name = of.first().map(|(snapshot, _)| snapshot.code.clone()).unwrap_or_default();
    // many cards take a while: others are served meanwhile
    let drawing = portal.clone();
    let pressed = tokio::task::spawn_blocking(move || match &drawing.cards {
        Some(cards) => pressed::pdf(cards, &of, signer.as_ref()),
        None => Err(Failure::NotFound),
    });
    let pdf = pressed.await.map_err(|_| Failure::Internal)??;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}.pdf\"")),
    ];
    Ok((headers, pdf).into_response())
}

/// What signs the codes on backs, where the province has them.
async fn back_signer(portal: &Portal, visit: &Visit, conn: &mut Conn) -> Result<Option<BackSigner>, Failure> {
    if !portal.cards.as_ref().is_some_and(|cards| cards.usual.signed_codes) {
        return Ok(None);
    }
    let (set, public) = signer_in_use(conn).await?.ok_or(Failure::Unavailable { why: Outage::Keys })?;
    Ok(Some(BackSigner { keys: portal.card_vault.clone(), set, public, day: date::day_of(visit.at_ms) }))
}

/// The printed code, read again: what the browser has read of it, or a picture in which it is read here.
pub async fn code(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, sent: Sent) -> Answer {
    let l = visit.lang;
    let cards = portal.cards.as_ref().ok_or(Failure::NotFound)?;
    let mut conn = portal.store.read().await?;
    let (snapshot, _) = show_face(&mut conn, &portal.blobs, visit.actor()?, id).await?;
    drop(conn);
    let typed = sent.typed.get("text");
    let text = match (typed.is_empty(), sent.file.is_empty()) {
        (false, _) => Ok(typed),
        (true, true) => Err(words::code::missing(l)),
        (true, false) => in_picture(&portal, sent.file).await?.ok_or(words::code::nothing(l)),
    };
    let wrong = async |message: String| {
        let (status, errors) = (StatusCode::UNPROCESSABLE_ENTITY, FieldErrors::whole(message));
        respond(&portal, &visit, id, status, &sent.typed, Some(errors)).await
    };
    let text = match text {
        Ok(text) => text,
        Err(message) => return wrong(message.to_owned()).await,
    };
    let expected = pressed::code(cards, &snapshot).ok_or(Failure::Internal)?;
    let named = face::qr::decode(&text).ok().and_then(|read| read.get(Field::CardCode).map(str::to_owned));
    let (actor, version) = (visit.actor()?.clone(), sent.typed.id("version").unwrap_or_default());
    let noting = portal.store.write(visit.at_ms, move |tx| {
        let named = named.clone();
        Box::pin(async move { note_code(tx, &actor, (id, version), (&expected, &text), named.as_deref()).await })
    });
    match noting.await {
        Ok(CodeRead::Fits) => Ok(done(&routes::with_id(routes::ISSUE_ONE, id), "code-fits")),
        Ok(CodeRead::Altered) => wrong(words::code::altered(l).to_owned()).await,
        Ok(CodeRead::Others(Some(name))) => wrong(words::code::other(l, name)).await,
        Ok(CodeRead::Others(None)) => wrong(words::code::unknown(l).to_owned()).await,
        Err(failure) => {
            let (status, errors) = failing::told(l, &failure)?;
            respond(&portal, &visit, id, status, &sent.typed, Some(errors)).await
        }
    }
}

/// What the code in a picture says. Reading one takes memory: as many at a time as portraits. Whatever the file is, a code that is not read
/// is no more than that.
async fn in_picture(portal: &Portal, file: Bytes) -> Result<Option<String>, Failure> {
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    Ok(tokio::task::spawn_blocking(move || code_in_picture(&file)).await.unwrap_or_default())
}

/// What the first code says that is seen in a picture. It takes memory and time: not for a thread that serves others meanwhile.
pub fn code_in_picture(file: &[u8]) -> Option<String> {
    let (width, height, rgb) = photo::Picture::rgb_of(file).ok()?;
    Grey::of_rgb(width as usize, height as usize, &rgb, 3)?.texts().into_iter().next()
}

/// A form with a button that the page does not have.
async fn unknown(portal: &Portal, visit: &Visit, id: i64, typed: &Typed) -> Answer {
    let failure = Failure::field("do", Fault::Choice);
    let (status, errors) = failing::told(visit.lang, &failure)?;
    respond(portal, visit, id, status, typed, Some(errors)).await
}

/// Where the next card is made: one that was printed before one that was not.
async fn next(portal: &Portal, visit: &Visit) -> Result<String, Failure> {
    let mut conn = portal.store.read().await?;
    let (rows, _) = to_issue(&mut conn, visit.actor()?, 1).await?;
    let next = rows.iter().find(|row| row.state == Card::Printed).or(rows.first());
    Ok(next.map_or_else(|| routes::ISSUE.to_owned(), |row| routes::with_id(routes::ISSUE_ONE, row.id)))
}

pub async fn act(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let version = typed.id("version").unwrap_or_default();
    let onward = typed.get("do") == "confirm-next";
    let (what, serial) = (typed.get("do"), typed.get("serials"));
    let word = match what.as_str() {
        "print" => "card-printed",
        "misprint" => "card-misprinted",
        "confirm" | "confirm-next" => "card-active",
        _ => return unknown(&portal, &visit, id, &typed).await,
    };
    let acted = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move {
                match what.as_str() {
                    "print" => print_card(tx, &actor, (id, version), &serial).await,
                    "misprint" => misprint_card(tx, &actor, (id, version)).await,
                    _ => confirm_card(tx, &actor, (id, version)).await,
                }
            })
        })
        .await;
    match acted {
        Ok(()) if onward => Ok(done(&next(&portal, &visit).await?, word)),
        Ok(()) if word == "card-active" => Ok(done(&routes::with_id(routes::CARD, id), word)),
        Ok(()) => Ok(done(&routes::with_id(routes::ISSUE_ONE, id), word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(&portal, &visit, id, status, &typed, Some(errors)).await
        }
    }
}
