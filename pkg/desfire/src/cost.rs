//! What a plan costs: every exchange takes a reader some milliseconds, so they are counted, and held against the fewest there
//! can be.

use crate::request::{Body, Request, Transport};

/// Exchanges and bytes of a plan that is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// Commands sent, each with its answer.
    pub exchanges: usize,
    /// Bytes sent.
    pub sent: usize,
    /// Bytes that came back.
    pub received: usize,
}

impl Meter {
    /// One exchange.
    pub fn count(&mut self, sent: &[u8], received: &[u8]) {
        self.exchanges += 1;
        self.sent += sent.len();
        self.received += received.len();
    }
}

/// One step of a plan.
#[derive(Clone, Debug)]
pub enum Act {
    /// SelectApplication, and a handshake of two exchanges.
    Session,
    /// A command within the session.
    Command(Request),
}

/// The fewest exchanges that the plan can take with frames of so many bytes: 3 for a session; for data that are written or read,
/// as many as their bytes alone fill; 1 for everything else.
pub fn fewest(plan: &[Act], frame: usize) -> usize {
    plan.iter().map(|act| act.fewest(frame.max(1))).sum()
}

impl Act {
    fn fewest(&self, frame: usize) -> usize {
        let Act::Command(request) = self else { return 3 };
        let bytes = match (&request.body, request.transport) {
            (Body::Data(data), Transport::Write(_)) => data.len(),
            (_, Transport::Read(_, length)) => length.unwrap_or_default(),
            _ => 0,
        };
        bytes.div_ceil(frame).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command as _, CommitTransaction, DataFile, Opcode, ReadData, WriteData};
    use crate::request::CommMode;
    use crate::types::{FileNo, U24};

    #[test]
    fn sessions_data_and_the_rest() {
        let file = DataFile { no: FileNo::new(1).unwrap(), mode: CommMode::Full };
        let write = |bytes: usize| {
            let data = vec![0; bytes].into();
            Act::Command(WriteData { file, offset: U24::ZERO, data, opcode: Opcode::Native }.request())
        };
        let read = ReadData { file, offset: U24::ZERO, length: U24::from(130), opcode: Opcode::Native };
        let plan = [
            Act::Session,
            write(64),
            write(65),
            Act::Command(read.request()),
            Act::Command(CommitTransaction.request()),
        ];
        assert_eq!(fewest(&plan, 64), 3 + 1 + 2 + 3 + 1);
        let mut meter = Meter::default();
        meter.count(&[1, 2, 3], &[4]);
        assert_eq!(meter, Meter { exchanges: 1, sent: 3, received: 1 });
    }
}
