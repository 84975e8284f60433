//! One request: how far it has come, its papers, and the step that is due (R118, R119).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::CertificateRequestDetail;
use leptos::prelude::*;
use model::lifecycle::{CertificateRequest, CertificateRequestEvent as Event};

use super::super::list::files as papers;
use super::super::reopen;
use super::super::request::files as attached;
use super::super::verify::SCANS;
use super::{day, due, happened, kind, operation, person, request_crumbs, request_event, request_state};
use crate::part::{
    Actions, Button, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, History, Input, Notice, Rank, Tag,
    Tone, Width, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, certificate_requests as text, certificates};
use crate::{Portal, naming, page, routes};

const FILES: &str =
    ".cer,.crt,.pem,.der,.p7b,.p7c,application/pkix-cert,application/x-x509-ca-cert,application/x-pkcs7-certificates";

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &CertificateRequestDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.request;
    let way = if detail.sees_certificates { request_crumbs(l) } else { page::me::crumbs(l, true) };
    let title = format!("{}: {}", operation(l, of.operation), of.subject());
    let page = Page::new(title).crumbs(way).paper(of.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::CERTIFICATE_REQUEST, of.id);
        let file = |route: &str, kind: &str| with_query(&routes::with_id(route, of.id), "as", kind);
        let form = of.form.map(|number| {
            let route = routes::CERTIFICATE_REQUEST_FORM;
            view! { <h3>{text::form(l, number)}</h3> {papers(l, file(route, "pdf"), file(route, "docx"))} }
        });
        let minutes = of.brought.as_ref().map(|_| {
            let route = routes::CERTIFICATE_REQUEST_MINUTES;
            view! { <h3>{text::minutes(l)}</h3> {papers(l, file(route, "pdf"), file(route, "docx"))} }
        });
        let told = of.answer.clone().map(|answer| {
            let tone = match of.state {
                CertificateRequest::SentBack => Tone::Warn,
                CertificateRequest::Refused => Tone::Bad,
                _ => Tone::Info,
            };
            view! { <Notice l tone><p>{text::answered(l, &answer)}</p></Notice> }
        });
        let steps = (!errors.is_stale()).then(|| steps(l, detail, typed, &errors));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            {told}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section class="screen-only">
                    <h2>{text::papers(l)}</h2>
                    {form}
                    {minutes}
                    {attached(l, &detail.files)}
                </section>
            </div>
            {steps}
            <section>
                <h2>{certificates::history(l)}</h2>
                <History l events=detail.events.iter().map(|line| happened(l, line)).collect() />
            </section>
        }
        .into_any()
    })
}

fn facts(l: Lang, detail: &CertificateRequestDetail) -> AnyView {
    let of = &detail.request;
    let (tone, state) = request_state(l, of.state);
    let link = |found: &(i64, String)| match detail.sees_certificates {
        true => {
            let href = routes::with_id(routes::CERTIFICATE, found.0);
            view! { <a href=href class="code">{found.1.clone()}</a> }.into_any()
        }
        false => view! { <span class="code">{found.1.clone()}</span> }.into_any(),
    };
    let named = |of: &contract::certificate::Named| match detail.sees_certificates {
        true => person(of),
        false => of.name.clone().into_any(),
    };
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::operation(l), operation(l, of.operation)),
        Fact::new(certificates::kind(l), kind(l, of.kind)),
    ];
    facts.extend(of.person.as_ref().map(|of| Fact::new(certificates::person(l), named(of))));
    facts.extend(of.device.clone().map(|device| Fact::new(text::device(l), device)));
    facts.push(Fact::new(certificates::unit(l), of.unit.clone()));
    facts.push(Fact::maybe(certificates::keeper(l), of.keeper.as_ref().map(named)));
    facts.extend(of.certificate.as_ref().map(|found| Fact::new(text::certificate(l), link(found))));
    facts.extend(of.reason.clone().map(|reason| Fact::new(text::reason(l), reason)));
    facts.push(Fact::new(text::asked_on(l), day(l, of.asked_at)));
    facts.extend(due(l, of.due).map(|due| Fact::new(text::due(l), due)));
    facts.extend(of.list.as_ref().map(|(id, title)| {
        let list = match detail.sees_lists {
            true => view! { <a href=routes::with_id(routes::CERTIFICATE_LIST, *id)>{title.clone()}</a> }.into_any(),
            false => title.clone().into_any(),
        };
        Fact::new(text::list(l), list)
    }));
    facts.extend(of.reply.as_ref().map(|(number, on)| {
        let on = naming::day(l, on);
        Fact::new(text::reply(l), number.as_ref().map_or_else(|| on.clone(), |number| format!("{number}, {on}")))
    }));
    facts.extend(of.brought.as_ref().map(|found| Fact::new(text::brought(l), link(found))));
    facts.extend(
        of.minutes
            .as_ref()
            .map(|(number, on)| Fact::new(text::minutes(l), format!("{number}, {}", naming::day(l, on)))),
    );
    view! { <Facts l facts /> }.into_any()
}

