//! What implementers of CCID get wrong, point by point (the numbers are those of the protocol facts, §6.3), and what single readers do
//! (§6.4).
use pcd::{Ccid, Ending, Fault, Read, feature};
use picc::Model;
use reader::drive::Pipe as _;
use reader::{Presence, Step, Task};

use crate::bus::{Bus, Desk, UID, card, ccid_desk};

const GET_VERSION: [u8; 5] = [0x90, 0x60, 0x00, 0x00, 0x00];
const MORE: [u8; 5] = [0x90, 0xAF, 0x00, 0x00, 0x00];

fn with_card(model: Ccid) -> Desk {
    let mut desk = ccid_desk(model);
    desk.bus.device.insert(card(Model::Ev2));
    desk.bus.device.advance(2_000_000);
    desk.open().unwrap();
    desk
}

fn reads_version(desk: &mut Desk) {
    desk.connect().unwrap();
    assert_eq!(desk.exchange(&GET_VERSION).unwrap().len(), 9);
    desk.exchange(&MORE).unwrap();
    assert_eq!(desk.exchange(&MORE).unwrap()[..7], UID);
}

fn quirky(mut model: Ccid, change: impl FnOnce(&mut Ccid)) -> Desk {
    change(&mut model);
    with_card(model)
}

#[test]
fn point_1_answers_belong_to_the_command_of_their_number() {
    let mut desk = quirky(Ccid::omnikey_5022(), |model| model.quirks.stale = true);
    reads_version(&mut desk);
    let mut desk = quirky(Ccid::omnikey_5022(), |model| model.quirks.duplicates = true);
    reads_version(&mut desk);
    // given up, and answered while the next command waits
    let mut desk = with_card(Ccid::omnikey_5022());
    desk.connect().unwrap();
    desk.bus.device.faults().next(Fault::Late);
    assert_eq!(desk.exchange(&GET_VERSION), Err(reader::Fault::Timeout));
    desk.bus.device.faults().clear();
    desk.open().unwrap();
    reads_version(&mut desk);
}

#[test]
fn point_2_a_time_extension_is_no_error_and_multiplies_this_wait_alone() {
    let mut desk = quirky(Ccid::omnikey_5022(), |model| {
        model.quirks.time_extensions = 3;
        model.quirks.multiplier = 4;
    });
    desk.connect().unwrap();
    let Ok(Step::Send { writes, wait }) = desk.core.start(Task::Exchange(GET_VERSION.to_vec())) else { panic!() };
    desk.bus.write(&writes[0]);
    let most = desk.core.longest_answer();
    for _ in 0..3 {
        let bytes = desk.bus.read(most, wait).unwrap();
        assert_eq!(desk.core.received(&bytes), Ok(Step::Await { wait: 4 * wait }));
    }
    let bytes = desk.bus.read(most, wait).unwrap();
    assert!(matches!(desk.core.received(&bytes), Ok(Step::Done(_))));
    let Ok(Step::Send { wait: next, .. }) = desk.core.start(Task::Exchange(MORE.to_vec())) else { panic!() };
    assert_eq!(next, wait);
}

#[test]
fn point_3_a_message_is_as_long_as_it_says() {
    for ending in [Ending::Zero, Ending::Always] {
        let mut desk = quirky(Ccid::omnikey_5022(), |model| model.quirks.ending = ending);
        reads_version(&mut desk);
    }
    let mut desk = quirky(Ccid::twn4(), |model| model.quirks.ending = Ending::Always);
    reads_version(&mut desk);
    // cut short, it is no answer
    let mut desk = with_card(Ccid::omnikey_5022());
    desk.connect().unwrap();
    let faults = desk.bus.device.faults();
    let answer = faults.transfers() + 2;
    faults.at(answer, Fault::Truncate(11));
    assert_eq!(desk.exchange(&GET_VERSION), Err(reader::Fault::Timeout));
}

