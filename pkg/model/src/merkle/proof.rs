//! Inclusion and consistency proofs (RFC 9162 §2.1.3.1, §2.1.4.1) from stored nodes.

use super::{Hash, NodeRef, SIZE_LIMIT, empty_root, fold_right, present};

/// Why a root or proof cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf in a tree of that size.
    #[error("leaf {leaf} is not in a tree of {size} leaves")]
    LeafOutside {
        /// Leaf index asked for.
        leaf: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// RFC 9162 §2.1.4.1 wants 0 < first ≤ second.
    #[error("no consistency proof leads from {first} leaves to {second}")]
    Sizes {
        /// Size of the earlier tree.
        first: u64,
        /// Size of the later tree.
        second: u64,
    },
    /// More leaves than this module deals with (2^62).
    #[error("a tree of {size} leaves is too large")]
    TooLarge {
        /// Size asked for.
        size: u64,
    },
    /// The store did not have a node of the plan.
    #[error("node {} of level {} is missing", .0.index, .0.level)]
    Missing(NodeRef),
}

/// The nodes from which [`inclusion_path`] is computed, each once.
///
/// # Errors
/// [`ProofError::LeafOutside`], [`ProofError::TooLarge`].
pub fn inclusion_plan(leaf: u64, size: u64) -> Result<Vec<NodeRef>, ProofError> {
    Ok(inclusion_spans(leaf, size)?.into_iter().flat_map(Span::nodes).collect())
}

/// The inclusion proof of a leaf in the tree of the first `size` leaves, `PATH(m, D_n)` of RFC 9162 §2.1.3.1: sibling
/// hashes from the leaf up.
///
/// # Errors
/// As [`inclusion_plan`]; [`ProofError::Missing`] if `get` does not know a node of it.
pub fn inclusion_path(leaf: u64, size: u64, get: impl FnMut(NodeRef) -> Option<Hash>) -> Result<Vec<Hash>, ProofError> {
    hash_spans(inclusion_spans(leaf, size)?, get)
}

/// The nodes from which [`consistency_path`] is computed, each once.
///
/// # Errors
/// [`ProofError::Sizes`] unless 0 < first ≤ second, [`ProofError::TooLarge`].
pub fn consistency_plan(first: u64, second: u64) -> Result<Vec<NodeRef>, ProofError> {
    Ok(consistency_spans(first, second)?.into_iter().flat_map(Span::nodes).collect())
}

/// The proof that the tree of `first` leaves is the beginning of the tree of `second`, `PROOF(m, D_n)` of RFC 9162
/// §2.1.4.1; empty if the sizes are equal.
///
/// # Errors
/// As [`consistency_plan`]; [`ProofError::Missing`] if `get` does not know a node of it.
pub fn consistency_path(
    first: u64,
    second: u64,
    get: impl FnMut(NodeRef) -> Option<Hash>,
) -> Result<Vec<Hash>, ProofError> {
    hash_spans(consistency_spans(first, second)?, get)
}

/// The leaves `start` to `start + len - 1` of a split of RFC 9162 §2.1: `start` is a multiple of the least power of two
/// that is ≥ `len`.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) len: u64,
}

impl Span {
    /// Splits at k, the largest power of two smaller than the length (RFC 9162 §2.1.1); for lengths from 2.
    fn split(self) -> (Span, Span) {
        let k = 1 << (self.len - 1).ilog2();
        (Span { start: self.start, len: k }, Span { start: self.start + k, len: self.len - k })
    }

    /// The complete subtrees that it consists of, largest first.
    pub(super) fn nodes(self) -> impl Iterator<Item = NodeRef> {
        let Span { mut start, mut len } = self;
        std::iter::from_fn(move || {
            let level = len.checked_ilog2()?;
            let node = NodeRef { level: level as u8, index: start >> level }; // level < 64
            start += 1 << level;
            len -= 1 << level;
            Some(node)
        })
    }
}

/// RFC 9162 §2.1.3.1, `PATH(m, D_n)`, from the leaf up.
fn inclusion_spans(leaf: u64, size: u64) -> Result<Vec<Span>, ProofError> {
    check_size(size)?;
    if leaf >= size {
        return Err(ProofError::LeafOutside { leaf, size });
    }
    let mut siblings = Vec::new();
    let mut span = Span { start: 0, len: size };
    while span.len > 1 {
        let (left, right) = span.split();
        let (below, sibling) = if leaf < right.start { (left, right) } else { (right, left) };
        siblings.push(sibling);
        span = below;
    }
    siblings.reverse();
    Ok(siblings)
}

/// RFC 9162 §2.1.4.1, `PROOF(m, D_n)` = `SUBPROOF(m, D_n, true)`.
fn consistency_spans(first: u64, second: u64) -> Result<Vec<Span>, ProofError> {
    check_size(second)?;
    if first == 0 || first > second {
        return Err(ProofError::Sizes { first, second });
    }
    let mut spans = Vec::new();
    let mut span = Span { start: 0, len: second };
    while span.start + span.len != first {
        let (left, right) = span.split();
        let (below, sibling) = if first <= right.start { (left, right) } else { (right, left) };
        spans.push(sibling);
        span = below;
    }
    if span.start != 0 {
        spans.push(span); // SUBPROOF(m, D_m, false) = {MTH(D_m)}; with true the verifier has it: the first root
    }
    spans.reverse();
    Ok(spans)
}

fn hash_spans(spans: Vec<Span>, get: impl FnMut(NodeRef) -> Option<Hash>) -> Result<Vec<Hash>, ProofError> {
    let mut get = present(get);
    spans
        .into_iter()
        .map(|span| {
            let nodes = span.nodes().map(&mut get).collect::<Result<Vec<_>, _>>()?;
            Ok(fold_right(&nodes).unwrap_or_else(empty_root)) // a proof's spans are never empty
        })
        .collect()
}

pub(super) fn check_size(size: u64) -> Result<(), ProofError> {
    if size >= SIZE_LIMIT { Err(ProofError::TooLarge { size }) } else { Ok(()) }
}
