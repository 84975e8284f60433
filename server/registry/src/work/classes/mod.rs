//! Training classes for cards and digital signatures: announced, filled, held, with who came and who completed them (R49, R57, R156, R170).

pub mod announce;
pub mod attend;
pub mod enrol;
pub(super) mod queue;
pub mod step;

use std::collections::BTreeSet;

use contract::Failure;
use contract::equipment::EquipmentLine;
use jiff::civil::Date;
use model::amount::Amount;
use model::lifecycle::{Lifecycle as _, TrainingClass as State, TrainingClassEvent as Event};
use model::role::Action;
use model::training::{Audience, Session, Topic, sessions};

use super::equipment::history;
use super::plans::sheet::{Cost, sum};
use crate::store::Record;
use crate::store::training_class::{self as stored, Candidate, Class, ClassCost};
use crate::{Actor, Conn, Tx};

/// Classes on a page.
pub const PAGE: i64 = 50;
/// People that are offered for a class, at most.
pub const OFFERED: i64 = 200;

/// A class in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassHead {
    /// Id.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub topic: Topic,
    /// For whom it is.
    pub audience: Audience,
    /// The unit whose people may be enrolled.
    pub unit: String,
    /// That unit.
    pub unit_id: i64,
    /// Its path.
    pub path: String,
    /// The plan of certificates for which it is held.
    pub plan: Option<(i64, String)>,
    /// Its days.
    pub days: Vec<Date>,
    /// Where it is.
    pub place: String,
    /// What is taught.
    pub content: Option<String>,
    /// How many have a place.
    pub capacity: i64,
    /// How many are enrolled.
    pub learners: i64,
    /// Its state.
    pub state: State,
    /// Why it was cancelled or taken up again.
    pub remark: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

impl ClassHead {
    /// Its mornings and afternoons.
    pub fn sessions(&self) -> Vec<Session> {
        sessions(&self.days)
    }

    /// Whether its last day has come.
    pub fn has_ended(&self, today: Date) -> bool {
        self.days.last().is_some_and(|last| *last <= today)
    }
}

/// Somebody who is enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnerLine {
    /// The person.
    pub person_id: i64,
    /// Full name.
    pub name: String,
    /// Personnel code.
    pub code: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// Unit.
    pub unit: String,
    /// The sessions to which they came.
    pub came: BTreeSet<i64>,
    /// Whether they completed the class, once it was closed.
    pub completed: Option<bool>,
    /// Whether the actor may take them out.
    pub may_take_out: bool,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassDetail {
    /// The class.
    pub class: ClassHead,
    /// Those who are enrolled, of the units that the actor may see; by unit and given name.
    pub learners: Vec<LearnerLine>,
    /// What it costs.
    pub costs: Vec<Cost>,
    /// The sum of that.
    pub total: Amount,
    /// What happened to it, for who keeps it.
    pub events: Vec<EquipmentLine>,
    /// What the actor may do to it.
    pub may: Vec<Event>,
    /// Whether the actor keeps it.
    pub keeps: bool,
    /// Whether the actor may enrol people now.
    pub enrols: bool,
}

impl ClassDetail {
    /// Who came to every session.
    pub fn came_always(&self) -> impl Iterator<Item = i64> {
        let all = self.class.sessions().len();
        self.learners.iter().filter(move |of| of.came.len() == all).map(|of| of.person_id)
    }
}

/// A class that somebody is, or was, in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendedLine {
    /// The class.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// Its days.
    pub days: Vec<Date>,
    /// Where it is.
    pub place: String,
    /// Its state.
    pub state: State,
    /// Whether they completed it, once it was closed.
    pub completed: Option<bool>,
}

/// Classes for the people of the actor's units, what is announced first; and how many.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_classes(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<ClassHead>, i64), Failure> {
    if !actor.may_somewhere(Action::SeeClasses) {
        return Err(Failure::Forbidden);
    }
    let within = actor.paths(Action::SeeClasses);
    let above = within.iter().flat_map(|path| above(path)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let slice = ((page.max(1) - 1) * PAGE, PAGE);
    let (rows, total) = stored::list(conn, (&within, &above), slice).await?;
    Ok((rows.into_iter().map(head).collect::<Result<_, _>>()?, total))
}

/// Paths of the units above one: of `/1/5/9/` these are `/1/` and `/1/5/`.
fn above(path: &str) -> Vec<String> {
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
    ends.map(|at| path[..=at].to_owned()).filter(|above| above != path).collect()
}

/// The class, if the actor may see it: it is for people of their units.
pub(crate) async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<ClassHead, Failure> {
    let found = stored::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let below = || actor.paths(Action::SeeClasses).iter().any(|path| path.starts_with(&found.path));
    if actor.may(Action::SeeClasses, &found.path) || below() { head(found) } else { Err(Failure::NotFound) }
}

