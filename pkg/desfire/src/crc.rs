//! The two checksums of DESFire's older messaging.

/// CRC-16 of ISO/IEC 14443-3 type A: polynomial 0x8408 reflected, initial value 0x6363, sent least significant byte first.
pub(crate) fn crc16(parts: &[&[u8]]) -> [u8; 2] {
    let bytes = parts.iter().flat_map(|part| part.iter());
    let value = bytes.fold(0x6363_u16, |value, byte| {
        (0..8).fold(value ^ u16::from(*byte), |value, _| value >> 1 ^ if value & 1 == 1 { 0x8408 } else { 0 })
    });
    value.to_le_bytes()
}

/// The reflected CRC-32 of ISO/IEC 3309 without the final complement, sent least significant byte first.
pub(crate) fn crc32(parts: &[&[u8]]) -> [u8; 4] {
    let bytes = parts.iter().flat_map(|part| part.iter());
    let value = bytes.fold(0xFFFF_FFFF_u32, |value, byte| {
        (0..8).fold(value ^ u32::from(*byte), |value, _| value >> 1 ^ if value & 1 == 1 { 0xEDB8_8320 } else { 0 })
    });
    value.to_le_bytes()
}
