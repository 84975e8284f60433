//! A plan's lines, and what it costs, are written as long as it is a draft (R123, R127).

use contract::{Failure, Fault, Faults, Refusal};
use jiff::civil::Date;
use model::amount::Amount;
use model::certificate::plan::{Plan, Position, Row, RowFault, UnitGroup};
use model::certificate::target::millions;
use model::certificate::{Operation, SubscriberKind};
use model::duty::Act;
use model::lifecycle::{CertificatePlan as State, Lifecycle as _};
use model::role::Action;
use model::text::clean;

use super::begin::number;
use super::{PlanHead, kept, object, seen};
use crate::store::plan::{self as stored, CostRow, Step};
use crate::store::{Record, account};
use crate::work::typed::text;
use crate::{Actor, Tx, date};

/// Lines of a plan, and of its cost sheets, at most.
pub const MOST_ROWS: usize = 400;
const NAME_CHARS: usize = 300;
const SECTION_CHARS: usize = 120;
const NUMBER_CHARS: usize = 20;
/// A thousand billion đồng: what a line costs each, at most.
const MOST_PRICE: u64 = 1_000_000_000_000;

/// A line as it was typed; without a quantity it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineForm {
    /// The year.
    pub year: String,
    /// Operation by name.
    pub operation: String,
    /// Kind by name.
    pub kind: String,
    /// Group of units by name.
    pub group: String,
    /// Position by name.
    pub position: String,
    /// How many.
    pub quantity: String,
}

/// A line of a cost sheet as it was typed; without a name it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostForm {
    /// `class` or `rest`.
    pub part: String,
    /// The heading.
    pub section: String,
    /// Its number in the document.
    pub number: String,
    /// What is paid for.
    pub name: String,
    /// How many; one where nothing was typed.
    pub quantity: String,
    /// For how much each, in đồng, or in millions with `triệu` behind.
    pub price: String,
    /// From which day on.
    pub priced_on: String,
}

/// Writes other lines in the place of a plan's. A fault is beside `line-` and the line's number, from 1.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`]; faults of lines, and beside `lines` where there
/// are too many.
pub async fn write_lines(tx: &mut Tx, actor: &Actor, plan: (i64, i64), typed: &[LineForm]) -> Result<(), Failure> {
    let found = draft(tx, actor, plan).await?;
    let (mut rows, mut places, mut faults) = (Vec::new(), Vec::new(), Faults::default());
    for (nth, line) in (1..).zip(typed) {
        match row(line, found.years) {
            Ok(Some(row)) => {
                rows.push(row);
                places.push(nth);
            }
            Ok(None) => {}
            Err(fault) => faults.add(&format!("line-{nth}"), fault),
        }
    }
    faults.check()?;
    if let Err((at, why)) = Plan::new(rows.clone()) {
        let place = places.get(at).copied().unwrap_or_default();
        return Err(Failure::field(&format!("line-{place}"), fault(why)));
    }
    put_lines(tx, actor, &found, &rows).await
}

/// What is wrong with a line.
pub(super) fn fault(why: RowFault) -> Fault {
    match why {
        RowFault::Position => Fault::Choice,
        RowFault::Twice => Fault::Taken,
        RowFault::TooMany => Fault::Number,
    }
}

pub(super) async fn put_lines(tx: &mut Tx, actor: &Actor, found: &PlanHead, rows: &[Row]) -> Result<(), Failure> {
    if rows.len() > MOST_ROWS {
        return Err(Failure::field("lines", Fault::TooLong { max: MOST_ROWS }));
    }
    stored::put_rows(tx.conn(), found.id, &rows.iter().map(kept).collect::<Vec<_>>()).await?;
    let certificates: u64 = rows.iter().map(|row| row.quantity).sum();
    let facts = serde_json::json!({ "rows": rows.len(), "count": certificates });
    changed(tx, actor, found, "certificate_plan.lines", facts).await
}

fn row(line: &LineForm, (first, last): (i16, i16)) -> Result<Option<Row>, Fault> {
    let Some(quantity) = number(&line.quantity)? else { return Ok(None) };
    let year = line.year.trim().parse().map_err(|_| Fault::Date)?;
    if !(first..=last).contains(&year) {
        return Err(Fault::Date);
    }
    Ok(Some(Row {
        year,
        operation: Operation::from_name(&line.operation).ok_or(Fault::Missing)?,
        kind: SubscriberKind::from_name(&line.kind).ok_or(Fault::Missing)?,
        group: UnitGroup::from_name(&line.group).ok_or(Fault::Missing)?,
        position: Position::from_name(&line.position).ok_or(Fault::Missing)?,
        quantity,
    }))
}

