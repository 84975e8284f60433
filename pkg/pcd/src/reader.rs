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
    /// CCID, on an interface of class 0B or FF: endpoints 02, 82 and interrupt 83.
    Ccid(Ccid),
    /// PN533 and its relatives, on an interface of class FF: endpoints 04 and 84.
    Pn53x(Pn53x),
    /// Sony RC-S300: interface 0 CCID on endpoints 01, 81 and interrupt 83, interface 1 of class FF on 02 and 82.
    RcS300(RcS300),
    /// Sony RC-S380, class FF: endpoints 02 and 81.
    RcS380(RcS380),
}

impl Reader {
    /// One of each product.
    pub fn products() -> Vec<Self> {
        let ccid = [
            Ccid::acr122u(),
            Ccid::acr1252u(),
            Ccid::omnikey_5021_cl(),
            Ccid::omnikey_5022(),
            Ccid::omnikey_5321_cli(),
            Ccid::scl010(),
            Ccid::de_abcm6(),
            Ccid::utrust_3700f(),
            Ccid::twn4(),
            Ccid::springcard_puck(),
        ];
        let pn53x = [Pn53x::scl3711(), Pn53x::pn533(), Pn53x::rcs330()];
        let mut products: Vec<Self> = ccid.into_iter().map(Self::from).collect();
        products.extend(pn53x.into_iter().map(Self::from));
        products.extend([RcS300::s(), RcS300::p()].into_iter().map(Self::from));
        products.extend([RcS380::s(), RcS380::p()].into_iter().map(Self::from));
        products
    }

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
