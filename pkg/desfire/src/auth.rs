//! The handshakes: `0A`, `1A`, `AA`, `71` and `77`. Both sides prove that they know the key, and agree on session keys.

use cmac::{Cmac, KeyInit as _, Mac as _};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::cipher::{Block, Iv, rotate_left};
use crate::error::Error;
use crate::key::{Key, KeyType};
use crate::session::{D40, Ev1, Ev2, Session, SessionKeys};

/// Which handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// `0A`: DES and 2K3DES, messaging of the first DESFire.
    D40,
    /// `1A`: DES, 2K3DES and 3K3DES, EV1 messaging.
    Iso,
    /// `AA`: AES, EV1 messaging.
    Aes,
    /// `71`: AES, begins a transaction with EV2 messaging.
    Ev2First,
    /// `77`: AES, another key within the transaction.
    Ev2NonFirst,
}

/// PCDcap2: what the host can do, at most six bytes; what is not sent counts as zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<u8>);

impl Capabilities {
    /// `None` for more than six bytes, and for the bit that asks for LRP: a card that once answers so never answers AES
    /// again.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let lrp = bytes.first().is_some_and(|byte| byte & 0x02 != 0);
        (bytes.len() <= 6 && !lrp).then(|| Capabilities(bytes.to_vec()))
    }

    fn padded(&self) -> [u8; 6] {
        let mut padded = [0; 6];
        padded[..self.0.len()].copy_from_slice(&self.0);
        padded
    }
}

/// A handshake that is about to begin.
#[derive(Debug)]
pub struct Authentication {
    method: Method,
    key_no: u8,
    key: Key,
    capabilities: Capabilities,
}

impl Authentication {
    fn new(method: Method, key_no: u8, key: &Key, kinds: &[KeyType]) -> Result<Self, Error> {
        if !kinds.contains(&key.kind()) {
            return Err(Error::KeyType);
        }
        Ok(Authentication { method, key_no, key: key.clone(), capabilities: Capabilities::default() })
    }

    /// Authenticate, `0A`.
    ///
    /// # Errors
    /// [`Error::KeyType`] for 3K3DES and AES.
    pub fn d40(key_no: u8, key: &Key) -> Result<Self, Error> {
        Authentication::new(Method::D40, key_no, key, &[KeyType::Des, KeyType::TwoKey3Des])
    }

    /// AuthenticateISO, `1A`.
    ///
    /// # Errors
    /// [`Error::KeyType`] for AES.
    pub fn iso(key_no: u8, key: &Key) -> Result<Self, Error> {
        Authentication::new(Method::Iso, key_no, key, &[KeyType::Des, KeyType::TwoKey3Des, KeyType::ThreeKey3Des])
    }

    /// AuthenticateAES, `AA`.
    ///
    /// # Errors
    /// [`Error::KeyType`] for anything but AES.
    pub fn aes(key_no: u8, key: &Key) -> Result<Self, Error> {
        Authentication::new(Method::Aes, key_no, key, &[KeyType::Aes])
    }

    /// AuthenticateEV2First, `71`.
    ///
    /// # Errors
    /// [`Error::KeyType`] for anything but AES.
    pub fn ev2_first(key_no: u8, key: &Key, capabilities: Capabilities) -> Result<Self, Error> {
        Ok(Authentication { capabilities, ..Authentication::new(Method::Ev2First, key_no, key, &[KeyType::Aes])? })
    }

    /// AuthenticateEV2NonFirst, `77`: only in a session that `71` began.
    ///
    /// # Errors
    /// [`Error::KeyType`] for anything but AES.
    pub fn ev2_non_first(key_no: u8, key: &Key) -> Result<Self, Error> {
        Authentication::new(Method::Ev2NonFirst, key_no, key, &[KeyType::Aes])
    }

    /// The handshake of that name for this type of key: `1A` or `AA`.
    ///
    /// # Errors
    /// None: each type of key has one.
    pub fn ev1(key_no: u8, key: &Key) -> Result<Self, Error> {
        if key.kind() == KeyType::Aes { Authentication::aes(key_no, key) } else { Authentication::iso(key_no, key) }
    }

