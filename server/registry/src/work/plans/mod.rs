//! Plans of certificates: what is wanted by year, operation, kind, group of units and position, held against what was done, with the classes
//! and the money that it needs (R122–R127, R134, R136, R160).

pub mod begin;
pub mod edit;
pub mod file;
pub mod goals;
pub(super) mod queue;
pub mod sheet;
pub mod step;

use contract::Failure;
use contract::equipment::EquipmentLine;
use model::amount::WordStyle;
use model::certificate::plan::{Plan, Position, Row, UnitGroup};
use model::certificate::{Operation, SubscriberKind};
use model::lifecycle::{CertificatePlan as State, CertificatePlanEvent as Event, Lifecycle as _};
use model::role::Action;
use model::unit::UnitClass;

use super::equipment::history;
use crate::store::plan::{self as stored, Counted, PlanRow};
use crate::{Actor, Conn};
use sheet::Estimate;

/// Plans on a page.
pub const PAGE: i64 = 50;
/// Years that can be planned.
pub const YEARS: std::ops::RangeInclusive<i64> = 2000..=2100;
/// Years in one plan, at most.
pub const SPAN: i64 = 15;

/// A plan in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanHead {
    /// Id.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// The unit whose plan it is.
    pub unit: String,
    /// That unit.
    pub unit_id: i64,
    /// Its path.
    pub path: String,
    /// First and last year.
    pub years: (i16, i16),
    /// The choice of words for its amounts.
    pub words: Words,
    /// Certificates that it wants in all (R139).
    pub goal: Option<i64>,
    /// Its state.
    pub state: State,
    /// Number and day of the document that fixed it.
    pub document: Option<(String, String)>,
    /// What was said of it last.
    pub remark: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: i64,
}

/// In which words amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// `ngàn`, `lẻ`, `chẵn`.
    Province,
    /// `nghìn`, `linh`, `chẵn`.
    Ministry,
    /// `nghìn`, without commas and `chẵn`.
    Plain,
}

impl Words {
    /// Every one.
    pub const ALL: [Words; 3] = [Words::Plain, Words::Province, Words::Ministry];

    /// Name used in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Words::Province => "province",
            Words::Ministry => "ministry",
            Words::Plain => "plain",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|words| words.name() == name)
    }

    /// How amounts are written then.
    pub fn style(self) -> WordStyle {
        match self {
            Words::Province => WordStyle::PROVINCE,
            Words::Ministry => WordStyle::MINISTRY,
            Words::Plain => WordStyle::PLAIN,
        }
    }
}

/// Numbers by year with their total, as planned and as done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Planned, by year.
    pub planned: Vec<u64>,
    /// Planned in all.
    pub wanted: u64,
    /// Done, by year.
    pub done: Vec<u64>,
    /// Done in all.
    pub reached: u64,
}

impl Numbers {
    fn new(planned: Vec<u64>, done: Vec<u64>) -> Self {
        Numbers { wanted: planned.iter().sum(), reached: done.iter().sum(), planned, done }
    }
}

/// A plan's table with all its totals, beside what was done (R123, R124).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanTable {
    /// The years.
    pub years: Vec<i16>,
    /// New and renewed ones of each kind, and whatever else is planned or was done.
    pub lines: Vec<(Operation, SubscriberKind, Numbers)>,
    /// By group of units, those of which the plan speaks. What was done may count for two groups that overlap.
    pub groups: Vec<(UnitGroup, Numbers)>,
    /// By position, those of which the plan speaks.
    pub positions: Vec<(Position, Numbers)>,
    /// All of them.
    pub all: Numbers,
}

impl PlanTable {
    /// New certificates that were handed over: what a goal for all years counts (R139).
    pub fn issued(&self) -> u64 {
        self.lines.iter().filter(|(operation, ..)| *operation == Operation::New).map(|(.., of)| of.reached).sum()
    }
}

