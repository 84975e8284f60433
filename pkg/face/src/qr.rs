//! The card's QR code: nine fields, the budget that they share, the symbol as it is printed, and reading it back
//! (838/QĐ-BNV, Điều 1 §2a; R85, R86; C5, C7, C8).
//!
//! Nothing is ever cut off or abbreviated silently: a record that does not fit is refused with all its faults, the budget
//! that shows them, and the approved abbreviations that would make it fit.

mod abbreviation;
mod budget;
mod decode;
mod draft;
mod fault;
mod field;
mod layout;
mod payload;
#[cfg(test)]
mod records;
mod resolution;
pub mod signed;
mod symbol;
#[cfg(test)]
mod tests;

pub use abbreviation::{Abbreviation, AbbreviationError, Abbreviations, Applied, Proposal};
pub use budget::{Budget, Print, Share};
pub use decode::{DecodeError, Reading, decode};
pub use fault::Fault;
pub use field::{Field, QrFields};
pub use layout::Level;
pub use payload::{MAX_CHARS, Payload, Separator, SeparatorError};
pub use resolution::{PLATE, QUIET_ZONE, Resolution, SIDE};
pub use symbol::{Symbol, TooDense};

use draft::Draft;

/// A record's QR code, ready to be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// The text in it.
    pub payload: Payload,
    /// Its modules.
    pub symbol: Symbol,
    /// What it uses of what it may.
    pub budget: Budget,
}

/// Why a record has no QR code.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the QR code is refused: {} faults", .faults.len())]
pub struct Refusal {
    /// Every fault at once, at least one, in the order of the fields.
    pub faults: Vec<Fault>,
    /// What the record would use of what it may.
    pub budget: Budget,
    /// The approved abbreviations with which no field that may be abbreviated, nor the whole, is too long any more; `None`
    /// where none help. Faults of another kind, and a name that is too long, stay as they are.
    pub proposal: Option<Proposal>,
}

impl Code {
    /// The code of a record for printers of one resolution. The abbreviations are only proposed, never applied; to apply a
    /// proposal, ask again with its `fields`.
    ///
    /// # Errors
    /// [`Refusal`]: a field or the whole is too long, a field is empty or not of its format, or the symbol's dots would be
    /// too few.
    pub fn new(
        fields: &QrFields,
        separator: Separator,
        resolution: Resolution,
        abbreviations: &Abbreviations,
    ) -> Result<Self, Box<Refusal>> {
        let refuse = |faults, budget| {
            let fits = |fields: &QrFields| !Draft::new(fields, separator, resolution).could_be_shortened();
            Box::new(Refusal { faults, budget, proposal: abbreviations.propose(fields, fits) })
        };
        let draft = Draft::new(fields, separator, resolution);
        let budget = draft.budget();
        let payload = match draft.finish() {
            Ok(payload) => payload,
            Err(faults) => return Err(refuse(faults, budget)),
        };
        match Symbol::encode(payload.as_str(), resolution) {
            Ok(symbol) => Ok(Self { payload, symbol, budget }),
            Err(dense) => Err(refuse(vec![Fault::TooDense(dense)], budget)),
        }
    }
}

impl std::fmt::Debug for Code {
    /// Says nothing of what is in it: personal data does not reach the log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code").field("budget", &self.budget).finish_non_exhaustive()
    }
}
