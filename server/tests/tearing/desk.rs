//! A desk: somebody who is signed in, a card, and what happens on the way between them and the portal.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chip::batch::{Answers, Do, Ended, Relay, Told};
use chip::keys::{SetVersion, Uid};
use chip::plan::{Asks, EVERY_APDU, Event, Goal, Order, Run, Turn, opening};
use p224::ecdsa::signature::hazmat::PrehashSigner as _;
use p224::ecdsa::{Signature, SigningKey};
use picc::{Card, Memory, Model, State, Tear};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

use crate::portal::{SPARE, keys, serial};

/// What happens to a card or a message, and when, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    None,
    Torn { at: usize, tear: Tear },
    Message { at: usize, fate: Fate },
}

/// What becomes of a message from the page to the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It never arrives; the page begins anew.
    Lost,
    /// Its answer never arrives; the page begins anew.
    Unanswered,
    /// Its answer never arrives; the page sends the same once more.
    SentAgain,
    /// It arrives twice at the same time.
    Doubled,
    /// It takes ten seconds.
    Late,
}

impl Fate {
    pub const ALL: [Fate; 5] = [Fate::Lost, Fate::Unanswered, Fate::SentAgain, Fate::Doubled, Fate::Late];
}

/// What is done after a card was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is laid down once more.
    Straight,
    /// It is given up as misprinted, and made of another blank.
    Spoil,
}

/// What is done with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// From the print to the active card.
    Make,
    /// It is in the field, and gets the keys and the link of today.
    Renew,
    /// It came back, and its chip is wiped.
    Wipe,
}

impl Work {
    /// Version of the master key, and how many applications there are, once it is done.
    fn done(self) -> (u64, usize) {
        match self {
            Work::Make => (1, 2),
            Work::Renew => (2, 2),
            Work::Wipe => (0x82, 0),
        }
    }
}

/// One approved card that is to be made: its row in the registry, and a card that lies there.
pub struct Job {
    /// Counted from 1: the card's row.
    id: u32,
    model: Model,
    work: Work,
    trouble: Trouble,
    way: Way,
    card: Card,
    exchanges: usize,
    messages: usize,
    /// How far it is, for a desk that goes on after a restart.
    step: Step,
    /// The last form's answer never came: it may have been taken.
    unsure: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Print,
    Write,
    Confirm,
}

/// What a card took that nothing happened to.
pub struct Passed {
    pub exchanges: usize,
    pub messages: usize,
}

/// No answer came.
struct Lost;

/// Whoever makes simulated cards.
pub fn maker() -> SigningKey {
    SigningKey::from_slice(&[0x33; 28]).unwrap()
}

/// A blank with its transport key, as a store has given it.
fn blank(model: Model, uid: Uid) -> Card {
    let mut digest = [0; 28];
    digest[21..].copy_from_slice(&uid);
    let signature: Signature = maker().sign_prehash(&digest).unwrap();
    let signature = signature.to_bytes().as_slice().try_into().unwrap();
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(u64::from(uid[6])));
    let state = State::factory(model, Memory::K2, uid).with_signature(signature);
    let mut card = Card::from_state(state, Box::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes)));
    card.power_on();
    let goal = Goal::Key(SetVersion::new(1).unwrap());
    let order = Order { goal, card: None, makers: Vec::new(), longest: EVERY_APDU };
    let mut rng = ChaCha20Rng::seed_from_u64(u64::from(uid[5]));
    let mut run = Run::new(order, 1, Arc::new(keys(1)), move |bytes| rng.fill_bytes(bytes));
    let mut turn = run.turn(Event::Again);
    loop {
        turn = match turn {
            Turn::Over(_, outcome) => {
                outcome.end.unwrap();
                return card;
            }
            Turn::Whose(_) => run.turn(Event::Journal(Vec::new())),
            Turn::Batch(_, batch) => {
                let mut relay = Relay::default();
                let mut next = relay.batch(batch);
                while let Do::Send(command) = next {
                    next = relay.answer(&card.transmit(&command));
                }
                let Do::Report(answers) = next else { panic!("a batch ends with a report") };
                run.turn(Event::Answers(answers))
            }
        };
    }
}

impl Job {
    pub fn new(id: u32, model: Model, trouble: Trouble, way: Way) -> Self {
        let card = blank(model, uid(id));
        let work = Work::Make;
        Job { id, model, work, trouble, way, card, exchanges: 0, messages: 0, step: Step::Print, unsure: false }
    }

    /// The card's row.
    pub fn id(&self) -> i64 {
        i64::from(self.id)
    }

    pub fn model(&self) -> Model {
        self.model
    }

