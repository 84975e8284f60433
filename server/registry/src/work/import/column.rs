//! The columns of an import file: what they are called, in either language, and how a file to fill in looks.

use contract::Lang;
use contract::import::ImportKind;
use model::text::fold;

/// A column.
#[derive(Clone, Copy)]
pub struct Column {
    /// Name of the form's field that the cells are.
    pub key: &'static str,
    /// Whether a file must have it.
    pub required: bool,
    vi: &'static str,
    en: &'static str,
    /// Other headings, folded.
    also: &'static [&'static str],
    example: [&'static str; 2],
}

impl Column {
    /// Its heading in the files that the portal hands out.
    pub fn heading(&self, l: Lang) -> &'static str {
        match l {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }

    /// A cell as it may be filled in.
    pub fn example(&self, l: Lang) -> &'static str {
        match l {
            Lang::Vi => self.example[0],
            Lang::En => self.example[1],
        }
    }

    const fn optional(self) -> Self {
        Column { required: false, ..self }
    }

    fn is_called(&self, folded: &str) -> bool {
        folded == fold(self.vi) || folded == fold(self.en) || self.also.contains(&folded)
    }
}

const UNITS: [Column; 6] = [
    Column {
        key: "class",
        required: true,
        vi: "Loại đơn vị",
        en: "Class",
        also: &["loai", "class of unit", "unit class", "type"],
        example: ["Cơ quan chuyên môn", "Specialised agency"],
    },
    Column {
        key: "name",
        required: true,
        vi: "Tên đơn vị",
        en: "Name",
        also: &["ten", "don vi", "ten co quan", "ten co quan don vi", "unit", "unit name", "name of the unit"],
        example: ["Sở Nội vụ", "Sở Nội vụ"],
    },
    Column {
        key: "parent_code",
        required: false,
        vi: "Mã đơn vị cấp trên",
        en: "Parent code",
        also: &[
            "don vi cap tren",
            "ma cap tren",
            "ma dinh danh don vi cap tren",
            "ma dinh danh cua don vi cap tren",
            "parent",
            "unit above",
            "agency code of the unit above",
        ],
        example: ["", ""],
    },
    Column {
        key: "code",
        required: true,
        vi: "Mã định danh",
        en: "Agency code",
        also: &[
            "ma",
            "ma don vi",
            "ma dinh danh don vi",
            "ma dinh danh cua don vi",
            "code",
            "unit code",
            "agency code of the unit",
        ],
        example: ["H57.10", "H57.10"],
    },
    Column {
        key: "decision",
        required: false,
        vi: "Số quyết định",
        en: "Decision",
        also: &["quyet dinh", "so qd", "decision number"],
        example: ["201/QĐ-UBND", "201/QĐ-UBND"],
    },
    Column {
        key: "from",
        required: false,
        vi: "Có hiệu lực từ ngày",
        en: "From",
        also: &[
            "tu ngay",
            "tu",
            "hieu luc tu",
            "ngay hieu luc",
            "hieu luc tu ngay",
            "in force from",
            "valid from",
            "since",
        ],
        example: ["01/07/2025", "01/07/2025"],
    },
];

