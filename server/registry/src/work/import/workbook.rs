//! XLSX as a table of text: the cells of one sheet, a row a line, so that everything after goes one way.

use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{CellErrorType, DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use contract::import::FileFault;
use zip::ZipArchive;

use super::{MAX_BYTES, MAX_ROWS};

/// One sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetText {
    /// Its cells: tabs between them, a line a row.
    pub text: String,
    /// Its name.
    pub sheet: String,
    /// The other sheets that can be seen.
    pub others: Vec<String>,
}

/// What all parts of a workbook may hold together when they are unpacked, in bytes.
const UNPACKED: u64 = 120_000_000;
/// Parts of a workbook: sheets, styles, pictures.
const PARTS: usize = 2_000;
/// Columns that a table may have.
const COLUMNS: u32 = 1_000;
/// Rows above and between those that count.
const SPARE_ROWS: u32 = 10_000;

/// Whether the bytes begin as those of an archive, which an XLSX file is.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The cells of the sheet of that name; where none is named, of the first that can be seen and is not empty.
///
/// # Errors
/// [`FileFault::Workbook`] for another kind of archive, [`FileFault::Damaged`], [`FileFault::TooLarge`],
/// [`FileFault::TooManyRows`], [`FileFault::NoSheet`], [`FileFault::Empty`].
pub fn sheet_text(bytes: &[u8], wanted: &str) -> Result<SheetText, FileFault> {
    if bytes.len() > MAX_BYTES {
        return Err(FileFault::TooLarge);
    }
    unpacked(bytes)?;
    // a fault of the reader's is one of the file for whoever sent it
    catch_unwind(AssertUnwindSafe(|| read(bytes, wanted))).unwrap_or(Err(FileFault::Damaged))
}

/// Unpacks every part once and keeps nothing: what a part says of its size is not believed.
fn unpacked(bytes: &[u8]) -> Result<(), FileFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileFault::Damaged)?;
    if archive.len() > PARTS {
        return Err(FileFault::TooLarge);
    }
    if !archive.file_names().any(|name| name.eq_ignore_ascii_case("xl/workbook.xml")) {
        return Err(FileFault::Workbook);
    }
    let (mut left, mut piece) = (UNPACKED, vec![0; 65_536]);
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|_| FileFault::Damaged)?;
        loop {
            match part.read(&mut piece).map_err(|_| FileFault::Damaged)? {
                0 => break,
                read => left = left.checked_sub(read as u64).ok_or(FileFault::TooLarge)?,
            }
        }
    }
    Ok(())
}

fn read(bytes: &[u8], wanted: &str) -> Result<SheetText, FileFault> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileFault::Damaged)?;
    let tables = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let seen: Vec<String> =
        tables.filter(|sheet| sheet.visible == SheetVisible::Visible).map(|sheet| sheet.name.clone()).collect();
    let wanted = wanted.trim();
    let of_number = wanted.parse::<usize>().ok().and_then(|number| seen.get(number.checked_sub(1)?));
    let tried: Vec<String> = match seen.iter().find(|name| name.trim() == wanted).or(of_number) {
        Some(name) => vec![name.clone()],
        None if wanted.is_empty() => seen.clone(),
        None => return Err(FileFault::NoSheet { sheet: wanted.to_owned(), sheets: seen }),
    };
    for sheet in tried {
        let text = cells(&mut book, &sheet)?;
        if !text.trim().is_empty() {
            let others = seen.into_iter().filter(|name| *name != sheet).collect();
            return Ok(SheetText { text, sheet, others });
        }
    }
    Err(FileFault::Empty)
}

fn cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<String, FileFault> {
    let damaged = |_: XlsxError| FileFault::Damaged;
    let most = u32::try_from(MAX_ROWS).unwrap_or(u32::MAX).saturating_add(SPARE_ROWS);
    let mut reader = book.worksheet_cells_reader(sheet).map_err(damaged)?;
    let zeros: Vec<usize> = reader
        .styles()
        .iter()
        .map(|style| zeros(style.number_format.as_ref().map_or("", |format| &format.format_code)))
        .collect();
    let (mut text, mut row, mut column) = (String::new(), 0, 0);
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(damaged)? {
        let written = written(cell.get_value(), zeros.get(style).copied().unwrap_or(0));
        if written.trim().is_empty() {
            continue;
        }
        let (at, of_row) = cell.get_position();
        // rows and cells stand in order in every file that a program writes
        if at < row || (at == row && of_row < column) {
            return Err(FileFault::Damaged);
        }
        if at > most {
            return Err(FileFault::TooManyRows);
        }
        if of_row > COLUMNS {
            return Err(FileFault::TooLarge);
        }
        while row < at {
            text.push('\n');
            (row, column) = (row + 1, 0);
        }
        while column < of_row {
            text.push('\t');
            column += 1;
        }
        push_cell(&mut text, &written);
        if text.len() > MAX_BYTES {
            return Err(FileFault::TooLarge);
        }
    }
    Ok(text)
}

/// A cell on one line, quoted where a reader of the text would take it apart.
fn push_cell(text: &mut String, written: &str) {
    let flat: String = written.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.contains('"') {
        text.push('"');
        text.push_str(&flat.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&flat);
    }
}

