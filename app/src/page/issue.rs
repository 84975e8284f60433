//! The issuing desk: cards that are to be made, and one of them: printed on a blank, looked at, active.

use axum::http::StatusCode;
use axum::response::Response;
use contract::{Failure, Lang, Refusal};
use std::collections::HashSet;

use contract::cards::{CardDetail, CardRow, ChipView, CodeView};
use leptos::prelude::*;
use model::bulk::Chosen;
use model::lifecycle::Card;
use registry::work::show_card::PAGE;

use super::bulk::{selection, tasks, tick};
use super::{read_code, reopen, respond_with_reader, write_chip};
use crate::part::{
    Actions, Button, Column, Crumb, Empty, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, LinkButton,
    Notice, Pages, Rank, RowLink, Slice, Table, Tag, Tone, Width,
};
use crate::pressed::Look;
use crate::render::{Module, Page};
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, card, cards, field, issue as text, people};
use crate::{Portal, failing, naming, routes};

/// `differs`: the people of whom the national database says something else.
pub fn list(
    portal: &Portal,
    visit: &Visit,
    (rows, differs): (Vec<CardRow>, &HashSet<i64>),
    (at, total): (i64, i64),
) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let offered = tasks(visit, Chosen::Issue);
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)).lead(text::lead(l)), || {
        let others = view! {
            <LinkButton label=field::go(l) href=routes::FIELD rank=Rank::Secondary />
            <LinkButton label=field::go_wipe(l) href=routes::WIPE rank=Rank::Secondary />
        };
        if rows.is_empty() {
            return view! {
                <Actions>{others}</Actions>
                <Empty title=text::empty_title(l) text=text::empty_text(l) />
            }
            .into_any();
        }
        let next = rows.first().map(|row| routes::with_id(routes::ISSUE_ONE, row.id)).unwrap_or_default();
        let columns = vec![
            Column::unseen(words::bulk::choose(l)),
            Column::text(people::name(l)),
            Column::text(people::unit(l)),
            Column::text(cards::code(l)),
            Column::text(cards::state(l)),
            Column::text(text::since(l)),
        ];
        let lines = rows
            .into_iter()
            .map(|row| {
                let (tone, state) = naming::card_state(l, row.state);
                let differs = (row.state == Card::Approved && differs.contains(&row.person_id))
                    .then(|| view! { " " <Tag tone=Tone::Warn text=words::national::title(l) /> });
                view! {
                    <tr>
                        {tick(row.id, naming::person(l, &row.name))}
                        <RowLink href=routes::with_id(routes::ISSUE_ONE, row.id) text=naming::person(l, &row.name) />
                        <td>{row.unit}</td>
                        <td class="code">{row.code}</td>
                        <td><Tag tone text=state /> {differs}</td>
                        <td>{words::date(l, registry::date::day_of(row.since))}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        let table = view! { <Table label=text::title(l) columns>{lines}</Table> }.into_any();
        view! {
            <Actions><LinkButton label=text::next(l) href=next /> {others}</Actions>
            {selection(l, (offered, slice.total), Vec::new(), table)}
            <Pages l slice path />
        }
        .into_any()
    })
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (detail, look, (chip, code)): (&CardDetail, &Look, (Option<&ChipView>, Option<CodeView>)),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let row = &detail.card;
    let way = vec![Crumb::new(text::title(l), routes::ISSUE)];
    let page = Page::new(naming::person(l, &row.name)).crumbs(way).failed(failed);
    let chip = chip.filter(|_| row.state == Card::Printed);
    let scans = row.state == Card::Printed && !errors.is_stale();
    let page = if scans { page.scans() } else { page };
    let body = || {
        let path = routes::with_id(routes::ISSUE_ONE, row.id);
        let (tone, state) = naming::card_state(l, row.state);
        let facts = vec![
            Fact::new(cards::state(l), view! { <Tag tone text=state /> }),
            Fact::code(cards::number(l), row.number.clone().unwrap_or_default()),
            Fact::code(cards::code(l), row.code.clone()),
            Fact::new(people::unit(l), row.unit.clone()),
            Fact::maybe(cards::serial(l), detail.serial.clone()),
        ];
        let printed = (row.state == Card::Printed).then(|| read_code::fact(l, code));
        let facts =
            facts.into_iter().chain(chip.map(|chip| write_chip::fact(l, chip))).chain(printed).collect::<Vec<_>>();
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            {faces(l, portal, look)}
            <div class="columns">
                <section>
                    <h2>{text::step(l)}</h2>
                    {step(l, portal, (row, chip, code), typed, &errors, path)}
                    {scans.then(|| read_code::section(l, row))}
                </section>
                <section>
                    <h2>{text::facts(l)}</h2>
                    <Facts l facts />
                </section>
            </div>
        }
        .into_any()
    };
    match chip {
        Some(_) => respond_with_reader(portal, visit, status, page.module(Module::Reader), body),
        None => super::respond(portal, visit, status, page, body),
    }
}

