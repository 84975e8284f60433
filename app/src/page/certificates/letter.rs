//! One list: what is on it, its letter, and how far its answers have come (R118, R138).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::CertificateListDetail;
use leptos::prelude::*;
use model::lifecycle::CertificateList;
use registry::document::certificates::AUTHORITY;

use super::super::list::files as papers;
use super::super::reopen;
use super::super::request::files as attached;
use super::super::verify::SCANS;
use super::letters::choose;
use super::request_list::table;
use super::{due, happened, list_crumbs, list_state};
use crate::part::{
    Actions, Button, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, History, Input, PostButton, Rank,
    Tag, Width, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, certificate_lists as text, certificate_requests, certificates, list, lists, number};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &CertificateListDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.list;
    let page = Page::new(of.title.clone()).crumbs(list_crumbs(l)).paper(of.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::CERTIFICATE_LIST, of.id);
        let file = |kind: &str| with_query(&routes::with_id(routes::CERTIFICATE_LIST_LETTER, of.id), "as", kind);
        let draft = of.state == CertificateList::Draft && !errors.is_stale();
        let send = (draft && !detail.lines.is_empty()).then(|| send(l, detail, typed, &errors));
        let compose = draft.then(|| compose(l, detail));
        let lines = (!detail.lines.is_empty()).then(|| table(l, &detail.lines));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{list::facts(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section class="screen-only">
                    <h2>{certificate_requests::papers(l)}</h2>
                    {papers(l, file("pdf"), file("docx"))}
                    {attached(l, &detail.files)}
                </section>
            </div>
            <section>
                <h2>{text::on_it(l)} " " <span class="count">{number(l, detail.lines.len() as i64)}</span></h2>
                {lines}
            </section>
            {send}
            {compose}
            <section>
                <h2>{certificates::history(l)}</h2>
                <History l events=detail.events.iter().map(|line| happened(l, line)).collect() />
            </section>
        }
        .into_any()
    })
}

fn facts(l: Lang, detail: &CertificateListDetail) -> AnyView {
    let of = &detail.list;
    let (tone, state) = list_state(l, of.state);
    let mut facts = vec![
        Fact::new(lists::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::unit(l), of.unit.clone()),
        Fact::maybe(text::recipient(l), of.recipient.clone()),
        Fact::maybe(text::letter(l), of.letter_number.clone()),
        Fact::maybe(text::letter_day(l), of.letter_day.as_deref().map(|day| naming::day(l, day))),
        Fact::maybe(list::signer(l), of.signer.clone()),
    ];
    if of.state == CertificateList::Sent {
        facts.push(Fact::new(text::unanswered(l), number(l, of.unanswered)));
    }
    facts.extend(due(l, of.due).map(|due| Fact::new(certificate_requests::due(l), due)));
    view! { <Facts l facts /> }.into_any()
}

fn send(l: Lang, detail: &CertificateListDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let version = detail.list.version.to_string();
    let of_field = |name: &str| (typed.get(name), errors.of(name));
    let (recipient, wrong_recipient) = of_field("recipient");
    let recipient = if typed.has("recipient") { recipient } else { AUTHORITY.to_owned() };
    let (letter, wrong_letter) = of_field("letter_number");
    let (on, wrong_on) = of_field("day");
    let (signer, wrong_signer) = of_field("signer");
    let wrong_file = errors.of("letter");
    view! {
        <section class="screen-only">
            <h2>{text::send(l)}</h2>
            <p>{text::send_lead(l)}</p>
            <Form action=routes::with_id(routes::CERTIFICATE_LIST_SEND, detail.list.id) files=true>
                <Hidden name="version" value=version />
                <Field l name="recipient" label=text::recipient(l) value=recipient error=wrong_recipient width=Width::Full autocomplete="off" />
                <Field l name="letter_number" label=list::letter_number(l) hint=text::letter_hint(l) value=letter error=wrong_letter width=Width::Short autocomplete="off" />
                <Field l name="day" label=text::letter_day(l) value=on input=Input::Date width=Width::Short error=wrong_on />
                <Field l name="signer" label=list::signer(l) hint=list::signer_hint(l) value=signer error=wrong_signer autocomplete="off" />
                <Field l name="letter" label=text::signed(l) hint=words::verify::scan_hint(l) input=Input::File(SCANS) error=wrong_file optional=true />
                <Actions><Button label=text::send(l) /></Actions>
            </Form>
        </section>
    }
    .into_any()
}

/// Changing what is on it, while it is composed.
fn compose(l: Lang, detail: &CertificateListDetail) -> AnyView {
    let version = detail.list.version.to_string();
    let action = routes::with_id(routes::CERTIFICATE_LIST_LINES, detail.list.id);
    let dissolve = vec![("version", version.clone()), ("do", "dissolve".to_owned())];
    let off = (!detail.lines.is_empty())
        .then(|| view! { <h3>{list::take_off(l)}</h3> {choose(l, "off", &detail.lines, &[])} });
    let more = (!detail.candidates.is_empty())
        .then(|| view! { <h3>{list::put_on(l)}</h3> {choose(l, "on", &detail.candidates, &[])} });
    view! {
        <details class="screen-only">
            <summary>{text::change(l)}</summary>
            <Form action=action.clone()>
                <Hidden name="version" value=version />
                {off}
                {more}
                <Actions><Button label=list::save_people(l) rank=Rank::Secondary /></Actions>
            </Form>
            <PostButton label=list::dissolve(l) action hidden=dissolve rank=Rank::Danger />
        </details>
    }
    .into_any()
}
