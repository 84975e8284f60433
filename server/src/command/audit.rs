//! `congthe audit`: is the log whole, and what is its newest head.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use contract::view::{AuditFault, Verdict};
use model::merkle::{from_hex, to_hex};
use model::receipt::Receipt;
use registry::secrets::Secrets as _;
use registry::work::sign_head::last_head;
use registry::work::verify_audit::{has_signed, verify_audit};

use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// `congthe audit …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Audit {
    /// Check every entry, chain and signed head; exit code 1 and the position where it fails
    Verify {
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the newest signed head as JSON
    Head,
    /// Check a card's receipt by itself, without a portal; exit code 1 where it does not hold
    Receipt {
        /// The receipt, as it was downloaded
        file: PathBuf,
        /// Public key that must have signed it, 64 hexadecimal digits, as the page /log of its portal has it
        #[arg(long)]
        key: Option<String>,
    },
}

/// Does what was asked.
///
/// # Errors
/// Whatever hinders reading the log; a broken log is an answer, not an error.
pub async fn run(config: &Config, command: Audit, draw: &Draw) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Audit::Receipt { file, key } => receipt(&file, key.as_deref()),
        Audit::Verify { json } => {
            let store = open::store(config, draw).await?;
            let key = open::existing_vault(config)?.map(|vault| vault.head_key());
            let mut conn = store.snapshot().await?;
            let verdict = verify_audit(&mut conn, key).await?;
            conn.end().await?;
            println!("{}", if json { serde_json::to_string(&verdict)? } else { sentence(&verdict) });
            Ok(if verdict.ok { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        Audit::Head => {
            let store = open::store(config, draw).await?;
            let mut conn = store.read().await?;
            match last_head(&mut conn).await? {
                Some(head) => {
                    println!("{}", serde_json::to_string_pretty(&head)?);
                    Ok(ExitCode::SUCCESS)
                }
                None => Err("no head has been signed yet".into()),
            }
        }
    }
}

fn receipt(file: &Path, key: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    let text = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let key = key.map(|key| from_hex(key).ok_or("the key has not 64 hexadecimal digits")).transpose()?;
    let held = Receipt::parse(&text).and_then(|receipt| receipt.prove(has_signed).map(|()| receipt));
    match held {
        Ok(receipt) if key.is_none_or(|key| key == receipt.key) => {
            println!(
                "The receipt of the card {} holds: {} entries stand in the log of {} entries that the key {} signed.",
                receipt.code,
                receipt.entries.len(),
                receipt.head.size,
                to_hex(&receipt.key)
            );
            Ok(ExitCode::SUCCESS)
        }
        Ok(_) => {
            println!("The receipt does not hold: another key signed it.");
            Ok(ExitCode::from(1))
        }
        Err(wrong) => {
            println!("The receipt does not hold: {wrong}.");
            Ok(ExitCode::from(1))
        }
    }
}

pub(super) fn sentence(verdict: &Verdict) -> String {
    let Verdict { entries, heads, .. } = verdict;
    match (verdict.at, verdict.fault) {
        (Some(at), Some(fault)) => format!("The audit log is BROKEN at position {at}: {}", reason(fault)),
        _ => format!("The audit log is whole: {entries} entries agree with the chain and with {heads} signed heads."),
    }
}

fn reason(fault: AuditFault) -> &'static str {
    match fault {
        AuditFault::Changed => "the entry's text does not match its hash",
        AuditFault::Missing => "an entry is missing before this place",
        AuditFault::Chain => "the entry does not follow the one before",
        AuditFault::Tree => "the inner nodes of the tree do not match",
        AuditFault::Truncated => "entries are missing at the end",
        AuditFault::Appended => "there are entries after the end",
        AuditFault::Head => "a signed head does not match the log",
        AuditFault::Signature => "a head's signature does not match",
        AuditFault::Personal => "personal fields do not match their hash",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_log_says_where() {
        let mut verdict = Verdict {
            ok: true,
            entries: 7,
            heads: 1,
            root: String::new(),
            chain: String::new(),
            at: None,
            fault: None,
        };
        assert!(sentence(&verdict).contains("whole: 7 entries"));
        (verdict.ok, verdict.at, verdict.fault) = (false, Some(41), Some(AuditFault::Chain));
        assert!(sentence(&verdict).contains("position 41"));
    }
}
