//! One blank, and what became of it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::{BlankDetail, MovementLine};
use leptos::prelude::*;

use super::{at, crumbs, naming as own};
use crate::part::{Event, Fact, Facts, History, Tag};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{number, stock::blanks as text};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, of: &BlankDetail) -> Response {
    let l = visit.lang;
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_BLANKS)));
    let page = Page::new(text::one(l, &of.blank.serial)).lead(of.blank.kind.clone()).crumbs(crumbs);
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let events = of.history.iter().map(|line| event(l, line)).collect();
        view! {
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, of)}
                </section>
                <section>
                    <h2>{text::history(l)}</h2>
                    <History l events />
                </section>
            </div>
        }
        .into_any()
    })
}

fn facts(l: Lang, of: &BlankDetail) -> impl IntoView + use<> {
    let blank = &of.blank;
    let (lot, lot_href) = (blank.lot.clone(), routes::with_id(routes::STOCK_LOT, blank.lot_id));
    let mut facts = vec![
        Fact::code(text::serial(l), blank.serial.clone()),
        Fact::new(text::state(l), view! { <Tag tone=own::tone(blank.state) text=own::state(l, blank.state) /> }),
        Fact::new(text::place(l), blank.place.clone()),
        Fact::new(text::lot(l), view! { <a href=lot_href>{lot}</a> }),
    ];
    if let Some(reason) = blank.reason {
        facts.push(Fact::new(text::reason(l), own::reason(l, reason)));
    }
    if let Some(what) = &of.held_for {
        facts.push(Fact::new(text::held_for(l), crate::page::audit_entry::object_words(l, what)));
    }
    if let Some((id, number)) = &of.destruction {
        let (href, number) = (routes::with_id(routes::STOCK_DESTRUCTION, *id), number.clone());
        facts.push(Fact::new(text::destruction(l), view! { <a href=href>{number}</a> }));
    }
    view! { <Facts l facts /> }
}

fn event(l: Lang, line: &MovementLine) -> Event {
    let mut what = own::event(l, line.event).to_owned();
    if line.count > 1 {
        what = text::with_others(l, number(l, line.count - 1), what);
    }
    let said = [line.reason.map(|reason| own::reason(l, reason).to_owned()), line.note.clone()];
    let said = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if !said.is_empty() {
        what = format!("{what}: {said}");
    }
    let when = match line.by.as_deref() {
        Some(who) if !who.is_empty() => text::by(l, &line.place, at(l, line.at), who),
        _ => text::at_place(l, &line.place, at(l, line.at)),
    };
    Event { what, when, paper: None }
}
