//! The stock of blanks: its pages, and what is done there.

mod catalogue;
mod counting;
mod destructions;
mod lots;
mod moves;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::stock::PlaceLine;
use contract::{Failure, Lang};
use model::role::Action;
use registry::work::bulk::MOST;
use registry::work::stock::list_blanks::{BlankQuery, list_blanks, show_blank};
use registry::work::stock::overview::overview;
use registry::work::stock::places::list_places;
use registry::work::stock::types::list_types;

use super::{Answer, Entry, change, province_name, read, write_chip};
use crate::gate::Access::May;
use crate::part::Tone;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::words::{number, stock::flash as words};
use crate::{Portal, failing, page, routes};

/// The routes of the stock.
pub fn table() -> Vec<Entry> {
    use Action::{HandleBlanks, KeepStock, SeeStock, SetUpStock, WitnessStock};
    vec![
        read(routes::STOCK, May(SeeStock), show),
        read(routes::STOCK_BLANKS, May(SeeStock), blanks),
        read(routes::STOCK_BLANK, May(SeeStock), blank),
        read(routes::STOCK_LOTS, May(SeeStock), lots::list),
        read(routes::STOCK_LOT_ADD, May(KeepStock), lots::add_page),
        change(routes::STOCK_LOT_ADD, May(KeepStock), lots::add),
        read(routes::STOCK_LOT, May(SeeStock), lots::show),
        change(routes::STOCK_LOT, May(KeepStock), lots::decide),
        read(routes::STOCK_TYPES, May(SeeStock), catalogue::types),
        read(routes::STOCK_TYPE_ADD, May(SetUpStock), catalogue::add_type_page),
        change(routes::STOCK_TYPE_ADD, May(SetUpStock), catalogue::add_type),
        read(routes::STOCK_TYPE_CHANGE, May(SetUpStock), catalogue::change_type_page),
        change(routes::STOCK_TYPE_CHANGE, May(SetUpStock), catalogue::change_type),
        read(routes::STOCK_PLACES, May(SeeStock), catalogue::places),
        read(routes::STOCK_PLACE_ADD, May(SetUpStock), catalogue::add_place_page),
        change(routes::STOCK_PLACE_ADD, May(SetUpStock), catalogue::add_place),
        read(routes::STOCK_PLACE_CHANGE, May(SetUpStock), catalogue::change_place_page),
        change(routes::STOCK_PLACE_CHANGE, May(SetUpStock), catalogue::change_place),
        read(routes::STOCK_KEYS, May(HandleBlanks), write_chip::keys),
        change(routes::STOCK_KEYS_CHIP, May(HandleBlanks), write_chip::begin_key),
        change(routes::STOCK_KEYS_CHIP_TURN, May(HandleBlanks), write_chip::go_on_with_key),
        read(routes::STOCK_TRANSFERS, May(SeeStock), moves::list),
        read(routes::STOCK_SEND, May(KeepStock), moves::send_page),
        change(routes::STOCK_SEND, May(KeepStock), moves::send),
        read(routes::STOCK_TRANSFER, May(SeeStock), moves::show),
        change(routes::STOCK_TRANSFER, May(HandleBlanks), moves::answer),
        read(routes::STOCK_ASIDE, May(KeepStock), moves::aside_page),
        change(routes::STOCK_ASIDE, May(KeepStock), moves::aside),
        read(routes::STOCK_SPOIL, May(HandleBlanks), moves::spoil_page),
        change(routes::STOCK_SPOIL, May(HandleBlanks), moves::spoil),
        read(routes::STOCK_DESTRUCTIONS, May(SeeStock), destructions::list),
        read(routes::STOCK_DESTRUCTION_ADD, May(KeepStock), destructions::add_page),
        change(routes::STOCK_DESTRUCTION_ADD, May(KeepStock), destructions::add),
        read(routes::STOCK_DESTRUCTION, May(SeeStock), destructions::show),
        change(routes::STOCK_DESTRUCTION, May(WitnessStock), destructions::answer),
        read(routes::STOCK_COUNT, May(KeepStock), counting::ask),
        change(routes::STOCK_COUNT, May(KeepStock), counting::count),
        read(routes::STOCK_COUNTED, May(SeeStock), counting::show),
    ]
}

