//! A DESFire application that phones take for a Type 4 Tag: what has to be created, and with which rights.

use desfire::command::{
    ApplicationSettings, ChangeFileSettings, CreateApplication, CreateStdDataFile, IsoApplication, KeySettings, NewFile,
};
use desfire::sdm::SdmSettings;
use desfire::{AccessRights, Aid, CommMode, DfName, FileNo, KeyCount, KeyNo, KeyType, Right, U24};

use super::{CONTAINER, CapabilityContainer, DF_NAME, Piece};

/// Identifier of the application: any would do, this one is usual.
pub const AID: u32 = 0x00_0001;
/// ISO identifier of the application.
const APPLICATION: u16 = 0xE110;
const CONTAINER_FILE: FileNo = FileNo::of::<1>();
const MESSAGE_FILE: FileNo = FileNo::of::<2>();
/// ISO identifier of the file with the message.
const MESSAGE: u16 = 0xE104;

/// Sizes and rights of the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of the message's file, its length included.
    pub size: u16,
    /// Bytes that one command moves: MLe and MLc.
    pub most: (u16, u16),
    /// Keys of the application.
    pub keys: KeyCount,
    /// Whether everybody may write; otherwise whoever has key 0.
    pub writable: bool,
    /// Whether Secure Dynamic Messaging can be switched on later (EV3).
    pub sdm: bool,
}

impl Layout {
    /// For a card with frames of 64 bytes.
    pub fn new(size: u16) -> Self {
        Layout { size, most: (0x3B, 0x34), keys: KeyCount::of::<1>(), writable: true, sdm: false }
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
                vc_keys: false,
                capability_data: false,
                iso: Some(IsoApplication { file_id: APPLICATION, name: DfName::new(&DF_NAME) }),
            },
        })
    }

    /// File 1: the container. Everybody reads, key 0 does the rest.
    pub fn container_file(&self) -> Option<CreateStdDataFile> {
        let owner = Right::Key(KeyNo::of::<0>());
        let rights = AccessRights { read: Right::Free, write: owner, read_write: owner, change: owner };
        Some(file(CONTAINER_FILE, CONTAINER, rights, U24::from(15), false))
    }

    /// File 2: the message. Everybody reads; who writes is the layout's choice.
    pub fn message_file(&self) -> Option<CreateStdDataFile> {
        Some(file(MESSAGE_FILE, MESSAGE, self.message_rights(), U24::from(self.size), self.sdm))
    }

    fn message_rights(&self) -> AccessRights {
        let owner = Right::Key(KeyNo::of::<0>());
        let writer = if self.writable { Right::Free } else { owner };
        AccessRights { read: Right::Free, write: writer, read_write: writer, change: owner }
    }

    /// What locks a tag of this layout that everybody could write, in this order and in a session of key 0: the rights of the
    /// message's file, then a piece of the container, which tells phones so. Torn away in between, the card refuses what phones
    /// still try; both can be done again. `sdm`: what is on the file, which the command would take off.
    pub fn lock(&self, sdm: Option<SdmSettings>) -> (ChangeFileSettings, Piece) {
        let locked = Layout { writable: false, ..*self };
        let settings = ChangeFileSettings {
            no: MESSAGE_FILE,
            mode: CommMode::Plain,
            rights: locked.message_rights(),
            additional: Vec::new(),
            sdm,
            tmc_limit: None,
            free: false,
        };
        (settings, Piece { offset: 14, data: vec![locked.container().write_access] })
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
