//! What the screens show of requests, lists and cards. Instants are Unix milliseconds, dates are ISO 8601 text.

use model::card_type::CardType;
use model::case::Case;
use model::lifecycle::{Card, CardEvent, Dossier, Request};
use model::profile::Field;
use serde::{Deserialize, Serialize};

use crate::view::PersonDetail;

/// A coded reason (R28).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonView {
    /// Code.
    pub code: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// A request in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// Id.
    pub id: i64,
    /// Person's id.
    pub person_id: i64,
    /// Person's name.
    pub name: String,
    /// `57.00001`.
    pub personnel_code: Option<String>,
    /// Person's position.
    pub position: Option<String>,
    /// Unit's name.
    pub unit: String,
    /// Case.
    pub case: Case,
    /// Why.
    pub reason: ReasonView,
    /// State.
    pub state: Request,
    /// When it came into its state.
    pub since: i64,
    /// When it was verified.
    pub verified_at: Option<i64>,
    /// Version, against which a change is checked.
    pub version: i64,
    /// The viewer asked for it, verified it, or is who it is about.
    pub own: bool,
}

/// One field of a profile as the unit compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLine {
    /// Which.
    pub field: Field,
    /// The value last compared with paper, and when.
    pub verified: Option<(String, i64)>,
    /// The value that is held today.
    pub held: String,
    /// The value that will be held: what is asked for, or else what is held.
    pub value: String,
    /// Whether it has to be compared: it is not what was verified.
    pub to_verify: bool,
    /// What was wrong with it the last time.
    pub remark: Option<String>,
}

/// A file that belongs to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    /// Id.
    pub id: i64,
    /// `scan`, `letter`, `minutes`, `evidence`, `consent`.
    pub purpose: String,
    /// Its type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: i64,
    /// When it was added.
    pub added_at: i64,
}

/// A request's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDetail {
    /// The request.
    pub request: RequestRow,
    /// The person.
    pub person: PersonDetail,
    /// What the person says besides.
    pub note: Option<String>,
    /// Why it was returned or refused.
    pub answer: Option<String>,
    /// Version of the printed profile.
    pub stamp: i64,
    /// Certified copies received.
    pub copies: i64,
    /// The fields in the order of the page.
    pub fields: Vec<FieldLine>,
    /// Scans.
    pub files: Vec<FileLine>,
    /// The list that it is in.
    pub dossier_id: Option<i64>,
    /// Lists that it stood on: id, title, when it left.
    pub former_lists: Vec<(i64, String, i64)>,
    /// When it was handed in.
    pub submitted_at: Option<i64>,
    /// Whether the viewer may write it.
    pub may_write: bool,
    /// Whether the viewer may verify it.
    pub may_verify: bool,
}

/// A list with its letter, among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierRow {
    /// Id.
    pub id: i64,
    /// The unit that composes it.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// What it is called.
    pub title: String,
    /// State.
    pub state: Dossier,
    /// Number of the letter.
    pub letter_number: Option<String>,
    /// Its day.
    pub letter_day: Option<String>,
    /// Who signs it, with the capacity.
    pub signer: Option<String>,
    /// People on it.
    pub people: i64,
    /// When it was begun.
    pub created_at: i64,
    /// When it was submitted.
    pub submitted_at: Option<i64>,
    /// Until when the next step should be done.
    pub due: Option<i64>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// Somebody on a list, as Home Affairs compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierLine {
    /// The request.
    pub request: RequestRow,
    /// Fields whose value today is not what was verified.
    pub differs: Vec<Field>,
    /// What is missing on a card.
    pub missing: Vec<Field>,
    /// Number of the card as it would be, masked.
    pub number: Option<String>,
    /// Type of the card as it would be.
    pub card_type: CardType,
}

/// Somebody who stood on a list, and was sent back or put on another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerLine {
    /// The request.
    pub request_id: i64,
    /// The person's name.
    pub name: String,
    /// What has become of the request.
    pub state: Request,
    /// When it left the list.
    pub left_at: i64,
}

