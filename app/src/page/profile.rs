//! The profile on paper: two copies of it are certified and handed in (R18). It bears the version of what it shows.

use axum::http::StatusCode;
use axum::response::Response;
use contract::cards::RequestDetail;
use leptos::prelude::*;

use crate::part::{Crumb, Fact, Facts, Notice, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, profile as text};
use crate::{Portal, naming, routes};

pub fn respond(portal: &Portal, visit: &Visit, request: &RequestDetail, province: &str) -> Response {
    let l = visit.lang;
    let row = &request.request;
    let way = vec![Crumb::new(words::request::title(l), routes::with_id(routes::REQUEST, row.id))];
    let above = (row.unit != province).then(|| province.to_owned());
    let page = Page::new(text::title(l)).crumbs(way).paper(row.unit.clone(), above).narrow();
    super::respond(portal, visit, StatusCode::OK, page, || {
        let mut facts: Vec<Fact> = request
            .fields
            .iter()
            .map(|line| Fact::new(naming::field(l, line.field), naming::value(l, line.field, &line.value)))
            .collect();
        facts.insert(1, Fact::maybe(words::people::personnel_code(l), row.personnel_code.clone()));
        facts.push(Fact::new(words::people::unit(l), row.unit.clone()));
        let reason = format!("{}: {}", naming::case(l, row.case), naming::reason(l, &row.reason));
        facts.push(Fact::new(words::request::reason(l), reason));
        let when = request.submitted_at.unwrap_or_default();
        let when = words::at(l, when);
        let photo = routes::with_id(routes::PERSON_PORTRAIT, row.person_id);
        let photo = request.person.portrait.then(|| {
            view! { <img class="profile-photo" src=photo alt=words::portrait::alt(l, &row.name) width="114" height="152" /> }
        });
        view! {
            <div class="screen-only"><Notice l tone=Tone::Info><p>{text::how(l)}</p></Notice></div>
            {photo}
            <Facts l facts />
            <p class="aside">{text::stamp(l, row.id, request.stamp, when)}</p>
            <div class="signatures">
                <p>{text::holder_signs(l)}</p>
                <p>{text::unit_signs(l)}</p>
            </div>
        }
        .into_any()
    })
}
