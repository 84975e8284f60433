//! Published vectors, as far as the card's side can show them: one test for each kind. Each row names its source.
use crate::auth::{ev2_keys, session_cipher};
use crate::crypto::{Cipher, crc16, crc32};
use crate::hex;
use crate::keys::{Key, KeyType};
use crate::messaging::{Answer, Messaging, Mode};
use crate::model::{Memory, Model};
use crate::state::Bytes;
use crate::table::Command;
use crate::{Card, d40, delegated, ev1, ev2, sdm, transaction};
use serde_json::Value;
use std::collections::VecDeque;

/// All of one kind; there are some.
fn rows(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(include_str!("../../vectors/published.json")).unwrap();
    let rows: Vec<Value> = all.into_iter().filter(|row| row["kind"] == kind).collect();
    assert!(!rows.is_empty(), "{kind}");
    rows
}

fn bytes(row: &Value, field: &str) -> Vec<u8> {
    hex::bytes(row[field].as_str().unwrap_or_default()).unwrap()
}

/// Key type of a cipher's name and a key's length; single DES is doubled.
fn cipher(name: &str, key: &[u8]) -> Cipher {
    match (name, key.len()) {
        ("AES", _) => Cipher::of(KeyType::Aes, key),
        (_, 8) => Cipher::of(KeyType::TwoKey, &[key, key].concat()),
        (_, 16) => Cipher::of(KeyType::TwoKey, key),
        _ => Cipher::of(KeyType::ThreeKey, key),
    }
}

/// A card whose master key is `key` and whose random numbers are given.
fn card(kind: KeyType, key: &[u8], random: &[Vec<u8>]) -> Card {
    let mut queue: VecDeque<u8> = random.concat().into();
    let random = Box::new(move |out: &mut [u8]| out.iter_mut().for_each(|byte| *byte = queue.pop_front().unwrap_or(0)));
    let mut card = Card::new(Model::Ev3, Memory::K8, [4, 1, 2, 3, 4, 5, 6], random);
    let key = if key.len() == 8 { [key, key].concat() } else { key.to_vec() };
    card.nv.master = Key::with_version(kind, key, 0);
    card.power_on();
    card
}

fn same_key(one: &Cipher, two: &Cipher) -> bool {
    let probe = |cipher: &Cipher| {
        let mut block = cipher.zero_iv();
        cipher.cbc_encipher(&mut cipher.zero_iv(), &mut block);
        block
    };
    probe(one) == probe(two)
}

#[test]
fn crcs() {
    for row in rows("crc16") {
        assert_eq!(crc16(&bytes(&row, "data")).to_vec(), bytes(&row, "crc"), "{row}");
    }
    for row in rows("crc32") {
        assert_eq!(crc32(&bytes(&row, "data")).to_vec(), bytes(&row, "crc"), "{row}");
    }
}

#[test]
fn key_versions() {
    for row in rows("des_key_version") {
        let key = Key::with_version(KeyType::TwoKey, bytes(&row, "key"), 0);
        assert_eq!(vec![key.version], bytes(&row, "version"), "{row}");
    }
}

#[test]
fn cmacs() {
    for row in rows("cmac_subkeys") {
        let cipher = cipher(row["cipher"].as_str().unwrap(), &bytes(&row, "key"));
        assert_eq!(cipher.subkeys(), [bytes(&row, "k1"), bytes(&row, "k2")], "{row}");
    }
    for row in rows("cmac") {
        let cipher = cipher(row["cipher"].as_str().unwrap(), &bytes(&row, "key"));
        assert_eq!(cipher.cmac(&bytes(&row, "msg")), bytes(&row, "mac"), "{row}");
    }
}

