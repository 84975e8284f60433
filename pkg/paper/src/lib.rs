//! Official documents of Vietnamese administration (30/2020/NĐ-CP): one [`Document`], written as PDF and as DOCX. No I/O, no clock, no
//! randomness: the same document and fonts give the same bytes.

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
