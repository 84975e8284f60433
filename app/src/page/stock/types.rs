//! The catalogue of blank types.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::TypeLine;
use leptos::prelude::*;
use model::role::Action;

use super::{crumbs, naming as own, sections};
use crate::part::{Actions, Column, Empty, LinkButton, Rank, RowLink, Table, Tag, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::stock::kinds as text;
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, types: &[TypeLine]) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, None));
    let may_change = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::SetUpStock));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add = may_change.then(|| {
            view! { <Actions><LinkButton label=text::add(l) href=routes::STOCK_TYPE_ADD rank=Rank::Primary /></Actions> }
        });
        let list = if types.is_empty() {
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any()
        } else {
            list(l, types, may_change)
        };
        view! { {sections(visit)} {add} {list} }.into_any()
    })
}

fn list(l: Lang, types: &[TypeLine], may_change: bool) -> AnyView {
    let columns = vec![
        Column::text(text::name(l)),
        Column::text(text::supplier(l)),
        Column::text(text::chip(l)),
        Column::text(text::material(l)),
        Column::text(text::appraisal(l)),
    ];
    let rows = types.iter().map(|kind| row(l, kind, may_change)).collect_view();
    view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
}

fn row(l: Lang, kind: &TypeLine, may_change: bool) -> AnyView {
    let name = format!("{} – {}", kind.code, kind.name);
    let name = match may_change {
        true => view! { <RowLink href=routes::with_id(routes::STOCK_TYPE_CHANGE, kind.id) text=name /> }.into_any(),
        false => view! { <th scope="row">{name}</th> }.into_any(),
    };
    let memory = kind.memory_kb.map(|kb| text::kilobytes(l, kb));
    let model = [kind.chip_model.clone(), memory].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let model = (!model.is_empty()).then(|| view! { <div class="aside">{model}</div> });
    let [length, width, thickness] = kind.size_um.map(|um| own::millimetres(l, um));
    let appraisal = match &kind.appraisal {
        Some(number) => number.clone().into_any(),
        None => view! { <Tag tone=Tone::Warn text=text::no_appraisal(l) /> }.into_any(),
    };
    let interface = (kind.interface != model::stock::Interface::None)
        .then(|| view! { <div class="aside">{own::interface(l, kind.interface)}</div> });
    let note = kind.note.clone().map(|note| view! { <div class="aside">{note}</div> });
    view! {
        <tr>
            {name}
            <td>{kind.supplier.clone()} {note}</td>
            <td>{own::chip(l, kind.chip)} {model} {interface}</td>
            <td>{kind.material.clone()} <div class="aside">{text::size_of(l, length, thickness, width)}</div> <div class="aside">{own::surface(l, kind.surface)}</div></td>
            <td>{appraisal}</td>
        </tr>
    }
    .into_any()
}