#[test]
fn d40_blocks_cryptograms_and_macs() {
    for row in rows("d40_block") {
        // deciphered by the reader, so enciphering brings it back
        let mut block = bytes(&row, "decipher");
        cipher("DES", &bytes(&row, "key")).d40_receive(&mut block);
        assert_eq!(block, bytes(&row, "input"), "{row}");
    }
    for row in rows("d40_send") {
        let mut data = bytes(&row, "cipher");
        cipher("DES", &bytes(&row, "session_key")).d40_receive(&mut data);
        assert_eq!(data, bytes(&row, "plain"), "{row}");
        if row["id"] == "d40-enc-T34" {
            let write = Command::find(Model::Ev1, 0x3D).unwrap();
            let wire = [&[1, 0, 0, 0, 16, 0, 0], &bytes(&row, "cipher")[..]].concat();
            let session = cipher("DES", &bytes(&row, "session_key"));
            let opened = d40::open(&session, write, Mode::Full, &wire).unwrap();
            assert_eq!(opened[7..], bytes(&row, "plain")[..16], "{row}");
        }
    }
    for row in rows("d40_mac") {
        let session = cipher("DES", &bytes(&row, "session_key"));
        let command = Command::find(Model::Ev1, 0xBD).unwrap();
        let answer = Answer::from(bytes(&row, "data"));
        let expected = [bytes(&row, "data"), bytes(&row, "mac")].concat();
        assert_eq!(d40::seal(&session, command, Mode::Mac, &answer), expected, "{row}");
        let write = Command::find(Model::Ev1, 0x3D).unwrap();
        let wire = [&[1, 0, 0, 0, 14, 0, 0], &expected[..]].concat();
        assert_eq!(d40::open(&session, write, Mode::Mac, &wire), Ok(wire[..21].to_vec()), "{row}");
    }
}

#[test]
fn d40_authentication() {
    for row in rows("auth_d40") {
        let mut card = card(KeyType::TwoKey, &bytes(&row, "key"), &[bytes(&row, "rndb")]);
        assert_eq!(card.transmit(&[0x0A, 0x00]), [vec![0xAF], bytes(&row, "enc_rndb")].concat(), "{row}");
        let answer = card.transmit(&[vec![0xAF], bytes(&row, "pcd_token")].concat());
        assert_eq!(answer, [vec![0x00], bytes(&row, "enc_rnda_rot")].concat(), "{row}");
        if row["id"] == "d40-auth-skjolber" {
            go_on_as_recorded(&mut card);
            continue;
        }
        let Some(Messaging::D40(session)) = card.v.session.map(|session| session.messaging) else { panic!("{row}") };
        assert!(same_key(&session, &cipher("DES", &bytes(&row, "session_key"))), "{row}");
    }
}

/// The rest of that real card's session: ChangeKeySettings, then the master key becomes AES.
fn go_on_as_recorded(card: &mut Card) {
    let rows = rows("d40_send");
    let sent = |id: &str| bytes(rows.iter().find(|row| row["id"] == id).unwrap(), "cipher");
    assert_eq!(card.transmit(&[vec![0x54], sent("d40-ChangeKeySettings-0F")].concat()), [0x00]);
    assert_eq!(card.transmit(&[vec![0xC4, 0x80], sent("d40-ChangeKey-PICC-to-AES")].concat()), [0x00]);
    assert_eq!(card.nv.settings, 0x0F);
    assert_eq!((card.nv.master.kind, card.nv.master.version), (KeyType::Aes, 0x42));
    assert_eq!(card.transmit(&[0x0A, 0x00]), [0xAE]);
}

#[test]
fn ev1_authentication() {
    for row in rows("auth_iso") {
        let name = row["cipher"].as_str().unwrap();
        let (kind, ins) = if name == "AES" { (KeyType::Aes, 0xAA) } else { (KeyType::TwoKey, 0x1A) };
        let mut card = card(kind, &bytes(&row, "key"), &[bytes(&row, "rndb")]);
        assert_eq!(card.transmit(&[ins, 0x00]), [vec![0xAF], bytes(&row, "enc_rndb")].concat(), "{row}");
        let answer = card.transmit(&[vec![0xAF], bytes(&row, "pcd_token")].concat());
        assert_eq!(answer, [vec![0x00], bytes(&row, "enc_rnda_rot")].concat(), "{row}");
        let Some(Messaging::Ev1(channel)) = card.v.session.map(|session| session.messaging) else { panic!("{row}") };
        assert!(same_key(&channel.cipher, &cipher(name, &bytes(&row, "session_key"))), "{row}");
        let key = Key::with_version(kind, bytes(&row, "key"), 0);
        assert!(same_key(&session_cipher(&key, &bytes(&row, "rnda"), &bytes(&row, "rndb")), &channel.cipher));
    }
}

