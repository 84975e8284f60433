//! What stands on a card's chip follows from what was frozen when it was approved, and from nothing that changes later: so that a card
//! that was torn away today is finished tomorrow with the same content.

use chip::content::link::Host;
use chip::content::record::Record;
use chip::content::{Content, Hash};
use chip::layout::CODE_SIZE;
use contract::{Failure, Refusal};
use model::card_code::CardCode;
use model::card_number::CardNumber;
use model::text::PersonName;
use model::unit_code::AgencyCode;

use crate::date;
use crate::store::card::Card;
use crate::work::issue_card::snapshot_of;

/// The content of a card's chip. It is valid from the day of its approval; a temporary one to the end of the day on which it was begun. No
/// door and no timekeeping system has given codes yet: these are zeros. With its hash.
pub(in crate::work) fn content_of(found: &Card, host: &str) -> Result<(Content, Hash), Failure> {
    let unfit = || Failure::Refused { why: Refusal::ChipContent };
    let snapshot = snapshot_of(found)?;
    let number = CardNumber::parse(&snapshot.number).map_err(|_| unfit())?;
    let day = date::day_of(found.approved_at);
    let record = Record {
        name: PersonName::parse(&snapshot.full_name).map_err(|_| unfit())?,
        unit: AgencyCode::parse(&snapshot.unit_code).map_err(|_| unfit())?.canonical().clone(),
        position: snapshot.position,
        card_type: number.card_type(),
        number,
        issued: day,
        expires: (found.temporary == 1).then_some(day),
        code: CardCode::parse(&snapshot.code).map_err(|_| unfit())?,
    };
    let host = Host::parse(host).map_err(|_| unfit())?;
    let content = Content { record, access: [0; CODE_SIZE], timekeeping: [0; CODE_SIZE], host };
    let hash = content.hash().map_err(|_| unfit())?;
    Ok((content, hash))
}
