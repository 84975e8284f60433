//! What the screens show. Instants are Unix milliseconds, dates are ISO 8601 text.

use model::card_type::{Employment, Rank};
use model::role::Role;
use model::unit::{PostKind, UnitClass};
use serde::{Deserialize, Serialize};

/// A unit in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// Its id.
    pub id: i64,
    /// Its class.
    pub class: UnitClass,
    /// Its name.
    pub name: String,
    /// Canonical agency code.
    pub code: Option<String>,
    /// The code in the notation as issued.
    pub code_issued: Option<String>,
    /// Units directly below it.
    pub children: i64,
    /// Authorised posts, with everything below it.
    pub posts: i64,
    /// People, with everything below it.
    pub people: i64,
    /// Since when it is closed.
    pub closed_on: Option<String>,
}

/// A unit that was searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitHit {
    /// Its id.
    pub id: i64,
    /// Its class.
    pub class: UnitClass,
    /// Its name.
    pub name: String,
    /// The code in the notation as issued.
    pub code_issued: Option<String>,
    /// Name of the unit above.
    pub above: Option<String>,
    /// Since when it is closed.
    pub closed_on: Option<String>,
}

/// A step on the way from the root to a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitStep {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// Authorised posts against people, of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostLine {
    /// Kind of post.
    pub kind: PostKind,
    /// Authorised here.
    pub own_posts: i64,
    /// Authorised here and below.
    pub posts: i64,
    /// People here and below.
    pub people: i64,
}

/// One period of a unit's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPeriod {
    /// First day.
    pub from: String,
    /// Day on which the next began.
    pub to: Option<String>,
    /// Name.
    pub name: String,
    /// Class.
    pub class: UnitClass,
    /// Parent's name.
    pub parent: Option<String>,
    /// Code as issued.
    pub code_issued: Option<String>,
    /// Decision.
    pub decision: Option<String>,
}

/// A unit's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitDetail {
    /// The unit.
    pub unit: UnitRow,
    /// Parent.
    pub parent: Option<UnitStep>,
    /// Parent's agency code as issued.
    pub parent_code: Option<String>,
    /// From the root to the parent, as far as the viewer may see.
    pub way: Vec<UnitStep>,
    /// Units directly below.
    pub children: Vec<UnitRow>,
    /// Posts and people by kind.
    pub posts: Vec<PostLine>,
    /// History, newest first.
    pub history: Vec<UnitPeriod>,
    /// The decision that gave the agency code.
    pub code_decision: Option<String>,
    /// Version, against which a change is checked.
    pub version: i64,
    /// Whether the viewer may change it.
    pub may_change: bool,
    /// Whether the viewer may change it and nothing stands in the way of closing it.
    pub may_close: bool,
    /// Devices of the unit itself that were not written off.
    pub devices: i64,
    /// Whether the viewer may see its people.
    pub may_see_people: bool,
    /// Whether the viewer may add people to it.
    pub may_add_people: bool,
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Id.
    pub id: i64,
    /// Personnel code, `57.00001`.
    pub personnel_code: Option<String>,
    /// Full name.
    pub name: String,
    /// Unit's id.
    pub unit_id: i64,
    /// Unit's name.
    pub unit: String,
    /// Position.
    pub position: Option<String>,
    /// Kind of post.
    pub kind: PostKind,
    /// Whether something about the data is doubtful or missing.
    pub doubtful: bool,
}

/// A page of a list of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPage {
    /// The people of this page.
    pub rows: Vec<PersonRow>,
    /// How many there are in all; `None` when there are more than were counted.
    pub total: Option<i64>,
    /// This page, counted from 1.
    pub page: i64,
    /// Whether there is a next page.
    pub more: bool,
}

/// What is doubtful or missing about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// No birth date.
    NoBirthDate,
    /// No sex.
    NoSex,
    /// No position.
    NoPosition,
    /// No citizen number.
    NoCitizenNumber,
    /// The citizen number's place is not in the table.
    Place,
    /// The citizen number says another sex.
    Sex,
    /// The citizen number says another year of birth.
    BirthYear,
}

