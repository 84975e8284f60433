//! Sessions recorded from real EV1 cards, replayed: the reader's frames in, the card's frames expected. The card draws the
//! random numbers that the real one drew.
use picc::{Card, Memory, Model, State};
use serde_json::{Value, json};
use std::collections::VecDeque;

fn bytes(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hexadecimal digits")).collect()
}

fn random(numbers: &[&str]) -> picc::Random {
    let mut queue: VecDeque<u8> = numbers.iter().flat_map(|number| bytes(number)).collect();
    Box::new(move |out| out.fill_with(|| queue.pop_front().expect("no more random bytes than recorded")))
}

/// Native frames: 63 operations with all key types (RFDoorLock, "Desfire EV1 Communication Examples").
#[test]
fn native_session() {
    let recording: Vec<Value> =
        serde_json::from_str(include_str!("../../vectors/session-real-EV1-RFDoorLock.json")).unwrap();
    let numbers: Vec<&str> = recording.iter().filter_map(|operation| operation["rndb"].as_str()).collect();
    let state = State::factory(Model::Ev1, Memory::K8, [0x04, 0x06, 0x3F, 0x72, 0x63, 0x34, 0x80]);
    let state = state.with_production([0xBA, 0x45, 0x19, 0xE3, 0x20], 0x49, 0x13);
    let mut card = Card::from_state(state, random(&numbers));
    card.power_on();
    let mut answered = 0;
    for operation in &recording {
        let mut answer = Vec::new();
        for line in operation["io"].as_array().unwrap() {
            let frame = bytes(line[1].as_str().unwrap());
            match line[0].as_str().unwrap() {
                "Sending" => answer = card.transmit(&frame),
                "Response" => {
                    assert_eq!(answer, frame, "{}: {answer:02X?}", operation["op"]);
                    answered += 1;
                }
                _ => {}
            }
        }
    }
    assert_eq!(answered, 85);
}

/// Wrapped frames with enciphered files over several frames (skjolber, AESEncryptionTest.testAES2).
#[test]
fn wrapped_session() {
    let recording = include_str!("../../vectors/session-real-EV1-skjolber-AES2.txt");
    let numbers: Vec<&str> =
        recording.lines().filter_map(|line| line.split("rndb=").nth(1)?.split(' ').next()).collect();
    let state = State::factory(Model::Ev1, Memory::K4, [0x04, 0x1F, 0x5B, 0x92, 0xDA, 0x2C, 0x80]);
    let mut state = serde_json::to_value(state.with_production([0xBA, 0x34, 0x98, 0xBA, 0xD0], 0x29, 0x12)).unwrap();
    state["master"] = json!({ "type": "AES", "bytes": "00".repeat(16), "version": 0x42 });
    state["configuration"]["default_version"] = json!(0x42);
    let mut card = Card::from_state(serde_json::from_value(state).unwrap(), random(&numbers));
    card.power_on();
    let mut answer = Vec::new();
    for line in recording.lines() {
        if let Some(frame) = line.strip_prefix("> ") {
            answer = card.transmit(&bytes(frame));
        } else if let Some(frame) = line.strip_prefix("< ") {
            assert_eq!(answer, bytes(frame), "{line}: {answer:02X?}");
        }
    }
}
