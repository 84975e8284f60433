//! Scenes as PDF 1.7 (ISO 32000-1): one page a side for the card printer, or a proof sheet; a batch is handed out as it is written.
//!
//! What is the same on every card, its ground, is written once and drawn by each page; so are the two fonts, with only the glyphs that the
//! batch needed. Of a page that is handed out the writer keeps nothing but places in the file. The same input gives the same bytes.

mod content;
mod jpeg;
mod number;
mod object;
mod path;
mod picture;
mod sheet;
mod text;
mod tree;
mod typeface;

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::writers::{Catalog, DocumentInfo, Resources};
use pdf_writer::{Date, Filter, Finish as _, Name, Ref, TextStr};

use crate::font::Fonts;
use crate::ink::Palette;
use crate::length::{Emu, Point};
use crate::scene::{Item, Scene, Weight};
use content::Content;
pub use jpeg::JpegError;
use object::Objects;
pub use picture::PictureError;
pub use sheet::Marks;
use tree::Tree;
use typeface::Typeface;

/// Who wrote the file.
const PRODUCER: &str = "Cổng Thẻ";

/// What inks are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// DeviceRGB, for card printers and screens.
    #[default]
    Rgb,
    /// DeviceCMYK, for presses; [`crate::ink::Ink::Black`] is on the black plate alone. Pictures stay in the colours that they came in.
    Cmyk,
}

/// How a file is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Title of the document.
    pub title: String,
    /// What inks are written as.
    pub colours: Colours,
    /// The inks' colours.
    pub palette: Palette,
    /// How far everything on a page is moved, to make up for where a station's printer puts it: x to the right, y downwards. Sheets are
    /// not moved.
    pub shift: Point,
    /// When the file is said to be written; without it the file bears no date.
    pub created: Option<jiff::Timestamp>,
}

/// One side of a card. The ground may be among the scene's items too, and is then written for each side anew.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What varies from card to card, and the size of the page.
    pub scene: &'a Scene,
    /// What lies below it and is the same on many cards. The same `Arc` is known again at once; an equal one is, after it was compared.
    pub ground: Option<&'a Arc<[Item]>>,
}

