//! What a face is made of, out of files.

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face::artwork::{Artwork, Emblem};
use face::font::Fonts;
use face::layout::Pictures;
use face::record::Form;
use face::scene::{Picture, PictureFormat};
use serde_json::{Map, Value};

use crate::assets::Site;
use crate::cards::CardSettings;
use crate::config::Config;

/// Larger files are no records.
pub const LONGEST_RECORD: u64 = 64 << 20;

/// A record as it was read, and where its pictures lie.
pub struct Loaded {
    pub form: Form,
    /// Paths in the record begin here.
    folder: PathBuf,
}

/// A file that cannot be used, and which.
#[derive(Debug, thiserror::Error)]
#[error("{name} cannot be used")]
pub struct Unusable {
    name: String,
    #[source]
    cause: Box<dyn Error>,
}

/// Reads a record; `-` is standard input.
pub fn load(path: &Path, cards: &CardSettings) -> Result<Loaded, Box<dyn Error>> {
    let name = path.display().to_string();
    let mut text = String::new();
    let (read, folder) = if path == Path::new("-") {
        (io::stdin().lock().take(LONGEST_RECORD).read_to_string(&mut text), PathBuf::from("."))
    } else {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let file = std::fs::File::open(path).map_err(|error| unusable(&name, error))?;
        (file.take(LONGEST_RECORD).read_to_string(&mut text), folder)
    };
    read.map_err(|error| unusable(&name, error))?;
    Ok(Loaded::parse(&text, &folder, cards).map_err(|error| unusable(&name, error))?)
}

impl Loaded {
    /// A record out of JSON, with the province's values for the keys that it leaves out.
    ///
    /// # Errors
    /// What is wrong with the JSON: an unknown or a missing key, a value of another kind.
    pub fn parse(text: &str, folder: &Path, cards: &CardSettings) -> Result<Self, serde_json::Error> {
        let mut values: Map<String, Value> = serde_json::from_str(text)?;
        let variant = cards.variant.map(serde_json::to_value).transpose()?;
        let text = |value: &Option<String>| value.clone().map(Value::from);
        let ours = [("host", text(&cards.host)), ("back_name", text(&cards.back_name)), ("variant", variant)];
        for (key, value) in ours {
            if let Some(value) = value {
                values.entry(key).or_insert(value);
            }
        }
        let form = serde_json::from_value(Value::Object(values))?;
        Ok(Self { form, folder: folder.to_owned() })
    }

    /// The portrait, made into what is printed, and the agency's own emblem: the record's, else for administrative units the
    /// province's (R77).
    pub fn pictures(&self, province: Option<&Emblem>) -> Result<Pictures, Box<dyn Error>> {
        let portrait = match &self.form.photo {
            Some(from) => Some(portrait(&self.bytes("photo", from)?).map_err(|error| unusable("photo", error))?),
            None => None,
        };
        let emblem = match &self.form.emblem {
            Some(from) => {
                let artwork = Artwork::read(&self.bytes("emblem", from)?).map_err(|error| unusable("emblem", error))?;
                Some(artwork.on(self.form.variant))
            }
            None => province.and_then(|emblem| emblem.on_card(&self.form)),
        };
        Ok(Pictures { portrait, emblem })
    }

    /// The bytes that a path or a data URL leads to.
    fn bytes(&self, key: &'static str, from: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        if let Some(data) = from.strip_prefix("data:") {
            let (_, encoded) = data.split_once(";base64,").ok_or("a data URL has to be in Base64")?;
            return STANDARD.decode(encoded).map_err(|error| unusable(key, error).into());
        }
        let path = self.folder.join(from);
        std::fs::read(&path).map_err(|error| unusable(&path.display().to_string(), error).into())
    }
}

/// The province's own emblem out of its file, and that file.
///
/// # Errors
/// It cannot be read, or the artwork is refused.
pub fn emblem(path: &Path) -> Result<(Emblem, Vec<u8>), Unusable> {
    let name = path.display().to_string();
    let file = std::fs::read(path).map_err(|error| unusable(&name, error))?;
    let emblem = Emblem::read(&file).map_err(|error| unusable(&name, error))?;
    Ok((emblem, file))
}

/// With its cause.
pub fn unusable(name: &str, cause: impl Error + 'static) -> Unusable {
    Unusable { name: name.to_owned(), cause: cause.into() }
}

/// Any photo becomes the master that is printed; one that is a master already stays as it is.
fn portrait(bytes: &[u8]) -> Result<Picture, photo::PhotoError> {
    let master = match photo::check_master(bytes) {
        Ok(master) => master,
        Err(_) => {
            let picture = photo::Picture::read(bytes)?;
            photo::make(&picture, photo::Crop::suggested(&picture))?
        }
    };
    let pixels = (master.width(), master.height());
    Ok(Picture { format: PictureFormat::Jpeg, pixels, bytes: Arc::from(master.into_jpeg()) })
}

/// The card's two faces: from the folder that the configuration names, else those inside the program.
pub fn fonts(config: &Config) -> Result<Fonts, Box<dyn Error>> {
    const NAMES: [(&str, &str); 2] =
        [("times.ttf", "timesbd.ttf"), ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf")];
    let Some(folder) = &config.card_fonts else {
        let built_in = |name: &str| {
            let missing =
                "the card's type is not in this program; build it with `cargo xtask build`, or set card_fonts";
            Site::Built.bytes(&format!("assets/fonts/liberation-serif-{name}.ttf")).ok_or(missing)
        };
        return Ok(Fonts::new(built_in("regular")?.into(), built_in("bold")?.into())?);
    };
    let pair = NAMES.iter().map(|(regular, bold)| [regular, bold].map(|name| folder.join(name)));
    let [regular, bold] = pair
        .into_iter()
        .find(|pair| pair.iter().all(|path| path.exists()))
        .ok_or_else(|| format!("card_fonts: {} has neither pair of files", folder.display()))?;
    let file = |path: &Path| -> Result<Arc<[u8]>, Unusable> {
        Ok(std::fs::read(path).map_err(|error| unusable(&path.display().to_string(), error))?.into())
    };
    Ok(Fonts::new(file(&regular)?, file(&bold)?)?)
}

/// Writes a file; `-` is standard output.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let written =
        if path == Path::new("-") { io::stdout().lock().write_all(bytes) } else { std::fs::write(path, bytes) };
    written.map_err(|error| unusable(&path.display().to_string(), error).into())
}
