//! Roles, actions, and the one table that says which role may do which action (R67).
//!
//! A role is granted on a unit and holds for that unit's subtree. An action reaches either the subtree of the grant or
//! the whole province; one that reaches the province needs a grant on the root.

use serde::{Deserialize, Serialize};

/// What somebody is in the province's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A person who holds, or will hold, a card.
    Holder,
    /// Personnel officer of a unit (bộ phận quản lý tổ chức, nhân sự), R19.
    UnitHr,
    /// Head of a unit, who signs the submission letter, R22.
    UnitHead,
    /// Home Affairs officer who compares lists with the personnel data, R24.
    Checker,
    /// Home Affairs officer who decides.
    Approver,
    /// Keeper of blank cards, R34.
    StockKeeper,
    /// Operator of an issuing desk.
    IssuingOperator,
    /// Second person at an act that needs one, R39.
    Witness,
    /// One of the custodians of the card keys.
    KeyCustodian,
    /// Subscriber manager of digital certificates (người quản lý thuê bao), R118.
    SubscriberManager,
    /// Reads what Finance needs.
    FinanceReader,
    /// Reads reports.
    ReportReader,
    /// Inspector (Thanh tra), R116.
    Inspector,
    /// Reads and verifies the audit log.
    Auditor,
    /// Runs the system: accounts, settings, health. Decides nothing about cards.
    SystemOperator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 15] = [
        Role::Holder,
        Role::UnitHr,
        Role::UnitHead,
        Role::Checker,
        Role::Approver,
        Role::StockKeeper,
        Role::IssuingOperator,
        Role::Witness,
        Role::KeyCustodian,
        Role::SubscriberManager,
        Role::FinanceReader,
        Role::ReportReader,
        Role::Inspector,
        Role::Auditor,
        Role::SystemOperator,
    ];

    /// Name used in the database, in URLs and in files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Holder => "holder",
            Role::UnitHr => "unit_hr",
            Role::UnitHead => "unit_head",
            Role::Checker => "checker",
            Role::Approver => "approver",
            Role::StockKeeper => "stock_keeper",
            Role::IssuingOperator => "issuing_operator",
            Role::Witness => "witness",
            Role::KeyCustodian => "key_custodian",
            Role::SubscriberManager => "subscriber_manager",
            Role::FinanceReader => "finance_reader",
            Role::ReportReader => "report_reader",
            Role::Inspector => "inspector",
            Role::Auditor => "auditor",
            Role::SystemOperator => "system_operator",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether an account with this role must have a second factor: every role that decides, issues, or sees other
    /// people's data by the thousand.
    pub fn needs_second_factor(self) -> bool {
        !matches!(self, Role::Holder | Role::FinanceReader | Role::ReportReader)
    }
}

