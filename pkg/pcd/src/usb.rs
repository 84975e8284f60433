//! What goes over the bus, and the standard descriptors (USB 2.0 chapter 9).

/// The eight bytes that begin a control transfer (USB 2.0 §9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// bmRequestType: bit 7 device to host, bits 5-6 standard, class or vendor, bits 0-4 recipient.
    pub request_type: u8,
    /// bRequest.
    pub request: u8,
    /// wValue.
    pub value: u16,
    /// wIndex.
    pub index: u16,
    /// wLength: most bytes that the host takes, or those that it sends.
    pub length: u16,
}

/// How a control or OUT transfer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Done; holds what came in, nothing for OUT.
    Data(Vec<u8>),
    /// The endpoint is halted, or the request not known.
    Stall,
    /// The device is not plugged in.
    Gone,
}

/// How an IN transfer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Completed: full, or ended by a short packet. A zero-length packet alone gives no bytes.
    Data(Vec<u8>),
    /// The device has not sent enough to complete it.
    Pending,
    /// A packet did not fit into what was left of the transfer; its bytes are lost.
    Babble,
    /// The endpoint is halted.
    Stall,
    /// The device is not plugged in.
    Gone,
}

/// An endpoint of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// bEndpointAddress; bit 7 set for IN.
    pub address: u8,
    /// Interrupt instead of bulk.
    pub interrupt: bool,
    /// wMaxPacketSize.
    pub packet: u16,
}

impl Endpoint {
    pub(crate) const fn bulk(address: u8, packet: u16) -> Self {
        Self { address, interrupt: false, packet }
    }

    pub(crate) const fn interrupt(address: u8, packet: u16) -> Self {
        Self { address, interrupt: true, packet }
    }

    fn descriptor(self) -> [u8; 7] {
        let [low, high] = self.packet.to_le_bytes();
        let (kind, interval) = if self.interrupt { (0x03, 0x10) } else { (0x02, 0x00) };
        [0x07, 0x05, self.address, kind, low, high, interval] // USB 2.0 §9.6.6
    }
}

/// An interface without alternate settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// bInterfaceClass; subclass and protocol are 00.
    pub class: u8,
    /// In the order of their descriptors.
    pub endpoints: Vec<Endpoint>,
    /// Class-specific descriptor, empty for none.
    pub functional: Vec<u8>,
    /// Some firmware attaches the class descriptor to the last endpoint.
    pub functional_last: bool,
}

/// Who the device says that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub vendor_id: u16,
    pub product_id: u16,
    /// bcdDevice.
    pub release: u16,
    pub manufacturer: &'static str,
    pub product: &'static str,
    pub serial: &'static str,
}

impl Identity {
    /// USB 2.0 §9.6.1.
    pub(crate) fn descriptor(&self) -> Vec<u8> {
        let mut bytes = vec![0x12, 0x01, 0x00, 0x02, 0x00, 0x00, 0x00, 0x40];
        for field in [self.vendor_id, self.product_id, self.release] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend([0x01, 0x02, if self.serial.is_empty() { 0x00 } else { 0x03 }, 0x01]);
        bytes
    }

    /// USB 2.0 §9.6.7; index 0 lists the languages.
    pub(crate) fn string(&self, index: u8) -> Option<Vec<u8>> {
        let text = match index {
            0 => return Some(vec![0x04, 0x03, 0x09, 0x04]),
            1 => self.manufacturer,
            2 => self.product,
            3 if !self.serial.is_empty() => self.serial,
            _ => return None,
        };
        let units: Vec<u8> = text.encode_utf16().take(126).flat_map(u16::to_le_bytes).collect();
        let length = u8::try_from(units.len().saturating_add(2)).ok()?;
        Some([&[length, 0x03], &units[..]].concat())
    }
}

/// The whole configuration 1 (USB 2.0 §9.6.3): itself, interfaces, class descriptors and endpoints.
pub(crate) fn configuration(interfaces: &[Interface]) -> Vec<u8> {
    let mut body = Vec::new();
    for (number, interface) in (0u8..).zip(interfaces) {
        let count = u8::try_from(interface.endpoints.len()).unwrap_or_default();
        body.extend([0x09, 0x04, number, 0x00, count, interface.class, 0x00, 0x00, 0x00]);
        let endpoints = interface.endpoints.iter().flat_map(|endpoint| endpoint.descriptor());
        if interface.functional_last {
            body.extend(endpoints);
            body.extend(&interface.functional);
        } else {
            body.extend(&interface.functional);
            body.extend(endpoints);
        }
    }
    let total = u16::try_from(body.len().saturating_add(9)).unwrap_or(u16::MAX).to_le_bytes();
    let count = u8::try_from(interfaces.len()).unwrap_or_default();
    let mut bytes = vec![0x09, 0x02, total[0], total[1], count, 0x01, 0x00, 0x80, 0x32];
    bytes.append(&mut body);
    bytes
}
