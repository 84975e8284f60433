//! The tree, its proofs and their verification against the definitions of RFC 9162 and each other.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Rows as a store keeps them: the leaf's hash and the inner nodes that it completed.
struct Log {
    rows: Vec<(Hash, Vec<Hash>)>,
    frontier: Frontier,
}

impl Log {
    fn of(size: u64) -> Self {
        let mut log = Log { rows: Vec::new(), frontier: Frontier::new() };
        for leaf in 0..size {
            let hash = hash_leaf(&leaf.to_be_bytes());
            let nodes = log.frontier.append(hash);
            log.rows.push((hash, nodes));
        }
        log
    }

    fn get(&self, node: NodeRef) -> Option<Hash> {
        let (leaf, nodes) = self.rows.get(usize::try_from(node.row()).ok()?)?;
        node.position().map_or(Some(*leaf), |position| nodes.get(position).copied())
    }

    fn leaves(&self) -> Vec<Hash> {
        self.rows.iter().map(|row| row.0).collect()
    }
}

fn largest_power_of_two_below(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// RFC 9162 §2.1.1 word for word, over leaf hashes.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        _ => {
            let k = largest_power_of_two_below(leaves.len());
            hash_node(&mth(&leaves[..k]), &mth(&leaves[k..]))
        }
    }
}

/// RFC 9162 §2.1.3.1 word for word.
fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let k = largest_power_of_two_below(leaves.len());
    let (mut proof, last) =
        if m < k { (path(m, &leaves[..k]), mth(&leaves[k..])) } else { (path(m - k, &leaves[k..]), mth(&leaves[..k])) };
    proof.push(last);
    proof
}

/// RFC 9162 §2.1.4.1 word for word.
fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { vec![] } else { vec![mth(leaves)] };
    }
    let k = largest_power_of_two_below(leaves.len());
    let (mut proof, last) = if m <= k {
        (subproof(m, &leaves[..k], whole), mth(&leaves[k..]))
    } else {
        (subproof(m - k, &leaves[k..], false), mth(&leaves[..k]))
    };
    proof.push(last);
    proof
}

fn hash(text: &str) -> Hash {
    from_hex(text).unwrap()
}

#[test]
fn roots_of_the_certificate_transparency_reference_tree() {
    // google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc: test vectors, roots of sizes 0 to 8
    let leaves: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut frontier = Frontier::new();
    assert_eq!(to_hex(&frontier.root()), roots[0]);
    for (leaf, root) in leaves.iter().zip(&roots[1..]) {
        frontier.append(hash_leaf(leaf));
        assert_eq!(to_hex(&frontier.root()), *root);
    }
}

#[test]
fn every_root_and_proof_up_to_70_leaves_is_the_definitions() {
    let log = Log::of(70);
    let leaves = log.leaves();
    for size in 0..=70u64 {
        let tree = &leaves[..size as usize];
        let root = root_at(size, |node| log.get(node)).unwrap();
        assert_eq!(root, mth(tree));
        assert_eq!(Log::of(size).frontier.root(), root);
        for leaf in 0..size {
            let proof = inclusion_path(leaf, size, |node| log.get(node)).unwrap();
            assert_eq!(proof, path(leaf as usize, tree), "leaf {leaf} of {size}");
            assert_eq!(verify_inclusion(&leaves[leaf as usize], leaf, size, &proof, &root), Ok(()));
        }
        for first in 1..=size {
            let proof = consistency_path(first, size, |node| log.get(node)).unwrap();
            assert_eq!(proof, subproof(first as usize, tree, true), "{first} to {size}");
            assert_eq!(verify_consistency(first, size, &mth(&leaves[..first as usize]), &root, &proof), Ok(()));
        }
    }
}

