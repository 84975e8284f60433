//! Tokens, SIMs and modules that hold secret keys: an inventory of its own (R154).

use contract::certificate::{Named, TokenDetail, TokenPage, TokenRow};
use contract::{Failure, Fault, Faults};
use jiff::civil::Date;
use model::certificate::TokenKind;
use model::equipment::read_numbers;
use model::lifecycle::{Lifecycle as _, Token as State, TokenEvent};
use model::role::Action;
use model::stock::SerialFault;
use model::text::clean;

use super::step::token_due;
use super::{person_meant, unit_path};
use crate::store::certificate::{self, Token, TokenChange, TokenFilter};
use crate::store::{Record, StoreError};
use crate::work::ask_card::impossible;
use crate::work::equipment::history;
use crate::work::show_unit::unit_meant;
use crate::work::typed::{needed, text};
use crate::{Actor, Conn, Tx, date};

const MODEL_CHARS: usize = 100;
const REASON_CHARS: usize = 500;

/// Which tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenQuery {
    /// Agency code or name of a unit, with those below it.
    pub unit: String,
    /// Kind by name.
    pub kind: String,
    /// State by name.
    pub state: String,
    /// A serial or its beginning.
    pub serial: String,
    /// Only those that should have been back by now.
    pub overdue: bool,
    /// Counted from 1.
    pub page: i64,
}

/// A page of tokens.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit`.
pub async fn list_tokens(conn: &mut Conn, actor: &Actor, query: &TokenQuery, at_ms: i64) -> Result<TokenPage, Failure> {
    let filter = filter(conn, actor, query, at_ms).await?;
    let rows = some(conn, &filter, (query.page, super::PAGE)).await?;
    let late = TokenFilter {
        within: actor.paths(Action::SeeCertificates),
        state: Some(State::DueBack.name()),
        due_before: Some(date::iso_day(at_ms)),
        ..TokenFilter::default()
    };
    Ok(TokenPage {
        rows,
        total: certificate::count_tokens(conn, &filter).await?,
        overdue: certificate::count_tokens(conn, &late).await?,
    })
}

/// As [`list_tokens`], with so many on a page and nothing else.
///
/// # Errors
/// As [`list_tokens`].
pub async fn some_tokens(
    conn: &mut Conn,
    actor: &Actor,
    query: &TokenQuery,
    (at_ms, per_page): (i64, i64),
) -> Result<Vec<TokenRow>, Failure> {
    let filter = filter(conn, actor, query, at_ms).await?;
    some(conn, &filter, (query.page, per_page)).await
}

async fn some(conn: &mut Conn, filter: &TokenFilter, (page, per_page): (i64, i64)) -> Result<Vec<TokenRow>, Failure> {
    let found = certificate::tokens(conn, filter, ((page.max(1) - 1) * per_page, per_page)).await?;
    found.into_iter().map(row).collect()
}

async fn filter(conn: &mut Conn, actor: &Actor, query: &TokenQuery, at_ms: i64) -> Result<TokenFilter, Failure> {
    if !actor.may_somewhere(Action::SeeCertificates) {
        return Err(Failure::Forbidden);
    }
    let mut within = actor.paths(Action::SeeCertificates);
    if !query.unit.trim().is_empty() {
        within = vec![unit_path(conn, actor, &query.unit).await?];
    }
    // what stands in no serial is none's beginning, and `%` would be everybody's
    let serial = clean(&query.serial).to_ascii_uppercase();
    if !serial.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-./".contains(&byte)) {
        within.clear();
    }
    let state = State::from_name(&query.state).map(State::name);
    Ok(TokenFilter {
        within,
        kind: TokenKind::from_name(&query.kind).map(TokenKind::name),
        state: if query.overdue { Some(State::DueBack.name()) } else { state },
        serial: (!serial.is_empty()).then_some(serial),
        due_before: query.overdue.then(|| date::iso_day(at_ms)),
    })
}

