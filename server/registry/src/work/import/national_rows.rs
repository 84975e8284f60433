//! Rows of an export of the national database: what it says of people who are held. Nothing of what is held changes.

use std::collections::HashMap;

use contract::import::{ImportKind, ImportNote, ImportReport, Remark};
use contract::national::Compared;
use contract::{Failure, Fault};
use model::citizen::CitizenId;
use model::profile::Field;
use model::unit_code::UnitCode;

use super::held::{Held, Named};
use super::sheet::Row;
use super::{about_row, line, note, term};
use crate::Conn;
use crate::store::national::{self, National};
use crate::store::unit::Unit;
use crate::work::national::{Held as Values, differences, in_own_capitals};
use crate::work::profile;

/// The columns that are compared, each with the field that it is.
const COMPARED: [(&str, Field); 5] = [
    ("name", Field::Name),
    ("sex", Field::Sex),
    ("born_on", Field::BornOn),
    ("citizen_id", Field::CitizenId),
    ("position", Field::Position),
];

/// A row, understood as far as it can be without the database.
pub(super) struct NationalRow {
    pub(super) row: Row,
    named: Named,
    said: Result<National, Vec<ImportNote>>,
}

/// Understands one row.
pub(super) fn read(row: Row, at_ms: i64) -> NationalRow {
    let typed = row.cell("citizen_id");
    let restored = CitizenId::with_leading_zero(typed);
    let number = restored.or_else(|| CitizenId::parse(typed).ok());
    let named = Named::of(number, row.cell("personnel_code"), row.cell("identification_code"));
    let mut faults: Vec<ImportNote> = row.overfull.then(|| about_row(Remark::TooManyCells)).into_iter().collect();
    let mut value = |key: &str, field| {
        let typed = match (field, number) {
            (Field::Sex, _) => term::sex(row.cell(key)),
            (Field::CitizenId, Some(number)) => number.as_str().to_owned(),
            _ => row.cell(key).to_owned(),
        };
        match profile::read(field, &typed, at_ms) {
            Ok(value) => Some(value).filter(|value| !value.is_empty()),
            Err(fault) => {
                faults.push(note(key, row.cell(key), Remark::Wrong { fault }));
                None
            }
        }
    };
    let [name, sex, born_on, citizen_id, position] = COMPARED.map(|(key, field)| value(key, field));
    let unit_code = match row.cell("unit_code") {
        "" => None,
        typed => UnitCode::from_any(typed)
            .map_err(|_| faults.push(note("unit_code", typed, Remark::Wrong { fault: Fault::AgencyCode })))
            .ok()
            .map(|code| code.as_str().to_owned()),
    };
    let said = National { name, sex, born_on, citizen_id, position, unit_code, ..National::default() };
    NationalRow { named, said: if faults.is_empty() { Ok(said) } else { Err(faults) }, row }
}

/// Compares the rows with who is held: what would be written, and what is said about the rows.
pub(super) async fn plan(
    conn: &mut Conn,
    units: &[Unit],
    rows: &[NationalRow],
) -> Result<(Vec<National>, ImportReport), Failure> {
    let mut report = ImportReport::of(ImportKind::National);
    let held = Held::find(conn, rows.iter().map(|row| &row.named)).await?;
    let ids: Vec<i64> = rows.iter().filter_map(|row| Some(held.meant(&row.named).ok()??.id)).collect();
    let known: HashMap<i64, National> =
        national::of_people(conn, &ids).await?.into_iter().map(|said| (said.person_id, said)).collect();
    let code_of: HashMap<i64, &str> =
        units.iter().filter_map(|unit| unit.code.as_deref().map(|code| (unit.id, code))).collect();
    let mut firsts: HashMap<i64, usize> = HashMap::new();
    let mut write = Vec::new();
    for row in rows {
        let refuse = |column: &str, remark| vec![note(column, row.row.cell(column), remark)];
        let meant = match held.meant(&row.named) {
            Ok(Some(person)) if person.erased_at.is_some() => Err(refuse(row.named.column(), Remark::Erased)),
            Ok(Some(person)) => Ok(person),
            Ok(None) => Err(refuse(row.named.column(), Remark::Wrong { fault: Fault::Unknown })),
            Err((column, remark)) => Err(refuse(column, remark)),
        };
        let (person, said) = match (meant, &row.said) {
            (Ok(person), Ok(said)) => (person, said),
            (meant, said) => {
                let faults = meant.err().into_iter().chain(said.as_ref().err().cloned()).flatten();
                report.fault(line(&row.row, faults.collect()));
                continue;
            }
        };
        let first = *firsts.entry(person.id).or_insert(row.row.line);
        if first != row.row.line {
            report.fault(line(&row.row, refuse(row.named.column(), Remark::Repeated { line: first })));
            continue;
        }
        let unit_code = code_of.get(&person.unit_id).copied();
        let values = Values::of(person, unit_code);
        let said = National { person_id: person.id, ..in_own_capitals(said.clone(), &values) };
        let told = line(&row.row, notes(&row.row, &said, &values));
        let code = person.personnel_code.clone();
        match known.get(&person.id) {
            Some(before) if before.says_as(&said) => report.exists(told, code),
            Some(_) => {
                report.change(told, code);
                write.push(said);
            }
            None => {
                report.add(told);
                write.push(said);
            }
        }
    }
    Ok((write, report))
}

/// What differs, each beside its cell.
fn notes(row: &Row, said: &National, held: &Values<'_>) -> Vec<ImportNote> {
    let key = |of: Compared| match of {
        Compared::Unit => "unit_code",
        Compared::Field(field) => COMPARED.iter().find(|(_, of)| *of == field).map_or("", |(key, _)| *key),
    };
    let each = differences(said, held).into_iter();
    each.map(|it| note(key(it.of), row.cell(key(it.of)), Remark::Differs { held: it.held })).collect()
}
