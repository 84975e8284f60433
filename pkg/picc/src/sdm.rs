//! Secure dynamic messaging (EV3): a file that is read without session shows identifier, counter and MAC (AN12196).
use crate::card::Card;
use crate::crypto::{Cipher, pad_00};
use crate::fields::{Fields, three};
use crate::file::{Content, FREE, NEVER, Rights, Sdm};
use crate::hex;
use crate::keys::KeyType;
use crate::messaging::Answer;
use crate::status::Status;

/// SDMOptions.
const UID: u8 = 0x80;
const COUNTER: u8 = 0x40;
const LIMIT: u8 = 0x20;
const ENCIPHERED: u8 = 0x10;
const ASCII: u8 = 0x01;

/// Length of what is mirrored, in characters.
const UID_CHARS: usize = 14;
const COUNTER_CHARS: usize = 6;
const PICC_DATA_CHARS: usize = 32;
const MAC_CHARS: usize = 16;

/// The counter has 24 bits.
const LAST_READ: u32 = 0x00FF_FFFF;

impl Sdm {
    fn meta_read(&self) -> u8 {
        self.rights.read()
    }
    fn file_read(&self) -> u8 {
        self.rights.write()
    }
}

/// SDM settings as ChangeFileSettings sends them, for a file of `size` bytes.
pub(crate) fn parse(fields: &mut Fields<'_>, size: usize, reads: u32) -> Result<Sdm, Status> {
    let options = fields.u8()?;
    let rights = Rights(fields.u16()?);
    let (meta, file) = (rights.read(), rights.write());
    if options & !(UID | COUNTER | LIMIT | ENCIPHERED | ASCII) != 0
        || options & ASCII == 0
        || rights.read_write() != NEVER
    {
        return Err(Status::ParameterError);
    }
    let has = |option: u8| options & option != 0;
    let mut place = |wanted: bool, length: usize| -> Result<Option<usize>, Status> {
        if !wanted {
            return Ok(None);
        }
        let offset = fields.u24()?;
        if offset.saturating_add(length) <= size { Ok(Some(offset)) } else { Err(Status::ParameterError) }
    };
    let uid = place(has(UID) && meta == FREE, UID_CHARS)?;
    let counter = place(has(COUNTER) && meta == FREE, COUNTER_CHARS)?;
    let picc_data = place(meta < FREE, PICC_DATA_CHARS)?;
    let mac_input = place(file != NEVER, 0)?;
    let offset = place(has(ENCIPHERED) && file != NEVER, 0)?;
    // the length is an offset's sister: it must fit behind it
    let length = place(offset.is_some(), offset.unwrap_or_default())?;
    let mac = place(file != NEVER, MAC_CHARS)?;
    let limit = if has(LIMIT) { Some(fields.u24()?) } else { None };
    let enciphered = offset.zip(length);
    // ciphertext is shown in hexadecimal, whole blocks
    let whole = enciphered.is_none_or(|(_, length)| length > 0 && length.is_multiple_of(32));
    if !whole || mac_input > mac {
        return Err(Status::ParameterError);
    }
    Ok(Sdm { options, rights, uid, counter, picc_data, mac_input, enciphered, mac, limit, reads })
}

/// Bytes of SDM settings, from options and rights that they begin with.
pub(crate) fn length(plain: &[u8]) -> Option<usize> {
    let &[options, low, high] = plain.first_chunk()?;
    let rights = Rights(u16::from_le_bytes([low, high]));
    let (meta, file) = (rights.read(), rights.write());
    let has = |option: u8| options & option != 0;
    let numbers = [
        has(UID) && meta == FREE,
        has(COUNTER) && meta == FREE,
        meta < FREE,
        file != NEVER,
        has(ENCIPHERED) && file != NEVER,
        has(ENCIPHERED) && file != NEVER,
        file != NEVER,
        has(LIMIT),
    ];
    Some(3 + 3 * numbers.iter().filter(|there| **there).count())
}

/// The same, as GetFileSettings shows it.
pub(crate) fn written(sdm: &Sdm) -> Vec<u8> {
    let mut out = vec![sdm.options];
    out.extend(sdm.rights.0.to_le_bytes());
    let (offset, length) = sdm.enciphered.unzip();
    let numbers = [sdm.uid, sdm.counter, sdm.picc_data, sdm.mac_input, offset, length, sdm.mac, sdm.limit];
    out.extend(numbers.into_iter().flatten().flat_map(three));
    out
}

impl Card {
    /// GetFileCounters F6: reads so far (3), reserved (2).
    pub(crate) fn get_file_counters(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        fields.end()?;
        match &self.file(number)?.content {
            Content::Standard { sdm: Some(sdm), .. } => Ok([&three(sdm.reads as usize)[..], &[0, 0]].concat().into()),
            _ => Err(Status::PermissionDenied),
        }
    }

