//! What the screens show of certificates of digital signatures and of the tokens that hold their keys (R118, R154, R155). Days are ISO 8601
//! text, instants Unix milliseconds.

use model::certificate::regime::ManagerOffice;
use model::certificate::{Operation, SubscriberKind, TokenKind};
use model::lifecycle::{
    Certificate, CertificateEvent, CertificateList, CertificateRequest, CertificateRequestEvent, Token, TokenEvent,
};
use model::unit::UnitClass;
use serde::{Deserialize, Serialize};

use crate::cards::FileLine;
use crate::equipment::EquipmentLine;

/// Why a certificate file fills no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wrong", rename_all = "snake_case")]
pub enum FileWrong {
    /// It holds a secret key, which has to be treated as exposed.
    SecretKey {
        /// Whether a password protects it in the file.
        password: bool,
    },
    /// Longer than is read.
    TooLong,
    /// A request for a certificate.
    Request,
    /// A public key alone.
    PublicKey,
    /// Damaged.
    Damaged,
    /// No certificate.
    Other,
    /// More certificates than are read.
    TooMany,
    /// Certificates of certification authorities alone.
    Authorities,
    /// Those of several subscribers.
    Several {
        /// Of how many.
        count: usize,
    },
    /// It is recorded already.
    Held,
    /// It ends before it begins.
    Reversed,
    /// Its signature is not that of the authority that it names.
    BadSignature,
    /// It is signed with its own key.
    SelfSigned,
    /// It was signed by somebody who may not.
    NotAnAuthority,
    /// Documents may not be signed with it.
    NotForSigning,
    /// It names somebody else.
    NameDiffers,
    /// It bears another citizen number.
    CitizenNumberDiffers,
    /// A table told of it as somebody else's.
    OtherHolder,
    /// It names nobody, and no unit, whose certificates may be recorded.
    Nobody,
    /// Several people or units may be meant.
    SeveralMeant,
    /// It is behind a password.
    Locked,
}

/// Somebody, by id and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Id of the person.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// A certificate among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRow {
    /// Id.
    pub id: i64,
    /// Whom it is for.
    pub kind: SubscriberKind,
    /// Serial number.
    pub serial: String,
    /// Whom it names.
    pub subject: String,
    /// Who made it.
    pub issuer: String,
    /// Its key's algorithm.
    pub algorithm: String,
    /// First instant.
    pub valid_from: i64,
    /// Last instant.
    pub valid_until: i64,
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Whose it is, where it is a person's.
    pub person: Option<Named>,
    /// Who keeps it.
    pub keeper: Option<Named>,
    /// The token, by id and serial.
    pub token: Option<(i64, String)>,
    /// State.
    pub state: Certificate,
    /// The day of its revocation.
    pub revoked_on: Option<String>,
    /// The day on which its keeper had it.
    pub in_use_since: Option<String>,
    /// The last day on which it is known to have been used.
    pub used_on: Option<String>,
    /// What was said of it last.
    pub remark: Option<String>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// A page of certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificatePage {
    /// The certificates.
    pub rows: Vec<CertificateRow>,
    /// How many there are.
    pub total: i64,
    /// Those in use or received that end within ninety days, whatever else is asked for.
    pub ending: i64,
}

/// What may be done on a certificate's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateActions {
    /// What may be said to have become of it.
    pub may: Vec<CertificateEvent>,
    /// Whether its keeper may be changed.
    pub may_keep: bool,
    /// Whether it may be noted when it was used last.
    pub may_note_use: bool,
    /// What may be asked for.
    pub may_ask: Vec<Operation>,
    /// The open request about it.
    pub open_request: Option<i64>,
}

/// A token among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Id.
    pub id: i64,
    /// Kind.
    pub kind: TokenKind,
    /// Make and model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: String,
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Who has it.
    pub keeper: Option<Named>,
    /// State.
    pub state: Token,
    /// By when it has to be back.
    pub due_on: Option<String>,
    /// What was said of it last.
    pub remark: Option<String>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// A page of tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPage {
    /// The tokens.
    pub rows: Vec<TokenRow>,
    /// How many there are.
    pub total: i64,
    /// Those that should have been back by now.
    pub overdue: i64,
}

/// A token's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDetail {
    /// The token.
    pub token: TokenRow,
    /// What happened, newest first.
    pub events: Vec<EquipmentLine>,
    /// What the viewer may say became of it.
    pub may: Vec<TokenEvent>,
}

/// A request for a certificate among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequestRow {
    /// Id.
    pub id: i64,
    /// What is asked for.
    pub operation: Operation,
    /// For whom.
    pub kind: SubscriberKind,
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Whose it is, where it is a person's.
    pub person: Option<Named>,
    /// The device, service or software.
    pub device: Option<String>,
    /// Who keeps it.
    pub keeper: Option<Named>,
    /// The certificate that it is about, by id and serial number.
    pub certificate: Option<(i64, String)>,
    /// The one that came.
    pub brought: Option<(i64, String)>,
    /// Number of the form.
    pub form: Option<&'static str>,
    /// Why, and what is to be changed.
    pub reason: Option<String>,
    /// What was said of it last.
    pub answer: Option<String>,
    /// State.
    pub state: CertificateRequest,
    /// The list, by id and title.
    pub list: Option<(i64, String)>,
    /// The authority's answer: number, where there is one, and day.
    pub reply: Option<(Option<String>, String)>,
    /// The minutes of its handover: number and day.
    pub minutes: Option<(String, String)>,
    /// Until when the next step should be done: the last millisecond.
    pub due: Option<i64>,
    /// When it was asked for.
    pub asked_at: i64,
    /// When its state changed last.
    pub changed_at: i64,
    /// Version, against which a change is checked.
    pub version: i64,
}

