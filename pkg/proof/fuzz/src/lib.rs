//! What each fuzz target does with its bytes. Ordinary tests run the same with every input that once broke something
//! (`pkg/proof/tests/found.rs`).

use chip::content::link::{Host, Tapped, dynamic, fixed, message_file, settings};
use chip::layout::MESSAGE_SIZE;
use desfire::command::*;
use desfire::{Aid, Authentication, Capabilities, Channel, CommMode, FileNo, Framing, Key, KeySetNo, Step, U24};
use model::card_code::CardCode;
use picc::{Card, Memory, Model};

/// What a target does with its bytes.
pub type Body = fn(&[u8]);

/// Each target and its name.
pub const TARGETS: [(&str, Body); 16] = [
    ("apdu", apdu),
    ("ccid", ccid),
    ("descriptor", descriptor),
    ("desfire", desfire),
    ("isodep", isodep),
    ("link", link),
    ("ndef", ndef),
    ("picc", picc),
    ("pn53x", pn53x),
    ("pasori", pasori),
    ("relay", relay),
    ("x509", x509),
    ("tap", tap),
    ("qr", qr),
    ("states", states),
    ("receipt", receipt),
];

/// Commands and responses: what is parsed is written as it was, a conversation ends.
pub fn apdu(bytes: &[u8]) {
    if let Ok(command) = ::apdu::Command::parse(bytes) {
        let encoded = command.encode().expect("what was parsed can be written");
        assert_eq!(::apdu::Command::parse(&encoded), Ok(command.clone()));
        let chunk = usize::from(bytes[0]).max(1);
        let links = ::apdu::chain(&command, chunk);
        assert_eq!(links.iter().flat_map(|link| link.data.clone()).collect::<Vec<_>>(), command.data);
    }
    if let Ok(response) = ::apdu::Response::parse(bytes) {
        assert_eq!(response.encode(), bytes);
        let mut conversation = ::apdu::Conversation::new(::apdu::Command::select_file(0xE103));
        for _ in 0..1000 {
            if let ::apdu::Step::Done(_) = conversation.answer(response.clone()) {
                return;
            }
        }
        panic!("a conversation that does not end");
    }
}

/// Answers to every command that reads something, and to every handshake: a card that knows no key is never believed.
pub fn desfire(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let framing = if first & 0x80 == 0 { Framing::Wrapped } else { Framing::Native };
    let answers = messages(rest);
    let no = FileNo::of::<1>();
    let data = DataFile { no, mode: CommMode::Plain };
    let records = RecordFile { no, mode: CommMode::Plain, size: U24::from(3) };
    let aes = Key::aes([0x5A; 16], 0);
    let read = |code: u8| {
        let channel = &mut Channel::new(framing, 64);
        match code {
            0 => ask(channel, &GetVersion, &answers),
            1 => ask(channel, &FreeMemory, &answers),
            2 => ask(channel, &ReadSig, &answers),
            3 => ask(channel, &GetApplicationIds, &answers),
            4 => {
                ask(channel, &SelectApplication::new(Aid::PICC), &[vec![0x91, 0x00], vec![0x00]]);
                ask(channel, &GetDfNames, &answers);
            }
            5 => ask(channel, &GetKeySettings, &answers),
            6 => ask(channel, &GetKeyVersion { key_no: 0, key_set: Some(KeySetNo::of::<1>()) }, &answers),
            7 => ask(channel, &GetKeySetVersions, &answers),
            8 => ask(channel, &GetFileIds, &answers),
            9 => ask(channel, &GetIsoFileIds, &answers),
            10 => ask(channel, &GetFileSettings(no), &answers),
            11 => ask(channel, &GetDelegatedInfo { slot: 1 }, &answers),
            12 => ask(channel, &GetValue(ValueFile { no, mode: CommMode::Plain }), &answers),
            13 => ask(channel, &CommitTransactionMaced, &answers),
            14 => ask(channel, &CommitReaderId { reader: [7; 16] }, &answers),
            15 => ask(channel, &PreparePc, &answers),
            16 => ask(channel, &ProximityRound { random: vec![1; 4] }, &answers),
            17 => {
                let offset = U24::ZERO;
                ask(channel, &ReadData { file: data, offset, length: U24::ZERO, opcode: Opcode::Native }, &answers);
            }
            18 => {
                let (first, count) = (U24::ZERO, U24::from(2));
                ask(channel, &ReadRecords { file: records, first, count, opcode: Opcode::Iso }, &answers);
            }
            19 => prove(channel, Authentication::d40(0, &Key::factory()), &answers),
            20 => prove(channel, Authentication::iso(0, &Key::three_key([2; 24])), &answers),
            21 => prove(channel, Authentication::aes(0, &aes), &answers),
            22 => prove(channel, Authentication::ev2_first(0, &aes, Capabilities::default()), &answers),
            _ => {}
        }
    };
    read(first & 0x1F);
}

