//! Append-only Merkle tree of RFC 9162 §2.1 (SHA-256), kept so that a store writes each node once.
//!
//! A [`Frontier`] is all that is needed to append. The node of level L and index I, the root of the leaves `I·2^L` to
//! `(I+1)·2^L - 1`, is complete when the last of them is appended and is kept in that leaf's row ([`NodeRef::row`],
//! [`NodeRef::position`]). Roots and proofs of any earlier size are computed from such nodes: ask a plan which nodes they
//! take, read those, then compute.

mod proof;
mod verify;

pub use proof::{ProofError, consistency_path, consistency_plan, inclusion_path, inclusion_plan};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
pub use verify::{VerifyError, verify_consistency, verify_inclusion};

use self::proof::{Span, check_size};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// One past the largest size that this module deals with, far beyond any real log; so that no sum overflows.
const SIZE_LIMIT: u64 = 1 << 62;

/// A complete subtree: level 0 is a leaf, level L has 2^L leaves; `index` counts the level's nodes from the left, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeRef {
    /// Height over the leaves.
    pub level: u8,
    /// Place among the nodes of the level.
    pub index: u64,
}

impl NodeRef {
    /// The leaf index in whose row the node is kept: the last leaf under it. Saturates for nodes that no log has.
    pub fn row(self) -> u64 {
        let leaves = 1u64.checked_shl(u32::from(self.level)).unwrap_or(u64::MAX);
        self.index.saturating_add(1).saturating_mul(leaves) - 1
    }

    /// Place in the list of inner nodes kept in that row, from 0; `None` for a leaf, whose hash is the row's own.
    pub fn position(self) -> Option<usize> {
        usize::from(self.level).checked_sub(1)
    }
}

/// Why bytes are not a frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// More leaves than this module deals with (2^62).
    #[error("a tree of {size} leaves is too large")]
    TooLarge {
        /// Size given.
        size: u64,
    },
    /// Not 32 bytes for each one-bit of the size.
    #[error("frontier has {found} bytes instead of {expected}")]
    Length {
        /// Bytes that the size needs.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
}

/// Hash of a leaf: SHA-256(0x00 ‖ entry).
pub fn hash_leaf(entry: &[u8]) -> Hash {
    // RFC 9162 §2.1.1: MTH({d[0]}) = HASH(0x00 || d[0])
    Sha256::new().chain_update([0x00]).chain_update(entry).finalize().into()
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn hash_node(left: &Hash, right: &Hash) -> Hash {
    // RFC 9162 §2.1.1: MTH(D_n) = HASH(0x01 || MTH(D[0:k]) || MTH(D[k:n]))
    let mut bytes = [0x01; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    Sha256::digest(bytes).into()
}

/// Root of the tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1).
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The roots of the complete subtrees that make up a tree of the present size, largest (leftmost) first: one for each
/// one-bit of the size. All that appending needs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier of a tree whose nodes are stored; reads the nodes of [`root_plan`].
    ///
    /// # Errors
    /// [`ProofError::Missing`], [`ProofError::TooLarge`].
    pub fn load(size: u64, get: impl FnMut(NodeRef) -> Option<Hash>) -> Result<Self, ProofError> {
        let mut get = present(get);
        let roots = root_plan(size)?.into_iter().map(&mut get).collect::<Result<_, _>>()?;
        Ok(Self { size, roots })
    }

    /// Reads what [`Frontier::to_bytes`] wrote: 32 bytes for each one-bit of `size`.
    ///
    /// # Errors
    /// [`FrontierError`].
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierError> {
        if size >= SIZE_LIMIT {
            return Err(FrontierError::TooLarge { size });
        }
        let expected = size.count_ones() as usize * 32;
        let (roots, rest) = bytes.as_chunks::<32>();
        if bytes.len() != expected || !rest.is_empty() {
            return Err(FrontierError::Length { expected, found: bytes.len() });
        }
        Ok(Self { size, roots: roots.to_vec() })
    }

    /// The roots one after the other, 32 bytes each, largest subtree first. The size is stored beside it.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// Leaves of the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash and returns the inner nodes that it completes, levels 1, 2, …: as many as the new leaf's
    /// index has trailing one-bits, in the order of [`NodeRef::position`] in its row.
    pub fn append(&mut self, leaf_hash: Hash) -> Vec<Hash> {
        let completed = self.size.trailing_ones() as usize;
        let mut nodes = Vec::with_capacity(completed);
        let mut node = leaf_hash;
        for _ in 0..completed {
            let Some(left) = self.roots.pop() else { break }; // never: one root for each one-bit of the size
            node = hash_node(&left, &node);
            nodes.push(node);
        }
        self.roots.push(node);
        self.size = self.size.saturating_add(1);
        nodes
    }

    /// Root of the tree; of the empty tree, SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        fold_right(&self.roots).unwrap_or_else(empty_root)
    }
}

/// The nodes from which the root of a tree of `size` leaves is computed, largest first; none for the empty tree.
///
/// # Errors
/// [`ProofError::TooLarge`].
pub fn root_plan(size: u64) -> Result<Vec<NodeRef>, ProofError> {
    check_size(size)?;
    Ok(Span { start: 0, len: size }.nodes().collect())
}

/// Root of the tree of the first `size` leaves.
///
/// # Errors
/// [`ProofError::Missing`] if `get` does not know a node of [`root_plan`], [`ProofError::TooLarge`].
pub fn root_at(size: u64, get: impl FnMut(NodeRef) -> Option<Hash>) -> Result<Hash, ProofError> {
    Frontier::load(size, get).map(|frontier| frontier.root())
}

/// A hash in lower-case hexadecimal, 64 characters.
pub fn to_hex(hash: &Hash) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

/// The hash of 64 hexadecimal digits of either case; `None` for any other text.
pub fn from_hex(text: &str) -> Option<Hash> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    bytes.filter(|_| rest.is_empty())?.try_into().ok()
}

/// The root over complete subtrees, largest first; `None` of none.
fn fold_right(nodes: &[Hash]) -> Option<Hash> {
    nodes.iter().rev().copied().reduce(|right, left| hash_node(&left, &right))
}

fn present(mut get: impl FnMut(NodeRef) -> Option<Hash>) -> impl FnMut(NodeRef) -> Result<Hash, ProofError> {
    move |node| get(node).ok_or(ProofError::Missing(node))
}

#[cfg(test)]
mod tests;
