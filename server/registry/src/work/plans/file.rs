//! A plan's lines out of a file: XLSX or CSV, a line a row, as the portal writes them or as somebody types them in a spreadsheet (R123).

use contract::Failure;
use contract::import::FileFault;
use model::certificate::plan::{Plan, Position, Row, RowFault, UnitGroup};
use model::certificate::{Operation, SubscriberKind};
use model::text::fold;

use super::edit::{MOST_ROWS, draft, put_lines};
use crate::work::import::{decode, is_workbook, records, sheet_text};
use crate::{Actor, Tx};

/// A column of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The year.
    Year,
    /// The operation.
    Operation,
    /// The kind of subscriber.
    Kind,
    /// The group of units.
    Group,
    /// The position.
    Position,
    /// How many.
    Quantity,
}

impl Column {
    /// Every one, in the order in which they are written.
    pub const ALL: [Column; 6] =
        [Column::Year, Column::Operation, Column::Kind, Column::Group, Column::Position, Column::Quantity];

    /// Name that is understood in every language.
    pub fn name(self) -> &'static str {
        match self {
            Column::Year => "year",
            Column::Operation => "operation",
            Column::Kind => "kind",
            Column::Group => "group",
            Column::Position => "position",
            Column::Quantity => "quantity",
        }
    }
}

/// What the things of a plan are called in one language.
#[derive(Clone, Copy)]
pub struct Names {
    /// Headings.
    pub column: fn(Column) -> &'static str,
    /// Operations.
    pub operation: fn(Operation) -> &'static str,
    /// Kinds of subscriber.
    pub kind: fn(SubscriberKind) -> &'static str,
    /// Groups of units.
    pub group: fn(UnitGroup) -> &'static str,
    /// Positions.
    pub position: fn(Position) -> &'static str,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no table.
    File(FileFault),
    /// A column is missing.
    NoColumn(Column),
    /// A cell is not understood.
    Cell {
        /// Line of the file, counted from 1.
        line: usize,
        /// Its column.
        column: Column,
        /// What stands there.
        value: String,
    },
    /// An organisation's certificate is the unit's, and only it is.
    Position {
        /// Line of the file.
        line: usize,
    },
    /// The same line stands there already.
    Twice {
        /// Line of the file.
        line: usize,
    },
    /// More lines than a plan has.
    TooMany,
}

/// Rows above the headings that are looked at.
const ABOVE: usize = 20;
/// Faults that are told.
const TOLD: usize = 20;
/// Certificates in a line, at most.
const MOST: u64 = super::begin::MOST;

