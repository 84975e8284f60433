//! A session of D40: authentication 0A, MACs of four bytes, data that the reader deciphers before sending.
use crate::ciphers::{Key, des_key, rotated};
use crate::host::{AID, Reader, ZERO};
use picc::Model;

const RND_A: [u8; 8] = [0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38];

/// What the reader makes of data that it sends: y(i) = D(x(i) xor y(i-1)).
fn sent(key: &Key, data: &[u8]) -> Vec<u8> {
    let mut before = [0; 8];
    let mut out = Vec::new();
    for block in data.chunks_exact(8) {
        let mut block: Vec<u8> = block.iter().zip(before).map(|(x, y)| x ^ y).collect();
        key.decipher(&mut [0; 8], &mut block);
        before.copy_from_slice(&block);
        out.extend(block);
    }
    out
}

fn crc16(data: &[u8]) -> [u8; 2] {
    let mut crc = 0x6363_u16;
    for byte in data {
        let mut low = *byte ^ crc.to_le_bytes()[0];
        low ^= low << 4;
        let wide = u16::from(low);
        crc = (crc >> 8) ^ (wide << 8) ^ (wide << 3) ^ (wide >> 4);
    }
    crc.to_le_bytes()
}

fn padded(mut data: Vec<u8>) -> Vec<u8> {
    data.resize(data.len().next_multiple_of(8), 0);
    data
}

fn mac(key: &Key, data: &[u8]) -> Vec<u8> {
    let mut chain = [0; 8];
    key.encipher(&mut chain, &mut padded(data.to_vec()));
    chain[..4].to_vec()
}

/// Authenticates key 0, DES zeros; gives the session key.
fn login(reader: &mut Reader) -> Key {
    let key = des_key(&ZERO);
    let mut rnd_b = reader.card.transmit(&[0x0A, 0x00])[1..].to_vec();
    key.decipher(&mut [0; 8], &mut rnd_b);
    let token = sent(&key, &[&RND_A[..], &rotated(&rnd_b)].concat());
    let mut proof = reader.plain(0xAF, &token).unwrap();
    key.decipher(&mut [0; 8], &mut proof);
    assert_eq!(proof, rotated(&RND_A));
    let half = [&RND_A[..4], &rnd_b[..4]].concat();
    des_key(&[&half[..], &half].concat())
}

/// An application with two DES keys and file 1 of 70 bytes in a mode, all rights key 0.
fn with_file(option: u8) -> (Reader, Key) {
    let mut reader = Reader::new(Model::Ev1);
    reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0x02]).unwrap();
    reader.select(AID);
    reader.plain(0xCD, &[0x01, option, 0x00, 0x00, 70, 0, 0]).unwrap();
    let key = login(&mut reader);
    (reader, key)
}

const HEADER: [u8; 7] = [0x01, 0, 0, 0, 70, 0, 0];

#[test]
fn macs_of_four_bytes() {
    let (mut reader, key) = with_file(0x01);
    let data = [9; 70];
    let signed = [&data[..], &mac(&key, &data)].concat();
    assert_eq!(reader.plain(0x3D, &[&HEADER[..], &signed].concat()), Ok(vec![]));
    assert_eq!(reader.plain(0xBD, &HEADER), Ok(signed));
    // administrative answers have none
    assert_eq!(reader.plain(0x6F, &[]), Ok(vec![1]));
    assert_eq!(reader.plain(0x3D, &[&HEADER[..], &data, &[0; 4]].concat()), Err(0x1E));
    assert_eq!(reader.card.session_key(), None);
}

#[test]
fn enciphered_over_several_frames() {
    let (mut reader, key) = with_file(0x03);
    let data: Vec<u8> = (0..70).collect();
    let body = padded([&data[..], &crc16(&data)].concat());
    assert_eq!(reader.plain(0x3D, &[&HEADER[..], &sent(&key, &body)].concat()), Ok(vec![]));
    let mut read = reader.plain(0xBD, &HEADER).unwrap();
    key.decipher(&mut [0; 8], &mut read);
    assert_eq!(read, body);
}

#[test]
fn another_key_is_changed() {
    let (mut reader, key) = with_file(0x00);
    let new = [0x22; 16];
    let body = padded([&new[..], &crc16(&new), &crc16(&new)].concat()); // the old key is zeros
    assert_eq!(reader.plain(0xC4, &[&[0x01], &sent(&key, &body)[..]].concat()), Ok(vec![]));
    assert_eq!(reader.card.session_key(), Some(0));
    assert_eq!(reader.plain(0x64, &[0x00]), Ok(vec![0]));
}
