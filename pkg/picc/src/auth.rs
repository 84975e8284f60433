//! Authentications: 0A (D40), 1A and AA (EV1), 71 and 77 (EV2).
use crate::card::{Card, Chain};
use crate::crypto::{Cipher, rotated_left, xor};
use crate::keys::{Key, KeyType};
use crate::messaging::{Messaging, Session};
use crate::model::Model;
use crate::state::PICC;
use crate::status::Status;
use crate::{ev1, ev2};

/// An authentication between its two frames.
pub(crate) struct Handshake {
    kind: Kind,
    key_no: u8,
    key: Key,
    rnd_b: Vec<u8>,
    iv: Vec<u8>,
}

enum Kind {
    /// Authenticate, 0A.
    Legacy,
    /// AuthenticateISO 1A, AuthenticateAES AA.
    Chained,
    /// AuthenticateEV2First, with the reader's capabilities.
    First { pcd: [u8; 6] },
    /// AuthenticateEV2NonFirst: transaction identifier and counter go on.
    NonFirst { ti: [u8; 4], counter: u16 },
}

impl Card {
    /// The first frame: answers with the enciphered RndB. The session in force ends here.
    pub(crate) fn begin_handshake(&mut self, ins: u8, data: &[u8]) -> Result<Vec<u8>, Status> {
        let before = self.v.session.take();
        let (&key_no, rest) = data.split_first().ok_or(Status::LengthError)?;
        if matches!(ins, 0x71 | 0x77) && self.nv.model < Model::Ev2 {
            return Err(Status::IllegalCommand);
        }
        let kind = match ins {
            0x71 => Kind::First { pcd: reader_capabilities(rest)? },
            _ if !rest.is_empty() => return Err(Status::LengthError),
            0x77 => match before.map(|session| session.messaging) {
                Some(Messaging::Ev2(channel)) => Kind::NonFirst { ti: channel.ti, counter: channel.counter },
                _ => return Err(Status::AuthenticationError),
            },
            0x0A => Kind::Legacy,
            _ => Kind::Chained,
        };
        let key = self.key(key_no)?.clone();
        let fits = match ins {
            0x0A => key.kind == KeyType::TwoKey,
            0x1A => key.kind != KeyType::Aes,
            _ => key.kind == KeyType::Aes,
        };
        let disabled = self.nv.configuration.messaging;
        if !fits || (ins == 0x0A && disabled & 0x01 != 0) || (matches!(ins, 0x1A | 0xAA) && disabled & 0x02 != 0) {
            return Err(Status::AuthenticationError);
        }
        let mut rnd_b = vec![0; key.kind.challenge()];
        (self.random)(&mut rnd_b);
        let cipher = Cipher::new(&key);
        let mut iv = cipher.zero_iv();
        let mut sent = rnd_b.clone();
        cipher.cbc_encipher(&mut iv, &mut sent);
        self.v.chain = Chain::Handshake(Handshake { kind, key_no, key, rnd_b, iv });
        Ok(sent)
    }

