//! Whatever bytes come from a card, or from somebody in between, they end in a typed error or in a value, never in a panic.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use desfire::command::*;
use desfire::{Aid, Authentication, Capabilities, Channel, CommMode, FileNo, Framing, Key, KeySetNo, Step, U24};
use proptest::prelude::*;

fn no(number: u8) -> FileNo {
    FileNo::new(number).unwrap()
}

/// Feeds the bytes as answers of one command after the other, and reads whatever comes out.
fn read<C: Command>(channel: &mut Channel, command: &C, answers: &[Vec<u8>]) {
    if channel.begin(command.request()).is_err() {
        return;
    }
    for bytes in answers {
        match channel.answer(bytes) {
            Ok(Step::Send(_)) => {}
            Ok(Step::Done(answer)) => {
                drop(command.reply(&answer));
                return;
            }
            Err(_) => {
                assert_eq!(channel.session(), None, "an error closes the session");
                return;
            }
        }
    }
    channel.lost();
}

fn answers() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let data = prop::collection::vec(any::<u8>(), 0..70);
    let status = prop_oneof![3 => Just(0x00_u8), 2 => Just(0xAF), 1 => any::<u8>()];
    let answer = (data, status, any::<bool>()).prop_map(|(data, status, wrapped)| match wrapped {
        true => [data.as_slice(), &[0x91, status]].concat(),
        false => [&[status], data.as_slice()].concat(),
    });
    prop::collection::vec(answer, 1..5)
}

proptest! {
    #[test]
    fn no_answer_panics(answers in answers(), native in any::<bool>()) {
        let framing = if native { Framing::Native } else { Framing::Wrapped };
        let mut channel = Channel::new(framing, 64);
        let channel = &mut channel;
        let data = DataFile { no: no(1), mode: CommMode::Plain };
        let records = RecordFile { no: no(1), mode: CommMode::Plain, size: U24::from(3) };
        read(channel, &GetVersion, &answers);
        read(channel, &FreeMemory, &answers);
        read(channel, &ReadSig, &answers);
        read(channel, &GetApplicationIds, &answers);
        read(channel, &GetDfNames, &answers);
        read(channel, &GetKeySettings, &answers);
        read(channel, &GetKeyVersion { key_no: 0, key_set: Some(KeySetNo::of::<1>()) }, &answers);
        read(channel, &GetKeySetVersions, &answers);
        read(channel, &GetFileIds, &answers);
        read(channel, &GetIsoFileIds, &answers);
        read(channel, &GetFileSettings(no(1)), &answers);
        read(channel, &GetDelegatedInfo { slot: 1 }, &answers);
        read(channel, &GetValue(ValueFile { no: no(2), mode: CommMode::Plain }), &answers);
        read(channel, &CommitTransactionMaced, &answers);
        read(channel, &CommitReaderId { reader: [7; 16] }, &answers);
        read(channel, &PreparePc, &answers);
        read(channel, &ProximityRound { random: vec![1; 4] }, &answers);
        read(channel, &VerifyPc { mac: [0; 8] }, &answers);
        for (length, count) in [(0_u16, 0_u16), (5, 2)] {
            let offset = U24::ZERO;
            read(channel, &ReadData { file: data, offset, length: length.into(), opcode: Opcode::Native }, &answers);
            let wanted = ReadRecords { file: records, first: offset, count: count.into(), opcode: Opcode::Iso };
            read(channel, &wanted, &answers);
        }
        read(channel, &SelectApplication { aid: Aid::PICC, second: Aid::new(1) }, &answers);
    }

    #[test]
    fn no_handshake_panics(answers in answers(), random in any::<[u8; 16]>()) {
        let aes = Key::aes([1; 16], 0);
        for authentication in [
            Authentication::d40(0, &Key::factory()),
            Authentication::iso(0, &Key::three_key([2; 24])),
            Authentication::aes(0, &aes),
            Authentication::ev2_first(0, &aes, Capabilities::default()),
        ] {
            let mut channel = Channel::new(Framing::Wrapped, 64);
            channel.authenticate(authentication.unwrap(), &random).unwrap();
            for bytes in &answers {
                match channel.answer(bytes) {
                    Ok(Step::Send(_)) => {}
                    // whoever does not know the key opens nothing
                    Ok(Step::Done(_)) => prop_assert!(false, "a card without the key was believed"),
                    Err(_) => {
                        prop_assert_eq!(channel.session(), None);
                        break;
                    }
                }
            }
        }
    }
}
