//! The two faces as composite fonts (ISO 32000-1 §9.7): of each, the glyphs that were used, embedded once when all pages are written.

use flate2::Compression;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish as _, Name, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use super::object::Objects;
use super::{Error, deflated};
use crate::font::Font;
use crate::scene::Weight;

/// Glyphs are called by their numbers in the original font, so that a page's text does not hang on the pages before it.
const INFO: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// One face and what was used of it.
pub(super) struct Typeface {
    weight: Weight,
    font: Font,
    /// Number of the font in the file.
    number: Ref,
    /// By glyph.
    used: Vec<Option<Used>>,
}

/// What is known of a glyph that was used.
#[derive(Clone, Copy)]
struct Used {
    advance: u16,
    /// The character that it was first used for.
    letter: Option<char>,
}

impl Typeface {
    /// # Errors
    /// [`Error::Font`], also for outlines that are not TrueType's: it would be found out only after the last page.
    pub(super) fn new(weight: Weight, font: &Font, objects: &mut Objects) -> Result<Self, Error> {
        let sample = GlyphRemapper::new_from_glyphs(&[font.glyph('Đ').unwrap_or_default()]);
        let subset = subsetter::subset(font.data(), 0, &sample).map_err(Error::Font)?;
        if subset.starts_with(b"OTTO") {
            return Err(Error::Outlines);
        }
        Ok(Typeface { weight, font: font.clone(), number: objects.reserve(), used: Vec::new() })
    }

    /// Name in the pages' resources.
    pub(super) fn name(weight: Weight) -> Name<'static> {
        Name(match weight {
            Weight::Regular => b"R",
            Weight::Bold => b"B",
        })
    }

    /// Units of the em square.
    pub(super) fn units_per_em(&self) -> u16 {
        self.font.units_per_em()
    }

    /// Notes that a glyph is used, for a character where that is known; its advance in font units, and whether the glyph alone tells
    /// the character.
    pub(super) fn note(&mut self, glyph: u16, letter: Option<char>) -> (u16, bool) {
        let index = usize::from(glyph);
        if self.used.len() <= index {
            self.used.resize(index + 1, None);
        }
        let font = &self.font;
        let used = self.used[index].get_or_insert_with(|| Used { advance: font.advance(glyph), letter });
        if used.letter.is_none() {
            used.letter = letter;
        }
        (used.advance, letter.is_some() && used.letter == letter)
    }

    /// Writes the font, if anything of it was used; its name and number for the resources.
    ///
    /// # Errors
    /// [`Error::Font`].
    pub(super) fn finish(self, objects: &mut Objects) -> Result<Option<(Name<'static>, Ref)>, Error> {
        let used = || (0_u16..).zip(&self.used).filter_map(|(glyph, used)| Some((glyph, (*used)?)));
        if used().next().is_none() {
            return Ok(None);
        }
        let glyphs: Vec<u16> = used().map(|(glyph, _)| glyph).collect();
        let remapper = GlyphRemapper::new_from_glyphs(&glyphs);
        let subset = subsetter::subset(self.font.data(), 0, &remapper).map_err(Error::Font)?;
        let base = format!("{}+{}", tag(&glyphs), self.font.postscript_name());
        let base = Name(base.as_bytes());

        let (file, chunk) = objects.add();
        let packed = deflated(&subset, Compression::best());
        let length = i32::try_from(subset.len()).unwrap_or(i32::MAX);
        chunk.stream(file, &packed).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);

        // §9.7.4.2: two bytes for each glyph number
        let map: Vec<u8> = (0_u16..)
            .zip(&self.used)
            .flat_map(|(glyph, used)| used.map_or(0, |_| remapper.get(glyph).unwrap_or(0)).to_be_bytes())
            .collect();
        let (to_glyphs, chunk) = objects.add();
        chunk.stream(to_glyphs, &deflated(&map, Compression::best())).filter(Filter::FlateDecode);

        let mut cmap: UnicodeCmap<u16> = UnicodeCmap::new(Name(b"Adobe-Identity-UCS"), INFO);
        for (glyph, used) in used() {
            used.letter.into_iter().for_each(|letter| cmap.pair(glyph, letter));
        }
        let (to_unicode, chunk) = objects.add();
        chunk.stream(to_unicode, &deflated(&cmap.finish(), Compression::best())).filter(Filter::FlateDecode);

        let metrics = self.font.metrics();
        let thousandths = |units: i16| f32::from(units) * 1000.0 / f32::from(metrics.units_per_em);
        let [left, bottom, right, top] = metrics.bounds.map(thousandths);
        let (descriptor, chunk) = objects.add();
        chunk
            .font_descriptor(descriptor)
            .name(base)
            .family(Str(self.font.family().as_bytes()))
            .weight(if self.weight == Weight::Bold { 700 } else { 400 })
            // Vietnamese letters are outside of Adobe's standard Latin set
            .flags(FontFlags::SERIF | FontFlags::SYMBOLIC)
            .bbox(Rect::new(left, bottom, right, top))
            .italic_angle(0.0)
            .ascent(thousandths(metrics.ascent))
            .descent(thousandths(metrics.descent))
            .cap_height(thousandths(metrics.cap_height))
            // no table of the font tells it; Times' own
            .stem_v(if self.weight == Weight::Bold { 139.0 } else { 84.0 })
            .font_file2(file);

        let (cid_font, chunk) = objects.add();
        let mut writer = chunk.cid_font(cid_font);
        writer.subtype(CidFontType::Type2).base_font(base).system_info(INFO).font_descriptor(descriptor);
        writer.cid_to_gid_map_stream(to_glyphs);
        let mut widths = writer.widths();
        let width = |used: Used| f32::from(used.advance) * 1000.0 / f32::from(metrics.units_per_em);
        let all: Vec<(u16, Used)> = used().collect();
        for run in all.chunk_by(|(before, _), (glyph, _)| before + 1 == *glyph) {
            widths.consecutive(run[0].0, run.iter().map(|(_, used)| width(*used)));
        }
        widths.finish();
        writer.finish();

        let number = self.number;
        let mut writer = objects.at(number).type0_font(number);
        writer
            .base_font(base)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid_font)
            .to_unicode(to_unicode);
        writer.finish();
        Ok(Some((Self::name(self.weight), number)))
    }
}

/// Six letters that tell one subset of a font from another (§9.6.4): FNV-1a of its glyphs.
fn tag(glyphs: &[u16]) -> String {
    let hash = glyphs
        .iter()
        .flat_map(|glyph| glyph.to_be_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    (0..6).map(|place| char::from(b'A' + (hash / 26_u64.pow(place) % 26) as u8)).collect()
}
