//! What a file of units or people holds, row by row, before or after it is imported.

use serde::{Deserialize, Serialize};

use crate::view::Doubt;
use crate::{Failure, Fault};

/// What a file's rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Units.
    #[default]
    Units,
    /// People.
    People,
    /// What the national database says of people who are held (C26).
    National,
    /// Certificates of digital signatures that there are already (R119).
    Certificates,
}

impl ImportKind {
    /// Every kind, in the order in which a province is filled.
    pub const ALL: [ImportKind; 4] =
        [ImportKind::Units, ImportKind::People, ImportKind::National, ImportKind::Certificates];

    /// Name used in forms and in file names.
    pub fn name(self) -> &'static str {
        match self {
            ImportKind::Units => "units",
            ImportKind::People => "people",
            ImportKind::National => "national",
            ImportKind::Certificates => "certificates",
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
    /// It is a spreadsheet program's own file, and not XLSX.
    Workbook,
    /// It is an XLSX file that cannot be read.
    Damaged,
    /// It has no sheet of that name.
    NoSheet {
        /// The name that was asked for.
        sheet: String,
        /// The sheets that it has.
        sheets: Vec<String>,
    },
    /// It is no text in UTF-8 or UTF-16, nor in an encoding from before Unicode that can be told.
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
    /// Is held otherwise, and becomes this.
    Changed {
        /// What is held.
        before: String,
    },
    /// Something else is held, and stays until somebody settles it.
    Differs {
        /// What is held.
        held: String,
    },
    /// The person is held in another unit, and stays there: moving somebody is a step of its own.
    OtherUnit {
        /// Its name.
        unit: String,
    },
    /// The codes of the row are those of several people.
    Several,
    /// The person's data are erased.
    Erased,
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

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is new.
    Added,
    /// It changes somebody who is held.
    Changed,
    /// It is held as it is.
    Unchanged,
    /// It is wrong.
    Refused,
    /// It was not reached yet, or the import was given up before.
    Waiting,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 5] =
        [Outcome::Added, Outcome::Changed, Outcome::Unchanged, Outcome::Refused, Outcome::Waiting];

    /// Name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Added => "added",
            Outcome::Changed => "changed",
            Outcome::Unchanged => "unchanged",
            Outcome::Refused => "refused",
            Outcome::Waiting => "waiting",
        }
    }

    /// The outcome of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// How far an import has come that is worked off in batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportView {
    /// Id.
    pub id: i64,
    /// What its rows are.
    pub kind: ImportKind,
    /// When it was begun, in Unix milliseconds.
    pub begun_at: i64,
    /// Whether whoever looks began it.
    pub own: bool,
    /// Whether nothing waits.
    pub finished: bool,
    /// Whether it was given up.
    pub cancelled: bool,
    /// Why it waits.
    pub failure: Option<Failure>,
    /// Rows to be written.
    pub total: i64,
    /// Of these, rows that are done.
    pub done: i64,
    /// New rows that were written.
    pub new: i64,
    /// Rows that changed what is held.
    pub changed: i64,
    /// Rows of what was held already.
    pub existing: i64,
    /// Rows that were wrong.
    pub faulty: i64,
}

/// A row with what becomes of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldRow {
    /// The row.
    pub line: ImportLine,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The person's personnel code, where there is one.
    pub code: Option<String>,
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
    /// Rows that change somebody who is held, or did.
    pub changed: usize,
    /// Rows of what is held already, and stays as it is.
    pub existing: usize,
    /// Rows with something wrong.
    pub faulty: usize,
    /// Rows among the new and changed ones that need a second look.
    pub doubtful: usize,
    /// The first faulty rows.
    pub faults: Vec<ImportLine>,
    /// The first rows that need a second look.
    pub doubts: Vec<ImportLine>,
    /// The first rows of what is held already.
    pub held: Vec<ImportLine>,
    /// The first rows that change somebody.
    pub changes: Vec<ImportLine>,
    /// Every row, in the order of the file.
    pub all: Vec<ToldRow>,
    /// Personnel codes left, when they are fewer than the new people.
    pub codes_left: Option<i64>,
    /// Whether the new and changed rows were written.
    pub imported: bool,
    /// Under which number the report of that is kept.
    pub run: Option<i64>,
}

impl ImportReport {
    /// Rows that are told one by one, of each sort.
    pub const SHOWN: usize = 200;

    /// Nothing seen yet.
    pub fn of(kind: ImportKind) -> Self {
        ImportReport { kind, ..ImportReport::default() }
    }

    /// Rows that would be, or were, written.
    pub fn good(&self) -> usize {
        self.new + self.changed
    }

    /// Counts a faulty row.
    pub fn fault(&mut self, line: ImportLine) {
        self.faulty += 1;
        keep(&mut self.faults, &line);
        self.tell(line, Outcome::Refused, None);
    }

    /// Counts a row of what is held already.
    pub fn exists(&mut self, line: ImportLine, code: Option<String>) {
        self.existing += 1;
        keep(&mut self.held, &line);
        self.tell(line, Outcome::Unchanged, code);
    }

    /// Counts a row that can be imported; remarks about it make it one to look at again.
    pub fn add(&mut self, line: ImportLine) {
        self.new += 1;
        self.doubt(&line);
        self.tell(line, Outcome::Added, None);
    }

    /// Counts a row that changes somebody. Remarks beside the changes make it one to look at again.
    pub fn change(&mut self, line: ImportLine, code: Option<String>) {
        self.changed += 1;
        keep(&mut self.changes, &line);
        let rest = line.notes.iter().filter(|note| !matches!(note.remark, Remark::Changed { .. })).cloned().collect();
        self.doubt(&ImportLine { notes: rest, ..line.clone() });
        self.tell(line, Outcome::Changed, code);
    }

    fn doubt(&mut self, line: &ImportLine) {
        if !line.notes.is_empty() {
            self.doubtful += 1;
            keep(&mut self.doubts, line);
        }
    }

    fn tell(&mut self, line: ImportLine, outcome: Outcome, code: Option<String>) {
        self.rows += 1;
        self.all.push(ToldRow { line, outcome, code });
    }
}

fn keep(lines: &mut Vec<ImportLine>, line: &ImportLine) {
    if lines.len() < ImportReport::SHOWN {
        lines.push(line.clone());
    }
}
