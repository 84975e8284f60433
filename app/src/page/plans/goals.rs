//! Waves and targets of a plan, to be written in (R140, R152).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::certificate::plan::{Position, UnitGroup};
use registry::work::plans::PlanHead;
use registry::work::plans::goals::{TargetForm, WaveForm};

use super::super::{ending, reopen};
use super::{application, group, plan_crumbs, position};
use crate::part::error_summary::Labels;
use crate::part::{Button, Choice, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width, with_query};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::certificate_plans as text;
use crate::{Portal, routes};

/// What stands in the two forms.
pub struct Goals {
    /// Waves.
    pub waves: Vec<WaveForm>,
    /// Applications.
    pub targets: Vec<TargetForm>,
    /// The version that was shown.
    pub version: i64,
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: &PlanHead,
    goals: &Goals,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::write_goals(l)).lead(text::goals_lead(l)).crumbs(plan_crumbs(l, of)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let (id, version) = (of.id, goals.version.to_string());
        let back = routes::with_id(routes::PLAN_PROGRESS, id);
        let nothing = goals.waves.iter().all(|wave| wave.from_year.is_empty());
        let template = nothing.then(|| {
            let href = with_query(&routes::with_id(routes::PLAN_GOALS, id), "template", "ha_tinh");
            view! { <p><a href=href>{text::template(l)}</a></p> }
        });
        let waves = (1..).zip(&goals.waves).map(|(nth, form)| wave(l, nth, form, &errors)).collect_view();
        let targets = goals.targets.iter().map(|form| target(l, form, &errors)).collect_view();
        let many = errors.of("waves").map(|said| view! { <p class="error" id="waves">{said}</p> });
        let end_waves = ending(l, &errors, view! { <Button label=text::save_waves(l) /> }, back.clone());
        let end_targets = ending(l, &errors, view! { <Button label=text::save_targets(l) /> }, back.clone());
        let of_waves = version.clone();
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &back)}
            <section>
                <h2>{text::waves(l)}</h2>
                <p>{text::waves_hint(l)}</p>
                {template}
                <Form action=routes::with_id(routes::PLAN_WAVES, id)>
                    <Hidden name="version" value=of_waves />
                    {many}
                    {waves}
                    {end_waves}
                </Form>
            </section>
            <section>
                <h2>{text::targets(l)}</h2>
                <p>{text::targets_hint(l)}</p>
                <Form action=routes::with_id(routes::PLAN_TARGETS, id)>
                    <Hidden name="version" value=version />
                    {targets}
                    {end_targets}
                </Form>
            </section>
        }
        .into_any()
    })
}

fn wave(l: Lang, nth: usize, form: &WaveForm, errors: &FieldErrors) -> AnyView {
    let id = format!("wave-{nth}");
    let wrong = errors.of(&id);
    if wrong.is_some() {
        Labels::tell(&id, &text::wave(l, nth));
    }
    let class = if wrong.is_some() { "field wave wrong" } else { "field wave" };
    let said = wrong.map(|said| view! { <p class="error">{said}</p> });
    let name = |of: &str| format!("wave-{nth}-{of}");
    let quarters = || (1..=4).map(|of: u8| Choice::new(of.to_string(), of.to_string())).collect();
    let (from_year, from_quarter) = (form.from_year.clone(), form.from_quarter.clone());
    let (to_year, to_quarter, goal) = (form.to_year.clone(), form.to_quarter.clone(), form.goal.clone());
    let box_of = |of: &'static str, value: &'static str, label: &'static str, chosen: &[String]| {
        let (name, id) = (name(of), name(&format!("{of}-{value}")));
        let checked = chosen.iter().any(|name| name == value);
        view! {
            <div class="choice">
                <input type="checkbox" id=id.clone() name=name value=value checked=checked />
                <label for=id>{label}</label>
            </div>
        }
    };
    let groups = UnitGroup::ALL.iter().map(|of| box_of("groups", of.name(), group(l, *of), &form.groups));
    let positions = Position::ALL
        .iter()
        .filter(|of| **of != Position::Unit)
        .map(|of| box_of("positions", of.name(), position(l, *of), &form.positions));
    view! {
        <fieldset class=class id=id tabindex="-1">
            <legend>{text::wave(l, nth)}</legend>
            {said}
            <div class="row">
                <Field l name=name("from_quarter") label=text::from_quarter(l) value=from_quarter input=Input::Select(quarters()) width=Width::Short depends=true />
                <Field l name=name("from_year") label=text::from_year(l) value=from_year input=Input::Digits width=Width::Short depends=true />
                <Field l name=name("to_quarter") label=text::to_quarter(l) value=to_quarter input=Input::Select(quarters()) width=Width::Short depends=true />
                <Field l name=name("to_year") label=text::to_year(l) value=to_year input=Input::Digits width=Width::Short depends=true />
                <Field l name=name("goal") label=text::wave_goal(l) value=goal input=Input::Digits width=Width::Short depends=true />
            </div>
            <div class="columns">
                <fieldset class="field"><legend>{text::groups(l)}</legend>{groups.collect_view()}</fieldset>
                <fieldset class="field"><legend>{text::positions(l)}</legend>{positions.collect_view()}</fieldset>
            </div>
        </fieldset>
    }
    .into_any()
}

fn target(l: Lang, form: &TargetForm, errors: &FieldErrors) -> AnyView {
    let of = model::certificate::target::Application::from_name(&form.application);
    let Some(of) = of else { return ().into_any() };
    let (of_share, of_units) = (format!("percent-{}", of.name()), format!("units-{}", of.name()));
    let (wrong_share, wrong_units) = (errors.of(&of_share), errors.of(&of_units));
    let (share, units) = (form.percent.clone(), form.units.clone());
    view! {
        <fieldset class="field">
            <legend>{application(l, of)}</legend>
            <Field l name=of_share label=text::target_percent(l) value=share input=Input::Digits error=wrong_share width=Width::Short autocomplete="off" optional=true />
            <Field l name=of_units label=text::target_units(l) value=units input=Input::Area error=wrong_units optional=true />
        </fieldset>
    }
    .into_any()
}
