//! Certificates of digital signatures: the list, recording one from its file, what becomes of it (R118, R119, R155).

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use contract::certificate::FileWrong;
use contract::{Failure, Fault, Lang};
use model::role::Action;
use registry::work::certificates::bring::{FileOutcome, bring, read_files, unpack};
use registry::work::certificates::chase::{BareQuery, chased, list_bare_units};
use registry::work::certificates::record::{RecordForm, read as read_file, record_certificate};
use registry::work::certificates::revocation::{fetched_lists, revocation_lines};
use registry::work::certificates::step::{StepForm, change_keeper, note_use, step_certificate};
use registry::work::certificates::{CertificateQuery, Trust, Zeroizing, list_certificates, show_certificate};
use registry::work::once::once;
use zeroize::Zeroize as _;

use super::{Answer, Entry, change, done, export, on_or_again, province_name, read};
use crate::gate::Access::{May, Own};
use crate::part::{FieldErrors, Tone};
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::words::certificates::flash as words;
use crate::{Portal, failing, page, routes};

/// The routes of certificates.
pub fn table() -> Vec<Entry> {
    use Action::{KeepCertificates, SeeCertificates};
    let mut all = vec![
        read(routes::CERTIFICATES, May(SeeCertificates), list),
        read(routes::CERTIFICATE_ADD, May(KeepCertificates), add_page),
        change(routes::CERTIFICATE_ADD, May(KeepCertificates), add),
        read(routes::CERTIFICATE, May(SeeCertificates), show),
        change(routes::CERTIFICATE_STEP, May(KeepCertificates), step),
        change(routes::CERTIFICATE_KEEPER, May(KeepCertificates), keeper),
        // who keeps the records, and the unit: the use case looks which
        change(routes::CERTIFICATE_USE, Own, used),
        read(routes::CERTIFICATES_BRING, May(KeepCertificates), bring_page),
        change(routes::CERTIFICATES_BRING, May(KeepCertificates), bring_files),
        read(routes::CERTIFICATES_CHASED, May(SeeCertificates), chase),
        read(routes::UNITS_WITHOUT, May(SeeCertificates), units_without),
    ];
    all.extend(super::certificate_requests::table());
    all.extend(super::certificate_lists::table());
    all.extend(super::tokens::table());
    all.extend(super::delegations::table());
    all
}

/// What an action on certificates and tokens says on the page after it.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let text = match word {
        "certificate-recorded" => words::recorded(l),
        "certificate-noted" => words::noted(l),
        "certificate-keeper" => words::keeper(l),
        "certificate-used" => words::used(l),
        "certificate-asked" => words::asked(l),
        "certificate-request-noted" => words::request_noted(l),
        "certificate-answer-noted" => words::answer_noted(l),
        "certificate-handed-over" => words::handed_over(l),
        "certificate-list-composed" => words::list_composed(l),
        "certificate-list-changed" => words::list_changed(l),
        "certificate-list-dissolved" => words::list_dissolved(l),
        "certificate-list-sent" => words::list_sent(l),
        "delegation-added" => words::delegation_added(l),
        "delegation-ended" => words::delegation_ended(l),
        "token-added" => words::token_added(l),
        "token-noted" => words::token_noted(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

/// Whom the province believes, as its folder says now, with the revocation lists that were fetched.
pub(super) async fn trust(portal: &Portal) -> Result<Trust, Failure> {
    let Some(folder) = portal.authorities() else { return Ok(Trust::default()) };
    let lists = fetched_lists(&mut portal.store.read().await?).await?;
    let loading = tokio::task::spawn_blocking(move || {
        let mut trust = Trust::load(&folder);
        trust.take_lists(&lists);
        trust
    });
    loading.await.map_err(|_| Failure::Internal)
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let query = CertificateQuery {
        unit: asked.get("unit"),
        kind: asked.get("kind"),
        state: asked.get("state"),
        ends: asked.get("ends"),
        unused: asked.get("unused"),
        text: asked.get("text"),
        page: asked.id("page").unwrap_or(1).max(1),
    };
    if let Some(format) = export::wanted(&asked) {
        return export::certificates(&portal, &visit, format, query).await;
    }
    let mut conn = portal.store.read().await?;
    let province = province_name(&mut conn).await?;
    let found = list_certificates(&mut conn, visit.actor()?, &query, visit.at_ms).await;
    let (status, found, errors) = failing::listed(visit.lang, found)?;
    Ok(page::certificates::list::respond(&portal, &visit, status, (&query, found), province, errors))
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::certificates::form::respond(&portal, &visit, StatusCode::OK, &Typed::default(), None))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, sent: Sent) -> Answer {
    let Sent { typed, file } = sent;
    let form = RecordForm {
        kind: typed.get("kind"),
        person_code: typed.get("personnel_code"),
        unit_code: typed.get("unit_code"),
        keeper_code: typed.get("keeper_code"),
        token_serial: typed.get("token_serial"),
        handed_over: typed.has("handed_over"),
    };
    let recorded = match read_file(taken(file)) {
        Ok(bundle) => {
            let (actor, trust) = (visit.actor()?.clone(), trust(&portal).await?);
            once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
                Box::pin(async move { record_certificate(tx, &actor, &trust, &form, &bundle).await })
            })
            .await
        }
        Err(failure) => {
            warn_of_key(&failure);
            Err(failure)
        }
    };
    match recorded {
        Ok(id) => Ok(done(&routes::with_id(routes::CERTIFICATE, id), "certificate-recorded")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::certificates::form::respond(&portal, &visit, status, &typed, Some(errors)))
        }
    }
}

