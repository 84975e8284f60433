//! Keys and key sets.

use super::{Command, nothing, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::key::{Key, KeyType};
use crate::request::{Afterwards, CommMode, Request, Transport};
use crate::types::{Fields, KeySetNo};

/// GetKeyVersion, `64`.
#[derive(Clone, Copy, Debug)]
pub struct GetKeyVersion {
    /// Number of the key.
    pub key_no: u8,
    /// In this set instead of the active one (EV2 and later).
    pub key_set: Option<KeySetNo>,
}

impl Command for GetKeyVersion {
    type Reply = u8;

    fn request(&self) -> Request {
        match self.key_set {
            None => Request::administrative(0x64, [self.key_no]),
            Some(set) => Request::administrative(0x64, [self.key_no | 0x40, set.get()]),
        }
    }

    fn reply(&self, answer: &Answer) -> Result<u8, Error> {
        let mut fields = Fields::new("the version of a key", &answer.data);
        let version = fields.u8()?;
        fields.end()?;
        Ok(version)
    }
}

/// GetKeyVersion of every set of an application: their versions, the active one first.
#[derive(Clone, Copy, Debug)]
pub struct GetKeySetVersions;

impl Command for GetKeySetVersions {
    type Reply = Vec<u8>;

    fn request(&self) -> Request {
        Request::administrative(0x64, [0x40, 0x80])
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<u8>, Error> {
        Ok(answer.data.clone())
    }
}

/// What a bare answer says: the card took it, if it was the card that answered. Nothing protects the answer, so whoever relays may
/// have made it up; only a session opened with the new key confirms it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "authenticate with the new key before anything relies on it"]
pub struct Unconfirmed(());

/// ChangeKey, `C4`, of the key that opened the session. The answer is bare and the session ends.
#[derive(Clone, Debug)]
pub struct ChangeOwnKey {
    /// Its number.
    pub key_no: u8,
    /// The new key.
    pub new: Key,
    /// Whether it is the card's own master key, whose type may change with it.
    pub picc: bool,
}

/// ChangeKey, `C4`, of another key than the one that opened the session.
#[derive(Clone, Debug)]
pub struct ChangeKey {
    /// Its number.
    pub key_no: u8,
    /// The new key.
    pub new: Key,
    /// The key that it replaces, with its version: what is sent is the difference of what is stored.
    pub old: Key,
}

/// ChangeKeyEV2, `C6`: a key of any set. A set that is not active always takes the difference, whichever key opened the
/// session. (The session's own key in the active set: [`ChangeOwnKey`].)
#[derive(Clone, Debug)]
pub struct ChangeKeyEv2 {
    /// The set.
    pub key_set: KeySetNo,
    /// Number of the key.
    pub key_no: u8,
    /// The new key.
    pub new: Key,
    /// The key that it replaces.
    pub old: Key,
}

/// InitializeKeySet, `56`: an empty set of keys of that type.
#[derive(Clone, Copy, Debug)]
pub struct InitializeKeySet {
    /// Another than the active one.
    pub key_set: KeySetNo,
    /// Of the application's type: a set of 2K3DES keys in an AES application is useless, and no card says so.
    pub key_type: KeyType,
}

/// FinalizeKeySet, `57`: the set is complete and has that version.
#[derive(Clone, Copy, Debug)]
pub struct FinalizeKeySet {
    /// Another than the active one.
    pub key_set: KeySetNo,
    /// Its version.
    pub version: u8,
}

/// RollKeySet, `55`: the set becomes the active one. Only in a session of the roll key; the answer is bare and the session
/// ends.
#[derive(Clone, Copy, Debug)]
pub struct RollKeySet {
    /// Another than the active one.
    pub key_set: KeySetNo,
}

impl Command for ChangeOwnKey {
    type Reply = Unconfirmed;

    fn request(&self) -> Request {
        let bits = if self.picc { self.new.kind().bits() } else { 0x00 };
        Request::new(0xC4, [self.key_no | bits], Transport::Write(CommMode::Full))
            .key(self.new.clone(), None)
            .afterwards(Afterwards::EndsBare)
    }

    fn reply(&self, answer: &Answer) -> Result<Unconfirmed, Error> {
        nothing(answer).map(|()| Unconfirmed(()))
    }
}

impl Command for RollKeySet {
    type Reply = Unconfirmed;

    fn request(&self) -> Request {
        Request::new(0x55, [self.key_set.get()], Transport::AdministrativeMaced).afterwards(Afterwards::EndsBare)
    }

    fn reply(&self, answer: &Answer) -> Result<Unconfirmed, Error> {
        nothing(answer).map(|()| Unconfirmed(()))
    }
}

tells_nothing! {
    ChangeKey => |this| Request::new(0xC4, [this.key_no], Transport::Write(CommMode::Full))
        .key(this.new.clone(), Some(this.old.clone()));
    ChangeKeyEv2 => |this| Request::new(0xC6, [this.key_set.get(), this.key_no], Transport::Write(CommMode::Full))
        .key(this.new.clone(), Some(this.old.clone()));
    InitializeKeySet => |this| {
        let kind = match this.key_type {
            KeyType::Des | KeyType::TwoKey3Des => 0x00,
            KeyType::ThreeKey3Des => 0x01,
            KeyType::Aes => 0x02,
        };
        Request::new(0x56, [this.key_set.get(), kind], Transport::AdministrativeMaced)
    };
    FinalizeKeySet => |this| Request::new(0x57, [this.key_set.get(), this.version], Transport::AdministrativeMaced);
}
