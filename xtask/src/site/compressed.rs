//! A folder of files for the web, each beside its brotli and gzip forms.
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

pub struct Site {
    folder: PathBuf,
    kept: BTreeSet<PathBuf>,
}

impl Site {
    pub fn begin(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, kept: BTreeSet::new() })
    }

    /// Writes a file and its compressed forms, unless they are there already; returns the file's address.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<String> {
        let file = self.folder.join(path);
        let unchanged = fs::read(&file).is_ok_and(|found| found == bytes);
        if !unchanged {
            write(&file, bytes)?;
        }
        self.kept.insert(file.clone());
        if is_compressible(path) {
            for (kind, compress) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("gz", gzip)] {
                let form = file.with_added_extension(kind);
                if !unchanged || !form.exists() {
                    write(&form, &compress(bytes)?)?;
                }
                self.kept.insert(form);
            }
        }
        Ok(format!("/{path}"))
    }

    /// Removes what earlier builds have left.
    pub fn end(self) -> Result<()> {
        remove_others(&self.folder, &self.kept)
    }
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))
}

/// Fonts and pictures are compressed by themselves; the manifest is read by the server only.
fn is_compressible(path: &str) -> bool {
    [".css", ".js", ".wasm", ".svg", ".txt"].iter().any(|kind| path.ends_with(kind)) || path.ends_with(".webmanifest")
}

/// As servers send it: the best that brotli does.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 11, 24);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}
