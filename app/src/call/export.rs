//! Whole lists as files for other programs (`?as=xlsx`, `?as=csv`), as they are filtered on the page.

use std::fs::File;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use contract::import::{ImportKind, ImportNote, Outcome, Remark, ToldRow};
use contract::view::{AccountState, GrantState};
use contract::{Failure, Lang};
use futures_util::stream;
use model::person::Sex;
use model::unit::{PostKind, UnitClass};
use registry::date;
use registry::table::{Cell, Format, Head, TableError, Writer};
use registry::work::certificates::chase::{BareQuery, some_bare_units};
use registry::work::certificates::requests::{RequestQuery, some_requests};
use registry::work::certificates::tokens::{TokenQuery, some_tokens};
use registry::work::certificates::{CertificateQuery, some_certificates};
use registry::work::dossiers::{show_dossier, some_dossiers};
use registry::work::equipment::{EquipmentQuery, some_equipment};
use registry::work::export::{self, PART, Taken, note};
use registry::work::list_accounts::some_accounts;
use registry::work::list_people::PeopleQuery;
use registry::work::show_card::{CardQuery, ledger, some_cards};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Answer;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, export as text};
use crate::{Portal, naming, page};

/// The file that the address asks for; `None` for the page.
pub fn wanted(asked: &Typed) -> Option<Format> {
    Format::from_name(&asked.get("as"))
}

/// A file in the making. Its rows are written beside the requests, a few parts ahead at most.
struct Pen {
    parts: mpsc::Sender<Vec<Vec<Cell>>>,
    writing: JoinHandle<Result<File, TableError>>,
    rows: u64,
}

impl Pen {
    fn begin(format: Format, title: &str, heads: Vec<Head>) -> Self {
        let (parts, mut read) = mpsc::channel::<Vec<Vec<Cell>>>(2);
        let title = title.to_owned();
        let writing = tokio::task::spawn_blocking(move || {
            let mut writer = Writer::begin(format, &title, heads)?;
            while let Some(part) = read.blocking_recv() {
                part.into_iter().try_for_each(|row| writer.row(row))?;
            }
            writer.finish()
        });
        Pen { parts, writing, rows: 0 }
    }

    async fn write(&mut self, rows: Vec<Vec<Cell>>) {
        self.rows += rows.len() as u64;
        // who does not take them any more says why in `finish`
        let _ = self.parts.send(rows).await;
    }

    async fn finish(self) -> Result<(File, u64), Failure> {
        drop(self.parts);
        let written = self.writing.await.map_err(|_| Failure::Internal)?;
        written.map(|file| (file, self.rows)).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a list could not be written");
            Failure::Internal
        })
    }
}

/// What the audit log and the file's name say of a list.
struct About {
    action: &'static str,
    /// `people`: what the file is called, and the log's object unless that is one thing.
    name: String,
    filter: Value,
    text: String,
}

impl About {
    fn new(action: &'static str, name: impl Into<String>, filter: Value) -> Self {
        About { action, name: name.into(), filter, text: String::new() }
    }
}

/// Notes who takes it, then hands it out: a file that nobody noted does not leave.
async fn hand_out(portal: &Portal, visit: &Visit, format: Format, pen: Pen, about: About) -> Answer {
    let (file, rows) = pen.finish().await?;
    let actor = visit.actor()?.clone();
    let About { action, name, filter, text } = about;
    let file_name = format!("congthe-{}-{}.{}", name.replace(':', "-"), date::iso_day(visit.at_ms), format.name());
    let taken = Taken { action, object: name, format: format.name(), filter, text, rows };
    portal.store.write(visit.at_ms, move |tx| Box::pin(async move { note(tx, &actor, taken) })).await?;
    Ok(attached(file, format, &file_name))
}

/// A list as an answer.
pub(super) fn attached(file: File, format: Format, name: &str) -> Response {
    sent(file, format.media_type(), name)
}

