//! Response APDUs: ISO/IEC 7816-4 §5.1.

use crate::StatusWord;

/// What a card answers: data, then two status bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Response data.
    pub data: Vec<u8>,
    /// SW1 and SW2.
    pub status: StatusWord,
}

/// Bytes that are no response APDU.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// Shorter than SW1 SW2.
    #[error("an answer has at least 2 bytes, this one has {0}")]
    Short(usize),
}

impl Response {
    /// Data and status.
    pub fn new(data: impl Into<Vec<u8>>, status: impl Into<StatusWord>) -> Self {
        Response { data: data.into(), status: status.into() }
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// [`ResponseError::Short`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ResponseError> {
        match bytes {
            [data @ .., sw1, sw2] => Ok(Response::new(data, u16::from_be_bytes([*sw1, *sw2]))),
            _ => Err(ResponseError::Short(bytes.len())),
        }
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.data.clone();
        bytes.extend(self.status.value().to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_two_bytes_are_the_status() {
        let response = Response::parse(&[0x01, 0x02, 0x90, 0x00]).unwrap();
        assert_eq!(response, Response::new([0x01, 0x02], 0x9000));
        assert_eq!(response.encode(), [0x01, 0x02, 0x90, 0x00]);
        assert_eq!(Response::parse(&[0x6A, 0x82]).unwrap().data, []);
        assert_eq!(Response::parse(&[0x90]), Err(ResponseError::Short(1)));
        assert_eq!(Response::parse(&[]), Err(ResponseError::Short(0)));
    }
}
