//! What a card says in its status byte.

/// The status byte (DESFire data sheet, status and error codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// `00`.
    OperationOk,
    /// `0B`: a proximity check is under way.
    CommandBusy,
    /// `0C`: nothing to commit or to abort.
    NoChanges,
    /// `0E`.
    OutOfEeprom,
    /// `1C`.
    IllegalCommand,
    /// `1E`: CRC, MAC or padding.
    Integrity,
    /// `40`.
    NoSuchKey,
    /// `7E`.
    Length,
    /// `90`: the answer of the proximity check.
    Ok90,
    /// `9D`.
    PermissionDenied,
    /// `9E`.
    Parameter,
    /// `A0`.
    ApplicationNotFound,
    /// `A1`: the application is damaged and will be disabled.
    ApplicationIntegrity,
    /// `AE`.
    Authentication,
    /// `AF`.
    AdditionalFrame,
    /// `BE`.
    Boundary,
    /// `C1`: the card is damaged and disables itself.
    PiccIntegrity,
    /// `CA`: a command came before the one under way was complete.
    CommandAborted,
    /// `CD`.
    PiccDisabled,
    /// `CE`: no room for another application.
    Count,
    /// `DE`.
    Duplicate,
    /// `EE`: the memory could not be written.
    Eeprom,
    /// `F0`.
    FileNotFound,
    /// `F1`: the file is damaged and will be disabled.
    FileIntegrity,
    /// Any other.
    Other(u8),
}

impl From<u8> for Status {
    fn from(byte: u8) -> Self {
        match byte {
            0x00 => Status::OperationOk,
            0x0B => Status::CommandBusy,
            0x0C => Status::NoChanges,
            0x0E => Status::OutOfEeprom,
            0x1C => Status::IllegalCommand,
            0x1E => Status::Integrity,
            0x40 => Status::NoSuchKey,
            0x7E => Status::Length,
            0x90 => Status::Ok90,
            0x9D => Status::PermissionDenied,
            0x9E => Status::Parameter,
            0xA0 => Status::ApplicationNotFound,
            0xA1 => Status::ApplicationIntegrity,
            0xAE => Status::Authentication,
            0xAF => Status::AdditionalFrame,
            0xBE => Status::Boundary,
            0xC1 => Status::PiccIntegrity,
            0xCA => Status::CommandAborted,
            0xCD => Status::PiccDisabled,
            0xCE => Status::Count,
            0xDE => Status::Duplicate,
            0xEE => Status::Eeprom,
            0xF0 => Status::FileNotFound,
            0xF1 => Status::FileIntegrity,
            other => Status::Other(other),
        }
    }
}