/// Writes other classes and costs in the place of a plan's. `stated`: years with what the document says of their classes. A fault is beside
/// `cost-` and the line's number, or `stated-` and the year.
///
/// # Errors
/// As [`write_lines`].
pub async fn write_costs(
    tx: &mut Tx,
    actor: &Actor,
    plan: (i64, i64),
    stated: &[(i64, String)],
    typed: &[CostForm],
) -> Result<(), Failure> {
    let found = draft(tx, actor, plan).await?;
    let mut faults = Faults::default();
    let mut classes = Vec::new();
    for (year, typed) in stated {
        let field = format!("stated-{year}");
        let within = (i64::from(found.years.0)..=i64::from(found.years.1)).contains(year);
        if let Some(Some(of)) = faults.take(&field, number(typed))
            && within
        {
            classes.push((*year, i64::try_from(of).unwrap_or_default()));
        }
    }
    let mut costs = Vec::new();
    for (nth, line) in (1..).zip(typed) {
        if let Some(Some(row)) = faults.take(&format!("cost-{nth}"), cost(line)) {
            costs.push(row);
        }
    }
    if costs.len() > MOST_ROWS {
        faults.add("lines", Fault::TooLong { max: MOST_ROWS });
    }
    faults.check()?;
    classes.sort_unstable();
    classes.dedup_by_key(|(year, _)| *year);
    stored::put_costs(tx.conn(), found.id, &classes, &costs).await?;
    let facts = serde_json::json!({ "rows": costs.len() });
    changed(tx, actor, &found, "certificate_plan.costs", facts).await
}

pub(in crate::work) fn cost(line: &CostForm) -> Result<Option<CostRow>, Fault> {
    let Some(name) = text(&line.name, NAME_CHARS)? else {
        let typed = [&line.number, &line.quantity, &line.price, &line.priced_on];
        return if typed.iter().all(|of| of.trim().is_empty()) { Ok(None) } else { Err(Fault::Missing) };
    };
    let price = price(&line.price)?;
    let priced_on: Option<Date> = match line.priced_on.trim() {
        "" => None,
        typed => Some(date::parse(typed)?),
    };
    let part = ["class", "rest"].into_iter().find(|part| *part == line.part).ok_or(Fault::Choice)?;
    Ok(Some(CostRow {
        part: part.to_owned(),
        section: text(&line.section, SECTION_CHARS)?,
        number: text(&line.number, NUMBER_CHARS)?,
        name,
        quantity: i64::try_from(number(&line.quantity)?.unwrap_or(1)).map_err(|_| Fault::Number)?,
        price: i64::try_from(price.dong()).map_err(|_| Fault::Number)?,
        priced_on: priced_on.map(|day| day.to_string()),
    }))
}

/// An amount of đồng, or of millions as tables print them: `27,936 triệu`. Nothing, or a dash, is none.
fn price(typed: &str) -> Result<Amount, Fault> {
    let typed = clean(typed);
    let found = match typed.strip_suffix("triệu").or_else(|| typed.strip_suffix("tr")) {
        Some(in_millions) => millions(in_millions).map_err(|_| Fault::Number)?.unwrap_or_default(),
        None if typed.is_empty() || typed == "-" || typed == "–" => Amount::default(),
        None => Amount::parse(&typed).map_err(|_| Fault::Number)?,
    };
    if found.dong() <= MOST_PRICE { Ok(found) } else { Err(Fault::Number) }
}

/// The plan, if the actor may write it and it is still as the page showed it.
pub(super) async fn draft(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<PlanHead, Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::KeepPlans, &found.path, at_ms)?;
    if found.version != version {
        return Err(Failure::Stale);
    }
    match found.state {
        State::Draft => Ok(found),
        _ => Err(Failure::Refused { why: Refusal::Impossible }),
    }
}

/// Whoever writes it does not fix it (R31).
pub(super) async fn changed(
    tx: &mut Tx,
    actor: &Actor,
    found: &PlanHead,
    action: &'static str,
    facts: serde_json::Value,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let step = Step { state: found.state.name(), document: None, remark: found.remark.as_deref() };
    if !stored::put(tx.conn(), (found.id, found.version), &step, at_ms).await? {
        return Err(Failure::Stale);
    }
    account::note_duty(tx.conn(), &object(found.id), Act::Asked, &actor.duty_key(), at_ms).await?;
    tx.record(Record { actor: &actor.reference, action, object: object(found.id), facts, personal: None });
    Ok(())
}
