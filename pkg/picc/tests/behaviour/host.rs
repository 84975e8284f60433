//! The least of a reader that the tests need: native frames, 1A with the factory key, AA and 71 with AES keys.
use crate::ciphers::{Key, aes_key, crc32, des_key, rotated, short};
use picc::{Card, Memory, Model};

pub const ZERO: [u8; 16] = [0; 16];
pub const UID: [u8; 7] = [0x04, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6];
pub const AID: [u8; 3] = [0x11, 0x22, 0x33];

enum Session {
    None,
    Ev1 { key: Key, iv: Vec<u8> },
    Ev2 { enc: Key, mac: Key, ti: Vec<u8>, counter: u16 },
}

pub struct Reader {
    pub card: Card,
    session: Session,
}

/// Answer to a command: data, or the status that is not 00.
pub type Answer = Result<Vec<u8>, u8>;

/// Repeatable random numbers.
pub fn random(seed: u8) -> picc::Random {
    let mut state = u32::from(seed) + 1;
    Box::new(move |out| {
        out.fill_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
    })
}

impl Reader {
    pub fn new(model: Model) -> Self {
        Self::with(Card::new(model, Memory::K8, UID, random(0)))
    }

    pub fn with(mut card: Card) -> Self {
        card.power_on();
        Self { card, session: Session::None }
    }

