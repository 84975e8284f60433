//! What a province sets for its cards, out of one file (`card_settings`): what records need not repeat, its approved abbreviations, its
//! colours, and where each station's printer puts the page.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use face::ink::{Colour, Ink, Palette};
use face::layout;
use face::length::{Emu, Point};
use face::qr::{Abbreviation, Abbreviations, Separator};
use face::record::Variant;
use model::text::clean;
use toml::{Table, Value};

/// Printers are set in steps of so much.
const STEP: Emu = Emu::um(50);
/// The farthest that a station may move the page, in steps: 3 mm. A printer that is off by more is mended, not made up for.
const FARTHEST: i32 = 60;

/// The settings; without a file, what [`Default`] has.
#[derive(Clone, Debug, Default)]
pub struct CardSettings {
    /// Separator, abbreviations and colours. The resolution is the printer's, and stays what it is by default.
    pub face: layout::Settings,
    /// How far each station moves the page, by the station's name: x to the right, y downwards.
    pub stations: BTreeMap<String, Point>,
    /// Host of the public page, for records without one.
    pub host: Option<String>,
    /// Name of the ministry or province on the back, for records without one.
    pub back_name: Option<String>,
    /// Kind of blank, for records without one.
    pub variant: Option<Variant>,
    /// The official artwork of the national emblem (SVG or PNG), for administrative units whose record has none of its own.
    pub emblem: Option<PathBuf>,
    /// Whether the portal puts a signed code on backs.
    pub signed_codes: bool,
}

/// Why a file of settings is not used.
#[derive(Debug, thiserror::Error)]
pub enum CardSettingsError {
    /// It cannot be read.
    #[error("card_settings: {path} cannot be read")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not TOML.
    #[error("card_settings: {path} is not TOML")]
    Syntax {
        /// Which.
        path: String,
        /// Where, and what is wrong there.
        #[source]
        source: toml::de::Error,
    },
    /// Values that are not allowed: all of them.
    #[error("card_settings: {path} is refused:\n  {}", lines(.faults))]
    Refused {
        /// Which.
        path: String,
        /// At least one.
        faults: Vec<Fault>,
    },
    /// A station that the file has not.
    #[error("card_settings has no station {name:?}; there {}", there(.known))]
    Station {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
}

/// What is wrong with a value, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its key, with dots: `palette.ground.rgb`.
    pub key: String,
    /// The rest of the sentence.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.reason)
    }
}

impl CardSettings {
    /// The file that the configuration names; without one, what everybody has.
    ///
    /// # Errors
    /// [`CardSettingsError`].
    pub fn load(path: Option<&Path>) -> Result<Self, CardSettingsError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let name = || path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|source| CardSettingsError::Unreadable { path: name(), source })?;
        let table: Table = text.parse().map_err(|source| CardSettingsError::Syntax { path: name(), source })?;
        Self::read(table, path.parent().unwrap_or(Path::new("")))
            .map_err(|faults| CardSettingsError::Refused { path: name(), faults })
    }

    /// Reads a file's table; paths in it begin in `folder`.
    ///
    /// # Errors
    /// Every [`Fault`], at least one.
    pub fn read(table: Table, folder: &Path) -> Result<Self, Vec<Fault>> {
        let mut file = Section { key: String::new(), table, faults: Vec::new() };
        let host = file.text("host").and_then(|host| {
            let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
            file.held("host", is_host.then_some(host), "has to be a host without scheme and path, such as the.hue.vn")
        });
        let back_name = file.text("back_name");
        let variant = file.text("variant").and_then(|name| {
            let variant = VARIANTS.iter().find(|(known, _)| *known == name).map(|(_, variant)| *variant);
            file.held("variant", variant, "has to be raised, embedded or other")
        });
        let separator = file.text("separator").and_then(|text| {
            let mut letters = text.chars();
            let one = letters.next().filter(|_| letters.next().is_none());
            let all = Separator::ALL.map(String::from).join(" ");
            file.held("separator", one.and_then(|one| Separator::new(one).ok()), &format!("has to be one of {all}"))
        });
        let abbreviations = file.abbreviations();
        let palette = file.palette();
        let stations = file.stations();
        let emblem = file.text("emblem").map(|path| folder.join(path));
        let signed_codes = file.flag("signed_codes");
        let faults = file.finish();
        if !faults.is_empty() {
            return Err(faults);
        }
        let standard = layout::Settings::default();
        let face = layout::Settings {
            separator: separator.unwrap_or(standard.separator),
            abbreviations: abbreviations.unwrap_or(standard.abbreviations),
            palette,
            ..standard
        };
        Ok(Self { face, stations, host, back_name, variant, emblem, signed_codes })
    }

    /// How far a station moves the page; not at all where none is named.
    ///
    /// # Errors
    /// [`CardSettingsError::Station`].
    pub fn shift(&self, station: Option<&str>) -> Result<Point, CardSettingsError> {
        let Some(name) = station else { return Ok(Point::default()) };
        self.stations.get(name).copied().ok_or_else(|| CardSettingsError::Station {
            name: name.to_owned(),
            known: self.stations.keys().cloned().collect(),
        })
    }
}

