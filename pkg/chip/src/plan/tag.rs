//! The tag that phones read: its message is in a standard file, which readers need, so it is written in the order that survives a card
//! torn away: length zero, the bytes, the length.

use desfire::command::{ChangeFileSettings, CreateStdDataFile, DataFile, Opcode, WriteData};
use desfire::{CommMode, U24};

use super::host::Host;
use super::journal::Intent;
use super::outcome::Stop;
use crate::content::Files;
use crate::layout::{MESSAGE_SIZE, tag, tag_files};
use crate::profile::Profile;

fn data(file: &CreateStdDataFile) -> DataFile {
    DataFile { no: file.file.no, mode: CommMode::Plain }
}

fn write(file: &CreateStdDataFile, offset: u16, data: &[u8]) -> WriteData {
    let file = self::data(file);
    WriteData { file, offset: U24::from(offset), data: data.to_vec().into(), opcode: Opcode::Native }
}

/// Creates the files. In a session of key 0.
pub(super) fn create(host: &mut Host, profile: Profile) -> Result<(), Stop> {
    for file in tag_files(profile).iter().flatten() {
        host.act(file, Intent::TagFile(file.file.no.get()))?;
    }
    Ok(())
}

/// Writes container and message. In a session of key 0. `fresh`: nothing was ever written.
pub(super) fn fill(host: &mut Host, profile: Profile, files: &Files, fresh: bool) -> Result<(), Stop> {
    let [Some(container), Some(message)] = tag_files(profile) else { return Ok(()) };
    let intent = Intent::Message(files.link());
    host.act(&write(&container, 0, &tag(profile).container().encode()), Intent::Container)?;
    let (length, bytes) = files.message.split_at_checked(2).unwrap_or_default();
    let mut bytes = bytes.to_vec();
    host.mean(intent.clone());
    if !fresh {
        host.hold(&write(&message, 0, &[0x00, 0x00]), &[])?;
        // nothing of a longer one stays
        bytes.resize(usize::from(MESSAGE_SIZE).saturating_sub(length.len()), 0x00);
    }
    host.hold(&write(&message, 2, &bytes), &[])?;
    if let Some(sdm) = files.sdm {
        let change = ChangeFileSettings {
            no: message.file.no,
            mode: message.file.mode,
            rights: message.file.rights,
            additional: Vec::new(),
            sdm: Some(sdm),
            tmc_limit: None,
            free: false,
        };
        host.act(&change, Intent::DynamicLink)?;
    }
    host.act(&write(&message, 0, length), intent)
}

/// Holds what the tag has against what it should have.
pub(super) fn read_back(host: &mut Host, profile: Profile, files: &Files) -> Result<(), Stop> {
    let [Some(container), Some(message)] = tag_files(profile) else { return Ok(()) };
    for (file, expected) in [(container, tag(profile).container().encode().as_slice()), (message, &files.message)] {
        host.read_back(data(&file), expected)?;
    }
    Ok(())
}
