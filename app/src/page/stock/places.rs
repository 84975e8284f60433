//! Stores and issuing stations, with their quotas.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::PlaceLine;
use leptos::prelude::*;
use model::role::Action;
use model::stock::PlaceKind;

use super::{crumbs, naming as own, sections};
use crate::part::{Actions, Bar, Column, Empty, LinkButton, Rank, RowLink, Table};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{issue, number, stock::overview, stock::places as text};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, places: &[PlaceLine]) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, None));
    let may_change = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::SetUpStock));
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let add = may_change.then(|| {
            view! { <Actions><LinkButton label=text::add(l) href=routes::STOCK_PLACE_ADD rank=Rank::Primary /></Actions> }
        });
        let list = if places.is_empty() {
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any()
        } else {
            let keys = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::HandleBlanks));
            list(l, places, (may_change, keys))
        };
        view! { {sections(visit)} {add} {list} }.into_any()
    })
}

fn list(l: Lang, places: &[PlaceLine], (may_change, keys): (bool, bool)) -> AnyView {
    let columns = vec![
        Column::text(text::name(l)),
        Column::text(text::kind(l)),
        Column::text(overview::unit(l)),
        Column::text(overview::filled(l)),
        Column::number(text::minimum(l)),
    ];
    let rows = places
        .iter()
        .map(|place| {
            let name = place.name.clone();
            let name = match may_change {
                true => view! { <RowLink href=routes::with_id(routes::STOCK_PLACE_CHANGE, place.id) text=name /> }
                    .into_any(),
                false => view! { <th scope="row">{name}</th> }.into_any(),
            };
            let held = place.holds.in_the_house() + place.coming;
            let filled = match place.quota {
                Some(quota) => view! { <Bar l value=held.unsigned_abs() of=quota.unsigned_abs() /> }.into_any(),
                None => format!("{} ({})", number(l, held), overview::no_quota(l)).into_any(),
            };
            let key = (keys && place.kind == PlaceKind::Store).then(|| {
                let (href, label) = (routes::with_id(routes::STOCK_KEYS, place.id), issue::key_title(l));
                view! { " " <a href=href>{label}</a> }
            });
            view! {
                <tr>
                    {name}
                    <td>{own::place_kind(l, place.kind)} {key}</td>
                    <td>{place.unit.clone()}</td>
                    <td>{filled}</td>
                    <td class="number">{place.minimum.map(|minimum| number(l, minimum))}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
}
