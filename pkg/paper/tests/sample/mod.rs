//! Documents as the portal will write them, and the fonts.

pub mod documents;
mod liberation;

use std::sync::{Arc, LazyLock};

use jpeg_encoder::{ColorType, Encoder};
use paper::{Fonts, Picture};

/// Liberation Serif.
pub fn fonts() -> &'static Fonts {
    static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
        let [regular, bold, italic, bold_italic] = ["Regular", "Bold", "Italic", "BoldItalic"]
            .map(|face| Arc::from(std::fs::read(liberation::path(face)).expect("the font can be read")));
        Fonts::new(regular, bold, italic, bold_italic).expect("Liberation Serif has all letters")
    });
    &FONTS
}

/// A picture of 3:4 that is another one for each number.
pub fn jpeg(number: u32) -> Arc<[u8]> {
    let (width, height) = (90_u16, 120_u16);
    let pixel = |at: u32| {
        let (x, y) = (at % 90, at / 90);
        let face = (x.abs_diff(45).pow(2) + y.abs_diff(50).pow(2) < 700) || (y > 84 && x.abs_diff(45) < 34);
        let shade = |step: u32| ((number * step + y / 2) % 90) as u8;
        if face { [200, 160 - shade(7), 120] } else { [90 + shade(13), 130, 200] }
    };
    let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height)).flat_map(pixel).collect();
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 85).encode(&pixels, width, height, ColorType::Rgb).expect("the picture is encoded");
    bytes.into()
}

pub fn portrait(number: u32, name: &str) -> Picture {
    Picture::portrait(jpeg(number), format!("Ảnh chân dung của {name}")).expect("the picture is sound")
}
