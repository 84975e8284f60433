//! Status words: ISO/IEC 7816-4 §5.6.

use std::fmt;

/// SW1 and SW2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatusWord(u16);

/// What a status word says (ISO/IEC 7816-4 tables 6 and 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// `9000`.
    Success,
    /// `61xx`: so many bytes more can be fetched with GET RESPONSE; 0 means 256 or more.
    MoreData(u8),
    /// `62xx`: a warning, nothing was changed.
    Warning(u8),
    /// `63Cx`: a warning with a counter, such as tries left.
    Counter(u8),
    /// `63xx`: a warning, something was changed.
    ChangedWarning(u8),
    /// `64xx`: not carried out, nothing was changed.
    ExecutionError(u8),
    /// `6581` and `65xx`: something was changed; memory failure.
    MemoryFailure(u8),
    /// `6700`.
    WrongLength,
    /// `6881`.
    LogicalChannelNotSupported,
    /// `6882`.
    SecureMessagingNotSupported,
    /// `6883`.
    LastCommandOfChainExpected,
    /// `6884`.
    ChainingNotSupported,
    /// `6981`.
    IncompatibleFileStructure,
    /// `6982`.
    SecurityStatusNotSatisfied,
    /// `6983`.
    AuthenticationBlocked,
    /// `6985`.
    ConditionsNotSatisfied,
    /// `6986`.
    NoCurrentFile,
    /// `6A80`.
    WrongData,
    /// `6A81`.
    FunctionNotSupported,
    /// `6A82`.
    FileNotFound,
    /// `6A83`.
    RecordNotFound,
    /// `6A84`.
    NotEnoughMemory,
    /// `6A86`.
    WrongParameters,
    /// `6A87`.
    LcInconsistent,
    /// `6B00`.
    OutsideFile,
    /// `6Cxx`: the answer has exactly so many bytes; 0 means 256.
    WrongLe(u8),
    /// `6D00`.
    InstructionNotSupported,
    /// `6E00`.
    ClassNotSupported,
    /// `6F00`.
    NoDiagnosis,
    /// `91xx`: DESFire's own status byte.
    Desfire(u8),
    /// Anything else.
    Other,
}

impl StatusWord {
    /// Done.
    pub const SUCCESS: StatusWord = StatusWord(0x9000);

    /// Both bytes, SW1 the higher.
    pub const fn value(self) -> u16 {
        self.0
    }

    /// What it says.
    pub fn meaning(self) -> Meaning {
        let [sw1, sw2] = self.0.to_be_bytes();
        match (sw1, sw2) {
            (0x90, 0x00) => Meaning::Success,
            (0x61, left) => Meaning::MoreData(left),
            (0x62, what) => Meaning::Warning(what),
            (0x63, what) if what & 0xF0 == 0xC0 => Meaning::Counter(what & 0x0F),
            (0x63, what) => Meaning::ChangedWarning(what),
            (0x64, what) => Meaning::ExecutionError(what),
            (0x65, what) => Meaning::MemoryFailure(what),
            (0x67, 0x00) => Meaning::WrongLength,
            (0x68, 0x81) => Meaning::LogicalChannelNotSupported,
            (0x68, 0x82) => Meaning::SecureMessagingNotSupported,
            (0x68, 0x83) => Meaning::LastCommandOfChainExpected,
            (0x68, 0x84) => Meaning::ChainingNotSupported,
            (0x69, 0x81) => Meaning::IncompatibleFileStructure,
            (0x69, 0x82) => Meaning::SecurityStatusNotSatisfied,
            (0x69, 0x83) => Meaning::AuthenticationBlocked,
            (0x69, 0x85) => Meaning::ConditionsNotSatisfied,
            (0x69, 0x86) => Meaning::NoCurrentFile,
            (0x6A, 0x80) => Meaning::WrongData,
            (0x6A, 0x81) => Meaning::FunctionNotSupported,
            (0x6A, 0x82) => Meaning::FileNotFound,
            (0x6A, 0x83) => Meaning::RecordNotFound,
            (0x6A, 0x84) => Meaning::NotEnoughMemory,
            (0x6A, 0x86) => Meaning::WrongParameters,
            (0x6A, 0x87) => Meaning::LcInconsistent,
            (0x6B, 0x00) => Meaning::OutsideFile,
            (0x6C, exact) => Meaning::WrongLe(exact),
            (0x6D, 0x00) => Meaning::InstructionNotSupported,
            (0x6E, 0x00) => Meaning::ClassNotSupported,
            (0x6F, 0x00) => Meaning::NoDiagnosis,
            (0x91, status) => Meaning::Desfire(status),
            _ => Meaning::Other,
        }
    }
}

impl From<u16> for StatusWord {
    fn from(value: u16) -> Self {
        StatusWord(value)
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_what_they_say() {
        for (word, meaning) in [
            (0x9000, Meaning::Success),
            (0x6110, Meaning::MoreData(0x10)),
            (0x63C2, Meaning::Counter(2)),
            (0x6300, Meaning::ChangedWarning(0)),
            (0x6982, Meaning::SecurityStatusNotSatisfied),
            (0x6A82, Meaning::FileNotFound),
            (0x6C0F, Meaning::WrongLe(15)),
            (0x91AF, Meaning::Desfire(0xAF)),
            (0x1234, Meaning::Other),
        ] {
            assert_eq!(StatusWord::from(word).meaning(), meaning, "{word:04X}");
        }
        assert_eq!(StatusWord::from(0x91AE).to_string(), "91AE");
    }
}