/// A list's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierDetail {
    /// The list.
    pub dossier: DossierRow,
    /// People on it.
    pub lines: Vec<DossierLine>,
    /// People who stood on it.
    pub former: Vec<FormerLine>,
    /// Signed letter and what else belongs to it.
    pub files: Vec<FileLine>,
    /// Verified people of the unit who are on no list; where the viewer may put them on it.
    pub candidates: Vec<RequestRow>,
    /// Whether the viewer may change who is on it.
    pub may_compose: bool,
    /// Whether the viewer may submit it.
    pub may_submit: bool,
    /// Whether the viewer may check it.
    pub may_check: bool,
    /// Whether the viewer may decide it.
    pub may_decide: bool,
}

/// What a card shows and carries, frozen when it was approved (R72). The order of the keys is part of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Cơ quan, đơn vị quản lý.
    pub managing_agency: String,
    /// Cơ quan, đơn vị sử dụng.
    pub using_unit: String,
    /// Code of the using unit or of the nearest above it.
    pub unit_code: String,
    /// Whether the unit is an administrative one (R77).
    pub administrative: bool,
    /// Họ và tên.
    pub full_name: String,
    /// ISO 8601.
    pub born_on: String,
    /// `male` or `female`.
    pub sex: String,
    /// Twelve digits.
    pub citizen_id: String,
    /// Chức vụ, chức danh, vị trí việc làm.
    pub position: String,
    /// `model::card_type::Employment` by name.
    pub employment: String,
    /// `model::card_type::Rank` by name.
    pub rank: String,
    /// `57.00001`.
    pub personnel_code: Option<String>,
    /// Số hiệu thẻ.
    pub number: String,
    /// Mã số thẻ.
    pub code: String,
    /// The portrait's SHA-256, hexadecimal digits.
    pub portrait: String,
    /// Name of the province.
    pub province: String,
}

/// A card in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// Id.
    pub id: i64,
    /// The holder's id.
    pub person_id: i64,
    /// The holder's name.
    pub name: String,
    /// Unit's name.
    pub unit: String,
    /// Mã số thẻ.
    pub code: String,
    /// Số hiệu thẻ: whole for who may print it and for the holder, masked for others.
    pub number: Option<String>,
    /// State.
    pub state: Card,
    /// Whether it is a temporary one.
    pub temporary: bool,
    /// Day on which it became active.
    pub issued_on: Option<String>,
    /// When it came into its state.
    pub since: i64,
    /// Locked by its holder, and confirmed by nobody else.
    pub unconfirmed: bool,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// The chip of a card that is being made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChipView {
    /// Its content is on it, under the card's own keys.
    pub issued: bool,
    /// Something was written on it.
    pub begun: bool,
    /// Identifier, hexadecimal digits; empty while none is known.
    pub uid: String,
    /// What it can do: `A`, `B`, `C`.
    pub profile: Option<String>,
    /// Version of its key set.
    pub key_set: Option<i64>,
    /// How often it was written.
    pub tries: i64,
    /// For how long in all.
    pub milliseconds: i64,
    /// Since when it is being wiped, or is.
    pub wiped_at: Option<i64>,
    /// There is nothing on it.
    pub blank: bool,
    /// A second person has to look at it before the card becomes active.
    pub awaited: bool,
    /// SHA-256 of what was read back from it, hexadecimal digits.
    pub content: Option<String>,
    /// The province is a demonstration: its key set is for no real card, and one may be simulated.
    pub demonstration: bool,
}

/// What came of reading a card's printed code again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeView {
    /// Whether it is this card's.
    pub fits: bool,
    /// When it was read.
    pub read_at: i64,
}

/// A card whose chip waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessRow {
    /// The card.
    pub card_id: i64,
    /// The holder's name.
    pub name: String,
    /// The unit's name.
    pub unit: String,
    /// Since when.
    pub since: i64,
}