impl<'a> From<&'a Scene> for Side<'a> {
    fn from(scene: &'a Scene) -> Self {
        Side { scene, ground: None }
    }
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A picture of the side that was given. The page is left out; the writer can go on with the next.
    #[error("a picture cannot be put on the page")]
    Picture(#[from] PictureError),
    /// A font that cannot be embedded.
    #[error("the font cannot be embedded")]
    Font(#[source] subsetter::Error),
    /// Only TrueType outlines are embedded.
    #[error("the font's outlines are not TrueType's")]
    Outlines,
    /// A file must have a page.
    #[error("there is no page")]
    NoPage,
    /// Places of more than ten digits have no room in the file's table.
    #[error("the file is longer than 10 GB")]
    TooLong,
}

/// Writes a file page by page. Each call appends to `out`, which the caller may empty between any two.
pub struct Writer {
    objects: Objects,
    tree: Tree,
    /// By weight: regular, bold.
    faces: [Typeface; 2],
    /// The dictionary of the fonts, shared by all resources.
    fonts: Ref,
    grounds: Vec<Ground>,
    options: Options,
}

/// A ground that is in the file.
struct Ground {
    items: Arc<[Item]>,
    size: (Emu, Emu),
    form: Form,
}

/// A form XObject: a drawing that is called by others.
#[derive(Clone, Copy)]
struct Form {
    number: Ref,
    is_transparent: bool,
}

impl Writer {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Error::Font`] and [`Error::Outlines`].
    pub fn new(fonts: &Fonts, options: Options, out: &mut Vec<u8>) -> Result<Self, Error> {
        let mut objects = Objects::new(out);
        let mut face = |weight| Typeface::new(weight, fonts.face(weight), &mut objects);
        let faces = [face(Weight::Regular)?, face(Weight::Bold)?];
        let (tree, fonts) = (Tree::new(&mut objects), objects.reserve());
        Ok(Writer { objects, tree, faces, fonts, grounds: Vec::new(), options })
    }

    /// Adds a page: one side, of exactly its size. For printers that turn the card, a card's front is followed by its back.
    ///
    /// # Errors
    /// [`Error::Picture`], after which the file goes on without the page, and [`Error::TooLong`].
    pub fn page(&mut self, side: Side<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let ground = self.ground(side)?;
        let mut content = Content::new(side.scene.height, &self.options);
        content.shift(self.options.shift);
        self.draw(&mut content, side.scene, ground)?;
        self.put_page(&content, (side.scene.width, side.scene.height));
        self.objects.drain(out)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`Error::NoPage`], [`Error::Font`] and [`Error::TooLong`].
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), Error> {
        let Writer { mut objects, tree, faces, fonts, options, .. } = self;
        if tree.count() == 0 {
            return Err(Error::NoPage);
        }
        let mut names = Vec::with_capacity(2);
        for face in faces {
            names.extend(face.finish(&mut objects)?);
        }
        objects.at(fonts).indirect(fonts).dict().pairs(names);
        let pages = tree.finish(&mut objects);

        let (info, chunk) = objects.add();
        let mut dict = chunk.indirect(info).start::<DocumentInfo<'_>>();
        dict.title(TextStr(&options.title)).producer(TextStr(PRODUCER));
        options.created.map(date).into_iter().for_each(|date| {
            dict.creation_date(date);
        });
        dict.finish();

        let (root, chunk) = objects.add();
        let mut catalogue = chunk.indirect(root).start::<Catalog<'_>>();
        catalogue.pages(pages).lang(TextStr("vi"));
        // §12.2: the card is printed at its own size, whatever the dialogue's habit
        catalogue.viewer_preferences().display_doc_title(true).pair(Name(b"PrintScaling"), Name(b"None"));
        catalogue.finish();
        objects.finish(root, info, out)
    }

    /// The form of a side's ground, written now if it is new.
    fn ground(&mut self, side: Side<'_>) -> Result<Option<Form>, Error> {
        let Some(items) = side.ground else { return Ok(None) };
        let size = (side.scene.width, side.scene.height);
        let mut alike = self.grounds.iter().filter(|known| known.size == size);
        let known = alike
            .clone()
            .find(|known| Arc::ptr_eq(&known.items, items))
            .or_else(|| alike.find(|known| known.items == *items));
        if let Some(known) = known {
            return Ok(Some(known.form));
        }
        let mut content = Content::new(size.1, &self.options);
        content.items(items, &mut self.faces, &mut self.objects)?;
        let form = self.put_form(&content, size);
        self.grounds.push(Ground { items: items.clone(), size, form });
        Ok(Some(form))
    }

    /// Draws a side's ground and what varies.
    fn draw(&mut self, content: &mut Content, scene: &Scene, ground: Option<Form>) -> Result<(), Error> {
        if let Some(ground) = ground {
            content.form(ground.number, None);
            content.is_transparent |= ground.is_transparent;
        }
        Ok(content.items(&scene.items, &mut self.faces, &mut self.objects)?)
    }

    fn put_form(&mut self, content: &Content, size: (Emu, Emu)) -> Form {
        let packed = deflated(&content.bytes, Compression::default());
        let (number, chunk) = self.objects.add();
        let mut form = chunk.form_xobject(number, &packed);
        form.filter(Filter::FlateDecode);
        form.bbox(page_box(size));
        resources(&mut form.resources(), self.fonts, &content.objects);
        form.finish();
        Form { number, is_transparent: content.is_transparent }
    }

    fn put_page(&mut self, content: &Content, size: (Emu, Emu)) {
        // not packed: that would take twice as long as all the rest and spare a fifth of a file that is mostly photographs
        let (stream, chunk) = self.objects.add();
        chunk.stream(stream, &content.bytes);
        let parent = self.tree.parent(&mut self.objects);
        let (number, chunk) = self.objects.add();
        let mut page = chunk.page(number);
        page.parent(parent).media_box(page_box(size)).trim_box(page_box(size)).contents(stream);
        resources(&mut page.resources(), self.fonts, &content.objects);
        if content.is_transparent {
            // §11.6.6: blended in the colours that it is written in, so that pure black stays so beside a transparent logo
            let mut group = page.group();
            group.transparency();
            match self.options.colours {
                Colours::Rgb => group.color_space().device_rgb(),
                Colours::Cmyk => group.color_space().device_cmyk(),
            }
        }
        page.finish();
        self.tree.push(number, &mut self.objects);
    }
}

fn resources(dict: &mut Resources<'_>, fonts: Ref, objects: &[Ref]) {
    dict.pair(Name(b"Font"), fonts);
    if !objects.is_empty() {
        let mut names = dict.x_objects();
        for (index, number) in objects.iter().enumerate() {
            names.pair(Name(format!("X{index}").as_bytes()), *number);
        }
    }
}

/// The page in points; the card's 243 × 153 exactly.
fn page_box((width, height): (Emu, Emu)) -> pdf_writer::Rect {
    pdf_writer::Rect::new(0.0, 0.0, width.to_pt() as f32, height.to_pt() as f32)
}

fn date(at: jiff::Timestamp) -> Date {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |value: i8| value.unsigned_abs();
    Date::new(at.year().unsigned_abs())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// The bytes in zlib's format (§7.4.4).
fn deflated(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
    // writing into a vector does not fail
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}