const VARIANTS: [(&str, Variant); 3] =
    [("raised", Variant::Raised), ("embedded", Variant::Embedded), ("other", Variant::Other)];

/// A table of the file that is being read. What was not asked for when it is done has no business in it.
struct Section {
    /// Its key, with a dot behind it.
    key: String,
    table: Table,
    faults: Vec<Fault>,
}

impl Section {
    fn fault(&mut self, key: &str, reason: impl Into<String>) {
        self.faults.push(Fault { key: format!("{}{key}", self.key), reason: reason.into() });
    }

    /// The value; without one, the fault.
    fn held<T>(&mut self, key: &str, value: Option<T>, otherwise: &str) -> Option<T> {
        if value.is_none() {
            self.fault(key, otherwise);
        }
        value
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.table.remove(key)?;
        let text = value.as_str().map(clean).filter(|text| !text.is_empty());
        self.held(key, text, "has to be a text that is not empty")
    }

    fn flag(&mut self, key: &str) -> bool {
        let Some(value) = self.table.remove(key) else { return false };
        self.held(key, value.as_bool(), "has to be true or false").unwrap_or_default()
    }

    /// Reads a table within this one.
    fn section<T>(&mut self, key: &str, table: Value, read: impl FnOnce(&mut Section) -> T) -> Option<T> {
        let key = format!("{}{key}", self.key);
        let Value::Table(table) = table else {
            self.faults.push(Fault { key, reason: "has to be a table".to_owned() });
            return None;
        };
        let mut section = Section { key: format!("{key}."), table, faults: Vec::new() };
        let value = read(&mut section);
        self.faults.extend(section.finish());
        Some(value)
    }

    fn finish(mut self) -> Vec<Fault> {
        for key in std::mem::take(&mut self.table).keys() {
            self.fault(key, "is no key of this file");
        }
        self.faults
    }

    /// The approved list; `None` where the file has none.
    fn abbreviations(&mut self) -> Option<Abbreviations> {
        let list = self.table.remove("abbreviations")?;
        let Value::Array(list) = list else {
            self.fault("abbreviations", "has to be a list of tables with long and short");
            return None;
        };
        let mut entries = Vec::with_capacity(list.len());
        for (at, entry) in list.into_iter().enumerate() {
            let key = format!("abbreviations[{}]", at + 1);
            let pair = self.section(&key, entry, |entry| (entry.text("long"), entry.text("short")));
            match pair {
                Some((Some(long), Some(short))) => match Abbreviation::new(&long, &short) {
                    Ok(entry) => entries.push(entry),
                    Err(error) => self.fault(&key, format!("is refused: {error}")),
                },
                Some((None, _)) => self.fault(&key, "needs long"),
                Some((_, None)) => self.fault(&key, "needs short"),
                None => {}
            }
        }
        match Abbreviations::new(entries) {
            Ok(list) => Some(list),
            Err(error) => self.held("abbreviations", None, &format!("is refused: {error}")),
        }
    }

