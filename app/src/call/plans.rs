//! Plans of certificates: begun, written, loaded from a file, put forward, fixed (R122–R127).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::import::ImportKind;
use contract::{Failure, Fault, Lang};
use model::certificate::plan::Row;
use model::role::Action;
use registry::document::plan as document;
use registry::work::once::once;
use registry::work::plans::begin::{BeginForm, begin_plan, own_unit};
use registry::work::plans::edit::{CostForm, LineForm, write_costs, write_lines};
use registry::work::plans::file::{Wrong, load_lines, read as read_file};
use registry::work::plans::step::{PlanStepForm, step_plan};
use registry::work::plans::{PlanDetail, Words, list_plans, show_plan};

use super::{Answer, Entry, change, done, export, fresh, on_or_again, read};
use crate::gate::Access::May;
use crate::page::plans as pages;
use crate::part::{FieldErrors, Tone};
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::words::certificate_plans::{flash as words, wrong as own};
use crate::{Portal, failing, page, routes};

/// The routes of plans.
pub fn table() -> Vec<Entry> {
    use Action::{FixPlans, KeepPlans, SeePlans};
    vec![
        read(routes::PLANS, May(SeePlans), list),
        read(routes::PLAN_ADD, May(KeepPlans), add_page),
        change(routes::PLAN_ADD, May(KeepPlans), add),
        read(routes::PLAN, May(SeePlans), show),
        read(routes::PLAN_LINES, May(KeepPlans), lines_page),
        change(routes::PLAN_LINES, May(KeepPlans), lines),
        change(routes::PLAN_FILE, May(KeepPlans), load),
        read(routes::PLAN_COSTS, May(KeepPlans), costs_page),
        change(routes::PLAN_COSTS, May(KeepPlans), costs),
        change(routes::PLAN_STEP, May(KeepPlans), step),
        change(routes::PLAN_DECIDE, May(FixPlans), decide),
        read(routes::PLAN_PAPER, May(SeePlans), paper),
    ]
}

/// What an action on plans says on the page after it.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let text = match word {
        "plan-begun" => words::begun(l),
        "plan-lines" => words::lines(l),
        "plan-loaded" => words::loaded(l),
        "plan-costs" => words::costs(l),
        "plan-stepped" => words::stepped(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = list_plans(&mut conn, visit.actor()?, at).await?;
    Ok(pages::list::respond(&portal, &visit, rows, (at, total)))
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let unit = own_unit(&mut conn, visit.actor()?, Action::KeepPlans).await?;
    let year = i32::from(registry::date::day_of(visit.at_ms).year()) + 1;
    let start = Typed::start([
        ("unit_code", unit),
        ("first_year", year.to_string()),
        ("last_year", year.to_string()),
        ("words", Words::Plain.name().to_owned()),
        ("seed", "yes".to_owned()),
        ("positions", "unit".to_owned()),
        ("positions", "head".to_owned()),
        ("positions", "deputy".to_owned()),
        ("positions", "chief_accountant".to_owned()),
    ]);
    Ok(pages::add::respond(&portal, &visit, StatusCode::OK, &start, None))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let form = BeginForm {
        unit_code: typed.get("unit_code"),
        title: typed.get("title"),
        first_year: typed.get("first_year"),
        last_year: typed.get("last_year"),
        words: typed.get("words"),
        goal: typed.get("goal"),
        seed: typed.has("seed"),
        positions: typed.all("positions"),
    };
    let beginning = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { begin_plan(tx, &actor, &form).await })
    });
    match beginning.await {
        Ok(id) => Ok(done(&routes::with_id(routes::PLAN, id), "plan-begun")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(pages::add::respond(&portal, &visit, status, &typed, Some(errors)))
        }
    }
}

async fn detail(portal: &Portal, visit: &Visit, id: i64) -> Result<PlanDetail, Failure> {
    let mut conn = portal.store.read().await?;
    show_plan(&mut conn, visit.actor()?, id).await
}

