//! One token: where it is, what happened to it, and what may become of it (R154).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::TokenDetail;
use leptos::prelude::*;
use model::lifecycle::{Token, TokenEvent};

use super::super::list::files as papers;
use super::super::reopen;
use super::{happened, person, token_crumbs, token_event, token_kind, token_state};
use crate::part::{
    Actions, Button, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, History, Input, Rank, Tag, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{certificates, tokens as text};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &TokenDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.token;
    let page = Page::new(of.serial.clone()).crumbs(token_crumbs(l)).paper(of.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::TOKEN, of.id);
        let forms = (!errors.is_stale()).then(|| steps(l, detail, typed, &errors));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section>
                    <h2>{certificates::history(l)}</h2>
                    <History l events=detail.events.iter().map(|line| happened(l, line)).collect() />
                </section>
            </div>
            {loss(l, detail)}
            {forms}
        }
        .into_any()
    })
}

/// Minutes about a loss, while it is lost.
fn loss(l: Lang, detail: &TokenDetail) -> Option<AnyView> {
    (detail.token.state == Token::Lost).then(|| {
        let file = |kind: &str| with_query(&routes::with_id(routes::TOKEN_LOSS, detail.token.id), "as", kind);
        view! { <section class="screen-only"><h2>{text::loss(l)}</h2> {papers(l, file("pdf"), file("docx"))}</section> }
            .into_any()
    })
}

fn facts(l: Lang, detail: &TokenDetail) -> AnyView {
    let of = &detail.token;
    let (tone, state) = token_state(l, of.state);
    let unit = routes::with_id(routes::UNIT, of.unit_id);
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::kind(l), token_kind(l, of.kind)),
        Fact::maybe(text::model(l), of.model.clone()),
        Fact::new(certificates::unit(l), view! { <a href=unit>{of.unit.clone()}</a> }),
        Fact::maybe(text::keeper(l), of.keeper.as_ref().map(person)),
    ];
    facts.extend(of.due_on.as_deref().map(|day| Fact::new(text::due_on(l), naming::day(l, day))));
    facts.extend(of.remark.clone().map(|remark| Fact::new(certificates::reason(l), remark)));
    view! { <Facts l facts /> }.into_any()
}

/// Only what is possible, in one form: who gets it and why are asked where a step needs them.
fn steps(l: Lang, detail: &TokenDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    (!detail.may.is_empty()).then(|| {
        let buttons = detail
            .may
            .iter()
            .map(|of| {
                let rank = if *of == TokenEvent::Lose { Rank::Danger } else { Rank::Secondary };
                view! { <Button label=token_event(l, *of) name="event" value=of.name() rank=rank /> }
            })
            .collect_view();
        let version = detail.token.version.to_string();
        let action = routes::with_id(routes::TOKEN_STEP, detail.token.id);
        let keeper = detail.may.iter().any(|of| of.names_keeper()).then(|| {
            let (keeper, wrong) = (typed.get("keeper_code"), errors.of("keeper_code"));
            view! { <Field l name="keeper_code" label=text::new_keeper(l) hint=text::new_keeper_hint(l) value=keeper error=wrong autocomplete="off" depends=true /> }
        });
        let reason = detail.may.iter().any(|of| of.needs_reason()).then(|| {
            let (reason, wrong) = (typed.get("reason"), errors.of("reason"));
            view! { <Field l name="reason" label=certificates::reason(l) hint=text::reason_hint(l) input=Input::Area value=reason error=wrong depends=true /> }
        });
        view! {
            <section class="screen-only">
                <h2>{text::step(l)}</h2>
                <Form action>
                    <button hidden disabled></button>
                    <Hidden name="version" value=version />
                    {keeper}
                    {reason}
                    <Actions>{buttons}</Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}
