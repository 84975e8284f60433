//! What a card can do, by its generation: which profile its content follows.

use desfire::command::{Model, Version};
use serde::{Deserialize, Serialize};

/// Conformance profile of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Profile {
    /// DESFire EV1: a signed link that stays the same.
    A,
    /// DESFire EV2: the same, and the maker's signature is checked.
    B,
    /// DESFire EV3: as B, and the link proves each tap (SUN).
    C,
}

/// Why no card of ours is made of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Unfit {
    /// The first DESFire, without AES.
    #[error("a DESFire of the first generation has no AES")]
    D40,
    /// DESFire Light: its one application is fixed.
    #[error("a DESFire Light has no room for our applications")]
    Light,
    /// NTAG 4xx DNA.
    #[error("an NTAG has no room for our applications")]
    Ntag,
    /// Not made by NXP: the vendor as GetVersion tells it.
    #[error("its vendor is {0:02X}, not NXP")]
    Vendor(u8),
    /// Too little memory: bytes at least, as GetVersion tells it.
    #[error("it has a memory of {0} bytes")]
    Small(u32),
    /// A relative or a later one: type and major version as GetVersion tells them.
    #[error("type {kind:02X}, version {major:02X} is not known")]
    Unknown {
        /// Type.
        kind: u8,
        /// Major version.
        major: u8,
    },
}

const NXP: u8 = 0x04;
/// Bytes that the layout is made for.
const MEMORY: u32 = 2048;

impl Profile {
    /// All, the oldest first.
    pub const ALL: [Profile; 3] = [Profile::A, Profile::B, Profile::C];

    /// From GetVersion.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn of(version: &Version) -> Result<Self, Unfit> {
        let hardware = version.hardware;
        if hardware.vendor != NXP {
            return Err(Unfit::Vendor(hardware.vendor));
        }
        let profile = match (version.model(), hardware.kind & 0x0F) {
            (Model::D40, _) => return Err(Unfit::D40),
            (Model::Ev1, _) => Profile::A,
            (Model::Ev2, _) => Profile::B,
            (Model::Ev3, _) => Profile::C,
            (Model::Other, 0x08) => return Err(Unfit::Light),
            (Model::Other, 0x04) => return Err(Unfit::Ntag),
            (Model::Other, _) => return Err(Unfit::Unknown { kind: hardware.kind, major: hardware.major }),
        };
        if version.memory() < MEMORY {
            return Err(Unfit::Small(version.memory()));
        }
        Ok(profile)
    }

    /// Bytes of a frame (FSC of ISO/IEC 14443-4).
    pub fn frame(self) -> usize {
        match self {
            Profile::A => 64,
            Profile::B => 128,
            Profile::C => 256,
        }
    }

    /// Whether the link proves each tap.
    pub fn has_sun(self) -> bool {
        self == Profile::C
    }

    /// Whether the maker signed the identifier.
    pub fn has_originality(self) -> bool {
        self >= Profile::B
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desfire::command::Part;

    fn version(vendor: u8, kind: u8, major: u8, storage: u8) -> Version {
        let part = Part { vendor, kind, subtype: 0x01, major, minor: 0x00, storage, protocol: 0x05 };
        Version { hardware: part, software: part, uid: [4; 7], batch: [0; 5], week: 0, year: 0 }
    }

    #[test]
    fn each_generation_has_its_profile_and_others_are_refused_by_name() {
        for (kind, major, storage, expected) in [
            (0x01, 0x01, 0x16, Ok(Profile::A)),
            (0x01, 0x12, 0x18, Ok(Profile::B)),
            (0x81, 0x42, 0x18, Ok(Profile::B)),
            (0x01, 0x33, 0x1A, Ok(Profile::C)),
            (0x01, 0x00, 0x18, Err(Unfit::D40)),
            (0x08, 0x30, 0x13, Err(Unfit::Light)),
            (0x04, 0x30, 0x11, Err(Unfit::Ntag)),
            (0x01, 0xA0, 0x1A, Err(Unfit::Unknown { kind: 0x01, major: 0xA0 })),
            (0x91, 0x62, 0x1A, Err(Unfit::Unknown { kind: 0x91, major: 0x62 })),
            (0x01, 0x01, 0x14, Err(Unfit::Small(1024))),
        ] {
            assert_eq!(Profile::of(&version(0x04, kind, major, storage)), expected, "{kind:02X} {major:02X}");
        }
        assert_eq!(Profile::of(&version(0x1D, 0x01, 0x33, 0x1A)), Err(Unfit::Vendor(0x1D)));
    }
}
