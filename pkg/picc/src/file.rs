//! Files: what they hold, who may use them, how they speak.
use crate::messaging::Mode;
use crate::state::{BLOCK, Bytes};
use serde::{Deserialize, Serialize};

/// Whoever holds it: everybody.
pub(crate) const FREE: u8 = 0x0E;
/// Whoever holds it: nobody.
pub(crate) const NEVER: u8 = 0x0F;

/// Four rights of four bits: Read, Write, ReadWrite, Change, from the top; a key number, E or F.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Rights(pub u16);

impl Rights {
    fn nibble(self, shift: u32) -> u8 {
        u8::try_from(self.0 >> shift & 0x0F).unwrap_or(NEVER)
    }
    pub fn read(self) -> u8 {
        self.nibble(12)
    }
    pub fn write(self) -> u8 {
        self.nibble(8)
    }
    pub fn read_write(self) -> u8 {
        self.nibble(4)
    }
    pub fn change(self) -> u8 {
        self.nibble(0)
    }
}

/// What a command wants of a file; each is opened by several rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Read,
    Write,
    GetValue,
    Debit,
    LimitedCredit,
    Credit,
    Clear,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct File {
    pub iso: Option<u16>,
    /// Communication: the two lowest bits of FileOption.
    pub option: u8,
    /// Created with FileOption bit 40: SDM may be switched on.
    pub sdm_possible: bool,
    pub rights: Rights,
    /// Additional access rights (EV2 on).
    pub more: Vec<Rights>,
    pub content: Content,
    /// Writes of each page of 32 bytes.
    pub pages: Vec<u32>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    Standard { data: Bytes, sdm: Option<Sdm> },
    Backup { data: Bytes },
    Value(Value),
    Records(Records),
    TransactionMac(TransactionMac),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Value {
    pub lower: i32,
    pub upper: i32,
    pub value: i32,
    /// What LimitedCredit may still give back.
    pub limited: i32,
    /// Bit 0: LimitedCredit enabled; bit 1: GetValue is free.
    pub options: u8,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Records {
    pub cyclic: bool,
    /// Bytes of a record.
    pub size: usize,
    /// As created; a cyclic file keeps one less.
    pub max: usize,
    /// Oldest first.
    pub records: Vec<Bytes>,
}

impl Records {
    /// Records that can be kept: a cyclic file needs one for the transaction.
    pub fn capacity(&self) -> usize {
        if self.cyclic { self.max.saturating_sub(1) } else { self.max }
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TransactionMac {
    pub key: Bytes,
    pub version: u8,
    pub key_option: u8,
    pub counter: u32,
    /// TMCLimit (EV3): no commit beyond it.
    #[serde(default)]
    pub limit: Option<u32>,
    #[serde(with = "crate::hex")]
    pub value: [u8; 8],
    /// Identity of the reader that committed last.
    #[serde(with = "crate::hex")]
    pub reader: [u8; 16],
}

/// Secure dynamic messaging of a file; offsets and lengths in bytes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sdm {
    /// 80 UID, 40 counter, 20 counter limit, 10 enciphered file data, 01 ASCII.
    pub options: u8,
    /// MetaRead, FileRead, F, CtrRet.
    pub rights: Rights,
    pub uid: Option<usize>,
    pub counter: Option<usize>,
    pub picc_data: Option<usize>,
    pub mac_input: Option<usize>,
    /// Offset and length.
    pub enciphered: Option<(usize, usize)>,
    pub mac: Option<usize>,
    pub limit: Option<usize>,
    /// Reads so far, 24 bits.
    pub reads: u32,
}

impl File {
    pub fn new(iso: Option<u16>, option: u8, rights: Rights, content: Content) -> Self {
        let pages = content.size().div_ceil(BLOCK as usize).max(1);
        Self { iso, option, sdm_possible: false, rights, more: Vec::new(), content, pages: vec![0; pages] }
    }

    /// Communication mode, from the option's two lowest bits; 02 is plain as 00 is.
    pub fn mode(&self) -> Mode {
        match self.option & 0x03 {
            0x01 => Mode::Mac,
            0x03 => Mode::Full,
            _ => Mode::Plain,
        }
    }

    /// Who may use the file so: key numbers, E for everybody.
    pub fn holders(&self, usage: Use) -> Vec<u8> {
        let sets = std::iter::once(&self.rights).chain(&self.more);
        sets.flat_map(|rights| match usage {
            Use::Read => vec![rights.read(), rights.read_write()],
            Use::Write | Use::LimitedCredit => vec![rights.write(), rights.read_write()],
            Use::GetValue | Use::Debit => vec![rights.read(), rights.write(), rights.read_write()],
            Use::Credit | Use::Clear => vec![rights.read_write()],
        })
        .collect()
    }

    /// Counts a write of a range of bytes.
    pub fn wrote(&mut self, from: usize, length: usize) {
        let page = BLOCK as usize;
        let last = (from + length.max(1) - 1) / page;
        for count in self.pages.iter_mut().take(last + 1).skip(from / page) {
            *count = count.saturating_add(1);
        }
    }
}

impl Content {
    /// File type of GetFileSettings.
    pub fn kind(&self) -> u8 {
        match self {
            Self::Standard { .. } => 0x00,
            Self::Backup { .. } => 0x01,
            Self::Value(_) => 0x02,
            Self::Records(Records { cyclic: false, .. }) => 0x03,
            Self::Records(Records { cyclic: true, .. }) => 0x04,
            Self::TransactionMac(_) => 0x05,
        }
    }

    /// Bytes of user data.
    pub fn size(&self) -> usize {
        match self {
            Self::Standard { data, .. } | Self::Backup { data } => data.len(),
            Self::Value(_) => 4,
            Self::Records(records) => records.size.saturating_mul(records.max),
            Self::TransactionMac(_) => 12,
        }
    }

    /// Bytes of memory: a block for the settings, then the data, twice where there is a backup.
    pub fn footprint(&self) -> u32 {
        let data = u32::try_from(self.size()).unwrap_or(u32::MAX).div_ceil(BLOCK).saturating_mul(BLOCK);
        let data = if matches!(self, Self::Backup { .. }) { data.saturating_mul(2) } else { data };
        data.saturating_add(BLOCK)
    }
}
