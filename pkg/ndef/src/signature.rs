//! The record that signs the ones before it: NFC Forum Signature RTD 2.0. What it says is taken apart and put together here;
//! whether a signature holds is for whoever has the key.

use crate::{Name, Record};

/// A signature record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Signature type, 0 to 127 (Signature RTD 2.0, §3.3.2).
    pub algorithm: u8,
    /// Hash type (§3.3.3).
    pub hash: u8,
    /// The signature, or where it is to be had.
    pub signature: Field,
    /// Format of the certificates, 0 to 7.
    pub certificate_format: u8,
    /// Certificates, the signer's first.
    pub certificates: Vec<Vec<u8>>,
    /// Where the next certificate is to be had.
    pub certificate_uri: Option<String>,
}

/// Bytes, or an address of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// Here they are.
    Value(Vec<u8>),
    /// There they are.
    Uri(String),
}

const VERSION: u8 = 0x20;
const URI: u8 = 0x80;

/// The record; `None` where a length does not fit its field (65,535 bytes, 15 certificates).
pub fn record(signature: &Signature) -> Option<Record> {
    let (flag, bytes) = match &signature.signature {
        Field::Value(bytes) => (0x00, bytes.as_slice()),
        Field::Uri(uri) => (URI, uri.as_bytes()),
    };
    let count = u8::try_from(signature.certificates.len()).ok().filter(|count| *count < 16)?;
    if signature.algorithm > 0x7F || signature.certificate_format > 7 {
        return None;
    }
    let mut payload = vec![VERSION, flag | signature.algorithm, signature.hash];
    let mut field = |bytes: &[u8]| {
        payload.extend(u16::try_from(bytes.len()).ok()?.to_be_bytes());
        payload.extend_from_slice(bytes);
        Some(())
    };
    field(bytes)?;
    let uri = signature.certificate_uri.as_ref();
    payload.push(if uri.is_some() { URI } else { 0x00 } | signature.certificate_format << 4 | count);
    for bytes in signature.certificates.iter().map(Vec::as_slice).chain(uri.map(String::as_bytes)) {
        payload.extend(u16::try_from(bytes.len()).ok()?.to_be_bytes());
        payload.extend_from_slice(bytes);
    }
    Some(Record::well_known(b"Sig", payload))
}

/// The signature of a record; `None` for another record, another version, or a malformed one.
pub fn of(record: &Record) -> Option<Signature> {
    if record.name != Name::WellKnown(b"Sig".to_vec()) {
        return None;
    }
    let (&[version, algorithm, hash], mut rest) = record.payload.split_first_chunk::<3>()?;
    if version != VERSION {
        return None;
    }
    let bytes = take(&mut rest)?;
    let signature = if algorithm & URI == 0 {
        Field::Value(bytes.to_vec())
    } else {
        Field::Uri(String::from_utf8(bytes.to_vec()).ok()?)
    };
    let (&chain, mut rest) = rest.split_first()?;
    let certificates = (0..chain & 0x0F).map(|_| take(&mut rest).map(<[u8]>::to_vec)).collect::<Option<_>>()?;
    let certificate_uri = match chain & URI {
        0 => None,
        _ => Some(String::from_utf8(take(&mut rest)?.to_vec()).ok()?),
    };
    rest.is_empty().then_some(Signature {
        algorithm: algorithm & !URI,
        hash,
        signature,
        certificate_format: chain >> 4 & 0x07,
        certificates,
        certificate_uri,
    })
}

fn take<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, after) = rest.split_first_chunk::<2>()?;
    let (taken, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *rest = after;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back() {
        for (signature, certificate_uri) in [
            (Field::Value(vec![7; 64]), None),
            (Field::Uri("https://example.vn/s".into()), Some("https://example.vn/c".into())),
        ] {
            let signed = Signature {
                algorithm: 0x0B,
                hash: 0x02,
                signature,
                certificate_format: 0,
                certificates: vec![vec![1, 2, 3], vec![4]],
                certificate_uri,
            };
            assert_eq!(of(&record(&signed).unwrap()), Some(signed));
        }
    }

    #[test]
    fn what_is_cut_or_of_another_version_is_none() {
        let signed = Signature {
            algorithm: 1,
            hash: 2,
            signature: Field::Value(vec![9; 8]),
            certificate_format: 1,
            certificates: vec![vec![5; 5]],
            certificate_uri: None,
        };
        let whole = record(&signed).unwrap();
        for len in 0..whole.payload.len() {
            assert_eq!(of(&Record::well_known(b"Sig", &whole.payload[..len])), None, "{len}");
        }
        let mut other = whole;
        other.payload[0] = 0x01;
        assert_eq!(of(&other), None);
    }
}