    fn palette(&mut self) -> Palette {
        let mut palette = Palette::default();
        let Some(inks) = self.table.remove("palette") else { return palette };
        self.section("palette", inks, |inks| {
            for ink in Ink::NAMED {
                let name = ink.name().unwrap_or_default();
                let Some(values) = inks.table.remove(name) else { continue };
                // text and code are on the black plate alone, and what is around the code is the blank's white
                if matches!(ink, Ink::Black | Ink::White) {
                    inks.fault(name, "stays what it is: texts and codes are pure black on white");
                    continue;
                }
                let colour =
                    inks.section(name, values, |ink| (ink.numbers::<3>("rgb", 255), ink.numbers::<4>("cmyk", 100)));
                if let Some((Some(rgb), Some(cmyk))) = colour {
                    palette.set(ink, Colour { rgb, cmyk });
                }
            }
        });
        palette
    }

    /// So many whole numbers from 0.
    fn numbers<const N: usize>(&mut self, key: &str, most: u8) -> Option<[u8; N]> {
        let value = self.table.remove(key);
        let numbers = value.as_ref().and_then(Value::as_array).and_then(|list| {
            let number = |value: &Value| value.as_integer().and_then(|it| u8::try_from(it).ok());
            let numbers: Option<Vec<u8>> = list.iter().map(|value| number(value).filter(|it| *it <= most)).collect();
            <[u8; N]>::try_from(numbers?).ok()
        });
        self.held(key, numbers, &format!("has to be a list of {N} whole numbers from 0 to {most}"))
    }

    fn stations(&mut self) -> BTreeMap<String, Point> {
        let mut known = BTreeMap::new();
        let Some(stations) = self.table.remove("stations") else { return known };
        self.section("stations", stations, |stations| {
            for (name, shift) in std::mem::take(&mut stations.table) {
                let shift = stations.section(&name, shift, |shift| (shift.steps("right"), shift.steps("down")));
                if let Some((Some(right), Some(down))) = shift {
                    known.insert(name, Point::new(STEP * right, STEP * down));
                }
            }
        });
        known
    }

