//! What stands on a page, as a content stream (ISO 32000-1 §7.8.2): the one place where scenes become operators.

use pdf_writer::Ref;

use super::number::{push_decimal, push_integer, push_length};
use super::object::Objects;
use super::path::{push_lattice, push_path};
use super::picture::{self, PictureError};
use super::text::push_text;
use super::typeface::Typeface;
use super::{Colours, Options};
use crate::ink::{Ink, Palette};
use crate::length::{Emu, Point, Rect};
use crate::scene::{FillRule, Item, Node, Weight};

/// A content stream, and what it calls by name.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// By name: `X0`, `X1`, …
    pub(super) objects: Vec<Ref>,
    /// Whether something shines through.
    pub(super) is_transparent: bool,
    /// Y runs upwards from here.
    height: Emu,
    colours: Colours,
    palette: Palette,
    /// What is set.
    fill: Option<Ink>,
    stroke: Option<Ink>,
    width: Option<Emu>,
}

impl Content {
    /// An empty one on a page of that height.
    pub(super) fn new(height: Emu, options: &Options) -> Self {
        Content {
            bytes: Vec::with_capacity(16 << 10),
            objects: Vec::new(),
            is_transparent: false,
            height,
            colours: options.colours,
            palette: options.palette,
            fill: None,
            stroke: None,
            width: None,
        }
    }

    /// Moves all that follows.
    pub(super) fn shift(&mut self, by: Point) {
        if by != Point::default() {
            self.bytes.extend_from_slice(b"1 0 0 1 ");
            push_length(&mut self.bytes, by.x);
            push_length(&mut self.bytes, -by.y);
            self.bytes.extend_from_slice(b"cm\n");
        }
    }

    /// Draws a form as it is, its lower left corner `at` there.
    pub(super) fn form(&mut self, form: Ref, at: Option<Point>) {
        match at {
            None => self.invoke(form),
            Some(at) => {
                self.bytes.extend_from_slice(b"q 1 0 0 1 ");
                push_length(&mut self.bytes, at.x);
                push_length(&mut self.bytes, self.height - at.y);
                self.bytes.extend_from_slice(b"cm\n");
                self.invoke(form);
                self.bytes.extend_from_slice(b"Q\n");
            }
        }
    }

    /// Draws items.
    ///
    /// # Errors
    /// [`PictureError`].
    pub(super) fn items(
        &mut self,
        items: &[Item],
        faces: &mut [Typeface; 2],
        objects: &mut Objects,
    ) -> Result<(), PictureError> {
        for item in items {
            self.node(&item.node, faces, objects)?;
        }
        Ok(())
    }

    /// Draws one thing.
    ///
    /// # Errors
    /// [`PictureError`].
    pub(super) fn node(
        &mut self,
        node: &Node,
        [regular, bold]: &mut [Typeface; 2],
        objects: &mut Objects,
    ) -> Result<(), PictureError> {
        match node {
            Node::Fill { path, .. } | Node::Stroke { path, .. } if path.0.is_empty() => {}
            Node::Fill { path, rule, ink } => {
                self.fill_with(*ink);
                let paint: &[u8] = match rule {
                    FillRule::NonZero => b"f\n",
                    FillRule::EvenOdd => b"f*\n",
                };
                let before = self.bytes.len();
                self.bytes.extend_from_slice(b"q ");
                if push_lattice(&mut self.bytes, path, self.height) {
                    self.bytes.extend_from_slice(paint);
                    self.bytes.extend_from_slice(b"Q\n");
                } else {
                    self.bytes.truncate(before);
                    push_path(&mut self.bytes, path, self.height);
                    self.bytes.extend_from_slice(paint);
                }
            }
            Node::Stroke { path, width, ink } => {
                self.stroke_with(*ink, *width);
                push_path(&mut self.bytes, path, self.height);
                self.bytes.extend_from_slice(b"S\n");
            }
            Node::Text(text) => {
                self.fill_with(text.ink);
                let face = match text.weight {
                    Weight::Regular => regular,
                    Weight::Bold => bold,
                };
                push_text(&mut self.bytes, text, face, self.height);
            }
            Node::Picture { place, picture } => {
                let placed = picture::write(picture, objects)?;
                self.is_transparent |= placed.is_transparent;
                self.picture(placed.number, *place);
            }
        }
        Ok(())
    }

    /// An image fills the unit square (§8.9.4).
    fn picture(&mut self, number: Ref, place: Rect) {
        self.bytes.extend_from_slice(b"q ");
        push_length(&mut self.bytes, place.width);
        self.bytes.extend_from_slice(b"0 0 ");
        push_length(&mut self.bytes, place.height);
        push_length(&mut self.bytes, place.x);
        push_length(&mut self.bytes, self.height - place.bottom());
        self.bytes.extend_from_slice(b"cm\n");
        self.invoke(number);
        self.bytes.extend_from_slice(b"Q\n");
    }

    fn invoke(&mut self, number: Ref) {
        let index = self.objects.iter().position(|known| *known == number).unwrap_or_else(|| {
            self.objects.push(number);
            self.objects.len() - 1
        });
        self.bytes.extend_from_slice(b"/X");
        push_integer(&mut self.bytes, index as i64);
        self.bytes.extend_from_slice(b"Do\n");
    }

    fn fill_with(&mut self, ink: Ink) {
        if self.fill != Some(ink) {
            self.fill = Some(ink);
            self.colour(ink, [b"rg\n", b"k\n"]);
        }
    }

    /// Ends and corners are round (`Node::Stroke`).
    fn stroke_with(&mut self, ink: Ink, width: Emu) {
        if self.width.is_none() {
            self.bytes.extend_from_slice(b"1 J 1 j\n");
        }
        if self.width != Some(width) {
            self.width = Some(width);
            push_length(&mut self.bytes, width);
            self.bytes.extend_from_slice(b"w\n");
        }
        if self.stroke != Some(ink) {
            self.stroke = Some(ink);
            self.colour(ink, [b"RG\n", b"K\n"]);
        }
    }

    /// The operands of a colour and the operator for screens or presses.
    fn colour(&mut self, ink: Ink, [rgb, cmyk]: [&[u8]; 2]) {
        let colour = self.palette.colour(ink);
        match self.colours {
            Colours::Rgb => {
                let four = |value: u8| (i64::from(value) * 20_000 + 255) / 510;
                colour.rgb.into_iter().for_each(|value| push_decimal(&mut self.bytes, four(value), 4));
                self.bytes.extend_from_slice(rgb);
            }
            Colours::Cmyk => {
                colour.cmyk.into_iter().for_each(|percent| push_decimal(&mut self.bytes, percent.into(), 2));
                self.bytes.extend_from_slice(cmyk);
            }
        }
    }
}