impl CertificateRequestRow {
    /// Who or what gets the certificate.
    pub fn subject(&self) -> &str {
        match (&self.person, &self.device) {
            (Some(person), _) => &person.name,
            (None, Some(device)) => device,
            (None, None) => &self.unit,
        }
    }
}

/// A page of requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRequestPage {
    /// The requests.
    pub rows: Vec<CertificateRequestRow>,
    /// How many there are.
    pub total: i64,
    /// Certificates that should have been handed over by now, whatever else is asked for.
    pub overdue: i64,
}

/// A unit without a certificate in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BareUnitRow {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Class.
    pub class: UnitClass,
    /// Agency code as issued.
    pub code: Option<String>,
    /// Name of the unit above.
    pub above: Option<String>,
    /// Requests of the unit for a new one that are under way.
    pub asked: i64,
}

/// A page of units without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BareUnitPage {
    /// The units.
    pub rows: Vec<BareUnitRow>,
    /// How many there are.
    pub total: i64,
}

/// How much there is to be chased (R135).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chased {
    /// Certificates in use of which no use is known for ninety days.
    pub unused: i64,
    /// Units without any certificate.
    pub units: i64,
    /// Certificates that should have been handed over by now.
    pub handovers: i64,
    /// Tokens that should have been back by now.
    pub tokens: i64,
    /// Certificates in force here that are revoked as their authority says.
    pub revoked: i64,
}

/// Where a revocation list is fetched, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationLine {
    /// Where it lies.
    pub url: String,
    /// When a good one was fetched last.
    pub fetched_at: Option<i64>,
    /// A code for why the last try brought none.
    pub problem: Option<String>,
}

/// A request's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequestDetail {
    /// The request.
    pub request: CertificateRequestRow,
    /// What happened, newest first.
    pub events: Vec<EquipmentLine>,
    /// What the viewer may do.
    pub may: Vec<CertificateRequestEvent>,
    /// Whether signed minutes may be attached.
    pub may_attach: bool,
    /// Whether the viewer sees the certificates' own pages.
    pub sees_certificates: bool,
    /// Whether the viewer sees the list's page.
    pub sees_lists: bool,
    /// Signed minutes.
    pub files: Vec<FileLine>,
    /// The token of the certificate that it is about.
    pub token: Option<String>,
}

/// A list of requests among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateListRow {
    /// Id.
    pub id: i64,
    /// The unit in whose name it is sent.
    pub unit: String,
    /// What it is called.
    pub title: String,
    /// State.
    pub state: CertificateList,
    /// The authority.
    pub recipient: Option<String>,
    /// Number of the letter.
    pub letter_number: Option<String>,
    /// Its day.
    pub letter_day: Option<String>,
    /// Who signs it.
    pub signer: Option<String>,
    /// Requests on it.
    pub requests: i64,
    /// Those without an answer.
    pub unanswered: i64,
    /// Until when the next step should be done: the last millisecond.
    pub due: Option<i64>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// A list's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateListDetail {
    /// The list.
    pub list: CertificateListRow,
    /// What is on it.
    pub lines: Vec<CertificateRequestRow>,
    /// What may be put on it, while it is composed.
    pub candidates: Vec<CertificateRequestRow>,
    /// Files: the signed letter.
    pub files: Vec<FileLine>,
    /// What happened, newest first.
    pub events: Vec<EquipmentLine>,
}

/// What concerns oneself: the certificates that one has or keeps, and what is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MyCertificates {
    /// Certificates, with what may be asked for each.
    pub certificates: Vec<(CertificateRow, Vec<Operation>)>,
    /// Requests that are about oneself or that one asked for.
    pub requests: Vec<CertificateRequestRow>,
    /// Whether a certificate of one's own may be asked for.
    pub may_ask: bool,
}

/// Who is subscriber manager by which document, for how long (R171).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationLine {
    /// Id.
    pub id: i64,
    /// Which office it is.
    pub office: ManagerOffice,
    /// The unit that it is.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Number of the document.
    pub number: String,
    /// Its day.
    pub day: String,
    /// Who signed it.
    pub authority: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: Option<String>,
    /// Whose default it takes the place of.
    pub replaces: ManagerOffice,
    /// The law under which it was given.
    pub law: Vec<&'static str>,
    /// The day on which it was ended.
    pub ended_on: Option<String>,
    /// Whether it may be ended.
    pub may_end: bool,
    /// Whether it is in force today.
    pub in_force: bool,
    /// The document.
    pub files: Vec<FileLine>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// Delegations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegations {
    /// Who is subscriber manager today where no document names another.
    pub usual: Option<ManagerOffice>,
    /// The law of today.
    pub law: Vec<&'static str>,
    /// Every one, the newest first.
    pub lines: Vec<DelegationLine>,
    /// Whether the viewer may note and end them.
    pub may_set: bool,
}