/// The token, if the actor may see it.
pub(crate) async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Token, Failure> {
    let found = certificate::token_by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeeCertificates, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

/// One token with what happened to it.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_token(conn: &mut Conn, actor: &Actor, id: i64) -> Result<TokenDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let may_keep = actor.may(Action::KeepCertificates, &found.path);
    let token = row(found)?;
    let may = if may_keep { token.state.possible().collect() } else { Vec::new() };
    Ok(TokenDetail { events: history(conn, format!("token:{id}")).await?, may, token })
}

/// The token that a form means by its serial, if the actor keeps it and it can hold another certificate.
pub(super) async fn meant(conn: &mut Conn, actor: &Actor, serial: &str) -> Result<Result<Token, Fault>, StoreError> {
    let mut found = certificate::tokens_by_serial(conn, &clean(serial).to_ascii_uppercase()).await?;
    found.retain(|token| actor.may(Action::KeepCertificates, &token.path));
    Ok(match (found.len(), found.pop()) {
        (1, Some(token)) if matches!(State::from_name(&token.state), Some(State::InStore | State::Held)) => Ok(token),
        (1, Some(_)) => Err(Fault::Unchecked),
        (0, _) => Err(Fault::Unknown),
        _ => Err(Fault::Several),
    })
}

/// What is typed where tokens are entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenForm {
    /// Kind by name.
    pub kind: String,
    /// Make and model; may be empty.
    pub model: String,
    /// Agency code or name of the unit whose they are.
    pub unit_code: String,
    /// Serials, one a line or by range.
    pub serials: String,
}

/// Enters tokens that came from the certification authority; the id of the first.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `kind`, `model`, `unit_code`, `token_serials`.
pub async fn add_tokens(tx: &mut Tx, actor: &Actor, form: &TokenForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepCertificates, at_ms)?;
    let mut faults = Faults::default();
    let kind = faults.take("kind", TokenKind::from_name(&form.kind).ok_or(Fault::Choice));
    let model = faults.take("model", text(&form.model, MODEL_CHARS));
    let unit = unit_meant(tx.conn(), actor, Action::KeepCertificates, &form.unit_code).await?;
    let unit = faults.take(
        "unit_code",
        unit.and_then(|unit| match actor.may(Action::KeepCertificates, &unit.path) && unit.closed_on.is_none() {
            true => Ok(unit),
            false => Err(Fault::Unknown),
        }),
    );
    let serials = read_numbers(&form.serials)
        .map_err(|problem| Fault::Serial { why: problem.fault, text: problem.text, more: 0 })
        .and_then(|serials| match serials.len() as u64 {
            0 => Err(Fault::Missing),
            1..=model::equipment::MAX_ITEMS => Ok(serials),
            _ => Err(Fault::Number),
        });
    let serials = faults.take("token_serials", serials);
    if let (Some(kind), Some(serials)) = (kind, &serials) {
        let held = certificate::serials_held(tx.conn(), kind.name(), serials).await?;
        if let Some((first, more)) = held.split_first() {
            let fault = Fault::Serial { why: SerialFault::Exists, text: first.clone(), more: more.len() };
            faults.add("token_serials", fault);
        }
    }
    faults.check()?;
    let (Some(kind), Some(model), Some(unit), Some(serials)) = (kind, model, unit, serials) else {
        return Err(Failure::Internal);
    };
    let mut first = None;
    for serial in serials {
        let state = State::InStore.name();
        let added =
            certificate::insert_token(tx.conn(), (kind.name(), &serial), model.as_deref(), (unit.id, state), at_ms);
        let id = match added.await {
            // at the same moment somebody else entered it
            Err(StoreError::Taken(_)) => return Err(Failure::field("token_serials", Fault::Taken)),
            other => other?,
        };
        first = first.or(Some(id));
        tx.record(Record {
            actor: &actor.reference,
            action: "token.add",
            object: format!("token:{id}"),
            facts: serde_json::json!({ "token_kind": kind.name(), "model": model, "serial": serial, "unit": unit.id }),
            personal: None,
        });
    }
    first.ok_or(Failure::Internal)
}