#[test]
fn plans_name_each_node_once_and_only_what_is_read() {
    let log = Log::of(70);
    for size in 1..=70 {
        for other in 0..size {
            let mut read = Vec::new();
            inclusion_path(other, size, |node| (read.push(node), log.get(node)).1).unwrap();
            assert_eq!(inclusion_plan(other, size), Ok(read.clone()));
            assert_eq!(read.iter().collect::<BTreeSet<_>>().len(), read.len());
            let mut read = Vec::new();
            consistency_path(other + 1, size, |node| (read.push(node), log.get(node)).1).unwrap();
            assert_eq!(consistency_plan(other + 1, size), Ok(read.clone()));
            assert!(read.iter().all(|node| node.row() < size));
        }
    }
}

#[test]
fn a_completed_node_lives_in_the_row_of_its_last_leaf() {
    let log = Log::of(64);
    for (row, (_, nodes)) in log.rows.iter().enumerate() {
        assert_eq!(nodes.len(), (row as u64).trailing_ones() as usize);
    }
    let node = NodeRef { level: 3, index: 2 };
    assert_eq!((node.row(), node.position()), (23, Some(2)));
    assert_eq!(log.get(node), Some(mth(&log.leaves()[16..24])));
    assert_eq!((NodeRef { level: 0, index: 5 }.row(), NodeRef { level: 0, index: 5 }.position()), (5, None));
    assert_eq!(NodeRef { level: 255, index: u64::MAX }.row(), u64::MAX - 1);
}

#[test]
fn impossible_requests_are_refused() {
    let nothing = |_: NodeRef| None;
    assert_eq!(inclusion_path(3, 3, nothing), Err(ProofError::LeafOutside { leaf: 3, size: 3 }));
    assert_eq!(inclusion_path(0, 0, nothing), Err(ProofError::LeafOutside { leaf: 0, size: 0 }));
    assert_eq!(consistency_path(0, 3, nothing), Err(ProofError::Sizes { first: 0, second: 3 }));
    assert_eq!(consistency_path(4, 3, nothing), Err(ProofError::Sizes { first: 4, second: 3 }));
    assert_eq!(root_at(u64::MAX, nothing), Err(ProofError::TooLarge { size: u64::MAX }));
    assert_eq!(root_at(3, nothing), Err(ProofError::Missing(NodeRef { level: 1, index: 0 })));
    assert_eq!(root_at(0, nothing), Ok(empty_root()));
}

#[test]
fn a_frontier_of_wrong_length_is_refused() {
    assert_eq!(Frontier::from_bytes(3, &[0; 32]), Err(FrontierError::Length { expected: 64, found: 32 }));
    assert_eq!(Frontier::from_bytes(3, &[0; 65]), Err(FrontierError::Length { expected: 64, found: 65 }));
    assert_eq!(Frontier::from_bytes(u64::MAX, &[0; 2048]), Err(FrontierError::TooLarge { size: u64::MAX }));
    assert_eq!(Frontier::from_bytes(0, &[]), Ok(Frontier::new()));
}

