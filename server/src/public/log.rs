//! `/log`: the signed heads of the audit log for everybody, and whether a receipt still agrees with it.

use std::sync::Arc;

use app::words::number;
use app::{Portal, Sent, Visit, action_name, routes};
use axum::Extension;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use contract::view::HeadView;
use contract::{Failure, Lang};
use maud::{Markup, html};
use model::receipt::{Receipt, Wrong};
use registry::work::receipt::{Judged, check_receipt};
use registry::work::sign_head::last_heads;

use super::Public;
use super::check::{address, lang_of};
use super::limits::TooMany;
use super::page::{answer, boxed, frame, swapped, written};
use super::words::{check as common, log};
use crate::client::Client;

/// Heads on the page: a month of days.
const SHOWN: i64 = 31;

/// What was found out of a receipt.
enum Found {
    /// None was asked about.
    Nothing,
    /// None was sent.
    Missing,
    /// Something was.
    Judged(Judged),
    /// Too many checks.
    Wait(u64),
    /// No answer just now.
    Busy,
}

/// `GET /log`.
pub(super) async fn open(State(portal): State<Portal>, Extension(visit): Extension<Visit>, uri: Uri) -> Response {
    respond(&portal, lang_of(&uri, &visit), Found::Nothing).await
}

/// `POST /log`: a receipt, as a file or as text. It is read and not kept.
pub(super) async fn check(
    public: Arc<Public>,
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    client: Option<Extension<Client>>,
    uri: Uri,
    sent: Sent,
) -> Response {
    let typed = sent.typed.get("text");
    let text = if sent.file.is_empty() { typed.trim().as_bytes() } else { &sent.file };
    let found = match public.limits.admit(address(client), visit.at_ms) {
        Err(TooMany { seconds }) => Found::Wait(seconds),
        Ok(()) if text.is_empty() => Found::Missing,
        Ok(()) => judge(&portal, text).await.map_or(Found::Busy, Found::Judged),
    };
    respond(&portal, lang_of(&uri, &visit), found).await
}

async fn judge(portal: &Portal, text: &[u8]) -> Result<Judged, Failure> {
    check_receipt(&mut portal.store.read().await?, text, portal.secrets.head_key()).await
}

async fn heads(portal: &Portal) -> Result<Vec<HeadView>, Failure> {
    Ok(last_heads(&mut portal.store.read().await?, SHOWN).await?)
}

async fn respond(portal: &Portal, l: Lang, found: Found) -> Response {
    let (heads, found) = match heads(portal).await {
        Ok(heads) => (heads, found),
        Err(_) => (Vec::new(), Found::Busy),
    };
    let mut response = answer(render(l, &heads, &found));
    let (status, later) = match found {
        Found::Wait(seconds) => (StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
        Found::Busy => (StatusCode::SERVICE_UNAVAILABLE, Some(5)),
        Found::Missing | Found::Judged(Judged::Wrong(_)) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Found::Nothing | Found::Judged(_) => (StatusCode::OK, None),
    };
    *response.status_mut() = status;
    if let Some(seconds) = later {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn render(l: Lang, heads: &[HeadView], found: &Found) -> Markup {
    let other = format!("{}?lang={}", routes::LOG, swapped(l).code());
    let main = html! {
        (said(l, found))
        @if matches!(found, Found::Nothing) { p.muted { (log::lead(l)) } }
        h2 { (log::check(l)) }
        p.muted { (log::check_lead(l)) }
        form method="post" enctype="multipart/form-data" {
            label for="file" { (log::file(l)) }
            input #file type="file" name="file" accept=".json,application/json";
            label for="text" { (log::text(l)) }
            textarea #text name="text" rows="4" autocomplete="off" spellcheck="false" {}
            button { (log::submit(l)) }
        }
        h2 { (log::heads(l)) }
        (signed(l, heads))
    };
    let foot = html! { a href=(routes::CHECK) { (common::title(l)) } };
    frame(l, log::title(l), Some(&other), &html! {}, &main, &foot)
}

fn said(l: Lang, found: &Found) -> Markup {
    match found {
        Found::Nothing => html! {},
        Found::Missing => boxed("warn", None, log::missing(l)),
        Found::Wait(seconds) => boxed("warn", None, &common::wait(l, seconds.div_ceil(60))),
        Found::Busy => boxed("warn", None, common::busy(l)),
        Found::Judged(Judged::Wrong(Wrong::Form)) => boxed("warn", None, log::no_receipt(l)),
        Found::Judged(Judged::Wrong(_)) => boxed("bad", Some(log::changed(l)), log::changed_do(l)),
        Found::Judged(Judged::Foreign) => boxed("bad", Some(log::foreign(l)), log::foreign_do(l)),
        Found::Judged(Judged::Rewritten) => boxed("bad", Some(log::rewritten(l)), log::rewritten_do(l)),
        Found::Judged(Judged::Holds(receipt)) => holds(l, receipt),
    }
}

fn holds(l: Lang, receipt: &Receipt) -> Markup {
    let at = written(l, receipt.head.at_ms);
    html! {
        (boxed("good", Some(log::holds(l)), &log::holds_do(l, &receipt.code, &at)))
        dl {
            @for proven in &receipt.entries {
                dt { (written(l, proven.entry.at_ms)) }
                dd { (action_name(l, &proven.entry.action)) }
            }
        }
    }
}

fn signed(l: Lang, heads: &[HeadView]) -> Markup {
    let Some(newest) = heads.first() else { return html! { p.muted { (log::heads_none(l)) } } };
    html! {
        (facts(l, newest))
        p { (log::key(l)) br; span.hash { (newest.key) } }
        @if heads.len() > 1 {
            details {
                summary { (log::heads(l)) " (" (number(l, heads.len() as i64)) ")" }
                @for head in &heads[1..] { (facts(l, head)) }
            }
        }
        p { (log::machine(l)) ": " a href=(routes::API_AUDIT_HEAD) { (routes::API_AUDIT_HEAD) } }
    }
}

fn facts(l: Lang, head: &HeadView) -> Markup {
    html! {
        dl {
            dt { (log::signed_at(l)) } dd { (written(l, head.at)) }
            dt { (log::size(l)) } dd { (number(l, head.size as i64)) }
            dt { (log::root(l)) } dd.hash { (head.root) }
        }
    }
}
