//! How data is split into segments, and the version and level that hold them.

use qrcode::bits::Bits;
use qrcode::types::{EcLevel, Mode, QrResult, Version};

/// ECI assignment of UTF-8. Without it one common decoder takes a part of all Vietnamese payloads for another encoding.
const UTF_8: u32 = 26;
/// Mode indicator and designator of [`UTF_8`] (ISO/IEC 18004:2015 §7.4.2).
const ECI_BITS: usize = 4 + 8;

/// How much of a symbol may be lost: about 7, 15, 25 and 30 percent of its codewords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 7 percent.
    L,
    /// 15 percent.
    M,
    /// 25 percent.
    Q,
    /// 30 percent.
    H,
}

impl Level {
    /// All four, the weakest first.
    pub const ALL: [Self; 4] = [Self::L, Self::M, Self::Q, Self::H];

    pub(super) const fn encoder(self) -> EcLevel {
        match self {
            Self::L => EcLevel::L,
            Self::M => EcLevel::M,
            Self::Q => EcLevel::Q,
            Self::H => EcLevel::H,
        }
    }
}

/// The lowest version that holds some data, the highest level that keeps it, and the data's segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) version: u8,
    pub(super) level: Level,
    pub(super) segments: Vec<Segment>,
}

/// So many bytes in one mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) mode: Mode,
    pub(super) len: usize,
}

impl Layout {
    /// `None` if not even version 40 holds the data. Several segments only where they save a version or gain a level; one
    /// segment of bytes is what every decoder reads alike.
    pub(super) fn of(data: &[u8]) -> Option<Self> {
        let plain = vec![Segment { mode: Mode::Byte, len: data.len() }];
        // lengths of headers change with versions 10 and 27
        [1..=9_u8, 10..=26, 27..=40].into_iter().find_map(|versions| {
            let mixed = segments(data, encoder_version(*versions.start()));
            let (version, level) =
                versions.into_iter().find_map(|version| Some((version, highest(&mixed, version)?)))?;
            let segments = if highest(&plain, version) == Some(level) { plain.clone() } else { mixed };
            Some(Self { version, level, segments })
        })
    }

    /// The data's bits, headers and padding included.
    pub(super) fn bits(&self, data: &[u8]) -> QrResult<Bits> {
        let mut bits = Bits::new(encoder_version(self.version));
        bits.push_eci_designator(UTF_8)?;
        let mut rest = data;
        for Segment { mode, len } in &self.segments {
            let (part, behind) = rest.split_at_checked(*len).unwrap_or((rest, &[]));
            rest = behind;
            match mode {
                Mode::Numeric => bits.push_numeric_data(part)?,
                Mode::Alphanumeric => bits.push_alphanumeric_data(part)?,
                Mode::Byte | Mode::Kanji => bits.push_byte_data(part)?,
            }
        }
        bits.push_terminator(self.level.encoder())?;
        Ok(bits)
    }
}

fn encoder_version(version: u8) -> Version {
    Version::Normal(version.into())
}

/// The highest level at which a version holds these segments.
fn highest(segments: &[Segment], version: u8) -> Option<Level> {
    let version = encoder_version(version);
    let length =
        |segment: &Segment| 4 + segment.mode.length_bits_count(version) + segment.mode.data_bits_count(segment.len);
    let needed = ECI_BITS + segments.iter().map(length).sum::<usize>();
    // a segment whose length does not fit its header is longer than the symbol too
    let holds = |level: &Level| Bits::new(version).max_len(level.encoder()).is_ok_and(|bits| needed <= bits);
    Level::ALL.into_iter().rev().find(holds)
}

const MODES: [Mode; 3] = [Mode::Byte, Mode::Alphanumeric, Mode::Numeric];

