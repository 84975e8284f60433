//! One person: who it is, what is held about them, where they served.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::after::DepartureDetail;
use contract::national::NationalRow;
use contract::view::PersonDetail;
use leptos::prelude::*;
use model::role::Action;
use registry::work::classes::AttendedLine;

use super::departure;
use crate::part::{Crumb, Event, Fact, Facts, History, LinkButton, Notice, PersonHead, Rank, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, people as list, person as text, portrait};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    person: &PersonDetail,
    (leaving, differs): (Option<&DepartureDetail>, Option<&NationalRow>),
    classes: &[AttendedLine],
) -> Response {
    let l = visit.lang;
    let page = Page::new(naming::person(l, &person.person.name))
        .crumbs(crumbs_to_unit(l, person))
        .paper(person.person.unit.clone(), None)
        .own_heading();
    super::respond(portal, visit, StatusCode::OK, page, || {
        let head = head(l, person, actions(visit, person));
        let leaving = leaving.map(|of| departure::section(visit, of, Some(person.person.id), true));
        let differs = super::national::notice(l, differs);
        let sees_classes = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::SeeClasses));
        let doubts = (!person.doubts.is_empty()).then(|| {
            let items = person.doubts.iter().map(|doubt| view! { <li>{naming::doubt(l, *doubt)}</li> }).collect_view();
            view! { <Notice l tone=Tone::Warn><p>{text::doubts(l)}</p><ul>{items}</ul></Notice> }
        });
        view! {
            {head}
            {doubts}
            {differs}
            {leaving}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    <Facts l facts=facts(l, person) />
                </section>
                <section>
                    <h2>{text::history(l)}</h2>
                    <History l events=history(l, person) />
                </section>
            </div>
            {super::classes::attended(l, classes, sees_classes)}
        }
        .into_any()
    })
}

/// The way to a person: the list, and the list of their unit.
fn crumbs_to_unit(l: Lang, person: &PersonDetail) -> Vec<Crumb> {
    let of_unit = format!("{}?unit={}", routes::PEOPLE, person.person.unit_id);
    vec![Crumb::new(list::title(l), routes::PEOPLE), Crumb::new(person.person.unit.clone(), of_unit)]
}

/// The way to what is done to a person.
pub(super) fn crumbs(l: Lang, person: &PersonDetail) -> Vec<Crumb> {
    let mut crumbs = crumbs_to_unit(l, person);
    crumbs.push(Crumb::new(person.person.name.clone(), routes::with_id(routes::PERSON, person.person.id)));
    crumbs
}

/// The top of every page about that person.
pub(super) fn head(l: Lang, detail: &PersonDetail, actions: Option<AnyView>) -> AnyView {
    let person = &detail.person;
    let name = naming::person(l, &person.name);
    let code = person.personnel_code.clone().unwrap_or_default();
    let post = [person.position.clone(), Some(naming::post_kind(l, person.kind).to_owned())];
    let post = post.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let unit = Some((person.unit.clone(), routes::with_id(routes::UNIT, person.unit_id)));
    let state = match (detail.erased, person.doubtful) {
        (true, _) => Some((Tone::Plain, text::erased(l).to_owned())),
        (false, _) if detail.left_on.is_some() => {
            let day = naming::day(l, detail.left_on.as_deref().unwrap_or_default());
            Some((Tone::Warn, words::departure::leaves(l, day)))
        }
        (false, true) => Some((Tone::Warn, list::to_complete(l).to_owned())),
        (false, false) => None,
    };
    let portrait = portrait(l, detail);
    match actions {
        Some(actions) => view! { <PersonHead name code post unit state portrait>{actions}</PersonHead> }.into_any(),
        None => view! { <PersonHead name code post unit state portrait /> }.into_any(),
    }
}

/// Address of the portrait, and what it shows in words.
pub(super) fn portrait(l: Lang, detail: &PersonDetail) -> Option<(String, String)> {
    let person = &detail.person;
    detail.portrait.then(|| (routes::with_id(routes::PERSON_PORTRAIT, person.id), portrait::alt(l, &person.name)))
}

