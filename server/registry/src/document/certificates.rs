//! What is written about certificates: the forms of a request (68/2024/NĐ-CP, Phụ lục, Mẫu 01–06), the letter with its list, the minutes of a
//! handover (Mẫu 08) and of a loss (Mẫu 09). Always Vietnamese.

use contract::certificate::CertificateRequestRow;
use contract::{Failure, Refusal};
use jiff::civil::Date;
use model::certificate::regime::{Purpose, Regime};
use model::certificate::{Operation, SubscriberKind, TokenKind};
use model::lifecycle::{Lifecycle as _, Token};
use paper::{Attachment, Block, Cell, Column, Document, Orientation, Run, Signature, Table};

use super::{header, superior, written, written_iso};
use crate::store::certificate::{self, Certificate};
use crate::store::certificate_request::Request;
use crate::store::manager_delegation::{self, Delegation};
use crate::store::person::{self, Person};
use crate::store::unit::{self, Unit};
use crate::work::certificates::{lists, requests, tokens};
use crate::{Actor, Conn, date};

const DOTS: &str = "………………………………";

/// The form of a request, filled in.
///
/// # Errors
/// [`Failure::NotFound`], also where the request may not be seen; [`Refusal::Impossible`] where the law of its day has no form for it.
pub async fn form(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Document, Failure> {
    let found = requests::seen(conn, actor, id).await?;
    let operation = Operation::from_name(&found.operation).ok_or(Failure::Internal)?;
    let kind = SubscriberKind::from_name(&found.kind).ok_or(Failure::Internal)?;
    let regime = Regime::named(&found.regime).ok_or(Failure::Internal)?;
    let number = regime.form(operation, kind).ok_or(Failure::Refused { why: Refusal::Impossible })?;
    let about = About::of(conn, &found).await?;
    let mut table = Rows::default();
    match kind {
        SubscriberKind::Person => about.person_rows(&mut table),
        SubscriberKind::Organisation => about.unit_rows(&mut table),
        SubscriberKind::Device => {
            table.add("Tên thiết bị, dịch vụ, phần mềm", found.device.clone());
            about.unit_rows(&mut table);
        }
    }
    if let Some(certificate) = &about.certificate {
        table.add("Số hiệu chứng thư chữ ký số", Some(certificate.serial.clone()));
        table.add("Tên trên chứng thư", Some(certificate.subject.clone()));
        let day = |at_ms| written(date::day_of(at_ms));
        let term = format!("{} – {}", day(certificate.valid_from), day(certificate.valid_until));
        table.add("Thời hạn có hiệu lực", Some(term));
        table.add("Số hiệu thiết bị lưu khóa bí mật", certificate.token.clone());
    }
    if let Some(asked) = asked(operation) {
        table.add("Nội dung đề nghị", Some(asked.to_owned()));
    }
    table.add(
        if operation == Operation::New { "Mục đích sử dụng" } else { "Lý do, nội dung cụ thể" },
        found.reason.clone(),
    );
    let asked_on = date::day_of(found.asked_at);
    let capacity =
        if kind == SubscriberKind::Person { "Người đề nghị" } else { "Người được giao quản lý" };
    let who = about.keeper.as_ref().map(|of| of.name.clone()).unwrap_or_default();
    Ok(Document {
        header: header(&about.unit, about.superior.as_deref(), "", Some(asked_on)),
        title: "Phiếu đề nghị".to_owned(),
        about: title(operation, kind),
        to: vec![manager(conn, asked_on).await?.map_or_else(
            || "Người quản lý thuê bao".to_owned(),
            |manager| format!("{} – Người quản lý thuê bao", manager.unit),
        )],
        body: vec![
            Block::centred(vec![Run::italic(format!(
                "(Mẫu số {number}, Phụ lục Nghị định số {})",
                regime.texts.first().map_or("", |text| text.number)
            ))]),
            Block::Table(table.table()),
            Block::text(
                "Tôi xin cam đoan các thông tin trên là đúng và cam kết thực hiện các quy định về quản lý, sử dụng chứng thư chữ ký số và thiết bị lưu khóa bí mật.",
            ),
        ],
        signatures: vec![
            Signature::new(capacity, who).note("(Ký, ghi rõ họ tên)"),
            Signature::new("Xác nhận của cơ quan quản lý trực tiếp", "").note("(Ký, ghi rõ họ tên, đóng dấu)"),
        ],
        ..Document::default()
    })
}

/// Who is subscriber manager by delegation on a day (R171).
async fn manager(conn: &mut Conn, day: Date) -> Result<Option<Delegation>, Failure> {
    Ok(manager_delegation::on(conn, &day.to_string()).await?)
}

fn title(operation: Operation, kind: SubscriberKind) -> String {
    let whose = match kind {
        SubscriberKind::Organisation => "cơ quan, tổ chức",
        SubscriberKind::Person => "cá nhân",
        SubscriberKind::Device => "thiết bị, dịch vụ, phần mềm",
    };
    let what = match operation {
        Operation::New => "Cấp mới chứng thư chữ ký số cho",
        Operation::Renew => "Gia hạn chứng thư chữ ký số của",
        Operation::Change => "Thay đổi nội dung thông tin chứng thư chữ ký số của",
        Operation::Revoke => "Thu hồi chứng thư chữ ký số của",
        Operation::Restore => "Khôi phục thiết bị lưu khóa bí mật của",
    };
    format!("{what} {whose}")
}

/// What a form that serves several operations has to say.
fn asked(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Renew => Some("Gia hạn chứng thư chữ ký số"),
        Operation::Change => Some("Thay đổi nội dung thông tin chứng thư chữ ký số"),
        _ => None,
    }
}

