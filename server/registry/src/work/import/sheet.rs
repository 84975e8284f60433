//! A table of text: which encoding, what separates the cells, which column is which.

use contract::import::{FileFault, ImportKind};
use csv::{ReaderBuilder, StringRecord};
use model::text::clean;

use super::column::{Heading, columns, heading};
use super::{MAX_BYTES, MAX_ROWS};

/// One row below the headings.
pub(super) struct Row {
    /// Line in the text, counted from 1.
    pub(super) line: usize,
    kind: ImportKind,
    /// The cells in the order of [`columns`], cleaned.
    cells: Vec<String>,
    /// Whether something stands to the right of the last heading.
    pub(super) overfull: bool,
}

impl Row {
    /// The cell of a column; empty where the file has no such column.
    pub(super) fn cell(&self, key: &str) -> &str {
        let at = columns(self.kind).iter().position(|column| column.key == key);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }
}

/// The text of a file: UTF-8, or UTF-16 with its mark, as spreadsheet programs write it.
///
/// # Errors
/// [`FileFault::TooLarge`], [`FileFault::Workbook`], [`FileFault::NotUnicode`].
pub fn decode(bytes: &[u8]) -> Result<String, FileFault> {
    if bytes.len() > MAX_BYTES {
        return Err(FileFault::TooLarge);
    }
    let utf16 = |bytes: &[u8], pair: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|two| pair([two[0], two[1]])).collect();
        String::from_utf16(&units).map_err(|_| FileFault::NotUnicode)
    };
    match bytes {
        // a ZIP archive (XLSX, ODS) or an OLE file (XLS)
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(FileFault::Workbook),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => text(rest),
        _ => text(bytes),
    }
}

fn text(bytes: &[u8]) -> Result<String, FileFault> {
    String::from_utf8(bytes.to_vec()).map_err(|_| FileFault::NotUnicode)
}

/// The rows below the headings.
///
/// # Errors
/// Everything that is wrong with the table as a whole.
pub(super) fn rows(kind: ImportKind, text: &str) -> Result<Vec<Row>, Vec<FileFault>> {
    if text.len() > MAX_BYTES {
        return Err(vec![FileFault::TooLarge]);
    }
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").replace('\r', "\n");
    let mut records = records(&text).map_err(|fault| vec![fault])?.into_iter();
    let Some((_, headings)) = records.next() else { return Err(vec![FileFault::Empty]) };
    let records: Vec<(usize, StringRecord)> = records.collect();
    let places = places(kind, &headings, &records)?;
    match records.len() {
        0 => return Err(vec![FileFault::NoRows]),
        rows if rows > MAX_ROWS => return Err(vec![FileFault::TooManyRows]),
        _ => {}
    }
    let row = |(line, record): (usize, StringRecord)| Row {
        line,
        kind,
        cells: places.iter().map(|place| place.and_then(|at| record.get(at)).map(clean).unwrap_or_default()).collect(),
        overfull: record.iter().skip(headings.len()).any(|cell| !clean(cell).is_empty()),
    };
    Ok(records.into_iter().map(row).collect())
}

/// For each known column the place at which it stands in the file.
fn places(
    kind: ImportKind,
    headings: &StringRecord,
    records: &[(usize, StringRecord)],
) -> Result<Vec<Option<usize>>, Vec<FileFault>> {
    let mut places = vec![None; columns(kind).len()];
    let mut faults = Vec::new();
    for (at, typed) in headings.iter().enumerate() {
        let typed = clean(typed);
        match heading(kind, &typed) {
            Heading::Ordinal => {}
            Heading::Column(column) if places[column].is_none() => places[column] = Some(at),
            Heading::Column(_) => faults.push(FileFault::RepeatedHeading { heading: typed }),
            Heading::Unknown if !typed.is_empty() => faults.push(FileFault::UnknownHeading { heading: typed }),
            Heading::Unknown => {
                let used = |record: &StringRecord| record.get(at).is_some_and(|cell| !clean(cell).is_empty());
                if records.iter().any(|(_, record)| used(record)) {
                    faults.push(FileFault::UnknownHeading { heading: letter(at) });
                }
            }
        }
    }
    for (column, place) in columns(kind).iter().zip(&places) {
        if column.required && place.is_none() {
            faults.push(FileFault::MissingHeading { column: column.key.to_owned() });
        }
    }
    if faults.is_empty() { Ok(places) } else { Err(faults) }
}

/// A column's name in spreadsheets: A, B, … Z, AA.
fn letter(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
    if at < 26 { last.to_string() } else { format!("{}{last}", letter(at / 26 - 1)) }
}

/// The records that are not empty, each with its line. Lines end in `\n`.
fn records(text: &str) -> Result<Vec<(usize, StringRecord)>, FileFault> {
    // a line that no file has: when it is not a record of its own at the end, some cell has swallowed it
    const END: &str = "\u{1}end";
    let whole = format!("{text}\n{END}\n");
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(text)).from_reader(whole.as_bytes());
    let bytes = whole.as_bytes();
    let (mut found, mut line, mut counted) = (Vec::new(), 1, 0);
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        // empty lines before the record belong to none
        let start = start + bytes[start..].iter().take_while(|byte| **byte == b'\n').count();
        line += bytes[counted..start].iter().filter(|byte| **byte == b'\n').count();
        counted = start;
        if record.len() == 1 && &record[0] == END {
            return Ok(found);
        }
        if record.iter().any(|cell| !clean(cell).is_empty()) {
            found.push((line, record.clone()));
        }
    }
    Err(FileFault::Quote { line })
}

