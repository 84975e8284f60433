//! Messages out of transfers: one may come in several pieces, with an empty packet behind it, or behind what was left of another.

use reader::Fault;

use crate::message::{Answer, HEADER, answer, whole_length};

/// What has come and is no whole message yet.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    /// The piece is of a command that was given up.
    stale: bool,
}

impl Inbox {
    /// A command begins: what lies here belongs to one before.
    pub(crate) fn begin(&mut self) {
        self.stale = !self.bytes.is_empty();
    }

    /// Takes a transfer; the messages that are whole now. `most`: the longest that a reader sends.
    pub(crate) fn take(&mut self, transfer: &[u8], most: usize) -> Result<Vec<Answer>, Fault> {
        if self.stale && begins(transfer, most) {
            // the rest of the old piece never came
            self.bytes.clear();
        }
        self.bytes.extend_from_slice(transfer);
        let mut messages = Vec::new();
        while let Some(length) = whole_length(&self.bytes) {
            if length > most {
                let found = self.bytes.len();
                self.bytes.clear();
                return Err(Fault::Malformed { what: "a message", expected: most, found: found.max(length) });
            }
            if self.bytes.len() < length {
                break;
            }
            let rest = self.bytes.split_off(length);
            messages.push(answer(&std::mem::replace(&mut self.bytes, rest))?);
            self.stale = false;
        }
        Ok(messages)
    }
}

/// Whether a transfer looks like the beginning of a message, and not like the rest of one.
fn begins(transfer: &[u8], most: usize) -> bool {
    let Some(length) = whole_length(transfer) else { return false };
    let kind = transfer.first().copied().unwrap_or_default();
    (0x80..=0x83).contains(&kind) && (HEADER..=most).contains(&length) && transfer.len() <= length
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: [u8; 10] = [0x81, 0, 0, 0, 0, 0, 7, 0, 0, 0];
    const BLOCK: [u8; 12] = [0x80, 2, 0, 0, 0, 0, 8, 0, 0, 0, 0x90, 0x00];

    fn seqs(messages: Result<Vec<Answer>, Fault>) -> Vec<u8> {
        messages.unwrap().iter().map(|message| message.seq).collect()
    }

    #[test]
    fn pieces_make_a_message_and_two_are_two() {
        let mut inbox = Inbox::default();
        assert_eq!(seqs(inbox.take(&[], 271)), []);
        assert_eq!(seqs(inbox.take(&BLOCK[..4], 271)), []);
        assert_eq!(seqs(inbox.take(&BLOCK[4..], 271)), [8]);
        assert_eq!(seqs(inbox.take(&[BLOCK.as_slice(), &STATUS].concat(), 271)), [8, 7]);
    }

    #[test]
    fn a_piece_whose_rest_never_came_is_dropped() {
        let mut inbox = Inbox::default();
        assert_eq!(seqs(inbox.take(&BLOCK[..11], 271)), []);
        inbox.begin();
        assert_eq!(seqs(inbox.take(&STATUS, 271)), [7]);
    }

    #[test]
    fn more_than_a_reader_sends_is_no_message() {
        let mut inbox = Inbox::default();
        assert!(inbox.take(&[0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0], 271).is_err());
        assert_eq!(seqs(inbox.take(&STATUS, 271)), [7]);
    }
}
