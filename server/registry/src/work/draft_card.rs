//! What a person's card is written from: the personnel record, and the units around it (R72, R78, R79).

use contract::Failure;
use contract::view::CardDraft;
use model::unit::UnitClass;

use super::show_person::show_person;
use crate::blobs::Blobs;
use crate::store::portrait;
use crate::store::unit::{self, Unit};
use crate::{Actor, Conn};

/// The draft of a card for the person of that id, and the portrait's file where there is one, for who may change the person: it shows
/// the whole citizen number.
///
/// # Errors
/// [`Failure::NotFound`], also for a person who may not be seen; [`Failure::Forbidden`].
pub async fn draft_card(
    conn: &mut Conn,
    blobs: &Blobs,
    actor: &Actor,
    id: i64,
) -> Result<(CardDraft, Option<Vec<u8>>), Failure> {
    let person = show_person(conn, actor, id).await?;
    if !person.may_change {
        return Err(Failure::Forbidden);
    }
    let unit = unit::by_id(conn, person.person.unit_id).await?.ok_or(Failure::NotFound)?;
    let mut above: Vec<Unit> = Vec::new(); // the nearest first
    while let Some(parent) = above.last().unwrap_or(&unit).parent_id {
        above.push(unit::by_id(conn, parent).await?.ok_or(Failure::NotFound)?);
    }
    let side = |pixels: i64| u32::try_from(pixels).unwrap_or_default();
    let present = portrait::present(conn, id).await?;
    let file = match &present {
        Some(portrait) => Some(blobs.get(portrait.hash).await?),
        None => None,
    };
    let nearest = std::iter::once(&unit).chain(&above);
    let draft = CardDraft {
        person,
        managing_agency: above.first().unwrap_or(&unit).name.clone(),
        unit_code: nearest.clone().find_map(|unit| unit.code.clone()),
        administrative: UnitClass::from_name(&unit.class).is_some_and(UnitClass::is_administrative),
        province: nearest.last().map(|root| root.name.clone()).unwrap_or_default(),
        portrait: present.map(|it| (side(it.width), side(it.height))),
    };
    Ok((draft, file))
}
