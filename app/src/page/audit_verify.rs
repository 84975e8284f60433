//! What verifying the audit log has found.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{AuditFault, Verdict};
use leptos::prelude::*;

use crate::part::{Actions, Crumb, Fact, Facts, LinkButton, Notice, Rank, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, audit_verify as text};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, verdict: &Verdict) -> Response {
    let l = visit.lang;
    let crumbs = vec![Crumb::new(words::audit::title(l), routes::AUDIT)];
    let number = |value: u64| words::number(l, i64::try_from(value).unwrap_or(i64::MAX));
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)).crumbs(crumbs).narrow(), || {
        let found = if verdict.ok {
            let whole = text::whole(l, number(verdict.entries), number(verdict.heads));
            view! { <Notice l tone=Tone::Good><p>{whole}</p></Notice> }.into_any()
        } else {
            let fault = verdict.fault.map_or(text::unknown(l), |fault| fault_words(l, fault));
            let broken = match verdict.at {
                Some(at) => text::broken(l, number(at), fault),
                None => text::broken_somewhere(l, fault),
            };
            view! { <Notice l tone=Tone::Bad><p>{broken}</p> <p>{text::do_this(l)}</p></Notice> }.into_any()
        };
        let facts = vec![
            Fact::new(text::entries(l), number(verdict.entries)),
            Fact::new(text::heads(l), number(verdict.heads)),
            Fact::new(text::root(l), hash(&verdict.root)),
            Fact::new(text::chain(l), hash(&verdict.chain)),
        ];
        view! {
            {found}
            <Facts l facts />
            <Actions>
                <LinkButton label=text::again(l) href=routes::AUDIT_VERIFY rank=Rank::Secondary />
            </Actions>
        }
        .into_any()
    })
}

/// A hash whole, broken where the line ends.
fn hash(hex: &str) -> impl IntoView + use<> {
    let hex = hex.to_owned();
    view! { <code>{hex}</code> }
}

fn fault_words(l: Lang, fault: AuditFault) -> &'static str {
    use words::audit_fault as own;
    match fault {
        AuditFault::Changed => own::changed(l),
        AuditFault::Missing => own::missing(l),
        AuditFault::Chain => own::chain(l),
        AuditFault::Tree => own::tree(l),
        AuditFault::Truncated => own::truncated(l),
        AuditFault::Appended => own::appended(l),
        AuditFault::Head => own::head(l),
        AuditFault::Signature => own::signature(l),
        AuditFault::Personal => own::personal(l),
    }
}
