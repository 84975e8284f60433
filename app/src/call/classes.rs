//! Training classes: announced, filled, attended, closed (R49, R57, R156, R170).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use chip::content::link::Tapped;
use contract::Failure;
use contract::Lang;
use door::{Said, read as read_code};
use model::role::Action;
use model::training::{CAPACITY, Session};
use registry::document::training_class as document;
use registry::work::classes::announce::{ClassForm, announce_class, change_class, form_of, write_class_costs};
use registry::work::classes::attend::{Noted, Shown, note_sheet, note_shown};
use registry::work::classes::enrol::{Wrong, enrol, take_out};
use registry::work::classes::step::{ClassStepForm, step_class};
use registry::work::classes::{ClassDetail, candidates, list_classes, show_class};
use registry::work::once::once;
use registry::work::plans::begin::own_unit;
use registry::work::plans::{PlanHead, list_plans};
use registry::work::public::check_link::check_link;
use registry::work::public::taps::Verdict;

use super::plans::typed_costs;
use super::{Answer, Entry, change, done, export, on_or_again, read};
use crate::gate::Access::May;
use crate::page::classes as pages;
use crate::part::{FieldErrors, Tone};
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::words::training_classes::{self as words, flash as flashed};
use crate::{Portal, failing, routes};

/// The routes of classes.
pub fn table() -> Vec<Entry> {
    use Action::{EnrolLearners, KeepClasses, SeeClasses};
    vec![
        read(routes::CLASSES, May(SeeClasses), list),
        read(routes::CLASS_ADD, May(KeepClasses), add_page),
        change(routes::CLASS_ADD, May(KeepClasses), add),
        read(routes::CLASS, May(SeeClasses), show),
        read(routes::CLASS_CHANGE, May(KeepClasses), change_page),
        change(routes::CLASS_CHANGE, May(KeepClasses), changed),
        read(routes::CLASS_COSTS, May(KeepClasses), costs_page),
        change(routes::CLASS_COSTS, May(KeepClasses), costs),
        change(routes::CLASS_LEARNERS, May(EnrolLearners), add_learners),
        change(routes::CLASS_TAKE_OUT, May(EnrolLearners), take_learner_out),
        read(routes::CLASS_ATTENDANCE, May(KeepClasses), attendance),
        change(routes::CLASS_ATTENDANCE, May(KeepClasses), sheet),
        change(routes::CLASS_SHOWN, May(KeepClasses), shown),
        change(routes::CLASS_STEP, May(KeepClasses), step),
        read(routes::CLASS_PAPER, May(SeeClasses), paper),
    ]
}

/// What an action on classes says on the page after it.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let text = match word {
        "class-announced" => flashed::announced(l),
        "class-changed" => flashed::changed(l),
        "class-costs" => flashed::costs(l),
        "class-enrolled" => flashed::enrolled(l),
        "class-taken-out" => flashed::taken_out(l),
        "class-sheet" => flashed::sheet(l),
        "class-stepped" => flashed::stepped(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = list_classes(&mut conn, visit.actor()?, at).await?;
    Ok(pages::list::respond(&portal, &visit, rows, (at, total)))
}

/// Plans for which a class can be held; none where the actor sees none.
async fn plans(portal: &Portal, visit: &Visit) -> Result<Vec<PlanHead>, Failure> {
    let actor = visit.actor()?;
    if !actor.may_somewhere(Action::SeePlans) {
        return Ok(Vec::new());
    }
    let mut conn = portal.store.read().await?;
    Ok(list_plans(&mut conn, actor, 1).await?.0)
}

