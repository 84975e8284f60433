//! NFC Port-100, and through it ISO/IEC 14443-3 and -4 as the card speaks them.
use crate::{card, empty, expect, hex, send, shown, with_card};
use pcd::{AirFault, Device, Fault, Pace, RcS380, Read};

const OUT: u8 = 0x02;
const IN: u8 = 0x81;
const ACK: &str = "0000FF00FF00";

pub fn framed(body: &[u8]) -> String {
    let sum = |bytes: &[u8]| bytes.iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte));
    let length = (body.len() as u16).to_le_bytes();
    let frame = [&hex("0000FFFFFF")[..], &length, &[sum(&length)], body, &[sum(body), 0]].concat();
    frame.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[track_caller]
fn command(device: &mut Device, body: &str, answer: &str) {
    send(device, OUT, &framed(&hex(body)));
    expect(device, IN, ACK);
    expect(device, IN, &framed(&hex(answer)));
}

/// InCommRF with 100 ms; an empty answer is a timeout.
#[track_caller]
fn air(device: &mut Device, frame: &str, answer: &str) {
    send(device, OUT, &framed(&hex(&format!("D604 E803 {frame}"))));
    expect(device, IN, ACK);
    device.advance(100_000);
    let expected = if answer.is_empty() { "D705 80000000".into() } else { format!("D705 00000000 08 {answer}") };
    expect(device, IN, &framed(&hex(&expected)));
}

fn ready(device: &mut Device) {
    command(device, "D62A 01", "D72B 00");
    command(device, "D600 02030F03", "D701 00");
    let defaults = "0018 0101 0201 0300 0400 0500 0600 0708 0800 0900 0A00 0B00 0C00 0E04 0F00 1000 1100 1200 1306";
    command(device, &format!("D602 {defaults}"), "D703 00");
}

fn selected(device: &mut Device) {
    ready(device);
    command(device, "D602 0006 0100 0200 0501 0707", "D703 00");
    air(device, "26", "4403");
    command(device, "D602 0708 0401", "D703 00");
    air(device, "9320", "88041122BF");
    command(device, "D602 0101 0201", "D703 00");
    air(device, "9370 88041122BF", "04");
    command(device, "D602 0100 0200", "D703 00");
    air(device, "9520", "3344556644");
    command(device, "D602 0101 0201", "D703 00");
    air(device, "9570 3344556644", "20");
}

fn started(device: &mut Device) {
    selected(device);
    air(device, "E080", "067577810280");
}

#[test]
fn as_recorded_at_start_up() {
    let mut device = empty(RcS380::s());
    send(&mut device, OUT, "0000ff00ff00");
    for (command, answer) in [
        ("0000ffffff0300fdd62a01ff00", "0000ffffff0300fdd72b00fe00"),
        ("0000ffffff0200fed6200a00", "0000ffffff0400fcd7211101f600"),
        ("0000ffffff0200fed6220800", "0000ffffff0400fcd72300010500"),
        ("0000ffffff0300fdd606002400", "0000ffffff0300fdd707002200"),
    ] {
        send(&mut device, OUT, command);
        expect(&mut device, IN, "0000ff00ff00");
        expect(&mut device, IN, answer);
    }
}

#[test]
fn order_and_parameters_matter() {
    let mut device = with_card(RcS380::p());
    command(&mut device, "D600 02030F03", "D701 07");
    command(&mut device, "D62A 05", "D72B 01");
    ready(&mut device);
    command(&mut device, "D602 00", "D703 01");
    command(&mut device, "D602 2000", "D703 01");
    command(&mut device, "D600 0203", "D701 01");
    // REQA with eight bits, and with a checksum
    air(&mut device, "26", "");
    send(&mut device, OUT, &framed(&hex("D6FF")));
    expect(&mut device, IN, ACK);
    expect(&mut device, IN, "0000FFFFFF");
    // a short answer has no checksum
    command(&mut device, "D602 0100 0707", "D703 00");
    command(&mut device, "D604 E803 52", "D705 04000000");
    command(&mut device, "D600 01010F01", "D701 00");
    air(&mut device, "26", "");
}

#[test]
fn activation_follows_the_states() {
    let mut device = with_card(RcS380::s());
    started(&mut device);
    air(&mut device, "C2", "C2"); // S(DESELECT), then halted: REQA is not answered, WUPA is
    command(&mut device, "D602 0100 0200 0707", "D703 00");
    air(&mut device, "26", "");
    air(&mut device, "52", "4403");
    command(&mut device, "D602 0708", "D703 00");
    air(&mut device, "9340 8804", "1122BF"); // two bytes known
    air(&mut device, "9330 05", ""); // not this card: back to HALT
    command(&mut device, "D602 0707", "D703 00");
    air(&mut device, "26", "");
    air(&mut device, "52", "4403");
    command(&mut device, "D606 00", "D707 00");
    air(&mut device, "26", "4403"); // the field was off
}

