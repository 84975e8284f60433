//! The audit record: one entry for each state change, hashed into a chain and into the Merkle tree of [`crate::merkle`].
//!
//! The chained part holds no personal data: opaque ids only, and a salted hash of the personal part, which is kept beside
//! it and can be erased (Luật 91/2025/QH15, Điều 14) without breaking the chain.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::merkle::{self, Hash};

/// The value before the first link of the chain.
pub const GENESIS: Hash = [0; 32];

const ENTRY_TAG: &[u8; 16] = b"congthe/audit/1\0";
const PERSONAL_TAG: &[u8; 25] = b"congthe/audit-personal/1\0";
const HEAD_TAG: &[u8; 21] = b"congthe/audit-head/1\0";

/// One audit entry as it is stored and hashed. In serde: a map of these names, `personal` in hexadecimal or null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Leaf index in the tree, from 0, without gaps.
    pub seq: u64,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Who, opaque: `account:12`, `console`, `system`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what, opaque: `unit:12`.
    pub object: String,
    /// JSON text without personal data, stored and hashed as it is.
    pub facts: String,
    /// [`personal_hash`] of the personal part, if there is one.
    #[serde(default, with = "optional_hex")]
    pub personal: Option<Hash>,
}

impl Entry {
    /// The bytes that are hashed: tag `congthe/audit/1\0`; `seq` and `at_ms`, 8 bytes each; actor, action, object and facts,
    /// each after its length in bytes as 4 bytes; 0x00, or 0x01 and the 32 bytes of `personal`. Numbers are big-endian. No
    /// two entries have the same bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_into(&mut out);
        out
    }

    /// Appends [`Entry::encode`] to a buffer.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.reserve(self.encoded_len());
        out.extend_from_slice(ENTRY_TAG);
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.at_ms.to_be_bytes());
        for text in [&self.actor, &self.action, &self.object, &self.facts] {
            out.extend_from_slice(&length(text).to_be_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        match &self.personal {
            None => out.push(0x00),
            Some(hash) => {
                out.push(0x01);
                out.extend_from_slice(hash);
            }
        }
    }

    /// Length of [`Entry::encode`] in bytes.
    pub fn encoded_len(&self) -> usize {
        let texts = self.actor.len() + self.action.len() + self.object.len() + self.facts.len();
        let personal = if self.personal.is_some() { 33 } else { 1 };
        ENTRY_TAG.len() + 8 + 8 + 4 * 4 + texts + personal
    }

    /// SHA-256(0x00 ‖ [`Entry::encode`]), the leaf of RFC 9162 §2.1.1.
    pub fn leaf_hash(&self) -> Hash {
        self.leaf_hash_with(&mut Vec::new())
    }

    /// As [`Entry::leaf_hash`], for many entries: `buffer`'s space is used again, its content is not. One update of the hash
    /// over contiguous bytes, so the cost is that of SHA-256.
    pub fn leaf_hash_with(&self, buffer: &mut Vec<u8>) -> Hash {
        buffer.clear();
        buffer.reserve(1 + self.encoded_len());
        buffer.push(0x00); // RFC 9162 §2.1.1: HASH(0x00 || d[0])
        self.encode_into(buffer);
        Sha256::digest(&buffer).into()
    }
}

/// SHA-256(`congthe/audit-personal/1\0` ‖ salt ‖ person ‖ body): what the chained entry keeps of its personal part. `person`,
/// whose data they are, is 0x00, or 0x01 and the id as 8 big-endian bytes. The salt, 32 random bytes of its own for each
/// entry, is erased with the body; then nothing can be guessed from the hash.
pub fn personal_hash(salt: &[u8; 32], person: Option<i64>, body: &str) -> Hash {
    let hash = Sha256::new().chain_update(PERSONAL_TAG).chain_update(salt);
    let hash = match person {
        None => hash.chain_update([0x00]),
        Some(id) => hash.chain_update([0x01]).chain_update(id.to_be_bytes()),
    };
    hash.chain_update(body).finalize().into()
}

/// The next link of the chain: SHA-256(0x02 ‖ prev ‖ leaf). The first `prev` is [`GENESIS`]. 0x02 keeps links apart from
/// leaves (0x00) and inner nodes (0x01).
pub fn chain(prev: &Hash, leaf: &Hash) -> Hash {
    let mut bytes = [0x02; 65];
    bytes[1..33].copy_from_slice(prev);
    bytes[33..].copy_from_slice(leaf);
    Sha256::digest(bytes).into()
}

/// State of the log at a size: what is signed and published. In serde: hashes in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Entries.
    pub size: u64,
    /// Root of their Merkle tree.
    #[serde(with = "hex")]
    pub root: Hash,
    /// Last link of the chain; [`GENESIS`] without entries.
    #[serde(with = "hex")]
    pub chain: Hash,
    /// When the head was made, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

impl Head {
    /// The bytes to sign: tag `congthe/audit-head/1\0`, size (8 bytes), root, chain, `at_ms` (8 bytes); big-endian; 101 bytes.
    pub fn to_sign(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD_TAG.len() + 8 + 32 + 32 + 8);
        out.extend_from_slice(HEAD_TAG);
        out.extend_from_slice(&self.size.to_be_bytes());
        out.extend_from_slice(&self.root);
        out.extend_from_slice(&self.chain);
        out.extend_from_slice(&self.at_ms.to_be_bytes());
        out
    }
}

