//! Descriptors and standard requests (USB 2.0 chapter 9, CCID 1.1 §5.1).
use crate::{empty, hex, shown, with_card};
use pcd::{Ccid, Device, Read, Reader, Setup, Transfer};

fn descriptor(device: &mut Device, value: u16, length: u16) -> Transfer {
    device.control(Setup { request_type: 0x80, request: 0x06, value, index: 0, length }, &[])
}

#[test]
fn the_configuration_carries_the_class_descriptor() {
    let mut device = empty(Ccid::omnikey_5022());
    assert_eq!(descriptor(&mut device, 0x0200, 9), Transfer::Data(hex("09 02 5D00 01 01 00 80 32")));
    let Transfer::Data(all) = descriptor(&mut device, 0x0200, 0x5D) else { unreachable!() };
    assert_eq!(all.len(), 0x5D);
    assert_eq!(all[9..18], hex("09 04 00 00 03 0B 00 00 00"));
    assert_eq!(all[18..24], hex("36 21 10 01 00 07"));
    assert_eq!(all[18 + 40..18 + 48], hex("BA040400 08020000"));
    assert_eq!(all[72..], hex("07 05 02 02 4000 00  07 05 82 02 4000 00  07 05 83 03 0800 10"));
}

#[test]
fn some_firmware_puts_it_last_or_has_another_class() {
    let all = empty(Ccid::scl010()).configuration_descriptor();
    assert_eq!(all[9..18], hex("09 04 00 00 03 FF 00 00 00"));
    assert_eq!(all[18..20], hex("07 05"));
    assert_eq!(all[39..41], hex("36 21"));
    let all = empty(Ccid::de_abcm6()).configuration_descriptor();
    assert_eq!(all.len(), 9 + 9 + 54 + 14);
}

#[test]
fn device_and_strings() {
    let mut device = empty(Ccid::acr122u());
    let bytes = hex("12 01 0002 00 00 00 40 2F07 0022 0001 01 02 00 01");
    assert_eq!(descriptor(&mut device, 0x0100, 18), Transfer::Data(bytes));
    assert_eq!(descriptor(&mut device, 0x0300, 255), Transfer::Data(hex("04 03 09 04")));
    assert_eq!(descriptor(&mut device, 0x0301, 255), Transfer::Data(hex("08 03 4100 4300 5300")));
    assert_eq!(descriptor(&mut device, 0x0303, 255), Transfer::Stall);
    assert_eq!(descriptor(&mut device, 0x2200, 255), Transfer::Stall);
}

#[test]
fn endpoints_that_are_not_there_stall() {
    let mut device = with_card(Ccid::acr122u());
    assert_eq!(device.write(0x05, &[]), Transfer::Stall);
    assert_eq!(shown(device.read(0x85, 64)), "Stall");
    device.unplug();
    assert_eq!(device.write(0x02, &[]), Transfer::Gone);
    assert_eq!(device.read(0x82, 64), Read::Gone);
    assert_eq!(descriptor(&mut device, 0x0100, 18), Transfer::Gone);
    device.plug_in();
    assert_eq!(device.read(0x82, 64), Read::Pending);
}

#[test]
fn a_message_may_span_transfers_and_packets() {
    let mut device = with_card(Ccid::springcard_puck());
    crate::send(&mut device, 0x02, "62 00000000 00 00 00 0000");
    assert_eq!(device.read(0x82, 5), Read::Babble);
    let long = hex(&format!("6F 64000000 00 01 00 0000 {}", "FF".repeat(100)));
    assert_eq!(device.write(0x02, &long[..64]), Transfer::Data(vec![]));
    assert_eq!(device.read(0x82, 64), Read::Pending);
    assert_eq!(device.write(0x02, &long[64..]), Transfer::Data(vec![]));
    crate::expect(&mut device, 0x82, "80 02000000 00 01 00 00 00 6A81");
}

#[test]
fn every_product_describes_itself_whole() {
    for reader in Reader::products() {
        let device = empty(reader);
        let all = device.configuration_descriptor();
        assert_eq!(usize::from(u16::from_le_bytes([all[2], all[3]])), all.len());
        let (mut at, mut interfaces, mut endpoints) = (0, 0, 0);
        while at < all.len() {
            match all[at + 1] {
                0x04 => {
                    interfaces += 1;
                    endpoints += usize::from(all[at + 4]);
                }
                0x05 => endpoints -= 1,
                0x21 => assert_eq!(all[at], 0x36),
                kind => assert_eq!(kind, 0x02),
            }
            at += usize::from(all[at]);
        }
        assert_eq!((at, interfaces, endpoints), (all.len(), usize::from(all[4]), 0), "{}", device.product_name());
        assert!(!device.manufacturer_name().is_empty());
    }
}
