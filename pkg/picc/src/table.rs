//! Every command of the native set: since when, how it travels in a session, which of its bytes stay in clear.
use crate::file::Use;
use crate::model::Model;

/// A row of the table.
#[derive(Clone, Copy)]
pub(crate) struct Command {
    pub ins: u8,
    pub since: Model,
    pub comm: Comm,
    /// Bytes that are not enciphered in mode Full (CmdHeader).
    pub header: usize,
    pub body: Body,
}

/// Who says how it travels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comm {
    Plain,
    Mac,
    Full,
    /// The file, by its settings and rights.
    File(Use),
    /// Plain where the file's Change right is free, else Full.
    Settings,
    /// The file's right to ask for the read counter: plain where free, else Full.
    Counters,
}

/// What it brings along.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// Parameters only.
    None,
    /// Parameters, signed with a MAC that is sent in EV1 messaging too.
    Proof,
    /// Data that are protected as the mode says.
    Data,
    /// A cryptogram with checks of its own (ChangeKey).
    Cryptogram,
}

impl Command {
    /// The row of a command that this generation knows.
    pub fn find(model: Model, ins: u8) -> Option<&'static Self> {
        TABLE.iter().find(|command| command.ins == ins && command.since <= model)
    }

    /// Whether its answer is protected data: D40 and EV1 treat no other answers as such.
    pub fn reads(&self) -> bool {
        matches!(self.ins, 0xBD | 0xAD | 0xBB | 0xAB | 0x6C | 0x51 | 0xF6)
    }
}

const fn row(ins: u8, since: Model, comm: Comm, header: usize, body: Body) -> Command {
    Command { ins, since, comm, header, body }
}

use Body::{Cryptogram, Data, None as Nothing, Proof};
use Comm::{Counters, File, Full, Mac, Plain, Settings};
use Model::{Ev1, Ev2, Ev3};

/// Header lengths matter in mode Full only.
const TABLE: &[Command] = &[
    row(0x5A, Ev1, Plain, 0, Nothing),           // SelectApplication
    row(0x60, Ev1, Mac, 0, Nothing),             // GetVersion
    row(0x51, Ev1, Full, 0, Nothing),            // GetCardUID
    row(0x6E, Ev1, Mac, 0, Nothing),             // FreeMemory
    row(0xFC, Ev1, Mac, 0, Nothing),             // FormatPICC
    row(0x5C, Ev1, Full, 1, Data),               // SetConfiguration
    row(0x3C, Ev2, Mac, 1, Nothing),             // ReadSig
    row(0x6A, Ev1, Mac, 0, Nothing),             // GetApplicationIDs
    row(0x6D, Ev1, Mac, 0, Nothing),             // GetDFNames
    row(0xCA, Ev1, Mac, 0, Nothing),             // CreateApplication
    row(0xDA, Ev1, Mac, 0, Nothing),             // DeleteApplication
    row(0xC9, Ev2, Mac, 0, Nothing),             // CreateDelegatedApplication
    row(0x69, Ev2, Mac, 2, Nothing),             // GetDelegatedInfo
    row(0x45, Ev1, Mac, 0, Nothing),             // GetKeySettings
    row(0x54, Ev1, Full, 0, Data),               // ChangeKeySettings
    row(0x64, Ev1, Mac, 0, Nothing),             // GetKeyVersion
    row(0xC4, Ev1, Full, 1, Cryptogram),         // ChangeKey
    row(0xC6, Ev2, Full, 2, Cryptogram),         // ChangeKeyEV2
    row(0x56, Ev2, Mac, 0, Proof),               // InitializeKeySet
    row(0x57, Ev2, Mac, 0, Proof),               // FinalizeKeySet
    row(0x55, Ev2, Mac, 0, Proof),               // RollKeySet
    row(0x6F, Ev1, Mac, 0, Nothing),             // GetFileIDs
    row(0x61, Ev1, Mac, 0, Nothing),             // GetISOFileIDs
    row(0xF5, Ev1, Mac, 1, Nothing),             // GetFileSettings
    row(0x5F, Ev1, Settings, 1, Data),           // ChangeFileSettings
    row(0xF6, Ev3, Counters, 1, Nothing),        // GetFileCounters
    row(0xCD, Ev1, Mac, 0, Nothing),             // CreateStdDataFile
    row(0xCB, Ev1, Mac, 0, Nothing),             // CreateBackupDataFile
    row(0xCC, Ev1, Mac, 0, Nothing),             // CreateValueFile
    row(0xC1, Ev1, Mac, 0, Nothing),             // CreateLinearRecordFile
    row(0xC0, Ev1, Mac, 0, Nothing),             // CreateCyclicRecordFile
    row(0xCE, Ev2, Full, 5, Data),               // CreateTransactionMACFile
    row(0xDF, Ev1, Mac, 0, Nothing),             // DeleteFile
    row(0xBD, Ev1, File(Use::Read), 7, Nothing), // ReadData
    row(0xAD, Ev2, File(Use::Read), 7, Nothing),
    row(0x3D, Ev1, File(Use::Write), 7, Data), // WriteData
    row(0x8D, Ev2, File(Use::Write), 7, Data),
    row(0x6C, Ev1, File(Use::GetValue), 1, Nothing),
    row(0x0C, Ev1, File(Use::Credit), 1, Data),
    row(0xDC, Ev1, File(Use::Debit), 1, Data),
    row(0x1C, Ev1, File(Use::LimitedCredit), 1, Data),
    row(0xBB, Ev1, File(Use::Read), 7, Nothing), // ReadRecords
    row(0xAB, Ev2, File(Use::Read), 7, Nothing),
    row(0x3B, Ev1, File(Use::Write), 7, Data), // WriteRecord
    row(0x8B, Ev2, File(Use::Write), 7, Data),
    row(0xDB, Ev2, File(Use::Write), 10, Data), // UpdateRecord
    row(0xBA, Ev2, File(Use::Write), 10, Data),
    row(0xEB, Ev1, Mac, 0, Nothing),   // ClearRecordFile
    row(0xC7, Ev1, Mac, 0, Nothing),   // CommitTransaction
    row(0xA7, Ev1, Mac, 0, Nothing),   // AbortTransaction
    row(0xC8, Ev2, Mac, 0, Proof),     // CommitReaderID
    row(0xB1, Ev2, Mac, 0, Nothing),   // RestoreTransfer
    row(0xF0, Ev2, Plain, 0, Nothing), // PreparePC
    row(0xF2, Ev2, Plain, 0, Nothing), // ProximityCheck
    row(0xFD, Ev2, Plain, 0, Nothing), // VerifyPC
];