fn form(typed: &Typed) -> ClassForm {
    ClassForm {
        unit_code: typed.get("class_unit"),
        plan: typed.get("plan"),
        title: typed.get("title"),
        topic: typed.get("topic"),
        audience: typed.get("audience"),
        first_day: typed.get("first_day"),
        days: typed.get("class_days"),
        place: typed.get("place"),
        content: typed.get("content"),
        capacity: typed.get("places"),
    }
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let mut conn = portal.store.read().await?;
    let unit = own_unit(&mut conn, visit.actor()?, Action::KeepClasses).await?;
    drop(conn);
    let start = Typed::start([
        ("class_unit", unit),
        ("class_days", "1".to_owned()),
        ("places", CAPACITY.to_string()),
        ("plan", asked.get("plan")),
    ]);
    let plans = plans(&portal, &visit).await?;
    Ok(pages::form::respond(&portal, &visit, StatusCode::OK, None, &plans, (&start, None)))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (actor, form) = (visit.actor()?.clone(), form(&typed));
    let announcing = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { announce_class(tx, &actor, &form).await })
    });
    match announcing.await {
        Ok(id) => Ok(done(&routes::with_id(routes::CLASS, id), "class-announced")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let plans = plans(&portal, &visit).await?;
            Ok(pages::form::respond(&portal, &visit, status, None, &plans, (&typed, Some(errors))))
        }
    }
}

async fn detail(portal: &Portal, visit: &Visit, id: i64) -> Result<ClassDetail, Failure> {
    let mut conn = portal.store.read().await?;
    show_class(&mut conn, visit.actor()?, id).await
}

/// Only who keeps the class sees the pages on which it is kept.
async fn kept(portal: &Portal, visit: &Visit, id: i64) -> Result<ClassDetail, Failure> {
    let found = detail(portal, visit, id).await?;
    if found.keeps { Ok(found) } else { Err(Failure::Forbidden) }
}

async fn show(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    if let Some(format) = export::wanted(&asked) {
        let found = detail(&portal, &visit, id).await?;
        return export::training_class(&portal, &visit, format, &found).await;
    }
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
    let found = detail(portal, visit, id).await?;
    let offered = match found.enrols {
        true => {
            let mut conn = portal.store.read().await?;
            candidates(&mut conn, visit.actor()?, &found.class).await?
        }
        false => (Vec::new(), 0),
    };
    Ok(pages::class::respond(portal, visit, status, &found, &offered, (typed, errors)))
}

async fn change_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let found = kept(&portal, &visit, id).await?;
    let mut conn = portal.store.read().await?;
    let held = form_of(&mut conn, &found.class).await?;
    drop(conn);
    let start = Typed::start([
        ("class_unit", held.unit_code),
        ("plan", held.plan),
        ("title", held.title),
        ("topic", held.topic),
        ("audience", held.audience),
        ("first_day", held.first_day),
        ("class_days", held.days),
        ("place", held.place),
        ("content", held.content),
        ("places", held.capacity),
        ("version", found.class.version.to_string()),
    ]);
    let plans = plans(&portal, &visit).await?;
    Ok(pages::form::respond(&portal, &visit, StatusCode::OK, Some(&found.class), &plans, (&start, None)))
}

async fn changed(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, form) = (visit.actor()?.clone(), form(&typed));
    let version = typed.id("version").unwrap_or_default();
    let changing = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { change_class(tx, &actor, (id, version), &form).await }))
        .await;
    let again = async |status, errors| {
        let (found, plans) = (kept(&portal, &visit, id).await?, plans(&portal, &visit).await?);
        Ok(pages::form::respond(&portal, &visit, status, Some(&found.class), &plans, (&typed, Some(errors))))
    };
    on_or_again(visit.lang, changing, (&routes::with_id(routes::CLASS, id), "class-changed"), again).await
}

async fn costs_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let found = kept(&portal, &visit, id).await?;
    Ok(pages::costs::respond(&portal, &visit, StatusCode::OK, &found, (None, None)))
}

async fn costs(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, forms) = (visit.actor()?.clone(), typed_costs(&typed));
    let sent = forms.clone();
    let written = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { write_class_costs(tx, &actor, id, &sent).await }))
        .await;
    let again = async |status, errors| {
        let found = kept(&portal, &visit, id).await?;
        Ok(pages::costs::respond(&portal, &visit, status, &found, (Some(forms), Some(errors))))
    };
    on_or_again(visit.lang, written, (&routes::with_id(routes::CLASS, id), "class-costs"), again).await
}

