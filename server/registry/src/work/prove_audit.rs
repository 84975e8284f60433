//! Proofs about the audit log: an entry stands in it; an earlier log is the beginning of a later one (RFC 9162 §2.1).
//!
//! Each reads O(log n) rows: the nodes stand in the rows of the leaves that completed them.

use std::collections::{BTreeSet, HashMap};

use contract::proof::{ConsistencyProof, InclusionProof};
use contract::{Failure, Fault};
use model::merkle::{
    Hash, NodeRef, consistency_path, consistency_plan, inclusion_path, inclusion_plan, root_at, root_plan, to_hex,
};
use model::role::Action;

use crate::store::audit;
use crate::{Actor, Conn, StoreError};

/// Proves that the entry at a place is in the log of the first `size` entries; of the present size, when none is asked.
///
/// # Errors
/// [`Fault::Number`] beside `size` or `entry` when there is no such thing; [`Failure::Forbidden`].
pub async fn prove_inclusion(
    conn: &mut Conn,
    actor: &Actor,
    entry: u64,
    size: Option<u64>,
    at_ms: i64,
) -> Result<InclusionProof, Failure> {
    actor.require_somewhere(Action::SeeAudit, at_ms)?;
    let present = audit::state(conn).await?.size;
    let size = size.unwrap_or(present);
    in_range("size", size <= present)?;
    in_range("entry", entry < size)?;

    let stored = audit::entries_from(conn, entry, 1).await?.pop().filter(|stored| stored.entry.seq == entry);
    let stored = stored.ok_or(StoreError::Chain("an entry is missing"))?;
    let (path, root) = path_of(conn, entry, size).await?;
    Ok(InclusionProof {
        seq: entry,
        leaf: to_hex(&stored.entry.leaf_hash()),
        entry: Some(stored.entry),
        size,
        path: path.iter().map(to_hex).collect(),
        root: to_hex(&root),
    })
}

/// The way of an entry to the root of the log of that size, and that root; the entry is one of them.
///
/// # Errors
/// [`StoreError::Chain`] where the tree has a hole.
pub(super) async fn path_of(conn: &mut Conn, entry: u64, size: u64) -> Result<(Vec<Hash>, Hash), StoreError> {
    let plan = inclusion_plan(entry, size).map_err(damaged)?;
    let nodes = read(conn, plan.into_iter().chain(root_plan(size).map_err(damaged)?)).await?;
    let get = |node| nodes.get(&node).copied();
    Ok((inclusion_path(entry, size, get).map_err(damaged)?, root_at(size, get).map_err(damaged)?))
}

/// Proves that the log of the first `from` entries is the beginning of the log of the first `to`.
///
/// # Errors
/// [`Fault::Number`] beside `to` or `from` when there is no such thing; [`Failure::Forbidden`].
pub async fn prove_consistency(
    conn: &mut Conn,
    actor: &Actor,
    from: u64,
    to: u64,
    at_ms: i64,
) -> Result<ConsistencyProof, Failure> {
    actor.require_somewhere(Action::SeeAudit, at_ms)?;
    in_range("to", to <= audit::state(conn).await?.size)?;
    in_range("from", 0 < from && from <= to)?; // RFC 9162 §2.1.4.1: 0 < m ≤ n

    let plan = consistency_plan(from, to).map_err(damaged)?.into_iter();
    let roots = root_plan(from).map_err(damaged)?.into_iter().chain(root_plan(to).map_err(damaged)?);
    let nodes = read(conn, plan.chain(roots)).await?;
    let get = |node| nodes.get(&node).copied();
    Ok(ConsistencyProof {
        from,
        from_root: to_hex(&root_at(from, get).map_err(damaged)?),
        to,
        to_root: to_hex(&root_at(to, get).map_err(damaged)?),
        path: consistency_path(from, to, get).map_err(damaged)?.iter().map(to_hex).collect(),
    })
}

fn in_range(field: &str, holds: bool) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::field(field, Fault::Number)) }
}

/// The numbers were checked: what is left is a log with a hole.
fn damaged(_: model::merkle::ProofError) -> StoreError {
    StoreError::Chain("a node of the tree is missing")
}

/// Reads the nodes that a plan asks for from the rows in which they stand.
async fn read(conn: &mut Conn, plan: impl Iterator<Item = NodeRef>) -> Result<HashMap<NodeRef, Hash>, StoreError> {
    let plan: Vec<NodeRef> = plan.collect();
    let rows: BTreeSet<u64> = plan.iter().map(|node| node.row()).collect();
    let rows: Vec<u64> = rows.into_iter().collect();
    let rows = audit::nodes_at(conn, &rows).await?;
    let found = |node: NodeRef| {
        let (_, leaf, nodes) = rows.iter().find(|(seq, ..)| u64::try_from(*seq) == Ok(node.row()))?;
        match node.position() {
            None => leaf.as_slice().try_into().ok(),
            Some(position) => nodes.as_chunks::<32>().0.get(position).copied(),
        }
    };
    Ok(plan.into_iter().filter_map(|node| Some((node, found(node)?))).collect())
}
