//! An import that is worked off: how far it has come, and what it has done.

use axum::http::StatusCode;
use axum::response::Response;
use contract::import::ImportView;
use leptos::prelude::*;

use super::import::{files, how_far, imported, what};
use crate::part::{Actions, Crumb, LinkButton, Notice, PostButton, Rank, Tone, with_query};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::import as text;
use crate::{Portal, failing, routes};

/// Seconds after which a page shows anew how far it has come.
const AGAIN: u32 = 2;

pub fn respond(portal: &Portal, visit: &Visit, of: &ImportView, running: bool) -> Response {
    let l = visit.lang;
    let crumbs = vec![Crumb::new(text::title(l), with_query(routes::IMPORT, "what", of.kind.name()))];
    let page = Page::new(what(l, of.kind)).crumbs(crumbs);
    let running = running && !of.finished;
    let page = if running { page.again(AGAIN) } else { page };
    super::respond(portal, visit, StatusCode::OK, page, || {
        let path = routes::with_id(routes::IMPORT_RUN, of.id);
        let counts = imported(l, of.kind, [of.new, of.changed, of.existing, of.faulty]);
        let (tone, state) = match (of.finished, of.cancelled, running) {
            (true, true, _) => (Tone::Warn, text::run::cancelled(l)),
            (true, false, _) => (Tone::Good, text::run::finished(l)),
            (false, _, true) => (Tone::Info, text::run::running(l)),
            (false, _, false) => (Tone::Warn, text::run::waits(l)),
        };
        let why = of.failure.as_ref().map(|failure| view! { <p>{failing::sentences(l, failure).join(" ")}</p> });
        let (max, value) = (of.total.max(1).to_string(), of.done.to_string());
        let bar =
            (!of.finished).then(|| view! { <p><progress max=max value=value></progress> " " {how_far(l, of)}</p> });
        let rest = (of.cancelled && of.done < of.total).then(|| view! { <p>{how_far(l, of)}</p> });
        let said = (of.finished || of.done > 0).then(|| view! { <p>{counts}</p> });
        let go = (!of.finished && !running && of.own).then(|| {
            view! { <PostButton label=text::run::go_on(l) action=path.clone() hidden=vec![("do", "go".to_owned())] /> }
        });
        let stop = (!of.finished).then(|| {
            let hidden = vec![("do", "cancel".to_owned())];
            view! { <PostButton label=text::run::cancel(l) action=path.clone() hidden rank=Rank::Secondary /> }
        });
        let report = of.finished.then(|| view! { <p>{files(l, of.id)}</p> });
        let other = with_query(routes::IMPORT, "what", of.kind.name());
        view! {
            <div role="status"><Notice l tone><p>{state}</p>{why}{bar}{rest}{said}</Notice></div>
            {go}
            {stop}
            {report}
            <Actions><LinkButton label=text::other(l) href=other rank=Rank::Secondary /></Actions>
        }
        .into_any()
    })
}