    /// The key's number on the card.
    pub fn key_no(&self) -> u8 {
        self.key_no
    }
}

/// A handshake under way.
pub(crate) struct Handshake {
    method: Method,
    key_no: u8,
    kind: KeyType,
    block: Block,
    /// EV2 derives its session keys with the key itself.
    key: Key,
    capabilities: Capabilities,
    rnd_a: Zeroizing<Vec<u8>>,
    rnd_b: Zeroizing<Vec<u8>>,
    iv: Iv,
    /// TI and counter of the transaction that `77` goes on with.
    transaction: Option<([u8; 4], u16)>,
}

impl Handshake {
    /// `random`: as many bytes of it become RndA as the key type has.
    pub(crate) fn new(
        authentication: Authentication,
        random: &[u8; 16],
        session: Option<&Session>,
    ) -> Result<Self, Error> {
        let Authentication { method, key_no, key, capabilities } = authentication;
        let transaction = match (method, session) {
            (Method::Ev2NonFirst, Some(Session::Ev2(session))) => Some(session.continues()),
            (Method::Ev2NonFirst, _) => return Err(Error::NoSession),
            _ => None,
        };
        let kind = key.kind();
        Ok(Handshake {
            method,
            key_no,
            kind,
            block: Block::new(&key),
            key,
            capabilities,
            rnd_a: Zeroizing::new(random[..kind.challenge_len()].to_vec()),
            rnd_b: Zeroizing::default(),
            iv: Iv::default(),
            transaction,
        })
    }

    /// Code and parameters of the first command.
    pub(crate) fn first(&self) -> (u8, Vec<u8>) {
        match self.method {
            Method::D40 => (0x0A, vec![self.key_no]),
            Method::Iso => (0x1A, vec![self.key_no]),
            Method::Aes => (0xAA, vec![self.key_no]),
            Method::Ev2First => {
                let sent = &self.capabilities.0;
                (0x71, [&[self.key_no, sent.len() as u8], sent.as_slice()].concat())
            }
            Method::Ev2NonFirst => (0x77, vec![self.key_no]),
        }
    }

    /// E(RndB) came; the token that answers it.
    pub(crate) fn second(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        expect_len("the card's challenge", self.kind.challenge_len(), challenge)?;
        let mut rnd_b = Zeroizing::new(challenge.to_vec());
        self.block.cbc_decrypt(&mut self.iv, &mut rnd_b);
        let rotated = Zeroizing::new(rotate_left(&rnd_b));
        let mut token = [self.rnd_a.as_slice(), &rotated].concat();
        match self.method {
            Method::D40 => self.block.send_decipher(&mut token),
            // one chain through the whole handshake
            Method::Iso | Method::Aes => self.block.cbc_encrypt(&mut self.iv, &mut token),
            Method::Ev2First | Method::Ev2NonFirst => self.block.cbc_encrypt(&mut Iv::default(), &mut token),
        }
        self.rnd_b = rnd_b;
        Ok(token)
    }

    /// The card's proof came; the session.
    pub(crate) fn finish(mut self, proof: &[u8]) -> Result<Session, Error> {
        let len = if self.method == Method::Ev2First { 32 } else { self.kind.challenge_len() };
        expect_len("the card's proof", len, proof)?;
        let mut plain = Zeroizing::new(proof.to_vec());
        if matches!(self.method, Method::D40 | Method::Ev2First | Method::Ev2NonFirst) {
            self.iv = Iv::default();
        }
        self.block.cbc_decrypt(&mut self.iv, &mut plain);
        let expected = Zeroizing::new(rotate_left(&self.rnd_a));
        if self.method == Method::Ev2First {
            let (ti, rest) = plain.split_at(4);
            let (rnd_a, capabilities) = rest.split_at(16);
            if !bool::from(rnd_a.ct_eq(&expected)) {
                return Err(Error::Proof);
            }
            if !bool::from(capabilities[6..].ct_eq(&self.capabilities.padded())) {
                return Err(Error::Capabilities);
            }
            let ti = [ti[0], ti[1], ti[2], ti[3]];
            return Ok(Session::Ev2(Box::new(Ev2::new(&self.ev2_keys(), ti, 0))));
        }
        if !bool::from(plain.ct_eq(&expected)) {
            return Err(Error::Proof);
        }
        Ok(match self.transaction {
            Some((ti, counter)) => Session::Ev2(Box::new(Ev2::new(&self.ev2_keys(), ti, counter))),
            None => {
                let key = session_key(self.kind, &self.rnd_a, &self.rnd_b);
                match self.method {
                    Method::D40 => Session::D40(D40::new(self.kind, &key)),
                    _ => Session::Ev1(Ev1::new(self.kind, &key)),
                }
            }
        })
    }