async fn add_learners(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, codes, ids) = (visit.actor()?.clone(), typed.get("codes"), typed.ids("person"));
    let enrolled = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { enrol(tx, &actor, id, (&codes, &ids)).await }))
        .await;
    let (status, errors) = match enrolled {
        Ok(Ok(_)) => return Ok(done(&routes::with_id(routes::CLASS, id), "class-enrolled")),
        Ok(Err(wrong)) => {
            let said = |of: &Wrong| match of {
                Wrong::Unknown(code) => words::fault::unknown(visit.lang, code),
                Wrong::Left(name) => words::fault::left(visit.lang, name),
            };
            let said: Vec<String> = wrong.iter().map(said).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, FieldErrors::one("codes", said.join(" ")))
        }
        Err(failure) => failing::told(visit.lang, &failure)?,
    };
    respond(&portal, &visit, id, status, &typed, Some(errors)).await
}

async fn take_learner_out(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, person) = (visit.actor()?.clone(), typed.id("person").unwrap_or_default());
    let taken = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { take_out(tx, &actor, id, person).await }))
        .await;
    let again = |status, errors| respond(&portal, &visit, id, status, &typed, Some(errors));
    on_or_again(visit.lang, taken, (&routes::with_id(routes::CLASS, id), "class-taken-out"), again).await
}

/// The session that an address or a form names; else the first of today, else the last that has begun, else the first of all.
fn meant(found: &ClassDetail, typed: &Typed, at_ms: i64) -> Result<Session, Failure> {
    let (all, today) = (found.class.sessions(), registry::date::day_of(at_ms));
    let named = typed.id("session").and_then(|nth| all.iter().find(|of| of.nth == nth));
    let now = all.iter().find(|of| of.day == today).or_else(|| all.iter().rfind(|of| of.day < today));
    named.or(now).or(all.first()).copied().ok_or(Failure::Internal)
}

async fn attendance(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let found = kept(&portal, &visit, id).await?;
    let now = meant(&found, &asked, visit.at_ms)?;
    Ok(pages::attendance::respond(&portal, &visit, StatusCode::OK, &found, now, (None, None)))
}

async fn sheet(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, session) = (visit.actor()?.clone(), typed.id("session").unwrap_or_default());
    let (ticked, shown) = (typed.ids("here").into_iter().collect(), typed.ids("was").into_iter().collect());
    let noted = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { note_sheet(tx, &actor, (id, session), (&ticked, &shown)).await })
        })
        .await;
    let found = kept(&portal, &visit, id).await?;
    let to = pages::attendance::path(&found.class, session);
    let again = async |status, errors| {
        let now = meant(&found, &typed, visit.at_ms)?;
        Ok(pages::attendance::respond(&portal, &visit, status, &found, now, (None, Some(errors))))
    };
    on_or_again(visit.lang, noted, (&to, "class-sheet"), again).await
}

/// A card at the door. The answer is the page itself, with the name: the next card is shown at once.
async fn shown(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let l = visit.lang;
    // what the module has read comes before what lies in the field
    let text = [typed.get("text"), typed.get("shown")].into_iter().find(|text| !text.trim().is_empty());
    let noted = match text {
        Some(text) => noted(&portal, &visit, (id, typed.id("session").unwrap_or_default()), text.trim()).await,
        None => Err(Failure::field("shown", contract::Fault::Missing)),
    };
    let (status, said, errors) = match noted {
        Ok(noted) => (StatusCode::OK, Some(told(l, noted)), None),
        Err(failure) => {
            let (status, errors) = failing::told(l, &failure)?;
            (status, None, Some(errors))
        }
    };
    let found = kept(&portal, &visit, id).await?;
    let now = meant(&found, &typed, visit.at_ms)?;
    Ok(pages::attendance::respond(&portal, &visit, status, &found, now, (said, errors)))
}

