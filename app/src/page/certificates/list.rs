//! Certificates by unit, kind, state and end; above them how many end soon (R134, R135).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{CertificatePage, CertificateRow};
use leptos::prelude::*;
use model::lifecycle::{Certificate, Lifecycle as _};
use model::role::Action;
use registry::work::certificates::chase::UNUSED;
use registry::work::certificates::{CertificateQuery, PAGE, REVOKED_THERE};

use super::super::units::look_up;
use super::{day, kind, kinds, state};
use crate::part::{
    Actions, Choice, Column, Empty, ErrorSummary, Export, Field, FieldErrors, Filter, Input, LinkButton, Notice, Pages,
    Rank, RowLink, Slice, Table, Tag, Tone, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{
    certificate_bring, certificate_chase, certificate_delegations, certificate_requests, certificates as text, number,
    tokens,
};
use crate::{Portal, naming, routes};

/// Digits of a serial number in the list.
const SHOWN: usize = 12;

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (query, found): (&CertificateQuery, CertificatePage),
    province: String,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let path = visit.path.clone();
    let may_keep = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepCertificates));
    let page = Page::new(text::title(l)).lead(text::lead(l)).paper(province, None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let add = may_keep.then(|| view! { <LinkButton label=text::add(l) href=routes::CERTIFICATE_ADD /> });
        let bring = may_keep.then(|| {
            let label = certificate_bring::title(l);
            view! { <LinkButton label href=routes::CERTIFICATES_BRING rank=Rank::Secondary /> }
        });
        let filtered = *query != CertificateQuery { page: query.page, ..CertificateQuery::default() };
        let filter = filter(l, query, filtered, &errors);
        let ending = (!failed).then(|| ending(l, found.ending));
        let list = match (failed, found.rows.is_empty(), filtered) {
            (true, ..) => ().into_any(),
            (_, true, true) => view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any(),
            (_, true, false) => view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any(),
            _ => {
                let slice = Slice {
                    page: query.page.unsigned_abs(),
                    per_page: PAGE.unsigned_abs(),
                    total: found.total.unsigned_abs(),
                };
                let rows = table(l, found.rows, !query.unused.is_empty());
                view! { {rows} <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
            }
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Actions>
                {add}
                {bring}
                <LinkButton label=certificate_requests::title(l) href=routes::CERTIFICATE_REQUESTS rank=Rank::Secondary />
                <LinkButton label=tokens::title(l) href=routes::TOKENS rank=Rank::Secondary />
                <LinkButton label=certificate_delegations::title(l) href=routes::DELEGATIONS rank=Rank::Secondary />
                <LinkButton label=certificate_chase::title(l) href=routes::CERTIFICATES_CHASED rank=Rank::Secondary />
            </Actions>
            {filter}
            {ending}
            {list}
        }
        .into_any()
    })
}

fn filter(l: Lang, query: &CertificateQuery, filtered: bool, errors: &FieldErrors) -> AnyView {
    let mut states: Vec<Choice> =
        Certificate::STATES.iter().map(|(of, name)| Choice::new(*name, state(l, *of).1)).collect();
    states.push(Choice::new(REVOKED_THERE, text::revoked_there(l)));
    let ends: Vec<Choice> =
        [90, 60, 30, 7].map(|days: i64| Choice::new(days.to_string(), text::within(l, days))).to_vec();
    let clear = filtered.then(|| (text::clear(l).to_owned(), routes::CERTIFICATES.to_owned()));
    let (unit, wrong_unit) = (query.unit.clone(), errors.of("unit"));
    let (of_kind, of_state, of_end, typed) =
        (query.kind.clone(), query.state.clone(), query.ends.clone(), query.text.clone());
    let unused = UNUSED.map(|days| Choice::new(days.to_string(), text::within(l, i64::from(days)))).to_vec();
    let of_use = query.unused.clone();
    view! {
        <Filter label=text::filter(l) action=routes::CERTIFICATES submit=text::find(l) clear>
            <Field l name="text" label=text::text(l) hint=text::text_hint(l) value=typed autocomplete="off" optional=true />
            <Field l name="unit" label=text::unit(l) hint=text::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" optional=true />
            <Field l name="kind" label=text::kind(l) value=of_kind input=Input::Select(kinds(l)) empty=text::any(l) width=Width::Short optional=true />
            <Field l name="state" label=text::state(l) value=of_state input=Input::Select(states) empty=text::any(l) width=Width::Short optional=true />
            <Field l name="ends" label=text::ends(l) value=of_end input=Input::Select(ends) empty=text::any(l) width=Width::Short optional=true />
            <Field l name="unused" label=text::unused(l) value=of_use input=Input::Select(unused) empty=text::any(l) width=Width::Short optional=true />
        </Filter>
    }
    .into_any()
}

fn ending(l: Lang, count: i64) -> Option<AnyView> {
    (count > 0).then(|| {
        let href = with_query(routes::CERTIFICATES, "ends", "90");
        view! {
            <Notice l tone=Tone::Warn>
                <p>{text::ending(l, number(l, count))} " " <a href=href>{text::ending_list(l)}</a></p>
            </Notice>
        }
        .into_any()
    })
}

/// `used`: told is, instead of the end, when each was used last.
fn table(l: Lang, rows: Vec<CertificateRow>, used: bool) -> AnyView {
    let columns = vec![
        Column::text(text::subject(l)),
        Column::text(text::kind(l)),
        Column::text(text::serial(l)),
        Column::text(text::unit(l)),
        Column::text(text::keeper(l)),
        Column::text(if used { text::used_on(l) } else { text::until(l) }),
        Column::text(text::state(l)),
    ];
    let lines = rows
        .into_iter()
        .map(|row| {
            let (tone, state) = state(l, row.state);
            let told = match (used, row.used_on) {
                (true, Some(day)) => naming::day(l, &day),
                (true, None) => text::never_used(l, naming::day(l, &row.in_use_since.unwrap_or_default())),
                (false, _) => day(l, row.valid_until),
            };
            let subject = if row.subject.is_empty() { text::erased(l).to_owned() } else { row.subject };
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::CERTIFICATE, row.id) text=subject />
                    <td>{kind(l, row.kind)}</td>
                    <td class="code">{short(&row.serial)}</td>
                    <td>{row.unit}</td>
                    <td>{row.keeper.map(|keeper| keeper.name)}</td>
                    <td>{told}</td>
                    <td><Tag tone text=state /></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{lines}</Table> }.into_any()
}

/// Numbers of twenty bytes are shown by their beginning; the certificate's page has all of it.
fn short(serial: &str) -> String {
    match serial.get(..SHOWN) {
        Some(start) if serial.len() > SHOWN => format!("{start}…"),
        _ => serial.to_owned(),
    }
}
