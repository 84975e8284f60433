//! Liberation Serif, in which card faces and official documents are set: the metrics of Times New Roman, under a free licence.
use super::debian;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const FACES: [(&str, &str); 4] = [
    ("liberation-serif-regular.ttf", "LiberationSerif-Regular.ttf"),
    ("liberation-serif-bold.ttf", "LiberationSerif-Bold.ttf"),
    ("liberation-serif-italic.ttf", "LiberationSerif-Italic.ttf"),
    ("liberation-serif-bold-italic.ttf", "LiberationSerif-BoldItalic.ttf"),
];

/// Installs it where this system's fonts lack it.
pub fn for_print() -> Result<()> {
    if serif_faces().is_ok() {
        return Ok(());
    }
    if debian::is_here() {
        return debian::install(&["fonts-liberation2"], "cards and documents");
    }
    bail!("Liberation Serif is not among this system's fonts: install its Liberation fonts, in which cards are set")
}

/// The files, by the names that the site gives them: regular, bold, italic, bold italic. Cards use the first two.
pub fn serif_faces() -> Result<[(&'static str, PathBuf); 4]> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folders = [
        PathBuf::from("/usr/share/fonts"),
        PathBuf::from("/usr/local/share/fonts"),
        PathBuf::from("/Library/Fonts"),
        home.join("Library/Fonts"),
        home.join(".local/share/fonts"),
    ];
    let find = |file: &str| {
        let found = folders.iter().find_map(|folder| found_in(folder, file));
        found.with_context(|| format!("{file} is not among this system's fonts"))
    };
    let [regular, bold, italic, bold_italic] = FACES;
    let face = |(name, file): (&'static str, &str)| Ok::<_, anyhow::Error>((name, find(file)?));
    Ok([face(regular)?, face(bold)?, face(italic)?, face(bold_italic)?])
}

fn found_in(folder: &Path, file: &str) -> Option<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().find_map(|entry| {
        if entry.file_name() == file {
            return Some(entry.path());
        }
        // a link to a folder may lead in a circle
        entry.file_type().is_ok_and(|kind| kind.is_dir()).then(|| found_in(&entry.path(), file)).flatten()
    })
}
