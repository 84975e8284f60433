//! What a person's card is written from: the personnel record, and the units around it (R72, R78, R79).

use contract::Failure;
use contract::view::CardDraft;
use model::card_type::Employment;
use model::unit::UnitClass;

use super::agencies::agencies;
use super::show_person::show_person;
use crate::blobs::Blobs;
use crate::store::{portrait, unit};
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
    let around = agencies(conn, &unit).await?;
    let class = UnitClass::from_name(&unit.class).ok_or(Failure::Internal)?;
    let side = |pixels: i64| u32::try_from(pixels).unwrap_or_default();
    let present = portrait::present(conn, id).await?;
    let file = match &present {
        Some(portrait) => Some(blobs.get(portrait.hash).await?),
        None => None,
    };
    let draft = CardDraft {
        employment: person.employment.unwrap_or_else(|| Employment::of_post(person.person.kind, class)),
        managing_agency: around.managing_agency,
        unit_code: around.unit_code,
        administrative: around.administrative,
        province: around.province,
        portrait: present.map(|it| (side(it.width), side(it.height))),
        person,
    };
    Ok((draft, file))
}
