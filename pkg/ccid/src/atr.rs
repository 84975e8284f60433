//! What T=1 needs of an answer to reset (ISO/IEC 7816-3 §8.2, §11.4). A contactless reader makes the ATR up; it says T=1 and nothing
//! else.

/// Parameters of T=1, as the ATR has them or by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct T1Parameters {
    /// TA1: clock and baud rate factors.
    pub(crate) rates: u8,
    /// TC1: extra guard time.
    pub(crate) guard: u8,
    /// First TA for T=1: most bytes of an information field to the card.
    pub(crate) ifsc: u8,
    /// First TB for T=1: waiting times.
    pub(crate) waiting: u8,
    /// First TC for T=1, bit 0: CRC instead of LRC.
    pub(crate) crc: bool,
    /// Whether T=1 is what the card begins with.
    pub(crate) first: bool,
}

/// Reads them; `None` when the card does not offer T=1.
pub(crate) fn t1(atr: &[u8]) -> Option<T1Parameters> {
    let mut bytes = atr.iter().copied();
    bytes.next()?;
    let mut present = bytes.next()? >> 4;
    let mut found = T1Parameters { rates: 0x11, guard: 0x00, ifsc: 32, waiting: 0x4D, crc: false, first: false };
    let (mut offered, mut told) = (false, false);
    let mut protocol = None;
    for nth in 1..=8 {
        let mut interface = |bit: u8| if present & bit != 0 { bytes.next().map(Some) } else { Some(None) };
        let (ta, tb, tc, td) = (interface(0x1)?, interface(0x2)?, interface(0x4)?, interface(0x8)?);
        if nth == 1 {
            found.rates = ta.unwrap_or(found.rates);
            found.guard = tc.unwrap_or(found.guard);
        }
        // the first bytes behind a TD that says T=1, from the third group on
        if nth >= 3 && protocol == Some(1) && !told {
            told = true;
            found.ifsc = ta.filter(|ifsc| (1..=254).contains(ifsc)).unwrap_or(found.ifsc);
            found.waiting = tb.unwrap_or(found.waiting);
            found.crc = tc.is_some_and(|tc| tc & 0x01 != 0);
        }
        let Some(td) = td else { break };
        offered |= td & 0x0F == 1;
        found.first |= nth == 1 && td & 0x0F == 1;
        protocol = Some(td & 0x0F);
        present = td >> 4;
    }
    offered.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_atr_offers_t1_with_its_defaults() {
        let found = t1(&[0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]).unwrap();
        assert_eq!((found.ifsc, found.waiting, found.crc, found.first), (32, 0x4D, false, false));
    }

    #[test]
    fn the_first_bytes_for_t1_count() {
        // TD1 81, TD2 31: TA3 FE, TB3 45
        let found = t1(&[0x3B, 0x80, 0x81, 0x31, 0xFE, 0x45, 0x00]).unwrap();
        assert_eq!((found.ifsc, found.waiting, found.first), (254, 0x45, true));
    }

    #[test]
    fn an_atr_without_t1_or_without_its_end_offers_none() {
        assert_eq!(t1(&[0x3B, 0x00]), None);
        for atr in [&[][..], &[0x3B], &[0x3B, 0xF0], &[0x3B, 0x80, 0x80], &[0x3B, 0x80, 0x81, 0x81, 0x81, 0x81]] {
            assert_eq!(t1(atr), None, "{atr:02X?}");
        }
    }
}
