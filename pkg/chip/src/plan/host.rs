//! The server's end of one card: commands are sealed ahead with the answers that they must have, leave in batches, and are judged when
//! what came back is there.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use desfire::command::{Command, DataFile, Opcode, ReadData, SelectApplication};
use desfire::cost::{Act, fewest};
use desfire::{Authentication, Channel, Foreseen, Framing, Key, KeyType, Request, Status, Step as HostStep, U24};

use super::journal::{Entry, Intent};
use super::outcome::{Left, Stop};
use super::{EVERY_APDU, Figures, Random};
use crate::batch::{Answers, Batch, End, Step, Then};
use crate::keys::{KeyName, Keys, SetVersion, Uid, on_card};
use crate::layout::Place;
use crate::profile::Profile;

/// Where procedure and run meet.
#[derive(Default)]
pub(super) struct Line {
    pub out: Option<Out>,
    pub answers: Option<Answers>,
    pub journal: Option<Vec<Entry>>,
    /// To be written before what is going out does so.
    pub entries: Vec<Entry>,
    pub facts: Facts,
    pub figures: Figures,
}

/// What waits for an answer.
#[derive(Clone)]
pub(super) enum Out {
    Batch(Batch),
    Whose(Uid),
}

/// What is known of the card when the run ends, however it ends.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub uid: Option<Uid>,
    pub profile: Option<Profile>,
    pub left: Left,
}

impl Default for Facts {
    fn default() -> Self {
        Facts { uid: None, profile: None, left: Left::Untouched }
    }
}

/// A command that waits to be sent.
struct Pending {
    step: Step,
    code: u8,
    expect: Expect,
    /// What its answer proves.
    proves: Option<Intent>,
}

enum Expect {
    /// Any data: somebody reads them later.
    Data,
    Exactly(Foreseen),
    /// The card's proof that it knows the key.
    Proof(Foreseen),
    /// Enciphered RndB.
    Challenge,
}

pub(super) struct Host {
    line: Arc<Mutex<Line>>,
    channel: Channel,
    keys: Arc<dyn Keys + Send + Sync>,
    /// Keys of this card that were asked for.
    ring: Vec<((SetVersion, KeyName), Key)>,
    random: Box<Random>,
    run: u64,
    batches: u32,
    /// Bytes of the longest APDU that the reader passes on.
    longest: usize,
    pending: Vec<Pending>,
    /// What the pending commands mean to do.
    meant: Vec<Intent>,
    selected: Option<Place>,
}

const OK: u8 = 0x00;
const ADDITIONAL_FRAME: u8 = 0xAF;
/// ReadSig succeeds with it.
const OK_90: u8 = 0x90;
const HANDSHAKES: [u8; 2] = [0x1A, 0xAA];

