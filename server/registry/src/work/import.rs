//! The first import: units or people from a table of text, pasted from a spreadsheet or read from a CSV file.
//!
//! [`read`] understands the text alone; [`check`] compares it with what is held and writes nothing; [`import`] does the
//! same inside a transaction and writes the rows that are good, each with its audit entry.

mod certificate_rows;
mod column;
mod encoding;
mod held;
mod mapping;
mod national_rows;
mod people;
mod run;
mod sheet;
mod term;
mod unit_rows;
mod workbook;

use contract::import::{FileFault, ImportKind, ImportLine, ImportNote, ImportReport, Outcome, Remark};
use contract::{Failure, Fault};
use model::role::Action;

use crate::order::Order;
use crate::store::unit::{self, Unit};
use crate::{Actor, Conn, Tx};

pub use column::{Column, columns, template};
pub use encoding::{Decoded, Encoding, convert, decode};
pub use mapping::{Mapping, recall, remember, sources};
pub use run::{
    BATCH, Run, begin, cancel, forget_abandoned, go_on, open_imports, show_import, show_run, step, to_go_on,
};
pub(crate) use sheet::table_records as records;
pub use sheet::{FileColumn, file_columns};
pub use workbook::{SheetText, is_workbook, sheet_text};

/// Largest text that is taken, in bytes. A form with it stays below the default of `body_limit` (16 MiB).
pub const MAX_BYTES: usize = 10_000_000;
/// Most rows that are taken at a time.
pub const MAX_ROWS: usize = 100_000;

/// A file that was understood as far as it can be without the database.
pub struct Sheet(Content);

enum Content {
    Units(Vec<sheet::Row>),
    People(Vec<people::PersonRow>),
    National(Vec<national_rows::NationalRow>),
    Certificates(Vec<certificate_rows::CertificateRow>),
}

impl Sheet {
    fn into_rows(self) -> Vec<sheet::Row> {
        match self.0 {
            Content::Units(rows) => rows,
            Content::People(rows) => rows.into_iter().map(|row| row.row).collect(),
            Content::National(rows) => rows.into_iter().map(|row| row.row).collect(),
            Content::Certificates(rows) => rows.into_iter().map(|row| row.row).collect(),
        }
    }
}

/// Understands a table of text. Takes a while for many rows and asks nobody: run it where waiting does no harm.
///
/// # Errors
/// What is wrong with the table as a whole.
pub fn read(order: &Order, kind: ImportKind, text: &str, at_ms: i64) -> Result<Sheet, Vec<FileFault>> {
    read_mapped(order, kind, text, &Mapping::default(), at_ms)
}

/// As [`read`], where somebody said what columns are.
///
/// # Errors
/// What is wrong with the table as a whole.
pub fn read_mapped(
    order: &Order,
    kind: ImportKind,
    text: &str,
    mapping: &Mapping,
    at_ms: i64,
) -> Result<Sheet, Vec<FileFault>> {
    let rows = sheet::rows(kind, text, mapping)?;
    Ok(Sheet(match kind {
        ImportKind::Units => Content::Units(rows),
        ImportKind::People => Content::People(rows.into_iter().map(|row| people::read(order, row, at_ms)).collect()),
        ImportKind::National => {
            Content::National(rows.into_iter().map(|row| national_rows::read(row, at_ms)).collect())
        }
        ImportKind::Certificates => {
            Content::Certificates(rows.into_iter().map(|row| certificate_rows::read(row, at_ms)).collect())
        }
    }))
}

/// What an import would do.
///
/// # Errors
/// [`Failure::Forbidden`]; what the database says.
pub async fn check(
    conn: &mut Conn,
    actor: &Actor,
    order: &Order,
    sheet: &Sheet,
    at_ms: i64,
) -> Result<ImportReport, Failure> {
    let units = held_units(conn, actor, sheet, at_ms).await?;
    Ok(match &sheet.0 {
        Content::Units(rows) => unit_rows::plan(order, &units, rows, at_ms).1,
        Content::People(rows) => people::plan(conn, order, &units, rows, at_ms).await?.report,
        Content::National(rows) => national_rows::plan(conn, &units, rows).await?.1,
        Content::Certificates(rows) => certificate_rows::plan(conn, &units, rows).await?.1,
    })
}

/// Imports the rows that are good. While others are not, nothing is written unless `only_good` says so;
/// [`ImportReport::imported`] tells which it was.
///
/// # Errors
/// [`Failure::Forbidden`]; [`contract::Refusal::NumbersExhausted`]; what the database says.
pub async fn import(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    sheet: &Sheet,
    only_good: bool,
) -> Result<ImportReport, Failure> {
    let mut report = good_rows(tx, actor, order, sheet, only_good).await?;
    if report.imported {
        report.run = Some(run::keep(tx, actor, &report).await?);
    }
    Ok(report)
}

