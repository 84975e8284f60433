//! Whatever a host sends, a reader neither panics nor stays dumb.
use pcd::{Ccid, Device, Fault, Pace, Pn53x, RcS300, RcS380, Read, Reader, Setup, Transfer};
use picc::{Card, Memory, Model};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};

/// A reader, its endpoints, and a question with its answer.
struct Sample {
    reader: Reader,
    endpoints: [u8; 2],
    question: Vec<u8>,
    answers: Vec<Vec<u8>>,
}

fn samples() -> Vec<Sample> {
    let status = vec![0x65, 0, 0, 0, 0, 0, 0x77, 0, 0, 0];
    let told = vec![0x81, 0, 0, 0, 0, 0, 0x77, 1, 0, 0];
    let mut strange = Ccid::omnikey_5321_cli();
    strange.quirks.chained_answers = Some(3);
    strange.quirks.time_extensions = 2;
    strange.quirks.other_interrupts = true;
    let mut samples: Vec<Sample> = [
        Ccid::acr122u(),
        Ccid::acr1252u(),
        Ccid::omnikey_5021_cl(),
        Ccid::twn4(),
        Ccid::springcard_puck(),
        Ccid::character_level(),
        strange,
    ]
    .into_iter()
    .map(|make| Sample {
        reader: make.into(),
        endpoints: [0x02, 0x82],
        question: status.clone(),
        answers: vec![told.clone()],
    })
    .collect();
    let ack = vec![0, 0, 0xFF, 0, 0xFF, 0];
    samples.push(Sample {
        reader: Pn53x::scl3711().into(),
        endpoints: [0x04, 0x84],
        question: vec![0, 0, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0],
        answers: vec![ack.clone(), vec![0, 0, 0xFF, 0x06, 0xFA, 0xD5, 0x03, 0x33, 0x02, 0x07, 0x07, 0xE5, 0]],
    });
    samples.push(Sample {
        reader: RcS380::s().into(),
        endpoints: [0x02, 0x81],
        question: vec![0, 0, 0xFF, 0xFF, 0xFF, 0x02, 0, 0xFE, 0xD6, 0x20, 0x0A, 0],
        answers: vec![ack, vec![0, 0, 0xFF, 0xFF, 0xFF, 0x04, 0, 0xFC, 0xD7, 0x21, 0x11, 0x01, 0xF6, 0]],
    });
    for (make, endpoints) in [(RcS300::s(), [0x02, 0x82]), (RcS300::p(), [0x02, 0x82])] {
        let mut told = told.clone();
        told[7] = 0;
        samples.push(Sample { reader: make.into(), endpoints, question: status.clone(), answers: vec![told] });
    }
    samples
}

/// Transfers that are nearly right, and those that are not.
fn transfer() -> impl Strategy<Value = Vec<u8>> {
    let message = (
        prop_oneof![Just(0x62u8), Just(0x6F), Just(0x6B), Just(0x65), Just(0x72), Just(0x61), any::<u8>()],
        0u8..3,
        any::<u8>(),
        any::<[u8; 3]>(),
        prop_oneof![vec(any::<u8>(), 0..70), command()],
    )
        .prop_map(|(kind, slot, seq, specific, data)| {
            let length = u32::try_from(data.len()).unwrap_or_default().to_le_bytes();
            [&[kind], &length[..], &[slot, seq], &specific, &data].concat()
        });
    let framed = |little: bool| {
        (any::<u8>(), vec(any::<u8>(), 0..70)).prop_map(move |(code, data)| {
            let body = [&[if little { 0xD6 } else { 0xD4 }, code & 0x7E], &data[..]].concat();
            let sum = |bytes: &[u8]| bytes.iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte));
            let length = u16::try_from(body.len()).unwrap_or_default();
            let length = if little { length.to_le_bytes() } else { length.to_be_bytes() };
            [&[0, 0, 0xFF, 0xFF, 0xFF], &length[..], &[sum(&length)], &body, &[sum(&body), 0]].concat()
        })
    };
    prop_oneof![vec(any::<u8>(), 0..150), message, framed(true), framed(false)]
}

/// Beginnings of what readers understand.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let start = prop_oneof![
        Just(vec![0xFF, 0x50, 0x00, 0x00, 0x02, 0x84, 0x00]),
        Just(vec![0xFF, 0x50, 0x00, 0x02, 0x04, 0x8F, 0x02, 0x00]),
        Just(vec![0xFF, 0x50, 0x00, 0x01]),
        Just(vec![0xFF, 0x00, 0x00, 0x00]),
        Just(vec![0xFF, 0xCA]),
        Just(vec![0x00, 0x00, 0x05]),
        Just(vec![0x90]),
    ];
    (start, vec(any::<u8>(), 0..20)).prop_map(|(start, rest)| [start, rest].concat())
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Drop),
        Just(Fault::Duplicate),
        Just(Fault::Delay(1000)),
        Just(Fault::Late),
        (0usize..80).prop_map(Fault::Truncate),
        (0usize..20, any::<u8>()).prop_map(|(offset, mask)| Fault::Corrupt { offset, mask }),
        Just(Fault::Noise),
        Just(Fault::Stall),
        Just(Fault::Babble),
        Just(Fault::Unplug),
        Just(Fault::RemoveCard),
        Just(Fault::ReplaceCard),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_leave_an_answering_reader(
        which in 0usize..11,
        transfers in vec((transfer(), any::<bool>(), 0usize..300), 0..12),
        faults in vec((1u64..20, fault()), 0..4),
        setup in any::<(u8, u8, u16, u16, u16)>(),
        slow in any::<bool>(),
    ) {
        let Some(sample) = samples().into_iter().nth(which) else { return Ok(()) };
        let [outward, inward] = sample.endpoints;
        let mut device = Device::new(sample.reader, Box::new(|bytes| bytes.fill(0xFF)));
        device.insert(Card::new(Model::Ev2, Memory::K8, [4, 1, 2, 3, 4, 5, 6], Box::new(|bytes| bytes.fill(7))));
        device.set_pace(if slow { Pace::Typical } else { Pace::Instant });
        for (number, fault) in faults {
            device.faults().at(number, fault);
        }
        for (bytes, move_card, length) in transfers {
            device.write(outward, &bytes);
            device.advance(5_000);
            device.read(inward, length);
            if move_card && let Some(card) = device.remove() {
                device.insert(card);
            }
        }
        let (request_type, request, value, index, length) = setup;
        device.control(Setup { request_type, request, value, index, length }, &[]);

        device.faults().clear();
        device.plug_in();
        let Some(card) = device.remove() else { unreachable!("no card is lost") };
        device.insert(card);
        assert_eq!(device.write(outward, &sample.question), Transfer::Data(vec![]));
        for answer in sample.answers {
            assert_eq!(device.read(inward, 1024), Read::Data(answer));
        }
    }
}
