//! The command line.
use crate::origin::Origin;
use crate::tokens::Tokens;
use clap::Parser;
use etcetera::BaseStrategy as _;
use std::path::PathBuf;

/// Options of `congthe-bridge`.
#[derive(Parser, Debug)]
#[command(
    name = "congthe-bridge",
    version,
    about = "Lets the portal's pages use the card readers of this machine",
    after_help = "Leave it running in a terminal: it asks there before it lets a page in for the first time."
)]
pub struct Line {
    /// Whose pages may use the readers, such as https://the.example; once for each
    #[arg(long = "allow", value_name = "ORIGIN", required_unless_present = "forget")]
    pub allowed: Vec<Origin>,
    /// Where pairings are kept; a file in this user's own folder when left out
    #[arg(long = "state", value_name = "FILE")]
    state: Option<PathBuf>,
    /// Forget all pairings, and end
    #[arg(long)]
    pub forget: bool,
    /// Another port; for tests only, since pages look for the bridge at the usual one
    #[arg(long, default_value_t = relay::PORT, hide = true)]
    pub port: u16,
}

impl Line {
    /// The file of pairings; nothing when this user has no folder.
    pub fn tokens(&self) -> Option<Tokens> {
        let usual = || {
            let folders = etcetera::base_strategy::choose_native_strategy().ok()?;
            Some(folders.data_dir().join("congthe-bridge").join("pairings.json"))
        };
        self.state.clone().or_else(usual).map(Tokens::at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_must_be_allowed() {
        let read = |arguments: &[&str]| Line::try_parse_from([&["congthe-bridge"], arguments].concat());
        assert!(read(&[]).is_err());
        assert!(read(&["--allow", "*"]).is_err());
        assert!(read(&["--forget"]).unwrap().forget);
        let line = read(&["--allow", "https://a.example", "--allow", "http://localhost:8080"]).unwrap();
        assert_eq!((line.allowed.len(), line.port), (2, 28384));
        assert!(line.tokens().is_some());
    }
}
