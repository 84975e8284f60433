//! Something goes wrong at each packet of a whole procedure. It ends in the right answers or in a fault, never in another command's
//! answer, and afterwards everything works again.
use desfire::command::*;
use desfire::{AccessRights, Aid, Authentication, Channel, CommMode, FileNo, Framing, Key, KeyType, Right, Step, U24};
use pcd::{Ccid, Fault, Pn53x, RcS300, RcS380};
use picc::Model;
use proptest::prelude::*;
use reader::Presence;

use crate::bus::{Desk, UID, card, ccid_desk, vendor_desk};

/// Why a procedure did not end well: of the reader, or of the card's messaging, which a changed answer does not pass.
#[derive(Debug)]
#[expect(dead_code, reason = "shown when a test fails")]
enum Trouble {
    Reader(reader::Fault),
    Card(desfire::Error),
}

impl From<reader::Fault> for Trouble {
    fn from(fault: reader::Fault) -> Self {
        Trouble::Reader(fault)
    }
}

impl From<desfire::Error> for Trouble {
    fn from(error: desfire::Error) -> Self {
        Trouble::Card(error)
    }
}

struct Host<'a> {
    desk: &'a mut Desk,
    channel: Channel,
}

impl Host<'_> {
    fn exchange(&mut self, mut frame: Vec<u8>) -> Result<desfire::Answer, Trouble> {
        loop {
            let back = self.desk.exchange(&frame)?;
            match self.channel.answer(&back)? {
                Step::Send(next) => frame = next,
                Step::Done(answer) => return Ok(answer),
            }
        }
    }

    fn run<C: Command>(&mut self, command: &C) -> Result<C::Reply, Trouble> {
        let frame = self.channel.begin(command.request())?;
        let answer = self.exchange(frame)?;
        Ok(command.reply(&answer)?)
    }

    fn authenticate(&mut self, authentication: Authentication) -> Result<(), Trouble> {
        let frame = self.channel.authenticate(authentication, &[0x5C; 16])?;
        self.exchange(frame).map(drop)
    }
}

const AID: u32 = 0x00C0_7E01;

fn written() -> Vec<u8> {
    (0..500_u16).map(|at| (at * 7) as u8).collect()
}

/// GetVersion, a handshake, 500 bytes enciphered.
fn procedure(desk: &mut Desk) -> Result<(), Trouble> {
    desk.connect()?;
    let mut host = Host { desk, channel: Channel::new(Framing::Wrapped, 64) };
    let version = host.run(&GetVersion)?;
    // nothing protects it: a byte that was changed on its way stays changed
    let changed = version.uid.iter().zip(UID).filter(|(told, true_one)| *told != true_one).count();
    assert!(changed <= 1, "another answer was taken for the version: {:02X?}", version.uid);
    host.run(&SelectApplication::new(Aid::new(AID).unwrap()))?;
    host.authenticate(Authentication::aes(0, &Key::aes([0; 16], 0))?)?;
    let file = DataFile { no: FileNo::of::<1>(), mode: CommMode::Full };
    let (offset, opcode) = (U24::ZERO, Opcode::Native);
    host.run(&WriteData { file, offset, data: written().into(), opcode })?;
    let read = host.run(&ReadData { file, offset, length: U24::from(16), opcode })?;
    assert_eq!(read, written()[..16], "another answer was taken for the data");
    Ok(())
}

/// A card with an application and a file for it.
fn prepared() -> picc::Card {
    let mut card = card(Model::Ev1);
    card.power_on();
    let mut channel = Channel::new(Framing::Wrapped, 64);
    let right = Right::Key(desfire::KeyNo::of::<0>());
    let rights = AccessRights { read: right, write: right, read_write: right, change: right };
    let settings = ApplicationSettings {
        key_settings: KeySettings::FACTORY,
        key_type: KeyType::Aes,
        keys: desfire::KeyCount::of::<1>(),
        iso_files: false,
        key_sets: None,
        vc_keys: false,
        capability_data: false,
        iso: None,
    };
    let aid = Aid::new(AID).unwrap();
    let file = NewFile { no: FileNo::of::<1>(), iso_file_id: None, mode: CommMode::Full, rights };
    for request in [
        CreateApplication { aid, settings }.request(),
        SelectApplication::new(aid).request(),
        CreateStdDataFile { file, size: U24::from(500), sdm: false }.request(),
    ] {
        let frame = channel.begin(request).unwrap();
        let answer = card.transmit(&frame);
        assert!(matches!(channel.answer(&answer), Ok(Step::Done(_))), "{answer:02X?}");
    }
    card.power_off();
    card
}

fn fresh(make: Make) -> Desk {
    let mut desk = make();
    desk.bus.device.insert(prepared());
    desk.bus.device.advance(2_000_000);
    desk.open().unwrap();
    desk
}

