//! How the readers answer frames that are written by hand, by reader.
mod ccid;
mod levels;
mod pn53x;
mod rcs300;
mod rcs380;
mod usb;

use pcd::{Device, Read, Reader, Transfer};
use picc::{Card, Memory, Model};

/// UID of the card in these tests.
pub const UID: [u8; 7] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];

pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

pub fn card() -> Card {
    Card::new(Model::Ev1, Memory::K8, UID, Box::new(|bytes| bytes.fill(0x07)))
}

pub fn empty(reader: impl Into<Reader>) -> Device {
    Device::new(reader.into(), Box::new(|bytes| bytes.fill(0xA5)))
}

pub fn with_card(reader: impl Into<Reader>) -> Device {
    let mut device = empty(reader);
    device.insert(card());
    device
}

pub fn send(device: &mut Device, endpoint: u8, frame: &str) {
    assert_eq!(device.write(endpoint, &hex(frame)), Transfer::Data(vec![]));
}

/// Expects that frame in the next IN transfer of that endpoint.
#[track_caller]
pub fn expect(device: &mut Device, endpoint: u8, frame: &str) {
    assert_eq!(shown(device.read(endpoint, 1024)), shown(Read::Data(hex(frame))));
}

pub fn shown(read: Read) -> String {
    match read {
        Read::Data(bytes) => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
        other => format!("{other:?}"),
    }
}
