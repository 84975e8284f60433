//! A receipt: what the audit log says of a card, and what proves that it stands in the log of a signed head (RFC 9162 §2.1.3).
//! Whoever holds one can show later that an entry was changed or taken out, and needs nobody's word for it.

use serde::{Deserialize, Serialize};

use crate::audit::{Entry, Head, hex, hexes};
use crate::merkle::{Hash, verify_inclusion};

/// What the field `form` says.
pub const FORM: &str = "congthe/receipt/1";
/// Bytes of a receipt that are read; one of a card with fifty entries in a log of a hundred million takes 160,000.
pub const MAX_BYTES: usize = 512 * 1024;
/// Entries of the objects of this kind are a card's.
const OBJECT: &str = "card:";

/// As it is kept by its holder: JSON, hashes and signature in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// [`FORM`].
    pub form: String,
    /// The card's code.
    pub code: String,
    /// The head of the log in which the entries stand.
    pub head: Head,
    /// Ed25519 public key that signed the head.
    #[serde(with = "hex")]
    pub key: Hash,
    /// Ed25519 signature over [`Head::to_sign`]: its first and its second half.
    #[serde(with = "hexes")]
    pub signature: Vec<Hash>,
    /// The card's entries, oldest first.
    pub entries: Vec<Proven>,
}

/// An entry with its way to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// As it is hashed.
    pub entry: Entry,
    /// Sibling hashes from the leaf up.
    #[serde(with = "hexes")]
    pub path: Vec<Hash>,
}

/// Why something is no receipt that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Not a receipt at all, or not the whole of one.
    #[error("this is no receipt")]
    Form,
    /// Its entries are of several cards, or of another one than it says.
    #[error("an entry is not of this card")]
    Card,
    /// An entry is not what stands at its place in the log.
    #[error("entry {0} is not what the log has there")]
    Entry(u64),
    /// The head was not signed with that key.
    #[error("the head was not signed with the receipt's key")]
    Signature,
}

impl Receipt {
    /// Reads one, as far as its form goes.
    ///
    /// # Errors
    /// [`Wrong::Form`].
    pub fn parse(text: &[u8]) -> Result<Self, Wrong> {
        if text.len() > MAX_BYTES {
            return Err(Wrong::Form);
        }
        let receipt: Receipt = serde_json::from_slice(text).map_err(|_| Wrong::Form)?;
        let whole = receipt.form == FORM && receipt.signature.len() == 2 && !receipt.entries.is_empty();
        if whole { Ok(receipt) } else { Err(Wrong::Form) }
    }

    /// The signature, 64 bytes.
    pub fn signature(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        for (half, from) in bytes.as_chunks_mut::<32>().0.iter_mut().zip(&self.signature) {
            *half = *from;
        }
        bytes
    }

    /// Whether its entries are of its card, in order, and stand in the log of its head. `signed` checks a signature: key, message, signature.
    ///
    /// # Errors
    /// What does not hold.
    pub fn prove(&self, signed: impl FnOnce(&Hash, &[u8], &[u8; 64]) -> bool) -> Result<(), Wrong> {
        let object = self.entries.first().map_or("", |first| first.entry.object.as_str());
        let mut named = false;
        let mut before = None;
        for Proven { entry, path } in &self.entries {
            let code = code_of(entry);
            let strange = code.as_ref().is_some_and(|code| *code != self.code);
            if entry.object != object || !object.starts_with(OBJECT) || strange || before >= Some(entry.seq) {
                return Err(Wrong::Card);
            }
            verify_inclusion(&entry.leaf_hash(), entry.seq, self.head.size, path, &self.head.root)
                .map_err(|_| Wrong::Entry(entry.seq))?;
            named |= code.is_some();
            before = Some(entry.seq);
        }
        if !named {
            return Err(Wrong::Card);
        }
        if signed(&self.key, &self.head.to_sign(), &self.signature()) { Ok(()) } else { Err(Wrong::Signature) }
    }
}

