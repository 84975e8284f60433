//! Records for the tests: one that everybody knows, the longest, and as many as wanted, with names, agencies and posts
//! roughly as frequent as in a province.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::field::QrFields;

/// A usual record.
pub(super) fn example() -> QrFields {
    QrFields {
        card_code: "7kQp".into(),
        full_name: "Nguyễn Thị Hường".into(),
        birth_date: "02/09/1985".into(),
        sex: "Nữ".into(),
        citizen_id: "046185001234".into(),
        unit_code: "H57.10".into(),
        managing_agency: "UBND tỉnh Hương Giang".into(),
        position: "Chuyên viên".into(),
        host: "the.hg.gov.vn".into(),
    }
}

/// 130 characters of the most bytes: every field that may be Vietnamese is full of letters of three bytes, but for one of two.
pub(super) fn longest() -> QrFields {
    QrFields {
        full_name: format!("Đ{}", "Ệ".repeat(24)),
        unit_code: "H57.10.05".into(),
        managing_agency: "Ợ".repeat(30),
        position: "Ẫ".repeat(17),
        ..example()
    }
}

/// So many records, the same at every call.
pub(super) fn records(count: usize) -> impl Iterator<Item = QrFields> {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(838));
    (0..count).map(move |_| dice.record())
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.0.next_u32()) * n as u64) >> 32) as usize
    }

    fn pick<'a>(&mut self, from: &'a str) -> &'a str {
        let words: Vec<&str> = from.split_whitespace().collect();
        words[self.below(words.len())]
    }

    fn weighted<'a>(&mut self, from: &[(&'a str, usize)]) -> &'a str {
        let mut left = self.below(from.iter().map(|(_, weight)| weight).sum());
        for (text, weight) in from {
            if left < *weight {
                return text;
            }
            left -= weight;
        }
        ""
    }

    fn record(&mut self) -> QrFields {
        const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        let woman = self.below(100) < 62;
        let (year, month, day) = (1964 + self.below(40), 1 + self.below(12), 1 + self.below(28));
        let century = 2 * (year / 2000) + usize::from(woman);
        let unit = 1 + self.below(60);
        let unit_code = match self.below(10) {
            0..3 => format!("H57.{unit:02}"),
            _ => format!("H57.{unit:02}.{:02}", 1 + self.below(99)),
        };
        let place = self.pick(PLACES).replace('_', " ");
        let managing_agency = self.weighted(AGENCIES).replace("{}", &place);
        QrFields {
            card_code: (0..4).map(|_| char::from(BASE58[self.below(58)])).collect(),
            full_name: self.name(woman),
            birth_date: format!("{day:02}/{month:02}/{year}"),
            sex: if woman { "Nữ" } else { "Nam" }.to_owned(),
            citizen_id: format!("046{century}{:02}{:06}", year % 100, self.below(1_000_000)),
            unit_code,
            managing_agency,
            position: self.weighted(POSITIONS).to_owned(),
            host: "the.hg.gov.vn".to_owned(),
        }
    }

    fn name(&mut self, woman: bool) -> String {
        match self.below(1_000) {
            0..8 => format!("H'{} {}", self.pick("Liên Wiên Yuôn Bliă Nương"), self.pick("Niê Mlô Êban Ayŭn Kbuôr")),
            8..11 => format!("Công Tằng Tôn Nữ {} {}", self.pick(SECOND), self.pick(GIVEN_FEMALE)),
            _ if woman => {
                let middle =
                    self.weighted(&[("Thị", 62), ("Ngọc", 9), ("Thanh", 8), ("Phương", 7), ("Quỳnh", 7), ("Diệu", 7)]);
                let second = if middle == "Thị" && self.below(100) < 45 { self.pick(SECOND) } else { "" };
                [self.weighted(SURNAMES), middle, second, self.pick(GIVEN_FEMALE)].join(" ").replace("  ", " ")
            }
            _ => format!("{} {} {}", self.weighted(SURNAMES), self.pick(MIDDLE_MALE), self.pick(GIVEN_MALE)),
        }
    }
}

