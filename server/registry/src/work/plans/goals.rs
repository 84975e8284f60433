//! What a plan wants to reach: waves in which positions get certificates, with the percent reached, and units by application (R129, R130, R139,
//! R140, R152, R161).

use contract::{Failure, Fault, Faults, Refusal};
use model::certificate::plan::{Position, UnitGroup};
use model::certificate::target::{Application, Target};
use model::certificate::wave::{Quarter, Wave, ha_tinh, needed, reached};
use model::lifecycle::{Certificate as CertificateState, Lifecycle as _};
use model::role::Action;
use model::text::clean;
use model::unit::UnitClass;

use super::edit::{changed, draft};
use super::{PlanDetail, PlanHead, YEARS, seen};
use crate::store::plan_goal::{self as stored, Holders, WaveRow};
use crate::store::{Record, certificate};
use crate::work::show_unit::unit_meant;
use crate::{Actor, Conn, Tx};

/// Waves of a plan, at most.
pub const MOST_WAVES: usize = 20;
/// Units of one application, at most.
pub const MOST_UNITS: usize = 1_000;

/// A wave as it was typed; without positions, groups and years it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaveForm {
    /// Year in which it begins.
    pub from_year: String,
    /// Quarter in which it begins.
    pub from_quarter: String,
    /// Year in which it ends.
    pub to_year: String,
    /// Quarter in which it ends.
    pub to_quarter: String,
    /// How many of a hundred; may be empty.
    pub goal: String,
    /// Groups of units by name.
    pub groups: Vec<String>,
    /// Positions by name.
    pub positions: Vec<String>,
}

impl WaveForm {
    /// As a wave is typed.
    pub fn of(wave: &Wave) -> Self {
        let mut groups: Vec<String> = Vec::new();
        let mut positions: Vec<String> = Vec::new();
        for (group, position) in &wave.scope {
            for (names, name) in [(&mut groups, group.name()), (&mut positions, position.name())] {
                if !names.iter().any(|of| of == name) {
                    names.push(name.to_owned());
                }
            }
        }
        WaveForm {
            from_year: wave.from.year.to_string(),
            from_quarter: wave.from.quarter.to_string(),
            to_year: wave.to.year.to_string(),
            to_quarter: wave.to.quarter.to_string(),
            goal: wave.goal.map(|goal| goal.to_string()).unwrap_or_default(),
            groups,
            positions,
        }
    }

    fn is_empty(&self) -> bool {
        let typed = [&self.from_year, &self.to_year, &self.goal];
        typed.iter().all(|of| of.trim().is_empty()) && self.groups.is_empty() && self.positions.is_empty()
    }
}

/// The waves of Hà Tĩnh, with which a plan may begin (R140).
pub fn template() -> Vec<WaveForm> {
    ha_tinh().iter().map(WaveForm::of).collect()
}

/// An application as it was typed; without a share it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetForm {
    /// Application by name.
    pub application: String,
    /// How many of a hundred.
    pub percent: String,
    /// Codes or names of units, a line each.
    pub units: String,
}

/// A wave, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveProgress {
    /// The wave.
    pub wave: Wave,
    /// People in it.
    pub people: u64,
    /// Those who have a certificate.
    pub held: u64,
    /// How many are needed for its goal.
    pub needed: Option<u64>,
}

impl WaveProgress {
    /// Percent reached; none where there is nobody.
    pub fn percent(&self) -> Option<u8> {
        reached(self.held, self.people)
    }
}

/// An application, and how many units use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetProgress {
    /// The share, and how far it is.
    pub target: Target,
    /// The units: id, name, code, whether they use it.
    pub units: Vec<(i64, String, Option<String>, bool)>,
}

/// How far a plan is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The plan, with what was done.
    pub detail: PlanDetail,
    /// Its waves.
    pub waves: Vec<WaveProgress>,
    /// Its applications.
    pub targets: Vec<TargetProgress>,
    /// How many certificates in use are used in each application (R129).
    pub uses: Vec<(Application, u64)>,
}

/// How far a plan is.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_progress(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Progress, Failure> {
    let detail = super::show_plan(conn, actor, id).await?;
    let (waves, targets) = goals(conn, &detail.plan).await?;
    let counted = stored::use_counts(conn, &detail.plan.path).await?;
    let uses = Application::ALL.iter().map(|of| {
        let many = counted.iter().find(|(name, _)| name == of.name()).map_or(0, |(_, many)| *many);
        (*of, many.unsigned_abs())
    });
    Ok(Progress { uses: uses.collect(), detail, waves, targets })
}

