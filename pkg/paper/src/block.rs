//! What a document's body is made of.

use crate::picture::Picture;

/// A piece of text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// A line feed begins a new line; other control characters are left out.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
}

impl Run {
    /// Upright and regular.
    pub fn new(text: impl Into<String>) -> Self {
        Run { text: text.into(), ..Run::default() }
    }

    /// Bold.
    pub fn bold(text: impl Into<String>) -> Self {
        Run { bold: true, ..Run::new(text) }
    }

    /// Italic.
    pub fn italic(text: impl Into<String>) -> Self {
        Run { italic: true, ..Run::new(text) }
    }

    /// Bold and italic.
    pub fn bold_italic(text: impl Into<String>) -> Self {
        Run { italic: true, ..Run::bold(text) }
    }
}

impl From<&str> for Run {
    fn from(text: &str) -> Self {
        Run::new(text)
    }
}

/// How lines stand between their margins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left margin.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right margin: numbers.
    Right,
    /// At both margins («dàn đều»): running text.
    Justify,
}

/// Running text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// What it says.
    pub runs: Vec<Run>,
    /// How its lines stand.
    pub align: Align,
    /// Whether its first line is indented.
    pub is_indented: bool,
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Running text.
    Paragraph(Paragraph),
    /// A numbered paragraph: its number («1.», «a)», «-») as it is written, and what it says.
    Item(String, Vec<Run>),
    /// A heading inside the body, bold; it stays with what follows.
    Heading(String),
    /// A table.
    Table(Table),
    /// What follows begins a page.
    PageBreak,
    /// Empty space, in millimetres.
    Space(u16),
}

impl Block {
    /// Running text: justified, its first line indented.
    pub fn text(text: impl Into<String>) -> Self {
        Block::runs(vec![Run::new(text)])
    }

    /// Running text in several styles.
    pub fn runs(runs: Vec<Run>) -> Self {
        Block::Paragraph(Paragraph { runs, align: Align::Justify, is_indented: true })
    }

    /// A legal base («Căn cứ …;»), in italics.
    pub fn basis(text: impl Into<String>) -> Self {
        Block::runs(vec![Run::italic(text)])
    }

    /// A line at the left margin, in several styles.
    pub fn line(runs: Vec<Run>) -> Self {
        Block::Paragraph(Paragraph { runs, align: Align::Left, is_indented: false })
    }

    /// A line in the middle.
    pub fn centred(runs: Vec<Run>) -> Self {
        Block::Paragraph(Paragraph { runs, align: Align::Centre, is_indented: false })
    }

    /// A numbered paragraph.
    pub fn item(number: impl Into<String>, text: impl Into<String>) -> Self {
        Block::Item(number.into(), vec![Run::new(text)])
    }

    /// A heading.
    pub fn heading(text: impl Into<String>) -> Self {
        Block::Heading(text.into())
    }
}

/// A table, as wide as the text; its head stands on every page that it reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// From left to right.
    pub columns: Vec<Column>,
    /// Each with a cell a column, fewer where cells span several; what is missing stays empty, what is too much is left out.
    pub rows: Vec<Vec<Cell>>,
    /// The last row, in bold.
    pub sum: Option<Vec<Cell>>,
    /// Whether the head numbers the columns: (1), (2) …
    pub is_numbered: bool,
    /// Size of its letters in points, 8 to 14; 12 where it is 0.
    pub size: u8,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: Vec<Column>) -> Self {
        Table { columns, ..Table::default() }
    }

    /// Adds a row.
    #[must_use]
    pub fn row(mut self, cells: Vec<Cell>) -> Self {
        self.rows.push(cells);
        self
    }

    /// Sets the last row.
    #[must_use]
    pub fn sum(mut self, cells: Vec<Cell>) -> Self {
        self.sum = Some(cells);
        self
    }

    /// Numbers the columns in the head.
    #[must_use]
    pub fn numbered(mut self) -> Self {
        self.is_numbered = true;
        self
    }

    /// Sets the size of its letters in points.
    #[must_use]
    pub fn size(mut self, points: u8) -> Self {
        self.size = points;
        self
    }
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// Its share of the width; the table is as wide as the text, so that only the ratio of the columns counts.
    pub width: u16,
    /// How its cells stand.
    pub align: Align,
}

impl Column {
    /// A column whose cells stand at its left.
    pub fn new(title: impl Into<String>, width: u16) -> Self {
        Column { title: title.into(), width, align: Align::Left }
    }

    /// A column whose cells stand in its middle.
    pub fn centred(title: impl Into<String>, width: u16) -> Self {
        Column { align: Align::Centre, ..Column::new(title, width) }
    }

    /// A column of numbers.
    pub fn right(title: impl Into<String>, width: u16) -> Self {
        Column { align: Align::Right, ..Column::new(title, width) }
    }
}

/// A cell: a picture, text, or the one above the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub runs: Vec<Run>,
    /// A portrait.
    pub picture: Option<Picture>,
    /// How many columns it takes; 0 counts as 1.
    pub span: u8,
    /// How it stands, where not as its column.
    pub align: Option<Align>,
}

impl Cell {
    /// Text.
    pub fn new(text: impl Into<String>) -> Self {
        Cell { runs: vec![Run::new(text)], ..Cell::default() }
    }

    /// Bold text.
    pub fn bold(text: impl Into<String>) -> Self {
        Cell { runs: vec![Run::bold(text)], ..Cell::default() }
    }

    /// A picture.
    pub fn picture(picture: Picture) -> Self {
        Cell { picture: Some(picture), ..Cell::default() }
    }

    /// Takes several columns.
    #[must_use]
    pub fn span(mut self, columns: u8) -> Self {
        self.span = columns;
        self
    }

    /// Stands otherwise than its column.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        self.align = Some(align);
        self
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::new(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::new(text)
    }
}

impl From<Picture> for Cell {
    fn from(picture: Picture) -> Self {
        Cell::picture(picture)
    }
}