fn ask<C: Command>(channel: &mut Channel, command: &C, answers: &[Vec<u8>]) {
    if channel.begin(command.request()).is_err() {
        return;
    }
    for answer in answers {
        match channel.answer(answer) {
            Ok(Step::Send(_)) => {}
            Ok(Step::Done(answer)) => return drop(command.reply(&answer)),
            Err(_) => return,
        }
    }
}

fn prove(channel: &mut Channel, handshake: Result<Authentication, desfire::Error>, answers: &[Vec<u8>]) {
    let handshake = handshake.expect("the key suits it");
    channel.authenticate(handshake, &[0xC3; 16]).expect("nothing is under way");
    for answer in answers {
        match channel.answer(answer) {
            Ok(Step::Send(_)) => {}
            Ok(Step::Done(_)) => panic!("a card without the key was believed"),
            Err(_) => return assert_eq!(channel.session(), None),
        }
    }
}

/// Messages, and what a tag answers: what was decoded is encoded and decoded to the same.
pub fn ndef(bytes: &[u8]) {
    if let Ok(records) = ::ndef::decode(bytes)
        && let Ok(encoded) = ::ndef::encode(&records)
    {
        assert_eq!(::ndef::decode(&encoded).as_ref(), Ok(&records));
        for record in &records {
            if let Some(uri) = ::ndef::uri::of(record) {
                assert_eq!(::ndef::uri::of(&::ndef::uri::record(&uri)), Some(uri));
            }
            if let Some(text) = ::ndef::text::of(record) {
                assert_eq!(::ndef::text::record(&text).as_ref().and_then(::ndef::text::of), Some(text));
            }
            if let Some(signature) = ::ndef::signature::of(record) {
                let again = ::ndef::signature::record(&signature);
                assert_eq!(again.as_ref().and_then(::ndef::signature::of), Some(signature));
            }
        }
    }
    if let Ok(container) = ::ndef::tag::CapabilityContainer::parse(bytes) {
        assert_eq!(::ndef::tag::CapabilityContainer::parse(&container.encode()), Ok(container));
    }
    let (mut reading, _) = ::ndef::tag::Reading::begin();
    for answer in messages(bytes) {
        if !matches!(reading.answer(&answer), Ok(::ndef::tag::Step::Send(_))) {
            break;
        }
    }
}

/// Frames to a card: it answers each, and works after the field was off, unless it is dead.
pub fn picc(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let model = [Model::Ev1, Model::Ev2, Model::Ev3][usize::from(first % 3)];
    let mut card = Card::new(model, Memory::K2, [0x04, 1, 2, 3, 4, 5, 6], Box::new(|bytes| bytes.fill(0x77)));
    card.power_on();
    for frame in messages(rest) {
        match frame.as_slice() {
            [] => drop(card.power_on()),
            frame => assert!(!card.transmit(frame).is_empty(), "a card answers"),
        }
    }
    card.power_off();
    card.power_on();
    if !card.is_dead() {
        let answer = card.transmit(&[0x90, 0x60, 0x00, 0x00, 0x00]);
        assert_eq!(answer.last_chunk(), Some(&[0x91, 0xAF]), "{answer:02X?}");
    }
}

/// A configuration descriptor.
pub fn descriptor(bytes: &[u8]) {
    let all = ::ccid::configuration::interfaces(bytes);
    assert!(all.len() <= bytes.len() / 7);
    for interface in all.iter().filter(|interface| interface.is_ccid()) {
        assert!(interface.ccid.is_some() && interface.bulk_in.is_some() && interface.bulk_out.is_some());
    }
}

