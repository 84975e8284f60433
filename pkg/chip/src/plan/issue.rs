//! A blank becomes a card. Everything is written and read back under keys that open nothing yet; the card's own master key comes last,
//! and only when all the rest is proved. Cut off before, the card is a blank with leavings, which the next run takes off; cut off
//! after, it is issued.

use desfire::Key;
use desfire::U24;
use desfire::command::{
    ChangeKey, ChangeKeySettings, ChangeOwnKey, CommitTransaction, FormatPicc, GetKeyVersion, GetVersion, Opcode,
    SetDefaultKey, WriteData,
};

use super::Ending;
use super::host::Host;
use super::journal::{Intent, Reached, Standing};
use super::outcome::{How, Stop};
use super::recognise::Found;
use super::tag;
use crate::content::{Content, Files, Hash};
use crate::keys::{IdentityKey, KeyName, SetVersion, Stage};
use crate::layout::{IdentityFile, KEY_SETTINGS, Place};

/// What a run of [`super::Goal::Issue`] finds to do.
enum Task {
    /// The card is ready; only the proof of its master key is missing.
    Confirm(SetVersion),
    /// It is a blank with this set's transport key.
    Make {
        transport: SetVersion,
        /// An earlier run was cut off.
        anew: bool,
    },
}

fn task(found: &Found, hash: Hash) -> Result<Task, Stop> {
    match (found.stage, found.past.standing) {
        (Stage::Factory, _) => Err(Stop::Unkeyed),
        (Stage::Unknown(version), _) => Err(Stop::UnknownKey(version)),
        (Stage::Issued(set), Standing::Made { content, .. } | Standing::Issued { content, .. }) if content == hash => {
            Ok(Task::Confirm(set))
        }
        (Stage::Issued(_), Standing::Made { .. }) => Err(Stop::OtherContent),
        (Stage::Issued(_), Standing::Blanking) => Err(Stop::HalfWiped),
        (Stage::Issued(_), _) => Err(Stop::Issued),
        (Stage::Blank(_), Standing::Issued { .. }) => Err(Stop::NotAsJournalled),
        (Stage::Blank(_), Standing::Unknown | Standing::Blank) if found.ours > 0 => Err(Stop::NotAsJournalled),
        (Stage::Blank(transport), Standing::Unknown | Standing::Blank) => Ok(Task::Make { transport, anew: false }),
        // the journal says that it is ours and was never active
        (Stage::Blank(transport), _) => Ok(Task::Make { transport, anew: true }),
    }
}

pub(super) async fn issue(host: &mut Host, found: &Found, content: &Content, set: SetVersion) -> Ending {
    let hash = content.hash()?;
    let (set, how) = match task(found, hash)? {
        Task::Confirm(set) => (set, if found.past.unfinished { How::Finished } else { How::Confirmed }),
        Task::Make { transport, anew } => {
            let files = content.files(&found.uid, found.profile, host.keys(), set)?;
            let applications = Place::APPLICATIONS.into_iter().flat_map(|place| place.keys(found.profile)).copied();
            for name in applications.chain([KeyName::Default, KeyName::Picc]) {
                host.key(set, name, &found.uid)?;
            }
            host.mean(Intent::Issue { content: hash, set: set.get(), profile: found.profile });
            make(host, found, &files, transport, anew, set).await?;
            (set, if anew { How::Anew } else { How::Straight })
        }
    };
    let own = host.key(set, KeyName::Picc, &found.uid)?;
    host.open(Place::Picc, 0, &own).await?;
    host.through().await?;
    Ok((Reached::Issued { content: hash, set: set.get() }, how))
}

/// Everything but the proof of the card's own master key.
async fn make(
    host: &mut Host,
    found: &Found,
    files: &Files,
    transport: SetVersion,
    anew: bool,
    set: SetVersion,
) -> Result<(), Stop> {
    let transport = host.key(transport, KeyName::Transport, &found.uid)?;
    let default = host.key(set, KeyName::Default, &found.uid)?;

    host.open(Place::Picc, 0, &transport).await?;
    // without a session anybody may have told who the card is
    host.hold(&GetVersion, &found.version)?;
    if anew {
        host.act(&FormatPicc, Intent::Format)?;
    }
    host.act(&ChangeKeySettings(KEY_SETTINGS), Intent::Settings)?;
    host.act(&SetDefaultKey(default.clone()), Intent::DefaultKey { version: default.version() })?;
    for place in Place::APPLICATIONS {
        if let Some(creation) = place.creation(found.profile) {
            host.act(&creation, Intent::Application(place))?;
        }
    }

    host.open(Place::Identity, 0, &default).await?;
    for file in IdentityFile::ALL {
        host.act(&file.creation(), Intent::IdentityFile(file))?;
    }
    own_keys(host, found, Place::Identity, &default, set)?;
    let writer = KeyName::Identity(IdentityKey::Write);
    let key = host.key(set, writer, &found.uid)?;
    host.open(Place::Identity, IdentityKey::Write as u8, &key).await?;
    write(host, files, &files.record)?;
    // the master key's change was answered without proof; in this session its version is proved
    host.hold(&GetKeyVersion { key_no: IdentityKey::Master as u8, key_set: None }, &[set.get()])?;

    host.open(Place::Tag, 0, &default).await?;
    tag::create(host, found.profile)?;
    own_keys(host, found, Place::Tag, &default, set)?;
    let key = host.key(set, KeyName::Tag, &found.uid)?;
    host.open(Place::Tag, 0, &key).await?;
    tag::fill(host, found.profile, files, true)?;
    tag::read_back(host, found.profile, files)?;

    host.open(Place::Picc, 0, &transport).await?;
    let new = host.key(set, KeyName::Picc, &found.uid)?;
    let intent = Intent::Key { place: Place::Picc, number: 0, from: transport.version(), to: new.version() };
    host.tell(&ChangeOwnKey { key_no: 0, new, picc: true }, intent)
}

/// Gives an application its keys, its master key last.
fn own_keys(host: &mut Host, found: &Found, place: Place, default: &Key, set: SetVersion) -> Result<(), Stop> {
    let numbered: Vec<(u8, &KeyName)> = (0..).zip(place.keys(found.profile)).collect();
    for (number, name) in numbered.into_iter().rev() {
        let new = host.key(set, *name, &found.uid)?;
        let intent = Intent::Key { place, number, from: default.version(), to: new.version() };
        if number == 0 {
            host.tell(&ChangeOwnKey { key_no: number, new, picc: false }, intent)?;
        } else {
            host.act(&ChangeKey { key_no: number, new, old: default.clone() }, intent)?;
        }
    }
    Ok(())
}

/// Writes the identity files in one transaction, and holds what is read back against it. In a session of key 2.
pub(super) fn write(host: &mut Host, files: &Files, record: &[u8]) -> Result<(), Stop> {
    let all = [
        (IdentityFile::Record, record),
        (IdentityFile::Signature, files.signature.as_slice()),
        (IdentityFile::Access, &files.access),
        (IdentityFile::Timekeeping, &files.timekeeping),
    ];
    for (file, data) in all {
        let data = data.to_vec().into();
        let write = WriteData { file: file.data(), offset: U24::ZERO, data, opcode: Opcode::Native };
        host.act(&write, Intent::Data(file))?;
    }
    host.act(&CommitTransaction, Intent::Commit)?;
    for (file, data) in all {
        host.read_back(file.data(), data)?;
    }
    Ok(())
}
