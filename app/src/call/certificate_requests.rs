//! Requests for certificates: asked for, agreed to, reviewed, answered, handed over (R118, R119).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Failure;
use model::role::Action;
use registry::document::certificates as documents;
use registry::work::certificates::answers::{
    MinutesForm, ReplyForm, attach_minutes, confirm, deliver, receive, refuse,
};
use registry::work::certificates::ask::{AboutForm, NewForm, about, ask_about, ask_for_me, ask_new};
use registry::work::certificates::record::read as read_file;
use registry::work::certificates::requests::{RequestQuery, list_requests, my_certificates, show_request};
use registry::work::certificates::review::{ReviewForm, endorse, mend, review};
use registry::work::once::once;

use super::certificates::{taken, trust, warn_of_key};
use super::{Answer, Entry, change, done, export, on_or_again, province_name, read};
use crate::gate::Access::{May, Own};
use crate::part::FieldErrors;
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// The routes of requests.
pub fn table() -> Vec<Entry> {
    use Action::{AskCertificates, EndorseCertificates, KeepCertificates, SeeCertificates};
    vec![
        read(routes::CERTIFICATE_REQUESTS, May(SeeCertificates), list),
        read(routes::CERTIFICATE_REQUEST_ADD, May(AskCertificates), add_page),
        change(routes::CERTIFICATE_REQUEST_ADD, May(AskCertificates), add),
        // the holder, whoever keeps it and the unit: the use case looks which
        read(routes::CERTIFICATE_ASK, Own, ask_page),
        change(routes::CERTIFICATE_ASK, Own, ask),
        read(routes::ME_CERTIFICATES, Own, mine),
        change(routes::ME_CERTIFICATES, Own, ask_mine),
        read(routes::CERTIFICATE_REQUEST, Own, show),
        read(routes::CERTIFICATE_REQUEST_FORM, Own, form),
        change(routes::CERTIFICATE_REQUEST_MEND, Own, mended),
        change(routes::CERTIFICATE_REQUEST_ENDORSE, May(EndorseCertificates), endorsed),
        change(routes::CERTIFICATE_REQUEST_REVIEW, May(KeepCertificates), reviewed),
        change(routes::CERTIFICATE_REQUEST_ANSWER, May(KeepCertificates), answered),
        change(routes::CERTIFICATE_REQUEST_DELIVER, May(KeepCertificates), delivered),
        read(routes::CERTIFICATE_REQUEST_MINUTES, Own, minutes),
        change(routes::CERTIFICATE_REQUEST_MINUTES, May(KeepCertificates), attach),
    ]
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let query = RequestQuery {
        unit: asked.get("unit"),
        operation: asked.get("operation"),
        state: asked.get("state"),
        overdue: asked.has("overdue"),
        page: asked.id("page").unwrap_or(1).max(1),
    };
    if let Some(format) = export::wanted(&asked) {
        return export::certificate_requests(&portal, &visit, format, query).await;
    }
    let mut conn = portal.store.read().await?;
    let province = province_name(&mut conn).await?;
    let found = list_requests(&mut conn, visit.actor()?, &query, visit.at_ms).await;
    let (status, found, errors) = failing::listed(visit.lang, found)?;
    Ok(page::certificates::request_list::respond(&portal, &visit, status, (&query, found), province, errors))
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::certificates::request_form::add(&portal, &visit, StatusCode::OK, &Typed::default(), None))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let form = NewForm {
        kind: typed.get("kind"),
        person_code: typed.get("personnel_code"),
        unit_code: typed.get("unit_code"),
        device: typed.get("device"),
        keeper_code: typed.get("keeper_code"),
        reason: typed.get("reason"),
    };
    let asking = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { ask_new(tx, &actor, &form).await })
    });
    match asking.await {
        Ok(id) => Ok(done(&routes::with_id(routes::CERTIFICATE_REQUEST, id), "certificate-asked")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::certificates::request_form::add(&portal, &visit, status, &typed, Some(errors)))
        }
    }
}

async fn ask_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    ask_form(&portal, &visit, id, StatusCode::OK, &asked, None).await
}

async fn ask_form(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let found = about(&mut conn, visit.actor()?, id).await?;
    Ok(page::certificates::request_form::about(portal, visit, status, &found, typed, errors))
}

async fn ask(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let form = AboutForm { operation: typed.get("operation"), reason: typed.get("reason") };
    let asking = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { ask_about(tx, &actor, id, &form).await })
    });
    match asking.await {
        Ok(id) => Ok(done(&routes::with_id(routes::CERTIFICATE_REQUEST, id), "certificate-asked")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            ask_form(&portal, &visit, id, status, &typed, Some(errors)).await
        }
    }
}

