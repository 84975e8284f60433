//! CCID messages (CCID 1.1 §6).
use crate::{card, empty, expect, send, shown, with_card};
use pcd::{Ccid, Device, Fault, Pace, Read, Setup, Transfer};

const OUT: u8 = 0x02;
const IN: u8 = 0x82;
const INTERRUPT: u8 = 0x83;

#[track_caller]
pub fn ask(device: &mut Device, frame: &str, answer: &str) {
    send(device, OUT, frame);
    expect(device, IN, answer);
}

/// Where the reader does not find the voltage, 5 V.
pub fn powered(make: Ccid) -> Device {
    let select = if make.features & 0x0C == 0 { "01" } else { "00" };
    let mut device = with_card(make);
    ask(&mut device, &format!("62 00000000 00 00 {select} 0000"), "80 06000000 00 00 00 00 00 3B8180018080");
    device
}

#[test]
fn power_on_gives_the_atr_of_part_3() {
    powered(Ccid::omnikey_5022());
    let mut make = Ccid::omnikey_5022();
    make.quirks.whole_ats = true;
    let mut device = with_card(make);
    ask(&mut device, "62 00000000 00 01 00 0000", "80 0B000000 00 01 00 00 00 3B8680010675778102 8000");
}

#[test]
fn a_card_is_read_at_apdu_level() {
    for make in [Ccid::omnikey_5022(), Ccid::springcard_puck(), Ccid::omnikey_5321_cli(), Ccid::acr1252u()] {
        let mut device = powered(make);
        ask(&mut device, "6F 05000000 00 01 00 0000 FFCA000000", "80 09000000 00 01 00 00 00 04112233445566 9000");
        ask(&mut device, "6F 05000000 00 02 00 0000 FFCA010000", "80 08000000 00 02 00 00 00 067577810280 9000");
        ask(&mut device, "6F 05000000 00 03 00 0000 9060000000", "80 09000000 00 03 00 00 00 04010101001A05 91AF");
        ask(&mut device, "6F 05000000 00 04 00 0000 FFCA000002", "80 02000000 00 04 00 00 00 6C07");
        ask(&mut device, "6F 05000000 00 05 00 0000 FFB0000010", "80 02000000 00 05 00 00 00 6A81");
    }
}

#[test]
fn slot_status_tells_absent_inactive_active() {
    let mut device = empty(Ccid::omnikey_5022());
    ask(&mut device, "65 00000000 00 07 000000", "81 00000000 00 07 02 00 00");
    ask(&mut device, "62 00000000 00 08 000000", "80 00000000 00 08 42 FE 00");
    device.insert(card());
    expect(&mut device, INTERRUPT, "50 03");
    ask(&mut device, "65 00000000 00 09 000000", "81 00000000 00 09 01 00 00");
    ask(&mut device, "6F 01000000 00 0A 000000 60", "80 00000000 00 0A 41 FE 00");
    ask(&mut device, "62 00000000 00 0B 000000", "80 06000000 00 0B 00 00 00 3B8180018080");
    ask(&mut device, "65 00000000 00 0C 000000", "81 00000000 00 0C 00 00 00");
    let card = device.remove().unwrap();
    device.insert(card);
    expect(&mut device, INTERRUPT, "50 02");
    expect(&mut device, INTERRUPT, "50 03");
    ask(&mut device, "65 00000000 00 0D 000000", "81 00000000 00 0D 01 00 00");
    ask(&mut device, "63 00000000 00 0E 000000", "81 00000000 00 0E 01 00 00");
}

#[test]
fn slots_beyond_the_last_and_empty_ones() {
    let mut device = with_card(Ccid::acr1252u());
    ask(&mut device, "65 00000000 01 01 000000", "81 00000000 01 01 02 00 00");
    ask(&mut device, "65 00000000 02 02 000000", "81 00000000 02 02 42 05 00");
    let mut make = Ccid::acr1252u();
    make.slot = 1;
    let mut device = with_card(make);
    expect(&mut device, INTERRUPT, "50 0C");
    ask(&mut device, "65 00000000 00 01 000000", "81 00000000 00 01 02 00 00");
    ask(&mut device, "62 00000000 01 02 010000", "80 06000000 01 02 00 00 00 3B8180018080");
}

#[test]
fn voltage_is_asked_for_where_the_reader_does_not_find_it() {
    let mut make = Ccid::acr1252u();
    make.quirks.volts = 0x02;
    let mut device = with_card(make);
    ask(&mut device, "62 00000000 00 01 000000", "80 00000000 00 01 41 07 00");
    ask(&mut device, "62 00000000 00 02 010000", "80 00000000 00 02 41 FE 00");
    ask(&mut device, "62 00000000 00 03 020000", "80 06000000 00 03 00 00 00 3B8180018080");
}

