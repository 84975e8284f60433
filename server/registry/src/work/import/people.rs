//! Rows of people: new ones, and such as change somebody who is held. What is doubtful or missing is taken and marked; what is
//! wrong is not.

use std::collections::{HashMap, HashSet};

use contract::import::{ImportKind, ImportNote, ImportReport, Remark};
use contract::view::Doubt;
use contract::{Failure, Fault};
use model::citizen::CitizenId;
use model::unit_code::UnitCode;

use super::held::{Held, Named};
use super::sheet::Row;
use super::{about_row, line, note, term, wrong};
use crate::Conn;
use crate::order::Order;
use crate::store::person::{self, Person, PersonValues};
use crate::store::unit::{self, Unit};
use crate::work::change_person::{
    Change, Doubtful, PERSONNEL_CODE, PersonForm, changed_fields, doubts, parse, personal,
};

/// A row, understood as far as it can be without the database.
pub(super) struct PersonRow {
    pub(super) row: Row,
    /// Whom it names.
    pub(super) named: Named,
    /// The citizen number with what the spreadsheet took from it.
    typed_citizen_id: String,
    restored: bool,
    /// As somebody new: the values, and faults or what deserves a second look.
    new: (Option<PersonValues>, Vec<ImportNote>),
}

/// Understands one row.
pub(super) fn read(order: &Order, row: Row, at_ms: i64) -> PersonRow {
    let typed = row.cell("citizen_id");
    let restored = CitizenId::with_leading_zero(typed);
    let citizen_id = restored.or_else(|| CitizenId::parse(typed).ok());
    let typed_citizen_id = restored.map_or_else(|| typed.to_owned(), |number| number.as_str().to_owned());
    let named = Named::of(citizen_id, row.cell("personnel_code"), row.cell("identification_code"));
    let mut values = None;
    let mut notes = Vec::new();
    match parse(order, &form(&row, &typed_citizen_id, None), Doubtful::Mark, at_ms) {
        Ok(parsed) if !row.overfull => {
            notes.extend(restored.map(|_| note("citizen_id", typed, Remark::ZeroRestored)));
            notes.extend(doubts(&parsed).into_iter().map(|doubt| doubtful(&row, doubt)));
            values = Some(parsed);
        }
        result => {
            notes.extend(row.overfull.then(|| about_row(Remark::TooManyCells)));
            notes.extend(result.err().map(|failure| wrong(failure, &row)).unwrap_or_default());
        }
    }
    PersonRow { named, typed_citizen_id, restored: restored.is_some(), new: (values, notes), row }
}

