//! The steps of README's runbook, against whatever card lies on whatever reader, recorded. A recording that is put into `recordings`
//! is replayed by the tests: as the host, byte for byte, and beside the simulated card, answer for answer.

pub mod desk;
#[cfg(test)]
mod replayed;
pub mod steps;
pub mod trace;