/// Name of an operation in lists.
fn operation_name(operation: Operation) -> &'static str {
    match operation {
        Operation::New => "Cấp mới",
        Operation::Renew => "Gia hạn",
        Operation::Change => "Thay đổi nội dung",
        Operation::Revoke => "Thu hồi",
        Operation::Restore => "Khôi phục thiết bị lưu khóa",
    }
}

/// What a form's fields are filled from.
struct About {
    unit: Unit,
    superior: Option<String>,
    keeper: Option<Person>,
    person: Option<Person>,
    certificate: Option<Certificate>,
}

impl About {
    async fn of(conn: &mut Conn, found: &Request) -> Result<Self, Failure> {
        let unit = unit::by_id(conn, found.unit_id).await?.ok_or(Failure::NotFound)?;
        let superior = superior(conn, &unit).await?;
        let keeper = match found.keeper_id {
            Some(id) => person::by_id(conn, id).await?,
            None => None,
        };
        let person = match found.person_id {
            Some(id) => person::by_id(conn, id).await?,
            None => None,
        };
        let certificate = match found.certificate_id {
            Some(id) => certificate::by_id(conn, id).await?,
            None => None,
        };
        Ok(About { unit, superior, keeper, person, certificate })
    }

    fn person_rows(&self, rows: &mut Rows) {
        let Some(person) = &self.person else { return };
        rows.add("Họ và tên", Some(person.name.clone()));
        rows.add("Ngày sinh", person.born_on.as_deref().map(written_iso));
        rows.add("Số định danh cá nhân", person.citizen_id.clone());
        rows.add("Mã số cán bộ, công chức, viên chức", person.personnel_code.clone());
        rows.add("Chức vụ", person.position.clone());
        rows.add("Cơ quan, tổ chức công tác", Some(self.unit.name.clone()));
        rows.add("Địa chỉ thư điện tử công vụ", person.email.clone());
        rows.add("Số điện thoại di động", None);
    }

    fn unit_rows(&self, rows: &mut Rows) {
        rows.add("Tên cơ quan, tổ chức", Some(self.unit.name.clone()));
        rows.add("Mã định danh điện tử", self.unit.code.clone());
        rows.add("Cơ quan chủ quản", self.superior.clone());
        rows.add("Địa chỉ thư điện tử công vụ", None);
        let Some(keeper) = &self.keeper else { return };
        rows.add("Người được giao quản lý", Some(keeper.name.clone()));
        rows.add("Chức vụ", keeper.position.clone());
        rows.add("Số định danh cá nhân", keeper.citizen_id.clone());
    }
}

