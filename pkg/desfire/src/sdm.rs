//! Secure Dynamic Messaging: a file whose reading shows who was read, how often, and a MAC over it (NXP AN12196). A phone opens
//! such a file as a link, and whoever has the keys can tell a genuine tap from a copy.

use cmac::{Cmac, KeyInit as _, Mac as _};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::cipher::{Block, Iv};
use crate::error::{Check, Error};
use crate::key::{Key, KeyType};
use crate::session::truncated;
use crate::types::{Fields, KeyNo, Right, U24};

/// What of the card is shown in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PiccData {
    /// Nothing.
    Hidden {
        /// Whether the identifier counts in the keys of the MAC all the same.
        uid: bool,
        /// Whether the counter does.
        counter: bool,
    },
    /// In clear, each where it is told.
    Plain {
        /// Where the identifier stands, 14 characters.
        uid: Option<U24>,
        /// Where the counter stands, 6 characters.
        counter: Option<U24>,
    },
    /// Enciphered, 32 characters.
    Encrypted {
        /// Number of the SDMMetaRead key.
        key: KeyNo,
        /// Where it stands.
        offset: U24,
        /// Whether the identifier is in it.
        uid: bool,
        /// Whether the counter is in it.
        counter: bool,
    },
}

/// What of the file is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protected {
    /// Number of the SDMFileRead key.
    pub key: KeyNo,
    /// From here on the MAC covers what is read.
    pub mac_input: U24,
    /// Where the MAC stands, 16 characters.
    pub mac: U24,
    /// Where enciphered file data stand, and how many characters they have.
    pub encrypted: Option<(U24, U24)>,
}

/// The part of a file's settings that is about Secure Dynamic Messaging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SdmSettings {
    /// What of the card is shown.
    pub picc: PiccData,
    /// What of the file is protected.
    pub protected: Option<Protected>,
    /// Who may read the counter.
    pub counter_read: Right,
    /// After so many taps the file cannot be read any more.
    pub counter_limit: Option<U24>,
}

const UID: u8 = 0x80;
const COUNTER: u8 = 0x40;
const LIMIT: u8 = 0x20;
const FILE: u8 = 0x10;
const ASCII: u8 = 0x01;

impl SdmSettings {
    pub(crate) fn wire(&self) -> Vec<u8> {
        let (uid, counter, meta) = match self.picc {
            PiccData::Hidden { uid, counter } => (uid, counter, Right::Never),
            PiccData::Plain { uid, counter } => (uid.is_some(), counter.is_some(), Right::Free),
            PiccData::Encrypted { key, uid, counter, .. } => (uid, counter, Right::Key(key)),
        };
        let file = self.protected.map_or(Right::Never, |protected| Right::Key(protected.key));
        let encrypted = self.protected.and_then(|protected| protected.encrypted);
        let flag = |set: bool, bit: u8| if set { bit } else { 0x00 };
        let options = ASCII
            | flag(uid, UID)
            | flag(counter, COUNTER)
            | flag(self.counter_limit.is_some(), LIMIT)
            | flag(encrypted.is_some(), FILE);
        let mut bytes =
            vec![options, Right::Never.nibble() << 4 | self.counter_read.nibble(), meta.nibble() << 4 | file.nibble()];
        match self.picc {
            PiccData::Hidden { .. } => {}
            PiccData::Plain { uid, counter } => {
                bytes.extend(uid.into_iter().chain(counter).flat_map(U24::wire));
            }
            PiccData::Encrypted { offset, .. } => bytes.extend(offset.wire()),
        }
        if let Some(protected) = self.protected {
            bytes.extend(protected.mac_input.wire());
            bytes.extend(encrypted.into_iter().flat_map(|(offset, length)| [offset.wire(), length.wire()]).flatten());
            bytes.extend(protected.mac.wire());
        }
        bytes.extend(self.counter_limit.into_iter().flat_map(U24::wire));
        bytes
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let options = fields.u8()?;
        let [low, high] = fields.take::<2>()?;
        let (meta, file) = (Right::from_nibble(high >> 4), Right::from_nibble(high));
        let has = |bit: u8| options & bit != 0;
        let place = |fields: &mut Fields<'_>| fields.u24().map(|value| U24::new(value).unwrap_or_default());
        let picc = match meta {
            Right::Never => PiccData::Hidden { uid: has(UID), counter: has(COUNTER) },
            Right::Free => PiccData::Plain {
                uid: has(UID).then(|| place(fields)).transpose()?,
                counter: has(COUNTER).then(|| place(fields)).transpose()?,
            },
            Right::Key(key) => {
                PiccData::Encrypted { key, offset: place(fields)?, uid: has(UID), counter: has(COUNTER) }
            }
        };
        let protected = match file {
            Right::Never => None,
            Right::Free => return Err(Error::Value("the SDM file read right")),
            Right::Key(key) => {
                let mac_input = place(fields)?;
                let encrypted = has(FILE).then(|| Ok::<_, Error>((place(fields)?, place(fields)?))).transpose()?;
                Some(Protected { key, mac_input, mac: place(fields)?, encrypted })
            }
        };
        let counter_limit = has(LIMIT).then(|| place(fields)).transpose()?;
        Ok(SdmSettings { picc, protected, counter_read: Right::from_nibble(low), counter_limit })
    }
}

