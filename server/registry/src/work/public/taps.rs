//! A tap: what an EV3's link says of who was tapped and how often. It counts once: before anybody is told that a tap is genuine, its
//! counter is on the disk. Taps that come at the same moment are checked together and committed together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chip::content::link::Tapped;
use chip::keys::{Key, KeyFault, KeyName, SetVersion, Uid};
use contract::{Failure, Outage};
use tokio::sync::{mpsc, oneshot};

use super::{Cards, Shown};
use crate::card_vault::CardVault;
use crate::hex::hex;
use crate::store::public::{self, Tap};
use crate::{Store, Tx};

/// Taps in one commit.
const BATCH: usize = 512;
/// Taps that may wait; who comes then is told to tap again.
const QUEUE: usize = 4096;

/// What a tap proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This card's own chip made this link, just now or at least never seen before.
    Genuine(Shown),
    /// The very link that was opened then: a copy of it, or the page loaded anew.
    Copied {
        /// When, Unix milliseconds.
        at_ms: i64,
    },
    /// A link from before the last tap.
    Old,
    /// No chip of a card of ours made it.
    Unknown,
}

/// Where taps are handed in.
#[derive(Clone)]
pub struct Taps {
    queue: mpsc::Sender<Waiting>,
}

struct Waiting {
    tapped: Tapped,
    at_ms: i64,
    reply: oneshot::Sender<Result<Verdict, Failure>>,
}

/// A tap that its card made: its chip, counter, and the number of the card's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Made {
    uid: Uid,
    counter: u32,
    code: u32,
}

/// What became of a tap's counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Higher,
    Same { at_ms: i64 },
    Lower,
}

impl Taps {
    /// Begins to check taps, until the last handle is gone.
    pub fn start(store: Store, vault: Arc<dyn CardVault>, cards: Arc<Cards>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(work(store, vault, cards, waiting));
        Taps { queue }
    }

    /// What a tap proves. Its counter is on the disk when this says that it is genuine.
    ///
    /// # Errors
    /// [`Outage`]: it was not checked, or its counter could not be kept.
    pub async fn check(&self, tapped: Tapped, at_ms: i64) -> Result<Verdict, Failure> {
        let (reply, answer) = oneshot::channel();
        let busy = Failure::Unavailable { why: Outage::Busy };
        if self.queue.try_send(Waiting { tapped, at_ms, reply }).is_err() {
            return Err(busy);
        }
        answer.await.unwrap_or(Err(busy))
    }
}

async fn work(store: Store, vault: Arc<dyn CardVault>, cards: Arc<Cards>, mut queue: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let taken = std::mem::take(&mut batch);
        let (keys, known) = (vault.clone(), cards.clone());
        // a token may take its time
        let opened = tokio::task::spawn_blocking(move || {
            let mut metas = MetaKeys::default();
            let open = |waiting: Waiting| {
                let made =
                    known.ready(waiting.at_ms).and_then(|()| open(keys.as_ref(), &known, &mut metas, &waiting.tapped));
                (waiting, made)
            };
            taken.into_iter().map(open).collect::<Vec<_>>()
        });
        // a panic would have been logged where it happened, and whoever waits is told that it is busy
        let Ok(opened) = opened.await else { continue };
        let mut genuine = Vec::with_capacity(opened.len());
        for (waiting, made) in opened {
            match made {
                Ok(Some(made)) => genuine.push((waiting, made)),
                Ok(None) => answer(waiting, Ok(Verdict::Unknown)),
                Err(failure) => answer(waiting, Err(failure)),
            }
        }
        count(&store, &cards, genuine).await;
    }
}

/// Who goes away gets no answer; the tap counts all the same.
fn answer(waiting: Waiting, verdict: Result<Verdict, Failure>) {
    drop(waiting.reply.send(verdict));
}

/// The tap, if a chip of ours made it.
fn open(vault: &dyn CardVault, cards: &Cards, metas: &mut MetaKeys, tapped: &Tapped) -> Result<Option<Made>, Failure> {
    for set in cards.sets() {
        let Some((uid, counter)) = metas.says(vault, set, tapped)? else { continue };
        // a key that is not the right one gives an identifier by chance
        let Some((code, own)) = cards.of_chip(&uid) else { continue };
        if own != set {
            continue;
        }
        match vault.card_key(set, KeyName::SdmFile, &uid) {
            Ok(key) if tapped.is_by(&key, (uid, counter)) => return Ok(Some(Made { uid, counter, code })),
            Ok(_) | Err(KeyFault::NoKey(_) | KeyFault::NoSigner { .. }) => {}
            Err(KeyFault::Unavailable) => return Err(keys_are_gone()),
        }
    }
    Ok(None)
}