/// What can be done. Every route names one of these, or that it is public, or that it concerns only oneself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// See units, their codes and posts.
    SeeUnits,
    /// Add, rename, move, close units; set agency codes and authorised posts.
    ChangeUnits,
    /// See people and find them.
    SeePeople,
    /// Add and correct people, move them between units.
    ChangePeople,
    /// Erase a person's personal data when its time is over.
    ErasePeople,
    /// Load units and people from files.
    Import,
    /// See accounts and who holds which role.
    SeeAccounts,
    /// Invite, reset, disable accounts.
    ChangeAccounts,
    /// Propose that an account be given, or lose, a role.
    ProposeGrant,
    /// Decide what was proposed.
    DecideGrant,
    /// Compare what people ask for with the paper (R19).
    VerifyRequests,
    /// See lists with their letters.
    SeeLists,
    /// Compose lists of verified people (R22).
    ComposeLists,
    /// Submit a list with its letter.
    SubmitLists,
    /// Compare a list with the personnel data (R24).
    CheckLists,
    /// Decide a list.
    DecideLists,
    /// See cards and the issue ledger.
    SeeCards,
    /// Print cards and make them active.
    IssueCards,
    /// Look as second person at what was read back from a card's chip.
    WitnessCards,
    /// Lock cards, confirm a loss, take void cards back.
    ReportCards,
    /// Unlock, invalidate and cancel cards.
    DecideCards,
    /// Set the catalogue of reasons, and for how long what is kept.
    SetRules,
    /// Tell the Ministry's card database what happens to cards (R106).
    TellMinistry,
    /// Put active cards into a handover, give it, settle what was missing (R36).
    HandOver,
    /// Confirm, card by card, that a handover has come.
    ReceiveCards,
    /// Report that somebody leaves, with the evidence (R29).
    ReportDepartures,
    /// Use a card reader: see what it says of a card, without any key.
    UseReader,
    /// Read the audit log.
    SeeAudit,
    /// Verify the chain and sign its head.
    VerifyAudit,
    /// See blanks: where they lie, what became of them (R34).
    SeeStock,
    /// Receive, send, set aside, count blanks, and draw up minutes of destruction.
    KeepStock,
    /// Handle blanks where cards are issued: take in what was sent, reserve, use, spoil.
    HandleBlanks,
    /// Stand by when blanks are destroyed (R39).
    WitnessStock,
    /// Set types of blanks, places and their quotas (C16).
    SetUpStock,
    /// See readers, printers and scanners of units, and what they cost (R40).
    SeeEquipment,
    /// Enter and change them, and say what became of them.
    KeepEquipment,
    /// See biometric and app-based entry systems that are given people's data, and who consented (R113).
    SeeBiometrics,
    /// Enter such a system for the unit, and what people answered on paper.
    KeepBiometrics,
    /// Decide whether a system is given data.
    DecideBiometrics,
    /// Take the data of those who consented out of the portal.
    ExportBiometrics,
    /// See the cards' key sets: versions, states, check values.
    SeeKeys,
    /// Propose that a key set be drawn, and by which custodians.
    ProposeKeys,
    /// Agree to a ceremony, put a key set in use, destroy one.
    DecideKeys,
    /// Take part in a ceremony, keep a share, restore a key set with another custodian.
    KeepShares,
    /// See certificates of digital signatures and the tokens that hold their keys (R118).
    SeeCertificates,
    /// Record certificates and tokens, hand them over, say what became of them; review requests, send them, record the answers.
    KeepCertificates,
    /// Ask for certificates for the unit and its people.
    AskCertificates,
    /// Agree, as the unit's head, to what is asked for in the unit.
    EndorseCertificates,
    /// Write and publish the public information page (R66, R159).
    EditInformation,
    /// See plans of certificates with what they cost, and how far they have come (R123, R136).
    SeePlans,
    /// Write plans of certificates.
    KeepPlans,
    /// Fix plans that somebody else has written.
    FixPlans,
    /// See training classes, and who of one's units is in them (R170).
    SeeClasses,
    /// Announce training classes, note who came, close them.
    KeepClasses,
    /// Enrol people of one's units.
    EnrolLearners,
}

/// How far an action goes from the unit on which the role was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The unit and everything below it.
    Subtree,
    /// The whole province: the grant must be on the root.
    Province,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// The action.
    pub action: Action,
    /// How far it goes.
    pub reach: Reach,
    /// Whether a fresh confirmation of the second factor is needed before it is done.
    pub fresh: bool,
    /// The roles that may do it.
    pub roles: &'static [Role],
}

const fn row(action: Action, reach: Reach, fresh: bool, roles: &'static [Role]) -> Permission {
    Permission { action, reach, fresh, roles }
}

