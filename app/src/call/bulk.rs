//! Work on a selection: chosen in a list, begun on a page of its own, done one after the other while that page tells how far it is.

use std::collections::HashMap;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Fault};
use model::bulk::{BulkTask, Chosen};
use registry::Actor;
use registry::work::bulk::{Begin, Candidate, MOST, begin, candidates, show, step, stop};
use registry::work::departures::ReportDeparture;
use registry::work::export;
use registry::work::issue_card::all_to_issue;
use registry::work::list_people::PeopleQuery;
use registry::work::once::once;
use registry::work::rules::leavers_due;
use registry::work::show_card::{CardQuery, some_cards};
use registry::work::show_request::{reasons_for, reasons_of_cases};

use super::{Answer, done, fresh};
use crate::page::bulk::Add;
use crate::part::FieldErrors;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

fn task(typed: &Typed) -> Result<BulkTask, Failure> {
    BulkTask::from_name(&typed.get("task")).ok_or(Failure::NotFound)
}

/// What was chosen in a list: the lines that were ticked, or all that the list was asked for.
pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let task = task(&asked)?;
    let mut conn = portal.store.read().await?;
    let actor = visit.actor()?;
    let ids =
        if asked.has("all") { everyone(&mut conn, actor, (task, visit.at_ms), &asked).await? } else { asked.ids("id") };
    let chosen = candidates(&mut conn, actor, task, &ids).await?;
    drop(conn);
    respond(&portal, &visit, StatusCode::OK, (task, &chosen), &asked, None).await
}

async fn everyone(
    conn: &mut registry::Conn,
    actor: &Actor,
    (task, at_ms): (BulkTask, i64),
    asked: &Typed,
) -> Result<Vec<i64>, Failure> {
    let mut ids = Vec::new();
    match task.to() {
        Chosen::People => {
            let query = PeopleQuery {
                unit_id: asked.id("unit"),
                doubtful: !asked.get("doubtful").is_empty(),
                kind: asked.get("kind"),
                page: 1,
                text: asked.get("q"),
            };
            let mut people = export::people(conn, actor, &query).await?;
            while ids.len() < MOST {
                let part = people.next(conn).await?;
                if part.is_empty() {
                    break;
                }
                ids.extend(part.into_iter().map(|person| person.id));
            }
        }
        Chosen::Cards => {
            let query = CardQuery {
                text: asked.get("q"),
                state: asked.get("state"),
                unconfirmed: !asked.get("unconfirmed").is_empty(),
                page: 1,
            };
            ids.extend(some_cards(conn, actor, &query, MOST as i64).await?.0.into_iter().map(|card| card.id));
        }
        Chosen::Leavers => {
            let mut page = 1;
            while ids.len() < MOST {
                let (part, _, _) = leavers_due(conn, actor, (at_ms, page)).await?;
                if part.is_empty() {
                    break;
                }
                ids.extend(part.into_iter().map(|line| line.person_id));
                page += 1;
            }
        }
        Chosen::Issue => ids.extend(all_to_issue(conn, actor, MOST as i64).await?.into_iter().map(|card| card.id)),
    }
    ids.truncate(MOST);
    Ok(ids)
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (task, chosen): (BulkTask, &[Candidate]),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let reasons = reasons_of_cases(&mut conn).await?;
    let locks = reasons_for(&mut conn, "lock").await?;
    let of = Add { task, chosen, reasons: &reasons, locks: &locks };
    Ok(page::bulk::add(portal, visit, status, &of, typed, errors))
}

pub async fn add(State(portal): State<Portal>, Extension(mut visit): Extension<Visit>, typed: Typed) -> Answer {
    let task = task(&typed)?;
    let pairs = typed.all("chosen");
    let chosen: Vec<(i64, i64)> = pairs
        .iter()
        .filter_map(|pair| pair.split_once('.'))
        .filter_map(|(id, version)| Some((id.parse().ok()?, version.parse().ok()?)))
        .collect();
    let begun = match fresh(&portal, &mut visit, task.action(), &typed).await {
        Ok(actor) => {
            let leave = ReportDeparture {
                kind: typed.get("kind"),
                day: typed.get("day"),
                decision: typed.get("decision"),
                ..ReportDeparture::default()
            };
            let (reason, serials) = (typed.get("reason"), typed.get("serials"));
            let wanted = Begin { task, chosen: chosen.clone(), reason, leave, serials };
            let who = actor.clone();
            let beginning = once(&portal.store, visit.at_ms, &actor, typed.get("form_key"), move |tx| {
                Box::pin(async move { begin(tx, &who, wanted).await })
            });
            beginning.await.map(|id| (id, actor))
        }
        Err(failure) => Err(failure),
    };
    match begun {
        Ok((id, actor)) => {
            run(&portal, actor, id);
            Ok(done(&routes::with_id(routes::BULK, id), "bulk-begun"))
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let ids: Vec<i64> = chosen.iter().map(|(id, _)| *id).collect();
            let mut conn = portal.store.read().await?;
            let mut found = candidates(&mut conn, visit.actor()?, task, &ids).await?;
            drop(conn);
            // a decision is about what was shown
            let shown: HashMap<i64, i64> = chosen.into_iter().collect();
            for one in &mut found {
                one.version = shown.get(&one.id).copied().unwrap_or(one.version);
            }
            respond(&portal, &visit, status, (task, &found), &typed, Some(errors)).await
        }
    }
}

/// Does it one after the other, unless that is going on already.
fn run(portal: &Portal, actor: Actor, id: i64) {
    let Some(running) = portal.bulk.begin(id) else { return };
    let portal = portal.clone();
    tokio::spawn(async move {
        let _running = running;
        loop {
            match step(&portal.store, &actor, id, portal.now_ms()).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(failure) => {
                    tracing::warn!(id, ?failure, "work on a selection waits");
                    break;
                }
            }
        }
    });
}

pub async fn progress(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    shown(&portal, &visit, (id, at), StatusCode::OK, None).await
}

async fn shown(
    portal: &Portal,
    visit: &Visit,
    (id, at): (i64, i64),
    status: StatusCode,
    errors: Option<FieldErrors>,
) -> Answer {
    // asked first: what ends meanwhile is shown as going on once more, and not as waiting
    let running = portal.bulk.is_running(id);
    let mut conn = portal.store.read().await?;
    let of = show(&mut conn, visit.actor()?, id, at).await?;
    Ok(page::bulk::respond(portal, visit, status, (&of, running, at), errors))
}

/// Stops it, or lets it go on.
pub async fn act(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let stopping = match typed.get("do").as_str() {
        "stop" => true,
        "go" => false,
        _ => return Err(Failure::field("do", Fault::Choice).into()),
    };
    let mut conn = portal.store.read().await?;
    let task = show(&mut conn, visit.actor()?, id, 1).await?.task;
    drop(conn);
    let confirmed =
        if stopping { Ok(visit.actor()?.clone()) } else { fresh(&portal, &mut visit, task.action(), &typed).await };
    let actor = match confirmed {
        Ok(actor) => actor,
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            return shown(&portal, &visit, (id, 1), status, Some(errors)).await;
        }
    };
    let who = actor.clone();
    portal.store.write(visit.at_ms, move |tx| Box::pin(async move { stop(tx, &who, id, stopping).await })).await?;
    if !stopping {
        run(&portal, actor, id);
    }
    let word = if stopping { "bulk-stopped" } else { "bulk-resumed" };
    Ok(done(&routes::with_id(routes::BULK, id), word))
}
