//! Cards and the issue ledger as the screens show them.

use contract::Failure;
use contract::cards::{CardDetail, CardRow, LedgerRow};
use model::card_number::CardNumber;
use model::lifecycle::{Card as State, CardEvent, Lifecycle as _};
use model::role::Action;

use super::show_request::reason;
use crate::hex::hex;
use crate::store::card::{self, Card, Filter};
use crate::store::form;
use crate::store::unit::{self, Unit};
use crate::{Actor, Conn};

/// Cards on a page.
pub const PAGE: i64 = 50;
/// Lines of the ledger on a page.
pub const LEDGER_PAGE: i64 = 100;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct CardQuery {
    /// Code, number, personnel code or the blank's serial; may be empty.
    pub text: String,
    /// State by name; empty for all.
    pub state: String,
    /// Only those that were locked by their holders and are confirmed by nobody.
    pub unconfirmed: bool,
    /// Counted from 1.
    pub page: i64,
}

/// Cards that the actor may see; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_cards(conn: &mut Conn, actor: &Actor, query: &CardQuery) -> Result<(Vec<CardRow>, i64), Failure> {
    some_cards(conn, actor, query, PAGE).await
}

/// As [`list_cards`], with so many on a page.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn some_cards(
    conn: &mut Conn,
    actor: &Actor,
    query: &CardQuery,
    per_page: i64,
) -> Result<(Vec<CardRow>, i64), Failure> {
    if !actor.may_somewhere(Action::SeeCards) {
        return Err(Failure::Forbidden);
    }
    let text = query.text.trim();
    let filter = Filter {
        within: actor.paths(Action::SeeCards),
        states: State::from_name(&query.state).map(State::name).into_iter().collect(),
        unconfirmed: query.unconfirmed,
        // a card's number is kept in one spelling, the code in the one that was given
        text: (!text.is_empty())
            .then(|| CardNumber::parse(text).map_or_else(|_| text.to_owned(), |it| it.as_str().to_owned())),
        not_handed_over: false,
    };
    let (rows, total) = card::list(conn, &filter, ((query.page.max(1) - 1) * per_page, per_page)).await?;
    Ok((rows.into_iter().map(|found| row(found, actor)).collect::<Result<_, _>>()?, total))
}

/// The cards of a person, newest first: for the person, and for who may see cards of their unit.
///
/// # Errors
/// As the database says.
pub async fn cards_of(conn: &mut Conn, actor: &Actor, person_id: i64) -> Result<Vec<CardRow>, Failure> {
    let cards = card::of_person(conn, person_id).await?;
    let seen = |found: &Card| actor.person_id == Some(person_id) || actor.may(Action::SeeCards, &found.path);
    cards.into_iter().filter(seen).map(|found| row(found, actor)).collect()
}