/// The one table: which role may do which action.
pub const PERMISSIONS: &[Permission] = &[
    row(
        Action::SeeUnits,
        Reach::Subtree,
        false,
        &[
            Role::UnitHr,
            Role::UnitHead,
            Role::Checker,
            Role::Approver,
            Role::StockKeeper,
            Role::IssuingOperator,
            Role::SubscriberManager,
            Role::FinanceReader,
            Role::ReportReader,
            Role::Inspector,
            Role::Auditor,
            Role::SystemOperator,
        ],
    ),
    row(Action::ChangeUnits, Reach::Subtree, false, &[Role::Checker]),
    row(
        Action::SeePeople,
        Reach::Subtree,
        false,
        &[
            Role::UnitHr,
            Role::UnitHead,
            Role::Checker,
            Role::Approver,
            Role::IssuingOperator,
            Role::SubscriberManager,
            Role::Inspector,
        ],
    ),
    row(Action::ChangePeople, Reach::Subtree, false, &[Role::UnitHr, Role::Checker]),
    row(Action::ErasePeople, Reach::Province, true, &[Role::Approver]),
    row(Action::Import, Reach::Province, false, &[Role::Checker, Role::SubscriberManager]),
    row(Action::SeeAccounts, Reach::Province, false, &[Role::SystemOperator, Role::Approver, Role::Auditor]),
    row(Action::ChangeAccounts, Reach::Province, true, &[Role::SystemOperator]),
    row(Action::ProposeGrant, Reach::Province, false, &[Role::SystemOperator]),
    row(Action::DecideGrant, Reach::Province, true, &[Role::Approver]),
    row(Action::VerifyRequests, Reach::Subtree, false, &[Role::UnitHr]),
    row(
        Action::SeeLists,
        Reach::Subtree,
        false,
        &[Role::UnitHr, Role::UnitHead, Role::Checker, Role::Approver, Role::Inspector],
    ),
    row(Action::ComposeLists, Reach::Subtree, false, &[Role::UnitHr]),
    row(Action::SubmitLists, Reach::Subtree, false, &[Role::UnitHead]),
    row(Action::CheckLists, Reach::Subtree, false, &[Role::Checker]),
    row(Action::DecideLists, Reach::Subtree, true, &[Role::Approver]),
    row(
        Action::SeeCards,
        Reach::Subtree,
        false,
        &[Role::UnitHr, Role::UnitHead, Role::Checker, Role::Approver, Role::IssuingOperator, Role::Inspector],
    ),
    row(Action::IssueCards, Reach::Subtree, false, &[Role::IssuingOperator]),
    row(Action::WitnessCards, Reach::Subtree, true, &[Role::Witness]),
    row(Action::ReportCards, Reach::Subtree, false, &[Role::UnitHr, Role::Checker]),
    row(Action::DecideCards, Reach::Subtree, true, &[Role::Approver]),
    row(Action::SetRules, Reach::Province, false, &[Role::Approver]),
    row(Action::TellMinistry, Reach::Province, false, &[Role::Checker]),
    row(Action::HandOver, Reach::Subtree, false, &[Role::IssuingOperator]),
    row(Action::ReceiveCards, Reach::Subtree, false, &[Role::UnitHr]),
    row(Action::ReportDepartures, Reach::Subtree, false, &[Role::UnitHr, Role::Checker]),
    row(
        Action::UseReader,
        Reach::Subtree,
        false,
        &[Role::IssuingOperator, Role::StockKeeper, Role::Checker, Role::SystemOperator],
    ),
    row(Action::SeeAudit, Reach::Province, false, &[Role::Auditor]),
    row(Action::VerifyAudit, Reach::Province, false, &[Role::Auditor]),
    row(
        Action::SeeStock,
        Reach::Subtree,
        false,
        &[Role::StockKeeper, Role::IssuingOperator, Role::Witness, Role::Checker, Role::Approver, Role::Inspector],
    ),
    row(Action::KeepStock, Reach::Subtree, false, &[Role::StockKeeper]),
    row(Action::HandleBlanks, Reach::Subtree, false, &[Role::StockKeeper, Role::IssuingOperator]),
    row(Action::WitnessStock, Reach::Subtree, true, &[Role::Witness]),
    row(Action::SetUpStock, Reach::Province, false, &[Role::StockKeeper]),
    row(
        Action::SeeEquipment,
        Reach::Subtree,
        false,
        &[
            Role::StockKeeper,
            Role::UnitHr,
            Role::UnitHead,
            Role::Checker,
            Role::Approver,
            Role::FinanceReader,
            Role::Inspector,
        ],
    ),
    row(Action::KeepEquipment, Reach::Subtree, false, &[Role::StockKeeper, Role::UnitHr]),
    row(
        Action::SeeBiometrics,
        Reach::Subtree,
        false,
        &[Role::UnitHr, Role::UnitHead, Role::Checker, Role::Approver, Role::Inspector],
    ),
    row(Action::KeepBiometrics, Reach::Subtree, false, &[Role::UnitHr]),
    // Home Affairs answers for the personnel data of the whole province: no checker of a part decides that they leave it
    row(Action::DecideBiometrics, Reach::Province, true, &[Role::Checker]),
    row(Action::ExportBiometrics, Reach::Subtree, true, &[Role::UnitHr]),
    row(
        Action::SeeKeys,
        Reach::Province,
        false,
        &[Role::KeyCustodian, Role::Approver, Role::SystemOperator, Role::Auditor],
    ),
    row(Action::ProposeKeys, Reach::Province, false, &[Role::SystemOperator]),
    row(Action::DecideKeys, Reach::Province, true, &[Role::Approver]),
    row(Action::KeepShares, Reach::Province, true, &[Role::KeyCustodian]),
    row(
        Action::SeeCertificates,
        Reach::Subtree,
        false,
        &[Role::SubscriberManager, Role::UnitHr, Role::UnitHead, Role::Inspector],
    ),
    row(Action::KeepCertificates, Reach::Subtree, false, &[Role::SubscriberManager]),
    row(Action::AskCertificates, Reach::Subtree, false, &[Role::UnitHr, Role::UnitHead]),
    row(Action::EndorseCertificates, Reach::Subtree, false, &[Role::UnitHead]),
    row(Action::EditInformation, Reach::Province, false, &[Role::Checker, Role::SubscriberManager]),
    row(
        Action::SeePlans,
        Reach::Subtree,
        false,
        &[Role::SubscriberManager, Role::Approver, Role::FinanceReader, Role::ReportReader, Role::Inspector],
    ),
    row(Action::KeepPlans, Reach::Subtree, false, &[Role::SubscriberManager]),
    row(Action::FixPlans, Reach::Subtree, true, &[Role::Approver]),
    row(
        Action::SeeClasses,
        Reach::Subtree,
        false,
        &[
            Role::UnitHr,
            Role::UnitHead,
            Role::Checker,
            Role::SubscriberManager,
            Role::FinanceReader,
            Role::ReportReader,
            Role::Inspector,
        ],
    ),
    row(Action::KeepClasses, Reach::Subtree, false, &[Role::Checker, Role::SubscriberManager]),
    row(Action::EnrolLearners, Reach::Subtree, false, &[Role::UnitHr, Role::Checker, Role::SubscriberManager]),
];

