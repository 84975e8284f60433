//! A class is announced, and changed as long as it is (R57, R156), with what it costs: by the plan's dated prices, until something else is
//! written (R127).

use contract::{Failure, Fault, Faults};
use jiff::civil::Date;
use model::role::Action;
use model::training::{Audience, CAPACITY, Topic, sessions};

use super::{ClassHead, kept, record};
use crate::store::training_class::{self as stored, ClassCost, ClassValues};
use crate::store::unit::Unit;
use crate::store::{outbox, unit};
use crate::work::plans;
use crate::work::plans::edit::{CostForm, MOST_ROWS, cost};
use crate::work::plans::sheet::class_on;
use crate::work::show_unit::unit_meant;
use crate::work::typed::{needed, text};
use crate::{Actor, Conn, Tx, date};

const TITLE_CHARS: usize = 200;
const PLACE_CHARS: usize = 200;
const CONTENT_CHARS: usize = 2000;
/// Days of a class, at most.
pub const MOST_DAYS: u32 = 20;
/// Places in a class, at most.
pub const MOST_PLACES: i64 = 500;

/// What a class is announced with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassForm {
    /// Agency code or name of the unit whose people may be enrolled.
    pub unit_code: String,
    /// Id of the plan of certificates for which it is held; may be empty.
    pub plan: String,
    /// What it is called.
    pub title: String,
    /// Topic by name.
    pub topic: String,
    /// Audience by name.
    pub audience: String,
    /// Its first day.
    pub first_day: String,
    /// How many working days it takes.
    pub days: String,
    /// Where it is.
    pub place: String,
    /// What is taught; may be empty.
    pub content: String,
    /// How many have a place; 30 where nothing is typed.
    pub capacity: String,
}

/// What was typed, understood.
struct Values {
    unit: Unit,
    plan_id: Option<i64>,
    title: String,
    topic: Topic,
    audience: Audience,
    days: Vec<Date>,
    place: String,
    content: Option<String>,
    capacity: i64,
}

impl Values {
    fn stored<'a>(&'a self, days: &'a str) -> ClassValues<'a> {
        ClassValues {
            unit_id: self.unit.id,
            plan_id: self.plan_id,
            title: &self.title,
            topic: self.topic.name(),
            audience: self.audience.name(),
            days,
            place: &self.place,
            content: self.content.as_deref(),
            capacity: self.capacity,
        }
    }

