//! Rows of a table of certificates that there are already (R119, R134): new records without their files, which a file completes later; and, of
//! those that are held, the last day on which they were used, as units report it (R131, R135).

use std::collections::{HashMap, HashSet};

use contract::certificate::FileWrong;
use contract::import::{ImportKind, ImportNote, ImportReport, Remark};
use contract::{Failure, Fault};
use jiff::civil::Date;
use model::certificate::{SubscriberKind, TokenKind};
use model::citizen::CitizenId;
use model::lifecycle::{Certificate as State, Lifecycle as _, Token, TokenEvent};
use model::text::fold;
use model::unit_code::UnitCode;
use sha2::{Digest as _, Sha256};

use super::held::{Held, Named};
use super::sheet::Row;
use super::{about_row, line, note, term};
use crate::store::Record;
use crate::store::certificate::{self, Certificate, NewCertificate};
use crate::store::unit::Unit;
use crate::work::certificates::tokens;
use crate::{Actor, Conn, Tx, date};

const SERIAL_CHARS: usize = 64;
const NAME_CHARS: usize = 200;
const TOKEN_CHARS: usize = 40;

/// A row, understood as far as it can be without the database.
pub(super) struct CertificateRow {
    pub(super) row: Row,
    whose: Named,
    keeper: Named,
    said: Result<Said, Vec<ImportNote>>,
}

struct Said {
    serial: String,
    kind: Option<SubscriberKind>,
    unit: Option<UnitCode>,
    from: Option<Date>,
    until: Option<Date>,
    token: Option<String>,
    used: Option<Date>,
}

/// Understands one row.
pub(super) fn read(row: Row, at_ms: i64) -> CertificateRow {
    let typed = row.cell("citizen_id");
    let number = CitizenId::with_leading_zero(typed).or_else(|| CitizenId::parse(typed).ok());
    let whose = Named::of(number, row.cell("personnel_code"), "");
    let keeper = Named::of(None, row.cell("keeper_code"), "");
    let mut faults: Vec<ImportNote> = row.overfull.then(|| about_row(Remark::TooManyCells)).into_iter().collect();
    if number.is_none() && !typed.is_empty() {
        faults.push(wrong(&row, "citizen_id", Fault::Unknown));
    }
    let mut value = |key: &str, read: &dyn Fn(&str) -> Result<String, Fault>| match row.cell(key) {
        "" => None,
        typed => read(typed).map_err(|fault| faults.push(wrong(&row, key, fault))).ok(),
    };
    let short = |max: usize| {
        move |typed: &str| {
            if typed.chars().count() > max { Err(Fault::TooLong { max }) } else { Ok(typed.to_owned()) }
        }
    };
    let serial = value("serial", &serial_of);
    value("name", &short(NAME_CHARS));
    value("issuer", &short(NAME_CHARS));
    let kind = value("subscriber", &|typed| Ok(term::subscriber(typed)));
    let unit = value("unit_code", &|typed| Ok(typed.to_owned()));
    let token = value("token_serial", &short(TOKEN_CHARS)).map(|serial| serial.to_uppercase());
    let day = |key: &str| match row.cell(key) {
        "" => None,
        typed => date::parse(typed).map_err(|fault| faults.push(wrong(&row, key, fault))).ok(),
    };
    let [from, until, used] = ["valid_from", "valid_until", "used_on"].map(day);
    if serial.is_none() && row.cell("serial").is_empty() {
        faults.push(wrong(&row, "serial", Fault::Missing));
    }
    let kind = kind.and_then(|name| {
        let kind = SubscriberKind::from_name(&name);
        if kind.is_none() {
            faults.push(wrong(&row, "subscriber", Fault::Choice));
        }
        kind
    });
    let unit = unit.and_then(|typed| {
        UnitCode::from_any(&typed).map_err(|_| faults.push(wrong(&row, "unit_code", Fault::AgencyCode))).ok()
    });
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        faults.push(wrong(&row, "valid_until", Fault::Before { day: from.to_string() }));
    }
    match used {
        Some(used) if used > date::day_of(at_ms) => faults.push(wrong(&row, "used_on", Fault::Future)),
        Some(used) if from.is_some_and(|from| used < from) => {
            faults.push(wrong(&row, "used_on", Fault::Before { day: from.unwrap_or(used).to_string() }));
        }
        _ => {}
    }
    let said = match serial {
        Some(serial) if faults.is_empty() => Ok(Said { serial, kind, unit, from, until, token, used }),
        _ => Err(faults),
    };
    CertificateRow { whose, keeper, said, row }
}

fn wrong(row: &Row, key: &str, fault: Fault) -> ImportNote {
    note(key, row.cell(key), Remark::Wrong { fault })
}