/// Understands a file. Asks nobody: run it where waiting does no harm.
///
/// # Errors
/// Everything that is wrong with it, the first twenty.
pub fn read(bytes: &[u8], names: &[Names]) -> Result<Vec<Row>, Vec<Wrong>> {
    let of_file = |fault| vec![Wrong::File(fault)];
    let text = match is_workbook(bytes) {
        true => sheet_text(bytes, "").map_err(of_file)?.text,
        false => decode(bytes, None).map_err(of_file)?.text,
    };
    let records = records(&text).map_err(of_file)?;
    if records.is_empty() {
        return Err(of_file(FileFault::Empty));
    }
    let places = |record: &csv::StringRecord| -> Vec<Option<usize>> {
        let is = |column: Column, cell: &str| {
            let cell = fold(cell);
            cell == fold(column.name()) || names.iter().any(|of| fold((of.column)(column)) == cell)
        };
        Column::ALL.iter().map(|column| record.iter().position(|cell| is(*column, cell))).collect()
    };
    let found = |record: &csv::StringRecord| places(record).iter().flatten().count();
    let head = (0..records.len().min(ABOVE)).max_by_key(|at| (found(&records[*at].1), usize::MAX - at));
    let head = head.unwrap_or_default();
    let places = places(&records[head].1);
    let missing: Vec<Wrong> = Column::ALL
        .iter()
        .zip(&places)
        .filter(|(_, place)| place.is_none())
        .map(|(column, _)| Wrong::NoColumn(*column))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (mut rows, mut lines, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for (line, record) in records.iter().skip(head + 1) {
        let cell = |column: Column| {
            let place = Column::ALL.iter().position(|of| *of == column).and_then(|at| places[at]);
            place.and_then(|at| record.get(at)).map(model::text::clean).unwrap_or_default()
        };
        match row(&cell, names) {
            Ok(Some(row)) => {
                rows.push(row);
                lines.push(*line);
            }
            Ok(None) => {}
            Err(column) => wrong.push(Wrong::Cell { line: *line, column, value: shown(&cell(column)) }),
        }
    }
    if rows.len() > MOST_ROWS {
        wrong = vec![Wrong::TooMany];
    } else if wrong.is_empty() {
        if rows.is_empty() {
            wrong.push(Wrong::File(FileFault::NoRows));
        }
        if let Err((at, why)) = Plan::new(rows.clone()) {
            let line = lines.get(at).copied().unwrap_or_default();
            wrong.push(match why {
                RowFault::Position => Wrong::Position { line },
                RowFault::Twice => Wrong::Twice { line },
                RowFault::TooMany => Wrong::TooMany,
            });
        }
    }
    wrong.truncate(TOLD);
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

/// A long cell is told by its beginning.
fn shown(value: &str) -> String {
    const SHOWN: usize = 40;
    match value.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

/// A row; none where nothing is planned in it, as in a row of sums; else the column that is not understood.
fn row(cell: &impl Fn(Column) -> String, names: &[Names]) -> Result<Option<Row>, Column> {
    let quantity = cell(Column::Quantity);
    let empty = |column: &Column| cell(*column).is_empty();
    if quantity.is_empty() || quantity == "-" || quantity == "–" || [Column::Year, Column::Kind].iter().all(empty) {
        return Ok(None);
    }
    let year = cell(Column::Year);
    let year = year.trim_end_matches(".0").parse().map_err(|_| Column::Year)?;
    let quantity = quantity.strip_suffix(".0").unwrap_or(&quantity).to_owned();
    let quantity = model::amount::Amount::parse(&quantity).map_err(|_| Column::Quantity)?.dong();
    if quantity > MOST {
        return Err(Column::Quantity);
    }
    Ok(Some(Row {
        year,
        operation: meant(&cell(Column::Operation), Operation::ALL, Operation::name, |of| of.operation, names)
            .ok_or(Column::Operation)?,
        kind: meant(&cell(Column::Kind), SubscriberKind::ALL, SubscriberKind::name, |of| of.kind, names)
            .ok_or(Column::Kind)?,
        group: meant(&cell(Column::Group), UnitGroup::ALL, UnitGroup::name, |of| of.group, names)
            .ok_or(Column::Group)?,
        position: meant(&cell(Column::Position), Position::ALL, Position::name, |of| of.position, names)
            .ok_or(Column::Position)?,
        quantity,
    }))
}

/// The one that a cell names, by its own name or by what it is called in any language.
fn meant<T: Copy>(
    cell: &str,
    all: &[T],
    name: fn(T) -> &'static str,
    called: fn(&Names) -> fn(T) -> &'static str,
    names: &[Names],
) -> Option<T> {
    let cell = fold(cell);
    let is = |of: T| fold(name(of)) == cell || names.iter().any(|names| fold(called(names)(of)) == cell);
    all.iter().copied().find(|of| is(*of))
}

/// Puts the lines of a file in the place of a plan's.
///
/// # Errors
/// As [`super::edit::write_lines`]; [`contract::Fault::File`] beside `file` with the first line whose year is not the plan's.
pub async fn load_lines(tx: &mut Tx, actor: &Actor, plan: (i64, i64), rows: &[Row]) -> Result<(), Failure> {
    let found = draft(tx, actor, plan).await?;
    let (first, last) = found.years;
    if rows.iter().any(|row| !(first..=last).contains(&row.year)) {
        return Err(Failure::field("file", contract::Fault::Date));
    }
    put_lines(tx, actor, &found, rows).await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "year,operation,kind,group,position,quantity\n";

    #[test]
    fn titles_above_and_sums_below_are_no_lines() {
        let text = format!(
            "Kế hoạch,,,,,\n{HEAD}2017,new,organisation,associations,unit,16\n,,,,,16\n2018,renew,person,all,any,1.113\n"
        );
        let rows = read(text.as_bytes(), &[]).unwrap();
        assert_eq!(rows.iter().map(|row| (row.year, row.quantity)).collect::<Vec<_>>(), [(2017, 16), (2018, 1113)]);
    }

    #[test]
    fn what_is_wrong_is_told_by_line_and_column() {
        let wrong = |rows: &str| read(format!("{HEAD}{rows}").as_bytes(), &[]).unwrap_err();
        let cell = |line, column, value: &str| vec![Wrong::Cell { line, column, value: value.to_owned() }];
        assert_eq!(wrong("2017,new,nobody,all,any,1\n"), cell(2, Column::Kind, "nobody"));
        assert_eq!(wrong("x,new,person,all,any,1\n"), cell(2, Column::Year, "x"));
        assert_eq!(wrong("2017,new,person,all,any,-5\n"), cell(2, Column::Quantity, "-5"));
        assert_eq!(wrong("2017,new,person,all,any,99999999\n"), cell(2, Column::Quantity, "99999999"));
        assert_eq!(wrong("2017,new,person,all,unit,1\n"), [Wrong::Position { line: 2 }]);
        assert_eq!(wrong("2017,new,person,all,any,1\n2017,new,person,all,any,2\n"), [Wrong::Twice { line: 3 }]);
        assert_eq!(wrong(""), [Wrong::File(FileFault::NoRows)]);
        assert_eq!(read(b"", &[]), Err(vec![Wrong::File(FileFault::Empty)]));
        let missing = read(b"year,operation,kind,group,quantity\n2017,new,person,all,1\n", &[]).unwrap_err();
        assert_eq!(missing, [Wrong::NoColumn(Column::Position)]);
        let many: String = (0..=MOST_ROWS).map(|nth| format!("{},new,person,all,any,1\n", 2000 + nth)).collect();
        assert_eq!(wrong(&many), [Wrong::TooMany]);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[a-z0-9,;\n\"]{0,80}") {
            let _ = read(&bytes, &[]);
            let _ = read(format!("{HEAD}{text}").as_bytes(), &[]);
            let _ = read(&[b"PK\x03\x04".as_slice(), &bytes].concat(), &[]);
        }
    }
}
