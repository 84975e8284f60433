//! Lists with their letters: composed, submitted, checked, decided (R22, R24, R33).

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Failure;
use model::lifecycle::Request;
use model::role::Action;
use registry::document::letter;
use registry::work::approve_card::foresee;
use registry::work::dossiers::{
    Exception, Letter, candidates, change_dossier, check_dossier, compose_dossier, decide_dossier, dissolve_dossier,
    list_dossiers, show_dossier, submit_dossier,
};
use registry::work::national::who_differs;
use registry::work::once::once;

use super::{Answer, done, export, fresh, on_or_again};
use crate::part::FieldErrors;
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, pressed, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    if let Some(format) = export::wanted(&asked) {
        return export::lists(&portal, &visit, format).await;
    }
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = list_dossiers(&mut conn, visit.actor()?, at).await?;
    Ok(page::lists::list(&portal, &visit, rows, (at, total)))
}

pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    add_form(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn add_form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let found = candidates(&mut conn, visit.actor()?).await?;
    Ok(page::lists::add(portal, visit, status, found, typed, errors))
}

pub async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let (unit, title, people) = (typed.id("unit").unwrap_or_default(), typed.get("title"), typed.ids("people"));
    let composing = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { compose_dossier(tx, &actor, unit, &title, &people).await })
    });
    match composing.await {
        Ok(id) => Ok(done(&routes::with_id(routes::LIST, id), "list-composed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            add_form(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

pub async fn show(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    if let Some(format) = export::wanted(&asked) {
        return export::list(&portal, &visit, format, id).await;
    }
    respond(&portal, &visit, id, StatusCode::OK, &Typed::default(), None).await
}

/// The letter with its list and photos (R22).
pub async fn letter(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let document = letter::letter(&mut conn, &portal.blobs, visit.actor()?, id).await?;
    drop(conn);
    super::documents::answer(&portal, document, &asked, &format!("to-trinh-{id}")).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let dossier = show_dossier(&mut conn, visit.actor()?, id).await?;
    let province = super::province_name(&mut conn).await?;
    Ok(page::list::respond(portal, visit, status, &dossier, (typed, &province), errors))
}

/// The answer of what was done to a list, or its page with what was wrong.
async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    let to = routes::with_id(routes::LIST, id);
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&to, word), again).await
}

pub async fn people(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let version = typed.id("version").unwrap_or_default();
    let (on, off) = (typed.ids("on"), typed.ids("off"));
    let dissolve = typed.get("do") == "dissolve";
    let changed = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move {
                if dissolve {
                    dissolve_dossier(tx, &actor, (id, version)).await
                } else {
                    change_dossier(tx, &actor, (id, version), &on, &off).await
                }
            })
        })
        .await;
    let word = if dissolve { "list-dissolved" } else { "list-changed" };
    answer(&portal, &visit, id, &typed, (changed, word)).await
}

pub async fn submit(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    sent: Sent,
) -> Answer {
    let typed = sent.typed;
    let letter = Letter { number: typed.get("letter_number"), day: typed.get("day"), signer: typed.get("signer") };
    let version = typed.id("version").unwrap_or_default();
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let file = sent.file.to_vec();
    let actor = visit.actor()?;
    let submitted = submit_dossier(&portal.store, &portal.blobs, actor, (id, version), letter, file, visit.at_ms).await;
    answer(&portal, &visit, id, &typed, (submitted, "list-submitted")).await
}

/// Who is not approved or checked with the others: what was chosen beside each, with its reason.
fn exceptions(typed: &Typed) -> BTreeMap<i64, Exception> {
    let reason = |id: i64| typed.get(&format!("reason-{id}"));
    typed
        .numbered("verdict-")
        .into_iter()
        .filter_map(|(id, verdict)| match verdict.as_str() {
            "return" => Some((id, Exception::Return(reason(id)))),
            "refuse" => Some((id, Exception::Refuse(reason(id)))),
            _ => None,
        })
        .collect()
}

pub async fn check(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let (version, exceptions) = (typed.id("version").unwrap_or_default(), exceptions(&typed));
    let checked = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { check_dossier(tx, &actor, (id, version), &exceptions).await })
        })
        .await;
    answer(&portal, &visit, id, &typed, (checked, "list-checked")).await
}

/// What cannot be printed is not approved: why, beside each whose card cannot be drawn any more.
async fn undrawable(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    exceptions: &BTreeMap<i64, Exception>,
) -> Result<Option<FieldErrors>, Failure> {
    let Some(cards) = &portal.cards else { return Ok(None) };
    let mut conn = portal.store.read().await?;
    let dossier = show_dossier(&mut conn, visit.actor()?, id).await?;
    let mut errors = FieldErrors::new();
    let checked = dossier.lines.iter().map(|line| &line.request).filter(|row| row.state == Request::Checked);
    let checked: Vec<_> = checked.filter(|row| !exceptions.contains_key(&row.id)).collect();
    let people: Vec<i64> = checked.iter().map(|row| row.person_id).collect();
    let differs = who_differs(&mut conn, &people).await?;
    for row in checked {
        if differs.contains(&row.person_id) {
            errors.add(format!("reason-{}", row.id), crate::words::failure::refused::national_differs(visit.lang));
            continue;
        }
        let Some((snapshot, portrait)) = foresee(&mut conn, &portal.blobs, visit.actor()?, row.id).await? else {
            continue;
        };
        let faults = pressed::faults(cards, visit.lang, &snapshot, &portrait);
        if !faults.is_empty() {
            errors.add(format!("reason-{}", row.id), faults.join(" "));
        }
    }
    Ok(Some(errors).filter(|errors| !errors.is_empty()))
}

pub async fn decide(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (version, exceptions) = (typed.id("version").unwrap_or_default(), exceptions(&typed));
    if let Some(errors) = undrawable(&portal, &visit, id, &exceptions).await? {
        return respond(&portal, &visit, id, StatusCode::UNPROCESSABLE_ENTITY, &typed, Some(errors)).await;
    }
    let decided = match fresh(&portal, &mut visit, Action::DecideLists, &typed).await {
        Ok(actor) => {
            let draw = portal.draw.clone();
            let deciding = portal.store.write(visit.at_ms, move |tx| {
                Box::pin(async move { decide_dossier(tx, &actor, &draw, (id, version), &exceptions).await })
            });
            deciding.await
        }
        Err(failure) => Err(failure),
    };
    answer(&portal, &visit, id, &typed, (decided, "list-decided")).await
}
