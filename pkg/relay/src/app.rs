//! What the Isolated Web App and the portal's server say to each other until the app is joined to a page. From then on the server
//! carries the page's requests to the app and the app's answers and events to the page, as they are.
//!
//! ```text
//! app     {"hello":{"version":1,"app":"congthe-reader/0.1.0"}}
//! server  {"code":{"code":"482913","seconds":60}}        show it: the person types it on the portal's page
//! server  {"asked":{"by":"Nguyễn Văn A"}}                somebody did; show who
//! app     {"consent":{"yes":true}}                       the person at the app lets them
//! server  {"joined":{}}                                  the page's requests follow
//! server  {"refused":{"reason":"expired"}}               instead, at any time before: a [`Refusal`]; the connection is then closed
//! ```
use crate::{PairingCode, Refusal};
use serde::{Deserialize, Serialize};

/// What the app says before it is joined to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FromApp {
    /// The first message.
    Hello {
        /// The version of these messages that the app speaks.
        version: u32,
        /// Name and version of the program.
        app: String,
    },
    /// What the person at the app answers.
    Consent {
        /// Whether the page may use the reader.
        yes: bool,
    },
}

/// What the server says before the app is joined to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ToApp {
    /// To be shown to the person, who types it on the page.
    Code {
        /// The six digits.
        code: PairingCode,
        /// For how long they are good.
        seconds: u32,
    },
    /// Somebody typed the code; the person at the app is asked.
    Asked {
        /// Name of the account.
        by: String,
    },
    /// Requests of the page come from now on.
    Joined {},
    /// Nothing more will come.
    Refused {
        /// Why.
        reason: Refusal,
    },
}

impl FromApp {
    /// Reads a message; the error says where it is none.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The message as JSON.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl ToApp {
    /// Reads a message; the error says where it is none.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The message as JSON.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
