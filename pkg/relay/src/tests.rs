//! Every message both ways, letter by letter; and what must never be taken for one.
use crate::{
    ADDRESS, Answer, Ask, Bytes, CardState, Fault, FromApp, FromPage, FromRelay, LONGEST_APDU, Leaving, PATH, PORT,
    PairingCode, Reader, Refusal, ToApp, Token, Unreadable, VERSION,
};

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[track_caller]
fn page(message: &FromPage, text: &str) {
    assert_eq!(message.text(), text);
    assert_eq!(FromPage::parse(text).as_ref(), Ok(message));
}

#[track_caller]
fn relay(message: &FromRelay, text: &str) {
    assert_eq!(message.text(), text);
    assert_eq!(&FromRelay::parse(text).unwrap(), message);
}

fn request(id: u32, ask: Ask) -> FromPage {
    FromPage::Request { id, ask }
}

fn bytes(bytes: &[u8]) -> Bytes {
    Bytes(bytes.to_vec())
}

#[test]
fn what_a_page_says() {
    page(&FromPage::Hello { version: VERSION, token: None, code: None }, r#"{"hello":{"version":1,"token":null}}"#);
    let code = Some(PairingCode::of(2_913));
    page(&FromPage::Hello { version: 1, token: None, code }, r#"{"hello":{"version":1,"token":null,"code":"002913"}}"#);
    let token = Some(Token([0; 32]));
    page(
        &FromPage::Hello { version: 1, token, code: None },
        &format!(r#"{{"hello":{{"version":1,"token":"{ZEROS}"}}}}"#),
    );
    page(&request(7, Ask::List), r#"{"id":7,"list":{}}"#);
    let reader = "ACS ACR122U 00 00".to_owned();
    page(&request(8, Ask::Connect { reader }), r#"{"id":8,"connect":{"reader":"ACS ACR122U 00 00"}}"#);
    let apdu = bytes(&[0x90, 0x60, 0, 0, 0]);
    page(&request(9, Ask::Transmit { apdu }), r#"{"id":9,"transmit":{"apdu":"9060000000"}}"#);
    let data = bytes(&[0xFF, 0, 0x48, 0, 0]);
    page(&request(10, Ask::Control { data }), r#"{"id":10,"control":{"data":"ff00480000"}}"#);
    page(&request(11, Ask::Disconnect { card: Leaving::Leave }), r#"{"id":11,"disconnect":{"card":"leave"}}"#);
    page(&request(0, Ask::Disconnect { card: Leaving::Reset }), r#"{"id":0,"disconnect":{"card":"reset"}}"#);
    let unpower = Ask::Disconnect { card: Leaving::Unpower };
    page(&request(u32::MAX, unpower), r#"{"id":4294967295,"disconnect":{"card":"unpower"}}"#);
}

#[test]
fn what_a_relay_says() {
    relay(&FromRelay::Pairing(PairingCode::of(2_913)), r#"{"pairing":{"code":"002913"}}"#);
    relay(&FromRelay::Paired(Token([0; 32])), &format!(r#"{{"paired":{{"token":"{ZEROS}"}}}}"#));
    let ready = FromRelay::Ready { version: 1, relay: "congthe-bridge/0.1.0".to_owned() };
    relay(&ready, r#"{"ready":{"version":1,"relay":"congthe-bridge/0.1.0"}}"#);
    let states = [
        (CardState::Absent, "absent"),
        (CardState::Present, "present"),
        (CardState::InUse, "in_use"),
        (CardState::Mute, "mute"),
    ];
    for (card, word) in states {
        let readers = vec![Reader { name: "R".to_owned(), card, atr: bytes(&[0x3B, 0x81]) }];
        let text = format!(r#"[{{"name":"R","card":"{word}","atr":"3b81"}}]"#);
        let answer = FromRelay::Answer(7, Ok(Answer::Readers(readers.clone())));
        relay(&answer, &format!(r#"{{"id":7,"readers":{text}}}"#));
        relay(&FromRelay::Event(Ok(readers)), &format!(r#"{{"event":{{"readers":{text}}}}}"#));
    }
    relay(&FromRelay::Event(Err(Fault::NoService)), r#"{"event":{"fault":"no_service"}}"#);
    let connected = FromRelay::Answer(8, Ok(Answer::Connected(bytes(&[0x3B, 0x81, 0x80, 1, 0x80, 0x80]))));
    relay(&connected, r#"{"id":8,"connected":{"atr":"3b8180018080"}}"#);
    relay(&FromRelay::Answer(9, Ok(Answer::Data(bytes(&[0x91, 0xAF])))), r#"{"id":9,"answer":{"data":"91af"}}"#);
    relay(&FromRelay::Answer(11, Ok(Answer::Done)), r#"{"id":11,"done":{}}"#);
}

#[test]
fn what_an_app_and_the_server_say() {
    let app = |message: FromApp, text: &str| {
        assert_eq!(message.text(), text);
        assert_eq!(FromApp::parse(text).unwrap(), message);
    };
    app(FromApp::Hello { version: 1, app: "a/1".to_owned() }, r#"{"hello":{"version":1,"app":"a/1"}}"#);
    app(FromApp::Consent { yes: true }, r#"{"consent":{"yes":true}}"#);
    let server = |message: ToApp, text: &str| {
        assert_eq!(message.text(), text);
        assert_eq!(ToApp::parse(text).unwrap(), message);
    };
    let code = PairingCode::of(2_913);
    server(ToApp::Code { code, seconds: 60 }, r#"{"code":{"code":"002913","seconds":60}}"#);
    server(ToApp::Asked { by: "A".to_owned() }, r#"{"asked":{"by":"A"}}"#);
    server(ToApp::Joined {}, r#"{"joined":{}}"#);
    server(ToApp::Refused { reason: Refusal::Expired }, r#"{"refused":{"reason":"expired"}}"#);
    for text in ["", "{}", r#"{"consent":{}}"#, r#"{"consent":{"yes":true,"more":1}}"#, r#"{"id":1,"list":{}}"#] {
        assert!(FromApp::parse(text).is_err(), "{text}");
    }
}

#[test]
fn why_not() {
    let refusals = [
        (Refusal::Version, "version"),
        (Refusal::No, "no"),
        (Refusal::Code, "code"),
        (Refusal::Expired, "expired"),
        (Refusal::Busy, "busy"),
        (Refusal::TooMany, "too_many"),
        (Refusal::Malformed, "malformed"),
        (Refusal::Failed, "failed"),
    ];
    for (reason, word) in refusals {
        relay(&FromRelay::Refused(reason), &format!(r#"{{"refused":{{"reason":"{word}"}}}}"#));
    }
    let faults = [
        (Fault::NoCard, "no_card"),
        (Fault::CardGone, "card_gone"),
        (Fault::Mute, "mute"),
        (Fault::InUse, "in_use"),
        (Fault::NoReader, "no_reader"),
        (Fault::NoService, "no_service"),
        (Fault::Timeout, "timeout"),
        (Fault::NotConnected, "not_connected"),
        (Fault::Busy, "busy"),
        (Fault::TooLong, "too_long"),
        (Fault::Malformed, "malformed"),
        (Fault::Unsupported, "unsupported"),
        (Fault::Failed, "failed"),
    ];
    for (code, word) in faults {
        relay(&FromRelay::Answer(9, Err(code)), &format!(r#"{{"id":9,"error":{{"code":"{word}"}}}}"#));
    }
}

#[test]
fn digits_of_either_case() {
    let asked = FromPage::parse(r#"{"transmit":{"apdu":"90AfaF"},"id":1}"#);
    assert_eq!(asked, Ok(request(1, Ask::Transmit { apdu: bytes(&[0x90, 0xAF, 0xAF]) })));
}

#[test]
fn an_error_can_be_answered_where_the_id_was_legible() {
    let id = |text| FromPage::parse(text).map_err(|Unreadable { id }| id);
    assert_eq!(id(r#"{"id":5,"transmit":{"apdu":"9"}}"#), Err(Some(5)));
    assert_eq!(id(r#"{"id":6,"explode":{}}"#), Err(Some(6)));
    assert_eq!(id(r#"{"id":4294967296,"list":{}}"#), Err(None));
    assert_eq!(id(r#"{"id":"7","list":{}}"#), Err(None));
}

#[test]
fn what_is_too_long_or_empty_is_said_so() {
    let transmit = |length| Ask::Transmit { apdu: Bytes(vec![0; length]) }.check();
    assert_eq!(transmit(LONGEST_APDU), Ok(()));
    assert_eq!(transmit(LONGEST_APDU + 1), Err(Fault::TooLong));
    assert_eq!(transmit(0), Err(Fault::Malformed));
    assert_eq!(Ask::Control { data: Bytes(vec![0; LONGEST_APDU + 1]) }.check(), Err(Fault::TooLong));
}

#[test]
fn hostile_text_is_an_error() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_inside = format!(r#"{{"id":1,"list":{}}}"#, "{\"list\":".repeat(50_000));
    let long = format!(r#"{{"id":1,"transmit":{{"apdu":"{}"}}}}"#, "0".repeat(200_002));
    let hostile = [
        "",
        " ",
        "null",
        "[]",
        "{}",
        "\"hello\"",
        "{",
        "\u{FEFF}{}",
        r#"{"id":1}"#,
        r#"{"list":{}}"#,
        r#"{"id":-1,"list":{}}"#,
        r#"{"id":1.5,"list":{}}"#,
        r#"{"id":1e999,"list":{}}"#,
        r#"{"id":123456789012345678901234567890,"list":{}}"#,
        r#"{"id":1,"id":2,"list":{}}"#,
        r#"{"id":1,"list":{},"list":{}}"#,
        r#"{"id":1,"list":{},"connect":{"reader":"R"}}"#,
        r#"{"id":1,"list":{"all":true}}"#,
        r#"{"id":1,"list":null}"#,
        r#"{"id":1,"list":{},"extra":1}"#,
        r#"{"id":1,"hello":{"version":1,"token":null}}"#,
        r#"{"hello":{"version":1,"token":"00"}}"#,
        r#"{"hello":{"version":1,"token":"zz"}}"#,
        r#"{"hello":{"version":99999999999,"token":null}}"#,
        r#"{"hello":{"version":1,"token":null,"admin":true}}"#,
        r#"{"id":1,"transmit":{"apdu":"abc"}}"#,
        r#"{"id":1,"transmit":{"apdu":"0x90"}}"#,
        r#"{"id":1,"transmit":{"apdu":"90 60"}}"#,
        r#"{"id":1,"transmit":{"apdu":"９０"}}"#,
        r#"{"id":1,"transmit":{"apdu":"+1"}}"#,
        r#"{"id":1,"transmit":{"apdu":[144]}}"#,
        r#"{"id":1,"transmit":{}}"#,
        r#"{"id":1,"disconnect":{"card":"eject"}}"#,
        r#"{"id":1,"connect":{"reader":7}}"#,
        r#"{"id":1,"connect":{"reader":"\uD800"}}"#,
        deep.as_str(),
        deep_inside.as_str(),
        long.as_str(),
    ];
    for text in hostile {
        assert!(FromPage::parse(text).is_err(), "{}", text.chars().take(80).collect::<String>());
        assert!(FromRelay::parse(text).is_err(), "{}", text.chars().take(80).collect::<String>());
    }
    for text in [
        r#"{"pairing":{"code":"12345"}}"#,
        r#"{"pairing":{"code":"12345a"}}"#,
        r#"{"id":1,"error":{"code":"unheard_of"}}"#,
        r#"{"id":1,"error":{"code":"mute"},"done":{}}"#,
        r#"{"id":1,"event":{"readers":[]}}"#,
        r#"{"event":{"readers":[],"fault":"no_service"}}"#,
        r#"{"event":{}}"#,
    ] {
        assert!(FromRelay::parse(text).is_err(), "{text}");
    }
}

#[test]
fn logs_show_no_secret() {
    let shown = format!("{:?}", FromRelay::Paired(Token([0xAB; 32])));
    assert_eq!(shown, "Paired(Token(…))");
    let shown = format!("{:?}", request(1, Ask::Transmit { apdu: bytes(&[0xAB; 5]) }));
    assert!(!shown.to_lowercase().contains("ab, ") && shown.contains("Bytes(5)"), "{shown}");
}

#[test]
fn the_address_is_made_of_its_parts() {
    assert_eq!(ADDRESS, format!("ws://127.0.0.1:{PORT}{PATH}"));
}
