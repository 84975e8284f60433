//! Files that lie, break off or are made to exhaust: each is answered, in little memory where it is refused.
#![expect(unsafe_code, reason = "an allocator that counts is unsafe to write")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::LazyLock;

use image::ImageFormat::{self, Jpeg, Png, WebP};
use photo::{Format, MAX_PIXELS, PhotoError, Picture, check_master};
use proptest::prelude::*;

#[path = "../src/sample.rs"]
mod sample;

/// The system's allocator, counting what each thread holds.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    MOST.set(MOST.get().max(held));
}

// SAFETY: every call is passed on unchanged
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The answer, and how many bytes were held at once on the way to it.
fn read(bytes: &[u8]) -> (Result<Picture, PhotoError>, isize) {
    let before = HELD.get();
    MOST.set(before);
    let answer = Picture::read(bytes);
    (answer, MOST.get() - before)
}

/// Bytes that may be held for a file that is refused before its pixels are decoded.
fn little(bytes: &[u8]) -> isize {
    (5 << 20) + 3 * bytes.len().cast_signed()
}

/// A valid file of each format.
static FILES: LazyLock<[(ImageFormat, Format, Vec<u8>); 3]> = LazyLock::new(|| {
    [(Jpeg, Format::Jpeg), (Png, Format::Png), (WebP, Format::WebP)]
        .map(|(format, ours)| (format, ours, sample::saved(&sample::portrait(600, 800, 500, 400), format)))
});

/// A PNG's signature and header alone, with a right checksum; and the start of a JPEG's, up to its frame.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let header = [b"IHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    };
    let checksum = !header.iter().fold(!0, step);
    // an empty IDAT, of which the checksum is known, so that the header ends
    let data = [0, 0, 0, 0, b'I', b'D', b'A', b'T', 0x35, 0xAF, 0x06, 0x1E];
    [&b"\x89PNG\r\n\x1A\n\0\0\0\x0D"[..], &header, &checksum.to_be_bytes(), &data].concat()
}

/// A valid JPEG that claims another size.
fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = FILES[0].2.clone();
    let frame = jpeg.windows(2).position(|two| two == [0xFF, 0xC0]).expect("a frame");
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// A lossless WebP that claims another size, of 14 bits each (RFC 9649 §3.4).
fn webp_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut webp = FILES[2].2.clone();
    assert_eq!(&webp[12..16], b"VP8L");
    let alpha = webp[24] & 0xF0;
    webp[21..25].copy_from_slice(&((width - 1) | (height - 1) << 14).to_le_bytes());
    webp[24] |= alpha;
    webp
}

#[test]
fn forty_megapixels_are_refused_before_they_are_decoded() {
    for bytes in [png_header(7680, 5120), jpeg_claiming(7680, 5120), webp_claiming(7680, 5120)] {
        let (answer, held) = read(&bytes);
        assert_eq!(answer, Err(PhotoError::TooManyPixels { width: 7680, height: 5120, max: MAX_PIXELS }));
        assert!(held < little(&bytes), "{held}");
    }
}

#[test]
fn huge_sides_are_refused_before_they_are_decoded() {
    for (bytes, width, height) in [
        (png_header(0x7FFF_FFFF, 0x7FFF_FFFF), 0x7FFF_FFFF, 0x7FFF_FFFF),
        (png_header(1, 0x7FFF_FFFF), 1, 0x7FFF_FFFF),
        (jpeg_claiming(65_500, 65_500), 65_500, 65_500),
        (webp_claiming(16_383, 16_383), 16_383, 16_383),
        (jpeg_claiming(12_001, 900), 12_001, 900),
    ] {
        let (answer, held) = read(&bytes);
        assert_eq!(answer, Err(PhotoError::SideTooLong { width, height, max: 12_000 }));
        assert!(held < little(&bytes), "{held}");
    }
}

