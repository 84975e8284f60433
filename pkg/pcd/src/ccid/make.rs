//! What tells CCID readers apart.
use crate::pipe::Ending;
use crate::usb::Identity;

/// Bits of dwFeatures (CCID §5.1).
pub mod feature {
    /// Parameters are set from the ATR.
    pub const AUTO_ATR: u32 = 0x02;
    /// The card is activated on insertion.
    pub const AUTO_ACTIVATION: u32 = 0x04;
    /// The voltage is found by the reader.
    pub const AUTO_VOLTAGE: u32 = 0x08;
    /// IFSD is negotiated by the reader.
    pub const AUTO_IFSD: u32 = 0x400;
    /// Level of exchange: TPDU.
    pub const TPDU: u32 = 0x1_0000;
    /// Level of exchange: short APDU.
    pub const SHORT_APDU: u32 = 0x2_0000;
    /// Level of exchange: short and extended APDU.
    pub const EXTENDED_APDU: u32 = 0x4_0000;
}

/// Commands of its own that a reader has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// FF CA alone (PC/SC part 3).
    Standard,
    /// A PN532 behind pseudo-APDUs FF 00, which work without a card, also by Escape.
    Acr122,
}

/// Where firmware departs from the specification or uses its liberties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// The class descriptor comes behind the endpoints.
    pub descriptor_last: bool,
    /// There is no interrupt endpoint.
    pub no_interrupt: bool,
    /// What ends a message of whole packets.
    pub ending: Ending,
    /// Every answer is sent twice.
    pub duplicates: bool,
    /// Before every answer, the previous one is sent again, with its old bSeq.
    pub stale: bool,
    /// Time extensions (bStatus 80) before each DataBlock that answers XfrBlock.
    pub time_extensions: u8,
    /// bError of time extensions: the multiplier of the block waiting time.
    pub multiplier: u8,
    /// IccPowerOn fails until GetSlotStatus has been asked.
    pub status_first: bool,
    /// Microseconds that GetSlotStatus takes.
    pub status_takes: u64,
    /// GetSlotStatus without a card fails with FE, instead of telling it in bmICCStatus alone.
    pub status_fails: bool,
    /// HardwareError (51) and a message of the maker's own precede NotifySlotChange.
    pub other_interrupts: bool,
    /// At the level of short APDUs, answers come in pieces of that many bytes, with bChainParameter.
    pub chained_answers: Option<usize>,
    /// Voltages at which the card answers, as in bVoltageSupport; others are answered by ICC mute.
    pub volts: u8,
    /// Microseconds until the reader notices that the card has gone; meanwhile it is told as present and mute.
    pub removal_takes: u64,
    /// Answers of the card that are longer are lost: the command fails with ICC mute.
    pub longest_answer: Option<usize>,
    /// The ATR's historical bytes are the whole ATS.
    pub whole_ats: bool,
    /// bChainParameter of the empty DataBlock that asks for more of a command: 10 in CCID 1.1, 00 in some firmware.
    pub more: u8,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            descriptor_last: false,
            no_interrupt: false,
            ending: Ending::Zero,
            duplicates: false,
            stale: false,
            time_extensions: 0,
            multiplier: 1,
            status_first: false,
            status_takes: 0,
            status_fails: false,
            other_interrupts: false,
            chained_answers: None,
            volts: 0x07,
            removal_takes: 0,
            longest_answer: None,
            whole_ats: false,
            more: 0x10,
        }
    }
}

/// A CCID reader. The constructors give products; every field may be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ccid {
    /// idVendor.
    pub vendor_id: u16,
    /// idProduct.
    pub product_id: u16,
    /// iManufacturer.
    pub manufacturer: &'static str,
    /// iProduct.
    pub product: &'static str,
    /// bInterfaceClass: 0B, or FF for a vendor's interface that speaks CCID.
    pub class: u8,
    /// dwFeatures.
    pub features: u32,
    /// dwMaxCCIDMessageLength.
    pub max_message: u32,
    /// bMaxSlotIndex; slots other than the contactless one are empty SAM slots.
    pub max_slot_index: u8,
    /// The contactless slot.
    pub slot: u8,
    /// bVoltageSupport: 01 5 V, 02 3 V, 04 1.8 V.
    pub voltages: u8,
    /// Commands of its own.
    pub dialect: Dialect,
    /// Departures.
    pub quirks: Quirks,
}

impl Ccid {
    fn new(ids: (u16, u16), names: (&'static str, &'static str), features: u32, max_message: u32) -> Self {
        Self {
            vendor_id: ids.0,
            product_id: ids.1,
            manufacturer: names.0,
            product: names.1,
            class: 0x0B,
            features,
            max_message,
            max_slot_index: 0,
            slot: 0,
            voltages: 0x07,
            dialect: Dialect::Standard,
            quirks: Quirks::default(),
        }
    }

