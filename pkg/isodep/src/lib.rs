//! ISO/IEC 14443 from the reader's side of the air, for readers that move bare frames: [`Selection`] finds and selects a card of type A
//! (14443-3), [`Ats`] reads its answer to select, [`Blocks`] moves commands by the block protocol (14443-4 §7); [`Link`] is all of it
//! in its order.
//!
//! Frames stand here without their checksum. Whoever moves them adds and checks CRC_A, by itself or with [`crc_a`], and says
//! [`Blocks::lost`] when nothing came or the checksum was wrong.

#![forbid(unsafe_code)]

mod ats;
mod blocks;
mod link;
mod selection;

pub use ats::{Ats, pps, pps_agreed, rats};
pub use blocks::{BlockStep, Blocks};
pub use link::{Link, LinkStep};
pub use selection::{Frame, Selected, Selection, SelectionStep};

/// CRC_A (14443-3 §6.2.4), least significant byte first.
pub fn crc_a(bytes: &[u8]) -> [u8; 2] {
    let crc = bytes.iter().fold(0x6363_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 != 0 { crc >> 1 ^ 0x8408 } else { crc >> 1 })
    });
    crc.to_le_bytes()
}

/// The bytes in front of a CRC_A that is right.
pub fn without_crc_a(bytes: &[u8]) -> Option<&[u8]> {
    let (data, crc) = bytes.split_at_checked(bytes.len().checked_sub(2)?)?;
    (crc_a(data) == crc).then_some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO/IEC 14443-3 annex B: 00 00 gives A0 1E, 12 34 gives 26 CF.
    #[test]
    fn checksums() {
        assert_eq!(crc_a(&[0x00, 0x00]), [0xA0, 0x1E]);
        assert_eq!(crc_a(&[0x12, 0x34]), [0x26, 0xCF]);
        assert_eq!(without_crc_a(&[0x12, 0x34, 0x26, 0xCF]), Some(&[0x12, 0x34][..]));
        assert_eq!(without_crc_a(&[0x12, 0x34, 0x26, 0xCE]), None);
        assert_eq!(without_crc_a(&[0x12]), None);
    }
}
