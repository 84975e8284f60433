//! What the screens show of blank cards. Instants are Unix milliseconds, days are ISO 8601 text.

use model::lifecycle::{Blank, BlankEvent};
use model::stock::{ChipKind, Interface, LotCheck, PlaceKind, SpoilReason, Surface};

/// A type of blank, as the catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeLine {
    /// Id.
    pub id: i64,
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Who supplies it.
    pub supplier: String,
    /// How the chip sits.
    pub chip: ChipKind,
    /// How it is reached.
    pub interface: Interface,
    /// `MIFARE DESFire EV3`.
    pub chip_model: Option<String>,
    /// In KB.
    pub memory_kb: Option<i64>,
    /// What the body is made of.
    pub material: String,
    /// Coating.
    pub surface: Surface,
    /// Length, width and thickness in micrometres.
    pub size_um: [i64; 3],
    /// Number of the Ministry's technical appraisal (R102); without it no lot is accepted.
    pub appraisal: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// A place where blanks lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceLine {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// The unit whose it is.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// The most that may lie there or be on the way there (R176).
    pub quota: Option<i64>,
    /// Below it the keeper is warned.
    pub minimum: Option<i64>,
    /// Version, against which a change is checked.
    pub version: i64,
    /// What lies there today.
    pub holds: Holding,
    /// What is on the way there.
    pub coming: i64,
    /// Whether the viewer may receive and send here.
    pub may_keep: bool,
    /// Whether the viewer may handle blanks here.
    pub may_handle: bool,
}

impl PlaceLine {
    /// Whether less is on hand than should be.
    pub fn is_low(&self) -> bool {
        self.minimum.is_some_and(|minimum| self.holds.on_hand < minimum)
    }

    /// How many more may come; `None` without a quota.
    pub fn room(&self) -> Option<i64> {
        self.quota.map(|quota| quota - self.holds.in_the_house() - self.coming)
    }
}

/// How many blanks there are in each state, and how they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// From suppliers.
    pub from_suppliers: i64,
    /// From other places.
    pub moved_in: i64,
    /// To other places.
    pub moved_out: i64,
    /// Not accepted yet.
    pub received: i64,
    /// Anybody's.
    pub on_hand: i64,
    /// Kept apart (R37).
    pub spare: i64,
    /// On the way to another place.
    pub moving: i64,
    /// For somebody's card.
    pub reserved: i64,
    /// Cards.
    pub used: i64,
    /// Of no use.
    pub spoiled: i64,
    /// Destroyed.
    pub destroyed: i64,
    /// Not found.
    pub missing: i64,
    /// Returned to the supplier.
    pub sent_back: i64,
}

impl Holding {
    /// The number of blanks in that state.
    pub fn of(&self, state: Blank) -> i64 {
        match state {
            Blank::Received => self.received,
            Blank::OnHand => self.on_hand,
            Blank::Spare => self.spare,
            Blank::Moving => self.moving,
            Blank::Reserved => self.reserved,
            Blank::Used => self.used,
            Blank::Spoiled => self.spoiled,
            Blank::Destroyed => self.destroyed,
            Blank::Missing => self.missing,
            Blank::SentBack => self.sent_back,
        }
    }

    /// Adds to that state.
    pub fn add(&mut self, state: Blank, number: i64) {
        *match state {
            Blank::Received => &mut self.received,
            Blank::OnHand => &mut self.on_hand,
            Blank::Spare => &mut self.spare,
            Blank::Moving => &mut self.moving,
            Blank::Reserved => &mut self.reserved,
            Blank::Used => &mut self.used,
            Blank::Spoiled => &mut self.spoiled,
            Blank::Destroyed => &mut self.destroyed,
            Blank::Missing => &mut self.missing,
            Blank::SentBack => &mut self.sent_back,
        } += number;
    }

    /// Adds another's numbers.
    pub fn add_all(&mut self, other: &Holding) {
        for (state, _) in <Blank as model::lifecycle::Lifecycle>::STATES {
            self.add(*state, other.of(*state));
        }
        self.from_suppliers += other.from_suppliers;
        self.moved_in += other.moved_in;
        self.moved_out += other.moved_out;
    }

    /// What lies here and is good, or may be.
    pub fn in_the_house(&self) -> i64 {
        self.received + self.on_hand + self.spare + self.reserved
    }

    /// R38: received = issued + spoiled + returned + on hand. Destroyed ones were spoiled; missing ones stand apart until found.
    pub fn is_balanced(&self) -> bool {
        let came = self.from_suppliers + self.moved_in - self.moved_out;
        let gone = self.used + self.spoiled + self.destroyed + self.sent_back + self.missing;
        came == gone + self.in_the_house() + self.moving
    }
}

/// Blanks of one type at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldingLine {
    /// Place.
    pub place_id: i64,
    /// Its name.
    pub place: String,
    /// Type.
    pub type_id: i64,
    /// Its code.
    pub kind: String,
    /// The numbers.
    pub holding: Holding,
}

/// The stock on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockView {
    /// The day, at its end.
    pub on: String,
    /// By place and type.
    pub lines: Vec<HoldingLine>,
    /// All of them.
    pub sum: Holding,
    /// The places, with what they hold today.
    pub places: Vec<PlaceLine>,
    /// Whether there is a type in the catalogue.
    pub has_types: bool,
}

/// State of a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LotState {
    /// Waits to be accepted.
    Received,
    /// Accepted, perhaps without some of it.
    Accepted,
    /// Returned to the supplier.
    SentBack,
}

