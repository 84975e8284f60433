//! What the database says, in the terms that a person is told.

use contract::{Failure, Fault, Outage, Refusal};

use crate::StoreError;
use crate::blobs::BlobError;

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
            StoreError::UnitClosed => Failure::Refused { why: Refusal::UnitClosed },
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

impl From<BlobError> for Failure {
    /// The boundary at which a fault of ours is logged, once.
    fn from(error: BlobError) -> Self {
        if error.is_full() {
            return Failure::Unavailable { why: Outage::Full };
        }
        tracing::error!(error = &error as &dyn std::error::Error, "a blob cannot be read or written");
        Failure::Internal
    }
}

/// The form's field behind a unique constraint, as SQLite (`table.column`) or PostgreSQL (`table_column_key`) names it.
fn taken_field(constraint: &str) -> Option<&'static str> {
    const FIELDS: [(&str, &str, &str); 12] = [
        ("person", "citizen_id", "citizen_id"),
        ("account", "login", "login"),
        ("account", "person_id", "personnel_code"),
        ("unit", "code", "code"),
        ("dossier", "letter_number", "letter_number"),
        ("blank_type", "code", "code"),
        ("stock_place", "name", "name"),
        ("blank_lot", "number", "number"),
        ("blank", "serial", "serials"),
        ("equipment", "serial", "device_number"),
        ("certificate_token", "serial", "token_serials"),
        ("certificate_list", "letter_number", "letter_number"),
    ];
    let named = |table: &str, column: &str| {
        constraint == format!("{table}_{column}_key") || constraint.ends_with(&format!(" {table}.{column}"))
    };
    FIELDS.into_iter().find(|(table, column, _)| named(table, column)).map(|(.., field)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_typed_is_taken() {
        assert_eq!(taken_field("UNIQUE constraint failed: unit.code"), Some("code"));
        assert_eq!(taken_field("account_person_id_key"), Some("personnel_code"));
        assert_eq!(taken_field("UNIQUE constraint failed: person.identification_code"), None);
        assert_eq!(taken_field("person_personnel_code_key"), None);
    }
}