/// Hexadecimal digits as programs write them: with colons, spaces, `0x`, small letters.
fn serial_of(typed: &str) -> Result<String, Fault> {
    let digits: String = typed.chars().filter(|of| !matches!(of, ':' | ' ' | '-')).collect();
    let digits = digits.strip_prefix("0x").or(digits.strip_prefix("0X")).unwrap_or(&digits).to_ascii_uppercase();
    match digits.len() {
        0 => Err(Fault::Missing),
        count if count > SERIAL_CHARS => Err(Fault::TooLong { max: SERIAL_CHARS }),
        _ if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(digits),
        _ => Err(Fault::Number),
    }
}

/// What would be written of a row.
pub(super) enum Ready {
    Record(Box<NewOne>),
    Use { found: Box<Certificate>, day: String },
}

pub(super) struct NewOne {
    kind: SubscriberKind,
    serial: String,
    subject: String,
    issuer: String,
    from: Date,
    until: Date,
    unit_id: i64,
    person_id: Option<i64>,
    keeper: Option<i64>,
    token: Option<Holder>,
    used: Option<String>,
}

/// A token that is in the inventory, or is to be entered.
enum Holder {
    Known(Box<certificate::Token>),
    New(String),
}

/// Compares the rows with what is held: what would be written, and what is said about the rows.
pub(super) async fn plan(
    conn: &mut Conn,
    units: &[Unit],
    rows: &[CertificateRow],
) -> Result<(Vec<Ready>, ImportReport), Failure> {
    let said = || rows.iter().filter_map(|row| row.said.as_ref().ok());
    let held = Held::find(conn, rows.iter().flat_map(|row| [&row.whose, &row.keeper])).await?;
    let serials: Vec<String> = said().map(|said| said.serial.clone()).collect();
    let mut known: HashMap<String, Vec<Certificate>> = HashMap::new();
    for found in certificate::by_serials(conn, &serials).await? {
        known.entry(found.serial.clone()).or_default().push(found);
    }
    let serials: Vec<String> = said().filter_map(|said| said.token.clone()).collect();
    let mut tokens: HashMap<String, Vec<certificate::Token>> = HashMap::new();
    for found in certificate::tokens_of_serials(conn, &serials).await? {
        tokens.entry(found.serial.clone()).or_default().push(found);
    }
    let mut planning = Planning {
        held: &held,
        known,
        tokens,
        by_code: units.iter().filter_map(|unit| Some((unit.code.as_deref()?, unit))).collect(),
        by_id: units.iter().map(|unit| (unit.id, unit)).collect(),
        firsts: HashMap::new(),
        entered: HashSet::new(),
        ready: Vec::new(),
        report: ImportReport::of(ImportKind::Certificates),
    };
    for row in rows {
        planning.take(row);
    }
    Ok((planning.ready, planning.report))
}

struct Planning<'a> {
    held: &'a Held,
    known: HashMap<String, Vec<Certificate>>,
    tokens: HashMap<String, Vec<certificate::Token>>,
    by_code: HashMap<&'a str, &'a Unit>,
    by_id: HashMap<i64, &'a Unit>,
    /// The line in which a serial number with its issuer stood first.
    firsts: HashMap<(String, String), usize>,
    /// Tokens that a row above enters.
    entered: HashSet<String>,
    ready: Vec<Ready>,
    report: ImportReport,
}

