//! Why something was not done, in types. The screens word it in the person's language; other programs read it as JSON.

use model::stock::SerialFault;
use serde::{Deserialize, Serialize};

use crate::certificate::FileWrong;
use crate::keys::ShareWrong;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum Failure {
    /// Something typed is missing or wrong; each fault beside its field. HTTP 422.
    Invalid {
        /// At least one.
        faults: Vec<FieldFault>,
    },
    /// Nobody is signed in, or the session has ended. HTTP 401, on a page 303 to the sign-in page.
    SignInNeeded,
    /// The second factor must be shown (again). HTTP 403, on a page 303 to the confirmation page.
    ConfirmationNeeded,
    /// The role does not allow it here. HTTP 403.
    Forbidden,
    /// There is no such thing, or it may not be seen. HTTP 404.
    NotFound,
    /// It changed since the page was shown. HTTP 409.
    Stale,
    /// It cannot be done in the present state. HTTP 409.
    Refused {
        /// Why.
        why: Refusal,
    },
    /// Too many attempts. HTTP 429.
    TooManyAttempts {
        /// When to try again.
        seconds: u64,
    },
    /// Database or keys cannot answer just now. HTTP 503.
    Unavailable {
        /// Why.
        why: Outage,
    },
    /// A fault of ours; logged under the request's reference number. HTTP 500.
    Internal,
}

/// A fault beside a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// Name of the form's field.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Nothing was typed.
    Missing,
    /// Too long.
    TooLong {
        /// Characters allowed.
        max: usize,
    },
    /// A character that has no place there.
    Character {
        /// The character.
        character: char,
    },
    /// Not one of the choices.
    Choice,
    /// Not a date, or not in the form DD/MM/YYYY.
    Date,
    /// The date lies in the future.
    Future,
    /// The date lies before the first one that is possible.
    Before {
        /// That day, ISO 8601.
        day: String,
    },
    /// The date lies after the last one that is possible.
    After {
        /// That day, ISO 8601.
        day: String,
    },
    /// Not a number, or out of range.
    Number,
    /// Not an agency code (QĐ 20/2020/QĐ-TTg).
    AgencyCode,
    /// The agency code does not lie under the parent's code.
    AgencyCodeParent {
        /// The parent's code.
        parent: String,
    },
    /// Not twelve digits.
    CitizenNumberLength {
        /// Digits found.
        found: usize,
    },
    /// Eleven digits: a leading zero was probably lost.
    CitizenNumberLeadingZero,
    /// Does not agree with what else is known; may be overridden with a reason.
    CitizenNumberDoubt,
    /// Not an e-mail address.
    Email,
    /// Exists already.
    Taken,
    /// Points to nothing.
    Unknown,
    /// Several have that name.
    Several,
    /// The person is in that unit already.
    SameUnit,
    /// A unit would stand below itself.
    BelowItself,
    /// Login: 3 to 64 of a-z, 0-9, dot, hyphen, underscore, at-sign.
    Login,
    /// The login or the password is wrong. Which of them is not said.
    Credentials,
    /// The password is too short.
    PasswordShort {
        /// Characters needed.
        min: usize,
    },
    /// The password is easily guessed.
    PasswordCommon,
    /// The two entries differ.
    PasswordsDiffer,
    /// The code is wrong, or was used already.
    Code,
    /// The file is none of PDF, JPEG and PNG, or is damaged.
    Scan,
    /// The picture has more pixels than are read.
    TooManyPixels {
        /// Million pixels allowed.
        megapixels: u64,
    },
    /// A side of the picture is longer than what is read.
    SideTooLong {
        /// Pixels allowed.
        pixels: u32,
    },
    /// The file is too large.
    TooLarge {
        /// Megabytes allowed.
        megabytes: usize,
    },
    /// Both certified copies are needed (R18).
    Copies,
    /// The file is not what was expected.
    File {
        /// Line, counted from 1; 0 for the whole file.
        line: usize,
    },
    /// Serials of blanks that cannot be taken so.
    Serial {
        /// Why.
        why: SerialFault,
        /// The first of them.
        text: String,
        /// How many more there are.
        more: usize,
    },
    /// More than there is room for under the quota (R176).
    Quota {
        /// How many more may come.
        left: i64,
    },
    /// Not as many as the papers say, and nothing is said about it.
    Differs {
        /// As many as there are.
        counted: i64,
    },
    /// A measure is outside of what the regulation allows (R101).
    Measure {
        /// In micrometres.
        nominal: i64,
        /// In micrometres.
        tolerance: i64,
    },
    /// Has not been found good.
    Unchecked,
    /// A quantity that can be read in two ways, as `9.00` (C19).
    Unclear,
    /// Quantity and price give something else.
    Product {
        /// In đồng.
        product: u64,
    },
    /// Too short.
    TooShort {
        /// Characters needed.
        min: usize,
    },
    /// A certificate file that fills no record.
    Certificate {
        /// Why.
        why: FileWrong,
    },
    /// A custodian's share is not right.
    Share {
        /// Why.
        why: ShareWrong,
    },
}

