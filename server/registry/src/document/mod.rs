//! Official documents out of what the registry holds (R174): each is made once, and written as PDF and as DOCX.

pub mod certificates;
pub mod ledger;
pub mod letter;
pub mod minutes;
pub mod plan;
pub mod training_class;

use contract::Failure;
use jiff::civil::Date;
use paper::{Day, Header};

use crate::Conn;
use crate::store::unit::{self, Unit};

/// Name of the unit above.
async fn superior(conn: &mut Conn, unit: &Unit) -> Result<Option<String>, Failure> {
    Ok(match unit.parent_id {
        Some(parent) => unit::by_id(conn, parent).await?.map(|unit| unit.name),
        None => None,
    })
}

/// The head of a document of that unit. `number` is empty where nobody has given one yet.
fn header(unit: &Unit, superior: Option<&str>, number: &str, day: Option<Date>) -> Header {
    Header {
        superior: superior.unwrap_or_default().to_owned(),
        agency: unit.name.clone(),
        number: number.to_owned(),
        // the province is the place until units have addresses
        place: String::new(),
        day: day.map(paper_day),
    }
}

fn paper_day(day: Date) -> Day {
    Day { year: day.year().unsigned_abs(), month: day.month().unsigned_abs(), day: day.day().unsigned_abs() }
}

/// 22/11/2026, as documents have it.
fn written(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// A stored day as documents have it; as it stands where it is none.
fn written_iso(iso: &str) -> String {
    iso.parse().map_or_else(|_| iso.to_owned(), written)
}
