//! The card as a reader meets it: power, frames in, frames out.
use crate::auth::Handshake;
use crate::framing::{self, Frame};
use crate::iso::IsoState;
use crate::messaging::Session;
use crate::model::{Memory, Model};
use crate::proximity::Proximity;
use crate::state::{Aid, Application, PICC, State};
use crate::status::Status;
use crate::tear::{Tear, Torn};
use crate::transaction::Transaction;
use std::collections::{BTreeMap, VecDeque};

/// Fills a slice with random bytes.
pub type Random = Box<dyn FnMut(&mut [u8]) + Send>;

/// A simulated card.
pub struct Card {
    pub(crate) nv: State,
    pub(crate) v: Volatile,
    pub(crate) random: Random,
    pub(crate) tear: Option<Tear>,
    powered: bool,
}

/// What the card tells while it is activated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// As a PC/SC reader reports it (PC/SC part 3 §3.1.3.2.3): made of the ATS' historical bytes.
    pub atr: Vec<u8>,
    /// Answer to select, length byte first.
    pub ats: Vec<u8>,
    /// Seven bytes, or four beginning with 08 when random UIDs are on.
    pub uid: Vec<u8>,
}

/// What is gone without power.
#[derive(Default)]
pub(crate) struct Volatile {
    pub uid: Vec<u8>,
    pub selected: Aid,
    pub session: Option<Session>,
    pub chain: Chain,
    /// Bytes of a chained command's first frame.
    pub first: usize,
    pub transaction: Transaction,
    /// Files as they look since the selection, dynamic data filled in.
    pub pictures: BTreeMap<u8, Vec<u8>>,
    pub iso: IsoState,
    pub proximity: Option<Proximity>,
    /// Standard file written by the running command: file, offset, length.
    pub wrote: Option<(u8, usize, usize)>,
}

/// What an AF would continue.
#[derive(Default)]
pub(crate) enum Chain {
    #[default]
    Nothing,
    /// Frames that have not been fetched.
    Answer(VecDeque<Vec<u8>>),
    /// A command that is not complete: bytes after the command byte, and how many there must be.
    Command {
        ins: u8,
        data: Vec<u8>,
        first: usize,
        expected: usize,
    },
    Handshake(Handshake),
}

impl Card {
    /// A card from the factory. It has no power yet.
    pub fn new(model: Model, memory: Memory, uid: [u8; 7], random: Random) -> Self {
        Self::from_state(State::factory(model, memory, uid), random)
    }

    /// A card with the memory of another one.
    pub fn from_state(state: State, random: Random) -> Self {
        Self { nv: state, v: Volatile::default(), random, tear: None, powered: false }
    }

    /// The non-volatile memory, for keeping and for looking at.
    pub fn state(&self) -> &State {
        &self.nv
    }

    /// Brings the card into the field; when it is there already, resets it.
    pub fn power_on(&mut self) -> Activation {
        self.power_off();
        self.powered = true;
        self.v.uid = self.nv.uid.to_vec();
        if self.nv.configuration.flags & 0x02 != 0 {
            let [a, b, c] = self.draw();
            self.v.uid = vec![0x08, a, b, c]; // ISO/IEC 14443-3 §6.5.4: a random identifier
        }
        let ats = self.nv.configuration.ats.to_vec();
        Activation { atr: self.atr(), ats, uid: self.v.uid.clone() }
    }

    /// The ATR that a PC/SC reader would report, also without power.
    pub fn atr(&self) -> Vec<u8> {
        atr(&self.nv.configuration.ats)
    }

    /// Takes the card out of the field: session, selection and open transaction are gone.
    pub fn power_off(&mut self) {
        self.powered = false;
        self.v = Volatile::default();
    }

    /// Whether the card is in the field.
    pub fn is_powered(&self) -> bool {
        self.powered
    }

    /// Arms a power cut: for the next frame that reaches the card, or for the next one that writes.
    pub fn tear(&mut self, tear: Tear) {
        self.tear = Some(tear);
    }

    /// One frame in, its answer out: native, wrapped (CLA 90) or ISO/IEC 7816-4 (CLA 00). No power, no answer: empty.
    pub fn transmit(&mut self, frame: &[u8]) -> Vec<u8> {
        if !self.powered {
            return Vec::new();
        }
        let Some(tear) = self.tear.take() else { return self.exchange(frame) };
        if tear != Tear::BeforeCommand {
            let torn = Torn::before(tear, self);
            let answer = self.exchange(frame);
            if torn.waits(self) {
                self.tear = Some(tear);
                return answer;
            }
            torn.after(self);
        }
        self.power_off();
        Vec::new()
    }

    fn exchange(&mut self, frame: &[u8]) -> Vec<u8> {
        self.v.wrote = None;
        match framing::parse(frame) {
            Frame::Native { ins, data } => {
                let (status, data) = self.command(ins, data, frame.len());
                framing::native(status, &data)
            }
            Frame::Wrapped { ins, data } => {
                let (status, data) = self.command(ins, data, frame.len());
                framing::wrapped(status, &data)
            }
            Frame::Iso(apdu) => self.iso_command(&apdu),
            Frame::Refused(sw) => framing::iso(sw, &[]),
        }
    }

    pub(crate) fn draw<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// Only at card level, with no application selected.
    pub(crate) fn at_picc(&self) -> Result<(), Status> {
        if self.v.selected == PICC { Ok(()) } else { Err(Status::PermissionDenied) }
    }

    /// The selected application; the card level is none.
    pub(crate) fn application(&self) -> Result<&Application, Status> {
        self.nv.application(self.v.selected).ok_or(Status::PermissionDenied)
    }

    pub(crate) fn application_mut(&mut self) -> Result<&mut Application, Status> {
        self.nv.application_mut(self.v.selected).ok_or(Status::PermissionDenied)
    }

    /// The key number that is authenticated.
    pub(crate) fn authenticated(&self) -> Option<u8> {
        self.v.session.as_ref().map(|session| session.key)
    }

    /// Only with the master key of what is selected.
    pub(crate) fn by_master(&self) -> Result<(), Status> {
        if self.authenticated() == Some(0) { Ok(()) } else { Err(Status::AuthenticationError) }
    }

    /// Notes that the running command has changed the non-volatile memory.
    pub(crate) fn written(&mut self) {
        self.nv.writes = self.nv.writes.saturating_add(1);
    }

    /// Ends session and transaction and selects an application that is known to exist.
    pub(crate) fn enter(&mut self, aid: Aid) {
        self.v.selected = aid;
        self.v.session = None;
        self.v.chain = Chain::Nothing;
        self.v.transaction = Transaction::default();
        self.v.pictures.clear();
        self.v.iso = IsoState::default();
    }
}

/// PC/SC part 3: 3B 8n 80 01, the historical bytes, and their check byte.
fn atr(ats: &[u8]) -> Vec<u8> {
    let t0 = ats.get(1).copied().unwrap_or_default();
    let interface = (t0 >> 4 & 0x07).count_ones() as usize;
    let historical: Vec<u8> = ats.iter().skip(2 + interface).take(15).copied().collect();
    let count = u8::try_from(historical.len()).unwrap_or_default();
    let mut atr = [&[0x3B, 0x80 | count, 0x80, 0x01], &historical[..]].concat();
    let check = atr.iter().skip(1).fold(0, |check, byte| check ^ byte);
    atr.push(check);
    atr
}