#[test]
fn unknown_and_wrong_messages_name_what_is_wrong() {
    let mut device = with_card(Ccid::omnikey_5022());
    ask(&mut device, "6B 00000000 00 01 000000", "83 00000000 00 01 41 00 00");
    ask(&mut device, "77 00000000 00 02 000000", "81 00000000 00 02 41 00 00");
    ask(&mut device, "65 01000000 00 03 000000", "81 00000000 00 03 41 01 00");
    send(&mut device, OUT, "65 0000");
    assert_eq!(device.read(IN, 64), Read::Pending);
}

#[test]
fn parameters_are_those_of_t1() {
    let mut device = powered(Ccid::omnikey_5022());
    ask(&mut device, "6C 00000000 00 01 000000", "82 07000000 00 01 00 00 01 11100045002000");
    ask(&mut device, "61 07000000 00 02 010000 1810 00 45 00 FE 00", "82 07000000 00 02 00 00 01 18100045 00FE00");
    ask(&mut device, "6D 00000000 00 03 000000", "82 07000000 00 03 00 00 01 11100045002000");
    ask(&mut device, "61 05000000 00 04 000000 1100000A00", "82 00000000 00 04 40 07 00");
}

#[test]
fn time_extensions_come_before_the_answer() {
    let mut make = Ccid::omnikey_5022();
    make.quirks.time_extensions = 2;
    make.quirks.multiplier = 3;
    let mut device = powered(make);
    send(&mut device, OUT, "6F 05000000 00 09 00 0000 FFCA000000");
    expect(&mut device, IN, "80 00000000 00 09 80 03 00");
    expect(&mut device, IN, "80 00000000 00 09 80 03 00");
    expect(&mut device, IN, "80 09000000 00 09 00 00 00 04112233445566 9000");
}

#[test]
fn a_slow_card_takes_its_time_and_keeps_the_slot_busy() {
    let mut device = powered(Ccid::omnikey_5022());
    device.set_pace(Pace::Fixed(1_000_000));
    send(&mut device, OUT, "6F 05000000 00 01 00 0000 9060000000");
    expect(&mut device, IN, "80 00000000 00 01 80 01 00");
    assert_eq!(device.read(IN, 64), Read::Pending);
    assert_eq!(device.until_next(), Some(333_333));
    ask(&mut device, "65 00000000 00 02 000000", "81 00000000 00 02 40 E0 00");
    device.advance(500_000);
    expect(&mut device, IN, "80 00000000 00 01 80 01 00");
    device.advance(500_000);
    expect(&mut device, IN, "80 09000000 00 01 00 00 00 04010101001A05 91AF");
}

#[test]
fn a_card_that_leaves_meanwhile_fails_the_command() {
    let mut device = powered(Ccid::omnikey_5022());
    device.set_pace(Pace::Fixed(300_000));
    send(&mut device, OUT, "6F 05000000 00 01 00 0000 9060000000");
    device.remove().unwrap();
    expect(&mut device, IN, "80 00000000 00 01 42 FE 00");
    device.advance(1_000_000);
    assert_eq!(device.read(IN, 64), Read::Pending);
}

#[test]
fn abort_needs_both_halves() {
    let mut device = powered(Ccid::omnikey_5022());
    device.set_pace(Pace::Fixed(300_000));
    send(&mut device, OUT, "6F 05000000 00 01 00 0000 9060000000");
    let setup = Setup { request_type: 0x21, request: 0x01, value: 0x0200, index: 0, length: 0 };
    assert_eq!(device.control(setup, &[]), Transfer::Data(vec![]));
    ask(&mut device, "65 00000000 00 03 000000", "81 00000000 00 03 40 FF 00");
    ask(&mut device, "72 00000000 00 02 000000", "81 00000000 00 02 00 00 00");
    device.advance(1_000_000);
    assert_eq!(device.read(IN, 64), Read::Pending);
    ask(&mut device, "65 00000000 00 04 000000", "81 00000000 00 04 00 00 00");
}

