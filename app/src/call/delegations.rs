//! Who is subscriber manager by which document (R171).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Failure;
use model::role::Action;
use registry::work::certificates::delegation::{DelegationForm, delegate, end_delegation, list_delegations};

use super::{Answer, Entry, change, on_or_again, read};
use crate::gate::Access::{May, Own};
use crate::part::FieldErrors;
use crate::sent::Sent;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::{Portal, page, routes};

/// The routes of delegations.
pub fn table() -> Vec<Entry> {
    vec![
        // who sees certificates and who sets the province's rules: the use case looks who does
        read(routes::DELEGATIONS, Own, show),
        change(routes::DELEGATIONS, May(Action::SetRules), act),
    ]
}

async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    respond(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let all = list_delegations(&mut conn, visit.actor()?, visit.at_ms).await?;
    Ok(page::certificates::delegations::respond(portal, visit, status, &all, typed, errors))
}

async fn act(State(portal): State<Portal>, Extension(visit): Extension<Visit>, sent: Sent) -> Answer {
    let Sent { typed, file } = sent;
    let (acted, word) = if typed.get("do") == "end" {
        let (actor, day) = (visit.actor()?.clone(), typed.get("ended_on"));
        let of = (typed.id("delegation_id").unwrap_or_default(), typed.id("version").unwrap_or_default());
        let ending = portal
            .store
            .write(visit.at_ms, move |tx| Box::pin(async move { end_delegation(tx, &actor, of, &day).await }));
        (ending.await, "delegation-ended")
    } else {
        let form = DelegationForm {
            office: typed.get("office"),
            unit_code: typed.get("unit_code"),
            number: typed.get("document_number"),
            day: typed.get("document_day"),
            authority: typed.get("authority"),
            from: typed.get("delegated_from"),
            until: typed.get("delegated_until"),
        };
        let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
        let key = typed.get("form_key");
        let (store, blobs) = (&portal.store, &portal.blobs);
        let noted = delegate(store, blobs, visit.actor()?, (form, key), file.to_vec(), visit.at_ms).await;
        (noted.map(drop), "delegation-added")
    };
    let again = |status, errors| respond(&portal, &visit, status, &typed, Some(errors));
    on_or_again(visit.lang, acted, (routes::DELEGATIONS, word), again).await
}
