//! One call into everything that the protocol crates can do, so that nothing of them is left out of a module whose size is
//! measured.

use desfire::command::*;
use desfire::sdm::{PiccData, SdmSettings, TapKeys, open_picc_data};
use desfire::tmac::{Transaction, TransactionKeys};
use desfire::{
    AccessRights, Aid, Authentication, Capabilities, Channel, CommMode, DfName, Error, FileNo, Framing, Key, KeyCount,
    KeySetNo, KeyType, Right, Step, U24, dam, diversify, originality,
};
use picc::{Card, Memory, Model};
use wasm_bindgen::prelude::wasm_bindgen;

/// Runs every command with parameters out of these bytes against a simulated card; how many of them were answered.
#[wasm_bindgen]
pub fn everything(bytes: &[u8]) -> usize {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let model = [Model::Ev1, Model::Ev2, Model::Ev3][usize::from(byte(0) % 3)];
    let seed = byte(1);
    let mut card = Card::new(model, Memory::K8, [seed; 7], Box::new(move |bytes| bytes.fill(seed)));
    card.power_on();
    let framing = if byte(2) == 0 { Framing::Wrapped } else { Framing::Native };
    let mut desk = Desk { card, channel: Channel::new(framing, 64), answered: 0 };
    let Some(no) = FileNo::new(byte(3) & 0x1F) else { return 0 };
    let mode = CommMode::from_bits(byte(4));
    let number = |at: usize| U24::from(u16::from_le_bytes([byte(at), byte(at + 1)]));
    let aes = Key::aes(std::array::from_fn(|at| byte(5 + at)), byte(6));
    let keys = [Key::factory(), Key::two_key([seed; 16]), Key::three_key([seed; 24]), aes.clone()];
    desk.handshakes(byte(7), &keys);
    desk.run(&SelectApplication::new(Aid::PICC));
    desk.picc(&aes, byte(8));
    desk.applications(&aes, byte(9));
    desk.files(no, mode, number(10), &aes);
    desk.data((no, mode), (number(12), number(14)), bytes);
    offline(&aes, bytes);
    desk.answered + messages(bytes)
}

struct Desk {
    card: Card,
    channel: Channel,
    answered: usize,
}

impl Desk {
    fn exchange(&mut self, frame: Result<Vec<u8>, Error>) {
        let Ok(mut frame) = frame else { return };
        loop {
            match self.channel.answer(&self.card.transmit(&frame)) {
                Ok(Step::Send(next)) => frame = next,
                Ok(Step::Done(_)) => {
                    self.answered += 1;
                    return;
                }
                Err(_) => return,
            }
        }
    }

    fn run<C: Command>(&mut self, command: &C) {
        let frame = self.channel.begin(command.request());
        self.exchange(frame);
    }

    fn handshakes(&mut self, key_no: u8, keys: &[Key]) {
        for key in keys {
            let all = [
                Authentication::d40(key_no, key),
                Authentication::iso(key_no, key),
                Authentication::aes(key_no, key),
                Authentication::ev2_first(key_no, key, Capabilities::default()),
                Authentication::ev2_non_first(key_no, key),
            ];
            for authentication in all.into_iter().flatten() {
                let frame = self.channel.authenticate(authentication, &[key_no; 16]);
                self.exchange(frame);
            }
        }
    }

    fn picc(&mut self, key: &Key, key_no: u8) {
        self.run(&GetVersion);
        self.run(&GetCardUid);
        self.run(&FreeMemory);
        self.run(&ReadSig);
        self.run(&FormatPicc);
        self.run(&SetDefaultKey(key.clone()));
        if let Some(for_good) = ForGood::confirm(ForGood::WORDS) {
            let set = key_no & 1 == 1;
            self.run(&SetPiccConfiguration {
                disable_format: set,
                random_id: set,
                proximity_check: set,
                authenticate_vc: set,
                for_good,
            });
            self.run(&SetSak { sak: [key_no; 2], for_good });
            self.run(&SetCapabilities { capabilities: [key_no; 10], for_good });
            if let Some(name) = DfName::new(&[key_no; 5]) {
                self.run(&SetVirtualCardName { name, for_good });
            }
            self.run(&SetFailedAuthentications { counted: set, limit: 1000, decrement: 10, for_good });
            self.run(&SetHardware { strong_modulation: set });
            self.run(&SetAts { ats: vec![key_no; 6], for_good });
            self.run(&SetSecureMessaging {
                disable_d40: set,
                disable_ev1: set,
                disable_chained_writing: set,
                for_good,
            });
        }
        self.run(&PreparePc);
        self.run(&ProximityRound { random: vec![key_no; 4] });
        let parameters = ProximityParameters { option: key_no, response_time: 800, pps: None };
        let mut transcript = ProximityTranscript::new(parameters);
        transcript.round(&[key_no; 4], &[key_no; 4]);
        if let Ok(command) = transcript.verify(key) {
            self.run(&command);
            let known = transcript.check(key, &command.mac).is_ok();
            self.run(&SetHardware { strong_modulation: known });
        }
    }

