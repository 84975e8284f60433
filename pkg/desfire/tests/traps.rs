//! What implementers get wrong, each as a test. The card's side is played by hand with the block ciphers alone.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use aes::Aes128;
use cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};
use cmac::{Cmac, Mac as _};
use des::Des;
use desfire::command::*;
use desfire::{
    Authentication, Capabilities, Channel, Check, CommMode, Error, FileNo, Framing, Generation, Key, KeySetNo, KeyType,
    Status, Step, U24,
};

const KEY: [u8; 16] = [0x11; 16];
const RND_A: [u8; 16] =
    [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF];
const RND_B: [u8; 16] =
    [0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE, 0xBF];

/// CBC with AES; the last block is the next IV.
fn encrypt(key: &[u8; 16], iv: &mut [u8; 16], data: &[u8]) -> Vec<u8> {
    let cipher = Aes128::new(key.into());
    let mut all = Vec::new();
    for chunk in data.chunks(16) {
        let mut block: [u8; 16] = std::array::from_fn(|at| chunk[at] ^ iv[at]);
        cipher.encrypt_block((&mut block).into());
        *iv = block;
        all.extend(block);
    }
    all
}

fn decrypt(key: &[u8; 16], iv: &mut [u8; 16], data: &[u8]) -> Vec<u8> {
    let cipher = Aes128::new(key.into());
    let mut all = Vec::new();
    for chunk in data.chunks(16) {
        let sent: [u8; 16] = std::array::from_fn(|at| chunk[at]);
        let mut block = sent;
        cipher.decrypt_block((&mut block).into());
        all.extend(block.iter().zip(*iv).map(|(a, b)| a ^ b));
        *iv = sent;
    }
    all
}

fn rotated(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.rotate_left(1);
    bytes
}

