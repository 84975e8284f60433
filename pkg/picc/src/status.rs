//! Status codes of the native command set (DESFire data sheets, "Status and error codes").

/// What a command ends with; on the wire one byte, or `91` and that byte when wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// Successful.
    OperationOk = 0x00,
    /// Proximity check running: every other command is refused until the field drops.
    Busy = 0x0B,
    /// Commit or abort with nothing pending.
    NoChanges = 0x0C,
    /// Not enough memory.
    OutOfEeprom = 0x0E,
    /// Unknown command, or one that does not fit the state.
    IllegalCommand = 0x1C,
    /// CRC, MAC or padding does not fit.
    IntegrityError = 0x1E,
    /// No key of that number.
    NoSuchKey = 0x40,
    /// Wrong length of the command.
    LengthError = 0x7E,
    /// Successful, in the commands of the proximity check.
    ProximityOk = 0x90,
    /// Configuration or access rights do not allow it.
    PermissionDenied = 0x9D,
    /// A parameter's value is not allowed.
    ParameterError = 0x9E,
    /// No application of that identifier.
    ApplicationNotFound = 0xA0,
    /// The authentication in force does not allow it, or authenticating failed.
    AuthenticationError = 0xAE,
    /// More frames follow or are expected.
    AdditionalFrame = 0xAF,
    /// Beyond the limits of a file or value.
    BoundaryError = 0xBE,
    /// Unrecoverable error of the card, which disables itself.
    PiccIntegrityError = 0xC1,
    /// The previous command was not completed.
    CommandAborted = 0xCA,
    /// The card has disabled itself.
    PiccDisabled = 0xCD,
    /// Too many applications.
    CountError = 0xCE,
    /// There is such a file or application already.
    DuplicateError = 0xDE,
    /// A write was interrupted; the backup has been restored.
    EepromError = 0xEE,
    /// No file of that number.
    FileNotFound = 0xF0,
}

impl Status {
    /// Whether a session survives it; any other ends the session on the card.
    pub(crate) fn keeps_session(self) -> bool {
        matches!(self, Self::OperationOk | Self::ProximityOk | Self::AdditionalFrame)
    }
}
