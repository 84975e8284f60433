//! The quick search of the header.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use contract::Lang;
use contract::view::Target;
use registry::work::list_people;

use super::Answer;
use crate::island::find::FindHit;
use crate::typed::Asked;
use crate::visit::Visit;
use crate::words::find as words;
use crate::{Portal, routes};

pub async fn find(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let mut conn = portal.store.read().await?;
    let found = list_people::find(&mut conn, visit.actor()?, &asked.get("q")).await?;
    let hits: Vec<FindHit> = found
        .into_iter()
        .map(|found| FindHit {
            kind: kind(visit.lang, found.target).to_owned(),
            label: found.label,
            detail: found.detail,
            href: routes::to(found.target),
        })
        .collect();
    Ok(Json(hits).into_response())
}

fn kind(l: Lang, target: Target) -> &'static str {
    match target {
        Target::Unit(_) | Target::ChangeUnit(_) => words::unit(l),
        // the rest is never found
        _ => words::person(l),
    }
}
