//! How an empty province begins.

use axum::http::StatusCode;
use axum::response::Response;
use contract::import::ImportKind;
use contract::view::Setup;
use leptos::prelude::*;
use model::role::{Action, Role};
use registry::work::resume_session::Stage;
use registry::work::set_up::FOUNDERS;

use crate::part::{Actions, LinkButton, Tag, Tone, with_query};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{start as words, work};
use crate::{Portal, routes};

const PROVINCE: &str = r#"congthe province --name "UBND tỉnh …" --code H57"#;

/// The commands that make the first accounts, for the roles that nobody holds; names and decisions are examples.
fn account_commands(unfilled: &[Role]) -> String {
    const PEOPLE: [(&str, &str); FOUNDERS.len()] = [
        ("an.nv", "Nguyễn Văn An"),
        ("binh.tt", "Trần Thị Bình"),
        ("chi.lt", "Lê Thị Chi"),
        ("dung.pv", "Phạm Văn Dũng"),
    ];
    let commands = FOUNDERS.iter().zip(PEOPLE).enumerate().filter(|(_, (role, _))| unfilled.contains(role));
    let commands = commands.map(|(nth, (role, (login, name)))| {
        let (role, decision) = (role.name(), nth + 1);
        format!(r#"congthe account add {login} --name "{name}" --role {role} --unit province --decision "{decision}/QĐ-SNV""#)
    });
    commands.collect::<Vec<_>>().join("\n")
}

pub fn respond(portal: &Portal, visit: &Visit, progress: &Setup) -> Response {
    let l = visit.lang;
    let accounts = account_commands(&progress.unfilled);
    let steps = [
        (progress.province, words::province(l), words::province_how(l), PROVINCE.to_owned()),
        (progress.unfilled.is_empty(), words::accounts(l), words::accounts_how(l), accounts),
        (progress.units > 0, words::units(l), words::units_how(l), String::new()),
        (progress.people > 0, words::people(l), words::people_how(l), String::new()),
    ];
    let next = steps.iter().position(|(done, ..)| !done);
    super::respond(portal, visit, StatusCode::OK, Page::new(words::title(l)).lead(words::lead(l)).narrow(), || {
        let items = steps
            .into_iter()
            .enumerate()
            .map(|(index, (done, title, how, commands))| {
                let (tone, state) = match (done, Some(index) == next) {
                    (true, _) => (Tone::Good, words::done(l)),
                    (false, true) => (Tone::Warn, words::next(l)),
                    (false, false) => (Tone::Info, words::later(l)),
                };
                let how = (!done).then(|| {
                    let commands = (!commands.is_empty()).then(
                        || view! { <pre class="code copy" role="region" tabindex="0" aria-label=title>{commands}</pre> },
                    );
                    view! { <p>{how}</p> {commands} }
                });
                view! { <li><h2>{title} " " <Tag tone text=state /></h2> {how}</li> }
            })
            .collect_view();
        let sign_in = (progress.accounts > 0 && visit.session.is_none())
            .then(|| view! { <Actions><LinkButton label=words::sign_in(l) href=routes::SIGN_IN /></Actions> });
        view! { <ol class="steps">{items}</ol> {sign_in} {import(visit, progress)} }.into_any()
    })
}

/// The way to the next of the steps that are done in the browser, for who may take it.
fn import(visit: &Visit, progress: &Setup) -> Option<AnyView> {
    let session = visit.session.as_ref().filter(|session| session.stage == Stage::Full)?;
    if !progress.province || !session.actor.may_somewhere(Action::Import) {
        return None;
    }
    let l = visit.lang;
    let (kind, label) = match (progress.units, progress.people) {
        (0, _) => (ImportKind::Units, words::import_units(l)),
        (_, 0) => (ImportKind::People, words::import_people(l)),
        _ => {
            return Some(view! { <Actions><LinkButton label=work::title(l) href=routes::WORK /></Actions> }.into_any());
        }
    };
    let href = with_query(routes::IMPORT, "what", kind.name());
    Some(view! { <Actions><LinkButton label href /></Actions> }.into_any())
}
