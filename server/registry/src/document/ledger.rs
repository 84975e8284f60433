//! The issue ledger on paper (sổ theo dõi cấp phát thẻ, R35).

use contract::Failure;
use contract::cards::LedgerRow;
use jiff::civil::Date;
use model::lifecycle::CardEvent;
use paper::{Align, Block, Cell, Column, Document, Orientation, Signature, Table, TextSize};

use super::{header, superior, written};
use crate::work::show_card::{ledger as lines, ledger_unit};
use crate::{Actor, Conn, date};

/// Lines of one document: above that a year is printed in parts.
const MOST: i64 = 20_000;

/// The ledger from one day to another, both included.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn ledger(conn: &mut Conn, actor: &Actor, (from, to): (Date, Date)) -> Result<Document, Failure> {
    let span = (date::start_of(from), date::start_of(date::days_later(to, 1)));
    let (rows, _) = lines(conn, actor, span, (1, MOST)).await?;
    let unit = ledger_unit(conn, actor).await?;
    let superior = superior(conn, &unit).await?;
    let columns = vec![
        Column::centred("Số", 14),
        Column::centred("Ngày", 22),
        Column::new("Nội dung", 48),
        Column::new("Họ và tên", 46),
        Column::new("Đơn vị", 50),
        Column::centred("Mã số thẻ", 18),
        Column::centred("Sê-ri phôi", 26),
        Column::new("Người thực hiện", 34),
    ];
    let issued = rows.iter().filter(|row| row.event == CardEvent::Confirm).count();
    let table = rows.into_iter().fold(Table::new(columns).size(11), |table, row| {
        table.row(vec![
            Cell::new(row.id.to_string()),
            Cell::new(written(date::day_of(row.at))),
            Cell::new(what(&row)),
            Cell::new(row.name),
            Cell::new(row.unit),
            Cell::new(row.code),
            Cell::new(row.serial.unwrap_or_default()),
            Cell::new(row.actor.unwrap_or_else(|| "Hệ thống".to_owned())),
        ])
    });
    let sum =
        vec![Cell::new("Số thẻ đưa vào sử dụng").span(3).align(Align::Centre), Cell::new(issued.to_string()).span(5)];
    Ok(Document {
        header: header(&unit, superior.as_deref(), "", None),
        title: "Sổ theo dõi cấp phát thẻ".to_owned(),
        about: format!("Từ ngày {} đến ngày {}", written(from), written(to)),
        size: TextSize::Thirteen,
        orientation: Orientation::Landscape,
        body: vec![Block::Table(table.sum(sum))],
        signatures: vec![Signature::new("Người lập sổ", ""), Signature::new("Thủ trưởng đơn vị", "")],
        ..Document::default()
    })
}

fn what(row: &LedgerRow) -> String {
    let event = match row.event {
        CardEvent::Print => "In thẻ",
        CardEvent::Misprint => "In hỏng",
        CardEvent::Confirm => "Đưa vào sử dụng",
        CardEvent::Suspend => "Tạm dừng",
        CardEvent::Restore => "Khôi phục",
        CardEvent::Lock => "Khóa thẻ",
        CardEvent::Unlock => "Mở khóa",
        CardEvent::Invalidate => "Hủy hiệu lực",
        CardEvent::Expire => "Hết hiệu lực",
        CardEvent::Recover => "Thu hồi thẻ",
        CardEvent::Cancel => "Hủy phê duyệt",
    };
    match &row.reason {
        Some(reason) => format!("{event}: {}", reason.vi),
        None => event.to_owned(),
    }
}
