//! One list: who is on it, and the step that is due: to compose, to submit, to check, to decide.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{DossierDetail, DossierLine, FormerLine};
use leptos::prelude::*;
use model::lifecycle::Request;

use super::lists::choose;
use super::reopen;
use super::request::files as attached;
use super::verify::SCANS;
use crate::part::error_summary::Labels;
use crate::part::{
    Actions, Button, Column, Confirm, Crumb, ErrorSummary, Export, Fact, Facts, Field, FieldErrors, Form, Hidden,
    Input, LinkButton, Notice, PostButton, Rank, Table, Tag, Tone, Width, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, list as text, lists, people, request};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &DossierDetail,
    (typed, province): (&Typed, &str),
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let way = vec![Crumb::new(lists::title(l), routes::LISTS)];
    let dossier = &detail.dossier;
    let above = (dossier.unit != province).then(|| province.to_owned());
    let page = Page::new(dossier.title.clone()).crumbs(way).paper(dossier.unit.clone(), above).failed(failed);
    super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::LIST, dossier.id);
        let file = |kind: &str| with_query(&routes::with_id(routes::LIST_LETTER, dossier.id), "as", kind);
        let step = if detail.may_decide || detail.may_check {
            judge(visit, detail, typed, &errors)
        } else {
            view! { {table(l, detail)} {submit(l, detail, typed, &errors)} {compose(l, detail)} }.into_any()
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section class="screen-only">
                    <h2>{request::files(l)}</h2>
                    {files(l, file("pdf"), file("docx"))}
                    {attached(l, &detail.files)}
                </section>
            </div>
            <section>
                <h2>{text::people(l)} " " <span class="count">{words::number(l, detail.lines.len() as i64)}</span></h2>
                {step}
                {(!detail.lines.is_empty()).then(|| view! { <Export l path=path.clone() /> })}
            </section>
            {former(l, &detail.former)}
        }
        .into_any()
    })
}

/// A document to be opened and to be worked on.
pub fn files(l: Lang, pdf: String, docx: String) -> AnyView {
    view! {
        <Actions>
            <LinkButton label=text::open_pdf(l) href=pdf rank=Rank::Secondary />
            <LinkButton label=text::open_docx(l) href=docx rank=Rank::Secondary />
        </Actions>
    }
    .into_any()
}

fn facts(l: Lang, detail: &DossierDetail) -> AnyView {
    let dossier = &detail.dossier;
    let (tone, state) = naming::dossier_state(l, dossier.state);
    let facts = vec![
        Fact::new(lists::state(l), view! { <Tag tone text=state /> }),
        Fact::new(people::unit(l), dossier.unit.clone()),
        Fact::maybe(lists::letter(l), dossier.letter_number.clone()),
        Fact::maybe(text::day(l), dossier.letter_day.as_deref().map(|day| naming::day(l, day))),
        Fact::maybe(text::signer(l), dossier.signer.clone()),
        Fact::maybe(lists::due(l), dossier.due.map(|due| words::date(l, registry::date::day_of(due - 1)))),
    ];
    view! { <Facts l facts /> }.into_any()
}

fn columns(l: Lang, last: &'static str) -> Vec<Column> {
    vec![
        Column::text(people::name(l)),
        Column::text(people::position(l)),
        Column::text(request::case(l)),
        Column::text(text::number(l)),
        Column::text(last),
    ]
}

/// The cells of somebody, the photo before the name (R22); at the end what is to be said of them, else their state.
fn cells(l: Lang, line: &DossierLine, verdict: Option<AnyView>) -> AnyView {
    let row = &line.request;
    let photo = routes::with_id(routes::PERSON_PORTRAIT, row.person_id);
    let (tone, state) = naming::request_state(l, row.state);
    let wrong = (!line.differs.is_empty() || !line.missing.is_empty()).then(|| {
        let names: Vec<&str> = line.differs.iter().chain(&line.missing).map(|field| naming::field(l, *field)).collect();
        view! { <p class="error">{text::differs(l, names.join(", "))}</p> }
    });
    let case = format!("{}: {}", naming::case(l, row.case), naming::reason(l, &row.reason));
    let href = routes::with_id(routes::REQUEST, row.id);
    view! {
        <th scope="row">
            <span class="with-photo">
                <img src=photo alt="" width="45" height="60" loading="lazy" />
                <span><a href=href>{row.name.clone()}</a> <span class="code">{row.personnel_code.clone()}</span></span>
            </span>
        </th>
        <td>{row.position.clone()} <span class="under">{row.unit.clone()}</span></td>
        <td>{case}</td>
        <td class="code">{line.number.clone()}</td>
        <td>{verdict.unwrap_or_else(|| view! { <Tag tone text=state /> }.into_any())} {wrong}</td>
    }
    .into_any()
}

fn table(l: Lang, detail: &DossierDetail) -> AnyView {
    let rows = detail.lines.iter().map(|line| view! { <tr>{cells(l, line, None)}</tr> }).collect_view();
    view! { <Table label=text::people(l) columns=columns(l, request::state(l))>{rows}</Table> }.into_any()
}

