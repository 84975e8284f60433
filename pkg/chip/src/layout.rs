//! What is on the chip, as data: applications, files, sizes, access rights. README shows it as a table.

use desfire::command::{
    ApplicationSettings, CreateApplication, CreateBackupDataFile, CreateStdDataFile, DataFile, KeySettings, NewFile,
};
use desfire::{AccessRights, Aid, CommMode, FileNo, KeyCount, KeyNo, KeyType, Right, U24};
use ndef::tag;
use serde::{Deserialize, Serialize};

use crate::keys::{IdentityKey, KeyName};
use crate::profile::Profile;

/// Bytes of the record's file: two for its length, then the record.
pub const RECORD_SIZE: u16 = 480;
/// Bytes of the signature's file: the set whose key signed, then the signature.
pub const SIGNATURE_SIZE: usize = 65;
/// Bytes of each code's file.
pub const CODE_SIZE: usize = 16;
/// Bytes of the message's file: two for its length, then the message.
pub const MESSAGE_SIZE: u16 = 192;

/// Who may do what with the card itself and with each application: everybody lists, only key 0 creates, deletes, and changes keys.
pub const KEY_SETTINGS: KeySettings = KeySettings { free_create_delete: false, ..KeySettings::FACTORY };

/// A level of the card that has keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// The card itself.
    Picc,
    /// The identity application.
    Identity,
    /// The Type 4 Tag that phones read.
    Tag,
}

impl Place {
    /// The applications.
    pub const APPLICATIONS: [Place; 2] = [Place::Identity, Place::Tag];

    /// Its identifier.
    pub const fn aid(self) -> Aid {
        match self {
            Place::Picc => Aid::PICC,
            Place::Identity => Aid::of::<0x56_4E01>(),
            Place::Tag => Aid::of::<{ tag::AID }>(),
        }
    }

    /// Its keys, by number.
    pub fn keys(self, profile: Profile) -> &'static [KeyName] {
        const TAG: &[KeyName] = &[KeyName::Tag, KeyName::SdmMeta, KeyName::SdmFile];
        match self {
            Place::Picc => &[KeyName::Picc],
            Place::Identity => &[
                KeyName::Identity(IdentityKey::Master),
                KeyName::Identity(IdentityKey::Read),
                KeyName::Identity(IdentityKey::Write),
                KeyName::Identity(IdentityKey::Access),
                KeyName::Identity(IdentityKey::Timekeeping),
            ],
            Place::Tag if profile.has_sun() => TAG,
            Place::Tag => &TAG[..1],
        }
    }

    /// What creates it; `None` for the card itself.
    pub fn creation(self, profile: Profile) -> Option<CreateApplication> {
        match self {
            Place::Picc => None,
            Place::Identity => Some(CreateApplication {
                aid: self.aid(),
                settings: ApplicationSettings {
                    key_settings: KEY_SETTINGS,
                    key_type: KeyType::Aes,
                    keys: KeyCount::of::<5>(),
                    iso_files: false,
                    key_sets: None,
                    vc_keys: false,
                    capability_data: false,
                    iso: None,
                },
            }),
            Place::Tag => {
                let mut creation = tag(profile).application()?;
                creation.settings.key_settings = KEY_SETTINGS;
                Some(creation)
            }
        }
    }
}

/// A file of the identity application. All of them are backup files: what is written counts with the commit, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum IdentityFile {
    /// The identity record.
    Record,
    /// The signature over record and identifier.
    Signature,
    /// The code for door systems.
    Access,
    /// The code for timekeeping systems.
    Timekeeping,
}

impl IdentityFile {
    /// All, by number.
    pub const ALL: [IdentityFile; 4] =
        [IdentityFile::Record, IdentityFile::Signature, IdentityFile::Access, IdentityFile::Timekeeping];

    /// Number.
    pub const fn number(self) -> FileNo {
        match self {
            IdentityFile::Record => FileNo::of::<1>(),
            IdentityFile::Signature => FileNo::of::<2>(),
            IdentityFile::Access => FileNo::of::<3>(),
            IdentityFile::Timekeeping => FileNo::of::<4>(),
        }
    }

    /// Bytes.
    pub const fn size(self) -> u16 {
        match self {
            IdentityFile::Record => RECORD_SIZE,
            IdentityFile::Signature => SIGNATURE_SIZE as u16,
            IdentityFile::Access | IdentityFile::Timekeeping => CODE_SIZE as u16,
        }
    }

    /// Who may do what.
    pub const fn rights(self) -> AccessRights {
        let reader = match self {
            IdentityFile::Record | IdentityFile::Signature => IdentityKey::Read,
            IdentityFile::Access => IdentityKey::Access,
            IdentityFile::Timekeeping => IdentityKey::Timekeeping,
        };
        AccessRights {
            read: right(reader),
            write: right(IdentityKey::Write),
            read_write: right(IdentityKey::Write),
            change: right(IdentityKey::Master),
        }
    }

