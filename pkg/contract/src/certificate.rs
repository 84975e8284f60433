//! What the screens show of certificates of digital signatures and of the tokens that hold their keys (R118, R154, R155). Days are ISO 8601
//! text, instants Unix milliseconds.

use model::certificate::{SubscriberKind, TokenKind};
use model::lifecycle::{Certificate, CertificateEvent, Token, TokenEvent};
use serde::{Deserialize, Serialize};

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
