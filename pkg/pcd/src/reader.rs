//! The readers that there are.
use crate::ccid::{Ccid, CcidReader};
use crate::firmware::Firmware;
use crate::pipe::Ending;
use crate::usb::Identity;

/// A reader's make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// CCID, on an interface of class 0B or FF.
    Ccid(Ccid),
}

impl Reader {
    pub(crate) fn build(self) -> (Identity, Ending, Box<dyn Firmware>) {
        match self {
            Self::Ccid(make) => (make.identity(), make.quirks.ending, Box::new(CcidReader::new(make))),
        }
    }
}

impl From<Ccid> for Reader {
    fn from(make: Ccid) -> Self {
        Self::Ccid(make)
    }
}
