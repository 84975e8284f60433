//! A reader with a simulated card on it, and what the checks have in common.

use std::any::type_name;
use std::fs;

use desfire::command::*;
use desfire::cost::Meter;
use desfire::{
    AccessRights, Aid, Authentication, Channel, Error, FileNo, Framing, Key, KeyCount, KeyNo, KeyType, Right, Step,
};
use picc::{Card, Memory, Model};

pub const UID: [u8; 7] = [0x04, 0x5A, 0x11, 0x5A, 0x34, 0x61, 0x80];
pub const APPLICATION: u32 = 0x0057_0001;

/// A reader with a card on it.
pub struct Desk {
    pub card: Card,
    pub channel: Channel,
    pub meter: Meter,
    /// What passed, readable: `# ReadData`, `> 90 BD …`, `< … 91 00`.
    transcript: String,
    draws: u8,
}

impl Desk {
    pub fn new(model: Model, framing: Framing) -> Self {
        let mut next = 0_u8;
        let random = move |bytes: &mut [u8]| {
            bytes.fill_with(|| {
                next = next.wrapping_mul(5).wrapping_add(77);
                next
            });
        };
        let mut card = Card::new(model, Memory::K8, UID, Box::new(random));
        card.power_on();
        let frame = match model {
            Model::Ev1 => 64,
            Model::Ev2 => 128,
            _ => 256,
        };
        Desk {
            card,
            channel: Channel::new(framing, frame),
            meter: Meter::default(),
            transcript: String::new(),
            draws: 0,
        }
    }

    pub fn transmit(&mut self, frame: &[u8]) -> Vec<u8> {
        let back = self.card.transmit(frame);
        self.meter.count(frame, &back);
        for (way, bytes) in [('>', frame), ('<', &back)] {
            let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            self.transcript.push_str(&format!("{way} {}\n", digits.join(" ")));
        }
        back
    }

    fn note(&mut self, what: &str) {
        self.transcript.push_str(&format!("# {what}\n"));
    }

    /// Holds all that passed against what passed when somebody last looked at it. `UPDATE=1` rewrites that.
    pub fn hold_transcript(&self, name: &str) {
        let path = format!("{}/transcripts/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &self.transcript).unwrap();
        }
        assert_eq!(self.transcript, fs::read_to_string(&path).unwrap_or_default(), "{path}");
    }

    fn exchange(&mut self, mut frame: Vec<u8>) -> Result<desfire::Answer, Error> {
        loop {
            let back = self.transmit(&frame);
            match self.channel.answer(&back)? {
                Step::Send(next) => frame = next,
                Step::Done(answer) => return Ok(answer),
            }
        }
    }

    pub fn run<C: Command>(&mut self, command: &C) -> Result<C::Reply, Error> {
        self.note(type_name::<C>().rsplit("::").next().unwrap_or_default());
        let frame = self.channel.begin(command.request())?;
        let answer = self.exchange(frame)?;
        command.reply(&answer)
    }

    pub fn authenticate(&mut self, authentication: Authentication) -> Result<(), Error> {
        self.draws += 1;
        self.note(&format!("handshake with key {}", authentication.key_no()));
        let random = std::array::from_fn(|at| (at as u8).wrapping_mul(31).wrapping_add(self.draws));
        let frame = self.channel.authenticate(authentication, &random)?;
        self.exchange(frame).map(drop)
    }

    pub fn select(&mut self, aid: u32) {
        self.run(&SelectApplication::new(Aid::new(aid).unwrap())).unwrap();
    }

    /// An application with three keys of that type, all zero; selected.
    pub fn application(&mut self, key_type: KeyType) {
        self.select(0);
        self.authenticate(Authentication::d40(0, &Key::factory()).unwrap()).unwrap();
        let settings = ApplicationSettings {
            key_settings: KeySettings::FACTORY,
            key_type,
            keys: KeyCount::of::<3>(),
            iso_files: false,
            key_sets: None,
            vc_keys: false,
            capability_data: false,
            iso: None,
        };
        self.run(&CreateApplication { aid: Aid::new(APPLICATION).unwrap(), settings }).unwrap();
        self.select(APPLICATION);
    }
}

/// A key that is not zero, of the application's type; 2K3DES stands for both of its kinds.
pub fn key(kind: KeyType, seed: u8, version: u8) -> Key {
    let bytes = |at: usize| seed.wrapping_add((at as u8).wrapping_mul(0x26));
    let key = match kind {
        KeyType::Des => Key::des(std::array::from_fn(bytes)),
        KeyType::TwoKey3Des => Key::two_key(std::array::from_fn(bytes)),
        KeyType::ThreeKey3Des => Key::three_key(std::array::from_fn(bytes)),
        KeyType::Aes => Key::aes(std::array::from_fn(bytes), 0),
    };
    key.with_version(version)
}

pub fn blank(kind: KeyType) -> Key {
    match kind {
        KeyType::Des | KeyType::TwoKey3Des => Key::factory(),
        KeyType::ThreeKey3Des => Key::three_key([0; 24]),
        KeyType::Aes => Key::aes([0; 16], 0),
    }
}

pub fn free_for(no: u8) -> AccessRights {
    let no = KeyNo::new(no).unwrap();
    AccessRights {
        read: Right::Key(no),
        write: Right::Key(no),
        read_write: Right::Key(no),
        change: Right::Key(KeyNo::of::<0>()),
    }
}

pub fn no(number: u8) -> FileNo {
    FileNo::new(number).unwrap()
}