#[test]
fn point_4_no_card_is_no_failure_and_inactive_is_another_card() {
    let mut desk = ccid_desk(Ccid::acr122u());
    desk.open().unwrap();
    assert_eq!(desk.look(), Ok(Presence::Absent), "the status fails with FE");
    let mut desk = with_card(Ccid::omnikey_5022());
    desk.connect().unwrap();
    let away = desk.bus.device.remove().unwrap();
    desk.bus.device.insert(away);
    desk.bus.device.advance(2_000_000);
    assert_eq!(desk.exchange(&GET_VERSION), Err(reader::Fault::CardGone));
    assert_eq!(desk.look(), Ok(Presence::Fresh));
    reads_version(&mut desk);
}

#[test]
fn point_5_a_status_comes_before_power_and_not_every_interrupt_is_a_card() {
    let mut desk = quirky(Ccid::omnikey_5022(), |model| {
        model.quirks.status_first = true;
        model.quirks.other_interrupts = true;
    });
    let mut noticed = Vec::new();
    while let Read::Data(bytes) = desk.bus.device.read(0x83, 64) {
        noticed.push(desk.core.noticed(&bytes));
    }
    assert!(noticed.contains(&None), "{noticed:?}");
    assert_eq!(noticed.last(), Some(&Some(Presence::Fresh)));
    reads_version(&mut desk);
    desk.bus.device.remove().unwrap();
    desk.bus.device.advance(2_000_000);
    let mut last = None;
    while let Read::Data(bytes) = desk.bus.device.read(0x83, 64) {
        last = desk.core.noticed(&bytes).or(last);
    }
    assert_eq!(last, Some(Presence::Absent));
}

#[test]
fn point_6_a_reader_that_does_not_choose_the_voltage_is_told_one_after_the_other() {
    for volts in [0x01, 0x02, 0x04] {
        let mut desk = quirky(Ccid::omnikey_5022(), |model| {
            model.features &= !(feature::AUTO_VOLTAGE | feature::AUTO_ACTIVATION);
            model.quirks.volts = volts;
        });
        reads_version(&mut desk);
    }
}

#[test]
fn point_7_extended_apdus_are_split_and_joined() {
    for more in [0x10, 0x00] {
        let mut desk = quirky(Ccid::twn4(), |model| model.quirks.more = more);
        reads_version(&mut desk);
        let long = [&[0x90, 0x3D, 0x00, 0x00, 0xFF][..], &[7; 255], &[0x00]].concat();
        let refused = desk.exchange(&long).unwrap();
        assert_eq!(refused[refused.len() - 2], 0x91);
    }
}

#[test]
fn point_8_readers_of_short_apdus_chain_though_none_is_defined() {
    let mut desk = quirky(Ccid::omnikey_5321_cli(), |model| model.quirks.chained_answers = Some(3));
    reads_version(&mut desk);
    let long = vec![0x90; 262];
    assert_eq!(desk.exchange(&long), Err(reader::Fault::TooLong { most: 261, found: 262 }));
}

#[test]
fn point_9_blocks_are_made_here_and_characters_are_refused() {
    for model in [Ccid::omnikey_5021_cl(), Ccid::scl010()] {
        reads_version(&mut with_card(model));
    }
    let mut desk = ccid_desk(Ccid::character_level());
    assert!(matches!(desk.open(), Err(reader::Fault::Unsupported(_))));
}

#[test]
fn point_10_slow_readers_are_waited_for() {
    reads_version(&mut with_card(Ccid::utrust_3700f()));
    let mut desk = quirky(Ccid::omnikey_5022(), |model| model.quirks.status_takes = 1_400_000);
    reads_version(&mut desk);
}

/// Nothing is aborted: half of it is a control request that browsers refuse. A command that was given up leaves its number behind.
#[test]
fn point_11_a_command_is_given_up_without_abort() {
    let mut desk = with_card(Ccid::omnikey_5022());
    desk.connect().unwrap();
    desk.bus.device.faults().next(Fault::Drop);
    assert_eq!(desk.exchange(&GET_VERSION), Err(reader::Fault::Timeout));
    desk.bus.device.faults().clear();
    reads_version(&mut desk);
}

