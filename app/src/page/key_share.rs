//! A custodian's share, shown once as the answer to a form, to be printed or copied: with what is needed to restore by it, and nothing else.

use axum::http::StatusCode;
use axum::response::Response;
use contract::keys::CeremonyView;
use leptos::prelude::*;
use registry::work::key_ceremony::Shown;

use super::keys::{check_values, crumbs};
use crate::part::{Actions, Fact, Facts, LinkButton, Notice, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, share as text};
use crate::{Portal, naming, routes};

pub fn respond(portal: &Portal, visit: &Visit, of: &CeremonyView, shown: &Shown) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l, shown.number)).lead(text::lead(l)).crumbs(crumbs(l));
    super::respond(portal, visit, StatusCode::OK, page, || {
        let custodian = of.custodians.iter().find(|line| line.number == shown.number);
        let facts = vec![
            Fact::new(text::of_set(l), words::keys::set(l, of.line.set_version)),
            Fact::code(words::keys::id(l), of.set_id.clone().unwrap_or_default()),
            Fact::maybe(text::custodian(l), custodian.map(|line| naming::person(l, &line.name))),
            Fact::new(text::day(l), words::at(l, visit.at_ms)),
        ];
        let values = check_values(l, of.line.set_version, &of.check_values);
        let back = routes::with_id(routes::KEY_CEREMONY, of.line.id);
        let share = shown.share.to_string();
        view! {
            <Facts l facts />
            <section>
                <h2>{text::lines(l)}</h2>
                <pre class="copy code" id="share">{share}</pre>
            </section>
            <Notice l tone=Tone::Warn><p>{text::keep(l)}</p></Notice>
            <section>
                <h2>{words::keys::check_values(l)}</h2>
                {values}
            </section>
            <Actions>
                <LinkButton label=text::go(l) href=back />
            </Actions>
        }
        .into_any()
    })
}
