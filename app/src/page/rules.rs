//! What the province sets for itself: coded reasons (R28), for how long what is kept, and whose data have served their time.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::rules::{IssueRule, LeaverLine, ReasonLine, TermLine};
use leptos::prelude::*;
use model::bulk::Chosen;
use model::case::Case;
use registry::work::rules::{PAGE, USES};

use super::bulk::{selection, tasks, tick};
use super::reopen;
use crate::part::{
    Actions, Button, Choice, Column, Crumb, Empty, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Pages,
    PostButton, Rank, RowLink, Slice, Table, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, people, rules as text};
use crate::{Portal, naming, routes};

type Reasons = [(&'static str, Vec<ReasonLine>)];

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (reasons, terms, witness): (&Reasons, &[TermLine], IssueRule),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let catalogue = reasons.iter().map(|(name, lines)| of_use(l, name, lines)).collect_view();
        let terms = terms.iter().map(|line| term(l, line, typed, &errors)).collect_view();
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::RULES)}
            <section>
                <h2>{text::terms(l)}</h2>
                <p>{text::terms_lead(l)}</p>
                {terms}
                <p><a href=routes::LEAVERS>{text::leavers(l)}</a></p>
                <p><a href=routes::DELEGATIONS>{words::certificate_delegations::title(l)}</a></p>
            </section>
            {before_active(l, witness)}
            <section>
                <h2>{text::reasons(l)}</h2>
                <p>{text::reasons_lead(l)}</p>
                {catalogue}
                {add(l, typed, &errors)}
            </section>
        }
        .into_any()
    })
}

/// What is asked for before a card becomes active.
fn before_active(l: Lang, witness: IssueRule) -> AnyView {
    let (tone, state, label, required) = if witness.required {
        (Tone::Good, text::witness_on(l), text::witness_stop(l), "0")
    } else {
        (Tone::Plain, text::witness_off(l), text::witness_start(l), "1")
    };
    let hidden =
        vec![("do", "witness".to_owned()), ("required", required.to_owned()), ("version", witness.version.to_string())];
    view! {
        <section>
            <h2>{text::issue(l)}</h2>
            <h3>{text::witness(l)} " " <Tag tone text=state /></h3>
            <p>{text::witness_lead(l)}</p>
            <PostButton label action=routes::RULES hidden rank=Rank::Secondary />
        </section>
    }
    .into_any()
}

fn use_words(l: Lang, name: &str) -> &'static str {
    Case::from_name(name).map_or(text::use_lock(l), |case| naming::case(l, case))
}

fn of_use(l: Lang, name: &str, lines: &[ReasonLine]) -> AnyView {
    let title = use_words(l, name);
    let columns = vec![
        Column::text(text::vi(l)),
        Column::text(text::en(l)),
        Column::text(words::ministry::state(l)),
        Column::unseen(text::change(l)),
    ];
    let rows = lines.iter().map(|line| reason(l, line)).collect_view();
    view! { <h3>{title}</h3> <Table label=title columns>{rows}</Table> }.into_any()
}

fn reason(l: Lang, line: &ReasonLine) -> AnyView {
    let (tone, state) = match (line.fixed, line.in_use) {
        (true, _) => (Tone::Plain, text::fixed(l)),
        (false, true) => (Tone::Good, text::in_use(l)),
        (false, false) => (Tone::Warn, text::retired(l)),
    };
    let (what, label) = if line.in_use { ("retire", text::retire(l)) } else { ("restore", text::restore(l)) };
    let label = format!("{label}: {}", if l == Lang::Vi { &line.vi } else { &line.en });
    let hidden = vec![("do", what.to_owned()), ("reason", line.code.clone())];
    let button = (!line.fixed).then(|| view! { <PostButton label action=routes::RULES hidden rank=Rank::Quiet /> });
    view! {
        <tr>
            <th scope="row">{line.vi.clone()}</th>
            <td lang="en">{line.en.clone()}</td>
            <td><Tag tone text=state /></td>
            <td>{button}</td>
        </tr>
    }
    .into_any()
}

