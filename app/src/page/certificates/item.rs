//! One certificate: what its file says, what speaks against it, what happened, and what may become of it (R119, R167, R168).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::certificate::regime::Objection;
use model::lifecycle::CertificateEvent;
use registry::work::certificates::CertificateDetail;

use super::super::reopen;
use super::{crumbs, day, event, finding, happened, kind, person, state};
use crate::part::{
    Actions, Button, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, History, Input, LinkButton, Notice,
    Rank, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::certificates as text;
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &CertificateDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.certificate;
    let title = if of.subject.is_empty() { text::erased(l).to_owned() } else { of.subject.clone() };
    let page = Page::new(title).crumbs(crumbs(l)).paper(of.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::CERTIFICATE, of.id);
        let forms = (!errors.is_stale()).then(|| {
            view! { {used(l, detail, typed, &errors)} {steps(l, detail, typed, &errors)} {keeper(l, detail, typed, &errors)} }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            {told(l, detail)}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section>
                    <h2>{text::history(l)}</h2>
                    <History l events=detail.events.iter().map(|line| happened(l, line)).collect() />
                </section>
            </div>
            {where_used(l, detail.certificate.id)}
            {asking(l, detail)}
            {forms}
        }
        .into_any()
    })
}

/// The way to where it is used.
fn where_used(l: Lang, id: i64) -> AnyView {
    let href = routes::with_id(routes::CERTIFICATE_USES, id);
    view! { <p><a href=href>{crate::words::certificate_use::title(l)}</a></p> }.into_any()
}

/// The way to asking for something about it, or to what is asked for.
fn asking(l: Lang, detail: &CertificateDetail) -> Option<AnyView> {
    let id = detail.certificate.id;
    if let Some(open) = detail.actions.open_request {
        let href = routes::with_id(routes::CERTIFICATE_REQUEST, open);
        return Some(view! { <p><a href=href>{text::open_request(l)}</a></p> }.into_any());
    }
    (!detail.actions.may_ask.is_empty()).then(|| {
        let href = routes::with_id(routes::CERTIFICATE_ASK, id);
        view! { <Actions><LinkButton label=text::ask(l) href rank=Rank::Secondary /></Actions> }.into_any()
    })
}

/// Whatever speaks against it, the gravest first.
fn told(l: Lang, detail: &CertificateDetail) -> AnyView {
    let mut said: Vec<(Tone, String)> = detail.findings.iter().map(|of| finding(l, of)).collect();
    if let Some(Objection::TooLong { years }) = detail.objection {
        said.push((Tone::Warn, text::too_long(l, years)));
    }
    if detail.stage.is_some() {
        said.push((Tone::Warn, text::ends_on(l, day(l, detail.certificate.valid_until))));
    }
    let of = |wanted: &[Tone]| -> Vec<String> {
        said.iter().filter(|(tone, _)| wanted.contains(tone)).map(|(_, said)| said.clone()).collect()
    };
    let notice = |tone: Tone, lines: Vec<String>| {
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
            view! { <Notice l tone>{lines}</Notice> }
        })
    };
    view! {
        {notice(Tone::Bad, of(&[Tone::Bad]))}
        {notice(Tone::Warn, of(&[Tone::Warn]))}
        {notice(Tone::Info, of(&[Tone::Info]))}
    }
    .into_any()
}

fn facts(l: Lang, detail: &CertificateDetail) -> AnyView {
    let of = &detail.certificate;
    let (tone, state) = state(l, of.state);
    let unit = routes::with_id(routes::UNIT, of.unit_id);
    let token = of.token.clone().map(|(id, serial)| {
        let href = routes::with_id(routes::TOKEN, id);
        view! { <a href=href class="code">{serial}</a> }
    });
    // a table told of it, and its file has not come
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::kind(l), kind(l, of.kind)),
        Fact::new(text::serial(l), view! { <span class="code">{of.serial.clone()}</span> }),
        Fact::maybe(text::issuer(l), some(&of.issuer)),
        Fact::maybe(text::algorithm(l), some(&of.algorithm)),
        Fact::new(text::from(l), day(l, of.valid_from)),
        Fact::new(text::until(l), day(l, of.valid_until)),
        Fact::new(text::unit(l), view! { <a href=unit>{of.unit.clone()}</a> }),
        Fact::maybe(text::keeper(l), of.keeper.as_ref().map(person)),
        Fact::maybe(text::token(l), token),
    ];
    // of a unit's certificate nobody is missing, and of one in force no day
    facts.extend(of.person.as_ref().map(|of| Fact::new(text::person(l), person(of))));
    facts.extend(of.in_use_since.as_deref().map(|day| Fact::new(text::in_use_since(l), naming::day(l, day))));
    if of.in_use_since.is_some() {
        let used = of.used_on.as_deref().map_or_else(|| text::no_use(l).to_owned(), |day| naming::day(l, day));
        facts.push(Fact::new(text::used_on(l), used));
    }
    facts.extend(of.revoked_on.as_deref().map(|day| Fact::new(text::revoked_on(l), naming::day(l, day))));
    facts.extend(of.remark.clone().map(|remark| Fact::new(text::reason(l), remark)));
    view! { <Facts l facts /> }.into_any()
}

