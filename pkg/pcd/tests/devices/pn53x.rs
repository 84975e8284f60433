//! PN533 frames (UM0701-02 §6.2, §7; UM0801-03), and the same chip behind ACR122U.
use crate::ccid::ask;
use crate::{card, empty, expect, hex, send, shown, with_card};
use pcd::{Ccid, Device, Pace, Pn53x, Read};

const OUT: u8 = 0x04;
const IN: u8 = 0x84;
const ACK: &str = "0000FF00FF00";

pub fn framed(body: &[u8]) -> String {
    let sum = |bytes: &[u8]| bytes.iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte));
    let length = match body.len() {
        0..=255 => vec![body.len() as u8, sum(&[body.len() as u8])],
        long => vec![0xFF, 0xFF, (long >> 8) as u8, long as u8, sum(&[(long >> 8) as u8, long as u8])],
    };
    let frame = [&hex("0000FF")[..], &length, body, &[sum(body), 0]].concat();
    frame.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[track_caller]
fn command(device: &mut Device, body: &str, answer: &str) {
    send(device, OUT, &framed(&hex(body)));
    expect(device, IN, ACK);
    expect(device, IN, &framed(&hex(answer)));
}

#[test]
fn as_recorded_from_a_scl3711() {
    let mut device = with_card(Pn53x::scl3711());
    send(&mut device, OUT, "0000ff00ff00");
    assert_eq!(device.read(IN, 64), Read::Pending);
    send(&mut device, OUT, "0000ff02fed4022a00");
    expect(&mut device, IN, "0000ff00ff00");
    expect(&mut device, IN, "0000ff06fad50333020707e500");
    send(&mut device, OUT, "0000ff06fad43205fffffff800");
    expect(&mut device, IN, "0000ff00ff00");
    expect(&mut device, IN, "0000ff02fed533f800");
}

#[test]
fn a_target_is_listed_and_asked() {
    let mut device = with_card(Pn53x::pn533());
    command(&mut device, "D4 40 01 60", "D5 41 27");
    command(&mut device, "D4 4A 01 00", "D5 4B 01 01 0344 20 07 04112233445566 067577810280");
    command(&mut device, "D4 04", "D5 05 00 01 01 01 00 00 00");
    command(&mut device, "D4 40 01 9060000000", "D5 41 00 04010101001A05 91AF");
    command(&mut device, "D4 40 41 90AF", "D5 41 00");
    command(&mut device, "D4 40 01 000000", "D5 41 00 0401010104 1A05 91AF");
    command(&mut device, "D4 44 01", "D5 45 00");
    command(&mut device, "D4 54 01", "D5 55 00");
    command(&mut device, "D4 40 01 60", "D5 41 00 AF 04010101001A05");
    device.remove().unwrap();
    send(&mut device, OUT, &framed(&hex("D4 40 01 AF")));
    expect(&mut device, IN, ACK);
    assert_eq!(device.read(IN, 64), Read::Pending);
    device.advance(100_000);
    expect(&mut device, IN, &framed(&hex("D5 41 01")));
    command(&mut device, "D4 52 01", "D5 53 00");
}

#[test]
fn polling_goes_on_until_a_card_comes_or_ack_ends_it() {
    let mut device = empty(Pn53x::scl3711());
    send(&mut device, OUT, &framed(&hex("D4 4A 01 00")));
    expect(&mut device, IN, ACK);
    assert_eq!(device.read(IN, 64), Read::Pending);
    device.insert(card());
    expect(&mut device, IN, &framed(&hex("D5 4B 01 01 0344 20 07 04112233445566 067577810280")));
    device.remove().unwrap();
    send(&mut device, OUT, &framed(&hex("D4 4A 01 00")));
    expect(&mut device, IN, ACK);
    send(&mut device, OUT, ACK);
    device.insert(card());
    assert_eq!(device.read(IN, 64), Read::Pending);
    command(&mut device, "D4 32 05 FF 01 02", "D5 33");
    command(&mut device, "D4 4A 01 03 00", "D5 4B 00");
}

#[test]
fn the_host_may_send_rats_itself() {
    let mut device = with_card(Pn53x::scl3711());
    command(&mut device, "D4 12 04", "D5 13");
    command(&mut device, "D4 4A 01 00", "D5 4B 01 01 0344 20 07 04112233445566");
    command(&mut device, "D4 42 E080", "D5 43 00 067577810280");
    command(&mut device, "D4 42 02 60", "D5 43 00 02 AF 04010101001A05");
    command(&mut device, "D4 42 C2", "D5 43 00 C2");
    // checksums and bits by the registers: WUPA, anticollision
    command(&mut device, "D4 08 6302 00 6303 00 633D 07", "D5 09 00");
    command(&mut device, "D4 06 633D", "D5 07 00 07");
    command(&mut device, "D4 42 52", "D5 43 00 4403");
    command(&mut device, "D4 08 633D 00", "D5 09 00");
    command(&mut device, "D4 42 9320", "D5 43 00 88041122BF");
}

