//! The proximity check, as a probe: what a browser measures says nothing about a distance, so it is no security feature.

use super::Command;
use crate::channel::Answer;
use crate::error::Error;
use crate::request::{Request, Transport};
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
