//! DESFire commands in ISO/IEC 7816-4 clothing: `90 cmd 00 00 [Lc data] 00` and `data 91 status`.

use crate::{Command, CommandError, Le, Meaning, Response, ResponseError};

/// Class of the wrapping.
pub const CLA: u8 = 0x90;

/// A command code and its data; without data there is no Lc either: `90 60 00 00 00`.
///
/// # Errors
/// [`CommandError::TooLong`] for more than 255 bytes: the wrapping is always short.
pub fn command(code: u8, data: &[u8]) -> Result<Vec<u8>, CommandError> {
    if data.len() > 255 {
        return Err(CommandError::TooLong(data.len()));
    }
    Command::new(CLA, code, 0x00, 0x00).data(data).le(Le::SHORT).encode()
}

/// Status byte and data of an answer.
///
/// # Errors
/// [`WrappedError`].
pub fn response(bytes: &[u8]) -> Result<(u8, Vec<u8>), WrappedError> {
    let response = Response::parse(bytes)?;
    match response.status.meaning() {
        Meaning::Desfire(status) => Ok((status, response.data)),
        _ => Err(WrappedError::NotDesfire(response.status)),
    }
}

/// Bytes that no DESFire answers to a wrapped command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrappedError {
    /// No response APDU.
    #[error("the answer is no response APDU")]
    Response(#[from] ResponseError),
    /// SW1 is not `91`: another kind of card, or the reader answered in its place.
    #[error("a DESFire answers 91xx, this is {0}")]
    NotDesfire(crate::StatusWord),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_data_there_is_no_lc() {
        assert_eq!(command(0x60, &[]), Ok(vec![0x90, 0x60, 0x00, 0x00, 0x00]));
        assert_eq!(command(0x5A, &[1, 2, 3]), Ok(vec![0x90, 0x5A, 0x00, 0x00, 0x03, 1, 2, 3, 0x00]));
        assert_eq!(command(0x3D, &[0; 256]), Err(CommandError::TooLong(256)));
    }

    #[test]
    fn the_second_status_byte_is_the_card_s() {
        assert_eq!(response(&[0x05, 0x91, 0xAF]), Ok((0xAF, vec![0x05])));
        assert_eq!(response(&[0x6A, 0x82]), Err(WrappedError::NotDesfire(0x6A82.into())));
        assert_eq!(response(&[0x91]), Err(WrappedError::Response(ResponseError::Short(1))));
    }
}
