//! Where Debian keeps Liberation Serif, for tests and benchmarks; set-up installs it.

use std::path::PathBuf;

/// The file of one face: `Regular` or `Bold`.
pub fn path(face: &str) -> PathBuf {
    ["liberation", "liberation2"]
        .iter()
        .map(|folder| PathBuf::from(format!("/usr/share/fonts/truetype/{folder}/LiberationSerif-{face}.ttf")))
        .find(|path| path.exists())
        .expect("Liberation Serif (Debian's fonts-liberation2)")
}