async fn mine(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    my_page(&portal, &visit, StatusCode::OK, &Typed::default(), None).await
}

async fn my_page(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let found = my_certificates(&mut conn, visit.actor()?).await?;
    Ok(page::certificates::mine::respond(portal, visit, status, found, typed, errors))
}

async fn ask_mine(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (actor, reason) = (visit.actor()?.clone(), typed.get("reason"));
    let asking = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { ask_for_me(tx, &actor, &reason).await })
    });
    match asking.await {
        Ok(id) => Ok(done(&routes::with_id(routes::CERTIFICATE_REQUEST, id), "certificate-asked")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            my_page(&portal, &visit, status, &typed, Some(errors)).await
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
    let detail = show_request(&mut conn, visit.actor()?, id).await?;
    Ok(page::certificates::request::respond(portal, visit, status, &detail, typed, errors))
}

/// The answer of what was done to a request, or its page with what was wrong.
async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    let to = routes::with_id(routes::CERTIFICATE_REQUEST, id);
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&to, word), again).await
}

fn said(id: i64, typed: &Typed) -> ((i64, i64), ReviewForm) {
    let form = ReviewForm { event: typed.get("event"), reason: typed.get("reason") };
    ((id, typed.id("version").unwrap_or_default()), form)
}

async fn endorsed(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, (of, form)) = (visit.actor()?.clone(), said(id, &typed));
    let writing =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { endorse(tx, &actor, of, &form).await }));
    let result = writing.await;
    answer(&portal, &visit, id, &typed, (result, "certificate-request-noted")).await
}

async fn reviewed(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, (of, form)) = (visit.actor()?.clone(), said(id, &typed));
    let writing =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { review(tx, &actor, of, &form).await }));
    let result = writing.await;
    answer(&portal, &visit, id, &typed, (result, "certificate-request-noted")).await
}

async fn mended(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, (of, form)) = (visit.actor()?.clone(), said(id, &typed));
    let writing = portal.store.write(visit.at_ms, move |tx| Box::pin(async move { mend(tx, &actor, of, &form).await }));
    let result = writing.await;
    answer(&portal, &visit, id, &typed, (result, "certificate-request-noted")).await
}

/// What the authority answered: with a file the certificate has come, else it was done, or refused.
async fn answered(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, sent: Sent) -> Answer {
    let Sent { typed, file } = sent;
    let of = (id, typed.id("version").unwrap_or_default());
    let refused = typed.get("event") == "refuse";
    let (number, day) = if refused { ("refusal_number", "refusal_day") } else { ("reply_number", "day") };
    let form = ReplyForm {
        number: typed.get(number),
        day: typed.get(day),
        token_serial: typed.get("token_serial"),
        reason: typed.get("reason"),
    };
    let actor = visit.actor()?.clone();
    let result = if refused {
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { refuse(tx, &actor, of, &form).await })).await
    } else if file.is_empty() {
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { confirm(tx, &actor, of, &form).await })).await
    } else {
        match read_file(taken(file)) {
            Ok(bundle) => {
                let trust = trust(&portal).await?;
                let receiving = portal.store.write(visit.at_ms, move |tx| {
                    Box::pin(async move { receive(tx, &actor, &trust, of, (&form, &bundle)).await.map(drop) })
                });
                receiving.await
            }
            Err(failure) => {
                warn_of_key(&failure);
                Err(failure)
            }
        }
    };
    answer(&portal, &visit, id, &typed, (result, "certificate-answer-noted")).await
}

async fn delivered(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let of = (id, typed.id("version").unwrap_or_default());
    let form = MinutesForm {
        number: typed.get("minutes_number"),
        day: typed.get("day"),
        keeper_code: typed.get("keeper_code"),
    };
    let writing =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { deliver(tx, &actor, of, &form).await }));
    let result = writing.await;
    answer(&portal, &visit, id, &typed, (result, "certificate-handed-over")).await
}

async fn attach(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, sent: Sent) -> Answer {
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let file = sent.file.to_vec();
    let result = attach_minutes(&portal.store, &portal.blobs, visit.actor()?, id, file, visit.at_ms).await;
    answer(&portal, &visit, id, &sent.typed, (result, "minutes-attached")).await
}

/// The form of the law, filled in.
async fn form(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let document = documents::form(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    super::documents::answer(&portal, document, &asked, &format!("phieu-de-nghi-{id}")).await
}

async fn minutes(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let document = documents::minutes(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    super::documents::answer(&portal, document, &asked, &format!("bien-ban-ban-giao-{id}")).await
}