#[test]
fn equal_trees_need_no_path() {
    let root = hash("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assert_eq!(verify_consistency(5, 5, &root, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(5, 5, &root, &empty_root(), &[]), Err(VerifyError::SecondRoot));
    assert_eq!(verify_consistency(5, 5, &root, &root, &[root]), Err(VerifyError::PathLength { found: 1 }));
    assert_eq!(verify_consistency(0, 5, &root, &root, &[]), Err(VerifyError::Sizes { first: 0, second: 5 }));
    assert_eq!(verify_consistency(4, 5, &root, &root, &[]), Err(VerifyError::PathLength { found: 0 }));
}

#[test]
fn hex_is_read_in_either_case_only_whole() {
    let root = empty_root();
    assert_eq!(from_hex(&to_hex(&root)), Some(root));
    assert_eq!(from_hex(&to_hex(&root).to_uppercase()), Some(root));
    assert_eq!(from_hex(&to_hex(&root)[1..]), None);
    assert_eq!(from_hex(&to_hex(&root)[2..]), None);
    assert_eq!(from_hex(&"g".repeat(64)), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn larger_trees_follow_the_definition(size in 71u64..3000, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let log = Log::of(size);
        let leaves = log.leaves();
        let root = mth(&leaves);
        prop_assert_eq!(log.frontier.root(), root);
        prop_assert_eq!(&Frontier::load(size, |node| log.get(node)).unwrap(), &log.frontier);
        prop_assert_eq!(Frontier::from_bytes(size, &log.frontier.to_bytes()), Ok(log.frontier.clone()));

        let leaf = a.index(size as usize);
        let proof = inclusion_path(leaf as u64, size, |node| log.get(node)).unwrap();
        prop_assert_eq!(&proof, &path(leaf, &leaves));
        prop_assert_eq!(verify_inclusion(&leaves[leaf], leaf as u64, size, &proof, &root), Ok(()));

        let first = b.index(size as usize) + 1;
        let proof = consistency_path(first as u64, size, |node| log.get(node)).unwrap();
        prop_assert_eq!(&proof, &subproof(first, &leaves, true));
        prop_assert_eq!(verify_consistency(first as u64, size, &mth(&leaves[..first]), &root, &proof), Ok(()));
    }
}

proptest! {
    #[test]
    fn tampered_inclusion_proofs_are_refused(
        size in 2u64..200, leaf in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bit in 0usize..256,
    ) {
        let log = Log::of(size);
        let leaf = leaf.index(size as usize) as u64;
        let root = log.frontier.root();
        let leaf_hash = log.rows[leaf as usize].0;
        let proof = inclusion_path(leaf, size, |node| log.get(node)).unwrap();

        let mut changed = proof.clone();
        let at = at.index(changed.len());
        changed[at][bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify_inclusion(&leaf_hash, leaf, size, &changed, &root), Err(VerifyError::Root));
        let mut other_leaf = leaf_hash;
        other_leaf[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify_inclusion(&other_leaf, leaf, size, &proof, &root), Err(VerifyError::Root));
        prop_assert!(verify_inclusion(&leaf_hash, (leaf + 1) % size, size, &proof, &root).is_err());
        prop_assert!(verify_inclusion(&leaf_hash, leaf, size, &proof[1..], &root).is_err());
        let mut longer = proof;
        longer.push(root);
        let refused = Err(VerifyError::PathLength { found: longer.len() });
        prop_assert_eq!(verify_inclusion(&leaf_hash, leaf, size, &longer, &root), refused);
    }

    #[test]
    fn tampered_consistency_proofs_are_refused(
        second in 2u64..200, first in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bit in 0usize..256,
    ) {
        let log = Log::of(second);
        let first = first.index(second as usize - 1) as u64 + 1;
        let get = |node| log.get(node);
        let (first_root, second_root) = (root_at(first, get).unwrap(), log.frontier.root());
        let proof = consistency_path(first, second, get).unwrap();
        prop_assert_eq!(verify_consistency(first, second, &first_root, &second_root, &proof), Ok(()));

        let mut changed = proof.clone();
        let at = at.index(changed.len());
        changed[at][bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_consistency(first, second, &first_root, &second_root, &changed).is_err());
        prop_assert!(verify_consistency(first, second, &first_root, &second_root, &proof[1..]).is_err());
        let mut other = first_root;
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_consistency(first, second, &other, &second_root, &proof).is_err());
        prop_assert!(verify_consistency(first, second, &first_root, &other, &proof).is_err());
        let mut longer = proof;
        longer.push(second_root);
        prop_assert!(verify_consistency(first, second, &first_root, &second_root, &longer).is_err());
    }

    #[test]
    fn no_proof_panics(
        leaf in any::<u64>(), size in any::<u64>(), path in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        prop_assert!(verify_inclusion(&[0; 32], leaf, size, &path, &[0; 32]).is_err());
        prop_assert!(leaf == size || verify_consistency(leaf, size, &[0; 32], &[1; 32], &path).is_err());
        let _ = (inclusion_plan(leaf, size), consistency_plan(leaf, size), root_plan(size));
        let _ = (inclusion_plan(leaf >> 3, size >> 2), consistency_plan(leaf >> 3, size >> 2), root_plan(size >> 2));
    }
}
