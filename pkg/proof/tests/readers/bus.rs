//! A simulated reader on a bus, and the core that drives it.
use pcd::{Device, Read, Reader as Model, Transfer};
use picc::{Card, Memory};
use reader::drive::{self, Pipe};
use reader::{Fault, Outcome, Presence, Reader, Task};

pub const UID: [u8; 7] = [0x04, 0x5A, 0x11, 0x5A, 0x34, 0x61, 0x80];

/// As WebUSB moves transfers: a read that was begun stays begun when nobody waits for it any more.
pub struct Bus {
    pub device: Device,
    bulk_in: (u8, usize),
    bulk_out: u8,
    /// Transfers both ways.
    pub transfers: usize,
    /// What ended the last transfer early.
    pub gone: bool,
}

impl Pipe for Bus {
    fn write(&mut self, bytes: &[u8]) {
        self.transfers += 1;
        match self.device.write(self.bulk_out, bytes) {
            Transfer::Data(_) => {}
            Transfer::Stall => self.clear(self.bulk_out),
            Transfer::Gone => self.gone = true,
        }
    }

    fn read(&mut self, most: usize, wait: u32) -> Option<Vec<u8>> {
        let length = most.next_multiple_of(self.bulk_in.1);
        let mut left = u64::from(wait) * 1000;
        loop {
            match self.device.read(self.bulk_in.0, length) {
                Read::Data(bytes) => {
                    self.transfers += 1;
                    return Some(bytes);
                }
                Read::Stall => {
                    self.clear(self.bulk_in.0);
                    return None;
                }
                Read::Babble => return None,
                Read::Gone => {
                    self.gone = true;
                    return None;
                }
                Read::Pending => {}
            }
            let next = self.device.until_next().unwrap_or(10_000).max(1);
            if next > left {
                self.device.advance(left);
                return None;
            }
            left -= next;
            self.device.advance(next);
        }
    }
}

impl Bus {
    pub fn new(model: impl Into<Model>, interface: impl Fn(&ccid::configuration::Interface) -> bool) -> Self {
        let device = Device::new(model.into(), random(1));
        let all = ccid::configuration::interfaces(&device.configuration_descriptor());
        let found = all.iter().find(|found| interface(found)).unwrap();
        let ((bulk_in, packet), (bulk_out, _)) = (found.bulk_in.unwrap(), found.bulk_out.unwrap());
        Bus { device, bulk_in: (bulk_in, usize::from(packet)), bulk_out, transfers: 0, gone: false }
    }

    fn clear(&mut self, endpoint: u8) {
        // CLEAR_FEATURE(ENDPOINT_HALT)
        let setup = pcd::Setup { request_type: 0x02, request: 0x01, value: 0, index: u16::from(endpoint), length: 0 };
        self.device.control(setup, &[]);
    }
}

/// Numbers by chance that are the same each time.
pub fn random(seed: u8) -> picc::Random {
    let mut next = seed;
    Box::new(move |bytes: &mut [u8]| {
        bytes.fill_with(|| {
            next = next.wrapping_mul(5).wrapping_add(77);
            next
        });
    })
}

pub fn card(model: picc::Model) -> Card {
    Card::new(model, Memory::K8, UID, random(9))
}

/// A core and the reader that it drives.
pub struct Desk {
    pub core: Box<dyn Reader>,
    pub bus: Bus,
}

impl Desk {
    pub fn run(&mut self, task: Task) -> Result<Outcome, Fault> {
        drive::run(&mut *self.core, &mut self.bus, task)
    }

    pub fn open(&mut self) -> Result<(), Fault> {
        match self.run(Task::Open)? {
            Outcome::Ready => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    pub fn look(&mut self) -> Result<Presence, Fault> {
        match self.run(Task::Look)? {
            Outcome::Presence(presence) => Ok(presence),
            other => panic!("{other:?}"),
        }
    }

    pub fn connect(&mut self) -> Result<reader::Card, Fault> {
        match self.run(Task::Connect)? {
            Outcome::Connected(card) => Ok(card),
            other => panic!("{other:?}"),
        }
    }

    pub fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault> {
        match self.run(Task::Exchange(command.to_vec()))? {
            Outcome::Answer(answer) => Ok(answer),
            other => panic!("{other:?}"),
        }
    }
}

/// A CCID reader, whichever interface it has.
pub fn ccid_desk(model: pcd::Ccid) -> Desk {
    let slot = model.slot;
    let bus = Bus::new(model, ccid::configuration::Interface::is_ccid);
    let all = ccid::configuration::interfaces(&bus.device.configuration_descriptor());
    let descriptor = all.iter().find_map(|interface| interface.ccid).unwrap();
    Desk { core: Box::new(ccid::Ccid::new(descriptor, slot)), bus }
}

/// A vendor's reader.
pub fn vendor_desk(model: impl Into<Model>, core: impl Reader + 'static) -> Desk {
    let bus = Bus::new(model, |interface| interface.class == 0xFF && interface.bulk_in.is_some());
    Desk { core: Box::new(core), bus }
}
