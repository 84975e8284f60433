//! A province's settings on their way to the browser.

use face::ink::{Colour, Ink, Palette};
use face::layout::Settings;
use face::qr::{Abbreviation, Abbreviations, Resolution, Separator};
use serde::{Deserialize, Serialize};

/// As JSON has them.
#[derive(Serialize, Deserialize)]
struct Wire {
    dpi: u16,
    separator: char,
    /// Long and short forms.
    abbreviations: Vec<(String, String)>,
    /// RGB and CMYK, in the order of [`Ink::NAMED`].
    palette: Vec<([u8; 3], [u8; 4])>,
}

/// The settings as JSON.
///
/// # Errors
/// None that settings can lead to.
pub fn to_json(settings: &Settings) -> Result<String, serde_json::Error> {
    let pair = |entry: &Abbreviation| (entry.long().to_owned(), entry.short().to_owned());
    let colour = |ink: Ink| settings.palette.colour(ink);
    serde_json::to_string(&Wire {
        dpi: settings.resolution.dpi(),
        separator: settings.separator.character(),
        abbreviations: settings.abbreviations.entries().iter().map(pair).collect(),
        palette: Ink::NAMED.map(|ink| (colour(ink).rgb, colour(ink).cmyk)).to_vec(),
    })
}

/// Reads them back; `None` for anything else than [`to_json`] wrote.
pub fn from_json(text: &str) -> Option<Settings> {
    let wire: Wire = serde_json::from_str(text).ok()?;
    let entries = wire.abbreviations.iter().map(|(long, short)| Abbreviation::new(long, short));
    let mut palette = Palette::default();
    for (ink, (rgb, cmyk)) in Ink::NAMED.into_iter().zip(wire.palette) {
        palette.set(ink, Colour { rgb, cmyk });
    }
    Some(Settings {
        resolution: if wire.dpi == Resolution::Dpi600.dpi() { Resolution::Dpi600 } else { Resolution::Dpi300 },
        separator: Separator::new(wire.separator).ok()?,
        abbreviations: Abbreviations::new(entries.collect::<Result<_, _>>().ok()?).ok()?,
        palette,
        // a preview is not signed
        signer: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were() {
        let mut settings = Settings { resolution: Resolution::Dpi600, ..Settings::default() };
        settings.palette.set(Ink::Ground, Colour { rgb: [1, 2, 3], cmyk: [4, 5, 6, 7] });
        settings.abbreviations =
            Abbreviations::new(vec![Abbreviation::new("Phó Giám đốc", "P. Giám đốc").unwrap()]).unwrap();
        let back = from_json(&to_json(&settings).unwrap()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{settings:?}"));
        assert!(from_json("{}").is_none() && from_json("").is_none());
    }
}
