//! What an ACR122U is told in pseudo-APDUs (ACR122U API manual 2.04 §5, §6): through PC/SC with a card, or as an escape command
//! without one.

/// The name of its firmware: its answer is text without a status word.
pub const GET_FIRMWARE: [u8; 5] = [0xFF, 0x00, 0x48, 0x00, 0x00];

/// Sets how it looks for cards by itself (bits: 80 polls, 40 asks for an ATS, 20 every 250 ms instead of 500, 10 … 01 kinds of cards).
/// It answers with 90 and the bits.
pub fn set_picc_parameters(bits: u8) -> [u8; 5] {
    [0xFF, 0x00, 0x51, bits, 0x00]
}

/// A command for the chip behind it, without D4.
pub fn direct_transmit(command: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(command.len() + 1).ok()?;
    Some([&[0xFF, 0x00, 0x00, 0x00, length, 0xD4], command].concat())
}

/// The chip's answer, without D5: what stands in front of 90 00.
pub fn directly_answered(answer: &[u8]) -> Option<&[u8]> {
    match answer {
        [0xD5, data @ .., 0x90, 0x00] => Some(data),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_for_the_chip_are_wrapped() {
        let wrapped = direct_transmit(&[0x02]).unwrap();
        assert_eq!(wrapped, [0xFF, 0x00, 0x00, 0x00, 0x02, 0xD4, 0x02]);
        assert_eq!(directly_answered(&[0xD5, 0x03, 0x32, 0x01, 0x06, 0x07, 0x90, 0x00]), Some(&[3, 0x32, 1, 6, 7][..]));
        assert_eq!(directly_answered(&[0x63, 0x00]), None);
        assert_eq!(direct_transmit(&[0; 255]), None);
        assert_eq!(set_picc_parameters(0x7F), [0xFF, 0x00, 0x51, 0x7F, 0x00]);
    }
}
