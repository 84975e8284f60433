//! Frames are lost or garbled between reader and card, where the block protocol is spoken here.
use pcd::{AirFault, Pace, RcS300, RcS380};
use picc::Model;
use reader::Presence;

use crate::bus::{Desk, UID, card, vendor_desk};

fn readers() -> [(&'static str, Desk); 2] {
    [
        ("RC-S300", vendor_desk(RcS300::p(), pasori::RcS300::new())),
        ("RC-S380", vendor_desk(RcS380::s(), pasori::RcS380::new())),
    ]
}

fn with_card(desk: &mut Desk) {
    desk.bus.device.insert(card(Model::Ev2));
    desk.open().unwrap();
    desk.connect().unwrap();
}

/// Three frames of version, and a command that is chained.
fn speaks(desk: &mut Desk) -> Result<Vec<u8>, reader::Fault> {
    desk.exchange(&[0x90, 0x60, 0x00, 0x00, 0x00])?;
    desk.exchange(&[0x90, 0xAF, 0x00, 0x00, 0x00])?;
    let last = desk.exchange(&[0x90, 0xAF, 0x00, 0x00, 0x00])?;
    desk.exchange(&[&[0x90, 0x3D, 0x00, 0x00, 0xC0][..], &[7; 192], &[0x00]].concat())?;
    Ok(last)
}

#[test]
fn a_frame_that_is_lost_or_garbled_is_repeated_and_done_once() {
    for fault in [AirFault::CommandLost, AirFault::AnswerLost, AirFault::AnswerGarbled] {
        for nth in 0..12 {
            for (name, mut desk) in readers() {
                with_card(&mut desk);
                let next = desk.bus.device.faults().frames() + 1 + nth;
                desk.bus.device.faults().at_frame(next, fault);
                let last = speaks(&mut desk).unwrap_or_else(|error| panic!("{name}, {fault:?} {nth}: {error}"));
                assert_eq!(last[..7], UID, "{name}, {fault:?} {nth}");
            }
        }
    }
}

#[test]
fn a_card_that_stays_silent_is_gone() {
    for (name, mut desk) in readers() {
        with_card(&mut desk);
        desk.bus.device.remove().unwrap();
        assert_eq!(speaks(&mut desk), Err(reader::Fault::CardGone), "{name}");
        assert_eq!(desk.look(), Ok(Presence::Absent), "{name}");
    }
}

#[test]
fn a_card_takes_its_time() {
    for (name, mut desk) in readers() {
        desk.bus.device.set_pace(Pace::Fixed(700_000));
        desk.bus.device.insert(card(Model::Ev2));
        desk.open().unwrap();
        desk.connect().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(speaks(&mut desk).unwrap_or_else(|error| panic!("{name}: {error}"))[..7], UID);
    }
}