/// The code that an entry names.
fn code_of(entry: &Entry) -> Option<String> {
    let facts: serde_json::Value = serde_json::from_str(&entry.facts).ok()?;
    facts.get("code")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::audit::GENESIS;
    use crate::merkle::{Frontier, NodeRef, inclusion_path};

    /// A log of forty entries, of which each third is of the card, with the receipt of it.
    fn receipt() -> Receipt {
        let entry = |seq: u64| Entry {
            seq,
            at_ms: 1_000 * seq as i64,
            actor: "account:1".into(),
            action: if seq == 0 { "card.approve".into() } else { "card.lock".into() },
            object: if seq.is_multiple_of(3) { "card:7".into() } else { format!("card:{}", 100 + seq) },
            facts: if seq == 6 { "{}".into() } else { r#"{"code":"7hKq","to":"locked"}"#.into() },
            personal: None,
        };
        let log: Vec<Entry> = (0..40).map(entry).collect();
        let mut frontier = Frontier::new();
        let mut rows = Vec::new();
        for entry in &log {
            let leaf = entry.leaf_hash();
            rows.push((leaf, frontier.append(leaf)));
        }
        let get = |node: NodeRef| {
            let (leaf, nodes) = rows.get(node.row() as usize)?;
            node.position().map_or(Some(*leaf), |at| nodes.get(at).copied())
        };
        let prove = |entry: &Entry| Proven { entry: entry.clone(), path: inclusion_path(entry.seq, 40, get).unwrap() };
        Receipt {
            form: FORM.into(),
            code: "7hKq".into(),
            head: Head { size: 40, root: frontier.root(), chain: GENESIS, at_ms: 99_000 },
            key: [5; 32],
            signature: vec![[1; 32], [2; 32]],
            entries: log.iter().filter(|entry| entry.object == "card:7").map(prove).collect(),
        }
    }

    fn good(key: &Hash, _: &[u8], signature: &[u8; 64]) -> bool {
        *key == [5; 32] && signature[..32] == [1; 32] && signature[32..] == [2; 32]
    }

    #[test]
    fn a_receipt_is_read_back_and_holds() {
        let made = receipt();
        let text = serde_json::to_vec_pretty(&made).unwrap();
        let read = Receipt::parse(&text).unwrap();
        assert_eq!(read, made);
        assert_eq!(read.prove(good), Ok(()));
        assert_eq!(read.prove(|_, _, _| false), Err(Wrong::Signature));
    }

    #[test]
    fn entries_of_other_cards_do_not_pass() {
        let mut mixed = receipt();
        mixed.entries[1].entry.object = "card:8".into();
        assert_eq!(mixed.prove(good), Err(Wrong::Card));
        let mut renamed = receipt();
        renamed.code = "7hKr".into();
        assert_eq!(renamed.prove(good), Err(Wrong::Card));
        // entries that name no code at all could be anybody's
        let mut nameless = receipt();
        nameless.entries.retain(|proven| proven.entry.facts == "{}");
        assert_eq!((nameless.entries.len(), nameless.prove(good)), (1, Err(Wrong::Card)));
        let mut turned = receipt();
        turned.entries.reverse();
        assert_eq!(turned.prove(good), Err(Wrong::Card));
        let mut twice = receipt();
        twice.entries[1] = twice.entries[0].clone();
        assert_eq!(twice.prove(good), Err(Wrong::Card));
    }

    #[test]
    fn what_is_no_receipt_is_told_so() {
        let whole = serde_json::to_value(receipt()).unwrap();
        let with = |name: &str, value: serde_json::Value| {
            let mut changed = whole.clone();
            changed[name] = value;
            Receipt::parse(changed.to_string().as_bytes())
        };
        for (name, value) in [
            ("form", "congthe/receipt/2".into()),
            ("entries", serde_json::json!([])),
            ("signature", serde_json::json!(["00"])),
            ("signature", serde_json::json!([])),
            ("key", "zz".into()),
            ("head", serde_json::Value::Null),
        ] {
            assert_eq!(with(name, value), Err(Wrong::Form), "{name}");
        }
        assert_eq!(Receipt::parse(b""), Err(Wrong::Form));
        assert_eq!(Receipt::parse(&vec![b' '; MAX_BYTES + 1]), Err(Wrong::Form));
    }

    proptest! {
        #[test]
        fn no_change_of_what_is_hashed_goes_unseen(which in 0_usize..14, field in 0..6, by in 1_u64..9) {
            let mut changed = receipt();
            let Proven { entry, path } = &mut changed.entries[which];
            match field {
                0 => entry.at_ms += by as i64,
                1 => entry.actor.push('1'),
                2 => entry.action.push('s'),
                3 => entry.facts = format!("{{\"code\":\"7hKq\",\"by\":{by}}}"),
                4 => path[0][by as usize] ^= 1,
                _ => changed.head.root[by as usize] ^= 1,
            }
            prop_assert!(matches!(changed.prove(good), Err(Wrong::Entry(_))));
        }

        #[test]
        fn bytes_from_outside_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(receipt) = Receipt::parse(&bytes) {
                let _ = receipt.prove(good);
            }
        }
    }
}
