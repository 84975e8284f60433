//! Texts one below the other in a place: broken into lines, abbreviated from the approved list where they do not fit, refused by name
//! where that does not help. Never smaller than the regulation's size, never over each other.

use super::{Abbreviated, Fault};
use crate::font::Fonts;
use crate::ink::Ink;
use crate::length::{Emu, Point, Rect};
use crate::qr::Abbreviations;
use crate::scene::{Element, Text, Weight};
use crate::typeset::{self, Missing, Style};

/// How lines stand in their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Canh trái.
    Left,
    /// Canh giữa.
    Centre,
}

/// A place and what is set into it.
pub(super) struct Block<'a> {
    pub place: Rect,
    pub align: Align,
    pub parts: Vec<Part<'a>>,
}

/// A text of the block.
pub(super) struct Part<'a> {
    element: Element,
    text: &'a str,
    most_lines: usize,
}

impl<'a> Part<'a> {
    pub fn new(element: Element, text: &'a str, most_lines: usize) -> Self {
        Part { element, text, most_lines }
    }
}

/// A block that was set.
pub(super) struct Set {
    pub lines: Vec<(Element, Text)>,
    pub abbreviated: Vec<Abbreviated>,
}

/// Size and weight (838/QĐ-BNV, Phụ lục 1b; R78–R82, R90).
pub(super) fn style(element: Element) -> Style {
    let (weight, points, ink) = match element {
        Element::ManagingAgency => (Weight::Bold, 12, Ink::Black),
        Element::UsingUnit => (Weight::Bold, 10, Ink::Black),
        Element::FullName => (Weight::Bold, 11, Ink::Black),
        Element::Position => (Weight::Bold, 8, Ink::Black),
        Element::BackName => (Weight::Bold, 14, Ink::BackGold),
        _ => (Weight::Regular, 9, Ink::Black),
    };
    Style { weight, size: Emu::pt(points), ink }
}

/// Above the base line, of the size, in thousandths: capitals with two marks (Ấ, Ỗ) reach so high.
const ABOVE: i32 = 980;
/// From one base line to the next.
const LEADING: i32 = 1_200;

impl Block<'_> {
    pub fn set(&self, fonts: &Fonts, abbreviations: &Abbreviations) -> Result<Set, Fault> {
        let mut texts: Vec<String> = self.parts.iter().map(|part| part.text.to_owned()).collect();
        let mut abbreviated = Vec::new();
        loop {
            match self.lines(fonts, &texts)? {
                Ok(lines) => return Ok(Set { lines: self.placed(fonts, &lines)?, abbreviated }),
                // which part is too long, or has most lines where all together are too high
                Err(nth) => {
                    let element = self.parts[nth].element;
                    let shorter = abbreviations.entries().iter().find_map(|entry| {
                        let is_there = abbreviated.iter().any(|it: &Abbreviated| it.abbreviation == *entry);
                        let text = entry.apply(&texts[nth]).filter(|_| element != Element::FullName && !is_there)?;
                        Some((text, entry.clone()))
                    });
                    let (text, abbreviation) = shorter.ok_or(Fault::TooLong { element })?;
                    texts[nth] = text;
                    abbreviated.push(Abbreviated { element, abbreviation });
                }
            }
        }
    }

    /// The lines of each part; or the part that has to become shorter.
    fn lines(&self, fonts: &Fonts, texts: &[String]) -> Result<Result<Vec<Vec<String>>, usize>, Fault> {
        let mut all = Vec::new();
        let mut height = Emu::ZERO;
        for (nth, (part, text)) in self.parts.iter().zip(texts).enumerate() {
            let style = style(part.element);
            let lines = typeset::broken(fonts, style, text, self.place.width, part.most_lines);
            match lines.map_err(|Missing(letter)| Fault::Letter { element: part.element, letter })? {
                Some(lines) => {
                    height += style.size.scaled(LEADING, 1_000) * i32::try_from(lines.len()).unwrap_or(i32::MAX);
                    all.push(lines);
                }
                None => return Ok(Err(nth)),
            }
        }
        if height <= self.place.height {
            return Ok(Ok(all));
        }
        let longest = (0..all.len()).max_by_key(|nth| all[*nth].len()).unwrap_or_default();
        Ok(Err(longest))
    }

    /// The lines where they stand: in the middle of the place's height.
    fn placed(&self, fonts: &Fonts, all: &[Vec<String>]) -> Result<Vec<(Element, Text)>, Fault> {
        let lines =
            || self.parts.iter().zip(all).flat_map(|(part, lines)| lines.iter().map(|line| (part.element, line)));
        let height: Emu = lines().map(|(element, _)| style(element).size.scaled(LEADING, 1_000)).sum();
        let mut top = self.place.y + (self.place.height - height) / 2;
        let mut placed = Vec::new();
        for (element, content) in lines() {
            let style = style(element);
            let fault = |Missing(letter)| Fault::Letter { element, letter };
            let mut line = typeset::line(fonts, style, content, Point::default()).map_err(fault)?;
            let free = self.place.width - line.advance;
            let x = self.place.x + if self.align == Align::Centre { free / 2 } else { Emu::ZERO };
            line.origin = Point::new(x, top + style.size.scaled(ABOVE, 1_000));
            top += style.size.scaled(LEADING, 1_000);
            placed.push((element, line));
        }
        Ok(placed)
    }
}
