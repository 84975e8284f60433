//! Power cuts: before a command, after its effect, and inside its non-volatile write.
use crate::card::Card;
use crate::file::Content;
use crate::state::{Aid, State};

/// When the field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tear {
    /// Before the command is received.
    BeforeCommand,
    /// When everything is written, before the answer is sent.
    BeforeAnswer,
    /// While memory is being written, by this frame or the next one that writes, with this many per cent of it done. Standard files keep the part that was written;
    /// everything else has a backup and is as before, unless all of it was done.
    InsideWrite {
        /// 0 to 100.
        percent: u8,
    },
}

/// What has to be known to undo.
pub(crate) struct Torn {
    tear: Tear,
    before: State,
    selected: Aid,
}

impl Torn {
    pub fn before(tear: Tear, card: &Card) -> Self {
        Self { tear, before: card.nv.clone(), selected: card.v.selected }
    }

    /// Whether a cut inside a write has met none yet.
    pub fn waits(&self, card: &Card) -> bool {
        matches!(self.tear, Tear::InsideWrite { .. }) && card.nv.writes == self.before.writes
    }

    /// Leaves the memory as the power cut does.
    pub fn after(self, card: &mut Card) {
        let Tear::InsideWrite { percent } = self.tear else { return };
        if percent >= 100 {
            return;
        }
        let done = std::mem::replace(&mut card.nv, self.before);
        let Some((number, offset, length)) = card.v.wrote else { return };
        let file = |state: &State| Some(state.application(self.selected)?.files.get(&number)?.content.clone());
        let Some(Content::Standard { data: new, .. }) = file(&done) else { return };
        let Some(target) = card.nv.application_mut(self.selected).and_then(|found| found.files.get_mut(&number)) else {
            return;
        };
        let reached = length * usize::from(percent) / 100;
        if let Content::Standard { data, .. } = &mut target.content {
            for (to, from) in data.iter_mut().zip(new.iter()).skip(offset).take(reached) {
                *to = *from;
            }
        }
        target.wrote(offset, reached);
        card.nv.writes = done.writes;
    }
}