/// Texts of 4 GiB and more do not occur: no request, row or memory holds one.
fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{Hash, merkle};

    pub fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&merkle::to_hex(hash))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        merkle::from_hex(&text).ok_or_else(|| D::Error::custom("expected 64 hexadecimal digits"))
    }
}

pub(crate) mod hexes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::{Hash, merkle};

    pub fn serialize<S: Serializer>(hashes: &[Hash], serializer: S) -> Result<S::Ok, S::Error> {
        hashes.iter().map(merkle::to_hex).collect::<Vec<_>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let hash = |text: &String| merkle::from_hex(text);
        texts
            .iter()
            .map(hash)
            .collect::<Option<_>>()
            .ok_or_else(|| D::Error::custom("expected 64 hexadecimal digits each"))
    }
}

mod optional_hex {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::{Hash, merkle};

    pub fn serialize<S: Serializer>(hash: &Option<Hash>, serializer: S) -> Result<S::Ok, S::Error> {
        hash.as_ref().map(merkle::to_hex).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Hash>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        merkle::from_hex(&text).map(Some).ok_or_else(|| D::Error::custom("expected 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Entry {
        Entry {
            seq: 1,
            at_ms: 2,
            actor: "system".into(),
            action: "a".into(),
            object: "unit:12".into(),
            facts: "{}".into(),
            personal: None,
        }
    }

    #[test]
    fn an_entry_is_encoded_byte_for_byte() {
        let mut expected = b"congthe/audit/1\0".to_vec();
        expected.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
        expected.extend_from_slice(b"\0\0\0\x06system\0\0\0\x01a\0\0\0\x07unit:12\0\0\0\x02{}\0");
        assert_eq!(sample().encode(), expected);
        let personal = Entry { personal: Some([7; 32]), at_ms: -1, ..sample() };
        expected[24..32].fill(0xFF);
        expected.pop();
        expected.push(0x01);
        expected.extend_from_slice(&[7; 32]);
        assert_eq!(personal.encode(), expected);
    }

    #[test]
    fn moving_a_character_between_fields_changes_the_hash() {
        let a = Entry { actor: "ab".into(), action: "c".into(), ..sample() };
        let b = Entry { actor: "a".into(), action: "bc".into(), ..sample() };
        assert_ne!(a.leaf_hash(), b.leaf_hash());
    }

    #[test]
    fn hashes_of_different_kinds_never_meet() {
        let (a, b) = ([1; 32], [2; 32]);
        assert_ne!(chain(&a, &b), merkle::hash_node(&a, &b));
        assert_ne!(chain(&a, &b), chain(&b, &a));
        assert_eq!(GENESIS, [0; 32]);
        let expected = Sha256::digest([&[2][..], &a, &b].concat());
        assert_eq!(chain(&a, &b)[..], expected[..]);
        let expected = Sha256::digest([b"congthe/audit-personal/1\0", &a[..], b"\0", "Lê".as_bytes()].concat());
        assert_eq!(personal_hash(&a, None, "Lê")[..], expected[..]);
        let person = b"\x01\0\0\0\0\0\0\0\x07";
        let expected = Sha256::digest([b"congthe/audit-personal/1\0", &a[..], person, "Lê".as_bytes()].concat());
        assert_eq!(personal_hash(&a, Some(7), "Lê")[..], expected[..]);
    }

    #[test]
    fn a_head_signs_101_bytes() {
        let head = Head { size: 1, root: [2; 32], chain: [3; 32], at_ms: 4 };
        let bytes = head.to_sign();
        assert_eq!(bytes.len(), 101);
        assert!(bytes.starts_with(b"congthe/audit-head/1\0\0\0\0\0\0\0\0\x01\x02"));
        assert!(bytes.ends_with(&[3, 3, 0, 0, 0, 0, 0, 0, 0, 4]));
        let json = serde_json::to_string(&head).unwrap();
        assert!(json.contains(&"02".repeat(32)));
        assert_eq!(serde_json::from_str::<Head>(&json).unwrap(), head);
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let texts = ("\\PC{0,12}", "\\PC{0,12}", "\\PC{0,12}", "\\PC{0,200}");
        (any::<u64>(), any::<i64>(), texts, any::<Option<[u8; 32]>>()).prop_map(
            |(seq, at_ms, (actor, action, object, facts), personal)| Entry {
                seq,
                at_ms,
                actor,
                action,
                object,
                facts,
                personal,
            },
        )
    }

    proptest! {
        #[test]
        fn leaf_hash_is_of_the_encoding_whatever_the_buffer_held(entry in entry(), junk in any::<Vec<u8>>()) {
            let encoded = entry.encode();
            prop_assert_eq!(encoded.len(), entry.encoded_len());
            prop_assert_eq!(entry.leaf_hash(), merkle::hash_leaf(&encoded));
            let mut buffer = junk;
            prop_assert_eq!(entry.leaf_hash_with(&mut buffer), entry.leaf_hash());
        }

        #[test]
        fn different_entries_have_different_bytes(a in entry(), b in entry()) {
            prop_assert_eq!(a == b, a.encode() == b.encode());
        }

        #[test]
        fn entries_survive_json(entry in entry()) {
            let json = serde_json::to_string(&entry).unwrap();
            prop_assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
        }
    }
}
