//! Giving a person a portrait (R80). What is kept is a master as `photo` makes it (C28); it cannot be handed anything else.

use contract::{Failure, Refusal};
use model::role::Action;
use photo::Master;

use super::verify_request::reopen;
use crate::blobs::Blobs;
use crate::store::portrait::{self, Portrait};
use crate::store::{Record, person, unit};
use crate::{Actor, Conn, Store, Tx};

/// Makes this the person's portrait; the one before stays, since a card may name it. Whether anything changed: the same
/// bytes once more do not.
///
/// # Errors
/// [`Failure::NotFound`], also for a person who may not be seen, [`Failure::Forbidden`], [`Refusal::Erased`].
pub async fn set_portrait(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    person_id: i64,
    master: Master,
    at_ms: i64,
) -> Result<bool, Failure> {
    // nobody fills the disk with what they may not keep
    let mut conn = store.read().await?;
    changeable(&mut conn, actor, person_id, at_ms).await?;
    drop(conn);
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    // to its end even when the caller goes away, so that the blob is held until its row has committed
    let setting = tokio::spawn(async move {
        let (width, height) = (i64::from(master.width()), i64::from(master.height()));
        let jpeg = master.into_jpeg();
        let bytes = jpeg.len() as i64;
        let kept = blobs.put(jpeg).await?;
        let new = Portrait { hash: kept.hash(), bytes, width, height };
        store.write(at_ms, move |tx| Box::pin(async move { set(tx, &actor, person_id, new).await })).await
    });
    setting.await.map_err(|_| Failure::Internal)?
}

async fn set(tx: &mut Tx, actor: &Actor, person_id: i64, new: Portrait) -> Result<bool, Failure> {
    let at_ms = tx.at_ms();
    // whoever else changes or erases the same person comes before or after
    person::hold(tx.conn(), person_id).await?;
    changeable(tx.conn(), actor, person_id, at_ms).await?;
    if portrait::present(tx.conn(), person_id).await?.is_some_and(|present| present.hash == new.hash) {
        return Ok(false);
    }
    portrait::replace(tx.conn(), person_id, new, actor.account_id, at_ms).await?;
    let Portrait { hash, bytes, width, height } = new;
    tx.record(Record {
        actor: &actor.reference,
        action: "person.portrait",
        object: format!("person:{person_id}"),
        facts: serde_json::json!({ "bytes": bytes, "width": width, "height": height }),
        // who has the picture could tell the person by it: it goes when the person is erased
        personal: Some((Some(person_id), serde_json::json!({ "sha256": hash.to_string() }))),
    });
    reopen(tx, actor, person_id).await?;
    Ok(true)
}

async fn changeable(conn: &mut Conn, actor: &Actor, person_id: i64, at_ms: i64) -> Result<(), Failure> {
    let person = person::by_id(conn, person_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, person.unit_id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeePeople, &unit.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::ChangePeople, &unit.path, at_ms)?;
    if person.erased_at.is_some() {
        return Err(Failure::Refused { why: Refusal::Erased });
    }
    Ok(())
}
