//! Whatever comes in: no panic, and a memory that stays in order.
use crate::host::{AID, Reader, ZERO, random};
use picc::{Card, Memory, Model, State, Tear};
use proptest::prelude::*;
use serde_json::Value;

/// Commands with parameters that often fit.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let file = 0_u8..6;
    let small = 0_u8..40;
    let ins = prop::sample::select(
        [
            0x0A, 0x1A, 0xAA, 0x71, 0x77, 0xAF, 0x5A, 0x60, 0x51, 0x6E, 0xFC, 0x5C, 0x3C, 0x6A, 0xCA, 0xDA, 0xC9, 0x69,
            0x45, 0x54, 0x64, 0xC4, 0xC6, 0x56, 0x57, 0x55, 0x6F, 0x61, 0xF5, 0x5F, 0xF6, 0xCE, 0xDF, 0xEB, 0xC7, 0xA7,
            0xC8, 0xB1, 0xF2, 0xFD, 0x90, 0x00, 0xFF, 0x6D,
        ]
        .to_vec(),
    );
    let mixed = (ins, prop::collection::vec(any::<u8>(), 0..48)).prop_map(|(ins, data)| [vec![ins], data].concat());
    let rights = prop::sample::select(vec![[0xEE, 0xEE], [0x11, 0x11], [0xE0, 0x12], [0xFF, 0xFF]]);
    let option = prop::sample::select(vec![0x00, 0x01, 0x03, 0x40]);
    let create = (
        prop::sample::select(vec![0xCD_u8, 0xCB, 0xCC, 0xC1, 0xC0]),
        file.clone(),
        option,
        rights,
        small.clone(),
        small.clone(),
    )
        .prop_map(|(ins, file, option, [low, high], a, b)| match ins {
            0xCD | 0xCB => vec![ins, file, option, low, high, a, 0, 0],
            0xCC => [&[ins, file, option & 3, low, high], &[0; 4][..], &[a, 0, 0, 0, b, 0, 0, 0, 3]].concat(),
            _ => vec![ins, file, option & 3, low, high, a, 0, 0, b / 8, 0, 0],
        });
    let read = (prop::sample::select(vec![0xBD_u8, 0xBB, 0xAD, 0xAB]), file.clone(), small.clone(), small.clone())
        .prop_map(|(ins, file, a, b)| vec![ins, file, a, 0, 0, b, 0, 0]);
    let write = (
        prop::sample::select(vec![0x3D_u8, 0x3B, 0x8D]),
        file.clone(),
        small.clone(),
        prop::collection::vec(any::<u8>(), 0..30),
    )
        .prop_map(|(ins, file, at, data)| [&[ins, file, at, 0, 0, data.len() as u8, 0, 0], &data[..]].concat());
    let value = (prop::sample::select(vec![0x0C_u8, 0xDC, 0x1C]), file.clone(), small)
        .prop_map(|(ins, file, amount)| vec![ins, file, amount, 0, 0, 0]);
    let short = (prop::sample::select(vec![0x6C_u8, 0xEB, 0xDF, 0xF5]), file).prop_map(|(ins, file)| vec![ins, file]);
    let fixed = prop::sample::select(vec![
        vec![0xC7],
        vec![0xA7],
        vec![0xC7, 0x01],
        vec![0x5A, 0x11, 0x22, 0x33],
        vec![0x5A, 0, 0, 0],
    ]);
    let iso = (
        prop::sample::select(vec![0xA4_u8, 0xB0, 0xD6, 0xB2, 0xE2, 0x84, 0x82, 0x88]),
        prop::collection::vec(any::<u8>(), 2..12),
    )
        .prop_map(|(ins, data)| [vec![0x00, ins], data].concat());
    prop_oneof![mixed, create, read, write, value, short, fixed, iso]
}

/// What must hold of any memory that commands can lead to.
fn in_order(state: &State) {
    let memory = serde_json::to_value(state).unwrap();
    assert!(state.free() <= Memory::K2.bytes());
    for application in memory["applications"].as_array().unwrap() {
        for file in application["files"].as_object().unwrap().values() {
            let content = &file["content"];
            if let Value::Object(records) = &content["records"] {
                let kept = records["records"].as_array().unwrap();
                let size = records["size"].as_u64().unwrap() as usize;
                assert!(kept.len() as u64 <= records["max"].as_u64().unwrap());
                assert!(kept.iter().all(|record| record.as_str().unwrap().len() == 2 * size));
            }
            if let Value::Object(value) = &content["value"] {
                let number = |name: &str| value[name].as_i64().unwrap();
                assert!((number("lower")..=number("upper")).contains(&number("value")));
                assert!(number("limited") >= 0);
            }
        }
    }
}

proptest! {
    #[test]
    fn commands_of_all_kinds(
        model in prop::sample::select(vec![Model::Ev1, Model::Ev2, Model::Ev3]),
        frames in prop::collection::vec((frame(), 0..40_u8), 1..60),
        authenticated in any::<bool>(),
    ) {
        let mut reader = Reader::with(Card::new(model, Memory::K2, [4; 7], random(3)));
        reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0x85]).unwrap();
        reader.select(AID);
        if authenticated {
            reader.aes(0, ZERO).unwrap();
        }
        for (frame, event) in frames {
            match event {
                0 => reader.card.tear(Tear::BeforeCommand),
                1 => reader.card.tear(Tear::InsideWrite { percent: 50 }),
                2 => drop(reader.card.power_on()),
                _ => {}
            }
            let answer = reader.card.transmit(&frame);
            prop_assert_eq!(answer.is_empty(), !reader.card.is_powered());
            prop_assert!(answer.len() <= 258);
            if answer.is_empty() {
                reader.reset();
            }
            in_order(reader.card.state());
        }
        let text = serde_json::to_string(reader.card.state()).unwrap();
        prop_assert!(serde_json::from_str::<State>(&text).unwrap() == *reader.card.state());
    }

    #[test]
    fn bytes_of_all_kinds(frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..80)) {
        let mut reader = Reader::in_application(Model::Ev3);
        for frame in frames {
            prop_assert!(!reader.card.transmit(&frame).is_empty());
        }
    }
}
