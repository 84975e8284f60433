//! The public information page as the office writes it: both languages, how it will look, and what was published before (R66, R159).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use registry::work::information::{MOST_CHARS, Version};

use super::reopen;
use crate::part::{
    Actions, Button, Column, Empty, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, LinkButton, Rank, RowLink,
    Table, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, information as text, number};
use crate::{Portal, routes};

/// What the page shows.
pub struct Shown {
    /// Markdown, Vietnamese.
    pub vi: String,
    /// Markdown, English.
    pub en: String,
    /// The version that was the newest when the writer began.
    pub begun_with: Option<i64>,
    /// How both look.
    pub preview: Option<(String, String)>,
    /// What was published, the newest first.
    pub versions: Vec<Version>,
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    shown: Shown,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    super::respond(portal, visit, status, page, || {
        let Shown { vi, en, begun_with, preview, versions } = shown;
        let begun_with = begun_with.map(|id| id.to_string()).unwrap_or_default();
        let hint = text::hint(l, number(l, MOST_CHARS as i64));
        let (wrong_vi, wrong_en) = (errors.of("information_vi"), errors.of("information_en"));
        let publish = if preview.is_some() { Rank::Primary } else { Rank::Secondary };
        let look = if preview.is_some() { Rank::Secondary } else { Rank::Primary };
        let preview = preview.map(|(vi, en)| {
            view! {
                <section>
                    <h2>{text::preview(l)}</h2>
                    <div class="columns">
                        <section lang="vi" class="prose"><h3>{text::vi(l)}</h3><div inner_html=vi></div></section>
                        <section lang="en" class="prose"><h3>{text::en(l)}</h3><div inner_html=en></div></section>
                    </div>
                </section>
            }
        });
        // what is stale is kept to be copied, and not sent again
        let stale = errors.is_stale();
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::INFORMATION_EDIT)}
            {preview}
            <Form action=routes::INFORMATION_EDIT>
                <Hidden name="version" value=begun_with />
                <Field l name="information_vi" label=text::vi(l) hint=hint.clone() value=vi input=Input::Area width=Width::Full error=wrong_vi autocomplete="off" />
                <Field l name="information_en" label=text::en(l) hint=hint value=en input=Input::Area width=Width::Full error=wrong_en autocomplete="off" />
                <Actions>
                    {(!stale).then(|| view! {
                        <Button label=text::look(l) rank=look name="do" value="preview" />
                        <Button label=text::publish(l) rank=publish name="do" value="publish" />
                    })}
                    <LinkButton label=text::open(l) href=routes::INFORMATION rank=Rank::Quiet />
                </Actions>
            </Form>
            <section>
                <h2>{text::versions(l)}</h2>
                {table(l, versions)}
            </section>
        }
        .into_any()
    })
}

fn table(l: Lang, versions: Vec<Version>) -> AnyView {
    if versions.is_empty() {
        return view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any();
    }
    let columns = vec![Column::text(text::published_at(l)), Column::text(text::by(l))];
    let rows = versions
        .into_iter()
        .map(|of| {
            let href = with_query(routes::INFORMATION_EDIT, "version", &of.id.to_string());
            view! {
                <tr>
                    <RowLink href text=words::at(l, of.published_at) />
                    <td>{of.author}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::versions(l) columns>{rows}</Table> }.into_any()
}
