//! Writing chips: the module of the page carries batches to the card, and what it answers back here. JSON both ways.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use chip::batch::{Answers, Told};
use contract::{Failure, Fault};
use registry::work::rotation::show_field;
use registry::work::write_chip::{
    Desk, Writing, begin_blank, begin_card, begin_field, begin_wipe, may_key, may_write, turn,
};

use super::Answer;
use crate::typed::{Asked, Id};
use crate::visit::Visit;
use crate::writing::Place;
use crate::{Portal, page, routes};

/// Answers of the longest batch, in JSON, with room to spare.
const MOST_BYTES: usize = 128 * 1024;

/// The chip of a card: begins, or begins again. What was done already its journal says.
pub async fn begin(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    body: Bytes,
) -> Answer {
    let opened = opened(&body)?;
    let cards = portal.cards.as_ref().ok_or(Failure::NotFound)?;
    let place = given_up(&portal, &visit, routes::with_id(routes::ISSUE_CHIP, id))?;
    let desk = desk(&portal, cards.usual.host.clone());
    let writing = begin_card(&portal.store, visit.actor()?, desk, id, visit.at_ms).await?;
    turned(&portal, &visit, place, writing, opened).await
}

/// What the card answered, and what comes next.
pub async fn go_on(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    body: Bytes,
) -> Answer {
    may_write(&mut portal.store.read().await?, visit.actor()?, id).await?;
    next(&portal, &visit, routes::with_id(routes::ISSUE_CHIP, id), &body).await
}

/// Blanks that get their transport key at a store.
pub async fn keys(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let place = may_key(&mut conn, visit.actor()?, id, visit.at_ms).await?;
    drop(conn);
    Ok(page::write_chip::keys(&portal, &visit, (id, &place.name)))
}

/// One blank.
pub async fn begin_key(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    body: Bytes,
) -> Answer {
    let opened = opened(&body)?;
    let place = given_up(&portal, &visit, routes::with_id(routes::STOCK_KEYS_CHIP, id))?;
    let writing = begin_blank(&portal.store, visit.actor()?, desk(&portal, String::new()), id, visit.at_ms).await?;
    turned(&portal, &visit, place, writing, opened).await
}

/// What the blank answered, and what comes next.
pub async fn go_on_with_key(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    body: Bytes,
) -> Answer {
    may_key(&mut portal.store.read().await?, visit.actor()?, id, visit.at_ms).await?;
    next(&portal, &visit, routes::with_id(routes::STOCK_KEYS_CHIP, id), &body).await
}

/// Cards in the field: whichever lies there is given what is due.
pub async fn field(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (far, rows, total) = show_field(&mut conn, visit.actor()?, at).await?;
    drop(conn);
    Ok(page::field::respond(&portal, &visit, &far, (rows, at, total)))
}

/// Whichever card lies there.
pub async fn begin_in_field(State(portal): State<Portal>, Extension(visit): Extension<Visit>, body: Bytes) -> Answer {
    let opened = opened(&body)?;
    let cards = portal.cards.as_ref().ok_or(Failure::NotFound)?;
    let place = given_up(&portal, &visit, routes::FIELD_CHIP.to_owned())?;
    let desk = desk(&portal, cards.usual.host.clone());
    let writing = begin_field(&portal.store, visit.actor()?, desk, visit.at_ms).await?;
    turned(&portal, &visit, place, writing, opened).await
}

/// What that card answered, and what comes next. Whether this one may be written is asked when it shows who it is, and at each batch.
pub async fn go_on_in_field(State(portal): State<Portal>, Extension(visit): Extension<Visit>, body: Bytes) -> Answer {
    next(&portal, &visit, routes::FIELD_CHIP.to_owned(), &body).await
}

/// Cards that came back.
pub async fn wipe(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::field::wipe(&portal, &visit))
}

/// Whichever of them lies there.
pub async fn begin_to_wipe(State(portal): State<Portal>, Extension(visit): Extension<Visit>, body: Bytes) -> Answer {
    let opened = opened(&body)?;
    let place = given_up(&portal, &visit, routes::WIPE_CHIP.to_owned())?;
    let writing = begin_wipe(&portal.store, visit.actor()?, desk(&portal, String::new()), visit.at_ms).await?;
    turned(&portal, &visit, place, writing, opened).await
}

/// What it answered, and what comes next.
pub async fn go_on_to_wipe(State(portal): State<Portal>, Extension(visit): Extension<Visit>, body: Bytes) -> Answer {
    next(&portal, &visit, routes::WIPE_CHIP.to_owned(), &body).await
}

pub(super) fn desk(portal: &Portal, host: String) -> Desk {
    Desk { vault: portal.card_vault.clone(), draw: portal.draw.clone(), makers: portal.makers(), host }
}

/// Where it is written; what this page began before is given up.
fn given_up(portal: &Portal, visit: &Visit, path: String) -> Result<Place, Failure> {
    let place = Place { session: visit.who()?.id_hash.clone(), path };
    drop(portal.writings.take(&place, visit.at_ms));
    Ok(place)
}

async fn next(portal: &Portal, visit: &Visit, path: String, body: &[u8]) -> Answer {
    let place = Place { session: visit.who()?.id_hash.clone(), path };
    let answers = answers(body)?;
    let writing = portal.writings.take(&place, visit.at_ms).ok_or(Failure::Stale)?;
    if !writing.is_of(&answers) {
        portal.writings.put(place, writing, visit.at_ms);
        return Err(Failure::Stale.into());
    }
    turned(portal, visit, place, writing, Some(answers)).await
}

/// The answers to the opening, which the page's module asks before it sends anything; nothing where it did not.
pub(super) fn opened(body: &[u8]) -> Result<Option<Answers>, Failure> {
    if body.is_empty() { Ok(None) } else { answers(body).map(Some) }
}

pub(super) fn answers(body: &[u8]) -> Result<Answers, Failure> {
    let unread = || Failure::field("answers", Fault::File { line: 0 });
    if body.len() > MOST_BYTES {
        return Err(unread());
    }
    serde_json::from_slice(body).map_err(|_| unread())
}

async fn turned(portal: &Portal, visit: &Visit, place: Place, writing: Writing, answers: Option<Answers>) -> Answer {
    let (told, writing): (Told, _) = turn(&portal.store, visit.actor()?, writing, answers, visit.at_ms).await?;
    if let Told::Over(ended) = &told {
        tracing::info!(said = ended.said, detail = ended.detail, "writing a chip has ended");
    }
    if let Some(writing) = writing {
        portal.writings.put(place, writing, visit.at_ms);
    }
    Ok(Json(told).into_response())
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn only_answers_are_taken_for_answers() {
        let good = r#"{"run":1,"number":2,"answers":[[145,0]],"end":"Through"}"#;
        assert_eq!(answers(good.as_bytes()).map(|answers| answers.run), Ok(1));
        for bad in ["", "null", "[]", "{\"run\":-1}", &good.replace("145", "300"), &good.replace("Through", "Perhaps")]
        {
            assert!(answers(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(answers(&[b' '; 200_000]).is_err());
    }
}
