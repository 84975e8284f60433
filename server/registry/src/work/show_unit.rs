//! A unit's page: where it stands, what is below it, posts against people, and its past.

use std::collections::HashMap;

use contract::view::{PostLine, UnitDetail, UnitHit, UnitPeriod, UnitRow, UnitStep};
use contract::{Failure, Fault};
use model::role::Action;
use model::text::{clean, fold, fold_tokens};
use model::unit::{PostKind, UnitClass};
use model::unit_code::UnitCode;

use super::list_people::search_text;
use crate::store::unit::{self, Unit};
use crate::store::{StoreError, equipment, person};
use crate::{Actor, Conn};

/// The unit of that id.
///
/// # Errors
/// [`Failure::NotFound`], also for a unit that may not be seen: its existence is nobody's business.
pub async fn show_unit(conn: &mut Conn, actor: &Actor, id: i64) -> Result<UnitDetail, Failure> {
    let unit = unit::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeUnits, &unit.path) {
        return Err(Failure::NotFound);
    }
    let posts = unit::posts_within(conn, &unit.path).await?;
    let people = unit::people_within(conn, &unit.path).await?;
    let (posts_below, people_below) = (by_child(&posts, &unit.path), by_child(&people, &unit.path));
    let counts: HashMap<i64, i64> = unit::child_counts(conn, id).await?.into_iter().collect();
    let below = unit::children(conn, id).await?;
    let row = |unit: &Unit, posts: i64, people: i64| UnitRow {
        id: unit.id,
        class: UnitClass::from_name(&unit.class).unwrap_or(UnitClass::AttachedUnit),
        name: unit.name.clone(),
        code: unit.code.clone(),
        code_issued: unit.code_issued.clone(),
        children: counts.get(&unit.id).copied().unwrap_or(0),
        posts,
        people,
        closed_on: unit.closed_on.clone(),
    };
    let child = |unit: &Unit| {
        let number = |below: &HashMap<i64, i64>| below.get(&unit.id).copied().unwrap_or(0);
        row(unit, number(&posts_below), number(&people_below))
    };
    let lines = PostKind::ALL
        .into_iter()
        .map(|kind| PostLine {
            kind,
            own_posts: posts
                .iter()
                .filter(|(path, name, _)| *path == unit.path && name == kind.name())
                .map(|(_, _, number)| number)
                .sum(),
            posts: sum(&posts, &unit.path, Some(kind)),
            people: sum(&people, &unit.path, Some(kind)),
        })
        .collect();
    let mut way = way_to(conn, actor, &unit.path).await?;
    way.pop();
    let parent = match unit.parent_id {
        Some(parent) => unit::by_id(conn, parent).await?,
        None => None,
    };
    let history = history(conn, id).await?;
    let may_change = actor.may(Action::ChangeUnits, &unit.path) && unit.closed_on.is_none();
    let open_below = below.iter().any(|child| child.closed_on.is_none());
    let devices = equipment::count_in(conn, id).await?;
    let used = open_below || devices > 0 || person::count_in(conn, id).await? > 0;
    let may_close = may_change && parent.is_some() && !used;
    Ok(UnitDetail {
        parent_code: parent.as_ref().and_then(|parent| parent.code_issued.clone()),
        parent: parent.map(|parent| UnitStep { id: parent.id, name: parent.name }),
        way,
        children: below.iter().map(child).collect(),
        posts: lines,
        history,
        code_decision: unit.code_decision.clone(),
        version: unit.version,
        may_change,
        may_close,
        devices,
        may_see_people: actor.may(Action::SeePeople, &unit.path),
        may_add_people: actor.may(Action::ChangePeople, &unit.path) && unit.closed_on.is_none(),
        unit: row(&unit, sum(&posts, &unit.path, None), sum(&people, &unit.path, None)),
    })
}

/// The numbers of each unit directly below `path`, with everything below it.
fn by_child(counts: &[(String, String, i64)], path: &str) -> HashMap<i64, i64> {
    let mut sums = HashMap::new();
    for (at, _, number) in counts {
        let child = at.strip_prefix(path).and_then(|rest| rest.split('/').next()).and_then(|id| id.parse::<i64>().ok());
        if let Some(child) = child {
            *sums.entry(child).or_default() += number;
        }
    }
    sums
}

fn sum(counts: &[(String, String, i64)], path: &str, kind: Option<PostKind>) -> i64 {
    counts
        .iter()
        .filter(|(at, name, _)| at.starts_with(path) && kind.is_none_or(|kind| name == kind.name()))
        .map(|(_, _, number)| number)
        .sum()
}