#[test]
fn ev1_sessions() {
    for row in rows("ev1_session") {
        let cipher = cipher(row["cipher"].as_str().unwrap(), &bytes(&row, "session_key"));
        let mut channel = ev1::Channel { cipher, iv: bytes(&row, "iv") };
        for step in row["steps"].as_array().unwrap() {
            match step["op"].as_str().unwrap() {
                "tx_cmac" | "rx_cmac" => {
                    let status: &[u8] = if step["op"] == "rx_cmac" { &[0x00] } else { &[] };
                    let mac = channel.mac(&[&bytes(step, "data"), status]);
                    assert!(step["mac8"].is_null() || mac == bytes(step, "mac8"), "{row}");
                }
                "enc" => {
                    let mut data = bytes(step, "cipher");
                    channel.cipher.cbc_decipher(&mut channel.iv, &mut data);
                    assert_eq!(data, bytes(step, "plain"), "{row}");
                }
                _ => {
                    let mut data = bytes(step, "plain");
                    channel.cipher.cbc_encipher(&mut channel.iv, &mut data);
                    assert_eq!(data, bytes(step, "cipher"), "{row}");
                }
            }
            assert_eq!(channel.iv, bytes(step, "iv_after"), "{row}");
        }
    }
}

#[test]
fn ev2_authentication() {
    for row in rows("ev2_first") {
        let mut card = card(KeyType::Aes, &bytes(&row, "key"), &[bytes(&row, "rndb"), bytes(&row, "ti")]);
        card.nv.configuration.pd_capabilities = bytes(&row, "pdcap2").try_into().unwrap();
        let first = card.transmit(&[&[0x71, 0x00, 0x06], &bytes(&row, "pcdcap2")[..]].concat());
        assert_eq!(first, [vec![0xAF], bytes(&row, "enc_rndb")].concat(), "{row}");
        let answer = card.transmit(&[vec![0xAF], bytes(&row, "pcd_token")].concat());
        assert_eq!(answer, [vec![0x00], bytes(&row, "picc_response")].concat(), "{row}");
        let Some(Messaging::Ev2(channel)) = card.v.session.map(|session| session.messaging) else { panic!("{row}") };
        assert!(same_key(&channel.enc, &cipher("AES", &bytes(&row, "ses_auth_enc"))), "{row}");
        assert!(same_key(&channel.mac, &cipher("AES", &bytes(&row, "ses_auth_mac"))), "{row}");
    }
}

#[test]
fn ev2_session_keys() {
    for row in rows("ev2_session_keys") {
        let key = cipher("AES", &bytes(&row, "key"));
        let keys = ev2_keys(&key, &bytes(&row, "rnda"), &bytes(&row, "rndb"));
        assert_eq!(keys, [bytes(&row, "ses_auth_enc"), bytes(&row, "ses_auth_mac")], "{row}");
    }
}

#[test]
fn ev2_second_authentication() {
    for row in rows("ev2_nonfirst_proof") {
        let (key, rnd_a) = (bytes(&row, "key"), bytes(&row, "rnda"));
        let mut card = card(KeyType::Aes, &key, &[]);
        let token = |rnd_b: &[u8]| {
            let mut token = [&rnd_a[..], &crate::crypto::rotated_left(rnd_b)].concat();
            cipher("AES", &key).cbc_encipher(&mut [0; 16], &mut token);
            [vec![0xAF], token].concat()
        };
        card.transmit(&[0x71, 0x00, 0x00]);
        card.transmit(&token(&[0; 16]));
        card.transmit(&[0x77, 0x00]);
        assert_eq!(card.transmit(&token(&[0; 16])), [vec![0x00], bytes(&row, "picc_response")].concat(), "{row}");
    }
}

fn channel(row: &Value) -> ev2::Channel {
    let key = |field: &str| if row[field].is_string() { bytes(row, field) } else { vec![0; 16] };
    let counter = u16::try_from(row["cmd_ctr"].as_u64().unwrap()).unwrap();
    ev2::Channel::new([key("ses_auth_enc"), key("ses_auth_mac")], bytes(row, "ti").try_into().unwrap(), counter)
}

#[test]
fn ev2_initial_vectors() {
    for row in rows("ev2_iv") {
        assert_eq!(channel(&row).iv([0xA5, 0x5A]), bytes(&row, "iv"), "{row}");
    }
}

#[test]
fn ev2_sessions() {
    for row in rows("ev2_session") {
        let mut channel = channel(&row);
        for step in row["steps"].as_array().unwrap() {
            let command = Command::find(Model::Ev3, bytes(step, "ins")[0]).unwrap();
            let mode = if step["mode"] == "full" { Mode::Full } else { Mode::Mac };
            let opened = channel.open(command, mode, &bytes(step, "wire")).unwrap();
            assert_eq!(opened, [bytes(step, "header"), bytes(step, "data")].concat(), "{row}");
            let answer = Answer::from(bytes(step, "resp_plain"));
            let sealed = channel.seal(mode, &answer);
            assert!(step["resp"].is_null() || sealed == bytes(step, "resp"), "{row}");
        }
    }
}

