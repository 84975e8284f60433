//! What is written down of a card before anything is sent to it, and what an earlier run has left.

use std::collections::BTreeSet;

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

/// What a journal says that its card is. The card itself tells at the next tap which of the two a [`Standing::Made`] one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is known: not ours, or a blank that was keyed elsewhere.
    #[default]
    Unknown,
    /// A blank.
    Blank,
    /// Being made; not active, since its own master key was not sent.
    Making,
    /// Everything on it is as approved, and its own master key was sent: with that key it is issued, with the transport key not.
    Made {
        /// Hash of the content.
        content: Hash,
        /// Key set.
        set: u8,
    },
    /// Issued.
    Issued {
        /// Hash of the content.
        content: Hash,
        /// Key set.
        set: u8,
    },
    /// On its way to a blank.
    Blanking,
}

/// What the run is about whose lines follow.
enum Head {
    Issue {
        content: Hash,
        set: u8,
    },
    Blank,
    /// It leaves an issued card issued.
    Other,
}

impl Standing {
    /// What a journal says, the oldest entry first.
    pub fn of(journal: &[Entry]) -> Self {
        Past::of(journal).standing
    }
}

/// Key sets whose keys may be on a card: that of its last proof, and every one that a run has meant to give it since. A run that was
/// stopped before anything was sent counts as well: better one too many than a set destroyed that a card still needs.
pub fn sets(journal: &[Entry]) -> BTreeSet<u8> {
    const FROM_TRANSPORT: u8 = 0x80;
    let mut sets = BTreeSet::new();
    for entry in journal {
        match entry {
            Entry::Reached(Reached::Blank { set } | Reached::Issued { set, .. } | Reached::Rekeyed { set }) => {
                sets = BTreeSet::from([*set]);
            }
            Entry::Meant(Intent::Issue { set, .. } | Intent::Rekey { set } | Intent::Blank { set }) => {
                sets.insert(*set);
            }
            // a blank that was keyed elsewhere tells its set when its key is changed
            Entry::Meant(Intent::Key { place: Place::Picc, from, .. }) => {
                sets.extend(Some(from & !FROM_TRANSPORT).filter(|set| *set != 0));
            }
            Entry::Meant(_) | Entry::Held(_) | Entry::Reached(Reached::Updated { .. }) => {}
        }
    }
    sets
}

impl Past {
    pub fn of(journal: &[Entry]) -> Self {
        let mut past = Past::default();
        let mut head = Head::Other;
        for entry in journal {
            match entry {
                Entry::Meant(Intent::Issue { content, set, profile }) => {
                    head = Head::Issue { content: *content, set: *set };
                    past.profile = Some(*profile);
                }
                Entry::Meant(Intent::Blank { .. }) => head = Head::Blank,
                Entry::Meant(Intent::Update { .. } | Intent::Rekey { .. }) => head = Head::Other,
                Entry::Meant(intent) => past.meant(intent, &head),
                Entry::Held(Intent::Message(link)) => past.link = Some(*link),
                Entry::Held(_) => {}
                Entry::Reached(reached) => past.reached(*reached),
            }
        }
        past
    }

    /// Something that changes the card was sent, and may have arrived.
    fn meant(&mut self, intent: &Intent, head: &Head) {
        self.unfinished = true;
        if matches!(intent, Intent::Message(_) | Intent::Format) {
            self.link = None;
        }
        self.standing = match (head, self.standing, intent) {
            (Head::Other, standing, _) => standing,
            (Head::Blank, ..) => Standing::Blanking,
            // it was formatted under a transport key: its own master key never arrived
            (Head::Issue { .. }, _, Intent::Format) => Standing::Making,
            (Head::Issue { content, set }, _, Intent::Key { place: Place::Picc, .. }) => {
                Standing::Made { content: *content, set: *set }
            }
            (Head::Issue { .. }, standing @ (Standing::Made { .. } | Standing::Issued { .. }), _) => standing,
            (Head::Issue { .. }, ..) => Standing::Making,
        };
    }

