//! Data, checksum, filling: what an enciphered answer of D40 and EV1 holds.

use subtle::ConstantTimeEq as _;

use crate::error::{Check, Error};

/// How many of the bytes are data. `length`: as many as were asked for, where that is known; otherwise the shortest data
/// behind which checksum and filling fit are taken, since behind a correct CRC a run of zeros verifies, too. A card fills
/// with zeros, or with 80 and zeros where it was asked for everything.
pub(super) fn data_len<const N: usize>(
    plain: &[u8],
    block: usize,
    length: Option<usize>,
    crc: impl Fn(&[u8]) -> [u8; N],
) -> Result<usize, Error> {
    let fits = |len: usize| -> Result<(), Check> {
        let (data, rest) = plain.split_at_checked(len).ok_or(Check::Padding)?;
        let (found, fill) = rest.split_at_checked(N).ok_or(Check::Padding)?;
        if !bool::from(crc(data).ct_eq(found)) {
            return Err(Check::Crc);
        }
        let fill = fill.strip_prefix(&[0x80]).unwrap_or(fill);
        if fill.iter().any(|byte| *byte != 0x00) { Err(Check::Padding) } else { Ok(()) }
    };
    if let Some(len) = length {
        return fits(len).map(|()| len).map_err(Error::Integrity);
    }
    // the filling is at most one whole block
    let shortest = plain.len().saturating_sub(N + block);
    (shortest..=plain.len()).find(|len| fits(*len).is_ok()).ok_or(Error::Integrity(Check::Crc))
}
