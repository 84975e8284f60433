//! Verification of proofs (RFC 9162 §2.1.3.2, §2.1.4.2); needs no stored node.

use super::{Hash, hash_node};

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// There is no such leaf in a tree of that size.
    #[error("leaf {leaf} is not in a tree of {size} leaves")]
    LeafOutside {
        /// Leaf index claimed.
        leaf: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// Not 0 < first ≤ second.
    #[error("no consistency proof leads from {first} leaves to {second}")]
    Sizes {
        /// Size of the earlier tree.
        first: u64,
        /// Size of the later tree.
        second: u64,
    },
    /// The path has more or fewer hashes than the sizes need.
    #[error("a path of {found} hashes does not fit the sizes")]
    PathLength {
        /// Hashes in the path.
        found: usize,
    },
    /// The path does not lead to the (first) tree's root.
    #[error("the path does not lead to the root")]
    Root,
    /// The path does not lead to the second tree's root.
    #[error("the path does not lead to the second root")]
    SecondRoot,
}

/// Verifies an inclusion proof (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`VerifyError`]: the proof proves nothing.
pub fn verify_inclusion(leaf_hash: &Hash, leaf: u64, size: u64, path: &[Hash], root: &Hash) -> Result<(), VerifyError> {
    // RFC 9162 §2.1.3.2 step 1
    if leaf >= size {
        return Err(VerifyError::LeafOutside { leaf, size });
    }
    // steps 2, 3
    let (mut fn_, mut sn, mut r) = (leaf, size - 1, *leaf_hash);
    // step 4
    for p in path {
        if sn == 0 {
            return Err(VerifyError::PathLength { found: path.len() });
        }
        if fn_ & 1 == 1 || fn_ == sn {
            r = hash_node(p, &r);
            while fn_ & 1 == 0 && fn_ != 0 {
                fn_ >>= 1;
                sn >>= 1;
            }
        } else {
            r = hash_node(&r, p);
        }
        fn_ >>= 1;
        sn >>= 1;
    }
    // step 5
    if sn != 0 {
        return Err(VerifyError::PathLength { found: path.len() });
    }
    if r != *root {
        return Err(VerifyError::Root);
    }
    Ok(())
}

/// Verifies a consistency proof (RFC 9162 §2.1.4.2). Equal sizes, which the RFC leaves to the caller, need equal roots and
/// an empty path.
///
/// # Errors
/// [`VerifyError`]: the proof proves nothing.
pub fn verify_consistency(
    first: u64,
    second: u64,
    first_root: &Hash,
    second_root: &Hash,
    path: &[Hash],
) -> Result<(), VerifyError> {
    if first == 0 || first > second {
        return Err(VerifyError::Sizes { first, second });
    }
    let wrong_length = VerifyError::PathLength { found: path.len() };
    if first == second {
        return match path {
            [] if first_root == second_root => Ok(()),
            [] => Err(VerifyError::SecondRoot),
            _ => Err(wrong_length),
        };
    }
    // RFC 9162 §2.1.4.2 step 1
    let Some((head, tail)) = path.split_first() else { return Err(wrong_length) };
    // step 2: a complete first tree is itself the start of the path
    let (start, rest) = if first.is_power_of_two() { (first_root, path) } else { (head, tail) };
    // step 3
    let (mut fn_, mut sn) = (first - 1, second - 1);
    // step 4
    while fn_ & 1 == 1 {
        fn_ >>= 1;
        sn >>= 1;
    }
    // step 5
    let (mut fr, mut sr) = (*start, *start);
    // step 6
    for c in rest {
        if sn == 0 {
            return Err(wrong_length);
        }
        if fn_ & 1 == 1 || fn_ == sn {
            fr = hash_node(c, &fr);
            sr = hash_node(c, &sr);
            while fn_ & 1 == 0 && fn_ != 0 {
                fn_ >>= 1;
                sn >>= 1;
            }
        } else {
            sr = hash_node(&sr, c);
        }
        fn_ >>= 1;
        sn >>= 1;
    }
    // step 7
    if sn != 0 {
        return Err(wrong_length);
    }
    if fr != *first_root {
        return Err(VerifyError::Root);
    }
    if sr != *second_root {
        return Err(VerifyError::SecondRoot);
    }
    Ok(())
}