    fn reached(&mut self, reached: Reached) {
        self.unfinished = false;
        self.standing = match (reached, self.standing) {
            (Reached::Blank { .. }, _) => Standing::Blank,
            (Reached::Issued { content, set }, _) => Standing::Issued { content, set },
            (Reached::Updated { content }, Standing::Issued { set, .. }) => Standing::Issued { content, set },
            (Reached::Rekeyed { set }, Standing::Issued { content, .. }) => Standing::Issued { content, set },
            (_, standing) => standing,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUE: Intent = Intent::Issue { content: [1; 32], set: 1, profile: Profile::A };
    const OWN: Intent = Intent::Key { place: Place::Picc, number: 0, from: 0x81, to: 0x01 };

    fn standing(entries: &[Entry]) -> (Standing, bool) {
        let past = Past::of(entries);
        (past.standing, past.unfinished)
    }

    #[test]
    fn what_was_only_intended_changes_nothing() {
        let issued = Entry::Reached(Reached::Issued { content: [1; 32], set: 1 });
        assert_eq!(standing(&[Entry::Meant(ISSUE)]), (Standing::Unknown, false));
        let blank = Entry::Meant(Intent::Blank { set: 1 });
        assert_eq!(standing(&[issued.clone(), blank.clone()]), (Standing::Issued { content: [1; 32], set: 1 }, false));
        assert_eq!(standing(&[issued, blank, Entry::Meant(Intent::Format)]), (Standing::Blanking, true));
    }

    #[test]
    fn a_card_whose_own_key_was_sent_is_made_until_it_is_formatted() {
        let made = [Entry::Meant(ISSUE), Entry::Meant(Intent::Settings), Entry::Meant(OWN)];
        assert_eq!(standing(&made[..2]), (Standing::Making, true));
        assert_eq!(standing(&made), (Standing::Made { content: [1; 32], set: 1 }, true));
        let other = Intent::Issue { content: [2; 32], set: 2, profile: Profile::A };
        let again = [made.as_slice(), &[Entry::Meant(other)]].concat();
        assert_eq!(standing(&again), (Standing::Made { content: [1; 32], set: 1 }, true));
        let formatted = [again.as_slice(), &[Entry::Meant(Intent::Format)]].concat();
        assert_eq!(standing(&formatted), (Standing::Making, true));
        let made = [formatted.as_slice(), &[Entry::Meant(OWN)]].concat();
        assert_eq!(standing(&made), (Standing::Made { content: [2; 32], set: 2 }, true));
    }

    #[test]
    fn a_card_has_the_keys_of_every_set_until_the_last_is_proved() {
        let list = |entries: &[Entry]| sets(entries).into_iter().collect::<Vec<_>>();
        let issued = [Entry::Meant(ISSUE), Entry::Reached(Reached::Issued { content: [1; 32], set: 1 })];
        assert_eq!((list(&[]), list(&issued)), (vec![], vec![1]));
        let torn = [issued.as_slice(), &[Entry::Meant(Intent::Rekey { set: 2 })]].concat();
        assert_eq!(list(&torn), [1, 2]);
        let again = [torn.as_slice(), &[Entry::Meant(Intent::Rekey { set: 3 })]].concat();
        assert_eq!(list(&again), [1, 2, 3]);
        let done = [again.as_slice(), &[Entry::Reached(Reached::Rekeyed { set: 3 })]].concat();
        assert_eq!(list(&done), [3]);
        // the transport key of another set than the card's
        assert_eq!(
            list(&[Entry::Meant(Intent::Issue { content: [1; 32], set: 2, profile: Profile::A }), Entry::Meant(OWN)]),
            [1, 2]
        );
        // the factory's key is of no set
        let factory = Intent::Key { place: Place::Picc, number: 0, from: 0x00, to: 0x81 };
        assert_eq!(list(&[Entry::Meant(factory)]), Vec::<u8>::new());
    }

    #[test]
    fn a_link_is_known_once_it_is_held() {
        let message = Intent::Message([7; 32]);
        let link = |entries: &[Entry]| Past::of(entries).link;
        let held = [Entry::Meant(message.clone()), Entry::Held(message.clone())];
        assert_eq!((link(&held[..1]), link(&held)), (None, Some([7; 32])));
        assert_eq!(link(&[held.as_slice(), &[Entry::Meant(message)]].concat()), None);
        assert_eq!(link(&[held.as_slice(), &[Entry::Meant(Intent::Format)]].concat()), None);
    }
}