    fn applications(&mut self, key: &Key, seed: u8) {
        let aid = Aid::new(u32::from(seed)).unwrap_or(Aid::PICC);
        let settings = ApplicationSettings {
            key_settings: KeySettings::FACTORY,
            key_type: KeyType::Aes,
            keys: KeyCount::new(seed).unwrap_or(KeyCount::of::<1>()),
            iso_files: seed & 1 == 1,
            key_sets: KeySets::new(seed, seed & 0x0F, false, 0),
            vc_keys: false,
            capability_data: false,
            iso: None,
        };
        self.run(&GetApplicationIds);
        self.run(&GetDfNames);
        self.run(&CreateApplication { aid, settings: settings.clone() });
        let slot = Slot { number: 0, version: seed, quota: 8 };
        if let Ok(command) =
            dam::encrypt_key(key, [seed; 7], key).and_then(|e| dam::create(key, aid, slot, settings, e))
        {
            self.run(&command);
        }
        self.run(&GetDelegatedInfo { slot: 0 });
        self.run(&SelectApplication::new(aid));
        self.run(&GetKeySettings);
        self.run(&ChangeKeySettings(KeySettings::FACTORY));
        self.run(&GetKeyVersion { key_no: seed, key_set: None });
        self.run(&GetKeySetVersions);
        self.run(&ChangeKey { key_no: 1, new: key.clone(), old: key.clone() });
        self.run(&ChangeKeyEv2 { key_set: KeySetNo::of::<1>(), key_no: 0, new: key.clone(), old: key.clone() });
        self.run(&InitializeKeySet { key_set: KeySetNo::of::<1>(), key_type: KeyType::Aes });
        self.run(&FinalizeKeySet { key_set: KeySetNo::of::<1>(), version: seed });
        self.run(&RollKeySet { key_set: KeySetNo::of::<1>() });
        self.run(&ChangeOwnKey { key_no: 0, new: key.clone(), picc: false });
        self.run(&DeleteApplication { aid, dam_mac: dam::delete(key, aid).ok(), selected: false });
    }

    fn files(&mut self, no: FileNo, mode: CommMode, size: U24, key: &Key) {
        let free = Right::Free;
        let rights = AccessRights { read: free, write: free, read_write: free, change: free };
        let file = NewFile { no, iso_file_id: None, mode, rights };
        self.run(&CreateStdDataFile { file, size, sdm: true });
        self.run(&CreateBackupDataFile { file, size });
        let limits = (0, 100);
        let (limited_credit, free_get_value) = (true, true);
        self.run(&CreateValueFile { no, mode, rights, limits, value: 1, limited_credit, free_get_value });
        for order in [RecordOrder::Linear, RecordOrder::Cyclic] {
            self.run(&CreateRecordFile { file, order, record: size, records: size });
        }
        if let Ok(command) = CreateTransactionMacFile::new(no, mode, (free, free, free), key.clone()) {
            self.run(&command);
        }
        let sdm = SdmSettings {
            picc: PiccData::Plain { uid: Some(size), counter: Some(size) },
            protected: None,
            counter_read: free,
            counter_limit: None,
        };
        let (additional, tmc_limit) = (vec![rights], Some(size.get()));
        self.run(&ChangeFileSettings { no, mode, rights, additional, sdm: Some(sdm), tmc_limit, free: true });
        self.run(&GetFileIds);
        self.run(&GetIsoFileIds);
        self.run(&GetFileSettings(no));
        self.run(&GetFileCounters { no, free: true });
        self.run(&DeleteFile(no));
    }

    fn data(&mut self, (no, mode): (FileNo, CommMode), (offset, length): (U24, U24), bytes: &[u8]) {
        let (file, opcode) = (DataFile { no, mode }, Opcode::Native);
        let purse = ValueFile { no, mode };
        let log = RecordFile { no, mode, size: length };
        let data = || bytes.to_vec().into();
        self.run(&ReadData { file, offset, length, opcode });
        self.run(&WriteData { file, offset, data: data(), opcode });
        self.run(&GetValue(purse));
        self.run(&Credit { file: purse, amount: 1 });
        self.run(&Debit { file: purse, amount: 1 });
        self.run(&LimitedCredit { file: purse, amount: 1 });
        self.run(&RestoreTransfer { target: no, source: no });
        self.run(&ReadRecords { file: log, first: offset, count: length, opcode });
        self.run(&WriteRecord { file: log, offset, data: data(), opcode });
        self.run(&UpdateRecord { file: log, record: offset, offset, data: data(), opcode });
        self.run(&ClearRecordFile(no));
        self.run(&CommitReaderId { reader: [1; 16] });
        self.run(&CommitTransaction);
        self.run(&CommitTransactionMaced);
        self.run(&AbortTransaction);
    }
}

/// What needs no card.
fn offline(key: &Key, bytes: &[u8]) -> Option<bool> {
    let derived = diversify(key, bytes).ok()?;
    let tap = open_picc_data(&derived, bytes.first_chunk()?).ok()?;
    let keys = TapKeys::new(&derived, tap).ok()?;
    let verified = keys.verify(bytes, bytes.first_chunk()?).is_ok() && keys.open(bytes).is_ok();
    let (uid, counter) = (tap.uid?, tap.counter?);
    let transaction = TransactionKeys::new(&derived, &uid, counter).ok()?;
    let answered = TransactionMac { counter, value: *bytes.first_chunk()? };
    let told = transaction.verify(&Transaction::default(), &answered).is_ok();
    let genuine = originality::is_genuine(&tap.uid.unwrap_or_default(), bytes.first_chunk()?, &originality::KEYS[0].1);
    Some(verified && told && genuine)
}

/// What is written in a tag.
fn messages(bytes: &[u8]) -> usize {
    let (mut reading, _) = ndef::tag::Reading::begin();
    drop(reading.answer(bytes));
    let records = ndef::decode(bytes).unwrap_or_default();
    let told = |record: &ndef::Record| {
        usize::from(ndef::uri::of(record).is_some())
            + usize::from(ndef::text::of(record).is_some())
            + usize::from(ndef::signature::of(record).is_some())
    };
    let layout = ndef::tag::Layout::new(256);
    let writing = ndef::tag::Writing::new(&layout.container(), &records);
    let pieces = writing.unwrap_or_else(|_| ndef::tag::Writing::nothing()).pieces().len();
    pieces + layout.lock(None).1.data.len() + records.iter().map(told).sum::<usize>()
}
