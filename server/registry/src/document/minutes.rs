//! Minutes of a handover (biên bản bàn giao): both parties, how many, which, and what was missing (R36). Always Vietnamese.

use contract::after::{HandoverDetail, HandoverLine};
use jiff::civil::Date;
use paper::{Align, Block, Cell, Column, Day, Document, Header, Run, Signature, Table};

/// What the minutes are made of.
#[derive(Clone, Copy, Debug)]
pub struct Minutes<'m> {
    /// The handover.
    pub detail: &'m HandoverDetail,
    /// Name of the province.
    pub province: &'m str,
    /// The day on which it was given.
    pub day: Option<Date>,
}

/// The minutes as a document.
pub fn minutes(of: &Minutes<'_>) -> Document {
    let detail = of.detail;
    let row = &detail.handover;
    let giver = if row.from_unit.is_empty() { of.province } else { &row.from_unit };
    let missing: Vec<&HandoverLine> = detail.lines.iter().filter(|line| line.found == Some(false)).collect();
    let day = of.day.map_or_else(
        || "ngày … tháng … năm …".to_owned(),
        |day| format!("ngày {:02} tháng {:02} năm {}", day.day(), day.month(), day.year()),
    );
    let mut body = vec![
        Block::text(format!("Hôm nay, {day}, chúng tôi gồm:")),
        Block::heading(format!("Bên giao: {giver}")),
        party(detail.given_by.as_deref()),
        Block::heading(format!("Bên nhận: {}", row.unit)),
        party(detail.received_by.as_deref()),
        Block::text(format!(
            "Hai bên cùng kiểm đếm và thống nhất bàn giao {} thẻ điện tử của cán bộ, công chức, viên chức như sau:",
            detail.lines.len()
        )),
        Block::Table(counts(detail.lines.len(), missing.len(), row.received_at.is_some())),
        Block::heading("Danh sách thẻ"),
        Block::Table(list(&detail.lines)),
    ];
    body.push(Block::runs(vec![Run::bold("Chênh lệch: "), Run::new(discrepancy(detail, &missing))]));
    if let Some(settled) = &detail.settled {
        body.push(Block::runs(vec![Run::bold("Hai bên thống nhất xử lý: "), Run::new(sentence(settled))]));
    }
    body.push(Block::text("Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản."));
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    Document {
        header: Header {
            superior: if giver == of.province { String::new() } else { of.province.to_owned() },
            agency: giver.to_owned(),
            number: row.number.clone(),
            place: String::new(),
            day: of.day.map(written),
        },
        title: "Biên bản".to_owned(),
        about: "Bàn giao thẻ điện tử của cán bộ, công chức, viên chức".to_owned(),
        body,
        signatures: vec![
            Signature::new("Đại diện bên giao", name(&detail.given_by)).note("(Ký, ghi rõ họ tên)"),
            Signature::new("Đại diện bên nhận", name(&detail.received_by)).note("(Ký, ghi rõ họ tên, đóng dấu)"),
        ],
        recipients: vec!["Hai bên".to_owned(), "Lưu: VT".to_owned()],
        ..Document::default()
    }
}

fn party(name: Option<&str>) -> Block {
    let name = name.unwrap_or("…………………………………………");
    Block::text(format!("Ông/Bà {name}, chức vụ: …………………………………………"))
}

/// What the list says and what was found; without the latter before the unit has counted.
fn counts(stated: usize, missing: usize, counted: bool) -> Table {
    let columns = vec![
        Column::new("Nội dung", 70),
        Column::right("Theo danh sách", 32),
        Column::right("Thực nhận", 32),
        Column::right("Chênh lệch", 31),
    ];
    let (found, difference) = if counted {
        ((stated - missing).to_string(), if missing == 0 { "0".to_owned() } else { format!("-{missing}") })
    } else {
        (String::new(), String::new())
    };
    Table::new(columns).row(vec![
        Cell::from("Thẻ điện tử"),
        Cell::new(stated.to_string()),
        Cell::new(found),
        Cell::new(difference),
    ])
}

