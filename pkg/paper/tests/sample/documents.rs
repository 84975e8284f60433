//! The documents.

use paper::{
    Align, Attachment, Block, Cell, Column, Day, Document, Header, Orientation, Run, Signature, Table, TextSize,
};

use super::portrait;

const NAMES: [&str; 8] = [
    "Nguyễn Thị Hồng Ánh",
    "Trần Văn Bình",
    "Lê Hoàng Yến Chi",
    "K'Brểu",
    "Phạm Quỳnh Đan",
    "Đỗ Đức Duy",
    "Cil Múp Ha Siêng",
    "Vũ Thế Khải",
];
const POSTS: [&str; 4] =
    ["Chuyên viên", "Phó Trưởng phòng Tổ chức - Biên chế", "Giám đốc Trung tâm Hành chính công", "Kế toán trưởng"];

fn text(text: &str) -> String {
    String::from(text)
}

fn header(number: &str) -> Header {
    Header {
        superior: text("Ủy ban nhân dân\ntỉnh Lâm Đồng"),
        agency: text("Sở Nội vụ"),
        number: text(number),
        place: text("Đà Lạt"),
        day: Some(Day { year: 2026, month: 2, day: 5 }),
    }
}

/// Tờ trình, with a list of people whose portraits are in it.
pub fn submission(people: u32) -> Document {
    let columns = vec![
        Column::centred("STT", 13),
        Column::centred("Ảnh 3 × 4", 34),
        Column::new("Họ và tên", 37),
        Column::centred("Ngày sinh", 22),
        Column::new("Chức vụ,\nđơn vị công tác", 38),
        Column::centred("Mã thẻ", 21),
    ];
    let list = (1..=people).fold(Table::new(columns).numbered(), |table, number| {
        let name = NAMES[number as usize % NAMES.len()];
        table.row(vec![
            Cell::new(number.to_string()),
            portrait(number, name).into(),
            Cell::bold(name),
            Cell::new(format!("{:02}/{:02}/19{}", number % 28 + 1, number % 12 + 1, 70 + number % 30)),
            Cell::new(format!("{}, Sở Nội vụ", POSTS[number as usize % POSTS.len()])),
            Cell::new(format!("H36.{number:04}")),
        ])
    });
    Document {
        header: header("128/TTr-SNV"),
        title: text("Tờ trình"),
        about: text("Về việc đề nghị cấp thẻ điện tử cho cán bộ, công chức, viên chức\nđợt 01 năm 2026"),
        to: vec![text("Ủy ban nhân dân tỉnh Lâm Đồng")],
        body: vec![
            Block::basis("Căn cứ Luật Cán bộ, công chức ngày 24 tháng 6 năm 2025;"),
            Block::basis(
                "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
            ),
            Block::basis(
                "Căn cứ Quyết định số 838/QĐ-BNV của Bộ trưởng Bộ Nội vụ quy định mẫu thẻ điện tử của cán bộ, công chức, viên chức.",
            ),
            Block::runs(vec![
                Run::new("Sở Nội vụ kính trình Ủy ban nhân dân tỉnh xem xét, cấp thẻ điện tử cho "),
                Run::bold(format!("{people} người")),
                Run::new(" có tên trong danh sách kèm theo, như sau:"),
            ]),
            Block::item(
                "1.",
                "Số lượng và đối tượng: cán bộ, công chức của Sở và viên chức của các đơn vị sự nghiệp công lập trực thuộc, chưa được cấp thẻ hoặc có thẻ đã hết thời hạn sử dụng tính đến ngày lập tờ trình này.",
            ),
            Block::item(
                "2.",
                "Thời gian đề nghị cấp: trong quý I năm 2026, sau khi dữ liệu của từng người đã được kiểm tra, đối chiếu với hồ sơ gốc và với Cơ sở dữ liệu quốc gia về cán bộ, công chức, viên chức.",
            ),
            Block::item(
                "3.",
                "Sở Nội vụ chịu trách nhiệm về tính chính xác của thông tin và của ảnh chân dung trong danh sách kèm theo.",
            ),
            Block::text("Kính trình Ủy ban nhân dân tỉnh xem xét, quyết định./."),
        ],
        signatures: vec![Signature::new("Phó Giám đốc", "Nguyễn Văn Thành").in_place_of("Giám đốc")],
        recipients: vec![
            text("Như trên"),
            text("Giám đốc, các Phó Giám đốc Sở"),
            text("Phòng Tổ chức - Biên chế"),
            text("Lưu: VT, TCBC"),
        ],
        attachments: vec![Attachment {
            title: text("Danh sách cán bộ, công chức, viên chức đề nghị cấp thẻ"),
            about: text("(Kèm theo Tờ trình số 128/TTr-SNV ngày 05 tháng 02 năm 2026 của Sở Nội vụ)"),
            body: vec![Block::Table(list)],
            signatures: vec![
                Signature::new("Người lập danh sách", "Trần Thị Mai").note("(Ký, ghi rõ họ tên)"),
                Signature::new("Trưởng phòng", "Lê Quang Vinh").note("(Ký, ghi rõ họ tên)"),
            ],
            orientation: Orientation::Portrait,
        }],
        ..Document::default()
    }
}

