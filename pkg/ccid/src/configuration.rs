//! A configuration descriptor, read as WebUSB lets a page read it: whole, with the class descriptors that its objects leave out.

use crate::Descriptor;
use crate::descriptor::{LENGTH, TYPE};

/// Class of an interface that browsers keep for themselves.
pub const SMART_CARD: u8 = 0x0B;
/// Class of an interface that belongs to its vendor.
pub const VENDOR: u8 = 0xFF;

/// One interface (its first setting), with what a driver needs of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// bInterfaceNumber.
    pub number: u8,
    /// bInterfaceClass.
    pub class: u8,
    /// bInterfaceSubClass.
    pub subclass: u8,
    /// Bulk IN endpoint and its packet size.
    pub bulk_in: Option<(u8, u16)>,
    /// Bulk OUT endpoint and its packet size.
    pub bulk_out: Option<(u8, u16)>,
    /// Interrupt IN endpoint and its packet size.
    pub interrupt: Option<(u8, u16)>,
    /// The class descriptor, where there is one: before the endpoints or, as some firmware has it, behind them.
    pub ccid: Option<Descriptor>,
}

impl Interface {
    /// Whether it speaks CCID: it has the descriptor and both pipes, and it is of the class or of its vendor's.
    pub fn is_ccid(&self) -> bool {
        matches!(self.class, SMART_CARD | VENDOR)
            && self.ccid.is_some()
            && self.bulk_in.is_some()
            && self.bulk_out.is_some()
    }
}

const INTERFACE: u8 = 0x04;
const ENDPOINT: u8 = 0x05;
const BULK: u8 = 0x02;
const INTERRUPT: u8 = 0x03;

/// All interfaces of a configuration descriptor, as far as it can be read. Of each, the first alternate setting.
pub fn interfaces(configuration: &[u8]) -> Vec<Interface> {
    let mut all: Vec<Interface> = Vec::new();
    let mut alternate = false;
    let mut rest = configuration;
    // a length below two would go on for ever
    while let [length, kind, ..] = *rest {
        if length < 2 {
            break;
        }
        let Some((descriptor, after)) = rest.split_at_checked(usize::from(length)) else { break };
        rest = after;
        match (kind, descriptor) {
            (INTERFACE, [_, _, number, setting, _, class, subclass, ..]) => {
                alternate = *setting != 0;
                if !alternate {
                    all.push(Interface { number: *number, class: *class, subclass: *subclass, ..Interface::default() });
                }
            }
            (ENDPOINT, [_, _, address, attributes, low, high, ..]) if !alternate => {
                let Some(interface) = all.last_mut() else { continue };
                let end = Some((*address, u16::from_le_bytes([*low, *high]) & 0x07FF));
                match (attributes & 0x03, address & 0x80 != 0) {
                    (BULK, true) => interface.bulk_in = interface.bulk_in.or(end),
                    (BULK, false) => interface.bulk_out = interface.bulk_out.or(end),
                    (INTERRUPT, true) => interface.interrupt = interface.interrupt.or(end),
                    _ => {}
                }
            }
            (TYPE, _) if !alternate && length == LENGTH => {
                if let Some(interface) = all.last_mut() {
                    interface.ccid = interface.ccid.or(Descriptor::parse(descriptor));
                }
            }
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_of_no_length_ends_the_reading() {
        assert_eq!(interfaces(&[0x09, 0x02, 0x20, 0x00, 0x01, 0x01, 0x00, 0x80, 0x32, 0x00, 0x04]), []);
        assert_eq!(interfaces(&[0x01, 0x04]), []);
        assert_eq!(interfaces(&[0xFF]), []);
        assert_eq!(interfaces(&[]), []);
    }
}
