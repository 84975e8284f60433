//! Steps 3 and 7: the card as phones see it.
use super::{OWNER, aes, ev2_first, no, zero};
use crate::desk::{Desk, Reader};
use anyhow::{Context, Result, ensure};
use desfire::command::{ChangeFileSettings, ChangeKey, DataFile, GetFileCounters, Opcode, WriteData};
use desfire::sdm::{PiccData, Protected, SdmSettings, verify_sun};
use desfire::{AccessRights, Aid, Authentication, CommMode, KeyCount, KeyNo, KeyType, Right, U24};
use ndef::tag::{AID, Layout, Reading, Step, Writing};
use ndef::{Record, uri};

pub fn link<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    let layout = Layout::new(256);
    make(desk, &layout)?;
    let records = vec![uri::record("https://example.vn/t/7Kq2")];
    write(desk, &layout, &records)?;
    ensure!(tap(desk)? == records, "the link is read as another");
    Ok(())
}

pub fn signed_taps<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    let layout =
        Layout { keys: KeyCount::of::<4>(), writable: false, sdm: true, most: (0xF0, 0xF0), ..Layout::new(256) };
    make(desk, &layout)?;
    let (meta, file_read) = (aes(12), aes(13));
    desk.authenticate(ev2_first(0, &zero(KeyType::Aes)))?;
    desk.run(&ChangeKey { key_no: 2, new: meta.clone(), old: zero(KeyType::Aes) })?;
    desk.run(&ChangeKey { key_no: 3, new: file_read.clone(), old: zero(KeyType::Aes) })?;
    let link = format!("https://example.vn/t?p={}&m={}", "0".repeat(32), "0".repeat(16));
    write(desk, &layout, &[uri::record(&link)])?;
    // NLEN, the record's head, the abbreviated link
    let (head, abbreviated) = (2 + 4 + 1, "https://".len());
    let place = |what: &str| -> Result<U24> {
        let found = link.find(what).context("it is in the link")?;
        U24::new((head + found + what.len() - abbreviated) as u32).context("a short link")
    };
    let (picc, mac) = (place("p=")?, place("m=")?);
    let sdm = SdmSettings {
        picc: PiccData::Encrypted { key: KeyNo::of::<2>(), offset: picc, uid: true, counter: true },
        protected: Some(Protected { key: KeyNo::of::<3>(), mac_input: picc, mac, encrypted: None }),
        counter_read: Right::Free,
        counter_limit: None,
    };
    let rights = AccessRights { read: Right::Free, write: OWNER, read_write: OWNER, change: OWNER };
    let settings = ChangeFileSettings {
        no: no(2)?,
        mode: CommMode::Plain,
        rights,
        additional: Vec::new(),
        sdm: Some(sdm),
        tmc_limit: None,
        free: false,
    };
    desk.run(&settings)?;
    for round in 1..=5 {
        let records = tap(desk)?;
        let tapped = records.first().and_then(uri::of).context("no link is tapped")?;
        let (parameters, mac) =
            tapped.split_once("p=").and_then(|(_, rest)| rest.split_once("&m=")).context("its parts")?;
        let input = format!("{parameters}&m=");
        let tap = verify_sun(&meta, &file_read, &hex(parameters)?, input.as_bytes(), &hex(mac)?)?;
        ensure!(tap.counter == Some(round) && tap.uid.is_some(), "round {round} shows {tap:?}");
    }
    desk.select(Aid::new(AID).context("24 bits")?)?;
    ensure!(desk.run(&GetFileCounters { no: no(2)?, free: true })? == 5, "the card counts its taps");
    Ok(())
}

/// The tag of the layout; a session of key 0, which is zero, is open.
fn make<R: Reader>(desk: &mut Desk<R>, layout: &Layout) -> Result<()> {
    desk.run(&layout.application().context("a name")?)?;
    desk.select(Aid::new(AID).context("24 bits")?)?;
    desk.authenticate(Authentication::aes(0, &zero(KeyType::Aes)))?;
    desk.run(&layout.container_file().context("a number")?)?;
    desk.run(&layout.message_file().context("a number")?)?;
    let file = DataFile { no: no(1)?, mode: CommMode::Plain };
    let data = layout.container().encode().to_vec().into();
    desk.run(&WriteData { file, offset: U24::ZERO, data, opcode: Opcode::Native })
}

fn write<R: Reader>(desk: &mut Desk<R>, layout: &Layout, records: &[Record]) -> Result<()> {
    let file = DataFile { no: no(2)?, mode: CommMode::Plain };
    for piece in Writing::by_owner(&layout.container(), records)?.pieces() {
        let data = piece.data.clone().into();
        desk.run(&WriteData { file, offset: U24::from(piece.offset), data, opcode: Opcode::Native })?;
    }
    Ok(())
}

/// As a phone reads it, with a new field.
fn tap<R: Reader>(desk: &mut Desk<R>) -> Result<Vec<Record>> {
    desk.field_off()?;
    let (mut reading, mut command) = Reading::begin();
    loop {
        let answered = desk.transmit(&command.encode()?)?;
        match reading.answer(&answered)? {
            Step::Send(next) => command = next,
            Step::Done(records) => return Ok(records),
        }
    }
}

fn hex<const N: usize>(digits: &str) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    for (nth, byte) in bytes.iter_mut().enumerate() {
        let digits = digits.get(2 * nth..2 * nth + 2).context("too few digits")?;
        *byte = u8::from_str_radix(digits, 16)?;
    }
    Ok(bytes)
}