#[test]
fn a_small_canvas_with_a_huge_frame_is_refused() {
    let mut canvas = b"VP8X\x0A\0\0\0\0\0\0\0\x57\x02\0\x1F\x03\0".to_vec();
    canvas.extend(b"VP8 \x10\0\0\0\x10\0\0\x9D\x01\x2A\xFF\x3F\xFF\x3F\0\0\0\0\0\0");
    let size = u32::try_from(canvas.len() + 4).expect("short");
    let bytes = [&b"RIFF"[..], &size.to_le_bytes(), b"WEBP", &canvas].concat();
    let (answer, held) = read(&bytes);
    assert_eq!(answer, Err(PhotoError::SideTooLong { width: 16_383, height: 16_383, max: 12_000 }));
    assert!(held < little(&bytes), "{held}");
}

#[test]
fn a_second_frame_in_a_jpeg_is_refused() {
    let (small, large) = (&FILES[0].2, jpeg_claiming(12_000, 2000));
    let two = [&small[..small.len() - 2], &large[20..]].concat();
    assert_eq!(read(&two).0, Err(PhotoError::Damaged(Format::Jpeg)));
}

#[test]
fn a_header_without_its_pixels_breaks_off() {
    let answer = read(&png_header(5000, 5000)).0;
    assert!(matches!(answer, Err(PhotoError::Truncated(Format::Png) | PhotoError::Damaged(Format::Png))), "{answer:?}");
    assert_eq!(read(&jpeg_claiming(0, 0)).0, Err(PhotoError::Damaged(Format::Jpeg)));
}

#[test]
fn what_only_claims_to_be_a_jpeg_is_refused() {
    let page = [&[0xFF, 0xD8, 0xFF, 0xE0][..], b"<script>alert(1)</script>"].concat();
    assert!(matches!(Picture::read(&page), Err(PhotoError::Truncated(_) | PhotoError::Damaged(_))));
    assert_eq!(Picture::read(&[0xFF, 0xD8, 0xFF, 0xD9]), Err(PhotoError::Damaged(Format::Jpeg)));
    assert_eq!(Picture::read(b"MZ\x90\0 photo.jpg"), Err(PhotoError::NotAPicture));
    // a picture of one format under the signature of another
    let [jpeg, png, webp] = &*FILES;
    for (head, body) in [(jpeg, png), (png, jpeg), (webp, jpeg), (jpeg, webp)] {
        let mixed = [&head.2[..12], &body.2[12..]].concat();
        assert!(Picture::read(&mixed).is_err());
    }
}

#[test]
fn what_follows_a_picture_does_not_reach_the_master() {
    let double = [&FILES[0].2[..], b"PK\x03\x04 a second file"].concat();
    let picture = Picture::read(&double).expect("phones append films to their photos");
    let master = photo::make(&picture, photo::Crop::suggested(&picture)).expect("a portrait");
    assert!(!master.jpeg().windows(6).any(|window| window == b"second"));
    assert!(check_master(&double).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_file_that_breaks_off_is_refused_or_whole(which in 0usize..3, cut: prop::sample::Index) {
        let (_, format, bytes) = &FILES[which];
        let cut = &bytes[..cut.index(bytes.len())];
        match Picture::read(cut) {
            Ok(picture) => prop_assert_eq!(Ok(picture), Picture::read(bytes)),
            Err(error) if cut.len() >= 12 => prop_assert!(
                error == PhotoError::Truncated(*format) || error == PhotoError::Damaged(*format), "{}", error
            ),
            Err(_) => {}
        }
    }

    #[test]
    fn a_damaged_file_is_answered(
        which in 0usize..3, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), head: bool,
    ) {
        let mut bytes = FILES[which].2.clone();
        let reach = if head { bytes.len().min(700) } else { bytes.len() };
        for (at, value) in changes {
            bytes[at.index(reach)] = value;
        }
        let (answer, held) = read(&bytes);
        // 16 bytes a pixel: decoded, turned and converted; a size that the damage made is within the limit or refused
        let most = answer.map_or(little(&bytes).max(16 * MAX_PIXELS.cast_signed() as isize), |picture| {
            little(&bytes) + 16 * (picture.frame().width() * picture.frame().height()) as isize
        });
        prop_assert!(held < most, "{} of {}", held, most);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered_in_little_memory(which in 0usize..4, bytes: Vec<u8>) {
        let bytes = match which {
            3 => bytes,
            format => [&FILES[format].2[..16], &bytes].concat(),
        };
        let (answer, held) = read(&bytes);
        prop_assert!(answer.is_err());
        prop_assert!(held < little(&bytes), "{}", held);
    }
}
