//! The store and what stands directly on it, on SQLite and, when `CONGTHE_TEST_POSTGRES` says where one is, on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod after;
mod audit;
mod backup;
mod biometrics;
mod bulk;
mod card_code;
mod cards;
mod certificate_requests;
mod certificates;
mod certificates_brought;
mod chip;
mod delivery;
mod duty;
mod equipment;
mod erasure;
mod field;
mod import;
mod key_vault;
mod keys;
mod log;
mod national;
mod office;
mod people;
mod plans;
mod portrait;
mod public;
mod receipt;
mod rules;
mod sample;
mod stock;
mod support;
mod tamper;
mod webhooks;
mod writer;