/// A stay in a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentLine {
    /// Unit's id.
    pub unit_id: i64,
    /// Unit's name.
    pub unit: String,
    /// Ordinal there (R13).
    pub ordinal: i64,
    /// `00.10.H57-15` (R12).
    pub identification_code: Option<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: Option<String>,
}

/// A person's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetail {
    /// The person.
    pub person: PersonRow,
    /// From the root to the unit, as far as the viewer may see.
    pub way: Vec<UnitStep>,
    /// `00.10.H57-15` (R12).
    pub identification_code: Option<String>,
    /// `male` or `female`.
    pub sex: Option<model::person::Sex>,
    /// Birth date.
    pub born_on: Option<String>,
    /// Citizen number: whole for who may change the person, masked for others.
    pub citizen_id: Option<String>,
    /// Why a doubtful citizen number is right all the same.
    pub citizen_id_reason: Option<String>,
    /// Official e-mail.
    pub email: Option<String>,
    /// First day in service.
    pub started_on: Option<String>,
    /// Category, where kind of post and class of unit do not tell it.
    pub employment: Option<Employment>,
    /// Rank.
    pub rank: Rank,
    /// Since when the person has left.
    pub left_on: Option<String>,
    /// What is doubtful or missing.
    pub doubts: Vec<Doubt>,
    /// Where the person served, newest first.
    pub assignments: Vec<AssignmentLine>,
    /// Version, against which a change is checked.
    pub version: i64,
    /// Whether there is a portrait.
    pub portrait: bool,
    /// Whether the personal data were erased.
    pub erased: bool,
    /// Whether the viewer may change it.
    pub may_change: bool,
    /// Whether the viewer may erase it.
    pub may_erase: bool,
}

/// What a person's card is written from (R72).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardDraft {
    /// The person.
    pub person: PersonDetail,
    /// What the card's type follows from (R84).
    pub employment: Employment,
    /// Name of the unit above, or of the unit itself where there is none.
    pub managing_agency: String,
    /// Code of the unit, or of the nearest one above that has one.
    pub unit_code: Option<String>,
    /// Whether the unit is an administrative one, which must show the national emblem (R77).
    pub administrative: bool,
    /// Name of the province.
    pub province: String,
    /// Width and height of the portrait in pixels, where there is one.
    pub portrait: Option<(u32, u32)>,
}

/// Numbers given and left (R11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// Given.
    pub given: i64,
    /// Left.
    pub left: i64,
}

/// What a line of a list leads to. Where that is in the portal, the screens know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "target", content = "id", rename_all = "snake_case")]
pub enum Target {
    /// A person.
    Person(i64),
    /// A unit.
    Unit(i64),
    /// Changing a unit.
    ChangeUnit(i64),
    /// An account.
    Account(i64),
    /// A proposed role.
    Grant(i64),
    /// The audit log.
    Audit,
    /// A request that is to be compared with the paper.
    Verify(i64),
    /// A list that is still to be composed.
    NewList,
    /// A list.
    List(i64),
    /// A card that is to be made.
    Issue(i64),
    /// A card whose chip waits for a second person.
    Witness(i64),
    /// A card.
    Card(i64),
    /// What the Ministry is told.
    Ministry,
    /// What the national database says otherwise.
    National,
    /// People whose data have served their time.
    Leavers,
    /// The cards' key sets.
    Keys,
    /// A key ceremony.
    Ceremony(i64),
    /// The viewer's own request.
    MyRequest,
    /// The stock of blanks.
    Stock,
    /// A lot of blanks.
    Lot(i64),
    /// Blanks on the way.
    Transfer(i64),
    /// Minutes of destruction.
    Destruction(i64),
    /// A handover.
    Handover(i64),
    /// A handover that is still to be put together.
    NewHandover,
    /// The request of somebody else, which is being written.
    WriteRequest(i64),
    /// The viewer's own page.
    Me,
    /// A system at a unit's doors.
    EntrySystem(i64),
    /// A certificate.
    Certificate(i64),
    /// A token.
    Token(i64),
    /// A request for a certificate.
    CertificateRequest(i64),
    /// A list of such requests.
    CertificateList(i64),
    /// A plan of certificates.
    CertificatePlan(i64),
    /// A training class.
    TrainingClass(i64),
    /// A list that is still to be composed.
    NewCertificateList,
    /// Asking for something about a certificate.
    AskCertificate(i64),
    /// The viewer's own certificates.
    MyCertificates,
    /// Certificates in use of which no use is known.
    UnusedCertificates,
    /// Certificates in force here that are revoked as their authority says.
    RevokedThere,
    /// Units without a certificate.
    BareUnits,
    /// Certificates that should have been handed over by now.
    OverdueHandovers,
    /// Tokens that should have been back by now.
    OverdueTokens,
}

