//! An attacker who has everything that the browser saw, and all that is published, recovers no key.

use std::collections::BTreeSet;

use aes::Aes128;
use chip::keys::{IdentityKey, KeyName};
use chip::layout::Place;
use chip::plan::Goal;
use cipher::{BlockCipherDecrypt as _, KeyInit as _};
use desfire::command::ChangeOwnKey;
use desfire::{Key, diversify};
use picc::{Model, Tear};

use crate::desk::{Cut, Desk, IDENTITY, MODELS, UID, first, issue, key, moved, set, update};
use crate::goals::Reader;

type Block = [u8; 16];

/// A handshake with an AES key, as it passed.
struct Handshake {
    challenge: Block,
    token: [u8; 32],
}

fn handshakes(passed: &[(Vec<u8>, Vec<u8>)]) -> Vec<Handshake> {
    let pairs = passed.iter().zip(passed.iter().skip(1)).filter(|((first, _), _)| first.get(1) == Some(&0xAA));
    pairs
        .map(|((_, challenge), (second, _))| Handshake {
            challenge: challenge[..16].try_into().unwrap(),
            token: second[5..37].try_into().unwrap(),
        })
        .collect()
}

impl Handshake {
    /// Whether that key explains it: RndB, turned, is what the token ends with.
    fn is_opened_by(&self, key: &Block) -> bool {
        let cipher = Aes128::new(key.into());
        let decipher = |block: &[u8]| {
            let mut block: Block = block.try_into().unwrap();
            cipher.decrypt_block((&mut block).into());
            block
        };
        let mut turned = decipher(&self.challenge);
        turned.rotate_left(1);
        let (first, last) = self.token.split_at(16);
        let found: Vec<u8> = decipher(last).iter().zip(first).map(|(a, b)| a ^ b).collect();
        found == turned
    }
}

/// The bytes of a key, which it shows to nobody but a card.
fn bytes(key: &Key) -> Block {
    let mut desk = Desk::new(Model::Ev1);
    let mut reader = Reader::new(&mut desk.card);
    reader.open(Place::Picc, 0, &Key::factory()).unwrap();
    let _unconfirmed = reader.run(&ChangeOwnKey { key_no: 0, new: key.clone(), picc: true }).unwrap();
    let memory = desk.memory();
    let hex = memory["master"]["bytes"].as_str().unwrap().to_owned();
    std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
}

/// Keys that everybody knows, and what AN10922 makes of them with what is public of a card.
fn published() -> Vec<Key> {
    let plain = [[0x00; 16], [0xFF; 16], std::array::from_fn(|at| at as u8), std::array::from_fn(|at| at as u8 * 0x11)];
    let mut keys = Vec::new();
    for master in plain {
        let master = Key::aes(master, 0);
        for aid in [Place::Picc, Place::Identity, Place::Tag] {
            let aid = aid.aid().get().to_le_bytes();
            let mut turned = aid[..3].to_vec();
            turned.reverse();
            for aid in [&aid[..3], &turned, &[]] {
                for system in [b"congthe".as_slice(), b"NXP Abu", b""] {
                    keys.push(diversify(&master, &[UID.as_slice(), aid, system].concat()).unwrap());
                }
            }
        }
        keys.push(master);
    }
    keys
}

/// Everything of a key's length that passed.
fn windows(passed: &[(Vec<u8>, Vec<u8>)]) -> BTreeSet<Block> {
    let both = passed.iter().flat_map(|(command, answer)| [command, answer]);
    both.flat_map(|bytes| bytes.windows(16)).map(|window| window.try_into().unwrap()).collect()
}

#[test]
fn nothing_that_passed_and_nothing_published_opens_a_handshake() {
    let published: BTreeSet<Block> = published().iter().map(bytes).collect();
    for model in MODELS {
        let mut desk = Desk::blank(model);
        let mut passed = Vec::new();
        let goals = [issue(first(), 1), update(moved()), Goal::Rekey(set(2)), Goal::Wipe(set(2))];
        for goal in goals {
            desk.run(goal).end.unwrap();
            passed.append(&mut desk.passed);
        }
        let handshakes = handshakes(&passed);
        assert_eq!(handshakes.len(), 7 + 2 + 6 + 2);
        let known: BTreeSet<Block> = published.union(&windows(&passed)).copied().collect();
        assert!(known.len() > 2_000);
        for handshake in &handshakes {
            assert!(!known.iter().any(|key| handshake.is_opened_by(key)), "{model:?}");
        }
        // the attack itself works: the right keys open them
        for name in [KeyName::Transport, KeyName::Default, KeyName::Picc, KeyName::Tag] {
            let key = bytes(&key(1, name));
            assert!(handshakes.iter().any(|handshake| handshake.is_opened_by(&key)), "{name:?}");
        }
        let names = IDENTITY.map(KeyName::Identity).into_iter();
        let names = names.chain([KeyName::Transport, KeyName::Default, KeyName::Picc, KeyName::Tag]);
        for key in names.chain([KeyName::SdmMeta, KeyName::SdmFile]).flat_map(|name| [key(1, name), key(2, name)]) {
            assert!(!known.contains(&bytes(&key)), "{model:?}");
        }
    }
}

#[test]
fn a_card_taken_away_at_any_moment_opens_with_no_published_key() {
    for model in MODELS {
        let before = Desk::blank(model);
        let exchanges = {
            let mut desk = before.copy();
            desk.run(issue(first(), 1)).end.unwrap();
            desk.passed.len()
        };
        for at in 0..exchanges {
            let mut desk = before.copy();
            let _ = desk.cut(issue(first(), 1), Some(Cut { at, tear: Tear::BeforeAnswer }));
            let mut desk = desk.copy();
            let applications = desk.card.applications().len();
            let mut reader = Reader::new(&mut desk.card);
            let places = [(Place::Picc, 1), (Place::Identity, 5), (Place::Tag, 1)];
            for (place, count) in places.into_iter().take(1 + applications) {
                for number in 0..count {
                    for key in [Key::factory(), Key::aes([0; 16], 0), Key::three_key([0; 24])] {
                        assert!(reader.open(place, number, &key).is_err(), "{model:?} cut at {at}: {place:?} {number}");
                    }
                }
            }
        }
    }
}

/// Why blanks with the factory's key are keyed at a trusted station only: there, the transcript holds the key.
#[test]
fn a_session_under_a_known_key_hides_nothing() {
    let mut desk = Desk::blank(Model::Ev1);
    desk.run(issue(first(), 1)).end.unwrap();
    let default = bytes(&key(1, KeyName::Default));
    let opened = handshakes(&desk.passed).iter().filter(|handshake| handshake.is_opened_by(&default)).count();
    assert_eq!(opened, 2, "whoever had the default key would follow both applications' keys");
    assert!(!handshakes(&desk.passed).iter().any(|handshake| handshake.is_opened_by(&[0; 16])));
    let master = bytes(&key(1, KeyName::Identity(IdentityKey::Master)));
    assert!(!windows(&desk.passed).contains(&master));
}