/// The waves and applications of a plan.
async fn goals(conn: &mut Conn, plan: &PlanHead) -> Result<(Vec<WaveProgress>, Vec<TargetProgress>), Failure> {
    let rows = stored::waves(conn, plan.id).await?;
    let holders = if rows.is_empty() { Vec::new() } else { stored::holders(conn, &plan.path).await? };
    let waves = rows.iter().map(|row| Ok(progress(wave(row)?, &holders))).collect::<Result<_, Failure>>()?;
    let units = stored::target_units(conn, plan.id).await?;
    let mut targets = Vec::new();
    for (name, percent) in stored::targets(conn, plan.id).await? {
        let application = Application::from_name(&name).ok_or(Failure::Internal)?;
        let of: Vec<_> = units
            .iter()
            .filter(|unit| unit.application == name)
            .map(|unit| (unit.unit_id, unit.unit.clone(), unit.code.clone(), unit.done == 1))
            .collect();
        let done = of.iter().filter(|(.., done)| *done).count() as u64;
        let percent = u8::try_from(percent).map_err(|_| Failure::Internal)?;
        let target = Target { application, percent, done, units: of.len() as u64 };
        targets.push(TargetProgress { target, units: of });
    }
    Ok((waves, targets))
}

fn progress(wave: Wave, holders: &[Holders]) -> WaveProgress {
    let (mut people, mut held) = (0, 0);
    for of in holders {
        let Some(class) = UnitClass::from_name(&of.class) else { continue };
        let position = of.title.as_deref().and_then(model::certificate::survey::position);
        if wave.scope.iter().any(|(group, wanted)| group.has(class) && wanted.has(position)) {
            people += of.many.unsigned_abs();
            held += of.held.unsigned_abs();
        }
    }
    WaveProgress { needed: wave.goal.map(|goal| needed(goal, people)), wave, people, held }
}

fn wave(row: &WaveRow) -> Result<Wave, Failure> {
    let quarter = |year: i64, quarter: i64| {
        let (year, quarter) = (i16::try_from(year).ok()?, u8::try_from(quarter).ok()?);
        Some(Quarter { year, quarter })
    };
    let groups: Vec<UnitGroup> = row.unit_groups.split(' ').filter_map(UnitGroup::from_name).collect();
    let positions: Vec<Position> = row.positions.split(' ').filter_map(Position::from_name).collect();
    Ok(Wave {
        from: quarter(row.from_year, row.from_quarter).ok_or(Failure::Internal)?,
        to: quarter(row.to_year, row.to_quarter).ok_or(Failure::Internal)?,
        scope: groups.iter().flat_map(|group| positions.iter().map(|position| (*group, *position))).collect(),
        goal: row.goal.and_then(|goal| u8::try_from(goal).ok()),
    })
}

/// Writes other waves in the place of a plan's. A fault is beside `wave-` and the wave's number.
///
/// # Errors
/// As [`super::edit::write_lines`].
pub async fn write_waves(tx: &mut Tx, actor: &Actor, plan: (i64, i64), typed: &[WaveForm]) -> Result<(), Failure> {
    let found = draft(tx, actor, plan).await?;
    let (mut rows, mut faults) = (Vec::new(), Faults::default());
    for (nth, form) in (1..).zip(typed).filter(|(_, form)| !form.is_empty()) {
        rows.extend(faults.take(&format!("wave-{nth}"), read(form)));
    }
    if rows.len() > MOST_WAVES {
        faults.add("waves", Fault::TooLong { max: MOST_WAVES });
    }
    faults.check()?;
    stored::put_waves(tx.conn(), found.id, &rows).await?;
    changed(tx, actor, &found, "certificate_plan.waves", serde_json::json!({ "rows": rows.len() })).await
}

fn read(form: &WaveForm) -> Result<WaveRow, Fault> {
    let year = |typed: &str| typed.trim().parse().ok().filter(|year| YEARS.contains(year)).ok_or(Fault::Date);
    let quarter =
        |typed: &str| typed.trim().parse().ok().filter(|quarter| (1..=4).contains(quarter)).ok_or(Fault::Date);
    let from: (i64, i64) = (year(&form.from_year)?, quarter(&form.from_quarter)?);
    let to: (i64, i64) = (year(&form.to_year)?, quarter(&form.to_quarter)?);
    if to < from {
        return Err(Fault::Date);
    }
    let goal = percent(&form.goal)?;
    let names = |typed: &[String], known: fn(&str) -> bool| {
        if typed.iter().all(|name| known(name)) { Ok(typed.join(" ")) } else { Err(Fault::Choice) }
    };
    let unit_groups = names(&form.groups, |name| UnitGroup::from_name(name).is_some())?;
    // a unit's own certificate is nobody's by position
    let positions =
        names(&form.positions, |name| Position::from_name(name).is_some_and(|position| position != Position::Unit))?;
    // a wave that only prepares has neither; one of both alone reaches nobody
    if unit_groups.is_empty() != positions.is_empty() {
        return Err(Fault::Missing);
    }
    Ok(WaveRow {
        from_year: from.0,
        from_quarter: from.1,
        to_year: to.0,
        to_quarter: to.1,
        goal,
        unit_groups,
        positions,
    })
}

