//! What a card holds: the approved content, and the files that it becomes on one particular chip.

pub mod link;
pub mod record;

use desfire::sdm::SdmSettings;
use model::card_code::CardCode;
use ndef::MessageError;
use sha2::{Digest as _, Sha256};

use crate::keys::{KeyFault, Keys, SetVersion, Uid};
use crate::layout::{CODE_SIZE, MESSAGE_SIZE, RECORD_SIZE, SIGNATURE_SIZE};
use crate::profile::Profile;
use link::Host;
use record::{Record, RecordError};

/// SHA-256 of an approved content.
pub type Hash = [u8; 32];

/// Content that was approved for a card. It names no chip: any blank can take it. `Debug` tells nothing of the holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// Who the card is about.
    pub record: Record,
    /// What door systems know the holder by.
    pub access: [u8; CODE_SIZE],
    /// What timekeeping systems know the holder by.
    pub timekeeping: [u8; CODE_SIZE],
    /// Where the public page is.
    pub host: Host,
}

/// Why content cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The link makes no message.
    #[error("the link makes no message")]
    Message(#[from] MessageError),
    /// Nothing signs it.
    #[error("nothing signs the content")]
    Key(#[from] KeyFault),
    /// The message is longer than its file.
    #[error("the message has {0} bytes, there is room for {MESSAGE_SIZE}")]
    Room(usize),
}

/// The files of one chip.
#[derive(Clone, PartialEq, Eq)]
pub struct Files {
    /// The identity record's file, without the zeros behind it.
    pub record: Vec<u8>,
    /// Set whose key signed, and signature over record and identifier.
    pub signature: [u8; SIGNATURE_SIZE],
    /// Access code.
    pub access: [u8; CODE_SIZE],
    /// Timekeeping code.
    pub timekeeping: [u8; CODE_SIZE],
    /// The message's file.
    pub message: Vec<u8>,
    /// Where the card fills in the message, on cards that prove each tap.
    pub sdm: Option<SdmSettings>,
}

/// What the signature on a chip covers: that it is one of ours for exactly this chip.
pub fn record_message(uid: &Uid, record: &[u8]) -> Vec<u8> {
    [b"congthe chip record 1\0".as_slice(), uid, record].concat()
}

/// What the signature in a fixed link covers.
pub fn link_message(uid: &Uid, code: &CardCode) -> Vec<u8> {
    [b"congthe chip link 1\0".as_slice(), uid, code.as_str().as_bytes()].concat()
}

impl Content {
    /// The hash that the approved snapshot and what was written are compared by. It depends on no chip.
    ///
    /// # Errors
    /// [`ContentError::Record`].
    pub fn hash(&self) -> Result<Hash, ContentError> {
        let record = self.record.encode()?;
        let host = self.host.as_str();
        let mut hash = Sha256::new();
        hash.update(b"congthe chip content 1\0");
        hash.update((record.len() as u32).to_be_bytes());
        hash.update(&record);
        hash.update(self.access);
        hash.update(self.timekeeping);
        hash.update(host.as_bytes());
        Ok(hash.finalize().into())
    }

    /// The files that it becomes on a chip, signed with the key of that set.
    ///
    /// # Errors
    /// [`ContentError`].
    pub fn files(&self, uid: &Uid, profile: Profile, keys: &dyn Keys, set: SetVersion) -> Result<Files, ContentError> {
        let record = self.record.encode()?;
        let mut signature = [set.get(); SIGNATURE_SIZE];
        signature[1..].copy_from_slice(&keys.sign_card(set, &record_message(uid, &record))?);
        let link = if profile.has_sun() {
            link::dynamic(&self.host)
        } else {
            let code = &self.record.code;
            link::fixed(&self.host, code, &keys.sign_card(set, &link_message(uid, code))?)
        };
        let message = link::message_file(&link)?;
        if message.len() > usize::from(MESSAGE_SIZE) {
            return Err(ContentError::Room(message.len()));
        }
        let sdm = if profile.has_sun() { link::settings(&message) } else { None };
        let record = record::into_file(&record);
        Ok(Files { record, signature, access: self.access, timekeeping: self.timekeeping, message, sdm })
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Content(for {})", self.host.as_str())
    }
}

impl Files {
    /// The record's file to its end: what takes the place of an older record must leave nothing of it behind.
    pub(crate) fn whole_record(&self) -> Vec<u8> {
        let mut whole = self.record.clone();
        whole.resize(usize::from(RECORD_SIZE), 0x00);
        whole
    }

    /// SHA-256 of the message's file: the link that a chip holds.
    pub(crate) fn link(&self) -> Hash {
        Sha256::digest(&self.message).into()
    }
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files(record of {} bytes, message of {})", self.record.len(), self.message.len())
    }
}
