//! A plan is begun, empty or from what the portal knows (R134, R141).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::work::plans::Words;
use registry::work::plans::begin::SURVEYED;

use super::super::units::look_up;
use super::super::{ending, key, reopen};
use super::{crumbs, in_words, position};
use crate::part::{Button, Check, Choice, ErrorSummary, Field, FieldErrors, Form, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::certificate_plans as text;
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(crumbs(l)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let of_field = |name: &str| (typed.get(name), errors.of(name));
        let (title, wrong_title) = of_field("title");
        let (unit, wrong_unit) = of_field("unit_code");
        let (first, wrong_first) = of_field("first_year");
        let (last, wrong_last) = of_field("last_year");
        let (words, wrong_words) = of_field("words");
        let (goal, wrong_goal) = of_field("goal");
        let styles = Words::ALL.iter().map(|of| Choice::new(of.name(), in_words(l, *of))).collect();
        let chosen = typed.all("positions");
        let positions = SURVEYED
            .iter()
            .map(|of| {
                let id = format!("positions-{}", of.name());
                let checked = chosen.iter().any(|name| name == of.name());
                view! {
                    <div class="choice">
                        <input type="checkbox" id=id.clone() name="positions" value=of.name() checked=checked />
                        <label for=id>{position(l, *of)}</label>
                    </div>
                }
            })
            .collect_view();
        let seed = typed.has("seed");
        let form_key = key(portal, typed);
        let end = ending(l, &errors, view! { <Button label=text::begin(l) /> }, routes::PLANS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::PLAN_ADD)}
            <Form action=routes::PLAN_ADD>
                {form_key}
                <Field l name="title" label=text::name(l) hint=text::name_hint(l) value=title error=wrong_title width=Width::Full autocomplete="off" />
                <Field l name="unit_code" label=text::unit(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" />
                <Field l name="first_year" label=text::first_year(l) input=Input::Digits value=first error=wrong_first width=Width::Short autocomplete="off" />
                <Field l name="last_year" label=text::last_year(l) input=Input::Digits value=last error=wrong_last width=Width::Short autocomplete="off" />
                <Field l name="goal" label=text::goal(l) hint=text::goal_hint(l) input=Input::Digits value=goal error=wrong_goal width=Width::Short autocomplete="off" optional=true />
                <Field l name="words" label=text::words(l) value=words input=Input::Select(styles) error=wrong_words />
                <Check l name="seed" label=text::seed(l) checked=seed />
                <fieldset class="field">
                    <legend>{text::survey(l)}</legend>
                    <p class="hint">{text::seed_hint(l)}</p>
                    {positions}
                </fieldset>
                {end}
            </Form>
        }
        .into_any()
    })
}