/// A share from 1 to 100; none where nothing was typed.
fn percent(typed: &str) -> Result<Option<i64>, Fault> {
    let typed = typed.trim().trim_end_matches('%').trim_end();
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().ok().filter(|percent| (1..=100).contains(percent)).map(Some).ok_or(Fault::Number)
}

/// Writes other applications in the place of a plan's. Faults are beside `percent-` and `units-` with the application's name.
///
/// # Errors
/// As [`super::edit::write_lines`].
pub async fn write_targets(tx: &mut Tx, actor: &Actor, plan: (i64, i64), typed: &[TargetForm]) -> Result<(), Failure> {
    let found = draft(tx, actor, plan).await?;
    let (mut rows, mut faults) = (Vec::new(), Faults::default());
    for form in typed {
        let application = Application::from_name(&form.application);
        let application = application.ok_or(Failure::Refused { why: Refusal::Impossible })?;
        let (of_share, of_units) = (format!("percent-{}", application.name()), format!("units-{}", application.name()));
        let share = faults.take(&of_share, percent(&form.percent));
        let units = units(tx.conn(), actor, &found, &form.units).await?;
        let units = faults.take(&of_units, units);
        // what was not understood is not missing besides
        let (Some(share), Some(units)) = (share, units) else { continue };
        match (share, units.is_empty()) {
            (Some(share), false) => rows.push((application.name(), share, units)),
            (Some(_), true) => faults.add(&of_units, Fault::Missing),
            (None, false) => faults.add(&of_share, Fault::Missing),
            (None, true) => {}
        }
    }
    faults.check()?;
    stored::put_targets(tx.conn(), found.id, &rows).await?;
    changed(tx, actor, &found, "certificate_plan.targets", serde_json::json!({ "rows": rows.len() })).await
}

/// The units that lines name, each once, within the plan's unit.
async fn units(
    conn: &mut Conn,
    actor: &Actor,
    plan: &PlanHead,
    typed: &str,
) -> Result<Result<Vec<i64>, Fault>, Failure> {
    let mut found = Vec::new();
    for line in typed.lines().map(clean).filter(|line| !line.is_empty()) {
        match unit_meant(conn, actor, Action::KeepPlans, &line).await? {
            Ok(unit) if unit.path.starts_with(&plan.path) && actor.may(Action::KeepPlans, &unit.path) => {
                if !found.contains(&unit.id) {
                    found.push(unit.id);
                }
            }
            Ok(_) => return Ok(Err(Fault::Unknown)),
            Err(fault) => return Ok(Err(fault)),
        }
        if found.len() > MOST_UNITS {
            return Ok(Err(Fault::TooLong { max: MOST_UNITS }));
        }
    }
    Ok(Ok(found))
}

/// Where a certificate is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uses {
    /// The certificate.
    pub id: i64,
    /// Its subject.
    pub subject: String,
    /// Its unit.
    pub unit: String,
    /// That unit's path.
    pub path: String,
    /// Whether it is in use, so that it can be noted where.
    pub in_use: bool,
    /// The applications.
    pub applications: Vec<Application>,
}

/// Where a certificate is used (R129, R142).
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_uses(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Uses, Failure> {
    let found = certificate::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeCertificates, &found.path) {
        return Err(Failure::NotFound);
    }
    let applications = stored::uses(conn, id).await?.iter().filter_map(|name| Application::from_name(name)).collect();
    let in_use = found.state == CertificateState::InUse.name();
    Ok(Uses { id, subject: found.subject, unit: found.unit, path: found.path, in_use, applications })
}

/// Notes where a certificate is used.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`]; [`Refusal::Impossible`] for one that is not in use; a fault beside `applications`.
pub async fn note_uses(tx: &mut Tx, actor: &Actor, id: i64, applications: &[String]) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = certificate::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeCertificates, &found.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::KeepCertificates, &found.path, at_ms)?;
    if found.state != CertificateState::InUse.name() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let mut names = Vec::new();
    for name in applications {
        let application = Application::from_name(name).ok_or_else(|| Failure::field("applications", Fault::Choice))?;
        if !names.contains(&application.name()) {
            names.push(application.name());
        }
    }
    stored::put_uses(tx.conn(), id, &names, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "certificate.use_for",
        object: format!("certificate:{id}"),
        facts: serde_json::json!({ "applications": names }),
        personal: None,
    });
    Ok(())
}

/// The plan that goals are written of, if the actor may see it.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_goals(
    conn: &mut Conn,
    actor: &Actor,
    id: i64,
) -> Result<(PlanHead, Vec<WaveProgress>, Vec<TargetProgress>), Failure> {
    let found = seen(conn, actor, id).await?;
    let (waves, targets) = goals(conn, &found).await?;
    Ok((found, waves, targets))
}
