//! What is drawn natively and in WebAssembly.

use std::sync::Arc;

use face::font::Fonts;
use face::layout::{Grounds, Mode, Pictures, Settings, lay_out};
use face::qr::Resolution;
use face::record::{Form, Record, Variant};
use face::scene::{Picture, PictureFormat};
use face::svg;

const EXAMPLE: &str = include_str!("../../../face/examples/record.json");
/// The fingerprints that were seen natively.
pub const ON_FILE: &str = include_str!("../../../face/goldens/likeness.txt");

/// A line for each template, resolution and side: its name, the length of its SVG, FNV-1a of it.
pub fn fingerprints(regular: Vec<u8>, bold: Vec<u8>) -> Result<String, String> {
    let fonts = Fonts::new(regular.into(), bold.into()).map_err(|error| error.to_string())?;
    let grounds = Grounds::new(&fonts);
    let example: Form = serde_json::from_str(EXAMPLE).map_err(|error| error.to_string())?;
    let mut told = String::new();
    for (variant, name) in [(Variant::Raised, "raised"), (Variant::Embedded, "embedded"), (Variant::Other, "other")] {
        for resolution in [Resolution::Dpi300, Resolution::Dpi600] {
            let record = Record::read(&Form { variant, ..example.clone() }).map_err(|faults| format!("{faults:?}"))?;
            let settings = Settings { resolution, ..Settings::default() };
            let portrait = Picture { format: PictureFormat::Jpeg, pixels: (600, 800), bytes: Arc::from(*b"portrait") };
            let pictures = Pictures { portrait: Some(portrait), emblem: None };
            let face =
                lay_out(&record, pictures, &grounds, &fonts, &settings).map_err(|faults| format!("{faults:?}"))?;
            for (side, of) in [(&face.front, "front"), (&face.back, "back")] {
                let drawn = svg::write(&side.scene(Mode::Full), &fonts, svg::Options::default());
                let hash = drawn.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
                });
                told += &format!("{name} {} {of} {} {hash:016x}\n", resolution.dpi(), drawn.len());
            }
        }
    }
    Ok(told)
}