#[test]
fn quirks_show() {
    let mut make = Ccid::omnikey_5022();
    make.quirks.duplicates = true;
    let mut device = with_card(make.clone());
    ask(&mut device, "65 00000000 00 01 000000", "81 00000000 00 01 01 00 00");
    expect(&mut device, IN, "81 00000000 00 01 01 00 00");

    make.quirks.duplicates = false;
    make.quirks.stale = true;
    let mut device = with_card(make.clone());
    ask(&mut device, "65 00000000 00 01 000000", "81 00000000 00 01 01 00 00");
    ask(&mut device, "65 00000000 00 02 000000", "81 00000000 00 01 01 00 00");
    expect(&mut device, IN, "81 00000000 00 02 01 00 00");

    make.quirks.stale = false;
    make.quirks.status_first = true;
    make.quirks.other_interrupts = true;
    make.quirks.ending = pcd::Ending::Always;
    let mut device = with_card(make);
    ask(&mut device, "62 00000000 00 01 000000", "80 00000000 00 01 41 FE 00");
    expect(&mut device, IN, "");
    ask(&mut device, "65 00000000 00 02 000000", "81 00000000 00 02 01 00 00");
    expect(&mut device, IN, "");
    ask(&mut device, "62 00000000 00 03 000000", "80 06000000 00 03 00 00 00 3B8180018080");
    expect(&mut device, INTERRUPT, "51 00 00 01");
    expect(&mut device, INTERRUPT, "");
}

#[test]
fn faults_hit_the_transfer_that_they_name() {
    let mut device = with_card(Ccid::omnikey_5022());
    device.faults().at(1, Fault::Drop).at(4, Fault::Late).at(6, Fault::Stall);
    send(&mut device, OUT, "65 00000000 00 01 000000"); // lost
    assert_eq!(device.read(IN, 64), Read::Pending);
    ask(&mut device, "65 00000000 00 02 000000", "81 00000000 00 02 01 00 00");
    device.faults().clear();
    device.faults().at(2, Fault::Late).at(5, Fault::Stall).at(7, Fault::RemoveCard);
    send(&mut device, OUT, "65 00000000 00 03 000000");
    assert_eq!(device.read(IN, 64), Read::Pending);
    ask(&mut device, "65 00000000 00 04 000000", "81 00000000 00 03 01 00 00");
    expect(&mut device, IN, "81 00000000 00 04 01 00 00");
    assert_eq!(device.faults().transfers(), 4);
    assert_eq!(device.write(OUT, &[]), Transfer::Stall);
    assert_eq!(device.write(OUT, &[]), Transfer::Stall);
    let setup = Setup { request_type: 0x02, request: 0x01, value: 0, index: 0x0002, length: 0 };
    assert_eq!(device.control(setup, &[]), Transfer::Data(vec![]));
    ask(&mut device, "65 00000000 00 05 000000", "81 00000000 00 05 01 00 00");
    ask(&mut device, "65 00000000 00 06 000000", "81 00000000 00 06 02 00 00");
    assert!(device.remove().is_some());
    device.unplug();
    assert_eq!(shown(device.read(IN, 64)), "Gone");
}

#[test]
fn faults_of_what_goes_out() {
    let mut device = with_card(Ccid::omnikey_5022());
    device.faults().at(1, Fault::Duplicate).at(4, Fault::Delay(5_000)).at(6, Fault::Late);
    ask(&mut device, "65 00000000 00 01 000000", "81 00000000 00 01 01 00 00");
    expect(&mut device, IN, "81 00000000 00 01 01 00 00");
    send(&mut device, OUT, "65 00000000 00 02 000000");
    assert_eq!(device.read(IN, 64), Read::Pending);
    device.advance(5_000);
    expect(&mut device, IN, "81 00000000 00 02 01 00 00");
    send(&mut device, OUT, "65 00000000 00 03 000000");
    device.advance(1_000_000);
    assert_eq!(device.read(IN, 64), Read::Pending);
    ask(&mut device, "65 00000000 00 04 000000", "81 00000000 00 03 01 00 00");
    expect(&mut device, IN, "81 00000000 00 04 01 00 00");
    device.faults().next(Fault::Corrupt { offset: 6, mask: 0x10 });
    ask(&mut device, "65 00000000 00 05 000000", "81 00000000 00 15 01 00 00");
    device.faults().next(Fault::Truncate(4));
    send(&mut device, OUT, "65 00000000 00 06 000000");
    assert_eq!(device.read(IN, 64), Read::Pending);
    device.faults().next(Fault::Babble);
    send(&mut device, OUT, "65 00000000 00 07 000000");
    assert_eq!(device.read(IN, 64), Read::Pending);
}

#[test]
fn another_program_changes_what_is_selected() {
    let mut device = powered(Ccid::omnikey_5022());
    ask(&mut device, "6F 0B000000 00 01 000000 90CA000005 010203 0F01 00", "80 02000000 00 01 00 00 00 9100");
    ask(&mut device, "6F 09000000 00 02 000000 905A000003 010203 00", "80 02000000 00 02 00 00 00 9100");
    assert_eq!(device.intrude(&[0x5A, 0, 0, 0]), Some(vec![0x00]));
    ask(&mut device, "6F 05000000 00 03 000000 906F000000", "80 02000000 00 03 00 00 00 919D");
    device.plug_in();
    assert_eq!(device.intrude(&[0x60]), None);
}
