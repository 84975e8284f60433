//! One command, its acknowledgement, its answer.

use reader::{Fault, Step};

use crate::frame::{ACK, Frame, decode, encode};

/// The acknowledgement comes at once.
const ACKNOWLEDGED: u32 = 1_000;
/// Frames that belong to nothing, before something is wrong.
const MOST_STRAY: u8 = 10;

/// A chip that is spoken to in frames. It does not number its answers: after a command that was given up, only
/// [`Dialogue::begin`] tells old answers from new ones.
#[derive(Debug)]
pub struct Dialogue {
    to_chip: u8,
    to_host: u8,
    /// Sony's Port-100: extended frames only, least significant byte first.
    extended: bool,
    asked: Option<Asked>,
    unclear: bool,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    code: u8,
    wait: u32,
    acknowledged: bool,
    stray: u8,
}

/// What a transfer means.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing yet.
    Wait(Step),
    /// The answer, behind its code.
    Answer(Vec<u8>),
    /// The chip does not take the command.
    Refused(u8),
}

impl Dialogue {
    /// NXP's chips.
    pub fn pn53x() -> Self {
        Dialogue { to_chip: 0xD4, to_host: 0xD5, extended: false, asked: None, unclear: true }
    }

    /// Sony's NFC Port-100.
    pub fn port100() -> Self {
        Dialogue { to_chip: 0xD6, to_host: 0xD7, extended: true, asked: None, unclear: true }
    }

    /// The first command: whatever was under way is given up, and answers to it are dropped. It must be one that is never sent
    /// otherwise.
    pub fn begin(&mut self, command: &[u8], wait: u32) -> Step {
        self.unclear = false;
        let step = self.ask(command, wait);
        match step {
            Step::Send { writes, wait } => {
                Step::Send { writes: std::iter::once(ACK.to_vec()).chain(writes).collect(), wait }
            }
            step => step,
        }
    }

    /// A command: its code, its parameters.
    pub fn ask(&mut self, command: &[u8], wait: u32) -> Step {
        let code = command.first().copied().unwrap_or_default();
        self.asked = Some(Asked { code, wait, acknowledged: false, stray: 0 });
        let frame = encode(&[&[self.to_chip], command].concat(), self.extended);
        Step::Send { writes: vec![frame], wait: ACKNOWLEDGED }
    }

    /// Whether a command was given up since [`Dialogue::begin`].
    pub fn is_unclear(&self) -> bool {
        self.unclear
    }

    /// The command under way is given up.
    pub fn give_up(&mut self) {
        self.unclear |= self.asked.take().is_some();
    }

    /// Takes a transfer.
    ///
    /// # Errors
    /// [`Fault::Turn`] when nothing was asked, [`Fault::Malformed`] when nothing that is understood comes.
    pub fn received(&mut self, bytes: &[u8]) -> Result<Heard, Fault> {
        let Some(asked) = &mut self.asked else { return Err(Fault::Turn) };
        match decode(bytes, self.extended) {
            Some(Frame::Ack) if !asked.acknowledged => {
                asked.acknowledged = true;
                return Ok(Heard::Wait(Step::Await { wait: asked.wait }));
            }
            Some(Frame::Data([way, code, data @ ..]))
                if asked.acknowledged && *way == self.to_host && *code == asked.code.wrapping_add(1) =>
            {
                self.asked = None;
                return Ok(Heard::Answer(data.to_vec()));
            }
            Some(Frame::Error) if asked.acknowledged => {
                let code = asked.code;
                self.asked = None;
                return Ok(Heard::Refused(code));
            }
            _ => {}
        }
        // of a command before, or garbled
        asked.stray += 1;
        if asked.stray > MOST_STRAY {
            let expected = usize::from(asked.code);
            self.give_up();
            return Err(Fault::Malformed { what: "a frame", expected, found: bytes.len() });
        }
        Ok(Heard::Wait(Step::Await { wait: if asked.acknowledged { asked.wait } else { ACKNOWLEDGED } }))
    }
}
