//! What every reader does alike.
use pcd::{Ccid, Pn53x, RcS300, RcS380};
use picc::Model;
use reader::{Fault, Presence};

use crate::bus::{Desk, UID, card, ccid_desk, vendor_desk};

fn all() -> Vec<(&'static str, Desk)> {
    vec![
        ("short APDUs", ccid_desk(Ccid::omnikey_5321_cli())),
        ("extended APDUs", ccid_desk(Ccid::omnikey_5022())),
        ("extended APDUs, vendor class", ccid_desk(Ccid::de_abcm6())),
        ("blocks", ccid_desk(Ccid::omnikey_5021_cl())),
        ("blocks, descriptor last", ccid_desk(Ccid::scl010())),
        ("messages of 64 bytes", ccid_desk(Ccid::twn4())),
        ("slow status", ccid_desk(Ccid::utrust_3700f())),
        ("ACR122U", ccid_desk(Ccid::acr122u())),
        ("ACR1252U", ccid_desk(Ccid::acr1252u())),
        ("SpringCard", ccid_desk(Ccid::springcard_puck())),
        ("SCL3711", vendor_desk(Pn53x::scl3711(), pn53x::Pn53x::new())),
        ("PN533", vendor_desk(Pn53x::pn533(), pn53x::Pn53x::new())),
        ("RC-S330", vendor_desk(Pn53x::rcs330(), pn53x::Pn53x::new())),
        ("RC-S300/S", vendor_desk(RcS300::s(), pasori::RcS300::new())),
        ("RC-S300/P", vendor_desk(RcS300::p(), pasori::RcS300::new())),
        ("RC-S380/S", vendor_desk(RcS380::s(), pasori::RcS380::new())),
    ]
}

const GET_VERSION: [u8; 5] = [0x90, 0x60, 0x00, 0x00, 0x00];
const MORE: [u8; 5] = [0x90, 0xAF, 0x00, 0x00, 0x00];

#[test]
fn a_card_comes_is_read_and_goes() {
    for (name, mut desk) in all() {
        let failed = |fault: Fault| -> ! { panic!("{name}: {fault}") };
        desk.open().unwrap_or_else(|fault| failed(fault));
        assert_eq!(desk.look(), Ok(Presence::Absent), "{name}");
        assert_eq!(desk.connect(), Err(Fault::NoCard), "{name}");
        desk.bus.device.insert(card(Model::Ev2));
        desk.bus.device.advance(2_000_000);
        assert_eq!(desk.look(), Ok(Presence::Fresh), "{name}");
        let found = desk.connect().unwrap_or_else(|fault| failed(fault));
        assert_eq!(reader::pcsc::candidate(&found.atr), reader::pcsc::Candidate::Desfire, "{name}: {found:02X?}");
        assert!(found.uid.is_empty() || found.uid == UID, "{name}: {found:02X?}");
        let first = desk.exchange(&GET_VERSION).unwrap_or_else(|fault| failed(fault));
        assert_eq!(first.len(), 9, "{name}");
        desk.exchange(&MORE).unwrap_or_else(|fault| failed(fault));
        let last = desk.exchange(&MORE).unwrap_or_else(|fault| failed(fault));
        assert_eq!(last[..7], UID, "{name}");
        assert_eq!(desk.look(), Ok(Presence::Connected), "{name}");
        // the longest short command: the card says what it thinks of it
        let long = [&[0x90, 0x3D, 0x00, 0x00, 0xFF][..], &[7; 255], &[0x00]].concat();
        let refused = desk.exchange(&long).unwrap_or_else(|fault| failed(fault));
        assert_eq!(refused[refused.len() - 2], 0x91, "{name}: {refused:02X?}");
        desk.bus.device.remove().unwrap();
        desk.bus.device.advance(2_000_000);
        assert_eq!(desk.look(), Ok(Presence::Absent), "{name}");
    }
}
