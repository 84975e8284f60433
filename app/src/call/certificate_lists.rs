//! Lists of requests with their letters to the certification authority (R118, R138).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Failure;
use model::role::Action;
use registry::document::certificates as documents;
use registry::work::certificates::lists::{
    LetterForm, PAGE, candidates, change_list, compose_list, dissolve_list, list_lists, send_list, show_list,
};
use registry::work::once::once;

use super::{Answer, Entry, change, done, on_or_again, read};
use crate::gate::Access::May;
use crate::part::FieldErrors;
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// The routes of lists.
pub fn table() -> Vec<Entry> {
    use Action::KeepCertificates;
    vec![
        read(routes::CERTIFICATE_LISTS, May(KeepCertificates), list),
        read(routes::CERTIFICATE_LIST_ADD, May(KeepCertificates), add_page),
        change(routes::CERTIFICATE_LIST_ADD, May(KeepCertificates), add),
        read(routes::CERTIFICATE_LIST, May(KeepCertificates), show),
        change(routes::CERTIFICATE_LIST_LINES, May(KeepCertificates), lines),
        change(routes::CERTIFICATE_LIST_SEND, May(KeepCertificates), send),
        read(routes::CERTIFICATE_LIST_LETTER, May(KeepCertificates), letter),
    ]
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = list_lists(&mut conn, visit.actor()?, (at, PAGE)).await?;
    Ok(page::certificates::letters::list(&portal, &visit, rows, (at, total)))
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
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
    Ok(page::certificates::letters::add(portal, visit, status, found, typed, errors))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let (unit, title, requests) = (typed.id("unit").unwrap_or_default(), typed.get("title"), typed.ids("requests"));
    let composing = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { compose_list(tx, &actor, unit, &title, &requests).await })
    });
    match composing.await {
        Ok(id) => Ok(done(&routes::with_id(routes::CERTIFICATE_LIST, id), "certificate-list-composed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            add_form(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    respond(&portal, &visit, id, StatusCode::OK, &Typed::default(), None).await
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
    let detail = show_list(&mut conn, visit.actor()?, id).await?;
    Ok(page::certificates::letter::respond(portal, visit, status, &detail, typed, errors))
}

/// The answer of what was done to a list, or its page with what was wrong.
async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    let to = routes::with_id(routes::CERTIFICATE_LIST, id);
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&to, word), again).await
}

async fn lines(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let of = (id, typed.id("version").unwrap_or_default());
    let (on, off) = (typed.ids("on"), typed.ids("off"));
    let dissolve = typed.get("do") == "dissolve";
    let changing = portal.store.write(visit.at_ms, move |tx| {
        Box::pin(async move {
            if dissolve { dissolve_list(tx, &actor, of).await } else { change_list(tx, &actor, of, (&on, &off)).await }
        })
    });
    let result = changing.await;
    let word = if dissolve { "certificate-list-dissolved" } else { "certificate-list-changed" };
    answer(&portal, &visit, id, &typed, (result, word)).await
}

async fn send(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, sent: Sent) -> Answer {
    let typed = sent.typed;
    let form = LetterForm {
        recipient: typed.get("recipient"),
        number: typed.get("letter_number"),
        day: typed.get("day"),
        signer: typed.get("signer"),
    };
    let of = (id, typed.id("version").unwrap_or_default());
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let file = sent.file.to_vec();
    let result = send_list(&portal.store, &portal.blobs, visit.actor()?, of, form, file, visit.at_ms).await;
    answer(&portal, &visit, id, &typed, (result, "certificate-list-sent")).await
}

/// The letter with its list.
async fn letter(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let document = documents::letter(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    super::documents::answer(&portal, document, &asked, &format!("danh-sach-thue-bao-{id}")).await
}
