//! Who of the people that are held a row names: by citizen number, personnel code or identification code.

use std::collections::HashMap;

use contract::import::Remark;
use contract::{Failure, Fault};
use model::citizen::CitizenId;
use model::personnel::{IdentificationCode, PersonnelCode};

use crate::Conn;
use crate::store::person::{self, Code, Person};

/// What a row names somebody by.
pub(super) struct Named {
    /// Citizen number.
    pub(super) citizen_id: Option<CitizenId>,
    /// Personnel code; an error for what is none.
    personnel: Option<Result<String, ()>>,
    /// Identification code.
    identification: Option<Result<String, ()>>,
}

impl Named {
    /// Reads the codes of a row.
    pub(super) fn of(citizen_id: Option<CitizenId>, personnel: &str, identification: &str) -> Self {
        let typed = |text: &str| (!text.is_empty()).then(|| text.to_uppercase());
        // a spreadsheet takes 57.00010 for a number and drops its last zero
        let whole = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if text.starts_with("57.") && digits { format!("{text:0<8}") } else { text.to_owned() }
        };
        let personnel_code = |text: String| PersonnelCode::parse(&whole(&text)).map(|code| code.as_str().to_owned());
        let identification_code = |text: String| IdentificationCode::parse(&text).map(|code| code.as_str().to_owned());
        Named {
            citizen_id,
            personnel: typed(personnel).map(|text| personnel_code(text).map_err(drop)),
            identification: typed(identification).map(|text| identification_code(text).map_err(drop)),
        }
    }

    /// The column that names somebody, for what is said about the person.
    pub(super) fn column(&self) -> &'static str {
        match (&self.personnel, &self.identification, self.citizen_id) {
            (Some(Ok(_)), ..) => "personnel_code",
            (_, _, Some(_)) => "citizen_id",
            _ => "identification_code",
        }
    }
}

/// Everybody whom the rows name.
pub(super) struct Held {
    people: HashMap<i64, Person>,
    codes: HashMap<(Code, String), i64>,
}

impl Held {
    /// Finds everybody whom one of them names.
    pub(super) async fn find<'n>(
        conn: &mut Conn,
        named: impl Iterator<Item = &'n Named> + Clone,
    ) -> Result<Self, Failure> {
        let known = |code: &Option<Result<String, ()>>| code.as_ref().and_then(|code| code.clone().ok());
        let lists = [
            (Code::Citizen, named.clone().filter_map(|one| one.citizen_id.map(|id| id.as_str().to_owned())).collect()),
            (Code::Personnel, named.clone().filter_map(|one| known(&one.personnel)).collect()),
            (Code::Identification, named.filter_map(|one| known(&one.identification)).collect::<Vec<String>>()),
        ];
        let mut held = Held { people: HashMap::new(), codes: HashMap::new() };
        for (code, values) in lists {
            for (value, id) in person::ids_by(conn, code, &values).await? {
                held.codes.insert((code, value), id);
            }
        }
        let mut ids: Vec<i64> = held.codes.values().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        held.people = person::by_ids(conn, &ids).await?.into_iter().map(|person| (person.id, person)).collect();
        Ok(held)
    }

    /// The person whom a row names; nobody when it is somebody new.
    ///
    /// # Errors
    /// The column that is wrong, and how.
    pub(super) fn meant(&self, named: &Named) -> Result<Option<&Person>, (&'static str, Remark)> {
        const UNKNOWN: Remark = Remark::Wrong { fault: Fault::Unknown };
        let mut meant: Option<i64> = None;
        let allotted = [
            (Code::Personnel, "personnel_code", &named.personnel),
            (Code::Identification, "identification_code", &named.identification),
        ];
        for (code, column, value) in allotted {
            // codes are allotted by the system: nobody brings a new one along
            let Some(value) = value else { continue };
            let value = value.as_ref().map_err(|()| (column, UNKNOWN))?;
            let id = self.codes.get(&(code, value.clone())).ok_or((column, UNKNOWN))?;
            if meant.replace(*id).is_some_and(|other| other != *id) {
                return Err((column, Remark::Several));
            }
        }
        let number = named.citizen_id.map(|id| id.as_str().to_owned());
        if let Some(id) = number.and_then(|number| self.codes.get(&(Code::Citizen, number)))
            && meant.replace(*id).is_some_and(|other| other != *id)
        {
            return Err(("citizen_id", Remark::Several));
        }
        Ok(meant.and_then(|id| self.people.get(&id)))
    }
}