    /// The same card some time later.
    pub fn later(self, work: Work, trouble: Trouble) -> Self {
        Job { work, trouble, way: Way::Straight, step: Step::Write, unsure: false, ..self }
    }

    /// One batch, carried to the card.
    fn carry(&mut self, told: Told) -> Answers {
        let Told::Batch(batch) = told else { panic!("it is over: {told:?}") };
        let mut relay = Relay::default();
        let mut next = relay.batch(batch);
        loop {
            next = match next {
                Do::Send(command) => {
                    if let Trouble::Torn { at, tear } = self.trouble
                        && at == self.exchanges
                    {
                        self.card.tear(tear);
                    }
                    self.exchanges += 1;
                    relay.answer(&self.card.transmit(&command))
                }
                Do::Report(answers) => return answers,
                Do::Nothing => panic!("nothing to do"),
            };
        }
    }

    fn lay_down(&mut self) {
        self.card.power_off();
        self.card.power_on();
        (self.exchanges, self.messages) = (0, 0);
    }

    fn path(&self) -> String {
        match self.work {
            Work::Make => format!("/issue/{}/chip", self.id),
            Work::Renew => "/issue/field/chip".to_owned(),
            Work::Wipe => "/issue/wipe/chip".to_owned(),
        }
    }

    fn asks(&self) -> Asks {
        if self.work == Work::Renew { Asks::Keys } else { Asks::Card }
    }

    /// Version of the master key, and how many applications there are.
    fn holds(&self) -> (u64, usize) {
        let memory = serde_json::to_value(self.card.state()).unwrap();
        (memory["master"]["version"].as_u64().unwrap(), self.card.applications().len())
    }
}

fn uid(id: u32) -> Uid {
    let [_, high, middle, low] = id.to_be_bytes();
    [0x04, 0x11, 0x22, 0x33, high, middle, low]
}

/// See the module.
pub struct Desk {
    pub port: u16,
    pub cookie: String,
}

impl Desk {
    /// What is to be done with the card, whatever happens on the way.
    pub fn carry_out(&self, job: &mut Job) -> Passed {
        self.try_carry_out(job).unwrap_or_else(|| panic!("{:?}: the portal does not answer", job.trouble))
    }

    /// The same; nothing where the portal is gone.
    pub fn try_carry_out(&self, job: &mut Job) -> Option<Passed> {
        if job.step == Step::Print {
            self.act(job, 1, &format!("do=print&serials={}", serial(job.id)))?;
            job.step = Step::Write;
        }
        if job.step == Step::Confirm {
            self.act(job, 2, "do=confirm")?;
            return Some(Passed { exchanges: job.exchanges, messages: job.messages });
        }
        let trouble = job.trouble;
        let first = self.write(job);
        let passed = Passed { exchanges: job.exchanges, messages: job.messages };
        job.trouble = Trouble::None;
        if matches!(first, Err(Lost)) && trouble == Trouble::None {
            return None;
        }
        if matches!(trouble, Trouble::Torn { .. }) && job.way == Way::Spoil {
            self.spoil(job, &trouble);
            return Some(passed);
        }
        let last = match first {
            Ok(ended) if ended.reached => ended,
            Ok(ended) => {
                assert!(ended.said.starts_with("chip-gone"), "{trouble:?}: {ended:?}");
                self.write(job).ok()?
            }
            Err(Lost) => self.write(job).ok()?,
        };
        assert!(last.reached, "{:?} {:?} {trouble:?}: {last:?}", job.model, job.work);
        assert_eq!(job.holds(), job.work.done(), "{trouble:?}");
        if job.work == Work::Make {
            job.step = Step::Confirm;
            self.act(job, 2, "do=confirm")?;
        }
        Some(passed)
    }

    /// The torn card goes to the spoiled ones, and nothing is ever made of it; the person gets another.
    fn spoil(&self, job: &mut Job, trouble: &Trouble) {
        self.act(job, 2, "do=misprint").unwrap();
        self.act(job, 3, &format!("do=print&serials={}", serial(job.id + SPARE))).unwrap();
        let second = blank(job.model, uid(job.id + SPARE));
        let torn = std::mem::replace(&mut job.card, second);
        let (good, before) = (std::mem::replace(&mut job.card, torn), job.holds());
        if let Ok(ended) = self.write(job) {
            // one that was never touched, the registry has not met: it is as good as any other blank
            let untouched = before == (0x81, 0);
            assert!(!ended.reached || untouched, "{trouble:?}: {ended:?}");
            if !untouched {
                assert_eq!(job.holds(), before, "{trouble:?}: {ended:?}");
            }
            if ended.reached {
                return self.act(job, 4, "do=confirm").unwrap();
            }
        }
        job.card = good;
        let ended = self.write(job).unwrap_or_else(|_| panic!("{trouble:?}: refused"));
        assert!(ended.reached, "{trouble:?}: {ended:?}");
        self.act(job, 4, "do=confirm").unwrap();
    }

