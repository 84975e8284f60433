//! Simulated USB readers, packet for packet, with a simulated card before them. PCD (proximity coupling device) is
//! ISO/IEC 14443's word for a reader. Written from the device's side of what is published; it has no clock and no
//! randomness of its own and does no input or output.
//!
//! ```
//! use pcd::{Ccid, Device, Read};
//! use picc::{Card, Memory, Model};
//!
//! let mut device = Device::new(Ccid::omnikey_5022().into(), Box::new(|bytes| bytes.fill(0)));
//! device.insert(Card::new(Model::Ev2, Memory::K8, [4, 1, 2, 3, 4, 5, 6], Box::new(|bytes| bytes.fill(7))));
//! device.write(0x02, &[0x65, 0, 0, 0, 0, 0, 0x2A, 0, 0, 0]); // GetSlotStatus
//! assert_eq!(device.read(0x82, 64), Read::Data(vec![0x81, 0, 0, 0, 0, 0, 0x2A, 0x01, 0, 0]));
//! ```
//!
//! [`Device`] is what a host controller sees: descriptors, control transfers, one OUT or IN transfer at a time.
//! [`Reader`] says which product it is. Time passes by [`Device::advance`] alone; until it is called everything that
//! takes no time is answered at once. [`Faults`] plans what goes wrong, by the number of the transfer.
#![forbid(unsafe_code)]

mod air;
mod ccid;
mod device;
mod faults;
mod firmware;
mod pipe;
mod pn53x;
mod rcs300;
mod rcs380;
mod reader;
mod usb;

pub use air::Pace;
pub use ccid::{Ccid, Dialect, Quirks, feature};
pub use device::Device;
pub use faults::{AirFault, Fault, Faults};
pub use pipe::Ending;
pub use pn53x::{Chip, Pn53x};
pub use rcs300::RcS300;
pub use rcs380::RcS380;
pub use reader::Reader;
pub use usb::{Endpoint, Interface, Read, Setup, Transfer};