async fn show(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    if let Some(format) = export::wanted(&asked) {
        let found = detail(&portal, &visit, id).await?;
        return export::plan(&portal, &visit, format, &found).await;
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
    Ok(pages::plan::respond(portal, visit, status, &found, typed, errors))
}

async fn lines_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let found = detail(&portal, &visit, id).await?;
    writing(&visit, &found)?;
    let version = found.plan.version;
    Ok(pages::lines::respond(&portal, &visit, StatusCode::OK, &found, (None, version), None))
}

/// Only who may write the unit's plans sees the page on which they are written.
fn writing(visit: &Visit, found: &PlanDetail) -> Result<(), Failure> {
    match visit.actor()?.may(Action::KeepPlans, &found.plan.path) {
        true => Ok(()),
        false => Err(Failure::Forbidden),
    }
}

/// The lines as they came: the fields of a line stand in the same place of each column.
fn typed_lines(typed: &Typed) -> Vec<LineForm> {
    let column = |name| typed.all(name).into_iter();
    let (mut operations, mut kinds, mut groups, mut positions, mut quantities) =
        (column("operation"), column("kind"), column("group"), column("position"), column("quantity"));
    column("year")
        .map(|year| LineForm {
            year,
            operation: operations.next().unwrap_or_default(),
            kind: kinds.next().unwrap_or_default(),
            group: groups.next().unwrap_or_default(),
            position: positions.next().unwrap_or_default(),
            quantity: quantities.next().unwrap_or_default(),
        })
        .collect()
}

async fn lines(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, forms) = (visit.actor()?.clone(), typed_lines(&typed));
    let version = typed.id("version").unwrap_or_default();
    let sent = forms.clone();
    let written = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { write_lines(tx, &actor, (id, version), &sent).await }))
        .await;
    let again = async |status, errors| {
        let found = detail(&portal, &visit, id).await?;
        Ok(pages::lines::respond(&portal, &visit, status, &found, (Some(forms), version), Some(errors)))
    };
    on_or_again(visit.lang, written, (&routes::with_id(routes::PLAN, id), "plan-lines"), again).await
}

/// The lines of a file in the place of the plan's.
async fn load(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, sent: Sent) -> Answer {
    let version = sent.typed.id("version").unwrap_or_default();
    let loaded = loaded(&portal, &visit, (id, version), sent.file.to_vec()).await;
    let (status, errors) = match loaded {
        Ok(Ok(())) => return Ok(done(&routes::with_id(routes::PLAN, id), "plan-loaded")),
        Ok(Err(wrong)) => {
            let said: Vec<String> = wrong.iter().map(|of| said(visit.lang, of)).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, FieldErrors::one("file", said.join(" ")))
        }
        Err(failure) => failing::told(visit.lang, &failure)?,
    };
    let found = detail(&portal, &visit, id).await?;
    Ok(pages::lines::respond(&portal, &visit, status, &found, (None, version), Some(errors)))
}

async fn loaded(
    portal: &Portal,
    visit: &Visit,
    plan: (i64, i64),
    file: Vec<u8>,
) -> Result<Result<(), Vec<Wrong>>, Failure> {
    if file.is_empty() {
        return Err(Failure::field("file", Fault::Missing));
    }
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let names = [pages::names(Lang::Vi), pages::names(Lang::En)];
    let understood = tokio::task::spawn_blocking(move || read_file(&file, &names)).await;
    let rows: Vec<Row> = match understood.map_err(|_| Failure::Internal)? {
        Ok(rows) => rows,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let actor = visit.actor()?.clone();
    let loading =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { load_lines(tx, &actor, plan, &rows).await }));
    loading.await.map(Ok)
}

