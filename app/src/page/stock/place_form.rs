//! The questions about a place where blanks are kept.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use model::stock::PlaceKind;

use super::super::units::look_up;
use super::super::{ending, reopen};
use super::{crumbs, naming as own};
use crate::part::{Button, Choice, Choices, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{form, stock::places as text};
use crate::{Portal, routes};

/// `of`: id and name of the place that is changed; none for a new one.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: Option<(i64, &str)>,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let title = of.map_or_else(|| text::add(l).to_owned(), |(_, name)| text::change_title(l, name));
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_PLACES)));
    let page = Page::new(title).lead(text::lead(l)).crumbs(crumbs).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path =
            of.map_or(routes::STOCK_PLACE_ADD.to_owned(), |(id, _)| routes::with_id(routes::STOCK_PLACE_CHANGE, id));
        let label = if of.is_some() { form::save(l) } else { text::add(l) };
        let end = ending(l, &errors, view! { <Button label /> }, routes::STOCK_PLACES.to_owned());
        let kinds =
            PlaceKind::ALL.iter().map(|kind| Choice::new(kind.name(), own::place_kind(l, *kind))).collect::<Vec<_>>();
        let of = |name: &str| (typed.get(name), errors.of(name));
        let (name, name_error) = of("name");
        let (kind, kind_error) = of("kind");
        let (unit, unit_error) = of("unit_code");
        let (quota, quota_error) = of("quota");
        let (minimum, minimum_error) = of("minimum");
        let version = typed.get("version");
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="version" value=version />
                <Field l name="name" label=text::name(l) value=name error=name_error autocomplete="off" />
                <Choices l name="kind" label=text::kind(l) choices=kinds chosen=kind error=kind_error />
                <Field l name="unit_code" label=text::unit(l) hint=text::unit_hint(l) look_up=look_up(l) value=unit error=unit_error autocomplete="off" optional=true />
                <Field l name="quota" label=text::quota(l) hint=text::quota_hint(l) input=Input::Digits value=quota error=quota_error width=Width::Short autocomplete="off" optional=true />
                <Field l name="minimum" label=text::minimum(l) hint=text::minimum_hint(l) input=Input::Digits value=minimum error=minimum_error width=Width::Short autocomplete="off" optional=true />
                {end}
            </Form>
        }
        .into_any()
    })
}
