//! What the province sets for itself: coded reasons, terms, and whose data have served their time.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Fault};
use model::retention::Subject;
use registry::work::rules::{add_reason, leavers_due, retire_reason, set_term, show_reasons, show_terms};
use registry::work::witness::{set_rule, show_rule};

use super::{Answer, done};
use crate::part::FieldErrors;
use crate::typed::{Asked, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
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
    let reasons = show_reasons(&mut conn, visit.actor()?).await?;
    let terms = show_terms(&mut conn, visit.actor()?).await?;
    let witness = show_rule(&mut conn, visit.actor()?).await?;
    Ok(page::rules::respond(portal, visit, status, (&reasons, &terms, witness), typed, errors))
}

pub async fn act(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let sent = typed.clone();
    let word = match typed.get("do").as_str() {
        "term" => "term-set",
        "witness" => "rule-set",
        "add" => "reason-added",
        "retire" => "reason-retired",
        _ => "reason-restored",
    };
    let acted = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move {
                let of = |name: &str| sent.get(name);
                match sent.get("do").as_str() {
                    "add" => add_reason(tx, &actor, (&of("use"), &of("vi"), &of("en"))).await,
                    what @ ("retire" | "restore") => retire_reason(tx, &actor, &of("reason"), what == "retire").await,
                    "witness" => {
                        let required = of("required") == "1";
                        set_rule(tx, &actor, required, sent.id("version").unwrap_or_default()).await
                    }
                    "term" => {
                        let subject = Subject::from_name(&of("subject"));
                        let subject = subject.ok_or_else(|| Failure::field("subject", Fault::Choice))?;
                        let rule = (subject, sent.id("version").unwrap_or_default());
                        let [days, basis] = ["days", "basis"].map(|field| of(&format!("{field}-{}", subject.name())));
                        set_term(tx, &actor, rule, (&days, &basis)).await
                    }
                    _ => Err(Failure::field("do", Fault::Choice)),
                }
            })
        })
        .await;
    match acted {
        Ok(()) => Ok(done(routes::RULES, word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

pub async fn leavers(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, basis, total) = leavers_due(&mut conn, visit.actor()?, (visit.at_ms, at)).await?;
    Ok(page::rules::leavers(&portal, &visit, (&rows, &basis), (at, total)))
}
