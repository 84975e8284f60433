//! Key sets in the sealed file, from the draw to their end, as the registry's use cases drive them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chip::keys::{KeyFault, KeyName, Keys as _, NoKey, SetVersion, Uid};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::Draw;
use registry::card_vault::{CardVault, CardVaultError, Component, ShareFault, ShareText};
use registry::secrets::Secrets as _;
use tempfile::TempDir;
use vault::{SealedFile, Unlock, Vault};
use zeroize::Zeroizing;

const CARD: Uid = [0x04, 0x78, 0x2E, 0x21, 0x80, 0x1D, 0x80];

/// Randomness that repeats. At call number `crash` the program dies, as far as a test can.
fn draw_until(seed: u64, crash: usize) -> (Draw, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let rng = std::sync::Mutex::new(ChaCha20Rng::seed_from_u64(seed));
    let draw = move |bytes: &mut [u8]| {
        let call = counted.fetch_add(1, Ordering::SeqCst);
        assert!(call < crash, "power cut");
        rng.lock().unwrap().fill_bytes(bytes);
    };
    (Arc::new(draw), calls)
}

fn draw(seed: u64) -> Draw {
    draw_until(seed, usize::MAX).0
}

fn unlock() -> Unlock {
    Unlock::Key(Zeroizing::new([7; 32]))
}

fn new_vault(seed: u64) -> (TempDir, PathBuf, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(SealedFile::NAME);
    let vault = Vault::create(&path, &unlock(), &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
    (folder, path, vault)
}

fn open(path: &Path) -> Vault {
    Vault::open(path, &unlock()).unwrap()
}

fn version(version: u8) -> SetVersion {
    SetVersion::new(version).unwrap()
}

fn again(share: &ShareText) -> ShareText {
    ShareText::new(Zeroizing::new(share.reveal().to_owned()))
}

/// Draws a set and keeps it, as when all custodians have confirmed.
fn kept(vault: &Vault, number: u8, seed: u64) -> [ShareText; 3] {
    let drawn = vault.draw_set(version(number), &Default::default(), &draw(seed)).unwrap();
    vault.keep_set(version(number), drawn.set.id, &draw(seed + 1)).unwrap();
    drawn.shares
}

#[test]
fn a_draft_opens_nothing_until_it_is_kept_and_then_survives() {
    let (_folder, path, vault) = new_vault(1);
    let components = ["1 4 2 6", "", "con trâu"].map(|typed| Component::new(Zeroizing::new(typed.to_owned())));
    let drawn = vault.draw_set(version(1), &components, &draw(1)).unwrap();
    let no_key = KeyFault::NoKey(NoKey { set: 1, name: KeyName::Picc });
    for vault in [&vault, &open(&path)] {
        assert_eq!(vault.key_sets().unwrap(), slice::from_ref(&drawn.set));
        assert!(drawn.set.draft);
        assert_eq!(vault.card_key(version(1), KeyName::Picc, &CARD).unwrap_err(), no_key);
        assert_eq!(vault.sign_card(version(1), b"card").unwrap_err(), KeyFault::NoSigner { set: 1 });
        assert_eq!(vault.public_keys().unwrap(), []);
    }
    vault.keep_set(version(1), drawn.set.id, &draw(2)).unwrap();
    vault.keep_set(version(1), drawn.set.id, &draw(2)).unwrap();
    let again = open(&path);
    let set = &again.key_sets().unwrap()[0];
    assert!(!set.draft);
    assert_eq!(set.check_values, drawn.set.check_values);
    let key = vault.card_key(version(1), KeyName::Picc, &CARD).unwrap();
    assert!(key.same_key(&again.card_key(version(1), KeyName::Picc, &CARD).unwrap()));
    assert_eq!(key.version(), 1);
    let [public] = again.public_keys().unwrap()[..] else { panic!("one set has one public key") };
    let verifier = ed25519_dalek::VerifyingKey::from_bytes(&public.key).unwrap();
    let signature = ed25519_dalek::Signature::from_bytes(&again.sign_card(version(1), b"card").unwrap());
    assert!(verifier.verify_strict(b"card", &signature).is_ok());
    assert_eq!(public.id, vault::key_id(&public.key));
}

#[test]
fn each_custodian_confirms_the_share_that_was_shown() {
    let vault = Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1));
    let drawn = vault.draw_set(version(9), &Default::default(), &draw(1)).unwrap();
    for (at, share) in drawn.shares.iter().enumerate() {
        let typed = ShareText::new(Zeroizing::new(share.reveal().to_lowercase()));
        let head = vault.compare_shares(share, &typed).unwrap();
        assert_eq!((head.version.get(), head.id, usize::from(head.number)), (9, drawn.set.id, at + 1));
        let other = &drawn.shares[(at + 1) % 3];
        assert_eq!(vault.compare_shares(share, other).unwrap_err(), ShareFault::OtherShare);
    }
}

