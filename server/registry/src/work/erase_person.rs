//! Erasing a person's personal data when their time is over (Luật 91/2025/QH15, Điều 14).
//!
//! Numbers, counts and the audit chain stay; name, dates, citizen number, portraits, scans, what was asked for and what stood on
//! cards, account name and the personal fields of the audit log go.

use contract::{Failure, Fault, Refusal};
use model::audit::Entry;
use model::role::Action;
use model::text::fold;

use super::grants::end_all;
use super::sweep_blobs::Unnamed;
use crate::store::{
    Record, attachment, biometric, card, certificate, certificate_request, erasure, national, person, portrait,
    request, unit,
};
use crate::{Actor, Tx};

const REASON_CHARS: usize = 500;
const ACTION: &str = "person.erase";
const PLACES: &str = "places";

/// Erases the personal data of one person. `reason` names the ground or the decision; it stands beside the
/// chain, so that one which names somebody can still be taken out. The portraits' files are what it answers: they go after the
/// commit.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Refusal::Erased`],
/// [`Failure::Stale`]; faults beside `reason`.
pub async fn erase_person(tx: &mut Tx, actor: &Actor, id: i64, version: i64, reason: &str) -> Result<Unnamed, Failure> {
    let at_ms = tx.at_ms();
    let person = person::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(tx.conn(), person.unit_id).await?.ok_or(Failure::NotFound)?;
    actor.require(Action::ErasePeople, &unit.path, at_ms)?;
    if person.erased_at.is_some() {
        return Err(Failure::Refused { why: Refusal::Erased });
    }
    let reason = checked_reason(reason)?;
    if !person::erase(tx.conn(), id, version, at_ms).await? {
        return Err(Failure::Stale);
    }
    let account_id = erasure::erase_account(tx.conn(), id, at_ms).await?;
    if let Some(account_id) = account_id {
        end_all(tx, actor, account_id).await?;
    }
    request::erase(tx.conn(), id, at_ms).await?;
    card::erase(tx.conn(), id).await?;
    national::erase(tx.conn(), id).await?;
    biometric::erase(tx.conn(), id).await?;
    certificate::erase(tx.conn(), id).await?;
    certificate_request::erase(tx.conn(), id).await?;
    let mut files = portrait::erase(tx.conn(), id).await?;
    let portraits = files.len();
    files.extend(attachment::erase(tx.conn(), id).await?);
    let told = [&person.citizen_id, &person.personnel_code, &person.identification_code, &person.email];
    let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).chain([person.name.as_str()]).collect();
    let mentions = erasure::erase_mentions(tx.conn(), |text| without(text, &told)).await?;
    let mut places = erasure::erase_audit(tx, id).await?;
    places.extend(mentions);
    places.sort_unstable();
    tx.record(Record {
        actor: &actor.reference,
        action: ACTION,
        object: format!("person:{id}"),
        facts: serde_json::json!({ "account": account_id, "portraits": portraits, "files": files.len() - portraits, PLACES: places }),
        personal: Some((None, serde_json::json!({ "reason": reason }))),
    });
    Ok(Unnamed(files))
}

/// The places whose personal fields this entry says were erased: none for an entry about anything else. What is missing
/// elsewhere was taken away behind the portal's back.
pub(super) fn erased_places(entry: &Entry) -> Vec<u64> {
    if entry.action != ACTION {
        return Vec::new();
    }
    let facts: serde_json::Value = serde_json::from_str(&entry.facts).unwrap_or_default();
    facts[PLACES].as_array().into_iter().flatten().filter_map(serde_json::Value::as_u64).collect()
}

/// The text without what tells of somebody; nothing where it does not. A name counts in any case and without its marks, too.
fn without(text: &str, told: &[&str]) -> Option<String> {
    const GONE: &str = "[…]";
    let words = |text: &str| format!(" {} ", fold(text));
    let names = |text: &str| told.iter().any(|one| words(text).contains(&words(one)));
    if !names(text) {
        return None;
    }
    let rest = told.iter().fold(text.to_owned(), |text, one| text.replace(one, GONE));
    // written otherwise than it is held: then nothing of it can be kept
    Some(if names(&rest) { GONE.to_owned() } else { rest })
}

fn checked_reason(reason: &str) -> Result<String, Failure> {
    let reason = model::text::clean(reason);
    if reason.is_empty() {
        return Err(Failure::field("reason", Fault::Missing));
    }
    if reason.chars().count() > REASON_CHARS {
        return Err(Failure::field("reason", Fault::TooLong { max: REASON_CHARS }));
    }
    Ok(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_taken_out_of_a_text_however_the_name_is_written() {
        let told = ["046088000001", "Nguyễn Văn An"];
        assert_eq!(without("Thiếu 1 thẻ", &told), None);
        assert_eq!(without("Thiếu thẻ của Nguyễn Văn Anh", &told), None);
        let both = "Thiếu thẻ của Nguyễn Văn An (046088000001), còn thẻ của Lê Thị Bé";
        assert_eq!(without(both, &told).as_deref(), Some("Thiếu thẻ của […] ([…]), còn thẻ của Lê Thị Bé"));
        assert_eq!(without("thieu the cua NGUYỄN VĂN AN", &told).as_deref(), Some("[…]"));
    }

    #[test]
    fn a_reason_is_needed_and_has_a_length() {
        assert_eq!(checked_reason("  "), Err(Failure::field("reason", Fault::Missing)));
        assert_eq!(checked_reason(" QĐ 12/QĐ-SNV ").as_deref(), Ok("QĐ 12/QĐ-SNV"));
        assert!(checked_reason(&"đ".repeat(500)).is_ok());
        assert_eq!(checked_reason(&"đ".repeat(501)), Err(Failure::field("reason", Fault::TooLong { max: 500 })));
    }
}
