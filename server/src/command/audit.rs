//! `congthe audit`: is the log whole, and what is its newest head.

use std::error::Error;
use std::process::ExitCode;

use contract::view::{AuditFault, Verdict};
use registry::secrets::Secrets as _;
use registry::work::sign_head::last_head;
use registry::work::verify_audit::verify_audit;

use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// `congthe audit …`
#[derive(Clone, Copy, Debug, clap::Subcommand)]
pub enum Audit {
    /// Check every entry, chain and signed head; exit code 1 and the position where it fails
    Verify {
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the newest signed head as JSON
    Head,
}

/// Does what was asked.
///
/// # Errors
/// Whatever hinders reading the log; a broken log is an answer, not an error.
pub async fn run(config: &Config, command: Audit, draw: &Draw) -> Result<ExitCode, Box<dyn Error>> {
    let store = open::store(config, draw).await?;
    match command {
        Audit::Verify { json } => {
            let key = open::existing_vault(config)?.map(|vault| vault.head_key());
            let mut conn = store.snapshot().await?;
            let verdict = verify_audit(&mut conn, key).await?;
            conn.end().await?;
            println!("{}", if json { serde_json::to_string(&verdict)? } else { sentence(&verdict) });
            Ok(if verdict.ok { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        Audit::Head => {
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
