//! The steps of README's runbook. Each begins with a blank card and leaves a blank one, master key 00…00 (DES).
mod applications;
mod delegated;
mod ev2;
mod identity;
mod key_sets;
mod tag;
mod transaction_mac;

use crate::desk::{Desk, Reader};
use anyhow::{Context, Result};
use desfire::command::{ApplicationSettings, CreateApplication, FormatPicc, KeySets, KeySettings};
use desfire::{AccessRights, Aid, Authentication, Capabilities, Error, FileNo, Key, KeyCount, KeyNo, KeyType, Right};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    Ev1,
    Ev2,
    Ev3,
}

impl Generation {
    pub fn name(self) -> &'static str {
        match self {
            Generation::Ev1 => "ev1",
            Generation::Ev2 => "ev2",
            Generation::Ev3 => "ev3",
        }
    }

    /// Bytes of a frame of ISO/IEC 14443-4.
    pub fn frame(self) -> usize {
        match self {
            Generation::Ev1 => 64,
            Generation::Ev2 => 128,
            Generation::Ev3 => 256,
        }
    }
}

pub fn generation(name: &str) -> Result<Generation, String> {
    let all = [Generation::Ev1, Generation::Ev2, Generation::Ev3];
    all.into_iter().find(|generation| generation.name() == name).ok_or_else(|| "ev1, ev2 or ev3".to_owned())
}

type StepFn<R> = fn(&mut Desk<R>) -> Result<()>;

/// Runs the wanted steps that the card has; all of them when none is named.
pub fn run<R: Reader>(desk: &mut Desk<R>, card: Generation, wanted: &[u8]) -> Result<()> {
    use Generation::{Ev1, Ev2, Ev3};
    let all: [(u8, Generation, &str, StepFn<R>); 8] = [
        (1, Ev1, "version and originality", identity::genuine),
        (2, Ev1, "applications of every key type", applications::every_key_type),
        (3, Ev1, "the Type 4 Tag", tag::link),
        (4, Ev2, "EV2 messaging, a second key within the transaction", ev2::messaging),
        (5, Ev2, "key sets", key_sets::filled_and_rolled),
        (6, Ev2, "transaction MAC", transaction_mac::verified),
        (7, Ev3, "Secure Dynamic Messaging", tag::signed_taps),
        (8, Ev2, "a delegated application", delegated::in_a_slot),
    ];
    for (number, since, what, step) in all {
        if card < since || !(wanted.is_empty() || wanted.contains(&number)) {
            continue;
        }
        desk.remark(&format!("step {number}: {what}"));
        blank(desk).and_then(|()| step(desk)).with_context(|| format!("step {number}: {what}"))?;
    }
    desk.remark("the card is left blank");
    blank(desk)
}

/// Formats the card.
fn blank<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    desk.field_off()?;
    desk.select(Aid::PICC)?;
    desk.authenticate(Authentication::iso(0, &Key::factory()))?;
    desk.run(&FormatPicc)
}

const OWNER: Right = Right::Key(KeyNo::of::<0>());

fn application() -> Result<Aid> {
    Aid::new(0x00C0_7E01).context("24 bits")
}

fn settings(key_type: KeyType, key_sets: Option<KeySets>) -> ApplicationSettings {
    ApplicationSettings {
        key_settings: KeySettings::FACTORY,
        key_type,
        keys: KeyCount::of::<3>(),
        iso_files: false,
        key_sets,
        vc_keys: false,
        capability_data: false,
        iso: None,
    }
}

/// An application with three keys, all zero; selected.
fn make<R: Reader>(desk: &mut Desk<R>, key_type: KeyType, key_sets: Option<KeySets>) -> Result<()> {
    let aid = application()?;
    desk.run(&CreateApplication { aid, settings: settings(key_type, key_sets) })?;
    desk.select(aid)
}

fn zero(kind: KeyType) -> Key {
    match kind {
        KeyType::Des | KeyType::TwoKey3Des => Key::factory(),
        KeyType::ThreeKey3Des => Key::three_key([0; 24]),
        KeyType::Aes => Key::aes([0; 16], 0),
    }
}

/// A key that everybody may know: it guards nothing but this card.
fn key(kind: KeyType, seed: u8, version: u8) -> Key {
    let byte = |at: usize| seed.wrapping_mul(16).wrapping_add((at as u8).wrapping_mul(0x26));
    let key = match kind {
        KeyType::Des => Key::des(std::array::from_fn(byte)),
        KeyType::TwoKey3Des => Key::two_key(std::array::from_fn(byte)),
        KeyType::ThreeKey3Des => Key::three_key(std::array::from_fn(byte)),
        KeyType::Aes => Key::aes(std::array::from_fn(byte), 0),
    };
    key.with_version(version)
}

fn aes(seed: u8) -> Key {
    key(KeyType::Aes, seed, 1)
}

fn ev2_first(key_no: u8, key: &Key) -> Result<Authentication, Error> {
    Authentication::ev2_first(key_no, key, Capabilities::default())
}

fn rights(no: KeyNo) -> AccessRights {
    let right = Right::Key(no);
    AccessRights { read: right, write: right, read_write: right, change: OWNER }
}

fn no(number: u8) -> Result<FileNo> {
    FileNo::new(number).context("a file number")
}
