//! Export and import.
use crate::host::{AID, Reader, ZERO, random};
use picc::{Card, Model, State};

#[test]
fn a_card_comes_back_as_it_was() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.plain(0xCD, &[0x01, 0x40, 0xE0, 0xEE, 40, 0, 0]).unwrap();
    reader.plain(0xCB, &[0x02, 0x00, 0xEE, 0xEE, 4, 0, 0]).unwrap();
    reader.plain(0xC0, &[0x03, 0x00, 0xEE, 0xEE, 2, 0, 0, 3, 0, 0]).unwrap();
    reader.plain(0xCC, &[0x04, 0, 0xEE, 0xEE, 0, 0, 0, 0, 9, 0, 0, 0, 5, 0, 0, 0, 1]).unwrap();
    reader.plain(0x3D, &[0x01, 0, 0, 0, 2, 0, 0, 0xAB, 0xCD]).unwrap();
    reader.plain(0x3B, &[0x03, 0, 0, 0, 2, 0, 0, 1, 2]).unwrap();
    reader.plain(0xC7, &[]).unwrap();
    reader.ev2(0, ZERO).unwrap();
    reader.full(0xCE, &[0x0F, 0x00, 0xF0, 0xEF, 0x02], &[7; 17], false).unwrap();
    reader.change_key(&[0xC4, 0x01], [9; 16], 3, Some(ZERO)).unwrap();

    let text = serde_json::to_string_pretty(reader.card.state()).unwrap();
    assert!(text.contains("ABCD"));
    let state: State = serde_json::from_str(&text).unwrap();
    let mut again = Reader::with(Card::from_state(state, random(1)));
    assert!(again.card.state() == reader.card.state());
    again.select(AID);
    assert_eq!(again.plain(0xBD, &[0x01, 0, 0, 0, 2, 0, 0]), Ok(vec![0xAB, 0xCD]));
    assert_eq!(again.plain(0xBB, &[0x03, 0, 0, 0, 0, 0, 0]), Ok(vec![1, 2]));
    again.ev2(1, [9; 16]).unwrap();
}

#[test]
fn what_is_no_state_is_refused() {
    let state = State::factory(Model::Ev1, picc::Memory::K2, [1; 7]);
    let mut value = serde_json::to_value(state).unwrap();
    value["uid"] = "0102".into();
    assert!(serde_json::from_value::<State>(value).is_err());
}
