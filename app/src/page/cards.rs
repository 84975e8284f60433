//! The register of cards, and one card: its state, its history, and what may be done to it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{CardDetail, CardRow, ChipView, LedgerRow, ReasonView};
use leptos::prelude::*;
use model::bulk::Chosen;
use model::lifecycle::{Card, CardEvent, Lifecycle as _};
use registry::work::show_card::{CardQuery, PAGE};

use super::bulk::{selection, tasks, tick};
use super::{me, reopen, write_chip};
use crate::part::{
    Actions, Button, Check, Choice, Column, Confirm, Crumb, Empty, ErrorSummary, Event, Export, Fact, Facts, Field,
    FieldErrors, Filter, Form, Hidden, History, Input, LinkButton, Notice, Pages, PostButton, Rank, RowLink, Slice,
    Table, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, cards as text, people};
use crate::{Portal, naming, routes};

pub fn list(
    portal: &Portal,
    visit: &Visit,
    query: &CardQuery,
    (rows, total): (Vec<CardRow>, i64),
    province: String,
) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let page = Page::new(text::title(l)).lead(text::lead(l)).paper(province, None);
    let offered = tasks(visit, Chosen::Cards);
    let asked = vec![
        ("q", query.text.clone()),
        ("state", query.state.clone()),
        ("unconfirmed", if query.unconfirmed { "yes".to_owned() } else { String::new() }),
    ];
    super::respond(portal, visit, StatusCode::OK, page, || {
        let filtered = !query.text.trim().is_empty() || !query.state.is_empty() || query.unconfirmed;
        let states =
            Card::STATES.iter().map(|(state, name)| Choice::new(*name, naming::card_state(l, *state).1)).collect();
        let clear = filtered.then(|| (text::clear(l).to_owned(), routes::CARDS.to_owned()));
        let (typed, state, unconfirmed) = (query.text.clone(), query.state.clone(), query.unconfirmed);
        let filter = view! {
            <Filter label=text::filter(l) action=routes::CARDS submit=text::find(l) clear>
                <Field l name="q" label=text::q(l) hint=text::q_hint(l) value=typed autocomplete="off" optional=true />
                <Field l name="state" label=text::state(l) value=state input=Input::Select(states) empty=text::any(l) width=Width::Short optional=true />
                <Check l name="unconfirmed" label=text::unconfirmed(l) checked=unconfirmed />
            </Filter>
        };
        let ledger = view! {
            <Actions><LinkButton label=words::ledger::title(l) href=routes::LEDGER rank=Rank::Secondary /></Actions>
        };
        if rows.is_empty() {
            let (title, why) = match filtered {
                true => (text::none_title(l), text::none_text(l)),
                false => (text::empty_title(l), text::empty_text(l)),
            };
            return view! { {ledger} {filter} <Empty title text=why /> }.into_any();
        }
        let slice =
            Slice { page: query.page.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        let all = selection(l, (offered.clone(), total.unsigned_abs()), asked, table(l, rows, !offered.is_empty()));
        view! { {ledger} {filter} {all} <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
    })
}

/// Cards under each other.
pub(super) fn table(l: Lang, rows: Vec<CardRow>, chooses: bool) -> AnyView {
    let mut columns = vec![
        Column::text(people::name(l)),
        Column::text(text::number(l)),
        Column::text(text::code(l)),
        Column::text(people::unit(l)),
        Column::text(text::state(l)),
        Column::text(text::issued_on(l)),
    ];
    if chooses {
        columns.insert(0, Column::unseen(words::bulk::choose(l)));
    }
    let lines = rows
        .into_iter()
        .map(|row| {
            let (tone, state) = naming::card_state(l, row.state);
            let waits = row.unconfirmed.then(|| view! { " " <Tag tone=Tone::Warn text=text::to_confirm(l) /> });
            let lent = row.temporary.then(|| view! { " " <Tag tone=Tone::Info text=text::temporary(l) /> });
            view! {
                <tr>
                    {chooses.then(|| tick(row.id, naming::person(l, &row.name)))}
                    <RowLink href=routes::with_id(routes::CARD, row.id) text=naming::person(l, &row.name) />
                    <td class="code">{row.number}</td>
                    <td class="code">{row.code}</td>
                    <td>{row.unit}</td>
                    <td><Tag tone text=state /> {waits} {lent}</td>
                    <td>{row.issued_on.map(|day| naming::day(l, &day))}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{lines}</Table> }.into_any()
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (detail, reasons, chip): (&CardDetail, &[ReasonView], Option<&ChipView>),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let row = &detail.card;
    let own = visit.session.as_ref().is_some_and(|who| who.actor.person_id == Some(row.person_id));
    let way = if own { me::crumbs(l, true) } else { vec![Crumb::new(text::title(l), routes::CARDS)] };
    let title = text::of(l, naming::person(l, &row.name));
    let page = Page::new(title).crumbs(way).paper(row.unit.clone(), None).failed(failed);
    super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::CARD, row.id);
        let forms = (!errors.is_stale()).then(|| steps(visit, detail, reasons, own, (typed, &errors)));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, (detail, chip), own)}
                    {chip.and_then(|chip| desk(l, detail, chip))}
                </section>
                <section>
                    <h2>{text::history(l)}</h2>
                    <History l events=detail.events.iter().map(|event| line(l, event)).collect() />
                    <h3>{text::receipt_title(l)}</h3>
                    <p>{text::receipt_text(l)} " " <a href=routes::LOG>{text::receipt_check(l)}</a></p>
                    <PostButton label=text::receipt(l) action=routes::with_id(routes::CARD_RECEIPT, row.id) rank=Rank::Secondary />
                </section>
            </div>
            {forms}
        }
        .into_any()
    })
}

