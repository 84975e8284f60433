//! The chunks of a WebP file (RFC 9649), as far as two questions need them: is it whole, and how large are its pictures. The
//! decoder would reserve room for a frame before it compares it with the canvas.

/// What a file claims to be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claims {
    /// Ends before the size that it states.
    Truncated,
    /// Has frames (§2.7.1.1, chunk `ANMF`).
    Animated,
    /// Width and height in pixels of canvas and bitstreams.
    Sizes(Vec<(u32, u32)>),
}

/// Looks at the chunks' heads alone.
pub(crate) fn claims(bytes: &[u8]) -> Claims {
    let Some((size, chunks)) = bytes.get(4..8).and_then(<[u8]>::first_chunk).zip(bytes.get(12..)) else {
        return Claims::Truncated;
    };
    // §2.4: the size counts what follows it
    if u64::from(u32::from_le_bytes(*size)) + 8 > bytes.len() as u64 {
        return Claims::Truncated;
    }
    let (mut rest, mut sizes) = (chunks, Vec::new());
    while let Some((&[a, b, c, d, l0, l1, l2, l3], content)) = rest.split_first_chunk() {
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        match (&[a, b, c, d], content) {
            (b"ANMF", _) => return Claims::Animated,
            // §2.7.1: flags, three reserved bytes, the canvas less one of 24 bits each
            (b"VP8X", [_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
                sizes.push((u32::from_le_bytes([*w0, *w1, *w2, 0]) + 1, u32::from_le_bytes([*h0, *h1, *h2, 0]) + 1));
            }
            // RFC 6386 §9.1: frame tag, start code, 14 bits each below two of scaling
            (b"VP8 ", [_, _, _, _, _, _, w0, w1, h0, h1, ..]) => {
                let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
                sizes.push((side(*w0, *w1), side(*h0, *h1)));
            }
            // §3.4: signature, both less one, of 14 bits
            (b"VP8L", [0x2F, s0, s1, s2, s3, ..]) => {
                let both = u32::from_le_bytes([*s0, *s1, *s2, *s3]);
                sizes.push(((both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1));
            }
            _ => {}
        }
        // §2.3: chunks begin at even places
        let Some(next) = length.checked_add(length % 2).and_then(|padded| content.get(padded..)) else { break };
        rest = next;
    }
    Claims::Sizes(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (name, content) in chunks {
            let length = u32::try_from(content.len()).expect("short");
            body.extend([&name[..], &length.to_le_bytes(), content, &vec![0; content.len() % 2]].concat());
        }
        let size = u32::try_from(body.len()).expect("short");
        [&b"RIFF"[..], &size.to_le_bytes(), &body].concat()
    }

    #[test]
    fn every_size_is_found() {
        let chunks = [
            (b"VP8X", &[0, 0, 0, 0, 0x57, 2, 0, 0x1F, 3, 0][..]),
            (b"ICCP", &[1, 2, 3]),
            (b"VP8 ", &[0, 0, 0, 0x9D, 1, 0x2A, 0x58, 0x42, 0xFF, 0xFF]),
            (b"VP8L", &[0x2F, 0x57, 0xC2, 0xC7, 0x00]),
        ];
        assert_eq!(claims(&file(&chunks)), Claims::Sizes(vec![(600, 800), (600, 16_383), (600, 800)]));
    }

    #[test]
    fn what_breaks_off_or_moves_is_told() {
        let whole = file(&[(b"ANMF", &[0; 16])]);
        assert_eq!(claims(&whole), Claims::Animated);
        assert!((0..whole.len()).all(|cut| claims(&whole[..cut]) == Claims::Truncated));
    }

    proptest! {
        #[test]
        fn any_chunks_are_walked(bytes: Vec<u8>) {
            claims(&[b"RIFF\0\0\0\0WEBP", &bytes[..]].concat());
        }
    }
}