/// What is wrong with a file, as a sentence.
fn said(l: Lang, wrong: &Wrong) -> String {
    match wrong {
        Wrong::File(fault) => page::import::fault_words(l, ImportKind::Units, std::slice::from_ref(fault)),
        Wrong::NoColumn(column) => own::no_column(l, pages::column(l, *column)),
        Wrong::Cell { line, column, value } if value.is_empty() => own::empty_cell(l, pages::column(l, *column), line),
        Wrong::Cell { line, column, value } => own::cell(l, pages::column(l, *column), line, value),
        Wrong::Position { line } => own::position(l, line),
        Wrong::Twice { line } => own::twice(l, line),
        Wrong::TooMany => {
            let fault = Fault::TooLong { max: registry::work::plans::edit::MOST_ROWS };
            pages::fault(l, "lines", &fault).unwrap_or_default()
        }
    }
}

async fn costs_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let found = detail(&portal, &visit, id).await?;
    writing(&visit, &found)?;
    let (typed, version) = (Typed::default(), found.plan.version);
    Ok(pages::costs::respond(&portal, &visit, StatusCode::OK, &found, (&typed, None, version), None))
}

pub(super) fn typed_costs(typed: &Typed) -> Vec<CostForm> {
    let column = |name| typed.all(name).into_iter();
    let (mut sections, mut numbers, mut names, mut quantities, mut prices, mut days) =
        (column("section"), column("number"), column("name"), column("quantity"), column("price"), column("priced_on"));
    column("part")
        .map(|part| CostForm {
            part,
            section: sections.next().unwrap_or_default(),
            number: numbers.next().unwrap_or_default(),
            name: names.next().unwrap_or_default(),
            quantity: quantities.next().unwrap_or_default(),
            price: prices.next().unwrap_or_default(),
            priced_on: days.next().unwrap_or_default(),
        })
        .collect()
}

async fn costs(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, forms) = (visit.actor()?.clone(), typed_costs(&typed));
    let (version, stated) = (typed.id("version").unwrap_or_default(), typed.numbered("stated-"));
    let sent = forms.clone();
    let written = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { write_costs(tx, &actor, (id, version), &stated, &sent).await })
        })
        .await;
    let again = async |status, errors| {
        let found = detail(&portal, &visit, id).await?;
        let as_typed = (&typed, Some(forms), version);
        Ok(pages::costs::respond(&portal, &visit, status, &found, as_typed, Some(errors)))
    };
    on_or_again(visit.lang, written, (&routes::with_id(routes::PLAN, id), "plan-costs"), again).await
}

fn step_form(typed: &Typed) -> (i64, PlanStepForm) {
    let form = PlanStepForm {
        event: typed.get("event"),
        reason: typed.get("reason"),
        number: typed.get("document_number"),
        day: typed.get("document_day"),
    };
    (typed.id("version").unwrap_or_default(), form)
}

/// The answer of a step, or the plan's page with what was wrong.
async fn answer(portal: &Portal, visit: &Visit, id: i64, typed: &Typed, result: Result<(), Failure>) -> Answer {
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&routes::with_id(routes::PLAN, id), "plan-stepped"), again).await
}

async fn step(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, (version, form)) = (visit.actor()?.clone(), step_form(&typed));
    let stepping = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { step_plan(tx, &actor, (id, version), &form).await }));
    let result = stepping.await;
    answer(&portal, &visit, id, &typed, result).await
}

async fn decide(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let result = decided(&portal, &mut visit, id, &typed).await;
    answer(&portal, &visit, id, &typed, result).await
}

async fn decided(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<(), Failure> {
    // what the actor may not see is not there, before any code is asked for
    detail(portal, visit, id).await?;
    let actor = fresh(portal, visit, Action::FixPlans, typed).await?;
    let (version, form) = step_form(typed);
    portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { step_plan(tx, &actor, (id, version), &form).await }))
        .await
}

/// The plan on paper.
async fn paper(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let paper = document::plan(&mut conn, visit.actor()?, id, &pages::names(Lang::Vi)).await?;
    drop(conn);
    super::documents::answer(&portal, paper, &asked, &format!("ke-hoach-chung-thu-{id}")).await
}
