//! The register of cards: found, looked at, locked, decided about; and the issue ledger.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use contract::{Failure, Fault};
use jiff::civil::Date;
use model::role::Action;
use registry::work::lock_card::{cancel_card, confirm_lock, invalidate_card, lock_card, recover_card, unlock_card};
use registry::work::receipt::card_receipt;
use registry::work::show_card::{CardQuery, LEDGER_PAGE, ledger, ledger_unit, list_cards, show_card};
use registry::work::show_request::reasons_for;
use registry::work::temporary_card::{begin_temporary, hand_back};
use registry::work::write_chip::show_chip;
use registry::{date, document};

use super::{Answer, done, export, fresh, on_or_again};
use crate::part::FieldErrors;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let query = CardQuery {
        text: asked.get("q"),
        state: asked.get("state"),
        unconfirmed: !asked.get("unconfirmed").is_empty(),
        page: asked.id("page").unwrap_or(1).max(1),
    };
    if let Some(format) = export::wanted(&asked) {
        return export::cards(&portal, &visit, format, query).await;
    }
    let mut conn = portal.store.read().await?;
    let found = list_cards(&mut conn, visit.actor()?, &query).await?;
    let province = super::province_name(&mut conn).await?;
    Ok(page::cards::list(&portal, &visit, &query, found, province))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    respond(&portal, &visit, id, StatusCode::OK, &Typed::default(), None).await
}

/// The card's receipt, a file for its holder to keep.
pub async fn receipt(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let (actor, secrets) = (visit.actor()?.clone(), portal.secrets.clone());
    let made = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { card_receipt(tx, &actor, secrets.as_ref(), id).await }))
        .await;
    let receipt = match made {
        Ok(receipt) => receipt,
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            return respond(&portal, &visit, id, status, &Typed::default(), Some(errors)).await;
        }
    };
    let name = format!("attachment; filename=\"bien-nhan-{}.json\"", receipt.code);
    let text = serde_json::to_vec_pretty(&receipt).map_err(|_| Failure::Internal)?;
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, name)], text).into_response())
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let card = show_card(&mut conn, visit.actor()?, id).await?;
    let reasons = reasons_for(&mut conn, "lock").await?;
    // of the chip who has readers is told
    let chip = match show_chip(&mut conn, visit.actor()?, id).await {
        Err(Failure::Forbidden | Failure::NotFound) => None,
        other => other?,
    };
    Ok(page::cards::respond(portal, visit, status, (&card, &reasons, chip.as_ref()), typed, errors))
}

async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    let to = routes::with_id(routes::CARD, id);
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&to, word), again).await
}

/// A form with a button that the page does not have.
async fn unknown(portal: &Portal, visit: &Visit, id: i64, typed: &Typed) -> Answer {
    answer(portal, visit, id, typed, (Err(Failure::field("do", Fault::Choice)), "")).await
}

pub async fn lock(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let (version, reason) = (typed.id("version").unwrap_or_default(), typed.get("reason"));
    let locking = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { lock_card(tx, &actor, (id, version), &reason).await }));
    let result = locking.await;
    answer(&portal, &visit, id, &typed, (result, "card-locked")).await
}

pub async fn report(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let version = typed.id("version").unwrap_or_default();
    let recover = match typed.get("do").as_str() {
        "recover" => true,
        "confirm" => false,
        _ => return unknown(&portal, &visit, id, &typed).await,
    };
    let reported = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move {
                if recover {
                    recover_card(tx, &actor, (id, version)).await
                } else {
                    confirm_lock(tx, &actor, (id, version)).await
                }
            })
        })
        .await;
    let word = if recover { "card-recovered" } else { "card-lock-confirmed" };
    answer(&portal, &visit, id, &typed, (reported, word)).await
}

/// A temporary card for who has left this one at home; it is made like any other.
pub async fn lend(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, draw) = (visit.actor()?.clone(), portal.draw.clone());
    let version = typed.id("version").unwrap_or_default();
    let begun = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { begin_temporary(tx, &actor, &draw, (id, version)).await }))
        .await;
    match begun {
        Ok(lent) => Ok(done(&routes::with_id(routes::ISSUE_ONE, lent), "card-lent")),
        Err(failure) => answer(&portal, &visit, id, &typed, (Err(failure), "")).await,
    }
}

/// The temporary card is back before midnight.
pub async fn take_back(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let version = typed.id("version").unwrap_or_default();
    let back = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { hand_back(tx, &actor, (id, version)).await }))
        .await;
    answer(&portal, &visit, id, &typed, (back, "card-back")).await
}

pub async fn decide(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let what = typed.get("do");
    let word = match what.as_str() {
        "unlock" => "card-unlocked",
        "invalidate" => "card-invalidated",
        "cancel" => "card-cancelled",
        _ => return unknown(&portal, &visit, id, &typed).await,
    };
    let decided = match fresh(&portal, &mut visit, Action::DecideCards, &typed).await {
        Ok(actor) => {
            let version = typed.id("version").unwrap_or_default();
            let deciding = portal.store.write(visit.at_ms, move |tx| {
                Box::pin(async move {
                    match what.as_str() {
                        "unlock" => unlock_card(tx, &actor, (id, version)).await,
                        "invalidate" => invalidate_card(tx, &actor, (id, version)).await,
                        _ => cancel_card(tx, &actor, (id, version)).await,
                    }
                })
            });
            deciding.await
        }
        Err(failure) => Err(failure),
    };
    answer(&portal, &visit, id, &typed, (decided, word)).await
}

/// First and last day that are asked for: this year's so far, unless others are.
fn days(visit: &Visit, asked: &Typed) -> (Date, Date) {
    let today = date::day_of(visit.at_ms);
    let day = |name: &str| date::parse(&asked.get(name)).ok();
    let from = day("from").unwrap_or_else(|| today.first_of_year());
    (from, day("to").unwrap_or(today).max(from))
}

/// The ledger of some days.
pub async fn book(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let (from, to) = days(&visit, &asked);
    let span = (date::start_of(from), date::start_of(date::days_later(to, 1)));
    let days = (from.to_string(), to.to_string());
    if let Some(format) = export::wanted(&asked) {
        return export::book(&portal, &visit, format, span, days).await;
    }
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let actor = visit.actor()?;
    let lines = ledger(&mut conn, actor, span, (at, LEDGER_PAGE)).await?;
    let unit = ledger_unit(&mut conn, actor).await?.name;
    let province = super::province_name(&mut conn).await?;
    Ok(page::ledger::respond(&portal, &visit, lines, (at, LEDGER_PAGE), (days, unit, province)))
}

/// The same as a book to be printed and bound.
pub async fn book_file(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let document = document::ledger::ledger(&mut conn, visit.actor()?, days(&visit, &asked)).await?;
    drop(conn);
    super::documents::answer(&portal, document, &asked, "so-theo-doi-cap-phat-the").await
}
