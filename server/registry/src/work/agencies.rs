//! The units that stand on a card around its holder (R78, R79).

use contract::Failure;
use model::unit::UnitClass;

use crate::Conn;
use crate::store::unit::{self, Unit};

/// What a card says of the holder's unit.
pub(super) struct Agencies {
    /// Name of the unit above, or of the unit itself where there is none.
    pub managing_agency: String,
    /// Code of the unit, or of the nearest one above that has one.
    pub unit_code: Option<String>,
    /// Whether the unit is an administrative one (R77).
    pub administrative: bool,
    /// Name of the province.
    pub province: String,
}

/// Looks upwards from a unit.
///
/// # Errors
/// As the database says.
pub(super) async fn agencies(conn: &mut Conn, unit: &Unit) -> Result<Agencies, Failure> {
    let mut above: Vec<Unit> = Vec::new(); // the nearest first
    while let Some(parent) = above.last().unwrap_or(unit).parent_id {
        above.push(unit::by_id(conn, parent).await?.ok_or(Failure::NotFound)?);
    }
    let nearest = std::iter::once(unit).chain(&above);
    Ok(Agencies {
        managing_agency: above.first().unwrap_or(unit).name.clone(),
        unit_code: nearest.clone().find_map(|unit| unit.code.clone()),
        administrative: UnitClass::from_name(&unit.class).is_some_and(UnitClass::is_administrative),
        province: nearest.last().map(|root| root.name.clone()).unwrap_or_default(),
    })
}
