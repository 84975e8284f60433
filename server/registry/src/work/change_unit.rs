//! Adding, changing and closing units. The tree keeps its past: each change begins a period.

use contract::{Failure, Fault, Faults, Refusal};
use jiff::civil::Date;
use model::role::Action;
use model::text::{clean, fold};
use model::unit::{PostKind, UnitClass};
use model::unit_code::{AgencyCode, UnitCode};

use super::change_person::identification_code;
use crate::order::Order;
use crate::store::unit::{self, Unit, UnitValues, Version};
use crate::store::{Record, equipment, person};
use crate::{Actor, Conn, Tx, date};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct UnitForm {
    /// Class by name.
    pub class: String,
    /// Name.
    pub name: String,
    /// Unit above; nothing for the root.
    pub parent_id: Option<i64>,
    /// Agency code in either notation; may be empty.
    pub code: String,
    /// Decision that gave the code, or made the change.
    pub decision: String,
    /// From which day on; empty for today.
    pub from: String,
}

/// Authorised posts as typed.
#[derive(Clone, Debug, Default)]
pub struct PostsForm {
    /// Kind and number.
    pub numbers: Vec<(PostKind, String)>,
    /// Decision that set them.
    pub decision: String,
}

const NAME_CHARS: usize = 200;
const DECISION_CHARS: usize = 100;

/// What was typed, understood.
pub(super) struct Parsed {
    pub(super) values: UnitValues,
    pub(super) parent_path: String,
    from: Date,
    decision: Option<String>,
}

/// Adds a unit; its id. The first unit is the province itself.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `class`, `name`, `parent_code`, `code`, `decision`, `from`.
pub async fn add_unit(tx: &mut Tx, actor: &Actor, order: &Order, form: UnitForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    unit::lock_tree(tx.conn()).await?;
    let parent = above(tx.conn(), form.parent_id).await?;
    match &parent {
        Some(parent) => actor.require(Action::ChangeUnits, &parent.path, at_ms)?,
        // the province itself: nobody can hold a role on it yet
        None if unit::root(tx.conn()).await?.is_some() => {
            return Err(Failure::field("parent_code", Fault::Missing));
        }
        None => actor.require(Action::ChangeUnits, "/", at_ms)?,
    }
    let parsed = parse(order, &form, parent.as_ref(), at_ms)?;
    insert(tx, actor, &parsed).await
}

/// Adds what was understood, below a parent on which the actor may do so; its id.
///
/// # Errors
/// What the database says.
pub(super) async fn insert(tx: &mut Tx, actor: &Actor, parsed: &Parsed) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    refuse_borne(tx.conn(), parsed, None).await?;
    let id = unit::insert(tx.conn(), &parsed.values, &parsed.parent_path, at_ms).await?;
    unit::put_version(tx.conn(), &period(id, parsed)).await?;
    record(tx, actor, "unit.add", id, parsed);
    Ok(id)
}

/// Changes a unit: its name, class, place in the tree, or code, from a day on.
///
/// # Errors
/// As [`add_unit`]; [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::UnitClosed`].
pub async fn change_unit(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    (id, version): (i64, i64),
    form: UnitForm,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    unit::lock_tree(tx.conn()).await?;
    let before = unit::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    actor.require(Action::ChangeUnits, &before.path, at_ms)?;
    if before.closed_on.is_some() {
        return Err(Failure::Refused { why: Refusal::UnitClosed });
    }
    let parent = above(tx.conn(), form.parent_id).await?;
    if parent.is_some() != before.parent_id.is_some() {
        return Err(Failure::field("parent_code", Fault::Missing));
    }
    if let Some(parent) = &parent {
        // hanging it elsewhere needs the right there as well, and never below itself
        if Some(parent.id) != before.parent_id {
            actor.require(Action::ChangeUnits, &parent.path, at_ms)?;
        }
        if parent.path.starts_with(&before.path) {
            return Err(Failure::field("parent_code", Fault::BelowItself));
        }
    }
    let mut parsed = parse(order, &form, parent.as_ref(), at_ms)?;
    if parsed.values.code == before.code && parsed.values.code_issued == before.code_issued {
        // this decision changes something else
        parsed.values.code_decision = before.code_decision;
    }
    let last = unit::last_change(tx.conn(), id).await?.unwrap_or_default();
    if parsed.from.to_string() < last {
        return Err(Failure::field("from", Fault::Before { day: last }));
    }
    refuse_borne(tx.conn(), &parsed, Some(id)).await?;
    if !unit::update(tx.conn(), id, version, &parsed.values).await? {
        return Err(Failure::Stale);
    }
    if before.code.is_none() {
        give_identification_codes(tx, id).await?;
    }
    let path = format!("{}{id}/", parsed.parent_path);
    if path != before.path {
        unit::rehang(tx.conn(), &before.path, &path).await?;
    }
    unit::put_version(tx.conn(), &period(id, &parsed)).await?;
    record(tx, actor, "unit.change", id, &parsed);
    Ok(())
}