/// What came of what was shown, or that it is the copy of a tap.
async fn noted(
    portal: &Portal,
    visit: &Visit,
    (id, session): (i64, i64),
    text: &str,
) -> Result<Option<Noted>, Failure> {
    // nobody's tap is counted for a class that the actor does not keep
    kept(portal, visit, id).await?;
    let shown = match understood(portal, text, visit.at_ms).await? {
        Understood::Shown(shown) => shown,
        Understood::Copied => return Ok(None),
        Understood::Unknown => return Ok(Some(Noted::Unknown)),
    };
    let actor = visit.actor()?.clone();
    let noting = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { note_shown(tx, &actor, (id, session), &shown).await }));
    noting.await.map(Some)
}

/// What somebody shows at the door.
enum Understood {
    Shown(Shown),
    /// A tap's link that was opened before.
    Copied,
    Unknown,
}

/// Understands the link of a chip, a code on a card, or what was typed.
async fn understood(portal: &Portal, text: &str, at_ms: i64) -> Result<Understood, Failure> {
    if let Some((_, behind)) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/')) {
        return of_link(portal, behind, at_ms).await;
    }
    Ok(match read_code(text) {
        Said::Front(front) => {
            front.code().map_or(Understood::Unknown, |code| Understood::Shown(Shown::Code(code.to_string())))
        }
        Said::Back(signed) => Understood::Shown(Shown::Code(signed.claims.card_code.to_string())),
        Said::Citizen => Understood::Unknown,
        Said::Other => Understood::Shown(Shown::Typed(text.to_owned())),
    })
}

async fn of_link(portal: &Portal, behind: &str, at_ms: i64) -> Result<Understood, Failure> {
    let Some((cards, taps)) = portal.checks() else { return Ok(Understood::Unknown) };
    let (path, query) = behind.split_once('?').unwrap_or((behind, ""));
    if let Some(tapped) = (path == "t").then(|| Tapped::parse(query)).flatten() {
        return Ok(match taps.check(tapped, at_ms).await? {
            Verdict::Genuine(card) => Understood::Shown(Shown::Tap(card.id)),
            Verdict::Copied { .. } | Verdict::Old => Understood::Copied,
            Verdict::Unknown => Understood::Unknown,
        });
    }
    let signature = query.split('&').find_map(|pair| pair.strip_prefix("s="));
    let (Some(code), Some(signature)) = (path.strip_prefix("t/"), signature) else { return Ok(Understood::Unknown) };
    let card = check_link(&portal.store, cards, code, signature, at_ms).await?;
    Ok(card.map_or(Understood::Unknown, |card| Understood::Shown(Shown::Link(card.id))))
}

/// What came of it, as a sentence.
fn told(l: Lang, noted: Option<Noted>) -> (Tone, String) {
    match noted {
        Some(Noted::Here(name)) => (Tone::Good, words::noted::here(l, name)),
        Some(Noted::Already(name)) => (Tone::Info, words::noted::already(l, name)),
        Some(Noted::NotEnrolled(Some(name))) => (Tone::Warn, words::noted::not_enrolled(l, name)),
        Some(Noted::NotEnrolled(None)) => (Tone::Warn, words::noted::stranger(l).to_owned()),
        Some(Noted::Invalid(name)) => (Tone::Bad, words::noted::invalid(l, name)),
        Some(Noted::Unknown) => (Tone::Warn, words::noted::unknown(l).to_owned()),
        None => (Tone::Warn, words::noted::copied(l).to_owned()),
    }
}

async fn step(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let version = typed.id("version").unwrap_or_default();
    let form =
        ClassStepForm { event: typed.get("event"), reason: typed.get("reason"), completed: typed.ids("completed") };
    let stepped = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { step_class(tx, &actor, (id, version), &form).await }))
        .await;
    let again = |status, errors| respond(&portal, &visit, id, status, &typed, Some(errors));
    on_or_again(visit.lang, stepped, (&routes::with_id(routes::CLASS, id), "class-stepped"), again).await
}

/// The sheet on which learners sign; or, once it was held, who came.
async fn paper(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let topic = |of| pages::topic(Lang::Vi, of);
    let audience = |of| pages::audience(Lang::Vi, of);
    let paper = document::sheet(&mut conn, visit.actor()?, id, (topic, audience)).await?;
    drop(conn);
    super::documents::answer(&portal, paper, &asked, &format!("lop-tap-huan-{id}")).await
}
