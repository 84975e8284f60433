//! Data, checksum, filling: what an enciphered answer of D40 and EV1 holds.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

use crate::error::{Check, Error};

/// The data of a deciphered answer. What does not check is wiped.
pub(super) fn data<const N: usize>(
    mut plain: Vec<u8>,
    block: usize,
    length: Option<usize>,
    crc: impl Fn(&[u8]) -> [u8; N],
) -> Result<Vec<u8>, Error> {
    match data_len(&plain, block, length, crc) {
        Ok(len) => {
            plain.truncate(len);
            Ok(plain)
        }
        Err(error) => {
            plain.zeroize();
            Err(error)
        }
    }
}

/// What stands behind data and checksum before the zeros: nothing where so many bytes were asked for, 80 where everything was.
pub(super) fn mark(length: Option<usize>) -> &'static [u8] {
    if length.is_some() { &[] } else { MARK }
}

const MARK: &[u8] = &[0x80];

/// How many of the bytes are data. `length`: as many as were asked for, where that is known. A card that was asked for everything
/// fills with 80 and zeros, and the last 80 tells where the checksum ends. One that filled with zeros alone says so only by the
/// checksum: the shortest data behind which it fits are taken, since behind a correct CRC a run of zeros verifies, too. (Data that
/// end in 00 cannot always be told from data without it then: d ‖ 00 a b c ‖ 00 is both.)
fn data_len<const N: usize>(
    plain: &[u8],
    block: usize,
    length: Option<usize>,
    crc: impl Fn(&[u8]) -> [u8; N],
) -> Result<usize, Error> {
    let checks = |len: usize, mark: &[u8]| -> Result<(), Check> {
        let (data, rest) = plain.split_at_checked(len).ok_or(Check::Padding)?;
        let (found, fill) = rest.split_at_checked(N).ok_or(Check::Padding)?;
        if !bool::from(crc(data).ct_eq(found)) {
            return Err(Check::Crc);
        }
        let zeros = fill.strip_prefix(mark).ok_or(Check::Padding)?;
        if zeros.iter().any(|byte| *byte != 0x00) { Err(Check::Padding) } else { Ok(()) }
    };
    if let Some(len) = length {
        return checks(len, &[])
            .or_else(|error| checks(len, MARK).map_err(|_| error))
            .map(|()| len)
            .map_err(Error::Integrity);
    }
    let marked = plain.iter().rposition(|byte| *byte != 0x00).and_then(|last| last.checked_sub(N));
    if let Some(len) = marked.filter(|len| plain.len() - len - N <= block && checks(*len, MARK).is_ok()) {
        return Ok(len);
    }
    let shortest = plain.len().saturating_sub(N + block - 1);
    (shortest..=plain.len()).find(|len| checks(*len, &[]).is_ok()).ok_or(Error::Integrity(Check::Crc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crc::crc32;

    fn plain(data: &[u8], mark: &[u8]) -> Vec<u8> {
        let mut plain = [data, &crc32(&[data, &[0x00]]), mark].concat();
        plain.resize(plain.len().next_multiple_of(16), 0x00);
        plain
    }

    fn len(plain: &[u8], length: Option<usize>) -> Result<usize, Error> {
        data_len(plain, 16, length, |data| crc32(&[data, &[0x00]]))
    }

    #[test]
    fn data_that_end_in_zeros_are_not_cut_where_the_card_marked_their_end() {
        // among these, one in 256 would pass as shorter data with a checksum that begins with 00
        for seed in 0..2000_u32 {
            let data = [seed.to_be_bytes().as_slice(), &[0x00; 3]].concat();
            assert_eq!(len(&plain(&data, &[0x80]), None), Ok(7), "{seed}");
            assert_eq!(len(&plain(&data, &[]), Some(7)), Ok(7), "{seed}");
        }
    }

    #[test]
    fn either_filling_is_taken_and_nothing_else() {
        let data = [7; 20];
        for mark in [&[][..], &[0x80]] {
            assert_eq!(len(&plain(&data, mark), None), Ok(20));
            assert_eq!(len(&plain(&data, mark), Some(20)), Ok(20));
        }
        let mut wrong = plain(&data, &[]);
        wrong[31] = 0x01;
        assert_eq!(len(&wrong, Some(20)), Err(Error::Integrity(Check::Padding)));
        assert_eq!(len(&wrong, None), Err(Error::Integrity(Check::Crc)));
        assert_eq!(len(&plain(&data, &[]), Some(19)), Err(Error::Integrity(Check::Crc)));
        assert_eq!(len(&[0; 16], Some(40)), Err(Error::Integrity(Check::Padding)));
        // a whole block of filling, where data and checksum leave none
        let whole = plain(&[9; 12], &[0x80]);
        assert_eq!((whole.len(), len(&whole, None)), (32, Ok(12)));
    }
}
