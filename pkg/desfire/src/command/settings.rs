//! SetConfiguration, `5C`: what a card is, some of it for good. Each option that no second command undoes asks for a type that
//! only a spelled-out confirmation makes.

use zeroize::Zeroizing;

use super::tells_nothing;
use crate::key::Key;
use crate::request::{CommMode, Request, Transport};
use crate::types::DfName;

/// Somebody has understood that the card stays so for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForGood(());

impl ForGood {
    /// The words to be handed over, spelled out where the call is.
    pub const WORDS: &'static str = "this card stays so for good";

    /// `None` for other words.
    pub fn confirm(words: &str) -> Option<Self> {
        (words == ForGood::WORDS).then_some(ForGood(()))
    }
}

/// Option `00`: every bit that is set stays set. All of them are written each time.
#[derive(Clone, Copy, Debug)]
pub struct SetPiccConfiguration {
    /// Bit 0: FormatPICC is refused from now on.
    pub disable_format: bool,
    /// Bit 1: the card shows a random identifier.
    pub random_id: bool,
    /// Bit 2: a proximity check is needed (EV2 and later).
    pub proximity_check: bool,
    /// Bit 3: the virtual card must be authenticated (EV2 and later).
    pub authenticate_vc: bool,
    /// For good.
    pub for_good: ForGood,
}

/// Option `01`: the key and its version that new applications begin with. Their type says how it is used.
#[derive(Clone, Debug)]
pub struct SetDefaultKey(pub Key);

/// Option `02`: the ATS, its length first.
#[derive(Clone, Debug)]
pub struct SetAts {
    /// TL T0 TA1 … as ISO/IEC 14443-4 has it.
    pub ats: Vec<u8>,
    /// Readers that cannot read it will not find the card again.
    pub for_good: ForGood,
}

/// Option `03`: the SAK that the card shows while it is selected (EV2 and later).
#[derive(Clone, Copy, Debug)]
pub struct SetSak {
    /// Both bytes.
    pub sak: [u8; 2],
    /// Readers that look for another SAK will not find the card again.
    pub for_good: ForGood,
}

/// Option `05`: PDcap, what the card tells of itself in a handshake (EV2 and later).
#[derive(Clone, Copy, Debug)]
pub struct SetCapabilities {
    /// All of it. A bit in it asks for LRP, from which there is no way back.
    pub capabilities: [u8; 10],
    /// For good.
    pub for_good: ForGood,
}

/// Option `06`: the name under which the card as a whole is selected, its virtual card's (EV2 and later).
#[derive(Clone, Debug)]
pub struct SetVirtualCardName {
    /// The name.
    pub name: DfName,
    /// Readers that look for another name will not find the card again.
    pub for_good: ForGood,
}

/// Option `0A`: what failed authentications lead to. From the data sheet of NTAG 424 DNA, which shares the command; no card has
/// confirmed it here.
#[derive(Clone, Copy, Debug)]
pub struct SetFailedAuthentications {
    /// Whether they are counted.
    pub counted: bool,
    /// A key that failed so often is blocked.
    pub limit: u16,
    /// A success takes so many back.
    pub decrement: u16,
    /// Blocked keys stay so.
    pub for_good: ForGood,
}

/// Option `0B`: how strongly the card modulates. From the data sheet of NTAG 424 DNA, as above.
#[derive(Clone, Copy, Debug)]
pub struct SetHardware {
    /// Strong back modulation: small antennas are read better.
    pub strong_modulation: bool,
}

/// Option `04`: which older messaging is not spoken any more (EV2 and later).
#[derive(Clone, Copy, Debug)]
pub struct SetSecureMessaging {
    /// No `0A` any more.
    pub disable_d40: bool,
    /// No `1A` and `AA` any more.
    pub disable_ev1: bool,
    /// No chained writing in EV2 messaging any more.
    pub disable_chained_writing: bool,
    /// For good.
    pub for_good: ForGood,
}

fn configuration(option: u8, data: Vec<u8>) -> Request {
    Request::new(0x5C, [option], Transport::Write(CommMode::Full)).data(data)
}

tells_nothing! {
    SetPiccConfiguration => |this| configuration(0x00, vec![
        u8::from(this.disable_format)
            | u8::from(this.random_id) << 1
            | u8::from(this.proximity_check) << 2
            | u8::from(this.authenticate_vc) << 3,
    ]);
    SetDefaultKey => |this| {
        // with room for all of it: no buffer that holds the key is left behind by growing
        let mut bytes = Zeroizing::new(Vec::with_capacity(25));
        bytes.extend_from_slice(this.0.stored());
        bytes.resize(24, 0x00);
        bytes.push(this.0.version());
        configuration(0x01, bytes.to_vec())
    };
    SetAts => |this| configuration(0x02, this.ats.clone());
    SetSak => |this| configuration(0x03, this.sak.to_vec());
    SetVirtualCardName => |this| configuration(0x06, this.name.as_bytes().to_vec());
    SetFailedAuthentications => |this| {
        let numbers = [this.limit, this.decrement].into_iter().flat_map(u16::to_le_bytes);
        configuration(0x0A, std::iter::once(u8::from(this.counted)).chain(numbers).collect())
    };
    SetHardware => |this| configuration(0x0B, vec![u8::from(this.strong_modulation)]);
    SetCapabilities => |this| configuration(0x05, this.capabilities.to_vec());
    SetSecureMessaging => |this| configuration(0x04, vec![
        0x00,
        u8::from(this.disable_d40) | u8::from(this.disable_ev1) << 1 | u8::from(this.disable_chained_writing) << 2,
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command as _;
    use crate::request::Body;

    #[test]
    fn what_stays_for_good_is_spelled_out() {
        assert_eq!(ForGood::confirm("yes"), None);
        let for_good = ForGood::confirm("this card stays so for good").unwrap();
        let command = SetPiccConfiguration {
            disable_format: false,
            random_id: true,
            proximity_check: false,
            authenticate_vc: false,
            for_good,
        };
        let request = command.request();
        assert_eq!((request.code, request.header.as_slice()), (0x5C, [0x00].as_slice()));
        assert!(matches!(request.body, Body::Data(data) if *data == [0x02]));
    }

    #[test]
    fn a_default_key_has_24_bytes_and_a_version() {
        let request = SetDefaultKey(Key::aes([7; 16], 0x42)).request();
        let Body::Data(data) = request.body else { panic!("a default key is data") };
        assert_eq!(data[..16], [7; 16]);
        assert_eq!(data[16..], [0, 0, 0, 0, 0, 0, 0, 0, 0x42]);
    }
}
