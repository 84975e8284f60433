//! Restoring a key set: two custodians, one after the other, each with a share.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::keys::FirstShare;
use leptos::prelude::*;

use super::keys::crumbs;
use crate::part::{
    Actions, Button, Confirm, ErrorSummary, Field, FieldErrors, Form, Input, Notice, PostButton, Rank, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, restore as text};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    first: &[FirstShare],
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let (l, needed) = (visit.lang, visit.needs_code());
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).narrow().failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let waiting = first.iter().map(|share| waiting(l, share)).collect_view();
        let (value, error, code) = (typed.get("share"), errors.of("share"), errors.of("code"));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {waiting}
            <Form action=routes::KEY_RESTORE>
                <Field l name="share" label=text::share(l) hint=text::share_hint(l) input=Input::Area value error width=Width::Full />
                <Confirm l needed error=code />
                <Actions><Button label=text::submit(l) /></Actions>
            </Form>
        }
        .into_any()
    })
}

fn waiting(l: Lang, of: &FirstShare) -> AnyView {
    let until = words::at(l, of.until);
    let told = if of.own { text::own(l, until) } else { text::first_by(l, naming::person(l, &of.name), until) };
    let hidden = vec![("do", "forget".to_owned()), ("set", of.set_version.to_string())];
    view! {
        <section>
            <h2>{text::waits(l, of.set_version)}</h2>
            <Notice l tone=Tone::Info><p>{told}</p></Notice>
            <PostButton label=text::forget(l) action=routes::KEY_RESTORE hidden rank=Rank::Quiet />
        </section>
    }
    .into_any()
}
