//! The transparent session of PC/SC part 3 (supplement 2.02.00, §2), as far as an RC-S300 speaks it: pseudo-APDUs with data objects.

use reader::Fault;

/// Begins a session.
pub(crate) const START: [u8; 8] = manage(0x81);
/// Ends it.
pub(crate) const END: [u8; 8] = manage(0x82);
pub(crate) const FIELD_OFF: [u8; 8] = manage(0x83);
pub(crate) const FIELD_ON: [u8; 8] = manage(0x84);
/// Switch protocol: type A, selected (layer 3). Layer 4 (`00 04`) is defined, but no driver is known that uses it.
pub(crate) const TYPE_A: [u8; 10] = [0xFF, 0x50, 0x00, 0x02, 0x04, 0x8F, 0x02, 0x00, 0x03, 0x00];

const fn manage(object: u8) -> [u8; 8] {
    [0xFF, 0x50, 0x00, 0x00, 0x02, object, 0x00, 0x00]
}

/// Bytes of a frame that fit one pseudo-APDU of the short form, beside its two data objects' heads.
pub(crate) const MOST_FRAME: usize = 255 - 7 - 4;

/// Sends a frame and waits so many microseconds for its answer: timer (5F46), data (95).
pub(crate) fn transceive(frame: &[u8], microseconds: u64) -> Vec<u8> {
    let timer = u32::try_from(microseconds).unwrap_or(u32::MAX).to_le_bytes();
    let [high, low] = (frame.len() as u16).to_be_bytes();
    let data = [&[0x5F, 0x46, 0x04], timer.as_slice(), &[0x95, 0x82, high, low], frame].concat();
    [&[0xFF, 0x50, 0x00, 0x01, data.len() as u8], data.as_slice(), &[0x00]].concat()
}

/// What the reader answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// Done; what was received, where something was.
    Done(Vec<u8>),
    /// No card answered.
    Silence,
    /// One answered garbled.
    Garbled,
}

/// Reads an answer: data objects and a status word.
pub(crate) fn answered(bytes: &[u8]) -> Result<Answered, Fault> {
    let (mut rest, mut received) = (bytes, Vec::new());
    let (mut status, mut garbled) = (None, false);
    while rest.len() > 2 {
        let Some((tag, value, after)) = object(rest) else {
            return Err(Fault::Malformed { what: "a data object", expected: rest.len() + 1, found: rest.len() });
        };
        rest = after;
        match (tag, value) {
            // number of the object that failed, status word
            (0xC0, [_, high, low]) => status = Some(u16::from_be_bytes([*high, *low])),
            // CRC, collision, parity, framing
            (0x96, [flags, ..]) => garbled |= flags & 0x0F != 0,
            (0x97, value) => received = value.to_vec(),
            _ => {}
        }
    }
    match (status, rest) {
        (Some(0x6401), _) => Ok(Answered::Silence),
        (Some(0x9000) | None, [0x90, 0x00]) | (Some(0x9000), []) => {
            Ok(if garbled { Answered::Garbled } else { Answered::Done(received) })
        }
        (Some(status), _) if status != 0x9000 => refused(status),
        (_, [high, low]) => refused(u16::from_be_bytes([*high, *low])),
        _ => Err(Fault::Malformed { what: "a status word", expected: 2, found: rest.len() }),
    }
}

fn refused(status: u16) -> Result<Answered, Fault> {
    Err(Fault::Refused { what: "the transparent session", code: (status >> 8) as u8 })
}

/// Tag, value and what follows. Tags of one byte, or of two that begin with 5F, 7F, FF; lengths up to 82.
fn object(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (tag, rest) = match *bytes {
        [first @ (0x5F | 0x7F | 0xFF), second, ..] => (u16::from_be_bytes([first, second]), &bytes[2..]),
        [tag, ..] => (u16::from(tag), &bytes[1..]),
        [] => return None,
    };
    let (length, rest) = match *rest {
        [0x81, length, ..] => (usize::from(length), &rest[2..]),
        [0x82, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), &rest[3..]),
        [length @ 0x00..=0x7F, ..] => (usize::from(length), &rest[1..]),
        _ => return None,
    };
    let (value, after) = rest.split_at_checked(length)?;
    Some((tag, value, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_wrapped() {
        assert_eq!(
            transceive(&[0xE0, 0x80], 30_000),
            [
                0xFF, 0x50, 0x00, 0x01, 0x0D, 0x5F, 0x46, 0x04, 0x30, 0x75, 0x00, 0x00, 0x95, 0x82, 0x00, 0x02, 0xE0,
                0x80, 0x00
            ]
        );
    }

    #[test]
    fn answers_with_and_without_a_card() {
        let ats =
            [0xC0, 0x03, 0x00, 0x90, 0x00, 0x92, 0x01, 0x00, 0x96, 0x02, 0x00, 0x00, 0x97, 0x01, 0x7A, 0x90, 0x00];
        assert_eq!(answered(&ats), Ok(Answered::Done(vec![0x7A])));
        assert_eq!(answered(&[0xC0, 0x03, 0x02, 0x64, 0x01]), Ok(Answered::Silence));
        assert_eq!(answered(&[0xC0, 0x03, 0x02, 0x64, 0x01, 0x90, 0x00]), Ok(Answered::Silence));
        assert_eq!(answered(&[0xC0, 0x03, 0x00, 0x90, 0x00]), Ok(Answered::Done(vec![])));
        let garbled = [0xC0, 0x03, 0x00, 0x90, 0x00, 0x96, 0x02, 0x01, 0x00, 0x97, 0x01, 0x7A, 0x90, 0x00];
        assert_eq!(answered(&garbled), Ok(Answered::Garbled));
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        assert!(answered(&[0xC0, 0x03, 0x00, 0x90]).is_err());
        assert!(answered(&[0x97, 0x7F, 0x00, 0x90, 0x00]).is_err());
        assert!(answered(&[0x67, 0x00]).is_err());
        assert!(answered(&[]).is_err());
    }
}