/// A secret key in the place of a certificate is worth a line in the log.
pub(super) fn warn_of_key(failure: &Failure) {
    let key = |fault: &Fault| matches!(fault, Fault::Certificate { why: FileWrong::SecretKey { .. } });
    if matches!(failure, Failure::Invalid { faults } if faults.iter().any(|of| key(&of.fault))) {
        warn_key();
    }
}

fn warn_key() {
    tracing::warn!("a secret key was uploaded in the place of a certificate; it was refused and wiped");
}

/// The bytes of a file, which may be a secret key: what is ours of them is wiped. Buffers that the connection had are not ours.
pub(super) fn taken(file: Bytes) -> Zeroizing<Vec<u8>> {
    let bytes = Zeroizing::new(file.to_vec());
    if let Ok(mut only) = file.try_into_mut() {
        only.zeroize();
    }
    bytes
}

async fn bring_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::certificates::bring::respond(&portal, &visit, StatusCode::OK, None, None))
}

/// An archive of certificate files, looked at or recorded; what became of each is told on the page that answers.
async fn bring_files(State(portal): State<Portal>, Extension(visit): Extension<Visit>, sent: Sent) -> Answer {
    let Sent { typed, file } = sent;
    let only_look = typed.get("do") != "record";
    let archive = taken(file);
    let turn = portal.photos.clone().acquire_owned().await.map_err(|_| Failure::Internal)?;
    let reading = tokio::task::spawn_blocking(move || {
        // given back when the work is done, also when the browser has gone meanwhile
        let _turn = turn;
        unpack(&archive).map(read_files)
    });
    let files = match reading.await.map_err(|_| Failure::Internal)? {
        Ok(files) => files,
        Err(fault) => {
            let errors = FieldErrors::one("archive", page::certificates::bring::fault(visit.lang, fault));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(page::certificates::bring::respond(&portal, &visit, status, None, Some(errors)));
        }
    };
    let trust = trust(&portal).await?;
    let told = bring((&portal.store, visit.at_ms), visit.actor()?, &trust, files, only_look).await?;
    for _ in told.iter().filter(|of| matches!(of.outcome, FileOutcome::Wrong(FileWrong::SecretKey { .. }))) {
        warn_key();
    }
    Ok(page::certificates::bring::respond(&portal, &visit, StatusCode::OK, Some((&told, only_look)), None))
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
    let trust = trust(portal).await?;
    let mut conn = portal.store.read().await?;
    let detail = show_certificate(&mut conn, visit.actor()?, &trust, id, visit.at_ms).await?;
    Ok(page::certificates::item::respond(portal, visit, status, &detail, typed, errors))
}

/// The answer of what was done to a certificate, or its page with what was wrong.
async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    let to = routes::with_id(routes::CERTIFICATE, id);
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&to, word), again).await
}

async fn step(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let form = StepForm {
        event: typed.get("event"),
        keeper_code: typed.get("keeper_code"),
        day: typed.get("day"),
        reason: typed.get("reason"),
    };
    let version = typed.id("version").unwrap_or_default();
    let stepped = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { step_certificate(tx, &actor, (id, version), &form).await }))
        .await;
    answer(&portal, &visit, id, &typed, (stepped, "certificate-noted")).await
}

async fn keeper(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, code) = (visit.actor()?.clone(), typed.get("keeper_code"));
    let version = typed.id("version").unwrap_or_default();
    let changed = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { change_keeper(tx, &actor, (id, version), &code).await }))
        .await;
    answer(&portal, &visit, id, &typed, (changed, "certificate-keeper")).await
}

async fn used(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, day) = (visit.actor()?.clone(), typed.get("used_on"));
    let version = typed.id("version").unwrap_or_default();
    let noted = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { note_use(tx, &actor, (id, version), &day).await }))
        .await;
    answer(&portal, &visit, id, &typed, (noted, "certificate-used")).await
}

/// What is to be followed up and urged, counted.
async fn chase(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let counted = chased(&mut conn, visit.actor()?, visit.at_ms).await?;
    let lists = revocation_lines(&mut conn, visit.actor()?).await?;
    let province = province_name(&mut conn).await?;
    Ok(page::certificates::chased::respond(&portal, &visit, (counted, lists), province))
}

async fn units_without(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let query = BareQuery {
        unit: asked.get("unit"),
        class: asked.get("class"),
        kind: asked.get("kind"),
        page: asked.id("page").unwrap_or(1).max(1),
    };
    if let Some(format) = export::wanted(&asked) {
        return export::units_without(&portal, &visit, format, query).await;
    }
    let mut conn = portal.store.read().await?;
    let province = province_name(&mut conn).await?;
    let found = list_bare_units(&mut conn, visit.actor()?, &query).await;
    let (status, found, errors) = failing::listed(visit.lang, found)?;
    Ok(page::certificates::units_without::respond(&portal, &visit, status, (&query, found), province, errors))
}
