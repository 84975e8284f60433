//! One class: who is in it and who came, what it costs, its way to being closed (R49, R57, R170).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::amount::WordStyle;
use model::lifecycle::TrainingClassEvent as Event;
use registry::store::training_class::Candidate;
use registry::work::classes::{ClassDetail, LearnerLine};

use super::super::certificates::happened;
use super::super::list::files as papers;
use super::super::plans::plan::sheet;
use super::super::reopen;
use super::{audience, completion, crumbs, days, event, places, state, topic};
use crate::part::{
    Actions, Button, Choice, Column, ErrorSummary, Export, Fact, Facts, Field, FieldErrors, Form, Hidden, History,
    Input, LinkButton, PostButton, Rank, Table, Tag, Width, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{certificate_plans, number, training_classes as text};
use crate::{Portal, naming, routes};

/// `offered`: who could be enrolled next, and how many they are.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &ClassDetail,
    offered: &(Vec<Candidate>, i64),
    (typed, errors): (&Typed, Option<FieldErrors>),
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.class;
    let page = Page::new(of.title.clone()).crumbs(crumbs(l)).paper(of.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::CLASS, of.id);
        let file = |kind: &str| with_query(&routes::with_id(routes::CLASS_PAPER, of.id), "as", kind);
        let open = !errors.is_stale();
        let keep = (detail.keeps && open).then(|| keep(l, detail));
        let enrol = (detail.enrols && open).then(|| enrol(l, detail, offered, typed, &errors));
        let steps = open.then(|| steps(l, visit, detail, typed, &errors));
        let history = (!detail.events.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{crate::words::certificates::history(l)}</h2>
                    <History l events=detail.events.iter().map(|line| happened(l, line)).collect() />
                </section>
            }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{text::about(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section class="screen-only">
                    <h2>{text::paper(l)}</h2>
                    {papers(l, file("pdf"), file("docx"))}
                    {keep}
                </section>
            </div>
            <section>
                <h2>{text::learners(l)}</h2>
                {learners(l, detail)}
            </section>
            {enrol}
            {steps}
            {money(l, detail)}
            {history}
        }
        .into_any()
    })
}

fn facts(l: Lang, detail: &ClassDetail) -> AnyView {
    let of = &detail.class;
    let (tone, state) = state(l, of.state);
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::days(l), days(l, &of.days)),
        Fact::new(text::place(l), of.place.clone()),
        Fact::new(text::topic(l), topic(l, of.topic)),
        Fact::new(text::audience(l), audience(l, of.audience)),
        Fact::new(text::unit(l), of.unit.clone()),
        Fact::new(text::learners(l), places(l, of)),
    ];
    if let Some((id, title)) = &of.plan {
        // who sees the class need not see the plan
        facts.push(match detail.keeps {
            true => {
                let href = routes::with_id(routes::PLAN, *id);
                Fact::new(text::plan(l), view! { <a href=href>{title.clone()}</a> })
            }
            false => Fact::new(text::plan(l), title.clone()),
        });
    }
    facts.extend(of.content.clone().map(|content| Fact::new(text::content(l), content)));
    facts.extend(of.remark.clone().map(|remark| Fact::new(text::remark(l), remark)));
    view! { <Facts l facts /> }.into_any()
}

fn keep(l: Lang, detail: &ClassDetail) -> Option<AnyView> {
    let id = detail.class.id;
    detail.may.contains(&Event::Close).then(|| {
        view! {
            <Actions>
                <LinkButton label=text::attendance(l) href=routes::with_id(routes::CLASS_ATTENDANCE, id) />
                <LinkButton label=text::change(l) href=routes::with_id(routes::CLASS_CHANGE, id) rank=Rank::Secondary />
                <LinkButton label=text::write_costs(l) href=routes::with_id(routes::CLASS_COSTS, id) rank=Rank::Secondary />
            </Actions>
        }
        .into_any()
    })
}

fn learners(l: Lang, detail: &ClassDetail) -> AnyView {
    let (of, all) = (&detail.class, detail.class.sessions().len());
    if detail.learners.is_empty() {
        return view! { <p>{text::nobody_yet(l)}</p> }.into_any();
    }
    let mut columns = vec![
        Column::text(text::person(l)),
        Column::text(text::code(l)),
        Column::text(text::position(l)),
        Column::text(text::person_unit(l)),
        Column::number(text::came(l)),
        Column::text(text::result(l)),
    ];
    let takes_out = detail.learners.iter().any(|line| line.may_take_out);
    if takes_out {
        columns.push(Column::unseen(text::take_out(l)));
    }
    let rows = detail
        .learners
        .iter()
        .map(|line| {
            let (tone, said) = completion(l, line.completed);
            let came = text::of(l, line.came.len(), all);
            view! {
                <tr>
                    <th scope="row">{naming::person(l, &line.name)}</th>
                    <td class="code">{line.code.clone()}</td>
                    <td>{line.position.clone()}</td>
                    <td>{line.unit.clone()}</td>
                    <td class="number">{came}</td>
                    <td><Tag tone text=said /></td>
                    {takes_out.then(|| view! { <td class="screen-only">{take_out(l, of.id, line)}</td> })}
                </tr>
            }
        })
        .collect_view();
    // of learners from elsewhere a unit sees only how many they are
    let others = of.learners - detail.learners.len() as i64;
    let others = (others > 0).then(|| view! { <p class="aside">{text::others(l, number(l, others))}</p> });
    view! {
        <Table label=text::learners(l) columns>{rows}</Table>
        {others}
        <Export l path=routes::with_id(routes::CLASS, of.id) />
    }
    .into_any()
}