    fn days(&self) -> String {
        self.days.iter().map(Date::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// Announces a class; its id. Its cost sheet is what the plan's holds on its first day.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside the fields of the form.
pub async fn announce_class(tx: &mut Tx, actor: &Actor, form: &ClassForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepClasses, at_ms)?;
    let of = values(tx.conn(), actor, form).await?;
    let days = of.days();
    let id = stored::insert(tx.conn(), &of.stored(&days), at_ms).await?;
    if let (Some(plan_id), Some(first)) = (of.plan_id, of.days.first()) {
        let lines = class_on(tx.conn(), plan_id, *first).await?;
        let lines = lines.into_iter().map(|line| {
            let number = |of: u64| i64::try_from(of).map_err(|_| Failure::Internal);
            Ok(ClassCost {
                number: line.number,
                name: line.name,
                quantity: number(line.quantity)?,
                price: number(line.price.dong())?,
                priced_on: line.priced_on.map(|day| day.to_string()),
            })
        });
        let lines = lines.collect::<Result<Vec<_>, Failure>>()?;
        stored::put_costs(tx.conn(), id, &lines).await?;
    }
    let facts =
        serde_json::json!({ "title": of.title, "unit": of.unit.id, "on": of.days.first().map(Date::to_string) });
    record(tx, actor, id, "training_class.announce", facts);
    Ok(id)
}

/// Changes a class that is announced.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`contract::Refusal::Impossible`]; faults beside the fields of the form:
/// people stay enrolled, and sessions to which somebody came stay.
pub async fn change_class(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: &ClassForm,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = kept(tx.conn(), actor, id, at_ms).await?;
    if found.version != version {
        return Err(Failure::Stale);
    }
    let of = values(tx.conn(), actor, form).await?;
    let mut faults = Faults::default();
    if of.capacity < found.learners {
        faults.add("places", Fault::Taken);
    }
    let learners = stored::learners(tx.conn(), id).await?;
    if !learners.iter().all(|learner| learner.path.starts_with(&of.unit.path)) {
        faults.add("class_unit", Fault::Taken);
    }
    let attended = stored::last_attended(tx.conn(), id).await?.unwrap_or_default();
    if (sessions(&of.days).len() as i64) < attended {
        faults.add("class_days", Fault::Taken);
    }
    faults.check()?;
    let days = of.days();
    if !stored::put(tx.conn(), (id, version), &of.stored(&days), at_ms).await? {
        return Err(Failure::Stale);
    }
    let facts =
        serde_json::json!({ "title": of.title, "unit": of.unit.id, "on": of.days.first().map(Date::to_string) });
    record(tx, actor, id, "training_class.change", facts);
    Ok(())
}

/// What the form of a class begins with.
///
/// # Errors
/// As the database says.
pub async fn form_of(conn: &mut Conn, found: &ClassHead) -> Result<ClassForm, Failure> {
    let unit = unit::by_id(conn, found.unit_id).await?.ok_or(Failure::Internal)?;
    Ok(ClassForm {
        unit_code: unit.code_issued.unwrap_or(unit.name),
        plan: found.plan.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default(),
        title: found.title.clone(),
        topic: found.topic.name().to_owned(),
        audience: found.audience.name().to_owned(),
        first_day: found.days.first().map(Date::to_string).unwrap_or_default(),
        days: found.days.len().to_string(),
        place: found.place.clone(),
        content: found.content.clone().unwrap_or_default(),
        capacity: found.capacity.to_string(),
    })
}

async fn values(conn: &mut Conn, actor: &Actor, form: &ClassForm) -> Result<Values, Failure> {
    let mut faults = Faults::default();
    let unit = unit_meant(conn, actor, Action::KeepClasses, &form.unit_code).await?;
    let unit = unit.and_then(|unit| match actor.may(Action::KeepClasses, &unit.path) {
        true if unit.closed_on.is_none() => Ok(unit),
        _ => Err(Fault::Unknown),
    });
    let unit = faults.take("class_unit", unit);
    let plan_id = match form.plan.trim() {
        "" => Some(None),
        typed => {
            let found = match typed.parse() {
                Ok(id) => plans::seen(conn, actor, id).await.map(|plan| Some(plan.id)),
                Err(_) => Err(Failure::NotFound),
            };
            faults.take("plan", found.map_err(|_| Fault::Choice))
        }
    };
    let title = faults.take("title", needed(&form.title, TITLE_CHARS));
    let topic = faults.take("topic", Topic::from_name(&form.topic).ok_or(Fault::Missing));
    let audience = faults.take("audience", Audience::from_name(&form.audience).ok_or(Fault::Missing));
    let first = faults.take("first_day", date::parse(&form.first_day));
    let days = match form.days.trim().parse::<u32>() {
        _ if form.days.trim().is_empty() => Err(Fault::Missing),
        Ok(days @ 1..=MOST_DAYS) => Ok(days),
        _ => Err(Fault::Number),
    };
    let days = faults.take("class_days", days);
    let place = faults.take("place", needed(&form.place, PLACE_CHARS));
    let content = faults.take("content", text(&form.content, CONTENT_CHARS));
    let capacity = match form.capacity.trim() {
        "" => Ok(i64::try_from(CAPACITY.get()).unwrap_or_default()),
        typed => typed.parse().ok().filter(|places| (1..=MOST_PLACES).contains(places)).ok_or(Fault::Number),
    };
    let capacity = faults.take("places", capacity);
    faults.check()?;
    let (Some(unit), Some(plan_id), Some(title), Some(topic), Some(audience), Some(first), Some(days)) =
        (unit, plan_id, title, topic, audience, first, days)
    else {
        return Err(Failure::Internal);
    };
    let (Some(place), Some(content), Some(capacity)) = (place, content, capacity) else {
        return Err(Failure::Internal);
    };
    let calendar = outbox::calendar(conn).await?;
    let days = (0..days).map(|nth| calendar.last_day(first, nth)).collect();
    Ok(Values { unit, plan_id, title, topic, audience, days, place, content, capacity })
}

/// Writes another cost sheet in the place of a class's. A fault is beside `cost-` and the line's number, from 1.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`contract::Refusal::Impossible`]; faults of lines, and beside `lines` where there are too
/// many.
pub async fn write_class_costs(tx: &mut Tx, actor: &Actor, id: i64, typed: &[CostForm]) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    kept(tx.conn(), actor, id, at_ms).await?;
    let mut faults = Faults::default();
    let mut costs = Vec::new();
    for (nth, line) in (1..).zip(typed) {
        if let Some(Some(row)) = faults.take(&format!("cost-{nth}"), cost(line)) {
            costs.push(ClassCost {
                number: row.number,
                name: row.name,
                quantity: row.quantity,
                price: row.price,
                priced_on: row.priced_on,
            });
        }
    }
    if costs.len() > MOST_ROWS {
        faults.add("lines", Fault::TooLong { max: MOST_ROWS });
    }
    faults.check()?;
    stored::put_costs(tx.conn(), id, &costs).await?;
    record(tx, actor, id, "training_class.costs", serde_json::json!({ "rows": costs.len() }));
    Ok(())
}