/// What is said about a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenStepForm {
    /// Event by name.
    pub event: String,
    /// A code of who gets it.
    pub keeper_code: String,
    /// Why.
    pub reason: String,
}

/// Says what became of a token.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`contract::Refusal::Impossible`]; faults beside `event`, `keeper_code`,
/// `reason`.
pub async fn step_token(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: &TokenStepForm,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::KeepCertificates, &found.path, at_ms)?;
    if found.version != version {
        return Err(Failure::Stale);
    }
    let event = TokenEvent::from_name(&form.event).ok_or_else(|| Failure::field("event", Fault::Choice))?;
    State::from_name(&found.state).ok_or(Failure::Internal)?.after(event).map_err(impossible)?;
    let mut faults = Faults::default();
    let keeper = match event.names_keeper() {
        true => faults.take("keeper_code", person_meant(tx.conn(), actor, &form.keeper_code).await?).map(|of| of.id),
        false => found.holder_id,
    };
    let reason = match event.needs_reason() {
        true => faults.take("reason", needed(&form.reason, REASON_CHARS)),
        false => None,
    };
    faults.check()?;
    let said = match (event, reason.as_deref()) {
        (TokenEvent::AskBack, Some(reason)) => Some((token_due(tx.conn(), date::day_of(at_ms)).await?, reason)),
        (_, Some(reason)) => Some((None, reason)),
        (_, None) => None,
    };
    step(tx, actor, &found, event, keeper, said).await
}

/// Takes a token to its next state; `said`: by when it has to be back, and why.
pub(in crate::work) async fn step(
    tx: &mut Tx,
    actor: &Actor,
    found: &Token,
    event: TokenEvent,
    keeper: Option<i64>,
    said: Option<(Option<Date>, &str)>,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let to = State::from_name(&found.state).ok_or(Failure::Internal)?.after(event).map_err(impossible)?;
    // nobody answers any more for what is back
    let keeper = keeper.filter(|_| to.is_out());
    let due = match (event, said) {
        (TokenEvent::AskBack, Some((due, _))) => due.map(|day| day.to_string()),
        // what was lost is due when it was: now, if it is found
        _ if to.is_out() => found.due_on.clone(),
        _ => None,
    };
    let reason = said.map(|(_, reason)| reason);
    let change = TokenChange { state: to.name(), holder_id: keeper, due_on: due.as_deref(), remark: reason };
    if !certificate::put_token(tx.conn(), (found.id, found.version), &change, at_ms).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: action(event),
        object: format!("token:{}", found.id),
        facts: serde_json::json!({ "token_state": to.name(), "keeper": keeper, "due": due }),
        personal: reason.map(|reason| (found.holder_id, serde_json::json!({ "reason": reason }))),
    });
    Ok(())
}

fn action(event: TokenEvent) -> &'static str {
    match event {
        TokenEvent::HandOver => "token.hand_over",
        TokenEvent::PassOn => "token.pass_on",
        TokenEvent::Lock => "token.lock",
        TokenEvent::Restore => "token.restore",
        TokenEvent::Lose => "token.lose",
        TokenEvent::Find => "token.find",
        TokenEvent::AskBack => "token.ask_back",
        TokenEvent::Collect => "token.collect",
        TokenEvent::GiveBack => "token.give_back",
    }
}

fn row(found: Token) -> Result<TokenRow, Failure> {
    Ok(TokenRow {
        id: found.id,
        kind: TokenKind::from_name(&found.kind).ok_or(Failure::Internal)?,
        model: found.model,
        serial: found.serial,
        unit_id: found.unit_id,
        unit: found.unit,
        keeper: found.holder_id.map(|id| Named { id, name: found.holder.unwrap_or_default() }),
        state: State::from_name(&found.state).ok_or(Failure::Internal)?,
        due_on: found.due_on,
        remark: found.remark,
        version: found.version,
    })
}