/// What the form of a person would say: the cells that are filled in, and what is held where they are not.
fn form(row: &Row, citizen_id: &str, held: Option<&Person>) -> PersonForm {
    let cell = |key: &str, held: Option<Option<&String>>| match row.cell(key) {
        "" => held.flatten().cloned().unwrap_or_default(),
        typed => typed.to_owned(),
    };
    let number = match citizen_id {
        "" => held.and_then(|held| held.citizen_id.clone()).unwrap_or_default(),
        typed => typed.to_owned(),
    };
    // a reason was given for one number
    let reason = held.filter(|held| held.citizen_id.as_ref() == Some(&number));
    let reason = reason.and_then(|held| held.citizen_id_reason.clone()).unwrap_or_default();
    PersonForm {
        name: cell("name", held.map(|held| Some(&held.name))),
        sex: term::sex(&cell("sex", held.map(|held| held.sex.as_ref()))),
        born_on: cell("born_on", held.map(|held| held.born_on.as_ref())),
        citizen_id: number,
        citizen_id_reason: reason,
        email: cell("email", held.map(|held| held.email.as_ref())),
        kind: term::kind(&cell("kind", held.map(|held| Some(&held.kind)))),
        position: cell("position", held.map(|held| held.position.as_ref())),
        employment: held.and_then(|held| held.employment.clone()).unwrap_or_default(),
        rank: held.map(|held| held.rank.clone()).unwrap_or_default(),
        started_on: cell("started_on", held.map(|held| held.started_on.as_ref())),
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

/// What an import of people would write.
pub(super) struct Plan {
    /// New people, each with the place of the unit among the units.
    pub(super) add: Vec<(usize, PersonValues)>,
    /// Changes of people who are held.
    pub(super) change: Vec<Change>,
    /// What is said about the rows.
    pub(super) report: ImportReport,
}

/// Compares the rows with who is held.
pub(super) async fn plan(
    conn: &mut Conn,
    order: &Order,
    units: &[Unit],
    rows: &[PersonRow],
    at_ms: i64,
) -> Result<Plan, Failure> {
    let by_code: HashMap<&str, usize> =
        units.iter().enumerate().filter_map(|(at, unit)| unit.code.as_deref().map(|code| (code, at))).collect();
    let held = Held::find(conn, rows.iter().map(|row| &row.named)).await?;
    let mut planning = Planning {
        order,
        units,
        by_code,
        at_ms,
        alike: Alike::default(),
        new_numbers: HashMap::new(),
        changed: HashMap::new(),
        plan: Plan { add: Vec::new(), change: Vec::new(), report: ImportReport::of(ImportKind::People) },
    };
    for row in rows {
        match held.meant(&row.named) {
            Ok(Some(person)) => planning.update(row, person),
            Ok(None) => planning.add(conn, row).await?,
            Err((column, remark)) => {
                let told = note(column, row.row.cell(column), remark);
                planning.plan.report.fault(line(&row.row, vec![told]));
            }
        }
    }
    let mut plan = planning.plan;
    let (given, ceiling) = unit::counter(conn, PERSONNEL_CODE).await?;
    let left = ceiling - given;
    plan.report.codes_left = (left < plan.add.len() as i64).then_some(left);
    Ok(plan)
}

struct Planning<'p> {
    order: &'p Order,
    units: &'p [Unit],
    by_code: HashMap<&'p str, usize>,
    at_ms: i64,
    alike: Alike,
    /// Citizen numbers of new people, and people who are changed: each with its line.
    new_numbers: HashMap<CitizenId, usize>,
    changed: HashMap<i64, usize>,
    plan: Plan,
}

impl Planning<'_> {
    fn update(&mut self, row: &PersonRow, held: &Person) {
        let report = &mut self.plan.report;
        let code = held.personnel_code.clone();
        let first = *self.changed.entry(held.id).or_insert(row.row.line);
        let naming = row.named.column();
        let about = |remark: Remark| note(naming, row.row.cell(naming), remark);
        if first != row.row.line {
            return report.fault(line(&row.row, vec![about(Remark::Repeated { line: first })]));
        }
        if held.erased_at.is_some() {
            return report.fault(line(&row.row, vec![about(Remark::Erased)]));
        }
        let mut notes = Vec::new();
        let mut faults: Vec<ImportNote> =
            row.row.overfull.then(|| about_row(Remark::TooManyCells)).into_iter().collect();
        let typed = row.row.cell("unit_code");
        if !typed.is_empty() {
            match place(&self.by_code, self.units, typed) {
                Ok(at) if self.units[at].id == held.unit_id => {}
                Ok(_) | Err(Remark::UnitClosed) => {
                    let unit = self.units.iter().find(|unit| unit.id == held.unit_id);
                    let unit = unit.map(|unit| unit.name.clone()).unwrap_or_default();
                    notes.push(note("unit_code", typed, Remark::OtherUnit { unit }));
                }
                Err(remark) => faults.push(note("unit_code", typed, remark)),
            }
        }
        let form = form(&row.row, &row.typed_citizen_id, Some(held));
        let values = match parse(self.order, &form, Doubtful::Mark, self.at_ms) {
            Ok(values) if faults.is_empty() => values,
            result => {
                faults.extend(result.err().map(|failure| wrong(failure, &row.row)).unwrap_or_default());
                return report.fault(line(&row.row, faults));
            }
        };
        let fields = changed_fields(held, &values);
        if fields.is_empty() {
            notes.insert(0, about(Remark::Exists));
            return report.exists(line(&row.row, notes), code);
        }
        let (before, after) = (personal(&values_before(held)), personal(&values));
        let text = |of: &serde_json::Value, field: &str| of[field].as_str().unwrap_or_default().to_owned();
        let changes = fields
            .iter()
            .map(|field| note(field, &text(&after, field), Remark::Changed { before: text(&before, field) }));
        let mut told: Vec<ImportNote> = changes.collect();
        told.append(&mut notes);
        if fields.contains(&"citizen_id") {
            told.extend(row.restored.then(|| note("citizen_id", row.row.cell("citizen_id"), Remark::ZeroRestored)));
        }
        if values.doubtful && held.doubtful == 0 {
            told.extend(doubts(&values).into_iter().map(|doubt| doubtful(&row.row, doubt)));
        }
        report.change(line(&row.row, told), code);
        self.plan.change.push(Change { before: held.clone(), values, fields });
    }

    async fn add(&mut self, conn: &mut Conn, row: &PersonRow) -> Result<(), Failure> {
        let report = &mut self.plan.report;
        if let Some(number) = row.named.citizen_id {
            let first = *self.new_numbers.entry(number).or_insert(row.row.line);
            if first != row.row.line {
                let told = note("citizen_id", row.row.cell("citizen_id"), Remark::Repeated { line: first });
                report.fault(line(&row.row, vec![told]));
                return Ok(());
            }
        }
        let (values, notes) = &row.new;
        match (place(&self.by_code, self.units, row.row.cell("unit_code")), values) {
            (Ok(at), Some(values)) => match self.alike.meet(conn, self.units, (at, values), row.row.line).await? {
                Met::Nobody => {
                    self.plan.add.push((at, values.clone()));
                    report.add(line(&row.row, notes.clone()));
                }
                Met::Held => report.exists(line(&row.row, vec![note("name", &values.name, Remark::Exists)]), None),
                Met::Row(first) => {
                    let told = note("name", &values.name, Remark::Repeated { line: first });
                    report.fault(line(&row.row, vec![told]));
                }
            },
            (unit, values) => {
                // what deserves a second look has time
                let mut notes = if values.is_some() { Vec::new() } else { notes.clone() };
                notes.extend(unit.err().map(|remark| note("unit_code", row.row.cell("unit_code"), remark)));
                report.fault(line(&row.row, notes));
            }
        }
        Ok(())
    }
}

/// What is held, in the words of a form.
fn values_before(held: &Person) -> PersonValues {
    crate::work::change_person::values_of(held)
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