/// Does `fault` at each transfer of the procedure.
fn at_every_packet(name: &str, make: Make, fault: Fault) {
    let mut desk = fresh(make);
    desk.bus.device.faults().clear();
    procedure(&mut desk).unwrap_or_else(|trouble| panic!("{name}: {trouble:?}"));
    let transfers = desk.bus.device.faults().transfers();
    for nth in 1..=transfers {
        let label = format!("{name}, {fault:?} at packet {nth} of {transfers}");
        let mut desk = fresh(make);
        let faults = desk.bus.device.faults();
        faults.clear();
        faults.at(nth, fault);
        // both are allowed; a wrong answer has panicked
        let _ = procedure(&mut desk);
        desk.bus.device.faults().clear();
        if !desk.bus.device.is_plugged_in() {
            desk.bus.device.plug_in();
            desk = Desk { core: make().core, bus: desk.bus };
        }
        if let Some(card) = desk.bus.device.remove() {
            desk.bus.device.insert(card);
        } else {
            desk.bus.device.insert(prepared());
        }
        desk.bus.device.advance(2_000_000);
        desk.open().or_else(|_| desk.open()).unwrap_or_else(|fault| panic!("{label}: {fault:?}"));
        assert_ne!(desk.look(), Ok(Presence::Absent), "{label}");
        procedure(&mut desk).unwrap_or_else(|trouble| panic!("{label}: {trouble:?}"));
    }
}

/// A core and a simulated reader, new.
type Make = fn() -> Desk;

const READERS: [(&str, Make); 7] = [
    ("short APDUs", || ccid_desk(Ccid::omnikey_5321_cli())),
    ("extended APDUs", || ccid_desk(Ccid::de_abcm6())),
    ("blocks", || ccid_desk(Ccid::omnikey_5021_cl())),
    ("messages of 64 bytes", || ccid_desk(Ccid::twn4())),
    ("PN533", || vendor_desk(Pn53x::pn533(), pn53x::Pn53x::new())),
    ("RC-S300", || vendor_desk(RcS300::p(), pasori::RcS300::new())),
    ("RC-S380", || vendor_desk(RcS380::s(), pasori::RcS380::new())),
];

fn with_every_reader(fault: Fault) {
    for (name, make) in READERS {
        at_every_packet(name, make, fault);
    }
}

#[test]
fn the_card_is_taken_away() {
    with_every_reader(Fault::RemoveCard);
}

#[test]
fn another_card_takes_its_place() {
    with_every_reader(Fault::ReplaceCard);
}

#[test]
fn the_reader_is_unplugged() {
    with_every_reader(Fault::Unplug);
}

#[test]
fn a_packet_is_lost() {
    with_every_reader(Fault::Drop);
}

#[test]
fn a_packet_comes_twice() {
    with_every_reader(Fault::Duplicate);
}

#[test]
fn a_packet_comes_late() {
    with_every_reader(Fault::Late);
    with_every_reader(Fault::Delay(300_000));
}

#[test]
fn a_packet_is_cut_short() {
    with_every_reader(Fault::Truncate(0));
    with_every_reader(Fault::Truncate(7));
    with_every_reader(Fault::Truncate(11));
}

#[test]
fn a_packet_is_changed() {
    for offset in [0, 1, 5, 6, 7, 9, 10, 12] {
        with_every_reader(Fault::Corrupt { offset, mask: 0x41 });
    }
}

#[test]
fn something_else_comes() {
    with_every_reader(Fault::Noise);
    with_every_reader(Fault::Babble);
}

#[test]
fn an_endpoint_stalls() {
    with_every_reader(Fault::Stall);
}

fn any_fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Drop),
        Just(Fault::Duplicate),
        (0..3_000_000_u64).prop_map(Fault::Delay),
        Just(Fault::Late),
        (0..20_usize).prop_map(Fault::Truncate),
        Just(Fault::Noise),
        Just(Fault::Stall),
        Just(Fault::Babble),
        Just(Fault::ReplaceCard),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Several at once, anywhere: every answer that is handed over is the command's own.
    #[test]
    fn whatever_goes_wrong_answers_are_not_mixed_up(
        which in 0..READERS.len(),
        planned in prop::collection::vec((1..60_u64, any_fault()), 1..6),
    ) {
        let (_, make) = READERS[which];
        let mut desk = fresh(make);
        let faults = desk.bus.device.faults();
        faults.clear();
        for (nth, fault) in planned {
            faults.at(nth, fault);
        }
        for _ in 0..4 {
            if procedure(&mut desk).is_err() {
                // two in a row may still meet faults
                let _ = desk.open();
            }
        }
        desk.bus.device.faults().clear();
        prop_assert!(desk.open().or_else(|_| desk.open()).is_ok());
        prop_assert!(procedure(&mut desk).is_ok());
    }
}
