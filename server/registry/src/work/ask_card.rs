//! Asking for a card: the profile as the person would have it, kept as a draft until it is handed in (R17, R18).

use contract::{Failure, Fault, Faults, Refusal};
use model::case::Case;
use model::duty::Act;
use model::lifecycle::{Card, CardEvent, Lifecycle as _, Request, RequestEvent};
use model::profile::Field;
use model::role::Action;
use model::text::clean;

use super::card_moves::move_card;
use super::profile;
use crate::store::person::{self, Person};
use crate::store::request::{self, FieldRow, NewRequest};
use crate::store::{Record, account, card, form, unit};
use crate::{Actor, Tx};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct AskCard {
    /// Case by name.
    pub case: String,
    /// Code of the reason.
    pub reason: String,
    /// What the person says besides; may be empty.
    pub note: String,
    /// Fields as they were typed; one that is not named stays as it is held.
    pub fields: Vec<(Field, String)>,
    /// Version of the request that the page showed, where it showed one.
    pub version: Option<i64>,
    /// Whether it is handed in, too.
    pub submit: bool,
}

const NOTE_CHARS: usize = 500;

/// Keeps the draft, and hands it in where that is asked for; the request's id.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`]; [`Refusal::Erased`], [`Refusal::HasLeft`],
/// [`Refusal::HasCard`], [`Refusal::NoCard`], [`Refusal::Impossible`] where it is on its way already; faults beside the fields.
pub async fn ask_card(tx: &mut Tx, actor: &Actor, person_id: i64, typed: AskCard) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    person::hold(tx.conn(), person_id).await?;
    let person = writable(tx, actor, person_id).await?;
    let (case, reason, note, values) = parse(tx, &typed).await?;
    fits(tx, person_id, case).await?;
    let (id, mut version) = match request::open_of(tx.conn(), person_id).await? {
        Some(open) => {
            let state = state(&open.state)?;
            if !matches!(state, Request::Draft | Request::Returned) {
                return Err(Failure::Refused { why: Refusal::Impossible });
            }
            let seen = typed.version.ok_or(Failure::Stale)?;
            if !request::rewrite(tx.conn(), (open.id, seen), case.name(), &reason, note.as_deref()).await? {
                return Err(Failure::Stale);
            }
            (open.id, seen + 1)
        }
        None if typed.version.is_some() => return Err(Failure::Stale),
        None => {
            let new = NewRequest {
                person_id,
                unit_id: person.unit_id,
                case_name: case.name(),
                reason: &reason,
                note: note.as_deref(),
                created_by: actor.account_id,
            };
            (request::insert(tx.conn(), &new, at_ms).await?, 1)
        }
    };
    let held = profile::lines(tx.conn(), &person, None).await?;
    let changed = values.into_iter().filter(|(field, value)| profile::value(&held, *field) != *value);
    let rows: Vec<FieldRow> = changed
        .map(|(field, value)| FieldRow { field: field.name().to_owned(), value, verdict: None, remark: None })
        .collect();
    request::put_fields(tx.conn(), id, &rows).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "request.write",
        object: format!("request:{id}"),
        facts: serde_json::json!({
            "person": person_id, "case": case.name(), "reason": reason,
            "fields": rows.iter().map(|row| row.field.as_str()).collect::<Vec<_>>(),
        }),
        personal: Some((Some(person_id), fields_of(&rows))),
    });
    if typed.submit {
        let open = request::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
        version = open.version.max(version);
        submit(tx, actor, &person, (id, version), (state(&open.state)?, case)).await?;
    }
    Ok(id)
}

