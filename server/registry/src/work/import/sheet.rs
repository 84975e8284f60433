//! A table of text: what separates the cells, where it begins, which column is which.

use std::collections::HashMap;

use contract::import::{FileFault, ImportKind};
use csv::{ReaderBuilder, StringRecord};
use model::text::{clean, fold};

use super::column::{Heading, NAMING, columns, heading};
use super::mapping::Mapping;
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
    /// A row that was read before.
    pub(super) fn new(line: usize, kind: ImportKind, cells: Vec<String>, overfull: bool) -> Self {
        Row { line, kind, cells, overfull }
    }

    /// The cells in the order of [`columns`].
    pub(super) fn cells(&self) -> &[String] {
        &self.cells
    }

    /// The cell of a column; empty where the file has no such column.
    pub(super) fn cell(&self, key: &str) -> &str {
        let at = columns(self.kind).iter().position(|column| column.key == key);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }
}

/// A table of text, cut into records.
struct Table {
    /// The row of headings.
    headings: StringRecord,
    /// The records below it, each with its line.
    records: Vec<(usize, StringRecord)>,
}

/// Titles that may stand above the headings, in lines.
const ABOVE: usize = 20;

/// The records of a table of text that are not empty, each with its line.
pub(crate) fn table_records(text: &str) -> Result<Vec<(usize, StringRecord)>, FileFault> {
    if text.len() > MAX_BYTES {
        return Err(FileFault::TooLarge);
    }
    records(&text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").replace('\r', "\n"))
}

fn table(kind: ImportKind, text: &str, mapping: &Mapping) -> Result<Table, FileFault> {
    let mut records = table_records(text)?;
    if records.is_empty() {
        return Err(FileFault::Empty);
    }
    // titles above the table have no two cells that are known headings
    let known = |record: &StringRecord| {
        let meant = |cell: &str| mapping.knows(cell) || matches!(heading(kind, cell), Heading::Column(_));
        record.iter().filter(|cell| meant(&clean(cell))).count()
    };
    let at = records.iter().take(ABOVE).position(|(_, record)| known(record) >= 2).unwrap_or(0);
    let records_below = records.split_off(at + 1);
    let Some((_, headings)) = records.pop() else { return Err(FileFault::Empty) };
    Ok(Table { headings, records: records_below })
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileColumn {
    /// What it is remembered by: its heading, folded.
    pub id: String,
    /// Its heading as it stands there; its letter where there is none.
    pub heading: String,
    /// The first cells that are not empty.
    pub samples: Vec<String>,
    /// The field that it is taken for; `None` when it is left out.
    pub key: Option<&'static str>,
    /// Whether that is clear: by a known heading, or because somebody said so.
    pub clear: bool,
}

/// The columns of a file, and what each is taken for.
///
/// # Errors
/// What is wrong with the table as a whole, headings apart.
pub fn file_columns(kind: ImportKind, text: &str, mapping: &Mapping) -> Result<Vec<FileColumn>, FileFault> {
    const SAMPLES: usize = 3;
    let table = table(kind, text, mapping)?;
    Ok(described(kind, &table, mapping, SAMPLES))
}

fn described(kind: ImportKind, table: &Table, mapping: &Mapping, samples: usize) -> Vec<FileColumn> {
    let mut ids: HashMap<String, usize> = HashMap::new();
    let width = table.headings.len();
    let mut found = Vec::with_capacity(width);
    for (at, typed) in table.headings.iter().enumerate() {
        let typed = clean(typed);
        let cells =
            || table.records.iter().filter_map(|(_, record)| record.get(at)).map(clean).filter(|cell| !cell.is_empty());
        if typed.is_empty() && cells().next().is_none() {
            continue;
        }
        let shown = if typed.is_empty() { letter(at) } else { typed.clone() };
        // two columns of one heading are told apart by their order
        let times = ids.entry(fold(&shown)).and_modify(|times| *times += 1).or_insert(1);
        let id = if *times == 1 { fold(&shown) } else { format!("{} {times}", fold(&shown)) };
        let (key, clear) = match (mapping.get(&id), heading(kind, &typed)) {
            (Some(said), _) => (columns(kind).iter().map(|column| column.key).find(|key| *key == said), true),
            (None, Heading::Column(column)) => (Some(columns(kind)[column].key), true),
            (None, Heading::Ignored) => (None, true),
            (None, Heading::Unknown) => (None, false),
        };
        found.push((at, FileColumn { id, heading: shown, samples: cells().take(samples).collect(), key, clear }));
    }
    found.into_iter().map(|(_, column)| column).collect()
}

/// The rows below the headings.
///
/// # Errors
/// Everything that is wrong with the table as a whole.
pub(super) fn rows(kind: ImportKind, text: &str, mapping: &Mapping) -> Result<Vec<Row>, Vec<FileFault>> {
    let table = table(kind, text, mapping).map_err(|fault| vec![fault])?;
    let places = places(kind, &table, mapping)?;
    match table.records.len() {
        0 => return Err(vec![FileFault::NoRows]),
        rows if rows > MAX_ROWS => return Err(vec![FileFault::TooManyRows]),
        _ => {}
    }
    let Table { headings, records } = table;
    let row = |(line, record): (usize, StringRecord)| Row {
        line,
        kind,
        cells: places.iter().map(|place| place.and_then(|at| record.get(at)).map(cell).unwrap_or_default()).collect(),
        overfull: record.iter().skip(headings.len()).any(|cell| !clean(cell).is_empty()),
    };
    Ok(records.into_iter().map(row).collect())
}

/// A cell, without the mark by which programs keep text from being a formula.
fn cell(typed: &str) -> String {
    let text = clean(typed);
    match text.strip_prefix('\'') {
        Some(marked)
            if marked.starts_with(['=', '+', '-', '@']) || marked.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            marked.to_owned()
        }
        _ => text,
    }
}

/// For each known column the place at which it stands in the file.
fn places(kind: ImportKind, table: &Table, mapping: &Mapping) -> Result<Vec<Option<usize>>, Vec<FileFault>> {
    let mut places = vec![None; columns(kind).len()];
    let mut faults = Vec::new();
    let mut described = described(kind, table, mapping, 0).into_iter().peekable();
    for (at, typed) in table.headings.iter().enumerate() {
        // columns without heading and cells are not described
        let shown = if clean(typed).is_empty() { letter(at) } else { clean(typed) };
        let Some(column) = described.next_if(|column| column.heading == shown) else { continue };
        let place = column.key.and_then(|key| columns(kind).iter().position(|known| known.key == key));
        match place {
            Some(place) if places[place].is_none() => places[place] = Some(at),
            Some(_) => faults.push(FileFault::RepeatedHeading { heading: column.heading }),
            None if column.clear => {}
            None => faults.push(FileFault::UnknownHeading { heading: column.heading }),
        }
    }
    let is_there =
        |key: &str| columns(kind).iter().zip(&places).any(|(column, place)| column.key == key && place.is_some());
    let names_somebody = kind != ImportKind::Units && NAMING.iter().any(|key| is_there(key));
    if kind == ImportKind::National && !names_somebody {
        faults.push(FileFault::MissingHeading { column: "citizen_id".to_owned() });
    }
    for column in columns(kind).iter().filter(|column| column.required && !names_somebody) {
        if !is_there(column.key) {
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
    let begin: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(ABOVE).collect();
    let count = |separator: char| begin.iter().map(|line| line.matches(separator).count()).sum::<usize>();
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
        let rows = rows(ImportKind::Units, text, &Mapping::default()).unwrap();
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
        let open = rows(ImportKind::Units, "Loại,Tên,Mã\nSở,A,1\nSở,\"B,2\nSở,C,3\n", &Mapping::default());
        assert_eq!(open.err(), Some(vec![FileFault::Quote { line: 3 }]));
    }

    #[test]
    fn faults_of_the_whole_table() {
        let fault = |text: &str| rows(ImportKind::Units, text, &Mapping::default()).err().unwrap();
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
        let rows = rows(ImportKind::Units, "Loại,Tên,Mã\nSở\nSở,A,1,,\nSở,A,1,x\n", &Mapping::default()).unwrap();
        let overfull: Vec<bool> = rows.iter().map(|row| row.overfull).collect();
        assert_eq!((rows[0].cell("name"), overfull), ("", vec![false, false, true]));
    }

    #[test]
    fn titles_above_the_headings_are_passed_over() {
        let text = "UBND TỈNH\nDANH SÁCH ĐƠN VỊ, năm 2026\n\nSTT\tLoại\tTên\tMã\n1\tSở\tSở A\tH57.1\n";
        assert_eq!(cells(text), [(5, "Sở|Sở A|H57.1".to_owned())]);
    }

    #[test]
    fn a_mapping_says_what_unknown_columns_are() {
        let text = "Cấp,Gọi là,Số hiệu,Ghi chú\nSở,Sở A,H57.1,x\n";
        let said = Mapping::of([("cap", "class"), ("goi la", "name"), ("so hieu", "code"), ("ghi chu", "")]);
        let read = rows(ImportKind::Units, text, &said).unwrap();
        assert_eq!((read[0].cell("class"), read[0].cell("name"), read[0].cell("code")), ("Sở", "Sở A", "H57.1"));
        let columns = file_columns(ImportKind::Units, text, &Mapping::default()).unwrap();
        assert!(columns.iter().all(|column| column.key.is_none() && !column.clear));
        assert_eq!(columns[1].samples, ["Sở A"]);
    }

    #[test]
    fn text_marks_of_spreadsheets_go() {
        let read = rows(ImportKind::Units, "Loại,Tên,Mã\nSở,'=1+1,'012\n", &Mapping::default()).unwrap();
        assert_eq!((read[0].cell("name"), read[0].cell("code")), ("=1+1", "012"));
        assert_eq!(cell("'A"), "'A");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*", rows_of in proptest::collection::vec("[a-zà-ỹ,;\t\"\n\r']{0,20}", 0..20)) {
            for text in [text, rows_of.join("\n"), format!("Loại,Tên,Mã\n{}", rows_of.join("\n"))] {
                for kind in ImportKind::ALL {
                    let _ = rows(kind, &text, &Mapping::default());
                    let _ = file_columns(kind, &text, &Mapping::default());
                }
            }
        }
    }
}