/// A hit of the quick search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Name.
    pub label: String,
    /// Code and unit.
    pub detail: String,
    /// What it is.
    pub target: Target,
}

/// State of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Waits for its owner to activate it.
    Invited,
    /// In use.
    Active,
    /// Switched off.
    Disabled,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// Id.
    pub id: i64,
    /// Login.
    pub login: String,
    /// Name shown.
    pub display_name: String,
    /// State.
    pub state: AccountState,
    /// Whether it has a second factor.
    pub second_factor: bool,
    /// Roles in force or proposed.
    pub grants: Vec<GrantLine>,
    /// The person it belongs to.
    pub person_id: Option<i64>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// State of a role grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Waits for a decision.
    Proposed,
    /// Holds, within its dates.
    InForce,
    /// Was refused.
    Refused,
    /// Was ended.
    Ended,
}

/// A role on a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantLine {
    /// Id.
    pub id: i64,
    /// Account's id.
    pub account_id: i64,
    /// Account's name.
    pub account: String,
    /// Role.
    pub role: Role,
    /// Unit's id.
    pub unit_id: i64,
    /// Unit's name.
    pub unit: String,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_to: Option<String>,
    /// Decision number.
    pub decision: String,
    /// State.
    pub state: GrantState,
    /// Who proposed it.
    pub proposed_by: Option<String>,
    /// When it was proposed.
    pub proposed_at: i64,
    /// Version, against which a decision is checked.
    pub version: i64,
    /// Whether the viewer proposed it or it is about the viewer.
    pub own: bool,
}

/// One of somebody's sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// Short name of the session, safe to show.
    pub name: String,
    /// Began.
    pub created_at: i64,
    /// Last seen.
    pub seen_at: i64,
    /// Browser, in words.
    pub agent: String,
    /// Whether it is this one.
    pub current: bool,
}

/// What waits for somebody, of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkGroup {
    /// What is to be done.
    pub kind: WorkKind,
    /// The oldest of them, overdue first.
    pub items: Vec<WorkItem>,
    /// How many there are in all.
    pub total: i64,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// Decide on proposed roles.
    DecideGrants,
    /// Renew or end roles that end soon.
    EndingGrants,
    /// Remind the owner of an account to activate it.
    Activations,
    /// Complete or correct a person's data.
    CorrectPeople,
    /// Enter a unit's agency code.
    UnitCodes,
    /// Sign the head of the audit log.
    SignHead,
    /// Correct and hand in again what came back.
    Returned,
    /// Compare requests with the paper.
    Verify,
    /// Put verified people on a list.
    Compose,
    /// Submit lists.
    Submit,
    /// Compare lists with the personnel data.
    Check,
    /// Decide lists.
    Decide,
    /// Print cards, and look at them.
    Issue,
    /// Look at what was read back from chips.
    WitnessCards,
    /// Confirm that cards are lost.
    ConfirmLoss,
    /// Decide whether locked cards are void.
    Invalidate,
    /// Take void cards back.
    Recover,
    /// Settle where the national database says something else.
    SettleNational,
    /// Erase data that have served their time.
    EraseLeavers,
    /// Take the own step of a key ceremony.
    KeyCeremony,
    /// Put a prepared key set in use.
    UseKeySet,
    /// Tell the Ministry what happened to cards.
    TellMinistry,
    /// Enter receipts of files for the Ministry.
    Receipts,
    /// Accept lots of blanks.
    AcceptLots,
    /// Take in blanks that were sent.
    TakeInBlanks,
    /// Stand by when spoiled blanks are destroyed.
    WitnessDestruction,
    /// Fill up places that have too few blanks.
    FillUp,
    /// Put active cards into a handover.
    HandOver,
    /// Give handovers.
    Give,
    /// Count and receive handovers.
    Receive,
    /// Settle what was missing in handovers.
    Settle,
    /// Bring the cards to their holders.
    Deliver,
    /// Confirm that the own card has come.
    ConfirmCard,
    /// Lock the cards of people who have left.
    LockLeavers,
    /// Complete the exchange of a card that a transfer began.
    Exchange,
    /// Decide whether systems at units' doors are given data.
    DecideSystems,
    /// Correct and ask again for what came back.
    CorrectCertificates,
    /// Agree to what is asked for in the unit.
    EndorseCertificates,
    /// Review what units ask for.
    ReviewCertificates,
    /// Put reviewed requests on a list.
    ListCertificates,
    /// Send lists to the certification authority.
    SendCertificates,
    /// Record what the authority answered.
    AnswerCertificates,
    /// Hand certificates over.
    HandOverCertificates,
    /// Ask that the certificates of people who have left be revoked.
    RevokeLeavers,
    /// Ask that the certificates of people who have moved be changed.
    ChangeMoved,
    /// Give certificates of units to another keeper.
    ChangeKeepers,
    /// Ask that certificates be renewed that end soon.
    RenewCertificates,
    /// Hand a token back, or get it back.
    ReturnTokens,
    /// Ask after what should be in use, handed over or back by now.
    ChaseCertificates,
    /// Fix plans of certificates.
    FixPlans,
    /// Close training classes that are over.
    CloseClasses,
}