/// Transfers from a reader of each exchange level: tasks end, whatever comes.
pub fn ccid(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut descriptor = [0; 54];
    descriptor[..2].copy_from_slice(&[0x36, 0x21]);
    descriptor[5] = 0x07;
    let level = [0x0001_0000_u32, 0x0002_0000, 0x0004_0000][usize::from(first % 3)];
    descriptor[40..44].copy_from_slice(&(level | u32::from(first & 0xC0)).to_le_bytes());
    descriptor[44..48].copy_from_slice(&271_u32.to_le_bytes());
    let descriptor = ::ccid::Descriptor::parse(&descriptor).expect("54 bytes of type 21");
    drive(&mut ::ccid::Ccid::new(descriptor, 0), rest);
}

/// Frames from a card, in the air.
pub fn isodep(bytes: &[u8]) {
    let mut link = ::isodep::Link::new(256);
    link.connect();
    for frame in messages(bytes) {
        let heard = if frame.is_empty() { None } else { Some(frame.as_slice()) };
        match link.received(heard) {
            Ok(::isodep::LinkStep::Send { .. }) => {}
            Ok(_) => drop(link.exchange(vec![0x90; 80])),
            Err(_) => drop(link.connect()),
        }
    }
}

/// Transfers from a PN53x.
pub fn pn53x(bytes: &[u8]) {
    drive(&mut ::pn53x::Pn53x::new(), bytes);
}

/// Transfers from an RC-S300 or an RC-S380.
pub fn pasori(bytes: &[u8]) {
    match bytes.split_first() {
        Some((first, rest)) if first & 1 == 0 => drive(&mut ::pasori::RcS300::new(), rest),
        Some((_, rest)) => drive(&mut ::pasori::RcS380::new(), rest),
        None => {}
    }
}

/// Messages between a page and a relay, from any side: what was read is written and read to the same.
pub fn relay(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(message) = ::relay::FromPage::parse(text) {
        assert_eq!(::relay::FromPage::parse(&message.text()).ok(), Some(message));
    }
    if let Ok(message) = ::relay::FromRelay::parse(text) {
        assert_eq!(::relay::FromRelay::parse(&message.text()).ok(), Some(message));
    }
    if let Ok(message) = ::relay::FromApp::parse(text) {
        assert_eq!(::relay::FromApp::parse(&message.text()).ok(), Some(message));
    }
    if let Ok(message) = ::relay::ToApp::parse(text) {
        assert_eq!(::relay::ToApp::parse(&message.text()).ok(), Some(message));
    }
}

/// A file from a stranger, or what somebody answers in an authority's place: what is read is read again from its own bytes, a judgement ends,
/// and nobody vouches for it.
pub fn x509(bytes: &[u8]) {
    if let Some(answer) = ::x509::StatusAnswer::read(bytes) {
        assert!(::x509::StatusAnswer::read(answer.der()).is_some());
    }
    let Ok(bundle) = ::x509::read(::x509::Zeroizing::new(bytes.to_vec())) else { return };
    for certificate in &bundle.certificates {
        assert_eq!(::x509::Certificate::read(certificate.der()).as_ref(), Some(certificate));
        let question = ::x509::Question {
            at: 1_795_000_000,
            certificate,
            between: &bundle.certificates,
            roots: &[],
            lists: &bundle.lists,
            answers: &[],
            expected: Some(::x509::Expected::Person {
                name: "An",
                citizen: Some("0"),
                email: Some("a"),
                units: &["b"],
            }),
        };
        assert!(!::x509::judge(&question).is_empty());
        let _ = (certificate.kind(), certificate.serial(), certificate.algorithm());
    }
}

/// The address of a chip's fixed link, as anybody may send it: a code, a signature, a host. What was read is written as it was.
pub fn link(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (code, signature) = text.split_once("?s=").unwrap_or((text, text));
    let somebody = CardCode::draw(|| 0);
    let code = CardCode::parse(code);
    if let Ok(code) = code {
        assert_eq!(CardCode::parse(code.as_str()), Ok(code));
        assert!(code.number() < CardCode::COUNT);
    }
    let host = Host::parse(text);
    if let Ok(host) = &host {
        let file = message_file(&dynamic(host)).expect("a host fits the message");
        assert!(file.len() <= usize::from(MESSAGE_SIZE));
        // no host has a question mark: where the card fills in is found
        assert!(settings(&file).is_some());
    }
    if let Some(found) = settings(bytes) {
        assert!(found.protected.is_some());
    }
    let host = host.unwrap_or_else(|_| Host::parse("h").expect("a host"));
    if let Some(read) = ::chip::content::link::signature(signature) {
        let written = fixed(&host, code.as_ref().unwrap_or(&somebody), &read);
        assert!(written.ends_with(&format!("?s={signature}")));
    }
}

