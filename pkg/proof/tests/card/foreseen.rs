//! Answers that the host foresees are, to the byte, those that the card gives: in every session, for every way data travel.

use desfire::command::*;
use desfire::{
    Aid, Authentication, Capabilities, Channel, CommMode, Error, Foreseen, Framing, Generation, Key, Step, U24,
};
use picc::Model;

use crate::desk::{APPLICATION, Desk, UID, free_for, key, no};
use crate::every_session::in_every_session;

impl Desk {
    /// Sends all frames of a command; the data of its answer's frames, one behind the other.
    fn gather(&mut self, foreseen: &Foreseen) -> Vec<u8> {
        let mut data = Vec::new();
        let mut back = Vec::new();
        for frame in &foreseen.frames {
            back = self.transmit(frame);
        }
        loop {
            let more = back.ends_with(&[0x91, 0xAF]);
            assert!(more || back.ends_with(&[0x91, 0x00]), "{back:02X?}");
            data.extend_from_slice(&back[..back.len() - 2]);
            if !more {
                return data;
            }
            back = self.transmit(&[0x90, 0xAF, 0x00, 0x00, 0x00]);
        }
    }

    fn foresee(&mut self, command: &impl Command, plain: &[u8]) {
        let foreseen = self.channel.foresee(command.request(), plain).unwrap();
        let answer = self.gather(&foreseen);
        assert!(foreseen.is(&answer), "{:02X} {:?}", command.request().code(), self.channel.session());
        let mut changed = answer.clone();
        changed.push(0x00);
        assert!(!foreseen.is(&changed));
        if let Some(byte) = answer.len().checked_sub(1) {
            changed.truncate(answer.len());
            changed[byte] ^= 0x01;
            assert!(!foreseen.is(&changed));
        }
    }
}

/// Native frames have their status in front; what is judged here is the same in both framings.
fn wrapped(desk: &Desk) -> bool {
    desk.channel.framing() == Framing::Wrapped
}

#[test]
fn administration_is_foreseen() {
    in_every_session(|desk, kind, generation| {
        if !wrapped(desk) {
            return;
        }
        desk.foresee(&GetKeyVersion { key_no: 1, key_set: None }, &[0x20]);
        desk.foresee(&GetFileIds, &[]);
        if generation != Generation::D40 {
            desk.foresee(&GetCardUid, &UID);
        }
        let closed = KeySettings { free_directory: false, ..KeySettings::FACTORY };
        desk.foresee(&ChangeKeySettings(closed), &[]);
        desk.foresee(&ChangeKey { key_no: 1, new: key(kind, 3, 0x30), old: key(kind, 2, 0x20) }, &[]);
        // what is not foreseen goes on as before
        assert_eq!(desk.run(&GetKeyVersion { key_no: 1, key_set: None }), Ok(0x30));
        desk.foresee(&ChangeOwnKey { key_no: 0, new: key(kind, 4, 0x40), picc: false }, &[]);
        assert_eq!(desk.channel.session(), None);
        desk.foresee(&SelectApplication::new(Aid::new(APPLICATION).unwrap()), &[]);
        desk.authenticate(Authentication::ev1(0, &key(kind, 4, 0x40)).unwrap()).unwrap();
    });
}

#[test]
fn content_that_is_read_back_is_foreseen() {
    in_every_session(|desk, _, _| {
        if !wrapped(desk) {
            return;
        }
        for (nth, mode) in [CommMode::Plain, CommMode::Maced, CommMode::Full].into_iter().enumerate() {
            let file = NewFile { no: no(nth as u8), iso_file_id: None, mode, rights: free_for(0) };
            desk.foresee(&CreateBackupDataFile { file, size: U24::from(300) }, &[]);
            let file = DataFile { no: file.no, mode };
            // lengths around the ends of blocks and frames
            for length in [1, 11, 12, 16, 28, 59, 60, 112, 300] {
                let data: Vec<u8> = (0..length).map(|at| (at * 3 + nth) as u8).collect();
                let opcode = Opcode::Native;
                desk.foresee(&WriteData { file, offset: U24::ZERO, data: data.clone().into(), opcode }, &[]);
                desk.foresee(&CommitTransaction, &[]);
                let read = ReadData { file, offset: U24::ZERO, length: U24::len_of(&data).unwrap(), opcode };
                desk.foresee(&read, &data);
                let all = [data.as_slice(), &vec![0x00; 300]].concat();
                if length == 300 {
                    desk.foresee(&ReadData { length: U24::ZERO, ..read }, &all[..300]);
                }
            }
            let data = desk.run(&ReadData { file, offset: U24::ZERO, length: U24::from(20), opcode: Opcode::Native });
            assert_eq!(data.map(|data| data.len()), Ok(20));
        }
    });
}