/// As [`import`], without keeping a report.
async fn good_rows(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    sheet: &Sheet,
    only_good: bool,
) -> Result<ImportReport, Failure> {
    let at_ms = tx.at_ms();
    if matches!(sheet.0, Content::Units(_)) {
        unit::lock_tree(tx.conn()).await?;
    }
    let units = held_units(tx.conn(), actor, sheet, at_ms).await?;
    let mut report = match &sheet.0 {
        Content::Units(rows) => {
            let (ready, report) = unit_rows::plan(order, &units, rows, at_ms);
            if report.faulty > 0 && !only_good {
                return Ok(report);
            }
            unit_rows::write(tx, actor, ready).await?;
            report
        }
        Content::People(rows) => {
            let people::Plan { add, change, mut report } = people::plan(tx.conn(), order, &units, rows, at_ms).await?;
            if report.faulty > 0 && !only_good {
                return Ok(report);
            }
            // who has a number that somebody new is given may be changed to have another
            super::change_person::change_many(tx, actor, change).await?;
            let codes = super::change_person::add_many(tx, actor, &units, add).await?;
            let added = report.all.iter_mut().filter(|row| row.outcome == Outcome::Added);
            added.zip(codes).for_each(|(row, code)| row.code = Some(code));
            report
        }
        Content::National(rows) => {
            let (said, report) = national_rows::plan(tx.conn(), &units, rows).await?;
            if report.faulty > 0 && !only_good {
                return Ok(report);
            }
            super::national::put_many(tx, actor, &said).await?;
            report
        }
        Content::Certificates(rows) => {
            let (ready, report) = certificate_rows::plan(tx.conn(), &units, rows).await?;
            if report.faulty > 0 && !only_good {
                return Ok(report);
            }
            certificate_rows::write(tx, actor, ready).await?;
            report
        }
    };
    report.imported = true;
    Ok(report)
}

/// What somebody has to be allowed besides importing at all.
fn needed(kind: ImportKind) -> Action {
    match kind {
        ImportKind::Units => Action::ChangeUnits,
        ImportKind::People => Action::ChangePeople,
        ImportKind::National => Action::CheckLists,
        ImportKind::Certificates => Action::KeepCertificates,
    }
}

/// What the actor may import, in the order in which a province is filled.
pub fn kinds(actor: &Actor) -> Vec<ImportKind> {
    let may = |action| actor.may_somewhere(action);
    ImportKind::ALL.into_iter().filter(|kind| may(Action::Import) && may(needed(*kind))).collect()
}

/// Every unit of the province, the root first, for who may import on all of them.
async fn held_units(conn: &mut Conn, actor: &Actor, sheet: &Sheet, at_ms: i64) -> Result<Vec<Unit>, Failure> {
    let root = unit::root(conn).await?.ok_or(Failure::Forbidden)?;
    actor.require(Action::Import, &root.path, at_ms)?;
    let kind = match &sheet.0 {
        Content::Units(_) => ImportKind::Units,
        Content::People(_) => ImportKind::People,
        Content::National(_) => ImportKind::National,
        Content::Certificates(_) => ImportKind::Certificates,
    };
    actor.require(needed(kind), &root.path, at_ms)?;
    let mut units = unit::subtree(conn, &root.path).await?;
    units.sort_by_key(|unit| unit.parent_id.is_some());
    Ok(units)
}

fn note(column: &str, value: &str, remark: Remark) -> ImportNote {
    const SHOWN_CHARS: usize = 80;
    ImportNote { column: Some(column.to_owned()), value: value.chars().take(SHOWN_CHARS).collect(), remark }
}

fn about_row(remark: Remark) -> ImportNote {
    ImportNote { column: None, value: String::new(), remark }
}

fn line(row: &sheet::Row, notes: Vec<ImportNote>) -> ImportLine {
    ImportLine { line: row.line, name: row.cell("name").to_owned(), notes }
}

/// The faults that a form was refused for, each with the cell's value.
fn wrong(failure: Failure, row: &sheet::Row) -> Vec<ImportNote> {
    match failure {
        Failure::Invalid { faults } => {
            let about = |field: &str, fault: Fault| note(field, row.cell(field), Remark::Wrong { fault });
            faults.into_iter().map(|fault| about(&fault.field, fault.fault)).collect()
        }
        _ => Vec::new(),
    }
}
