//! An issued card gets other content: the identity files change at once with their commit; the tag is repaired where an earlier run was
//! torn away.

use super::Ending;
use super::host::Host;
use super::issue::write;
use super::journal::{Intent, Reached, Standing};
use super::outcome::{How, Stop};
use super::recognise::Found;
use super::tag;
use crate::content::Content;
use crate::keys::{IdentityKey, KeyName, SetVersion, Stage};
use crate::layout::Place;

pub(super) async fn update(host: &mut Host, found: &Found, content: &Content) -> Ending {
    issued(found)?;
    let hash = content.hash()?;
    // a session with this key proves its set; the card's own stage is only said
    let set = set_of(found, Place::Identity, IdentityKey::Write as u8)?;
    let files = content.files(&found.uid, found.profile, host.keys(), set)?;
    let again = found.past.unfinished;
    let writer = KeyName::Identity(IdentityKey::Write);
    let key = host.key(set, writer, &found.uid)?;
    let tag_key = host.key(set_of(found, Place::Tag, 0)?, KeyName::Tag, &found.uid)?;
    host.mean(Intent::Update { content: hash });
    host.open(Place::Identity, IdentityKey::Write as u8, &key).await?;
    // to the file's end: nothing of a longer record stays
    write(host, &files, &files.whole_record())?;

    host.open(Place::Tag, 0, &tag_key).await?;
    let mut repaired = found.past.link == Some(files.link());
    if repaired {
        tag::read_back(host, found.profile, &files)?;
        match host.through().await {
            Ok(_) => {}
            // the tag holds something else than the journal says
            Err(Stop::Altered { .. }) => {
                host.open(Place::Tag, 0, &tag_key).await?;
                repaired = false;
            }
            Err(stop) => return Err(stop),
        }
    }
    if !repaired {
        tag::fill(host, found.profile, &files, false)?;
        tag::read_back(host, found.profile, &files)?;
        host.through().await?;
    }
    Ok((Reached::Updated { content: hash }, if again { How::Finished } else { How::Straight }))
}

/// Only a card that is issued, with nothing of its making left open.
pub(super) fn issued(found: &Found) -> Result<SetVersion, Stop> {
    // it was proved when the card was made; now anybody may have told it
    if found.past.profile.is_some_and(|profile| profile != found.profile) {
        return Err(Stop::NotAsJournalled);
    }
    match (found.stage, found.past.standing) {
        (Stage::Factory, _) => Err(Stop::Unkeyed),
        (Stage::Unknown(version), _) => Err(Stop::UnknownKey(version)),
        (Stage::Blank(_), _) => Err(Stop::NotIssued),
        (Stage::Issued(_), Standing::Blanking) => Err(Stop::HalfWiped),
        // issuing it proves it first
        (Stage::Issued(_), Standing::Made { .. }) => Err(Stop::NotIssued),
        (Stage::Issued(_), Standing::Making | Standing::Blank) => Err(Stop::NotAsJournalled),
        (Stage::Issued(_), _) if found.ours < Place::APPLICATIONS.len() => Err(Stop::NotAsJournalled),
        (Stage::Issued(set), _) => Ok(set),
    }
}

/// The set that an application's key belongs to, as its version says.
pub(super) fn set_of(found: &Found, place: Place, number: u8) -> Result<SetVersion, Stop> {
    let version = found.key(place, number)?;
    SetVersion::new(version).ok_or(Stop::UnknownKey(version))
}
