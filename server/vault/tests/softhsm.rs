//! The cards' keys in a token: SoftHSM 2, Debian's. `cargo xtask test --only token` installs it and runs this.
#![cfg(feature = "pkcs11")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::PathBuf;
use std::process::Command;
use std::slice;
use std::sync::{Arc, Mutex};

use chip::keys::{KeyFault, KeyName, Keys as _, NoKey, SetVersion, Uid};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::Draw;
use registry::card_vault::{CardVault, CardVaultError, ShareText};
use vault::{Pkcs11, Slot, Token, TokenError, Vault};
use zeroize::Zeroizing;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const LABEL: &str = "congthe-test";
const PIN: &str = "314159";
/// SoftHSM reads its configuration when it is loaded; an environment is a process's. So each test runs in one of its own.
const INSIDE: &str = "CONGTHE_TEST_TOKEN";
const CARD: Uid = [0x04, 0x78, 0x2E, 0x21, 0x80, 0x1D, 0x80];

/// Runs the ignored test `name` in a process with a fresh token.
fn with_a_token(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("tokens")).unwrap();
    let configuration = folder.path().join("softhsm2.conf");
    let tokens = folder.path().join("tokens");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
    std::fs::write(&configuration, text).unwrap();
    let mut initialise = Command::new("softhsm2-util");
    initialise.args(["--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "271828"]);
    let initialised = initialise.env("SOFTHSM2_CONF", &configuration).output().expect("softhsm2-util is installed");
    assert!(initialised.status.success(), "{}", String::from_utf8_lossy(&initialised.stderr));
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", name, "--ignored", "--nocapture"]).env("SOFTHSM2_CONF", &configuration);
    let output = test.env(INSIDE, folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{name} has not run: {said}");
}

fn folder() -> PathBuf {
    std::env::var_os(INSIDE).expect("run by the test of the same name").into()
}

fn pkcs11(pin: &str) -> Pkcs11 {
    Pkcs11 { module: MODULE.into(), slot: Slot::Label(LABEL.to_owned()), pin: Zeroizing::new(pin.to_owned()) }
}

fn token() -> Token {
    Token::open(&pkcs11(PIN)).unwrap()
}

fn draw(seed: u64) -> Draw {
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(seed));
    Arc::new(move |bytes: &mut [u8]| rng.lock().unwrap().fill_bytes(bytes))
}

fn version(version: u8) -> SetVersion {
    SetVersion::new(version).unwrap()
}

fn again(share: &ShareText) -> ShareText {
    ShareText::new(Zeroizing::new(share.reveal().to_owned()))
}

fn in_memory() -> Vault {
    Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(1))
}

macro_rules! in_a_token {
    ($($name:ident => $inside:ident;)*) => {$(
        #[test]
        fn $name() {
            with_a_token(stringify!($inside));
        }
    )*};
}

in_a_token! {
    the_token_gives_the_keys_that_the_sealed_file_gives => inside_same_keys;
    nothing_that_is_in_the_token_can_be_read => inside_unreadable;
    a_set_lives_as_in_the_sealed_file => inside_life;
    what_is_half_written_is_no_set => inside_half;
    what_does_not_open_is_told_without_the_pin => inside_pin;
    two_sessions_see_one_token => inside_two;
    a_lost_login_is_made_anew_and_a_refused_pin_is_not_tried_again => inside_login;
}

/// CKM_AES_CMAC in the token against `desfire::diversify` in the sealed file, for every key name; signatures, too.
#[test]
#[ignore = "run by the_token_gives_the_keys_that_the_sealed_file_gives"]
fn inside_same_keys() {
    let (token, sealed) = (token(), in_memory());
    let drawn = token.draw_set(version(5), &Default::default(), &draw(1)).unwrap();
    token.keep_set(version(5), drawn.set.id, &draw(2)).unwrap();
    let restored = sealed.restore_set(&[again(&drawn.shares[0]), again(&drawn.shares[2])], &draw(3)).unwrap();
    assert_eq!(token.key_sets().unwrap(), slice::from_ref(&restored));
    for (name, _) in &restored.check_values {
        for uid in [CARD, [0x04; 7], [0xFF; 7]] {
            let keys =
                [token.card_key(version(5), *name, &uid).unwrap(), sealed.card_key(version(5), *name, &uid).unwrap()];
            assert!(keys[0].same_key(&keys[1]), "{name:?}");
            assert_eq!(keys[0].version(), 5);
        }
    }
    for message in [&b""[..], b"card", &[0x5A; 300]] {
        let signatures = [token.sign_card(version(5), message), sealed.sign_card(version(5), message)];
        assert_eq!(signatures[0], signatures[1]);
    }
    assert_eq!(token.public_keys().unwrap(), sealed.public_keys().unwrap());
}