/// A code that another unit bore once is not given again: people there were given identification codes made of it (R12).
async fn refuse_borne(conn: &mut Conn, parsed: &Parsed, own: Option<i64>) -> Result<(), Failure> {
    let code = parsed.values.code.as_deref().and_then(|code| UnitCode::parse(code).ok());
    match code {
        Some(code) if unit::was_borne(conn, &code, own).await? => Err(Failure::field("code", Fault::Taken)),
        _ => Ok(()),
    }
}

/// Gives those who came before their unit had a code the identification codes that they lack (R12).
async fn give_identification_codes(tx: &mut Tx, id: i64) -> Result<(), Failure> {
    let unit = unit::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    for (person_id, ordinal) in person::without_identification_code(tx.conn(), id).await? {
        if let Some(code) = identification_code(&unit, ordinal) {
            person::put_identification_code(tx.conn(), person_id, (id, ordinal), &code).await?;
        }
    }
    Ok(())
}

/// Closes a unit that has neither people nor devices (R40) nor open units below it.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::UnitInUse`].
pub async fn close_unit(tx: &mut Tx, actor: &Actor, id: i64, version: i64, decision: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    unit::lock_tree(tx.conn()).await?;
    let before = unit::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    actor.require(Action::ChangeUnits, &before.path, at_ms)?;
    let decision = parse_decision(decision).map_err(|fault| Failure::field("decision", fault))?;
    let decision = decision.ok_or(Failure::field("decision", Fault::Missing))?;
    let open_below = unit::children(tx.conn(), id).await?.iter().any(|child| child.closed_on.is_none());
    // whoever is about to come in waits, and then finds it closed
    unit::lock(tx.conn(), id).await?;
    let used = person::count_in(tx.conn(), id).await? > 0 || equipment::count_in(tx.conn(), id).await? > 0;
    if before.parent_id.is_none() || open_below || used {
        return Err(Failure::Refused { why: Refusal::UnitInUse });
    }
    let today = date::iso_day(at_ms);
    if !unit::close(tx.conn(), id, version, &today).await? {
        return Err(Failure::Stale);
    }
    unit::end_version(tx.conn(), id, &today).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "unit.close",
        object: format!("unit:{id}"),
        facts: serde_json::json!({ "on": today, "decision": decision }),
        personal: None,
    });
    Ok(())
}

/// Sets the authorised posts of the unit itself, by kind (R4). What stays as it was is not written.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Refusal::UnitClosed`]; faults beside each kind's name, `decision`.
pub async fn set_posts(tx: &mut Tx, actor: &Actor, id: i64, form: PostsForm) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let unit = unit::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    actor.require(Action::ChangeUnits, &unit.path, at_ms)?;
    if unit.closed_on.is_some() {
        return Err(Failure::Refused { why: Refusal::UnitClosed });
    }
    let mut faults = Faults::default();
    let numbers: Vec<(PostKind, Option<i64>)> =
        form.numbers.iter().map(|(kind, typed)| (*kind, faults.take(kind.name(), parse_number(typed)))).collect();
    let decision = faults.take("decision", parse_decision(&form.decision)).flatten();
    faults.check()?;
    let before: Vec<(String, i64)> = unit::posts_within(tx.conn(), &unit.path)
        .await?
        .into_iter()
        .filter(|(path, ..)| *path == unit.path)
        .map(|(_, kind, number)| (kind, number))
        .collect();
    let today = date::iso_day(at_ms);
    for (kind, number) in numbers {
        let Some(number) = number else { return Err(Failure::Internal) };
        let name = kind.name();
        if before.iter().find(|(kind, _)| kind == name).map_or(0, |(_, number)| *number) == number {
            continue;
        }
        unit::put_posts(tx.conn(), id, name, &today, number, decision.as_deref()).await?;
        tx.record(Record {
            actor: &actor.reference,
            action: "unit.set_posts",
            object: format!("unit:{id}"),
            facts: serde_json::json!({ "kind": name, "number": number, "from": today, "decision": decision }),
            personal: None,
        });
    }
    Ok(())
}

