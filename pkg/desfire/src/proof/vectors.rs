//! One check for each kind of vector.

use serde_json::Value;

use super::{Vector, bytes, hex, same, sized};
use crate::auth::{Authentication, Capabilities, Handshake};
use crate::cipher::{Block, Iv};
use crate::crc::{crc16, crc32};
use crate::key::{Key, KeyType};
use crate::request::{CommMode, Request, Transport};
use crate::sdm::{Tap, TapKeys, open_picc_data, verify_sun};
use crate::session::{Ev2, SessionKeys, truncated};
use crate::tmac::TransactionKeys;
use crate::{dam, diversify, originality};

/// Kinds that are checked.
pub const KINDS: [&str; 24] = [
    "crc16",
    "crc32",
    "des_key_version",
    "cmac_subkeys",
    "cmac",
    "d40_block",
    "an10922",
    "auth_d40",
    "d40_send",
    "d40_mac",
    "auth_iso",
    "ev1_session",
    "ev2_first",
    "ev2_session_keys",
    "ev2_nonfirst_proof",
    "ev2_iv",
    "ev2_session",
    "tmac_keys",
    "tmv",
    "tmri",
    "dam_enck",
    "dam_mac",
    "sdm_keys",
    "originality",
];
/// LRP and the licence of MIFARE Classic emulation: not spoken here.
pub const UNCOVERED: [&str; 3] = ["lrp_cmac", "lrp_enc", "mfc_license_mac"];

