//! Products with a chip of this family.
use crate::usb::Identity;

/// The chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// NXP PN532, which ACR122U has behind its pseudo-APDUs.
    Pn532,
    /// NXP PN533.
    Pn533,
    /// Sony RC-S956, a relative of PN533 with ResetMode.
    RcS956,
}

/// A reader that carries such a chip directly on USB: interface class FF, endpoints 04 and 84.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pn53x {
    /// idVendor.
    pub vendor_id: u16,
    /// idProduct.
    pub product_id: u16,
    /// iManufacturer.
    pub manufacturer: &'static str,
    /// iProduct.
    pub product: &'static str,
    /// The chip.
    pub chip: Chip,
}

impl Pn53x {
    /// SCM SCL3711.
    pub fn scl3711() -> Self {
        Self {
            vendor_id: 0x04E6,
            product_id: 0x5591,
            manufacturer: "SCM Micro",
            product: "SCL3711-NFC&RW",
            chip: Chip::Pn533,
        }
    }

    /// NXP PN533 demonstration board.
    pub fn pn533() -> Self {
        Self { vendor_id: 0x04CC, product_id: 0x2533, manufacturer: "NXP", product: "PN533", chip: Chip::Pn533 }
    }

    /// Sony RC-S330.
    pub fn rcs330() -> Self {
        Self {
            vendor_id: 0x054C,
            product_id: 0x02E1,
            manufacturer: "Sony",
            product: "FeliCa Port/PaSoRi",
            chip: Chip::RcS956,
        }
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity {
            vendor_id: self.vendor_id,
            product_id: self.product_id,
            release: 0x0207,
            manufacturer: self.manufacturer,
            product: self.product,
            serial: "",
        }
    }
}

impl Chip {
    /// IC, version, revision and support, as GetFirmwareVersion tells.
    pub(crate) fn version(self) -> [u8; 4] {
        match self {
            Self::Pn532 => [0x32, 0x01, 0x06, 0x07],
            Self::Pn533 => [0x33, 0x02, 0x07, 0x07],
            Self::RcS956 => [0x33, 0x01, 0x30, 0x07],
        }
    }
}