/// One card.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_card(conn: &mut Conn, actor: &Actor, id: i64) -> Result<CardDetail, Failure> {
    let found = card::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let own = actor.person_id == Some(found.person_id);
    if !own && !actor.may(Action::SeeCards, &found.path) {
        return Err(Failure::NotFound);
    }
    let reasons = form::reasons(conn).await?;
    let state = of_name(&found.state)?;
    let may = |event: CardEvent| {
        let allowed = match event {
            CardEvent::Lock => own || actor.may(Action::ReportCards, &found.path),
            CardEvent::Recover => !own && actor.may(Action::ReportCards, &found.path),
            CardEvent::Cancel if found.blank_serial.is_some() => false,
            CardEvent::Unlock | CardEvent::Invalidate | CardEvent::Cancel => {
                !own && actor.may(Action::DecideCards, &found.path)
            }
            CardEvent::Print | CardEvent::Confirm | CardEvent::Misprint => {
                !own && actor.may(Action::IssueCards, &found.path)
            }
            // a temporary card is begun, or handed back
            CardEvent::Suspend => !own && found.temporary == 0 && actor.may(Action::IssueCards, &found.path),
            CardEvent::Expire => !own && found.temporary == 1 && actor.may(Action::IssueCards, &found.path),
            CardEvent::Restore => false,
        };
        allowed && state.may(event)
    };
    let events = card::events(conn, id).await?;
    let number = masked(found.number.as_deref());
    let line = |event: card::Event| {
        Ok(LedgerRow {
            id: event.id,
            at: event.at,
            event: event_of(&event.event)?,
            state: of_name(&event.to_state)?,
            card_id: id,
            code: found.code.clone(),
            number: number.clone(),
            name: found.name.clone(),
            unit: found.unit.clone(),
            serial: None,
            actor: event.actor,
            reason: event.reason.map(|code| reason(&reasons, &code)),
        })
    };
    Ok(CardDetail {
        lock_reason: found.lock_reason.as_deref().map(|code| reason(&reasons, code)),
        snapshot_sha256: hex(&found.snapshot_sha256),
        source: found.source.clone(),
        replaces: found.replaces,
        expires_at: found.expires_at,
        station: found.station.clone(),
        serial: found.blank_serial.clone(),
        events: events.into_iter().map(line).collect::<Result<_, Failure>>()?,
        may: State::EVENTS.iter().map(|(event, _)| *event).filter(|event| may(*event)).collect(),
        may_confirm_lock: !own
            && state == State::Locked
            && found.lock_confirmed_at.is_none()
            && actor.may(Action::ReportCards, &found.path),
        card: row(found, actor)?,
    })
}

/// Lines of the issue ledger between two instants, oldest first; and how many there are (R35).
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn ledger(
    conn: &mut Conn,
    actor: &Actor,
    span: (i64, i64),
    (page, per_page): (i64, i64),
) -> Result<(Vec<LedgerRow>, i64), Failure> {
    let path = ledger_unit(conn, actor).await?.path;
    let reasons = form::reasons(conn).await?;
    let (lines, total) = card::ledger(conn, &path, span, ((page.max(1) - 1) * per_page, per_page)).await?;
    let line = |line: card::LedgerLine| {
        Ok(LedgerRow {
            id: line.id,
            at: line.at,
            event: event_of(&line.event)?,
            state: of_name(&line.to_state)?,
            card_id: line.card_id,
            code: line.code,
            number: masked(line.number.as_deref()),
            name: line.name,
            unit: line.unit,
            serial: line.blank_serial,
            actor: line.actor,
            reason: line.reason.map(|code| reason(&reasons, &code)),
        })
    };
    Ok((lines.into_iter().map(line).collect::<Result<_, Failure>>()?, total))
}

/// The unit that heads the actor's ledger: one who works for several prints that of the first of them.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn ledger_unit(conn: &mut Conn, actor: &Actor) -> Result<Unit, Failure> {
    let path = actor.paths(Action::SeeCards).into_iter().next().ok_or(Failure::Forbidden)?;
    let id = path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok()).ok_or(Failure::Internal)?;
    unit::by_id(conn, id).await?.ok_or(Failure::NotFound)
}

pub(super) fn row(found: Card, actor: &Actor) -> Result<CardRow, Failure> {
    let whole = actor.person_id == Some(found.person_id) || actor.may(Action::IssueCards, &found.path);
    let state = of_name(&found.state)?;
    Ok(CardRow {
        id: found.id,
        person_id: found.person_id,
        name: found.name,
        unit: found.unit,
        code: found.code,
        number: if whole { found.number } else { masked(found.number.as_deref()) },
        state,
        temporary: found.temporary == 1,
        issued_on: found.issued_on,
        since: found.changed_at,
        unconfirmed: state == State::Locked && found.lock_confirmed_at.is_none(),
        version: found.version,
    })
}

pub(super) fn masked(number: Option<&str>) -> Option<String> {
    CardNumber::parse(number?).ok().map(|number| number.masked())
}

fn of_name(name: &str) -> Result<State, Failure> {
    State::from_name(name).ok_or(Failure::Internal)
}

fn event_of(name: &str) -> Result<CardEvent, Failure> {
    State::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event).ok_or(Failure::Internal)
}