/// Only what is possible.
fn steps(l: Lang, detail: &CertificateDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let action = routes::with_id(routes::CERTIFICATE_STEP, detail.certificate.id);
    detail
        .actions
        .may
        .iter()
        .map(|of| {
            let version = detail.certificate.version.to_string();
            let (said, name, label) = (typed.get("event") == of.name(), of.name(), event(l, *of));
            // what was typed belongs to the form that was sent
            let get = |name: &str| if said { typed.get(name) } else { String::new() };
            let wrong = |name: &str| if said { errors.of(name) } else { None };
            let (questions, rank) = if *of == CertificateEvent::Revoke {
                (
                    view! {
                        <p>{text::revoke_effect(l)}</p>
                        <Field l name="day" label=text::revoked_on(l) input=Input::Date width=Width::Short value=get("day") error=wrong("day") />
                        <Field l name="reason" label=text::reason(l) input=Input::Area value=get("reason") error=wrong("reason") />
                    }
                    .into_any(),
                    Rank::Danger,
                )
            } else {
                let keeper = detail.certificate.keeper.as_ref().map(|keeper| text::keeper_is(l, &keeper.name));
                let hint = keeper.unwrap_or_else(|| text::keeper_code_hint(l).to_owned());
                let optional = detail.certificate.keeper.is_some();
                (
                    view! {
                        <Field l name="keeper_code" label=text::keeper_code(l) hint=hint value=get("keeper_code") error=wrong("keeper_code") autocomplete="off" optional=optional />
                    }
                    .into_any(),
                    Rank::Secondary,
                )
            };
            view! {
                <section class="screen-only">
                    <h2>{label}</h2>
                    <Form action=action.clone()>
                        <Hidden name="version" value=version />
                        <Hidden name="event" value=name />
                        {questions}
                        <Actions><Button label rank /></Actions>
                    </Form>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

/// When it was used last, as the unit reports it.
fn used(l: Lang, detail: &CertificateDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    detail.actions.may_note_use.then(|| {
        let version = detail.certificate.version.to_string();
        let action = routes::with_id(routes::CERTIFICATE_USE, detail.certificate.id);
        let (day, wrong) = (typed.get("used_on"), errors.of("used_on"));
        view! {
            <section class="screen-only">
                <h2>{text::note_use(l)}</h2>
                <p>{text::note_use_lead(l)}</p>
                <Form action>
                    <Hidden name="version" value=version />
                    <Field l name="used_on" label=text::used_on(l) input=Input::Date width=Width::Short value=day error=wrong />
                    <Actions><Button label=text::note_use(l) rank=Rank::Secondary /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

fn keeper(l: Lang, detail: &CertificateDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    // what is not handed over yet gets its keeper with that
    let may = detail.actions.may_keep && !detail.actions.may.contains(&CertificateEvent::HandOver);
    may.then(|| {
        let version = detail.certificate.version.to_string();
        let action = routes::with_id(routes::CERTIFICATE_KEEPER, detail.certificate.id);
        let here = typed.has("new_keeper");
        let keeper = if here { typed.get("keeper_code") } else { String::new() };
        let wrong = if here { errors.of("keeper_code") } else { None };
        view! {
            <section class="screen-only">
                <h2>{text::change_keeper(l)}</h2>
                <Form action>
                    <Hidden name="version" value=version />
                    <Hidden name="new_keeper" value="1" />
                    <Field l name="keeper_code" label=text::keeper_code(l) hint=text::keeper_code_hint(l) value=keeper error=wrong autocomplete="off" />
                    <Actions><Button label=text::change_keeper(l) rank=Rank::Secondary /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}