/// What was read back from a card's chip, beside what was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessDetail {
    /// The card.
    pub card_id: i64,
    /// The holder's name.
    pub name: String,
    /// The unit's name.
    pub unit: String,
    /// Its code.
    pub unit_code: String,
    /// The holder's position.
    pub position: String,
    /// The card's number, masked.
    pub number: Option<String>,
    /// Its code.
    pub code: String,
    /// Where its link leads.
    pub host: String,
    /// The blank that it was printed on.
    pub serial: Option<String>,
    /// The chip's identifier.
    pub uid: String,
    /// Version of its key set.
    pub key_set: Option<i64>,
    /// Whether what was read back is what was approved.
    pub fits: bool,
    /// SHA-256 of what was approved.
    pub approved: String,
    /// SHA-256 of what was read back.
    pub read: String,
    /// Who has looked at it already.
    pub seen_by: Option<String>,
    /// When.
    pub seen_at: Option<i64>,
    /// Version of the card, against which the answer is checked.
    pub version: i64,
}

/// A line of the issue ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// Number of the line.
    pub id: i64,
    /// When.
    pub at: i64,
    /// What happened.
    pub event: CardEvent,
    /// State after it.
    pub state: Card,
    /// The card.
    pub card_id: i64,
    /// Mã số thẻ.
    pub code: String,
    /// Số hiệu thẻ, masked.
    pub number: Option<String>,
    /// The holder's name.
    pub name: String,
    /// Unit's name.
    pub unit: String,
    /// Serial of the blank.
    pub serial: Option<String>,
    /// Who, by name; nobody when the clock did it.
    pub actor: Option<String>,
    /// Why.
    pub reason: Option<ReasonView>,
}

/// An event that the Ministry is still to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEvent {
    /// Kind by name.
    pub kind: String,
    /// The card.
    pub card_id: i64,
    /// Mã số thẻ.
    pub code: String,
    /// The holder's name.
    pub name: String,
    /// When it happened.
    pub happened_at: i64,
    /// Last day of its term.
    pub due_on: String,
    /// How often it was in a file that came back.
    pub tries: i64,
}

/// A file of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxBatch {
    /// Id.
    pub id: i64,
    /// When it was made.
    pub made_at: i64,
    /// Events in it.
    pub events: i64,
    /// SHA-256 of the file, hexadecimal digits.
    pub sha256: String,
    /// Number of the receipt.
    pub receipt: Option<String>,
    /// When that was entered.
    pub received_at: Option<i64>,
    /// When it came back.
    pub returned_at: Option<i64>,
    /// Why.
    pub answer: Option<String>,
    /// What hindered the portal itself from sending it, the last time.
    pub problem: Option<String>,
    /// How often it has tried in vain.
    pub tries: i64,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// What the Ministry is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxView {
    /// Events that wait, those due first at the top.
    pub events: Vec<OutboxEvent>,
    /// How many wait in all.
    pub waiting: i64,
    /// Files of this page, the newest first.
    pub batches: Vec<OutboxBatch>,
    /// How many files there are.
    pub files: i64,
}

/// A day that is not what its day of the week says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayLine {
    /// ISO 8601.
    pub day: String,
    /// What it is.
    pub name: String,
    /// Whether it is a weekend day that is worked.
    pub worked: bool,
}

/// A card's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardDetail {
    /// The card.
    pub card: CardRow,
    /// Why it is locked.
    pub lock_reason: Option<ReasonView>,
    /// SHA-256 of what was frozen, hexadecimal digits.
    pub snapshot_sha256: String,
    /// Where the data came from.
    pub source: String,
    /// The card that it takes the place of.
    pub replaces: Option<i64>,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
    /// Where it was printed.
    pub station: Option<String>,
    /// Serial of its blank.
    pub serial: Option<String>,
    /// What happened to it, newest first.
    pub events: Vec<LedgerRow>,
    /// What the viewer may do to it now.
    pub may: Vec<CardEvent>,
    /// Whether the viewer may confirm what the holder locked.
    pub may_confirm_lock: bool,
}