/// Only what is possible.
fn steps(l: Lang, detail: &CertificateRequestDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let has = |events: &[Event]| -> Vec<Event> {
        detail.may.iter().copied().filter(|event| events.contains(event)).collect()
    };
    let state = detail.request.state;
    let word = match state {
        CertificateRequest::Asked => words_form(
            l,
            detail,
            (routes::CERTIFICATE_REQUEST_ENDORSE, text::endorse_lead(l)),
            &has(&[Event::Endorse, Event::SendBack]),
            (typed, errors),
        ),
        CertificateRequest::Endorsed | CertificateRequest::Accepted => words_form(
            l,
            detail,
            (routes::CERTIFICATE_REQUEST_REVIEW, text::review_lead(l)),
            &has(&[Event::Accept, Event::SendBack, Event::Refuse]),
            (typed, errors),
        ),
        _ => None,
    };
    let mend = words_form(
        l,
        detail,
        (routes::CERTIFICATE_REQUEST_MEND, text::mend_lead(l)),
        &has(&[Event::AskAgain, Event::Withdraw]),
        (typed, errors),
    );
    let answer = (state == CertificateRequest::Sent && detail.may.contains(&Event::Grant))
        .then(|| answer(l, detail, typed, errors));
    let deliver = detail.may.contains(&Event::HandOver).then(|| deliver(l, detail, typed, errors));
    let attach = detail.may_attach.then(|| attach(l, detail, errors));
    view! { {word} {mend} {answer} {deliver} {attach} }.into_any()
}

