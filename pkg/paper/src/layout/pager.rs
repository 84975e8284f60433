//! Cuts the strips into pages.

use super::flow::{Content, Flow, Strip};
use super::row::RowBox;
use super::{Item, Page, line};
use crate::block::{Align, Run};
use crate::document::Orientation;
use crate::font::{Fonts, Style};
use crate::form::{BOTTOM, LEFT, NUMBER, TOP, mm, page, text_width};

/// Size of the page's number (30/2020/NĐ-CP, mục I §7: 13 to 14) and of the stamp.
const NUMBER_SIZE: f32 = 13.0;
const STAMP_SIZE: f32 = 9.0;

pub(super) struct Pager<'a> {
    fonts: &'a Fonts,
    stamp: String,
    pages: Vec<Page>,
    /// The first page of the section.
    first: usize,
    orientation: Orientation,
    /// Where the next strip stands.
    y: f32,
    /// Whether nothing but repeated heads stands on the page.
    is_fresh: bool,
}

impl<'a> Pager<'a> {
    pub(super) fn new(fonts: &'a Fonts, stamp: String) -> Self {
        let orientation = Orientation::Portrait;
        Pager { fonts, stamp, pages: Vec::new(), first: 0, orientation, y: 0.0, is_fresh: true }
    }

    pub(super) fn count(&self) -> usize {
        self.pages.len()
    }

    pub(super) fn finish(self) -> Vec<Page> {
        self.pages
    }

    /// Adds a section, whose pages are numbered from 1.
    pub(super) fn section(&mut self, orientation: Orientation, flow: Flow) {
        (self.first, self.orientation) = (self.pages.len(), orientation);
        self.turn(&[]);
        let Flow { strips, heads } = flow;
        let groups = groups(&strips);
        for (strip, group) in strips.into_iter().zip(groups) {
            let Strip { before, content, .. } = strip;
            let head: &[RowBox] = match &content {
                Content::Row { table, is_head: false, .. } => &heads[*table],
                _ => &[],
            };
            let before = if self.is_fresh { 0.0 } else { before };
            // a group that no page could hold is cut wherever the page ends
            let needed = if group > self.capacity(head) { content.height() } else { group };
            if !self.is_fresh && self.y + before + needed > self.bottom() {
                match content {
                    Content::Row { row, .. } | Content::Columns(row) if row.height() > self.capacity(head) => {
                        self.cut(row, before, head);
                        continue;
                    }
                    _ => self.turn(head),
                }
            } else {
                self.y += before;
            }
            match content {
                Content::Break if !self.is_fresh => self.turn(&[]),
                Content::Break => {}
                Content::Chunk(chunk) => {
                    let y = self.y;
                    self.put(chunk.items.into_iter().map(|item| Item { y: item.y + y, ..item }), chunk.height);
                }
                Content::Row { row, .. } | Content::Columns(row) if self.y + row.height() > self.bottom() + 0.01 => {
                    self.cut(row, 0.0, head);
                }
                Content::Row { row, .. } | Content::Columns(row) => self.put_row(row),
            }
        }
    }

    fn bottom(&self) -> f32 {
        page(self.orientation).1 - mm(BOTTOM)
    }

    /// What a page can hold below a repeated head.
    fn capacity(&self, head: &[RowBox]) -> f32 {
        self.bottom() - mm(TOP) - repeated(head, self.bottom() - mm(TOP)).iter().map(RowBox::height).sum::<f32>()
    }

    fn put(&mut self, items: impl Iterator<Item = Item>, height: f32) {
        if let Some(page) = self.pages.last_mut() {
            page.items.extend(items);
        }
        self.y += height;
        self.is_fresh = false;
    }

    fn put_row(&mut self, row: RowBox) {
        let (mut items, height) = (Vec::new(), row.height());
        row.items(self.y, &mut items);
        self.put(items.into_iter(), height);
    }

    /// A row that is higher than a page, or than what is left of it.
    fn cut(&mut self, row: RowBox, before: f32, head: &[RowBox]) {
        // no less than a few lines are begun at the foot of a page
        if !self.is_fresh && self.y + before + mm(30.0) > self.bottom() {
            self.turn(head);
        } else {
            self.y += before;
        }
        let mut rest = Some(row);
        while let Some(row) = rest {
            let (above, below) = row.split(self.bottom() - self.y, self.is_fresh);
            if let Some(above) = above {
                self.put_row(above);
            }
            rest = below;
            if rest.is_some() {
                self.turn(head);
            }
        }
    }

    /// Begins a page.
    fn turn(&mut self, head: &[RowBox]) {
        let size = page(self.orientation);
        let mut items = Vec::new();
        let number = self.pages.len() - self.first + 1;
        if number > 1 {
            // mục I §7: in the middle of the upper margin, from the second page on
            self.aside(&number.to_string(), Style::default(), NUMBER_SIZE, mm(NUMBER), &mut items);
        }
        if !self.stamp.is_empty() {
            let style = Style { italic: true, bold: false };
            self.aside(&self.stamp, style, STAMP_SIZE, size.1 - mm(10.0), &mut items);
        }
        self.pages.push(Page { size, items });
        self.y = mm(TOP);
        for row in repeated(head, self.bottom() - mm(TOP)) {
            self.put_row(row.clone());
        }
        self.is_fresh = true;
    }

    /// One line outside of the text.
    fn aside(&self, text: &str, style: Style, size: f32, y: f32, out: &mut Vec<Item>) {
        let width = text_width(self.orientation);
        let run = Run { text: text.to_owned(), bold: style.bold, italic: style.italic };
        let lines = line::lines(self.fonts, &[run], size, width, width);
        if let Some(line) = lines.into_iter().next() {
            out.extend(line.items(mm(LEFT), y, width, Align::Centre, size, None));
        }
    }
}

/// A head that takes more than a third of the page is not repeated.
fn repeated(head: &[RowBox], page: f32) -> &[RowBox] {
    let height: f32 = head.iter().map(RowBox::height).sum();
    if height > page / 3.0 { &[] } else { head }
}

/// By strip: how high it is together with what it stays with.
fn groups(strips: &[Strip]) -> Vec<f32> {
    let mut groups = vec![0.0; strips.len()];
    let mut below = 0.0;
    for (index, strip) in strips.iter().enumerate().rev() {
        groups[index] = strip.content.height() + if strip.keep { below } else { 0.0 };
        below = strip.before + groups[index];
    }
    groups
}