    /// With an application of five AES keys, selected; everything is free in it that can be.
    pub fn in_application(model: Model) -> Self {
        let mut reader = Self::new(model);
        reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0x85]).unwrap();
        reader.select(AID);
        reader
    }

    pub fn reset(&mut self) {
        self.card.power_on();
        self.session = Session::None;
    }

    pub fn select(&mut self, aid: [u8; 3]) {
        self.plain(0x5A, &aid).unwrap();
        self.session = Session::None;
    }

    /// A command without messaging; frames are joined.
    pub fn plain(&mut self, ins: u8, params: &[u8]) -> Answer {
        // in frames that EV1 takes too
        let mut pieces = params.chunks(59);
        let mut answer = self.card.transmit(&[&[ins], pieces.next().unwrap_or_default()].concat());
        for piece in pieces {
            if answer != [0xAF] {
                break;
            }
            answer = self.card.transmit(&[&[0xAF], piece].concat());
        }
        let mut data = Vec::new();
        loop {
            let (status, rest) = answer.split_first().expect("an answer");
            data.extend_from_slice(rest);
            match status {
                0xAF => answer = self.card.transmit(&[0xAF]),
                0x00 | 0x90 => return Ok(data),
                status => return Err(*status),
            }
        }
    }

    /// AuthenticateISO with the DES key of zeros.
    pub fn factory(&mut self) {
        let key = des_key(&ZERO);
        self.chained(0x1A, 0, &key, 8).unwrap();
    }

    pub fn aes(&mut self, number: u8, key: [u8; 16]) -> Result<(), u8> {
        self.chained(0xAA, number, &aes_key(&key), 16)
    }

    /// By 71 or AA.
    pub fn login(&mut self, ev2: bool, number: u8, key: [u8; 16]) -> Result<(), u8> {
        if ev2 { self.ev2(number, key) } else { self.aes(number, key) }
    }

    fn chained(&mut self, ins: u8, number: u8, key: &Key, length: usize) -> Result<(), u8> {
        self.session = Session::None;
        let first = self.card.transmit(&[ins, number]);
        let [0xAF, sent @ ..] = &first[..] else { return Err(first[0]) };
        let mut rnd_b = sent.to_vec();
        let mut iv = vec![0; key.block()];
        key.decipher(&mut iv, &mut rnd_b);
        let rnd_a: Vec<u8> = (0..length).map(|i| 0x30 + u8::try_from(i).unwrap_or(0)).collect();
        let mut token = [&rnd_a[..], &rotated(&rnd_b)].concat();
        key.encipher(&mut iv, &mut token);
        let second = self.card.transmit(&[&[0xAF], &token[..]].concat());
        let [0x00, proof @ ..] = &second[..] else { return Err(second[0]) };
        let mut proof = proof.to_vec();
        key.decipher(&mut iv, &mut proof);
        assert_eq!(proof, rotated(&rnd_a));
        let key = match key {
            Key::Des(_) => {
                let half = [&rnd_a[..4], &rnd_b[..4]].concat();
                des_key(&[&half[..], &half].concat())
            }
            Key::Aes(_) => aes_key(&[&rnd_a[..4], &rnd_b[..4], &rnd_a[12..], &rnd_b[12..]].concat()),
        };
        let iv = vec![0; key.block()];
        self.session = Session::Ev1 { key, iv };
        Ok(())
    }

    pub fn ev2(&mut self, number: u8, key: [u8; 16]) -> Result<(), u8> {
        self.session = Session::None;
        let first = self.card.transmit(&[0x71, number, 0x00]);
        let key = aes_key(&key);
        let [rnd_a, answer, rnd_b] = self.ev2_second(&first, &key)?;
        assert_eq!(answer[4..20], rotated(&rnd_a));
        self.session = ev2_session(&key, &rnd_a, &rnd_b, answer[..4].to_vec(), 0);
        Ok(())
    }

    /// AuthenticateEV2NonFirst in the session that is open.
    pub fn ev2_again(&mut self, number: u8, key: [u8; 16]) -> Result<(), u8> {
        let Session::Ev2 { ti, counter, .. } = std::mem::replace(&mut self.session, Session::None) else {
            return Err(0);
        };
        let first = self.card.transmit(&[0x77, number]);
        let key = aes_key(&key);
        let [rnd_a, answer, rnd_b] = self.ev2_second(&first, &key)?;
        assert_eq!(answer, rotated(&rnd_a));
        self.session = ev2_session(&key, &rnd_a, &rnd_b, ti, counter);
        Ok(())
    }

    fn ev2_second(&mut self, first: &[u8], key: &Key) -> Result<[Vec<u8>; 3], u8> {
        let [0xAF, sent @ ..] = first else { return Err(first[0]) };
        let mut rnd_b = sent.to_vec();
        key.decipher(&mut [0; 16], &mut rnd_b);
        let rnd_a = (0x40..0x50).collect::<Vec<u8>>();
        let mut token = [&rnd_a[..], &rotated(&rnd_b)].concat();
        key.encipher(&mut [0; 16], &mut token);
        let second = self.card.transmit(&[&[0xAF], &token[..]].concat());
        let [0x00, answer @ ..] = &second[..] else { return Err(second[0]) };
        let mut answer = answer.to_vec();
        key.decipher(&mut [0; 16], &mut answer);
        Ok([rnd_a, answer, rnd_b])
    }

    /// A command in mode MAC; `sends` says whether EV1 messaging sends the MAC too.
    pub fn mac(&mut self, ins: u8, params: &[u8], sends: bool) -> Answer {
        let mut wire = params.to_vec();
        match &mut self.session {
            Session::None => {}
            Session::Ev1 { key, iv } => {
                *iv = key.cmac(iv, &[&[ins], params].concat());
                if sends {
                    wire.extend_from_slice(&iv[..8]);
                }
            }
            Session::Ev2 { mac, ti, counter, .. } => {
                let message = [&[ins][..], &counter.to_le_bytes(), ti, params].concat();
                wire.extend(short(&mac.cmac(&ZERO, &message)));
            }
        }
        let answer = self.plain(ins, &wire);
        self.checked(answer, false)
    }

    /// CreateDelegatedApplication in an EV2 session: two frames, one MAC over both.
    pub fn delegated(&mut self, params: &[u8], second: &[u8]) -> Answer {
        let Session::Ev2 { mac, ti, counter, .. } = &self.session else { return Err(0) };
        let message = [&[0xC9][..], &counter.to_le_bytes(), ti, params, second].concat();
        let sent = short(&mac.cmac(&ZERO, &message));
        assert_eq!(self.card.transmit(&[&[0xC9], params].concat()), [0xAF]);
        let answer = self.plain(0xAF, &[second, &sent].concat());
        self.checked(answer, false)
    }

    /// The CMAC of a command in an EV1 session, for sending by hand.
    pub fn ev1_mac(&mut self, command: &[u8]) -> Vec<u8> {
        let Session::Ev1 { key, iv } = &mut self.session else { return Vec::new() };
        *iv = key.cmac(iv, command);
        iv[..8].to_vec()
    }

    /// A command in mode Full, and whether its answer is enciphered.
    pub fn full(&mut self, ins: u8, header: &[u8], data: &[u8], reads: bool) -> Answer {
        let mut wire = header.to_vec();
        match &mut self.session {
            Session::None => wire.extend_from_slice(data),
            Session::Ev1 { key, iv } if data.is_empty() => *iv = key.cmac(iv, &[&[ins], header].concat()),
            Session::Ev1 { key, iv } => {
                let mut body = data.to_vec();
                body.extend(crc32(&[&[ins], header, data].concat()));
                body.resize(body.len().next_multiple_of(key.block()), 0);
                key.encipher(iv, &mut body);
                wire.extend(body);
            }
            Session::Ev2 { enc, mac, ti, counter } => {
                if !data.is_empty() {
                    let mut body = [data, &[0x80]].concat();
                    body.resize(body.len().next_multiple_of(16), 0);
                    let mut iv = [&[0xA5, 0x5A][..], ti, &counter.to_le_bytes(), &[0; 8]].concat();
                    enc.encipher(&mut [0; 16], &mut iv);
                    enc.encipher(&mut iv, &mut body);
                    wire.extend(body);
                }
                let message = [&[ins][..], &counter.to_le_bytes(), ti, &wire].concat();
                wire.extend(short(&mac.cmac(&ZERO, &message)));
            }
        }
        let answer = self.plain(ins, &wire);
        self.checked(answer, reads)
    }

    /// ChangeKey of EV1 and EV2 messaging for AES keys; `old` when it is not the session's own.
    pub fn change_key(&mut self, prefix: &[u8], new: [u8; 16], version: u8, old: Option<[u8; 16]>) -> Answer {
        let mut data: Vec<u8> = new.iter().zip(old.unwrap_or_default()).map(|(new, old)| new ^ old).collect();
        data.push(version);
        let ev2 = matches!(self.session, Session::Ev2 { .. });
        if !ev2 {
            data.extend(crc32(&[prefix, &data].concat()));
        }
        if old.is_some() {
            data.extend(crc32(&new));
        }
        let (ins, header) = (prefix[0], &prefix[1..]);
        if ev2 {
            return self.full_bare(ins, header, &data, old.is_none());
        }
        let Session::Ev1 { key, iv } = &mut self.session else { return Err(0) };
        data.resize(data.len().next_multiple_of(key.block()), 0);
        key.encipher(iv, &mut data);
        let answer = self.plain(ins, &[header, &data].concat());
        if old.is_none() { answer } else { self.checked(answer, false) }
    }

    /// ChangeKey of the session's own key in EV1 messaging, for sending by hand.
    pub fn change_key_frame(&mut self, prefix: &[u8], new: [u8; 16], version: u8) -> Vec<u8> {
        let mut data = [&new[..], &[version]].concat();
        data.extend(crc32(&[prefix, &data].concat()));
        let Session::Ev1 { key, iv } = &mut self.session else { return Vec::new() };
        data.resize(data.len().next_multiple_of(key.block()), 0);
        key.encipher(iv, &mut data);
        [prefix, &data].concat()
    }

    fn full_bare(&mut self, ins: u8, header: &[u8], data: &[u8], bare: bool) -> Answer {
        if !bare {
            return self.full(ins, header, data, false);
        }
        let Session::Ev2 { enc, mac, ti, counter } = &self.session else { return Err(0) };
        let mut body = [data, &[0x80]].concat();
        body.resize(body.len().next_multiple_of(16), 0);
        let mut iv = [&[0xA5, 0x5A][..], ti, &counter.to_le_bytes(), &[0; 8]].concat();
        enc.encipher(&mut [0; 16], &mut iv);
        enc.encipher(&mut iv, &mut body);
        let wire = [header, &body].concat();
        let message = [&[ins][..], &counter.to_le_bytes(), ti, &wire].concat();
        let sent = short(&mac.cmac(&ZERO, &message));
        self.plain(ins, &[wire, sent].concat())
    }

    /// Checks and opens an answer.
    fn checked(&mut self, answer: Answer, enciphered: bool) -> Answer {
        let answer = answer?;
        match &mut self.session {
            Session::None => Ok(answer),
            Session::Ev1 { key, iv } if enciphered => {
                let mut plain = answer;
                key.decipher(iv, &mut plain);
                let fits =
                    |n: &usize| plain.len() >= n + 4 && crc32(&[&plain[..*n], &[0]].concat()) == plain[*n..n + 4];
                let length = (0..plain.len()).find(fits).expect("the CRC fits");
                Ok(plain[..length].to_vec())
            }
            Session::Ev1 { key, iv } => {
                let (data, sent) = answer.split_at(answer.len() - 8);
                *iv = key.cmac(iv, &[data, &[0]].concat());
                assert_eq!(iv[..8], *sent);
                Ok(data.to_vec())
            }
            Session::Ev2 { enc, mac, ti, counter } => {
                *counter += 1;
                let (data, sent) = answer.split_at(answer.len() - 8);
                assert_eq!(short(&mac.cmac(&ZERO, &[&[0][..], &counter.to_le_bytes(), ti, data].concat())), sent);
                let mut data = data.to_vec();
                if enciphered && !data.is_empty() {
                    let mut iv = [&[0x5A, 0xA5][..], ti, &counter.to_le_bytes(), &[0; 8]].concat();
                    enc.encipher(&mut [0; 16], &mut iv);
                    enc.decipher(&mut iv, &mut data);
                    let end = data.iter().rposition(|byte| *byte == 0x80).expect("padding");
                    data.truncate(end);
                }
                Ok(data)
            }
        }
    }
}

fn ev2_session(key: &Key, a: &[u8], b: &[u8], ti: Vec<u8>, counter: u16) -> Session {
    let middle: Vec<u8> = a[2..8].iter().zip(&b[..6]).map(|(a, b)| a ^ b).collect();
    let derived = |label: [u8; 2]| {
        let vector = [&label[..], &[0, 1, 0, 0x80], &a[..2], &middle, &b[6..], &a[8..]].concat();
        aes_key(&key.cmac(&ZERO, &vector))
    };
    Session::Ev2 { enc: derived([0xA5, 0x5A]), mac: derived([0x5A, 0xA5]), ti, counter }
}