/// By another program with the user's PIN.
#[test]
#[ignore = "run by nothing_that_is_in_the_token_can_be_read"]
fn inside_unreadable() {
    use cryptoki::context::{CInitializeArgs, CInitializeFlags};
    use cryptoki::mechanism::Mechanism;
    use cryptoki::object::{Attribute, AttributeType, ObjectClass};

    let token = token();
    token.draw_set(version(5), &Default::default(), &draw(1)).unwrap();
    let library = cryptoki::context::Pkcs11::new(MODULE).unwrap();
    assert!(
        library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).is_err(),
        "one process, one start"
    );
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    let session = library.open_rw_session(slot).unwrap();
    let mut seen = 0;
    for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
        for key in session.find_objects(&[Attribute::Class(class)]).unwrap() {
            let told = session.get_attributes(key, &[AttributeType::Value]);
            assert!(told.is_err() || told.is_ok_and(|told| told.is_empty()));
            assert!(session.update_attributes(key, &[Attribute::Extractable(true)]).is_err());
            assert!(session.update_attributes(key, &[Attribute::Sensitive(false)]).is_err());
            let flags = [AttributeType::Sensitive, AttributeType::Extractable, AttributeType::Token];
            let flags = session.get_attributes(key, &flags).unwrap();
            assert_eq!(flags, [Attribute::Sensitive(true), Attribute::Extractable(false), Attribute::Token(true)]);
            assert!(
                session.encrypt(&Mechanism::AesEcb, key, &[0; 16]).is_err(),
                "a master makes MACs and nothing else"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 12);
}

#[test]
#[ignore = "run by a_set_lives_as_in_the_sealed_file"]
fn inside_life() {
    let token = token();
    let no_key = KeyFault::NoKey(NoKey { set: 1, name: KeyName::Picc });
    let first = token.draw_set(version(1), &Default::default(), &draw(1)).unwrap();
    assert_eq!(token.card_key(version(1), KeyName::Picc, &CARD).unwrap_err(), no_key, "a draft opens nothing");
    assert_eq!(token.sign_card(version(1), b"").unwrap_err(), KeyFault::NoSigner { set: 1 });
    let drawn = token.draw_set(version(1), &Default::default(), &draw(2)).unwrap();
    assert_ne!(first.set.id, drawn.set.id);
    assert_eq!(token.key_sets().unwrap(), slice::from_ref(&drawn.set));
    let refusal = token.keep_set(version(1), first.set.id, &draw(3)).unwrap_err();
    assert!(matches!(refusal, CardVaultError::Missing { version: 1 }));
    token.keep_set(version(1), drawn.set.id, &draw(3)).unwrap();
    token.keep_set(version(1), drawn.set.id, &draw(3)).unwrap();
    let refusal = token.draw_set(version(1), &Default::default(), &draw(4)).err().unwrap();
    assert!(matches!(refusal, CardVaultError::Held { version: 1 }));
    token.discard_draft(version(1), &draw(5)).unwrap();
    let key = token.card_key(version(1), KeyName::Picc, &CARD).unwrap();

    let second = token.draw_set(version(2), &Default::default(), &draw(6)).unwrap();
    assert_eq!(
        token.key_sets().unwrap().iter().map(|set| (set.version.get(), set.draft)).collect::<Vec<_>>(),
        [(1, false), (2, true)]
    );
    token.discard_draft(version(2), &draw(6)).unwrap();
    assert_eq!(token.key_sets().unwrap().len(), 1);
    let restored = token.restore_set(&[again(&second.shares[1]), again(&second.shares[0])], &draw(7)).unwrap();
    assert!(!restored.draft);
    assert_eq!(restored.check_values, second.set.check_values);
    assert!(!token.card_key(version(2), KeyName::Picc, &CARD).unwrap().same_key(&key));
    token.restore_set(&[again(&drawn.shares[1]), again(&drawn.shares[2])], &draw(7)).unwrap();
    let refusal = token.restore_set(&[again(&first.shares[1]), again(&first.shares[2])], &draw(7)).unwrap_err();
    assert!(matches!(refusal, CardVaultError::Held { version: 1 }));

    token.destroy_set(version(1), &draw(8)).unwrap();
    assert!(matches!(token.destroy_set(version(1), &draw(8)), Err(CardVaultError::Missing { version: 1 })));
    assert_eq!(token.card_key(version(1), KeyName::Picc, &CARD).unwrap_err(), no_key);
    // the other sets are untouched, and the destroyed one comes back from its shares alone
    assert!(token.card_key(version(2), KeyName::Picc, &CARD).is_ok());
    token.restore_set(&[again(&drawn.shares[0]), again(&drawn.shares[1])], &draw(9)).unwrap();
    assert!(token.card_key(version(1), KeyName::Picc, &CARD).unwrap().same_key(&key));
}

