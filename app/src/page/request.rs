//! One request: how far it has come, what was asked for, what was compared with paper.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{FieldLine, FileLine, RequestDetail};
use leptos::prelude::*;
use model::lifecycle::{Lifecycle as _, Request, RequestEvent};

use super::me;
use super::person::{crumbs, head};
use crate::part::{Column, Fact, Facts, LinkButton, Notice, PostButton, Rank, Table, Tag, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, request as text};
use crate::{Portal, naming, routes};

pub fn respond(portal: &Portal, visit: &Visit, request: &RequestDetail) -> Response {
    let l = visit.lang;
    let id = request.request.id;
    let way = if request.request.own { me::crumbs(l, true) } else { crumbs(l, &request.person) };
    let page = Page::new(text::title(l)).crumbs(way).own_heading();
    super::respond(portal, visit, StatusCode::OK, page, || {
        let answer = request.answer.clone().map(|answer| {
            view! { <Notice l tone=Tone::Warn><p>{text::answer(l)}</p><p>{answer}</p></Notice> }
        });
        let next = naming_next(l, request).map(|next| view! { <Notice l tone=Tone::Info><p>{next}</p></Notice> });
        view! {
            {head(l, &request.person, actions(l, request))}
            <h2>{text::title(l)}</h2>
            {answer}
            {next}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, request)}
                </section>
                <section>
                    <h2>{text::files(l)}</h2>
                    {files(l, &request.files)}
                </section>
            </div>
            <section>
                <h2>{text::fields(l)}</h2>
                {fields(l, &request.fields)}
            </section>
            {withdraw(l, request, id)}
        }
        .into_any()
    })
}

fn actions(l: Lang, request: &RequestDetail) -> Option<AnyView> {
    let id = request.request.id;
    let write = request.may_write.then(|| {
        let href = if request.request.own {
            routes::ME_REQUEST.to_owned()
        } else {
            routes::with_id(routes::PERSON_REQUEST, request.request.person_id)
        };
        view! { <LinkButton label=text::write(l) href /> }
    });
    let print = (request.stamp > 0).then(|| {
        let rank = if request.may_write { Rank::Secondary } else { Rank::Primary };
        view! { <LinkButton label=text::print(l) href=routes::with_id(routes::REQUEST_PROFILE, id) rank /> }
    });
    let verify = request
        .may_verify
        .then(|| view! { <LinkButton label=text::verify(l) href=routes::with_id(routes::VERIFY_ONE, id) /> });
    Some(view! { {write} {verify} {print} }.into_any())
}

/// What comes next, and who does it.
fn naming_next(l: Lang, request: &RequestDetail) -> Option<String> {
    let next = match request.request.state {
        Request::Submitted => text::next_submitted(l, request.stamp),
        Request::Verified | Request::Listed => text::next_verified(l).to_owned(),
        Request::Proposed | Request::Checked => text::next_proposed(l).to_owned(),
        Request::Approved => text::next_approved(l).to_owned(),
        _ => return None,
    };
    Some(next)
}

fn facts(l: Lang, request: &RequestDetail) -> AnyView {
    let row = &request.request;
    let (tone, state) = naming::request_state(l, row.state);
    let time = move |at: i64| words::at(l, at);
    let list = request.dossier_id.map(|id| {
        view! { <a href=routes::with_id(routes::LIST, id)>{text::list_number(l, id)}</a> }
    });
    let former = request.former_lists.iter().map(|(id, title, left_at)| {
        let left = text::left_list(l, words::at(l, *left_at));
        view! { <p><a href=routes::with_id(routes::LIST, *id)>{title.clone()}</a> " · " {left}</p> }
    });
    let former: Vec<_> = former.collect();
    let former = (!former.is_empty()).then_some(former);
    let facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::case(l), naming::case(l, row.case)),
        Fact::new(text::reason(l), naming::reason(l, &row.reason)),
        Fact::maybe(text::note(l), request.note.clone()),
        Fact::maybe(text::submitted(l), request.submitted_at.map(time)),
        Fact::maybe(text::verified(l), row.verified_at.map(time)),
        Fact::maybe(text::list(l), list.filter(|_| !row.own)),
        Fact::maybe(text::former_lists(l), former.filter(|_| !row.own)),
    ];
    view! { <Facts l facts /> }.into_any()
}

pub(super) fn files(l: Lang, files: &[FileLine]) -> AnyView {
    if files.is_empty() {
        return view! { <p class="aside">{text::no_files(l)}</p> }.into_any();
    }
    let items = files
        .iter()
        .map(|file| {
            let when = words::at(l, file.added_at);
            let kind = match file.media_type.as_str() {
                "application/pdf" => "PDF",
                "image/png" => "PNG",
                _ => "JPEG",
            };
            let size = words::number(l, (file.bytes + 1023) / 1024);
            let label = match file.purpose.as_str() {
                "letter" => text::letter_file(l),
                "minutes" => text::minutes_file(l),
                "evidence" => text::evidence_file(l),
                "consent" => words::biometrics::paper_file(l),
                _ => text::scan_file(l),
            };
            view! {
                <li>
                    <a href=routes::with_id(routes::FILE, file.id) target="_blank">{label}</a>
                    " " <span class="aside">{format!("{kind}, {size} kB, {when}")}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="files">{items}</ul> }.into_any()
}

fn fields(l: Lang, fields: &[FieldLine]) -> AnyView {
    let columns = vec![
        Column::text(text::field(l)),
        Column::text(text::value(l)),
        Column::text(text::held(l)),
        Column::text(text::verified_value(l)),
    ];
    let rows = fields
        .iter()
        .map(|line| {
            let value = naming::value(l, line.field, &line.value);
            let value = if line.to_verify {
                view! { <strong>{value}</strong> " " <Tag tone=Tone::Warn text=text::to_verify(l) /> }.into_any()
            } else {
                value.into_any()
            };
            let verified = line.verified.as_ref().map(|(value, at)| {
                let when = words::date(l, registry::date::day_of(*at));
                format!("{} ({when})", naming::value(l, line.field, value))
            });
            view! {
                <tr>
                    <th scope="row">{naming::field(l, line.field)}</th>
                    <td>{value}</td>
                    <td>{naming::value(l, line.field, &line.held)}</td>
                    <td>{verified.unwrap_or_else(|| text::never(l).to_owned())}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::fields(l) columns>{rows}</Table> }.into_any()
}

fn withdraw(l: Lang, request: &RequestDetail, id: i64) -> Option<AnyView> {
    let row = &request.request;
    let possible = row.state.may(RequestEvent::Withdraw)
        && row.state != Request::Approved
        && (row.own || request.person.may_change);
    possible.then(|| {
        let hidden = vec![("version", row.version.to_string())];
        let action = routes::with_id(routes::REQUEST_WITHDRAW, id);
        view! {
            <section>
                <h2>{text::withdraw(l)}</h2>
                <p class="aside">{text::withdraw_effect(l)}</p>
                <PostButton label=text::withdraw(l) action hidden rank=Rank::Danger />
            </section>
        }
        .into_any()
    })
}
