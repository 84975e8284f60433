//! Verifying the audit log against the bare SHA-256 calls that it contains.

use std::hint::black_box;
use std::time::Instant;

use model::audit::{Entry, chain, personal_hash};
use model::merkle::Frontier;
use registry::store::audit::{Personal, Stored};
use registry::work::verify_audit::Verifier;
use sha2::{Digest as _, Sha256};

use crate::Outcome;

const ENTRIES: u64 = 200_000;

/// Entries, every second with personal fields.
fn entries() -> Vec<(Stored, Option<Personal>)> {
    let (mut frontier, mut last) = (Frontier::new(), [0; 32]);
    (0..ENTRIES)
        .map(|seq| {
            let personal = (seq % 2 == 0).then(|| Personal {
                seq: seq as i64,
                person_id: Some(seq as i64 % 30_121),
                salt: vec![7; 32],
                body: format!("{{\"name\":\"Nguyễn Văn {seq}\",\"reason\":\"QĐ {seq}/QĐ-SNV\"}}"),
            });
            let entry = Entry {
                seq,
                at_ms: 1_795_305_600_000 + seq as i64,
                actor: format!("account:{}", seq % 900),
                action: "person.change".into(),
                object: format!("person:{}", seq % 30_121),
                facts: format!("{{\"fields\":[\"name\",\"position\"],\"version\":{seq}}}"),
                personal: personal.as_ref().map(|own| personal_hash(&[7; 32], own.person_id, &own.body)),
            };
            let leaf = entry.leaf_hash();
            last = chain(&last, &leaf);
            let nodes = frontier.append(leaf).concat();
            (Stored { entry, leaf: leaf.to_vec(), chain: last.to_vec(), nodes }, personal)
        })
        .collect()
}

pub fn run() -> Outcome {
    let entries = entries();
    let encoded: Vec<Vec<u8>> = entries.iter().map(|(stored, _)| stored.entry.encode()).collect();
    let personal: Vec<Vec<u8>> = entries
        .iter()
        .filter_map(|(_, own)| own.as_ref())
        .map(|own| [&own.salt, own.body.as_bytes()].concat())
        .collect();
    let mut ratios = Vec::new();
    for _ in 0..7 {
        let start = Instant::now();
        for text in &encoded {
            // one leaf, one link of the chain, and on average one inner node: what verifying cannot do without
            let leaf = Sha256::new().chain_update([0]).chain_update(text).finalize();
            let link = Sha256::new().chain_update([2]).chain_update(leaf).chain_update(leaf).finalize();
            black_box(Sha256::new().chain_update([1]).chain_update(link).chain_update(leaf).finalize());
        }
        for text in &personal {
            // whatever precedes the salt takes the place of tag and id
            black_box(Sha256::new().chain_update([0; 34]).chain_update(text).finalize());
        }
        let bare = start.elapsed().as_secs_f64();
        let mut verifier = Verifier::new(Vec::new(), None);
        let start = Instant::now();
        for (stored, own) in &entries {
            verifier.feed(black_box(stored), own.as_ref()).map_err(|flaw| format!("{flaw:?}"))?;
        }
        let ours = start.elapsed().as_secs_f64();
        ratios.push((bare / ours, ENTRIES as f64 / ours));
    }
    ratios.sort_by(|left, right| left.0.total_cmp(&right.0));
    let (ratio, rate) = ratios[ratios.len() / 2];
    println!("verify     {rate:>12.0} entries/s, {ratio:.2} × the bare SHA-256 calls (goal ≥ 0.5)");
    Ok(())
}