/// What the desk can do with its chip.
fn desk(l: Lang, detail: &CardDetail, chip: &ChipView) -> Option<AnyView> {
    let (label, href) = match detail.card.state {
        state if state.is_rewritten() => (words::field::go(l), routes::FIELD),
        state if state.is_wiped() && chip.begun && !chip.blank => (words::field::go_wipe(l), routes::WIPE),
        _ => return None,
    };
    Some(view! { <Actions><LinkButton label href rank=Rank::Secondary /></Actions> }.into_any())
}

fn facts(l: Lang, (detail, chip): (&CardDetail, Option<&ChipView>), own: bool) -> AnyView {
    let row = &detail.card;
    let (tone, state) = naming::card_state(l, row.state);
    let person = routes::with_id(routes::PERSON, row.person_id);
    let name = naming::person(l, &row.name);
    let name = if own { name.into_any() } else { view! { <a href=person>{name}</a> }.into_any() };
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(people::name(l), name),
        Fact::maybe(text::number(l), row.number.clone().map(|number| view! { <span class="code">{number}</span> })),
        Fact::code(text::code(l), row.code.clone()),
        Fact::new(people::unit(l), row.unit.clone()),
        Fact::maybe(text::issued_on(l), row.issued_on.as_deref().map(|day| naming::day(l, day))),
    ];
    if row.temporary {
        let until = detail.expires_at.map(|at| text::until(l, words::at(l, at)));
        let until = until.unwrap_or_else(|| text::until_midnight(l).to_owned());
        facts.push(Fact::new(text::temporary_kind(l), until));
    }
    if let Some(reason) = &detail.lock_reason {
        facts.push(Fact::new(text::lock_reason(l), naming::reason(l, reason)));
    }
    if !own {
        let replaces =
            detail.replaces.map(|id| view! { <a href=routes::with_id(routes::CARD, id)>{text::before(l)}</a> });
        facts.extend(chip.map(|chip| write_chip::fact(l, chip)));
        facts.extend([
            Fact::maybe(text::serial(l), detail.serial.clone()),
            Fact::maybe(text::replaces(l), replaces),
            Fact::new(text::snapshot(l), view! { <span class="code hash">{detail.snapshot_sha256.clone()}</span> }),
        ]);
    }
    view! { <Facts l facts /> }.into_any()
}

fn line(l: Lang, event: &LedgerRow) -> Event {
    let when = words::at(l, event.at);
    let who = event.actor.clone().unwrap_or_else(|| text::system(l).to_owned());
    let what = match &event.reason {
        Some(reason) => format!("{}: {}", naming::card_event(l, event.event), naming::reason(l, reason)),
        None => naming::card_event(l, event.event).to_owned(),
    };
    Event { what, when: format!("{when} · {who}"), ..Event::default() }
}