/// One class. Of its learners the actor sees those of their own units.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_class(conn: &mut Conn, actor: &Actor, id: i64) -> Result<ClassDetail, Failure> {
    let class = seen(conn, actor, id).await?;
    let keeps = actor.may(Action::KeepClasses, &class.path);
    let attendance = stored::attendance(conn, id).await?;
    let came = |person_id: i64| attendance.iter().filter(|(of, _)| *of == person_id).map(|(_, nth)| *nth).collect();
    let open = class.state == State::Announced;
    let learners = stored::learners(conn, id).await?.into_iter().filter(|of| actor.may(Action::SeeClasses, &of.path));
    let learners: Vec<LearnerLine> = learners
        .map(|of| {
            let came: BTreeSet<i64> = came(of.person_id);
            LearnerLine {
                may_take_out: open && came.is_empty() && actor.may(Action::EnrolLearners, &of.path),
                person_id: of.person_id,
                name: of.name,
                code: of.code,
                position: of.position,
                unit: of.unit,
                came,
                completed: of.completed.map(|completed| completed == 1),
            }
        })
        .collect();
    // what a class costs is known to who plans and who pays
    let costs = match keeps || actor.may(Action::SeePlans, &class.path) {
        true => stored::costs(conn, id).await?.into_iter().map(cost).collect::<Result<_, _>>()?,
        false => Vec::new(),
    };
    Ok(ClassDetail {
        learners,
        total: sum(costs.iter().map(Cost::total)),
        costs,
        events: if keeps { history(conn, object(id)).await? } else { Vec::new() },
        may: if keeps { class.state.possible().collect() } else { Vec::new() },
        keeps,
        enrols: open && !enrolling(actor, &class).is_empty(),
        class,
    })
}

/// Who could be enrolled next: people of the actor's units with a certificate and without such a class; and how many they are.
///
/// # Errors
/// As the database says.
pub async fn candidates(conn: &mut Conn, actor: &Actor, class: &ClassHead) -> Result<(Vec<Candidate>, i64), Failure> {
    if class.topic == Topic::Cards {
        return Ok((Vec::new(), 0));
    }
    Ok(stored::candidates(conn, &enrolling(actor, class), OFFERED).await?)
}

/// Paths of the units whose people the actor may enrol in that class.
fn enrolling(actor: &Actor, class: &ClassHead) -> Vec<String> {
    let meet = |path: String| match (path.starts_with(&class.path), class.path.starts_with(&path)) {
        (true, _) => Some(path),
        (false, true) => Some(class.path.clone()),
        (false, false) => None,
    };
    let mut paths: Vec<String> = actor.paths(Action::EnrolLearners).into_iter().filter_map(meet).collect();
    paths.dedup();
    paths
}

/// Classes that a person is, or was, in.
///
/// # Errors
/// As the database says.
pub async fn classes_of(conn: &mut Conn, person_id: i64) -> Result<Vec<AttendedLine>, Failure> {
    let line = |of: stored::Attended| {
        Ok(AttendedLine {
            id: of.id,
            title: of.title,
            days: days(&of.days)?,
            place: of.place,
            state: State::from_name(&of.state).ok_or(Failure::Internal)?,
            completed: of.completed.map(|completed| completed == 1),
        })
    };
    stored::of_person(conn, person_id).await?.into_iter().map(line).collect()
}

fn object(id: i64) -> String {
    format!("training_class:{id}")
}

fn days(stored: &str) -> Result<Vec<Date>, Failure> {
    stored.split(' ').map(|day| day.parse().map_err(|_| Failure::Internal)).collect()
}

fn head(found: Class) -> Result<ClassHead, Failure> {
    Ok(ClassHead {
        id: found.id,
        title: found.title,
        topic: Topic::from_name(&found.topic).ok_or(Failure::Internal)?,
        audience: Audience::from_name(&found.audience).ok_or(Failure::Internal)?,
        unit: found.unit,
        unit_id: found.unit_id,
        path: found.path,
        plan: found.plan_id.zip(found.plan),
        days: days(&found.days)?,
        place: found.place,
        content: found.content,
        capacity: found.capacity,
        learners: found.learners,
        state: State::from_name(&found.state).ok_or(Failure::Internal)?,
        remark: found.remark,
        version: found.version,
    })
}

fn cost(row: ClassCost) -> Result<Cost, Failure> {
    let number = |of: i64| u64::try_from(of).map_err(|_| Failure::Internal);
    Ok(Cost {
        number: row.number,
        name: row.name,
        quantity: number(row.quantity)?,
        price: Amount::new(number(row.price)?),
        priced_on: row.priced_on.map(|day| day.parse()).transpose().map_err(|_| Failure::Internal)?,
    })
}

/// The class, if the actor keeps it and it is still announced.
async fn kept(conn: &mut Conn, actor: &Actor, id: i64, at_ms: i64) -> Result<ClassHead, Failure> {
    let found = seen(conn, actor, id).await?;
    actor.require(Action::KeepClasses, &found.path, at_ms)?;
    announced(found)
}

fn announced(found: ClassHead) -> Result<ClassHead, Failure> {
    match found.state {
        State::Announced => Ok(found),
        _ => Err(Failure::Refused { why: contract::Refusal::Impossible }),
    }
}

fn record(tx: &mut Tx, actor: &Actor, id: i64, action: &'static str, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object: object(id), facts, personal: None });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_a_unit_are_those_on_the_way_to_it() {
        assert_eq!(above("/1/5/9/"), ["/1/", "/1/5/"]);
        assert!(above("/1/").is_empty());
    }
}
