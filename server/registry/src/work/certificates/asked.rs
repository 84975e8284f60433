//! What another program is told of certificates, by a key of its own (`/api/v1/certificates`): page after page, in the order in which they were
//! recorded. Numbers of citizens, and the certificates themselves, are not told.

use contract::check::{CertificateAnswer, CertificateEntry};
use contract::{Failure, Fault, Faults};
use jiff::Timestamp;
use model::lifecycle::{Certificate as State, Lifecycle as _};
use model::personnel::PersonnelCode;
use model::text::clean;
use model::unit_code::UnitCode;

use crate::store::certificate::{self, Certificate, Filter};
use crate::store::{person, unit};
use crate::{Conn, date};

/// Certificates in an answer.
pub const MOST: u32 = 500;
/// Certificates in an answer where nothing is said.
pub const USUAL: u32 = 100;
const SERIAL_CHARS: usize = 64;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Serial number.
    pub serial: Option<String>,
    /// Personnel code of whose it is.
    pub person: Option<String>,
    /// Agency code of a unit, with those below it.
    pub unit: Option<String>,
    /// Those in force that end before this day.
    pub expiring_before: Option<String>,
    /// State by name.
    pub state: Option<String>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// Certificates in the answer.
    pub limit: Option<String>,
}

impl Question {
    /// How many certificates the answer may have.
    ///
    /// # Errors
    /// A fault beside `limit`.
    pub fn most(&self) -> Result<u32, Failure> {
        let Some(typed) = &self.limit else { return Ok(USUAL) };
        let limit = typed.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(|| Failure::field("limit", Fault::Number))
    }
}

/// What is told.
///
/// # Errors
/// Faults beside the parameters; what the database says.
pub async fn told(conn: &mut Conn, question: &Question) -> Result<CertificateAnswer, Failure> {
    let most = i64::from(question.most()?);
    let mut faults = Faults::default();
    let mut filter = Filter::default();
    filter.serial = match question.serial.as_deref().map(clean) {
        Some(typed) => {
            let digits: String = typed.chars().filter(|of| *of != ':').collect::<String>().to_ascii_uppercase();
            let good = (1..=SERIAL_CHARS).contains(&digits.len()) && digits.bytes().all(|of| of.is_ascii_hexdigit());
            faults.take("serial", if good { Ok(digits) } else { Err(Fault::Number) })
        }
        None => None,
    };
    // whom nobody is, and what is no unit, has no certificates
    let mut nothing = false;
    if let Some(typed) = &question.person {
        match PersonnelCode::parse(&clean(typed)) {
            Ok(code) => {
                let found = person::ids_by(conn, person::Code::Personnel, &[code.as_str().to_owned()]).await?;
                filter.person = found.first().map(|(_, id)| *id);
                nothing |= filter.person.is_none();
            }
            Err(_) => faults.add("person", Fault::Unknown),
        }
    }
    let root = unit::root(conn).await?;
    filter.within = root.map(|root| root.path).into_iter().collect();
    if let Some(typed) = &question.unit {
        match UnitCode::from_any(&clean(typed)) {
            Ok(code) => {
                let found = unit::by_code(conn, code.as_str()).await?;
                filter.within = found.map(|unit| unit.path).into_iter().collect();
            }
            Err(_) => faults.add("unit", Fault::AgencyCode),
        }
    }
    if let Some(typed) = &question.state {
        let state = State::from_name(typed).ok_or(Fault::Choice);
        filter.states = faults.take("state", state).map(State::name).into_iter().collect();
    }
    if let Some(typed) = &question.expiring_before {
        filter.until = faults.take("expiring_before", date::parse(typed)).map(date::start_of);
        if filter.states.is_empty() {
            filter.states = super::live();
        }
    }
    if let Some(typed) = &question.after {
        filter.after = faults.take("after", typed.parse().map_err(|_| Fault::Number));
    }
    faults.check()?;
    let mut found = match nothing {
        true => Vec::new(),
        false => certificate::list_by_id(conn, &filter, most + 1).await?,
    };
    let more = found.len() as i64 > most;
    found.truncate(most as usize);
    let next = found.last().filter(|_| more).map(|last| last.id.to_string());
    let codes = certificate::codes(conn, &found.iter().map(|of| of.id).collect::<Vec<_>>()).await?;
    let entry = |of: Certificate| {
        let (unit_code, person_code) = codes
            .iter()
            .find(|(id, ..)| *id == of.id)
            .map(|(_, unit, person)| (unit.clone(), person.clone()))
            .unwrap_or_default();
        CertificateEntry {
            serial: of.serial,
            kind: of.kind,
            subject: of.subject,
            issuer: of.issuer,
            state: of.state,
            valid_from: written(of.valid_from),
            valid_until: written(of.valid_until),
            revoked_on: of.revoked_on,
            used_on: of.used_on,
            unit: of.unit,
            unit_code,
            person_code,
            token: of.token,
        }
    };
    Ok(CertificateAnswer { certificates: found.into_iter().map(entry).collect(), next })
}

fn written(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).unwrap_or_default().to_string()
}
