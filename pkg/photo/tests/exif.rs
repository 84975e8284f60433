//! What a camera writes beside the picture: rotation is applied, everything else is gone.

use image::{ImageFormat, Rgb, RgbImage};
use photo::{Crop, Picture, check_master, make};

#[path = "../src/sample.rs"]
mod sample;

/// A TIFF block (Exif 3.0 §4.5) with an orientation, a maker's name and a place, little-endian.
fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let [low, high] = orientation.to_le_bytes();
    [
        b"II*\0\x08\0\0\0".to_vec(),
        3u16.to_le_bytes().to_vec(),
        entry(0x010F, 2, 4, *b"CAM\0"),           // Make
        entry(0x0112, 3, 1, [low, high, 0, 0]),   // Orientation
        entry(0x8825, 4, 1, 50u32.to_le_bytes()), // GPS IFD, at 8 + 2 + 3 × 12 + 4
        vec![0; 4],
        2u16.to_le_bytes().to_vec(),
        entry(0x0001, 2, 2, *b"N\0\0\0"), // GPSLatitudeRef
        entry(0x0012, 2, 4, *b"WGS\0"),   // GPSMapDatum
        vec![0; 4],
    ]
    .concat()
}

/// `jpeg` with an APP1 segment after SOI.
fn with_exif(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    let length = u16::try_from(2 + 6 + tiff.len()).expect("short");
    [&jpeg[..2], &[0xFF, 0xE1], &length.to_be_bytes(), b"Exif\0\0", tiff, &jpeg[2..]].concat()
}

#[test]
fn every_orientation_is_applied() {
    const RED: [u8; 3] = [200, 20, 20];
    const GREEN: [u8; 3] = [20, 200, 20];
    const BLUE: [u8; 3] = [20, 20, 200];
    const WHITE: [u8; 3] = [240, 240, 240];
    let stored = RgbImage::from_fn(800, 900, |x, y| {
        Rgb(match (x < 400, y < 450) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    });
    let jpeg = sample::saved(&stored, ImageFormat::Jpeg);
    // Exif 3.0 §4.6.5.1: which side of the stored picture is seen where; top left, top right, bottom left, bottom right
    let seen = [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
        // not an orientation: left as it is
        (0, [RED, GREEN, BLUE, WHITE]),
        (9, [RED, GREEN, BLUE, WHITE]),
    ];
    for (orientation, corners) in seen {
        let picture = Picture::read(&with_exif(&jpeg, &exif(orientation))).expect("readable");
        let (width, height) = (picture.frame().width(), picture.frame().height());
        let turned = (5..=8).contains(&orientation);
        assert_eq!((width, height), if turned { (900, 800) } else { (800, 900) }, "orientation {orientation}");
        let at = |x: u32, y: u32| &picture.rgb()[((y * width + x) * 3) as usize..][..3];
        let found = [at(50, 50), at(width - 50, 50), at(50, height - 50), at(width - 50, height - 50)];
        for (found, wanted) in found.iter().zip(corners) {
            let near = found.iter().zip(wanted).all(|(found, wanted)| found.abs_diff(wanted) < 6);
            assert!(near, "orientation {orientation}: {found:?} for {wanted:?}");
        }
    }
}

#[test]
fn size_is_judged_as_it_is_seen() {
    let lying = sample::saved(&RgbImage::new(800, 600), ImageFormat::Jpeg);
    assert!(Picture::read(&lying).is_err());
    assert!(Picture::read(&with_exif(&lying, &exif(6))).is_ok());
    let standing = sample::saved(&RgbImage::new(600, 800), ImageFormat::Jpeg);
    assert!(Picture::read(&with_exif(&standing, &exif(6))).is_err());
}

#[test]
fn place_and_device_are_gone() {
    let jpeg = with_exif(&sample::saved(&sample::portrait(900, 1200, 500, 400), ImageFormat::Jpeg), &exif(1));
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    for what in [&b"Exif\0"[..], b"CAM\0", b"WGS\0"] {
        assert!(has(&jpeg, what));
    }
    assert!(check_master(&jpeg).is_err());
    let picture = Picture::read(&jpeg).expect("readable");
    let master = make(&picture, Crop::suggested(&picture)).expect("a portrait");
    for what in [&b"Exif\0"[..], b"CAM\0", b"WGS\0"] {
        assert!(!has(master.jpeg(), what));
    }
    assert_eq!(check_master(master.jpeg()), Ok(master));
}

#[test]
fn a_broken_exif_block_does_not_matter() {
    let jpeg = sample::saved(&RgbImage::new(600, 800), ImageFormat::Jpeg);
    for tiff in [&b""[..], b"II*\0", b"II*\0\xFF\xFF\xFF\xFF", b"MM\0*\0\0\0\x08\xFF\xFF", b"nonsense"] {
        assert!(Picture::read(&with_exif(&jpeg, tiff)).is_ok(), "{tiff:?}");
    }
}