#[test]
fn transaction_mac() {
    let uid = |row: &Value| bytes(row, "uid").try_into().unwrap();
    for row in rows("tmac_keys") {
        let counter = u32::from_str_radix(row["tmc_in_sv"].as_str().unwrap(), 16).unwrap();
        let key = bytes(&row, "app_transaction_mac_key");
        for (label, field) in [(0x5A, "ses_tm_mac"), (0xA5, "ses_tm_enc")] {
            let session = transaction::session(&key, label, counter, &uid(&row));
            assert!(same_key(&session, &cipher("AES", &bytes(&row, field))), "{row}");
        }
    }
    for row in rows("tmv") {
        let session = cipher("AES", &bytes(&row, "ses_tm_mac"));
        assert_eq!(session.short_mac(&bytes(&row, "tmi")).to_vec(), bytes(&row, "tmv"), "{row}");
    }
    for row in rows("tmri") {
        let mut reader = bytes(&row, "tmri_prev");
        cipher("AES", &bytes(&row, "ses_tm_enc")).cbc_encipher(&mut [0; 16], &mut reader);
        assert_eq!(reader, bytes(&row, "enc_tmri"), "{row}");
    }
}

#[test]
fn delegation() {
    for row in rows("dam_enck") {
        let sent = bytes(&row, "enc_k").try_into().unwrap();
        let (key, version) = delegated::default_key(&cipher("AES", &bytes(&row, "dam_enc_key")), sent);
        assert_eq!([&key[..], &[version]].concat(), bytes(&row, "plain")[7..], "{row}");
    }
    for row in rows("dam_mac") {
        let mac = cipher("AES", &bytes(&row, "dam_mac_key")).short_mac(&bytes(&row, "message"));
        assert_eq!(mac.to_vec(), bytes(&row, "mac"), "{row}");
    }
}

#[test]
fn sdm_keys_and_pictures() {
    for row in rows("sdm_keys") {
        let key = cipher("AES", &bytes(&row, "sdm_file_read_key"));
        let [enc, mac] = sdm::session(&key, &bytes(&row, "uid"), &bytes(&row, "ctr_lsb_first"));
        assert!(same_key(&enc, &cipher("AES", &bytes(&row, "ses_sdm_enc"))), "{row}");
        assert!(same_key(&mac, &cipher("AES", &bytes(&row, "ses_sdm_mac"))), "{row}");
    }
    for row in rows("sdm_sun") {
        let uid: [u8; 7] = bytes(&row, "uid").try_into().unwrap();
        let counter: [u8; 3] = bytes(&row, "ctr_lsb_first").try_into().unwrap();
        let plain = bytes(&row, "picc_plain");
        let random: [u8; 16] = plain.clone().try_into().unwrap();
        let data = sdm::picc_data(&cipher("AES", &bytes(&row, "meta_read_key")), 0xC1, &uid, &counter, &random);
        assert_eq!(data, bytes(&row, "picc_enc"), "{row}");
        let [enc, mac] = sdm::session(&cipher("AES", &bytes(&row, "file_read_key")), &uid, &counter);
        assert!(same_key(&enc, &cipher("AES", &bytes(&row, "ses_sdm_enc"))), "{row}");
        assert_eq!(sdm::file_data(&enc, &counter, &bytes(&row, "file_plain")), bytes(&row, "enc_file"), "{row}");
        let shown = row["mac_input_ascii"].as_str().unwrap();
        assert_eq!(mac.short_mac(shown.as_bytes()).to_vec(), bytes(&row, "mac"), "{row}");
    }
    for row in rows("sdm_mac") {
        let key = cipher("AES", &bytes(&row, "file_read_key"));
        let [_, mac] = sdm::session(&key, &bytes(&row, "uid"), &bytes(&row, "ctr_lsb_first"));
        let shown = row["mac_input_ascii"].as_str().unwrap();
        assert_eq!(mac.short_mac(shown.as_bytes()).to_vec(), bytes(&row, "mac"), "{row}");
    }
}

#[test]
fn originality_signature() {
    for row in rows("originality") {
        let mut card = card(KeyType::TwoKey, &[0; 16], &[]);
        card.nv.signature = Bytes(bytes(&row, "signature_r_s"));
        assert_eq!(card.transmit(&[0x3C, 0x00]), [vec![0x00], bytes(&row, "signature_r_s")].concat());
    }
}