#[test]
fn point_12_a_contactless_slot_may_be_the_second() {
    for model in [Ccid::acr1252u(), Ccid::springcard_puck(), Ccid::twn4()] {
        reads_version(&mut with_card(model.clone()));
        let mut other = model;
        other.slot = 1;
        reads_version(&mut with_card(other));
    }
    let bus = Bus::new(Ccid::omnikey_5022(), ccid::configuration::Interface::is_ccid);
    let all = ccid::configuration::interfaces(&bus.device.configuration_descriptor());
    let mut core = ccid::Ccid::new(all[0].ccid.unwrap(), 1);
    assert!(matches!(reader::Reader::start(&mut core, Task::Open), Err(reader::Fault::Unsupported(_))));
}

/// GET RESPONSE is for T=0: what the card answers is handed over as it is.
#[test]
fn point_13_nothing_is_fetched_behind_the_host_s_back() {
    let mut desk = with_card(Ccid::omnikey_5022());
    desk.connect().unwrap();
    let before = desk.bus.transfers;
    // a short Le: the reader answers 6C itself
    let answer = desk.exchange(&[0xFF, 0xCA, 0x00, 0x00, 0x01]).unwrap();
    assert_eq!(answer[answer.len() - 2], 0x6C);
    assert_eq!(desk.bus.transfers - before, 2);
}

#[test]
fn an_acr122u_answers_without_a_card_and_with_an_error_that_is_none() {
    let bus = Bus::new(Ccid::acr122u(), ccid::configuration::Interface::is_ccid);
    let all = ccid::configuration::interfaces(&bus.device.configuration_descriptor());
    let mut core = ccid::Ccid::new(all[0].ccid.unwrap(), 0);
    let mut bus = bus;
    let Ok(Step::Send { writes, wait }) = core.escape(&pn53x::acr122::GET_FIRMWARE, 5_000) else { panic!() };
    bus.write(&writes[0]);
    let bytes = bus.read(512, wait).unwrap();
    let told = reader::Reader::received(&mut core, &bytes);
    let Ok(Step::Done(reader::Outcome::Answer(name))) = told else { panic!("{told:?}") };
    assert!(name.starts_with(b"ACR122U"), "{name:02X?}");
}

#[test]
fn a_reader_may_show_the_whole_ats_in_its_atr() {
    let mut desk = quirky(Ccid::omnikey_5022(), |model| model.quirks.whole_ats = true);
    let found = desk.connect().unwrap();
    assert_eq!(reader::pcsc::candidate(&found.atr), reader::pcsc::Candidate::Desfire, "{:02X?}", found.atr);
}

#[test]
fn the_class_descriptor_may_stand_behind_the_endpoints() {
    for last in [false, true] {
        let mut model = Ccid::scl010();
        model.quirks.descriptor_last = last;
        model.quirks.no_interrupt = last;
        let bus = Bus::new(model, ccid::configuration::Interface::is_ccid);
        let all = ccid::configuration::interfaces(&bus.device.configuration_descriptor());
        assert_eq!((all.len(), all[0].class, all[0].interrupt.is_some()), (1, 0xFF, !last));
        assert_eq!(all[0].ccid.unwrap().level(), ccid::Level::Tpdu);
    }
}

/// One transfer out and one in: no reader is asked more than the command.
#[test]
fn a_short_apdu_takes_two_transfers() {
    for model in [Ccid::omnikey_5321_cli(), Ccid::omnikey_5022(), Ccid::de_abcm6(), Ccid::acr122u()] {
        let mut desk = with_card(model);
        desk.connect().unwrap();
        let before = desk.bus.transfers;
        desk.exchange(&GET_VERSION).unwrap();
        assert_eq!(desk.bus.transfers - before, 2);
    }
}