/// The shortest segmentation, by dynamic programming over the bytes; costs in sixths of a bit, so that two thirds of ten
/// bits and half of eleven are whole numbers. A character beyond ASCII is never split: its bytes fit one mode only.
fn segments(data: &[u8], version: Version) -> Vec<Segment> {
    let header = MODES.map(|mode| 6 * (4 + mode.length_bits_count(version)));
    let mut costs = header.map(Some);
    // for each byte and each mode to go on in behind it: the mode that the byte is in
    let mut steps: Vec<[usize; 3]> = Vec::with_capacity(data.len());
    for byte in data {
        let mut next = [None; 3];
        let mut from = [0, 1, 2];
        for (mode, cost) in costs.iter().enumerate() {
            next[mode] = cost.zip(cost_of(MODES[mode], *byte)).map(|(cost, more)| cost + more);
        }
        let ended = next;
        for (target, head) in header.iter().enumerate() {
            for (source, cost) in ended.iter().enumerate() {
                let Some(cost) = cost else { continue };
                let switched = cost.div_ceil(6) * 6 + head;
                if source != target && next[target].is_none_or(|known| switched < known) {
                    next[target] = Some(switched);
                    from[target] = source;
                }
            }
        }
        steps.push(from);
        costs = next;
    }
    let mut mode = (0..MODES.len()).min_by_key(|mode| costs[*mode].unwrap_or(usize::MAX)).unwrap_or(0);
    let mut segments: Vec<Segment> = Vec::new();
    for from in steps.iter().rev() {
        mode = from[mode];
        match segments.last_mut() {
            Some(segment) if segment.mode == MODES[mode] => segment.len += 1,
            _ => segments.push(Segment { mode: MODES[mode], len: 1 }),
        }
    }
    segments.reverse();
    segments
}

/// ISO/IEC 18004:2015 §7.4.3 to §7.4.5.
fn cost_of(mode: Mode, byte: u8) -> Option<usize> {
    match mode {
        Mode::Numeric => byte.is_ascii_digit().then_some(20),
        Mode::Alphanumeric => {
            matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':')
                .then_some(33)
        }
        Mode::Byte | Mode::Kanji => Some(48),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::optimize::{Parser, total_encoded_len};

    use super::*;

    fn bits(segments: &[Segment], version: Version) -> usize {
        segments.iter().map(|part| 4 + part.mode.length_bits_count(version) + part.mode.data_bits_count(part.len)).sum()
    }

    #[test]
    fn a_long_number_gets_a_segment_of_its_own() {
        let parts = segments("Nguyễn|046090001234|Sở".as_bytes(), Version::Normal(7));
        let lens: Vec<(Mode, usize)> = parts.iter().map(|part| (part.mode, part.len)).collect();
        assert_eq!(lens, [(Mode::Byte, 9), (Mode::Numeric, 12), (Mode::Byte, 5)]);
    }

    #[test]
    fn several_segments_stand_only_where_they_gain() {
        let layout = Layout::of(b"abc|046090001234").unwrap();
        assert_eq!((layout.version, layout.level, layout.segments.len()), (1, Level::M, 2), "else 1-L");
        let layout = Layout::of(b"a|123456").unwrap();
        assert_eq!((layout.version, layout.level, layout.segments.len()), (1, Level::Q, 1));
        assert_eq!(Layout::of(&[b'a'; 3_000]), None);
        assert_eq!(Layout::of(b"").unwrap().version, 1);
    }

    proptest! {
        #[test]
        fn no_other_segmentation_that_we_know_is_shorter(data in "[0-9]{0,9}[A-Z.]{0,9}[a-z|ệ]{0,5}[0-9]{0,14}[A-Z0-9 ]{0,20}") {
            let data = data.as_bytes();
            for version in [1, 9, 10, 27].map(Version::Normal) {
                let ours = segments(data, version);
                prop_assert_eq!(ours.iter().map(|part| part.len).sum::<usize>(), data.len());
                // the encoder's own, which is greedy; Kanji is not ours to use
                let greedy: Vec<_> = Parser::new(data).optimize(version).collect();
                if greedy.iter().all(|segment| segment.mode != Mode::Kanji) {
                    prop_assert!(bits(&ours, version) <= total_encoded_len(&greedy, version));
                }
                let mut at = 0;
                for part in &ours {
                    prop_assert!(data[at..at + part.len].iter().all(|byte| cost_of(part.mode, *byte).is_some()));
                    at += part.len;
                }
            }
        }

        #[test]
        fn the_layout_holds_the_data_and_no_lower_one_does(data in "[0-9A-Za-zệữ|/. ]{1,150}") {
            let layout = Layout::of(data.as_bytes()).unwrap();
            let bits = layout.bits(data.as_bytes()).unwrap();
            prop_assert_eq!(bits.len(), bits.max_len(layout.level.encoder()).unwrap());
            let shortest = segments(data.as_bytes(), encoder_version(layout.version));
            prop_assert_eq!(highest(&shortest, layout.version), Some(layout.level));
            prop_assert!(layout.version == 1 || highest(&shortest, layout.version - 1).is_none() || layout.version == 10);
        }
    }
}