fn cmac(key: &[u8], message: &[u8]) -> [u8; 16] {
    let mut mac = Cmac::<Aes128>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Every second byte.
fn short(mac: [u8; 16]) -> [u8; 8] {
    std::array::from_fn(|at| mac[2 * at + 1])
}

fn answer(channel: &mut Channel, bytes: &[u8]) -> Result<Step, Error> {
    channel.answer(bytes)
}

/// A channel with an EV1 session under the AES key, and its session key.
fn ev1() -> (Channel, [u8; 16]) {
    let mut channel = Channel::new(Framing::Native, 64);
    channel.authenticate(Authentication::aes(0, &Key::aes(KEY, 0)).unwrap(), &RND_A).unwrap();
    let mut iv = [0; 16];
    let challenge = encrypt(&KEY, &mut iv, &RND_B);
    let Step::Send(token) = answer(&mut channel, &[&[0xAF], challenge.as_slice()].concat()).unwrap() else { panic!() };
    assert_eq!(decrypt(&KEY, &mut iv, &token[1..]), [RND_A.to_vec(), rotated(&RND_B)].concat());
    let proof = encrypt(&KEY, &mut iv, &rotated(&RND_A));
    let done = answer(&mut channel, &[&[0x00], proof.as_slice()].concat()).unwrap();
    assert!(matches!(done, Step::Done(_)));
    assert_eq!(channel.session(), Some(Generation::Ev1));
    let key = [&RND_A[..4], &RND_B[..4], &RND_A[12..], &RND_B[12..]].concat();
    (channel, key.try_into().unwrap())
}

/// A channel with an EV2 session, and its keys: enc and mac.
fn ev2() -> (Channel, [u8; 16], [u8; 16]) {
    let mut channel = Channel::new(Framing::Native, 64);
    let first = Authentication::ev2_first(0, &Key::aes(KEY, 0), Capabilities::default()).unwrap();
    assert_eq!(channel.authenticate(first, &RND_A).unwrap(), [0x71, 0x00, 0x00]);
    let challenge = encrypt(&KEY, &mut [0; 16], &RND_B);
    let Step::Send(_) = answer(&mut channel, &[&[0xAF], challenge.as_slice()].concat()).unwrap() else { panic!() };
    let plain = [TI.to_vec(), rotated(&RND_A), vec![0; 12]].concat();
    let proof = encrypt(&KEY, &mut [0; 16], &plain);
    let done = answer(&mut channel, &[&[0x00], proof.as_slice()].concat()).unwrap();
    assert!(matches!(done, Step::Done(_)));
    let vector = |label: [u8; 2]| {
        let mixed: Vec<u8> = RND_A[2..8].iter().zip(&RND_B[..6]).map(|(a, b)| a ^ b).collect();
        [&label[..], &[0, 1, 0, 0x80], &RND_A[..2], &mixed, &RND_B[6..], &RND_A[8..]].concat()
    };
    (channel, cmac(&KEY, &vector([0xA5, 0x5A])), cmac(&KEY, &vector([0x5A, 0xA5])))
}

const TI: [u8; 4] = [1, 2, 3, 4];

fn ev2_mac(key: &[u8; 16], first: u8, counter: u16, data: &[u8]) -> [u8; 8] {
    short(cmac(key, &[&[first], counter.to_le_bytes().as_slice(), &TI, data].concat()))
}

fn file(mode: CommMode) -> DataFile {
    DataFile { no: FileNo::new(1).unwrap(), mode }
}

fn read(mode: CommMode, length: u16) -> ReadData {
    ReadData { file: file(mode), offset: U24::ZERO, length: U24::from(length), opcode: Opcode::Native }
}

fn write(mode: CommMode, data: &[u8]) -> WriteData {
    WriteData { file: file(mode), offset: U24::ZERO, data: data.to_vec().into(), opcode: Opcode::Native }
}

/// EV1: the CMAC that goes on from the chain.
fn chained(key: &[u8; 16], iv: &mut [u8; 16], message: &[u8]) -> [u8; 16] {
    // K1 and K2 by the published doubling
    let double = |block: [u8; 16]| {
        let value = u128::from_be_bytes(block);
        (value << 1 ^ if value >> 127 == 1 { 0x87 } else { 0 }).to_be_bytes()
    };
    let zero: [u8; 16] = encrypt(key, &mut [0; 16], &[0; 16]).try_into().unwrap();
    let (k1, k2) = (double(zero), double(double(zero)));
    let mut padded = message.to_vec();
    let whole = !message.is_empty() && message.len().is_multiple_of(16);
    if !whole {
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(16), 0);
    }
    let last = padded.len() - 16;
    for (byte, k) in padded[last..].iter_mut().zip(if whole { k1 } else { k2 }) {
        *byte ^= k;
    }
    encrypt(key, iv, &padded);
    *iv
}

#[test]
fn the_factory_key_is_a_des_key_and_its_session_too() {
    // AES on a card whose key is DES is refused before anything is sent
    assert!(matches!(Authentication::aes(0, &Key::factory()), Err(Error::KeyType)));
    assert_eq!(Key::two_key([0; 16]).kind(), KeyType::Des);
    let mut channel = Channel::new(Framing::Native, 64);
    channel.authenticate(Authentication::d40(0, &Key::factory()).unwrap(), &RND_A).unwrap();
    let cipher = Des::new(&[0; 8].into());
    let mut challenge = [0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7];
    cipher.encrypt_block((&mut challenge).into());
    let Step::Send(token) = answer(&mut channel, &[&[0xAF], challenge.as_slice()].concat()).unwrap() else { panic!() };
    // the card enciphers what the host has deciphered: D40's host never enciphers
    let mut first: [u8; 8] = token[1..9].try_into().unwrap();
    cipher.encrypt_block((&mut first).into());
    assert_eq!(first, RND_A[..8]);
    let mut proof: [u8; 8] = rotated(&RND_A[..8]).try_into().unwrap();
    cipher.encrypt_block((&mut proof).into());
    assert!(matches!(answer(&mut channel, &[&[0x00], proof.as_slice()].concat()), Ok(Step::Done(_))));
    assert_eq!((channel.session(), channel.session_key_type()), (Some(Generation::D40), Some(KeyType::Des)));
}

