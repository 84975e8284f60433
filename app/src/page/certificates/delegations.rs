//! Who is subscriber manager: by the law of the day, and by which document of the province (R171, C21).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{DelegationLine, Delegations};
use leptos::prelude::*;
use model::certificate::regime::ManagerOffice;

use super::super::units::look_up;
use super::super::verify::SCANS;
use super::super::{key, reopen};
use super::{crumbs, office};
use crate::part::{
    Actions, Button, Choice, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, Input, Notice, Rank, Tag,
    Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, certificate_delegations as text, certificates};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    all: &Delegations,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let now = all.lines.iter().find(|of| of.in_force);
        let told = match (now, all.usual) {
            (Some(of), _) => text::now(l, naming::day(l, &of.day), &of.number, &of.unit),
            (None, Some(usual)) => text::usual(l, all.law.join(", "), office(l, usual)),
            (None, None) => text::nobody(l).to_owned(),
        };
        let lines = all.lines.iter().map(|of| line(l, of, all.may_set, typed, &errors)).collect_view();
        let add = (all.may_set && !errors.is_stale()).then(|| add(l, portal, typed, &errors));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::DELEGATIONS)}
            <Notice l tone=Tone::Info><p>{told}</p></Notice>
            {lines}
            {add}
        }
        .into_any()
    })
}

fn line(l: Lang, of: &DelegationLine, may_set: bool, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let unit = routes::with_id(routes::UNIT, of.unit_id);
    let (tone, state) = match (of.in_force, of.may_end) {
        (true, _) => (Tone::Good, text::in_force(l)),
        (false, true) => (Tone::Info, text::to_come(l)),
        (false, false) => (Tone::Plain, text::over(l)),
    };
    let until = of.until.as_deref().map_or_else(|| text::without_end(l).to_owned(), |day| naming::day(l, day));
    let mut facts = vec![
        Fact::new(certificates::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::office(l), office(l, of.office)),
        Fact::new(certificates::unit(l), view! { <a href=unit>{of.unit.clone()}</a> }),
        Fact::new(text::authority(l), of.authority.clone()),
        Fact::new(text::document_day(l), naming::day(l, &of.day)),
        Fact::new(text::from(l), naming::day(l, &of.from)),
        Fact::new(text::until(l), until),
        Fact::new(text::replaces(l), text::replaced(l, of.law.join(", "), office(l, of.replaces))),
    ];
    facts.extend(of.ended_on.as_deref().map(|day| Fact::new(text::ended_on(l), naming::day(l, day))));
    let scans = of
        .files
        .iter()
        .map(|file| {
            let href = routes::with_id(routes::FILE, file.id);
            view! { <a href=href>{text::scan(l)}</a> " " }
        })
        .collect_view();
    let end = (may_set && of.may_end && !errors.is_stale()).then(|| {
        let here = typed.id("delegation_id") == Some(of.id);
        let day = if here { typed.get("ended_on") } else { String::new() };
        let wrong = if here { errors.of("ended_on") } else { None };
        let (id, version) = (of.id.to_string(), of.version.to_string());
        view! {
            <details class="screen-only" open=here>
                <summary>{text::end(l)}</summary>
                <Form action=routes::DELEGATIONS>
                    <Hidden name="do" value="end" />
                    <Hidden name="delegation_id" value=id />
                    <Hidden name="version" value=version />
                    <Field l name="ended_on" label=text::ended_on(l) input=Input::Date width=Width::Short value=day error=wrong />
                    <Actions><Button label=text::end(l) rank=Rank::Danger /></Actions>
                </Form>
            </details>
        }
    });
    view! {
        <section>
            <h2>{text::document(l, &of.number)}</h2>
            <Facts l facts />
            <p>{scans}</p>
            {end}
        </section>
    }
    .into_any()
}

fn add(l: Lang, portal: &Portal, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let ending = typed.get("do") == "end";
    let of_field = |name: &str| if ending { (String::new(), None) } else { (typed.get(name), errors.of(name)) };
    let offices: Vec<Choice> = ManagerOffice::ALL.iter().map(|of| Choice::new(of.name(), office(l, *of))).collect();
    let (of_office, wrong_office) = of_field("office");
    let (unit, wrong_unit) = of_field("unit_code");
    let (number, wrong_number) = of_field("document_number");
    let (day, wrong_day) = of_field("document_day");
    let (authority, wrong_authority) = of_field("authority");
    let (from, wrong_from) = of_field("delegated_from");
    let (until, wrong_until) = of_field("delegated_until");
    let wrong_file = errors.of("delegation");
    let form_key = key(portal, typed);
    view! {
        <section class="screen-only">
            <h2>{text::add(l)}</h2>
            <Form action=routes::DELEGATIONS files=true>
                {form_key}
                <Hidden name="do" value="add" />
                <Field l name="office" label=text::office(l) value=of_office input=Input::Select(offices) error=wrong_office />
                <Field l name="unit_code" label=certificates::unit_code(l) hint=certificates::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" />
                <Field l name="document_number" label=text::number(l) hint=text::number_hint(l) value=number error=wrong_number width=Width::Short autocomplete="off" />
                <Field l name="document_day" label=text::document_day(l) input=Input::Date width=Width::Short value=day error=wrong_day />
                <Field l name="authority" label=text::authority(l) hint=text::authority_hint(l) value=authority error=wrong_authority autocomplete="off" />
                <Field l name="delegated_from" label=text::from(l) input=Input::Date width=Width::Short value=from error=wrong_from />
                <Field l name="delegated_until" label=text::until(l) input=Input::Date width=Width::Short value=until error=wrong_until optional=true />
                <Field l name="delegation" label=text::scan(l) hint=words::verify::scan_hint(l) input=Input::File(SCANS) error=wrong_file optional=true />
                <Actions><Button label=text::add(l) /></Actions>
            </Form>
        </section>
    }
    .into_any()
}