impl Planning<'_> {
    fn take(&mut self, row: &CertificateRow) {
        let said = match &row.said {
            Ok(said) => said,
            Err(faults) => return self.report.fault(line(&row.row, faults.clone())),
        };
        let of = (said.serial.clone(), fold(row.row.cell("issuer")));
        let first = *self.firsts.entry(of).or_insert(row.row.line);
        if first != row.row.line {
            let repeated = note("serial", row.row.cell("serial"), Remark::Repeated { line: first });
            return self.report.fault(line(&row.row, vec![repeated]));
        }
        let issuer = fold(row.row.cell("issuer"));
        let fits = |of: &&Certificate| issuer.is_empty() || of.issuer.is_empty() || fold(&of.issuer) == issuer;
        let known: Vec<&Certificate> = self.known.get(&said.serial).into_iter().flatten().filter(fits).collect();
        match known.as_slice() {
            [] => self.add(row, said),
            [found] => {
                let found = (*found).clone();
                self.compare(row, said, found);
            }
            _ => {
                let several = wrong(&row.row, "issuer", Fault::Several);
                self.report.fault(line(&row.row, vec![several]));
            }
        }
    }

    /// Of what is held a table tells nothing but a later day of use.
    fn compare(&mut self, row: &CertificateRow, said: &Said, found: Certificate) {
        let day = said.used.map(|day| day.to_string());
        let later = day.filter(|day| found.used_on.as_ref().is_none_or(|held| held < day));
        match later {
            Some(day) if State::from_name(&found.state) == Some(State::InUse) => {
                if said.used.is_some_and(|used| used < date::day_of(found.valid_from)) {
                    let first = date::iso_day(found.valid_from);
                    let before = wrong(&row.row, "used_on", Fault::Before { day: first });
                    return self.report.fault(line(&row.row, vec![before]));
                }
                let before = found.used_on.clone().unwrap_or_default();
                let told = note("used_on", row.row.cell("used_on"), Remark::Changed { before });
                self.report.change(line(&row.row, vec![told]), None);
                self.ready.push(Ready::Use { found: Box::new(found), day });
            }
            _ => self.report.exists(line(&row.row, vec![about_row(Remark::Exists)]), None),
        }
    }

    fn add(&mut self, row: &CertificateRow, said: &Said) {
        let (mut faults, mut notes) = (Vec::new(), Vec::new());
        let named = !row.row.cell("citizen_id").is_empty() || !row.row.cell("personnel_code").is_empty();
        let kind = said.kind.unwrap_or(if named { SubscriberKind::Person } else { SubscriberKind::Organisation });
        let name = row.row.cell("name").to_owned();
        let (mut person_id, mut unit_id, mut subject) = (None, None, name.clone());
        if kind == SubscriberKind::Person {
            match self.person(&row.whose, &row.row) {
                Ok(person) => {
                    if name.is_empty() {
                        subject.clone_from(&person.name);
                    } else if fold(&name) != fold(&person.name) {
                        let why = FileWrong::NameDiffers;
                        faults.push(wrong(&row.row, "name", Fault::Certificate { why }));
                    }
                    let own = self.by_id.get(&person.unit_id).map(|unit| unit.name.clone()).unwrap_or_default();
                    let code = self.by_id.get(&person.unit_id).and_then(|unit| unit.code.clone());
                    if said.unit.as_ref().is_some_and(|unit| Some(unit.as_str()) != code.as_deref()) {
                        let other = Remark::OtherUnit { unit: own };
                        notes.push(note("unit_code", row.row.cell("unit_code"), other));
                    }
                    (person_id, unit_id) = (Some(person.id), Some(person.unit_id));
                }
                Err(fault) => faults.push(fault),
            }
        } else {
            match said.unit.as_ref().map(|code| self.by_code.get(code.as_str())) {
                None => faults.push(wrong(&row.row, "unit_code", Fault::Missing)),
                Some(None) => faults.push(wrong(&row.row, "unit_code", Fault::Unknown)),
                Some(Some(unit)) if unit.closed_on.is_some() => {
                    faults.push(note("unit_code", row.row.cell("unit_code"), Remark::UnitClosed));
                }
                Some(Some(unit)) => {
                    unit_id = Some(unit.id);
                    if name.is_empty() && kind == SubscriberKind::Organisation {
                        subject.clone_from(&unit.name);
                    }
                }
            }
            if kind == SubscriberKind::Device && name.is_empty() {
                faults.push(wrong(&row.row, "name", Fault::Missing));
            }
        }
        for (key, day) in [("valid_from", said.from), ("valid_until", said.until)] {
            if day.is_none() {
                faults.push(wrong(&row.row, key, Fault::Missing));
            }
        }
        let keeper = if row.row.cell("keeper_code").is_empty() {
            person_id
        } else {
            match self.held.meant(&row.keeper) {
                Ok(Some(person)) if person.erased_at.is_none() => Some(person.id),
                _ => {
                    faults.push(wrong(&row.row, "keeper_code", Fault::Unknown));
                    None
                }
            }
        };
        let token = match said.token.as_ref().map(|serial| self.token(serial, keeper)) {
            Some(Err(fault)) => {
                faults.push(wrong(&row.row, "token_serial", fault));
                None
            }
            Some(Ok(token)) => Some(token),
            None => None,
        };
        let (Some(unit_id), Some(from), Some(until), true) = (unit_id, said.from, said.until, faults.is_empty()) else {
            return self.report.fault(line(&row.row, faults));
        };
        if let Some(Holder::New(serial)) = &token {
            self.entered.insert(serial.clone());
        }
        self.report.add(line(&row.row, notes));
        self.ready.push(Ready::Record(Box::new(NewOne {
            kind,
            serial: said.serial.clone(),
            subject,
            issuer: row.row.cell("issuer").to_owned(),
            from,
            until,
            unit_id,
            person_id,
            keeper,
            token,
            used: said.used.filter(|_| keeper.is_some()).map(|day| day.to_string()),
        })));
    }

    fn person(&self, named: &Named, row: &Row) -> Result<&crate::store::person::Person, ImportNote> {
        match self.held.meant(named) {
            Ok(Some(person)) if person.erased_at.is_some() => {
                Err(note(named.column(), row.cell(named.column()), Remark::Erased))
            }
            Ok(Some(person)) => Ok(person),
            Ok(None) => {
                let column = if row.cell("personnel_code").is_empty() { "citizen_id" } else { "personnel_code" };
                let fault = if row.cell(column).is_empty() { Fault::Missing } else { Fault::Unknown };
                Err(wrong(row, column, fault))
            }
            Err((column, remark)) => Err(note(column, row.cell(column), remark)),
        }
    }

    /// A token that may hold another certificate of that keeper: one in store, one that they have, or one that is to be entered.
    fn token(&self, serial: &str, keeper: Option<i64>) -> Result<Holder, Fault> {
        if self.entered.contains(serial) {
            return Err(Fault::Taken);
        }
        match self.tokens.get(serial).map(Vec::as_slice).unwrap_or_default() {
            [] => Ok(Holder::New(serial.to_owned())),
            [found] => match Token::from_name(&found.state) {
                Some(Token::InStore) => Ok(Holder::Known(Box::new(found.clone()))),
                Some(Token::Held) if found.holder_id == keeper => Ok(Holder::Known(Box::new(found.clone()))),
                _ => Err(Fault::Unchecked),
            },
            _ => Err(Fault::Several),
        }
    }
}