#[test]
fn a_card_that_cannot_prove_the_key_gets_no_session() {
    let mut channel = Channel::new(Framing::Wrapped, 64);
    channel.authenticate(Authentication::aes(0, &Key::aes(KEY, 0)).unwrap(), &RND_A).unwrap();
    assert!(matches!(answer(&mut channel, &[&[0; 16][..], &[0x91, 0xAF]].concat()), Ok(Step::Send(_))));
    assert_eq!(answer(&mut channel, &[&[0; 16][..], &[0x91, 0x00]].concat()), Err(Error::Proof));
    assert_eq!(channel.session(), None);
}

#[test]
fn the_capabilities_are_echoed_or_there_is_no_session() {
    let mut channel = Channel::new(Framing::Native, 64);
    // bit 1 of the first byte would ask for LRP, and a card that once answers so answers AES no more
    assert_eq!(Capabilities::new(&[0x02]), None);
    let capabilities = Capabilities::new(&[0xA1, 0xA2, 0xA3]).unwrap();
    let first = Authentication::ev2_first(0, &Key::aes(KEY, 0), capabilities).unwrap();
    assert_eq!(channel.authenticate(first, &RND_A).unwrap(), [0x71, 0x00, 0x03, 0xA1, 0xA2, 0xA3]);
    let challenge = encrypt(&KEY, &mut [0; 16], &RND_B);
    assert!(matches!(answer(&mut channel, &[&[0xAF], challenge.as_slice()].concat()), Ok(Step::Send(_))));
    let plain = [TI.to_vec(), rotated(&RND_A), vec![0; 6], vec![0xA1, 0xA2, 0x00, 0, 0, 0]].concat();
    let proof = encrypt(&KEY, &mut [0; 16], &plain);
    assert_eq!(answer(&mut channel, &[&[0x00], proof.as_slice()].concat()), Err(Error::Capabilities));
    assert_eq!(channel.session(), None);
}

#[test]
fn a_plain_command_moves_the_chain_and_is_answered_with_a_mac() {
    let (mut channel, key) = ev1();
    let mut iv = [0; 16];
    assert_eq!(channel.begin(GetKeySettings.request()).unwrap(), [0x45]);
    chained(&key, &mut iv, &[0x45]);
    let mac = chained(&key, &mut iv, &[0x0F, 0x81, 0x00]);
    let Step::Done(told) = answer(&mut channel, &[&[0x00, 0x0F, 0x81], &mac[..8]].concat()).unwrap() else { panic!() };
    assert_eq!(GetKeySettings.reply(&told).unwrap().key_type, KeyType::Aes);
    // and the next one goes on from there
    channel.begin(read(CommMode::Plain, 2).request()).unwrap();
    chained(&key, &mut iv, &[0xBD, 1, 0, 0, 0, 2, 0, 0]);
    let mac = chained(&key, &mut iv, &[7, 8, 0x00]);
    let Step::Done(told) = answer(&mut channel, &[&[0x00, 7, 8], &mac[..8]].concat()).unwrap() else { panic!() };
    assert_eq!(told.data, [7, 8]);
}

#[test]
fn a_wrong_mac_yields_no_data_and_no_session() {
    let (mut channel, _) = ev1();
    channel.begin(read(CommMode::Maced, 2).request()).unwrap();
    assert_eq!(answer(&mut channel, &[0x00, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8]), Err(Error::Integrity(Check::Mac)));
    assert_eq!(channel.session(), None);
    let (mut channel, ..) = ev2();
    channel.begin(read(CommMode::Full, 2).request()).unwrap();
    assert_eq!(answer(&mut channel, &[&[0x00][..], &[9; 24]].concat()), Err(Error::Integrity(Check::Mac)));
    assert_eq!(channel.session(), None);
}

#[test]
fn any_error_ends_the_session_and_so_does_an_answer_that_never_came() {
    let (mut channel, _) = ev1();
    channel.begin(read(CommMode::Plain, 2).request()).unwrap();
    assert_eq!(answer(&mut channel, &[0xF0]), Err(Error::Refused(Status::FileNotFound)));
    assert_eq!(channel.session(), None);
    let (mut channel, _) = ev1();
    channel.begin(read(CommMode::Plain, 2).request()).unwrap();
    channel.lost();
    assert_eq!(channel.session(), None);
    assert_eq!(answer(&mut channel, &[0x00]), Err(Error::Turn("nothing was asked")));
}

