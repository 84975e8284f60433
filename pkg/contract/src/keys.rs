//! The cards' key sets, and the ceremonies in which they are drawn. No key, component or share is in any of it.

use model::lifecycle::{Ceremony, KeySet};
use serde::{Deserialize, Serialize};

/// A key set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySetLine {
    /// The version that cards tell.
    pub set_version: u8,
    /// Which draw it is, ten hexadecimal digits.
    pub set_id: String,
    /// What becomes of it.
    pub state: KeySet,
    /// Name and check value of each master, in a fixed order.
    pub check_values: Vec<(String, String)>,
    /// Identifier of its public key, eight hexadecimal digits.
    pub key_id: String,
    /// Drawn without custodians, for a demonstration.
    pub demonstration: bool,
    /// Since when it is there.
    pub prepared_at: i64,
    /// Since when cards are issued with it.
    pub used_at: Option<i64>,
    /// Since when they are not.
    pub retired_at: Option<i64>,
    /// When it was destroyed.
    pub destroyed_at: Option<i64>,
    /// What the vault says of it.
    pub held: Held,
    /// The ceremony in which it was drawn.
    pub ceremony: Option<i64>,
}

/// Whether the vault has a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It has, with the same check values.
    Yes,
    /// It has not: two custodians restore it.
    No,
    /// It has another one of the same version, or one with other check values.
    Other,
    /// It does not answer.
    Unknown,
}

/// Key sets, and what goes on with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySets {
    /// The newest first.
    pub sets: Vec<KeySetLine>,
    /// Ceremonies, the newest first.
    pub ceremonies: Vec<CeremonyLine>,
    /// How far the cards in the field are.
    pub rotation: Rotation,
    /// Ceremonies may be proposed: none is under way.
    pub may_begin: bool,
}

/// Which cards in the field have which keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// The set whose keys every card gets; none before the first is in use.
    pub in_use: Option<i64>,
    /// Sets that cards or blanks have, the newest first.
    pub sets: Vec<SetCount>,
    /// Live cards on blanks with a chip of which no chip is known: they may have any set.
    pub unknown: i64,
    /// Units with such cards, those first that have most left to do.
    pub units: Vec<UnitProgress>,
    /// How many units there are.
    pub unit_count: i64,
}

/// How many have a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetCount {
    /// Its version.
    pub set_version: i64,
    /// Live cards that may have it; one whose keys are being changed counts with each of its sets.
    pub cards: i64,
    /// Blanks with its transport key.
    pub blanks: i64,
}

/// How far a unit's cards are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitProgress {
    /// The unit.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its live cards with a chip.
    pub total: i64,
    /// Those with the keys of the set in use, and no others.
    pub done: i64,
}

/// A card that is still to be given the keys of the set in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutdatedCard {
    /// The card.
    pub card_id: i64,
    /// The holder's name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The unit's name.
    pub unit: String,
    /// The set that it is noted with; none for one whose chip is not known.
    pub key_set: Option<i64>,
    /// Its keys were being changed when it was taken away.
    pub underway: bool,
}

/// A ceremony in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeremonyLine {
    /// Id.
    pub id: i64,
    /// The version that the set has, or was to have.
    pub set_version: u8,
    /// How far it is.
    pub state: Ceremony,
    /// When it was proposed.
    pub proposed_at: i64,
}

/// A custodian of a ceremony.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodianLine {
    /// 1 to 3.
    pub number: u8,
    /// Name.
    pub name: String,
    /// When the component was given.
    pub given_at: Option<i64>,
    /// When the share was shown.
    pub shown_at: Option<i64>,
    /// When it was typed back.
    pub confirmed_at: Option<i64>,
}

/// A ceremony as one viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeremonyView {
    /// What the list says.
    pub line: CeremonyLine,
    /// The document by which it is held.
    pub decision: String,
    /// Who proposed it, by name.
    pub proposed_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<i64>,
    /// By whom.
    pub decided_by: Option<String>,
    /// When the set was drawn.
    pub drawn_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// By whom.
    pub ended_by: Option<String>,
    /// Why it was refused or broken off.
    pub reason: Option<String>,
    /// Which draw, once it is drawn.
    pub set_id: Option<String>,
    /// Check values, once it is drawn.
    pub check_values: Vec<(String, String)>,
    /// The three.
    pub custodians: Vec<CustodianLine>,
    /// What the viewer can do now.
    pub next: Option<CeremonyStep>,
    /// Whether the viewer may break it off.
    pub may_break_off: bool,
}

/// What a viewer of a ceremony can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeremonyStep {
    /// Agree or refuse.
    Decide,
    /// Give a component.
    Give,
    /// Have the set drawn.
    Draw,
    /// See the own share, once.
    Show,
    /// Type it back.
    Confirm,
}

/// The first of two shares, which waits for the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstShare {
    /// Of which set.
    pub set_version: u8,
    /// Whose.
    pub name: String,
    /// Whether it is the viewer's.
    pub own: bool,
    /// Until when it waits.
    pub until: i64,
}

/// What is wrong with a typed share. None of them quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareWrong {
    /// Not as many lines as a share has.
    Lines {
        /// How many there should be.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// A line was mistyped, or stands in another's place.
    Line {
        /// From 1.
        number: usize,
    },
    /// Of a later release, or no share.
    Kind,
    /// The share that the other custodian has given.
    SameNumber,
    /// Of a set that is not known here: another province's, or one of a ceremony that was broken off.
    OtherSet,
    /// Another one than was shown.
    OtherShare,
    /// Whole, but it does not go together with the other.
    DoNotFit,
    /// Of a set that was destroyed.
    Destroyed,
}

/// A public key with which cards' signatures are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicKeyView {
    /// First four bytes of the key's SHA-256, as in the code on a card's back; hex.
    pub key_id: String,
    /// Version of the key set, which cards tell.
    pub set_version: u8,
    /// Ed25519 (RFC 8032), Base64url without padding.
    pub ed25519: String,
    /// `in_use` or `retired`.
    pub state: String,
}

/// What stands at `/.well-known/congthe-keys.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicKeys {
    /// By version of the set. A key that was named once is always named.
    pub keys: Vec<PublicKeyView>,
}
