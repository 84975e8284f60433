//! The folder that the sealed file lies in: locked while the file is rewritten, synced afterwards, cleared of what a kill has left.

use std::fs::File;
use std::path::Path;

use crate::VaultError;

/// What the name of a file ends with that is not yet the vault.
pub(crate) const BESIDE: &str = ".new";

/// Keeps other processes from rewriting a vault in this folder, until it is dropped: who rewrites reads first what is there.
pub(crate) struct Folder {
    /// Closing it gives the lock back. None where folders cannot be opened.
    _locked: Option<File>,
}

impl Folder {
    /// Waits until no other process rewrites. The folder itself is locked: a file would be replaced under the lock.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub(crate) fn lock(path: &Path) -> Result<Folder, VaultError> {
        if !cfg!(unix) {
            return Ok(Folder { _locked: None });
        }
        let folder = folder(path);
        let opened = File::open(folder).map_err(|source| VaultError::io("open", folder, source))?;
        opened.lock().map_err(|source| VaultError::io("lock", folder, source))?;
        Ok(Folder { _locked: Some(opened) })
    }
}

/// Removes files that `SealedFile` wrote beside a vault and nobody renamed. One that cannot be removed hinders nothing.
pub(crate) fn remove_leftovers(path: &Path) {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return };
    for entry in std::fs::read_dir(folder(path)).into_iter().flatten().flatten() {
        let found = entry.file_name();
        let middle = found.to_str().and_then(|found| found.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(BESIDE));
        if middle.is_some_and(|digits| digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the new name survive a power cut.
pub(crate) fn sync_folder(path: &Path) -> Result<(), VaultError> {
    let folder = folder(path);
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| VaultError::io("sync", folder, source))?;
    }
    Ok(())
}
