//! What keeps a record from having a QR code.

use super::field::Field;
use super::symbol::TooDense;

/// Why a record has no QR code. Lengths count characters (Unicode scalar values in NFC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing is left of a field after cleaning.
    #[error("{field} is empty")]
    Empty {
        /// Which.
        field: Field,
    },
    /// A field is longer than its maximum (R86).
    #[error("{field} has {found} characters, at most {maximum} are allowed")]
    TooLong {
        /// Which.
        field: Field,
        /// Characters found.
        found: usize,
        /// Characters allowed.
        maximum: usize,
    },
    /// The separator stands inside a field (C7).
    #[error("{field} contains the separator")]
    Separator {
        /// Which.
        field: Field,
    },
    /// A field contains what its kind of field never has.
    #[error("{field} contains {character:?}")]
    Character {
        /// Which.
        field: Field,
        /// The first of them.
        character: char,
    },
    /// Right characters in a wrong form: not `DD/MM/YYYY`, not twelve digits.
    #[error("{field} is not of its format")]
    Format {
        /// Which.
        field: Field,
    },
    /// The whole, separators included, is too long (C5).
    #[error("the QR code has {found} characters, at most {maximum} are allowed")]
    Total {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        maximum: usize,
    },
    /// The symbol has more modules than can be printed legibly on 12 mm.
    #[error(transparent)]
    TooDense(#[from] TooDense),
}

impl Fault {
    /// The field that it is about; `None` for the whole.
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::Empty { field }
            | Self::TooLong { field, .. }
            | Self::Separator { field }
            | Self::Character { field, .. }
            | Self::Format { field } => Some(*field),
            Self::Total { .. } | Self::TooDense(_) => None,
        }
    }

    /// By how many characters something is too long; 0 for faults of another kind.
    pub const fn over(&self) -> usize {
        match self {
            Self::TooLong { found, maximum, .. } | Self::Total { found, maximum } => found.saturating_sub(*maximum),
            _ => 0,
        }
    }
}