/// The query of a tap: what was read is what stood there, and a card that has no key is never believed.
pub fn tap(bytes: &[u8]) {
    let Ok(query) = std::str::from_utf8(bytes) else { return };
    let Some(tapped) = Tapped::parse(query) else { return };
    assert_eq!(query.len(), "e=&m=".len() + 2 * (tapped.picc_data.len() + tapped.mac.len()));
    assert!(query.as_bytes()[2..].starts_with(&tapped.mac_input));
    let key = Key::aes([0x5A; 16], 0);
    let says = tapped.says(&key).unwrap_or(([0x04, 1, 2, 3, 4, 5, 6], 7));
    assert!(!tapped.is_by(&key, says));
}

/// What a code says that somebody's camera read: whatever is asked of the portal by it has the form of a card's code and four digits.
pub fn qr(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let door::Said::Front(front) = door::read(text) else { return };
    let digits = front.digits().unwrap_or("0000");
    assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    if let Some(code) = front.code() {
        assert_eq!(Some(code.as_str()), front.get(door::Field::CardCode));
    }
    let (notes, host) = (front.notes(), front.host());
    assert!(notes.len() <= 2 * 9 + 2 && host.is_none_or(|host| text.to_lowercase().contains(&host)));
}

/// A list of cards that are not valid, as a door has it: what it holds is not more than its bytes can say.
pub fn states(bytes: &[u8]) {
    use ::model::state_list::{Proof, StateList};
    let Some((list, signed, _)) = StateList::parse(bytes) else { return };
    assert!(list.len() <= 8 * bytes.len() && signed.len() > bytes.len() - 64);
    let code = CardCode::parse("7hKq").expect("a code");
    let told = list.state(&code, &[Proof::Number("046190001234"), Proof::Chip(&[4, 1, 2, 3, 4, 5, 6])]);
    assert!(told.is_none() || !list.is_empty());
}

/// A receipt that anybody sends: what was read is written as it was, and one that nobody signed is not believed.
pub fn receipt(bytes: &[u8]) {
    use ::model::receipt::Receipt;
    let Ok(read) = Receipt::parse(bytes) else { return };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    assert_eq!(Receipt::parse(&written).as_ref(), Ok(&read));
    assert!(read.prove(|_, _, _| false).is_err());
}

/// One task after the other. The transfers that were recorded hold the place of the sequence number open: it is filled in.
fn drive(core: &mut dyn ::reader::Reader, bytes: &[u8]) {
    use ::reader::{Outcome, Step, Task};
    let mut seq = 0;
    let mut transfers = messages(bytes).into_iter();
    let mut task = Task::Open;
    while transfers.len() > 0 {
        let mut step = core.start(task.clone());
        let outcome = loop {
            match step {
                Ok(Step::Done(outcome)) => break Some(outcome),
                Ok(Step::Send { writes, .. }) => {
                    seq = writes.last().and_then(|bytes| bytes.get(6)).copied().unwrap_or_default();
                }
                Ok(Step::Await { .. }) => {}
                Err(_) => break None,
            }
            step = match transfers.next() {
                Some(mut transfer) => {
                    if let Some(place @ 0xA5) = transfer.get_mut(6) {
                        *place = seq;
                    }
                    core.received(&transfer)
                }
                None => core.timed_out(),
            };
        };
        task = match outcome {
            Some(Outcome::Ready) => Task::Look,
            Some(Outcome::Presence(_)) => Task::Connect,
            Some(Outcome::Connected(_) | Outcome::Answer(_)) => Task::Exchange(vec![0x90; 300]),
            Some(Outcome::Released) | None => Task::Open,
        };
        if matches!(task, Task::Exchange(_)) {
            task = Task::Exchange(vec![0x90; core.longest_command().min(300)]);
        }
    }
}

/// Messages behind a byte with their length each.
fn messages(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (message, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        all.push(message.to_vec());
        bytes = rest;
    }
    all
}