/// Who stood on it, and what has become of their requests.
fn former(l: Lang, of: &[FormerLine]) -> Option<AnyView> {
    let columns = vec![Column::text(people::name(l)), Column::text(text::left_at(l)), Column::text(text::now(l))];
    let rows = of.iter().map(|line| {
        let (tone, state) = naming::request_state(l, line.state);
        view! {
            <tr>
                <th scope="row"><a href=routes::with_id(routes::REQUEST, line.request_id)>{naming::person(l, &line.name)}</a></th>
                <td>{words::at(l, line.left_at)}</td>
                <td><Tag tone text=state /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    (!of.is_empty()).then(|| {
        view! { <section><h2>{text::former(l)}</h2><Table label=text::former(l) columns>{rows}</Table></section> }
            .into_any()
    })
}

fn submit(l: Lang, detail: &DossierDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    detail.may_submit.then(|| {
        let version = typed.id("version").unwrap_or(detail.dossier.version).to_string();
        let value = |name: &str| typed.get(name);
        let buttons = (!errors.is_stale()).then(|| view! { <Actions><Button label=text::submit(l) /></Actions> });
        let (number, day, signer) = (value("letter_number"), value("day"), value("signer"));
        let [wrong_number, wrong_day, wrong_signer, wrong_file] =
            ["letter_number", "day", "signer", "letter"].map(|name| errors.of(name));
        view! {
            <h2>{lists::letter(l)}</h2>
            <p>{text::letter_lead(l)}</p>
            <Form action=routes::with_id(routes::LIST_SUBMIT, detail.dossier.id) files=true>
                <Hidden name="version" value=version />
                <Field l name="letter_number" label=text::letter_number(l) hint=text::letter_number_hint(l) value=number error=wrong_number width=Width::Short autocomplete="off" />
                <Field l name="day" label=text::day(l) value=day input=Input::Date width=Width::Short error=wrong_day depends=true />
                <Field l name="signer" label=text::signer(l) hint=text::signer_hint(l) value=signer error=wrong_signer autocomplete="off" />
                <Field l name="letter" label=text::letter_file(l) hint=words::verify::scan_hint(l) input=Input::File(SCANS) error=wrong_file optional=true />
                {buttons}
            </Form>
        }
        .into_any()
    })
}

/// Changing who is on it, while it is composed.
fn compose(l: Lang, detail: &DossierDetail) -> Option<AnyView> {
    detail.may_compose.then(|| {
        let version = detail.dossier.version.to_string();
        let action = routes::with_id(routes::LIST_PEOPLE, detail.dossier.id);
        let on: Vec<_> = detail.lines.iter().map(|line| line.request.clone()).collect();
        let dissolve = vec![("version", version.clone()), ("do", "dissolve".to_owned())];
        let off = (!on.is_empty()).then(|| {
            view! { <h3>{text::take_off(l)}</h3> {choose(l, "off", on, &[])} }
        });
        let more = (!detail.candidates.is_empty()).then(|| {
            view! { <h3>{text::put_on(l)}</h3> {choose(l, "on", detail.candidates.clone(), &[])} }
        });
        view! {
            <details class="screen-only">
                <summary>{text::change_people(l)}</summary>
                <Form action=action.clone()>
                    <Hidden name="version" value=version />
                    {off}
                    {more}
                    <Actions><Button label=text::save_people(l) rank=Rank::Secondary /></Actions>
                </Form>
                <PostButton label=text::dissolve(l) action hidden=dissolve rank=Rank::Danger />
            </details>
        }
        .into_any()
    })
}

/// Everybody with what is to be said of them: nothing where all is well.
fn judge(visit: &Visit, detail: &DossierDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let l = visit.lang;
    let decide = detail.may_decide;
    let (path, lead, button) = if decide {
        (routes::LIST_DECIDE, text::decide_lead(l), text::decide(l))
    } else {
        (routes::LIST_CHECK, text::check_lead(l), text::check(l))
    };
    let open = if decide { Request::Checked } else { Request::Proposed };
    let columns = columns(l, text::verdict(l));
    let rows = detail
        .lines
        .iter()
        .map(|line| {
            let waits = line.request.state == open;
            let verdict = waits.then(|| verdict(l, line, decide, typed, errors));
            view! { <tr>{cells(l, line, verdict)}</tr> }
        })
        .collect_view();
    let version = typed.id("version").unwrap_or(detail.dossier.version).to_string();
    let needed = decide && visit.needs_code();
    let code = errors.of("code");
    let buttons = (!errors.is_stale()).then(|| view! { <Actions><Button label=button /></Actions> });
    let own = detail.lines.iter().any(|line| line.request.own && line.request.state == open);
    let own = own.then(|| view! { <Notice l tone=Tone::Warn><p>{text::own(l)}</p></Notice> });
    view! {
        <p class="screen-only">{lead}</p>
        {own}
        <Form action=routes::with_id(path, detail.dossier.id)>
            <button hidden disabled></button>
            <Hidden name="version" value=version />
            <Table label=text::people(l) columns>{rows}</Table>
            <Confirm l needed error=code />
            {buttons}
        </Form>
    }
    .into_any()
}

fn verdict(l: Lang, line: &DossierLine, decide: bool, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let id = line.request.id;
    let (name, reason) = (format!("verdict-{id}"), format!("reason-{id}"));
    let chosen = typed.get(&name);
    let well = if decide { text::approve_one(l) } else { text::agrees(l) };
    let mut answers = vec![("", well), ("return", text::return_one(l))];
    if decide {
        answers.push(("refuse", text::refuse_one(l)));
    }
    let options = answers
        .into_iter()
        .map(|(value, label)| view! { <option value=value selected={chosen == value}>{label}</option> })
        .collect_view();
    let who = line.request.name.clone();
    let label = format!("{}: {who}", text::verdict(l));
    let why = format!("{}: {who}", text::reason(l));
    let error = errors.of(&reason);
    if error.is_some() {
        Labels::tell(&reason, &why);
    }
    let invalid = error.is_some().then_some("true");
    let message = error.map(|error| view! { <p class="error">{error}</p> });
    let typed = typed.get(&reason);
    view! {
        <div class="verdict">
            <select name=name aria-label=label>{options}</select>
            {message}
            <input type="text" id=reason.clone() name=reason value=typed aria-label=why aria-invalid=invalid placeholder=text::reason(l) />
        </div>
    }
    .into_any()
}