const PEOPLE: [Column; 11] = [
    Column {
        key: "name",
        required: true,
        vi: "Họ và tên",
        en: "Full name",
        also: &["ho ten", "ten", "ho va ten khai sinh", "name"],
        example: ["Nguyễn Thị Ví Dụ", "Nguyễn Thị Ví Dụ"],
    },
    Column {
        key: "sex",
        required: false,
        vi: "Giới tính",
        en: "Sex",
        also: &["gioi", "nam nu", "gender"],
        example: ["Nữ", "Female"],
    },
    Column {
        key: "born_on",
        required: false,
        vi: "Ngày sinh",
        en: "Birth date",
        also: &["sinh ngay", "ngay thang nam sinh", "born", "born on", "date of birth", "birthday"],
        example: ["29/02/1988", "29/02/1988"],
    },
    Column {
        key: "citizen_id",
        required: false,
        vi: "Số định danh cá nhân",
        en: "Citizen number",
        also: &[
            "so dinh danh",
            "so cccd",
            "cccd",
            "can cuoc",
            "so can cuoc",
            "can cuoc cong dan",
            "so can cuoc cong dan",
            "citizen id",
            "identity number",
        ],
        example: ["046188000001", "046188000001"],
    },
    Column {
        key: "email",
        required: false,
        vi: "Thư điện tử công vụ",
        en: "E-mail",
        also: &[
            "thu dien tu",
            "email",
            "e mail cong vu",
            "email cong vu",
            "dia chi thu dien tu",
            "official e mail",
            "official email",
        ],
        example: ["ntvidu@thuathienhue.gov.vn", "ntvidu@thuathienhue.gov.vn"],
    },
    Column {
        key: "unit_code",
        required: true,
        vi: "Mã định danh đơn vị",
        en: "Unit code",
        also: &["ma don vi", "don vi", "ma dinh danh", "ma dinh danh cua don vi", "unit", "agency code"],
        example: ["H57.10", "H57.10"],
    },
    Column {
        key: "kind",
        required: true,
        vi: "Loại biên chế",
        en: "Kind of post",
        also: &["loai", "bien che", "doi tuong", "loai can bo", "kind", "type"],
        example: ["Công chức", "Civil servant"],
    },
    Column {
        key: "position",
        required: false,
        vi: "Chức vụ, chức danh",
        en: "Position",
        also: &[
            "chuc vu",
            "chuc danh",
            "chuc vu chuc danh vi tri viec lam",
            "vi tri viec lam",
            "post title",
            "title",
            "job title",
        ],
        example: ["Chuyên viên", "Chuyên viên"],
    },
    Column {
        key: "started_on",
        required: false,
        vi: "Ngày vào công tác",
        en: "Started",
        also: &["ngay vao lam", "ngay bat dau", "ngay tuyen dung", "started on", "start date", "first day in service"],
        example: ["01/03/2015", "01/03/2015"],
    },
    Column {
        key: "personnel_code",
        required: false,
        vi: "Mã số công chức",
        en: "Personnel code",
        also: &["ma so cbccvc", "ma cong chuc", "ma can bo", "ma nhan su"],
        example: ["", ""],
    },
    Column {
        key: "identification_code",
        required: false,
        vi: "Mã số định danh công chức",
        en: "Identification code",
        also: &["ma dinh danh cong chuc", "ma so dinh danh cbccvc"],
        example: ["", ""],
    },
];

/// Of people who are held: what names them, and what stands on a card.
const NATIONAL: [Column; 8] =
    [PEOPLE[9], PEOPLE[10], PEOPLE[3], PEOPLE[0].optional(), PEOPLE[1], PEOPLE[2], PEOPLE[7], PEOPLE[5].optional()];

const CERTIFICATES: [Column; 12] = [
    Column {
        key: "serial",
        required: true,
        vi: "Số chứng thư",
        en: "Serial number",
        also: &[
            "so serial",
            "serial",
            "so hieu chung thu",
            "so hieu chung thu so",
            "so chung thu so",
            "so seri",
            "certificate",
        ],
        example: ["7A01FF", "7A01FF"],
    },
    Column {
        key: "subscriber",
        required: false,
        vi: "Thuê bao",
        en: "Subscriber",
        also: &["loai", "loai thue bao", "loai chung thu", "loai chung thu so", "kind", "type"],
        example: ["Cá nhân", "Person"],
    },
    Column {
        key: "name",
        required: false,
        vi: "Tên trên chứng thư",
        en: "Name",
        also: &["ten", "ho va ten", "ho ten", "ten thue bao", "full name", "subject"],
        example: ["Nguyễn Thị Ví Dụ", "Nguyễn Thị Ví Dụ"],
    },
    PEOPLE[3],
    PEOPLE[9],
    Column { required: false, ..PEOPLE[5] },
    Column {
        key: "issuer",
        required: false,
        vi: "Cơ quan cấp",
        en: "Issued by",
        also: &["don vi cap", "to chuc cap", "to chuc cung cap", "noi cap", "issuer"],
        example: ["Ban Cơ yếu Chính phủ", "Ban Cơ yếu Chính phủ"],
    },
    Column {
        key: "valid_from",
        required: false,
        vi: "Có hiệu lực từ",
        en: "Valid from",
        also: &["ngay cap", "tu ngay", "hieu luc tu", "ngay hieu luc", "ngay bat dau", "from"],
        example: ["01/03/2024", "01/03/2024"],
    },
    Column {
        key: "valid_until",
        required: false,
        vi: "Hết hạn",
        en: "Valid until",
        also: &["ngay het han", "ngay het hieu luc", "den ngay", "hieu luc den", "han su dung", "until", "expires"],
        example: ["28/02/2029", "28/02/2029"],
    },
    Column {
        key: "keeper_code",
        required: false,
        vi: "Mã số của người giữ",
        en: "Keeper's personnel code",
        also: &["nguoi giu", "nguoi quan ly", "ma nguoi giu", "ma so nguoi giu", "keeper"],
        example: ["", ""],
    },
    Column {
        key: "token_serial",
        required: false,
        vi: "Số thiết bị lưu khóa",
        en: "Token's serial number",
        also: &[
            "thiet bi luu khoa",
            "so thiet bi",
            "so token",
            "token",
            "usb token",
            "so usb token",
            "so hieu thiet bi",
        ],
        example: ["GCA-001234", "GCA-001234"],
    },
    Column {
        key: "used_on",
        required: false,
        vi: "Sử dụng lần cuối",
        en: "Last known use",
        also: &["ngay su dung cuoi", "ngay ky cuoi", "lan ky cuoi", "ngay su dung gan nhat", "last use", "last used"],
        example: ["", ""],
    },
];

