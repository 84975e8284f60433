//! Rows of people. What is doubtful or missing is taken and marked; what is wrong is not.

use std::collections::{HashMap, HashSet};

use contract::import::{ImportKind, ImportLine, ImportNote, ImportReport, Remark};
use contract::view::Doubt;
use contract::{Failure, Fault};
use model::citizen::CitizenId;
use model::unit_code::UnitCode;

use super::sheet::Row;
use super::{about_row, line, note, term, wrong};
use crate::Conn;
use crate::order::Order;
use crate::store::person::{self, PersonValues};
use crate::store::unit::{self, Unit};
use crate::work::change_person::{Doubtful, PERSONNEL_CODE, PersonForm, doubts, parse};

/// A row, understood as far as it can be without the database.
pub(super) struct PersonRow {
    /// Faults so far, or what deserves a second look.
    line: ImportLine,
    values: Option<PersonValues>,
    citizen_id: Option<CitizenId>,
    typed_citizen_id: String,
    unit_code: String,
}

/// Understands one row.
pub(super) fn read(order: &Order, row: &Row, at_ms: i64) -> PersonRow {
    let typed = row.cell("citizen_id");
    let restored = CitizenId::with_leading_zero(typed);
    let citizen_id = restored.or_else(|| CitizenId::parse(typed).ok());
    let cell = |key: &str| row.cell(key).to_owned();
    let form = PersonForm {
        name: cell("name"),
        sex: term::sex(row.cell("sex")),
        born_on: cell("born_on"),
        citizen_id: restored.map_or_else(|| typed.to_owned(), |number| number.as_str().to_owned()),
        citizen_id_reason: String::new(),
        email: cell("email"),
        kind: term::kind(row.cell("kind")),
        position: cell("position"),
        employment: String::new(),
        rank: String::new(),
        started_on: cell("started_on"),
    };
    let mut values = None;
    let mut notes = Vec::new();
    match parse(order, &form, Doubtful::Mark, at_ms) {
        Ok(parsed) if !row.overfull => {
            notes.extend(restored.map(|_| note("citizen_id", typed, Remark::ZeroRestored)));
            notes.extend(doubts(&parsed).into_iter().map(|doubt| doubtful(row, doubt)));
            values = Some(parsed);
        }
        result => {
            notes.extend(row.overfull.then(|| about_row(Remark::TooManyCells)));
            notes.extend(result.err().map(|failure| wrong(failure, row)).unwrap_or_default());
        }
    }
    PersonRow {
        line: line(row, notes),
        values,
        citizen_id,
        typed_citizen_id: typed.to_owned(),
        unit_code: cell("unit_code"),
    }
}

fn doubtful(row: &Row, doubt: Doubt) -> ImportNote {
    let column = match doubt {
        Doubt::NoBirthDate => "born_on",
        Doubt::NoSex => "sex",
        Doubt::NoPosition => "position",
        Doubt::NoCitizenNumber | Doubt::Place | Doubt::Sex | Doubt::BirthYear => "citizen_id",
    };
    note(column, row.cell(column), Remark::Doubtful { doubt })
}

/// Who is who without a citizen number: name and birth date within a unit.
type Likeness = (usize, String, Option<String>);

/// The people who can be imported, each with the place of the unit in `units`, and what is said about the rows.
pub(super) async fn plan(
    conn: &mut Conn,
    units: &[Unit],
    rows: &[PersonRow],
) -> Result<(Vec<(usize, PersonValues)>, ImportReport), Failure> {
    let by_code: HashMap<&str, usize> =
        units.iter().enumerate().filter_map(|(at, unit)| unit.code.as_deref().map(|code| (code, at))).collect();
    let numbers: Vec<String> = rows.iter().filter_map(|row| row.citizen_id).map(|id| id.as_str().to_owned()).collect();
    let held: HashSet<String> = person::known_citizen_ids(conn, &numbers).await?.into_iter().collect();
    let mut alike = Alike::default();
    let mut seen: HashMap<CitizenId, usize> = HashMap::new();
    let mut ready = Vec::new();
    let mut report = ImportReport::of(ImportKind::People);
    for row in rows {
        let mut line = row.line.clone();
        if let Some(number) = row.citizen_id {
            if held.contains(number.as_str()) {
                line.notes = vec![note("citizen_id", &row.typed_citizen_id, Remark::Exists)];
                report.exists(line);
                continue;
            }
            let first = *seen.entry(number).or_insert(line.line);
            if first != line.line {
                line.notes = vec![note("citizen_id", &row.typed_citizen_id, Remark::Repeated { line: first })];
                report.fault(line);
                continue;
            }
        }
        match (place(&by_code, units, &row.unit_code), &row.values) {
            (Ok(at), Some(values)) => match alike.meet(conn, units, (at, values), line.line).await? {
                Met::Nobody => {
                    ready.push((at, values.clone()));
                    report.good(line);
                }
                Met::Held => {
                    line.notes = vec![note("name", &values.name, Remark::Exists)];
                    report.exists(line);
                }
                Met::Row(first) => {
                    line.notes = vec![note("name", &values.name, Remark::Repeated { line: first })];
                    report.fault(line);
                }
            },
            (unit, values) => {
                if values.is_some() {
                    // what deserves a second look has time
                    line.notes.clear();
                }
                line.notes.extend(unit.err().map(|remark| note("unit_code", &row.unit_code, remark)));
                report.fault(line);
            }
        }
    }
    let (given, ceiling) = unit::counter(conn, PERSONNEL_CODE).await?;
    let left = ceiling - given;
    report.codes_left = (left < ready.len() as i64).then_some(left);
    Ok((ready, report))
}

fn place(by_code: &HashMap<&str, usize>, units: &[Unit], typed: &str) -> Result<usize, Remark> {
    let wrong = |fault| Remark::Wrong { fault };
    if typed.is_empty() {
        return Err(wrong(Fault::Missing));
    }
    let code = UnitCode::from_any(typed).map_err(|_| wrong(Fault::AgencyCode))?;
    let at = *by_code.get(code.as_str()).ok_or(wrong(Fault::Unknown))?;
    if units[at].closed_on.is_some() { Err(Remark::UnitClosed) } else { Ok(at) }
}

/// People without a citizen number, so that a file imported twice does not make them twice.
#[derive(Default)]
struct Alike {
    /// Units whose people are known.
    known: HashSet<usize>,
    /// Held, or the line of a row further up.
    people: HashMap<Likeness, Option<usize>>,
}

enum Met {
    Nobody,
    Held,
    Row(usize),
}

impl Alike {
    async fn meet(
        &mut self,
        conn: &mut Conn,
        units: &[Unit],
        (at, values): (usize, &PersonValues),
        line: usize,
    ) -> Result<Met, Failure> {
        if values.citizen_id.is_some() {
            return Ok(Met::Nobody);
        }
        if self.known.insert(at) {
            for (name, born_on) in person::names_in(conn, units[at].id).await? {
                self.people.insert((at, name, born_on), None);
            }
        }
        let likeness = (at, values.name.clone(), values.born_on.clone());
        Ok(match self.people.get(&likeness) {
            Some(None) => Met::Held,
            Some(Some(first)) => Met::Row(*first),
            None => {
                self.people.insert(likeness, Some(line));
                Met::Nobody
            }
        })
    }
}
