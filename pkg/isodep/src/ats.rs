//! Answer to select (ISO/IEC 14443-4 §5).

use reader::Fault;

/// Frame sizes by FSCI and FSDI; what is not coded yet counts as 256.
const SIZES: [usize; 9] = [16, 24, 32, 40, 48, 64, 96, 128, 256];
/// FWI and FSCI of a card that does not tell (§5.2.3, §5.2.5).
const DEFAULT_FSCI: u8 = 2;
const DEFAULT_FWI: u8 = 4;

/// What a card tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ats {
    bytes: Vec<u8>,
    /// FSC: most bytes of a frame to the card, with its two of checksum.
    pub frame: usize,
    /// Frame waiting time, microseconds.
    pub waiting: u64,
}

impl Ats {
    /// Reads it, without checksum.
    ///
    /// # Errors
    /// [`Fault::Protocol`] when it is not as long as it says.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        const WRONG: Fault = Fault::Protocol("its answer to select");
        let (length, rest) = bytes.split_first().ok_or(WRONG)?;
        if usize::from(*length) != bytes.len() {
            return Err(WRONG);
        }
        let mut rest = rest.iter().copied();
        let t0 = rest.next().unwrap_or(DEFAULT_FSCI);
        let mut interface = |bit: u8| if t0 & bit != 0 { rest.next().ok_or(WRONG).map(Some) } else { Ok(None) };
        let (_ta, tb, _tc) = (interface(0x10)?, interface(0x20)?, interface(0x40)?);
        let fwi = tb.map_or(DEFAULT_FWI, |tb| tb >> 4);
        // 15 is not used: the default counts (§5.2.5)
        let fwi = if fwi == 15 { DEFAULT_FWI } else { fwi };
        Ok(Ats { bytes: bytes.to_vec(), frame: size(t0 & 0x0F), waiting: 302 << fwi })
    }

    /// As it came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn size(coded: u8) -> usize {
    SIZES.get(usize::from(coded)).copied().unwrap_or(256)
}

/// RATS (§5.1), without CID: the host takes frames of at most so many bytes.
pub fn rats(frame: usize) -> [u8; 2] {
    let fsdi = SIZES.iter().rposition(|size| *size <= frame).unwrap_or_default();
    [0xE0, (fsdi as u8) << 4]
}

/// PPS request (§5.3), without CID: divisors towards the host and towards the card, 0 for 106 kbit/s to 3 for 848. Higher rates fail
/// at a distance on some readers; nothing here asks for them by itself.
pub fn pps(to_host: u8, to_card: u8) -> [u8; 3] {
    [0xD0, 0x11, (to_host & 0x03) << 2 | to_card & 0x03]
}

/// Whether the card agrees (§5.4).
pub fn pps_agreed(answer: &[u8]) -> bool {
    answer == [0xD0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desfire_takes_64_bytes_and_77_milliseconds() {
        let ats = Ats::parse(&[0x06, 0x75, 0x77, 0x81, 0x02, 0x80]).unwrap();
        assert_eq!((ats.frame, ats.waiting), (64, 302 << 8));
        assert_eq!(Ats::parse(&[0x01]).unwrap().frame, 32);
        assert_eq!(Ats::parse(&[0x02, 0x08]).unwrap().frame, 256);
        for wrong in [&[][..], &[0x00], &[0x06, 0x75], &[0x02, 0x70]] {
            assert!(Ats::parse(wrong).is_err(), "{wrong:02X?}");
        }
    }

    #[test]
    fn requests() {
        assert_eq!(rats(256), [0xE0, 0x80]);
        assert_eq!(rats(255), [0xE0, 0x70]);
        assert_eq!(rats(3), [0xE0, 0x00]);
        assert_eq!(pps(1, 2), [0xD0, 0x11, 0x06]);
        assert!(pps_agreed(&[0xD0]) && !pps_agreed(&[]));
    }
}
