//! Verifying the audit log: every entry, the chain, the Merkle tree, the signed heads, the personal fields.
//!
//! What it cannot see is a tail that was cut off together with the state and with every head that covered it: for that,
//! heads are kept elsewhere and compared by [`super::prove_audit`].
//!
//! [`Verifier`] does it entry by entry without reading anything itself; [`verify_audit`] feeds it from the store.

use std::collections::{BTreeSet, HashSet};
use std::iter::Peekable;
use std::vec;

use contract::Failure;
use contract::view::{AuditFault, Verdict};
use ed25519_dalek::{Signature, VerifyingKey};
use model::audit::{GENESIS, Head, chain, personal_hash};
use model::merkle::{Frontier, Hash, to_hex};
use model::role::Action;

use super::erase_person::erased_places;
use super::sign_head;
use crate::store::audit::{self, Personal, SignedHead, State, Stored};
use crate::{Actor, Conn, StoreError};

/// Rows read at a time: bounds the memory.
const PAGE: i64 = 5_000;

/// Verifies the whole log. `conn` comes from [`crate::Store::snapshot`], so that nothing moves meanwhile; with `head_key`
/// every head must be signed by that key, without it by the key that stands in the head.
///
/// # Errors
/// As the database says; what is wrong with the log is the verdict.
pub async fn verify_audit(conn: &mut Conn, head_key: Option<[u8; 32]>) -> Result<Verdict, StoreError> {
    let mut verifier = Verifier::new(audit::heads(conn).await?, head_key);
    let outcome = read_through(conn, &mut verifier).await?;
    Ok(verifier.verdict(outcome))
}

/// As [`verify_audit`], for somebody who signed in.
///
/// # Errors
/// [`Failure::Forbidden`]; as the database says.
pub async fn verify_audit_for(
    conn: &mut Conn,
    actor: &Actor,
    head_key: Option<[u8; 32]>,
    at_ms: i64,
) -> Result<Verdict, Failure> {
    actor.require_somewhere(Action::VerifyAudit, at_ms)?;
    Ok(verify_audit(conn, head_key).await?)
}

/// Where the log fails, and how.
pub type Flaw = (u64, AuditFault);

async fn read_through(conn: &mut Conn, verifier: &mut Verifier) -> Result<Result<(), Flaw>, StoreError> {
    let mut from = i64::MIN;
    loop {
        let rows = match page(conn, from).await? {
            Ok(rows) => rows,
            // a text that is none: nobody but a tamperer writes one
            Err(readable) => {
                let fed = feed_page(conn, verifier, &readable).await?;
                return Ok(fed.and(Err((verifier.size(), AuditFault::Changed))));
            }
        };
        if let Err(flaw) = feed_page(conn, verifier, &rows).await? {
            return Ok(Err(flaw));
        }
        match rows.last().and_then(|(seq, _)| seq.checked_add(1)) {
            Some(next) => from = next,
            None => break,
        }
    }
    let state = match audit::state(conn).await {
        Ok(state) => Some(state),
        Err(StoreError::Chain(_)) => None,
        Err(error) => return Err(error),
    };
    if let Err(flaw) = verifier.end(state.as_ref()) {
        return Ok(Err(flaw));
    }
    let outside = audit::personal_outside(conn, verifier.size()).await?;
    Ok(outside.map_or(Ok(()), |seq| Err((u64::try_from(seq).unwrap_or(0), AuditFault::Personal))))
}

type Rows = Vec<(i64, Option<Stored>)>;

/// One page; or, when a row in it cannot be read at all, the rows before that one.
async fn page(conn: &mut Conn, from: i64) -> Result<Result<Rows, Rows>, StoreError> {
    match audit::rows_from(conn, from, PAGE).await {
        Ok(rows) => return Ok(Ok(rows)),
        Err(StoreError::Other(sqlx::Error::ColumnDecode { .. })) => {}
        Err(error) => return Err(error),
    }
    let (mut sound, mut broken) = (0, PAGE);
    while broken - sound > 1 {
        let middle = i64::midpoint(sound, broken);
        match audit::rows_from(conn, from, middle).await {
            Ok(_) => sound = middle,
            Err(StoreError::Other(sqlx::Error::ColumnDecode { .. })) => broken = middle,
            Err(error) => return Err(error),
        }
    }
    Ok(Err(audit::rows_from(conn, from, sound).await?))
}

async fn feed_page(
    conn: &mut Conn,
    verifier: &mut Verifier,
    rows: &[(i64, Option<Stored>)],
) -> Result<Result<(), Flaw>, StoreError> {
    let Some((last, _)) = rows.last() else { return Ok(Ok(())) };
    let end = u64::try_from(*last).map_or(0, |last| last.saturating_add(1));
    let mut personal = audit::personal_between(conn, verifier.size(), end).await?.into_iter().peekable();
    for (seq, stored) in rows {
        let Some(stored) = stored else {
            return Ok(Err((verifier.size(), if *seq < 0 { AuditFault::Chain } else { AuditFault::Changed })));
        };
        let own = personal.next_if(|row| row.seq == *seq);
        if let Err(flaw) = verifier.feed(stored, own.as_ref()) {
            return Ok(Err(flaw));
        }
    }
    Ok(Ok(()))
}

