//! A class is announced, or changed (R57, R156).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use model::training::{Audience, Topic};
use registry::work::classes::ClassHead;
use registry::work::plans::PlanHead;

use super::super::units::look_up;
use super::super::{ending, key, reopen};
use super::{audience, class_crumbs, crumbs, first_day, topic};
use crate::part::{Button, Choice, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::training_classes as text;
use crate::{Portal, routes};

/// `class`: the one that is changed; none where one is announced.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    class: Option<&ClassHead>,
    plans: &[PlanHead],
    (typed, errors): (&Typed, Option<FieldErrors>),
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = match class {
        None => Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(crumbs(l)),
        Some(of) => Page::new(text::change(l)).crumbs(class_crumbs(l, of)),
    };
    super::super::respond(portal, visit, status, page.narrow().failed(failed), || {
        let of_field = |name: &str| (typed.get(name), errors.of(name));
        let (title, wrong_title) = of_field("title");
        let (of_topic, wrong_topic) = of_field("topic");
        let (of_audience, wrong_audience) = of_field("audience");
        let (unit, wrong_unit) = of_field("class_unit");
        let (first, wrong_first) = of_field("first_day");
        let (days, wrong_days) = of_field("class_days");
        let (place, wrong_place) = of_field("place");
        let (places, wrong_places) = of_field("places");
        let (content, wrong_content) = of_field("content");
        let (plan, wrong_plan) = of_field("plan");
        let topics = Topic::ALL.iter().map(|of| Choice::new(of.name(), topic(l, *of))).collect();
        let audiences = Audience::ALL.iter().map(|of| Choice::new(of.name(), audience(l, *of))).collect();
        let chosen: Vec<Choice> = plans.iter().map(|of| Choice::new(of.id.to_string(), of.title.clone())).collect();
        let of_plan = (!chosen.is_empty()).then(|| {
            let hint = if class.is_none() { text::plan_hint(l) } else { "" };
            view! { <Field l name="plan" label=text::plan(l) hint=hint value=plan input=Input::Select(chosen) empty=text::no_plan(l) error=wrong_plan optional=true /> }
        });
        let (action, back) = match class {
            None => (routes::CLASS_ADD.to_owned(), routes::CLASSES.to_owned()),
            Some(of) => (routes::with_id(routes::CLASS_CHANGE, of.id), routes::with_id(routes::CLASS, of.id)),
        };
        let first = first_day(l, &first);
        let form_key = key(portal, typed);
        let version = class.map(|_| {
            let version = typed.get("version");
            view! { <Hidden name="version" value=version /> }
        });
        let label = if class.is_none() { text::announce(l) } else { text::save(l) };
        let end = ending(l, &errors, view! { <Button label=label /> }, back);
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &action)}
            <Form action=action>
                {form_key}
                {version}
                <Field l name="title" label=text::name(l) hint=text::name_hint(l) value=title error=wrong_title width=Width::Full autocomplete="off" />
                <Field l name="topic" label=text::topic(l) value=of_topic input=Input::Select(topics) error=wrong_topic />
                <Field l name="audience" label=text::audience(l) value=of_audience input=Input::Select(audiences) error=wrong_audience />
                <Field l name="class_unit" label=text::unit(l) hint=text::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" />
                <Field l name="first_day" label=text::first_day(l) input=Input::Date value=first error=wrong_first width=Width::Short autocomplete="off" />
                <Field l name="class_days" label=text::how_many_days(l) hint=text::how_many_days_hint(l) input=Input::Digits value=days error=wrong_days width=Width::Short autocomplete="off" />
                <Field l name="place" label=text::place(l) value=place error=wrong_place autocomplete="off" />
                <Field l name="places" label=text::places(l) input=Input::Digits value=places error=wrong_places width=Width::Short autocomplete="off" />
                {of_plan}
                <Field l name="content" label=text::content(l) hint=text::content_hint(l) input=Input::Area value=content error=wrong_content width=Width::Full optional=true />
                {end}
            </Form>
        }
        .into_any()
    })
}