#[test]
fn halt_without_part_4() {
    let mut device = with_card(RcS380::s());
    selected(&mut device);
    air(&mut device, "5000", "");
    command(&mut device, "D602 0100 0200 0707", "D703 00");
    air(&mut device, "26", "");
    air(&mut device, "52", "4403");
}

#[test]
fn blocks_alternate_and_are_repeated() {
    let mut device = with_card(RcS380::s());
    started(&mut device);
    air(&mut device, "02 60", "02 AF04010101001A05");
    air(&mut device, "B2", "02 AF04010101001A05"); // R(NAK), same number: again
    air(&mut device, "B3", "A2"); // R(NAK), other number: R(ACK), rule 12
    air(&mut device, "03 AF", "03 AF0401010104 1A05");
    air(
        &mut device,
        "02 AF",
        "02 00 04112233445566 0000000000 0000".replace("0000000000 0000", &production()).as_str(),
    );
}

/// What GetVersion tells last, after the UID.
fn production() -> String {
    let mut card = card();
    card.power_on();
    card.transmit(&[0x60]);
    card.transmit(&[0xAF]);
    card.transmit(&[0xAF]).iter().skip(8).map(|byte| format!("{byte:02X}")).collect()
}

#[test]
fn chains_both_ways() {
    let mut device = with_card(RcS380::s());
    selected(&mut device);
    air(&mut device, "E000", "067577810280"); // FSD 16
    air(&mut device, "12 90", "A2");
    air(&mut device, "13 6000", "A3");
    air(&mut device, "B2", "A3"); // lost: other number, R(ACK) of the last
    air(&mut device, "02 0000", "02 04010101001A0591AF");
    air(&mut device, "03 90AF000000", "03 0401010104 1A0591AF");
    // UID and production, 14 + 2 bytes: FSD leaves 13
    let rest = production();
    let (first, second) = rest.split_at(12);
    air(&mut device, "02 90AF000000", &format!("12 04112233445566 {first}"));
    air(&mut device, "A3", &format!("03 {second} 9100"));
}

#[test]
fn waiting_time_is_asked_for() {
    let mut device = with_card(RcS380::s());
    started(&mut device);
    device.set_pace(Pace::Fixed(1_000_000));
    air(&mut device, "02 60", "F2 08"); // FWT is 77 ms
    air(&mut device, "F2 07", ""); // not what was asked
    air(&mut device, "B3", "A2");
    let mut device = with_card(RcS380::s());
    started(&mut device);
    device.set_pace(Pace::Fixed(700_000));
    air(&mut device, "02 60", "F2 08");
    send(&mut device, OUT, &framed(&hex("D604 1027 F208")));
    expect(&mut device, IN, ACK);
    device.advance(600_000);
    assert_eq!(device.read(IN, 64), Read::Pending);
    device.advance(100_000);
    expect(&mut device, IN, &framed(&hex("D705 00000000 08 F202")));
}

#[test]
fn pps_and_card_identifier() {
    let mut device = with_card(RcS380::s());
    selected(&mut device);
    air(&mut device, "E085", "067577810280"); // CID 5
    air(&mut device, "D5 11 00", "D5");
    air(&mut device, "02 60", ""); // without CID
    air(&mut device, "0A 05 60", "0A 05 AF04010101001A05");
    air(&mut device, "D5 11 00", ""); // too late
    air(&mut device, "CA 05", "CA 05");
}

#[test]
fn faults_in_the_air() {
    let mut device = with_card(RcS380::s());
    started(&mut device);
    let next = device.faults().frames() + 1;
    device.faults().at_frame(next, AirFault::AnswerLost).at_frame(next + 1, AirFault::CommandLost);
    air(&mut device, "02 60", "");
    air(&mut device, "B2", "");
    air(&mut device, "B2", "02 AF04010101001A05");
    let next = device.faults().frames() + 1;
    device.faults().at_frame(next, AirFault::AnswerGarbled);
    command(&mut device, "D604 E803 03AF", "D705 04000000");
    air(&mut device, "B3", "03 AF0401010104 1A05");
    air(&mut device, &format!("02 {}", "00".repeat(62)), ""); // longer than FSC
    device.faults().next(Fault::ReplaceCard);
    air(&mut device, "02 AF", ""); // idle
    assert_eq!(shown(device.read(IN, 64)), "Pending");
}
