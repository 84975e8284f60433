//! A person's page.

use contract::Failure;
use contract::view::{AssignmentLine, PersonDetail, PersonRow};
use model::card_type::{Employment, Rank};
use model::citizen::CitizenId;
use model::person::Sex;
use model::role::Action;
use model::unit::PostKind;

use super::change_person::{doubts, values_of};
use super::show_unit::way_to;
use crate::store::{person, portrait, unit};
use crate::{Actor, Conn};

/// The person of that id, as far as the actor may see: the citizen number whole for who may change the person, masked
/// for others.
///
/// # Errors
/// [`Failure::NotFound`], also for a person who may not be seen.
pub async fn show_person(conn: &mut Conn, actor: &Actor, id: i64) -> Result<PersonDetail, Failure> {
    let found = person::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, found.unit_id).await?.ok_or(Failure::NotFound)?;
    let own = actor.person_id == Some(id);
    if !actor.may(Action::SeePeople, &unit.path) && !own {
        return Err(Failure::NotFound);
    }
    let may_change = actor.may(Action::ChangePeople, &unit.path) && found.erased_at.is_none();
    let citizen_id = found.citizen_id.clone().map(|number| {
        if may_change || own { number } else { CitizenId::parse(&number).map(|id| id.masked()).unwrap_or_default() }
    });
    let assignments = person::assignments(conn, id).await?;
    let erased = found.erased_at.is_some();
    Ok(PersonDetail {
        doubts: if erased { Vec::new() } else { doubts(&values_of(&found)) },
        person: PersonRow {
            id,
            personnel_code: found.personnel_code,
            name: found.name,
            unit_id: unit.id,
            unit: unit.name,
            position: found.position,
            kind: PostKind::from_name(&found.kind).unwrap_or(PostKind::Contract68),
            doubtful: found.doubtful == 1,
        },
        way: way_to(conn, actor, &unit.path).await?,
        identification_code: found.identification_code,
        sex: found.sex.as_deref().and_then(Sex::from_name),
        born_on: found.born_on,
        citizen_id,
        citizen_id_reason: found.citizen_id_reason,
        email: found.email,
        started_on: found.started_on,
        employment: found.employment.as_deref().and_then(Employment::from_name),
        rank: Rank::from_name(&found.rank).unwrap_or(Rank::Ordinary),
        left_on: found.left_on,
        assignments: assignments
            .into_iter()
            .map(|stay| AssignmentLine {
                unit_id: stay.unit_id,
                unit: stay.unit,
                ordinal: stay.ordinal,
                identification_code: stay.identification_code,
                from: stay.valid_from,
                to: stay.valid_to,
            })
            .collect(),
        portrait: portrait::present(conn, id).await?.is_some(),
        version: found.version,
        erased,
        may_change,
        may_erase: actor.may(Action::ErasePeople, &unit.path) && !erased,
    })
}