fn add(l: Lang, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let uses = USES.map(|name| Choice::new(name, use_words(l, name))).to_vec();
    let [chosen, vi, en] = ["use", "vi", "en"].map(|name| typed.get(name));
    let [wrong_use, wrong_vi, wrong_en] = ["use", "vi", "en"].map(|name| errors.of(name));
    let open = typed.get("do") == "add";
    view! {
        <details open=open>
            <summary>{text::add(l)}</summary>
            <Form action=routes::RULES>
                <Hidden name="do" value="add" />
                <Field l name="use" label=text::use_for(l) input=Input::Select(uses) value=chosen error=wrong_use />
                <Field l name="vi" label=text::vi(l) value=vi error=wrong_vi autocomplete="off" />
                <Field l name="en" label=text::en(l) value=en error=wrong_en autocomplete="off" />
                <Actions><Button label=text::add_submit(l) rank=Rank::Secondary /></Actions>
            </Form>
        </details>
    }
    .into_any()
}

fn term(l: Lang, line: &TermLine, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let name = line.subject.name();
    let mine = typed.get("subject") == name;
    let [days_name, basis_name] = ["days", "basis"].map(|field| format!("{field}-{name}"));
    let held = line.days.map(|days| days.to_string()).unwrap_or_default();
    let days = if mine { typed.get(&days_name) } else { held };
    let basis = if mine { typed.get(&basis_name) } else { line.basis.clone().unwrap_or_default() };
    let (title, hint) = naming::retention(l, line.subject);
    let state = match line.days {
        Some(days) => text::days_set(l, words::number(l, days)),
        None => text::not_set(l).to_owned(),
    };
    let (wrong_days, wrong_basis, version) = (errors.of(&days_name), errors.of(&basis_name), line.version.to_string());
    view! {
        <details open=mine>
            <summary>{title} " – " {state}</summary>
            <p>{hint}</p>
            <Form action=routes::RULES>
                <Hidden name="do" value="term" />
                <Hidden name="subject" value=name />
                <Hidden name="version" value=version />
                <Field l name=days_name label=text::days(l) hint=text::days_hint(l) value=days error=wrong_days width=Width::Short autocomplete="off" optional=true />
                <Field l name=basis_name label=text::basis(l) hint=text::basis_hint(l) value=basis error=wrong_basis autocomplete="off" depends=true />
                <Actions><Button label=text::save(l) rank=Rank::Secondary /></Actions>
            </Form>
        </details>
    }
    .into_any()
}

/// People whose data have served their time.
pub fn leavers(
    portal: &Portal,
    visit: &Visit,
    (rows, basis): (&[LeaverLine], &str),
    (at, total): (i64, i64),
) -> Response {
    let l = visit.lang;
    let crumbs = vec![Crumb::new(text::title(l), routes::RULES)];
    let page = Page::new(text::leavers(l)).lead(text::leavers_lead(l)).crumbs(crumbs);
    super::respond(portal, visit, StatusCode::OK, page, || {
        if rows.is_empty() {
            return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::unseen(words::bulk::choose(l)),
            Column::text(people::name(l)),
            Column::text(people::personnel_code(l)),
            Column::text(people::unit(l)),
            Column::text(text::left(l)),
        ];
        let lines = rows
            .iter()
            .map(|row| {
                view! {
                    <tr>
                        {tick(row.person_id, naming::person(l, &row.name))}
                        <RowLink href=routes::with_id(routes::PERSON, row.person_id) text=naming::person(l, &row.name) />
                        <td class="code">{row.personnel_code.clone()}</td>
                        <td>{row.unit.clone()}</td>
                        <td>{naming::day(l, &row.left_on)}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        let offered = tasks(visit, Chosen::Leavers);
        let table = view! { <Table label=text::leavers(l) columns>{lines}</Table> }.into_any();
        let path = visit.path.clone();
        view! {
            <p>{text::by_basis(l, basis)}</p>
            {selection(l, (offered, slice.total), Vec::new(), table)}
            <Pages l slice path />
        }
        .into_any()
    })
}
