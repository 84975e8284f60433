//! A DESFire application that phones take for a Type 4 Tag: what has to be created, and with which rights.

use desfire::command::{
    ApplicationSettings, CreateApplication, CreateStdDataFile, IsoApplication, KeySettings, NewFile,
};
use desfire::{AccessRights, Aid, CommMode, DfName, FileNo, KeyType, Right, U24};

use super::{CONTAINER, CapabilityContainer, DF_NAME};

/// Identifier of the application: any would do, this one is usual.
pub const AID: u32 = 0x00_0001;
/// ISO identifier of the application.
const APPLICATION: u16 = 0xE110;
/// ISO identifier of the file with the message.
const MESSAGE: u16 = 0xE104;

/// Sizes and rights of the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of the message's file, its length included.
    pub size: u16,
    /// Bytes that one command moves: MLe and MLc.
    pub most: (u16, u16),
    /// Keys of the application, 1 to 14.
    pub keys: u8,
    /// Whether everybody may write; otherwise whoever has key 0.
    pub writable: bool,
    /// Whether Secure Dynamic Messaging can be switched on later (EV3).
    pub sdm: bool,
}

impl Layout {
    /// For a card with frames of 64 bytes.
    pub fn new(size: u16) -> Self {
        Layout { size, most: (0x3B, 0x34), keys: 1, writable: true, sdm: false }
    }

    /// The capability container's content.
    pub fn container(&self) -> CapabilityContainer {
        CapabilityContainer {
            read_most: self.most.0,
            write_most: self.most.1,
            file: MESSAGE,
            size: self.size,
            read_access: 0x00,
            write_access: if self.writable { 0x00 } else { 0xFF },
        }
    }

    /// The application, AES.
    pub fn application(&self) -> Option<CreateApplication> {
        Some(CreateApplication {
            aid: Aid::new(AID)?,
            settings: ApplicationSettings {
                key_settings: KeySettings::FACTORY,
                key_type: KeyType::Aes,
                keys: self.keys,
                iso_files: true,
                key_sets: None,
                iso: Some(IsoApplication { file_id: APPLICATION, name: DfName::new(&DF_NAME) }),
            },
        })
    }

    /// File 1: the container. Everybody reads, key 0 does the rest.
    pub fn container_file(&self) -> Option<CreateStdDataFile> {
        let owner = Right::Key(0);
        let rights = AccessRights { read: Right::Free, write: owner, read_write: owner, change: owner };
        Some(file(FileNo::new(1)?, CONTAINER, rights, U24::from(15), false))
    }

    /// File 2: the message. Everybody reads; who writes is the layout's choice.
    pub fn message_file(&self) -> Option<CreateStdDataFile> {
        let writer = if self.writable { Right::Free } else { Right::Key(0) };
        let rights = AccessRights { read: Right::Free, write: writer, read_write: writer, change: Right::Key(0) };
        Some(file(FileNo::new(2)?, MESSAGE, rights, U24::from(self.size), self.sdm))
    }
}

fn file(no: FileNo, iso_file_id: u16, rights: AccessRights, size: U24, sdm: bool) -> CreateStdDataFile {
    CreateStdDataFile { file: NewFile { no, iso_file_id: Some(iso_file_id), mode: CommMode::Plain, rights }, size, sdm }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desfire::command::Command;
    use desfire::{Channel, Framing};

    fn sent(command: &impl Command) -> Vec<u8> {
        Channel::new(Framing::Native, 64).begin(command.request()).unwrap()
    }

    /// libfreefare, examples/mifare-desfire-create-ndef: the bytes that phones are known to read.
    #[test]
    fn the_bytes_of_a_tag() {
        let layout = Layout::new(0x0800);
        let application = [0xCA, 0x01, 0x00, 0x00, 0x0F, 0xA1, 0x10, 0xE1, 0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
        assert_eq!(sent(&layout.application().unwrap()), application);
        assert_eq!(
            sent(&layout.container_file().unwrap()),
            [0xCD, 0x01, 0x03, 0xE1, 0x00, 0x00, 0xE0, 0x0F, 0x00, 0x00]
        );
        assert_eq!(sent(&layout.message_file().unwrap()), [0xCD, 0x02, 0x04, 0xE1, 0x00, 0xE0, 0xEE, 0x00, 0x08, 0x00]);
        assert_eq!(layout.container().encode()[..7], [0x00, 0x0F, 0x20, 0x00, 0x3B, 0x00, 0x34]);
    }

    #[test]
    fn a_locked_tag_is_written_with_its_key_only() {
        let layout = Layout { writable: false, ..Layout::new(256) };
        assert_eq!(sent(&layout.message_file().unwrap())[5..7], [0x00, 0xE0]);
        assert_eq!(layout.container().write_access, 0xFF);
    }
}
