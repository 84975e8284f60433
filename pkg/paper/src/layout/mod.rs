//! A document on pages: what stands where, down to the line. PDF is written from this; a DOCX file is laid out by whoever opens it.

mod flow;
mod line;
mod pager;
mod row;
mod table;
mod tree;

use std::fmt::Write as _;

use crate::document::Document;
use crate::font::{Fonts, Style};
use crate::picture::Picture;
pub(crate) use tree::{Element, Tag};

/// Pages, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Layout {
    pub(crate) pages: Vec<Page>,
    /// What the parts of the pages belong to, in the order of reading.
    pub(crate) elements: Vec<Element>,
    /// Titles of the sections, with the page that each begins.
    pub(crate) outline: Vec<(String, usize)>,
    pub(crate) title: String,
}

/// One page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Width and height in points.
    pub size: (f32, f32),
    pub items: Vec<Item>,
}

/// Something on a page; lengths in points from its upper left corner.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The element that it belongs to; page numbers, rules and repeated heads belong to none.
    pub element: Option<usize>,
    pub x: f32,
    pub y: f32,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Text on its base line; `gap` is what is added to each space.
    Text { text: String, style: Style, size: f32, gap: f32 },
    /// A line, across or down.
    Rule { width: f32, height: f32 },
    /// A picture below `y`.
    Picture { picture: Picture, width: f32, height: f32 },
}

impl Layout {
    /// Lays a document out.
    pub fn new(document: &Document, fonts: &Fonts) -> Self {
        let stamp = crate::text::clean(&document.stamp).replace('\n', " ");
        let mut pager = pager::Pager::new(fonts, stamp);
        let mut elements = Vec::new();
        let mut outline = Vec::new();
        for section in crate::form::sections(document) {
            let flow = flow::Flow::new(&section, fonts, &mut elements);
            outline.push((section.title, pager.count()));
            pager.section(section.orientation, flow);
        }
        Layout { pages: pager.finish(), elements, outline, title: crate::form::name(document) }
    }

    /// How many pages it has.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// The pages as text, for people and tests: a line a base line, parts that stand apart with ` | ` between them.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (number, page) in self.pages.iter().enumerate() {
            let _ = writeln!(out, "=== page {} ===", number + 1);
            let mut parts: Vec<(i32, i32, Option<usize>, String)> = page.items.iter().filter_map(Item::told).collect();
            parts.sort();
            let mut last: Option<(i32, Option<usize>)> = None;
            for (y, _, element, text) in parts {
                match last {
                    // one element's spans touch
                    Some((line, before)) if line == y && (before.is_none() || before != element) => {
                        out.truncate(out.trim_end_matches(' ').len());
                        out.push_str(" | ");
                    }
                    Some((line, _)) if line != y => out.push('\n'),
                    _ => {}
                }
                out.push_str(&text);
                last = Some((y, element));
            }
            out.push('\n');
        }
        out.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

impl Item {
    /// Base line and left end in whole points, and what it says.
    fn told(&self) -> Option<(i32, i32, Option<usize>, String)> {
        let text = match &self.kind {
            Kind::Text { text, .. } => text.clone(),
            Kind::Rule { .. } => return None,
            Kind::Picture { width, height, .. } => format!("[{} × {} pt]", width.round(), height.round()),
        };
        Some((self.y.round() as i32, self.x.round() as i32, self.element, text))
    }
}