fn take_out(l: Lang, class: i64, line: &LearnerLine) -> Option<AnyView> {
    let hidden = vec![("person", line.person_id.to_string())];
    let action = routes::with_id(routes::CLASS_TAKE_OUT, class);
    line.may_take_out
        .then(|| view! { <PostButton label=text::take_out(l) action hidden rank=Rank::Secondary /> }.into_any())
}

fn enrol(
    l: Lang,
    detail: &ClassDetail,
    (offered, many): &(Vec<Candidate>, i64),
    typed: &Typed,
    errors: &FieldErrors,
) -> AnyView {
    let action = routes::with_id(routes::CLASS_LEARNERS, detail.class.id);
    let free = detail.class.capacity - detail.class.learners;
    if free <= 0 {
        return view! { <p class="screen-only">{text::fault::full(l)}</p> }.into_any();
    }
    let (codes, wrong) = (typed.get("codes"), errors.of("codes"));
    let chosen = typed.ids("person");
    let choices = offered
        .iter()
        .map(|of| {
            let id = format!("person-{}", of.person_id);
            let checked = chosen.contains(&of.person_id);
            let behind = [of.position.clone(), Some(of.unit.clone())].into_iter().flatten();
            let label = format!("{} · {}", naming::person(l, &of.name), behind.collect::<Vec<_>>().join(" · "));
            view! {
                <div class="choice">
                    <input type="checkbox" id=id.clone() name="person" value=of.person_id.to_string() checked=checked />
                    <label for=id>{label}</label>
                </div>
            }
        })
        .collect_view();
    let more = (*many > offered.len() as i64)
        .then(|| view! { <p class="aside">{text::more_offered(l, number(l, *many - offered.len() as i64))}</p> });
    let from = (!offered.is_empty()).then(|| {
        view! {
            <fieldset class="field">
                <legend>{text::offered(l)}</legend>
                <p class="hint">{text::offered_hint(l)}</p>
                {choices}
                {more}
            </fieldset>
        }
    });
    view! {
        <section class="screen-only">
            <h2>{text::enrol(l)}</h2>
            <p>{text::free(l, number(l, free))}</p>
            <Form action=action>
                <Field l name="codes" label=text::codes(l) hint=text::codes_hint(l) input=Input::Area value=codes error=wrong width=Width::Full depends=true />
                {from}
                <Actions><Button label=text::enrol(l) /></Actions>
            </Form>
        </section>
    }
    .into_any()
}

fn steps(l: Lang, visit: &Visit, detail: &ClassDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let of = &detail.class;
    let action = routes::with_id(routes::CLASS_STEP, of.id);
    let today = registry::date::day_of(visit.at_ms);
    let may = |event| detail.may.contains(&event);
    let version = of.version.to_string();
    let mut parts = Vec::new();
    if may(Event::Close) && of.has_ended(today) && !detail.learners.is_empty() {
        let always: Vec<i64> = match typed.has("closing") {
            true => typed.ids("completed"),
            false => detail.came_always().collect(),
        };
        let (all, version) = (of.sessions().len(), version.clone());
        let choices = detail.learners.iter().map(|line| {
            let label = text::came_of(l, line.came.len(), naming::person(l, &line.name), all);
            (always.contains(&line.person_id), Choice::new(line.person_id.to_string(), label))
        });
        let choices = choices
            .map(|(checked, choice)| {
                let id = format!("completed-{}", choice.value);
                view! {
                    <div class="choice">
                        <input type="checkbox" id=id.clone() name="completed" value=choice.value checked=checked />
                        <label for=id>{choice.label}</label>
                    </div>
                }
            })
            .collect_view();
        parts.push(
            view! {
                <section class="screen-only">
                    <h2>{event(l, Event::Close)}</h2>
                    <Form action=action.clone()>
                        <Hidden name="version" value=version />
                        <Hidden name="event" value=Event::Close.name() />
                        <Hidden name="closing" value="yes" />
                        <fieldset class="field">
                            <legend>{text::who_completed(l)}</legend>
                            <p class="hint">{text::who_completed_hint(l)}</p>
                            {choices}
                        </fieldset>
                        <Actions><Button label=event(l, Event::Close) /></Actions>
                    </Form>
                </section>
            }
            .into_any(),
        );
    }
    for with_reason in [Event::Cancel, Event::Reopen].into_iter().filter(|event| may(*event)) {
        let here = typed.get("event") == with_reason.name();
        let (reason, wrong) = if here { (typed.get("reason"), errors.of("reason")) } else { Default::default() };
        let (open, version) = (wrong.is_some(), version.clone());
        parts.push(
            view! {
                <details class="screen-only" open=open>
                    <summary>{event(l, with_reason)}</summary>
                    <Form action=action.clone()>
                        <Hidden name="version" value=version />
                        <Hidden name="event" value=with_reason.name() />
                        <Field l name="reason" label=text::reason(l) value=reason error=wrong width=Width::Full autocomplete="off" />
                        <Actions><Button label=event(l, with_reason) rank=Rank::Danger /></Actions>
                    </Form>
                </details>
            }
            .into_any(),
        );
    }
    parts.into_any()
}

fn money(l: Lang, detail: &ClassDetail) -> Option<AnyView> {
    (!detail.costs.is_empty()).then(|| {
        let words = (l == Lang::Vi).then(|| certificate_plans::in_words(l, detail.total.words(WordStyle::PLAIN)));
        view! {
            <section>
                <h2>{text::costs(l)}</h2>
                {sheet(l, text::costs(l), &detail.costs, detail.total)}
                <p class="aside">{words}</p>
            </section>
        }
        .into_any()
    })
}
