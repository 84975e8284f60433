//! A reader on the bus.
use crate::air::Pace;
use crate::faults::{Fault, Faults};
use crate::firmware::{Board, Firmware};
use crate::reader::Reader;
use crate::usb::{Identity, Interface, Read, Setup, Transfer, configuration};
use picc::{Card, Random};
use std::collections::BTreeSet;

/// A simulated reader with its field, plugged in.
pub struct Device {
    identity: Identity,
    firmware: Box<dyn Firmware>,
    board: Board,
    random: Random,
    plugged: bool,
    /// bConfigurationValue.
    configured: u8,
    /// Halted OUT endpoints.
    halted: BTreeSet<u8>,
    /// Messages that come after the next OUT transfer: endpoint, bytes.
    held: Vec<(u8, Vec<u8>)>,
    /// Card that a fault has taken out.
    aside: Option<Card>,
}

impl Device {
    /// A reader as it leaves the shop. Randomness is used for [`Fault::Noise`] alone.
    pub fn new(reader: Reader, random: Random) -> Self {
        let (identity, ending, mut firmware) = reader.build();
        let mut board = Board::new(&firmware.interfaces(), ending);
        firmware.reset(&mut board);
        Self {
            identity,
            firmware,
            board,
            random,
            plugged: true,
            configured: 0,
            halted: BTreeSet::new(),
            held: Vec::new(),
            aside: None,
        }
    }

    /// idVendor.
    pub fn vendor_id(&self) -> u16 {
        self.identity.vendor_id
    }

    /// idProduct.
    pub fn product_id(&self) -> u16 {
        self.identity.product_id
    }