/// Both sides of a card, and why it cannot be printed where it cannot.
pub(super) fn faces(l: Lang, portal: &Portal, look: &Look) -> AnyView {
    let faults = (!look.faults.is_empty()).then(|| {
        let lines = look.faults.iter().cloned().map(|fault| view! { <li>{fault}</li> }).collect_view();
        view! { <Notice l tone=Tone::Warn><p>{text::undrawable(l)}</p> <ul>{lines}</ul></Notice> }
    });
    let differs = super::national::notice(l, look.differs.as_ref());
    let (Some(sides), Some(cards)) = (&look.sides, &portal.cards) else {
        return view! { {differs} {faults} }.into_any();
    };
    let ground = |name| cards.picture(name).map(|picture| picture.address.clone()).unwrap_or_default();
    let (front, back) = (ground("front"), ground("back"));
    view! {
        <section class="easel faces">
            <div class="easel-sides" role="region" tabindex="0" aria-label=text::faces(l)>
                <figure class="front">
                    <figcaption>{card::front(l)}</figcaption>
                    <div class="card-face">
                        <img src=front alt="" />
                        <div inner_html=sides.portrait.clone()></div>
                        <div inner_html=sides.front.clone()></div>
                    </div>
                </figure>
                <figure class="back">
                    <figcaption>{card::back(l)}</figcaption>
                    <div class="card-face">
                        <img src=back alt="" />
                        <div inner_html=sides.back.clone()></div>
                    </div>
                </figure>
            </div>
        </section>
        {differs}
        {faults}
    }
    .into_any()
}

/// A second person has to look at the chip: until then the card is not made active. `hidden`: until the module has written it.
fn awaited(l: Lang, hidden: bool, path: String) -> AnyView {
    view! {
        <div data-part="confirm" hidden=hidden>
            <Notice l tone=Tone::Info><p>{words::witness::waits(l)}</p></Notice>
            <Actions><LinkButton label=words::witness::waits_again(l) href=path rank=Rank::Secondary /></Actions>
        </div>
    }
    .into_any()
}

/// What is to be done now: to print and say on which blank, or to look at what came out.
fn step(
    l: Lang,
    portal: &Portal,
    (row, chip, code): (&CardRow, Option<&ChipView>, Option<CodeView>),
    typed: &Typed,
    errors: &FieldErrors,
    path: String,
) -> AnyView {
    if errors.is_stale() {
        return ().into_any();
    }
    let version = row.version.to_string();
    let file = routes::with_id(routes::ISSUE_FACE, row.id);
    match row.state {
        Card::Approved => {
            let (serial, error) = (typed.get("serials"), errors.of("serials"));
            view! {
                <p>{text::print_lead(l)}</p>
                <Actions><a class="button" href=file target="_blank">{text::open_file(l)}</a></Actions>
                <Form action=path>
                    <Hidden name="version" value=version />
                    <Field l name="serials" label=cards::serial(l) hint=text::serial_hint(l) value=serial error width=Width::Short autocomplete="off" />
                    <Actions><Button label=text::printed(l) name="do" value="print" /></Actions>
                </Form>
            }
            .into_any()
        }
        Card::Printed => {
            let writes = chip.map(|chip| {
                write_chip::section(l, portal, routes::with_id(routes::ISSUE_CHIP, row.id), chip.demonstration)
            });
            // with a chip, the module shows it once that is written
            let waits = chip.is_some_and(|chip| !chip.issued);
            let awaits = chip.is_some_and(|chip| chip.awaited);
            // another one's code was printed on it: it is never made active
            let differs = code.is_some_and(|code| !code.fits);
            let stays = differs.then(|| {
                let why = failing::sentence(l, &Failure::Refused { why: Refusal::CodeDiffers });
                view! { <Notice l tone=Tone::Bad><p>{why}</p></Notice> }
            });
            let awaited = (awaits && !differs).then(|| awaited(l, waits, path.clone()));
            let confirm = (!awaits && !differs).then(|| {
                let next =
                    chip.map(|_| view! { <Button label=text::confirm_next(l) name="do" value="confirm-next" /> });
                view! {
                    <span class="actions" data-part="confirm" hidden=waits>
                        {next}
                        <Button label=text::confirm(l) name="do" value="confirm" />
                    </span>
                }
            });
            view! {
            {writes}
            {stays}
            {awaited}
            {(!differs).then(|| view! { <p>{text::look_lead(l)}</p> })}
            <Form action=path>
                <button hidden disabled></button>
                <Hidden name="version" value=version />
                <Actions>
                    {confirm}
                    <Button label=text::misprint(l) name="do" value="misprint" rank=Rank::Danger />
                </Actions>
            </Form>
            }
            .into_any()
        }
        _ => {
            let href = routes::with_id(routes::CARD, row.id);
            view! { <p>{text::done(l)}</p> <Actions><LinkButton label=text::see_card(l) href rank=Rank::Secondary /></Actions> }
                .into_any()
        }
    }
}