#[rustfmt::skip]
const SURNAMES: &[(&str, usize)] = &[
    ("Nguyễn", 350), ("Trần", 110), ("Lê", 95), ("Phạm", 58), ("Phan", 46), ("Hoàng", 42), ("Võ", 42), ("Hồ", 32), ("Đặng", 30),
    ("Trương", 22), ("Ngô", 20), ("Bùi", 18), ("Đỗ", 14), ("Dương", 14), ("Đoàn", 13), ("Huỳnh", 12), ("Tôn Thất", 2),
];
const MIDDLE_MALE: &str =
    "Văn Văn Văn Văn Đình Hữu Xuân Đức Quang Minh Công Thanh Ngọc Bá Viết Duy Trọng Quốc Hoàng Phước";
const SECOND: &str = "Thanh Thu Ngọc Kim Hồng Minh Mỹ Bích Phương Diệu Thùy Mai Hoài Lan Tuyết Cẩm Như Kiều Quỳnh Xuân";
const GIVEN_FEMALE: &str = "Hương Hà Trang Lan Phương Thảo Hằng Nga Linh Thủy Nhung Hiền Huyền Mai Vân Hồng Hạnh Yến Loan Nhi Hường Phượng Nguyệt";
const GIVEN_MALE: &str =
    "Hùng Dũng Tuấn Minh Hải Bình Cường Sơn Nam Thắng Hưng Thành Long Quang Đức Hiếu Trung Huy Phong Tiến Nghĩa Trường";
const PLACES: &str = "Phú_Lộc Phú_Vang An_Hòa Kim_Sơn A_Lưới Quảng_Điền Hương_Thủy Phong_Thọ";

/// Chiefly with their usual abbreviations; one in thirty is written out and too long.
#[rustfmt::skip]
const AGENCIES: &[(&str, usize)] = &[
    ("UBND tỉnh Hương Giang", 140), ("Ủy ban nhân dân tỉnh Hương Giang", 6), ("Sở Giáo dục và Đào tạo", 250), ("Sở Y tế", 70),
    ("Ủy ban nhân dân xã {}", 260), ("UBND phường {}", 80), ("Ủy ban nhân dân phường {}", 40), ("UBND thành phố {}", 60),
    ("Sở Nông nghiệp và Môi trường", 50), ("Sở Văn hóa và Thể thao", 30), ("Sở Lao động - Thương binh và Xã hội", 4),
    ("Ban Quản lý Khu kinh tế, công nghiệp tỉnh", 3), ("Sở Khoa học và Công nghệ", 15), ("Sở Nội vụ", 8), ("Sở Tư pháp", 8),
];

#[rustfmt::skip]
const POSITIONS: &[(&str, usize)] = &[
    ("Giáo viên", 190), ("Giáo viên mầm non", 90), ("Giáo viên THCS", 110), ("Giáo viên THPT", 70), ("Chuyên viên", 130), ("Chuyên viên chính", 30), ("Bác sĩ", 50), ("Điều dưỡng", 60),
    ("Kế toán viên", 40), ("Văn thư viên", 25), ("Kỹ thuật viên", 25), ("Kỹ sư", 20), ("Hiệu trưởng", 25), ("Phó Hiệu trưởng", 35),
    ("Giám đốc", 10), ("Phó Giám đốc", 20), ("Trưởng phòng", 20), ("Phó Trưởng phòng", 30), ("Chánh Văn phòng", 3),
    ("Phó Chánh Văn phòng", 4), ("Phó Chi cục trưởng", 3), ("Thanh tra viên", 10), ("Thanh tra viên chính", 3),
    ("Chuyên viên cao cấp", 1), ("Nhân viên thư viện", 4), ("Nhân viên nấu ăn", 8), ("Bảo vệ", 20), ("Lái xe", 12), ("Tạp vụ", 10),
    ("Phó Chủ tịch Ủy ban nhân dân", 2), ("Chủ tịch Ủy ban nhân dân", 1),
];
