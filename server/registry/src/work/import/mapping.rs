//! Which column of a file is which field, where its headings do not say so; remembered under the name of its source.

use std::collections::BTreeMap;

use contract::import::ImportKind;
use contract::{Failure, Fault};
use model::role::Action;
use model::text::{clean, fold};

use super::column::columns;
use crate::store::{Record, import as store, unit};
use crate::{Actor, Conn, Tx};

const SOURCE_CHARS: usize = 80;

/// What columns are, by their folded headings. A heading that is left out stands with nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<String, String>);

impl Mapping {
    /// Headings with the names of fields; no name where a column is left out.
    pub fn of<I: Into<String>, K: Into<String>>(pairs: impl IntoIterator<Item = (I, K)>) -> Self {
        Mapping(pairs.into_iter().map(|(id, key)| (id.into(), key.into())).collect())
    }

    pub(super) fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    pub(super) fn knows(&self, heading: &str) -> bool {
        self.0.get(&fold(heading)).is_some_and(|key| !key.is_empty())
    }

    /// Nothing is said about any column.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The sources whose columns are remembered.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn sources(conn: &mut Conn, actor: &Actor, kind: ImportKind) -> Result<Vec<String>, Failure> {
    if !actor.may_somewhere(Action::Import) {
        return Err(Failure::Forbidden);
    }
    Ok(store::mappings(conn, kind.name()).await?.into_iter().map(|(source, _)| source).collect())
}

/// What is remembered of a source; nothing of an unknown one.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn recall(conn: &mut Conn, actor: &Actor, kind: ImportKind, source: &str) -> Result<Mapping, Failure> {
    if !actor.may_somewhere(Action::Import) {
        return Err(Failure::Forbidden);
    }
    let text = store::mapping(conn, kind.name(), &fold(source)).await?;
    // a field that this program does not know any more is as good as not said
    let mut columns_of: BTreeMap<String, String> =
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    columns_of.retain(|_, key| key.is_empty() || columns(kind).iter().any(|column| column.key == key));
    Ok(Mapping(columns_of))
}

/// Remembers what the columns of a source are, in the place of what was remembered before.
///
/// # Errors
/// [`Failure::Forbidden`]; a fault beside `source`.
pub async fn remember(
    tx: &mut Tx,
    actor: &Actor,
    kind: ImportKind,
    source: &str,
    mapping: &Mapping,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let root = unit::root(tx.conn()).await?.ok_or(Failure::Forbidden)?;
    actor.require(Action::Import, &root.path, at_ms)?;
    let source = clean(source);
    if fold(&source).is_empty() {
        return Err(Failure::field("source", Fault::Missing));
    }
    if source.chars().count() > SOURCE_CHARS {
        return Err(Failure::field("source", Fault::TooLong { max: SOURCE_CHARS }));
    }
    let text = serde_json::to_string(&mapping.0).map_err(|_| Failure::Internal)?;
    let folded = fold(&source);
    if store::mapping(tx.conn(), kind.name(), &folded).await?.as_ref() == Some(&text) {
        return Ok(());
    }
    let id = store::put_mapping(tx.conn(), (kind.name(), &folded), &source, &text, &actor.reference, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "import.remember",
        object: format!("import_mapping:{id}"),
        facts: serde_json::json!({ "kind": kind.name(), "name": source, "fields": mapping.0.values().collect::<Vec<_>>() }),
        personal: None,
    });
    Ok(())
}
