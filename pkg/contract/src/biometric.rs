//! What the screens show of entry systems that are given people's data, of consent, and of what was taken (R113). Instants are Unix
//! milliseconds, dates are ISO 8601 text.

use model::biometric::{ConsentAnswer, ExportField};
use model::lifecycle::EntrySystem;

/// A system among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemRow {
    /// Id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// The unit that uses it.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// State.
    pub state: EntrySystem,
    /// People whose yes stands.
    pub consents: i64,
    /// When something was last taken for it.
    pub last_export: Option<i64>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// What people are told before they answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemTerms {
    /// What the data are for.
    pub purpose: String,
    /// Who runs it.
    pub operator: String,
    /// Whom to ask about it.
    pub contact: String,
    /// What is handed over.
    pub fields: Vec<ExportField>,
}

/// Somebody's last answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentLine {
    /// The person.
    pub person_id: i64,
    /// Their name.
    pub name: String,
    /// Personnel code.
    pub code: Option<String>,
    /// Their unit.
    pub unit: String,
    /// The answer.
    pub answer: ConsentAnswer,
    /// When it was given, or entered.
    pub at: i64,
    /// The day on a signed paper.
    pub signed_on: Option<String>,
    /// The scan of that paper.
    pub file_id: Option<i64>,
}

/// A file that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLine {
    /// Id.
    pub id: i64,
    /// When.
    pub at: i64,
    /// By whom, by name.
    pub by: Option<String>,
    /// People in it.
    pub people: i64,
    /// People who are to be deleted there.
    pub withdrawn: i64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// A system's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemDetail {
    /// The system.
    pub system: SystemRow,
    /// What people are told.
    pub terms: SystemTerms,
    /// Who asked, by name.
    pub asked_by: Option<String>,
    /// When.
    pub asked_at: i64,
    /// Who decided, by name.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<i64>,
    /// Why it was refused, or what was said.
    pub answer: Option<String>,
    /// Everybody's last answer, a page of them.
    pub consents: Vec<ConsentLine>,
    /// How many have answered.
    pub answered: i64,
    /// What was taken, newest first.
    pub exports: Vec<ExportLine>,
    /// People of whom the next file says that they are to be deleted there.
    pub to_delete: i64,
    /// Whether the viewer may decide about it.
    pub may_decide: bool,
    /// Whether the viewer asked for it, and so does not decide.
    pub own: bool,
    /// Whether the viewer may enter what people answered on paper, and end it.
    pub may_keep: bool,
    /// Whether the viewer may take a file.
    pub may_export: bool,
}

/// A system that concerns oneself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MySystem {
    /// Id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// The unit that uses it.
    pub unit: String,
    /// Whether it is still in use.
    pub open: bool,
    /// What one is told.
    pub terms: SystemTerms,
    /// One's last answer, and when.
    pub answer: Option<(ConsentAnswer, i64)>,
    /// When one's data went there, newest first.
    pub sent: Vec<i64>,
    /// When the system was last told to delete them.
    pub deletion_told: Option<i64>,
}
