//! Levels of exchange: chaining of messages (CCID 1.1 §6.1.4), T=1 blocks (ISO/IEC 7816-3 §11), characters.
use crate::ccid::{ask, powered};
use crate::{expect, send};
use pcd::{Ccid, Pace};

const OUT: u8 = 0x02;
const IN: u8 = 0x82;

#[test]
fn extended_level_chains_both_ways() {
    let mut device = powered(Ccid::twn4());
    // a file of 100 bytes, plain: CreateApplication, SelectApplication, CreateStdDataFile
    ask(&mut device, "6F 0B000000 00 01 000000 90CA000005 010203 0F01 00", "80 02000000 00 01 00 00 00 9100");
    ask(&mut device, "6F 09000000 00 02 000000 905A000003 010203 00", "80 02000000 00 02 00 00 00 9100");
    ask(&mut device, "6F 0D000000 00 03 000000 90CD000007 01 00 EEEE 640000 00", "80 02000000 00 03 00 00 00 9100");
    // ReadData of 59 bytes and two for the status do not fit into 54
    send(&mut device, OUT, "6F 0D000000 00 04 000000 90BD000007 01 000000 640000 00");
    expect(&mut device, IN, &format!("80 36000000 00 04 00 00 01 {}", "00".repeat(54)));
    ask(&mut device, "6F 00000000 00 05 00 1000", &format!("80 07000000 00 05 00 00 02 {} 91AF", "00".repeat(5)));
    ask(&mut device, "6F 00000000 00 06 00 1000", "80 00000000 00 06 40 08 00");
    let rest = format!("80 2B000000 00 06 00 00 00 {} 9100", "00".repeat(41));
    ask(&mut device, "6F 05000000 00 06 000000 90AF000000", &rest);
    // WriteData in two pieces of the APDU: 1 begins, 2 ends
    let begins = format!("6F 36000000 00 07 00 0100 903D000036 01 000000 2F0000 {}", "AA".repeat(42));
    ask(&mut device, &begins, "80 00000000 00 07 00 00 10");
    ask(&mut device, "6F 06000000 00 08 00 0200 AAAAAAAAAA 00", "80 02000000 00 08 00 00 00 9100");
    ask(&mut device, "6F 01000000 00 09 00 0200 AA", "80 00000000 00 09 40 08 00");
    // longer than a message may be
    let long = format!("6F 37000000 00 0A 00 0000 {}", "AA".repeat(55));
    ask(&mut device, &long, "80 00000000 00 0A 40 01 00");
}

#[test]
fn short_level_chains_only_as_a_quirk() {
    let mut make = Ccid::omnikey_5321_cli();
    make.quirks.chained_answers = Some(4);
    let mut device = powered(make);
    ask(&mut device, "6F 05000000 00 01 000000 9060000000", "80 04000000 00 01 00 00 01 04010101");
    ask(&mut device, "6F 00000000 00 02 001000", "80 04000000 00 02 00 00 03 001A0591");
    ask(&mut device, "6F 00000000 00 03 001000", "80 01000000 00 03 00 00 02 AF");
    ask(&mut device, "6F 01000000 00 04 000100 90", "80 00000000 00 04 40 08 00");
    let long = format!("6F 06010000 00 05 00 0000 {}", "AA".repeat(262));
    ask(&mut device, &long, "80 00000000 00 05 40 01 00");
}

#[test]
fn tpdu_level_speaks_t1() {
    let mut device = powered(Ccid::omnikey_5021_cl());
    // S(IFS request) 254, I(0,0) FF CA
    ask(&mut device, "6F 05000000 00 01 000000 00C101FE3E", "80 05000000 00 01 00 00 00 00E101FE1E");
    ask(
        &mut device,
        "6F 09000000 00 02 000000 000005FFCA00000030",
        "80 0D000000 00 02 00 00 00 000009 04112233445566 9000 EA",
    );
}

#[test]
fn t1_chains_repeats_extends_and_resynchronises() {
    let mut device = powered(Ccid::scl010());
    // I(0,1) 90 60 00, then I(1,0) 00 00
    ask(&mut device, "6F 07000000 00 01 000000 002003 906000 D3", "80 04000000 00 01 00 00 00 00900090");
    ask(
        &mut device,
        "6F 06000000 00 02 000000 004002 0000 42",
        "80 0D000000 00 02 00 00 00 000009 04010101001A0591AF 2D",
    );
    // R-block with the same number: the block again
    ask(&mut device, "6F 04000000 00 03 000000 00820082", "80 0D000000 00 03 00 00 00 000009 04010101001A0591AF 2D");
    // a wrong LRC
    ask(&mut device, "6F 04000000 00 04 000000 00000001", "80 04000000 00 04 00 00 00 00810081");
    // an unexpected N(S)
    ask(&mut device, "6F 05000000 00 05 000000 0040016021", "80 04000000 00 05 00 00 00 00820082");
    // S(RESYNCH request)
    ask(&mut device, "6F 04000000 00 06 000000 00C000C0", "80 04000000 00 06 00 00 00 00E000E0");
    // the card awaits AF: command aborted, and a slow card asks for time: S(WTX request) 3
    device.set_pace(Pace::Fixed(1_000_000));
    ask(&mut device, "6F 04000000 00 07 000000 00000160", "80 04000000 00 07 00 00 00 00810081");
    ask(&mut device, "6F 05000000 00 08 000000 0000016061", "80 05000000 00 08 00 00 00 00C30103C1");
    send(&mut device, OUT, "6F 05000000 00 09 000000 00E30103E1");
    device.advance(1_000_000);
    for _ in 0..2 {
        expect(&mut device, IN, "80 00000000 00 09 80 01 00");
    }
    expect(&mut device, IN, "80 05000000 00 09 00 00 00 000001 CA CB");
}

#[test]
fn t1_answers_are_chained_by_ifsd() {
    let mut device = powered(Ccid::scl010());
    ask(&mut device, "6F 05000000 00 01 000000 00C10104C4", "80 05000000 00 01 00 00 00 00E10104E4");
    ask(&mut device, "6F 09000000 00 02 000000 000005FFCA00000030", "80 08000000 00 02 00 00 00 002004 04112233 20");
    ask(&mut device, "6F 04000000 00 03 000000 00900090", "80 08000000 00 03 00 00 00 006004 44556690 83");
    ask(&mut device, "6F 04000000 00 04 000000 00900090", "80 08000000 00 04 00 00 00 006004 44556690 83");
    ask(&mut device, "6F 04000000 00 05 000000 00C200C2", "80 04000000 00 05 00 00 00 00E200E2"); // S(ABORT)
    ask(&mut device, "6F 04000000 00 06 000000 00800080", "80 04000000 00 06 00 00 00 00E200E2");
}

#[test]
fn character_level_refuses() {
    let mut device = powered(Ccid::character_level());
    ask(&mut device, "6F 01000000 00 01 00 0100 60", "80 00000000 00 01 40 00 00");
}
