//! Which pages the person at this desk has let in: a file of this user. Of each token only the SHA-256 is kept.
use crate::origin::Origin;
use relay::Token;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use subtle::{Choice, ConstantTimeEq as _};

/// As many pairings as a desk can have; the oldest are forgotten.
const MOST: usize = 64;

/// The file; read anew each time, so that `--forget` works while a bridge runs.
#[derive(Clone, Debug)]
pub struct Tokens(PathBuf);

/// Why pairings cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refuses.
    #[error("{0} cannot be read or written")]
    File(PathBuf, #[source] io::Error),
    /// Not such a file.
    #[error("{0} is not a file of pairings; --forget deletes it")]
    Content(PathBuf, #[source] serde_json::Error),
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    pairings: Vec<Pairing>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairing {
    origin: String,
    /// Of the token's 32 bytes.
    sha256: relay::Bytes,
}

impl Tokens {
    /// Kept in this file.
    pub fn at(file: impl Into<PathBuf>) -> Self {
        Tokens(file.into())
    }

    /// Whether the token was given to this origin. Takes as long whichever it is.
    pub fn knows(&self, origin: &Origin, token: &Token) -> Result<bool, Error> {
        let digest = Sha256::digest(token.0);
        let mut known = Choice::from(0);
        for pairing in self.read()?.pairings.iter().filter(|pairing| pairing.origin == origin.to_string()) {
            known |= pairing.sha256.0.ct_eq(&digest);
        }
        Ok(known.into())
    }

    /// Lets this origin in with this token from now on.
    pub fn keep(&self, origin: &Origin, token: &Token) -> Result<(), Error> {
        let mut kept = self.read()?;
        kept.pairings.push(Pairing { origin: origin.to_string(), sha256: Sha256::digest(token.0).to_vec().into() });
        let oldest = kept.pairings.len().saturating_sub(MOST);
        kept.pairings.drain(..oldest);
        self.write(&kept).map_err(|error| Error::File(self.0.clone(), error))
    }

    /// Forgets all pairings; whether there was a file of them.
    pub fn forget(&self) -> Result<bool, Error> {
        match fs::remove_file(&self.0) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::File(self.0.clone(), error)),
        }
    }

    /// Whether the file can be read, so that its faults show at the start.
    pub fn check(&self) -> Result<(), Error> {
        self.read().map(drop)
    }

    fn read(&self) -> Result<Kept, Error> {
        match fs::read(&self.0) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| Error::Content(self.0.clone(), error)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Kept::default()),
            Err(error) => Err(Error::File(self.0.clone(), error)),
        }
    }

    /// Whole or not at all.
    fn write(&self, kept: &Kept) -> io::Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = self.0.with_extension("new");
        match fs::remove_file(&new) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = for_this_user_only(&new)?;
        file.write_all(&serde_json::to_vec_pretty(kept)?)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&new, &self.0)
    }
}

/// A new file that other users cannot read. On Windows the user's own folder is what keeps it from others.
fn for_this_user_only(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    #[test]
    fn a_token_is_of_one_origin_and_its_digest_alone_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/b/pairings.json");
        let tokens = Tokens::at(&file);
        let (here, there, token) = (origin("https://a.example"), origin("https://b.example"), Token([7; 32]));
        assert!(!tokens.knows(&here, &token).unwrap());
        tokens.keep(&here, &token).unwrap();
        tokens.keep(&there, &Token([8; 32])).unwrap();
        assert!(tokens.knows(&here, &token).unwrap());
        assert!(!tokens.knows(&there, &token).unwrap());
        assert!(!tokens.knows(&here, &Token([8; 32])).unwrap());
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains(&String::from(token.clone())), "{text}");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        assert!(tokens.forget().unwrap());
        assert!(!tokens.forget().unwrap());
        assert!(!tokens.knows(&here, &token).unwrap());
    }

    #[test]
    fn the_oldest_pairings_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::at(folder.path().join("pairings.json"));
        let here = origin("https://a.example");
        for nth in 0..=64 {
            tokens.keep(&here, &Token([nth; 32])).unwrap();
        }
        assert!(!tokens.knows(&here, &Token([0; 32])).unwrap());
        assert!(tokens.knows(&here, &Token([1; 32])).unwrap() && tokens.knows(&here, &Token([64; 32])).unwrap());
    }

    #[test]
    fn another_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pairings.json");
        fs::write(&file, r#"{"something":"else"}"#).unwrap();
        let tokens = Tokens::at(&file);
        assert!(matches!(tokens.check(), Err(Error::Content(..))));
        assert!(matches!(tokens.keep(&origin("https://a.example"), &Token([1; 32])), Err(Error::Content(..))));
        assert_eq!(fs::read(&file).unwrap(), br#"{"something":"else"}"#);
    }
}
