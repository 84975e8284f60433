//! One system: what it gets and what for, the decision, what people answered, and the files that were taken (R113).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::biometric::{ConsentLine, SystemDetail};
use leptos::prelude::*;
use model::biometric::ConsentAnswer;
use model::lifecycle::EntrySystem;
use registry::work::biometrics::PAGE;

use super::super::reopen;
use super::super::verify::SCANS;
use super::{answer, crumbs, state, terms};
use crate::part::{
    Actions, Button, Choice, Choices, Column, Confirm, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden,
    Input, Notice, Pages, PostButton, Rank, Slice, Table, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, biometrics as text, number, people};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (detail, at): (&SystemDetail, i64),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let system = &detail.system;
    let page = Page::new(system.name.clone()).crumbs(crumbs(l)).paper(system.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::ENTRY_SYSTEM, system.id);
        let slice =
            Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: detail.answered.unsigned_abs() };
        let pages = (detail.answered > 0).then(|| view! { <Pages l slice path=path.clone() /> });
        let forms = (!errors.is_stale()).then(|| {
            view! {
                {decide(visit, detail, typed, &errors)}
                {export(visit, detail, typed, &errors)}
                {paper(l, detail, typed, &errors)}
                {end(l, detail)}
            }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <section>
                <h2>{text::facts(l)}</h2>
                {facts(l, detail)}
            </section>
            {forms}
            <section>
                <h2>{text::answers(l)} " " <span class="count">{number(l, detail.answered)}</span></h2>
                {consents(l, detail)}
                {pages}
            </section>
            <section>
                <h2>{text::exports(l)}</h2>
                {exports(l, detail)}
            </section>
        }
        .into_any()
    })
}

fn facts(l: Lang, detail: &SystemDetail) -> AnyView {
    let (tone, state) = state(l, detail.system.state);
    let by = |who: &Option<String>, at: i64| match who {
        Some(who) => format!("{who}, {}", words::at(l, at)),
        None => words::at(l, at),
    };
    let mut facts = vec![
        Fact::new(text::state_label(l), view! { <Tag tone text=state /> }),
        Fact::new(people::unit(l), detail.system.unit.clone()),
    ];
    facts.extend(terms(l, &detail.terms));
    facts.push(Fact::new(text::asked_by(l), by(&detail.asked_by, detail.asked_at)));
    if let Some(at) = detail.decided_at {
        facts.push(Fact::new(text::decided_by(l), by(&detail.decided_by, at)));
    }
    if let Some(answer) = detail.answer.clone() {
        facts.push(Fact::new(text::decision(l), answer));
    }
    facts.push(Fact::new(text::consents(l), number(l, detail.system.consents)));
    view! { <Facts l facts /> }.into_any()
}

/// Home Affairs decides; whoever asked does not.
fn decide(visit: &Visit, detail: &SystemDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    let l = visit.lang;
    if !detail.may_decide {
        return None;
    }
    if detail.own {
        return Some(view! { <Notice l tone=Tone::Info><p>{text::own(l)}</p></Notice> }.into_any());
    }
    let version = detail.system.version.to_string();
    let action = routes::with_id(routes::ENTRY_SYSTEM_DECIDE, detail.system.id);
    let (said, wrong, code) = (typed.get("opinion"), errors.of("opinion"), errors.of("code"));
    let needed = visit.needs_code();
    let view = view! {
        <section class="screen-only">
            <h2>{text::decide(l)}</h2>
            <p>{text::decide_lead(l)}</p>
            <Form action>
                <button hidden disabled></button>
                <Hidden name="version" value=version />
                <Field l name="opinion" label=text::decision(l) hint=text::decision_hint(l) input=Input::Area value=said error=wrong depends=true />
                <Confirm l needed error=code />
                <Actions>
                    <Button label=text::approve(l) name="do" value="approve" />
                    <Button label=text::refuse(l) name="do" value="refuse" rank=Rank::Danger />
                </Actions>
            </Form>
        </section>
    };
    Some(view.into_any())
}

