//! The class descriptor (CCID rev 1.1 §5.1): what a reader does by itself, and at which level it exchanges.

/// At which level commands are exchanged (dwFeatures, 10000 to 40000).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The host makes characters: not supported here.
    Character,
    /// The host makes blocks of T=1.
    Tpdu,
    /// Short APDUs.
    Short,
    /// Short and extended APDUs.
    Extended,
}

/// The 54 bytes of type 21.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// bMaxSlotIndex: slots, less one.
    pub last_slot: u8,
    /// bVoltageSupport: bit 0 5 V, bit 1 3 V, bit 2 1.8 V.
    pub voltages: u8,
    /// dwProtocols: bit 0 T=0, bit 1 T=1.
    pub protocols: u32,
    /// dwMaxIFSD: most bytes of a T=1 block's information field from the card.
    pub max_ifsd: u32,
    /// dwFeatures.
    pub features: u32,
    /// dwMaxCCIDMessageLength, header included.
    pub max_message: u32,
}

/// Its length and its type, at the beginning.
pub(crate) const LENGTH: u8 = 0x36;
pub(crate) const TYPE: u8 = 0x21;

const AUTOMATIC_ATR: u32 = 0x02;
const AUTOMATIC_ACTIVATION: u32 = 0x04;
const AUTOMATIC_VOLTAGE: u32 = 0x08;
const AUTOMATIC_PPS: u32 = 0x40 | 0x80;
const AUTOMATIC_IFSD: u32 = 0x400;
/// A message that holds its header and one byte.
const LEAST_MESSAGE: u32 = 11;
/// The longest extended APDU, with a header.
const MOST_MESSAGE: u32 = 65_556;

impl Descriptor {
    /// Reads it; `None` for anything that is not 54 bytes of type 21.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LENGTH as usize] = bytes.try_into().ok()?;
        if bytes[0] != LENGTH || bytes[1] != TYPE {
            return None;
        }
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Some(Descriptor {
            last_slot: bytes[4],
            voltages: bytes[5],
            protocols: number(6),
            max_ifsd: number(28),
            features: number(40),
            max_message: number(44).clamp(LEAST_MESSAGE, MOST_MESSAGE),
        })
    }

    /// For an interface without the descriptor that takes nothing but commands for the reader itself, in messages of so many bytes.
    pub fn for_escape(max_message: u32) -> Self {
        Descriptor { last_slot: 0, voltages: 0, protocols: 0, max_ifsd: 0, features: 0x0002_0000, max_message }
    }

    /// The exchange level.
    pub fn level(&self) -> Level {
        match self.features & 0x0007_0000 {
            0x0001_0000 => Level::Tpdu,
            0x0002_0000 => Level::Short,
            0x0000_0000 => Level::Character,
            // 40000, and whatever says more than one
            _ => Level::Extended,
        }
    }

    /// Whether the reader chooses the voltage.
    pub(crate) fn chooses_voltage(&self) -> bool {
        self.features & (AUTOMATIC_VOLTAGE | AUTOMATIC_ACTIVATION) != 0
    }

    /// Whether the reader takes parameters from the ATR by itself.
    pub(crate) fn reads_atr(&self) -> bool {
        self.features & AUTOMATIC_ATR != 0
    }

    /// Whether the reader sends PPS by itself.
    pub(crate) fn sends_pps(&self) -> bool {
        self.features & AUTOMATIC_PPS != 0
    }

    /// Whether the reader announces its IFSD by itself.
    pub(crate) fn sends_ifsd(&self) -> bool {
        self.features & AUTOMATIC_IFSD != 0
    }

    /// Bytes that one message carries.
    pub(crate) fn room(&self) -> usize {
        self.max_message.saturating_sub(10) as usize
    }
}
