//! What is printed and written on a card is frozen when it is approved, with its hash (R72).

use contract::cards::Snapshot;
use contract::{Failure, Refusal};
use model::card_number::CardNumber;
use model::card_type::Employment;
use model::citizen::CitizenId;
use model::lifecycle::{Card, Lifecycle as _};
use model::profile::Field;
use model::role::Action;
use model::unit_code::AgencyCode;
use sha2::{Digest as _, Sha256};

use super::agencies::agencies;
use super::draw_card_code::draw_card_code;
use super::ministry::tell_registered;
use super::national::source_of;
use super::profile;
use super::show_request::case;
use crate::blobs::{BlobHash, Blobs};
use crate::hex::hex;
use crate::store::card::{self, NewCard};
use crate::store::{Record, person, request, unit};
use crate::{Actor, Conn, Draw, Tx};

/// Stands for the code that a card gets when it is approved.
pub const NO_CODE: &str = "xxxx";

/// Enters the approved card of a request; its id.
///
/// # Errors
/// [`Refusal::Unverified`] where a value is missing or has no form that a card can show; [`Refusal::NationalDiffers`]; what the
/// database says.
pub(super) async fn approve_card(
    tx: &mut Tx,
    actor: &Actor,
    draw: &Draw,
    open: &request::Request,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let Frozen { mut snapshot, number, employment, portrait, unit_id } = freeze(tx.conn(), open).await?;
    let source = source_of(tx.conn(), open.person_id, unit_id, &snapshot).await?;
    let code = draw_card_code(tx, draw).await?;
    code.as_str().clone_into(&mut snapshot.code);
    let text = serde_json::to_string(&snapshot).map_err(|_| Failure::Internal)?;
    let sha256 = Sha256::digest(text.as_bytes());
    let replaces = if case(&open.case_name)?.replaces() {
        let cards = card::of_person(tx.conn(), open.person_id).await?;
        cards.iter().find(|card| card.temporary == 0 && ends(&card.state)).map(|card| card.id)
    } else {
        None
    };
    let new = NewCard {
        person_id: open.person_id,
        request_id: Some(open.id),
        unit_id,
        number: number.as_str(),
        code: code.as_str(),
        card_type: employment.card_type().name(),
        snapshot: &text,
        sha256: &sha256,
        source: &source,
        portrait: Some(portrait),
        replaces,
    };
    let id = card::insert(tx.conn(), &new, at_ms).await?;
    tell_registered(tx, id).await?;
    let hash = hex(&sha256);
    tx.record(Record {
        actor: &actor.reference,
        action: "card.approve",
        object: format!("card:{id}"),
        // the hash of all of it can be tried by nobody who does not know the rest; the portrait's alone could
        facts: serde_json::json!({
            "request": open.id, "person": open.person_id, "unit": unit_id, "code": code.as_str(), "snapshot": hash,
            "source": source, "replaces": replaces,
        }),
        personal: None,
    });
    Ok(id)
}

/// What a request leads to, before its card has a code.
struct Frozen {
    snapshot: Snapshot,
    number: CardNumber,
    employment: Employment,
    portrait: BlobHash,
    unit_id: i64,
}

async fn freeze(conn: &mut Conn, open: &request::Request) -> Result<Frozen, Failure> {
    let held = person::by_id(conn, open.person_id).await?.ok_or(Failure::NotFound)?;
    let lines = profile::lines(conn, &held, Some(open.id)).await?;
    let unit = unit::by_id(conn, held.unit_id).await?.ok_or(Failure::NotFound)?;
    let around = agencies(conn, &unit).await?;
    let unverified = || Failure::Refused { why: Refusal::Unverified };
    let value = |field| profile::value(&lines, field);
    let unit_code = around.unit_code.ok_or_else(unverified)?;
    let agency = AgencyCode::parse(&unit_code).map_err(|_| unverified())?;
    let citizen = CitizenId::parse(&value(Field::CitizenId)).map_err(|_| unverified())?;
    let portrait = BlobHash::parse(&value(Field::Portrait)).ok_or_else(unverified)?;
    let employment = Employment::from_name(&value(Field::Employment)).ok_or_else(unverified)?;
    let number = CardNumber::new(agency.canonical().level_one_code(), citizen, employment.card_type());
    let snapshot = Snapshot {
        managing_agency: around.managing_agency,
        using_unit: unit.name,
        unit_code,
        administrative: around.administrative,
        full_name: value(Field::Name),
        born_on: value(Field::BornOn),
        sex: value(Field::Sex),
        citizen_id: citizen.as_str().to_owned(),
        position: value(Field::Position),
        employment: employment.name().to_owned(),
        rank: value(Field::Rank),
        personnel_code: held.personnel_code,
        number: number.as_str().to_owned(),
        code: NO_CODE.to_owned(),
        portrait: portrait.to_string(),
        province: around.province,
    };
    Ok(Frozen { snapshot, number, employment, portrait, unit_id: unit.id })
}

/// What would be frozen if the request were approved as it stands, and the portrait's file: for who verifies it and for who
/// decides about it. Nothing while a value is missing without which there is no card.
///
/// # Errors
/// [`Failure::NotFound`], also where it may not be seen.
pub async fn foresee(
    conn: &mut Conn,
    blobs: &Blobs,
    actor: &Actor,
    request_id: i64,
) -> Result<Option<(Snapshot, Vec<u8>)>, Failure> {
    let open = request::by_id(conn, request_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, open.unit_id).await?.ok_or(Failure::NotFound)?;
    if ![Action::VerifyRequests, Action::DecideLists].into_iter().any(|action| actor.may(action, &unit.path)) {
        return Err(Failure::NotFound);
    }
    match freeze(conn, &open).await {
        Ok(Frozen { snapshot, portrait, .. }) => Ok(Some((snapshot, blobs.get(portrait).await?))),
        Err(Failure::Refused { why: Refusal::Unverified }) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Whether the card ends when another one takes its place.
pub(super) fn ends(state: &str) -> bool {
    Card::from_name(state).is_some_and(Card::is_waited_for)
}
