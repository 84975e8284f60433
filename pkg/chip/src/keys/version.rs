//! Versions of keys: what a card tells of its keys without a session.

use desfire::Key;

use super::{KeyFault, KeyName, Keys, Uid};

/// Version of a set of keys, 0x01 to 0x7E. On a card each key has it as its version; the two that a card has before it is issued have
/// it with the highest bit set, so that a card tells without a session which of a set's keys it has. 0x00 is what the factory's keys
/// have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetVersion(u8);

/// The bit of a version on a card that says: not issued yet.
const BEFORE_ISSUE: u8 = 0x80;

impl SetVersion {
    /// `None` for 0x00 and from 0x7F on.
    pub fn new(version: u8) -> Option<Self> {
        (1..BEFORE_ISSUE - 1).contains(&version).then_some(SetVersion(version))
    }

    /// The set's number.
    pub fn get(self) -> u8 {
        self.0
    }

    /// The version that a key of this set has on a card.
    pub fn on_card(self, name: KeyName) -> u8 {
        match name {
            KeyName::Transport | KeyName::Default => self.0 | BEFORE_ISSUE,
            _ => self.0,
        }
    }
}

/// What the version of a card's own master key (PICC key 0) says of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// As the factory ships it, if it is a blank at all.
    Factory,
    /// A blank with the transport key of that set.
    Blank(SetVersion),
    /// Issued, with the key of that set.
    Issued(SetVersion),
    /// No set has that version.
    Unknown(u8),
}

impl Stage {
    /// Of a version as GetKeyVersion tells it.
    pub fn of(version: u8) -> Self {
        match SetVersion::new(version & !BEFORE_ISSUE) {
            _ if version == 0 => Stage::Factory,
            Some(set) if version & BEFORE_ISSUE != 0 => Stage::Blank(set),
            Some(set) => Stage::Issued(set),
            None => Stage::Unknown(version),
        }
    }
}

/// A key as it stands on a card: with the version by which it is recognised there.
pub(crate) fn on_card(keys: &dyn Keys, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, KeyFault> {
    Ok(keys.card_key(set, name, uid)?.with_version(set.on_card(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_says_what_a_card_is() {
        let set = SetVersion::new(0x7E).unwrap();
        assert_eq!(Stage::of(set.on_card(KeyName::Transport)), Stage::Blank(set));
        assert_eq!(Stage::of(set.on_card(KeyName::Picc)), Stage::Issued(set));
        assert_eq!(Stage::of(0x00), Stage::Factory);
        for version in [0x7F, 0x80, 0xFF] {
            assert_eq!(Stage::of(version), Stage::Unknown(version));
        }
        assert_eq!((SetVersion::new(0), SetVersion::new(0x7F)), (None, None));
    }
}