/// One form with a button for each of the events.
fn words_form(
    l: Lang,
    detail: &CertificateRequestDetail,
    (route, lead): (&str, &'static str),
    events: &[Event],
    (typed, errors): (&Typed, &FieldErrors),
) -> Option<AnyView> {
    (!events.is_empty()).then(|| {
        // what was typed belongs to the form that was sent
        let here = events.iter().any(|event| event.name() == typed.get("event"));
        let asks = events.contains(&Event::AskAgain);
        let typed_reason = if here { typed.get("reason") } else { String::new() };
        let reason = match (asks, here) {
            (true, false) => detail.request.reason.clone().unwrap_or_default(),
            _ => typed_reason,
        };
        let wrong = if here { errors.of("reason") } else { None };
        let (label, hint) = match asks {
            true => (text::reason(l), text::reason_hint(l)),
            false => (text::why(l), text::why_hint(l)),
        };
        let only_withdraw = events == [Event::Withdraw];
        let field = (!only_withdraw).then(|| {
            view! { <Field l name="reason" label=label hint=hint input=Input::Area value=reason error=wrong depends=true /> }
        });
        let buttons = events
            .iter()
            .map(|event| {
                let rank = match event {
                    Event::Refuse | Event::Withdraw => Rank::Danger,
                    Event::SendBack => Rank::Secondary,
                    _ => Rank::Primary,
                };
                view! { <Button label=request_event(l, *event) name="event" value=event.name() rank /> }
            })
            .collect_view();
        let version = detail.request.version.to_string();
        let (title, lead) = match only_withdraw {
            true => (request_event(l, Event::Withdraw), None),
            false => (text::step(l), Some(view! { <p>{lead}</p> })),
        };
        view! {
            <section class="screen-only">
                <h2>{title}</h2>
                {lead}
                <Form action=routes::with_id(route, detail.request.id)>
                    <button hidden disabled></button>
                    <Hidden name="version" value=version />
                    {field}
                    <Actions>{buttons}</Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

/// What the authority answered: yes, with what came of it, or no.
fn answer(l: Lang, detail: &CertificateRequestDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let of = &detail.request;
    let action = routes::with_id(routes::CERTIFICATE_REQUEST_ANSWER, of.id);
    let (version, again) = (of.version.to_string(), of.version.to_string());
    let of_field = |name: &str| (typed.get(name), errors.of(name));
    let (number, wrong_number) = of_field("reply_number");
    let (on, wrong_on) = of_field("day");
    let (no_number, wrong_no_number) = of_field("refusal_number");
    let (no_on, wrong_no_on) = of_field("refusal_day");
    let (why, wrong_why) = of_field("reason");
    let brings = of.operation.brings_certificate();
    let file = brings.then(|| {
        let (token, wrong_token) = of_field("token_serial");
        let token = if typed.has("version") { token } else { detail.token.clone().unwrap_or_default() };
        let wrong_file = errors.of("certificate");
        view! {
            <Field l name="certificate" label=certificates::file(l) hint=certificates::file_hint(l) input=Input::File(FILES) error=wrong_file />
            <Field l name="token_serial" label=certificates::token_serial(l) hint=certificates::token_hint(l) value=token error=wrong_token autocomplete="off" optional=true />
        }
    });
    let (lead, label) = match brings {
        true => (text::receive_lead(l), text::receive(l)),
        false => (text::confirm_lead(l), text::confirm(l)),
    };
    view! {
        <div class="columns screen-only">
            <section>
                <h2>{text::granted(l)}</h2>
                <p>{lead}</p>
                <Form action=action.clone() files=true>
                    <Hidden name="version" value=version />
                    <Hidden name="event" value="grant" />
                    {file}
                    <Field l name="reply_number" label=text::reply_number(l) value=number error=wrong_number width=Width::Short autocomplete="off" optional=true />
                    <Field l name="day" label=text::reply_day(l) input=Input::Date value=on error=wrong_on width=Width::Short />
                    <Actions><Button label /></Actions>
                </Form>
            </section>
            <section>
                <h2>{text::refused(l)}</h2>
                <Form action>
                    <Hidden name="version" value=again />
                    <Hidden name="event" value="refuse" />
                    <Field l name="refusal_number" label=text::reply_number(l) value=no_number error=wrong_no_number width=Width::Short autocomplete="off" optional=true />
                    <Field l name="refusal_day" label=text::reply_day(l) input=Input::Date value=no_on error=wrong_no_on width=Width::Short />
                    <Field l name="reason" label=text::why(l) input=Input::Area value=why error=wrong_why />
                    <Actions><Button label=text::refuse(l) rank=Rank::Danger /></Actions>
                </Form>
            </section>
        </div>
    }
    .into_any()
}

fn deliver(l: Lang, detail: &CertificateRequestDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let of = &detail.request;
    let action = routes::with_id(routes::CERTIFICATE_REQUEST_DELIVER, of.id);
    let hint = match &of.keeper {
        Some(keeper) => certificates::keeper_is(l, &keeper.name),
        None => certificates::keeper_code_hint(l).to_owned(),
    };
    let (optional, version) = (of.keeper.is_some(), of.version.to_string());
    let of_field = |name: &str| (typed.get(name), errors.of(name));
    let (number, wrong_number) = of_field("minutes_number");
    let (on, wrong_on) = of_field("day");
    let (keeper, wrong_keeper) = of_field("keeper_code");
    view! {
        <section class="screen-only">
            <h2>{text::deliver(l)}</h2>
            <p>{text::deliver_lead(l)}</p>
            <Form action>
                <Hidden name="version" value=version />
                <Field l name="minutes_number" label=text::minutes_number(l) hint=text::minutes_number_hint(l) value=number error=wrong_number width=Width::Short autocomplete="off" />
                <Field l name="day" label=text::minutes_day(l) input=Input::Date value=on error=wrong_on width=Width::Short />
                <Field l name="keeper_code" label=certificates::keeper_code(l) hint=hint value=keeper error=wrong_keeper autocomplete="off" optional=optional />
                <Actions><Button label=text::deliver(l) /></Actions>
            </Form>
        </section>
    }
    .into_any()
}

fn attach(l: Lang, detail: &CertificateRequestDetail, errors: &FieldErrors) -> AnyView {
    let action = routes::with_id(routes::CERTIFICATE_REQUEST_MINUTES, detail.request.id);
    let wrong = errors.of("minutes");
    view! {
        <section class="screen-only">
            <h2>{text::attach(l)}</h2>
            <Form action files=true>
                <Field l name="minutes" label=text::signed_minutes(l) hint=words::verify::scan_hint(l) input=Input::File(SCANS) error=wrong />
                <Actions><Button label=text::attach(l) rank=Rank::Secondary /></Actions>
            </Form>
        </section>
    }
    .into_any()
}