/// A key is taken out of the token by force, as when the power is cut while a set is written.
#[test]
#[ignore = "run by what_is_half_written_is_no_set"]
fn inside_half() {
    use cryptoki::object::{Attribute, ObjectClass};

    let token = token();
    let drawn = token.draw_set(version(1), &Default::default(), &draw(1)).unwrap();
    let library = cryptoki::context::Pkcs11::new(MODULE).unwrap();
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    let session = library.open_rw_session(slot).unwrap();
    let remove = |class| {
        let objects = session.find_objects(&[Attribute::Class(class)]).unwrap();
        session.destroy_object(objects[0]).unwrap();
    };
    // written to the last key, but not marked
    remove(ObjectClass::DATA);
    assert_eq!(token.key_sets().unwrap(), []);
    assert!(matches!(token.keep_set(version(1), drawn.set.id, &draw(2)), Err(CardVaultError::Missing { .. })));
    // the next draw clears up
    let drawn = token.draw_set(version(1), &Default::default(), &draw(2)).unwrap();
    let count = |class| session.find_objects(&[Attribute::Class(class)]).unwrap().len();
    assert_eq!([ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY, ObjectClass::DATA].map(count), [11, 1, 1]);
    token.keep_set(version(1), drawn.set.id, &draw(3)).unwrap();
    assert!(token.sign_card(version(1), b"").is_ok());
    // a set whose key somebody has removed is told, not papered over
    remove(ObjectClass::PRIVATE_KEY);
    assert_eq!(token.sign_card(version(1), b"").unwrap_err(), KeyFault::Unavailable);
    assert!(token.card_key(version(1), KeyName::Picc, &CARD).is_ok());
}

#[test]
#[ignore = "run by what_does_not_open_is_told_without_the_pin"]
fn inside_pin() {
    assert!(matches!(Token::open(&pkcs11("271827")).err(), Some(TokenError::Pin)));
    let elsewhere = Pkcs11 { slot: Slot::Label("nowhere".to_owned()), ..pkcs11(PIN) };
    assert!(matches!(Token::open(&elsewhere).err(), Some(TokenError::Label { found: 0, .. })));
    let no_library = Pkcs11 { module: folder().join("none.so"), ..pkcs11(PIN) };
    let error = Token::open(&no_library).err().unwrap();
    assert!(!format!("{error} {error:?}").contains(PIN));
    let nowhere = Pkcs11 { slot: Slot::Number(999_999_999), ..pkcs11(PIN) };
    assert!(matches!(Token::open(&nowhere).err(), Some(TokenError::Refused { .. })));
    assert!(Token::open(&pkcs11(PIN)).is_ok());
}

#[test]
#[ignore = "run by two_sessions_see_one_token"]
fn inside_two() {
    let (portal, command) = (token(), token());
    let drawn = portal.draw_set(version(1), &Default::default(), &draw(1)).unwrap();
    command.keep_set(version(1), drawn.set.id, &draw(2)).unwrap();
    let keys = [&portal, &command].map(|token| token.card_key(version(1), KeyName::Tag, &CARD).unwrap());
    assert!(keys[0].same_key(&keys[1]));
    command.destroy_set(version(1), &draw(3)).unwrap();
    assert!(portal.card_key(version(1), KeyName::Tag, &CARD).is_err());
    // restored by another draw's shares: the handle that was known is not used
    let other = in_memory().draw_set(version(1), &Default::default(), &draw(7)).unwrap();
    command.restore_set(&[again(&other.shares[0]), again(&other.shares[1])], &draw(8)).unwrap();
    assert!(!portal.card_key(version(1), KeyName::Tag, &CARD).unwrap().same_key(&keys[0]));
}

#[test]
#[ignore = "run by a_lost_login_is_made_anew_and_a_refused_pin_is_not_tried_again"]
fn inside_login() {
    use cryptoki::session::UserType;
    use cryptoki::types::AuthPin;

    let token = token();
    let drawn = token.draw_set(version(1), &Default::default(), &draw(1)).unwrap();
    token.keep_set(version(1), drawn.set.id, &draw(2)).unwrap();
    let key = token.card_key(version(1), KeyName::Tag, &CARD).unwrap();
    let library = cryptoki::context::Pkcs11::new(MODULE).unwrap();
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    // the login is all sessions' of a program
    let other = library.open_rw_session(slot).unwrap();
    other.logout().unwrap();
    assert!(token.card_key(version(1), KeyName::Tag, &CARD).unwrap().same_key(&key));
    other.logout().unwrap();
    assert_eq!(token.key_sets().unwrap().len(), 1, "no empty list while nobody is logged in");

    other.set_pin(&AuthPin::new(PIN.into()), &AuthPin::new("161803".into())).unwrap();
    other.logout().unwrap();
    assert_eq!(token.card_key(version(1), KeyName::Tag, &CARD).unwrap_err(), KeyFault::Unavailable);
    // the PIN is as before again: it would be taken, but it is not tried
    other.login(UserType::User, Some(&AuthPin::new("161803".into()))).unwrap();
    other.set_pin(&AuthPin::new("161803".into()), &AuthPin::new(PIN.into())).unwrap();
    other.logout().unwrap();
    for _ in 0..3 {
        assert_eq!(token.card_key(version(1), KeyName::Tag, &CARD).unwrap_err(), KeyFault::Unavailable);
        assert_eq!(token.sign_card(version(1), b"").unwrap_err(), KeyFault::Unavailable);
    }
    assert!(matches!(token.key_sets(), Err(CardVaultError::Store(_))));
}
