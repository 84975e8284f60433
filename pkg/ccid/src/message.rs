//! Messages of the bulk pipes (CCID rev 1.1 §6.1, §6.2) and of the interrupt pipe (§6.3).

use reader::Fault;

/// Header of every message.
pub(crate) const HEADER: usize = 10;

/// Commands (§6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    PowerOn,
    PowerOff,
    GetSlotStatus,
    Transfer,
    SetParameters,
    Escape,
}

impl Kind {
    fn code(self) -> u8 {
        match self {
            Kind::PowerOn => 0x62,
            Kind::PowerOff => 0x63,
            Kind::GetSlotStatus => 0x65,
            Kind::Transfer => 0x6F,
            Kind::SetParameters => 0x61,
            Kind::Escape => 0x6B,
        }
    }

    /// The message that answers it (§6.2).
    pub(crate) fn answer(self) -> u8 {
        match self {
            Kind::PowerOn | Kind::Transfer => 0x80,
            Kind::PowerOff | Kind::GetSlotStatus => 0x81,
            Kind::SetParameters => 0x82,
            Kind::Escape => 0x83,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::PowerOn => "switching the card on",
            Kind::PowerOff => "switching the card off",
            Kind::GetSlotStatus => "the slot's status",
            Kind::Transfer => "moving a command",
            Kind::SetParameters => "the protocol's parameters",
            Kind::Escape => "a command for the reader",
        }
    }
}

/// A command for a slot. `specific`: the three bytes of the header that mean something else in each.
pub(crate) fn command(kind: Kind, slot: u8, seq: u8, specific: [u8; 3], data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + data.len());
    bytes.push(kind.code());
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend([slot, seq]);
    bytes.extend(specific);
    bytes.extend_from_slice(data);
    bytes
}

/// Whether a card is in the slot (bStatus, bits 0 and 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icc {
    Active,
    Inactive,
    Absent,
}

/// How a command ended (bStatus, bits 6 and 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Well,
    Failed,
    /// Not at all: the reader asks for more time.
    Later,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) kind: u8,
    pub(crate) slot: u8,
    pub(crate) seq: u8,
    pub(crate) icc: Icc,
    pub(crate) ended: Ended,
    /// bError.
    pub(crate) error: u8,
    /// bChainParameter of a data block.
    pub(crate) chain: u8,
    pub(crate) data: Vec<u8>,
}

/// The length of the message that begins so, header included; `None` while the header is not whole.
pub(crate) fn whole_length(bytes: &[u8]) -> Option<usize> {
    let [_, a, b, c, d, ..] = *bytes else { return None };
    (bytes.len() >= HEADER).then(|| HEADER.saturating_add(u32::from_le_bytes([a, b, c, d]) as usize))
}

/// Reads one whole message.
pub(crate) fn answer(bytes: &[u8]) -> Result<Answer, Fault> {
    let (Some(header), Some(length)) = (bytes.first_chunk::<HEADER>(), whole_length(bytes)) else {
        return Err(Fault::Malformed { what: "a message", expected: HEADER, found: bytes.len() });
    };
    if bytes.len() != length {
        return Err(Fault::Malformed { what: "a message", expected: length, found: bytes.len() });
    }
    let [kind, _, _, _, _, slot, seq, status, error, chain] = *header;
    let icc = match status & 0x03 {
        0 => Icc::Active,
        1 => Icc::Inactive,
        _ => Icc::Absent,
    };
    let ended = match status >> 6 {
        0 => Ended::Well,
        2 => Ended::Later,
        _ => Ended::Failed,
    };
    Ok(Answer { kind, slot, seq, icc, ended, error, chain, data: bytes[HEADER..].to_vec() })
}

/// NotifySlotChange (§6.3.1): whether there is a card in the slot, and whether that changed. Other messages tell nothing of it.
pub(crate) fn notified(bytes: &[u8], slot: u8) -> Option<(bool, bool)> {
    const NOTIFY_SLOT_CHANGE: u8 = 0x50;
    let (NOTIFY_SLOT_CHANGE, states) = bytes.split_first().map(|(kind, states)| (*kind, states))? else { return None };
    let state = states.get(usize::from(slot / 4))? >> (2 * (slot % 4));
    Some((state & 0x01 != 0, state & 0x02 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_share_bytes_of_a_notification() {
        assert_eq!(notified(&[0x50, 0x03], 0), Some((true, true)));
        assert_eq!(notified(&[0x50, 0x08], 1), Some((false, true)));
        assert_eq!(notified(&[0x50, 0x00, 0x01], 4), Some((true, false)));
        assert_eq!(notified(&[0x50, 0x03], 4), None);
        assert_eq!(notified(&[0x51, 0x00, 0x01, 0x01], 0), None);
        assert_eq!(notified(&[], 0), None);
    }

    #[test]
    fn a_message_is_as_long_as_it_says() {
        let status = [0x81, 0, 0, 0, 0, 0, 7, 0x02, 0, 0];
        assert_eq!(answer(&status).map(|answer| (answer.seq, answer.icc)), Ok((7, Icc::Absent)));
        assert!(answer(&status[..9]).is_err());
        assert!(answer(&[0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0]).is_err());
    }
}