fn parse_number(typed: &str) -> Result<i64, Fault> {
    let digits: String = typed.chars().filter(|character| !character.is_whitespace() && *character != '.').collect();
    match digits.parse::<i64>() {
        Ok(number) if (0..=1_000_000).contains(&number) => Ok(number),
        _ if digits.is_empty() => Err(Fault::Missing),
        _ => Err(Fault::Number),
    }
}

fn parse_decision(typed: &str) -> Result<Option<String>, Fault> {
    let decision = clean(typed);
    if decision.chars().count() > DECISION_CHARS {
        return Err(Fault::TooLong { max: DECISION_CHARS });
    }
    Ok((!decision.is_empty()).then_some(decision))
}

async fn above(conn: &mut Conn, parent_id: Option<i64>) -> Result<Option<Unit>, Failure> {
    let Some(id) = parent_id else { return Ok(None) };
    let parent = unit::by_id(conn, id).await?.ok_or(Failure::field("parent_code", Fault::Unknown))?;
    if parent.closed_on.is_some() {
        return Err(Failure::Refused { why: Refusal::UnitClosed });
    }
    Ok(Some(parent))
}

/// Reads the form, all faults at once.
pub(super) fn parse(order: &Order, form: &UnitForm, parent: Option<&Unit>, at_ms: i64) -> Result<Parsed, Failure> {
    let mut faults = Faults::default();
    let class = UnitClass::from_name(&form.class).filter(|class| (*class == UnitClass::Province) == parent.is_none());
    let class = faults.take("class", class.ok_or(Fault::Choice));
    let name = clean(&form.name);
    if name.is_empty() {
        faults.add("name", Fault::Missing);
    } else if name.chars().count() > NAME_CHARS {
        faults.add("name", Fault::TooLong { max: NAME_CHARS });
    }
    let code = match form.code.trim() {
        "" => None,
        text => faults.take("code", AgencyCode::parse(text).map_err(|_| Fault::AgencyCode)),
    };
    if let (Some(code), Some(parent)) = (&code, parent.and_then(|parent| parent.code.as_deref()))
        && let Ok(parent_code) = UnitCode::parse(parent)
        && (!code.canonical().is_within(&parent_code) || *code.canonical() == parent_code)
    {
        // QĐ 20/2020/QĐ-TTg, Điều 4: a unit's code begins with its parent's
        faults.add("code", Fault::AgencyCodeParent { parent: parent.to_owned() });
    }
    let decision = faults.take("decision", parse_decision(&form.decision)).flatten();
    let today = date::day_of(at_ms);
    let from = match form.from.trim() {
        "" => Some(today),
        text => faults.take("from", date::parse(text)),
    };
    if from.is_some_and(|from| from > today) {
        faults.add("from", Fault::Future);
    }
    faults.check()?;
    let (Some(class), Some(from)) = (class, from) else { return Err(Failure::Internal) };
    Ok(Parsed {
        values: UnitValues {
            parent_id: parent.map(|parent| parent.id),
            class: class.name().to_owned(),
            name_folded: fold(&name),
            sort_key: order.key(&name),
            name,
            code: code.as_ref().map(|code| code.canonical().as_str().to_owned()),
            code_issued: code.as_ref().map(|code| code.issued().to_owned()),
            code_decision: decision.clone(),
        },
        parent_path: parent.map_or_else(|| "/".to_owned(), |parent| parent.path.clone()),
        from,
        decision,
    })
}

fn period(id: i64, parsed: &Parsed) -> Version {
    Version {
        unit_id: id,
        valid_from: parsed.from.to_string(),
        valid_to: None,
        parent_id: parsed.values.parent_id,
        class: parsed.values.class.clone(),
        name: parsed.values.name.clone(),
        code: parsed.values.code.clone(),
        code_issued: parsed.values.code_issued.clone(),
        decision: parsed.decision.clone(),
    }
}

fn record(tx: &mut Tx, actor: &Actor, action: &'static str, id: i64, parsed: &Parsed) {
    let values = &parsed.values;
    tx.record(Record {
        actor: &actor.reference,
        action,
        object: format!("unit:{id}"),
        facts: serde_json::json!({
            "class": values.class, "name": values.name, "parent": values.parent_id, "code": values.code,
            "code_issued": values.code_issued, "decision": parsed.decision, "from": parsed.from.to_string(),
        }),
        personal: None,
    });
}
