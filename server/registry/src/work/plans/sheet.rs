//! What a plan costs: the sheet of one class, how many classes there are, and the rest; totals of sections and of the whole (R125, R127, R136,
//! R160).

use contract::Failure;
use jiff::civil::Date;
use model::amount::Amount;
use model::certificate::plan::Plan;
use model::certificate::{Operation, SubscriberKind};
use model::training::{Agreement, CAPACITY, compare};

use crate::Conn;
use crate::store::plan::{self as stored, CostRow};
use crate::store::training_class;

/// A line of a cost sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Its number in the document, which may leave some out (C25).
    pub number: Option<String>,
    /// What is paid for.
    pub name: String,
    /// How many.
    pub quantity: u64,
    /// For how much each.
    pub price: Amount,
    /// From which day on.
    pub priced_on: Option<Date>,
}

impl Cost {
    /// Quantity × price.
    pub fn total(&self) -> Amount {
        Amount::new(self.quantity.saturating_mul(self.price.dong()))
    }
}

/// Lines below one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading; none where they stand below none.
    pub name: Option<String>,
    /// The lines.
    pub lines: Vec<Cost>,
    /// Their sum.
    pub total: Amount,
}

/// The classes of a year (R125).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassYear {
    /// The year.
    pub year: i16,
    /// People who get their first certificate in it.
    pub people: u64,
    /// What the document says of its classes, beside what they need.
    pub stated: Option<(u64, Agreement)>,
    /// ⌈people ÷ 30⌉.
    pub needed: u64,
    /// Classes that are announced for the plan in it, with those held; and those held.
    pub announced: (u64, u64),
    /// What one class costs by the prices that hold in it.
    pub price: Amount,
    /// Classes × price: as many as the document says, or as are needed.
    pub total: Amount,
}

impl ClassYear {
    /// As many as the document says, or as are needed.
    pub fn classes(&self) -> u64 {
        self.stated.map_or(self.needed, |(stated, _)| stated)
    }
}

/// A plan's estimate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// The sheet of one class.
    pub class: Vec<Cost>,
    /// The lines of it that hold in the last year.
    pub priced: Vec<Cost>,
    /// The classes.
    pub years: Vec<ClassYear>,
    /// How many there are.
    pub classes: u64,
    /// All classes.
    pub training: Amount,
    /// The rest.
    pub sections: Vec<Section>,
    /// The sum of the rest.
    pub rest: Amount,
    /// Everything.
    pub all: Amount,
}

impl Estimate {
    /// Whether anything costs anything.
    pub fn is_empty(&self) -> bool {
        self.class.is_empty() && self.sections.is_empty()
    }
}

/// What a plan costs.
pub(super) async fn estimate(conn: &mut Conn, id: i64, plan: &Plan, years: &[i16]) -> Result<Estimate, Failure> {
    let stated = stored::stated(conn, id).await?;
    let announced = training_class::of_plan(conn, id).await?;
    let (mut class, mut sections) = (Vec::new(), Vec::<Section>::new());
    for row in stored::costs(conn, id).await? {
        let (part, section) = (row.part.clone(), row.section.clone());
        let line = cost(row)?;
        if part == "class" {
            class.push(line);
            continue;
        }
        match sections.last_mut().filter(|last| last.name == section) {
            Some(last) => last.lines.push(line),
            None => sections.push(Section { name: section, lines: vec![line], total: Amount::default() }),
        }
    }
    for section in &mut sections {
        section.total = sum(section.lines.iter().map(Cost::total));
    }
    let mut found = Vec::new();
    for year in years {
        let people = first_ones(plan, *year);
        let said = stated.iter().find(|(of, _)| of == &i64::from(*year));
        let said = said.map(|(_, stated)| u64::try_from(*stated).unwrap_or_default());
        let classes = announced.iter().find(|(of, ..)| of == &i64::from(*year));
        let classes = classes.map_or((0, 0), |(_, all, held)| (all.unsigned_abs(), held.unsigned_abs()));
        let (price, needed) = (class_price(&class, *year), model::training::classes(people, CAPACITY));
        let mut of = ClassYear {
            year: *year,
            people,
            stated: said.map(|stated| (stated, compare(stated, people, CAPACITY))),
            needed,
            announced: classes,
            price,
            total: Amount::default(),
        };
        of.total = Amount::new(of.classes().saturating_mul(price.dong()));
        found.push(of);
    }
    let training = sum(found.iter().map(|of| of.total));
    let rest = sum(sections.iter().map(|of| of.total));
    let priced = years.last().map(|year| in_force(&class, end_of(*year)).into_iter().cloned().collect());
    Ok(Estimate {
        priced: priced.unwrap_or_default(),
        class,
        classes: found.iter().map(ClassYear::classes).fold(0, u64::saturating_add),
        years: found,
        training,
        sections,
        rest,
        all: sum([training, rest]),
    })
}

