//! Escape messages and the transparent session of RC-S300's second interface.
use crate::{card, empty, expect, send, with_card};
use pcd::{Device, Fault, Pace, RcS300, Read, Setup, Transfer};

const OUT: u8 = 0x02;
const IN: u8 = 0x82;
const OK: &str = "C003009000";

/// An Escape message around a pseudo-APDU, and the answer that is awaited.
#[track_caller]
fn ask(device: &mut Device, apdu: &str, answer: &str) {
    let count = |text: &str| text.chars().filter(char::is_ascii_hexdigit).count() / 2;
    let absent = if device.card().is_some() { "00" } else { "02" };
    send(device, OUT, &format!("6B {:02X}{:02X}0000 00 5A 000000 {apdu}", count(apdu) % 256, count(apdu) / 256));
    let (low, high) = (count(answer) % 256, count(answer) / 256);
    expect(device, IN, &format!("83 {low:02X}{high:02X}0000 00 5A {absent} 00 00 {answer}"));
}

fn begun(device: &mut Device) {
    for apdu in ["FF50000002820000", "FF50000002810000", "FF50000002830000", "FF50000002840000"] {
        ask(device, apdu, &format!("{OK} 9000"));
    }
}

#[test]
fn both_interfaces_are_described() {
    let mut device = empty(RcS300::s());
    let setup = Setup { request_type: 0x80, request: 0x06, value: 0x0200, index: 0, length: 255 };
    let Transfer::Data(all) = device.control(setup, &[]) else { unreachable!() };
    assert_eq!(all.get(4), Some(&2));
    assert_eq!(all.get(14), Some(&0x0B));
    let second = all.len() - 23;
    assert_eq!(all[second..second + 9], crate::hex("09 04 01 00 02 FF 00 00 00"));
    assert_eq!((device.vendor_id(), device.product_id()), (0x054C, 0x0DC8));
}

#[test]
fn layer_4_by_the_reader() {
    let mut device = with_card(RcS300::s());
    begun(&mut device);
    ask(&mut device, "FFCA000000", "6300");
    ask(&mut device, "FF500002 04 8F020004 00", &format!("{OK} 8F06067577810280 5F51063B8180018080 9000"));
    ask(&mut device, "FFCA000000", "04112233445566 9000");
    let version = "9201 00 9602 0000 97 09 04010101001A0591AF 9000";
    ask(&mut device, "FF500001 0E 5F4604 A0860100 9505 9060000000 00", &format!("{OK} {version}"));
    device.remove().unwrap();
    send(&mut device, OUT, "6B 0D000000 00 5A 000000 FF500001 07 9505 9060000000 00");
    device.advance(100_000);
    expect(&mut device, IN, "83 07000000 00 5A 02 00 00 C003016401 9000");
}

#[test]
fn layer_4_by_the_host() {
    let mut device = with_card(RcS300::p());
    begun(&mut device);
    ask(&mut device, "FF500002 04 8F020004 00", "C003016A81 9000");
    ask(&mut device, "FF500002 04 8F020003 00", &format!("{OK} 8F0120 9000"));
    let answer = |data: &str| format!("{OK} 920100 96020000 97{:02X}{data} 9000", data.len() / 2);
    ask(&mut device, "FF500001 0D 5F4604 A0860100 95820002 E080 00", &answer("067577810280"));
    ask(&mut device, "FF500001 04 9502 0260 00", &answer("02AF04010101001A05"));
    ask(&mut device, "FF500001 03 9501 B2 00", &answer("02AF04010101001A05"));
    ask(&mut device, "FF500001 03 9501 C2 00", &answer("C2"));
    ask(&mut device, "FF500001 08 9003 000000 9501 B2", "C003016700 9000");
}

#[test]
fn lengths_of_both_forms() {
    let mut device = with_card(RcS300::p());
    begun(&mut device);
    ask(&mut device, "FF500002 04 8F020003 00", &format!("{OK} 8F0120 9000"));
    let ats = format!("{OK} 920100 96020000 9706067577810280 9000");
    ask(&mut device, "FF500001 00 0004 9502 E080 0000", "6700");
    ask(&mut device, "FF500001 00 0004 9502 E080 000000", &ats);
    ask(&mut device, "FF500001 05 9502E0", "6700");
    ask(&mut device, "FF500005 00", "6A81");
}

#[test]
fn no_card_is_told_with_the_object_that_failed() {
    let mut device = empty(RcS300::s());
    begun(&mut device);
    ask(&mut device, "FF500002 04 8F020003 00", "C003016401 9000");
    ask(&mut device, "FF500002 04 8F020300 00", &format!("{OK} 9000"));
    send(&mut device, OUT, "6B 13000000 00 5A 000000 FF500001 0D 5F4604 A0860100 95820002 E080 00");
    assert_eq!(device.read(IN, 290), Read::Pending);
    device.advance(100_000);
    expect(&mut device, IN, "83 07000000 00 5A 02 00 00 C003026401 9000");
}

#[test]
fn a_slow_card_exceeds_the_timer() {
    let mut device = with_card(RcS300::p());
    begun(&mut device);
    ask(&mut device, "FF500002 04 8F020003 00", &format!("{OK} 8F0120 9000"));
    ask(&mut device, "FF500001 04 9502 E080 00", &format!("{OK} 920100 96020000 9706067577810280 9000"));
    device.set_pace(Pace::Fixed(50_000));
    send(&mut device, OUT, "6B 11000000 00 5A 000000 FF500001 0B 5F4604 10270000 9502 0260 00");
    assert_eq!(device.read(IN, 290), Read::Pending);
    device.advance(10_000);
    expect(&mut device, IN, "83 07000000 00 5A 00 00 00 C003026401 9000");
}

#[test]
fn a_card_that_goes_meanwhile_is_no_answer() {
    let mut device = with_card(RcS300::s());
    begun(&mut device);
    ask(&mut device, "FF500002 04 8F020004 00", &format!("{OK} 8F06067577810280 5F51063B8180018080 9000"));
    device.set_pace(Pace::Fixed(50_000));
    send(&mut device, OUT, "6B 14000000 00 5A 000000 FF500001 0E 5F4604 A0860100 9505 9060000000 00");
    device.remove().unwrap();
    device.advance(50_000);
    expect(&mut device, IN, "83 07000000 00 5A 02 00 00 C003026401 9000");
}

#[test]
fn the_other_interface_is_a_ccid() {
    let mut make = RcS300::s();
    make.slot = 1;
    let mut device = with_card(make);
    send(&mut device, 0x01, "62 00000000 01 00 000000");
    expect(&mut device, 0x81, "80 06000000 01 00 00 00 00 3B8180018080");
    expect(&mut device, 0x83, "50 0C");
    let card = device.remove().unwrap();
    device.insert(card);
    device.insert(self::card()).unwrap();
    device.faults().next(Fault::Unplug);
    assert_eq!(device.write(0x01, &[]), Transfer::Gone);
    assert!(!device.is_plugged_in());
}
