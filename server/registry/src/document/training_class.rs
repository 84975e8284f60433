//! A class on paper: the sheet on which learners sign for each session; once it was held, who came and who completed it (R49).

use contract::Failure;
use model::amount::{Amount, WordStyle};
use model::lifecycle::TrainingClass as State;
use model::training::{Audience, Session, Topic};
use paper::{Align, Block, Cell, Column, Document, Orientation, Signature, Table, TextSize};

use super::{header, superior, written};
use crate::store::unit;
use crate::work::classes::{ClassDetail, show_class};
use crate::{Actor, Conn};

/// Millimetres for the columns of all sessions together.
const SESSIONS_MM: u16 = 110;

/// The sheet. `names`: what topics and audiences are called, in Vietnamese.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn sheet(
    conn: &mut Conn,
    actor: &Actor,
    id: i64,
    (topic, audience): (impl Fn(Topic) -> &'static str, impl Fn(Audience) -> &'static str),
) -> Result<Document, Failure> {
    let found = show_class(conn, actor, id).await?;
    let of = &found.class;
    let unit = unit::by_id(conn, of.unit_id).await?.ok_or(Failure::NotFound)?;
    let superior = superior(conn, &unit).await?;
    let days: Vec<String> = of.days.iter().map(|day| written(*day)).collect();
    let mut body = vec![
        Block::text(format!("Nội dung: {}. Đối tượng: {}.", topic(of.topic), audience(of.audience))),
        Block::text(format!("Thời gian: {}. Địa điểm: {}.", days.join("; "), of.place)),
    ];
    body.extend(of.content.clone().map(|content| Block::text(format!("Chương trình: {content}"))));
    body.push(Block::Table(learners(&found)));
    let completed = found.learners.iter().filter(|line| line.completed == Some(true)).count();
    body.push(Block::text(match of.state {
        State::Held => format!("Danh sách có {} người; hoàn thành: {completed} người.", found.learners.len()),
        _ => format!("Danh sách có {} người.", found.learners.len()),
    }));
    if !found.costs.is_empty() {
        body.push(Block::text(format!(
            "Kinh phí: {} đồng (bằng chữ: {}).",
            found.total.grouped(),
            found.total.words(WordStyle::PLAIN)
        )));
    }
    Ok(Document {
        header: header(&unit, superior.as_deref(), "", None),
        title: "Danh sách học viên".to_owned(),
        about: of.title.clone(),
        size: TextSize::Thirteen,
        orientation: Orientation::Landscape,
        body,
        signatures: vec![Signature::new("Người lập", ""), Signature::new("Thủ trưởng đơn vị", "")],
        ..Document::default()
    })
}

fn learners(found: &ClassDetail) -> Table {
    let held = found.class.state == State::Held;
    let sessions = found.class.sessions();
    let wide = SESSIONS_MM / u16::try_from(sessions.len().max(1)).unwrap_or(SESSIONS_MM);
    let mut columns =
        vec![Column::centred("Số TT", 14), Column::new("Họ và tên", 52), Column::new("Chức vụ, đơn vị", 70)];
    columns.extend(sessions.iter().map(|of| Column::centred(session(of), wide.max(8))));
    if held {
        columns.push(Column::centred("Kết quả", 26));
    }
    (1u64..).zip(&found.learners).fold(Table::new(columns).size(11), |table, (nth, line)| {
        let place = [line.position.as_deref(), Some(line.unit.as_str())];
        let mut row = vec![
            Cell::new(Amount::new(nth).grouped()).align(Align::Centre),
            Cell::new(line.name.clone()),
            Cell::new(place.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        ];
        // before it was held, there is room to sign
        let came = |of: &Session| if line.came.contains(&of.nth) { "x" } else { "" };
        row.extend(sessions.iter().map(|of| Cell::new(came(of)).align(Align::Centre)));
        if held {
            row.push(Cell::new(if line.completed == Some(true) { "Hoàn thành" } else { "Chưa hoàn thành" }));
        }
        table.row(row)
    })
}

fn session(of: &Session) -> String {
    let half = if of.afternoon { "Chiều" } else { "Sáng" };
    format!("{half} {:02}/{:02}", of.day.day(), of.day.month())
}
