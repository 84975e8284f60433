//! A plan is begun: empty, or as a draft from what the registry knows: certificates that end are renewed in the year of their end, units and
//! people of some positions that have none get one in the first (R134, R141).

use std::collections::BTreeMap;

use contract::{Failure, Fault, Faults};
use model::certificate::plan::{Position, Row, UnitGroup};
use model::certificate::{Operation, SubscriberKind};
use model::duty::Act;
use model::lifecycle::{CertificatePlan as State, Lifecycle as _};
use model::role::Action;

use super::{SPAN, Words, YEARS, first_day, kept, object, read};
use crate::store::plan::{self as stored, Counted, Head};
use crate::store::unit::Unit;
use crate::store::{Record, account, unit};
use crate::work::show_unit::unit_meant;
use crate::work::typed::needed;
use crate::{Actor, Conn, Tx, date};

const TITLE_CHARS: usize = 200;
/// Certificates that a plan may want.
pub const MOST: u64 = 1_000_000;

/// What a plan is begun with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BeginForm {
    /// Agency code or name of the unit whose plan it is.
    pub unit_code: String,
    /// What it is called.
    pub title: String,
    /// First year.
    pub first_year: String,
    /// Last year.
    pub last_year: String,
    /// The choice of words by name.
    pub words: String,
    /// Certificates that it wants in all; may be empty.
    pub goal: String,
    /// Whether it is seeded.
    pub seed: bool,
    /// Positions by name whose people are to get certificates.
    pub positions: Vec<String>,
}

/// The positions that a plan can be seeded with.
pub const SURVEYED: [Position; 8] = [
    Position::Unit,
    Position::Head,
    Position::Deputy,
    Position::ChiefAccountant,
    Position::ChiefOfOffice,
    Position::Clerk,
    Position::DivisionHead,
    Position::DivisionDeputy,
];

/// What the form's unit begins with: the code or the name of the unit for which the actor plans.
///
/// # Errors
/// As the database says.
pub async fn own_unit(conn: &mut Conn, actor: &Actor, action: Action) -> Result<String, Failure> {
    let paths = actor.paths(action);
    let id = paths.first().and_then(|path| path.trim_end_matches('/').rsplit('/').next()?.parse().ok());
    let Some(id) = id else { return Ok(String::new()) };
    let found = unit::by_id(conn, id).await?;
    Ok(found.map(|unit| unit.code_issued.unwrap_or(unit.name)).unwrap_or_default())
}

/// Begins a plan; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit_code`, `title`, `first_year`, `last_year`, `words`, `goal`.
pub async fn begin_plan(tx: &mut Tx, actor: &Actor, form: &BeginForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepPlans, at_ms)?;
    let mut faults = Faults::default();
    let meant = unit_meant(tx.conn(), actor, Action::KeepPlans, &form.unit_code).await?;
    let meant = meant.and_then(|unit| match actor.may(Action::KeepPlans, &unit.path) {
        true if unit.closed_on.is_none() => Ok(unit),
        _ => Err(Fault::Unknown),
    });
    let unit = faults.take("unit_code", meant);
    let title = faults.take("title", needed(&form.title, TITLE_CHARS));
    let first = faults.take("first_year", year(&form.first_year));
    let last = faults.take("last_year", year(&form.last_year));
    if let (Some(first), Some(last)) = (first, last)
        && !(first..first + SPAN).contains(&last)
    {
        faults.add("last_year", Fault::Choice);
    }
    let words = faults.take("words", Words::from_name(&form.words).ok_or(Fault::Choice));
    let goal = faults.take("goal", number(&form.goal));
    faults.check()?;
    let (Some(unit), Some(title), Some(first), Some(last), Some(words), Some(goal)) =
        (unit, title, first, last, words, goal)
    else {
        return Err(Failure::Internal);
    };
    let new = Head {
        unit_id: unit.id,
        title: &title,
        years: (first, last),
        words: words.name(),
        goal: goal.and_then(|goal| i64::try_from(goal).ok()),
        state: State::Draft.name(),
    };
    let id = stored::insert(tx.conn(), &new, at_ms).await?;
    let positions: Vec<Position> = form.positions.iter().filter_map(|name| Position::from_name(name)).collect();
    let rows = if form.seed { seeded(tx.conn(), &unit, (first, last), &positions).await? } else { Vec::new() };
    stored::put_rows(tx.conn(), id, &rows.iter().map(kept).collect::<Vec<_>>()).await?;
    account::note_duty(tx.conn(), &object(id), Act::Asked, &actor.duty_key(), at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "certificate_plan.begin",
        object: object(id),
        facts: serde_json::json!({ "unit": unit.id, "title": title, "rows": rows.len() }),
        personal: None,
    });
    Ok(id)
}

fn year(typed: &str) -> Result<i64, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Fault::Missing);
    }
    typed.parse().ok().filter(|year| YEARS.contains(year)).ok_or(Fault::Number)
}

/// A whole number that people group by dots; none where nothing was typed.
pub(super) fn number(typed: &str) -> Result<Option<u64>, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let found = model::amount::Amount::parse(typed).map_err(|_| Fault::Number)?.dong();
    if found <= MOST { Ok(Some(found)) } else { Err(Fault::Number) }
}

/// The lines that the registry suggests.
async fn seeded(
    conn: &mut Conn,
    unit: &Unit,
    (first, last): (i64, i64),
    positions: &[Position],
) -> Result<Vec<Row>, Failure> {
    let mut rows = BTreeMap::new();
    for year in first..=last {
        let year = i16::try_from(year).map_err(|_| Failure::Internal)?;
        let span = (date::start_of(first_day(year)?), date::start_of(first_day(year + 1)?));
        for of in stored::ending(conn, &unit.path, span).await? {
            add(&mut rows, year, &of, |_| true)?;
        }
    }
    let first = i16::try_from(first).map_err(|_| Failure::Internal)?;
    let mut without = stored::people_without(conn, &unit.path).await?;
    without.extend(stored::units_without(conn, &unit.path).await?);
    for of in without {
        add(&mut rows, first, &of, |position| positions.contains(&position))?;
    }
    let row =
        |((year, operation, kind, group, position), quantity)| Row { year, operation, kind, group, position, quantity };
    Ok(rows.into_iter().map(row).collect())
}

type Key = (i16, Operation, SubscriberKind, UnitGroup, Position);

fn add(
    rows: &mut BTreeMap<Key, u64>,
    year: i16,
    of: &Counted,
    wanted: impl Fn(Position) -> bool,
) -> Result<(), Failure> {
    let (operation, kind, class, position, many) = read(of)?;
    let position = position.unwrap_or(Position::Any);
    if wanted(position) {
        *rows.entry((year, operation, kind, UnitGroup::of(class), position)).or_default() += many;
    }
    Ok(())
}