    /// Millimetres in whole steps; none where the key is not there.
    fn steps(&mut self, key: &str) -> Option<i32> {
        let Some(value) = self.table.remove(key) else { return Some(0) };
        let millimetres = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
        // the division rounds to the double that the number was read as, if it is a whole number of steps
        let in_steps = |mm: f64| (-FARTHEST..=FARTHEST).find(|steps| f64::from(*steps) / 20.0 == mm);
        let farthest = FARTHEST / 20;
        let wanted = format!("has to be millimetres in steps of 0.05, from -{farthest} to {farthest}");
        self.held(key, millimetres.and_then(in_steps), &wanted)
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n  ")
}

fn there(stations: &[String]) -> String {
    if stations.is_empty() { "are none".to_owned() } else { format!("are {}", stations.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CardSettings, Vec<String>> {
        CardSettings::read(text.parse().unwrap(), Path::new("etc"))
            .map_err(|faults| faults.iter().map(Fault::to_string).collect())
    }

    #[test]
    fn the_example_is_read() {
        let read = read(include_str!("../../pkg/face/examples/card-settings.toml")).unwrap();
        assert_eq!(
            (read.host.as_deref(), read.back_name.as_deref()),
            (Some("the.hue.vn"), Some("TỈNH THỪA THIÊN HUẾ"))
        );
        assert_eq!((read.variant, read.face.separator), (Some(Variant::Embedded), Separator::new('|').unwrap()));
        assert_eq!(read.face.abbreviations.entries().len(), 3);
        assert_eq!(read.face.palette.colour(Ink::StripeBlue).cmyk, [100, 55, 0, 5]);
        assert_eq!(read.face.palette.colour(Ink::Ground), Ink::Ground.colour());
        assert_eq!(read.shift(Some("quay-1")).unwrap(), Point::new(Emu::um(150), Emu::um(-50)));
        assert_eq!(read.shift(None).unwrap(), Point::default());
        let refused = read.shift(Some("quay-9")).unwrap_err().to_string();
        assert_eq!(refused, r#"card_settings has no station "quay-9"; there are quay-1, quay-2"#);
        assert_eq!(read.emblem, None);
    }

    #[test]
    fn nothing_set_is_what_everybody_has() {
        let read = read("").unwrap();
        assert_eq!(read.face.palette, Palette::default());
        assert_eq!(read.face.abbreviations, Abbreviations::default());
        assert!(read.host.is_none() && read.stations.is_empty() && !read.signed_codes);
    }

    #[test]
    fn every_fault_is_told_by_its_key() {
        for (text, told) in [
            ("hots = 'a'", "hots is no key of this file"),
            ("host = 'https://a.vn/'", "host has to be a host without scheme and path, such as the.hue.vn"),
            ("host = 5", "host has to be a text that is not empty"),
            ("back_name = '  '", "back_name has to be a text that is not empty"),
            ("variant = 'round'", "variant has to be raised, embedded or other"),
            ("separator = '||'", "separator has to be one of | ; # ~ ^ $ * ! ,"),
            ("separator = 'a'", "separator has to be one of | ; # ~ ^ $ * ! ,"),
            ("signed_codes = 1", "signed_codes has to be true or false"),
            ("emblem = ''", "emblem has to be a text that is not empty"),
            ("abbreviations = 'x'", "abbreviations has to be a list of tables with long and short"),
            ("abbreviations = ['x']", "abbreviations[1] has to be a table"),
            ("[[abbreviations]]\nlong = 'Văn phòng'", "abbreviations[1] needs short"),
            ("[[abbreviations]]\nshort = 'VP'", "abbreviations[1] needs long"),
            ("[[abbreviations]]\nlong = 'Sở'\nshort = 'Sơ'", "abbreviations[1] is refused: Sơ is not shorter than Sở"),
            (
                "abbreviations = [{ long = 'Uỷ ban', short = 'UB' }, { long = 'Ủy ban', short = 'U' }]",
                "abbreviations is refused: Uỷ ban is abbreviated twice",
            ),
            ("[palette.purple]\nrgb = [1, 2, 3]", "palette.purple is no key of this file"),
            (
                "[palette.ground]\ncmyk = [0, 0, 0, 0]",
                "palette.ground.rgb has to be a list of 3 whole numbers from 0 to 255",
            ),
            (
                "[palette.ground]\nrgb = [1, 2, 3]\ncmyk = [0, 0, 0, 101]",
                "palette.ground.cmyk has to be a list of 4 whole numbers from 0 to 100",
            ),
            ("[palette]\nblack = {}", "palette.black stays what it is: texts and codes are pure black on white"),
            ("palette = 1", "palette has to be a table"),
            ("[stations.a]\nright = 0.07", "stations.a.right has to be millimetres in steps of 0.05, from -3 to 3"),
            ("[stations.a]\ndown = 3.05", "stations.a.down has to be millimetres in steps of 0.05, from -3 to 3"),
            ("[stations.a]\ndown = '0.1'", "stations.a.down has to be millimetres in steps of 0.05, from -3 to 3"),
            ("[stations.a]\nup = 1", "stations.a.up is no key of this file"),
        ] {
            assert_eq!(read(text).unwrap_err(), [told], "{text}");
        }
        let many = read("host = ''\nvariant = 1\nx = 1\n[stations]\na = 1").unwrap_err();
        assert_eq!(many.len(), 4, "{many:?}");
    }

    #[test]
    fn shifts_are_exact_in_every_step() {
        for steps in -FARTHEST..=FARTHEST {
            let (sign, size) = (if steps < 0 { "-" } else { "" }, steps.abs() * 5);
            let read = read(&format!("[stations.a]\nright = {sign}{}.{:02}", size / 100, size % 100)).unwrap();
            assert_eq!(read.shift(Some("a")).unwrap().x, Emu::um(50) * steps);
        }
        let read = read("emblem = 'quoc-huy.svg'\n[stations.b]\ndown = -2").unwrap();
        assert_eq!(read.shift(Some("b")).unwrap(), Point::new(Emu::ZERO, Emu::um(-2_000)));
        assert_eq!(read.emblem.unwrap(), Path::new("etc/quoc-huy.svg"));
    }
}
