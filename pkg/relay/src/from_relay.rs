//! What a relay says.
use crate::from_page::Nothing;
use crate::{Bytes, Fault, Id, PairingCode, Reader, Refusal, Token};
use serde::{Deserialize, Serialize};

/// A message of the relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub enum FromRelay {
    /// Show this code; the person compares it with the relay's: `{"pairing":{"code":"482913"}}`.
    Pairing(PairingCode),
    /// The person said yes: `{"paired":{"token":"…"}}`. Said once.
    Paired(Token),
    /// Requests are taken from now on: `{"ready":{"version":1,"relay":"NAME/VERSION"}}`.
    Ready {
        /// The version of these messages that the relay speaks.
        version: u32,
        /// Name and version of the program.
        relay: String,
    },
    /// Nothing more will come: `{"refused":{"reason":"no"}}`.
    Refused(Refusal),
    /// The answer to the request of this number.
    Answer(Id, Result<Answer, Fault>),
    /// Readers or cards changed: `{"event":{"readers":[…]}}`, or cannot be seen: `{"event":{"fault":"no_service"}}`.
    Event(Result<Vec<Reader>, Fault>),
}

/// What a request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To `list`: `{"id":7,"readers":[…]}`.
    Readers(Vec<Reader>),
    /// To `connect`, with the card's answer to reset: `{"id":8,"connected":{"atr":"…"}}`.
    Connected(Bytes),
    /// To `transmit` and `control`: `{"id":9,"answer":{"data":"…"}}`.
    Data(Bytes),
    /// To `disconnect`: `{"id":11,"done":{}}`.
    Done,
}

impl FromRelay {
    /// Reads a message; the error says where it is none.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The message as JSON.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// As it travels: exactly one of the verbs.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wire {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairing: Option<Pairing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paired: Option<Paired>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ready: Option<Ready>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refused>,
    #[serde(skip_serializing_if = "Option::is_none")]
    readers: Option<Vec<Reader>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected: Option<Connected>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Data>,
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<Nothing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Event>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairing {
    code: PairingCode,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paired {
    token: Token,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ready {
    version: u32,
    relay: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    reason: Refusal,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Connected {
    atr: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    data: Bytes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Error {
    code: Fault,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Readers(Vec<Reader>),
    Fault(Fault),
}

impl TryFrom<Wire> for FromRelay {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let Wire { id, pairing, paired, ready, refused, readers, connected, answer, done, error, event } = wire;
        let unasked = [
            pairing.map(|Pairing { code }| FromRelay::Pairing(code)),
            paired.map(|Paired { token }| FromRelay::Paired(token)),
            ready.map(|Ready { version, relay }| FromRelay::Ready { version, relay }),
            refused.map(|Refused { reason }| FromRelay::Refused(reason)),
            event.map(|event| match event {
                Event::Readers(readers) => FromRelay::Event(Ok(readers)),
                Event::Fault(fault) => FromRelay::Event(Err(fault)),
            }),
        ];
        let answers = [
            readers.map(|readers| Ok(Answer::Readers(readers))),
            connected.map(|Connected { atr }| Ok(Answer::Connected(atr))),
            answer.map(|Data { data }| Ok(Answer::Data(data))),
            done.map(|Nothing {}| Ok(Answer::Done)),
            error.map(|Error { code }| Err(code)),
        ];
        let mut unasked = unasked.into_iter().flatten();
        let mut answers = answers.into_iter().flatten();
        match (id, unasked.next(), unasked.next(), answers.next(), answers.next()) {
            (None, Some(message), None, None, None) => Ok(message),
            (Some(id), None, None, Some(answer), None) => Ok(FromRelay::Answer(id, answer)),
            _ => Err("neither one message nor one answer with an id"),
        }
    }
}

impl From<FromRelay> for Wire {
    fn from(message: FromRelay) -> Self {
        let mut wire = Wire::default();
        match message {
            FromRelay::Pairing(code) => wire.pairing = Some(Pairing { code }),
            FromRelay::Paired(token) => wire.paired = Some(Paired { token }),
            FromRelay::Ready { version, relay } => wire.ready = Some(Ready { version, relay }),
            FromRelay::Refused(reason) => wire.refused = Some(Refused { reason }),
            FromRelay::Event(Ok(readers)) => wire.event = Some(Event::Readers(readers)),
            FromRelay::Event(Err(fault)) => wire.event = Some(Event::Fault(fault)),
            FromRelay::Answer(id, answer) => {
                wire.id = Some(id);
                match answer {
                    Ok(Answer::Readers(readers)) => wire.readers = Some(readers),
                    Ok(Answer::Connected(atr)) => wire.connected = Some(Connected { atr }),
                    Ok(Answer::Data(data)) => wire.answer = Some(Data { data }),
                    Ok(Answer::Done) => wire.done = Some(Nothing {}),
                    Err(code) => wire.error = Some(Error { code }),
                }
            }
        }
        wire
    }
}
