//! The portrait as it is kept: a JPEG of which nothing is unknown.

use std::fmt;
use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, RgbImage};

use crate::jpeg::{self, APP0, COM, DHT, DQT, End, SOF0, SOS};
use crate::{Format, MASTER_WIDTH, MAX_MASTER_BYTES, MIN_WIDTH, NotMaster, PhotoError};

/// A portrait as [`make`](crate::make) writes it: baseline JPEG, exactly 3:4, from 600 × 800 to 900 × 1200 pixels, at most
/// 200 kB, without any metadata (C28).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Master {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Master({} × {}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}

impl Master {
    pub(crate) fn made(jpeg: Vec<u8>, width: u32, height: u32) -> Self {
        Self { jpeg, width, height }
    }

    /// The file.
    pub fn jpeg(&self) -> &[u8] {
        &self.jpeg
    }

    /// The file, for who keeps it.
    pub fn into_jpeg(self) -> Vec<u8> {
        self.jpeg
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Its pixels.
    ///
    /// # Errors
    /// [`PhotoError::Damaged`] where they cannot be decoded; a `Master` was decoded once before it came to be.
    pub(crate) fn pixels(&self) -> Result<RgbImage, PhotoError> {
        decoded(&self.jpeg)
    }
}

/// What stands in a master after SOI, in this order: marker and bytes of content.
const SEGMENTS: [(u8, usize); 9] = [
    (APP0, 14),     // JFIF 1.02 §10.1, no thumbnail
    (SOF0, 15),     // T.81 §B.2.2, three components
    (DQT, 65),      // §B.2.4.1, luma
    (DQT, 65),      // chroma
    (DHT, 17 + 12), // §B.2.4.2: the tables of annex K.3
    (DHT, 17 + 162),
    (DHT, 17 + 12),
    (DHT, 17 + 162),
    (SOS, 10), // §B.2.3
];

/// Whether bytes from outside are a master as [`make`](crate::make) writes it; nothing else is kept. There is no room in one
/// for anything but pixels: no place, no device, no name, no comment, no second file.
///
/// # Errors
/// [`PhotoError::Empty`], [`PhotoError::NotAPicture`], [`PhotoError::Truncated`], [`PhotoError::Damaged`],
/// [`PhotoError::NotMaster`] with what is wrong. The size is checked before any pixel is decoded.
pub fn check_master(bytes: &[u8]) -> Result<Master, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.len() > MAX_MASTER_BYTES {
        return Err(NotMaster::TooLarge { found: bytes.len(), max: MAX_MASTER_BYTES }.into());
    }
    if !bytes.starts_with(&[0xFF, jpeg::SOI, 0xFF]) {
        return Err(PhotoError::NotAPicture);
    }
    let (segments, end) = jpeg::walk(bytes);
    // said first, since it is what people ask about: Exif, profiles, comments
    let metadata = |marker: u8| matches!(marker, 0xE1..=0xEF | COM);
    if let Some(segment) = segments.iter().find(|segment| metadata(segment.marker)) {
        return Err(NotMaster::Metadata(segment.marker).into());
    }
    match end {
        End::Complete { trailing: 0 } => {}
        End::Complete { trailing } => return Err(NotMaster::Trailing(trailing).into()),
        End::Truncated => return Err(PhotoError::Truncated(Format::Jpeg)),
        End::Damaged => return Err(PhotoError::Damaged(Format::Jpeg)),
    }
    let found = segments.iter().map(|segment| (segment.marker, segment.content.len()));
    if let Some(at) = found.zip(SEGMENTS).position(|(found, wanted)| found != wanted) {
        return Err(NotMaster::Segment(at + 1).into());
    }
    if segments.len() != SEGMENTS.len() {
        return Err(NotMaster::Segment(segments.len().min(SEGMENTS.len()) + 1).into());
    }
    if segments[0].content != b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0" {
        return Err(NotMaster::Segment(1).into());
    }
    let (width, height) = size(segments[1].content).ok_or(NotMaster::Segment(2))?;
    if !(MIN_WIDTH..=MASTER_WIDTH).contains(&width) || width % 3 != 0 || height != width / 3 * 4 {
        return Err(NotMaster::Size { width, height }.into());
    }
    decoded(bytes)?;
    Ok(Master::made(bytes.to_vec(), width, height))
}

impl From<NotMaster> for PhotoError {
    fn from(why: NotMaster) -> Self {
        Self::NotMaster(why)
    }
}

/// Width and height of a frame of 8 bits and three components that are not subsampled (T.81 §B.2.2).
fn size(frame: &[u8]) -> Option<(u32, u32)> {
    let (head, components) = frame.split_first_chunk()?;
    let [8, h1, h0, w1, w0, 3] = *head else { return None };
    let whole = components.chunks_exact(3).all(|component| component[1] == 0x11);
    whole.then(|| (u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into()))
}

fn decoded(jpeg: &[u8]) -> Result<RgbImage, PhotoError> {
    let damaged = |_| PhotoError::Damaged(Format::Jpeg);
    let decoder = JpegDecoder::new(Cursor::new(jpeg)).map_err(damaged)?;
    Ok(DynamicImage::from_decoder(decoder).map_err(damaged)?.into_rgb8())
}
