//! Tables for other programs, CSV or XLSX, written row by row into a temporary file: a long list needs little memory.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write as _};

use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Workbook, XlsxError};

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text, UTF-8 with its mark, so that spreadsheet programs know it.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl Format {
    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Format::Csv, Format::Xlsx].into_iter().find(|format| format.name() == name)
    }

    /// Name used in addresses, and the end of the file's name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text, also where it looks like a number: codes keep their leading zeros.
    Text(String),
    /// A number to reckon with.
    Number(i64),
    /// A day, ISO 8601; whatever else stands there is text.
    Day(String),
}

impl Cell {
    /// Text, or an empty cell.
    pub fn maybe(text: Option<String>) -> Self {
        Cell::Text(text.unwrap_or_default())
    }

    /// A day, or an empty cell.
    pub fn maybe_day(day: Option<String>) -> Self {
        day.map_or_else(|| Cell::Text(String::new()), Cell::Day)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its heading.
    pub heading: String,
    /// Its width in a spreadsheet, in characters.
    pub width: u8,
}

impl Head {
    /// A column with a heading.
    pub fn new(heading: impl Into<String>, width: u8) -> Self {
        Head { heading: heading.into(), width }
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The temporary file.
    #[error("the temporary file of a table cannot be written")]
    File(#[from] io::Error),
    /// The workbook.
    #[error("a workbook cannot be written")]
    Workbook(#[from] XlsxError),
}

impl From<csv::Error> for TableError {
    fn from(error: csv::Error) -> Self {
        TableError::File(error.into())
    }
}

/// A table in the making.
pub struct Writer(Kind);

enum Kind {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Xlsx(Box<Book>),
}

impl Writer {
    /// Begins a table with its headings. `title`: the name of the sheet.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn begin(format: Format, title: &str, heads: Vec<Head>) -> Result<Self, TableError> {
        Ok(Writer(match format {
            Format::Csv => {
                let mut file = BufWriter::new(tempfile::tempfile()?);
                file.write_all("\u{FEFF}".as_bytes())?;
                let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
                csv.write_record(heads.iter().map(|head| harmless(&head.heading)))?;
                Kind::Csv(Box::new(csv))
            }
            Format::Xlsx => Kind::Xlsx(Box::new(Book::begin(title, heads)?)),
        }))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn row(&mut self, cells: Vec<Cell>) -> Result<(), TableError> {
        match &mut self.0 {
            Kind::Csv(csv) => csv.write_record(cells.into_iter().map(text))?,
            Kind::Xlsx(book) => book.row(cells)?,
        }
        Ok(())
    }

    /// The whole file, from its beginning.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn finish(self) -> Result<File, TableError> {
        let mut file = match self.0 {
            Kind::Csv(csv) => {
                let buffer = csv.into_inner().map_err(|error| error.into_error())?;
                buffer.into_inner().map_err(io::IntoInnerError::into_error)?
            }
            Kind::Xlsx(mut book) => {
                let mut file = BufWriter::new(tempfile::tempfile()?);
                book.workbook.save_to_writer(&mut file)?;
                file.into_inner().map_err(io::IntoInnerError::into_error)?
            }
        };
        file.rewind()?;
        Ok(file)
    }
}

/// Text that a spreadsheet program would take for a formula is marked as text, as its users do it by hand.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn text(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(&text),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => match day.parse::<Date>() {
            Ok(day) => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
            Err(_) => harmless(&day),
        },
    }
}

/// Rows of a sheet below its headings: Excel has 1,048,576 in all. More go on, on a further sheet.
const SHEET_ROWS: u32 = 1_048_575;
/// Excel refuses longer texts.
const CELL_CHARS: usize = 32_767;

struct Book {
    workbook: Workbook,
    title: String,
    heads: Vec<Head>,
    day: Look,
    /// Sheets begun.
    sheets: usize,
    /// Rows on the last of them.
    rows: u32,
}

impl Book {
    fn begin(title: &str, heads: Vec<Head>) -> Result<Self, TableError> {
        let day = Look::new().set_num_format("dd/mm/yyyy");
        let title = title.replace(['[', ']', ':', '*', '?', '/', '\\', '\''], " ").chars().take(25).collect();
        let mut book = Book { workbook: Workbook::new(), title, heads, day, sheets: 0, rows: 0 };
        book.next_sheet()?;
        Ok(book)
    }

