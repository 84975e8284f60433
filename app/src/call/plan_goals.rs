//! What plans want to reach, and how far they are; where certificates are used (R129, R140, R152, R161).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Lang};
use model::certificate::target::Application;
use model::role::Action;
use registry::work::plans::goals::{
    MOST_WAVES, TargetForm, TargetProgress, WaveForm, WaveProgress, note_uses, show_goals, show_progress, show_uses,
    template, write_targets, write_waves,
};

use super::{Answer, Entry, change, on_or_again, read};
use crate::gate::Access::May;
use crate::page::plans as pages;
use crate::page::plans::goals::Goals;
use crate::part::{FieldErrors, Tone};
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::words::{certificate_plans::flash as words, certificate_use};
use crate::{Portal, routes};

/// The routes.
pub fn table() -> Vec<Entry> {
    use Action::{KeepCertificates, KeepPlans, SeeCertificates, SeePlans};
    vec![
        read(routes::PLAN_PROGRESS, May(SeePlans), progress),
        read(routes::PLAN_GOALS, May(KeepPlans), goals_page),
        change(routes::PLAN_WAVES, May(KeepPlans), waves),
        change(routes::PLAN_TARGETS, May(KeepPlans), targets),
        read(routes::CERTIFICATE_USES, May(SeeCertificates), uses),
        change(routes::CERTIFICATE_USES, May(KeepCertificates), note),
    ]
}

/// What an action says on the page after it.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let text = match word {
        "plan-waves" => words::waves(l),
        "plan-targets" => words::targets(l),
        "certificate-uses" => certificate_use::noted(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

async fn progress(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let found = show_progress(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    Ok(pages::progress::respond(&portal, &visit, &found))
}

async fn goals_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let waves = (asked.get("template") == "ha_tinh").then(template);
    respond(&portal, &visit, id, StatusCode::OK, (waves, None, None), None).await
}

/// The page on which goals are written. `typed`: waves, applications and version as they were sent; else as they are held.
async fn respond(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: (Option<Vec<WaveForm>>, Option<Vec<TargetForm>>, Option<i64>),
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let (found, waves, targets) = show_goals(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    if !visit.actor()?.may(Action::KeepPlans, &found.path) {
        return Err(Failure::Forbidden.into());
    }
    let mut waves = typed.0.unwrap_or_else(|| waves.iter().map(|of: &WaveProgress| WaveForm::of(&of.wave)).collect());
    let too_many = errors.as_ref().and_then(|errors| errors.of("waves")).is_some();
    if !too_many {
        waves.push(WaveForm::default());
    }
    let goals =
        Goals { waves, targets: typed.1.unwrap_or_else(|| held(&targets)), version: typed.2.unwrap_or(found.version) };
    Ok(pages::goals::respond(portal, visit, status, &found, &goals, errors))
}

fn held(targets: &[TargetProgress]) -> Vec<TargetForm> {
    let of = |application: &Application| {
        let found = targets.iter().find(|of| of.target.application == *application);
        let units = found.map(|of| {
            let line = |(_, name, code, _): &(i64, String, Option<String>, bool)| code.clone().unwrap_or(name.clone());
            of.units.iter().map(line).collect::<Vec<_>>().join("\n")
        });
        TargetForm {
            application: application.name().to_owned(),
            percent: found.map(|of| of.target.percent.to_string()).unwrap_or_default(),
            units: units.unwrap_or_default(),
        }
    };
    Application::ALL.iter().map(of).collect()
}

fn typed_waves(typed: &Typed) -> Vec<WaveForm> {
    let wave = |nth: usize| {
        let name = |of: &str| format!("wave-{nth}-{of}");
        typed.has(&name("from_year")).then(|| WaveForm {
            from_year: typed.get(&name("from_year")),
            from_quarter: typed.get(&name("from_quarter")),
            to_year: typed.get(&name("to_year")),
            to_quarter: typed.get(&name("to_quarter")),
            goal: typed.get(&name("goal")),
            groups: typed.all(&name("groups")),
            positions: typed.all(&name("positions")),
        })
    };
    (1..=MOST_WAVES + 2).map_while(wave).collect()
}

async fn waves(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, forms) = (visit.actor()?.clone(), typed_waves(&typed));
    let (version, sent) = (typed.id("version").unwrap_or_default(), forms.clone());
    let written = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { write_waves(tx, &actor, (id, version), &sent).await }))
        .await;
    let again = |status, errors| respond(&portal, &visit, id, status, (Some(forms), None, Some(version)), Some(errors));
    on_or_again(visit.lang, written, (&routes::with_id(routes::PLAN_PROGRESS, id), "plan-waves"), again).await
}

async fn targets(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let form = |of: &Application| TargetForm {
        application: of.name().to_owned(),
        percent: typed.get(&format!("percent-{}", of.name())),
        units: typed.get(&format!("units-{}", of.name())),
    };
    let forms: Vec<TargetForm> = Application::ALL.iter().map(form).collect();
    let (actor, version, sent) = (visit.actor()?.clone(), typed.id("version").unwrap_or_default(), forms.clone());
    let written = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { write_targets(tx, &actor, (id, version), &sent).await }))
        .await;
    let again = |status, errors| respond(&portal, &visit, id, status, (None, Some(forms), Some(version)), Some(errors));
    on_or_again(visit.lang, written, (&routes::with_id(routes::PLAN_PROGRESS, id), "plan-targets"), again).await
}

async fn uses(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    show(&portal, &visit, id, StatusCode::OK, None).await
}

async fn show(portal: &Portal, visit: &Visit, id: i64, status: StatusCode, errors: Option<FieldErrors>) -> Answer {
    let mut conn = portal.store.read().await?;
    let found = show_uses(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    let may_keep = found.in_use && visit.actor()?.may(Action::KeepCertificates, &found.path);
    Ok(pages::uses::respond(portal, visit, status, &found, may_keep, errors))
}

async fn note(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, applications) = (visit.actor()?.clone(), typed.all("applications"));
    let noted = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { note_uses(tx, &actor, id, &applications).await }))
        .await;
    let again = |status, errors| show(&portal, &visit, id, status, Some(errors));
    on_or_again(visit.lang, noted, (&routes::with_id(routes::CERTIFICATE, id), "certificate-uses"), again).await
}
