//! Proofs about the audit log that anybody can check who keeps one of its signed heads (RFC 9162 §2.1.3, §2.1.4).

use model::audit::Entry;
use serde::{Deserialize, Serialize};

/// Proves that an entry stands at its place in the log of a size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InclusionProof {
    /// The entry's place, from 0.
    pub seq: u64,
    /// The entry as it is hashed, for auditors only: whoever has it from elsewhere can hash it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// SHA-256(0x00 ‖ the entry's bytes), hex.
    pub leaf: String,
    /// Entries in the log.
    pub size: u64,
    /// Sibling hashes from the leaf up, hex.
    pub path: Vec<String>,
    /// Merkle tree root of that size, hex: the same as in the signed head of that size.
    pub root: String,
}

/// Proves that the log of one size is the beginning of the log of a later size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsistencyProof {
    /// Entries in the earlier log.
    pub from: u64,
    /// Its Merkle tree root, hex.
    pub from_root: String,
    /// Entries in the later log.
    pub to: u64,
    /// Its Merkle tree root, hex.
    pub to_root: String,
    /// Hashes of the proof, hex.
    pub path: Vec<String>,
}
