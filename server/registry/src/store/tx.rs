//! One use case's transaction: a connection, and the audit entries that will stand beside its changes.

use std::sync::Arc;

use serde_json::Value;

use super::audit::{self, Draft};
use super::{Conn, StoreError};

/// A source of randomness: fills the bytes. Invariant 1 makes it an argument.
pub type Draw = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What a use case says about a change, for the audit log.
pub struct Record<'r> {
    /// Who: `account:12`, `console`, `system`.
    pub actor: &'r str,
    /// What: `unit.add`.
    pub action: &'static str,
    /// To what: `unit:7`.
    pub object: String,
    /// Facts without personal data.
    pub facts: Value,
    /// Personal data, and whose it is; kept erasable, the chain holds a salted hash.
    pub personal: Option<(Option<i64>, Value)>,
}

/// A running transaction.
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) at_ms: i64,
    pub(super) drafts: Vec<Draft>,
    /// Where the audit chain stands, as far as this connection knows.
    chain: Option<audit::State>,
    draw: Draw,
}

impl Tx {
    pub(super) fn new(conn: Conn, at_ms: i64, draw: Draw) -> Self {
        Tx { conn, at_ms, drafts: Vec::new(), chain: None, draw }
    }

    /// The instant of the use case, Unix milliseconds.
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// The connection, for reading within the transaction.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Adds an entry to the audit log. It is written with the changes, in the same transaction (README, invariant 5).
    pub fn record(&mut self, record: Record<'_>) {
        self.drafts.push(Draft {
            at_ms: self.at_ms,
            actor: record.actor.to_owned(),
            action: record.action,
            object: record.object,
            facts: record.facts.to_string(),
            personal: record.personal.map(|(person, body)| (person, body.to_string())),
        });
    }

    /// Takes everything back; whether the connection can be used again.
    pub(super) async fn take_back(&mut self) -> bool {
        self.drafts.clear();
        self.conn.settle();
        match self.conn.run("rollback").await {
            Ok(()) => true,
            // on a full disk SQLite has done so by itself (sqlite.org/lang_transaction.html, §3)
            Err(StoreError::Other(error)) => error.to_string().contains("no transaction is active"),
            Err(_) => false,
        }
    }

    /// PostgreSQL: writes what was recorded, as the last statements before the commit.
    pub(super) async fn append_records(&mut self) -> Result<(), StoreError> {
        let drafts = std::mem::take(&mut self.drafts);
        audit::append(&mut self.conn, drafts, &self.draw).await
    }

    /// SQLite: writes what was recorded, and commits.
    pub(super) async fn end(&mut self) -> Result<(), StoreError> {
        let drafts = std::mem::take(&mut self.drafts);
        audit::end(&mut self.conn, &mut self.chain, drafts, &self.draw).await
    }
}