/// One thing that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// About whom or what.
    pub subject: String,
    /// Where that is.
    pub place: String,
    /// The role that it is about.
    pub role: Option<Role>,
    /// Where to do it.
    pub target: Target,
    /// Since when it waits.
    pub since: i64,
    /// Until when it should be done.
    pub due: Option<i64>,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Place in the log, counted from 0.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// Who: `account:12`, `console`, `system`.
    pub actor: String,
    /// The actor's name, as far as known.
    pub actor_name: Option<String>,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// Facts without personal data, JSON.
    pub facts: String,
    /// Whether personal fields are kept, erased or were never there.
    pub personal: PersonalState,
}

/// Personal fields of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalState {
    /// The entry has none.
    None,
    /// They are kept.
    Kept,
    /// They were erased; the chain still holds their hash.
    Erased,
}

/// The newest signed head of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeadView {
    /// Entries that it covers.
    pub size: u64,
    /// Merkle tree root, hex.
    pub root: String,
    /// Chain hash, hex.
    pub chain: String,
    /// When it was signed.
    pub at: i64,
    /// Ed25519 public key, hex.
    pub key: String,
    /// Ed25519 signature, hex.
    pub signature: String,
}

/// What a verification of the audit log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether all is well.
    pub ok: bool,
    /// Entries read.
    pub entries: u64,
    /// Signed heads checked.
    pub heads: u64,
    /// Merkle tree root, hex.
    pub root: String,
    /// Chain hash, hex.
    pub chain: String,
    /// The first place where something is wrong.
    pub at: Option<u64>,
    /// What is wrong there.
    pub fault: Option<AuditFault>,
}

/// What is wrong with the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFault {
    /// The entry's text does not match its hash.
    Changed,
    /// An entry is missing before this one.
    Missing,
    /// The entry does not continue the chain.
    Chain,
    /// The inner nodes of the tree do not match.
    Tree,
    /// Entries are missing at the end.
    Truncated,
    /// There are entries after the end.
    Appended,
    /// A signed head does not match the log.
    Head,
    /// A signature does not match its head.
    Signature,
    /// Personal fields do not match their hash.
    Personal,
}

/// How far an empty province has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Whether the province itself has been entered.
    pub province: bool,
    /// Accounts.
    pub accounts: i64,
    /// Of the roles without which nobody could be given another, those that nobody holds.
    pub unfilled: Vec<Role>,
    /// Units, the province not counted.
    pub units: i64,
    /// People ever entered.
    pub people: i64,
}

impl Setup {
    /// Whether nothing of it is left to do.
    pub fn is_done(&self) -> bool {
        self.province && self.unfilled.is_empty() && self.units > 0 && self.people > 0
    }
}
