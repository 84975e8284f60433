//! An IN endpoint as the host controller sees it: packets, of which a short one ends a transfer (USB 2.0 §5.8.3).
use crate::usb::Read;
use std::collections::VecDeque;

/// What follows a message whose length is a multiple of the packet size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// A zero-length packet, as USB wants it.
    #[default]
    Zero,
    /// A zero-length packet after every message, also when a short packet has ended it.
    Always,
    /// Nothing: a transfer that asks for more stays open.
    Never,
}

struct Packet {
    ready: u64,
    bytes: Vec<u8>,
}

pub(crate) struct Pipe {
    size: usize,
    ending: Ending,
    packets: VecDeque<Packet>,
    pub halted: bool,
}

impl Pipe {
    pub fn new(size: u16, ending: Ending) -> Self {
        Self { size: usize::from(size.max(1)), ending, packets: VecDeque::new(), halted: false }
    }

    /// Forgets what was sent and clears the halt.
    pub fn reset(&mut self) {
        self.packets.clear();
        self.halted = false;
    }

    /// Queues a message that the device sends at `ready` microseconds, behind what is sent until then.
    pub fn push(&mut self, ready: u64, message: &[u8]) {
        let behind = self.packets.iter().take_while(|packet| packet.ready <= ready).count();
        let later = self.packets.split_off(behind);
        let packets = self.split(ready, message);
        self.packets.extend(packets);
        self.packets.extend(later);
    }

    /// Queues a message before all others.
    pub fn push_front(&mut self, ready: u64, message: &[u8]) {
        for packet in self.split(ready, message).into_iter().rev() {
            self.packets.push_front(packet);
        }
    }

    /// Takes back what has not been sent yet.
    pub fn retract(&mut self, now: u64) {
        self.packets.retain(|packet| packet.ready <= now);
    }

    /// Puts off everything from the packet `from` on.
    pub fn put_off(&mut self, from: usize, until: u64) {
        for packet in self.packets.iter_mut().skip(from) {
            packet.ready = packet.ready.max(until);
        }
    }

    /// Takes out all packets from `from` on, joined to the messages that they were; zero-length ones are left out.
    pub fn take_behind(&mut self, from: usize) -> Vec<Vec<u8>> {
        let mut messages = vec![Vec::new()];
        let from = from.min(self.packets.len());
        for packet in self.packets.drain(from..) {
            let ends = packet.bytes.len() < self.size;
            if let Some(message) = messages.last_mut() {
                message.extend(packet.bytes);
            }
            if ends {
                messages.push(Vec::new());
            }
        }
        messages.retain(|message| !message.is_empty());
        messages
    }

    /// When the first packet that is not ready will be.
    pub fn next(&self, now: u64) -> Option<u64> {
        self.packets.iter().map(|packet| packet.ready).find(|ready| *ready > now)
    }

    pub fn queued(&self) -> usize {
        self.packets.len()
    }

    /// One transfer of `length` bytes at most.
    pub fn read(&mut self, now: u64, length: usize) -> Read {
        let mut room = length;
        for (index, packet) in self.packets.iter().enumerate() {
            if packet.ready > now {
                return Read::Pending;
            }
            let Some(left) = room.checked_sub(packet.bytes.len()) else {
                self.packets.drain(..=index);
                return Read::Babble;
            };
            room = left;
            if room == 0 || packet.bytes.len() < self.size {
                return Read::Data(self.packets.drain(..=index).flat_map(|packet| packet.bytes).collect());
            }
        }
        Read::Pending
    }

    fn split(&self, ready: u64, message: &[u8]) -> Vec<Packet> {
        let mut packets: Vec<_> =
            message.chunks(self.size).map(|bytes| Packet { ready, bytes: bytes.to_vec() }).collect();
        let zero = match self.ending {
            Ending::Zero => message.len().is_multiple_of(self.size),
            Ending::Always => true,
            Ending::Never => message.is_empty(),
        };
        if zero {
            packets.push(Packet { ready, bytes: Vec::new() });
        }
        packets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_packet_ends_a_transfer() {
        let mut pipe = Pipe::new(4, Ending::Zero);
        pipe.push(0, &[1, 2, 3, 4, 5]);
        pipe.push(0, &[6, 7, 8, 9]);
        assert_eq!(pipe.read(0, 8), Read::Data(vec![1, 2, 3, 4, 5]));
        assert_eq!(pipe.read(0, 4), Read::Data(vec![6, 7, 8, 9]));
        assert_eq!(pipe.read(0, 4), Read::Data(vec![]));
        assert_eq!(pipe.read(0, 4), Read::Pending);
    }

    #[test]
    fn a_full_packet_leaves_it_open() {
        let mut pipe = Pipe::new(4, Ending::Never);
        pipe.push(0, &[1, 2, 3, 4]);
        assert_eq!(pipe.read(0, 8), Read::Pending);
        pipe.push(0, &[5]);
        assert_eq!(pipe.read(0, 8), Read::Data(vec![1, 2, 3, 4, 5]));
    }

    #[test]
    fn what_does_not_fit_babbles() {
        let mut pipe = Pipe::new(4, Ending::Zero);
        pipe.push(0, &[1, 2, 3]);
        assert_eq!(pipe.read(0, 2), Read::Babble);
        assert_eq!(pipe.read(0, 4), Read::Pending);
    }
}
