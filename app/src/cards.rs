//! How the province's cards look: type, settings, and what is the same on each of them.

use std::sync::Arc;

use axum::body::Bytes;
use face::artwork::Emblem;
use face::font::Fonts;
use face::layout::Settings;
use face::record::Variant;
use preview::{Easel, settings};
use registry::blobs::BlobHash;

use crate::routes;

/// See the module.
pub struct Cards {
    pub easel: Arc<Easel>,
    /// What a card has where nobody wrote anything else.
    pub usual: Usual,
    /// The settings, for the browser.
    pub settings: String,
    /// Grounds of front and back, and the province's emblem where it has its own.
    pictures: Vec<CardPicture>,
}

/// Values of a province for all its cards.
#[derive(Clone, Debug, Default)]
pub struct Usual {
    /// Host of the public page, without scheme.
    pub host: String,
    /// Name on the back; empty for the province's own.
    pub back_name: String,
    pub variant: Option<Variant>,
    /// Whether backs have a signed code, by which a card is checked without a network.
    pub signed_codes: bool,
}

/// A picture that every card has.
pub struct CardPicture {
    name: &'static str,
    pub kind: &'static str,
    pub bytes: Bytes,
    /// With a part of its hash, so that it may be kept for good.
    pub address: String,
}

impl Cards {
    /// With this type, these settings, and the province's own emblem, read, with its file.
    pub fn new(fonts: Fonts, face: Settings, usual: Usual, emblem: Option<(Emblem, Vec<u8>)>) -> Self {
        // text, numbers and pairs: JSON has a form for all of them
        let settings = settings::to_json(&face).unwrap_or_default();
        let (emblem, file) = emblem.unzip();
        let easel = Easel::new(fonts, face, emblem);
        let [front, back] = easel.ground_pictures();
        let mut pictures = vec![
            CardPicture::new("front", "image/svg+xml", front.into_bytes()),
            CardPicture::new("back", "image/svg+xml", back.into_bytes()),
        ];
        // not shown by any page as it is: the module reads it
        pictures.extend(file.map(|file| CardPicture::new("emblem", "application/octet-stream", file)));
        Cards { easel: Arc::new(easel), usual, settings, pictures }
    }

    /// The picture of that name.
    pub fn picture(&self, name: &str) -> Option<&CardPicture> {
        self.pictures.iter().find(|picture| picture.name == name)
    }
}

impl CardPicture {
    fn new(name: &'static str, kind: &'static str, bytes: Vec<u8>) -> Self {
        let hash = BlobHash::of(&bytes).to_string();
        let address = format!("{}?v={hash:.16}", routes::CARD_PICTURE.replace("{name}", name));
        CardPicture { name, kind, bytes: bytes.into(), address }
    }
}