/// Checks one.
///
/// # Errors
/// What differs.
pub fn vector(vector: &Vector) -> Result<(), String> {
    let v = &vector.0;
    match vector.kind() {
        "crc16" => same("crc", &crc16(&[&hex(v, "data")]), &hex(v, "crc")),
        // the table prints the number, the wire has its least significant byte first
        "crc32" => same("crc", &crc32(&[&hex(v, "data")]), &hex(v, "crc")),
        "des_key_version" => key_version(v),
        "cmac_subkeys" => subkeys(v),
        "cmac" => cmac(v),
        "d40_block" => {
            let mut data = hex(v, "input");
            Block::of(KeyType::Des, &hex(v, "key")).send_decipher(&mut data);
            same("block", &data, &hex(v, "decipher"))
        }
        "an10922" => an10922(v),
        "auth_d40" | "auth_iso" => handshake(v, vector.kind() == "auth_d40"),
        "d40_send" => {
            let key = hex(v, "session_key");
            let mut data = hex(v, "plain");
            session_block(&key).send_decipher(&mut data);
            same("cipher", &data, &hex(v, "cipher"))
        }
        "d40_mac" => d40_mac(v),
        "ev1_session" => ev1_session(v),
        "ev2_first" => ev2_first(v),
        "ev2_session_keys" => ev2_session_keys(v),
        "ev2_nonfirst_proof" => ev2_non_first(v),
        "ev2_iv" => ev2_iv(v),
        "ev2_session" => ev2_session(v),
        "tmac_keys" => tmac_keys(v),
        "tmv" => {
            same("tmv", &truncated(&*crate::auth::aes_cmac(&hex(v, "ses_tm_mac"), &hex(v, "tmi"))), &hex(v, "tmv"))
        }
        "tmri" => {
            let mut reader = hex(v, "enc_tmri");
            Block::of(KeyType::Aes, &hex(v, "ses_tm_enc")).cbc_decrypt(&mut Iv::default(), &mut reader);
            same("reader", &reader, &hex(v, "tmri_prev"))
        }
        "dam_enck" => dam_encrypted_key(v),
        "dam_mac" => {
            let key = aes_key(v, "dam_mac_key")?;
            same("mac", &dam::mac(&key, &hex(v, "message")).map_err(said)?, &hex(v, "mac"))
        }
        "sdm_keys" => {
            let tap = Tap { uid: Some(sized(&hex(v, "uid"))?), counter: Some(counter(v)?) };
            let keys = TapKeys::new(&aes_key(v, "sdm_file_read_key")?, tap).map_err(said)?;
            same("enc", &keys.shown().0, &hex(v, "ses_sdm_enc"))?;
            same("mac", &keys.shown().1, &hex(v, "ses_sdm_mac"))
        }
        "sdm_mac" => {
            let tap = Tap { uid: Some(sized(&hex(v, "uid"))?), counter: Some(counter(v)?) };
            let keys = TapKeys::new(&aes_key(v, "file_read_key")?, tap).map_err(said)?;
            keys.verify(v["mac_input_ascii"].as_str().unwrap_or_default().as_bytes(), &sized(&hex(v, "mac"))?)
                .map_err(said)
        }
        "sdm_sun" => sun(v),
        "originality" => original(v),
        kind => Err(format!("no check for the kind «{kind}»")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn said(error: crate::Error) -> String {
    error.to_string()
}

fn aes_key(v: &Value, field: &str) -> Result<Key, String> {
    Ok(Key::aes(sized(&hex(v, field))?, 0))
}

/// Of 8, 16 or 24 bytes; 16 may be twice the same 8.
fn des_key(key: &[u8]) -> Result<Key, String> {
    match key.len() {
        8 => Ok(Key::des(sized(key)?)),
        16 => Ok(Key::two_key(sized(key)?)),
        _ => Ok(Key::three_key(sized(key)?)),
    }
}

fn session_block(key: &[u8]) -> Block {
    match des_key(key) {
        Ok(key) => Block::new(&key),
        Err(_) => Block::of(KeyType::Des, key),
    }
}

fn named_key(cipher: &str, key: &[u8]) -> Result<Key, String> {
    if cipher == "AES" { Ok(Key::aes(sized(key)?, 0)) } else { des_key(key) }
}

fn key_version(v: &Value) -> Result<(), String> {
    let key = des_key(&hex(v, "key"))?;
    same("version", &[key.version()], &hex(v, "version"))?;
    same("version set", &[key.with_version(0xA7).version()], &[0xA7])
}

fn subkeys(v: &Value) -> Result<(), String> {
    let block = Block::new(&named_key(v["cipher"].as_str().unwrap_or_default(), &hex(v, "key"))?);
    let (k1, k2) = block.subkeys();
    same("k1", &k1[..block.len()], &hex(v, "k1"))?;
    same("k2", &k2[..block.len()], &hex(v, "k2"))
}

fn cmac(v: &Value) -> Result<(), String> {
    let block = Block::new(&named_key(v["cipher"].as_str().unwrap_or_default(), &hex(v, "key"))?);
    let mut iv = Iv::default();
    block.cmac(&mut iv, &[&hex(v, "msg")]);
    same("mac", &iv.0[..block.len()], &hex(v, "mac"))
}

fn an10922(v: &Value) -> Result<(), String> {
    let aes = v["key_type"] == "AES";
    let master = named_key(if aes { "AES" } else { "DES" }, &hex(v, "master"))?;
    let derived = diversify(&master.with_version(0), &hex(v, "m")).map_err(said)?;
    // the published keys have no version in their bits
    let mask = if aes { 0xFF } else { 0xFE };
    let masked = |bytes: &[u8]| bytes.iter().map(|byte| byte & mask).collect::<Vec<_>>();
    same("derived", &masked(derived.stored()), &masked(&hex(v, "derived")))
}

/// RndA, cut or filled to the 16 bytes that a handshake takes.
fn random(bytes: &[u8]) -> [u8; 16] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default())
}

fn handshake(v: &Value, d40: bool) -> Result<(), String> {
    let key = named_key(v["cipher"].as_str().unwrap_or("DES"), &hex(v, "key"))?;
    let authentication = if d40 { Authentication::d40(0, &key) } else { Authentication::ev1(0, &key) }.map_err(said)?;
    let mut handshake = Handshake::new(authentication, &random(&hex(v, "rnda")), None).map_err(said)?;
    same("token", &handshake.second(&hex(v, "enc_rndb")).map_err(said)?, &hex(v, "pcd_token"))?;
    same("rndb", handshake.rnd_b(), &hex(v, "rndb"))?;
    let expected = hex(v, "session_key");
    let ours = handshake.session_key();
    same("session key", &ours, &expected[..ours.len()])?;
    handshake.finish(&hex(v, "enc_rnda_rot")).map(drop).map_err(said)
}

fn d40_mac(v: &Value) -> Result<(), String> {
    let block = session_block(&hex(v, "session_key"));
    let mut data = crate::cipher::filled(&[&hex(v, "data")], block.len());
    let mut iv = Iv::default();
    block.cbc_encrypt(&mut iv, &mut data);
    same("mac", &iv.0[..4], &hex(v, "mac"))
}

fn ev1_session(v: &Value) -> Result<(), String> {
    let block = Block::new(&named_key(v["cipher"].as_str().unwrap_or_default(), &hex(v, "session_key"))?);
    let mut iv = Iv(random(&hex(v, "iv")));
    for step in v["steps"].as_array().into_iter().flatten() {
        let op = step["op"].as_str().unwrap_or_default();
        match op {
            "tx_cmac" => block.cmac(&mut iv, &[&hex(step, "data")]),
            "rx_cmac" => block.cmac(&mut iv, &[&hex(step, "data"), &[0x00]]),
            "enc" => {
                let mut data = hex(step, "plain");
                block.cbc_encrypt(&mut iv, &mut data);
                same(op, &data, &hex(step, "cipher"))?;
            }
            _ => {
                let mut data = hex(step, "cipher");
                block.cbc_decrypt(&mut iv, &mut data);
                same(op, &data, &hex(step, "plain"))?;
            }
        }
        if step["mac8"].is_string() {
            same(op, &iv.0[..8], &hex(step, "mac8"))?;
        }
        if step["iv_after"].is_string() {
            same("iv", &iv.0[..block.len()], &hex(step, "iv_after"))?;
        }
    }
    Ok(())
}

fn ev2_first(v: &Value) -> Result<(), String> {
    let key = aes_key(v, "key")?;
    let authentication = Authentication::ev2_first(0, &key, Capabilities::default()).map_err(said)?;
    let mut handshake = Handshake::new(authentication, &random(&hex(v, "rnda")), None).map_err(said)?;
    same("token", &handshake.second(&hex(v, "enc_rndb")).map_err(said)?, &hex(v, "pcd_token"))?;
    same("rndb", handshake.rnd_b(), &hex(v, "rndb"))?;
    let keys = handshake.ev2_keys();
    same("enc", &*keys.enc, &hex(v, "ses_auth_enc"))?;
    same("mac", &*keys.mac, &hex(v, "ses_auth_mac"))?;
    match handshake.finish(&hex(v, "picc_response")).map_err(said)? {
        crate::session::Session::Ev2(session) => {
            same("ti", &session.continues().0, &hex(v, "ti"))?;
            if session.continues().1 == 0 { Ok(()) } else { Err("the counter begins with 0".into()) }
        }
        _ => Err("71 begins EV2 messaging".into()),
    }
}

fn ev2_session_keys(v: &Value) -> Result<(), String> {
    let authentication = Authentication::ev2_first(0, &aes_key(v, "key")?, Capabilities::default()).map_err(said)?;
    let mut handshake = Handshake::new(authentication, &random(&hex(v, "rnda")), None).map_err(said)?;
    handshake.set_rnd_b(&hex(v, "rndb"));
    let keys = handshake.ev2_keys();
    same("enc", &*keys.enc, &hex(v, "ses_auth_enc"))?;
    same("mac", &*keys.mac, &hex(v, "ses_auth_mac"))
}

fn ev2_non_first(v: &Value) -> Result<(), String> {
    let keys = SessionKeys { enc: Default::default(), mac: Default::default() };
    let before = crate::session::Session::Ev2(Box::new(Ev2::new(&keys, [1, 2, 3, 4], 7)));
    let authentication = Authentication::ev2_non_first(0, &aes_key(v, "key")?).map_err(said)?;
    let mut handshake = Handshake::new(authentication, &random(&hex(v, "rnda")), Some(&before)).map_err(said)?;
    handshake.second(&[0; 16]).map_err(said)?;
    match handshake.finish(&hex(v, "picc_response")).map_err(said)? {
        crate::session::Session::Ev2(session) if session.continues() == ([1, 2, 3, 4], 7) => Ok(()),
        _ => Err("77 goes on with identifier and counter".into()),
    }
}

fn ev2(v: &Value) -> Result<Ev2, String> {
    let key = |field: &str| Ok::<_, String>(zeroize::Zeroizing::new(random(&hex(v, field))));
    let keys = SessionKeys { enc: key("ses_auth_enc")?, mac: key("ses_auth_mac")? };
    let counter = v["cmd_ctr"].as_u64().and_then(|counter| u16::try_from(counter).ok()).unwrap_or_default();
    Ok(Ev2::new(&keys, sized(&hex(v, "ti"))?, counter))
}

fn ev2_iv(v: &Value) -> Result<(), String> {
    let (_, counter) = ev2(v)?.continues();
    same("iv", &ev2(v)?.iv(sized(&hex(v, "label"))?, counter).0, &hex(v, "iv"))
}

fn ev2_session(v: &Value) -> Result<(), String> {
    let mut session = ev2(v)?;
    for step in v["steps"].as_array().into_iter().flatten() {
        let code = bytes(step["ins"].as_str().unwrap_or_default())[0];
        let full = step["mode"] == "full";
        let reads = step["resp_plain"].is_string();
        let (header, data) = (hex(step, "header"), hex(step, "data"));
        let mode = if full { CommMode::Full } else { CommMode::Maced };
        let transport = if reads { Transport::Read(mode, None) } else { Transport::Write(mode) };
        let request = Request::new(code, header, transport).data(data);
        same("wire", &session.seal(&request).map_err(said)?, &hex(step, "wire"))?;
        if step["resp"].is_string() {
            same("answer", &session.open(&request, 0x00, hex(step, "resp")).map_err(said)?, &hex(step, "resp_plain"))?;
        }
    }
    Ok(())
}

fn tmac_keys(v: &Value) -> Result<(), String> {
    let [a, b, c, d] = sized(&hex(v, "tmc_in_sv"))?;
    let counter = u32::from_be_bytes([a, b, c, d]);
    let key = aes_key(v, "app_transaction_mac_key")?;
    let keys = TransactionKeys::new(&key, &sized(&hex(v, "uid"))?, counter).map_err(said)?;
    same("mac", keys.shown().0, &hex(v, "ses_tm_mac"))?;
    same("enc", keys.shown().1, &hex(v, "ses_tm_enc"))
}

fn dam_encrypted_key(v: &Value) -> Result<(), String> {
    let plain = hex(v, "plain");
    let key = Key::aes(sized(&plain[7..23])?, plain[31]);
    let encrypted = dam::encrypt_key(&aes_key(v, "dam_enc_key")?, sized(&plain[..7])?, &key).map_err(said)?;
    same("EncK", &encrypted, &hex(v, "enc_k"))
}

fn counter(v: &Value) -> Result<u32, String> {
    let [low, middle, high] = sized(&hex(v, "ctr_lsb_first"))?;
    Ok(u32::from_le_bytes([low, middle, high, 0]))
}

fn sun(v: &Value) -> Result<(), String> {
    let (meta, file) = (aes_key(v, "meta_read_key")?, aes_key(v, "file_read_key")?);
    let picc = sized(&hex(v, "picc_enc"))?;
    let tap = open_picc_data(&meta, &picc).map_err(said)?;
    same("uid", &tap.uid.unwrap_or_default(), &hex(v, "uid"))?;
    if tap.counter != Some(counter(v)?) {
        return Err(format!("counter {:?}", tap.counter));
    }
    let input = v["mac_input_ascii"].as_str().unwrap_or_default().as_bytes();
    let mac: [u8; 8] = sized(&hex(v, "mac"))?;
    if verify_sun(&meta, &file, &picc, input, &mac).map_err(said)? != tap {
        return Err("another tap".into());
    }
    let keys = TapKeys::new(&file, tap).map_err(said)?;
    same("enc", &keys.shown().0, &hex(v, "ses_sdm_enc"))?;
    same("mac", &keys.shown().1, &hex(v, "ses_sdm_mac"))?;
    same("file", &keys.open(&hex(v, "enc_file")).map_err(said)?, &hex(v, "file_plain"))?;
    let mut forged = mac;
    forged[7] ^= 1;
    match keys.verify(input, &forged) {
        Err(_) => Ok(()),
        Ok(()) => Err("a forged MAC verified".into()),
    }
}

fn original(v: &Value) -> Result<(), String> {
    let (uid, key) = (sized(&hex(v, "uid_as_digest"))?, sized(&hex(v, "public_key"))?);
    let mut signature: [u8; 56] = sized(&hex(v, "signature_r_s"))?;
    if !originality::is_genuine(&uid, &signature, &key) {
        return Err("a genuine signature is refused".into());
    }
    signature[55] ^= 1;
    if originality::is_genuine(&uid, &signature, &key) { Err("a forged signature is taken".into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::published;
    use super::*;

    #[test]
    fn every_published_vector() {
        let all = published().unwrap();
        assert_eq!(all.len(), 111);
        let mut checked = 0;
        for one in all.iter().filter(|one| !UNCOVERED.contains(&one.kind())) {
            vector(one).unwrap_or_else(|error| panic!("{}: {error}", one.id()));
            checked += 1;
        }
        assert_eq!(checked, 106);
    }
}
