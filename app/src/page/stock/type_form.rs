//! The questions about a type of blank: what 838/QĐ-BNV says of it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::TypeLine;
use leptos::prelude::*;
use model::stock::{ChipKind, Interface, MEMORY_KB, Surface};

use super::super::{ending, reopen};
use super::{crumbs, naming as own};
use crate::part::{Button, Choice, Choices, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{form, stock::kinds as text};
use crate::{Portal, routes};

/// `of`: the type that is changed; none for a new one.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: Option<&TypeLine>,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let title = match of {
        Some(kind) => text::change_title(l, &kind.name),
        None => text::add(l).to_owned(),
    };
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_TYPES)));
    let page = Page::new(title).lead(text::lead(l)).crumbs(crumbs).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path =
            of.map_or(routes::STOCK_TYPE_ADD.to_owned(), |kind| routes::with_id(routes::STOCK_TYPE_CHANGE, kind.id));
        let label = if of.is_some() { form::save(l) } else { text::add(l) };
        let end = ending(l, &errors, view! { <Button label /> }, routes::STOCK_TYPES.to_owned());
        let version = typed.get("version");
        let questions = questions(l, typed, &errors);
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="version" value=version />
                {questions}
                {end}
            </Form>
        }
        .into_any()
    })
}

fn questions(l: Lang, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let chips = ChipKind::ALL.iter().map(|chip| Choice::new(chip.name(), own::chip(l, *chip))).collect::<Vec<_>>();
    let interfaces =
        Interface::ALL.iter().map(|one| Choice::new(one.name(), own::interface(l, *one))).collect::<Vec<_>>();
    let surfaces = Surface::ALL.iter().map(|one| Choice::new(one.name(), own::surface(l, *one))).collect::<Vec<_>>();
    let memories = MEMORY_KB.map(|kb| Choice::new(kb.to_string(), text::kilobytes(l, kb))).to_vec();
    let of = |name: &str| (typed.get(name), errors.of(name));
    let (code, code_error) = of("code");
    let (name, name_error) = of("name");
    let (supplier, supplier_error) = of("supplier");
    let (chip, chip_error) = of("chip");
    let (interface, interface_error) = of("interface");
    let (chip_model, model_error) = of("chip_model");
    let (memory, memory_error) = of("memory_kb");
    let (material, material_error) = of("material");
    let (surface, surface_error) = of("surface");
    let (appraisal, appraisal_error) = of("appraisal");
    let (note, note_error) = of("note");
    let size = [("length", text::length(l)), ("width", text::width(l)), ("thickness", text::thickness(l))]
        .map(|(name, label)| {
            let (value, error) = of(name);
            view! { <Field l name label value error width=Width::Short autocomplete="off" /> }
        })
        .into_iter()
        .collect_view();
    view! {
        <Field l name="name" label=text::name(l) value=name error=name_error autocomplete="off" />
        <Field l name="code" label=text::code(l) hint=text::code_hint(l) value=code error=code_error width=Width::Short autocomplete="off" />
        <Field l name="supplier" label=text::supplier(l) value=supplier error=supplier_error autocomplete="off" />
        <Choices l name="chip" label=text::chip(l) hint=text::chip_hint(l) choices=chips chosen=chip error=chip_error />
        <Choices l name="interface" label=text::interface(l) choices=interfaces chosen=interface error=interface_error />
        <Field l name="chip_model" label=text::chip_model(l) hint=text::chip_model_hint(l) value=chip_model error=model_error autocomplete="off" depends=true />
        <Field l name="memory_kb" label=text::memory(l) value=memory input=Input::Select(memories) empty=text::no_memory(l) error=memory_error width=Width::Short depends=true />
        <Field l name="material" label=text::material(l) value=material error=material_error autocomplete="off" />
        <Choices l name="surface" label=text::surface(l) choices=surfaces chosen=surface error=surface_error />
        {size}
        <Field l name="appraisal" label=text::appraisal(l) hint=text::appraisal_hint(l) value=appraisal error=appraisal_error autocomplete="off" optional=true />
        <Field l name="note" label=text::note(l) value=note input=Input::Area error=note_error optional=true />
    }
    .into_any()
}