async fn submit(
    tx: &mut Tx,
    actor: &Actor,
    person: &Person,
    (id, version): (i64, i64),
    (from, case): (Request, Case),
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let mut faults = Faults::default();
    for line in profile::lines(tx.conn(), person, Some(id)).await? {
        // the unit brings the portrait (R22)
        if line.value.is_empty() && line.field != Field::Portrait {
            faults.add(line.field.name(), Fault::Missing);
        }
    }
    faults.check()?;
    let to = from.after(RequestEvent::Submit).map_err(impossible)?;
    if !request::put_state(tx.conn(), (id, version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    request::note_submitted(tx.conn(), id, person.unit_id, at_ms).await?;
    let object = format!("request:{id}");
    account::note_duty(tx.conn(), &object, Act::Asked, &actor.duty_key(), at_ms).await?;
    // whom it is about counts as having asked
    account::note_duty(tx.conn(), &object, Act::Asked, &format!("person:{}", person.id), at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "request.submit",
        object,
        facts: serde_json::json!({ "person": person.id, "unit": person.unit_id }),
        personal: None,
    });
    if case == Case::Reissue {
        // R27: what is lost is locked first
        for old in card::of_person(tx.conn(), person.id).await? {
            if Card::from_name(&old.state).is_some_and(|state| state.may(CardEvent::Lock)) {
                let old = move_card(tx, actor, &old, CardEvent::Lock, Some("card_lost")).await?;
                let confirmed = (actor.person_id != Some(person.id)).then_some(at_ms);
                card::note_lock(tx.conn(), old.id, Some("card_lost"), (Some(at_ms), confirmed)).await?;
            }
        }
    }
    Ok(())
}

/// Gives a request up that is not approved yet.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`].
pub async fn withdraw_request(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let open = request::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    writable(tx, actor, open.person_id).await?;
    let from = state(&open.state)?;
    if from == Request::Approved {
        // the card is being made; giving that up is for who approved it
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let to = from.after(RequestEvent::Withdraw).map_err(impossible)?;
    if !request::put_state(tx.conn(), (id, version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    if open.dossier_id.is_some() {
        request::put_dossier(tx.conn(), id, None, at_ms).await?;
    }
    note_withdrawn(tx, actor, &open);
    Ok(())
}

/// The card of an approved request was given up: so is the request.
pub(super) async fn give_up(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let open = request::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let from = state(&open.state)?;
    let to = from.after(RequestEvent::Withdraw).map_err(impossible)?;
    if !request::put_state(tx.conn(), (id, open.version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    note_withdrawn(tx, actor, &open);
    Ok(())
}

pub(super) fn note_withdrawn(tx: &mut Tx, actor: &Actor, open: &request::Request) {
    tx.record(Record {
        actor: &actor.reference,
        action: "request.withdraw",
        object: format!("request:{}", open.id),
        facts: serde_json::json!({ "person": open.person_id }),
        personal: None,
    });
}

/// The person, whose request the actor may write: the person themself, or who may change people of the unit.
async fn writable(tx: &mut Tx, actor: &Actor, person_id: i64) -> Result<Person, Failure> {
    let person = person::by_id(tx.conn(), person_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(tx.conn(), person.unit_id).await?.ok_or(Failure::NotFound)?;
    if actor.person_id != Some(person_id) {
        if !actor.may(Action::SeePeople, &unit.path) {
            return Err(Failure::NotFound);
        }
        let at_ms = tx.at_ms();
        actor.require(Action::ChangePeople, &unit.path, at_ms)?;
    }
    if person.erased_at.is_some() {
        return Err(Failure::Refused { why: Refusal::Erased });
    }
    if person.left_on.is_some() {
        return Err(Failure::Refused { why: Refusal::HasLeft });
    }
    Ok(person)
}

/// Whether the case fits the cards that the person has.
async fn fits(tx: &mut Tx, person_id: i64, case: Case) -> Result<(), Failure> {
    let cards = card::of_person(tx.conn(), person_id).await?;
    let has = cards.iter().filter_map(|card| Card::from_name(&card.state)).any(Card::is_replaced);
    match (case.replaces(), has) {
        (false, true) => Err(Failure::Refused { why: Refusal::HasCard }),
        (true, false) if cards.is_empty() => Err(Failure::Refused { why: Refusal::NoCard }),
        _ => Ok(()),
    }
}

type Parsed = (Case, String, Option<String>, Vec<(Field, String)>);

async fn parse(tx: &mut Tx, typed: &AskCard) -> Result<Parsed, Failure> {
    let at_ms = tx.at_ms();
    let mut faults = Faults::default();
    let case = faults.take("case", Case::from_name(&typed.case).ok_or(Fault::Choice));
    let known = form::reasons(tx.conn()).await?;
    let fitting = |case: Case| {
        known.iter().any(|it| it.code == typed.reason && it.use_for == case.name() && it.retired_at.is_none())
    };
    if case.is_some_and(|case| !fitting(case)) {
        faults.add("reason", Fault::Choice);
    }
    let note = clean(&typed.note);
    if note.chars().count() > NOTE_CHARS {
        faults.add("note", Fault::TooLong { max: NOTE_CHARS });
    }
    let mut values = Vec::new();
    for (field, text) in typed.fields.iter().filter(|(field, _)| *field != Field::Portrait) {
        values.extend(faults.take(field.name(), profile::read(*field, text, at_ms)).map(|value| (*field, value)));
    }
    faults.check()?;
    let case = case.ok_or(Failure::Internal)?;
    Ok((case, typed.reason.clone(), (!note.is_empty()).then_some(note), values))
}

fn fields_of(rows: &[FieldRow]) -> serde_json::Value {
    rows.iter().map(|row| (row.field.clone(), serde_json::Value::from(row.value.clone()))).collect()
}

/// The state of a stored request.
pub(super) fn state(name: &str) -> Result<Request, Failure> {
    Request::from_name(name).ok_or(Failure::Internal)
}

/// What cannot happen in the present state.
pub(super) fn impossible(_: model::lifecycle::Impossible) -> Failure {
    Failure::Refused { why: Refusal::Impossible }
}
