//! Between the plan and the card: batches of commands one way, their answers the other. Who relays holds no key, and needs to
//! understand only the two status bytes at the end of an answer.
//!
//! A batch that was carried out is never carried out again: one that comes a second time is answered with the answers that are known.

use serde::{Deserialize, Serialize};

/// Commands to be sent to the card one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Which run it belongs to.
    pub run: u64,
    /// Counted from 1 within the run.
    pub number: u32,
    /// In their order.
    pub steps: Vec<Step>,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The command APDU.
    pub command: Vec<u8>,
    /// When to go on with the next.
    pub then: Then,
}

/// With which answer a step is done. With any other the batch stops, and what came is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    /// `91 00`. While it is `91 AF`, the rest is fetched with [`FETCH`]; the answer is then all data one behind the other, with the
    /// last status.
    Done,
    /// `91 AF`: the card waits for what the next step brings.
    More,
    /// Whatever the card answers. The rest is fetched as well.
    Any,
}

/// Asks for more of an answer.
pub const FETCH: [u8; 5] = [0x90, 0xAF, 0x00, 0x00, 0x00];
/// More frames than that has no answer of ours.
const MOST_FRAMES: usize = 64;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The batch's run.
    pub run: u64,
    /// The batch's number.
    pub number: u32,
    /// One for each step that was answered, in their order.
    pub answers: Vec<Vec<u8>>,
    /// How it ended.
    pub end: End,
}

impl Answers {
    /// Whether so many may be answers to that batch.
    pub fn fit(&self, batch: &Batch) -> bool {
        match self.end {
            End::Through => self.answers.len() == batch.steps.len(),
            _ => self.answers.len() <= batch.steps.len(),
        }
    }
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// All steps were answered as they had to be.
    Through,
    /// The last answer is another one than its step goes on with.
    Stopped,
    /// The card has left the field, or the reader has no answer.
    Gone,
    /// More than one card is in the field.
    Several,
}

/// What whoever relays is told: what to do next, or that it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// To be carried out.
    Batch(Batch),
    /// It is over.
    Over(Ended),
}

/// How it ended, for whoever stands before the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Name of the sentence that says so.
    pub said: String,
    /// Whether the card is what it was to become.
    pub reached: bool,
    /// In English, for the technical log: nothing of a card's content, and no key.
    pub detail: String,
    /// Whose card it is, for a sentence that names it; empty where that is not said. Shown, and never logged.
    #[serde(default)]
    pub whose: String,
}

/// The relaying side, without a reader: whoever has one does what [`Do`] says.
#[derive(Debug, Default)]
pub struct Relay {
    running: Option<Running>,
    /// What the last batch brought.
    last: Option<Answers>,
}

#[derive(Debug)]
struct Running {
    batch: Batch,
    answers: Vec<Vec<u8>>,
    /// Data of the frames so far of the answer that is being fetched.
    fetched: Vec<u8>,
    frames: usize,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Do {
    /// Send this to the card and hand over what comes back.
    Send(Vec<u8>),
    /// Send this to the plan.
    Report(Answers),
    /// Nothing: it is being done already, or it is over.
    Nothing,
}

impl Relay {
    /// A batch came.
    pub fn batch(&mut self, batch: Batch) -> Do {
        let known = |run: u64, number: u32| run == batch.run && number >= batch.number;
        if self.running.as_ref().is_some_and(|running| known(running.batch.run, running.batch.number)) {
            return Do::Nothing;
        }
        match &self.last {
            Some(last) if last.run == batch.run && last.number == batch.number => return Do::Report(last.clone()),
            // an older one that was delayed
            Some(last) if known(last.run, last.number) => return Do::Nothing,
            _ => {}
        }
        self.running = Some(Running { batch, answers: Vec::new(), fetched: Vec::new(), frames: 0 });
        self.go_on()
    }

    /// An answer of the card came: data and status, empty where there is none.
    pub fn answer(&mut self, bytes: &[u8]) -> Do {
        let Some(running) = &mut self.running else { return Do::Nothing };
        let Some(step) = running.batch.steps.get(running.answers.len()) else { return self.ended(End::Stopped) };
        let Some((data, status)) = bytes.split_last_chunk::<2>() else { return self.ended(End::Gone) };
        let then = step.then;
        running.fetched.extend_from_slice(data);
        if *status == [0x91, 0xAF] && then != Then::More && running.frames < MOST_FRAMES {
            running.frames += 1;
            return Do::Send(FETCH.to_vec());
        }
        running.fetched.extend_from_slice(status);
        let answer = std::mem::take(&mut running.fetched);
        running.answers.push(answer);
        running.frames = 0;
        match (then, *status) {
            (Then::Any, _) | (Then::Done, [0x91, 0x00]) | (Then::More, [0x91, 0xAF]) => self.go_on(),
            _ => self.ended(End::Stopped),
        }
    }