/// One plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDetail {
    /// The plan.
    pub plan: PlanHead,
    /// Its lines.
    pub rows: Vec<Row>,
    /// Done for each of them in its year.
    pub done: Vec<u64>,
    /// Its table.
    pub table: PlanTable,
    /// Its classes and costs.
    pub estimate: Estimate,
    /// What happened to it.
    pub events: Vec<EquipmentLine>,
    /// What the actor may do to it.
    pub may: Vec<Event>,
    /// Whether the actor may write it.
    pub writes: bool,
}

/// Plans that the actor may see, the newest years first; and how many.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_plans(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<PlanHead>, i64), Failure> {
    if !actor.may_somewhere(Action::SeePlans) {
        return Err(Failure::Forbidden);
    }
    let slice = ((page.max(1) - 1) * PAGE, PAGE);
    let (rows, total) = stored::list(conn, &actor.paths(Action::SeePlans), None, slice).await?;
    Ok((rows.into_iter().map(head).collect::<Result<_, _>>()?, total))
}

/// The plan, if the actor may see it.
pub(crate) async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<PlanHead, Failure> {
    let found = stored::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeePlans, &found.path) { head(found) } else { Err(Failure::NotFound) }
}

/// One plan with its totals, held against what was done.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_plan(conn: &mut Conn, actor: &Actor, id: i64) -> Result<PlanDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let rows = rows(conn, id).await?;
    let years: Vec<i16> = (found.years.0..=found.years.1).collect();
    let done = done_in(conn, &found.path, found.years).await?;
    let plan = Plan::new(rows.clone()).map_err(|_| Failure::Internal)?;
    let estimate = sheet::estimate(conn, id, &plan, &years).await?;
    let of_row = |row: &Row| {
        let fits = |of: &&Done| of.year == row.year && of.operation == row.operation && of.kind == row.kind;
        let counts = |of: &&Done| row.group.has(of.class) && row.position.has(of.position);
        done.iter().filter(fits).filter(counts).map(|of| of.many).sum()
    };
    let may = found.state.possible().filter(|event| {
        let action = if event.decides() { Action::FixPlans } else { Action::KeepPlans };
        actor.may(action, &found.path)
    });
    Ok(PlanDetail {
        done: rows.iter().map(of_row).collect(),
        table: table(&plan, &done, years),
        estimate,
        events: history(conn, object(id)).await?,
        may: may.collect(),
        writes: found.state == State::Draft && actor.may(Action::KeepPlans, &found.path),
        rows,
        plan: found,
    })
}

fn object(id: i64) -> String {
    format!("certificate_plan:{id}")
}

/// What was done in a year for one kind of unit and position.
struct Done {
    year: i16,
    operation: Operation,
    kind: SubscriberKind,
    class: UnitClass,
    position: Option<Position>,
    many: u64,
}

/// What was done from one year to another: what was handed over by the day of its minutes, the rest by its end (R124).
async fn done_in(conn: &mut Conn, path: &str, (first, last): (i16, i16)) -> Result<Vec<Done>, Failure> {
    let found = stored::done(conn, path, (first.into(), last.into())).await?;
    let of = |(year, of): (i64, Counted)| {
        let (operation, kind, class, position, many) = read(&of)?;
        Ok(Done { year: i16::try_from(year).map_err(|_| Failure::Internal)?, operation, kind, class, position, many })
    };
    found.into_iter().map(of).collect()
}

fn first_day(year: i16) -> Result<jiff::civil::Date, Failure> {
    jiff::civil::Date::new(year, 1, 1).map_err(|_| Failure::Internal)
}

