//! The submission letter (Tờ trình) with its list and photos (R22).

use contract::Failure;
use model::case::Case;
use paper::{Attachment, Block, Cell, Column, Document, Orientation, Picture, Run, Signature, Table};

use super::{header, superior, written_iso};
use crate::blobs::Blobs;
use crate::store::{form, person, portrait, request, unit};
use crate::work::dossiers;
use crate::{Actor, Conn};

/// The letter of a list: a draft without a number until it is submitted.
///
/// # Errors
/// [`Failure::NotFound`], also where the list may not be seen.
pub async fn letter(conn: &mut Conn, blobs: &Blobs, actor: &Actor, id: i64) -> Result<Document, Failure> {
    let found = dossiers::seen(conn, actor, id).await?;
    let unit = unit::by_id(conn, found.unit_id).await?.ok_or(Failure::NotFound)?;
    let superior = superior(conn, &unit).await?;
    let reasons = form::reasons(conn).await?;
    let listed = request::of_dossier(conn, id).await?;
    let number = found.letter_number.clone().unwrap_or_default();
    let day = found.letter_day.as_deref().and_then(|day| day.parse().ok());
    let columns = vec![
        Column::centred("STT", 12),
        Column::centred("Ảnh 3 × 4", 30),
        Column::new("Họ và tên,\nmã số công chức", 42),
        Column::centred("Ngày sinh", 22),
        Column::new("Chức vụ,\nđơn vị công tác", 38),
        Column::new("Trường hợp,\nlý do", 30),
    ];
    let mut table = Table::new(columns).numbered().size(11);
    let mut cases = [0_usize; Case::ALL.len()];
    for (nth, line) in listed.iter().enumerate() {
        let held = person::by_id(conn, line.person_id).await?.ok_or(Failure::NotFound)?;
        let photo = match portrait::present(conn, line.person_id).await? {
            // a master was checked before it was kept; one that cannot be shown leaves its place empty
            Some(present) => {
                Picture::portrait(blobs.get(present.hash).await?.into(), format!("Ảnh của {}", held.name)).ok()
            }
            None => None,
        };
        let case = Case::from_name(&line.case_name).ok_or(Failure::Internal)?;
        cases[Case::ALL.iter().position(|of| *of == case).unwrap_or_default()] += 1;
        let reason = reasons.iter().find(|it| it.code == line.reason).map_or(line.reason.as_str(), |it| &it.vi);
        table = table.row(vec![
            Cell::new((nth + 1).to_string()),
            photo.map_or_else(Cell::default, Cell::from),
            Cell::new(format!("{}\n{}", held.name, held.personnel_code.unwrap_or_default())),
            Cell::new(held.born_on.as_deref().map(written_iso).unwrap_or_default()),
            Cell::new(format!("{}, {}", held.position.unwrap_or_default(), line.unit)),
            Cell::new(format!("{}: {reason}", case_name(case))),
        ]);
    }
    let people = listed.len();
    let counts = Case::ALL.into_iter().zip(cases).filter(|(_, count)| *count > 0);
    let counts: Vec<String> =
        counts.map(|(case, count)| format!("{} {count} người", case_name(case).to_lowercase())).collect();
    let signer = found.signer.clone().unwrap_or_default();
    let about = match (number.is_empty(), found.letter_day.as_deref()) {
        (false, Some(day)) => format!("(Kèm theo Tờ trình số {number} ngày {} của {})", written_iso(day), unit.name),
        _ => format!("(Kèm theo Tờ trình của {})", unit.name),
    };
    Ok(Document {
        header: header(&unit, superior.as_deref(), &number, day),
        title: "Tờ trình".to_owned(),
        about: format!("Về việc đề nghị cấp thẻ điện tử cán bộ, công chức, viên chức\n{}", found.title),
        to: vec!["Sở Nội vụ".to_owned()],
        body: vec![
            Block::basis(
                "Căn cứ Quyết định số 838/QĐ-BNV của Bộ trưởng Bộ Nội vụ quy định mẫu thẻ điện tử của cán bộ, công chức, viên chức;",
            ),
            Block::runs(vec![
                Run::new(format!("{} kính trình Sở Nội vụ xem xét, cấp thẻ điện tử cho ", unit.name)),
                Run::bold(format!("{people} người")),
                Run::new(format!(" có tên trong danh sách kèm theo ({}).", counts.join("; "))),
            ]),
            Block::text(
                "Thông tin của từng người đã được đối chiếu với hồ sơ giấy có chứng thực và đã được xác minh; bản quét hồ sơ được lưu trong Cổng Thẻ.",
            ),
            Block::text(format!(
                "{} chịu trách nhiệm về tính chính xác của thông tin và ảnh trong danh sách.",
                unit.name
            )),
            Block::text("Kính trình Sở Nội vụ xem xét, giải quyết./."),
        ],
        signatures: vec![Signature::new("Thủ trưởng đơn vị", signer)],
        recipients: vec!["Như trên".to_owned(), "Lưu: VT, TCCB".to_owned()],
        attachments: vec![Attachment {
            title: "Danh sách đề nghị cấp thẻ điện tử cán bộ, công chức, viên chức".to_owned(),
            about,
            body: vec![Block::Table(table)],
            signatures: Vec::new(),
            orientation: Orientation::Portrait,
        }],
        ..Document::default()
    })
}

fn case_name(case: Case) -> &'static str {
    match case {
        Case::FirstIssue => "Cấp mới",
        Case::Exchange => "Cấp đổi",
        Case::Reissue => "Cấp lại",
    }
}