/// Numbered lines of a form; what nobody knows is left to be filled in by hand.
#[derive(Default)]
struct Rows(Vec<(String, String)>);

impl Rows {
    fn add(&mut self, name: &str, value: Option<String>) {
        let value = value.filter(|value| !value.is_empty()).unwrap_or_else(|| DOTS.to_owned());
        self.0.push((name.to_owned(), value));
    }

    fn table(self) -> Table {
        let columns = vec![Column::centred("STT", 12), Column::new("Thông tin", 62), Column::new("Nội dung", 91)];
        self.0.into_iter().zip(1..).fold(Table::new(columns), |table, ((name, value), nth): (_, usize)| {
            table.row(vec![Cell::new(nth.to_string()), Cell::new(name), Cell::new(value)])
        })
    }
}

/// The letter of a list: a draft without a number until it is sent.
///
/// # Errors
/// [`Failure::NotFound`], also where the list may not be seen.
pub async fn letter(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Document, Failure> {
    let found = lists::seen_list(conn, actor, id).await?;
    let unit = unit::by_id(conn, found.unit_id).await?.ok_or(Failure::NotFound)?;
    let superior = superior(conn, &unit).await?;
    let lines = lists::lines(conn, &found).await?;
    let number = found.letter_number.clone().unwrap_or_default();
    let day: Option<Date> = found.letter_day.as_deref().and_then(|day| day.parse().ok());
    let mut bases: Vec<&str> = Vec::new();
    if let Some(regime) = Regime::on(day.unwrap_or_else(|| date::day_of(found.created_at))) {
        bases.extend(regime.texts.iter().map(|text| text.number));
    }
    let mut counts = Vec::new();
    for operation in Operation::ALL {
        for kind in SubscriberKind::ALL {
            let many = lines.iter().filter(|line| line.operation == *operation && line.kind == *kind).count();
            if many > 0 {
                counts.push(Block::item("-", format!("{}: {many:02}", title(*operation, *kind))));
            }
        }
    }
    let mut body: Vec<Block> = bases
        .into_iter()
        .map(|number| match number.contains("NĐ-CP") {
            true => Block::basis(format!("Căn cứ Nghị định số {number} của Chính phủ;")),
            false => Block::basis(format!("Căn cứ Thông tư số {number};")),
        })
        .collect();
    let written_on = day.unwrap_or_else(|| date::day_of(found.created_at));
    if let Some(of) = manager(conn, written_on).await? {
        let day = written_iso(&of.day);
        let text = format!(
            "Căn cứ Văn bản số {} ngày {day} của {} về người quản lý thuê bao: {};",
            of.number, of.authority, of.unit
        );
        body.push(Block::basis(text));
    }
    body.push(Block::runs(vec![
        Run::new(format!("{} đề nghị xem xét, giải quyết ", unit.name)),
        Run::bold(format!("{} yêu cầu", lines.len())),
        Run::new(" về chứng thư chữ ký số chuyên dùng công vụ theo danh sách kèm theo, gồm:"),
    ]));
    body.extend(counts);
    body.push(Block::text("Thông tin của các thuê bao đã được cơ quan quản lý trực tiếp xác nhận và được người quản lý thuê bao thẩm tra./."));
    let about = match (number.is_empty(), found.letter_day.as_deref()) {
        (false, Some(day)) => format!("(Kèm theo Văn bản số {number} ngày {} của {})", written_iso(day), unit.name),
        _ => format!("(Kèm theo Văn bản của {})", unit.name),
    };
    let recipient = found.recipient.clone().unwrap_or_else(|| AUTHORITY.to_owned());
    Ok(Document {
        header: header(&unit, superior.as_deref(), &number, day),
        about: "đề nghị cấp, gia hạn, thay đổi, thu hồi chứng thư chữ ký số và khôi phục thiết bị lưu khóa".to_owned(),
        to: vec![recipient],
        body,
        signatures: vec![Signature::new("Người quản lý thuê bao", found.signer.clone().unwrap_or_default())],
        recipients: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
        attachments: vec![Attachment {
            title: "Danh sách đề nghị".to_owned(),
            about,
            body: vec![Block::Table(table(&lines))],
            signatures: Vec::new(),
            orientation: Orientation::Landscape,
        }],
        ..Document::default()
    })
}

/// To whom lists go, unless something else is typed.
pub const AUTHORITY: &str = "Cục Chứng thực số và Bảo mật thông tin, Ban Cơ yếu Chính phủ";

fn table(lines: &[CertificateRequestRow]) -> Table {
    let columns = vec![
        Column::centred("STT", 12),
        Column::new("Thuê bao", 56),
        Column::new("Cơ quan, tổ chức", 56),
        Column::new("Đề nghị", 36),
        Column::new("Số chứng thư", 46),
        Column::new("Người quản lý", 40),
        Column::centred("Mẫu", 14),
    ];
    lines.iter().zip(1..).fold(Table::new(columns).size(11), |table, (line, nth): (_, usize)| {
        table.row(vec![
            Cell::new(nth.to_string()),
            Cell::new(line.subject()),
            Cell::new(line.unit.clone()),
            Cell::new(operation_name(line.operation)),
            Cell::new(line.certificate.as_ref().map(|(_, serial)| serial.clone()).unwrap_or_default()),
            Cell::new(line.keeper.as_ref().map(|keeper| keeper.name.clone()).unwrap_or_default()),
            Cell::new(line.form.unwrap_or_default()),
        ])
    })
}

/// The minutes of a certificate's handover (Mẫu 08): a draft without a number until it is handed over.
///
/// # Errors
/// [`Failure::NotFound`], also where the request may not be seen; [`Refusal::Impossible`] before a certificate has come.
pub async fn minutes(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Document, Failure> {
    let found = requests::seen(conn, actor, id).await?;
    let brought = found.brought_id.ok_or(Failure::Refused { why: Refusal::Impossible })?;
    let certificate = certificate::by_id(conn, brought).await?.ok_or(Failure::Internal)?;
    let about = About::of(conn, &found).await?;
    let list = match found.list_id {
        Some(id) => crate::store::certificate_request::list_by_id(conn, id).await?,
        None => None,
    };
    let giver = match list {
        Some(list) => unit::by_id(conn, list.unit_id).await?.ok_or(Failure::Internal)?,
        None => about.unit.clone(),
    };
    let above = superior(conn, &giver).await?;
    let token = match certificate.token_id {
        Some(id) => certificate::token_by_id(conn, id).await?,
        None => None,
    };
    let day: Option<Date> = found.minutes_day.as_deref().and_then(|day| day.parse().ok());
    let keeper = about.keeper.as_ref();
    let mut rows = Rows::default();
    rows.add("Tên trên chứng thư", Some(certificate.subject.clone()));
    rows.add("Số hiệu chứng thư", Some(certificate.serial.clone()));
    let of_day = |at_ms| written(date::day_of(at_ms));
    rows.add(
        "Thời hạn có hiệu lực",
        Some(format!("{} – {}", of_day(certificate.valid_from), of_day(certificate.valid_until))),
    );
    rows.add("Loại thiết bị lưu khóa bí mật", token.as_ref().map(token_name));
    rows.add("Số hiệu thiết bị", token.map(|token| token.serial));
    Ok(Document {
        header: header(&giver, above.as_deref(), found.minutes_number.as_deref().unwrap_or_default(), day),
        title: "Biên bản".to_owned(),
        about: "Bàn giao chứng thư chữ ký số và thiết bị lưu khóa bí mật".to_owned(),
        body: vec![
            mark(&found.regime, Purpose::Handover),
            Block::text(format!("Hôm nay, {}, chúng tôi gồm:", in_words(day))),
            Block::heading(format!("Bên giao: {}", giver.name)),
            party("", ""),
            Block::heading(format!("Bên nhận: {}", about.unit.name)),
            party(
                keeper.map_or("", |of| of.name.as_str()),
                keeper.and_then(|of| of.position.as_deref()).unwrap_or_default(),
            ),
            Block::text("Hai bên thống nhất bàn giao chứng thư chữ ký số và thiết bị lưu khóa bí mật như sau:"),
            Block::Table(rows.table()),
            Block::text(
                "Bên nhận đã kiểm tra thiết bị, thông tin trong chứng thư và chịu trách nhiệm quản lý, sử dụng thiết bị, khóa bí mật theo quy định.",
            ),
            Block::text("Biên bản được lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản."),
        ],
        signatures: vec![
            Signature::new("Bên giao", "").note("(Ký, ghi rõ họ tên)"),
            Signature::new("Bên nhận", keeper.map_or("", |of| of.name.as_str())).note("(Ký, ghi rõ họ tên)"),
        ],
        ..Document::default()
    })
}

/// The minutes about a token that was lost (Mẫu 09).
///
/// # Errors
/// [`Failure::NotFound`], also where the token may not be seen; [`Refusal::Impossible`] where it is not lost.
pub async fn loss(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Document, Failure> {
    let token = tokens::seen(conn, actor, id).await?;
    if token.state != Token::Lost.name() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let unit = unit::by_id(conn, token.unit_id).await?.ok_or(Failure::NotFound)?;
    let superior = superior(conn, &unit).await?;
    let holder = match token.holder_id {
        Some(id) => person::by_id(conn, id).await?,
        None => None,
    };
    let day = date::day_of(token.changed_at);
    let mut rows = Rows::default();
    rows.add("Loại thiết bị lưu khóa bí mật", Some(token_name(&token)));
    rows.add("Số hiệu thiết bị", Some(token.serial.clone()));
    rows.add("Người được giao quản lý", holder.as_ref().map(|of| of.name.clone()));
    rows.add("Cơ quan, tổ chức", Some(unit.name.clone()));
    rows.add("Thời gian, nguyên nhân thất lạc", token.remark.clone());
    rows.add("Biện pháp đã thực hiện", None);
    let name = holder.as_ref().map_or("", |of| of.name.as_str()).to_owned();
    Ok(Document {
        header: header(&unit, superior.as_deref(), "", Some(day)),
        title: "Biên bản".to_owned(),
        about: "Xác nhận thất lạc thiết bị lưu khóa bí mật".to_owned(),
        body: vec![
            mark(Regime::on(day).map_or("", |regime| regime.name), Purpose::Loss),
            Block::text(format!(
                "Hôm nay, {}, chúng tôi lập biên bản về việc thất lạc thiết bị lưu khóa bí mật sau:",
                in_words(Some(day))
            )),
            Block::Table(rows.table()),
            Block::text("Đề nghị thu hồi chứng thư chữ ký số có khóa bí mật được lưu trong thiết bị."),
        ],
        signatures: vec![
            Signature::new("Người được giao quản lý", name).note("(Ký, ghi rõ họ tên)"),
            Signature::new("Thủ trưởng đơn vị", "").note("(Ký, ghi rõ họ tên, đóng dấu)"),
        ],
        ..Document::default()
    })
}

/// Which form it is, under a law that has one.
fn mark(regime: &str, purpose: Purpose) -> Block {
    let known = Regime::named(regime).and_then(|regime| {
        let form = regime.forms.iter().find(|form| form.purpose == purpose)?;
        let text = regime.texts.first()?;
        Some(format!("(Mẫu số {}, Phụ lục Nghị định số {})", form.number, text.number))
    });
    known.map_or(Block::Space(1), |text| Block::centred(vec![Run::italic(text)]))
}

fn token_name(token: &certificate::Token) -> String {
    let kind = match TokenKind::from_name(&token.kind) {
        Some(TokenKind::Sim) => "SIM PKI",
        Some(TokenKind::Hsm) => "HSM",
        _ => "USB Token",
    };
    match &token.model {
        Some(model) => format!("{kind} {model}"),
        None => kind.to_owned(),
    }
}

fn in_words(day: Option<Date>) -> String {
    day.map_or_else(
        || "ngày … tháng … năm …".to_owned(),
        |day| format!("ngày {:02} tháng {:02} năm {}", day.day(), day.month(), day.year()),
    )
}

fn party(name: &str, position: &str) -> Block {
    let or_dots = |text: &str| if text.is_empty() { DOTS.to_owned() } else { text.to_owned() };
    Block::text(format!("Ông/Bà {}, chức vụ: {}", or_dots(name), or_dots(position)))
}
