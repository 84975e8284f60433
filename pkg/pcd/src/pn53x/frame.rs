//! Frames between host and chip (PN532 user manual UM0701-02 §6.2.1); Port-100 has the same with its length reversed.

pub(crate) const ACK: [u8; 6] = [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00];
pub(crate) const NACK: [u8; 6] = [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00];
/// Application level error: a syntax error (UM0701-02 §6.2.1.5).
pub(crate) const ERROR: [u8; 8] = [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00];

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    Ack,
    Nack,
    /// TFI and what follows it.
    Information(&'a [u8]),
    /// A checksum is wrong, or bytes are missing.
    Bad,
    /// No start of a frame.
    Nothing,
}

/// Byte order of the two length bytes of an extended frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// PN53x: LENM LENL.
    Big,
    /// Port-100, which has no other frames.
    Little,
}

fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

pub(crate) fn parse(bytes: &[u8], order: Order) -> Frame<'_> {
    let Some(start) = bytes.windows(2).position(|pair| pair == [0x00, 0xFF]) else { return Frame::Nothing };
    let rest = bytes.get(start.saturating_add(2)..).unwrap_or_default();
    let (length, checked, body) = match rest {
        [0x00, 0xFF, ..] => return Frame::Ack,
        [0xFF, 0x00, ..] => return Frame::Nack,
        [0xFF, 0xFF, first, second, lcs, body @ ..] => {
            let pair = [*first, *second];
            let length = if order == Order::Big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
            (usize::from(length), sum(&[*first, *second, *lcs]) == 0, body)
        }
        [length, lcs, body @ ..] if order == Order::Big => (usize::from(*length), sum(&[*length, *lcs]) == 0, body),
        _ => return Frame::Bad,
    };
    match (checked, body.get(..length), body.get(length)) {
        (true, Some(body), Some(dcs)) if length > 0 && sum(body).wrapping_add(*dcs) == 0 => Frame::Information(body),
        _ => Frame::Bad,
    }
}

/// A frame around TFI and data; extended where it must be.
pub(crate) fn build(body: &[u8], order: Order) -> Vec<u8> {
    let mut frame = vec![0x00, 0x00, 0xFF];
    match u8::try_from(body.len()) {
        Ok(length) if order == Order::Big => frame.extend([length, length.wrapping_neg()]),
        _ => {
            let length = u16::try_from(body.len()).unwrap_or(u16::MAX);
            let pair = if order == Order::Big { length.to_be_bytes() } else { length.to_le_bytes() };
            frame.extend([0xFF, 0xFF, pair[0], pair[1], sum(&pair).wrapping_neg()]);
        }
    }
    frame.extend_from_slice(body);
    frame.extend([sum(body).wrapping_neg(), 0x00]);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_as_recorded() {
        let version = [0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00];
        assert_eq!(parse(&version, Order::Big), Frame::Information(&[0xD4, 0x02]));
        assert_eq!(build(&[0xD4, 0x02], Order::Big), version);
        let port = [0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x03, 0x00, 0xFD, 0xD6, 0x2A, 0x01, 0xFF, 0x00];
        assert_eq!(parse(&port, Order::Little), Frame::Information(&[0xD6, 0x2A, 0x01]));
        assert_eq!(build(&[0xD6, 0x2A, 0x01], Order::Little), port);
        assert_eq!(parse(&ACK, Order::Big), Frame::Ack);
        assert_eq!(parse(&NACK, Order::Big), Frame::Nack);
    }

    #[test]
    fn long_and_broken_ones() {
        let body = [0xD5; 300];
        let frame = build(&body, Order::Big);
        assert_eq!(frame.get(3..8), Some(&[0xFF, 0xFF, 0x01, 0x2C, 0xD3][..]));
        assert_eq!(parse(&frame, Order::Big), Frame::Information(&body));
        assert_eq!(parse(&[0x00, 0x00, 0xFF, 0x02, 0xFD, 0xD4], Order::Big), Frame::Bad);
        assert_eq!(parse(&[0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2B, 0x00], Order::Big), Frame::Bad);
        assert_eq!(parse(&[0x12, 0x34], Order::Big), Frame::Nothing);
        assert_eq!(parse(&[], Order::Little), Frame::Nothing);
    }
}
