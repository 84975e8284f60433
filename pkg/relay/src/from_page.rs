//! What a page says.
use crate::{Bytes, Fault, Id, LONGEST_APDU, PairingCode, Token};
use serde::{Deserialize, Serialize};

/// A message of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub enum FromPage {
    /// The first message: `{"hello":{"version":1,"token":null}}`.
    Hello {
        /// The version of these messages that the page speaks.
        version: u32,
        /// From an earlier pairing.
        token: Option<Token>,
        /// Towards an Isolated Web App: what the person read there.
        code: Option<PairingCode>,
    },
    /// A request: `{"id":7,"list":{}}`.
    Request {
        /// Comes back in the answer.
        id: Id,
        /// What is asked.
        ask: Ask,
    },
}

/// What a page asks of the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Which readers there are, and what lies on them.
    List,
    /// This reader, for this page alone, and the card on it.
    Connect {
        /// Its name, from the list.
        reader: String,
    },
    /// A command APDU to the card.
    Transmit {
        /// As the card gets it.
        apdu: Bytes,
    },
    /// An escape command to the reader itself.
    Control {
        /// As the reader gets it.
        data: Bytes,
    },
    /// The reader is given back.
    Disconnect {
        /// What becomes of the card.
        card: Leaving,
    },
}

/// What becomes of the card when its reader is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// Nothing: what is open on it stays open.
    Leave,
    /// It is reset.
    Reset,
    /// The field is off for a moment.
    Unpower,
}

/// Text that is no message of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Where it was legible, so that the error can be answered.
    pub id: Option<Id>,
}

impl FromPage {
    /// Reads a message.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct OnlyId {
            id: Id,
        }
        let id = || serde_json::from_str::<OnlyId>(text).ok().map(|only| only.id);
        serde_json::from_str(text).map_err(|_| Unreadable { id: id() })
    }

    /// The message as JSON.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Ask {
    /// Whether a reader could be asked this: the fault otherwise.
    pub fn check(&self) -> Result<(), Fault> {
        match self {
            Ask::Transmit { apdu: Bytes(bytes) } | Ask::Control { data: Bytes(bytes) }
                if bytes.len() > LONGEST_APDU =>
            {
                Err(Fault::TooLong)
            }
            // a command has a header of four bytes; DESFire's native framing begins with one byte
            Ask::Transmit { apdu: Bytes(bytes) } if bytes.is_empty() => Err(Fault::Malformed),
            _ => Ok(()),
        }
    }
}

/// As it travels: exactly one of the verbs.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wire {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hello: Option<Hello>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<Nothing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connect: Option<Connect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transmit: Option<Transmit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<Control>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect: Option<Disconnect>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hello {
    version: u32,
    token: Option<Token>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<PairingCode>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Connect {
    reader: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transmit {
    apdu: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    data: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disconnect {
    card: Leaving,
}

impl TryFrom<Wire> for FromPage {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let Wire { id, hello, list, connect, transmit, control, disconnect } = wire;
        let asked = [
            list.map(|Nothing {}| Ask::List),
            connect.map(|Connect { reader }| Ask::Connect { reader }),
            transmit.map(|Transmit { apdu }| Ask::Transmit { apdu }),
            control.map(|Control { data }| Ask::Control { data }),
            disconnect.map(|Disconnect { card }| Ask::Disconnect { card }),
        ];
        let mut asked = asked.into_iter().flatten();
        match (id, hello, asked.next(), asked.next()) {
            (None, Some(Hello { version, token, code }), None, None) => Ok(FromPage::Hello { version, token, code }),
            (Some(id), None, Some(ask), None) => Ok(FromPage::Request { id, ask }),
            _ => Err("neither a hello nor a request with an id and one verb"),
        }
    }
}

impl From<FromPage> for Wire {
    fn from(message: FromPage) -> Self {
        let mut wire = Wire::default();
        match message {
            FromPage::Hello { version, token, code } => wire.hello = Some(Hello { version, token, code }),
            FromPage::Request { id, ask } => {
                wire.id = Some(id);
                match ask {
                    Ask::List => wire.list = Some(Nothing {}),
                    Ask::Connect { reader } => wire.connect = Some(Connect { reader }),
                    Ask::Transmit { apdu } => wire.transmit = Some(Transmit { apdu }),
                    Ask::Control { data } => wire.control = Some(Control { data }),
                    Ask::Disconnect { card } => wire.disconnect = Some(Disconnect { card }),
                }
            }
        }
        wire
    }
}