/// What stands in the place of a file's fingerprint until the file comes: of one authority a serial number is one certificate's.
fn fingerprint(issuer: &str, serial: &str) -> [u8; 32] {
    Sha256::digest(format!("congthe certificate without its file\0{}\0{serial}", fold(issuer))).into()
}

/// Writes what is ready.
pub(super) async fn write(tx: &mut Tx, actor: &Actor, ready: Vec<Ready>) -> Result<(), Failure> {
    for one in ready {
        match one {
            Ready::Record(new) => record(tx, actor, *new).await?,
            Ready::Use { found, day } => crate::work::certificates::step::put_use(tx, actor, &found, &day).await?,
        }
    }
    Ok(())
}

async fn record(tx: &mut Tx, actor: &Actor, new: NewOne) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let today = date::iso_day(at_ms);
    let NewOne { kind, serial, subject, issuer, from, until, unit_id, person_id, keeper, token, used } = new;
    let state = if keeper.is_some() { State::InUse } else { State::Received };
    let token = match token {
        Some(Holder::Known(token)) => Some(*token),
        Some(Holder::New(serial)) => {
            let (usb, store) = (TokenKind::Usb.name(), Token::InStore.name());
            let id = certificate::insert_token(tx.conn(), (usb, &serial), None, (unit_id, store), at_ms).await?;
            tx.record(Record {
                actor: &actor.reference,
                action: "token.add",
                object: format!("token:{id}"),
                facts: serde_json::json!({ "token_kind": usb, "serial": serial, "unit": unit_id }),
                personal: None,
            });
            certificate::token_by_id(tx.conn(), id).await?
        }
        None => None,
    };
    let row = NewCertificate {
        kind: kind.name(),
        serial: &serial,
        subject: &subject,
        subject_folded: &fold(&subject),
        issuer: &issuer,
        algorithm: "",
        fingerprint: &fingerprint(&issuer, &serial),
        der: None,
        valid_from: date::start_of(from),
        valid_until: date::start_of(date::days_later(until, 1)) - 1,
        unit_id,
        person_id,
        holder_id: keeper,
        token_id: token.as_ref().map(|token| token.id),
        state: state.name(),
        in_use_since: keeper.is_some().then_some(today.as_str()),
    };
    let id = certificate::insert(tx.conn(), &row, at_ms).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "certificate.record",
        object: format!("certificate:{id}"),
        facts: serde_json::json!({
            "certificate": kind.name(), "serial": serial, "unit": unit_id, "person": person_id, "keeper": keeper,
            "token": row.token_id, "certificate_state": state.name(),
        }),
        personal: None,
    });
    if let (Some(token), Some(keeper)) = (token, keeper)
        && Token::from_name(&token.state) == Some(Token::InStore)
    {
        tokens::step(tx, actor, &token, TokenEvent::HandOver, Some(keeper), None).await?;
    }
    if let Some(day) = used {
        let found = certificate::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
        crate::work::certificates::step::put_use(tx, actor, &found, &day).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_read_as_programs_write_them() {
        for typed in ["7a:01:ff", "0x7A01FF", "7A 01 FF", "7a01ff"] {
            assert_eq!(serial_of(typed).as_deref(), Ok("7A01FF"), "{typed}");
        }
        assert_eq!(serial_of("7A01G"), Err(Fault::Number));
        assert_eq!(serial_of(":"), Err(Fault::Missing));
        assert_eq!(serial_of(&"A".repeat(65)), Err(Fault::TooLong { max: 64 }));
    }
}
