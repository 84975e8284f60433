//! The proximity check, as a probe: what a browser measures says nothing about a distance, so it is no security feature.

use subtle::ConstantTimeEq as _;

use super::Command;
use crate::auth::aes_cmac;
use crate::channel::Answer;
use crate::error::{Check, Error};
use crate::key::{Key, KeyType};
use crate::request::{Request, Transport};
use crate::session::truncated;
use crate::types::Fields;

/// PreparePC, `F0`.
#[derive(Clone, Copy, Debug)]
pub struct PreparePc;

/// What a card says about its proximity check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProximityParameters {
    /// OPT.
    pub option: u8,
    /// Response time that it publishes, microseconds.
    pub response_time: u16,
    /// PPS1, where it has one.
    pub pps: Option<u8>,
}

impl Command for PreparePc {
    type Reply = ProximityParameters;

    fn request(&self) -> Request {
        Request::new(0xF0, [], Transport::Bare)
    }

    fn reply(&self, answer: &Answer) -> Result<ProximityParameters, Error> {
        let mut fields = Fields::new("the parameters of the proximity check", &answer.data);
        let option = fields.u8()?;
        let response_time = u16::from_be_bytes(fields.take()?);
        let pps = if option & 0x01 == 0 { None } else { Some(fields.u8()?) };
        fields.rest();
        Ok(ProximityParameters { option, response_time, pps })
    }
}

/// ProximityCheck, `F2`: one round of 1 to 8 random bytes.
#[derive(Clone, Debug)]
pub struct ProximityRound {
    /// The host's.
    pub random: Vec<u8>,
}

impl Command for ProximityRound {
    /// The card's.
    type Reply = Vec<u8>;

    fn request(&self) -> Request {
        let random = &self.random[..self.random.len().min(8)];
        Request::new(0xF2, [&[random.len() as u8], random].concat(), Transport::Bare)
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<u8>, Error> {
        let (expected, found) = (self.random.len().min(8), answer.data.len());
        if expected == found {
            Ok(answer.data.clone())
        } else {
            Err(Error::Length { what: "the card's part of the round", expected, found })
        }
    }
}

/// All that was exchanged in a proximity check, in its order, for the MACs that end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProximityTranscript {
    parameters: Vec<u8>,
    rounds: Vec<u8>,
}

impl ProximityTranscript {
    /// A check that the card prepared so.
    pub fn new(parameters: ProximityParameters) -> Self {
        let [high, low] = parameters.response_time.to_be_bytes();
        let mut bytes = vec![parameters.option, high, low];
        bytes.extend(parameters.pps);
        ProximityTranscript { parameters: bytes, rounds: Vec::new() }
    }

    /// A round was exchanged: the card's part stands before the host's.
    pub fn round(&mut self, card: &[u8], host: &[u8]) {
        self.rounds.extend_from_slice(card);
        self.rounds.extend_from_slice(host);
    }

    /// The command that ends the check.
    ///
    /// # Errors
    /// [`Error::KeyType`] for a key that is not AES.
    pub fn verify(&self, key: &Key) -> Result<VerifyPc, Error> {
        Ok(VerifyPc { mac: self.mac(0xFD, key)? })
    }

    /// Whether the card knows the key, too.
    ///
    /// # Errors
    /// [`Error::Integrity`], [`Error::KeyType`].
    pub fn check(&self, key: &Key, answered: &[u8; 8]) -> Result<(), Error> {
        if self.mac(0x90, key)?.ct_eq(answered).into() { Ok(()) } else { Err(Error::Integrity(Check::Mac)) }
    }

    fn mac(&self, first: u8, key: &Key) -> Result<[u8; 8], Error> {
        if key.kind() != KeyType::Aes {
            return Err(Error::KeyType);
        }
        let message = [&[first], self.parameters.as_slice(), &self.rounds].concat();
        Ok(truncated(&*aes_cmac(key.stored(), &message)))
    }
}

/// VerifyPC, `FD`.
#[derive(Clone, Copy, Debug)]
pub struct VerifyPc {
    /// Over all that was exchanged.
    pub mac: [u8; 8],
}

impl Command for VerifyPc {
    /// The card's MAC.
    type Reply = [u8; 8];

    fn request(&self) -> Request {
        Request::new(0xFD, self.mac, Transport::Bare)
    }

    fn reply(&self, answer: &Answer) -> Result<[u8; 8], Error> {
        let mut fields = Fields::new("the MAC of the proximity check", &answer.data);
        let mac = fields.take()?;
        fields.end()?;
        Ok(mac)
    }
}