/// Who was tapped, and how often before: what the file is set to show of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tap {
    /// The identifier.
    pub uid: Option<[u8; 7]>,
    /// SDMReadCtr: rises with each tap. One that is not higher than the last is a copy or an old tap.
    pub counter: Option<u32>,
}

impl Tap {
    fn counter_bytes(&self) -> Option<[u8; 3]> {
        self.counter.map(|counter| {
            let [low, middle, high, _] = counter.to_le_bytes();
            [low, middle, high]
        })
    }
}

/// Deciphers PICCENCData. Whether it is true only the MAC tells.
///
/// # Errors
/// [`Error::KeyType`] for a key that is not AES; [`Error::Value`] when it holds something else: a wrong key, or no card of ours.
pub fn open_picc_data(meta_read: &Key, data: &[u8; 16]) -> Result<Tap, Error> {
    if meta_read.kind() != KeyType::Aes {
        return Err(Error::KeyType);
    }
    let mut plain = *data;
    Block::new(meta_read).cbc_decrypt(&mut Iv::default(), &mut plain);
    let mut fields = Fields::new("the card's data", &plain);
    let tag = fields.u8()?;
    // bit 7: an identifier, of as many bytes as the low nibble says; bit 6: the counter
    if !matches!(tag, 0xC7 | 0x87 | 0x40) {
        return Err(Error::Value("the tag of the card's data"));
    }
    let uid = (tag & UID != 0).then(|| fields.take()).transpose()?;
    let counter = (tag & COUNTER != 0).then(|| fields.u24()).transpose()?;
    Ok(Tap { uid, counter })
}

/// What the keys of one tap are derived with: the SDMFileRead key, and who was tapped.
pub struct TapKeys {
    file_read: Cmac<aes::Aes128>,
    tap: Tap,
}

impl TapKeys {
    /// From the SDMFileRead key.
    ///
    /// # Errors
    /// [`Error::KeyType`] for a key that is not AES.
    pub fn new(file_read: &Key, tap: Tap) -> Result<Self, Error> {
        if file_read.kind() != KeyType::Aes {
            return Err(Error::KeyType);
        }
        let mut key = Zeroizing::new([0; 16]);
        key.copy_from_slice(file_read.stored());
        Ok(TapKeys { file_read: Cmac::new((&*key).into()), tap })
    }

    /// SesSDMFileReadENCKey.
    fn enc(&self) -> Zeroizing<[u8; 16]> {
        self.derive([0xC3, 0x3C])
    }

    /// SesSDMFileReadMACKey.
    fn mac(&self) -> Zeroizing<[u8; 16]> {
        self.derive([0x3C, 0xC3])
    }

