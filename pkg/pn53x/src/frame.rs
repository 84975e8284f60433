//! Frames between host and chip (PN532 user manual UM0701-02 §6.2.1; the Port-100 of Sony's RC-S380 has them, too).

/// Acknowledgement; from the host, it gives a command up.
pub const ACK: [u8; 6] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00];
const NACK: [u8; 6] = [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00];
const START: [u8; 3] = [0x00, 0x00, 0xFF];

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// The command was understood.
    Ack,
    /// The frame from the host came garbled.
    Nack,
    /// The chip does not know the command, or not with these parameters.
    Error,
    /// Frame identifier and data.
    Data(&'a [u8]),
}

/// The longest data of a normal frame, identifier included.
const NORMAL: usize = 0xFF;

/// A frame around data that begin with the frame identifier: normal as far as it goes, extended beyond, or always extended.
pub fn encode(data: &[u8], always_extended: bool) -> Vec<u8> {
    let mut bytes = START.to_vec();
    if data.len() > NORMAL || always_extended {
        // the Port-100 counts least significant byte first
        let [low, high] = (data.len() as u16).to_le_bytes();
        let [first, second] = if always_extended { [low, high] } else { [high, low] };
        bytes.extend([0xFF, 0xFF, first, second, 0_u8.wrapping_sub(low.wrapping_add(high))]);
    } else {
        bytes.extend([data.len() as u8, 0_u8.wrapping_sub(data.len() as u8)]);
    }
    bytes.extend_from_slice(data);
    bytes.extend([data.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte)), 0x00]);
    bytes
}

/// Reads one frame, which is the whole transfer. `least_first`: how the length of an extended frame is written. `None` for anything
/// else.
pub fn decode(bytes: &[u8], least_first: bool) -> Option<Frame<'_>> {
    let rest = bytes.strip_prefix(&START)?;
    if bytes.starts_with(&ACK) {
        return Some(Frame::Ack);
    }
    if bytes.starts_with(&NACK) {
        return Some(Frame::Nack);
    }
    let (length, rest) = match *rest {
        [0xFF, 0xFF, first, second, check, ..] => {
            let (low, high) = if least_first { (first, second) } else { (second, first) };
            if low.wrapping_add(high).wrapping_add(check) != 0 {
                // the Port-100's error frame ends behind FF FF
                return None;
            }
            (usize::from(u16::from_le_bytes([low, high])), &rest[5..])
        }
        [0xFF, 0xFF] => return Some(Frame::Error),
        [length, check, ..] if length.wrapping_add(check) == 0 => (usize::from(length), &rest[2..]),
        _ => return None,
    };
    let (data, end) = rest.split_at_checked(length)?;
    let sum = data.iter().chain(end.first()).fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    if end.is_empty() || sum != 0 {
        return None;
    }
    // application level error frame: 7F alone (§6.2.1.5)
    Some(if data == [0x7F] { Frame::Error } else { Frame::Data(data) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// UM0701-02 §6.2.1: GetFirmwareVersion and its answer.
    #[test]
    fn frames_of_the_manual() {
        assert_eq!(encode(&[0xD4, 0x02], false), [0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00]);
        let answer = [0x00, 0x00, 0xFF, 0x06, 0xFA, 0xD5, 0x03, 0x32, 0x01, 0x06, 0x07, 0xE8, 0x00];
        assert_eq!(decode(&answer, false), Some(Frame::Data(&[0xD5, 0x03, 0x32, 0x01, 0x06, 0x07])));
        assert_eq!(decode(&ACK, false), Some(Frame::Ack));
        assert_eq!(decode(&NACK, false), Some(Frame::Nack));
        assert_eq!(decode(&[0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00], false), Some(Frame::Error));
    }

    #[test]
    fn every_length_comes_back() {
        for length in [1, 2, 254, 255, 256, 300] {
            let data = vec![0xD5; length];
            for extended in [false, true] {
                assert_eq!(decode(&encode(&data, extended), extended), Some(Frame::Data(&data)), "{length}");
            }
        }
    }

    #[test]
    fn what_is_changed_is_no_frame() {
        let whole = encode(&[0xD5, 0x03, 0x32], false);
        for at in 0..whole.len() - 1 {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            assert_ne!(decode(&changed, false), Some(Frame::Data(&[0xD5, 0x03, 0x32])), "{at}");
            assert_eq!(decode(&whole[..at], false).filter(|frame| matches!(frame, Frame::Data(_))), None);
        }
    }
}
