//! Writing a message in the order that survives a card torn away: the length is zero before the first byte changes, and is
//! written last, so that a reader finds the old message, none, or the new one.

use super::{CapabilityContainer, TagError};
use crate::{Record, encode};

/// Bytes for a place of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// From the beginning of the file, its length field included.
    pub offset: u16,
    /// What to write.
    pub data: Vec<u8>,
}

/// A message as pieces, in the order in which they are to be written, each only after the one before is confirmed. By UPDATE
/// BINARY, or by WriteData of a DESFire session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing(Vec<Piece>);

impl Writing {
    /// Pieces for a tag that everybody may write.
    ///
    /// # Errors
    /// [`TagError::Locked`], [`TagError::Room`], [`TagError::Message`].
    pub fn new(container: &CapabilityContainer, records: &[Record]) -> Result<Self, TagError> {
        if container.write_access != 0x00 {
            return Err(TagError::Locked);
        }
        Writing::by_owner(container, records)
    }

    /// Pieces for whoever has the file's key, whatever the container says.
    ///
    /// # Errors
    /// [`TagError::Room`], [`TagError::Message`].
    pub fn by_owner(container: &CapabilityContainer, records: &[Record]) -> Result<Self, TagError> {
        let message = encode(records)?;
        let room = container.room();
        if message.len() > room {
            return Err(TagError::Room { message: message.len(), room });
        }
        let most = usize::from(container.write_most).clamp(1, 255);
        let mut pieces = vec![Piece { offset: 0, data: vec![0x00, 0x00] }];
        for (nth, chunk) in message.chunks(most).enumerate() {
            pieces.push(Piece { offset: (2 + nth * most) as u16, data: chunk.to_vec() });
        }
        pieces.push(Piece { offset: 0, data: (message.len() as u16).to_be_bytes().to_vec() });
        Ok(Writing(pieces))
    }

    /// The piece that leaves a tag without a message, whatever it held.
    pub fn nothing() -> Self {
        Writing(vec![Piece { offset: 0, data: vec![0x00, 0x00] }])
    }

    /// In their order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CapabilityContainer, Reading, Step};
    use super::*;
    use crate::{Record, uri};

    fn container(write_access: u8) -> CapabilityContainer {
        CapabilityContainer { read_most: 59, write_most: 52, file: 0xE104, size: 256, read_access: 0, write_access }
    }

    /// A tag as phones see it.
    struct Tag {
        file: Vec<u8>,
        selected: u16,
    }

    impl Tag {
        fn answer(&mut self, command: &apdu::Command) -> Vec<u8> {
            let offset = usize::from(u16::from_be_bytes([command.p1, command.p2]));
            let (data, status): (Vec<u8>, u16) = match (command.ins, command.p1) {
                (0xA4, 0x04) => (Vec::new(), if command.data == super::super::DF_NAME { 0x9000 } else { 0x6A82 }),
                (0xA4, _) => {
                    self.selected = u16::from_be_bytes([command.data[0], command.data[1]]);
                    (Vec::new(), 0x9000)
                }
                _ => {
                    let file = if self.selected == 0xE103 { container(0).encode().to_vec() } else { self.file.clone() };
                    let length = command.le.unwrap().get() as usize;
                    (file[offset..offset + length].to_vec(), 0x9000)
                }
            };
            apdu::Response::new(data, status).encode()
        }

        fn read(&mut self) -> Result<Vec<Record>, TagError> {
            let (mut reading, mut command) = Reading::begin();
            loop {
                match reading.answer(&self.answer(&command))? {
                    Step::Send(next) => command = next,
                    Step::Done(records) => return Ok(records),
                }
            }
        }
    }

    #[test]
    fn a_tag_torn_away_holds_the_old_message_none_or_the_new_one() {
        let old = vec![uri::record("https://example.vn/old")];
        let new = vec![uri::record(&format!("https://example.vn/{}", "n".repeat(150)))];
        let mut tag = Tag { file: vec![0; 256], selected: 0 };
        for piece in Writing::new(&container(0), &old).unwrap().pieces() {
            tag.file[usize::from(piece.offset)..][..piece.data.len()].copy_from_slice(&piece.data);
        }
        assert_eq!(tag.read(), Ok(old.clone()));
        let writing = Writing::new(&container(0), &new).unwrap();
        assert_eq!(writing.pieces().len(), 2 + 4);
        for piece in writing.pieces() {
            let found = tag.read().unwrap();
            assert!(found == old || found.is_empty());
            tag.file[usize::from(piece.offset)..][..piece.data.len()].copy_from_slice(&piece.data);
        }
        assert_eq!(tag.read(), Ok(new));
    }

    #[test]
    fn what_does_not_fit_or_is_locked_is_refused_before_anything_is_written() {
        let long = [Record::mime("text/plain", vec![0; 250])];
        assert_eq!(Writing::new(&container(0), &long), Err(TagError::Room { message: 263, room: 254 }));
        let short = [uri::record("https://example.vn")];
        assert_eq!(Writing::new(&container(0xFF), &short), Err(TagError::Locked));
        assert!(Writing::by_owner(&container(0xFF), &short).is_ok());
    }

    #[test]
    fn another_card_is_no_tag() {
        let (mut reading, _) = Reading::begin();
        assert_eq!(reading.answer(&[0x6A, 0x82]), Err(TagError::NoTag));
        let (mut reading, _) = Reading::begin();
        assert_eq!(reading.answer(&[0x69, 0x82]), Err(TagError::Refused(0x6982.into())));
        assert_eq!(reading.answer(&[0x90]), Err(TagError::Response(apdu::ResponseError::Short(1))));
    }
}
