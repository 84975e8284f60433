//! XfrBlock at the levels of exchange that a reader may have (CCID §6.1.4).
use super::engine::{CcidReader, Outcome};
use super::make::feature;
use super::message::{Command, error};
use super::pseudo;
use crate::firmware::Board;

impl CcidReader {
    pub(super) fn transfer(&mut self, board: &mut Board, command: &Command) -> Outcome {
        let level = u16::from_le_bytes([command.specific[1], command.specific[2]]);
        let features = self.make.features;
        if features & feature::EXTENDED_APDU != 0 {
            self.extended(board, level, &command.data)
        } else if features & feature::SHORT_APDU != 0 {
            self.short(board, level, &command.data)
        } else if features & feature::TPDU != 0 {
            self.tpdu(board, &command.data)
        } else {
            Outcome::Failed(error::NOT_SUPPORTED)
        }
    }

    /// wLevelParameter: 0 whole, 1 begins, 3 goes on, 2 ends, 10 asks for more of the answer.
    fn extended(&mut self, board: &mut Board, level: u16, data: &[u8]) -> Outcome {
        if !matches!(level, 0x0010) {
            self.slot.answer.clear();
        }
        match (level, self.slot.command.take()) {
            (0x0000, _) => self.answered(board, data),
            (0x0001, _) => self.wants_more(data.to_vec()),
            (0x0003, Some(begun)) => self.wants_more([&begun, data].concat()),
            (0x0002, Some(begun)) => self.answered(board, &[&begun, data].concat()),
            (0x0010, None) if data.is_empty() => self.rest(0),
            _ => Outcome::Failed(error::LEVEL),
        }
    }

    fn wants_more(&mut self, command: Vec<u8>) -> Outcome {
        // CCID §3.2: the longest APDU has 65 544 bytes
        if command.len() > 65_544 {
            return Outcome::Failed(error::LENGTH);
        }
        self.slot.command = Some(command);
        Outcome::Data { after: 0, chain: self.make.quirks.more, data: Vec::new() }
    }

    fn short(&mut self, board: &mut Board, level: u16, data: &[u8]) -> Outcome {
        match level {
            0x0010 if self.make.quirks.chained_answers.is_some() && data.is_empty() => self.rest(0),
            // 5 + 255 + 1
            _ if data.len() > 261 => Outcome::Failed(error::LENGTH),
            0x0000 => self.answered(board, data),
            _ => Outcome::Failed(error::LEVEL),
        }
    }

    fn answered(&mut self, board: &mut Board, command: &[u8]) -> Outcome {
        let Some((after, answer)) = self.exchange(board, command) else { return Outcome::Failed(error::ICC_MUTE) };
        self.slot.answer = answer;
        let whole = self.slot.answer.len() <= self.room();
        match self.rest(after) {
            Outcome::Data { after, data, .. } => Outcome::Data { after, chain: if whole { 0x00 } else { 0x01 }, data },
            failed => failed,
        }
    }

    /// Bytes of an answer that one DataBlock takes.
    fn room(&self) -> usize {
        let message = usize::try_from(self.make.max_message).unwrap_or(usize::MAX).saturating_sub(10).max(1);
        match self.make.quirks.chained_answers {
            Some(pieces) if self.make.features & feature::SHORT_APDU != 0 => pieces.clamp(1, message),
            _ => message,
        }
    }

    /// The next piece of the answer: bChainParameter 3 goes on, 2 ends.
    fn rest(&mut self, after: u64) -> Outcome {
        if self.slot.answer.is_empty() {
            return Outcome::Failed(error::LEVEL);
        }
        let rest = self.slot.answer.split_off(self.room().min(self.slot.answer.len()));
        let data = std::mem::replace(&mut self.slot.answer, rest);
        let chain = if self.slot.answer.is_empty() { 0x02 } else { 0x03 };
        Outcome::Data { after, chain, data }
    }

    fn tpdu(&mut self, board: &mut Board, block: &[u8]) -> Outcome {
        let mut t1 = std::mem::take(&mut self.slot.t1);
        let answer = t1.block(block, &mut |command| self.exchange(board, command));
        self.slot.t1 = t1;
        match answer {
            Some((after, data)) => Outcome::Data { after, chain: 0x00, data },
            None => Outcome::Failed(error::ICC_MUTE),
        }
    }

    /// A command to the reader or the card: microseconds, and the answer.
    pub(super) fn exchange(&mut self, board: &mut Board, command: &[u8]) -> Option<(u64, Vec<u8>)> {
        let activation = self.slot.activation.as_ref()?;
        match pseudo::answer(command, activation) {
            Some(answer) => Some((0, answer)),
            None => {
                let longest = self.make.quirks.longest_answer.unwrap_or(usize::MAX);
                board.field.exchange(command).filter(|(_, answer)| answer.len() <= longest)
            }
        }
    }
}
