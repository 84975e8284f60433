//! PC/SC part 3: what a reader that speaks APDUs is asked about a contactless card.

use crate::Card;

/// GET DATA: the identifier (PC/SC part 3 §3.2.2.1.3).
pub const GET_UID: [u8; 5] = [0xFF, 0xCA, 0x00, 0x00, 0x00];
/// GET DATA: the historical bytes or the whole ATS.
pub const GET_ATS: [u8; 5] = [0xFF, 0xCA, 0x01, 0x00, 0x00];
/// SelectApplication of the card itself: the beginning of every session, whatever a reader or an operating system sent before.
pub const SELECT_PICC: [u8; 9] = [0x90, 0x5A, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00];

/// What a card may be. Only GetVersion tells: an ATS can be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// Its ATR is a DESFire's as it leaves the factory.
    Desfire,
    /// A contactless card of ISO/IEC 14443-4.
    Contactless,
    /// A storage card, such as MIFARE Classic: it speaks no APDUs.
    Storage,
    /// Something else.
    Other,
}

/// Historical bytes of a DESFire as it leaves the factory.
const DESFIRE: u8 = 0x80;
/// RID of the PC/SC workgroup, in the ATR of storage cards.
const WORKGROUP: [u8; 5] = [0xA0, 0x00, 0x00, 0x03, 0x06];

/// What the ATR suggests.
pub fn candidate(atr: &[u8]) -> Candidate {
    // 3B, 8n with n historical bytes, TD1 80, TD2 01
    let [0x3B, t0, 0x80, 0x01, rest @ ..] = atr else { return Candidate::Other };
    if t0 & 0xF0 != 0x80 {
        return Candidate::Other;
    }
    let shown = rest.get(..usize::from(t0 & 0x0F)).unwrap_or_default();
    match shown {
        [DESFIRE] => Candidate::Desfire,
        // some readers show the whole ATS there
        [length, ..] if usize::from(*length) == shown.len() && historical(shown) == [DESFIRE] => Candidate::Desfire,
        [0x80, 0x4F, _, rid @ ..] if rid.starts_with(&WORKGROUP) => Candidate::Storage,
        _ => Candidate::Contactless,
    }
}

/// The ATR that PC/SC part 3 §3.1.3.2.3.1 makes up for a card with that ATS: its historical bytes and a check byte.
pub fn atr_of(ats: &[u8]) -> Vec<u8> {
    let historical = historical(ats);
    let length = historical.len().min(15);
    let mut atr = vec![0x3B, 0x80 | length as u8, 0x80, 0x01];
    atr.extend_from_slice(&historical[..length]);
    atr.push(atr[1..].iter().fold(0, |check, byte| check ^ byte));
    atr
}

/// T1 to Tk of an ATS: what follows TL, T0 and the interface bytes that T0 announces.
pub fn historical(ats: &[u8]) -> &[u8] {
    let Some(t0) = ats.get(1) else { return &[] };
    let interface = (t0 >> 4 & 0x07).count_ones() as usize;
    let end = ats.len().min(usize::from(ats[0]));
    ats.get(2 + interface..end).unwrap_or_default()
}

impl Card {
    /// A card whose ATS is known: the ATR is made up as PC/SC does.
    pub fn of_iso_14443(ats: Vec<u8>, uid: Vec<u8>) -> Self {
        Card { atr: atr_of(&ats), ats, uid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protocol facts §6.5: what pcsc-tools lists for DESFire.
    #[test]
    fn a_desfire_is_recognised_by_either_atr() {
        let ats = [0x06, 0x75, 0x77, 0x81, 0x02, 0x80];
        let atr = atr_of(&ats);
        assert_eq!(atr, [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]);
        assert_eq!(candidate(&atr), Candidate::Desfire);
        let whole = [0x3B, 0x86, 0x80, 0x01, 0x06, 0x75, 0x77, 0x81, 0x02, 0x80, 0x00];
        assert_eq!(candidate(&whole), Candidate::Desfire);
        assert_eq!(candidate(&[0x3B, 0x00]), Candidate::Other);
        assert_eq!(candidate(&[]), Candidate::Other);
        let classic =
            [0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, 0, 1, 0, 0, 0, 0, 0x6A];
        assert_eq!(candidate(&classic), Candidate::Storage);
    }

    #[test]
    fn an_ats_may_be_cut_short() {
        for ats in [&[][..], &[0x06], &[0x02, 0x70], &[0x40, 0x75, 0x77], &[0x00, 0x00]] {
            assert_eq!(historical(ats), [0; 0]);
        }
        assert_eq!(historical(&[0x04, 0x02, 0xAA, 0xBB, 0xCC]), [0xAA, 0xBB]);
    }
}