    /// What creates it.
    pub fn creation(self) -> CreateBackupDataFile {
        let file = NewFile { no: self.number(), iso_file_id: None, mode: CommMode::Full, rights: self.rights() };
        CreateBackupDataFile { file, size: U24::from(self.size()) }
    }

    /// As data are exchanged with it.
    pub fn data(self) -> DataFile {
        DataFile { no: self.number(), mode: CommMode::Full }
    }
}

const fn right(key: IdentityKey) -> Right {
    Right::Key(match key {
        IdentityKey::Master => KeyNo::of::<0>(),
        IdentityKey::Read => KeyNo::of::<1>(),
        IdentityKey::Write => KeyNo::of::<2>(),
        IdentityKey::Access => KeyNo::of::<3>(),
        IdentityKey::Timekeeping => KeyNo::of::<4>(),
    })
}

/// The Type 4 Tag: everybody reads, key 0 writes.
pub fn tag(profile: Profile) -> tag::Layout {
    let keys = if profile.has_sun() { KeyCount::of::<3>() } else { KeyCount::of::<1>() };
    tag::Layout { keys, writable: false, sdm: profile.has_sun(), ..tag::Layout::new(MESSAGE_SIZE) }
}

/// The tag's files in their order: the capability container and the message.
pub fn tag_files(profile: Profile) -> [Option<CreateStdDataFile>; 2] {
    let layout = tag(profile);
    [layout.container_file(), layout.message_file()]
}

/// Bytes of memory: blocks of 32; one for an application's or a file's own settings, a backup file's data twice.
pub fn memory(profile: Profile) -> u32 {
    let blocks = |bytes: u32| bytes.next_multiple_of(32);
    let keys = |place: Place| blocks(32 + 16 * place.keys(profile).len() as u32);
    let backup = |file: IdentityFile| 32 + 2 * blocks(u32::from(file.size()));
    let standard = |file: Option<CreateStdDataFile>| file.map_or(0, |file| 32 + blocks(file.size.get()));
    keys(Place::Identity)
        + IdentityFile::ALL.into_iter().map(backup).sum::<u32>()
        + keys(Place::Tag)
        + tag_files(profile).into_iter().map(standard).sum::<u32>()
}

/// The table as README has it.
pub fn table() -> String {
    let mut rows = vec![
        "| where | what | bytes | read | write | change | travels |".to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    let mut row = |columns: [String; 7]| rows.push(format!("| {} |", columns.join(" | ")));
    let key = |right: Right| match right {
        Right::Key(no) => format!("key {}", no.get()),
        Right::Free => "everybody".to_owned(),
        Right::Never => "nobody".to_owned(),
    };
    let dash = || "–".to_owned();
    let head = |place: &str, what: String| [place.to_owned(), what, dash(), dash(), dash(), dash(), dash()];
    row(head("card", "key 0: transport key on a blank, the card's own master key once it is issued".to_owned()));
    let aid = Place::Identity.aid().get();
    let what = "5 AES keys: 0 master, 1 read identity, 2 issuer write, 3 access control, 4 timekeeping";
    row(head(&format!("application {aid:06X}"), what.to_owned()));
    for file in IdentityFile::ALL {
        let what = match file {
            IdentityFile::Record => "identity record (CBOR behind two bytes of length)",
            IdentityFile::Signature => "key set, and its Ed25519 signature over identifier and record",
            IdentityFile::Access => "access code",
            IdentityFile::Timekeeping => "timekeeping code",
        };
        let rights = file.rights();
        let read = format!("{}, {}", key(rights.read), key(rights.read_write));
        let number = format!("file {}, backup", file.number().get());
        let (write, change) = (key(rights.write), key(rights.change));
        row([number, what.to_owned(), file.size().to_string(), read, write, change, "enciphered".to_owned()]);
    }
    let aid = Place::Tag.aid().get();
    let what = "Type 4 Tag, AES: key 0 master; on EV3 also 1 SDM meta read, 2 SDM file read";
    row(head(&format!("application {aid:06X}"), what.to_owned()));
    let contents = ["capability container", "link of the public page: signed, on EV3 SUN"];
    for (file, what) in tag_files(Profile::C).into_iter().flatten().zip(contents) {
        let NewFile { no, iso_file_id, rights, .. } = file.file;
        let number = format!("file {} ({:04X}), standard", no.get(), iso_file_id.unwrap_or_default());
        let size = file.size.get().to_string();
        let (read, write, change) = (key(rights.read), key(rights.write), key(rights.change));
        row([number, what.to_owned(), size, read, write, change, "in clear, with a MAC in sessions".to_owned()]);
    }
    rows.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_fits_two_kilobytes() {
        let memory = Profile::ALL.map(memory);
        assert_eq!(memory, [1888, 1888, 1920]);
        assert!(memory.iter().all(|bytes| *bytes <= 2048));
    }

    #[test]
    fn each_application_has_room_for_its_keys() {
        for profile in Profile::ALL {
            for place in Place::APPLICATIONS {
                let keys = place.creation(profile).unwrap().settings.keys;
                assert_eq!(usize::from(keys.get()), place.keys(profile).len());
            }
        }
    }
}