    /// As the page's module does, until it is over.
    fn write(&self, job: &mut Job) -> Result<Ended, Lost> {
        job.lay_down();
        let path = job.path();
        let mut to = path.clone();
        let mut told = Told::Batch(opening(job.asks(), true));
        loop {
            if let Told::Over(ended) = told {
                return Ok(ended);
            }
            let answers = serde_json::to_string(&job.carry(told)).unwrap();
            told = self.message(job, &to, &answers)?;
            to = format!("{path}/turn");
        }
    }

    fn message(&self, job: &mut Job, path: &str, body: &str) -> Result<Told, Lost> {
        let nth = job.messages;
        job.messages += 1;
        let fate = match job.trouble {
            Trouble::Message { at, fate } if at == nth => Some(fate),
            _ => None,
        };
        let send = || self.send(path, "application/json", body);
        let answer = match fate {
            Some(Fate::Lost) => None,
            Some(Fate::Unanswered) => send().and(None),
            Some(Fate::SentAgain) => send().and_then(|_| send()),
            Some(Fate::Doubled) => std::thread::scope(|scope| {
                let other = scope.spawn(send);
                let one = send();
                let other = other.join().unwrap();
                one.filter(|(status, _)| *status == 200).or(other)
            }),
            Some(Fate::Late) => {
                std::thread::sleep(Duration::from_secs(10));
                send()
            }
            None => send(),
        };
        match answer {
            Some((200, text)) => Ok(serde_json::from_str(&text).unwrap()),
            // the page says so, and begins anew
            Some((409, _)) | None => Err(Lost),
            Some(other) => panic!("{path}: {other:?}"),
        }
    }

    fn act(&self, job: &mut Job, version: u32, what: &str) -> Option<()> {
        let form = format!("version={version}&{what}");
        let before = std::mem::replace(&mut job.unsure, true);
        let (status, text) = self.send(&format!("/issue/{}", job.id), "application/x-www-form-urlencoded", &form)?;
        // sent once more, and it had been taken: the page is an old one
        assert!(status == 303 || before && status == 409, "{what}: {status} {text}");
        job.unsure = false;
        Some(())
    }

    /// Status and body; nothing where no whole answer came.
    fn send(&self, path: &str, kind: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        let (port, cookie, length) = (self.port, &self.cookie, body.len());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\n\
             Content-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        // cut short
        if length.is_some_and(|length| length.parse() != Ok(body.len())) {
            return None;
        }
        Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
    }
}

/// Two desks write the same card on two chips: when one of them has its own master key, the other never gets one.
pub fn race(desks: &[Desk; 2], job: &mut Job, lead: usize) {
    let (first, second) = (&desks[0], &desks[1]);
    first.act(job, 1, &format!("do=print&serials={}", serial(job.id))).unwrap();
    let mut other = Job {
        card: blank(job.model, uid(job.id + SPARE)),
        ..Job::new(job.id, job.model, Trouble::None, Way::Straight)
    };
    // the first is so many messages ahead; then they take turns
    let mut ended = [None, None];
    let path = job.path();
    let turn = format!("{path}/turn");
    let mut told = [Some(first.message(job, &path, "")), None];
    for nth in 0.. {
        for side in [0, 1] {
            if side == 1 && nth < lead {
                continue;
            }
            let (desk, job) = if side == 0 { (first, &mut *job) } else { (second, &mut other) };
            told[side] = match told[side].take() {
                None if ended[side].is_none() => Some(desk.message(job, &path, "")),
                None => None,
                Some(Err(Lost)) => {
                    ended[side] = Some(false);
                    None
                }
                Some(Ok(Told::Over(over))) => {
                    ended[side] = Some(over.reached);
                    None
                }
                Some(Ok(batch)) => {
                    let answers = serde_json::to_string(&job.carry(batch)).unwrap();
                    Some(desk.message(job, &turn, &answers))
                }
            };
        }
        if ended.iter().all(Option::is_some) {
            break;
        }
    }
    let issued = [job.holds() == Work::Make.done(), other.holds() == Work::Make.done()];
    assert_eq!(issued.map(Some), ended, "lead {lead}");
    assert_eq!(issued.iter().filter(|issued| **issued).count(), 1, "lead {lead}: {ended:?}");
    first.act(job, 2, "do=confirm").unwrap();
}