impl Action {
    /// Every action.
    pub const ALL: [Action; 55] = [
        Action::SeeUnits,
        Action::ChangeUnits,
        Action::SeePeople,
        Action::ChangePeople,
        Action::ErasePeople,
        Action::Import,
        Action::SeeAccounts,
        Action::ChangeAccounts,
        Action::ProposeGrant,
        Action::DecideGrant,
        Action::VerifyRequests,
        Action::SeeLists,
        Action::ComposeLists,
        Action::SubmitLists,
        Action::CheckLists,
        Action::DecideLists,
        Action::SeeCards,
        Action::IssueCards,
        Action::WitnessCards,
        Action::ReportCards,
        Action::DecideCards,
        Action::SetRules,
        Action::TellMinistry,
        Action::HandOver,
        Action::ReceiveCards,
        Action::ReportDepartures,
        Action::UseReader,
        Action::SeeAudit,
        Action::VerifyAudit,
        Action::SeeStock,
        Action::KeepStock,
        Action::HandleBlanks,
        Action::WitnessStock,
        Action::SetUpStock,
        Action::SeeEquipment,
        Action::KeepEquipment,
        Action::SeeBiometrics,
        Action::KeepBiometrics,
        Action::DecideBiometrics,
        Action::ExportBiometrics,
        Action::SeeKeys,
        Action::ProposeKeys,
        Action::DecideKeys,
        Action::KeepShares,
        Action::SeeCertificates,
        Action::KeepCertificates,
        Action::AskCertificates,
        Action::EndorseCertificates,
        Action::EditInformation,
        Action::SeePlans,
        Action::KeepPlans,
        Action::FixPlans,
        Action::SeeClasses,
        Action::KeepClasses,
        Action::EnrolLearners,
    ];