#[test]
fn own_key_changes_are_answered_bare_and_end_the_session() {
    let own = || ChangeOwnKey { key_no: 0, new: Key::aes([0x22; 16], 1), picc: false };
    for mut channel in [ev1().0, ev2().0] {
        channel.begin(own().request()).unwrap();
        assert!(matches!(answer(&mut channel, &[0x00]), Ok(Step::Done(_))));
        assert_eq!(channel.session(), None);
    }
    // another key's change is answered with a MAC, or it did not happen
    let (mut channel, _) = ev1();
    let other = ChangeKey { key_no: 1, new: Key::aes([0x22; 16], 1), old: Key::aes([0; 16], 0) };
    channel.begin(other.request()).unwrap();
    assert!(matches!(answer(&mut channel, &[0x00]), Err(Error::Length { expected: 8, found: 0, .. })));
}

#[test]
fn rolling_key_sets_is_answered_bare_and_ends_the_session() {
    for mut channel in [ev1().0, ev2().0] {
        let sent = channel.begin(RollKeySet { key_set: KeySetNo::of::<1>() }.request()).unwrap();
        assert_eq!((sent[..2].to_vec(), sent.len()), (vec![0x55, 0x01], 10), "its own MAC is sent");
        assert!(matches!(answer(&mut channel, &[0x00]), Ok(Step::Done(_))));
        assert_eq!(channel.session(), None);
    }
}

#[test]
fn the_picc_key_tells_its_new_type_in_its_number() {
    let sent = ev1().0.begin(ChangeOwnKey { key_no: 0, new: Key::aes([1; 16], 0), picc: true }.request()).unwrap();
    assert_eq!(sent[..2], [0xC4, 0x80]);
    let sent = ev1().0.begin(ChangeOwnKey { key_no: 0, new: Key::three_key([1; 24]), picc: true }.request()).unwrap();
    assert_eq!(sent[..2], [0xC4, 0x40]);
}

#[test]
fn names_are_never_asked_for_while_a_session_is_open() {
    let (mut channel, _) = ev1();
    assert_eq!(channel.begin(GetDfNames.request()), Err(Error::SessionOpen));
    assert_eq!(channel.session(), Some(Generation::Ev1), "nothing was sent, so the session stands");
    channel.begin(SelectApplication::new(desfire::Aid::PICC).request()).unwrap();
    assert!(matches!(answer(&mut channel, &[0x00]), Ok(Step::Done(_))));
    assert_eq!(channel.begin(GetDfNames.request()).unwrap(), [0x6D]);
    // one entry in each frame; the name is what is left of it
    assert!(matches!(answer(&mut channel, &[0xAF, 1, 0, 0, 0x10, 0xE1, 0xD2, 0x76]), Ok(Step::Send(_))));
    let Step::Done(told) = answer(&mut channel, &[0x00, 2, 0, 0, 0x11, 0xE1]).unwrap() else { panic!() };
    let names = GetDfNames.reply(&told).unwrap();
    assert_eq!(names.iter().map(|name| name.name.clone()).collect::<Vec<_>>(), [vec![0xD2, 0x76], vec![]]);
    assert_eq!(names[1].iso_file_id, 0xE111);
    // the host has closed its session; the card's may stand: an answer was lost, or was not what it should have been
    let (mut channel, _) = ev1();
    channel.lost();
    assert_eq!((channel.session(), channel.begin(GetDfNames.request())), (None, Err(Error::SessionOpen)));
    assert_eq!(Channel::new(Framing::Native, 64).begin(GetDfNames.request()), Err(Error::SessionOpen));
}

#[test]
fn selecting_ends_the_session() {
    let (mut channel, _) = ev1();
    assert_eq!(
        channel.begin(SelectApplication::new(desfire::Aid::new(0x0030_42F5).unwrap()).request()).unwrap(),
        [0x5A, 0xF5, 0x42, 0x30]
    );
    assert!(matches!(answer(&mut channel, &[0x00]), Ok(Step::Done(_))));
    assert_eq!(channel.session(), None);
}