/// Verifies a log that is fed to it entry by entry, oldest first.
pub struct Verifier {
    chain: Hash,
    frontier: Frontier,
    heads: Peekable<vec::IntoIter<SignedHead>>,
    heads_checked: HashSet<u64>,
    /// Entries without their personal fields, as long as no later entry says that these were erased.
    erased: BTreeSet<u64>,
    head_key: Option<[u8; 32]>,
    buffer: Vec<u8>,
}

impl Verifier {
    /// Begins before the first entry. `heads` by size.
    pub fn new(heads: Vec<SignedHead>, head_key: Option<[u8; 32]>) -> Self {
        Verifier {
            chain: GENESIS,
            frontier: Frontier::new(),
            heads: heads.into_iter().peekable(),
            heads_checked: HashSet::new(),
            erased: BTreeSet::new(),
            head_key,
            buffer: Vec::new(),
        }
    }

    /// Entries taken in.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Takes in the next entry, and its personal fields as far as they are kept.
    ///
    /// # Errors
    /// Where the log fails, and how.
    pub fn feed(&mut self, stored: &Stored, personal: Option<&Personal>) -> Result<(), Flaw> {
        self.check_heads()?;
        let place = self.size();
        if stored.entry.seq != place {
            return Err((place, AuditFault::Missing));
        }
        let leaf = stored.entry.leaf_hash_with(&mut self.buffer);
        if stored.leaf != leaf {
            return Err((place, AuditFault::Changed));
        }
        self.chain = chain(&self.chain, &leaf);
        if stored.chain != self.chain {
            return Err((place, AuditFault::Chain));
        }
        if self.frontier.append(leaf).as_flattened() != stored.nodes {
            return Err((place, AuditFault::Tree));
        }
        match personal {
            Some(personal) if !is_committed(personal, stored.entry.personal.as_ref()) => {
                return Err((place, AuditFault::Personal));
            }
            // a later entry says that they were erased, and why
            None if stored.entry.personal.is_some() => drop(self.erased.insert(place)),
            _ => {}
        }
        for erased in erased_places(&stored.entry) {
            self.erased.remove(&erased);
        }
        // the entry about the signing stays when the head is removed
        if sign_head::signed_size(&stored.entry).is_some_and(|size| !self.heads_checked.contains(&size)) {
            return Err((place, AuditFault::Head));
        }
        Ok(())
    }

    /// Ends after the last entry: what the state says, and the heads that remain.
    ///
    /// # Errors
    /// Where the log fails, and how.
    pub fn end(&mut self, state: Option<&State>) -> Result<(), Flaw> {
        self.check_heads()?;
        let size = self.size();
        let Some(state) = state else { return Err((size, AuditFault::Chain)) };
        if state.size > size {
            return Err((size, AuditFault::Truncated));
        }
        if state.size < size {
            return Err((state.size, AuditFault::Appended));
        }
        if state.chain != self.chain {
            return Err((size, AuditFault::Chain));
        }
        if state.frontier != self.frontier {
            return Err((size, AuditFault::Tree));
        }
        match self.heads.next() {
            None => self.erased.first().map_or(Ok(()), |place| Err((*place, AuditFault::Personal))),
            // the log was longer when this head was signed
            Some(head) if is_signed(&head, self.head_key) => Err((size, AuditFault::Truncated)),
            Some(head) => Err((u64::try_from(head.size).unwrap_or(0), AuditFault::Signature)),
        }
    }

    /// Checks the heads of the present size.
    fn check_heads(&mut self) -> Result<(), Flaw> {
        let size = self.size();
        while let Some(head) =
            self.heads.next_if(|head| u64::try_from(head.size).is_ok_and(|of| of <= size) || head.size < 0)
        {
            if !is_signed(&head, self.head_key) {
                return Err((size, AuditFault::Signature));
            }
            if u64::try_from(head.size) != Ok(size) || head.root != self.frontier.root() || head.chain != self.chain {
                return Err((size, AuditFault::Head));
            }
            self.heads_checked.insert(size);
        }
        Ok(())
    }

    /// Sums up.
    pub fn verdict(self, outcome: Result<(), Flaw>) -> Verdict {
        let flaw = outcome.err();
        Verdict {
            ok: flaw.is_none(),
            entries: self.frontier.size(),
            heads: self.heads_checked.len() as u64,
            root: to_hex(&self.frontier.root()),
            chain: to_hex(&self.chain),
            at: flaw.map(|(at, _)| at),
            fault: flaw.map(|(_, fault)| fault),
        }
    }
}