fn counts(rows: &[(&str, u32, u32)]) -> Table {
    let columns = vec![
        Column::centred("STT", 12),
        Column::new("Loại thẻ", 70),
        Column::right("Theo chứng từ", 28),
        Column::right("Thực nhận", 28),
        Column::right("Chênh lệch", 27),
    ];
    let difference = |stated: u32, found: u32| (i64::from(found) - i64::from(stated)).to_string();
    let table = rows.iter().enumerate().fold(Table::new(columns), |table, (index, (kind, stated, found))| {
        table.row(vec![
            Cell::new((index + 1).to_string()),
            Cell::from(*kind),
            Cell::new(stated.to_string()),
            Cell::new(found.to_string()),
            Cell::new(difference(*stated, *found)),
        ])
    });
    let (stated, found) = rows.iter().fold((0, 0), |(stated, found), row| (stated + row.1, found + row.2));
    table.sum(vec![
        Cell::new("Tổng cộng").span(2).align(Align::Centre),
        Cell::new(stated.to_string()),
        Cell::new(found.to_string()),
        Cell::new(difference(stated, found)),
    ])
}

/// Biên bản bàn giao thẻ: both parties, counts, serials, a discrepancy.
pub fn handover(serials: u32) -> Document {
    let serials: Vec<String> = (0..serials).map(|number| format!("LD26{:05}", 120 + number)).collect();
    Document {
        header: header("07/BB-SNV"),
        title: text("Biên bản"),
        about: text("Bàn giao thẻ điện tử của cán bộ, công chức, viên chức"),
        body: vec![
            Block::text(
                "Hôm nay, hồi 08 giờ 30 phút ngày 05 tháng 02 năm 2026, tại Sở Nội vụ tỉnh Lâm Đồng, chúng tôi gồm:",
            ),
            Block::heading("Bên giao: Sở Nội vụ"),
            Block::text("Ông Đỗ Đức Duy, chức vụ: Chuyên viên Phòng Tổ chức - Biên chế."),
            Block::heading("Bên nhận: Ủy ban nhân dân phường Xuân Hương - Đà Lạt"),
            Block::text("Bà Phạm Quỳnh Đan, chức vụ: Phó Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân."),
            Block::text("Hai bên cùng kiểm đếm và thống nhất bàn giao số thẻ như sau:"),
            Block::Table(counts(&[
                ("Thẻ chip chìm", 24, 24),
                ("Thẻ chip nổi", 12, 11),
                ("Thẻ của người lao động hợp đồng", 4, 4),
            ])),
            Block::runs(vec![Run::bold("Số sê-ri: "), Run::new(serials.join(", ") + ".")]),
            Block::runs(vec![
                Run::bold("Chênh lệch: "),
                Run::new(
                    "thiếu 01 thẻ chip nổi, số sê-ri LD2600131. Bên giao lập biên bản riêng và cấp bổ sung trước ngày 12/02/2026.",
                ),
            ]),
            Block::text("Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản."),
        ],
        signatures: vec![
            Signature::new("Đại diện bên giao", "Đỗ Đức Duy").note("(Ký, ghi rõ họ tên)"),
            Signature::new("Đại diện bên nhận", "Phạm Quỳnh Đan").note("(Ký, ghi rõ họ tên, đóng dấu)"),
        ],
        recipients: vec![text("Hai bên"), text("Lưu: VT, TCBC")],
        ..Document::default()
    }
}

