//! Who is in the field, and what it is: identifier, generation, versions of keys, directory, and what the journal has of it. Nothing of
//! it needs a key, and nothing of it is believed: a session with a key of exactly this card is what proves it.

use std::sync::Arc;

use desfire::command::{Command, GetApplicationIds, GetKeyVersion, GetVersion, ReadSig, Version};
use desfire::originality::is_genuine;
use desfire::{Aid, Answer, Error, Key};

use super::host::Host;
use super::journal::{Past, Standing};
use super::outcome::{Left, Stop};
use super::{Asks, OPENING, Order};
use crate::batch::{Batch, Then};
use crate::keys::{KeyFault, KeyName, Keys, NoKey, SetVersion, Stage, Uid};
use crate::layout::Place;
use crate::profile::Profile;

/// A card as it shows itself.
pub(super) struct Found {
    pub uid: Uid,
    pub profile: Profile,
    /// GetVersion's answer, to be held against what the card says in a session.
    pub version: Vec<u8>,
    pub stage: Stage,
    /// How many applications are there that are ours, or were made in our name.
    pub ours: usize,
    /// Versions of the applications' keys, by place and number, as far as they were asked for.
    keys: Vec<((Place, u8), u8)>,
    pub past: Past,
}

impl Found {
    /// The version of an application's key.
    pub fn key(&self, place: Place, number: u8) -> Result<u8, Stop> {
        let found = self.keys.iter().find(|(key, _)| *key == (place, number));
        found.map(|(_, version)| *version).ok_or(Stop::NotAsJournalled)
    }
}

impl Asks {
    /// Keys of the applications whose versions are needed.
    fn wanted(self) -> &'static [(Place, &'static [u8])] {
        match self {
            Asks::Card => &[],
            Asks::Content => &[(Place::Identity, &[2]), (Place::Tag, &[0])],
            // how many the tag has, its generation says; a card answers that it has no such key
            Asks::Keys => &[(Place::Identity, &[0, 1, 2, 3, 4]), (Place::Tag, &[0, 1, 2])],
        }
    }
}

/// Where the answers to the questions stand in what the batch brings.
struct Asked {
    version: usize,
    stage: usize,
    directory: usize,
    signature: Option<usize>,
    /// Place and number of a key, its application's selection, and its version.
    keys: Vec<((Place, u8), usize, usize)>,
}

/// The questions; `signature`: the maker's is one of them.
fn ask(host: &mut Host, asks: Asks, signature: bool) -> Result<Asked, Stop> {
    host.select(Place::Picc)?;
    let version = host.ask(&GetVersion, Then::Done)?;
    let stage = host.ask(&GetKeyVersion { key_no: 0, key_set: None }, Then::Done)?;
    let directory = host.ask(&GetApplicationIds, Then::Done)?;
    // an EV1 answers that it does not know the command
    let signature = signature.then(|| host.ask(&ReadSig, Then::Any)).transpose()?;
    let mut keys = Vec::new();
    for (place, numbers) in asks.wanted() {
        let selected = host.try_select(*place)?;
        for number in *numbers {
            let at = host.ask(&GetKeyVersion { key_no: *number, key_set: None }, Then::Any)?;
            keys.push(((*place, *number), selected, at));
        }
    }
    Ok(Asked { version, stage, directory, signature, keys })
}

/// The questions as a batch, for whoever asks them before there is a run.
pub(super) fn opening(asks: Asks, signature: bool) -> Batch {
    /// No question needs a key.
    struct None;
    impl Keys for None {
        fn card_key(&self, set: SetVersion, name: KeyName, _: &Uid) -> Result<Key, KeyFault> {
            Err(NoKey { set: set.get(), name }.into())
        }
        fn sign_card(&self, set: SetVersion, _: &[u8]) -> Result<[u8; 64], KeyFault> {
            Err(KeyFault::NoSigner { set: set.get() })
        }
    }
    let mut host = Host::new(Arc::default(), 0, Arc::new(None), Box::new(|_| {}));
    // what cannot be framed is asked by the run itself, which says why it cannot
    let steps = ask(&mut host, asks, signature).map_or(Vec::new(), |_| host.steps());
    Batch { run: OPENING, number: 1, steps }
}

/// One round trip, then the journal.
pub(super) async fn card(host: &mut Host, order: &Order) -> Result<Found, Stop> {
    let Asked { version, stage, directory, signature, keys: asked } =
        ask(host, order.goal.asks(), !order.makers.is_empty())?;
    let answers = host.through().await?;
    let raw = |at: usize| answers.get(at).map_or(&[][..], |answer| answer.as_slice());

    let version_data = data(raw(version));
    let version = told(&GetVersion, raw(version))?;
    let profile = fit(host, &version)?;
    if let Some(expected) = order.card.filter(|expected| *expected != version.uid) {
        return Err(Stop::WrongCard { expected, found: version.uid });
    }
    if let Some(at) = signature.filter(|_| profile.has_originality()) {
        let signature = told(&ReadSig, raw(at)).map_err(|_| Stop::Counterfeit)?;
        if !order.makers.iter().any(|maker| is_genuine(&version.uid, &signature, maker)) {
            return Err(Stop::Counterfeit);
        }
    }
    let stage = Stage::of(told(&GetKeyVersion { key_no: 0, key_set: None }, raw(stage))?);
    let directory = told(&GetApplicationIds, raw(directory))?;
    let ours = |aid: &Aid| Place::APPLICATIONS.iter().any(|place| place.aid() == *aid);
    let past = Past::of(&host.journal(version.uid).await);
    // an EV1 makes applications without a MAC on the command: one with an identifier that was changed on the way counts as leavings
    let leavings = matches!((stage, past.standing), (Stage::Blank(_), Standing::Making | Standing::Blanking));
    if !leavings && directory.iter().any(|aid| !ours(aid)) {
        return Err(Stop::foreign(directory.into_iter().filter(|aid| !ours(aid))));
    }
    let there = |at: usize| raw(at).ends_with(&[0x91, 0x00]);
    let keys = asked.into_iter().filter(|(_, selected, at)| there(*selected) && there(*at));
    let keys = keys.filter_map(|(key, _, at)| Some((key, *raw(at).first()?))).collect();
    match (stage, past.standing) {
        (Stage::Issued(_), Standing::Made { .. }) => host.leave(Left::Open),
        _ if past.unfinished => host.leave(Left::Underway),
        _ => {}
    }
    Ok(Found { uid: version.uid, profile, version: version_data, stage, ours: directory.len(), keys, past })
}

fn fit(host: &mut Host, version: &Version) -> Result<Profile, Stop> {
    let profile = Profile::of(version).map_err(Stop::Unfit);
    if version.uid == [0; 7] {
        profile?;
        return Err(Stop::RandomId);
    }
    match profile {
        Ok(profile) => host.know(version.uid, profile),
        Err(_) => host.know_uid(version.uid),
    }
    profile
}

/// The data of an answer without its status.
fn data(answer: &[u8]) -> Vec<u8> {
    answer.split_last_chunk::<2>().map_or(Vec::new(), |(data, _)| data.to_vec())
}

fn told<C: Command>(command: &C, answer: &[u8]) -> Result<C::Reply, Stop> {
    let altered = |_: Error| Stop::Altered { command: command.request().code() };
    command.reply(&Answer { data: data(answer), frames: Vec::new() }).map_err(altered)
}