fn keys_are_gone() -> Failure {
    Failure::Unavailable { why: Outage::Keys }
}

/// The keys that open what a link hides: fetched once a batch and dropped with it. Long-term keys stay in the vault.
#[derive(Default)]
struct MetaKeys(Vec<(SetVersion, Option<Key>)>);

impl MetaKeys {
    /// Who was tapped, if it was a card of that set.
    fn says(&mut self, vault: &dyn CardVault, set: SetVersion, tapped: &Tapped) -> Result<Option<(Uid, u32)>, Failure> {
        if !self.0.iter().any(|(held, _)| *held == set) {
            let key = match vault.card_key(set, KeyName::SdmMeta, &[0; 7]) {
                Ok(key) => Some(key),
                Err(KeyFault::NoKey(_) | KeyFault::NoSigner { .. }) => None,
                Err(KeyFault::Unavailable) => return Err(keys_are_gone()),
            };
            self.0.push((set, key));
        }
        let key = self.0.iter().find(|(held, _)| *held == set).and_then(|(_, key)| key.as_ref());
        Ok(key.and_then(|key| tapped.says(key)))
    }
}

/// Keeps the counters and answers. Taps of one chip that came together are counted one after the other.
async fn count(store: &Store, cards: &Cards, mut waiting: Vec<(Waiting, Made)>) {
    while !waiting.is_empty() {
        let mut chips = HashSet::new();
        let (now, later) = waiting.into_iter().partition::<Vec<_>, _>(|(_, made)| chips.insert(made.uid));
        waiting = later;
        let Some(at_ms) = now.iter().map(|(waiting, _)| waiting.at_ms).max() else { return };
        let mut taps: Vec<Tap> = now
            .iter()
            .map(|(waiting, made)| Tap { uid: text(&made.uid), counter: made.counter.into(), at: waiting.at_ms })
            .collect();
        // in one order everywhere, so that no two processes wait for each other
        taps.sort_by(|one, other| one.uid.cmp(&other.uid));
        let counted = store.write(at_ms, move |tx| Box::pin(async move { count_all(tx, taps).await })).await;
        for (tap, made) in now {
            let verdict = match &counted {
                Ok(counted) => Ok(verdict(cards, counted.get(&text(&made.uid)), made.code, tap.at_ms)),
                Err(failure) => Err(failure.clone()),
            };
            answer(tap, verdict);
        }
    }
}

fn verdict(cards: &Cards, counted: Option<&Counted>, code: u32, at_ms: i64) -> Verdict {
    match counted {
        // a card that is printed and not confirmed yet is nobody's
        Some(Counted::Higher) => cards.of_code(code, at_ms).map_or(Verdict::Unknown, Verdict::Genuine),
        Some(Counted::Same { at_ms }) => Verdict::Copied { at_ms: *at_ms },
        Some(Counted::Lower) => Verdict::Old,
        None => Verdict::Unknown,
    }
}

/// Keeps each counter that is higher than its chip's last.
async fn count_all(tx: &mut Tx, taps: Vec<Tap>) -> Result<HashMap<String, Counted>, Failure> {
    let higher: HashSet<String> = public::note_taps(tx.conn(), &taps).await?.into_iter().collect();
    let others: Vec<String> = taps.iter().map(|tap| tap.uid.clone()).filter(|uid| !higher.contains(uid)).collect();
    let mut counted: HashMap<String, Counted> = higher.into_iter().map(|uid| (uid, Counted::Higher)).collect();
    for last in public::taps_of(tx.conn(), &others).await? {
        let same = taps.iter().any(|tap| tap.uid == last.uid && tap.counter == last.counter);
        counted.insert(last.uid, if same { Counted::Same { at_ms: last.at } } else { Counted::Lower });
    }
    Ok(counted)
}

/// An identifier as the registry writes it.
fn text(uid: &Uid) -> String {
    hex(uid).to_uppercase()
}