/// The way to another portrait, or to the first one.
pub(super) fn portrait_button(l: Lang, detail: &PersonDetail) -> AnyView {
    let label = if detail.portrait { portrait::change(l) } else { portrait::add(l) };
    let href = routes::with_id(routes::PERSON_PORTRAIT_CHANGE, detail.person.id);
    view! { <LinkButton label href rank=Rank::Secondary /> }.into_any()
}

fn actions(visit: &Visit, person: &PersonDetail) -> Option<AnyView> {
    let l = visit.lang;
    let to = |path: &str| routes::with_id(path, person.person.id);
    let change = person.may_change.then(|| {
        // who has left gets no card and no other unit
        let here = person.left_on.is_none().then(|| {
            view! {
                <LinkButton label=text::card(l) href=to(routes::PERSON_CARD) rank=Rank::Secondary />
                <LinkButton label=words::request_form::title_for(l) href=to(routes::PERSON_REQUEST) rank=Rank::Secondary />
                <LinkButton label=text::move_unit(l) href=to(routes::PERSON_MOVE) rank=Rank::Secondary />
                {portrait_button(l, person)}
            }
        });
        view! { <LinkButton label=text::change(l) href=to(routes::PERSON_CHANGE) /> {here} }
    });
    // who leaves, unless it is oneself
    let reports = visit.session.as_ref().is_some_and(|who| {
        who.actor.may_somewhere(Action::ReportDepartures) && who.actor.person_id != Some(person.person.id)
    });
    let leave = (reports && person.may_change && person.left_on.is_none()).then(|| {
        view! { <LinkButton label=words::departure::title(l) href=to(routes::PERSON_LEAVE) rank=Rank::Secondary /> }
    });
    let erase = person
        .may_erase
        .then(|| view! { <LinkButton label=text::erase(l) href=to(routes::PERSON_ERASE) rank=Rank::Danger /> });
    (person.may_change || person.may_erase).then(|| view! { {change} {leave} {erase} }.into_any())
}

fn facts(l: Lang, detail: &PersonDetail) -> Vec<Fact> {
    let person = &detail.person;
    let code = |value: &Option<String>| value.clone().map(|value| view! { <span class="code">{value}</span> });
    let day = |value: &Option<String>| value.as_deref().map(|iso| naming::day(l, iso));
    let unit = routes::with_id(routes::UNIT, person.unit_id);
    let mut facts = vec![
        Fact::maybe(list::personnel_code(l), code(&person.personnel_code)),
        Fact::maybe(text::identification_code(l), code(&detail.identification_code)),
        Fact::new(list::unit(l), view! { <a href=unit>{person.unit.clone()}</a> }),
        Fact::new(list::kind(l), naming::post_kind(l, person.kind)),
    ];
    if detail.erased {
        return facts;
    }
    facts.extend([
        Fact::maybe(list::position(l), person.position.clone()),
        Fact::maybe(text::started_on(l), day(&detail.started_on)),
        Fact::maybe(text::sex(l), detail.sex.map(|sex| naming::sex(l, sex))),
        Fact::maybe(text::born_on(l), day(&detail.born_on)),
        Fact::maybe(text::citizen_id(l), code(&detail.citizen_id)),
    ]);
    if let Some(reason) = detail.citizen_id_reason.clone() {
        facts.push(Fact::new(text::citizen_id_reason(l), reason));
    }
    facts.push(Fact::maybe(text::email(l), detail.email.clone()));
    facts
}

fn history(l: Lang, person: &PersonDetail) -> Vec<Event> {
    let event = |stay: &contract::view::AssignmentLine| Event {
        what: match &stay.identification_code {
            Some(code) => text::stay_code(l, code, &stay.unit),
            None => text::stay(l, stay.ordinal, &stay.unit),
        },
        when: naming::period(l, &stay.from, stay.to.as_deref()),
        ..Event::default()
    };
    person.assignments.iter().map(event).collect()
}
