//! The cards' key sets: ceremonies in which they are drawn, what is in use, restoring, and the public keys.

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use contract::{Failure, Fault, FieldFault};
use model::role::Action;
use registry::work::key_ceremony::{
    BeginCeremony, FIELDS, begin_ceremony, break_off, candidates, confirm_share, decide_ceremony, draw_key_set,
    give_component, show_share,
};
use registry::work::key_sets::{destroy_key_set, public_keys, show_key_sets, use_key_set};
use registry::work::once::once;
use registry::work::restore_keys::{Offered, first_shares, forget_share, offer_share};
use registry::work::show_ceremony::show_ceremony;
use zeroize::Zeroizing;

use super::{Answer, Entry, change, done, fresh, read};
use crate::gate::Access::{May, Own, Public};
use crate::part::FieldErrors;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// The routes of the cards' keys.
pub fn table() -> Vec<Entry> {
    use Action::{DecideKeys, KeepShares, ProposeKeys, SeeKeys};
    vec![
        read(routes::KEYS, May(SeeKeys), list),
        change(routes::KEYS, May(DecideKeys), act),
        read(routes::KEY_CEREMONY_ADD, May(ProposeKeys), add_page),
        change(routes::KEY_CEREMONY_ADD, May(ProposeKeys), add),
        read(routes::KEY_CEREMONY, May(SeeKeys), show),
        change(routes::KEY_CEREMONY_DECIDE, May(DecideKeys), decide),
        change(routes::KEY_CEREMONY_COMPONENT, May(KeepShares), component),
        change(routes::KEY_CEREMONY_DRAW, May(KeepShares), draw),
        change(routes::KEY_CEREMONY_SHARE, May(KeepShares), share),
        change(routes::KEY_CEREMONY_CONFIRM, May(KeepShares), confirm),
        // whoever has a part in it: the use case looks
        change(routes::KEY_CEREMONY_BREAK, Own, give_up),
        read(routes::KEY_RESTORE, May(KeepShares), restore_page),
        change(routes::KEY_RESTORE, May(KeepShares), restore),
        // they check what stands on cards that anybody may hold
        read(routes::PUBLIC_KEYS, Public, public),
    ]
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    sets(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn sets(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let sets = show_key_sets(&mut conn, visit.actor()?, &portal.safe()).await?;
    Ok(page::keys::respond(portal, visit, status, &sets, typed, errors))
}

async fn act(State(portal): State<Portal>, Extension(mut visit): Extension<Visit>, typed: Typed) -> Answer {
    match acted(&portal, &mut visit, &typed).await {
        Ok(word) => Ok(done(routes::KEYS, word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            sets(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

async fn acted(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<&'static str, Failure> {
    let actor = fresh(portal, visit, Action::DecideKeys, typed).await?;
    let (chosen, reason, safe) = (typed.get("what"), typed.get("reason"), portal.safe());
    let chosen = chosen.split_once('-').and_then(|(what, set)| Some((what.to_owned(), set.parse().ok()?)));
    let (what, version): (String, i64) = chosen.ok_or_else(|| Failure::field("what", Fault::Choice))?;
    let write = portal.store.write(visit.at_ms, move |tx| {
        Box::pin(async move {
            match what.as_str() {
                "use" => use_key_set(tx, &actor, &safe, version).await.map(|()| "set-in-use"),
                "destroy" => destroy_key_set(tx, &actor, &safe, version, &reason).await.map(|()| "set-destroyed"),
                _ => Err(Failure::field("what", Fault::Choice)),
            }
        })
    });
    write.await
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    form(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let people = candidates(&mut conn, visit.actor()?, visit.at_ms).await?;
    Ok(page::key_ceremony_form::respond(portal, visit, status, &people, typed, errors))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (actor, safe) = (visit.actor()?.clone(), portal.safe());
    let request = BeginCeremony { custodians: FIELDS.map(|field| typed.id(field)), decision: typed.get("decision") };
    let begun = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { begin_ceremony(tx, &actor, &safe, request).await })
    });
    match begun.await {
        Ok(id) => Ok(done(&routes::with_id(routes::KEY_CEREMONY, id), "ceremony-proposed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            form(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    ceremony(&portal, &visit, (StatusCode::OK, id), &Typed::default(), None).await
}

async fn ceremony(
    portal: &Portal,
    visit: &Visit,
    (status, id): (StatusCode, i64),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let of = show_ceremony(&mut conn, visit.actor()?, id).await?;
    Ok(page::key_ceremony::respond(portal, visit, status, &of, typed, errors))
}

/// The ceremony's page again: with a word on what was done, or with what is wrong beside what was typed.
async fn back(portal: &Portal, visit: &Visit, id: i64, typed: &Typed, acted: Result<&'static str, Failure>) -> Answer {
    match acted {
        Ok(word) => Ok(done(&routes::with_id(routes::KEY_CEREMONY, id), word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            ceremony(portal, visit, (status, id), typed, Some(errors)).await
        }
    }
}

async fn decide(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let acted = decision(&portal, &mut visit, id, &typed).await;
    back(&portal, &visit, id, &typed, acted).await
}

async fn decision(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<&'static str, Failure> {
    let actor = fresh(portal, visit, Action::DecideKeys, typed).await?;
    let (agree, word) = match typed.get("decision").as_str() {
        "agree" => (true, "ceremony-agreed"),
        "refuse" => (false, "ceremony-refused"),
        _ => return Err(Failure::field("decision", Fault::Choice)),
    };
    let reason = typed.get("reason");
    let write = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { decide_ceremony(tx, &actor, id, agree, &reason).await }));
    write.await.map(|()| word)
}

async fn component(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let acted = match custodian(&portal, &mut visit, &typed).await {
        Ok(actor) => {
            let (safe, given) = (portal.safe(), Zeroizing::new(typed.get("component")));
            let write = portal.store.write(visit.at_ms, move |tx| {
                Box::pin(async move { give_component(tx, &actor, &safe, id, given).await })
            });
            write.await.map(|()| "component-given")
        }
        Err(failure) => Err(failure),
    };
    back(&portal, &visit, id, &typed, acted).await
}

async fn custodian(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<registry::Actor, Failure> {
    let actor = fresh(portal, visit, Action::KeepShares, typed).await?;
    Ok(actor)
}

async fn draw(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let acted = match custodian(&portal, &mut visit, &typed).await {
        Ok(actor) => {
            let safe = portal.safe();
            let write = portal
                .store
                .write(visit.at_ms, move |tx| Box::pin(async move { draw_key_set(tx, &actor, &safe, id).await }));
            write.await.map(|()| "set-drawn")
        }
        Err(failure) => Err(failure),
    };
    back(&portal, &visit, id, &typed, acted).await
}

/// The share itself: it answers this form, has no address of its own, and is kept by nobody on its way.
async fn share(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let shown = match custodian(&portal, &mut visit, &typed).await {
        Ok(actor) => {
            let safe = portal.safe();
            let write = portal
                .store
                .write(visit.at_ms, move |tx| Box::pin(async move { show_share(tx, &actor, &safe, id).await }));
            write.await
        }
        Err(failure) => Err(failure),
    };
    match shown {
        Ok(shown) => {
            let mut conn = portal.store.read().await?;
            let of = show_ceremony(&mut conn, visit.actor()?, id).await?;
            let mut response = page::key_share::respond(&portal, &visit, &of, &shown);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        }
        Err(failure) => back(&portal, &visit, id, &typed, Err(failure)).await,
    }
}

async fn confirm(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let acted = match custodian(&portal, &mut visit, &typed).await {
        Ok(actor) => {
            let (safe, copied) = (portal.safe(), Zeroizing::new(typed.get("share")));
            let write = portal.store.write(visit.at_ms, move |tx| {
                Box::pin(async move { confirm_share(tx, &actor, &safe, id, copied).await })
            });
            write.await.map(|last| if last { "set-kept" } else { "share-confirmed" })
        }
        Err(failure) => Err(failure),
    };
    back(&portal, &visit, id, &typed, acted).await
}

async fn give_up(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, safe, reason) = (visit.actor()?.clone(), portal.safe(), typed.get("why"));
    let write = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { break_off(tx, &actor, &safe, id, &reason).await }));
    let acted = write.await.map(|()| "ceremony-broken-off").map_err(|failure| match failure {
        // the form above it has a reason, too
        Failure::Invalid { faults } => Failure::Invalid {
            faults: faults.into_iter().map(|of| FieldFault { field: "why".to_owned(), ..of }).collect(),
        },
        other => other,
    });
    back(&portal, &visit, id, &typed, acted).await
}

async fn restore_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    waiting(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn waiting(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let first = first_shares(&mut conn, visit.actor()?, visit.at_ms).await?;
    Ok(page::key_restore::respond(portal, visit, status, &first, typed, errors))
}

async fn restore(State(portal): State<Portal>, Extension(mut visit): Extension<Visit>, typed: Typed) -> Answer {
    match restored(&portal, &mut visit, &typed).await {
        Ok((to, word)) => Ok(done(to, word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            waiting(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

async fn restored(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<(&'static str, &'static str), Failure> {
    if typed.get("do") == "forget" {
        let (actor, version) = (visit.actor()?.clone(), typed.id("set").unwrap_or_default());
        let write =
            portal.store.write(visit.at_ms, move |tx| Box::pin(async move { forget_share(tx, &actor, version).await }));
        return write.await.map(|()| (routes::KEY_RESTORE, "share-forgotten"));
    }
    let actor = custodian(portal, visit, typed).await?;
    let (safe, share) = (portal.safe(), Zeroizing::new(typed.get("share")));
    let write =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { offer_share(tx, &actor, &safe, share).await }));
    let (offered, _) = write.await?;
    Ok(match offered {
        Offered::Waits => (routes::KEY_RESTORE, "share-waits"),
        Offered::Restored => (routes::KEYS, "set-restored"),
        Offered::Tried => (routes::KEYS, "shares-tried"),
    })
}

/// The public keys, for whoever checks what stands on a card.
async fn public(State(portal): State<Portal>) -> Answer {
    let mut conn = portal.store.read().await?;
    let keys = public_keys(&mut conn).await?;
    // asked for by readers at doors: a new set is known to them within the hour
    let header = [(header::CACHE_CONTROL, "public, max-age=3600"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    Ok((header, Json(keys)).into_response())
}