/// A file as an answer, read while it is sent.
pub(super) fn sent(file: File, media_type: &str, name: &str) -> Response {
    const PIECE: usize = 65_536;
    let length = file.metadata().map(|about| about.len()).ok();
    let pieces = stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let disposition = format!("attachment; filename=\"{name}\"");
    let heads = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    let mut response = (heads, Body::from_stream(pieces)).into_response();
    if let Some(length) = length {
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

fn day_and_time(l: Lang, at: i64) -> Cell {
    Cell::Text(words::at(l, at))
}

pub async fn people(portal: &Portal, visit: &Visit, format: Format, query: PeopleQuery) -> Answer {
    use words::{people, person};
    let l = visit.lang;
    let heads = vec![
        Head::new(people::name(l), 30),
        Head::new(people::personnel_code(l), 12),
        Head::new(person::identification_code(l), 20),
        Head::new(person::sex(l), 8),
        Head::new(person::born_on(l), 12),
        Head::new(person::citizen_id(l), 16),
        Head::new(person::email(l), 32),
        Head::new(text::unit_code(l), 16),
        Head::new(text::unit_name(l), 40),
        Head::new(people::kind(l), 20),
        Head::new(people::position(l), 30),
        Head::new(person::started_on(l), 12),
        Head::new(people::data(l), 14),
    ];
    let mut pen = Pen::begin(format, people::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    let mut rest = export::people(&mut conn, visit.actor()?, &query).await?;
    loop {
        let part = rest.next(&mut conn).await?;
        if part.is_empty() {
            break;
        }
        let row = |one: registry::store::person::Exported| {
            let sex = one.sex.as_deref().and_then(Sex::from_name).map_or("", |sex| naming::sex(l, sex));
            let kind = PostKind::from_name(&one.kind).map_or("", |kind| naming::post_kind(l, kind));
            vec![
                Cell::Text(one.name),
                Cell::maybe(one.personnel_code),
                Cell::maybe(one.identification_code),
                sex.into(),
                Cell::maybe_day(one.born_on),
                Cell::maybe(one.citizen_id),
                Cell::maybe(one.email),
                Cell::maybe(one.unit_code),
                Cell::Text(one.unit),
                kind.into(),
                Cell::maybe(one.position),
                Cell::maybe_day(one.started_on),
                if one.doubtful == 1 { people::to_complete(l) } else { "" }.into(),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
    }
    conn.end().await?;
    let PeopleQuery { text, unit_id, doubtful, kind, .. } = query;
    let filter = json!({ "unit": unit_id, "doubtful": doubtful, "kind": kind, "searched": !text.trim().is_empty() });
    let about = About { text, ..About::new("export.people", "people", filter) };
    hand_out(portal, visit, format, pen, about).await
}

pub async fn units(portal: &Portal, visit: &Visit, format: Format, asked: &Typed) -> Answer {
    use words::{unit_form, units};
    let l = visit.lang;
    let (typed, below) = (asked.get("q"), asked.id("unit"));
    let heads = vec![
        Head::new(unit_form::class_name(l), 28),
        Head::new(unit_form::name(l), 46),
        Head::new(text::parent_code(l), 18),
        Head::new(text::parent_name(l), 46),
        Head::new(unit_form::code(l), 18),
        Head::new(unit_form::decision(l), 18),
        Head::new(text::posts(l), 12),
        Head::new(text::people(l), 12),
        Head::new(text::closed_on(l), 14),
    ];
    let mut pen = Pen::begin(format, units::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    let records = export::units(&mut conn, visit.actor()?, &typed, below).await?;
    conn.end().await?;
    let row = |record: export::UnitRecord| {
        let class = UnitClass::from_name(&record.unit.class).map_or("", |class| naming::unit_class(l, class));
        vec![
            class.into(),
            Cell::Text(record.unit.name),
            Cell::maybe(record.parent_code),
            Cell::maybe(record.parent),
            Cell::maybe(record.unit.code_issued),
            Cell::maybe(record.unit.code_decision),
            Cell::Number(record.posts),
            Cell::Number(record.people),
            Cell::maybe_day(record.unit.closed_on),
        ]
    };
    pen.write(records.into_iter().map(row).collect()).await;
    let filter = json!({ "unit": below, "searched": !typed.trim().is_empty() });
    let about = About { text: typed, ..About::new("export.units", "units", filter) };
    hand_out(portal, visit, format, pen, about).await
}

pub async fn cards(portal: &Portal, visit: &Visit, format: Format, mut query: CardQuery) -> Answer {
    use words::{cards, people};
    let l = visit.lang;
    let heads = vec![
        Head::new(people::name(l), 30),
        Head::new(cards::number(l), 26),
        Head::new(cards::code(l), 12),
        Head::new(people::unit(l), 40),
        Head::new(cards::state(l), 18),
        Head::new(text::since(l), 18),
        Head::new(cards::issued_on(l), 14),
    ];
    let mut pen = Pen::begin(format, cards::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    query.page = 1;
    loop {
        let (part, _) = some_cards(&mut conn, visit.actor()?, &query, PART).await?;
        if part.is_empty() {
            break;
        }
        let row = |card: contract::cards::CardRow| {
            vec![
                naming::person(l, &card.name).as_str().into(),
                Cell::maybe(card.number),
                Cell::Text(card.code),
                Cell::Text(card.unit),
                naming::card_state(l, card.state).1.into(),
                day_and_time(l, card.since),
                Cell::maybe_day(card.issued_on),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
        query.page += 1;
    }
    conn.end().await?;
    let searched = !query.text.trim().is_empty();
    let filter = json!({ "state": query.state, "unconfirmed": query.unconfirmed, "searched": searched });
    let about = About { text: query.text, ..About::new("export.cards", "cards", filter) };
    hand_out(portal, visit, format, pen, about).await
}

pub async fn lists(portal: &Portal, visit: &Visit, format: Format) -> Answer {
    use words::{list, lists, people};
    let l = visit.lang;
    let heads = vec![
        Head::new(lists::name(l), 40),
        Head::new(people::unit(l), 40),
        Head::new(lists::letter(l), 18),
        Head::new(list::day(l), 12),
        Head::new(lists::people(l), 10),
        Head::new(lists::state(l), 20),
        Head::new(lists::due(l), 12),
    ];
    let mut pen = Pen::begin(format, lists::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    for page in 1.. {
        let (part, _) = some_dossiers(&mut conn, visit.actor()?, (page, PART)).await?;
        if part.is_empty() {
            break;
        }
        let row = |list: contract::cards::DossierRow| {
            vec![
                Cell::Text(list.title),
                Cell::Text(list.unit),
                Cell::maybe(list.letter_number),
                Cell::maybe_day(list.letter_day),
                Cell::Number(list.people),
                naming::dossier_state(l, list.state).1.into(),
                Cell::maybe_day(list.due.map(|due| date::iso_day(due - 1))),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
    }
    conn.end().await?;
    hand_out(portal, visit, format, pen, About::new("export.lists", "lists", json!({}))).await
}

pub async fn list(portal: &Portal, visit: &Visit, format: Format, id: i64) -> Answer {
    use words::{cards, people, request};
    let l = visit.lang;
    let mut conn = portal.store.snapshot().await?;
    let dossier = show_dossier(&mut conn, visit.actor()?, id).await?;
    conn.end().await?;
    let heads = vec![
        Head::new(people::name(l), 30),
        Head::new(people::personnel_code(l), 12),
        Head::new(people::unit(l), 40),
        Head::new(people::position(l), 30),
        Head::new(request::case(l), 16),
        Head::new(text::reason(l), 30),
        Head::new(cards::number(l), 26),
        Head::new(request::state(l), 20),
    ];
    let mut pen = Pen::begin(format, &dossier.dossier.title, heads);
    let row = |line: contract::cards::DossierLine| {
        vec![
            Cell::Text(line.request.name),
            Cell::maybe(line.request.personnel_code),
            Cell::Text(line.request.unit),
            Cell::maybe(line.request.position),
            naming::case(l, line.request.case).into(),
            naming::reason(l, &line.request.reason).as_str().into(),
            Cell::maybe(line.number),
            naming::request_state(l, line.request.state).1.into(),
        ]
    };
    pen.write(dossier.lines.into_iter().map(row).collect()).await;
    hand_out(portal, visit, format, pen, About::new("export.list", format!("dossier:{id}"), json!({}))).await
}

/// `span`: the instants; `days`: what the page calls them.
pub async fn book(portal: &Portal, visit: &Visit, format: Format, span: (i64, i64), days: (String, String)) -> Answer {
    use words::{cards, ledger as own, people};
    let l = visit.lang;
    let heads = vec![
        Head::new(own::number(l), 8),
        Head::new(own::when(l), 18),
        Head::new(own::event(l), 20),
        Head::new(text::reason(l), 30),
        Head::new(people::name(l), 30),
        Head::new(people::unit(l), 40),
        Head::new(cards::number(l), 26),
        Head::new(cards::code(l), 12),
        Head::new(cards::serial(l), 18),
        Head::new(own::actor(l), 26),
    ];
    let mut pen = Pen::begin(format, own::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    for page in 1.. {
        let (part, _) = ledger(&mut conn, visit.actor()?, span, (page, PART)).await?;
        if part.is_empty() {
            break;
        }
        let row = |line: contract::cards::LedgerRow| {
            vec![
                Cell::Number(line.id),
                day_and_time(l, line.at),
                naming::card_event(l, line.event).into(),
                Cell::maybe(line.reason.map(|reason| naming::reason(l, &reason))),
                naming::person(l, &line.name).as_str().into(),
                Cell::Text(line.unit),
                Cell::maybe(line.number),
                Cell::Text(line.code),
                Cell::maybe(line.serial),
                Cell::maybe(line.actor),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
    }
    conn.end().await?;
    let about = About::new("export.ledger", "ledger", json!({ "from": days.0, "to": days.1 }));
    hand_out(portal, visit, format, pen, about).await
}

pub async fn equipment(portal: &Portal, visit: &Visit, format: Format, mut query: EquipmentQuery) -> Answer {
    use words::equipment as own;
    let l = visit.lang;
    let heads = vec![
        Head::new(own::kind(l), 20),
        Head::new(own::model(l), 30),
        Head::new(own::serial(l), 20),
        Head::new(own::unit(l), 40),
        Head::new(own::state(l), 18),
        Head::new(own::phase(l), 10),
        Head::new(own::acquired_on(l), 14),
        Head::new(own::price(l), 16),
        Head::new(own::note(l), 40),
    ];
    let mut pen = Pen::begin(format, own::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    query.page = 1;
    loop {
        let part = some_equipment(&mut conn, visit.actor()?, &query, PART).await?;
        if part.is_empty() {
            break;
        }
        let number = |number: Option<i64>| number.map_or_else(|| "".into(), Cell::Number);
        let row = |one: contract::equipment::EquipmentRow| {
            vec![
                page::equipment::kind(l, one.kind).into(),
                Cell::Text(one.model),
                Cell::maybe(one.serial),
                Cell::Text(one.unit),
                page::equipment::state(l, one.state).1.into(),
                number(one.phase),
                Cell::maybe_day(one.acquired_on),
                number(one.price),
                Cell::maybe(one.note),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
        query.page += 1;
    }
    conn.end().await?;
    let EquipmentQuery { unit, kind, state, phase, serial, .. } = query;
    let filter =
        json!({ "unit": unit, "kind": kind, "state": state, "phase": phase, "searched": !serial.trim().is_empty() });
    hand_out(portal, visit, format, pen, About::new("export.equipment", "equipment", filter)).await
}

pub async fn certificates(portal: &Portal, visit: &Visit, format: Format, mut query: CertificateQuery) -> Answer {
    use words::certificates as own;
    let l = visit.lang;
    let heads = vec![
        Head::new(own::subject(l), 36),
        Head::new(own::kind(l), 18),
        Head::new(own::serial(l), 36),
        Head::new(own::issuer(l), 36),
        Head::new(own::algorithm(l), 12),
        Head::new(own::unit(l), 40),
        Head::new(own::keeper(l), 30),
        Head::new(own::token(l), 20),
        Head::new(own::from(l), 14),
        Head::new(own::until(l), 14),
        Head::new(own::state(l), 18),
        Head::new(own::revoked_on(l), 14),
        Head::new(own::in_use_since(l), 14),
        Head::new(own::used_on(l), 14),
    ];
    let mut pen = Pen::begin(format, own::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    query.page = 1;
    loop {
        let part = some_certificates(&mut conn, visit.actor()?, &query, (visit.at_ms, PART)).await?;
        if part.is_empty() {
            break;
        }
        let day = |at_ms: i64| Cell::maybe_day(Some(date::iso_day(at_ms)));
        let row = |one: contract::certificate::CertificateRow| {
            vec![
                Cell::Text(one.subject),
                page::certificates::kind(l, one.kind).into(),
                Cell::Text(one.serial),
                Cell::Text(one.issuer),
                Cell::Text(one.algorithm),
                Cell::Text(one.unit),
                Cell::maybe(one.keeper.map(|keeper| keeper.name)),
                Cell::maybe(one.token.map(|(_, serial)| serial)),
                day(one.valid_from),
                day(one.valid_until),
                page::certificates::state(l, one.state).1.into(),
                Cell::maybe_day(one.revoked_on),
                Cell::maybe_day(one.in_use_since),
                Cell::maybe_day(one.used_on),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
        query.page += 1;
    }
    conn.end().await?;
    let CertificateQuery { unit, kind, state, ends, unused, text, .. } = query;
    let searched = !text.trim().is_empty();
    let filter =
        json!({ "unit": unit, "kind": kind, "state": state, "ends": ends, "unused": unused, "searched": searched });
    let about = About { text, ..About::new("export.certificates", "certificates", filter) };
    hand_out(portal, visit, format, pen, about).await
}

pub async fn certificate_requests(portal: &Portal, visit: &Visit, format: Format, mut query: RequestQuery) -> Answer {
    use words::certificate_requests as own;
    let l = visit.lang;
    let heads = vec![
        Head::new(own::subject(l), 36),
        Head::new(words::certificates::kind(l), 18),
        Head::new(own::operation(l), 20),
        Head::new(words::certificates::unit(l), 40),
        Head::new(words::certificates::keeper(l), 30),
        Head::new(words::certificates::serial(l), 36),
        Head::new(own::state(l), 24),
        Head::new(own::asked_on(l), 14),
        Head::new(own::due(l), 14),
    ];
    let mut pen = Pen::begin(format, own::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    query.page = 1;
    loop {
        let part = some_requests(&mut conn, visit.actor()?, &query, (visit.at_ms, PART)).await?;
        if part.is_empty() {
            break;
        }
        let day = |at_ms: i64| Cell::maybe_day(Some(date::iso_day(at_ms)));
        let row = |one: contract::certificate::CertificateRequestRow| {
            vec![
                Cell::Text(one.subject().to_owned()),
                page::certificates::kind(l, one.kind).into(),
                page::certificates::operation(l, one.operation).into(),
                Cell::Text(one.unit),
                Cell::maybe(one.keeper.map(|keeper| keeper.name)),
                Cell::maybe(one.certificate.map(|(_, serial)| serial)),
                page::certificates::request_state(l, one.state).1.into(),
                day(one.asked_at),
                Cell::maybe_day(one.due.map(date::iso_day)),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
        query.page += 1;
    }
    conn.end().await?;
    let RequestQuery { unit, operation, state, overdue, .. } = query;
    let filter = json!({ "unit": unit, "operation": operation, "state": state, "overdue": overdue });
    let about = About::new("export.certificate_requests", "certificate_requests", filter);
    hand_out(portal, visit, format, pen, about).await
}

pub async fn units_without(portal: &Portal, visit: &Visit, format: Format, mut query: BareQuery) -> Answer {
    use words::certificate_chase as own;
    let l = visit.lang;
    let heads = vec![
        Head::new(words::unit::name(l), 40),
        Head::new(words::units::code(l), 16),
        Head::new(words::units::class_name(l), 36),
        Head::new(words::units::above(l), 40),
        Head::new(own::asked(l), 14),
    ];
    let mut pen = Pen::begin(format, own::units_title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    query.page = 1;
    loop {
        let part = some_bare_units(&mut conn, visit.actor()?, &query, PART).await?;
        if part.is_empty() {
            break;
        }
        let row = |one: contract::certificate::BareUnitRow| {
            vec![
                Cell::Text(one.name),
                Cell::maybe(one.code),
                naming::unit_class(l, one.class).into(),
                Cell::maybe(one.above),
                Cell::Number(one.asked),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
        query.page += 1;
    }
    conn.end().await?;
    let BareQuery { unit, class, kind, .. } = query;
    let filter = json!({ "unit": unit, "class": class, "kind": kind });
    hand_out(portal, visit, format, pen, About::new("export.units_without", "units_without", filter)).await
}

pub async fn plan(portal: &Portal, visit: &Visit, format: Format, found: &registry::work::plans::PlanDetail) -> Answer {
    use registry::work::plans::file::Column;
    let l = visit.lang;
    let names = page::plans::names(l);
    // as the page that loads a file reads them, and what was done behind
    let widths = [8, 20, 24, 44, 32, 12];
    let mut heads: Vec<Head> =
        Column::ALL.iter().zip(widths).map(|(column, width)| Head::new((names.column)(*column), width)).collect();
    heads.push(Head::new(words::certificate_plans::reached(l), 14));
    let mut pen = Pen::begin(format, &found.plan.title, heads);
    let number = |of: u64| Cell::Number(i64::try_from(of).unwrap_or(i64::MAX));
    let rows = found.rows.iter().zip(&found.done).map(|(row, done)| {
        vec![
            Cell::Number(row.year.into()),
            (names.operation)(row.operation).into(),
            (names.kind)(row.kind).into(),
            (names.group)(row.group).into(),
            (names.position)(row.position).into(),
            number(row.quantity),
            number(*done),
        ]
    });
    pen.write(rows.collect()).await;
    let object = format!("certificate_plan:{}", found.plan.id);
    hand_out(portal, visit, format, pen, About::new("export.certificate_plan", object, json!({}))).await
}

pub async fn training_class(
    portal: &Portal,
    visit: &Visit,
    format: Format,
    found: &registry::work::classes::ClassDetail,
) -> Answer {
    use words::training_classes as own;
    let l = visit.lang;
    let sessions = found.class.sessions();
    let mut heads = vec![
        Head::new(own::person(l), 30),
        Head::new(own::code(l), 14),
        Head::new(own::position(l), 30),
        Head::new(own::person_unit(l), 40),
    ];
    heads.extend(sessions.iter().map(|of| Head::new(page::classes::session(l, *of), 20)));
    heads.push(Head::new(own::result(l), 18));
    let mut pen = Pen::begin(format, &found.class.title, heads);
    let rows = found.learners.iter().map(|line| {
        let mut row: Vec<Cell> = vec![
            line.name.as_str().into(),
            line.code.as_deref().unwrap_or_default().into(),
            line.position.as_deref().unwrap_or_default().into(),
            line.unit.as_str().into(),
        ];
        row.extend(sessions.iter().map(|of| if line.came.contains(&of.nth) { "x" } else { "" }.into()));
        row.push(page::classes::completion(l, line.completed).1.into());
        row
    });
    pen.write(rows.collect()).await;
    let object = format!("training_class:{}", found.class.id);
    hand_out(portal, visit, format, pen, About::new("export.training_class", object, json!({}))).await
}

pub async fn tokens(portal: &Portal, visit: &Visit, format: Format, mut query: TokenQuery) -> Answer {
    use words::tokens as own;
    let l = visit.lang;
    let heads = vec![
        Head::new(own::serial(l), 24),
        Head::new(own::kind(l), 16),
        Head::new(own::model(l), 24),
        Head::new(words::certificates::unit(l), 40),
        Head::new(own::keeper(l), 30),
        Head::new(own::state(l), 24),
        Head::new(own::due_on(l), 16),
    ];
    let mut pen = Pen::begin(format, own::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    query.page = 1;
    loop {
        let part = some_tokens(&mut conn, visit.actor()?, &query, (visit.at_ms, PART)).await?;
        if part.is_empty() {
            break;
        }
        let row = |one: contract::certificate::TokenRow| {
            vec![
                Cell::Text(one.serial),
                page::certificates::token_kind(l, one.kind).into(),
                Cell::maybe(one.model),
                Cell::Text(one.unit),
                Cell::maybe(one.keeper.map(|keeper| keeper.name)),
                page::certificates::token_state(l, one.state).1.into(),
                Cell::maybe_day(one.due_on),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
        query.page += 1;
    }
    conn.end().await?;
    let TokenQuery { unit, kind, state, serial, overdue, .. } = query;
    let searched = !serial.trim().is_empty();
    let filter = json!({ "unit": unit, "kind": kind, "state": state, "overdue": overdue, "searched": searched });
    hand_out(portal, visit, format, pen, About::new("export.tokens", "tokens", filter)).await
}

pub async fn accounts(portal: &Portal, visit: &Visit, format: Format, typed: String) -> Answer {
    use words::accounts;
    let l = visit.lang;
    let heads = vec![
        Head::new(accounts::name(l), 30),
        Head::new(accounts::login(l), 20),
        Head::new(accounts::roles(l), 60),
        Head::new(accounts::state(l), 18),
        Head::new(accounts::second_factor(l), 18),
    ];
    let mut pen = Pen::begin(format, accounts::title(l), heads);
    let mut conn = portal.store.snapshot().await?;
    for page in 1.. {
        let (part, more) = some_accounts(&mut conn, visit.actor()?, &typed, (page, PART)).await?;
        let row = |account: contract::view::AccountRow| {
            let roles = account.grants.iter().filter_map(|grant| {
                let role = naming::role(l, grant.role);
                match grant.state {
                    GrantState::InForce => Some(accounts::role_on(l, role, &grant.unit)),
                    GrantState::Proposed => Some(accounts::role_proposed(l, role, &grant.unit)),
                    GrantState::Refused | GrantState::Ended => None,
                }
            });
            let roles = roles.collect::<Vec<_>>().join("; ");
            vec![
                Cell::Text(account.display_name),
                Cell::Text(account.login),
                Cell::Text(roles),
                state(l, account.state).into(),
                if account.second_factor { text::yes(l) } else { text::no(l) }.into(),
            ]
        };
        pen.write(part.into_iter().map(row).collect()).await;
        if !more {
            break;
        }
    }
    conn.end().await?;
    let filter = json!({ "searched": !typed.trim().is_empty() });
    let about = About { text: typed, ..About::new("export.accounts", "accounts", filter) };
    hand_out(portal, visit, format, pen, about).await
}

fn state(l: Lang, state: AccountState) -> &'static str {
    page::account::state_words(l, state).1
}

/// What becomes, or became, of each row of an import.
pub async fn report(
    portal: &Portal,
    visit: &Visit,
    format: Format,
    (kind, run): (ImportKind, Option<i64>),
    rows: Vec<ToldRow>,
) -> Answer {
    use words::import::{outcome, table};
    let l = visit.lang;
    let heads = vec![
        Head::new(table::line(l), 8),
        Head::new(table::name(l), 30),
        Head::new(words::people::personnel_code(l), 12),
        Head::new(table::outcome(l), 14),
        Head::new(table::column(l), 24),
        Head::new(table::value(l), 30),
        Head::new(table::remark(l), 60),
    ];
    let mut pen = Pen::begin(format, table::outcome(l), heads);
    for part in rows.chunks(PART as usize) {
        let of_row = |row: &ToldRow| {
            let came = match row.outcome {
                Outcome::Added => outcome::added(l),
                Outcome::Changed => outcome::changed(l),
                Outcome::Unchanged => outcome::unchanged(l),
                Outcome::Refused => outcome::refused(l),
                Outcome::Waiting => outcome::waiting(l),
            };
            let begin = || {
                let line = Cell::Number(row.line.line as i64);
                vec![line, Cell::Text(row.line.name.clone()), Cell::maybe(row.code.clone()), came.into()]
            };
            let note = |note: &ImportNote| {
                let column = note.column.as_deref();
                let mut cells = begin();
                cells.push(column.map_or("", |column| page::import::heading(l, kind, column)).into());
                cells.push(Cell::Text(note.value.clone()));
                cells.push(Cell::Text(match (&note.remark, run) {
                    // what was held before is not kept
                    (Remark::Changed { .. }, Some(_)) => outcome::changed(l).to_owned(),
                    (Remark::Differs { .. }, Some(_)) => outcome::differs(l).to_owned(),
                    (remark, _) => page::import::remark_words(l, column, remark),
                }));
                cells
            };
            let told: Vec<Vec<Cell>> = row.line.notes.iter().map(note).collect();
            let nothing = || [begin(), vec!["".into(), "".into(), "".into()]].concat();
            if told.is_empty() { vec![nothing()] } else { told }
        };
        pen.write(part.iter().flat_map(of_row).collect()).await;
    }
    let name = run.map_or_else(|| "import".to_owned(), |run| format!("import:{run}"));
    let about = About::new("export.import", name, json!({ "kind": kind.name(), "imported": run.is_some() }));
    hand_out(portal, visit, format, pen, about).await
}
