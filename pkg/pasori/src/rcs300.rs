//! RC-S300, interface 1: CCID framing with escape commands, transparent session.

use ccid::{Ccid, Descriptor};
use isodep::{Link, LinkStep};
use reader::{Fault, Outcome, Presence, Reader, Step, Task};

use crate::transparent::{Answered, END, FIELD_OFF, FIELD_ON, MOST_FRAME, START, TYPE_A, answered, transceive};

/// dwMaxCCIDMessageLength of its other interface.
const MESSAGE: u32 = 522;
const MANAGED: u32 = 3_000;
/// What the reader takes beside the card's own time.
const MARGIN: u32 = 1_000;

/// An RC-S300/S or /P.
#[derive(Debug)]
pub struct RcS300 {
    pipe: Ccid,
    link: Link,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Nothing,
    End,
    Start,
    FieldOff(Wanted),
    FieldOn(Wanted),
    Switch(Wanted),
    Uid,
    Air,
    Release,
}

/// What the field is switched on for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Look,
    Connect,
}

impl Default for RcS300 {
    fn default() -> Self {
        RcS300 {
            pipe: Ccid::new(Descriptor::for_escape(MESSAGE), 0),
            link: Link::new(MOST_FRAME + 2),
            doing: Doing::Nothing,
        }
    }
}

impl RcS300 {
    /// A reader that was just plugged in, or that somebody else has used.
    pub fn new() -> Self {
        RcS300::default()
    }

    fn ask(&mut self, doing: Doing, command: &[u8], wait: u32) -> Result<Step, Fault> {
        self.doing = doing;
        let step = self.pipe.escape(command, wait);
        step.or_else(|fault| self.fail(fault))
    }

    fn fail<T>(&mut self, fault: Fault) -> Result<T, Fault> {
        self.doing = Doing::Nothing;
        self.link.drop_card();
        Err(fault)
    }

    fn done(&mut self, outcome: Outcome) -> Result<Step, Fault> {
        self.doing = Doing::Nothing;
        Ok(Step::Done(outcome))
    }

    fn air(&mut self, step: Result<LinkStep, Fault>) -> Result<Step, Fault> {
        match step {
            Ok(LinkStep::Send { frame, wait }) => {
                let milliseconds = u32::try_from(wait / 1000).unwrap_or(u32::MAX).saturating_add(MARGIN);
                self.ask(Doing::Air, &transceive(&frame.bytes, wait), milliseconds)
            }
            Ok(LinkStep::Connected(card)) => self.done(Outcome::Connected(card)),
            Ok(LinkStep::Answer(answer)) => self.done(Outcome::Answer(answer)),
            Ok(LinkStep::Present(true)) => self.done(Outcome::Presence(Presence::Connected)),
            // another one may lie there: the next look finds it
            Ok(LinkStep::Present(false)) => self.done(Outcome::Presence(Presence::Absent)),
            Ok(LinkStep::Absent) => self.fail(Fault::NoCard),
            Err(fault) => self.fail(fault),
        }
    }

    fn answered(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        if self.doing == Doing::Uid {
            // a reader that does not tell it does not hinder the session
            let uid = bytes.strip_suffix(&[0x90, 0x00]).unwrap_or_default().to_vec();
            let step = self.link.connect_selected(uid);
            return self.air(Ok(step));
        }
        let answer = match answered(bytes) {
            Ok(answer) => answer,
            // there may have been no session to end
            Err(_) if self.doing == Doing::End => Answered::Done(Vec::new()),
            Err(fault) => return self.fail(fault),
        };
        match (self.doing, answer) {
            (Doing::Air, Answered::Done(frame)) => {
                let step = self.link.received(Some(&frame));
                self.air(step)
            }
            (Doing::Air, Answered::Silence | Answered::Garbled) => {
                let step = self.link.received(None);
                self.air(step)
            }
            (Doing::Switch(Wanted::Look), answer) => {
                // two at once are seen, too
                let seen = answer != Answered::Silence;
                self.done(Outcome::Presence(if seen { Presence::Fresh } else { Presence::Absent }))
            }
            (Doing::Switch(Wanted::Connect), Answered::Silence) => self.fail(Fault::NoCard),
            (Doing::Switch(Wanted::Connect), Answered::Garbled) => {
                self.fail(Fault::Protocol("its identifier: two cards at once?"))
            }
            (Doing::Switch(Wanted::Connect), Answered::Done(_)) => {
                self.ask(Doing::Uid, &reader::pcsc::GET_UID, MANAGED)
            }
            (Doing::End, _) => self.ask(Doing::Start, &START, MANAGED),
            (Doing::FieldOff(wanted), _) => self.ask(Doing::FieldOn(wanted), &FIELD_ON, MANAGED),
            (Doing::FieldOn(wanted), _) => self.ask(Doing::Switch(wanted), &TYPE_A, MANAGED),
            (Doing::Start, _) => self.done(Outcome::Ready),
            (Doing::Release, _) => self.done(Outcome::Released),
            (Doing::Nothing | Doing::Uid, _) => self.fail(Fault::Turn),
        }
    }
}

impl Reader for RcS300 {
    fn start(&mut self, task: Task) -> Result<Step, Fault> {
        if self.doing != Doing::Nothing {
            return Err(Fault::Turn);
        }
        match task {
            Task::Open => {
                self.link.drop_card();
                self.ask(Doing::End, &END, MANAGED)
            }
            Task::Look if self.link.is_connected() => {
                let step = self.link.probe();
                self.air(step)
            }
            Task::Look => self.ask(Doing::FieldOff(Wanted::Look), &FIELD_OFF, MANAGED),
            Task::Connect => {
                self.link.drop_card();
                self.ask(Doing::FieldOff(Wanted::Connect), &FIELD_OFF, MANAGED)
            }
            Task::Exchange(command) => {
                self.takes(&command)?;
                let step = self.link.exchange(command)?;
                self.air(Ok(step))
            }
            Task::Release => {
                self.link.drop_card();
                self.ask(Doing::Release, &FIELD_OFF, MANAGED)
            }
        }
    }

    fn received(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        match self.pipe.received(bytes) {
            Ok(Step::Done(Outcome::Answer(answer))) => self.answered(&answer),
            Ok(Step::Done(_)) => self.fail(Fault::Turn),
            Ok(step) => Ok(step),
            Err(fault) => self.fail(fault),
        }
    }

    fn timed_out(&mut self) -> Result<Step, Fault> {
        let step = self.pipe.timed_out();
        step.or_else(|fault| self.fail(fault))
    }

    fn longest_answer(&self) -> usize {
        self.pipe.longest_answer()
    }
}
