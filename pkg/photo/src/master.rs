//! The portrait as it is kept: a JPEG of which nothing is unknown.

use std::fmt;
use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, RgbImage};

use crate::jpeg::{self, APP0, COM, End, SOF0, Segment};
use crate::{Format, MASTER_WIDTH, MAX_MASTER_BYTES, MIN_WIDTH, NotMaster, PhotoError, make};

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

/// Whether bytes from outside are a master as [`make`](crate::make) writes it; nothing else is taken. Every byte before the
/// pixels is one that `make` of this build would have written, and none follows them, so that no place, device, name, comment
/// or second file comes along. For what arrives, not for what is kept: a later build may write other tables.
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
    // said first, since it is what can be helped: Exif, profiles, comments
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
    if let Some((width, height)) = segments.iter().find(|segment| segment.marker == SOF0).and_then(size) {
        if !(MIN_WIDTH..=MASTER_WIDTH).contains(&width) || width % 3 != 0 || height != width / 3 * 4 {
            return Err(NotMaster::Size { width, height }.into());
        }
        foreign(&segments).map_or(Ok(()), |at| Err(NotMaster::Segment(at)))?;
        decoded(bytes)?;
        return Ok(Master::made(bytes.to_vec(), width, height));
    }
    Err(NotMaster::Segment(segments.iter().position(|segment| segment.marker != APP0).unwrap_or(0) + 1).into())
}

/// The first segment, from 1, that no master of any quality has there; the size is not looked at.
fn foreign(segments: &[Segment]) -> Option<usize> {
    let mut furthest = 0;
    for beginning in make::beginnings() {
        let (ours, _) = jpeg::walk(&beginning);
        let same = ours.iter().zip(segments).take_while(|(ours, theirs)| alike(ours, theirs)).count();
        if same == ours.len() && same == segments.len() {
            return None;
        }
        furthest = furthest.max(same);
    }
    Some(furthest + 1)
}

fn alike(ours: &Segment, theirs: &Segment) -> bool {
    // T.81 §B.2.2: precision, height and width precede the components
    let from = if ours.marker == SOF0 { 5 } else { 0 };
    ours.marker == theirs.marker
        && ours.content.len() == theirs.content.len()
        && ours.content.get(from..) == theirs.content.get(from..)
}

/// Width and height of a frame of 8 bits (T.81 §B.2.2).
fn size(frame: &Segment) -> Option<(u32, u32)> {
    let [8, h1, h0, w1, w0] = *frame.content.first_chunk()? else { return None };
    Some((u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into()))
}

impl From<NotMaster> for PhotoError {
    fn from(why: NotMaster) -> Self {
        Self::NotMaster(why)
    }
}

fn decoded(jpeg: &[u8]) -> Result<RgbImage, PhotoError> {
    let damaged = |_| PhotoError::Damaged(Format::Jpeg);
    let decoder = JpegDecoder::new(Cursor::new(jpeg)).map_err(damaged)?;
    Ok(DynamicImage::from_decoder(decoder).map_err(damaged)?.into_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{portrait, saved};
    use crate::{Crop, Picture, make};
    use image::ImageFormat::{Jpeg, Png};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static MASTER: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let picture = Picture::read(&saved(&portrait(600, 800, 500, 400), Png)).expect("readable");
        make(&picture, Crop::suggested(&picture)).expect("a portrait").into_jpeg()
    });

    fn refused(bytes: &[u8]) -> PhotoError {
        check_master(bytes).expect_err("not a master")
    }

    fn with_segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).expect("short");
        [&MASTER[..2], &[0xFF, marker], &length.to_be_bytes(), content, &MASTER[2..]].concat()
    }

    #[test]
    fn metadata_is_named() {
        let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0";
        assert_eq!(refused(&with_segment(0xE1, exif)), NotMaster::Metadata(0xE1).into());
        assert_eq!(refused(&with_segment(0xE2, b"ICC_PROFILE\0\x01\x01")), NotMaster::Metadata(0xE2).into());
        assert_eq!(refused(&with_segment(0xED, b"Photoshop 3.0\0")), NotMaster::Metadata(0xED).into());
        assert_eq!(refused(&with_segment(0xFE, b"taken at home")), NotMaster::Metadata(0xFE).into());
        // between the end of the scan and the end of the picture
        let end = MASTER.len() - 2;
        let late = [&MASTER[..end], &[0xFF, 0xFE, 0, 3, b'!'], &MASTER[end..]].concat();
        assert_eq!(refused(&late), NotMaster::Metadata(0xFE).into());
    }

    #[test]
    fn nothing_follows_and_nothing_is_missing() {
        assert_eq!(refused(&[&MASTER[..], b"PK\x03\x04"].concat()), NotMaster::Trailing(4).into());
        assert_eq!(refused(&MASTER[..MASTER.len() - 2]), PhotoError::Truncated(Format::Jpeg));
        assert_eq!(refused(&MASTER[..300]), PhotoError::Truncated(Format::Jpeg));
        assert_eq!(refused(b""), PhotoError::Empty);
        assert_eq!(refused(b"<html>"), PhotoError::NotAPicture);
        assert_eq!(refused(&saved(&portrait(600, 800, 500, 400), Png)[..9000]), PhotoError::NotAPicture);
        let found = MAX_MASTER_BYTES + 1;
        assert_eq!(refused(&vec![0; found]), NotMaster::TooLarge { found, max: MAX_MASTER_BYTES }.into());
    }

    #[test]
    fn only_sizes_of_masters() {
        for (width, height) in [(1, 1), (600, 801), (599, 799), (594, 792), (903, 1204), (800, 600), (601, 801)] {
            let jpeg = saved(&RgbImage::new(width, height), Jpeg);
            assert_eq!(refused(&jpeg), NotMaster::Size { width, height }.into());
        }
    }

    #[test]
    fn other_encoders_are_noticed() {
        let segment = |bytes: &[u8]| match refused(bytes) {
            PhotoError::NotMaster(NotMaster::Segment(at)) => at,
            other => panic!("{other}"),
        };
        // our encoder's own quality, which no master has
        assert_eq!(segment(&saved(&RgbImage::new(600, 800), Jpeg)), 3);
        let grey = image::GrayImage::new(600, 800);
        let mut bytes = Cursor::new(Vec::new());
        grey.write_to(&mut bytes, Jpeg).expect("encodable");
        assert_eq!(segment(bytes.get_ref()), 2);
        let mut dense = MASTER.clone();
        dense[13] = 1; // JFIF's unit of density
        assert_eq!(segment(&dense), 1);
        let mut progressive = MASTER.clone();
        let frame = progressive.windows(2).position(|two| two == [0xFF, SOF0]).expect("a frame");
        progressive[frame + 1] = 0xC2;
        assert_eq!(segment(&progressive), 2);
        assert_eq!(segment(&with_segment(0xDD, &[0, 1])), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_changed_byte_is_refused_or_a_pixel(at: prop::sample::Index, value: u8) {
            let mut bytes = MASTER.clone();
            let at = at.index(bytes.len());
            bytes[at] = value;
            if let Ok(master) = check_master(&bytes) {
                prop_assert!(at > 600 || bytes == *MASTER, "byte {} of the head", at);
                prop_assert_eq!(master.jpeg(), &bytes);
            }
        }

        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            prop_assert!(check_master(&[&[0xFF, 0xD8, 0xFF], &bytes[..]].concat()).is_err());
        }
    }
}
