//! Finding and selecting a card of type A (ISO/IEC 14443-3 §6.5), one card before the reader.

use reader::Fault;

/// What goes over the air.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The bytes, without checksum.
    pub bytes: Vec<u8>,
    /// A short frame: seven bits of the one byte.
    pub short: bool,
    /// Whether CRC_A follows, and stands behind the answer.
    pub crc: bool,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectionStep {
    /// Send this.
    Send(Frame),
    /// A card is selected.
    Done(Selected),
}

/// A selected card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Answer to request.
    pub atqa: [u8; 2],
    /// Identifier: 4, 7 or 10 bytes.
    pub uid: Vec<u8>,
    /// Select acknowledge of the last level.
    pub sak: u8,
}

impl Selected {
    /// Whether it speaks ISO/IEC 14443-4 (SAK, bit 6).
    pub fn speaks_blocks(&self) -> bool {
        self.sak & 0x20 != 0
    }
}

/// SEL of the three cascade levels.
const LEVELS: [u8; 3] = [0x93, 0x95, 0x97];
const WUPA: u8 = 0x52;
/// All of the identifier is asked for.
const ANTICOLLISION: u8 = 0x20;
const SELECT: u8 = 0x70;
/// Cascade tag: more of the identifier comes in the next level.
const CASCADE: u8 = 0x88;

/// A selection under way.
#[derive(Debug)]
pub struct Selection {
    level: usize,
    atqa: [u8; 2],
    uid: Vec<u8>,
    at: At,
}

#[derive(Debug)]
enum At {
    Request,
    Anticollision,
    Select([u8; 4]),
}

impl Selection {
    /// Begins: WUPA finds cards that were halted, too.
    pub fn begin() -> (Self, Frame) {
        let selection = Selection { level: 0, atqa: [0; 2], uid: Vec::new(), at: At::Request };
        (selection, Frame { bytes: vec![WUPA], short: true, crc: false })
    }

    /// Whether a card has answered the request.
    pub fn has_begun(&self) -> bool {
        !matches!(self.at, At::Request)
    }

    /// Takes an answer, without its checksum.
    ///
    /// # Errors
    /// [`Fault::Protocol`] for what no card of type A answers: garbled, or two cards at once.
    pub fn received(&mut self, bytes: &[u8]) -> Result<SelectionStep, Fault> {
        match self.at {
            At::Request => {
                let Ok(atqa) = bytes.try_into() else { return Err(Fault::Protocol("its answer to the request")) };
                self.atqa = atqa;
                Ok(SelectionStep::Send(self.anticollision()))
            }
            At::Anticollision => {
                let [part @ .., check] = bytes else { return Err(Fault::Protocol("its identifier")) };
                let part: [u8; 4] = part.try_into().map_err(|_| Fault::Protocol("its identifier"))?;
                if part.iter().fold(0, |check, byte| check ^ byte) != *check {
                    return Err(Fault::Protocol("its identifier: two cards at once?"));
                }
                self.at = At::Select(part);
                let bytes = [&[LEVELS[self.level], SELECT], part.as_slice(), &[*check]].concat();
                Ok(SelectionStep::Send(Frame { bytes, short: false, crc: true }))
            }
            At::Select(part) => {
                let [sak] = bytes else { return Err(Fault::Protocol("its acknowledgement")) };
                if sak & 0x04 == 0 {
                    self.uid.extend_from_slice(&part);
                    let uid = std::mem::take(&mut self.uid);
                    return Ok(SelectionStep::Done(Selected { atqa: self.atqa, uid, sak: *sak }));
                }
                if part[0] != CASCADE || self.level + 1 == LEVELS.len() {
                    return Err(Fault::Protocol("an identifier that does not end"));
                }
                self.uid.extend_from_slice(&part[1..]);
                self.level += 1;
                Ok(SelectionStep::Send(self.anticollision()))
            }
        }
    }

    fn anticollision(&mut self) -> Frame {
        self.at = At::Anticollision;
        Frame { bytes: vec![LEVELS[self.level], ANTICOLLISION], short: false, crc: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_of_seven_bytes_takes_two_levels() {
        let (mut selection, request) = Selection::begin();
        assert_eq!(request, Frame { bytes: vec![0x52], short: true, crc: false });
        let mut answers = [
            (vec![0x44, 0x03], Some(vec![0x93, 0x20])),
            (vec![0x88, 0x04, 0x01, 0x02, 0x8F], Some(vec![0x93, 0x70, 0x88, 0x04, 0x01, 0x02, 0x8F])),
            (vec![0x24], Some(vec![0x95, 0x20])),
            (vec![3, 4, 5, 6, 4], Some(vec![0x95, 0x70, 3, 4, 5, 6, 4])),
            (vec![0x20], None),
        ]
        .into_iter();
        let selected = loop {
            let (answer, next) = answers.next().unwrap();
            match (selection.received(&answer).unwrap(), next) {
                (SelectionStep::Send(frame), Some(next)) => assert_eq!(frame.bytes, next),
                (SelectionStep::Done(selected), None) => break selected,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(selected.uid, [4, 1, 2, 3, 4, 5, 6]);
        assert!(selected.speaks_blocks());
    }

    #[test]
    fn what_no_card_answers_is_refused() {
        assert!(Selection::begin().0.received(&[0x44]).is_err());
        let (mut selection, _) = Selection::begin();
        selection.received(&[0x44, 0x03]).unwrap();
        assert!(selection.received(&[0x88, 0x04, 0x01, 0x02, 0x8E]).is_err());
        assert!(selection.received(&[]).is_err());
    }
}
