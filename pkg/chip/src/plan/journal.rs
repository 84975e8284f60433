//! What is written down of a card before anything is sent to it, and what an earlier run has left.

use serde::{Deserialize, Serialize};

use crate::content::Hash;
use crate::layout::{IdentityFile, Place};
use crate::profile::Profile;

/// What a run means to do to a card. Versions of keys are as the card tells them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Intent {
    /// The blank becomes the card with this content.
    Issue {
        /// Its hash.
        content: Hash,
        /// Key set.
        set: u8,
        /// What the card can do.
        profile: Profile,
    },
    /// The issued card gets this content.
    Update {
        /// Its hash.
        content: Hash,
    },
    /// The issued card gets the keys of this set.
    Rekey {
        /// Key set.
        set: u8,
    },
    /// The card becomes a blank with the transport key of this set.
    Blank {
        /// Key set.
        set: u8,
    },
    /// FormatPICC.
    Format,
    /// Settings of the card's master key.
    Settings,
    /// The key that applications begin with.
    DefaultKey {
        /// Its version.
        version: u8,
    },
    /// An application is created.
    Application(Place),
    /// A file of the identity application is created.
    IdentityFile(IdentityFile),
    /// A file of the tag is created.
    TagFile(u8),
    /// A key takes the place of another.
    Key {
        /// Where.
        place: Place,
        /// Number.
        number: u8,
        /// Version of the key that is there.
        from: u8,
        /// Version of the new one.
        to: u8,
    },
    /// Data for a file of the identity application, which count with [`Intent::Commit`].
    Data(IdentityFile),
    /// CommitTransaction in the identity application.
    Commit,
    /// The tag's container.
    Container,
    /// The tag's message with this hash: its length is zero until all of it is there.
    Message(Hash),
    /// Where the card fills in the message.
    DynamicLink,
}

/// A line of a card's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// About to be sent.
    Meant(Intent),
    /// The card has proved that it did it.
    Held(Intent),
    /// A run is over: the card is what it was to become.
    Reached(Reached),
}

/// What a card was to become, and is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reached {
    /// A blank: no application, the transport key of this set.
    Blank {
        /// Key set.
        set: u8,
    },
    /// Issued with this content and the keys of this set.
    Issued {
        /// Hash of the content.
        content: Hash,
        /// Key set.
        set: u8,
    },
    /// Has this content now.
    Updated {
        /// Hash of the content.
        content: Hash,
    },
    /// Has the keys of this set now.
    Rekeyed {
        /// Key set.
        set: u8,
    },
}

/// What the journal says of a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Past {
    pub standing: Standing,
    /// Whether a run has begun and no other has ended since.
    pub unfinished: bool,
    /// The message that the tag is known to hold.
    pub link: Option<Hash>,
    /// What the card said that it can do when it was made, in a session.
    pub profile: Option<Profile>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing is known: not ours, or a blank that was keyed elsewhere.
    #[default]
    Unknown,
    /// A blank.
    Blank,
    /// Being made; not active, since its own master key was not sent.
    Making,
    /// Everything on it is as approved, and its own master key was sent: with that key it is issued, with the transport key not.
    Made { content: Hash, set: u8 },
    /// Issued.
    Issued { content: Hash, set: u8 },
    /// On its way to a blank.
    Blanking,
}

impl Past {
    pub fn of(journal: &[Entry]) -> Self {
        let mut past = Past::default();
        let mut making = None;
        for entry in journal {
            match entry {
                Entry::Meant(intent) => past.meant(intent, &mut making),
                Entry::Held(Intent::Message(link)) => past.link = Some(*link),
                Entry::Held(Intent::Format) => past.link = None,
                Entry::Held(_) => {}
                Entry::Reached(reached) => {
                    past.unfinished = false;
                    past.standing = match (*reached, past.standing) {
                        (Reached::Blank { .. }, _) => Standing::Blank,
                        (Reached::Issued { content, set }, _) => Standing::Issued { content, set },
                        (Reached::Updated { content }, Standing::Issued { set, .. }) => {
                            Standing::Issued { content, set }
                        }
                        (Reached::Rekeyed { set }, Standing::Issued { content, .. }) => {
                            Standing::Issued { content, set }
                        }
                        (_, standing) => standing,
                    };
                }
            }
        }
        past
    }

    fn meant(&mut self, intent: &Intent, making: &mut Option<(Hash, u8)>) {
        match *intent {
            Intent::Issue { content, set, profile } => {
                *making = Some((content, set));
                self.profile = Some(profile);
                // what was sent before may have arrived: only the card can tell
                if !matches!(self.standing, Standing::Made { .. } | Standing::Issued { .. }) {
                    self.standing = Standing::Making;
                }
            }
            Intent::Format if self.standing != Standing::Blanking => self.standing = Standing::Making,
            Intent::Key { place: Place::Picc, .. } if self.standing == Standing::Making => {
                if let Some((content, set)) = *making {
                    self.standing = Standing::Made { content, set };
                }
            }
            Intent::Blank { .. } => self.standing = Standing::Blanking,
            Intent::Message(_) => self.link = None,
            _ => {}
        }
        self.unfinished = true;
    }
}
