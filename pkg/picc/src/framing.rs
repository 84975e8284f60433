//! The three shapes of what comes in: native, wrapped in ISO/IEC 7816-4 (CLA 90), and ISO/IEC 7816-4 proper (CLA 00).
use crate::status::Status;

/// A frame taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    /// `ins data`, answered by `status data`.
    Native { ins: u8, data: &'a [u8] },
    /// `90 ins 00 00 [Lc data] [Le]`, answered by `data 91 status`.
    Wrapped { ins: u8, data: &'a [u8] },
    /// CLA 00, answered by `data SW1 SW2`.
    Iso(Apdu<'a>),
    /// Not even a command.
    Refused(u16),
}

/// A short command APDU (ISO/IEC 7816-4 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Apdu<'a> {
    pub ins: u8,
    pub p1: u8,
    pub p2: u8,
    pub data: &'a [u8],
    /// Bytes wanted, 1 to 256.
    pub le: Option<usize>,
}

const WRONG_LENGTH: u16 = 0x6700;
const WRONG_PARAMETERS: u16 = 0x6A86;
const CLASS_NOT_SUPPORTED: u16 = 0x6E00;

pub(crate) fn parse(frame: &[u8]) -> Frame<'_> {
    match frame {
        [] => Frame::Refused(WRONG_LENGTH),
        [0x00, rest @ ..] => apdu(rest).map_or(Frame::Refused(WRONG_LENGTH), Frame::Iso),
        [0x90, rest @ ..] => match apdu(rest) {
            Some(Apdu { ins, p1: 0, p2: 0, data, .. }) => Frame::Wrapped { ins, data },
            Some(_) => Frame::Refused(WRONG_PARAMETERS),
            None => Frame::Refused(WRONG_LENGTH),
        },
        // commands to the reader
        [0xFF, ..] => Frame::Refused(CLASS_NOT_SUPPORTED),
        [ins, data @ ..] => Frame::Native { ins: *ins, data },
    }
}

/// What follows the class byte.
fn apdu(rest: &[u8]) -> Option<Apdu<'_>> {
    let (&[ins, p1, p2], body) = rest.split_first_chunk()?;
    let expected = |le: u8| Some(if le == 0 { 256 } else { usize::from(le) });
    let (data, le): (&[u8], _) = match body {
        [] => (&[], None),
        [le] => (&[], expected(*le)),
        [lc, tail @ ..] => {
            let (data, le) = tail.split_at_checked(usize::from(*lc)).filter(|_| *lc != 0)?;
            match le {
                [] => (data, None),
                [le] => (data, expected(*le)),
                _ => return None,
            }
        }
    };
    Some(Apdu { ins, p1, p2, data, le })
}

pub(crate) fn native(status: Status, data: &[u8]) -> Vec<u8> {
    [&[status as u8], data].concat()
}

pub(crate) fn wrapped(status: Status, data: &[u8]) -> Vec<u8> {
    [data, &[0x91, status as u8]].concat()
}

pub(crate) fn iso(sw: u16, data: &[u8]) -> Vec<u8> {
    [data, &sw.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_is_recognised() {
        assert_eq!(parse(&[0x60]), Frame::Native { ins: 0x60, data: &[] });
        assert_eq!(parse(&[0x90, 0x60, 0, 0, 0]), Frame::Wrapped { ins: 0x60, data: &[] });
        assert_eq!(parse(&[0x90, 0x5A, 0, 0, 3, 1, 2, 3, 0]), Frame::Wrapped { ins: 0x5A, data: &[1, 2, 3] });
        let read = Apdu { ins: 0xB0, p1: 0, p2: 2, data: &[], le: Some(256) };
        assert_eq!(parse(&[0x00, 0xB0, 0, 2, 0]), Frame::Iso(read));
    }

    #[test]
    fn wrong_lengths_and_parameters_are_refused() {
        assert_eq!(parse(&[0x90, 0x5A, 0, 0, 4, 1, 2, 3]), Frame::Refused(0x6700));
        assert_eq!(parse(&[0x90, 0x5A, 0, 0, 0, 1, 2, 3]), Frame::Refused(0x6700));
        assert_eq!(parse(&[0x90, 0x5A]), Frame::Refused(0x6700));
        assert_eq!(parse(&[0x90, 0x5A, 1, 0, 0]), Frame::Refused(0x6A86));
        assert_eq!(parse(&[0xFF, 0xCA, 0, 0, 0]), Frame::Refused(0x6E00));
        assert_eq!(parse(&[]), Frame::Refused(0x6700));
    }
}
