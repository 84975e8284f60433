//! Rows of units: a row may hang below a unit that is held, or below one that stands further up in the file.

use std::collections::{HashMap, HashSet};

use contract::Fault;
use contract::import::{ImportKind, ImportReport, Remark};
use model::unit_code::UnitCode;

use super::sheet::Row;
use super::{about_row, line, note, term, wrong};
use crate::order::Order;
use crate::store::unit::Unit;
use crate::work::change_unit::{self, Parsed, UnitForm};
use crate::{Actor, Failure, Tx};

/// A row that can be imported.
pub(super) struct Ready {
    parsed: Parsed,
    /// The unit above, when it is a row of the file as well: its place among the ready ones.
    parent: Option<usize>,
}

/// A unit of the province or of the file, as far as others can hang below it.
#[derive(Clone, Copy)]
enum Place {
    /// Held: its place among the held units.
    Held(usize),
    /// To be imported: its place among the ready rows.
    Ready(usize),
    /// A faulty row, on this line.
    Faulty(usize),
}

/// Whose child a unit is: a held unit's, or a ready row's.
type Above = (bool, usize);

struct Plan<'p> {
    order: &'p Order,
    held: &'p [Unit],
    at_ms: i64,
    places: HashMap<String, Place>,
    /// Units without a code are told apart by their names below one parent.
    names: HashMap<(Above, String), Option<usize>>,
    /// Where each code stands first in the file.
    lines: HashMap<String, usize>,
    ready: Vec<Ready>,
    /// The ready rows as units, for those below them.
    units: Vec<Unit>,
    report: ImportReport,
}

/// What can be imported, and what is said about the rows. `held`: every unit, the root first.
pub(super) fn plan(order: &Order, held: &[Unit], rows: &[Row], at_ms: i64) -> (Vec<Ready>, ImportReport) {
    let index: HashMap<i64, usize> = held.iter().enumerate().map(|(at, unit)| (unit.id, at)).collect();
    let place = |(at, unit): (usize, &Unit)| unit.code.clone().map(|code| (code, Place::Held(at)));
    let name = |unit: &Unit| {
        let above = unit.parent_id.and_then(|id| index.get(&id))?;
        Some((((false, *above), unit.name.clone()), None))
    };
    let mut lines = HashMap::new();
    for row in rows {
        if let Ok(code) = UnitCode::from_any(row.cell("code")) {
            lines.entry(code.as_str().to_owned()).or_insert(row.line);
        }
    }
    let mut plan = Plan {
        order,
        held,
        at_ms,
        places: held.iter().enumerate().filter_map(place).collect(),
        names: held.iter().filter(|unit| unit.closed_on.is_none()).filter_map(name).collect(),
        lines,
        ready: Vec::new(),
        units: Vec::new(),
        report: ImportReport::of(ImportKind::Units),
    };
    let mut seen = HashSet::new();
    for row in rows {
        plan.row(row, &mut seen);
    }
    (plan.ready, plan.report)
}

impl Plan<'_> {
    fn row(&mut self, row: &Row, seen: &mut HashSet<String>) {
        let code = UnitCode::from_any(row.cell("code")).ok().map(|code| code.as_str().to_owned());
        if let Some(code) = &code {
            if let Some(Place::Held(_)) = self.places.get(code) {
                let held = note("code", row.cell("code"), Remark::Exists);
                return self.report.exists(line(row, vec![held]), None);
            }
            if !seen.insert(code.clone()) {
                let first = self.lines.get(code).copied().unwrap_or_default();
                let repeated = note("code", row.cell("code"), Remark::Repeated { line: first });
                return self.report.fault(line(row, vec![repeated]));
            }
        }
        let mut notes = Vec::new();
        if row.overfull {
            notes.push(about_row(Remark::TooManyCells));
        }
        let above = self.above(row).map_err(|remark| notes.push(note("parent_code", row.cell("parent_code"), remark)));
        let above = above.unwrap_or((false, 0));
        let parent = if above.0 { &self.units[above.1] } else { &self.held[above.1] };
        if code.is_none() && row.cell("code").is_empty() {
            match self.names.get(&(above, row.cell("name").to_owned())) {
                Some(None) => {
                    let held = note("name", row.cell("name"), Remark::Exists);
                    return self.report.exists(line(row, vec![held]), None);
                }
                Some(Some(first)) => notes.push(note("name", row.cell("name"), Remark::Repeated { line: *first })),
                None => {}
            }
        }
        let form = UnitForm {
            class: term::class(row.cell("class")),
            name: row.cell("name").to_owned(),
            parent_id: None,
            code: row.cell("code").to_owned(),
            decision: row.cell("decision").to_owned(),
            from: row.cell("from").to_owned(),
        };
        match change_unit::parse(self.order, &form, Some(parent), self.at_ms) {
            Ok(parsed) if notes.is_empty() => self.take(row, code, above, parsed),
            result => {
                notes.extend(result.err().map(|failure| wrong(failure, row)).unwrap_or_default());
                if let Some(code) = code {
                    self.places.insert(code, Place::Faulty(row.line));
                }
                self.report.fault(line(row, notes));
            }
        }
    }

    fn take(&mut self, row: &Row, code: Option<String>, above: Above, parsed: Parsed) {
        let at = self.ready.len();
        if let Some(code) = code {
            self.places.insert(code, Place::Ready(at));
        } else {
            self.names.insert((above, parsed.values.name.clone()), Some(row.line));
        }
        self.units.push(Unit {
            id: 0,
            parent_id: None,
            path: String::new(),
            class: parsed.values.class.clone(),
            name: parsed.values.name.clone(),
            code: parsed.values.code.clone(),
            code_issued: parsed.values.code_issued.clone(),
            code_decision: None,
            version: 1,
            created_at: self.at_ms,
            closed_on: None,
        });
        self.ready.push(Ready { parsed, parent: above.0.then_some(above.1) });
        self.report.add(line(row, Vec::new()));
    }

    /// The unit above; the province where none is named.
    fn above(&self, row: &Row) -> Result<Above, Remark> {
        let typed = row.cell("parent_code");
        if typed.is_empty() {
            return Ok((false, 0));
        }
        let code = UnitCode::from_any(typed).map_err(|_| Remark::Wrong { fault: Fault::AgencyCode })?;
        match self.places.get(code.as_str()) {
            Some(Place::Held(at)) if self.held[*at].closed_on.is_some() => Err(Remark::UnitClosed),
            Some(Place::Held(at)) => Ok((false, *at)),
            Some(Place::Ready(at)) => Ok((true, *at)),
            Some(Place::Faulty(line)) => Err(Remark::ParentWrong { line: *line }),
            None => Err(match self.lines.get(code.as_str()) {
                Some(line) if *line > row.line => Remark::ParentBelow { line: *line },
                _ => Remark::Wrong { fault: Fault::Unknown },
            }),
        }
    }
}

/// Writes the rows, each with its audit entry.
pub(super) async fn write(tx: &mut Tx, actor: &Actor, ready: Vec<Ready>) -> Result<(), Failure> {
    let mut written: Vec<(i64, String)> = Vec::with_capacity(ready.len());
    for Ready { mut parsed, parent } in ready {
        if let Some((id, path)) = parent.and_then(|at| written.get(at)) {
            parsed.values.parent_id = Some(*id);
            parsed.parent_path.clone_from(path);
        }
        let id = change_unit::insert(tx, actor, &parsed).await?;
        written.push((id, format!("{}{id}/", parsed.parent_path)));
    }
    Ok(())
}
