//! What the database says, in the terms that a person is told.

use contract::{Failure, Fault, Outage, Refusal};

use crate::StoreError;

impl From<StoreError> for Failure {
    /// The boundary at which a fault of ours is logged, once.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Failure::Unavailable { why: Outage::Busy },
            StoreError::Full => Failure::Unavailable { why: Outage::Full },
            StoreError::Gone(source) => {
                tracing::error!(error = %source, "the database does not answer");
                Failure::Unavailable { why: Outage::Gone }
            }
            StoreError::Exhausted(_) => Failure::Refused { why: Refusal::NumbersExhausted },
            StoreError::Duty => Failure::Refused { why: Refusal::SeparationOfDuties },
            StoreError::Taken(constraint) => match taken_field(&constraint) {
                Some(field) => Failure::field(field, Fault::Taken),
                None => Failure::Stale,
            },
            other => {
                tracing::error!(error = &other as &dyn std::error::Error, "the database refused");
                Failure::Internal
            }
        }
    }
}

/// The form's field behind a unique constraint, as SQLite (`table.column`) or PostgreSQL (`table_column_key`) names it.
fn taken_field(constraint: &str) -> Option<&'static str> {
    ["citizen_id", "login", "person_id", "code"].into_iter().find(|column| constraint.contains(column))
}