    /// The file as it looks since it was selected. The first look raises the counter; later ones show the same.
    pub(crate) fn picture(&mut self, number: u8) -> Result<Vec<u8>, Status> {
        if let Some(picture) = self.v.pictures.get(&number) {
            return Ok(picture.clone());
        }
        let random = self.draw();
        let uid = self.nv.uid;
        let keys = self.application()?.active_keys().to_vec();
        let key = |number: u8| {
            let key = keys.get(usize::from(number)).filter(|key| key.kind == KeyType::Aes);
            key.map(Cipher::new).ok_or(Status::PermissionDenied)
        };
        let Content::Standard { data, sdm: Some(sdm) } = &mut self.file_mut(number)?.content else {
            return Err(Status::PermissionDenied);
        };
        let last = sdm.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(LAST_READ);
        if sdm.reads >= last {
            return Err(Status::PermissionDenied);
        }
        let meta = if sdm.meta_read() < FREE { Some(key(sdm.meta_read())?) } else { None };
        let file = if sdm.file_read() < FREE { Some(key(sdm.file_read())?) } else { None };
        let reads = sdm.reads + 1;
        let picture = painted(data, sdm, &uid, reads, random, meta.as_ref(), file.as_ref());
        sdm.reads = reads;
        self.written();
        self.v.pictures.insert(number, picture.clone());
        Ok(picture)
    }
}

/// The template with everything filled in.
fn painted(
    template: &[u8],
    sdm: &Sdm,
    uid: &[u8; 7],
    reads: u32,
    random: [u8; 16],
    meta: Option<&Cipher>,
    file: Option<&Cipher>,
) -> Vec<u8> {
    let mut picture = template.to_vec();
    let counter = three(reads as usize);
    if let Some(at) = sdm.uid {
        put(&mut picture, at, uid);
    }
    if let Some(at) = sdm.counter {
        let [low, middle, high] = counter;
        put(&mut picture, at, &[high, middle, low]); // shown most significant byte first
    }
    if let (Some(at), Some(key)) = (sdm.picc_data, meta) {
        put(&mut picture, at, &picc_data(key, sdm.options, uid, &counter, &random));
    }
    let Some(file) = file else { return picture };
    let shown = |option: u8, bytes: &[u8]| if sdm.options & option != 0 { bytes.to_vec() } else { Vec::new() };
    let [enc, mac] = session(file, &shown(UID, uid), &shown(COUNTER, &counter));
    if let Some((at, length)) = sdm.enciphered {
        // the first half of the place holds what is shown enciphered
        let plain = template.get(at..at + length / 2).unwrap_or_default();
        put(&mut picture, at, &file_data(&enc, &counter, plain));
    }
    if let (Some(from), Some(at)) = (sdm.mac_input, sdm.mac) {
        let shown = mac.short_mac(picture.get(from..at).unwrap_or_default());
        put(&mut picture, at, &shown);
    }
    picture
}

/// Hexadecimal capitals, written over what is there.
fn put(picture: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in picture.iter_mut().skip(at).zip(hex::text(bytes).bytes()) {
        *to = from;
    }
}

/// PICCENCData: tag (80 UID, 40 counter, low nibble length of the UID), what the tag says, random bytes.
pub(crate) fn picc_data(key: &Cipher, options: u8, uid: &[u8; 7], counter: &[u8; 3], random: &[u8; 16]) -> Vec<u8> {
    let mut block = vec![options & (UID | COUNTER) | if options & UID != 0 { 0x07 } else { 0x00 }];
    if options & UID != 0 {
        block.extend_from_slice(uid);
    }
    if options & COUNTER != 0 {
        block.extend_from_slice(counter);
    }
    block.extend_from_slice(&random[block.len()..]);
    key.cbc_encipher(&mut key.zero_iv(), &mut block);
    block
}

/// SesSDMFileReadENC and SesSDMFileReadMAC.
pub(crate) fn session(key: &Cipher, uid: &[u8], counter: &[u8]) -> [Cipher; 2] {
    [[0xC3, 0x3C], [0x3C, 0xC3]].map(|label| {
        let mut vector = [&label[..], &[0x00, 0x01, 0x00, 0x80], uid, counter].concat();
        pad_00(&mut vector, 16);
        Cipher::of(KeyType::Aes, &key.cmac(&vector))
    })
}

/// Part of the file, enciphered with an IV made of the counter.
pub(crate) fn file_data(enc: &Cipher, counter: &[u8; 3], plain: &[u8]) -> Vec<u8> {
    let mut iv = counter.to_vec();
    pad_00(&mut iv, 16);
    enc.cbc_encipher(&mut [0; 16], &mut iv);
    let mut data = plain.to_vec();
    enc.cbc_encipher(&mut iv, &mut data);
    data
}