    fn next_sheet(&mut self) -> Result<(), TableError> {
        self.sheets += 1;
        self.rows = 0;
        let name = if self.sheets == 1 { self.title.clone() } else { format!("{} {}", self.title, self.sheets) };
        let bold = Look::new().set_bold();
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name.trim())?.set_freeze_panes(1, 0)?;
        // widths come first in the file
        for (at, head) in (0u16..).zip(&self.heads) {
            sheet.set_column_width(at, f64::from(head.width))?;
        }
        for (at, head) in (0u16..).zip(&self.heads) {
            sheet.write_string_with_format(0, at, head.heading.as_str(), &bold)?;
        }
        Ok(())
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<(), TableError> {
        if self.rows == SHEET_ROWS {
            self.next_sheet()?;
        }
        self.rows += 1;
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for (at, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) if text.len() > CELL_CHARS => {
                    sheet.write_string(self.rows, at, text.chars().take(CELL_CHARS).collect::<String>())?;
                }
                Cell::Text(text) => {
                    sheet.write_string(self.rows, at, text)?;
                }
                Cell::Number(number) => {
                    // exact to 2^53, as every spreadsheet
                    sheet.write_number(self.rows, at, number as f64)?;
                }
                Cell::Day(day) => match serial(&day) {
                    Some(serial) => {
                        sheet.write_datetime_with_format(self.rows, at, &serial, &self.day)?;
                    }
                    None => {
                        sheet.write_string(self.rows, at, day)?;
                    }
                },
            }
        }
        Ok(())
    }
}

fn serial(day: &str) -> Option<ExcelDateTime> {
    let day = day.parse::<Date>().ok()?;
    let (year, month, of_month) =
        (day.year().try_into().ok()?, day.month().try_into().ok()?, day.day().try_into().ok()?);
    ExcelDateTime::from_ymd(year, month, of_month).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use calamine::{Data, Reader as _, Xlsx};

    use super::*;

    fn written(format: Format, rows: Vec<Vec<Cell>>) -> Vec<u8> {
        let heads = vec![Head::new("Họ và tên", 30), Head::new("Mã", 10), Head::new("Ngày", 12), Head::new("Số", 8)];
        let mut writer = Writer::begin(format, "Nhân sự [1/2]", heads).unwrap();
        for row in rows {
            writer.row(row).unwrap();
        }
        let mut bytes = Vec::new();
        writer.finish().unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn row(name: &str) -> Vec<Cell> {
        vec![name.into(), "046188000001".into(), Cell::Day("1988-02-29".into()), Cell::Number(7)]
    }

    #[test]
    fn csv_begins_with_its_mark_and_holds_no_formula() {
        let bytes = written(Format::Csv, vec![row("Lê \"A\", B"), row("=1+1"), row("-x"), row("@y"), row("+84")]);
        let text = String::from_utf8(bytes).unwrap();
        let begin = "\u{FEFF}Họ và tên,Mã,Ngày,Số\r\n\"Lê \"\"A\"\", B\",046188000001,29/02/1988,7\r\n";
        assert!(text.starts_with(begin), "{text}");
        for safe in ["'=1+1,", "'-x,", "'@y,", "'+84,"] {
            assert!(text.contains(&format!("\r\n{safe}")), "{text}");
        }
    }

    #[test]
    fn xlsx_keeps_zeros_days_and_formulas_as_what_they_are() {
        let bytes = written(Format::Xlsx, vec![row("=HYPERLINK(\"x\")"), row(&"ế".repeat(40_000))]);
        let mut book = Xlsx::new(io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("Nhân sự  1 2").unwrap();
        let cell = |row, column| range.get((row, column)).cloned().unwrap();
        assert_eq!(cell(0, 0), Data::String("Họ và tên".into()));
        assert_eq!(cell(1, 0), Data::String("=HYPERLINK(\"x\")".into()));
        assert_eq!(cell(1, 1), Data::String("046188000001".into()));
        assert!(matches!(cell(1, 2), Data::DateTime(day) if day.to_ymd_hms_milli().0 == 1988), "{:?}", cell(1, 2));
        assert_eq!(cell(1, 3), Data::Float(7.0));
        assert!(matches!(cell(2, 0), Data::String(text) if text.chars().count() == CELL_CHARS));
    }

    #[test]
    fn a_day_that_is_none_is_text() {
        let odd = || vec![vec!["A".into(), "".into(), Cell::Day("=soon".into()), Cell::Number(-1)]];
        assert!(String::from_utf8(written(Format::Csv, odd())).unwrap().ends_with("A,,'=soon,-1\r\n"));
        assert!(!written(Format::Xlsx, odd()).is_empty());
    }
}