/// The units from the root to the one with that path, itself last; only those that the actor may see.
pub(super) async fn way_to(conn: &mut Conn, actor: &Actor, path: &str) -> Result<Vec<UnitStep>, Failure> {
    let mut way = Vec::new();
    for id in path.split('/').filter_map(|id| id.parse().ok()) {
        if let Some(unit) = unit::by_id(conn, id).await?
            && actor.may(Action::SeeUnits, &unit.path)
        {
            way.push(UnitStep { id, name: unit.name });
        }
    }
    Ok(way)
}

async fn history(conn: &mut Conn, id: i64) -> Result<Vec<UnitPeriod>, Failure> {
    let mut periods = Vec::new();
    for version in unit::versions(conn, id).await? {
        let parent = match version.parent_id {
            Some(parent) => unit::by_id(conn, parent).await?.map(|unit| unit.name),
            None => None,
        };
        periods.push(UnitPeriod {
            from: version.valid_from,
            to: version.valid_to,
            name: version.name,
            class: UnitClass::from_name(&version.class).unwrap_or(UnitClass::AttachedUnit),
            parent,
            code_issued: version.code_issued,
            decision: version.decision,
        });
    }
    Ok(periods)
}

/// The highest units that the actor may see: where a visit of the tree begins.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn entrances(conn: &mut Conn, actor: &Actor) -> Result<Vec<UnitStep>, Failure> {
    if !actor.may_somewhere(Action::SeeUnits) {
        return Err(Failure::Forbidden);
    }
    let mut entrances = Vec::new();
    for path in actor.paths(Action::SeeUnits) {
        if let Some(last) = way_to(conn, actor, &path).await?.pop() {
            entrances.push(last);
        }
    }
    Ok(entrances)
}

/// Units whose name holds every word, with or without tones, or whose code in either notation it is: at most `limit`,
/// as far as the actor may see them.
///
/// # Errors
/// As the database says.
pub async fn find_units(conn: &mut Conn, actor: &Actor, typed: &str, limit: usize) -> Result<Vec<UnitHit>, Failure> {
    let text = search_text(typed);
    let tokens = fold_tokens(&text);
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let code = UnitCode::from_any(&text).ok();
    let code = code.as_ref().map(UnitCode::as_str);
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for path in actor.paths(Action::SeeUnits) {
        found.extend(unit::search(conn, &path, &tokens, code, most).await?);
    }
    found.truncate(limit);
    let mut hits = Vec::new();
    for unit in found {
        let above = match unit.parent_id {
            Some(parent) => unit::by_id(conn, parent).await?.map(|unit| unit.name),
            None => None,
        };
        hits.push(UnitHit {
            id: unit.id,
            class: UnitClass::from_name(&unit.class).unwrap_or(UnitClass::AttachedUnit),
            name: unit.name,
            code_issued: unit.code_issued,
            above,
            closed_on: unit.closed_on,
        });
    }
    Ok(hits)
}

/// The unit meant by its agency code in either notation, or by its whole name, with or without tones, among those on
/// which the actor may do that.
///
/// # Errors
/// As the database says.
pub(super) async fn unit_meant(
    conn: &mut Conn,
    actor: &Actor,
    action: Action,
    typed: &str,
) -> Result<Result<Unit, Fault>, StoreError> {
    let text = clean(typed);
    if text.is_empty() {
        return Ok(Err(Fault::Missing));
    }
    let code = UnitCode::from_any(&text);
    if let Ok(code) = &code
        && let Some(unit) = unit::by_code(conn, code.as_str()).await?
    {
        return Ok(Ok(unit));
    }
    let mut named = unit::named(conn, &fold(&text)).await?;
    named.retain(|unit| actor.may(action, &unit.path));
    let like_a_code = !text.contains(' ') && text.contains(|character: char| character.is_ascii_digit());
    Ok(match (named.len(), named.pop()) {
        (1, Some(unit)) => Ok(unit),
        (0, _) if code.is_err() && like_a_code => Err(Fault::AgencyCode),
        (0, _) => Err(Fault::Unknown),
        _ => Err(Fault::Several),
    })
}

/// The unit above that a form's `parent_code` means.
///
/// # Errors
/// Faults beside `parent_code`.
pub async fn parent_meant(conn: &mut Conn, actor: &Actor, typed: &str) -> Result<i64, Failure> {
    let unit = unit_meant(conn, actor, Action::ChangeUnits, typed).await?;
    unit.map(|unit| unit.id).map_err(|fault| Failure::field("parent_code", fault))
}

/// A unit's name, for a list that is limited to it.
///
/// # Errors
/// [`Failure::NotFound`], also for a unit that may not be seen.
pub async fn unit_step(conn: &mut Conn, actor: &Actor, id: i64) -> Result<UnitStep, Failure> {
    let unit = unit::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeeUnits, &unit.path) { Ok(UnitStep { id, name: unit.name }) } else { Err(Failure::NotFound) }
}