    /// Its row of the table. An action without a row is allowed to nobody.
    pub fn permission(self) -> Permission {
        const NOBODY: &[Role] = &[];
        PERMISSIONS.iter().copied().find(|permission| permission.action == self).unwrap_or(row(
            self,
            Reach::Province,
            true,
            NOBODY,
        ))
    }
}

/// A role in force on a unit, which is named by its path: the ids from the root, `/1/23/456/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Path of the unit.
    pub path: String,
}

impl Grant {
    /// Whether the unit is the root of the province.
    pub fn on_root(&self) -> bool {
        self.path.bytes().filter(|byte| *byte == b'/').count() == 2
    }

    /// Whether this grant allows `action` on the unit with that path.
    pub fn allows(&self, action: Action, unit_path: &str) -> bool {
        self.allows_somewhere(action) && unit_path.starts_with(&self.path)
    }

    /// Whether this grant allows `action` on at least one unit.
    pub fn allows_somewhere(&self, action: Action) -> bool {
        let permission = action.permission();
        permission.roles.contains(&self.role) && (permission.reach == Reach::Subtree || self.on_root())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "/1/";
    const OWN: &str = "/1/20/";
    const CHILD: &str = "/1/20/300/";
    const OTHER: &str = "/1/21/";
    /// `/1/20/` is a prefix of the text `/1/200/` only without its last slash.
    const LOOKALIKE: &str = "/1/200/";

    #[test]
    fn every_action_stands_in_the_table_once() {
        for action in Action::ALL {
            assert_eq!(PERMISSIONS.iter().filter(|row| row.action == action).count(), 1, "{action:?}");
        }
        assert_eq!(PERMISSIONS.len(), Action::ALL.len());
    }

    #[test]
    fn matrix_of_every_role_every_action_and_place() {
        let mut allowed = 0;
        for role in Role::ALL {
            for action in Action::ALL {
                let permission = action.permission();
                let listed = permission.roles.contains(&role);
                let on_unit = Grant { role, path: OWN.to_owned() };
                let on_root = Grant { role, path: ROOT.to_owned() };
                let subtree = listed && permission.reach == Reach::Subtree;
                assert_eq!(on_unit.allows(action, OWN), subtree, "{role:?} {action:?} own");
                assert_eq!(on_unit.allows(action, CHILD), subtree, "{role:?} {action:?} child");
                assert!(!on_unit.allows(action, OTHER), "{role:?} {action:?} other");
                assert!(!on_unit.allows(action, LOOKALIKE), "{role:?} {action:?} look-alike");
                assert!(!on_unit.allows(action, ROOT), "{role:?} {action:?} parent");
                assert_eq!(on_root.allows(action, OTHER), listed, "{role:?} {action:?} from the root");
                allowed += usize::from(listed);
            }
        }
        assert_eq!(allowed, PERMISSIONS.iter().map(|row| row.roles.len()).sum::<usize>());
    }

    #[test]
    fn who_runs_the_system_decides_nothing_and_reads_no_personal_data() {
        for action in
            [Action::DecideGrant, Action::SeePeople, Action::ChangePeople, Action::ErasePeople, Action::SeeAudit]
        {
            assert!(!action.permission().roles.contains(&Role::SystemOperator), "{action:?}");
        }
    }

    #[test]
    fn who_proposes_keys_decides_them_or_keeps_their_shares_are_three() {
        let actions = [Action::ProposeKeys, Action::DecideKeys, Action::KeepShares];
        for role in Role::ALL {
            let held = actions.iter().filter(|action| action.permission().roles.contains(&role)).count();
            assert!(held <= 1, "{role:?}");
        }
    }

    #[test]
    fn who_proposes_a_role_never_decides_it() {
        for role in Action::ProposeGrant.permission().roles {
            assert!(!Action::DecideGrant.permission().roles.contains(role));
        }
    }

    #[test]
    fn whoever_may_do_something_that_needs_a_fresh_confirmation_has_a_second_factor() {
        for permission in PERMISSIONS.iter().filter(|row| row.fresh) {
            assert!(permission.roles.iter().all(|role| role.needs_second_factor()), "{:?}", permission.action);
        }
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
    }
}
