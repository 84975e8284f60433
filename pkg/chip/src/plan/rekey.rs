//! An issued card gets the keys of another set, one by one; versions tell which are done. Each application's master key comes after
//! its others, the card's own last.

use desfire::command::{ChangeKey, ChangeOwnKey, GetKeyVersion};

use super::Ending;
use super::host::Host;
use super::journal::{Intent, Reached};
use super::outcome::{How, Stop};
use super::recognise::Found;
use super::update::{issued, set_of};
use crate::keys::{KeyName, SetVersion};
use crate::layout::Place;

pub(super) async fn rekey(host: &mut Host, found: &Found, set: SetVersion) -> Ending {
    let own = issued(found)?;
    let again = found.past.unfinished;
    for (place, number, name) in all(found) {
        let old = if place == Place::Picc { own } else { set_of(found, place, number)? };
        host.key(old, name, &found.uid)?;
        host.key(set, name, &found.uid)?;
    }
    host.mean(Intent::Rekey { set: set.get() });
    for place in Place::APPLICATIONS {
        application(host, found, place, set).await?;
    }
    if own != set {
        let old = host.key(own, KeyName::Picc, &found.uid)?;
        host.open(Place::Picc, 0, &old).await?;
        change_own(host, found, Place::Picc, KeyName::Picc, (own, set))?;
    }
    let key = host.key(set, KeyName::Picc, &found.uid)?;
    host.open(Place::Picc, 0, &key).await?;
    host.through().await?;
    Ok((Reached::Rekeyed { set: set.get() }, if again { How::Finished } else { How::Straight }))
}

/// Every key of the card.
fn all(found: &Found) -> impl Iterator<Item = (Place, u8, KeyName)> {
    let places = [Place::Identity, Place::Tag, Place::Picc].into_iter();
    let profile = found.profile;
    places.flat_map(move |place| (0..).zip(place.keys(profile)).map(move |(number, name)| (place, number, *name)))
}

async fn application(host: &mut Host, found: &Found, place: Place, set: SetVersion) -> Result<(), Stop> {
    let names = place.keys(found.profile);
    let master = names.first().copied().unwrap_or(KeyName::Picc);
    let own = set_of(found, place, 0)?;
    let mut done = Vec::new();
    let mut open = false;
    for (number, name) in (0..).zip(names).skip(1) {
        let old = set_of(found, place, number)?;
        if old == set {
            done.push(number);
            continue;
        }
        if !open {
            let key = host.key(own, master, &found.uid)?;
            host.open(place, 0, &key).await?;
            open = true;
        }
        let (new, old) = (host.key(set, *name, &found.uid)?, host.key(old, *name, &found.uid)?);
        let intent = Intent::Key { place, number, from: old.version(), to: new.version() };
        host.act(&ChangeKey { key_no: number, new, old }, intent)?;
    }
    if own != set {
        if !open {
            let key = host.key(own, master, &found.uid)?;
            host.open(place, 0, &key).await?;
        }
        change_own(host, found, place, master, (own, set))?;
        open = false;
    }
    if !open {
        let key = host.key(set, master, &found.uid)?;
        host.open(place, 0, &key).await?;
    }
    for number in done {
        // that it is done was said without proof
        host.hold(&GetKeyVersion { key_no: number, key_set: None }, &[set.get()])?;
    }
    Ok(())
}

fn change_own(
    host: &mut Host,
    found: &Found,
    place: Place,
    name: KeyName,
    (from, to): (SetVersion, SetVersion),
) -> Result<(), Stop> {
    let new = host.key(to, name, &found.uid)?;
    let intent = Intent::Key { place, number: 0, from: from.get(), to: to.get() };
    host.tell(&ChangeOwnKey { key_no: 0, new, picc: place == Place::Picc }, intent)
}