#[test]
fn plain_commands_count_in_an_ev2_session() {
    let (mut channel, _, mac) = ev2();
    assert_eq!(channel.begin(read(CommMode::Plain, 2).request()).unwrap().len(), 8, "no MAC");
    let Step::Done(told) = answer(&mut channel, &[0x00, 7, 8]).unwrap() else { panic!() };
    assert_eq!(told.data, [7, 8]);
    // the next command has counter 1
    let sent = channel.begin(GetKeyVersion { key_no: 0, key_set: None }.request()).unwrap();
    assert_eq!(sent[2..], ev2_mac(&mac, 0x64, 1, &[0]));
    let proof = ev2_mac(&mac, 0x00, 2, &[0x05]);
    let Step::Done(told) = answer(&mut channel, &[&[0x00, 0x05], proof.as_slice()].concat()).unwrap() else { panic!() };
    assert_eq!(told.data, [5]);
}

#[test]
fn a_second_key_goes_on_with_identifier_and_counter() {
    let (mut channel, _, mac) = ev2();
    channel.begin(GetKeyVersion { key_no: 0, key_set: None }.request()).unwrap();
    let proof = ev2_mac(&mac, 0x00, 1, &[0x05]);
    assert!(matches!(answer(&mut channel, &[&[0x00, 0x05], proof.as_slice()].concat()), Ok(Step::Done(_))));

    let second = Authentication::ev2_non_first(1, &Key::aes(KEY, 0)).unwrap();
    assert_eq!(channel.authenticate(second, &RND_A).unwrap(), [0x77, 0x01]);
    let challenge = encrypt(&KEY, &mut [0; 16], &RND_B);
    assert!(matches!(answer(&mut channel, &[&[0xAF], challenge.as_slice()].concat()), Ok(Step::Send(_))));
    let proof = encrypt(&KEY, &mut [0; 16], &rotated(&RND_A));
    assert!(matches!(answer(&mut channel, &[&[0x00], proof.as_slice()].concat()), Ok(Step::Done(_))));
    // same key and randoms, so the same session keys; the counter is still 1
    let sent = channel.begin(GetKeyVersion { key_no: 0, key_set: None }.request()).unwrap();
    assert_eq!(sent[2..], ev2_mac(&mac, 0x64, 1, &[0]));

    let mut blank = Channel::new(Framing::Native, 64);
    let alone = Authentication::ev2_non_first(1, &Key::aes(KEY, 0)).unwrap();
    assert_eq!(blank.authenticate(alone, &RND_A), Err(Error::NoSession));
}

#[test]
fn filling_is_told_from_data() {
    // an enciphered answer of EV1: the whole of a file of 28 bytes ends with zeros, a checksum and a whole block of filling
    let crc = |data: &[u8]| {
        let value = [data, &[0x00]].concat().iter().fold(0xFFFF_FFFF_u32, |value, byte| {
            (0..8).fold(value ^ u32::from(*byte), |v, _| v >> 1 ^ if v & 1 == 1 { 0xEDB8_8320 } else { 0 })
        });
        value.to_le_bytes()
    };
    let data = [[5; 20].as_slice(), &[0; 8]].concat();
    for (fill, length) in [(vec![0x80], 0), (vec![], 28), (vec![], 0)] {
        let (mut channel, key) = ev1();
        channel.begin(read(CommMode::Full, length).request()).unwrap();
        let mut iv = [0; 16];
        chained(&key, &mut iv, &[0xBD, 1, 0, 0, 0, length as u8, 0, 0]);
        let mut plain = [data.as_slice(), &crc(&data), &fill].concat();
        plain.resize(plain.len().next_multiple_of(16), 0);
        let sent = encrypt(&key, &mut iv, &plain);
        let Step::Done(told) = answer(&mut channel, &[&[0x00], sent.as_slice()].concat()).unwrap() else { panic!() };
        assert_eq!(told.data, data, "{fill:?} {length}");
    }
}

