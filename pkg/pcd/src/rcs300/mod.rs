//! Sony RC-S300: a CCID interface, and beside it one of class FF that speaks Escape messages.
mod apdu;
mod session;

use self::session::Session;
use crate::ccid::{Answer, Ccid, CcidReader, Command, PACKET, Wire};
use crate::firmware::{Board, Bulk, Firmware};
use crate::usb::{Endpoint, Identity, Interface, Setup, Transfer};

/// Of interface 0: bulk OUT, bulk IN, interrupt IN.
const CCID: [u8; 3] = [0x01, 0x81, 0x83];
/// Of interface 1.
const ENDPOINTS: Bulk = [0x02, 0x82];

/// An RC-S300.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RcS300 {
    /// idProduct: 0DC8 for RC-S300/S, 0DC9 for RC-S300/P.
    pub product_id: u16,
    /// The reader can switch to layer 4 of type A; else the host sends RATS and blocks itself.
    pub layer_4: bool,
    /// Slot index of the contactless slot at interface 0, 1 in some firmware.
    pub slot: u8,
}

impl RcS300 {
    /// RC-S300/S, which switches to layer 4.
    pub fn s() -> Self {
        Self { product_id: 0x0DC8, layer_4: true, slot: 0 }
    }

    /// RC-S300/P, here with firmware that refuses layer 4.
    pub fn p() -> Self {
        Self { product_id: 0x0DC9, layer_4: false, slot: 0 }
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity { serial: "0000001", ..self.ccid().identity() }
    }

    fn ccid(&self) -> Ccid {
        Ccid {
            vendor_id: 0x054C,
            product_id: self.product_id,
            manufacturer: "SONY",
            product: "FeliCa Port/PaSoRi 4.0",
            features: 0x0004_007E,
            max_message: 522,
            max_slot_index: self.slot,
            slot: self.slot,
            ..Ccid::omnikey_5022()
        }
    }
}

pub(crate) struct RcS300Reader {
    make: RcS300,
    ccid: CcidReader,
    wire: Wire,
    session: Session,
}

impl RcS300Reader {
    pub fn new(make: RcS300) -> Self {
        let ccid = CcidReader::at(make.ccid(), CCID);
        let session = Session::new(make.layer_4);
        Self { make, ccid, wire: Wire::new(ENDPOINTS[1]), session }
    }

    fn execute(&mut self, board: &mut Board, command: &Command) {
        let absent = if board.field.is_present() { 0x00 } else { 0x02 };
        let (kind, status, (after, data)) = match command.kind {
            0x6B => (0x83, absent, self.session.run(board, &command.data)),
            0x65 => (0x81, absent, (0, Vec::new())),
            _ => (0x81, 0x40 | absent, (0, Vec::new())),
        };
        let answer = Answer { kind, status, error: 0, last: 0, data };
        let gone = Answer { kind, status: 0x02, error: 0, last: 0, data: self.session.gone() };
        let [answer, gone] = [answer, gone].map(|answer| answer.bytes(command.slot, command.seq));
        board.send_awaited(ENDPOINTS[1], after, &answer, gone);
    }
}

impl Firmware for RcS300Reader {
    fn interfaces(&self) -> Vec<Interface> {
        let [outward, inward] = ENDPOINTS;
        let vendor = Interface {
            class: 0xFF,
            endpoints: vec![Endpoint::bulk(outward, PACKET), Endpoint::bulk(inward, PACKET)],
            functional: Vec::new(),
            functional_last: false,
        };
        vec![self.ccid.interface(), vendor]
    }

    fn reset(&mut self, board: &mut Board) {
        *self = Self::new(self.make.clone());
        board.field.switch(false);
    }

    fn out(&mut self, board: &mut Board, endpoint: u8, data: &[u8]) {
        if endpoint == CCID[0] {
            return self.ccid.out(board, endpoint, data);
        }
        if let Ok(Some(command)) = self.wire.receive(data) {
            self.execute(board, &command);
        }
    }

    fn control(&mut self, board: &mut Board, setup: Setup, data: &[u8]) -> Option<Transfer> {
        self.ccid.control(board, setup, data).filter(|_| setup.index == 0)
    }

    fn card_moved(&mut self, board: &mut Board) {
        self.ccid.card_moved(board);
    }
}