pub(super) fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    // nothing that holds it can panic half-way
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Host {
    pub fn new(line: Arc<Mutex<Line>>, run: u64, keys: Arc<dyn Keys + Send + Sync>, random: Box<Random>) -> Self {
        Host {
            line,
            channel: Channel::new(Framing::Wrapped, Profile::A.frame()),
            keys,
            ring: Vec::new(),
            random,
            run,
            batches: 0,
            longest: EVERY_APDU,
            pending: Vec::new(),
            meant: Vec::new(),
            selected: None,
        }
    }

    pub fn keys(&self) -> &dyn Keys {
        &*self.keys
    }

    /// A key as it stands on the card. Asked for before the card is changed, it is there later also when the vault is not.
    pub fn key(&mut self, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, Stop> {
        if let Some((_, key)) = self.ring.iter().find(|(held, _)| *held == (set, name)) {
            return Ok(key.clone());
        }
        let key = on_card(&*self.keys, set, name, uid)?;
        self.ring.push(((set, name), key.clone()));
        Ok(key)
    }

    pub fn limit(&mut self, longest: usize) {
        self.longest = longest.max(Profile::A.frame());
    }

    /// From now on frames are as long as this card takes them, and the reader.
    pub fn know(&mut self, uid: Uid, profile: Profile) {
        self.channel = Channel::new(Framing::Wrapped, profile.frame().min(self.longest));
        let mut line = lock(&self.line);
        (line.facts.uid, line.facts.profile) = (Some(uid), Some(profile));
    }

    pub fn know_uid(&mut self, uid: Uid) {
        lock(&self.line).facts.uid = Some(uid);
    }

    pub fn leave(&mut self, left: Left) {
        lock(&self.line).facts.left = left;
    }

    /// The card's journal.
    pub async fn journal(&mut self, uid: Uid) -> Vec<Entry> {
        lock(&self.line).out = Some(Out::Whose(uid));
        let line = self.line.clone();
        poll_fn(move |_| match lock(&line).journal.take() {
            Some(journal) => Poll::Ready(journal),
            None => Poll::Pending,
        })
        .await
    }

    /// The run is about that.
    pub fn mean(&mut self, intent: Intent) {
        self.meant.push(intent);
    }

    pub fn note(&mut self, entry: Entry) {
        lock(&self.line).entries.push(entry);
    }

    /// A selection; none where it stands already.
    pub fn select(&mut self, place: Place) -> Result<(), Stop> {
        if self.selected != Some(place) {
            let request = SelectApplication::new(place.aid()).request();
            self.push(request, &[], None)?;
            self.selected = Some(place);
        }
        Ok(())
    }

    /// A selection that may fail: the application need not be there.
    pub fn try_select(&mut self, place: Place) -> Result<usize, Stop> {
        self.selected = None;
        self.ask(&SelectApplication::new(place.aid()), Then::Any)
    }

    /// A question whose answer is read after the next [`Host::through`]: its place there.
    pub fn ask(&mut self, command: &impl Command, then: Then) -> Result<usize, Stop> {
        let request = command.request();
        self.costs(Act::Command(request.clone()));
        let code = request.code();
        // outside of sessions nothing depends on what comes back
        let frames = self.channel.foresee(request, &[])?.frames;
        let command = frames.into_iter().next().unwrap_or_default();
        self.pending.push(Pending { step: Step { command, then }, code, expect: Expect::Data, proves: None });
        Ok(self.pending.len() - 1)
    }

    /// A command that tells nothing but that it was done.
    pub fn act(&mut self, command: &impl Command, intent: Intent) -> Result<(), Stop> {
        let request = command.request();
        self.costs(Act::Command(request.clone()));
        self.meant.push(intent.clone());
        self.push(request, &[], Some(intent))
    }

    /// A command whose answer proves nothing: a key that changes itself is answered without a MAC.
    pub fn tell(&mut self, command: &impl Command, intent: Intent) -> Result<(), Stop> {
        self.mean(intent);
        self.hold(command, &[])
    }

    /// A command whose answer must be exactly that.
    pub fn hold(&mut self, command: &impl Command, plain: &[u8]) -> Result<(), Stop> {
        let request = command.request();
        self.costs(Act::Command(request.clone()));
        self.push(request, plain, None)
    }

    /// Data of a file, which must be those. A card answers in frames of its own length, so a reader that does not pass those on is
    /// asked for less at a time.
    pub fn read_back(&mut self, file: DataFile, data: &[u8]) -> Result<(), Stop> {
        // filling, checksum or MAC, and status
        const AROUND: usize = 32;
        let whole = lock(&self.line).facts.profile.is_some_and(|profile| profile.frame() <= self.longest);
        let most = if whole { data.len().max(1) } else { self.longest.saturating_sub(AROUND).max(AROUND) };
        let mut offset = 0;
        for piece in data.chunks(most) {
            let (from, length) = (U24::new(offset).unwrap_or_default(), U24::len_of(piece).unwrap_or_default());
            self.hold(&ReadData { file, offset: from, length, opcode: Opcode::Native }, piece)?;
            offset += length.get();
        }
        Ok(())
    }

    fn push(&mut self, request: Request, plain: &[u8], proves: Option<Intent>) -> Result<(), Stop> {
        let code = request.code();
        let mut foreseen = self.channel.foresee(request, plain)?;
        let frames = std::mem::take(&mut foreseen.frames);
        let last = frames.len().saturating_sub(1);
        let mut end = Some((Expect::Exactly(foreseen), proves));
        for (nth, command) in frames.into_iter().enumerate() {
            let (then, (expect, proves)) = match end.take_if(|_| nth == last) {
                Some(end) => (Then::Done, end),
                // between frames a card says nothing
                None => (Then::More, (Expect::Exactly(Foreseen::nothing()), None)),
            };
            self.pending.push(Pending { step: Step { command, then }, code, expect, proves });
        }
        Ok(())
    }

    /// Opens a session: everything that waits goes to the card and is judged, and only with a right answer to all of it does the run
    /// go on. EV1 messaging on all generations: with EV2's, MACs depend on what the card chooses in its last answer of the handshake,
    /// which would cost another round trip for each session.
    pub async fn open(&mut self, place: Place, number: u8, key: &Key) -> Result<(), Stop> {
        self.select(place)?;
        self.costs(Act::Session);
        let authentication = Authentication::ev1(number, key)?;
        let mut random = [0; 16];
        (self.random)(&mut random);
        let command = self.channel.authenticate(authentication, &random)?;
        let code = if key.kind() == KeyType::Aes { HANDSHAKES[1] } else { HANDSHAKES[0] };
        let step = Step { command, then: Then::More };
        self.pending.push(Pending { step, code, expect: Expect::Challenge, proves: None });
        lock(&self.line).figures.sessions += 1;
        let answers = self.through().await?;
        let Ok(HostStep::Send(command)) = self.channel.answer(answers.last().map_or(&[], Vec::as_slice)) else {
            self.selected = None;
            return Err(Stop::Altered { command: code });
        };
        let expect = Expect::Proof(self.channel.foresee_proof()?);
        let step = Step { command, then: Then::Done };
        self.pending.push(Pending { step, code, expect, proves: None });
        Ok(())
    }

    /// Sends everything that waits; the answers, each the right one.
    pub async fn through(&mut self) -> Result<Vec<Vec<u8>>, Stop> {
        let pending = std::mem::take(&mut self.pending);
        let answers = self.sent(&pending).await;
        let judged = self.judge(&pending, &answers);
        if judged.is_err() {
            // nobody knows what the card holds selected, nor in which session
            self.channel.lost();
            self.selected = None;
        }
        judged.map(|()| answers.answers)
    }

    /// What waits, as it would be sent.
    pub fn steps(&self) -> Vec<Step> {
        steps(&self.pending)
    }

    fn costs(&mut self, act: Act) {
        let mut line = lock(&self.line);
        line.figures.fewest += fewest(&[act], line.facts.profile.unwrap_or(Profile::A).frame());
    }

    async fn sent(&mut self, pending: &[Pending]) -> Answers {
        self.batches += 1;
        let steps = steps(pending);
        let batch = Batch { run: self.run, number: self.batches, steps };
        {
            let mut line = lock(&self.line);
            for intent in self.meant.drain(..) {
                line.facts.left = left_after(line.facts.left, &intent);
                line.entries.push(Entry::Meant(intent));
            }
            line.figures.batches += 1;
            line.out = Some(Out::Batch(batch));
        }
        let line = self.line.clone();
        poll_fn(move |_| match lock(&line).answers.take() {
            Some(answers) => Poll::Ready(answers),
            None => Poll::Pending,
        })
        .await
    }

    fn judge(&mut self, pending: &[Pending], answers: &Answers) -> Result<(), Stop> {
        let known = lock(&self.line).facts.uid.is_some();
        for (nth, pending) in pending.iter().enumerate() {
            let Some(answer) = answers.answers.get(nth) else {
                return Err(if answers.end == End::Several { Stop::Several } else { Stop::Gone });
            };
            pending.judge(answer).map_err(|stop| match stop {
                // the card was a DESFire: now its reader answers in its place
                Stop::OtherKind(_) if known => Stop::Gone,
                stop => stop,
            })?;
            if let Some(intent) = &pending.proves {
                lock(&self.line).entries.push(Entry::Held(intent.clone()));
            }
        }
        Ok(())
    }
}

fn steps(pending: &[Pending]) -> Vec<Step> {
    pending.iter().map(|pending| pending.step.clone()).collect()
}

impl Pending {
    fn judge(&self, answer: &[u8]) -> Result<(), Stop> {
        let Some((data, status)) = answer.split_last_chunk::<2>() else { return Err(Stop::Gone) };
        let code = match *status {
            [0x91, code] => code,
            _ if self.step.then == Then::Any => return Ok(()),
            other => return Err(Stop::OtherKind(u16::from_be_bytes(other))),
        };
        let fits = match self.step.then {
            Then::Any => true,
            Then::More => code == ADDITIONAL_FRAME,
            Then::Done => code == OK || code == OK_90,
        };
        let is = |foreseen: &Foreseen| foreseen.is(data) && code != OK_90;
        let status = Status::from(code);
        match &self.expect {
            Expect::Data | Expect::Challenge if fits => Ok(()),
            Expect::Exactly(foreseen) | Expect::Proof(foreseen) if fits && is(foreseen) => Ok(()),
            Expect::Exactly(_) if fits => Err(Stop::Altered { command: self.code }),
            Expect::Proof(_) if fits || status == Status::Authentication => Err(Stop::KeyRefused),
            // another type of key, or none
            Expect::Challenge if matches!(status, Status::Authentication | Status::NoSuchKey) => Err(Stop::KeyRefused),
            _ if status == Status::OutOfEeprom || status == Status::Count => Err(Stop::Full),
            _ => Err(Stop::Refused { command: self.code, status }),
        }
    }
}

/// What the card may be once that has been sent.
fn left_after(left: Left, intent: &Intent) -> Left {
    match intent {
        Intent::Key { place: Place::Picc, .. } => Left::Open,
        Intent::Issue { .. } | Intent::Update { .. } | Intent::Rekey { .. } | Intent::Blank { .. } => left,
        _ if left == Left::Open => left,
        _ => Left::Underway,
    }
}
