//! Recognises secret keys in every usual wrapping, also damaged ones: the beginning is enough, since whoever sent it sent the key.

use zeroize::Zeroizing;

use crate::armour;

/// How a secret key was wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrapping {
    /// RSA, `BEGIN RSA PRIVATE KEY` (RFC 8017 A.1.2), or DSA in its shape.
    Pkcs1,
    /// EC, `BEGIN EC PRIVATE KEY` (RFC 5915).
    Sec1,
    /// `BEGIN PRIVATE KEY` (RFC 5958).
    Pkcs8,
    /// `BEGIN ENCRYPTED PRIVATE KEY`: enciphered with a password.
    Pkcs8Encrypted,
    /// `.p12`, `.pfx` (RFC 7292).
    Pkcs12,
    /// OpenSSH's own.
    OpenSsh,
    /// PuTTY's own.
    Putty,
    /// Java's own, `.jks`.
    JavaKeyStore,
    /// JSON Web Key (RFC 7517).
    Jwk,
    /// PEM of another label.
    Other,
}

impl Wrapping {
    /// Whether a password stands between the file and the key. It has to be treated as exposed all the same.
    pub fn has_password(self) -> bool {
        matches!(self, Wrapping::Pkcs8Encrypted | Wrapping::Pkcs12 | Wrapping::JavaKeyStore)
    }
}

/// The wrapping of a secret key in a file, which may also be this text.
pub fn recognise(bytes: &[u8], text: Option<&str>) -> Option<Wrapping> {
    if let Some(text) = text {
        return in_text(text);
    }
    match bytes {
        [0xFE, 0xED, 0xFE, 0xED, ..] | [0xCE, 0xCE, 0xCE, 0xCE, ..] => return Some(Wrapping::JavaKeyStore),
        _ if bytes.starts_with(b"openssh-key-v1\0") => return Some(Wrapping::OpenSsh),
        _ => {}
    }
    // text with a few bytes that are none
    let marks: &[&[u8]] = &[b"PRIVATE KEY-----", b"PuTTY-User-Key-File-"];
    if marks.iter().any(|mark| bytes.windows(mark.len()).any(|window| window == *mark)) {
        return Some(Wrapping::Other);
    }
    in_der(bytes)
}

fn in_text(text: &str) -> Option<Wrapping> {
    if text.trim_start().starts_with("PuTTY-User-Key-File-") {
        return Some(Wrapping::Putty);
    }
    for begin in text.split("-----BEGIN ").skip(1) {
        let label = begin.split("-----").next().unwrap_or(begin);
        if label.lines().next().unwrap_or_default().contains("PRIVATE KEY") {
            let enciphered = begin.lines().take(3).any(|line| line.contains("ENCRYPTED"));
            return Some(match label {
                "PRIVATE KEY" => Wrapping::Pkcs8,
                "ENCRYPTED PRIVATE KEY" => Wrapping::Pkcs8Encrypted,
                "RSA PRIVATE KEY" | "DSA PRIVATE KEY" if !enciphered => Wrapping::Pkcs1,
                "EC PRIVATE KEY" if !enciphered => Wrapping::Sec1,
                "OPENSSH PRIVATE KEY" => Wrapping::OpenSsh,
                _ => Wrapping::Other,
            });
        }
    }
    if is_jwk(text) {
        return Some(Wrapping::Jwk);
    }
    // whatever the label says, and where there is none
    let blocks = armour::blocks(text);
    if blocks.is_empty() {
        return armour::base64(text).and_then(|bytes| in_bytes(&bytes));
    }
    blocks.iter().filter_map(|(_, bytes)| bytes.as_ref()).find_map(in_bytes)
}

fn in_bytes(bytes: &Zeroizing<Vec<u8>>) -> Option<Wrapping> {
    recognise(bytes, None)
}

/// A JSON object with a kind of key, and its secret part `d`, or `k` of one that is secret altogether.
fn is_jwk(text: &str) -> bool {
    let compact = Zeroizing::new(text.split_whitespace().collect::<String>());
    compact.starts_with('{')
        && compact.contains("\"kty\":\"")
        && (compact.contains("\"d\":\"") || compact.contains("\"k\":\""))
}

fn in_der(bytes: &[u8]) -> Option<Wrapping> {
    const INTEGER: u8 = 0x02;
    const OCTETS: u8 = 0x04;
    const OID: u8 = 0x06;
    const SEQUENCE: u8 = 0x30;
    // 1.2.840.113549.1.5 (PKCS #5) and 1.2.840.113549.1.12.1 (PKCS #12): ciphers with a password; .1.7 what PKCS #12 is made of
    const PKCS5: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05];
    const PKCS12: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C];
    const PKCS7: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];

    let parts = parts(bytes);
    let first_of = |part: &Part| elements(part.content).first().map(|first| (first.tag, first.content.to_vec()));
    let (first, second) = (parts.first()?, parts.get(1)?);
    let oid_in = |part: &Part, prefixes: &[&[u8]]| {
        first_of(part)
            .is_some_and(|(tag, content)| tag == OID && prefixes.iter().any(|prefix| content.starts_with(prefix)))
    };
    match (first.tag, first.content, second.tag) {
        (INTEGER, [3], SEQUENCE) if oid_in(second, &[PKCS7]) => Some(Wrapping::Pkcs12),
        (INTEGER, [0 | 1], SEQUENCE)
            if first_of(second).is_some_and(|(tag, _)| tag == OID)
                && parts.get(2).is_some_and(|part| part.tag == OCTETS) =>
        {
            Some(Wrapping::Pkcs8)
        }
        // version, modulus, exponent: a public key has no version, and no third number
        (INTEGER, [0 | 1], INTEGER) if parts.get(2).is_some_and(|part| part.tag == INTEGER) => Some(Wrapping::Pkcs1),
        (INTEGER, [1], OCTETS) => Some(Wrapping::Sec1),
        (SEQUENCE, _, OCTETS) if oid_in(first, &[PKCS5, PKCS12]) => Some(Wrapping::Pkcs8Encrypted),
        _ => None,
    }
}

/// An element of DER or BER.
pub struct Part<'a> {
    /// Its tag, where that is one byte.
    pub tag: u8,
    /// What it holds, as far as it is there.
    pub content: &'a [u8],
}

/// The elements of the sequence that bytes are.
pub fn parts(bytes: &[u8]) -> Vec<Part<'_>> {
    match element(bytes) {
        Some((Part { tag: 0x30, content }, _)) => elements(content),
        _ => Vec::new(),
    }
}

/// The first elements of a content, at most sixteen.
pub fn elements(mut content: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while parts.len() < 16 {
        let Some((part, rest)) = element(content) else { break };
        parts.push(part);
        content = rest;
    }
    parts
}

/// An element and what follows; one that is cut off ends with the bytes, and so does one of indefinite length.
fn element(bytes: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match *length {
        0x80 => (rest.len(), rest),
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7F))?;
            let length =
                digits.iter().try_fold(0usize, |sum, digit| sum.checked_mul(256)?.checked_add(usize::from(*digit)))?;
            (length, rest)
        }
    };
    let (content, rest) = rest.split_at(length.min(rest.len()));
    Some((Part { tag: *tag, content }, rest))
}