    /// No answer of the card comes any more.
    pub fn failed(&mut self, end: End) -> Do {
        if self.running.is_some() { self.ended(end) } else { Do::Nothing }
    }

    fn go_on(&mut self) -> Do {
        let next = self.running.as_ref().and_then(|running| running.batch.steps.get(running.answers.len()));
        match next {
            Some(step) => Do::Send(step.command.clone()),
            None => self.ended(End::Through),
        }
    }

    fn ended(&mut self, end: End) -> Do {
        let Some(Running { batch, answers, .. }) = self.running.take() else { return Do::Nothing };
        let answers = Answers { run: batch.run, number: batch.number, answers, end };
        self.last = Some(answers.clone());
        Do::Report(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(number: u32, then: &[Then]) -> Batch {
        let steps = then.iter().enumerate().map(|(nth, then)| Step { command: vec![nth as u8], then: *then });
        Batch { run: 7, number, steps: steps.collect() }
    }

    fn report(number: u32, answers: &[&[u8]], end: End) -> Do {
        Do::Report(Answers { run: 7, number, answers: answers.iter().map(|answer| answer.to_vec()).collect(), end })
    }

    #[test]
    fn steps_are_done_in_turn_and_long_answers_fetched() {
        let mut relay = Relay::default();
        assert_eq!(relay.batch(batch(1, &[Then::Any, Then::Done, Then::More])), Do::Send(vec![0]));
        assert_eq!(relay.answer(&[0x91, 0xA0]), Do::Send(vec![1]));
        assert_eq!(relay.answer(&[1, 2, 0x91, 0xAF]), Do::Send(FETCH.to_vec()));
        assert_eq!(relay.answer(&[3, 0x91, 0x00]), Do::Send(vec![2]));
        let answers: [&[u8]; 3] = [&[0x91, 0xA0], &[1, 2, 3, 0x91, 0x00], &[0x91, 0xAF]];
        assert_eq!(relay.answer(&[0x91, 0xAF]), report(1, &answers, End::Through));
    }

    #[test]
    fn another_answer_stops_it() {
        let mut relay = Relay::default();
        let _ = relay.batch(batch(1, &[Then::Done, Then::Done]));
        assert_eq!(relay.answer(&[0x91, 0xAE]), report(1, &[&[0x91, 0xAE]], End::Stopped));
        let _ = relay.batch(batch(2, &[Then::More]));
        assert_eq!(relay.answer(&[0x91, 0x00]), report(2, &[&[0x91, 0x00]], End::Stopped));
        let _ = relay.batch(batch(3, &[Then::Done]));
        assert_eq!(relay.answer(&[]), report(3, &[], End::Gone));
        let _ = relay.batch(batch(4, &[Then::Done]));
        assert_eq!(relay.failed(End::Several), report(4, &[], End::Several));
        assert_eq!(relay.failed(End::Gone), Do::Nothing);
        assert_eq!(relay.answer(&[0x91, 0x00]), Do::Nothing);
    }

    #[test]
    fn nothing_is_done_twice() {
        let mut relay = Relay::default();
        assert_eq!(relay.batch(batch(1, &[Then::Done])), Do::Send(vec![0]));
        assert_eq!(relay.batch(batch(1, &[Then::Done])), Do::Nothing);
        let reported = relay.answer(&[0x91, 0x00]);
        assert_eq!(relay.batch(batch(1, &[Then::Done])), reported);
        let _ = relay.batch(batch(2, &[Then::Done]));
        assert_eq!(relay.batch(batch(1, &[Then::Done])), Do::Nothing);
        let _ = relay.answer(&[0x91, 0x00]);
        assert_eq!(relay.batch(batch(1, &[Then::Done])), Do::Nothing);
    }

    #[test]
    fn a_card_that_goes_on_answering_is_left() {
        let mut relay = Relay::default();
        let mut next = relay.batch(batch(1, &[Then::Done]));
        for _ in 0..=MOST_FRAMES {
            assert!(matches!(next, Do::Send(_)));
            next = relay.answer(&[0xFF, 0x91, 0xAF]);
        }
        assert!(matches!(next, Do::Report(Answers { end: End::Stopped, .. })));
    }
}
