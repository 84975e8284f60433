//! CRC_A (ISO/IEC 14443-3 annex B): polynomial x^16 + x^12 + x^5 + 1, preset 6363, low byte first.

pub(crate) fn crc_a(bytes: &[u8]) -> [u8; 2] {
    let step = |crc: u16, byte: &u8| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0x8408 } else { crc >> 1 })
    };
    bytes.iter().fold(0x6363, step).to_le_bytes()
}

pub(crate) fn with_crc(bytes: &[u8]) -> Vec<u8> {
    [bytes, &crc_a(bytes)].concat()
}

/// What precedes a correct checksum.
pub(crate) fn checked(frame: &[u8]) -> Option<&[u8]> {
    let (bytes, crc) = frame.split_last_chunk()?;
    (*crc == crc_a(bytes)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_examples() {
        assert_eq!(crc_a(&[0x00, 0x00]), [0xA0, 0x1E]); // ISO/IEC 14443-3 annex B
        assert_eq!(crc_a(&[0x12, 0x34]), [0x26, 0xCF]);
        assert_eq!(checked(&[0x50, 0x00, 0x57, 0xCD]), Some(&[0x50, 0x00][..])); // HLTA
        assert_eq!(checked(&[0x50, 0x00, 0x57, 0xCC]), None);
        assert_eq!(checked(&[0x50]), None);
    }
}
