//! Lots: received, looked at, accepted or sent back.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use contract::{Failure, Fault};
use model::stock::LotCheck;
use registry::date::iso_day;
use registry::work::import::decode;
use registry::work::stock::accept_lot::{AcceptForm, accept_lot, list_lots, send_lot_back, show_lot};
use registry::work::stock::places::list_places;
use registry::work::stock::receive_lot::{LotForm, receive_lot};
use registry::work::stock::types::list_types;

use crate::call::{Answer, done, province_name};
use crate::part::FieldErrors;
use crate::sent::Sent;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let lots = list_lots(&mut conn, visit.actor()?).await?;
    let province = province_name(&mut conn).await?;
    Ok(page::stock::lots::respond(&portal, &visit, lots, province))
}

async fn form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Result<Response, Failure> {
    let mut conn = portal.store.read().await?;
    let types = list_types(&mut conn, visit.actor()?).await?;
    let places = list_places(&mut conn, visit.actor()?).await?;
    Ok(page::stock::lot_form::respond(portal, visit, status, (&types, &places), typed, errors))
}

pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let typed = Typed::start([("received_on", iso_day(visit.at_ms))]);
    Ok(form(&portal, &visit, StatusCode::OK, &typed, None).await?)
}

pub async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, sent: Sent) -> Answer {
    let typed = match with_file(&sent) {
        Ok(typed) => typed,
        Err(fault) => {
            let errors = FieldErrors::one("file", failing::fault_words(visit.lang, &fault));
            return Ok(form(&portal, &visit, StatusCode::UNPROCESSABLE_ENTITY, &sent.typed, Some(errors)).await?);
        }
    };
    let actor = visit.actor()?.clone();
    let request = LotForm {
        type_id: typed.id("type_id"),
        place_id: typed.id("place_id"),
        number: typed.get("number"),
        supplier: typed.get("supplier"),
        document: typed.get("document"),
        received_on: typed.get("received_on"),
        stated: typed.get("stated"),
        serials: typed.get("serials"),
        note: typed.get("note"),
    };
    let write =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { receive_lot(tx, &actor, request).await }));
    match write.await {
        Ok(id) => Ok(done(&routes::with_id(routes::STOCK_LOT, id), "stock-lot-received")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(form(&portal, &visit, status, &typed, Some(errors)).await?)
        }
    }
}

/// What was typed; where a file came, its text in the place of the serials, so that nothing is lost when the form comes back.
fn with_file(sent: &Sent) -> Result<Typed, Fault> {
    if sent.file.is_empty() {
        return Ok(sent.typed.clone());
    }
    let text = decode(&sent.file, None).map_err(|_| Fault::File { line: 0 })?.text;
    let names = ["type_id", "place_id", "number", "supplier", "document", "received_on", "stated", "note"];
    let mut pairs: Vec<(String, String)> = names.map(|name| (name.to_owned(), sent.typed.get(name))).to_vec();
    pairs.push(("serials".to_owned(), text.trim_start_matches('\u{FEFF}').to_owned()));
    Ok(Typed::of(pairs))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let lot = show_lot(&mut conn, visit.actor()?, id).await?;
    Ok(page::stock::lot::respond(&portal, &visit, StatusCode::OK, &lot, &Typed::default(), None))
}

pub async fn decide(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    match decided(&portal, &visit, id, &typed).await {
        Ok(word) => Ok(done(&routes::with_id(routes::STOCK_LOT, id), word)),
        Err(failure) => {
            let (status, beside) = failing::told(visit.lang, &failure)?;
            let errors = match &failure {
                Failure::Invalid { faults }
                    if faults.iter().any(|of| (of.field.as_str(), &of.fault) == ("serials", &Fault::Choice)) =>
                {
                    page::stock::lot::all_back(visit.lang)
                }
                _ => beside,
            };
            let mut conn = portal.store.read().await?;
            let lot = show_lot(&mut conn, visit.actor()?, id).await?;
            Ok(page::stock::lot::respond(&portal, &visit, status, &lot, &typed, Some(errors)))
        }
    }
}

/// Takes the decision; the word for the page after it.
async fn decided(portal: &Portal, visit: &Visit, id: i64, typed: &Typed) -> Result<&'static str, Failure> {
    let (actor, key) = (visit.actor()?.clone(), (id, typed.id("version").unwrap_or_default()));
    if typed.get("do") == "back" {
        let note = typed.get("back_note");
        let write = portal
            .store
            .write(visit.at_ms, move |tx| Box::pin(async move { send_lot_back(tx, &actor, key, &note).await }));
        return match write.await {
            Ok(()) => Ok("stock-lot-sent-back"),
            // the page has another name for the second form's field
            Err(Failure::Invalid { mut faults }) => {
                faults.iter_mut().for_each(|fault| fault.field = "back_note".to_owned());
                Err(Failure::Invalid { faults })
            }
            Err(failure) => Err(failure),
        };
    }
    let checks = LotCheck::ALL.iter().copied().filter(|check| typed.has(check.name())).collect();
    let form = AcceptForm { checks, back: typed.get("serials"), note: typed.get("note") };
    let write =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { accept_lot(tx, &actor, key, form).await }));
    write.await?;
    Ok("stock-lot-accepted")
}