fn is_committed(personal: &Personal, commitment: Option<&Hash>) -> bool {
    let Ok(salt) = <&[u8; 32]>::try_from(personal.salt.as_slice()) else { return false };
    commitment == Some(&personal_hash(salt, personal.person_id, &personal.body))
}

/// Whether the head's signature holds (RFC 8032 §5.1.7), and is by the key that is expected, if one is.
fn is_signed(head: &SignedHead, key: Option<[u8; 32]>) -> bool {
    let (Ok(size), Ok(root), Ok(chain)) =
        (u64::try_from(head.size), head.root.as_slice().try_into(), head.chain.as_slice().try_into())
    else {
        return false;
    };
    let (Ok(own), Ok(signature)) = (<[u8; 32]>::try_from(head.key.as_slice()), Signature::from_slice(&head.signature))
    else {
        return false;
    };
    if key.is_some_and(|key| key != own) {
        return false;
    }
    let signed = Head { size, root, chain, at_ms: head.at }.to_sign();
    has_signed(&own, &signed, &signature.to_bytes())
}

/// Whether this key signed that (Ed25519, RFC 8032 §5.1.7, without what would hold for several).
pub fn has_signed(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};
    use model::audit::Entry;

    use super::*;

    fn log(entries: u64) -> (Vec<Stored>, State) {
        let (mut link, mut frontier) = (GENESIS, Frontier::new());
        let stored = (0..entries)
            .map(|seq| {
                let entry = Entry {
                    seq,
                    at_ms: 1_000 + seq as i64,
                    actor: "system".to_owned(),
                    action: "unit.add".to_owned(),
                    object: format!("unit:{seq}"),
                    facts: "{}".to_owned(),
                    personal: None,
                };
                let leaf = entry.leaf_hash();
                link = chain(&link, &leaf);
                let nodes = frontier.append(leaf).concat();
                Stored { entry, leaf: leaf.to_vec(), chain: link.to_vec(), nodes }
            })
            .collect();
        (stored, State { size: entries, chain: link, frontier })
    }

    fn head(log: &[Stored], key: &SigningKey) -> SignedHead {
        let mut frontier = Frontier::new();
        for stored in log {
            frontier.append(stored.leaf.as_slice().try_into().unwrap());
        }
        let chain = log.last().map_or(GENESIS, |stored| stored.chain.as_slice().try_into().unwrap());
        let head = Head { size: log.len() as u64, root: frontier.root(), chain, at_ms: 7 };
        SignedHead {
            size: log.len() as i64,
            root: head.root.to_vec(),
            chain: head.chain.to_vec(),
            at: 7,
            key: key.verifying_key().to_bytes().to_vec(),
            signature: key.sign(&head.to_sign()).to_bytes().to_vec(),
        }
    }

    fn verify(log: &[Stored], state: &State, heads: Vec<SignedHead>, key: Option<[u8; 32]>) -> Verdict {
        let mut verifier = Verifier::new(heads, key);
        let fed = log.iter().try_for_each(|stored| verifier.feed(stored, None));
        let outcome = fed.and_then(|()| verifier.end(Some(state)));
        verifier.verdict(outcome)
    }

    #[test]
    fn a_whole_log_and_its_heads_pass() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let (log, state) = log(13);
        let heads = vec![head(&log[..0], &key), head(&log[..5], &key), head(&log, &key)];
        let verdict = verify(&log, &state, heads, Some(key.verifying_key().to_bytes()));
        assert_eq!((verdict.ok, verdict.entries, verdict.heads, verdict.at), (true, 13, 3, None));
        assert_eq!(verdict.root, to_hex(&state.frontier.root()));
    }

    #[test]
    fn a_head_signed_by_somebody_else_is_found() {
        let (ours, theirs) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let (log, state) = log(13);
        let verdict = verify(&log, &state, vec![head(&log[..5], &theirs)], Some(ours.verifying_key().to_bytes()));
        assert_eq!((verdict.at, verdict.fault), (Some(5), Some(AuditFault::Signature)));
        // without the vault only the head's own key is known
        assert!(verify(&log, &state, vec![head(&log[..5], &theirs)], None).ok);
    }

    #[test]
    fn a_malformed_head_is_a_verdict_and_no_panic() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let (log, state) = log(4);
        let good = head(&log[..3], &key);
        for bad in [
            SignedHead { root: vec![1], ..good.clone() },
            SignedHead { key: vec![], ..good.clone() },
            SignedHead { signature: vec![0; 64], ..good.clone() },
            SignedHead { signature: vec![], ..good.clone() },
        ] {
            let verdict = verify(&log, &state, vec![bad], None);
            assert_eq!((verdict.at, verdict.fault), (Some(3), Some(AuditFault::Signature)));
        }
        let verdict = verify(&log, &state, vec![SignedHead { size: -1, ..good }], None);
        assert_eq!((verdict.at, verdict.fault), (Some(0), Some(AuditFault::Signature)));
    }
}