#[test]
fn other_content_than_foreseen_does_not_pass() {
    for mode in [CommMode::Maced, CommMode::Full] {
        in_every_session(|desk, _, generation| {
            if !wrapped(desk) {
                return;
            }
            let file = NewFile { no: no(mode.bits()), iso_file_id: None, mode, rights: free_for(0) };
            desk.run(&CreateStdDataFile { file, size: U24::from(32), sdm: false }).unwrap();
            let read = ReadData {
                file: DataFile { no: file.no, mode },
                offset: U24::ZERO,
                length: U24::from(32),
                opcode: Opcode::Native,
            };
            let foreseen = desk.channel.foresee(read.request(), &[1; 32]).unwrap();
            let answer = desk.gather(&foreseen);
            assert!(!foreseen.is(&answer), "{generation:?} {mode:?}");
        });
    }
}

#[test]
fn a_proof_is_foreseen_but_for_the_one_whose_content_the_card_chooses() {
    let aes = Key::aes([0x5A; 16], 7);
    for (nth, authentication) in [
        Authentication::d40(0, &Key::factory()),
        Authentication::iso(0, &Key::factory()),
        Authentication::iso(0, &Key::three_key([0; 24])),
        Authentication::aes(0, &aes),
        Authentication::ev2_first(0, &aes, Capabilities::default()),
    ]
    .into_iter()
    .flatten()
    .enumerate()
    {
        let mut desk = Desk::new(Model::Ev3, Framing::Wrapped);
        desk.select(0);
        if nth >= 2 {
            desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
            let new = if nth == 2 { Key::three_key([0; 24]) } else { aes.clone() };
            let _unconfirmed = desk.run(&ChangeOwnKey { key_no: 0, new, picc: true }).unwrap();
        }
        let first = desk.channel.authenticate(authentication, &[9; 16]).unwrap();
        let challenge = desk.transmit(&first);
        let Step::Send(second) = desk.channel.answer(&challenge).unwrap() else { panic!("a token follows") };
        let foreseen = desk.channel.foresee_proof();
        let proof = desk.transmit(&second);
        if nth == 4 {
            assert_eq!(foreseen, Err(Error::Turn("the card chooses what its proof holds")));
            assert!(matches!(desk.channel.answer(&proof), Ok(Step::Done(_))));
        } else {
            assert!(foreseen.unwrap().is(&proof[..proof.len() - 2]), "handshake {nth}");
        }
        assert_eq!(desk.run(&GetVersion).unwrap().uid, UID);
        if nth == 4 {
            let first = desk.channel.authenticate(Authentication::ev2_non_first(0, &aes).unwrap(), &[8; 16]).unwrap();
            let challenge = desk.transmit(&first);
            let Step::Send(second) = desk.channel.answer(&challenge).unwrap() else { panic!("a token follows") };
            let foreseen = desk.channel.foresee_proof().unwrap();
            let proof = desk.transmit(&second);
            assert!(foreseen.is(&proof[..proof.len() - 2]));
            desk.foresee(&GetKeyVersion { key_no: 0, key_set: None }, &[7]);
        }
    }
}

#[test]
fn without_a_session_answers_come_as_they_are() {
    let mut channel = Channel::new(Framing::Wrapped, 64);
    let foreseen = channel.foresee(GetKeyVersion { key_no: 0, key_set: None }.request(), &[0x11]).unwrap();
    assert!(foreseen.is(&[0x11]));
    let read = ReadData {
        file: DataFile { no: no(1), mode: CommMode::Plain },
        offset: U24::ZERO,
        length: U24::from(3),
        opcode: Opcode::Native,
    };
    assert_eq!(channel.foresee_proof(), Err(Error::Turn("no proof is due")));
    let mut desk = Desk::new(Model::Ev1, Framing::Wrapped);
    desk.select(0);
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    let error = desk.channel.foresee(read.request(), &[1]);
    assert_eq!(error, Err(Error::Length { what: "a foreseen answer", expected: 3, found: 1 }));
    assert_eq!(desk.channel.session(), None);
}
