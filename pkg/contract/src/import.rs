//! What a file of units or people holds, row by row, before or after it is imported.

use serde::{Deserialize, Serialize};

use crate::Fault;
use crate::view::Doubt;

/// What a file's rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Units.
    #[default]
    Units,
    /// People.
    People,
}

impl ImportKind {
    /// Every kind, in the order in which a province is filled.
    pub const ALL: [ImportKind; 2] = [ImportKind::Units, ImportKind::People];

    /// Name used in forms and in file names.
    pub fn name(self) -> &'static str {
        match self {
            ImportKind::Units => "units",
            ImportKind::People => "people",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Why a file cannot be read as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "file_fault", rename_all = "snake_case")]
pub enum FileFault {
    /// There is nothing in it.
    Empty,
    /// It has headings and nothing below them.
    NoRows,
    /// It is larger than what is taken.
    TooLarge,
    /// It has more rows than are taken.
    TooManyRows,
    /// It is a spreadsheet program's own file.
    Workbook,
    /// It is no text in UTF-8 or UTF-16.
    NotUnicode,
    /// A quotation mark opens a cell and none closes it.
    Quote {
        /// Line of the row, counted from 1.
        line: usize,
    },
    /// A column's heading is none of the known ones.
    UnknownHeading {
        /// As it stands in the file; for a column without a heading its letter.
        heading: String,
    },
    /// Two columns have the same meaning.
    RepeatedHeading {
        /// As the second stands in the file.
        heading: String,
    },
    /// A column that is needed is not there.
    MissingHeading {
        /// Name of the form's field.
        column: String,
    },
}

/// What is said about a cell, or about a whole row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "remark", rename_all = "snake_case")]
pub enum Remark {
    /// The cell is wrong.
    Wrong {
        /// What is wrong with it.
        fault: Fault,
    },
    /// The unit above stands further down in the file.
    ParentBelow {
        /// Where.
        line: usize,
    },
    /// The unit above stands in a row that is wrong itself.
    ParentWrong {
        /// Where.
        line: usize,
    },
    /// The unit is closed.
    UnitClosed,
    /// The same stands further up in the file.
    Repeated {
        /// Where.
        line: usize,
    },
    /// More cells than headings.
    TooManyCells,
    /// Is held already, and left as it is.
    Exists,
    /// Eleven digits: the leading zero was put back.
    ZeroRestored,
    /// Is taken, and waits to be compared or completed.
    Doubtful {
        /// What is doubtful.
        doubt: Doubt,
    },
}

/// A remark beside what it is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// Name of the form's field; `None` for the whole row.
    pub column: Option<String>,
    /// What stands in the cell.
    pub value: String,
    /// What is said about it.
    pub remark: Remark,
}

/// A row that something is said about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    /// Line in the file, counted from 1.
    pub line: usize,
    /// Name of the unit or person, as it stands there.
    pub name: String,
    /// What is said.
    pub notes: Vec<ImportNote>,
}

/// What a file holds.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// What its rows are.
    pub kind: ImportKind,
    /// Rows, the headings and empty lines not counted.
    pub rows: usize,
    /// Rows that can be imported, or were.
    pub new: usize,
    /// Rows of what is held already.
    pub existing: usize,
    /// Rows with something wrong.
    pub faulty: usize,
    /// Rows among the new ones that need a second look.
    pub doubtful: usize,
    /// The first faulty rows.
    pub faults: Vec<ImportLine>,
    /// The first rows that need a second look.
    pub doubts: Vec<ImportLine>,
    /// The first rows of what is held already.
    pub held: Vec<ImportLine>,
    /// Personnel codes left, when they are fewer than the new people.
    pub codes_left: Option<i64>,
    /// Whether the new rows were written.
    pub imported: bool,
}

impl ImportReport {
    /// Rows that are told one by one, of each sort.
    pub const SHOWN: usize = 200;

    /// Nothing seen yet.
    pub fn of(kind: ImportKind) -> Self {
        ImportReport { kind, ..ImportReport::default() }
    }

    /// Counts a faulty row.
    pub fn fault(&mut self, line: ImportLine) {
        self.rows += 1;
        self.faulty += 1;
        keep(&mut self.faults, line);
    }

    /// Counts a row of what is held already.
    pub fn exists(&mut self, line: ImportLine) {
        self.rows += 1;
        self.existing += 1;
        keep(&mut self.held, line);
    }

    /// Counts a row that can be imported; remarks about it make it one to look at again.
    pub fn good(&mut self, line: ImportLine) {
        self.rows += 1;
        self.new += 1;
        if !line.notes.is_empty() {
            self.doubtful += 1;
            keep(&mut self.doubts, line);
        }
    }
}

fn keep(lines: &mut Vec<ImportLine>, line: ImportLine) {
    if lines.len() < ImportReport::SHOWN {
        lines.push(line);
    }
}