/// What the portal's own list of certificates has besides.
const LISTED_CERTIFICATES: [&str; 7] =
    ["thuat toan khoa", "key", "tinh trang", "state", "ngay thong bao thu hoi", "giao ngay", "kept since"];

/// Columns that name a person who may be held already: a file that has one need not have the others.
pub(super) const NAMING: [&str; 3] = ["citizen_id", "personnel_code", "identification_code"];

/// Columns in which lists number their rows; they say nothing.
const ORDINAL: [&str; 6] = ["stt", "tt", "so tt", "so thu tu", "no", "number"];
/// What the portal's own lists have besides.
const LISTED_UNITS: [&str; 8] = [
    "ten don vi cap tren",
    "bien che",
    "so nguoi",
    "ket thuc hoat dong",
    "name of the unit above",
    "authorised posts",
    "people",
    "closed on",
];
const LISTED_PEOPLE: [&str; 4] = ["ten don vi", "du lieu", "name of the unit", "data"];

/// The columns that a file may have.
pub fn columns(kind: ImportKind) -> &'static [Column] {
    match kind {
        ImportKind::Units => &UNITS,
        ImportKind::People => &PEOPLE,
        ImportKind::National => &NATIONAL,
        ImportKind::Certificates => &CERTIFICATES,
    }
}

/// A file to fill in: the headings and one row.
pub fn template(kind: ImportKind, l: Lang) -> [Vec<&'static str>; 2] {
    // codes are allotted, and name nobody who is new
    let new = matches!(kind, ImportKind::Units | ImportKind::People);
    let allotted = |column: &Column| matches!(column.key, "personnel_code" | "identification_code");
    let columns = || columns(kind).iter().filter(|column| !(new && allotted(column)));
    [columns().map(|column| column.heading(l)).collect(), columns().map(|column| column.example(l)).collect()]
}

/// What a heading means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// The column at that place of [`columns`].
    Column(usize),
    /// Nothing that is imported.
    Ignored,
    Unknown,
}

/// What a heading means; tones, case, spaces and what stands in brackets do not matter.
pub(super) fn heading(kind: ImportKind, typed: &str) -> Heading {
    let before_bracket = typed.split_once(['(', '[']).map_or(typed, |(before, _)| before);
    for folded in [fold(typed), fold(before_bracket)] {
        if let Some(at) = columns(kind).iter().position(|column| column.is_called(&folded)) {
            return Heading::Column(at);
        }
        let listed = match kind {
            ImportKind::Units => LISTED_UNITS.contains(&folded.as_str()),
            ImportKind::People | ImportKind::National => LISTED_PEOPLE.contains(&folded.as_str()),
            ImportKind::Certificates => LISTED_CERTIFICATES.contains(&folded.as_str()),
        };
        if listed || ORDINAL.contains(&folded.as_str()) {
            return Heading::Ignored;
        }
    }
    Heading::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_means_one_column() {
        for kind in ImportKind::ALL {
            for (at, column) in columns(kind).iter().enumerate() {
                let own = [Lang::Vi, Lang::En].map(|l| column.heading(l));
                for typed in own.iter().chain(column.also) {
                    assert_eq!(heading(kind, typed), Heading::Column(at), "{typed}");
                    assert_eq!(
                        heading(kind, &format!("  {} (*)", typed.to_uppercase())),
                        Heading::Column(at),
                        "{typed}"
                    );
                }
                assert!(column.also.iter().all(|typed| fold(typed) == *typed), "{}: folded headings only", column.key);
            }
            assert_eq!(heading(kind, "STT"), Heading::Ignored);
            assert_eq!(heading(kind, "Ghi chú"), Heading::Unknown);
            assert_eq!(heading(kind, ""), Heading::Unknown);
        }
    }

    #[test]
    fn tones_may_be_missing_or_decomposed() {
        assert_eq!(heading(ImportKind::People, "ho va ten"), Heading::Column(0));
        assert_eq!(heading(ImportKind::People, "Ho\u{323} va\u{300} te\u{302}n"), Heading::Column(0));
        assert_eq!(heading(ImportKind::People, "Ngày\u{A0}sinh (dd/mm/yyyy)"), Heading::Column(2));
    }
}
