//! Blanks: made from what the factory ships, or from a card that is one no more.

use desfire::Key;
use desfire::command::{ChangeKeySettings, ChangeOwnKey, FormatPicc, GetVersion};

use super::Ending;
use super::host::Host;
use super::journal::{Intent, Reached, Standing};
use super::outcome::{How, Stop};
use super::recognise::Found;
use crate::keys::{KeyName, SetVersion, Stage};
use crate::layout::{KEY_SETTINGS, Place};

/// Gives a blank its transport key.
pub(super) async fn key(host: &mut Host, found: &Found, set: SetVersion) -> Ending {
    let old = match found.stage {
        Stage::Factory => Key::factory(),
        Stage::Blank(old) => host.key(old, KeyName::Transport, &found.uid)?,
        Stage::Issued(_) => return Err(Stop::Issued),
        Stage::Unknown(version) => return Err(Stop::UnknownKey(version)),
    };
    if found.ours > 0 {
        return Err(Stop::NotAsJournalled);
    }
    host.key(set, KeyName::Transport, &found.uid)?;
    host.mean(Intent::Blank { set: set.get() });
    if found.stage == Stage::Blank(set) {
        confirm(host, found, set).await?;
        return Ok((Reached::Blank { set: set.get() }, How::Confirmed));
    }
    host.open(Place::Picc, 0, &old).await?;
    // the new key is this identifier's
    host.hold(&GetVersion, &found.version)?;
    host.act(&ChangeKeySettings(KEY_SETTINGS), Intent::Settings)?;
    hand_over(host, found, &old, set).await
}

/// Makes a blank of an issued card, or of one that was not finished.
pub(super) async fn wipe(host: &mut Host, found: &Found, set: SetVersion) -> Ending {
    let (name, old) = match found.stage {
        Stage::Issued(old) => (KeyName::Picc, old),
        Stage::Blank(old) => (KeyName::Transport, old),
        Stage::Factory => return Err(Stop::Unkeyed),
        Stage::Unknown(version) => return Err(Stop::UnknownKey(version)),
    };
    // applications under a transport key are taken off only where the journal says that they were never active
    let format = match (found.stage, found.past.standing) {
        (Stage::Blank(_), Standing::Making | Standing::Made { .. } | Standing::Blanking) => true,
        (Stage::Blank(_), _) if found.ours > 0 => return Err(Stop::NotAsJournalled),
        (Stage::Blank(_), _) => false,
        (Stage::Issued(_), standing) => standing != Standing::Blanking || found.ours > 0,
        (Stage::Factory | Stage::Unknown(_), _) => false,
    };
    host.key(set, KeyName::Transport, &found.uid)?;
    let key = host.key(old, name, &found.uid)?;
    host.mean(Intent::Blank { set: set.get() });
    host.open(Place::Picc, 0, &key).await?;
    if format {
        host.act(&FormatPicc, Intent::Format)?;
    }
    if found.stage == Stage::Blank(set) {
        host.through().await?;
        let how = if format { How::Finished } else { How::Confirmed };
        return Ok((Reached::Blank { set: set.get() }, how));
    }
    hand_over(host, found, &key, set).await
}

/// The transport key takes the place of the session's.
async fn hand_over(host: &mut Host, found: &Found, old: &Key, set: SetVersion) -> Ending {
    let new = host.key(set, KeyName::Transport, &found.uid)?;
    let (from, to) = (old.version(), new.version());
    let intent = Intent::Key { place: Place::Picc, number: 0, from, to };
    host.tell(&ChangeOwnKey { key_no: 0, new, picc: true }, intent)?;
    confirm(host, found, set).await?;
    let how = if found.past.unfinished { How::Finished } else { How::Straight };
    Ok((Reached::Blank { set: set.get() }, how))
}

/// Only a session with the new key tells that the card took it.
async fn confirm(host: &mut Host, found: &Found, set: SetVersion) -> Result<(), Stop> {
    let key = host.key(set, KeyName::Transport, &found.uid)?;
    host.open(Place::Picc, 0, &key).await?;
    host.through().await.map(drop)
}