    /// ACS ACR122U: short APDU without automatic voltage, data in answers that report a missing card; slow to notice
    /// that a card has gone, and losing answers of 256 bytes.
    pub fn acr122u() -> Self {
        let mut make = Self::new((0x072F, 0x2200), ("ACS", "ACR122U PICC Interface"), 0x0002_0040, 271);
        make.dialect = Dialect::Acr122;
        make.quirks.status_fails = true;
        make.quirks.removal_takes = 1_000_000;
        make.quirks.longest_answer = Some(254);
        make
    }

    /// ACS ACR1252U: extended APDU, an empty SAM slot 1.
    pub fn acr1252u() -> Self {
        let mut make = Self::new((0x072F, 0x223B), ("ACS", "ACR1252 Dual Reader"), 0x0004_0040, 522);
        make.max_slot_index = 1;
        make
    }

    /// HID OMNIKEY 5022 CL: extended APDU.
    pub fn omnikey_5022() -> Self {
        Self::new((0x076B, 0x5022), ("HID Global", "OMNIKEY 5022 Smart Card Reader"), 0x0004_04BA, 520)
    }

    /// HID OMNIKEY 5321 CLi: short APDU with chained answers, over an interface of class FF.
    pub fn omnikey_5321_cli() -> Self {
        let mut make = Self::new((0x076B, 0x532A), ("HID Global", "OMNIKEY 5321 CLi"), 0x0002_07B2, 271);
        make.class = 0xFF;
        make.quirks.chained_answers = Some(48);
        make
    }

    /// HID OMNIKEY 5021 CL: T=1 TPDUs, over an interface of class FF.
    pub fn omnikey_5021_cl() -> Self {
        let mut make = Self::new((0x076B, 0x5340), ("HID Global", "OMNIKEY 5021 CL"), 0x0001_03B0, 271);
        make.class = 0xFF;
        make
    }

    /// SCM SCL010: T=1 TPDUs with automatic voltage, over an interface of class FF, the class descriptor at the end.
    pub fn scl010() -> Self {
        let mut make = Self::new((0x04E6, 0x5291), ("SCM Microsystems", "SCL010 Contactless Reader"), 0x0001_007E, 271);
        make.class = 0xFF;
        make.quirks.descriptor_last = true;
        make
    }

    /// DUALi DE-ABCM6: extended APDU, over an interface of class FF, without interrupt endpoint.
    pub fn de_abcm6() -> Self {
        let mut make = Self::new((0x1DB2, 0x0600), ("DUALi", "DE-ABCM6 RFRW"), 0x0004_06BA, 271);
        make.class = 0xFF;
        make.quirks.no_interrupt = true;
        make
    }

    /// Identiv uTrust 3700 F: extended APDU, slow slot status.
    pub fn utrust_3700f() -> Self {
        let mut make = Self::new((0x04E6, 0x5790), ("Identiv", "uTrust 3700 F CL Reader"), 0x0004_04BE, 1034);
        make.quirks.status_takes = 350_000;
        make
    }

    /// Elatec TWN4: messages of 64 bytes force chaining both ways; six slots.
    pub fn twn4() -> Self {
        let mut make = Self::new((0x09D8, 0x0428), ("OEM", "TWN4/B1.06/CCX4.51/S1SC1.32/P"), 0x0004_04B2, 64);
        make.max_slot_index = 5;
        make
    }

    /// SpringCard Puck: the longest messages, two slots.
    pub fn springcard_puck() -> Self {
        let mut make = Self::new((0x1C34, 0x6132), ("SpringCard", "Puck"), 0x0004_047E, 65554);
        make.max_slot_index = 1;
        make
    }

    /// None of the three levels of exchange: characters, which no contactless reader has.
    pub fn character_level() -> Self {
        Self::new((0x08E6, 0x0001), ("Sample", "Character level reader"), 0x0000_0030, 271)
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity {
            vendor_id: self.vendor_id,
            product_id: self.product_id,
            release: 0x0100,
            manufacturer: self.manufacturer,
            product: self.product,
            serial: "",
        }
    }

    /// Whether IccPowerOn leaves the voltage to the reader.
    pub(crate) fn finds_voltage(&self) -> bool {
        self.features & (feature::AUTO_VOLTAGE | feature::AUTO_ACTIVATION) != 0
    }

    /// The class descriptor, 54 bytes (CCID §5.1).
    pub(crate) fn descriptor(&self) -> Vec<u8> {
        let mut bytes = vec![0x36, 0x21, 0x10, 0x01, self.max_slot_index, self.voltages];
        let fields = [
            0x0000_0002, // dwProtocols: T=1
            0x0000_0FA0, // dwDefaultClock, kHz
            0x0000_0FA0,
        ];
        bytes.extend(fields.into_iter().flat_map(u32::to_le_bytes));
        bytes.push(0x00);
        bytes.extend([0x0000_2A00_u32, 0x0003_D090].into_iter().flat_map(u32::to_le_bytes)); // dwDataRate
        bytes.push(0x00);
        let fields = [0x0000_00FE, 0x0000_0000, 0x0000_0000, self.features, self.max_message];
        bytes.extend(fields.into_iter().flat_map(u32::to_le_bytes));
        bytes.extend([0x00, 0x00, 0x00, 0x00, 0x00, 0x01]);
        bytes
    }
}
