//! The pages of plans of certificates, one a file; what they share (R123, R136).

pub mod add;
pub mod costs;
pub mod goals;
pub mod lines;
pub mod list;
pub mod plan;
pub mod progress;
pub mod uses;

use contract::{Fault, Lang};
use leptos::prelude::*;
use model::amount::Amount;
use model::certificate::plan::{Position, UnitGroup};
use model::certificate::target::Application;
use model::lifecycle::{CertificatePlan, CertificatePlanEvent};
use registry::work::plans::file::{Column, Names};
use registry::work::plans::{PlanHead, Words};

use super::certificates::{kind, operation};
use crate::part::{Choice, Crumb, Tone};
use crate::routes;
use crate::words::{certificate_plans as text, number};

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(text::title(l), routes::PLANS)]
}

fn plan_crumbs(l: Lang, plan: &PlanHead) -> Vec<Crumb> {
    vec![
        Crumb::new(text::title(l), routes::PLANS),
        Crumb::new(plan.title.clone(), routes::with_id(routes::PLAN, plan.id)),
    ]
}

/// What the things of a plan are called.
pub fn names(l: Lang) -> Names {
    match l {
        Lang::Vi => Names {
            column: |of| column(Lang::Vi, of),
            operation: |of| operation(Lang::Vi, of),
            kind: |of| kind(Lang::Vi, of),
            group: |of| group(Lang::Vi, of),
            position: |of| position(Lang::Vi, of),
        },
        Lang::En => Names {
            column: |of| column(Lang::En, of),
            operation: |of| operation(Lang::En, of),
            kind: |of| kind(Lang::En, of),
            group: |of| group(Lang::En, of),
            position: |of| position(Lang::En, of),
        },
    }
}

pub fn column(l: Lang, column: Column) -> &'static str {
    use text::column as own;
    match column {
        Column::Year => own::year(l),
        Column::Operation => own::operation(l),
        Column::Kind => own::kind(l),
        Column::Group => own::group(l),
        Column::Position => own::position(l),
        Column::Quantity => own::quantity(l),
    }
}

pub fn group(l: Lang, group: UnitGroup) -> &'static str {
    use crate::words::plan_group as own;
    match group {
        UnitGroup::Agencies => own::agencies(l),
        UnitGroup::Associations => own::associations(l),
        UnitGroup::AgencyServices => own::agency_services(l),
        UnitGroup::AgenciesAndServices => own::agencies_and_services(l),
        UnitGroup::Districts => own::districts(l),
        UnitGroup::DistrictOffices => own::district_offices(l),
        UnitGroup::DistrictServices => own::district_services(l),
        UnitGroup::DistrictAssociations => own::district_associations(l),
        UnitGroup::Communes => own::communes(l),
        UnitGroup::All => own::all(l),
    }
}

pub fn position(l: Lang, position: Position) -> &'static str {
    use crate::words::plan_position as own;
    match position {
        Position::Unit => own::unit(l),
        Position::Head => own::head(l),
        Position::Deputy => own::deputy(l),
        Position::ChiefAccountant => own::chief_accountant(l),
        Position::ChiefOfOffice => own::chief_of_office(l),
        Position::Clerk => own::clerk(l),
        Position::DivisionHead => own::division_head(l),
        Position::DivisionDeputy => own::division_deputy(l),
        Position::Specialist => own::specialist(l),
        Position::Any => own::any(l),
    }
}

pub fn application(l: Lang, of: Application) -> &'static str {
    use crate::words::plan_application as own;
    match of {
        Application::Documents => own::documents(l),
        Application::Mail => own::mail(l),
        Application::OneStop => own::one_stop(l),
        Application::Network => own::network(l),
        Application::PublicServices => own::public_services(l),
        Application::Declaration => own::declaration(l),
    }
}

pub fn state(l: Lang, state: CertificatePlan) -> (Tone, &'static str) {
    use crate::words::plan_state as own;
    match state {
        CertificatePlan::Draft => (Tone::Plain, own::draft(l)),
        CertificatePlan::Proposed => (Tone::Warn, own::proposed(l)),
        CertificatePlan::Fixed => (Tone::Good, own::fixed(l)),
    }
}

