//! Liberation Serif, in which card faces are set: the metrics of Times New Roman, under a free licence.
use super::debian;
use anyhow::Result;
use std::fs;
use std::path::Path;

const FACE: &str = "LiberationSerif-Regular.ttf";

pub fn for_card_faces() -> Result<()> {
    if ["/usr/share/fonts", "/usr/local/share/fonts"].into_iter().map(Path::new).any(holds_face) {
        return Ok(());
    }
    if debian::is_here() {
        return debian::install(&["fonts-liberation2"], "card faces");
    }
    println!(
        "! Liberation Serif is not among this system's fonts: install its Liberation fonts before printing card faces"
    );
    Ok(())
}

fn holds_face(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| {
        entry.file_name() == FACE || entry.file_type().is_ok_and(|kind| kind.is_dir()) && holds_face(&entry.path())
    })
}