#[test]
fn two_shares_restore_the_set_in_another_vault() {
    let (_folder, _, vault) = new_vault(1);
    let shares = kept(&vault, 3, 1);
    for (a, b) in [(0, 1), (2, 0), (1, 2)] {
        let (_folder, path, other) = new_vault(2);
        let restored = other.restore_set(&[again(&shares[a]), again(&shares[b])], &draw(5)).unwrap();
        assert_eq!(slice::from_ref(&restored), vault.key_sets().unwrap());
        let reopened = open(&path);
        assert_eq!(reopened.key_sets().unwrap(), [restored]);
        for name in [KeyName::Transport, KeyName::SdmMeta, KeyName::SdmFile, KeyName::Tag] {
            let keys = [&vault, &reopened].map(|vault| vault.card_key(version(3), name, &CARD).unwrap());
            assert!(keys[0].same_key(&keys[1]), "{name:?}");
        }
        assert_eq!(vault.sign_card(version(3), b"card"), reopened.sign_card(version(3), b"card"));
    }
}

#[test]
fn restoring_tries_shares_and_never_changes_what_is_held() {
    let (_folder, _, vault) = new_vault(1);
    let shares = kept(&vault, 3, 1);
    let before = vault.key_sets().unwrap();
    assert_eq!(vault.restore_set(&[again(&shares[0]), again(&shares[2])], &draw(5)).unwrap(), before[0]);
    let (_other_folder, _, other) = new_vault(2);
    let strange = kept(&other, 3, 50);
    let refusal = vault.restore_set(&[again(&strange[0]), again(&strange[1])], &draw(5)).unwrap_err();
    assert!(matches!(refusal, CardVaultError::Held { version: 3 }));
    let refusal = vault.restore_set(&[again(&shares[0]), again(&strange[1])], &draw(5)).unwrap_err();
    assert!(matches!(refusal, CardVaultError::Share(ShareFault::OtherSet)));
    assert_eq!(vault.key_sets().unwrap(), before);
}

#[test]
fn a_ceremony_that_broke_off_begins_anew_with_other_keys() {
    let (_folder, path, vault) = new_vault(1);
    let first = vault.draw_set(version(1), &Default::default(), &draw(1)).unwrap();
    let second = vault.draw_set(version(1), &Default::default(), &draw(2)).unwrap();
    assert_ne!(first.set.id, second.set.id);
    assert_eq!(vault.key_sets().unwrap(), slice::from_ref(&second.set));
    let refusal = vault.keep_set(version(1), first.set.id, &draw(3)).unwrap_err();
    assert!(matches!(refusal, CardVaultError::Missing { version: 1 }));
    vault.keep_set(version(1), second.set.id, &draw(3)).unwrap();
    let refusal = vault.draw_set(version(1), &Default::default(), &draw(4)).err().unwrap();
    assert!(matches!(refusal, CardVaultError::Held { version: 1 }), "a set is never drawn over");
    vault.draw_set(version(2), &Default::default(), &draw(4)).unwrap();
    vault.discard_draft(version(2), &draw(5)).unwrap();
    vault.discard_draft(version(2), &draw(5)).unwrap();
    assert_eq!(open(&path).key_sets().unwrap().len(), 1);
}

#[test]
fn a_retired_set_opens_cards_beside_its_successor_until_it_is_destroyed() {
    let (_folder, path, vault) = new_vault(1);
    kept(&vault, 1, 1);
    kept(&vault, 2, 10);
    let keys = [1, 2].map(|set| vault.card_key(version(set), KeyName::Picc, &CARD).unwrap());
    assert!(!keys[0].same_key(&keys[1]));
    assert_eq!(keys.each_ref().map(desfire::Key::version), [1, 2]);
    assert_eq!(vault.public_keys().unwrap().iter().map(|key| key.set.get()).collect::<Vec<_>>(), [1, 2]);
    vault.destroy_set(version(1), &draw(20)).unwrap();
    assert!(matches!(vault.destroy_set(version(1), &draw(21)), Err(CardVaultError::Missing { version: 1 })));
    for vault in [&vault, &open(&path)] {
        assert!(vault.card_key(version(1), KeyName::Picc, &CARD).is_err());
        assert!(vault.card_key(version(2), KeyName::Picc, &CARD).is_ok());
    }
}

/// The power is cut at each call for randomness there is: before the draw, within it, and before each step of the writing. Afterwards the file
/// opens with what it held, no share has come out, and the ceremony can begin anew.
#[test]
fn a_crash_while_drawing_loses_nothing() {
    let (_folder, path, vault) = new_vault(1);
    kept(&vault, 1, 1);
    let before = vault.key_sets().unwrap();
    let (counting, calls) = draw_until(3, usize::MAX);
    drop(vault.draw_set(version(2), &Default::default(), &counting).unwrap());
    vault.discard_draft(version(2), &draw(4)).unwrap();
    let calls = calls.load(Ordering::SeqCst);
    assert!(calls > 3, "secret, coefficients, nonce and the temporary file's name");
    for crash in 0..calls {
        let vault = open(&path);
        let (draw, _) = draw_until(3, crash);
        let died = catch_unwind(AssertUnwindSafe(|| vault.draw_set(version(2), &Default::default(), &draw)));
        assert!(died.is_err(), "{crash}");
        assert_eq!(open(&path).key_sets().unwrap(), before, "{crash}");
        // a portal that has only lost the request goes on
        assert_eq!(vault.key_sets().unwrap(), before);
    }
    let drawn = open(&path).draw_set(version(2), &Default::default(), &draw(5)).unwrap();
    // what was shown is on the disk
    assert!(open(&path).key_sets().unwrap().contains(&drawn.set));
}

