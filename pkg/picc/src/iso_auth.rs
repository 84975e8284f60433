//! Authentication by ISO/IEC 7816-4: GET CHALLENGE, EXTERNAL and INTERNAL AUTHENTICATE. It opens a session as 1A and AA do.
//! No published transcript confirms this exchange.
use crate::auth::session_cipher;
use crate::card::Card;
use crate::crypto::Cipher;
use crate::ev1;
use crate::framing::Apdu;
use crate::iso::{LENGTH, PARAMETERS, REFERENCE_NOT_FOUND};
use crate::keys::{Key, KeyType};
use crate::messaging::{Messaging, Session};
use crate::state::PICC;

/// How far it has come.
#[derive(Default)]
pub(crate) enum Proof {
    #[default]
    Nothing,
    /// The card's challenge is out.
    Challenged(Vec<u8>),
    /// The reader has proved a key; the reader's number of that step.
    ReaderKnown(Vec<u8>),
}

const FAILED: u16 = 0x6982;
const OUT_OF_ORDER: u16 = 0x6985;

impl Card {
    /// GET CHALLENGE (§11.5.3): 8 or 16 bytes.
    pub(crate) fn get_challenge(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        if (apdu.p1, apdu.p2) != (0x00, 0x00) {
            return Err(PARAMETERS);
        }
        let length = apdu.le.filter(|le| matches!(le, 8 | 16)).ok_or(LENGTH)?;
        let mut challenge = vec![0; length];
        (self.random)(&mut challenge);
        self.v.iso.proof = Proof::Challenged(challenge.clone());
        Ok(challenge)
    }

    /// EXTERNAL AUTHENTICATE (§11.5.4): E(RPCD1 || RPICC1).
    pub(crate) fn external_authenticate(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        let (_, key) = self.referenced(apdu)?;
        let Proof::Challenged(challenge) = std::mem::take(&mut self.v.iso.proof) else { return Err(OUT_OF_ORDER) };
        if challenge.len() != key.kind.challenge() || apdu.data.len() != 2 * challenge.len() {
            return Err(LENGTH);
        }
        let cipher = Cipher::new(&key);
        let mut plain = apdu.data.to_vec();
        cipher.cbc_decipher(&mut cipher.zero_iv(), &mut plain);
        let (reader, proof) = plain.split_at(challenge.len());
        if proof != challenge {
            return Err(FAILED);
        }
        self.v.iso.proof = Proof::ReaderKnown(reader.to_vec());
        Ok(Vec::new())
    }

    /// INTERNAL AUTHENTICATE (§11.5.2): RPCD2 in, E(RPICC2 || RPCD2) out. The session key is made of RPCD1 and RPICC2.
    pub(crate) fn internal_authenticate(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        let (number, key) = self.referenced(apdu)?;
        let Proof::ReaderKnown(reader) = std::mem::take(&mut self.v.iso.proof) else { return Err(OUT_OF_ORDER) };
        if apdu.data.len() != key.kind.challenge() || reader.len() != apdu.data.len() {
            return Err(LENGTH);
        }
        let mut own = vec![0; reader.len()];
        (self.random)(&mut own);
        let cipher = Cipher::new(&key);
        let mut answer = [&own, apdu.data].concat();
        cipher.cbc_encipher(&mut cipher.zero_iv(), &mut answer);
        let messaging = Messaging::Ev1(ev1::Channel::new(session_cipher(&key, &reader, &own)));
        self.v.session = Some(Session { key: number, messaging });
        Ok(answer)
    }

    /// P1 the algorithm (00 as the key has it, 02 2K3DES, 04 3K3DES, 09 AES); P2 the key: 00 the card's master key, 80 and
    /// a number the application's.
    fn referenced(&mut self, apdu: &Apdu<'_>) -> Result<(u8, Key), u16> {
        let at_picc = self.v.selected == PICC;
        let number = apdu.p2 & 0x1F;
        if (apdu.p2 & 0x80 == 0) != at_picc || (at_picc && number != 0) {
            return Err(REFERENCE_NOT_FOUND);
        }
        let key = self.key(number).map_err(|_| REFERENCE_NOT_FOUND)?.clone();
        let fits = match apdu.p1 {
            0x00 => true,
            0x02 => key.kind == KeyType::TwoKey,
            0x04 => key.kind == KeyType::ThreeKey,
            0x09 => key.kind == KeyType::Aes,
            _ => false,
        };
        if fits { Ok((number, key)) } else { Err(PARAMETERS) }
    }
}
