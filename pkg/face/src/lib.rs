//! The face of a card under 838/QĐ-BNV: what stands where, in exact lengths, and how it becomes SVG, PDF and pixels.
//!
//! Nothing here does I/O, reads a clock or calls floating-point functions of the platform: the same record gives the same
//! scene, to the byte, on the server and in the browser. Of foreign SVG, [`artwork`] tells how far that holds.
#![warn(missing_docs)]

pub mod art;
pub mod artwork;
pub mod conformance;
pub mod font;
pub mod ink;
pub mod layout;
pub mod length;
pub mod pdf;
pub mod qr;
pub mod raster;
pub mod record;
pub mod scene;
pub mod svg;
pub mod test_card;
pub mod typeset;