    /// The proof that the card will answer; `None` after `71`, whose proof holds what the card chooses.
    pub(crate) fn foresee(&self) -> Option<Vec<u8>> {
        let mut proof = rotate_left(&self.rnd_a);
        let mut iv = match self.method {
            Method::Iso | Method::Aes => self.iv.clone(),
            Method::D40 | Method::Ev2NonFirst => Iv::default(),
            Method::Ev2First => return None,
        };
        self.block.cbc_encrypt(&mut iv, &mut proof);
        Some(proof)
    }

    pub(crate) fn ev2_keys(&self) -> SessionKeys {
        let derive = |label: [u8; 2]| {
            let mut vector = Zeroizing::new([0; 32]);
            vector[..2].copy_from_slice(&label);
            vector[2..6].copy_from_slice(&[0x00, 0x01, 0x00, 0x80]);
            vector[6..14].copy_from_slice(&self.rnd_a[..8]);
            for (byte, other) in vector[8..14].iter_mut().zip(&self.rnd_b[..6]) {
                *byte ^= other;
            }
            vector[14..24].copy_from_slice(&self.rnd_b[6..]);
            vector[24..].copy_from_slice(&self.rnd_a[8..]);
            aes_cmac(self.key.stored(), &*vector)
        };
        SessionKeys { enc: derive([0xA5, 0x5A]), mac: derive([0x5A, 0xA5]) }
    }
}

#[cfg(any(test, feature = "proof"))]
impl Handshake {
    pub(crate) fn rnd_b(&self) -> &[u8] {
        &self.rnd_b
    }

    pub(crate) fn set_rnd_b(&mut self, rnd_b: &[u8]) {
        self.rnd_b = Zeroizing::new(rnd_b.to_vec());
    }

    pub(crate) fn session_key(&self) -> Vec<u8> {
        session_key(self.kind, &self.rnd_a, &self.rnd_b).to_vec()
    }
}

/// CMAC with an AES-128 key.
pub(crate) fn aes_cmac(key: &[u8], message: &[u8]) -> Zeroizing<[u8; 16]> {
    let mut sized = Zeroizing::new([0; 16]);
    sized.copy_from_slice(&key[..16]);
    let mut mac = Cmac::<aes::Aes128>::new((&*sized).into());
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// The session key of `0A`, `1A` and `AA`.
fn session_key(kind: KeyType, rnd_a: &[u8], rnd_b: &[u8]) -> Zeroizing<Vec<u8>> {
    // four bytes of each side from each of these places
    let places: &[usize] = match kind {
        KeyType::Des => &[0],
        KeyType::TwoKey3Des => &[0, 4],
        KeyType::ThreeKey3Des => &[0, 6, 12],
        KeyType::Aes => &[0, 12],
    };
    let parts = places.iter().flat_map(|at| [&rnd_a[*at..*at + 4], &rnd_b[*at..*at + 4]]);
    Zeroizing::new(parts.collect::<Vec<_>>().concat())
}

fn expect_len(what: &'static str, expected: usize, found: &[u8]) -> Result<(), Error> {
    if found.len() == expected { Ok(()) } else { Err(Error::Length { what, expected, found: found.len() }) }
}
