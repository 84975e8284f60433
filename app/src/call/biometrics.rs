//! Entry systems that are given people's data: asked for, decided, ended; what people answer; and the file (R113).

use std::fs::File;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use contract::{Failure, Fault, Lang};
use model::role::Action;
use registry::date;
use registry::table::Format;
use registry::work::biometrics::consent::{PaperAnswer, answer_system, enter_answer};
use registry::work::biometrics::export::take_export;
use registry::work::biometrics::systems::{SystemForm, ask_system, decide_system, end_system};
use registry::work::biometrics::{list_systems, show_system};
use registry::work::once::once;

use super::{Answer, Entry, change, done, export, fresh, on_or_again, read};
use crate::gate::Access::{May, Own};
use crate::part::{FieldErrors, Tone};
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::words::biometrics::flash as words;
use crate::{Portal, failing, page, routes};

/// The routes.
pub fn table() -> Vec<Entry> {
    use Action::{DecideBiometrics, ExportBiometrics, KeepBiometrics, SeeBiometrics};
    vec![
        read(routes::ENTRY_SYSTEMS, May(SeeBiometrics), list),
        read(routes::ENTRY_SYSTEM_ADD, May(KeepBiometrics), add_page),
        change(routes::ENTRY_SYSTEM_ADD, May(KeepBiometrics), add),
        read(routes::ENTRY_SYSTEM, May(SeeBiometrics), show),
        change(routes::ENTRY_SYSTEM_DECIDE, May(DecideBiometrics), decide),
        change(routes::ENTRY_SYSTEM_END, May(KeepBiometrics), end),
        change(routes::ENTRY_SYSTEM_CONSENT, May(KeepBiometrics), enter),
        change(routes::ENTRY_SYSTEM_EXPORT, May(ExportBiometrics), take),
        change(routes::ME_CONSENT, Own, answer_own),
    ]
}

/// What an action says on the page after it.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let text = match word.strip_prefix("system-")? {
        "asked" => words::asked(l),
        "approved" => words::approved(l),
        "refused" => words::refused(l),
        "ended" => words::ended(l),
        "entered" => words::entered(l),
        "consent-given" => words::given(l),
        "consent-refused" => words::consent_refused(l),
        "consent-withdrawn" => words::withdrawn(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = list_systems(&mut conn, visit.actor()?, at).await?;
    Ok(page::biometrics::list::respond(&portal, &visit, rows, (at, total)))
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::biometrics::form::respond(&portal, &visit, StatusCode::OK, &Typed::default(), None))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let form = SystemForm {
        unit_code: typed.get("unit_code"),
        name: typed.get("name"),
        purpose: typed.get("purpose"),
        operator: typed.get("operator"),
        contact: typed.get("contact"),
        fields: typed.all("fields"),
    };
    let asked = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { ask_system(tx, &actor, &form).await })
    });
    match asked.await {
        Ok(id) => Ok(done(&routes::with_id(routes::ENTRY_SYSTEM, id), "system-asked")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::biometrics::form::respond(&portal, &visit, status, &typed, Some(errors)))
        }
    }
}

async fn show(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    respond(&portal, &visit, id, StatusCode::OK, &asked, None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let at = typed.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let detail = show_system(&mut conn, visit.actor()?, id, at, visit.at_ms).await?;
    Ok(page::biometrics::system::respond(portal, visit, status, (&detail, at), typed, errors))
}

/// The answer of what was done to a system, or its page with what was wrong.
async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    let to = routes::with_id(routes::ENTRY_SYSTEM, id);
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&to, word), again).await
}

async fn decide(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (approve, word) = match typed.get("do").as_str() {
        "approve" => (true, "system-approved"),
        "refuse" => (false, "system-refused"),
        // a form with a button that the page does not have
        _ => return answer(&portal, &visit, id, &typed, (Err(Failure::field("do", Fault::Choice)), "")).await,
    };
    let decided = decided(&portal, &mut visit, id, &typed, approve).await;
    answer(&portal, &visit, id, &typed, (decided, word)).await
}

async fn decided(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed, approve: bool) -> Result<(), Failure> {
    let actor = fresh(portal, visit, Action::DecideBiometrics, typed).await?;
    let (version, text) = (typed.id("version").unwrap_or_default(), typed.get("opinion"));
    portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { decide_system(tx, &actor, (id, version), approve, &text).await })
        })
        .await
}

async fn end(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, version) = (visit.actor()?.clone(), typed.id("version").unwrap_or_default());
    let ended = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { end_system(tx, &actor, (id, version)).await }))
        .await;
    answer(&portal, &visit, id, &typed, (ended, "system-ended")).await
}

/// What somebody signed.
async fn enter(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, sent: Sent) -> Answer {
    let paper = PaperAnswer {
        personnel_code: sent.typed.get("personnel_code"),
        answer: sent.typed.get("consent_answer"),
        signed_on: sent.typed.get("signed_on"),
    };
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let (actor, file) = (visit.actor()?, sent.file.to_vec());
    let entered = enter_answer(&portal.store, &portal.blobs, actor, id, paper, file, visit.at_ms).await;
    answer(&portal, &visit, id, &sent.typed, (entered, "system-entered")).await
}

/// The file, once the second factor was shown; or the page with what was wrong.
async fn take(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    match taken(&portal, &mut visit, id, &typed).await {
        Ok(file) => Ok(archive(&visit, id, file)),
        Err(failure) => answer(&portal, &visit, id, &typed, (Err(failure), "")).await,
    }
}

async fn taken(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<File, Failure> {
    let actor = fresh(portal, visit, Action::ExportBiometrics, typed).await?;
    let format = Format::from_name(&typed.get("format")).ok_or_else(|| Failure::field("format", Fault::Choice))?;
    Ok(take_export(&portal.store, &portal.blobs, &actor, id, format, visit.at_ms).await?.file)
}

fn archive(visit: &Visit, id: i64, file: File) -> Response {
    let name = format!("congthe-ra-vao-{id}-{}.zip", date::iso_day(visit.at_ms));
    export::sent(file, "application/zip", &name)
}

/// One's own answer, on "My profile".
async fn answer_own(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (actor, id, given) = (visit.actor()?.clone(), typed.id("system").unwrap_or_default(), typed.get("answer"));
    let word = match given.as_str() {
        "given" => "system-consent-given",
        "withdrawn" => "system-consent-withdrawn",
        _ => "system-consent-refused",
    };
    portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { answer_system(tx, &actor, id, &given).await }))
        .await?;
    Ok(done(routes::ME, word))
}