#[test]
fn what_cannot_be_written_is_not_shown() {
    let (folder, path, vault) = new_vault(1);
    let moved = folder.path().join("away");
    std::fs::rename(&path, &moved).unwrap();
    let refusal = vault.draw_set(version(1), &Default::default(), &draw(1)).err().unwrap();
    assert!(matches!(refusal, CardVaultError::Store(_)));
    assert_eq!(vault.key_sets().unwrap(), []);
    std::fs::rename(&moved, &path).unwrap();
    assert!(vault.draw_set(version(1), &Default::default(), &draw(1)).is_ok());
}

#[test]
fn leftovers_go_and_nothing_else() {
    let (folder, _, vault) = new_vault(1);
    let ours = "vault.sealed.0123456789abcdef.new";
    let others =
        ["vault.sealed.new", "vault.sealed.backup.new", "vault.sealed.0123456789abcdef", "x.0123456789abcdef.new"];
    for name in others.iter().chain([&ours]) {
        std::fs::write(folder.path().join(name), b"").unwrap();
    }
    kept(&vault, 1, 1);
    assert!(!folder.path().join(ours).exists());
    assert!(others.iter().all(|name| folder.path().join(name).exists()));
}

#[test]
fn two_processes_lose_none_of_each_others_sets() {
    let (_folder, path, portal) = new_vault(1);
    let command = open(&path);
    std::thread::scope(|scope| {
        for (vault, first) in [(&portal, 0x10), (&command, 0x40)] {
            scope.spawn(move || (0..20).for_each(|nth| drop(kept(vault, first + nth, u64::from(first + nth) * 100))));
        }
    });
    let sets: Vec<_> = open(&path).key_sets().unwrap().iter().map(|set| set.version.get()).collect();
    assert_eq!(sets, (0x10..0x10 + 20).chain(0x40..0x40 + 20).collect::<Vec<u8>>());
}

#[test]
fn a_set_that_another_process_has_kept_is_found() {
    let (_folder, path, portal) = new_vault(1);
    assert!(portal.card_key(version(1), KeyName::Tag, &CARD).is_err());
    let command = open(&path);
    kept(&command, 1, 1);
    assert_eq!(portal.sign_card(version(1), b"card"), command.sign_card(version(1), b"card"));
    assert!(portal.card_key(version(1), KeyName::Tag, &CARD).is_ok());
}

/// Somebody has changed the passphrase, or put another vault in its place: nothing of it is overwritten.
#[test]
fn a_file_that_became_another_is_left_alone() {
    let (_folder, path, vault) = new_vault(1);
    let passphrase = Unlock::Passphrase(Zeroizing::new("bốn con ngựa đá".to_owned()));
    open(&path).reseal(&passphrase, &mut ChaCha20Rng::seed_from_u64(9)).unwrap();
    let resealed = std::fs::read(&path).unwrap();
    assert!(vault.draw_set(version(1), &Default::default(), &draw(1)).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), resealed);
    std::fs::remove_file(&path).unwrap();
    let stranger = Vault::create(&path, &unlock(), &mut ChaCha20Rng::seed_from_u64(2)).unwrap();
    assert!(vault.draw_set(version(1), &Default::default(), &draw(1)).is_err());
    assert_eq!(open(&path).head_key(), stranger.head_key());
    assert_eq!(stranger.key_sets().unwrap(), []);
}

#[test]
fn a_passphrase_is_needed_once_and_its_salt_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(SealedFile::NAME);
    let unlock = Unlock::Passphrase(Zeroizing::new("bốn con ngựa đá".to_owned()));
    let vault = Vault::create(&path, &unlock, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
    let line = |key: &str| {
        let text = std::fs::read_to_string(&path).unwrap();
        text.lines().find(|line| line.contains(key)).unwrap().to_owned()
    };
    let (salt, nonce) = (line("\"salt\""), line("\"nonce\""));
    kept(&vault, 1, 1);
    assert_eq!(line("\"salt\""), salt);
    assert_ne!(line("\"nonce\""), nonce);
    assert_eq!(Vault::open(&path, &unlock).unwrap().key_sets().unwrap(), vault.key_sets().unwrap());
}

#[test]
fn an_endless_component_is_refused() {
    let vault = Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1));
    let components =
        |length| ["", "", &"x".repeat(length)].map(|typed| Component::new(Zeroizing::new(typed.to_owned())));
    assert!(vault.draw_set(version(1), &components(1024), &draw(1)).is_ok());
    let refusal = vault.draw_set(version(1), &components(1025), &draw(1)).err().unwrap();
    assert!(matches!(refusal, CardVaultError::Component));
}
