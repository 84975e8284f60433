//! Proximity check (EV2 on), as far as it is published. Once begun, everything else is answered 0B until the field drops.
use crate::card::Card;
use crate::crypto::Cipher;
use crate::fields::Fields;
use crate::messaging::Answer;
use crate::status::Status;

/// OPT, published response time (microseconds, most significant byte first), PPS1: as an EV3 card answered.
const PREPARED: [u8; 4] = [0x01, 0x03, 0x20, 0x0A];
/// Key of the proximity check among the card's virtual card keys.
const KEY: u8 = 0x21;

/// A check that has begun.
pub(crate) struct Proximity {
    /// The card's random bytes, and how many have been exchanged.
    own: [u8; 8],
    sent: usize,
    /// Pieces of both sides in the order of exchange.
    exchanged: Vec<u8>,
}

impl Card {
    /// PreparePC F0.
    pub(crate) fn prepare_pc(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        self.v.proximity = Some(Proximity { own: self.draw(), sent: 0, exchanged: Vec::new() });
        Ok(Answer { data: PREPARED.to_vec(), status: Some(Status::ProximityOk), ..Answer::default() })
    }

    /// ProximityCheck F2: length, that many random bytes; as many come back. Eight in all.
    pub(crate) fn proximity_check(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let length = usize::from(fields.u8()?);
        let reader = fields.bytes(length)?;
        fields.end()?;
        let check = self.v.proximity.as_mut().ok_or(Status::IllegalCommand)?;
        let own = check.own.get(check.sent..check.sent + length).filter(|own| !own.is_empty());
        let data = own.ok_or(Status::ParameterError)?.to_vec();
        check.sent += length;
        check.exchanged.extend_from_slice(&data);
        check.exchanged.extend_from_slice(reader);
        Ok(Answer { data, status: Some(Status::ProximityOk), ..Answer::default() })
    }

    /// VerifyPC FD: MAC (8); answered by the card's own, over 90 instead of FD. Without a proximity key nothing fits.
    pub(crate) fn verify_pc(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let sent: [u8; 8] = fields.array()?;
        fields.end()?;
        let check = self.v.proximity.as_ref().filter(|check| check.sent == 8).ok_or(Status::IllegalCommand)?;
        let key = self.nv.others.get(&KEY).ok_or(Status::NoSuchKey)?;
        let mac = |first: u8| Cipher::new(key).short_mac(&[&[first], &PREPARED[..], &check.exchanged].concat());
        if mac(0xFD) != sent {
            return Err(Status::IntegrityError);
        }
        let data = mac(0x90).to_vec();
        Ok(Answer { data, status: Some(Status::ProximityOk), ..Answer::default() })
    }
}