/// People who get their first certificate in a year.
fn first_ones(plan: &Plan, year: i16) -> u64 {
    plan.sum(|row| row.year == year && row.operation == Operation::New && row.kind == SubscriberKind::Person)
}

fn end_of(year: i16) -> Date {
    Date::new(year, 12, 31).unwrap_or(Date::MAX)
}

/// The lines of a class sheet that hold on a day: of those of one name the ones that hold since the last day up to it, or since the first day
/// of all where none does.
fn in_force(lines: &[Cost], on: Date) -> Vec<&Cost> {
    let holds = |line: &&Cost| {
        let days = || lines.iter().filter(|of| of.name == line.name).map(|of| of.priced_on);
        let last = days().filter(|day| day.is_none_or(|from| from <= on)).max();
        last.or_else(|| days().min()) == Some(line.priced_on)
    };
    lines.iter().filter(holds).collect()
}

/// What one class of a year costs.
fn class_price(lines: &[Cost], year: i16) -> Amount {
    sum(in_force(lines, end_of(year)).into_iter().map(Cost::total))
}

/// What one class on a day costs by the plan's sheet (R127).
pub(in crate::work) async fn class_on(conn: &mut Conn, plan_id: i64, day: Date) -> Result<Vec<Cost>, Failure> {
    let rows = stored::costs(conn, plan_id).await?.into_iter().filter(|row| row.part == "class");
    let lines = rows.map(cost).collect::<Result<Vec<_>, _>>()?;
    Ok(in_force(&lines, day).into_iter().cloned().collect())
}

pub(in crate::work) fn sum(amounts: impl IntoIterator<Item = Amount>) -> Amount {
    Amount::new(amounts.into_iter().fold(0u64, |sum, of| sum.saturating_add(of.dong())))
}

fn cost(row: CostRow) -> Result<Cost, Failure> {
    let number = |of: i64| u64::try_from(of).map_err(|_| Failure::Internal);
    Ok(Cost {
        number: row.number,
        name: row.name,
        quantity: number(row.quantity)?,
        price: Amount::new(number(row.price)?),
        priced_on: row.priced_on.map(|day| day.parse()).transpose().map_err(|_| Failure::Internal)?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_class_costs_what_holds_before_its_year_is_over() {
        let line = |name: &str, price, priced_on| Cost {
            number: None,
            name: name.to_owned(),
            quantity: 30,
            price: Amount::new(price),
            priced_on,
        };
        let lines = [
            line("water", 7_000, Some(date(2017, 8, 1))),
            line("water", 9_000, Some(date(2019, 3, 1))),
            line("materials", 50_000, None),
        ];
        let price = |year| class_price(&lines, year).dong();
        assert_eq!([2016, 2017, 2018, 2019].map(price), [1_710_000, 1_710_000, 1_710_000, 1_770_000]);
        assert_eq!(class_price(&[], 2017), Amount::default());
        let shown: Vec<u64> = in_force(&lines, end_of(2019)).iter().map(|line| line.price.dong()).collect();
        assert_eq!(shown, [9_000, 50_000]);
        // a name that stands there twice counts twice
        let twice = [line("lecturer", 1, None), line("lecturer", 2, None)];
        assert_eq!(class_price(&twice, 2017).dong(), 90);
    }
}