/// What the database counted, in the words of a plan. A unit's own certificate has no person.
fn read(of: &Counted) -> Result<(Operation, SubscriberKind, UnitClass, Option<Position>, u64), Failure> {
    let kind = SubscriberKind::from_name(&of.kind).ok_or(Failure::Internal)?;
    let position = match kind {
        SubscriberKind::Organisation => Some(Position::Unit),
        _ => of.title.as_deref().and_then(model::certificate::survey::position),
    };
    Ok((
        Operation::from_name(&of.operation).ok_or(Failure::Internal)?,
        kind,
        UnitClass::from_name(&of.class).ok_or(Failure::Internal)?,
        position,
        u64::try_from(of.many).unwrap_or_default(),
    ))
}

fn table(plan: &Plan, done: &[Done], years: Vec<i16>) -> PlanTable {
    let numbers = |planned: &dyn Fn(&Row) -> bool, reached: &dyn Fn(&Done) -> bool| {
        let by_plan = years.iter().map(|year| plan.sum(|row| row.year == *year && planned(row)));
        let by_year = |year: i16| done.iter().filter(|of| of.year == year && reached(of)).map(|of| of.many).sum();
        Numbers::new(by_plan.collect(), years.iter().map(|year| by_year(*year)).collect())
    };
    let mut lines = Vec::new();
    for operation in Operation::ALL {
        for kind in SubscriberKind::ALL {
            let of = numbers(&|row| (row.operation, row.kind) == (*operation, *kind), &|of| {
                (of.operation, of.kind) == (*operation, *kind)
            });
            let always = matches!(operation, Operation::New | Operation::Renew);
            if always || of.wanted > 0 || of.reached > 0 {
                lines.push((*operation, *kind, of));
            }
        }
    }
    let speaks = |passes: &dyn Fn(&Row) -> bool| plan.rows().iter().any(passes);
    let groups = UnitGroup::ALL.iter().filter(|group| speaks(&|row| row.group == **group));
    let positions = Position::ALL.iter().filter(|position| speaks(&|row| row.position == **position));
    PlanTable {
        lines,
        groups: groups.map(|group| (*group, numbers(&|row| row.group == *group, &|of| group.has(of.class)))).collect(),
        positions: positions
            .map(|position| (*position, numbers(&|row| row.position == *position, &|of| position.has(of.position))))
            .collect(),
        all: numbers(&|_| true, &|_| true),
        years,
    }
}

async fn rows(conn: &mut Conn, id: i64) -> Result<Vec<Row>, Failure> {
    let row = |row: PlanRow| {
        Some(Row {
            year: i16::try_from(row.year).ok()?,
            operation: Operation::from_name(&row.operation)?,
            kind: SubscriberKind::from_name(&row.kind)?,
            group: UnitGroup::from_name(&row.unit_group)?,
            position: Position::from_name(&row.position)?,
            quantity: u64::try_from(row.quantity).ok()?,
        })
    };
    stored::rows(conn, id).await?.into_iter().map(|of| row(of).ok_or(Failure::Internal)).collect()
}

/// A line as it is stored.
fn kept(row: &Row) -> PlanRow {
    PlanRow {
        year: i64::from(row.year),
        operation: row.operation.name().to_owned(),
        kind: row.kind.name().to_owned(),
        unit_group: row.group.name().to_owned(),
        position: row.position.name().to_owned(),
        quantity: i64::try_from(row.quantity).unwrap_or(i64::MAX),
    }
}

fn head(found: stored::Plan) -> Result<PlanHead, Failure> {
    let year = |year: i64| i16::try_from(year).map_err(|_| Failure::Internal);
    Ok(PlanHead {
        id: found.id,
        title: found.title,
        unit: found.unit,
        unit_id: found.unit_id,
        path: found.path,
        years: (year(found.first_year)?, year(found.last_year)?),
        words: Words::from_name(&found.words).ok_or(Failure::Internal)?,
        goal: found.goal,
        state: State::from_name(&found.state).ok_or(Failure::Internal)?,
        document: found.document_number.zip(found.document_day),
        remark: found.remark,
        version: found.version,
        changed_at: found.changed_at,
    })
}
