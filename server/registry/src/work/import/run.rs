//! What became of each row of an import, kept for its report: without names and values, so that nothing is to be erased.

use contract::Failure;
use contract::import::{ImportKind, ImportLine, ImportNote, ImportReport, Outcome, Remark, ToldRow};
use model::role::Action;
use serde::{Deserialize, Serialize};

use crate::store::import as store;
use crate::{Actor, Conn, Tx};

/// A row as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    line: usize,
    outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<(Option<String>, Remark)>,
}

/// An import that was.
pub struct Run {
    /// What its rows were.
    pub kind: ImportKind,
    /// The rows, without names and values.
    pub rows: Vec<ToldRow>,
    /// When it was.
    pub at: i64,
}

/// Keeps the rows of a report; the run's id.
pub(super) async fn keep(tx: &mut Tx, actor: &Actor, report: &ImportReport) -> Result<i64, Failure> {
    let rows: Vec<Kept> = report.all.iter().map(kept).collect();
    let text = serde_json::to_string(&rows).map_err(|_| Failure::Internal)?;
    let at_ms = tx.at_ms();
    Ok(store::put_run(tx.conn(), report.kind.name(), &text, &actor.reference, at_ms).await?)
}

fn kept(row: &ToldRow) -> Kept {
    // what was held before is as personal as what is held now
    let bare = |remark: &Remark| match remark {
        Remark::Changed { .. } => Remark::Changed { before: String::new() },
        Remark::Differs { .. } => Remark::Differs { held: String::new() },
        other => other.clone(),
    };
    let notes = row.line.notes.iter().map(|note| (note.column.clone(), bare(&note.remark))).collect();
    Kept { line: row.line.line, outcome: row.outcome, code: row.code.clone(), notes }
}

/// The report of an import, for who may import.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn show_run(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Run, Failure> {
    if !actor.may_somewhere(Action::Import) {
        return Err(Failure::Forbidden);
    }
    let (kind, text, at) = store::run(conn, id).await?.ok_or(Failure::NotFound)?;
    let rows: Vec<Kept> = serde_json::from_str(&text).map_err(|_| Failure::Internal)?;
    let told = |row: Kept| ToldRow {
        line: ImportLine {
            line: row.line,
            name: String::new(),
            notes: row
                .notes
                .into_iter()
                .map(|(column, remark)| ImportNote { column, value: String::new(), remark })
                .collect(),
        },
        outcome: row.outcome,
        code: row.code,
    };
    Ok(Run { kind: ImportKind::from_name(&kind).unwrap_or_default(), rows: rows.into_iter().map(told).collect(), at })
}