    /// The second frame: checks RndB, opens the session, proves the card with RndA.
    pub(crate) fn finish_handshake(&mut self, handshake: Handshake, token: &[u8]) -> Result<Vec<u8>, Status> {
        let Handshake { kind, key_no, key, rnd_b, mut iv } = handshake;
        if token.len() != 2 * rnd_b.len() {
            return Err(Status::LengthError);
        }
        let cipher = Cipher::new(&key);
        let mut plain = token.to_vec();
        match kind {
            Kind::Legacy => cipher.d40_receive(&mut plain),
            // one chain through the whole handshake
            Kind::Chained => cipher.cbc_decipher(&mut iv, &mut plain),
            Kind::First { .. } | Kind::NonFirst { .. } => cipher.cbc_decipher(&mut cipher.zero_iv(), &mut plain),
        }
        let (rnd_a, proof) = plain.split_at(rnd_b.len());
        if proof != rotated_left(&rnd_b) {
            return Err(Status::AuthenticationError);
        }
        let mut answer = rotated_left(rnd_a);
        let messaging = match kind {
            Kind::Legacy => {
                cipher.cbc_encipher(&mut cipher.zero_iv(), &mut answer);
                Messaging::D40(session_cipher(&key, rnd_a, &rnd_b))
            }
            Kind::Chained => {
                cipher.cbc_encipher(&mut iv, &mut answer);
                Messaging::Ev1(ev1::Channel::new(session_cipher(&key, rnd_a, &rnd_b)))
            }
            Kind::First { pcd } => {
                let ti = self.draw();
                answer = [&ti, &answer[..], &self.nv.configuration.pd_capabilities, &pcd].concat();
                cipher.cbc_encipher(&mut cipher.zero_iv(), &mut answer);
                Messaging::Ev2(ev2::Channel::new(ev2_keys(&cipher, rnd_a, &rnd_b), ti, 0))
            }
            Kind::NonFirst { ti, counter } => {
                cipher.cbc_encipher(&mut cipher.zero_iv(), &mut answer);
                Messaging::Ev2(ev2::Channel::new(ev2_keys(&cipher, rnd_a, &rnd_b), ti, counter))
            }
        };
        self.v.session = Some(Session { key: key_no, messaging });
        Ok(answer)
    }

    /// A key of what is selected: of the card, or of the application's active set.
    pub(crate) fn key(&self, number: u8) -> Result<&Key, Status> {
        if self.v.selected != PICC {
            return self.application()?.active_keys().get(usize::from(number)).ok_or(Status::NoSuchKey);
        }
        if number == 0 { Ok(&self.nv.master) } else { self.nv.others.get(&number).ok_or(Status::NoSuchKey) }
    }
}

/// lenCap and PCDcap2, up to six bytes; LRP (bit 1 of the first) is not for these cards.
fn reader_capabilities(rest: &[u8]) -> Result<[u8; 6], Status> {
    let (&length, sent) = rest.split_first().ok_or(Status::LengthError)?;
    if usize::from(length) != sent.len() {
        return Err(Status::LengthError);
    }
    let mut capabilities = [0; 6];
    capabilities.get_mut(..sent.len()).ok_or(Status::ParameterError)?.copy_from_slice(sent);
    if capabilities[0] & 0x02 != 0 {
        return Err(Status::PermissionDenied);
    }
    Ok(capabilities)
}

/// Session key of D40 and EV1 messaging.
pub(crate) fn session_cipher(key: &Key, a: &[u8], b: &[u8]) -> Cipher {
    // quarter n of each number
    let pieces: &[usize] = match key.kind {
        // a 2K3DES key with equal halves is a DES key to the card: first quarters only, doubled
        KeyType::TwoKey if key.is_single_des() => &[0, 0],
        KeyType::TwoKey => &[0, 4],
        KeyType::ThreeKey => &[0, 6, 12],
        KeyType::Aes => &[0, 12],
    };
    let piece = |number: &[u8], at: usize| number.iter().skip(at).take(4).copied().collect::<Vec<u8>>();
    let bytes: Vec<u8> = pieces.iter().flat_map(|at| [piece(a, *at), piece(b, *at)].concat()).collect();
    Cipher::of(key.kind, &bytes)
}

/// SesAuthENC and SesAuthMAC (AN12343): CMACs over A55A and 5AA5 … with parts of both random numbers.
pub(crate) fn ev2_keys(cipher: &Cipher, a: &[u8], b: &[u8]) -> [Vec<u8>; 2] {
    let part = |number: &[u8], from: usize, to: usize| number.get(from..to).unwrap_or_default().to_vec();
    let mut middle = part(a, 2, 8);
    xor(&mut middle, &part(b, 0, 6));
    [[0xA5, 0x5A], [0x5A, 0xA5]].map(|label| {
        let counter = [0x00, 0x01, 0x00, 0x80];
        cipher.cmac(&[&label[..], &counter, &part(a, 0, 2), &middle, &part(b, 6, 16), &part(a, 8, 16)].concat())
    })
}
