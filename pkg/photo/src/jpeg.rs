//! The segments of a JPEG file (ITU-T T.81, annex B), as far as two questions need them: does the file go on to its end, and
//! what stands in it beside the picture. The decoder would fill what is missing with grey and skip what it does not know.

/// Start of image.
pub(crate) const SOI: u8 = 0xD8;
/// End of image.
pub(crate) const EOI: u8 = 0xD9;
/// Start of scan.
pub(crate) const SOS: u8 = 0xDA;
/// Start of a baseline frame.
pub(crate) const SOF0: u8 = 0xC0;
/// JFIF's header.
pub(crate) const APP0: u8 = 0xE0;
/// A comment.
pub(crate) const COM: u8 = 0xFE;

/// A segment that is not entropy-coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    /// The marker's second byte.
    pub marker: u8,
    /// What follows the length.
    pub content: &'a [u8],
}

/// Why the walk ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At EOI; so many bytes follow.
    Complete {
        /// Bytes after EOI.
        trailing: usize,
    },
    /// The file breaks off before EOI.
    Truncated,
    /// Something other than a marker stands where one has to.
    Damaged,
}

/// The segments in the order of the file, SOI and EOI left out, and how the walk ended. Allocates only the list.
pub(crate) fn walk(bytes: &[u8]) -> (Vec<Segment<'_>>, End) {
    let mut segments = Vec::new();
    let Some(mut rest) = bytes.strip_prefix(&[0xFF, SOI]) else { return (segments, End::Damaged) };
    let end = loop {
        // T.81 §B.1.1.2: any marker may be preceded by fill bytes 0xFF
        let after = match rest {
            [] | [0xFF] => break End::Truncated,
            [0xFF, 0xFF, ..] => {
                rest = &rest[1..];
                continue;
            }
            [0xFF, EOI, trailing @ ..] => break End::Complete { trailing: trailing.len() },
            // T.81 table B.1: restarts and TEM stand alone; outside a scan they mean nothing
            [0xFF, 0x01 | 0xD0..=0xD7, after @ ..] => {
                rest = after;
                continue;
            }
            [0xFF, 0x00 | SOI, ..] => break End::Damaged,
            [0xFF, _, after @ ..] => after,
            _ => break End::Damaged,
        };
        let marker = rest[1];
        let Some((length, _)) = after.split_first_chunk() else { break End::Truncated };
        let length = usize::from(u16::from_be_bytes(*length));
        // T.81 §B.1.1.4: the length counts its own two bytes
        let Some(content) = length.checked_sub(2) else { break End::Damaged };
        let Some(content) = after[2..].get(..content) else { break End::Truncated };
        segments.push(Segment { marker, content });
        rest = &after[length..];
        if marker == SOS {
            let Some(scan) = scan_length(rest) else { break End::Truncated };
            rest = &rest[scan..];
        }
    };
    (segments, end)
}

/// Bytes of entropy-coded data up to the next marker that is neither a stuffed zero nor a restart (T.81 §B.1.1.5).
fn scan_length(data: &[u8]) -> Option<usize> {
    data.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn segments_scans_and_the_end_are_told_apart() {
        let file = [
            &[0xFF, 0xD8][..],
            &[0xFF, 0xFF, 0xE1, 0, 4, 7, 8],
            &[0xFF, 0xDA, 0, 2],
            &[1, 0xFF, 0x00, 2, 0xFF, 0xD3, 3],
            &[0xFF, 0xD9, 9, 9],
        ]
        .concat();
        let (segments, end) = walk(&file);
        let wanted = [Segment { marker: 0xE1, content: &[7, 8] }, Segment { marker: SOS, content: &[] }];
        assert_eq!((&segments[..], end), (&wanted[..], End::Complete { trailing: 2 }));
        for cut in 2..file.len() - 2 {
            assert_eq!(walk(&file[..cut]).1, End::Truncated, "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_marker_is_damage() {
        assert_eq!(walk(b"").1, End::Damaged);
        assert_eq!(walk(&[0xFF, 0xD8, 1, 2]).1, End::Damaged);
        assert_eq!(walk(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 1]).1, End::Damaged);
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked(bytes: Vec<u8>) {
            walk(&[&[0xFF, 0xD8, 0xFF], &bytes[..]].concat());
        }
    }
}