/// Biên bản hủy thẻ: a council of three.
pub fn destruction() -> Document {
    Document {
        header: header("02/BB-HĐHT"),
        title: text("Biên bản"),
        about: text("Hủy thẻ điện tử hỏng, thẻ thu hồi"),
        size: TextSize::Thirteen,
        body: vec![
            Block::basis("Căn cứ Quyết định số 838/QĐ-BNV của Bộ trưởng Bộ Nội vụ;"),
            Block::text(
                "Hội đồng hủy thẻ đã tiến hành hủy các thẻ sau bằng phương pháp cắt nhỏ, chip bị phá hủy hoàn toàn:",
            ),
            Block::Table(counts(&[("Thẻ hỏng khi in", 9, 9), ("Thẻ thu hồi do nghỉ hưu, chuyển công tác", 31, 31)])),
            Block::text(
                "Việc hủy được thực hiện công khai, có sự chứng kiến của các thành viên Hội đồng; không còn bộ phận nào của thẻ có thể sử dụng lại.",
            ),
        ],
        signatures: vec![
            Signature::new("Thư ký", "Vũ Thế Khải"),
            Signature::new("Ủy viên", "Trần Văn Bình"),
            Signature::new("Chủ tịch Hội đồng", "Nguyễn Văn Thành").on_behalf_of("Hội đồng hủy thẻ"),
        ],
        ..Document::default()
    }
}

/// Sổ theo dõi cấp phát thẻ.
pub fn ledger(rows: u32) -> Document {
    let columns = vec![
        Column::centred("STT", 12),
        Column::centred("Ngày cấp", 22),
        Column::centred("Số sê-ri", 24),
        Column::new("Họ và tên", 48),
        Column::new("Chức vụ", 48),
        Column::new("Đơn vị", 52),
        Column::centred("Mã thẻ", 22),
        Column::new("Ký nhận", 24),
    ];
    let table = (1..=rows).fold(Table::new(columns).numbered().size(11), |table, number| {
        table.row(vec![
            Cell::new(number.to_string()),
            Cell::new(format!("{:02}/{:02}/2026", number % 28 + 1, number % 12 + 1)),
            Cell::new(format!("LD26{number:05}")),
            Cell::new(NAMES[number as usize % NAMES.len()]),
            Cell::new(POSTS[number as usize % POSTS.len()]),
            Cell::new("Trung tâm Phục vụ hành chính công tỉnh Lâm Đồng"),
            Cell::new(format!("H36.{number:04}")),
            Cell::default(),
        ])
    });
    let sum = vec![Cell::new("Tổng cộng").span(3).align(Align::Centre), Cell::new(format!("{rows} thẻ")).span(5)];
    Document {
        header: Header { number: String::new(), ..header("") },
        title: text("Sổ theo dõi cấp phát thẻ"),
        about: text("Năm 2026"),
        size: TextSize::Thirteen,
        orientation: Orientation::Landscape,
        body: vec![Block::Table(table.sum(sum))],
        signatures: vec![
            Signature::new("Người lập sổ", "Trần Thị Mai"),
            Signature::new("Giám đốc", "Nguyễn Văn Thành"),
        ],
        ..Document::default()
    }
}

/// A person's record, with the version that was printed.
pub fn profile() -> Document {
    let line = |name: &str, value: &str| Block::line(vec![Run::new(format!("{name}: ")), Run::bold(value)]);
    let columns = vec![Column::centred("", 34), Column::new("", 131)];
    let name = NAMES[0];
    let told = Cell {
        runs: vec![
            Run::bold(name.to_uppercase()),
            Run::new("\nChuyên viên, Phòng Tổ chức - Biên chế\nSở Nội vụ tỉnh Lâm Đồng"),
        ],
        ..Cell::default()
    };
    Document {
        header: Header { number: String::new(), ..header("") },
        title: text("Phiếu thông tin cá nhân"),
        about: text("Dùng để cấp thẻ điện tử của cán bộ, công chức, viên chức"),
        body: vec![
            Block::Table(Table::new(columns).size(14).row(vec![portrait(1, name).into(), told])),
            line("Ngày sinh", "12/08/1988"),
            line("Giới tính", "Nữ"),
            line("Mã định danh", "H36.02.0001"),
            line("Thẻ đang dùng", "LD2600121, cấp ngày 05/02/2026, có giá trị đến 05/02/2031"),
        ],
        signatures: vec![Signature::new("Người khai", name).note("(Ký, ghi rõ họ tên)")],
        stamp: text(
            "Phiên bản 7 của hồ sơ, ghi ngày 03/02/2026 lúc 14:05 · in ngày 05/02/2026 · mã đối chiếu 8F2A-19C4",
        ),
        ..Document::default()
    }
}
