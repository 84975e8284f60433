//! The questions about a unit: to add one below another, or to change one from a day on.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::UnitDetail;
use leptos::prelude::*;
use model::unit::UnitClass;

use super::unit::crumbs;
use super::units::look_up;
use super::{ending, key, reopen};
use crate::part::{Button, Choice, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{form, unit_form as text};
use crate::{Portal, naming, routes};

pub fn add(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    parent: &UnitDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::add_title(l, &parent.unit.name)).crumbs(crumbs(l, parent)).narrow().failed(failed);
    super::respond(portal, visit, status, page, || {
        let back = routes::with_id(routes::UNIT, parent.unit.id);
        let (class, questions) = (class(l, typed, &errors), questions(l, typed, &errors, None));
        let end = ending(l, &errors, view! { <Button label=text::add(l) /> }, back);
        let key = key(portal, typed);
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::with_id(routes::UNIT_ADD, parent.unit.id)>
                {key}
                {class}
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
    unit: &UnitDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::change_title(l, &unit.unit.name)).lead(text::change_lead(l)).narrow().failed(failed);
    super::respond(portal, visit, status, page.crumbs(crumbs(l, unit)), || {
        let path = routes::with_id(routes::UNIT_CHANGE, unit.unit.id);
        let back = routes::with_id(routes::UNIT, unit.unit.id);
        // the root stays what it is
        let class = match &unit.parent {
            Some(_) => class(l, typed, &errors),
            None => view! { <Hidden name="class" value=UnitClass::Province.name() /> }.into_any(),
        };
        let parent = unit.parent.as_ref().map(|parent| {
            let hint = text::parent_hint(l, &parent.name);
            view! { <Field l name="parent_code" label=text::parent_code(l) hint look_up=look_up(l) value=typed.get("parent_code") error=errors.of("parent_code") autocomplete="off" optional=true /> }
                .into_any()
        });
        let questions = questions(l, typed, &errors, parent);
        let version = typed.get("version");
        let end = ending(l, &errors, view! { <Button label=form::save(l) /> }, back);
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="version" value=version />
                {class}
                {questions}
                {end}
            </Form>
        }
        .into_any()
    })
}

fn class(l: Lang, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let below_root = UnitClass::ALL.into_iter().filter(|class| *class != UnitClass::Province);
    let classes = below_root.map(|class| Choice::new(class.name(), naming::unit_class(l, class))).collect();
    view! { <Field l name="class" label=text::class_name(l) value=typed.get("class") input=Input::Select(classes) error=errors.of("class") /> }
        .into_any()
}

fn questions(l: Lang, typed: &Typed, errors: &FieldErrors, parent: Option<AnyView>) -> AnyView {
    view! {
        <Field l name="name" label=text::name(l) value=typed.get("name") error=errors.of("name") autocomplete="off" />
        {parent}
        <Field l name="code" label=text::code(l) hint=text::code_hint(l) value=typed.get("code") width=Width::Short error=errors.of("code") autocomplete="off" optional=true />
        <Field l name="decision" label=text::decision(l) value=typed.get("decision") error=errors.of("decision") autocomplete="off" optional=true />
        <Field l name="from" label=text::from(l) value=typed.get("from") input=Input::Date width=Width::Short error=errors.of("from") />
    }
    .into_any()
}
