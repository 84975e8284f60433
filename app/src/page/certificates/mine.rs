//! My certificates: those that I have or keep, what I asked for, and asking for one (R118).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::certificate::{CertificateRow, MyCertificates};
use leptos::prelude::*;
use model::certificate::Operation;

use super::super::key;
use super::super::me::crumbs;
use super::{day, kind, request_list, state};
use crate::part::{
    Actions, Button, Column, ErrorSummary, Field, FieldErrors, Form, Input, LinkButton, Rank, Table, Tag,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{certificate_requests, certificates, my_certificates as text};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    found: MyCertificates,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, true)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let held = match found.certificates.is_empty() {
            true => view! { <p>{text::none(l)}</p> }.into_any(),
            false => table(l, found.certificates),
        };
        let requests = (!found.requests.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{certificate_requests::title(l)}</h2>
                    {request_list::table(l, &found.requests)}
                </section>
            }
        });
        let ask = found.may_ask.then(|| {
            let form_key = key(portal, typed);
            let (reason, wrong) = (typed.get("reason"), errors.of("reason"));
            view! {
                <section class="screen-only">
                    <h2>{text::ask(l)}</h2>
                    <p>{text::ask_lead(l)}</p>
                    <Form action=routes::ME_CERTIFICATES>
                        {form_key}
                        <Field l name="reason" label=certificate_requests::purpose(l) input=Input::Area value=reason error=wrong optional=true />
                        <Actions><Button label=certificate_requests::send(l) /></Actions>
                    </Form>
                </section>
            }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            <section>{held}</section>
            {requests}
            {ask}
        }
        .into_any()
    })
}

fn table(l: Lang, rows: Vec<(CertificateRow, Vec<Operation>)>) -> AnyView {
    let columns = vec![
        Column::text(certificates::subject(l)),
        Column::text(certificates::kind(l)),
        Column::text(certificates::token(l)),
        Column::text(certificates::until(l)),
        Column::text(certificates::state(l)),
        Column::unseen(text::ask_about(l)),
    ];
    let lines = rows
        .into_iter()
        .map(|(row, may)| {
            let (tone, state) = state(l, row.state);
            let ask = (!may.is_empty()).then(|| {
                let href = routes::with_id(routes::CERTIFICATE_ASK, row.id);
                view! { <LinkButton label=text::ask_about(l) href rank=Rank::Secondary /> }
            });
            view! {
                <tr>
                    <th scope="row">{row.subject}</th>
                    <td>{kind(l, row.kind)}</td>
                    <td class="code">{row.token.map(|(_, serial)| serial)}</td>
                    <td>{day(l, row.valid_until)}</td>
                    <td><Tag tone text=state /></td>
                    <td>{ask}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{lines}</Table> }.into_any()
}