    fn derive(&self, label: [u8; 2]) -> Zeroizing<[u8; 16]> {
        let mut mac = self.file_read.clone();
        mac.update(&label);
        mac.update(&[0x00, 0x01, 0x00, 0x80]);
        let (uid, counter) = (self.tap.uid, self.tap.counter_bytes());
        // what is not shown takes no place; zeros fill the block
        let parts = [uid.as_ref().map(<[u8; 7]>::as_slice), counter.as_ref().map(<[u8; 3]>::as_slice)];
        let shown: usize = parts.iter().flatten().map(|part| part.len()).sum();
        parts.into_iter().flatten().for_each(|part| mac.update(part));
        mac.update(&[0; 10][..10 - shown]);
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    /// Verifies the MAC over what was read between the two offsets, as the characters that were read.
    ///
    /// # Errors
    /// [`Error::Integrity`].
    pub fn verify(&self, input: &[u8], mac: &[u8; 8]) -> Result<(), Error> {
        let mut cmac = Cmac::<aes::Aes128>::new((&*self.mac()).into());
        cmac.update(input);
        let found = truncated(&cmac.finalize().into_bytes());
        if found.ct_eq(mac).into() { Ok(()) } else { Err(Error::Integrity(Check::Mac)) }
    }

    /// Deciphers file data, after [`TapKeys::verify`].
    ///
    /// # Errors
    /// [`Error::Length`] for anything but whole blocks.
    pub fn open(&self, data: &[u8]) -> Result<Vec<u8>, Error> {
        if !data.len().is_multiple_of(16) {
            return Err(Error::Length {
                what: "enciphered file data",
                expected: data.len().next_multiple_of(16),
                found: data.len(),
            });
        }
        let block = Block::of(KeyType::Aes, &*self.enc());
        let mut first = [0; 16];
        first[..3].copy_from_slice(&self.tap.counter_bytes().unwrap_or_default());
        let mut iv = Iv::default();
        block.cbc_encrypt(&mut iv, &mut first);
        let mut plain = data.to_vec();
        block.cbc_decrypt(&mut iv, &mut plain);
        Ok(plain)
    }
}

/// What a card with these keys would show of a tap, for who needs many taps and has no card: enciphered data and MAC, in hexadecimal,
/// the MAC over `input` between the two.
///
/// # Errors
/// [`Error::KeyType`] for keys that are not AES.
#[cfg(any(test, feature = "proof"))]
pub fn make_sun(
    meta_read: &Key,
    file_read: &Key,
    (uid, counter): ([u8; 7], u32),
    input: &str,
) -> Result<(String, String), Error> {
    if meta_read.kind() != KeyType::Aes {
        return Err(Error::KeyType);
    }
    let tap = Tap { uid: Some(uid), counter: Some(counter) };
    let mut data = [0; 16];
    data[0] = UID | COUNTER | 7;
    data[1..8].copy_from_slice(&uid);
    data[8..11].copy_from_slice(&tap.counter_bytes().unwrap_or_default());
    Block::new(meta_read).cbc_encrypt(&mut Iv::default(), &mut data);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let data = hex(&data);
    let mut cmac = Cmac::<aes::Aes128>::new((&*TapKeys::new(file_read, tap)?.mac()).into());
    cmac.update(data.as_bytes());
    cmac.update(input.as_bytes());
    Ok((data, hex(&truncated(&cmac.finalize().into_bytes()))))
}

#[cfg(any(test, feature = "proof"))]
impl TapKeys {
    pub(crate) fn shown(&self) -> ([u8; 16], [u8; 16]) {
        (*self.enc(), *self.mac())
    }
}

/// A whole SUN message with enciphered card data and MAC: who was tapped. Whoever needs an identifier or a counter refuses a tap
/// without it.
///
/// # Errors
/// [`Error::KeyType`], [`Error::Value`], [`Error::Integrity`].
pub fn verify_sun(
    meta_read: &Key,
    file_read: &Key,
    picc_data: &[u8; 16],
    mac_input: &[u8],
    mac: &[u8; 8],
) -> Result<Tap, Error> {
    let tap = open_picc_data(meta_read, picc_data)?;
    TapKeys::new(file_read, tap)?.verify(mac_input, mac)?;
    Ok(tap)
}
