//! Official documents of Vietnamese administration (30/2020/NĐ-CP): one [`Document`], written as PDF and as DOCX. No I/O, no clock, no
//! randomness: the same document and fonts give the same bytes.
//!
//! PDF is written by krilla, which tags the pages, makes subsets of the faces, and refuses what PDF/UA-1 and PDF/A-2a forbid; a ledger
//! of 956 rows takes 72 ms (69 pages, 17 of it their layout), and the binary grows by 3.1 MB. The bare pieces that `face` has (pdf-writer,
//! subsetter) take 0.2 MB, but structure, XMP, profiles and the checks would be ours to write and to keep.
//!
//! ```
//! use std::sync::Arc;
//! use paper::{Block, Document, FontError, Fonts, Header, Signature};
//!
//! # fn fonts(read: impl Fn(&str) -> Arc<[u8]>) -> Result<Fonts, FontError> {
//! let face = |name: &str| read(&format!("LiberationSerif-{name}.ttf"));
//! let fonts = Fonts::new(face("Regular"), face("Bold"), face("Italic"), face("BoldItalic"))?;
//! # Ok(fonts) }
//! let document = Document {
//!     header: Header { agency: "Sở Nội vụ".into(), number: "12/TTr-SNV".into(), ..Header::default() },
//!     title: "Tờ trình".into(),
//!     to: vec!["Ủy ban nhân dân tỉnh".into()],
//!     body: vec![Block::basis("Căn cứ …;"), Block::text("Sở Nội vụ kính trình …"), Block::item("1.", "…")],
//!     signatures: vec![Signature::new("Phó Giám đốc", "Nguyễn Văn Thành").in_place_of("Giám đốc")],
//!     recipients: vec!["Như trên".into(), "Lưu: VT".into()],
//!     ..Document::default()
//! };
//! let docx = document.to_docx()?;
//! # let pdf = |fonts: &Fonts| {
//! let pdf = document.to_pdf(fonts);
//! # pdf };
//! # Ok::<(), paper::DocxError>(())
//! ```
//!
//! How a document goes: `form` gives it the decree's form as pieces (paragraphs, columns, tables) with all sizes and spaces; `layout` breaks
//! them into lines and pages, which `pdf` draws; `docx` writes the same pieces as WordprocessingML.

mod block;
mod document;
mod docx;
mod font;
mod form;
mod grid;
mod layout;
mod pdf;
mod picture;
mod text;

pub use block::{Align, Block, Cell, Column, Paragraph, Run, Table};
pub use document::{Attachment, Day, Document, Header, Moment, Orientation, Signature, TextSize};
pub use docx::DocxError;
pub use font::{FontError, Fonts};
pub use layout::Layout;
pub use pdf::PdfError;
pub use picture::{Picture, PictureError};

impl Document {
    /// The document as a PDF file: tagged, searchable, with the faces embedded as subsets.
    ///
    /// # Errors
    /// [`PdfError`]
    pub fn to_pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
        pdf::write(&Layout::new(self, fonts), fonts, self.written)
    }

    /// The document as a DOCX file, in Times New Roman, to be changed in a word processor.
    ///
    /// # Errors
    /// [`DocxError`]
    pub fn to_docx(&self) -> Result<Vec<u8>, DocxError> {
        docx::write(self)
    }
}