/// Why it cannot be done in the present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Who proposed or verified may not decide.
    SeparationOfDuties,
    /// Not about oneself.
    OwnAccount,
    /// It has been decided already.
    Decided,
    /// The link has been used or has expired.
    LinkSpent,
    /// No personnel code is left (R11).
    NumbersExhausted,
    /// The unit is closed.
    UnitClosed,
    /// The unit still has people or open units below it.
    UnitInUse,
    /// The portal has been set up already.
    AlreadySetUp,
    /// The person's data have been erased.
    Erased,
    /// The account is not active.
    AccountInactive,
    /// The role cannot be given on this unit: it holds for the whole province.
    ProvinceOnly,
    /// It is in a state in which this cannot happen.
    Impossible,
    /// The person has a card already: it can be exchanged or reissued.
    HasCard,
    /// The person has no card that could be exchanged or reissued.
    NoCard,
    /// The person has left the province's service.
    HasLeft,
    /// Nobody is on the list.
    EmptyList,
    /// What was verified has changed since.
    Unverified,
    /// The national database says something else of the person (C26).
    NationalDiffers,
    /// The person has no portrait.
    NoPortrait,
    /// The Ministry has not appraised this type of blank (R102).
    NotAppraised,
    /// Whoever sent or drew it up does not confirm it as well (R39).
    SecondPerson,
    /// The holder has an account, and confirms it with that.
    HolderConfirms,
    /// A card of the person is void already, so that the departure stands.
    CardsVoid,
    /// Nobody consents, and nobody is to be deleted.
    NobodyConsents,
    /// No key set is kept that cards could get their keys from.
    NoKeySet,
    /// The blank that the card was printed on has no chip.
    NoChip,
    /// The chip does not hold the card's content yet.
    ChipUnwritten,
    /// A second person has to look at what was read back from the chip.
    WitnessNeeded,
    /// The printed code that was read is not this card's.
    CodeDiffers,
    /// What was approved cannot be written on a chip.
    ChipContent,
    /// Another key ceremony is under way.
    CeremonyUnderWay,
    /// Not one of this ceremony's custodians.
    NotCustodian,
    /// The share was shown already, or confirmed.
    ShareShown,
    /// The vault does not hold this key set.
    SetMissing,
    /// The vault has lost what a ceremony drew.
    DraftGone,
    /// The vault holds another key set of this version.
    SetHeld,
    /// Cards may have this key set.
    CardsHaveSet,
    /// The same is asked for already, and not done yet.
    AskedAlready,
}

/// Why it cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// Another process holds the lock for too long.
    Busy,
    /// No space is left.
    Full,
    /// It does not answer.
    Gone,
    /// The store of the cards' keys does not.
    Keys,
}

impl Failure {
    /// One fault beside one field.
    pub fn field(field: &str, fault: Fault) -> Self {
        Failure::Invalid { faults: vec![FieldFault { field: field.to_owned(), fault }] }
    }

    /// HTTP status code (RFC 9110 §15).
    pub fn status(&self) -> u16 {
        match self {
            Failure::Invalid { .. } => 422,
            Failure::SignInNeeded => 401,
            Failure::ConfirmationNeeded | Failure::Forbidden => 403,
            Failure::NotFound => 404,
            Failure::Stale | Failure::Refused { .. } => 409,
            Failure::TooManyAttempts { .. } => 429,
            Failure::Unavailable { .. } => 503,
            Failure::Internal => 500,
        }
    }
}

/// Collects the faults of one form, so that a person sees them all at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldFault>);

impl Faults {
    /// Adds a fault beside a field.
    pub fn add(&mut self, field: &str, fault: Fault) {
        self.0.push(FieldFault { field: field.to_owned(), fault });
    }

    /// The value, or nothing and a fault added.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Fault>) -> Option<T> {
        parsed.map_err(|fault| self.add(field, fault)).ok()
    }

    /// Ends the collecting.
    ///
    /// # Errors
    /// [`Failure::Invalid`] when there was a fault.
    pub fn check(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::Invalid { faults: self.0 }) }
    }
}