/// How many digits a format fills up with zeros: `000000000000` shows 46188000001 as 046188000001.
fn zeros(format: &str) -> usize {
    let format = format.split(';').next().unwrap_or_default();
    if format.len() > 1 && format.len() <= 30 && format.bytes().all(|byte| byte == b'0') { format.len() } else { 0 }
}

/// A value as a person would type it.
fn written(value: &DataRef<'_>, zeros: usize) -> String {
    match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => format!("{number:0>zeros$}"),
        // exact up to here (IEEE 754); Excel keeps fifteen digits
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:0>zeros$.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(at) if at.is_datetime() && at.as_f64() >= 1.0 => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{day:02}/{month:02}/{year:04}")
        }
        DataRef::DateTime(at) => at.as_f64().to_string(),
        // 2015-03-01T00:00:00
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error_sign(error).to_owned(),
        DataRef::Empty => String::new(),
    }
}

fn error_sign(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::NA => "#N/A",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        _ => "#VALUE!",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    use zip::write::SimpleFileOptions;

    use super::*;

    fn book(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
        let mut book = Workbook::new();
        fill(&mut book);
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn numbers_days_and_merged_cells_become_text() {
        let bytes = book(|book| {
            book.add_worksheet().set_name("Trống").unwrap();
            let hidden = book.add_worksheet();
            hidden.set_name("Ẩn").unwrap().set_hidden(true).write_string(0, 0, "x").unwrap();
            let sheet = book.add_worksheet().set_name("Nhân sự").unwrap();
            let title = Format::new().set_bold();
            sheet.merge_range(0, 0, 0, 4, "DANH SÁCH, năm 2026", &title).unwrap();
            let day = Format::new().set_num_format("dd/mm/yyyy");
            let padded = Format::new().set_num_format("000000000000");
            sheet.write_string(2, 0, "Họ \"và\" tên\nđầy đủ").unwrap();
            sheet.write_number(2, 1, 46_188_000_001_f64).unwrap();
            sheet.write_number_with_format(2, 2, 46_188_000_001_f64, &padded).unwrap();
            let birth = ExcelDateTime::from_ymd(1988, 2, 29).unwrap();
            sheet.write_datetime_with_format(2, 3, &birth, &day).unwrap();
            sheet.write_number(2, 4, 57.000_1).unwrap();
            sheet.write_boolean(2, 6, true).unwrap();
            sheet.set_column_hidden(1).unwrap();
        });
        let read = sheet_text(&bytes, "").unwrap();
        assert_eq!((read.sheet.as_str(), read.others), ("Nhân sự", vec!["Trống".to_owned()]));
        let row = "\"Họ \"\"và\"\" tên đầy đủ\"\t46188000001\t046188000001\t29/02/1988\t57.0001\t\tTRUE";
        assert_eq!(read.text, format!("DANH SÁCH, năm 2026\n\n{row}"));
        assert_eq!(sheet_text(&bytes, "2").unwrap().sheet, "Nhân sự");
        assert_eq!(sheet_text(&bytes, "Trống").err(), Some(FileFault::Empty));
        let none = sheet_text(&bytes, "Khác").err().unwrap();
        assert!(matches!(none, FileFault::NoSheet { sheet, sheets } if sheet == "Khác" && sheets.len() == 2));
    }

    #[test]
    fn what_is_no_workbook_is_said() {
        let archive = |name: &str, size: usize| {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b' '; size]).unwrap();
            zip.finish().unwrap().into_inner()
        };
        assert_eq!(sheet_text(&archive("content.xml", 1), ""), Err(FileFault::Workbook));
        assert_eq!(sheet_text(&archive("xl/workbook.xml", 1), ""), Err(FileFault::Damaged));
        assert_eq!(sheet_text(b"PK\x03\x04", ""), Err(FileFault::Damaged));
        // 130 MB of spaces in 130 kB
        let bomb = archive("xl/workbook.xml", 130_000_000);
        assert!(bomb.len() < 200_000);
        assert_eq!(sheet_text(&bomb, ""), Err(FileFault::TooLarge));
    }

    #[test]
    fn a_cell_far_away_costs_nothing() {
        let far = |row, column| {
            book(|book| {
                let sheet = book.add_worksheet();
                sheet.write_string(0, 0, "x").unwrap().write_string(row, column, "y").unwrap();
            })
        };
        assert_eq!(sheet_text(&far(1_048_575, 0), ""), Err(FileFault::TooManyRows));
        assert_eq!(sheet_text(&far(3, 16_383), ""), Err(FileFault::TooLarge));
        assert_eq!(sheet_text(&far(3, 2), "").unwrap().text, "x\n\n\n\t\ty");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_panic(at in proptest::collection::vec((0usize..6_000, proptest::prelude::any::<u8>()), 0..12), cut in 0usize..8_000) {
            let mut bytes = book(|book| {
                book.add_worksheet().write_string(0, 0, "Tên").unwrap().write_number(1, 0, 7).unwrap();
            });
            for (at, byte) in at {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            let _ = sheet_text(&bytes, "");
            let _ = sheet_text(&bytes[..cut.min(bytes.len())], "");
        }
    }
}
