//! Lines out of runs: broken at spaces where there is one, and inside a word where there is none.

use super::{Item, Kind};
use crate::block::{Align, Run};
use crate::font::{Fonts, Style};
use crate::text::clean;

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    spans: Vec<Span>,
    /// Without the spaces at its end.
    width: f32,
    /// Spaces that can be widened.
    spaces: usize,
    /// Whether a paragraph or a line feed ends it.
    is_last: bool,
}

#[derive(Clone, Debug)]
struct Span {
    text: String,
    style: Style,
    /// From the beginning of the line.
    x: f32,
    /// Spaces before it.
    spaces: usize,
}

struct Letter {
    letter: char,
    style: Style,
    advance: f32,
}

/// Breaks runs into lines of at most `first` and then `rest` points; there is at least one line.
pub(super) fn lines(fonts: &Fonts, runs: &[Run], size: f32, first: f32, rest: f32) -> Vec<Line> {
    let mut letters = Vec::new();
    for run in runs {
        let style = Style { bold: run.bold, italic: run.italic };
        let face = fonts.face(style);
        letters.extend(clean(&run.text).chars().map(|letter| {
            let advance = if letter == '\n' { 0.0 } else { face.glyph(letter).1 * size };
            Letter { letter, style, advance }
        }));
    }
    let mut lines = Vec::new();
    let (mut start, mut width, mut after_space) = (0, 0.0_f32, None);
    let mut index = 0;
    while let Some(Letter { letter, advance, .. }) = letters.get(index) {
        let limit = if lines.is_empty() { first } else { rest };
        if *letter == '\n' {
            let mut line = line(&letters[start..index], true);
            // for who searches or listens, the words around it are two
            if let Some(last) = line.spans.last_mut() {
                last.text.push(' ');
            }
            lines.push(line);
            (start, width, after_space) = (index + 1, 0.0, None);
        } else if *letter == ' ' {
            // spaces may hang over the margin
            width += advance;
            after_space = Some(index + 1);
        } else if width + advance > limit + 0.01 && index > start {
            let end = after_space.unwrap_or(index);
            lines.push(line(&letters[start..end], false));
            (start, after_space) = (end, None);
            width = letters[end..index].iter().map(|letter| letter.advance).sum();
            continue;
        } else {
            width += advance;
        }
        index += 1;
    }
    lines.push(line(&letters[start..], true));
    lines
}

fn line(letters: &[Letter], is_last: bool) -> Line {
    let seen = letters.iter().rposition(|letter| letter.letter != ' ').map_or(0, |last| last + 1);
    let mut spans: Vec<Span> = Vec::new();
    let (mut x, mut spaces, mut width) = (0.0, 0, 0.0);
    let mut inner = 0;
    for (index, Letter { letter, style, advance }) in letters.iter().enumerate() {
        match spans.last_mut() {
            Some(span) if span.style == *style => span.text.push(*letter),
            _ => spans.push(Span { text: letter.to_string(), style: *style, x, spaces }),
        }
        x += advance;
        spaces += usize::from(*letter == ' ');
        if index < seen {
            (width, inner) = (x, spaces);
        }
    }
    Line { spans, width, spaces: inner, is_last }
}

impl Line {
    /// The line in a box that begins at `x`, on the base line `y`.
    pub(super) fn items(
        self,
        x: f32,
        y: f32,
        width: f32,
        align: Align,
        size: f32,
        element: Option<usize>,
    ) -> Vec<Item> {
        let free = (width - self.width).max(0.0);
        let gap = match align {
            // nothing is torn apart more than threefold
            Align::Justify if !self.is_last && self.spaces > 0 && free / (self.spaces as f32) < size * 0.75 => {
                free / self.spaces as f32
            }
            _ => 0.0,
        };
        let from = match align {
            Align::Left | Align::Justify => x,
            Align::Centre => x + free / 2.0,
            Align::Right => x + free,
        };
        let text = |span: Span| Item {
            element,
            x: from + span.x + gap * span.spaces as f32,
            y,
            kind: Kind::Text { text: span.text, style: span.style, size, gap },
        };
        self.spans.into_iter().map(text).collect()
    }
}