fn event(l: Lang, event: CertificatePlanEvent) -> &'static str {
    use crate::words::plan_event as own;
    match event {
        CertificatePlanEvent::Propose => own::propose(l),
        CertificatePlanEvent::SendBack => own::send_back(l),
        CertificatePlanEvent::Fix => own::fix(l),
        CertificatePlanEvent::Reopen => own::reopen(l),
    }
}

fn in_words(l: Lang, words: Words) -> &'static str {
    match words {
        Words::Plain => text::words_plain(l),
        Words::Province => text::words_province(l),
        Words::Ministry => text::words_ministry(l),
    }
}

fn years(plan: &PlanHead) -> String {
    match plan.years {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}–{last}"),
    }
}

/// A number that cannot be less than none.
fn figure(l: Lang, of: u64) -> String {
    number(l, i64::try_from(of).unwrap_or(i64::MAX))
}

fn dong(l: Lang, amount: Amount) -> String {
    figure(l, amount.dong())
}

/// The amount as papers write it out (R60); there are words for it in Vietnamese only.
fn written(l: Lang, amount: Amount, words: Words) -> Option<AnyView> {
    (l == Lang::Vi).then(|| {
        let said = text::in_words(l, amount.words(words.style()));
        view! { <p class="aside">{said}</p> }.into_any()
    })
}

/// A cell of a table in which something is typed: its label is that of its row and its column.
fn cell(name: &'static str, label: String, value: String, of: Cell) -> AnyView {
    let class = of.class;
    let (id, invalid) = (of.id, of.invalid.then_some("true"));
    view! { <input class=class type="text" name=name id=id value=value aria-label=label aria-invalid=invalid inputmode=of.mode autocomplete="off" /> }
        .into_any()
}

/// How a cell in which something is typed looks.
#[derive(Clone, Debug, Default)]
struct Cell {
    class: &'static str,
    id: Option<String>,
    mode: Option<&'static str>,
    invalid: bool,
}

/// A cell of a table in which something is chosen.
fn choose(name: &'static str, label: String, value: &str, choices: &[Choice]) -> AnyView {
    let options = choices
        .iter()
        .map(|choice| {
            let selected = choice.value == value;
            view! { <option value=choice.value.clone() selected=selected>{choice.label.clone()}</option> }
        })
        .collect_view();
    view! { <select name=name aria-label=label><option value=""></option>{options}</select> }.into_any()
}

/// What is wrong with what was typed about plans; `None` for faults of other pages.
pub fn fault(l: Lang, field: &str, fault: &Fault) -> Option<String> {
    use text::fault as own;
    let said = match (field.split_once('-').map_or(field, |(kind, _)| kind), fault) {
        ("line", Fault::Date) => own::year(l),
        ("line", Fault::Missing) => own::missing(l),
        ("line", Fault::Choice) => own::position(l),
        ("line", Fault::Taken) => own::twice(l),
        ("line" | "stated", Fault::Number) => own::number(l),
        ("cost", Fault::Missing) => own::cost_name(l),
        ("cost", Fault::Number) => own::cost_number(l),
        ("first_year" | "last_year", Fault::Number) => own::planned_year(l),
        ("last_year", Fault::Choice) => own::span(l),
        ("goal", Fault::Number) => own::number(l),
        ("wave", Fault::Date) => own::wave_time(l),
        ("wave", Fault::Missing) => own::wave_scope(l),
        ("wave", Fault::Choice) => own::wave_position(l),
        ("wave" | "percent", Fault::Number) => own::percent(l),
        ("units", Fault::Missing) => own::no_units(l),
        ("percent", Fault::Missing) => own::no_percent(l),
        ("units", Fault::Unknown) => crate::words::fault::no_unit(l),
        ("lines" | "waves" | "units", Fault::TooLong { max }) => return Some(own::too_many(l, max)),
        ("file", Fault::Date) => text::wrong::year(l),
        _ => return None,
    };
    Some(said.to_owned())
}
