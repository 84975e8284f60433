//! Tokens that hold secret keys: the inventory, and what becomes of one (R154).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use model::role::Action;
use registry::work::certificates::tokens::{
    TokenForm, TokenQuery, TokenStepForm, add_tokens, list_tokens, show_token, step_token,
};
use registry::work::once::once;

use super::{Answer, Entry, change, done, export, on_or_again, province_name, read};
use crate::gate::Access::May;
use crate::part::FieldErrors;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// The routes of tokens.
pub fn table() -> Vec<Entry> {
    use Action::{KeepCertificates, SeeCertificates};
    vec![
        read(routes::TOKENS, May(SeeCertificates), list),
        read(routes::TOKEN_ADD, May(KeepCertificates), add_page),
        change(routes::TOKEN_ADD, May(KeepCertificates), add),
        read(routes::TOKEN, May(SeeCertificates), show),
        change(routes::TOKEN_STEP, May(KeepCertificates), step),
        read(routes::TOKEN_LOSS, May(SeeCertificates), loss),
    ]
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let query = TokenQuery {
        unit: asked.get("unit"),
        kind: asked.get("kind"),
        state: asked.get("state"),
        serial: asked.get("serial"),
        overdue: asked.has("overdue"),
        page: asked.id("page").unwrap_or(1).max(1),
    };
    if let Some(format) = export::wanted(&asked) {
        return export::tokens(&portal, &visit, format, query).await;
    }
    let mut conn = portal.store.read().await?;
    let province = province_name(&mut conn).await?;
    let found = list_tokens(&mut conn, visit.actor()?, &query, visit.at_ms).await;
    let (status, found, errors) = failing::listed(visit.lang, found)?;
    Ok(page::certificates::token_list::respond(&portal, &visit, status, (&query, found), province, errors))
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::certificates::token_form::respond(&portal, &visit, StatusCode::OK, &Typed::default(), None))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let form = TokenForm {
        kind: typed.get("kind"),
        model: typed.get("model"),
        unit_code: typed.get("unit_code"),
        serials: typed.get("token_serials"),
    };
    let added = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { add_tokens(tx, &actor, &form).await })
    });
    match added.await {
        Ok(id) => Ok(done(&routes::with_id(routes::TOKEN, id), "token-added")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::certificates::token_form::respond(&portal, &visit, status, &typed, Some(errors)))
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
    let detail = show_token(&mut conn, visit.actor()?, id).await?;
    Ok(page::certificates::token::respond(portal, visit, status, &detail, typed, errors))
}

async fn step(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let form =
        TokenStepForm { event: typed.get("event"), keeper_code: typed.get("keeper_code"), reason: typed.get("reason") };
    let version = typed.id("version").unwrap_or_default();
    let stepped = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { step_token(tx, &actor, (id, version), &form).await }))
        .await;
    let again = |status, errors| respond(&portal, &visit, id, status, &typed, Some(errors));
    on_or_again(visit.lang, stepped, (&routes::with_id(routes::TOKEN, id), "token-noted"), again).await
}

/// Minutes about a token that was lost.
async fn loss(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let document = registry::document::certificates::loss(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    super::documents::answer(&portal, document, &asked, &format!("bien-ban-that-lac-{id}")).await
}
