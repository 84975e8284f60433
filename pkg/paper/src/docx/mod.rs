//! The document as a DOCX file (ECMA-376): the same pieces as on the page, left to the word processor to break into lines and pages.
//!
//! The parts are written with maud, which escapes and closes what it opens. docx-rs 0.4 was looked at: it names every picture `.png`,
//! numbers paragraphs and pictures by counters of the whole process, so that no two files are alike, and packs without compression.

mod body;
mod media;
mod parts;
mod section;
mod table;

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::document::Document;
use crate::form;
use media::Media;

/// Why a DOCX file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The archive would be too long.
    #[error("the archive cannot be written")]
    Archive(#[from] zip::result::ZipError),
    /// Writing into it failed.
    #[error("a part cannot be written")]
    Part(#[from] std::io::Error),
}

/// Writes a document.
///
/// # Errors
/// [`DocxError`]
pub(crate) fn write(document: &Document) -> Result<Vec<u8>, DocxError> {
    let sections = form::sections(document);
    let size = form::Sizes::from(document.size).text;
    let stamp = crate::text::clean(&document.stamp).replace('\n', " ");
    let mut media = Media::default();
    let body = body::write(&sections, &mut media);
    let title = form::name(document);

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let text = |name: &str, text: &str, zip: &mut ZipWriter<Cursor<Vec<u8>>>| -> Result<(), DocxError> {
        zip.start_file(name, options(CompressionMethod::Deflated))?;
        Ok(zip.write_all(format!("{DECLARATION}{text}").as_bytes())?)
    };
    text("[Content_Types].xml", &parts::content_types(), &mut zip)?;
    text("_rels/.rels", &parts::package_relations(), &mut zip)?;
    text("docProps/core.xml", &parts::core(&title, document.written), &mut zip)?;
    text("word/_rels/document.xml.rels", &parts::relations(&media), &mut zip)?;
    text("word/document.xml", &body, &mut zip)?;
    text("word/styles.xml", &parts::styles(size), &mut zip)?;
    text("word/settings.xml", &parts::settings(), &mut zip)?;
    text("word/header1.xml", &parts::page_number(), &mut zip)?;
    text("word/footer1.xml", &parts::foot(&stamp), &mut zip)?;
    for (name, bytes) in media.files() {
        zip.start_file(format!("word/{name}"), options(CompressionMethod::Stored))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The time of every entry is 1 January 1980.
fn options(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default())
}

/// Points as what the format counts in.
fn twentieths(points: f32) -> i32 {
    (points * 20.0).round() as i32
}

fn halves(points: f32) -> i32 {
    (points * 2.0).round() as i32
}
