//! A card's receipt: what the audit log says of it, with what proves that it stands there; and whether a receipt still agrees with the log.

use contract::{Failure, Refusal};
use model::audit::{Entry, Head};
use model::receipt::{FORM, Proven, Receipt, Wrong};
use model::role::Action;

use super::prove_audit::path_of;
use super::sign_head::sign_head;
use super::verify_audit::has_signed;
use crate::secrets::Secrets;
use crate::store::audit::{self, Filter, SignedHead};
use crate::store::card;
use crate::{Actor, Conn, StoreError, Tx};

/// Entries about one card that are looked for; a card has a dozen.
const MOST: i64 = 1_000;

/// The receipt of a card, for its holder and for who may see cards of their unit. What no signed head covers yet gets one first.
///
/// # Errors
/// [`Failure::NotFound`]; [`Refusal::Impossible`] where the log says nothing of the card, which then came from elsewhere.
pub async fn card_receipt(tx: &mut Tx, actor: &Actor, secrets: &dyn Secrets, id: i64) -> Result<Receipt, Failure> {
    let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if actor.person_id != Some(found.person_id) && !actor.may(Action::SeeCards, &found.path) {
        return Err(Failure::NotFound);
    }
    let of_card = Filter { object: Some(format!("card:{id}")), action: Some("card.".into()), ..Filter::default() };
    let mut entries: Vec<Entry> =
        audit::list(tx.conn(), &of_card, MOST).await?.into_iter().map(|stored| stored.entry).collect();
    entries.reverse();
    let Some(last) = entries.last().map(|entry| entry.seq) else {
        return Err(Failure::Refused { why: Refusal::Impossible });
    };
    let covering =
        audit::last_head(tx.conn()).await?.filter(|head| u64::try_from(head.size).is_ok_and(|size| last < size));
    let signed = match covering {
        Some(head) => head,
        None => {
            sign_head(tx, &Actor::system(), secrets).await?;
            audit::last_head(tx.conn()).await?.ok_or(Failure::Internal)?
        }
    };
    let (head, key, signature) = parts(&signed)?;
    let mut proven = Vec::new();
    for entry in entries {
        let (path, _) = path_of(tx.conn(), entry.seq, head.size).await?;
        proven.push(Proven { entry, path });
    }
    let (first, second) = signature.split_at(32);
    let halves = [first, second].map(|half| half.try_into().unwrap_or_default());
    Ok(Receipt { form: FORM.to_owned(), code: found.code, head, key, signature: halves.to_vec(), entries: proven })
}

fn parts(signed: &SignedHead) -> Result<(Head, [u8; 32], [u8; 64]), StoreError> {
    let broken = || StoreError::Chain("a signed head is malformed");
    let hash = |bytes: &[u8]| bytes.try_into().map_err(|_| broken());
    let size = u64::try_from(signed.size).map_err(|_| broken())?;
    let head = Head { size, root: hash(&signed.root)?, chain: hash(&signed.chain)?, at_ms: signed.at };
    let signature = signed.signature.as_slice().try_into().map_err(|_| broken())?;
    Ok((head, hash(&signed.key)?, signature))
}

/// What is to be said of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It does not hold by itself.
    Wrong(Wrong),
    /// It holds, but its head is signed by nobody whom this portal knows.
    Foreign,
    /// It was signed here, and the log is another one now: something in it was changed or cut off.
    Rewritten,
    /// Everything in it stands in the log.
    Holds(Box<Receipt>),
}

/// Checks a receipt against itself and against the log as it is now. `own` is the key that signs heads.
///
/// # Errors
/// As the database says.
pub async fn check_receipt(conn: &mut Conn, text: &[u8], own: [u8; 32]) -> Result<Judged, Failure> {
    let receipt = match Receipt::parse(text).and_then(|receipt| receipt.prove(has_signed).map(|()| receipt)) {
        Ok(receipt) => receipt,
        Err(wrong) => return Ok(Judged::Wrong(wrong)),
    };
    let kept = audit::head_of(conn, receipt.head.size).await?.map(|head| parts(&head)).transpose()?;
    let ours = match &kept {
        Some((_, key, _)) => *key == receipt.key || own == receipt.key,
        None => own == receipt.key || audit::heads(conn).await?.iter().any(|head| head.key == receipt.key),
    };
    if !ours {
        return Ok(Judged::Foreign);
    }
    let kept = kept.is_some_and(|(head, key, _)| head == receipt.head && key == receipt.key);
    let holds = kept && stands(conn, &receipt).await?;
    Ok(if holds { Judged::Holds(Box::new(receipt)) } else { Judged::Rewritten })
}

/// Whether the log has these entries in these places, and leads from each to the root of that head.
async fn stands(conn: &mut Conn, receipt: &Receipt) -> Result<bool, StoreError> {
    let size = receipt.head.size;
    if size > audit::state(conn).await?.size {
        return Ok(false);
    }
    for Proven { entry, path } in &receipt.entries {
        let stored = audit::entries_from(conn, entry.seq, 1).await?.pop();
        let same = stored.is_some_and(|stored| stored.entry == *entry && stored.leaf == entry.leaf_hash());
        if !same || path_of(conn, entry.seq, size).await? != (path.clone(), receipt.head.root) {
            return Ok(false);
        }
    }
    Ok(true)
}