#[test]
fn a_long_command_goes_in_frames_and_its_mac_covers_it_whole() {
    let (mut channel, key) = ev1();
    let data: Vec<u8> = (0..100).collect();
    let first = channel.begin(write(CommMode::Maced, &data).request()).unwrap();
    assert_eq!(first.len(), 60);
    let mut iv = [0; 16];
    let mac = chained(&key, &mut iv, &[[0x3D, 1, 0, 0, 0, 100, 0, 0].as_slice(), &data].concat());
    let Step::Send(second) = answer(&mut channel, &[0xAF]).unwrap() else { panic!() };
    assert_eq!(second[0], 0xAF);
    assert_eq!([&first[8..], &second[1..]].concat(), [data.as_slice(), &mac[..8]].concat());
    let mac = chained(&key, &mut iv, &[0x00]);
    assert!(matches!(answer(&mut channel, &[&[0x00], &mac[..8]].concat()), Ok(Step::Done(_))));
    // a card that is done before it has everything has misunderstood
    channel.begin(write(CommMode::Maced, &data).request()).unwrap();
    assert_eq!(answer(&mut channel, &[0x00]), Err(Error::Turn("the card was done before it had everything")));
}

#[test]
fn value_commands_send_their_mac_where_the_file_asks_for_one() {
    let purse = |mode| ValueFile { no: FileNo::new(2).unwrap(), mode };
    for (mode, len) in [(CommMode::Plain, 6), (CommMode::Maced, 14), (CommMode::Full, 18)] {
        let (mut channel, _) = ev1();
        let sent = channel.begin(Credit { file: purse(mode), amount: 5 }.request()).unwrap();
        assert_eq!((sent[0], sent.len()), (0x0C, len), "{mode:?}");
    }
}

#[test]
fn what_needs_a_session_is_not_sent_in_clear() {
    let mut channel = Channel::new(Framing::Wrapped, 64);
    assert_eq!(channel.begin(ChangeKeySettings(KeySettings::FACTORY).request()), Err(Error::NoSession));
    assert_eq!(channel.begin(GetCardUid.request()), Err(Error::NoSession));
    assert_eq!(channel.begin(write(CommMode::Full, &[1]).request()), Err(Error::NoSession));
    // a file whose answers have a MAC is not read without one, only because the session is gone
    assert_eq!(channel.begin(read(CommMode::Maced, 2).request()), Err(Error::NoSession));
    assert_eq!(channel.begin(RollKeySet { key_set: KeySetNo::of::<1>() }.request()), Err(Error::NoSession));
    let own = ChangeOwnKey { key_no: 0, new: Key::aes([1; 16], 0), picc: true };
    assert_eq!(channel.begin(own.request()), Err(Error::NoSession));
    assert!(channel.begin(GetVersion.request()).is_ok());
}

#[test]
fn one_thing_at_a_time() {
    let mut channel = Channel::new(Framing::Wrapped, 64);
    channel.begin(GetVersion.request()).unwrap();
    assert_eq!(channel.begin(GetVersion.request()), Err(Error::Turn("an answer is still due")));
    let authentication = Authentication::d40(0, &Key::factory()).unwrap();
    assert_eq!(channel.authenticate(authentication, &RND_A), Err(Error::Turn("an answer is still due")));
}

#[test]
fn a_card_that_does_not_stop_is_left() {
    let mut channel = Channel::new(Framing::Native, 64);
    channel.begin(GetApplicationIds.request()).unwrap();
    let frame = [&[0xAF][..], &[1; 60]].concat();
    let end = (0..2000).find_map(|_| answer(&mut channel, &frame).err());
    assert_eq!(end, Some(Error::Endless));
}

#[test]
fn the_counter_does_not_wrap() {
    let (mut channel, ..) = ev2();
    for _ in 0..u32::from(u16::MAX) {
        channel.begin(read(CommMode::Plain, 1).request()).unwrap();
        assert!(matches!(answer(&mut channel, &[0x00, 7]), Ok(Step::Done(_))));
    }
    assert_eq!(channel.begin(read(CommMode::Plain, 1).request()), Err(Error::CounterExhausted));
    assert_eq!(channel.session(), None);
}