fn list(lines: &[HandoverLine]) -> Table {
    let columns = vec![
        Column::centred("STT", 12),
        Column::centred("Số sê-ri phôi", 32),
        Column::centred("Mã số thẻ", 20),
        Column::new("Họ và tên", 44),
        Column::new("Đơn vị", 41),
        Column::centred("Thực nhận", 16),
    ];
    let table = lines.iter().zip(1..).fold(Table::new(columns), |table, (line, number): (_, usize)| {
        let found = match line.found {
            Some(true) => "Có",
            Some(false) => "Thiếu",
            None => "",
        };
        table.row(vec![
            Cell::new(number.to_string()),
            Cell::new(line.serial.clone().unwrap_or_default()),
            Cell::new(line.code.clone()),
            Cell::new(line.name.clone()),
            Cell::new(line.unit.clone()),
            Cell::from(found),
        ])
    });
    let sum = format!("{} thẻ", lines.len());
    table.sum(vec![Cell::from("Tổng cộng").span(3).align(Align::Centre), Cell::new(sum).span(3)])
}

fn discrepancy(detail: &HandoverDetail, missing: &[&HandoverLine]) -> String {
    let Some(text) = &detail.discrepancy else {
        return if detail.handover.received_at.is_some() {
            "không.".to_owned()
        } else {
            "……………………………………".to_owned()
        };
    };
    if missing.is_empty() {
        return sentence(text);
    }
    let codes: Vec<&str> = missing.iter().map(|line| line.code.as_str()).collect();
    format!("thiếu {:02} thẻ, mã số {}. {}", missing.len(), codes.join(", "), sentence(text))
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn written(day: Date) -> Day {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    Day { year: u16::try_from(day.year()).unwrap_or(0), month: part(day.month()), day: part(day.day()) }
}

#[cfg(test)]
mod tests {
    use contract::after::HandoverRow;
    use model::lifecycle::{Card, Handover};

    use super::*;

    fn detail(found: Option<bool>) -> HandoverDetail {
        let line = |card_id: i64, found| HandoverLine {
            card_id,
            name: "Lê Thị Bình".into(),
            unit: "Sở Nội vụ".into(),
            code: format!("AAA{card_id}"),
            serial: Some(format!("HG-00000{card_id}")),
            state: Card::Active,
            found,
            delivered_at: None,
            delivered_by: None,
            has_account: false,
        };
        HandoverDetail {
            handover: HandoverRow {
                id: 1,
                number: "01/BBBG-2026".into(),
                unit_id: 2,
                unit: "Sở Xây dựng".into(),
                from_unit: "Sở Nội vụ".into(),
                state: Handover::Given,
                cards: 2,
                delivered: 0,
                created_at: 0,
                given_at: Some(0),
                received_at: found.map(|_| 1),
                due: None,
                version: 1,
            },
            lines: vec![line(1, found.map(|_| true)), line(2, found)],
            files: Vec::new(),
            discrepancy: (found == Some(false)).then(|| "Phong bì bị rách".into()),
            settled: None,
            given_by: Some("Đỗ Đức Duy".into()),
            received_by: None,
            may: Vec::new(),
            may_attach: false,
            may_note: false,
        }
    }

    fn text(document: &Document) -> String {
        format!("{document:?}")
    }

    #[test]
    fn minutes_name_both_parties_every_card_and_what_is_missing() {
        let day = Some(Date::constant(2026, 2, 5));
        let (before, after) = (detail(None), detail(Some(false)));
        let of = |detail| minutes(&Minutes { detail, province: "Tỉnh Lâm Đồng", day });
        let document = of(&before);
        assert_eq!(document.header.number, "01/BBBG-2026");
        for word in ["Sở Nội vụ", "Sở Xây dựng", "HG-000002", "AAA1", "Lê Thị Bình", "2 thẻ", "……"]
        {
            assert!(text(&document).contains(word), "{word}");
        }
        let document = of(&after);
        assert!(text(&document).contains("thiếu 01 thẻ, mã số AAA2. Phong bì bị rách."));
        assert!(document.to_docx().is_ok());
    }
}
