//! The stock at the end of any day, from the ledger, and whether it balances (R38).

use std::collections::{BTreeMap, HashMap};

use contract::stock::{Holding, HoldingLine, StockView};
use contract::{Failure, Fault};
use model::lifecycle::{Blank as State, Lifecycle as _};

use super::places::list_places;
use crate::store::stock::{catalogue, ledger};
use crate::{Actor, Conn, date};

/// The stock of the places that the actor may see, at the end of that day; empty for today.
///
/// # Errors
/// [`Failure::Forbidden`]; a fault beside `on`.
pub async fn overview(conn: &mut Conn, actor: &Actor, on: &str, at_ms: i64) -> Result<StockView, Failure> {
    let places = list_places(conn, actor).await?;
    let today = date::day_of(at_ms);
    let day = match on.trim() {
        "" => today,
        text => date::parse(text).map_err(|fault| Failure::field("on", fault))?,
    };
    if day > today {
        return Err(Failure::field("on", Fault::Future));
    }
    let on = day.to_string();
    let types = catalogue::all(conn).await?;
    let names: HashMap<i64, &str> = types.iter().map(|kind| (kind.id, kind.code.as_str())).collect();
    let mut found: BTreeMap<(i64, i64), Holding> = BTreeMap::new();
    for balance in ledger::balances(conn, &on).await? {
        let state = State::from_name(&balance.state).ok_or(Failure::Internal)?;
        found.entry((balance.place_id, balance.type_id)).or_default().add(state, balance.number);
    }
    for flow in ledger::flows(conn, &on).await? {
        let holding = found.entry((flow.place_id, flow.type_id)).or_default();
        holding.from_suppliers += flow.supplied;
        holding.moved_in += flow.moved_in;
        holding.moved_out += flow.moved_out;
    }
    let mut sum = Holding::default();
    let mut lines = Vec::new();
    for place in &places {
        for ((_, type_id), holding) in found.range((place.id, i64::MIN)..=(place.id, i64::MAX)) {
            sum.add_all(holding);
            lines.push(HoldingLine {
                place_id: place.id,
                place: place.name.clone(),
                type_id: *type_id,
                kind: names.get(type_id).copied().unwrap_or_default().to_owned(),
                holding: *holding,
            });
        }
    }
    Ok(StockView { on, lines, sum, places, has_types: !types.is_empty() })
}