/// A lot in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotLine {
    /// Id.
    pub id: i64,
    /// Number, the supplier's.
    pub number: String,
    /// Supplier.
    pub supplier: String,
    /// Type.
    pub kind: String,
    /// Place.
    pub place: String,
    /// Day on which it came.
    pub received_on: String,
    /// As many as the papers say.
    pub stated: i64,
    /// As many as there are.
    pub counted: i64,
    /// State.
    pub state: LotState,
}

/// A lot's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotDetail {
    /// The lot.
    pub lot: LotLine,
    /// Number of the paper with which it came.
    pub document: String,
    /// What was said when it was entered.
    pub note: Option<String>,
    /// How the chip sits: what is checked depends on it.
    pub chip: ChipKind,
    /// What was found good.
    pub checks: Vec<LotCheck>,
    /// Number of the Ministry's appraisal of the type.
    pub appraisal: Option<String>,
    /// Who entered it.
    pub entered_by: Option<String>,
    /// When.
    pub entered_at: i64,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<i64>,
    /// What was said with it.
    pub decision_note: Option<String>,
    /// Its blanks by state.
    pub holding: Holding,
    /// First and last serial.
    pub ends: Option<(String, String)>,
    /// Version, against which a decision is checked.
    pub version: i64,
    /// Whether the viewer may decide.
    pub may_keep: bool,
}

/// A blank in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankLine {
    /// Id.
    pub id: i64,
    /// Serial.
    pub serial: String,
    /// Type.
    pub kind: String,
    /// Lot's id.
    pub lot_id: i64,
    /// Lot's number.
    pub lot: String,
    /// Place.
    pub place: String,
    /// State.
    pub state: Blank,
    /// Why it is spoiled.
    pub reason: Option<SpoilReason>,
    /// Whether its chip was wiped, where one was written.
    pub wiped: Option<bool>,
}

/// A page of a list of blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankPage {
    /// This page's.
    pub rows: Vec<BlankLine>,
    /// How many there are in all.
    pub total: i64,
    /// This page, counted from 1.
    pub page: i64,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovementLine {
    /// When.
    pub at: i64,
    /// What happened; `None` when it was received.
    pub event: Option<BlankEvent>,
    /// The place after it.
    pub place: String,
    /// How many went with it, itself counted.
    pub count: i64,
    /// Where it is written: `lot:7`.
    pub document: Option<String>,
    /// Why it is spoiled.
    pub reason: Option<SpoilReason>,
    /// What was said.
    pub note: Option<String>,
    /// Who.
    pub by: Option<String>,
}

/// A blank's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlankDetail {
    /// The blank.
    pub blank: BlankLine,
    /// What it is for: `card:12`.
    pub held_for: Option<String>,
    /// The minutes in which it stands.
    pub destruction: Option<(i64, String)>,
    /// What became of it, newest first.
    pub history: Vec<MovementLine>,
}

/// State of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// On the way.
    Sent,
    /// Taken in.
    Arrived,
    /// Not taken in: back where it came from.
    TurnedBack,
}

/// Blanks on the way from one place to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferDetail {
    /// Id.
    pub id: i64,
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// How many.
    pub count: i64,
    /// Their serials, as ranges.
    pub serials: Vec<String>,
    /// Number of the paper.
    pub document: Option<String>,
    /// State.
    pub state: TransferState,
    /// Who sent.
    pub sent_by: Option<String>,
    /// When.
    pub sent_at: i64,
    /// Who took in, or turned back.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<i64>,
    /// What was said with it.
    pub note: Option<String>,
    /// Version, against which an answer is checked.
    pub version: i64,
    /// Whether the viewer may answer, though perhaps not for what they sent themself.
    pub may_answer: bool,
    /// Whether the viewer sent it.
    pub own: bool,
}

/// State of minutes of destruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestructionState {
    /// Waits for the witness.
    Waiting,
    /// Confirmed: the blanks are destroyed.
    Done,
    /// The witness refused.
    Refused,
}

/// Minutes in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestructionLine {
    /// Id.
    pub id: i64,
    /// Number, given by the system.
    pub number: String,
    /// Place.
    pub place: String,
    /// Day.
    pub on_day: String,
    /// How many blanks.
    pub count: i64,
    /// State.
    pub state: DestructionState,
}

/// Minutes of destruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestructionDetail {
    /// The minutes.
    pub line: DestructionLine,
    /// How they are destroyed.
    pub method: String,
    /// The list: serial, type, reason.
    pub blanks: Vec<BlankLine>,
    /// Who drew it up.
    pub made_by: Option<String>,
    /// When.
    pub made_at: i64,
    /// Who witnessed, or refused.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<i64>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Name of the province, with which the paper begins.
    pub province: String,
    /// The unit whose place it is.
    pub unit: String,
    /// Version, against which an answer is checked.
    pub version: i64,
    /// Whether the viewer may witness.
    pub may_witness: bool,
    /// Whether the viewer drew it up.
    pub own: bool,
}

/// A stock count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountDetail {
    /// Id.
    pub id: i64,
    /// Place.
    pub place: String,
    /// Day.
    pub on_day: String,
    /// As many as the ledger had there.
    pub expected: i64,
    /// As many as were found of them.
    pub found: i64,
    /// Those that were not found, as ranges.
    pub missing: Vec<String>,
    /// Those that had been missing, as ranges.
    pub found_again: Vec<String>,
    /// Found, but not expected here: serials.
    pub strange: Vec<String>,
    /// What was said.
    pub note: Option<String>,
    /// Who counted.
    pub by: Option<String>,
    /// When.
    pub at: i64,
}