#[test]
fn wrong_frames_are_refused() {
    let mut device = with_card(Pn53x::scl3711());
    send(&mut device, OUT, "0000ff02fed4022b00");
    expect(&mut device, IN, "0000ffff0000");
    send(&mut device, OUT, &framed(&hex("D4 FE")));
    expect(&mut device, IN, ACK);
    expect(&mut device, IN, "0000FF01FF7F8100");
    send(&mut device, OUT, "0000ffff0000"); // NACK: again
    expect(&mut device, IN, "0000FF01FF7F8100");
    send(&mut device, OUT, &framed(&hex("D4 14 01"))); // a command of PN532
    expect(&mut device, IN, ACK);
    expect(&mut device, IN, "0000FF01FF7F8100");
}

#[test]
fn ack_ends_a_slow_command() {
    let mut device = with_card(Pn53x::scl3711());
    command(&mut device, "D4 4A 01 00", "D5 4B 01 01 0344 20 07 04112233445566 067577810280");
    device.set_pace(Pace::Fixed(500_000));
    send(&mut device, OUT, &framed(&hex("D4 40 01 60")));
    expect(&mut device, IN, ACK);
    send(&mut device, OUT, ACK);
    device.advance(1_000_000);
    assert_eq!(device.read(IN, 64), Read::Pending);
    // the longest command comes in an extended frame
    let long = [&hex("D4 00 00")[..], &[0x55; 260]].concat();
    send(&mut device, OUT, &framed(&long));
    expect(&mut device, IN, ACK);
    let echo = [&hex("D5 01 00")[..], &[0x55; 260]].concat();
    assert_eq!(shown(device.read(IN, 512)), framed(&echo));
}

#[test]
fn a_card_that_goes_meanwhile_is_a_timeout() {
    let mut device = with_card(Pn53x::scl3711());
    command(&mut device, "D4 4A 01 00", "D5 4B 01 01 0344 20 07 04112233445566 067577810280");
    device.set_pace(Pace::Fixed(500_000));
    send(&mut device, OUT, &framed(&hex("D4 40 01 60")));
    expect(&mut device, IN, ACK);
    device.remove().unwrap();
    assert_eq!(device.read(IN, 64), Read::Pending);
    device.advance(500_000);
    expect(&mut device, IN, &framed(&hex("D5 41 01")));
    assert_eq!(device.read(IN, 64), Read::Pending);
}

#[test]
fn as_recorded_from_an_acr122u_without_card() {
    let mut device = empty(Ccid::acr122u());
    ask(&mut device, "6f050000000000000000ff00480000", "800a000000000002fe0041435231323255323135");
    ask(&mut device, "62000000000000000000", "800200000000000281003b00");
    ask(&mut device, "6f050000000000000000ff00517f00", "8001000000000002fe007f");
    ask(&mut device, "6f090000000000000000ff00400e0400000000", "8002000000000002fe009002");
    ask(&mut device, "6f 09000000 00 00 000000 ff00000004 d44a0100", "80 05000000 00 00 02 fe 00 d54b00 9000");
    ask(&mut device, "6b 05000000 00 00 000000 ff00480000", "83 0a000000 00 00 02 00 00 41435231323255323135");
    ask(&mut device, "65 00000000 00 00 000000", "81 00000000 00 00 42 fe 00");
}

#[test]
fn an_acr122u_with_card() {
    let mut device = with_card(Ccid::acr122u());
    ask(&mut device, "62000000000000000000", "80 06000000 00 00 00 00 00 3B8180018080");
    ask(&mut device, "6f 05000000 00 01 000000 FFCA000000", "80 09000000 00 01 00 00 00 04112233445566 9000");
    ask(&mut device, "6f 09000000 00 02 000000 ff00000004 d4400160", "80 05000000 00 02 00 00 00 D54127 9000");
}

#[test]
fn an_acr122u_notices_late_that_the_card_has_gone() {
    let mut device = with_card(Ccid::acr122u());
    ask(&mut device, "62000000000000000000", "80 06000000 00 00 00 00 00 3B8180018080");
    device.remove().unwrap();
    ask(&mut device, "65 00000000 00 01 000000", "81 00000000 00 01 00 00 00");
    ask(&mut device, "6f 01000000 00 02 000000 60", "80 00000000 00 02 40 FE 00");
    device.advance(1_000_000);
    ask(&mut device, "65 00000000 00 03 000000", "81 00000000 00 03 42 FE 00");
    expect(&mut device, 0x83, "50 03");
    expect(&mut device, 0x83, "50 02");
}
