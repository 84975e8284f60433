//! The capability container: NFC Forum Type 4 Tag 2.0, §5.1.

use super::CONTAINER;

/// What a tag says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapabilityContainer {
    /// Bytes that one READ BINARY may ask for (MLe).
    pub read_most: u16,
    /// Bytes that one UPDATE BINARY may bring (MLc).
    pub write_most: u16,
    /// Identifier of the file with the message.
    pub file: u16,
    /// Bytes of that file, the two of its length among them.
    pub size: u16,
    /// 00: everybody reads.
    pub read_access: u8,
    /// 00: everybody writes; FF: nobody; between: by agreement.
    pub write_access: u8,
}

/// Bytes that are no capability container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// Fewer bytes than it has.
    #[error("it has 15 bytes, this one has {0}")]
    Short(usize),
    /// Another major version than 2 (1 is what the first DESFire carried).
    #[error("its version is {0:02X}")]
    Version(u8),
    /// The first block is not the one about the message's file.
    #[error("it tells of no file for the message")]
    NoFile,
    /// A length or an identifier that no tag has.
    #[error("{0} is out of range")]
    Range(&'static str),
}

const LENGTH: usize = 15;
const VERSION: u8 = 0x20;

impl CapabilityContainer {
    /// The bytes.
    pub fn encode(&self) -> [u8; LENGTH] {
        let [read_high, read_low] = self.read_most.to_be_bytes();
        let [write_high, write_low] = self.write_most.to_be_bytes();
        let [file_high, file_low] = self.file.to_be_bytes();
        let [size_high, size_low] = self.size.to_be_bytes();
        [
            0x00,
            LENGTH as u8,
            VERSION,
            read_high,
            read_low,
            write_high,
            write_low,
            0x04,
            0x06,
            file_high,
            file_low,
            size_high,
            size_low,
            self.read_access,
            self.write_access,
        ]
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`ContainerError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ContainerError> {
        let Some(bytes) = bytes.first_chunk::<LENGTH>() else { return Err(ContainerError::Short(bytes.len())) };
        let word = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        if usize::from(word(0)) < LENGTH {
            return Err(ContainerError::Short(usize::from(word(0))));
        }
        if bytes[2] >> 4 != VERSION >> 4 {
            return Err(ContainerError::Version(bytes[2]));
        }
        if bytes[7..9] != [0x04, 0x06] {
            return Err(ContainerError::NoFile);
        }
        let container = CapabilityContainer {
            read_most: word(3),
            write_most: word(5),
            file: word(9),
            size: word(11),
            read_access: bytes[13],
            write_access: bytes[14],
        };
        // §5.1: MLe 000F to FFFF, MLc 0001 to FFFF; the file is neither reserved nor the container itself
        for (fits, what) in [
            (container.read_most >= 0x000F, "the most to read"),
            (container.write_most >= 0x0001, "the most to write"),
            (![0x0000, 0xE102, CONTAINER, 0x3F00, 0x3FFF, 0xFFFF].contains(&container.file), "the file's identifier"),
            (container.size >= 0x0005, "the file's size"),
        ] {
            if !fits {
                return Err(ContainerError::Range(what));
            }
        }
        Ok(container)
    }

    /// The same, and nobody writes any more. The rights of the files have to follow.
    #[must_use]
    pub fn locked(self) -> Self {
        CapabilityContainer { write_access: 0xFF, ..self }
    }

    /// Bytes of a message that there is room for: offsets of READ and UPDATE BINARY have 15 bits.
    pub fn room(&self) -> usize {
        usize::from(self.size.min(0x8000)).saturating_sub(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mapping 2.0 on a card with frames of 64 bytes.
    const BYTES: [u8; 15] = [0x00, 0x0F, 0x20, 0x00, 0x3B, 0x00, 0x34, 0x04, 0x06, 0xE1, 0x04, 0x08, 0x00, 0x00, 0x00];

    #[test]
    fn bytes_and_back() {
        let container = CapabilityContainer::parse(&BYTES).unwrap();
        assert_eq!((container.read_most, container.write_most, container.file, container.size), (59, 52, 0xE104, 2048));
        assert_eq!(container.encode(), BYTES);
        assert_eq!(container.room(), 2046);
        assert_eq!(container.locked().encode()[14], 0xFF);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let with = |at: usize, byte: u8| {
            let mut bytes = BYTES;
            bytes[at] = byte;
            CapabilityContainer::parse(&bytes)
        };
        assert_eq!(CapabilityContainer::parse(&BYTES[..14]), Err(ContainerError::Short(14)));
        assert_eq!(with(1, 0x0E), Err(ContainerError::Short(14)));
        assert_eq!(with(2, 0x10), Err(ContainerError::Version(0x10)));
        assert_eq!(with(7, 0x05), Err(ContainerError::NoFile));
        assert_eq!(with(4, 0x0E), Err(ContainerError::Range("the most to read")));
        assert_eq!(with(10, 0x03), Err(ContainerError::Range("the file's identifier")));
    }
}
