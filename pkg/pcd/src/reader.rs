//! The readers that there are.
use crate::ccid::{Ccid, CcidReader};
use crate::firmware::Firmware;
use crate::pipe::Ending;
use crate::pn53x::{Pn53x, Pn53xReader};
use crate::rcs300::{RcS300, RcS300Reader};
use crate::rcs380::{RcS380, RcS380Reader};
use crate::usb::Identity;

/// A reader's make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// CCID, on an interface of class 0B or FF.
    Ccid(Ccid),
    /// PN533 and its relatives, on an interface of class FF.
    Pn53x(Pn53x),
    /// Sony RC-S300, composite.
    RcS300(RcS300),
    /// Sony RC-S380.
    RcS380(RcS380),
}

impl Reader {
    pub(crate) fn build(self) -> (Identity, Ending, Box<dyn Firmware>) {
        match self {
            Self::Ccid(make) => (make.identity(), make.quirks.ending, Box::new(CcidReader::new(make))),
            Self::Pn53x(make) => (make.identity(), Ending::Zero, Box::new(Pn53xReader::new(&make))),
            Self::RcS300(make) => (make.identity(), Ending::Zero, Box::new(RcS300Reader::new(make))),
            Self::RcS380(make) => (make.identity(), Ending::Zero, Box::new(RcS380Reader::default())),
        }
    }
}

impl From<Ccid> for Reader {
    fn from(make: Ccid) -> Self {
        Self::Ccid(make)
    }
}

impl From<Pn53x> for Reader {
    fn from(make: Pn53x) -> Self {
        Self::Pn53x(make)
    }
}

impl From<RcS300> for Reader {
    fn from(make: RcS300) -> Self {
        Self::RcS300(make)
    }
}

impl From<RcS380> for Reader {
    fn from(make: RcS380) -> Self {
        Self::RcS380(make)
    }
}
