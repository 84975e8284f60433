//! One's own profile, or that of somebody of the unit, as it is to stand on a card: each field beside what was last verified.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{CardRow, FieldLine, ReasonView, RequestDetail};
use contract::view::PersonDetail;
use face::qr::Field as QrField;
use leptos::prelude::*;
use model::card_type::{Employment, Rank};
use model::case::Case;
use model::person::Sex;
use model::profile::Field as Which;

use super::person::{crumbs, head};
use super::{me, reopen};
use crate::part::{
    Actions, Button, Choice, Choices, Crumb, ErrorSummary, Field, FieldErrors, Form as Sent, Hidden, Input, LinkButton,
    Notice, Rank as Weight, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, request_form as text};
use crate::{Portal, naming, routes};

/// What the form is about, and what stands in it.
pub struct Form {
    pub person: PersonDetail,
    pub open: Option<RequestDetail>,
    pub cards: Vec<CardRow>,
    pub fields: Vec<FieldLine>,
    pub reasons: Vec<(Case, Vec<ReasonView>)>,
    pub typed: Typed,
    /// Whether it is the viewer's own.
    pub own: bool,
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    form: &Form,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let (title, way): (&str, Vec<Crumb>) =
        if form.own { (text::title(l), me::crumbs(l, true)) } else { (text::title_for(l), crumbs(l, &form.person)) };
    let page = Page::new(title).crumbs(way).own_heading().narrow().failed(failed);
    super::respond(portal, visit, status, page, || {
        let came_back = form.open.as_ref().and_then(|open| open.answer.clone()).map(|answer| {
            view! { <Notice l tone=Tone::Warn><p>{text::came_back(l)}</p><p>{answer}</p></Notice> }
        });
        let path = if form.own {
            routes::ME_REQUEST.to_owned()
        } else {
            routes::with_id(routes::PERSON_REQUEST, form.person.person.id)
        };
        view! {
            {head(l, &form.person, None)}
            <h2>{title}</h2>
            <p>{text::lead(l)}</p>
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            {came_back}
            {questions(l, form, &errors, path)}
        }
        .into_any()
    })
}

/// Cases with their reasons, one question: `reissue.lost`.
pub(super) fn reason_choices<'a>(l: Lang, cases: impl Iterator<Item = &'a (Case, Vec<ReasonView>)>) -> Vec<Choice> {
    let of = |(case, reasons): &'a (Case, Vec<ReasonView>)| {
        reasons.iter().map(move |reason| {
            let label = format!("{}: {}", naming::case(l, *case), naming::reason(l, reason));
            Choice::new(format!("{}.{}", case.name(), reason.code), label)
        })
    };
    cases.flat_map(of).collect()
}

fn questions(l: Lang, form: &Form, errors: &FieldErrors, path: String) -> AnyView {
    let typed = &form.typed;
    let version = typed.id("version").map(|version| view! { <Hidden name="version" value=version.to_string() /> });
    let has = form.cards.iter().any(|card| card.state.is_replaced());
    let reasons = reason_choices(l, form.reasons.iter().filter(|(case, _)| case.replaces() == has));
    let fields = form.fields.iter().map(|line| question(l, line, typed, errors)).collect_view();
    let back = if form.own { routes::ME.to_owned() } else { routes::with_id(routes::PERSON, form.person.person.id) };
    let buttons = (!errors.is_stale()).then(|| {
        view! {
            <Button label=text::submit(l) name="do" value="submit" />
            <Button label=text::keep(l) name="do" value="keep" rank=Weight::Secondary />
        }
    });
    let loses = has.then(|| view! { <p class="aside">{text::reissue_locks(l)}</p> });
    let (reason, note) = (typed.get("reason"), typed.get("note"));
    let (wrong_reason, wrong_note) = (errors.of("reason"), errors.of("note"));
    view! {
        <Sent action=path>
            {version}
            <Field l name="reason" label=text::reason(l) input=Input::Select(reasons) value=reason error=wrong_reason />
            {loses}
            {fields}
            <Field l name="note" label=text::note(l) input=Input::Area value=note error=wrong_note optional=true />
            <p class="aside">{text::after(l)}</p>
            <Actions>{buttons} <LinkButton label=words::form::cancel(l) href=back rank=Weight::Quiet /></Actions>
        </Sent>
    }
    .into_any()
}

/// One field: what is asked for, under what was last compared with paper.
fn question(l: Lang, line: &FieldLine, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let name = line.field.name();
    let label = naming::field(l, line.field);
    let verified = match &line.verified {
        Some((value, at)) => {
            let when = words::date(l, registry::date::day_of(*at));
            text::verified(l, when, naming::value(l, line.field, value))
        }
        None => text::not_verified(l).to_owned(),
    };
    let hint = match &line.remark {
        Some(remark) => format!("{} · {}", text::remark(l, remark), verified),
        None => verified,
    };
    let hint = match room(line.field) {
        Some(characters) => format!("{hint}. {}", text::room(l, characters)),
        None => hint,
    };
    let (value, error) = (typed.get(name), errors.of(name));
    let choices = match line.field {
        Which::Sex => Some([Sex::Male, Sex::Female].map(|it| Choice::new(it.name(), naming::sex(l, it))).to_vec()),
        Which::Rank => Some(Rank::ALL.map(|it| Choice::new(it.name(), naming::rank(l, it))).to_vec()),
        _ => None,
    };
    if let Some(choices) = choices {
        return view! { <Choices l name label choices chosen=value hint error /> }.into_any();
    }
    match line.field {
        Which::Portrait => {
            let there = if line.held.is_empty() { text::portrait_missing(l) } else { text::portrait_there(l) };
            view! { <p class="aside">{format!("{label}: {there}")}</p> }.into_any()
        }
        Which::Employment => {
            let all = Employment::ALL.map(|it| Choice::new(it.name(), naming::employment(l, it))).to_vec();
            view! { <Field l name label hint value error input=Input::Select(all) /> }.into_any()
        }
        Which::BornOn => {
            view! { <Field l name label hint value error input=Input::Date width=Width::Short /> }.into_any()
        }
        Which::CitizenId => {
            view! { <Field l name label hint value error input=Input::Digits width=Width::Short autocomplete="off" /> }
                .into_any()
        }
        _ => view! { <Field l name label hint value error autocomplete="off" /> }.into_any(),
    }
}

/// Characters that the QR code has for a field that somebody words (838/QĐ-BNV, Điều 1 §2a).
fn room(field: Which) -> Option<usize> {
    match field {
        Which::Name => Some(QrField::FullName.maximum()),
        Which::Position => Some(QrField::Position.maximum()),
        _ => None,
    }
}