/// What separates the cells: tabs when they come from a spreadsheet's clipboard, else the commas of a CSV file, or its
/// semicolons where the comma is the decimal sign, as in Việt Nam.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    match (count('\t'), count(';'), count(',')) {
        (1.., ..) => b'\t',
        (_, semicolons, commas) if semicolons > commas => b';',
        _ => b',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(usize, String)> {
        let rows = rows(ImportKind::Units, text).unwrap();
        rows.iter()
            .map(|row| (row.line, format!("{}|{}|{}", row.cell("class"), row.cell("name"), row.cell("code"))))
            .collect()
    }

    #[test]
    fn tabs_commas_semicolons_and_every_line_end() {
        let expected = [(2, "Sở|Sở Nội vụ|H57.10".to_owned())];
        for text in [
            "Loại\tTên\tMã\nSở\tSở Nội vụ\tH57.10",
            "Loại\tTên\tMã\r\nSở\tSở Nội vụ\tH57.10\r\n",
            "Loại\tTên\tMã\rSở\tSở Nội vụ\tH57.10\r",
            "\u{FEFF}Loại,Tên,Mã\nSở,Sở Nội vụ,H57.10\n",
            "loai;ten;ma\nSở;\"Sở Nội vụ\";H57.10\n",
            "MÃ,LOẠI,STT,TÊN\nH57.10,Sở,1,Sở Nội vụ\n",
            "Class,Name,Agency code\n Sở ,Sở\u{A0}Nội  vụ, H57.10 \n",
        ] {
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_those_of_the_text() {
        let text = "\n\nLoại,Tên,Mã\n\nSở,\"Sở\nNội vụ\",1\n,,\n \nSở,B,2\n\n\nSở,C,3";
        assert_eq!(cells(text), [(5, "Sở|Sở Nội vụ|1".into()), (9, "Sở|B|2".into()), (12, "Sở|C|3".into())]);
    }

    #[test]
    fn quotation_marks() {
        let text = "Loại,Tên,Mã\nSở,\"Trường \"\"A\"\", cơ sở 2\",1\nSở,Trường \"B\" cũ,2\n";
        assert_eq!(cells(text), [(2, "Sở|Trường \"A\", cơ sở 2|1".into()), (3, "Sở|Trường \"B\" cũ|2".into())]);
        let open = rows(ImportKind::Units, "Loại,Tên,Mã\nSở,A,1\nSở,\"B,2\nSở,C,3\n");
        assert_eq!(open.err(), Some(vec![FileFault::Quote { line: 3 }]));
    }

    #[test]
    fn faults_of_the_whole_table() {
        let fault = |text: &str| rows(ImportKind::Units, text).err().unwrap();
        assert_eq!(fault(""), [FileFault::Empty]);
        assert_eq!(fault(" \n\t\n,,\n"), [FileFault::Empty]);
        assert_eq!(fault("Loại,Tên,Mã\n\n"), [FileFault::NoRows]);
        assert_eq!(
            fault("Loại,Tên,Tên đơn vị,Ghi chú,\nSở,A,A,,\n"),
            [
                FileFault::RepeatedHeading { heading: "Tên đơn vị".into() },
                FileFault::UnknownHeading { heading: "Ghi chú".into() },
                FileFault::MissingHeading { column: "code".into() },
            ]
        );
        assert_eq!(fault("Loại,Tên,Mã,\nSở,A,1,x\n"), [FileFault::UnknownHeading { heading: "D".into() }]);
        assert_eq!(fault(&"x".repeat(MAX_BYTES + 1)), [FileFault::TooLarge]);
        let many = format!("Loại,Tên,Mã\n{}", "a,b,c\n".repeat(MAX_ROWS + 1));
        assert_eq!(fault(&many), [FileFault::TooManyRows]);
        assert_eq!(letter(27), "AB");
    }

    #[test]
    fn short_rows_are_filled_up_and_long_ones_are_told() {
        let rows = rows(ImportKind::Units, "Loại,Tên,Mã\nSở\nSở,A,1,,\nSở,A,1,x\n").unwrap();
        let overfull: Vec<bool> = rows.iter().map(|row| row.overfull).collect();
        assert_eq!((rows[0].cell("name"), overfull), ("", vec![false, false, true]));
    }

    #[test]
    fn encodings_that_spreadsheet_programs_write() {
        let text = "Tên\tMã";
        let wide = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
            wide(u16::to_le_bytes, [0xFF, 0xFE]),
            wide(u16::to_be_bytes, [0xFE, 0xFF]),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(text));
        }
        assert_eq!(decode(b"PK\x03\x04abc"), Err(FileFault::Workbook));
        assert_eq!(decode(b"\xD0\xCF\x11\xE0abc"), Err(FileFault::Workbook));
        assert_eq!(decode(b"T\xEAn"), Err(FileFault::NotUnicode));
    }
}
