//! What a JPEG file says of itself. Its pixels are passed on as they are; whatever is wrong in them the reader of the PDF meets.

/// Facts of the frame header (ITU-T T.81 §B.2.2) that a PDF must repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Jpeg {
    /// Pixels, not 0.
    pub(super) width: u16,
    /// Pixels, not 0.
    pub(super) height: u16,
    /// 1, 3 or 4.
    pub(super) components: u8,
    /// Whether Adobe's marker is there: with four components such files hold them inverted.
    pub(super) is_adobe: bool,
}

/// Why a JPEG file cannot be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JpegError {
    /// It does not begin as JPEG files do.
    #[error("the file is no JPEG")]
    Signature,
    /// It ends before its pixels begin.
    #[error("the JPEG file is cut off")]
    Truncated,
    /// Something stands where a marker belongs, or a segment is shorter than its fields.
    #[error("the JPEG file is damaged")]
    Damaged,
    /// A way of coding that PDF does not take: the frame's marker.
    #[error("JPEG of kind 0x{0:02X} cannot stand in a PDF")]
    Kind(u8),
    /// Not 8 bits a sample, or a number of components other than 1, 3 and 4.
    #[error("JPEG of {bits} bits and {components} components cannot stand in a PDF")]
    Samples {
        /// Bits of a sample.
        bits: u8,
        /// Components of a pixel.
        components: u8,
    },
    /// No width or no height.
    #[error("the JPEG file has no pixels")]
    Empty,
}

impl Jpeg {
    /// Reads the markers up to the first scan.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, JpegError> {
        let mut rest = bytes.strip_prefix(&[0xFF, 0xD8]).ok_or(JpegError::Signature)?;
        let mut frame = None;
        let mut is_adobe = false;
        loop {
            // T.81 §B.1.1.2: any number of fill bytes before a marker
            let fill = rest.iter().take_while(|byte| **byte == 0xFF).count();
            let (marker, after) = rest[fill..].split_first().ok_or(JpegError::Truncated)?;
            if fill == 0 {
                return Err(JpegError::Damaged);
            }
            if matches!(marker, 0x01 | 0xD0..=0xD7) {
                rest = after; // TEM and RSTn stand alone
                continue;
            }
            let (length, after) = after.split_first_chunk::<2>().ok_or(JpegError::Truncated)?;
            let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2).ok_or(JpegError::Damaged)?;
            let (segment, after) = after.split_at_checked(length).ok_or(JpegError::Truncated)?;
            match marker {
                // PDF takes baseline, extended sequential and progressive DCT (ISO 32000-1 §7.4.8)
                0xC0..=0xC2 if frame.is_none() => frame = Some(sof(segment)?),
                0xC0..=0xC2 => return Err(JpegError::Damaged),
                0xC4 | 0xC8 | 0xCC => {} // tables, and one that is reserved
                0xC3..=0xCF => return Err(JpegError::Kind(*marker)),
                0xEE if segment.starts_with(b"Adobe") => is_adobe = true,
                0xDA => {
                    let (width, height, components) = frame.ok_or(JpegError::Damaged)?;
                    return Ok(Jpeg { width, height, components, is_adobe });
                }
                0xD8 | 0xD9 | 0x00 => return Err(JpegError::Damaged),
                _ => {}
            }
            rest = after;
        }
    }
}

/// Width, height and components out of a frame header.
fn sof(segment: &[u8]) -> Result<(u16, u16, u8), JpegError> {
    let &[bits, h1, h0, w1, w0, components, ..] = segment else { return Err(JpegError::Damaged) };
    let (height, width) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
    if bits != 8 || !matches!(components, 1 | 3 | 4) {
        return Err(JpegError::Samples { bits, components });
    }
    if width == 0 || height == 0 {
        return Err(JpegError::Empty);
    }
    Ok((width, height, components))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A frame of the given kind and a scan that never begins.
    fn file(kind: u8, bits: u8, size: u16, components: u8, adobe: bool) -> Vec<u8> {
        let [high, low] = size.to_be_bytes();
        let mut bytes = vec![0xFF, 0xD8];
        if adobe {
            bytes.extend(*b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00");
        }
        bytes.extend([0xFF, 0xFF, kind, 0, 8, bits, high, low, high, low, components]);
        bytes.extend([0xFF, 0xDA, 0, 2]);
        bytes
    }

    #[test]
    fn the_frame_tells_size_and_components() {
        for (components, is_adobe) in [(1, false), (3, false), (4, true)] {
            let read = Jpeg::read(&file(0xC2, 8, 300, components, is_adobe));
            assert_eq!(read, Ok(Jpeg { width: 300, height: 300, components, is_adobe }));
        }
    }

    #[test]
    fn what_a_pdf_cannot_hold_is_said() {
        for (bytes, error) in [
            (b"\x89PNG".to_vec(), JpegError::Signature),
            (vec![0xFF, 0xD8], JpegError::Truncated),
            (vec![0xFF, 0xD8, 0x00, 0x00], JpegError::Damaged),
            (vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 1], JpegError::Damaged),
            (vec![0xFF, 0xD8, 0xFF, 0xDA, 0, 2], JpegError::Damaged),
            (file(0xC3, 8, 9, 3, false), JpegError::Kind(0xC3)),
            (file(0xC9, 8, 9, 3, false), JpegError::Kind(0xC9)),
            (file(0xC1, 12, 9, 3, false), JpegError::Samples { bits: 12, components: 3 }),
            (file(0xC0, 8, 9, 2, false), JpegError::Samples { bits: 8, components: 2 }),
            (file(0xC0, 8, 0, 3, false), JpegError::Empty),
        ] {
            assert_eq!(Jpeg::read(&bytes), Err(error), "{bytes:02X?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Jpeg::read(&bytes);
            let _ = Jpeg::read(&[&[0xFF, 0xD8, 0xFF][..], &bytes].concat());
        }

        #[test]
        fn a_file_cut_off_before_its_scan_is_refused(cut in 0..27_usize) {
            let whole = file(0xC0, 8, 9, 4, true);
            prop_assert!(Jpeg::read(&whole[..whole.len() - 1 - cut]).is_err());
        }
    }
}
