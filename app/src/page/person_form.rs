//! The questions about a person: to add one, or to correct what is held.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{PersonDetail, UnitDetail};
use leptos::prelude::*;
use model::card_type::{Employment, Rank};
use model::person::Sex;
use model::unit::PostKind;

use super::person::{crumbs, head};
use super::{ending, key, reopen, unit};
use crate::part::{Button, Choice, Choices, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{form, people as list, person as fact, person_form as text, profile};
use crate::{Portal, naming, routes};

pub fn add(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    unit: &UnitDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::add_title(l, &unit.unit.name)).lead(text::add_lead(l)).narrow().failed(failed);
    super::respond(portal, visit, status, page.crumbs(unit::crumbs(l, unit)), || {
        let back = routes::with_id(routes::UNIT, unit.unit.id);
        let questions = questions(l, typed, &errors);
        let key = key(portal, typed);
        let end = ending(l, &errors, view! { <Button label=text::add(l) /> }, back);
        view! {
            <ErrorSummary l errors=errors.clone() />
            <p>{text::later(l)}</p>
            <Form action=routes::with_id(routes::UNIT_ADD_PERSON, unit.unit.id)>
                {key}
                {questions}
                {end}
            </Form>
        }
        .into_any()
    })
}

pub fn change(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    person: &PersonDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::change_title(l, &person.person.name)).crumbs(crumbs(l, person)).own_heading();
    super::respond(portal, visit, status, page.narrow().failed(failed), || {
        let path = routes::with_id(routes::PERSON_CHANGE, person.person.id);
        let back = routes::with_id(routes::PERSON, person.person.id);
        let (questions, version) = (questions(l, typed, &errors), typed.get("version"));
        let end = ending(l, &errors, view! { <Button label=form::save(l) /> }, back);
        view! {
            {head(l, person, None)}
            <h2>{text::heading(l)}</h2>
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <p>{text::later(l)}</p>
            <Form action=path>
                <Hidden name="version" value=version />
                {questions}
                {end}
            </Form>
        }
        .into_any()
    })
}

fn questions(l: Lang, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let value = |name: &str| typed.get(name);
    let sexes = [Sex::Male, Sex::Female].map(|sex| Choice::new(sex.name(), naming::sex(l, sex))).to_vec();
    let employments = Employment::ALL.map(|it| Choice::new(it.name(), naming::employment(l, it))).to_vec();
    let ranks = Rank::ALL.map(|it| Choice::new(it.name(), naming::rank(l, it))).to_vec();
    let rank = Some(value("rank")).filter(|rank| !rank.is_empty()).unwrap_or_else(|| Rank::Ordinary.name().to_owned());
    let kinds = PostKind::ALL.map(|kind| Choice::new(kind.name(), naming::post_kind(l, kind))).to_vec();
    view! {
        <Field l name="name" label=list::name(l) value=value("name") error=errors.of("name") autocomplete="off" />
        <Field l name="kind" label=list::kind(l) value=value("kind") input=Input::Select(kinds) error=errors.of("kind") />
        <Field l name="position" label=list::position(l) value=value("position") error=errors.of("position") autocomplete="off" optional=true />
        <Field l name="employment" label=profile::employment(l) hint=profile::employment_hint(l) value=value("employment") input=Input::Select(employments) empty=profile::employment_of_post(l) error=errors.of("employment") optional=true />
        <Choices l name="rank" label=profile::rank(l) hint=profile::rank_hint(l) choices=ranks chosen=rank error=errors.of("rank") />
        <Field l name="started_on" label=fact::started_on(l) value=value("started_on") input=Input::Date width=Width::Short error=errors.of("started_on") optional=true />
        <Choices l name="sex" label=fact::sex(l) choices=sexes chosen=value("sex") error=errors.of("sex") optional=true />
        <Field l name="born_on" label=fact::born_on(l) value=value("born_on") input=Input::Date width=Width::Short error=errors.of("born_on") optional=true />
        <Field l name="citizen_id" label=fact::citizen_id(l) hint=text::citizen_id_hint(l) value=value("citizen_id") input=Input::Digits width=Width::Short error=errors.of("citizen_id") autocomplete="off" optional=true />
        <Field l name="citizen_id_reason" label=fact::citizen_id_reason(l) hint=text::reason_hint(l) value=value("citizen_id_reason") error=errors.of("citizen_id_reason") autocomplete="off" optional=true />
        <Field l name="email" label=fact::email(l) value=value("email") input=Input::Email error=errors.of("email") autocomplete="off" optional=true />
    }
    .into_any()
}
