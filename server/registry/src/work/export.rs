//! Whole lists for other programs, as they are filtered on the page, part by part; and who took them.

use std::collections::HashMap;

use contract::Failure;
use model::citizen::CitizenId;
use model::role::Action;
use serde_json::Value;

use super::list_people::{PeopleQuery, filter, search, search_text};
use super::show_unit::find_units;
use crate::store::person::{self, Exported};
use crate::store::unit::{self, Unit};
use crate::store::{Record, person::Filter};
use crate::{Actor, Conn, Tx};

/// Rows that are read at a time.
pub const PART: i64 = 2_000;
/// More than there can be people, cards or units.
const ALL: i64 = 100_000_000;

/// People on their way into a file.
pub struct People<'a> {
    actor: &'a Actor,
    filter: Filter,
    rest: Rest,
}

enum Rest {
    /// Everybody in order, after this one.
    After(Option<(Vec<u8>, i64)>),
    /// Who was found, and how many of them are taken.
    Found(Vec<i64>, usize),
}

/// Begins with the people whom the actor may see and the query asks for; all of them, whatever its page.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`] for a unit that may not be seen.
pub async fn people<'a>(conn: &mut Conn, actor: &'a Actor, query: &PeopleQuery) -> Result<People<'a>, Failure> {
    if !actor.may_somewhere(Action::SeePeople) {
        return Err(Failure::Forbidden);
    }
    let filter = filter(conn, actor, query).await?;
    let text = search_text(&query.text);
    let rest = if text.is_empty() {
        Rest::After(None)
    } else {
        Rest::Found(search(conn, &text, &filter, (false, ALL)).await?.0, 0)
    };
    Ok(People { actor, filter, rest })
}

impl People<'_> {
    /// The next of them; none at the end. The citizen number is whole for who may change the person, masked for others.
    ///
    /// # Errors
    /// As the database says.
    pub async fn next(&mut self, conn: &mut Conn) -> Result<Vec<Exported>, Failure> {
        let mut rows = match &mut self.rest {
            Rest::After(last) => {
                let after = last.as_ref().map(|(key, id)| (key.as_slice(), *id));
                let rows = person::exported_after(conn, &self.filter, after, PART).await?;
                *last = rows.last().map(|row| (row.sort_key.clone(), row.id));
                rows
            }
            Rest::Found(ids, taken) => {
                let end = ids.len().min(*taken + PART as usize);
                let rows = person::exported(conn, &ids[*taken..end]).await?;
                *taken = end;
                rows
            }
        };
        for row in &mut rows {
            if !self.actor.may(Action::ChangePeople, &row.path) {
                row.citizen_id = row.citizen_id.take().and_then(|id| CitizenId::parse(&id).ok()).map(|id| id.masked());
            }
        }
        Ok(rows)
    }
}

/// A unit as a list for other programs has it.
pub struct UnitRecord {
    /// The unit.
    pub unit: Unit,
    /// Code of the unit above, as issued.
    pub parent_code: Option<String>,
    /// Name of the unit above.
    pub parent: Option<String>,
    /// Authorised posts of its own.
    pub posts: i64,
    /// People of its own.
    pub people: i64,
}

/// The units of that name or code, else those at and below one unit, else all that the actor may see; each below its parent.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`] for a unit that may not be seen.
pub async fn units(conn: &mut Conn, actor: &Actor, text: &str, below: Option<i64>) -> Result<Vec<UnitRecord>, Failure> {
    if !actor.may_somewhere(Action::SeeUnits) {
        return Err(Failure::Forbidden);
    }
    let mut paths = actor.paths(Action::SeeUnits);
    if let Some(id) = below {
        let unit = unit::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
        if !actor.may(Action::SeeUnits, &unit.path) {
            return Err(Failure::NotFound);
        }
        paths = vec![unit.path];
    }
    let (mut found, mut posts, mut people) = (Vec::new(), HashMap::new(), HashMap::new());
    for path in &paths {
        found.extend(unit::subtree(conn, path).await?);
        for (at, _, number) in unit::posts_within(conn, path).await? {
            *posts.entry(at).or_insert(0) += number;
        }
        for (at, _, number) in unit::people_within(conn, path).await? {
            *people.entry(at).or_insert(0) += number;
        }
    }
    let mut above: HashMap<i64, (String, Option<String>)> =
        found.iter().map(|unit| (unit.id, (unit.name.clone(), unit.code_issued.clone()))).collect();
    if !text.trim().is_empty() {
        let hits: Vec<i64> = find_units(conn, actor, text, ALL as usize).await?.into_iter().map(|hit| hit.id).collect();
        found.retain(|unit| hits.contains(&unit.id));
    }
    let mut records = Vec::with_capacity(found.len());
    for unit in found {
        if let Some(parent) = unit.parent_id
            && !above.contains_key(&parent)
            && let Some(parent) = unit::by_id(conn, parent).await?
        {
            above.insert(parent.id, (parent.name, parent.code_issued));
        }
        let parent = unit.parent_id.and_then(|id| above.get(&id)).cloned();
        records.push(UnitRecord {
            parent: parent.as_ref().map(|(name, _)| name.clone()),
            parent_code: parent.and_then(|(_, code)| code),
            posts: posts.get(&unit.path).copied().unwrap_or(0),
            people: people.get(&unit.path).copied().unwrap_or(0),
            unit,
        });
    }
    Ok(records)
}

/// What was taken, for the audit log.
pub struct Taken {
    /// `export.people`.
    pub action: &'static str,
    /// Which list: `people`, `dossier:7`.
    pub object: String,
    /// The file's format by name.
    pub format: &'static str,
    /// The filter, without personal data.
    pub filter: Value,
    /// What was searched for: it may be a name, so it stands where it can be erased.
    pub text: String,
    /// Rows.
    pub rows: u64,
}

/// Records that a list was taken.
///
/// # Errors
/// None of its own.
pub fn note(tx: &mut Tx, actor: &Actor, taken: Taken) -> Result<(), Failure> {
    let Taken { action, object, format, filter, text, rows } = taken;
    tx.record(Record {
        actor: &actor.reference,
        action,
        object,
        facts: serde_json::json!({ "format": format, "filter": filter, "rows": rows }),
        personal: (!text.trim().is_empty()).then(|| (None, serde_json::json!({ "text": search_text(&text) }))),
    });
    Ok(())
}
