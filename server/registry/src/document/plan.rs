//! A plan of certificates on paper: its table, its lines, its classes and what it costs, in words where a total is closed (R123, R127, R160).

use contract::Failure;
use jiff::civil::Date;
use model::amount::{Amount, WordStyle};
use model::certificate::plan::Row;
use paper::{Align, Block, Cell, Column, Document, Orientation, Signature, Table, TextSize};

use super::{header, superior, written};
use crate::store::unit;
use crate::work::plans::file::Names;
use crate::work::plans::sheet::{Cost, Estimate};
use crate::work::plans::{Numbers, PlanDetail, show_plan};
use crate::{Actor, Conn};

/// The plan. `names`: what its things are called, in Vietnamese.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn plan(conn: &mut Conn, actor: &Actor, id: i64, names: &Names) -> Result<Document, Failure> {
    let found = show_plan(conn, actor, id).await?;
    let unit = unit::by_id(conn, found.plan.unit_id).await?.ok_or(Failure::NotFound)?;
    let superior = superior(conn, &unit).await?;
    let (number, day) = found.plan.document.clone().unwrap_or_default();
    let (first, last) = found.plan.years;
    let mut body = vec![Block::heading("I. Tổng hợp"), Block::Table(summary(&found, names))];
    body.push(Block::heading("II. Chi tiết"));
    body.push(Block::Table(lines(&found.rows, names)));
    body.extend(money(&found.estimate, found.plan.words.style()));
    Ok(Document {
        header: header(&unit, superior.as_deref(), &number, day.parse::<Date>().ok()),
        title: "Kế hoạch chứng thư chữ ký số".to_owned(),
        about: match first == last {
            true => format!("{} (năm {first})", found.plan.title),
            false => format!("{} (giai đoạn {first} – {last})", found.plan.title),
        },
        size: TextSize::Thirteen,
        orientation: Orientation::Landscape,
        body,
        signatures: vec![Signature::new("Người lập", ""), Signature::new("Người phê duyệt", "")],
        ..Document::default()
    })
}

fn figure(number: u64) -> Cell {
    Cell::new(Amount::new(number).grouped()).align(Align::Right)
}

fn summary(found: &PlanDetail, names: &Names) -> Table {
    let mut columns = vec![Column::new("Nội dung", 60), Column::new("Đối tượng", 50)];
    columns.extend(found.table.years.iter().map(|year| Column::right(year.to_string(), 22)));
    columns.extend([Column::right("Tổng", 24), Column::right("Đã thực hiện", 24)]);
    let cells =
        |of: &Numbers| -> Vec<Cell> { of.planned.iter().copied().chain([of.wanted, of.reached]).map(figure).collect() };
    let mut table = Table::new(columns).size(11);
    for (operation, kind, of) in &found.table.lines {
        let mut row = vec![Cell::new((names.operation)(*operation)), Cell::new((names.kind)(*kind))];
        row.extend(cells(of));
        table = table.row(row);
    }
    let classes = found.estimate.years.iter().map(|of| figure(of.classes()));
    let mut row = vec![Cell::new("Lớp tập huấn").span(2)];
    row.extend(classes);
    row.extend([figure(found.estimate.classes), Cell::new("")]);
    let mut sum = vec![Cell::bold("Cộng chứng thư").span(2)];
    sum.extend(cells(&found.table.all));
    table.sum(sum).row(row)
}

fn lines(rows: &[Row], names: &Names) -> Table {
    let columns = vec![
        Column::centred("Năm", 18),
        Column::new("Nội dung", 44),
        Column::new("Đối tượng", 40),
        Column::new("Nhóm đơn vị", 74),
        Column::new("Chức danh", 60),
        Column::right("Số lượng", 24),
    ];
    let table = rows.iter().fold(Table::new(columns).size(11), |table, row| {
        table.row(vec![
            Cell::new(row.year.to_string()),
            Cell::new((names.operation)(row.operation)),
            Cell::new((names.kind)(row.kind)),
            Cell::new((names.group)(row.group)),
            Cell::new((names.position)(row.position)),
            figure(row.quantity),
        ])
    });
    let total = rows.iter().map(|row| row.quantity).sum();
    table.sum(vec![Cell::bold("Cộng").span(5).align(Align::Centre), figure(total)])
}

fn money(estimate: &Estimate, style: WordStyle) -> Vec<Block> {
    if estimate.is_empty() {
        return Vec::new();
    }
    let mut body = vec![Block::heading("III. Kinh phí")];
    let in_words = |amount: Amount| Block::text(format!("Bằng chữ: {}.", amount.words(style)));
    if !estimate.class.is_empty() {
        body.push(Block::text("Chi phí một lớp tập huấn:"));
        let class = estimate.years.last().map(|of| of.price).unwrap_or_default();
        body.push(Block::Table(costs(&estimate.priced, class)));
        body.push(in_words(class));
        body.push(Block::text(format!(
            "Số lớp: {}; kinh phí tập huấn: {} đồng.",
            Amount::new(estimate.classes).grouped(),
            estimate.training.grouped()
        )));
        body.push(in_words(estimate.training));
    }
    for section in &estimate.sections {
        body.extend(section.name.clone().map(Block::text));
        body.push(Block::Table(costs(&section.lines, section.total)));
        body.push(in_words(section.total));
    }
    body.push(Block::text(format!("Tổng kinh phí: {} đồng.", estimate.all.grouped())));
    body.push(in_words(estimate.all));
    body
}

fn costs(lines: &[Cost], total: Amount) -> Table {
    let columns = vec![
        Column::centred("Số TT", 18),
        Column::new("Nội dung", 110),
        Column::right("Số lượng", 26),
        Column::right("Đơn giá (đồng)", 40),
        Column::centred("Giá từ ngày", 30),
        Column::right("Thành tiền (đồng)", 40),
    ];
    let table = lines.iter().fold(Table::new(columns).size(11), |table, line| {
        table.row(vec![
            Cell::new(line.number.clone().unwrap_or_default()),
            Cell::new(line.name.clone()),
            figure(line.quantity),
            figure(line.price.dong()),
            Cell::new(line.priced_on.map(written).unwrap_or_default()),
            figure(line.total().dong()),
        ])
    });
    table.sum(vec![Cell::bold("Cộng").span(5).align(Align::Centre), figure(total.dong())])
}
