//! Pages as PDF 1.7: tagged (PDF/UA-1), with embedded subsets of the faces, and fit for the archive (PDF/A-2a) where it is said when the
//! file was written.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;

use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag as Kinds, TagGroup, TagKind,
    TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document as File, SerializeSettings};

use crate::document::Moment;
use crate::font::{Face, Fonts};
use crate::layout::{Element, Item, Kind, Layout, Tag};

/// Why a PDF file cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// A picture whose data turn out to be damaged.
    #[error("a picture cannot be embedded: {0}")]
    Picture(String),
    /// What the library says; the font may not be embedded, for one.
    #[error("the file cannot be written: {0}")]
    Library(String),
}

/// Writes pages.
///
/// # Errors
/// [`PdfError`]
pub(crate) fn write(layout: &Layout, fonts: &Fonts, written: Option<Moment>) -> Result<Vec<u8>, PdfError> {
    let mut file = File::new_with(settings(written.is_some())?);
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); layout.elements.len()];
    for page in &layout.pages {
        let settings = PageSettings::from_wh(page.size.0, page.size.1);
        let settings = settings.ok_or_else(|| PdfError::Library(String::from("a page without size")))?;
        let mut sheet = file.start_page_with(settings);
        let mut surface = sheet.surface();
        surface.set_fill(Some(Fill {
            paint: luma::Color::black().into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::NonZero,
        }));
        // what belongs together is marked together
        for items in page.items.chunk_by(|one, next| one.element == next.element) {
            let element = items.first().and_then(|item| item.element);
            let mark = match element {
                Some(_) if items.iter().all(|item| matches!(item.kind, Kind::Text { .. })) => {
                    ContentTag::Span(SpanTag::empty())
                }
                Some(_) => ContentTag::Other,
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
            };
            let identifier = surface.start_tagged(mark);
            for item in items {
                draw(&mut surface, item, fonts)?;
            }
            surface.end_tagged();
            if let Some(leaves) = element.and_then(|element| leaves.get_mut(element)) {
                leaves.push(identifier);
            }
        }
        surface.finish();
        sheet.finish();
    }
    file.set_tag_tree(tree(&layout.elements, leaves));
    file.set_outline(outline(&layout.outline));
    file.set_metadata(metadata(&layout.title, written));
    file.finish().map_err(|error| PdfError::Library(error.to_string()))
}

fn settings(is_archival: bool) -> Result<SerializeSettings, PdfError> {
    let mut configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    if is_archival {
        configuration = configuration.with_archival_validator(Archival::A2_A);
    }
    let configuration = configuration.finish().map_err(|error| PdfError::Library(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn metadata(title: &str, written: Option<Moment>) -> Metadata {
    let metadata = Metadata::new().title(title.to_owned()).language(String::from("vi"));
    let metadata = metadata.producer(String::from("Cổng Thẻ"));
    match written {
        Some(Moment { day, hour, minute, second }) => metadata.creation_date(
            DateTime::new(day.year)
                .month(day.month)
                .day(day.day)
                .hour(hour)
                .minute(minute)
                .second(second)
                .utc_offset_hour(0)
                .utc_offset_minute(0),
        ),
        None => metadata,
    }
}

fn outline(sections: &[(String, usize)]) -> Outline {
    let mut outline = Outline::new();
    for (title, page) in sections {
        outline.push_child(OutlineNode::new(title.clone(), XyzDestination::new(*page, Point::from_xy(0.0, 0.0))));
    }
    outline
}

fn draw(surface: &mut Surface<'_>, item: &Item, fonts: &Fonts) -> Result<(), PdfError> {
    match &item.kind {
        Kind::Text { text, style, size, gap } => {
            let face = fonts.face(*style);
            let glyphs = glyphs(face, text, *size, *gap);
            let at = Point::from_xy(item.x, item.y);
            surface.draw_glyphs(at, &glyphs, face.krilla.clone(), text, *size, false);
        }
        Kind::Rule { width, height } => {
            if let Some(area) = Rect::from_xywh(item.x, item.y, *width, *height) {
                let mut path = PathBuilder::new();
                path.push_rect(area);
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
            }
        }
        Kind::Picture { picture, width, height } => {
            let bytes: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(Arc::clone(&picture.bytes));
            let image = Image::from_jpeg(bytes.into(), false).map_err(PdfError::Picture)?;
            if let Some(size) = Size::from_wh(*width, *height) {
                surface.push_transform(&Transform::from_translate(item.x, item.y));
                surface.draw_image(image, size);
                surface.pop();
            }
        }
    }
    Ok(())
}

fn glyphs(face: &Face, text: &str, size: f32, gap: f32) -> Vec<KrillaGlyph> {
    let glyph = |(at, letter): (usize, char)| {
        let (id, advance) = face.glyph(letter);
        let advance = if letter == ' ' { advance + gap / size } else { advance };
        KrillaGlyph::new(GlyphId::new(id.into()), advance, 0.0, 0.0, 0.0, at..at + letter.len_utf8(), None)
    };
    text.char_indices().map(glyph).collect()
}

/// Elements come after their parents, so that each is complete when the ones behind it are.
fn tree(elements: &[Element], leaves: Vec<Vec<Identifier>>) -> TagTree {
    let mut children: Vec<Vec<Node>> = vec![Vec::new(); elements.len()];
    let mut tree = TagTree::new().with_lang(Some(String::from("vi")));
    let mut top = Vec::new();
    for (index, own) in leaves.into_iter().enumerate().rev() {
        let mut inner = std::mem::take(&mut children[index]);
        inner.reverse();
        let nodes = own.into_iter().map(Node::from).chain(inner).collect();
        let group = Node::from(TagGroup::with_children(kind(&elements[index].tag), nodes));
        match elements[index].parent {
            Some(parent) => children[parent].push(group),
            None => top.push(group),
        }
    }
    top.into_iter().rev().for_each(|node| tree.push(node));
    tree
}

fn kind(tag: &Tag) -> TagKind {
    let span = |span: u32| NonZeroU32::new(span).filter(|span| span.get() > 1);
    match tag {
        Tag::Text => Kinds::P.into(),
        Tag::Heading(level, text) => {
            Kinds::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone())).into()
        }
        Tag::Table => Kinds::Table.into(),
        Tag::Head => Kinds::THead.into(),
        Tag::Body => Kinds::TBody.into(),
        Tag::Row => Kinds::TR.into(),
        Tag::HeadCell(columns) => Kinds::TH(TableHeaderScope::Column).with_col_span(span(*columns)).into(),
        Tag::Cell(columns) => Kinds::TD.with_col_span(span(*columns)).into(),
        Tag::Figure(alt) => Kinds::Figure(Some(alt.clone())).into(),
    }
}
