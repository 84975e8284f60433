//! What tells the generations apart.
use serde::{Deserialize, Serialize};

/// Generation of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// MIFARE DESFire EV1.
    Ev1,
    /// MIFARE DESFire EV2.
    Ev2,
    /// MIFARE DESFire EV3.
    Ev3,
}

/// Size of the non-volatile memory, as it is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Memory {
    /// 2 KB.
    #[serde(rename = "2k")]
    K2,
    /// 4 KB.
    #[serde(rename = "4k")]
    K4,
    /// 8 KB.
    #[serde(rename = "8k")]
    K8,
    /// 16 KB.
    #[serde(rename = "16k")]
    K16,
}

impl Memory {
    /// Bytes that files and applications can take. A 4 KB card has been seen with 5120 bytes free.
    pub fn bytes(self) -> u32 {
        match self {
            Self::K2 => 2560,
            Self::K4 => 5120,
            Self::K8 => 8192,
            Self::K16 => 16384,
        }
    }

    /// Storage size byte of GetVersion: 2^(n >> 1) bytes, odd where there is somewhat more.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::K2 => 0x16,
            Self::K4 => 0x18,
            Self::K8 => 0x1A,
            Self::K16 => 0x1C,
        }
    }
}

impl Model {
    /// Hardware version: major and minor byte of GetVersion's first part.
    pub(crate) fn hardware(self, memory: Memory) -> [u8; 2] {
        match (self, memory) {
            (Self::Ev1, _) => [0x01, 0x00],
            (Self::Ev2, Memory::K16) => [0x22, 0x00], // EV2 XL
            (Self::Ev2, _) => [0x12, 0x00],
            (Self::Ev3, _) => [0x33, 0x00],
        }
    }

    /// Software version: major and minor byte of GetVersion's second part.
    pub(crate) fn software(self) -> [u8; 2] {
        match self {
            Self::Ev1 => [0x01, 0x04],
            Self::Ev2 => [0x02, 0x01],
            Self::Ev3 => [0x03, 0x00],
        }
    }

    /// ATS as shipped. T0's low nibble is the frame size: 64, 128 or 256 bytes.
    pub(crate) fn ats(self) -> [u8; 6] {
        let t0 = match self {
            Self::Ev1 => 0x75,
            Self::Ev2 => 0x77,
            Self::Ev3 => 0x78,
        };
        [0x06, t0, 0x77, 0x81, 0x02, 0x80]
    }

    /// Longest frame of the application layer: the frame of ISO/IEC 14443-4 without prologue and checksum. On EV1, 60
    /// bytes: a status and 59 bytes of data.
    pub(crate) fn frame(self) -> usize {
        match self {
            Self::Ev1 => 60,
            Self::Ev2 => 124,
            Self::Ev3 => 252,
        }
    }

    /// Most applications; from EV2 on only the memory limits them.
    pub(crate) fn applications(self) -> usize {
        match self {
            Self::Ev1 => 28,
            Self::Ev2 | Self::Ev3 => usize::MAX,
        }
    }
}
