//! Liberation Serif, in which card faces are set: the metrics of Times New Roman, under a free licence.
use super::debian;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const FACES: [(&str, &str); 2] = [
    ("liberation-serif-regular.ttf", "LiberationSerif-Regular.ttf"),
    ("liberation-serif-bold.ttf", "LiberationSerif-Bold.ttf"),
];

/// Installs it where this system's fonts lack it.
pub fn for_card_faces() -> Result<()> {
    if card_faces().is_ok() {
        return Ok(());
    }
    if debian::is_here() {
        return debian::install(&["fonts-liberation2"], "card faces");
    }
    bail!("Liberation Serif is not among this system's fonts: install its Liberation fonts, in which cards are set")
}

/// Both files, by the names that the site gives them.
pub fn card_faces() -> Result<[(&'static str, PathBuf); 2]> {
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
    let [(regular, first), (bold, second)] = FACES;
    Ok([(regular, find(first)?), (bold, find(second)?)])
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
