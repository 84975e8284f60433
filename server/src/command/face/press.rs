//! What all cards of one run are made with: type, grounds, the province's settings.

use std::error::Error;
use std::path::PathBuf;

use face::artwork::Emblem;
use face::conformance::{Plates, Report};
use face::font::Fonts;
use face::layout::{self, Face, Grounds, lay_out};
use face::length::Point;
use face::pdf;
use face::qr::Resolution;
use face::qr::signed::{Claims, Verifier};
use face::record::Record;
use jiff::civil::Date;
use vault::CardKey;
use zeroize::Zeroizing;

use super::files::{self, Loaded};
use super::{Refused, qr};
use crate::cards::CardSettings;
use crate::config::Config;

/// Made once, for one card or for thousands; threads share it.
pub struct Press {
    pub fonts: Fonts,
    pub cards: CardSettings,
    plates: Plates,
    emblem: Option<Emblem>,
    signer: Option<Signer>,
}

/// What signs the second QR code.
struct Signer {
    key: CardKey,
    issued: Date,
    expires: Option<Date>,
}

/// Whether the back has a second QR code, and what it says besides the record.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Signing {
    /// Sign a second QR code on the back with this Ed25519 key (PKCS#8, PEM)
    #[arg(long, value_name = "FILE", requires = "issued")]
    signing_key: Option<PathBuf>,
    /// Day of issue that the second code tells, DD/MM/YYYY
    #[arg(long, value_name = "DAY", requires = "signing_key", value_parser = model::day::parse)]
    issued: Option<Date>,
    /// Last day of validity that it tells, DD/MM/YYYY
    #[arg(long, value_name = "DAY", requires = "signing_key", value_parser = model::day::parse)]
    expires: Option<Date>,
}

impl Signing {
    fn signer(&self) -> Result<Option<Signer>, Box<dyn Error>> {
        let (Some(path), Some(issued)) = (&self.signing_key, self.issued) else { return Ok(None) };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| files::unusable(&name, error))?;
        let key = CardKey::from_pem(&Zeroizing::new(text)).map_err(|error| files::unusable(&name, error))?;
        Ok(Some(Signer { key, issued, expires: self.expires }))
    }
}

impl Press {
    /// For a printer of so many dots per inch.
    ///
    /// # Errors
    /// Whatever hinders reading fonts and settings.
    pub fn new(config: &Config, dpi: u16, signing: &Signing) -> Result<Self, Box<dyn Error>> {
        let mut cards = settings(config, dpi)?;
        let signer = signing.signer()?;
        cards.face.signer = signer.as_ref().map(|signer| Verifier::ed25519(signer.key.public()));
        let fonts = files::fonts(config)?;
        let emblem = cards.emblem.as_deref().map(files::emblem).transpose()?.map(|(emblem, _)| emblem);
        let plates = Plates::new(Grounds::new(&fonts), &cards.face);
        Ok(Self { fonts, cards, plates, emblem, signer })
    }

    /// Reads a record and lays it out.
    ///
    /// # Errors
    /// [`Refused`], and whatever hinders reading its pictures.
    pub fn lay_out(&self, loaded: &Loaded) -> Result<(Record, Face), Box<dyn Error>> {
        let record = read(loaded)?;
        let pictures = loaded.pictures(self.emblem.as_ref())?;
        let mut face = lay_out(&record, pictures, self.plates.grounds(), &self.fonts, &self.cards.face)
            .map_err(|faults| Refused(faults.iter().flat_map(in_words).collect()))?;
        if let Some(Signer { key, issued, expires }) = &self.signer {
            let claims = Claims::of(&record, &key.public(), *issued, *expires);
            face.sign(&claims.signed(|message| key.sign(message))?, self.cards.face.resolution)?;
        }
        Ok((record, face))
    }

    /// Judges a face as a whole, whatever of it is going to be printed.
    ///
    /// # Errors
    /// A picture that does not become pixels.
    pub fn judge(&self, record: &Record, face: &Face) -> Result<Report, Box<dyn Error>> {
        Ok(self.plates.report(record, face, &self.fonts, &self.cards.face)?)
    }

    /// PDF in the inks of the press, for a station where one is named.
    pub fn pdf_options(&self, shift: Point) -> pdf::Options {
        pdf::Options { colours: pdf::Colours::Cmyk, palette: self.cards.face.palette, shift, ..pdf::Options::default() }
    }
}

/// The province's settings for a printer whose dots the QR code keeps to.
///
/// # Errors
/// [`CardSettingsError`](crate::cards::CardSettingsError).
pub fn settings(config: &Config, dpi: u16) -> Result<CardSettings, Box<dyn Error>> {
    let mut cards = CardSettings::load(config.card_settings.as_deref())?;
    cards.face.resolution = if dpi.is_multiple_of(600) { Resolution::Dpi600 } else { Resolution::Dpi300 };
    Ok(cards)
}

/// The record with every value in its form.
///
/// # Errors
/// [`Refused`].
pub fn read(loaded: &Loaded) -> Result<Record, Refused> {
    Record::read(&loaded.form).map_err(|faults| Refused(faults.iter().map(ToString::to_string).collect()))
}

/// A fault, or all those of the QR code with what would help.
fn in_words(fault: &layout::Fault) -> Vec<String> {
    match fault {
        layout::Fault::Qr(refusal) => qr::in_words(refusal),
        fault => vec![fault.to_string()],
    }
}
