//! An activation link, shown once to whoever hands it over.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::AccountRow;
use leptos::prelude::*;
use registry::token::Token;
use registry::work::invite_account::LINK_MS;

use super::account::crumbs;
use crate::part::{Actions, Fact, Facts, LinkButton, Notice, Rank, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, activation_link as text};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, account: &AccountRow, link: &Token) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l))
        .lead(text::lead(l, &account.display_name))
        .crumbs(crumbs(l, Some((account.id, &account.display_name))))
        .narrow();
    let address = format!("{}{}", portal.origin, routes::ACTIVATE.replace("{link}", link.as_str()));
    let until = jiff::Timestamp::from_millisecond(visit.at_ms + LINK_MS).unwrap_or_default();
    let back = routes::with_id(routes::ACCOUNT, account.id);
    super::respond(portal, visit, StatusCode::OK, page, || {
        view! {
            <Facts l facts=vec![Fact::code(text::login(l), account.login.clone())] />
            <div class="field full">
                <label for="link">{text::link(l)}</label>
                <p class="hint" id="link-hint">{text::hint(l)}</p>
                <input type="text" id="link" class="code" value=address readonly aria-describedby="link-hint" autocomplete="off" />
            </div>
            <Notice l tone=Tone::Warn>
                <p>{text::how(l, words::date_time(l, until))}</p>
                <p>{text::lost(l)}</p>
            </Notice>
            <Actions>
                <LinkButton label=text::go(l) href=back rank=Rank::Secondary />
            </Actions>
        }
        .into_any()
    })
}
