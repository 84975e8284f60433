//! States of cards, and certificates, as other programs ask for them.

use serde::{Deserialize, Serialize};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The state of one card.
    Status,
    /// States of many cards at once.
    List,
    /// Certificates of digital signatures.
    Certificates,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 3] = [Scope::Status, Scope::List, Scope::Certificates];

    /// Name in the database and towards programs.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Status => "status",
            Scope::List => "list",
            Scope::Certificates => "certificates",
        }
    }
}

/// A key, as who runs the system sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyLine {
    /// Id.
    pub id: i64,
    /// For which program.
    pub name: String,
    /// What it is for.
    pub scopes: Vec<Scope>,
    /// Cards, or certificates, a minute.
    pub quota: i64,
    /// When it was made.
    pub made_at: i64,
    /// When it was withdrawn.
    pub withdrawn_at: Option<i64>,
}

/// A system that is told when what is told of a card changes, as who runs the portal sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookLine {
    /// Id.
    pub id: i64,
    /// Which system.
    pub name: String,
    /// Its address.
    pub url: String,
    /// When it was entered.
    pub made_at: i64,
    /// When it was withdrawn.
    pub withdrawn_at: Option<i64>,
    /// When it last took a message.
    pub delivered_at: Option<i64>,
    /// What hindered the last message, by name: `unreachable`, `status.503`.
    pub problem: Option<String>,
    /// Messages that wait.
    pub waiting: i64,
}

/// A message to such a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardChanged {
    /// `card.state`; `ping` where the way is only tried.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, RFC 3339.
    pub timestamp: String,
    /// The card as it is when the message is sent; none for `ping`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<CardStatus>,
}

/// The state of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardStatus {
    /// As it was asked for.
    pub code: String,
    /// `active`, `locked`, `recovered`, `expired`, `replaced`; `unknown` for a code that nobody's card has.
    pub state: String,
    /// Since when, RFC 3339; none for `unknown`.
    pub since: Option<String>,
}

/// States of cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardStatuses {
    /// When the portal last made sure of them, RFC 3339.
    pub as_of: String,
    /// In the order in which they were asked for.
    pub cards: Vec<CardStatus>,
}

/// Which cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusQuestion {
    /// Card codes, at most 1,000.
    pub codes: Vec<String>,
}

/// A certificate of a digital signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateEntry {
    /// Serial number, capital hexadecimal digits.
    pub serial: String,
    /// `person`, `organisation`, `device`.
    pub kind: String,
    /// Whom it names; empty where the person's data were erased.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// `received`, `in_use`, `replaced`, `expired`, `revoked`.
    pub state: String,
    /// First instant, RFC 3339.
    pub valid_from: String,
    /// Last instant, RFC 3339.
    pub valid_until: String,
    /// The day of its revocation, ISO 8601.
    pub revoked_on: Option<String>,
    /// The last day on which it is known to have been used, ISO 8601.
    pub used_on: Option<String>,
    /// Name of the unit.
    pub unit: String,
    /// Its agency code.
    pub unit_code: Option<String>,
    /// Personnel code of whose it is.
    pub person_code: Option<String>,
    /// Serial number of the token.
    pub token: Option<String>,
}

/// Certificates, in the order in which they were recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateAnswer {
    /// At most as many as were asked for.
    pub certificates: Vec<CertificateEntry>,
    /// What to send as `after` for the next of them; none at the end.
    pub next: Option<String>,
}