/// Only what is possible.
fn steps(
    visit: &Visit,
    detail: &CardDetail,
    reasons: &[ReasonView],
    own: bool,
    (typed, errors): (&Typed, &FieldErrors),
) -> AnyView {
    let l = visit.lang;
    let row = &detail.card;
    let version = row.version.to_string();
    let may = |event: CardEvent| detail.may.contains(&event);
    let to = |path: &str| routes::with_id(path, row.id);
    let confirm = detail.may_confirm_lock.then(|| {
        let hidden = vec![("version", version.clone()), ("do", "confirm".to_owned())];
        view! {
            <section>
                <h2>{text::confirm_lock(l)}</h2>
                <p>{text::confirm_lock_lead(l)}</p>
                <PostButton label=text::confirm_lock(l) action=to(routes::CARD_REPORT) hidden />
            </section>
        }
    });
    let recover = may(CardEvent::Recover).then(|| {
        let hidden = vec![("version", version.clone()), ("do", "recover".to_owned())];
        view! {
            <section>
                <h2>{text::recover(l)}</h2>
                <p>{text::recover_lead(l)}</p>
                <PostButton label=text::recover(l) action=to(routes::CARD_REPORT) hidden />
            </section>
        }
    });
    let issue = [CardEvent::Print, CardEvent::Confirm].into_iter().any(may).then(|| {
        let href = to(routes::ISSUE_ONE);
        view! { <Actions><LinkButton label=words::issue::title(l) href /></Actions> }
    });
    let lend = may(CardEvent::Suspend).then(|| {
        let hidden = vec![("version", version.clone())];
        view! {
            <section>
                <h2>{text::lend(l)}</h2>
                <p>{text::lend_lead(l)}</p>
                <PostButton label=text::lend(l) action=to(routes::CARD_TEMPORARY) hidden rank=Rank::Secondary />
            </section>
        }
    });
    let back = may(CardEvent::Expire).then(|| {
        let hidden = vec![("version", version.clone())];
        view! {
            <section>
                <h2>{text::hand_back(l)}</h2>
                <p>{text::hand_back_lead(l)}</p>
                <PostButton label=text::hand_back(l) action=to(routes::CARD_BACK) hidden />
            </section>
        }
    });
    let decisions: Vec<(CardEvent, &str, &str)> = [
        (CardEvent::Invalidate, "invalidate", text::invalidate(l)),
        (CardEvent::Unlock, "unlock", text::unlock(l)),
        (CardEvent::Cancel, "cancel", text::cancel(l)),
    ]
    .into_iter()
    .filter(|(event, ..)| may(*event))
    .collect();
    let decide = (!decisions.is_empty()).then(|| {
        let buttons = decisions
            .iter()
            .map(|(event, value, label)| {
                let rank = if *event == CardEvent::Unlock { Rank::Secondary } else { Rank::Danger };
                view! { <Button label=*label name="do" value=*value rank /> }
            })
            .collect_view();
        let waits = row.unconfirmed.then(|| view! { <Notice l tone=Tone::Info><p>{text::waits(l)}</p></Notice> });
        let (action, version, needed, code) =
            (to(routes::CARD_DECIDE), version.clone(), visit.needs_code(), errors.of("code"));
        view! {
            <section>
                <h2>{text::decide(l)}</h2>
                {waits}
                <Form action>
                    <button hidden disabled></button>
                    <Hidden name="version" value=version />
                    <Confirm l needed error=code />
                    <Actions>{buttons}</Actions>
                </Form>
            </section>
        }
    });
    let lock = may(CardEvent::Lock).then(|| {
        let lead = if own { text::lock_own_lead(l) } else { text::lock_lead(l) };
        let of_holder = ["card_lost"];
        let choices = reasons
            .iter()
            .filter(|reason| reason.code != "replaced" && (!own || of_holder.contains(&reason.code.as_str())))
            .map(|reason| Choice::new(reason.code.clone(), naming::reason(l, reason)))
            .collect::<Vec<_>>();
        let chosen = match choices.as_slice() {
            [only] => only.value.clone(),
            _ => typed.get("reason"),
        };
        let (action, version, error) = (to(routes::CARD_LOCK), version.clone(), errors.of("reason"));
        view! {
            <section>
                <h2>{text::lock(l)}</h2>
                <p>{lead}</p>
                <Form action>
                    <Hidden name="version" value=version />
                    <Field l name="reason" label=text::lock_reason(l) input=Input::Select(choices) value=chosen error />
                    <Actions><Button label=text::lock(l) rank=Rank::Danger /></Actions>
                </Form>
            </section>
        }
    });
    view! { {issue} {confirm} {recover} {back} {lend} {decide} {lock} }.into_any()
}