/// What an action on blanks says on the page after it: `stock-spoiled.12`.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let (word, count) = super::about(word.strip_prefix("stock-")?);
    let count = number(l, count.unwrap_or_default());
    let text = match word {
        "set-aside" => return Some((Tone::Good, words::set_aside(l, count))),
        "released" => return Some((Tone::Good, words::released(l, count))),
        "spoiled" => return Some((Tone::Good, words::spoiled(l, count))),
        "type-added" => words::type_added(l),
        "type-changed" => words::type_changed(l),
        "place-added" => words::place_added(l),
        "place-changed" => words::place_changed(l),
        "lot-received" => words::lot_received(l),
        "lot-accepted" => words::lot_accepted(l),
        "lot-sent-back" => words::lot_sent_back(l),
        "sent" => words::sent(l),
        "taken-in" => words::taken_in(l),
        "turned-back" => words::turned_back(l),
        "drawn-up" => words::drawn_up(l),
        "destroyed" => words::destroyed(l),
        "destruction-refused" => words::destruction_refused(l),
        "counted" => words::counted(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

/// The places that the visitor may see.
async fn seen(portal: &Portal, visit: &Visit) -> Result<Vec<PlaceLine>, Failure> {
    let mut conn = portal.store.read().await?;
    list_places(&mut conn, visit.actor()?).await
}

async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let actor = visit.actor()?;
    let asked = page::stock::overview::Asked { on: asked.get("on"), place_id: asked.id("place") };
    let mut conn = portal.store.read().await?;
    let today = overview(&mut conn, actor, "", visit.at_ms).await?;
    let lines = today.lines.clone();
    match overview(&mut conn, actor, &asked.on, visit.at_ms).await {
        Ok(view) => Ok(page::stock::overview::respond(&portal, &visit, StatusCode::OK, (view, lines), &asked, None)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let view = (today, lines);
            Ok(page::stock::overview::respond(&portal, &visit, status, view, &asked, Some(errors)))
        }
    }
}

fn blank_query(asked: &Typed) -> BlankQuery {
    BlankQuery {
        serial: asked.get("serial").trim().to_owned(),
        place_id: asked.id("place"),
        type_id: asked.id("type"),
        lot_id: asked.id("lot"),
        state: asked.get("state"),
        page: asked.id("page").unwrap_or(1).max(1),
    }
}

/// A form filled in with the blanks that were chosen in the list: the lines that were ticked, or all that the filter lets through.
pub(super) async fn chosen(portal: &Portal, visit: &Visit, asked: Typed) -> Result<Typed, Failure> {
    let mut serials = asked.all("chosen");
    if asked.has("all") {
        serials.clear();
        let mut query = BlankQuery { page: 1, ..blank_query(&asked) };
        let mut conn = portal.store.read().await?;
        while serials.len() < MOST {
            let part = list_blanks(&mut conn, visit.actor()?, &query).await?.rows;
            if part.is_empty() {
                break;
            }
            serials.extend(part.into_iter().map(|blank| blank.serial));
            query.page += 1;
        }
        serials.truncate(MOST);
    }
    if serials.is_empty() {
        return Ok(asked);
    }
    let place = asked.get("place");
    Ok(Typed::start([("serials", serials.join("\n")), ("from", place.clone()), ("place_id", place)]))
}

async fn blanks(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let actor = visit.actor()?;
    let query = blank_query(&asked);
    let mut conn = portal.store.read().await?;
    let found = list_blanks(&mut conn, actor, &query).await?;
    let types = list_types(&mut conn, actor).await?;
    let places = list_places(&mut conn, actor).await?;
    let province = province_name(&mut conn).await?;
    let shown = page::stock::blanks::Blanks { query, found, types, places, province };
    Ok(page::stock::blanks::respond(&portal, &visit, shown))
}

async fn blank(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let blank = show_blank(&mut conn, visit.actor()?, id).await?;
    Ok(page::stock::blank::respond(&portal, &visit, &blank))
}