/// The file is taken with the second factor freshly shown, and noted with everybody in it.
fn export(visit: &Visit, detail: &SystemDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    let l = visit.lang;
    detail.may_export.then(|| {
        let action = routes::with_id(routes::ENTRY_SYSTEM_EXPORT, detail.system.id);
        let formats = vec![Choice::new("csv", "CSV"), Choice::new("xlsx", "XLSX")];
        let format = typed.get("format");
        let (format, wrong) = (if format.is_empty() { "csv".to_owned() } else { format }, errors.of("format"));
        let (needed, code) = (visit.needs_code(), errors.of("code"));
        let delete = (detail.to_delete > 0).then(|| {
            let said = text::to_delete(l, number(l, detail.to_delete));
            view! { <Notice l tone=Tone::Warn><p>{said}</p></Notice> }
        });
        view! {
            <section class="screen-only">
                <h2>{text::export(l)}</h2>
                {delete}
                <p>{text::export_lead(l)}</p>
                <Form action>
                    <Choices l name="format" label=text::format(l) choices=formats chosen=format error=wrong />
                    <Confirm l needed error=code />
                    <Actions><Button label=text::export(l) rank=Rank::Secondary /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

/// The unit enters what somebody without an account has signed.
fn paper(l: Lang, detail: &SystemDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    (detail.may_keep && detail.system.state == EntrySystem::Approved).then(|| {
        let action = routes::with_id(routes::ENTRY_SYSTEM_CONSENT, detail.system.id);
        let of = |name: &str| (typed.get(name), errors.of(name));
        let answers = ConsentAnswer::ALL.map(|of| Choice::new(of.name(), answer(l, of).1)).to_vec();
        let (code, wrong_code) = of("personnel_code");
        let (chosen, wrong_answer) = of("consent_answer");
        let (day, wrong_day) = of("signed_on");
        let wrong_file = errors.of("consent");
        view! {
            <section class="screen-only">
                <h2>{text::paper(l)}</h2>
                <p>{text::paper_lead(l)}</p>
                <Form action files=true>
                    <Field l name="personnel_code" label=people::personnel_code(l) value=code error=wrong_code width=Width::Short autocomplete="off" />
                    <Choices l name="consent_answer" label=text::paper_answer(l) choices=answers chosen error=wrong_answer />
                    <Field l name="signed_on" label=text::signed_on(l) value=day input=Input::Date error=wrong_day width=Width::Short depends=true />
                    <Field l name="consent" label=text::paper_file(l) hint=words::verify::scan_hint(l) input=Input::File(SCANS) error=wrong_file depends=true />
                    <Actions><Button label=text::paper_enter(l) rank=Rank::Secondary /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

fn end(l: Lang, detail: &SystemDetail) -> Option<AnyView> {
    let open = matches!(detail.system.state, EntrySystem::Asked | EntrySystem::Approved);
    (detail.may_keep && open).then(|| {
        let hidden = vec![("version", detail.system.version.to_string())];
        let action = routes::with_id(routes::ENTRY_SYSTEM_END, detail.system.id);
        view! {
            <details class="screen-only">
                <summary>{text::end(l)}</summary>
                <p>{text::end_lead(l)}</p>
                <PostButton label=text::end(l) action hidden rank=Rank::Danger />
            </details>
        }
        .into_any()
    })
}

fn consents(l: Lang, detail: &SystemDetail) -> AnyView {
    if detail.consents.is_empty() {
        return view! { <p class="aside">{text::no_answers(l)}</p> }.into_any();
    }
    let columns = vec![
        Column::text(people::name(l)),
        Column::text(people::personnel_code(l)),
        Column::text(people::unit(l)),
        Column::text(text::answer_label(l)),
        Column::text(text::answered_at(l)),
        Column::text(text::paper(l)),
    ];
    let rows = detail.consents.iter().map(|line| consent(l, line, detail.may_keep)).collect_view();
    view! { <Table label=text::answers(l) columns>{rows}</Table> }.into_any()
}

fn consent(l: Lang, line: &ConsentLine, may_open: bool) -> AnyView {
    let (tone, said) = answer(l, line.answer);
    let href = routes::with_id(routes::PERSON, line.person_id);
    let day = line.signed_on.as_deref().map(|day| naming::day(l, day));
    let paper = match (line.file_id, day) {
        (Some(file), day) if may_open => {
            let label = day.unwrap_or_else(|| text::paper_file(l).to_owned());
            view! { <a href=routes::with_id(routes::FILE, file) target="_blank">{label}</a> }.into_any()
        }
        (_, day) => day.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=href>{naming::person(l, &line.name)}</a></th>
            <td class="code">{line.code.clone()}</td>
            <td>{line.unit.clone()}</td>
            <td><Tag tone text=said /></td>
            <td>{words::at(l, line.at)}</td>
            <td>{paper}</td>
        </tr>
    }
    .into_any()
}

fn exports(l: Lang, detail: &SystemDetail) -> AnyView {
    if detail.exports.is_empty() {
        return view! { <p class="aside">{text::no_exports(l)}</p> }.into_any();
    }
    let columns = vec![
        Column::text(text::taken_at(l)),
        Column::text(text::taken_by(l)),
        Column::number(text::people(l)),
        Column::number(text::deleted(l)),
        Column::text(text::sha256(l)),
    ];
    let rows = detail
        .exports
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">{words::at(l, line.at)}</th>
                    <td>{line.by.clone()}</td>
                    <td class="number">{number(l, line.people)}</td>
                    <td class="number">{number(l, line.withdrawn)}</td>
                    <td><span class="code hash">{line.sha256.clone()}</span></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::exports(l) columns>{rows}</Table> }.into_any()
}