    /// String that iManufacturer names.
    pub fn manufacturer_name(&self) -> &'static str {
        self.identity.manufacturer
    }

    /// String that iProduct names.
    pub fn product_name(&self) -> &'static str {
        self.identity.product
    }

    /// String that iSerialNumber names, empty for none.
    pub fn serial_number(&self) -> &'static str {
        self.identity.serial
    }

    /// 18 bytes (USB 2.0 §9.6.1).
    pub fn device_descriptor(&self) -> Vec<u8> {
        self.identity.descriptor()
    }

    /// Configuration 1 with everything below it, class descriptors included.
    pub fn configuration_descriptor(&self) -> Vec<u8> {
        configuration(&self.firmware.interfaces())
    }

    /// bcdDevice.
    pub fn release(&self) -> u16 {
        self.identity.release
    }

    /// The interfaces of configuration 1, numbered from 0.
    pub fn interfaces(&self) -> Vec<Interface> {
        self.firmware.interfaces()
    }

    /// A control transfer; `data` is what the host sends, empty for device to host.
    pub fn control(&mut self, setup: Setup, data: &[u8]) -> Transfer {
        if !self.plugged {
            return Transfer::Gone;
        }
        let answer = match setup.request_type & 0x60 {
            0x00 => self.standard(setup),
            _ => self.firmware.control(&mut self.board, setup, data),
        };
        match answer {
            Some(Transfer::Data(mut bytes)) => {
                bytes.truncate(usize::from(setup.length));
                Transfer::Data(bytes)
            }
            Some(other) => other,
            None => Transfer::Stall,
        }
    }

    /// USB 2.0 §9.4.
    fn standard(&mut self, setup: Setup) -> Option<Transfer> {
        let [index, kind] = setup.value.to_le_bytes();
        let bytes = match (setup.request_type, setup.request) {
            (0x80, 0x06) => match kind {
                0x01 => self.device_descriptor(),
                0x02 if index == 0 => self.configuration_descriptor(),
                0x03 => self.identity.string(index)?,
                _ => return None,
            },
            (0x80..=0x82, 0x00) => vec![u8::from(self.is_halted(setup.index.to_le_bytes()[0])), 0x00],
            (0x80, 0x08) => vec![self.configured],
            (0x00, 0x09) if setup.value <= 1 => {
                self.configured = index;
                Vec::new()
            }
            (0x81, 0x0A) => vec![0x00],
            (0x01, 0x0B) if setup.value == 0 => Vec::new(),
            (0x02, 0x01) if setup.value == 0 => {
                self.clear_halt(setup.index.to_le_bytes()[0]);
                Vec::new()
            }
            _ => return None,
        };
        Some(Transfer::Data(bytes))
    }

    fn is_halted(&self, endpoint: u8) -> bool {
        self.halted.contains(&endpoint) || self.board.pipes.get(&endpoint).is_some_and(|pipe| pipe.halted)
    }

    fn clear_halt(&mut self, endpoint: u8) {
        self.halted.remove(&endpoint);
        if let Some(pipe) = self.board.pipes.get_mut(&endpoint) {
            pipe.halted = false;
        }
    }

    fn is_outward(&self, endpoint: u8) -> bool {
        self.firmware.interfaces().iter().flat_map(|one| &one.endpoints).any(|one| one.address == endpoint)
            && endpoint & 0x80 == 0
    }

    /// One OUT transfer to the endpoint of that address.
    pub fn write(&mut self, endpoint: u8, data: &[u8]) -> Transfer {
        if !self.plugged {
            return Transfer::Gone;
        }
        if !self.is_outward(endpoint) || self.halted.contains(&endpoint) {
            return Transfer::Stall;
        }
        let mut data = data.to_vec();
        let fault = self.board.faults.transfer();
        let held = std::mem::take(&mut self.held);
        for (pipe, message) in held {
            self.board.send(pipe, 0, &message);
        }
        let before: Vec<(u8, usize)> = self.board.pipes.iter().map(|(one, pipe)| (*one, pipe.queued())).collect();
        match fault {
            Some(Fault::Drop | Fault::Babble) => return Transfer::Data(Vec::new()),
            Some(Fault::Stall) => {
                self.halted.insert(endpoint);
                return Transfer::Stall;
            }
            Some(Fault::Unplug) => {
                self.unplug();
                return Transfer::Gone;
            }
            Some(fault) => self.spoil(fault, &mut data),
            None => {}
        }
        self.firmware.out(&mut self.board, endpoint, &data);
        match fault {
            Some(Fault::Duplicate) => self.firmware.out(&mut self.board, endpoint, &data),
            Some(Fault::Delay(microseconds)) => {
                let until = self.board.now.saturating_add(microseconds);
                for (one, from) in before {
                    if let Some(pipe) = self.board.pipes.get_mut(&one) {
                        pipe.put_off(from, until);
                    }
                }
            }
            Some(Fault::Late) => self.hold(&before),
            _ => {}
        }
        Transfer::Data(Vec::new())
    }

    /// Takes what was queued behind the first packets of each pipe, for after the next OUT transfer.
    fn hold(&mut self, before: &[(u8, usize)]) {
        for (one, from) in before {
            let messages = self.board.pipes.get_mut(one).map(|pipe| pipe.take_behind(*from)).unwrap_or_default();
            self.held.extend(messages.into_iter().map(|message| (*one, message)));
        }
    }

    /// Faults that change bytes or the field.
    fn spoil(&mut self, fault: Fault, data: &mut Vec<u8>) {
        match fault {
            Fault::Truncate(length) => data.truncate(length),
            Fault::Corrupt { offset, mask } => data.iter_mut().skip(offset).take(1).for_each(|byte| *byte ^= mask),
            Fault::Noise => (self.random)(data),
            Fault::RemoveCard => self.aside = self.take_card().or(self.aside.take()),
            Fault::ReplaceCard => {
                if let Some(card) = self.take_card() {
                    self.insert(card);
                }
            }
            _ => {}
        }
    }

    /// One IN transfer of at most `length` bytes from the endpoint of that address.
    pub fn read(&mut self, endpoint: u8, length: usize) -> Read {
        if !self.plugged {
            return Read::Gone;
        }
        let Some(pipe) = self.board.pipes.get_mut(&endpoint).filter(|pipe| !pipe.halted) else { return Read::Stall };
        let read = pipe.read(self.board.now, length);
        let mut data = match read {
            Read::Data(data) => data,
            Read::Babble => {
                self.board.faults.transfer();
                return Read::Babble;
            }
            other => return other,
        };
        let Some(fault) = self.board.faults.transfer() else { return Read::Data(data) };
        let Some(pipe) = self.board.pipes.get_mut(&endpoint) else { return Read::Stall };
        match fault {
            Fault::Drop => return Read::Pending,
            Fault::Babble => return Read::Babble,
            Fault::Duplicate => pipe.push_front(self.board.now, &data),
            Fault::Delay(microseconds) => {
                pipe.push_front(self.board.now.saturating_add(microseconds), &data);
                self.board.faults.uncount();
                return Read::Pending;
            }
            Fault::Late => {
                self.held.push((endpoint, data));
                self.board.faults.uncount();
                return Read::Pending;
            }
            Fault::Stall => {
                pipe.halted = true;
                return Read::Stall;
            }
            Fault::Unplug => {
                self.unplug();
                return Read::Gone;
            }
            fault => self.spoil(fault, &mut data),
        }
        Read::Data(data)
    }

    /// Lets simulated time pass.
    pub fn advance(&mut self, microseconds: u64) {
        self.board.now = self.board.now.saturating_add(microseconds);
    }

    /// Microseconds until something that is under way will have been sent; `None` when nothing is.
    pub fn until_next(&self) -> Option<u64> {
        let now = self.board.now;
        self.board.pipes.values().filter_map(|pipe| pipe.next(now)).min().map(|ready| ready.saturating_sub(now))
    }

    /// How long the card takes for its commands from now on.
    pub fn set_pace(&mut self, pace: Pace) {
        self.board.field.pace = pace;
    }

    /// Lays a card on the reader. One that lies there already is given back.
    pub fn insert(&mut self, card: Card) -> Option<Card> {
        let before = self.take_card();
        self.board.field.insert(card);
        if self.plugged {
            self.firmware.card_moved(&mut self.board);
        }
        before
    }

    /// Takes the card away; also gives back one that a fault has taken away.
    pub fn remove(&mut self) -> Option<Card> {
        self.take_card().or_else(|| self.aside.take())
    }

    fn take_card(&mut self) -> Option<Card> {
        let card = self.board.field.remove()?;
        self.board.card_gone();
        if self.plugged {
            self.firmware.card_moved(&mut self.board);
        }
        Some(card)
    }

    /// The card in the field.
    pub fn card(&self) -> Option<&Card> {
        self.board.field.card()
    }

    /// The card in the field, to arm a tear for instance.
    pub fn card_mut(&mut self) -> Option<&mut Card> {
        self.board.field.card_mut()
    }

    /// Another program on the same reader sends a command to the card between two of the host's; the card's answer.
    pub fn intrude(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        self.board.field.exchange(command).map(|(_, answer)| answer)
    }

    /// Pulls the plug.
    pub fn unplug(&mut self) {
        self.plugged = false;
        self.board.field.switch(false);
    }

    /// Plugs the reader in again, or resets it when it is plugged in: all that was under way is forgotten.
    pub fn plug_in(&mut self) {
        self.plugged = true;
        self.configured = 0;
        self.halted.clear();
        self.held.clear();
        self.board.field.switch(false);
        self.board.pipes.values_mut().for_each(crate::pipe::Pipe::reset);
        self.firmware.reset(&mut self.board);
        if self.board.field.is_present() {
            self.firmware.card_moved(&mut self.board);
        }
    }

    /// Whether the reader is plugged in.
    pub fn is_plugged_in(&self) -> bool {
        self.plugged
    }

    /// What is to go wrong.
    pub fn faults(&mut self) -> &mut Faults {
        &mut self.board.faults
    }
}
