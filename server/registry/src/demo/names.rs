//! People's names with roughly the frequencies of central Vietnam.

use model::person::Sex;

use super::Dice;

/// A full name in NFC.
pub(super) fn full_name(dice: &mut Dice, sex: Sex) -> String {
    loop {
        let name = match dice.below(1000) {
            0..12 => highland(dice, sex),
            12..16 => royal(dice, sex),
            _ => common(dice, sex),
        };
        if !FAMOUS.contains(&name.as_str()) {
            return name;
        }
    }
}

/// Mailbox name: given name after the initials, in ASCII (`Nguyễn Thị Hường` → `nthuong`).
pub(super) fn mailbox(name: &str) -> String {
    let mut mailbox = String::with_capacity(24);
    let mut words = name.split(' ').peekable();
    while let Some(word) = words.next() {
        let letters = word.chars().flat_map(char::to_lowercase).filter_map(ascii);
        mailbox.extend(letters.take(if words.peek().is_some() { 1 } else { usize::MAX }));
    }
    mailbox
}

fn common(dice: &mut Dice, sex: Sex) -> String {
    let surname = dice.pick_weighted(SURNAMES);
    let (middle, given) = match sex {
        Sex::Male => (dice.pick_weighted(MIDDLE_MALE), dice.pick_early(GIVEN_MALE)),
        Sex::Female => (dice.pick_weighted(MIDDLE_FEMALE), dice.pick_early(GIVEN_FEMALE)),
    };
    // “Thị Thu Hương”: the second of two middle names, if it is not the given name again
    let second = match sex {
        Sex::Female if middle == "Thị" && dice.percent(45) => dice.pick_early(SECOND_FEMALE),
        _ => "",
    };
    let second = if second == given { "" } else { second };
    join(&[surname, if middle == given { "" } else { middle }, second, given])
}

/// Names of the old royal clan: the longest that occur.
fn royal(dice: &mut Dice, sex: Sex) -> String {
    match sex {
        Sex::Male => {
            let surname = dice.pick(&["Tôn Thất", "Nguyễn Phước", "Nguyễn Phước Vĩnh", "Nguyễn Phước Bửu"]);
            join(&[surname, dice.pick_early(GIVEN_MALE)])
        }
        Sex::Female => {
            let surname = dice.pick(&["Tôn Nữ", "Công Tằng Tôn Nữ", "Công Huyền Tôn Nữ", "Nguyễn Phước Tôn Nữ"]);
            let (middle, second) = (dice.pick(&["", "Thị"]), dice.pick(SECOND_FEMALE));
            let given = dice.pick_early(GIVEN_FEMALE);
            join(&[surname, middle, if second == given { "" } else { second }, given])
        }
    }
}

/// Names of the peoples of the mountains: apostrophes, clan names at the end, one word.
fn highland(dice: &mut Dice, sex: Sex) -> String {
    let clan = dice.pick(&["Niê", "Mlô", "Êban", "Ayŭn", "Kbuôr", "Byă", "Niê Kdăm", "Buôn Yă"]);
    match (dice.below(20), sex) {
        (0, _) => dice.pick(&["Blúp", "Rơi", "Krưn", "Zút", "Thương", "Kăn"]).to_owned(),
        (1..7, Sex::Female) => {
            let given = dice.pick(&["Liên", "Bun", "Wiên", "Yuôn", "Mri", "Duyên", "Bliă", "Nương"]);
            format!("H'{given} {clan}")
        }
        (1..7, Sex::Male) => {
            let given = dice.pick(&["Bhăm", "Wơn", "Jut", "Blô", "Khuê", "Drai", "Krông", "Mơ"]);
            format!("Y {given} {clan}")
        }
        (7..12, _) => {
            let surname = dice.pick(&["Alăng", "Pơloong", "Zơrâm", "Bh'riu", "A Rất", "Ta Dưr", "Bnướch"]);
            let middle = if sex == Sex::Female { "Thị" } else { "" };
            let given = dice.pick(&["Nhớ", "Búp", "Brao", "Nhới", "Mướt", "Đhối", "Tơi", "Crôn"]);
            join(&[surname, middle, given])
        }
        _ => {
            let middle = if sex == Sex::Female { "Thị" } else { "Văn" };
            let given = dice.pick(&["A Lếch", "Kăn Rêu", "Ta Pay", "Nghé", "Pỉnh", "A Nun", "Hoài", "Tíu"]);
            join(&[dice.pick(&["Hồ", "Hồ", "Viên", "Kê", "Lê"]), middle, given])
        }
    }
}

fn join(words: &[&str]) -> String {
    let mut name = String::with_capacity(40);
    for word in words.iter().filter(|word| !word.is_empty()) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    name
}

/// A lower-case letter without its marks; `None` for what is no letter of these names.
fn ascii(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' => letter,
        'à' | 'á' | 'ả' | 'ã' | 'ạ' | 'ă' | 'ằ' | 'ắ' | 'ẳ' | 'ẵ' | 'ặ' | 'â' | 'ầ' | 'ấ' | 'ẩ' | 'ẫ' | 'ậ' => {
            'a'
        }
        'đ' => 'd',
        'è' | 'é' | 'ẻ' | 'ẽ' | 'ẹ' | 'ê' | 'ề' | 'ế' | 'ể' | 'ễ' | 'ệ' => 'e',
        'ì' | 'í' | 'ỉ' | 'ĩ' | 'ị' => 'i',
        'ò' | 'ó' | 'ỏ' | 'õ' | 'ọ' | 'ô' | 'ồ' | 'ố' | 'ổ' | 'ỗ' | 'ộ' | 'ơ' | 'ờ' | 'ớ' | 'ở' | 'ỡ' | 'ợ' => {
            'o'
        }
        'ù' | 'ú' | 'ủ' | 'ũ' | 'ụ' | 'ư' | 'ừ' | 'ứ' | 'ử' | 'ữ' | 'ự' | 'ŭ' => 'u',
        'ỳ' | 'ý' | 'ỷ' | 'ỹ' | 'ỵ' => 'y',
        _ => return None,
    })
}

#[rustfmt::skip]
const SURNAMES: &[(&str, u32)] = &[
    ("Nguyễn", 350), ("Trần", 110), ("Lê", 95), ("Phạm", 58), ("Phan", 46), ("Hoàng", 42), ("Võ", 42), ("Hồ", 32),
    ("Đặng", 30), ("Trương", 22), ("Ngô", 20), ("Bùi", 18), ("Đỗ", 14), ("Dương", 14), ("Đoàn", 13), ("Huỳnh", 12),
    ("Mai", 9), ("Cao", 9), ("Hà", 9), ("Đinh", 9), ("Vũ", 8), ("Trịnh", 8), ("Đào", 6), ("Lý", 5), ("Thái", 5),
    ("Lâm", 5), ("Lương", 5), ("Châu", 4), ("Văn", 4), ("Tôn Thất", 1), ("Phùng", 3), ("Tạ", 2), ("Tống", 2), ("Bạch", 2),
    ("La", 1), ("Hứa", 1), ("Hầu", 1), ("Đồng", 1), ("Lại", 1), ("Kiều", 1), ("Nghiêm", 1), ("Doãn", 1), ("Âu", 1),
    ("Ông", 1), ("Ưng", 1),
];

#[rustfmt::skip]
const MIDDLE_MALE: &[(&str, u32)] = &[
    ("Văn", 260), ("Đình", 75), ("Hữu", 70), ("Xuân", 60), ("Đức", 60), ("Quang", 60), ("Minh", 55), ("Công", 45),
    ("Thanh", 45), ("Ngọc", 40), ("Bá", 25), ("Viết", 25), ("Duy", 30), ("Anh", 25), ("Trọng", 20), ("Quốc", 35),
    ("Hoàng", 30), ("Thế", 15), ("Mạnh", 12), ("Tiến", 15), ("Phước", 15), ("Nhật", 12), ("Khắc", 10), ("Sỹ", 6),
    ("Như", 6), ("Hải", 8), ("Trung", 8), ("", 35),
];

#[rustfmt::skip]
const MIDDLE_FEMALE: &[(&str, u32)] = &[
    ("Thị", 620), ("Ngọc", 45), ("Thanh", 40), ("Thu", 25), ("Thùy", 30), ("Phương", 35), ("Minh", 35), ("Quỳnh", 20),
    ("Diệu", 25), ("Khánh", 18), ("Hoàng", 15), ("Mỹ", 15), ("Bảo", 12), ("Kim", 15), ("Hồng", 15), ("Ánh", 6),
    ("Như", 12), ("Lan", 6), ("Hà", 6), ("", 15),
];

const SECOND_FEMALE: &[&str] = &[
    "Thanh", "Thu", "Ngọc", "Kim", "Hồng", "Minh", "Mỹ", "Bích", "Phương", "Diệu", "Thùy", "Mai", "Hoài", "Lan",
    "Tuyết", "Cẩm", "Như", "Kiều", "Bảo", "Quỳnh", "Xuân", "Ánh", "Tường", "Ái",
];

#[rustfmt::skip]
const GIVEN_FEMALE: &[&str] = &[
    "Hương", "Hà", "Trang", "Lan", "Phương", "Thảo", "Hằng", "Nga", "Linh", "Thủy", "Nhung", "Hiền", "Huyền", "Mai", "Anh",
    "Vân", "Hồng", "Hạnh", "Yến", "Ngọc", "Thu", "Loan", "Nhi", "Hoa", "Tâm", "Oanh", "Dung", "Trâm", "Liên", "Thanh",
    "Ngân", "Thúy", "My", "Quỳnh", "Châu", "Giang", "Hường", "Uyên", "Tuyết", "Phượng", "Duyên", "Xuân", "Trinh", "Vy",
    "Minh", "Chi", "Huệ", "Nguyệt", "Thương", "Quyên", "Ánh", "Diệp", "Bình", "Lý", "Tú", "Như", "Kiều", "Sương", "Khánh",
    "Tiên", "Nhàn", "Trúc", "Diễm", "Lệ", "Thơ", "Thắm", "Tuyền", "Vinh", "Cúc", "Đào", "Lài", "Na", "Trà", "Thơm", "Mận",
    "Liễu", "Phúc", "Ái", "Bé", "Gái", "Nữ", "Khanh", "Diệu", "Hòa", "Hậu", "Thuận", "Ý", "Lựu", "Nhạn", "Én", "Ơn", "Út",
];

#[rustfmt::skip]
const GIVEN_MALE: &[&str] = &[
    "Hùng", "Dũng", "Tuấn", "Minh", "Hải", "Anh", "Bình", "Cường", "Sơn", "Nam", "Thắng", "Hưng", "Thành", "Long", "Quang",
    "Đức", "Hiếu", "Trung", "Tùng", "Huy", "Phong", "Hoàng", "Tiến", "Phương", "Dương", "Hòa", "Lâm", "Vinh", "Phúc",
    "Khánh", "Toàn", "Tú", "Nghĩa", "Việt", "Thanh", "Đạt", "Kiên", "Quân", "Trường", "Vũ", "Linh", "Tâm", "Thái", "Hiền",
    "Nhân", "Châu", "Lộc", "Quốc", "Khoa", "Bảo", "Thịnh", "Tài", "Phước", "Đông", "Hà", "Giang", "Thông", "Chiến", "Duy",
    "Nhật", "Tân", "Tín", "Hậu", "Lợi", "Thuận", "Hiệp", "Quý", "Mạnh", "Phú", "An", "Ngọc", "Khôi", "Thiện", "Trí", "Chung",
    "Công", "Sang", "Thọ", "Chính", "Luân", "Lực", "Nguyên", "Ninh", "Danh", "Hào", "Hiển", "Huân", "Lập", "Tường", "Vương",
    "Quyết", "Chương", "Ân", "Toản", "Thường", "Sỹ", "Xuân", "Hợp", "Ý", "Cảnh", "Thuyên", "Ất", "Ẩn", "Ước",
];

/// Names that the lists above could make and that everyone would take for one well-known person.
#[rustfmt::skip]
const FAMOUS: &[&str] = &[
    "Bùi Thanh Sơn", "Bùi Tiến Dũng", "Cao Bá Quát", "Dương Văn Minh", "Đặng Văn Lâm", "Đặng Thu Thảo", "Đào Hồng Lan",
    "Đào Duy Anh", "Đinh Tiến Dũng", "Đinh Thế Huynh", "Đỗ Duy Mạnh", "Đỗ Mười", "Đỗ Văn Chiến", "Đoàn Văn Hậu",
    "Hà Huy Tập", "Hồ Đức Phớc", "Hồ Hoàng Anh", "Hồ Văn Cường", "Hồ Xuân Hương", "Hoàng Xuân Vinh", "Hoàng Trung Hải",
    "Hoàng Quốc Việt", "Huỳnh Văn Nghệ", "Lâm Quang Mỹ", "Lê Công Vinh", "Lê Đức Anh", "Lê Đức Thọ", "Lê Duẩn",
    "Lê Hồng Anh", "Lê Hồng Phong", "Lê Lợi", "Lê Minh Hưng", "Lê Minh Khái", "Lê Quang Đạo", "Lê Quang Liêm",
    "Lê Thành Long", "Lê Trọng Tấn", "Lê Văn Duyệt", "Lê Văn Thành", "Lương Cường", "Lương Xuân Trường", "Mai Văn Chính",
    "Mai Phương Thúy", "Ngô Bảo Châu", "Ngô Xuân Lịch", "Nguyễn Công Phượng", "Nguyễn Đức Cảnh", "Nguyễn Duy Ngọc",
    "Nguyễn Hòa Bình", "Nguyễn Huệ", "Nguyễn Hữu Cảnh", "Nguyễn Hữu Thọ", "Nguyễn Kim Ngân", "Nguyễn Kim Sơn",
    "Nguyễn Minh Châu", "Nguyễn Ngọc Ngạn", "Nguyễn Nhật Ánh", "Nguyễn Phương Thảo", "Nguyễn Quang Hải",
    "Nguyễn Quốc Toản", "Nguyễn Thanh Nghị", "Nguyễn Thị Ánh Viên", "Nguyễn Thị Bình", "Nguyễn Thị Định",
    "Nguyễn Thị Kim Ngân", "Nguyễn Thị Minh Khai", "Nguyễn Thị Phương Thảo", "Nguyễn Tiến Linh", "Nguyễn Văn Hùng",
    "Nguyễn Văn Linh", "Nguyễn Văn Quyết", "Nguyễn Văn Thiệu", "Nguyễn Văn Toàn", "Nguyễn Xuân Phúc", "Nguyễn Xuân Thắng",
    "Phạm Duy", "Phạm Hương", "Phạm Hùng", "Phạm Minh Chính", "Phạm Thị Thanh Trà", "Phạm Xuân Ẩn", "Phan Châu Trinh",
    "Phan Đình Trạc", "Phan Thị Kim Phúc", "Phan Thị Mỹ Tâm", "Phan Văn Đức", "Phan Văn Giang", "Phan Văn Khải",
    "Tôn Thất Tùng", "Tôn Thất Thuyết", "Tôn Thất Đạm", "Trần Cẩm Tú", "Trần Đức Lương", "Trần Hồng Hà", "Trần Phú",
    "Trần Quang Khải", "Trần Quốc Tuấn", "Trần Quốc Toản", "Trần Quốc Vượng", "Trần Thanh Mẫn", "Trần Văn Giàu",
    "Trần Văn Trà", "Trịnh Công Sơn", "Trương Hòa Bình", "Trương Mỹ Hoa", "Trương Thị Mai", "Văn Cao", "Văn Tiến Dũng",
    "Võ Văn Kiệt", "Võ Văn Thưởng", "Vũ Đức Đam",
];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use model::text::{PersonName, fold};

    use super::*;

    fn names(sex: Sex, count: usize) -> Vec<String> {
        let mut dice = Dice::new(5, 0);
        (0..count).map(|_| full_name(&mut dice, sex)).collect()
    }

    #[test]
    fn every_name_is_one_that_the_registry_takes() {
        for sex in [Sex::Male, Sex::Female] {
            for name in names(sex, 20_000) {
                assert_eq!(PersonName::parse(&name).unwrap().as_str(), name, "already clean");
                assert!(!FAMOUS.contains(&name.as_str()));
            }
        }
    }

    #[test]
    fn names_are_as_frequent_as_in_life() {
        let names = names(Sex::Female, 20_000);
        let share = |test: &dyn Fn(&str) -> bool| names.iter().filter(|name| test(name)).count() as f64 / 20_000.0;
        assert!((0.31..0.38).contains(&share(&|name| name.starts_with("Nguyễn "))));
        assert!((0.5..0.7).contains(&share(&|name| name.contains(" Thị "))));
        assert!((0.001..0.01).contains(&share(&|name| name.contains('\''))));
        assert!((0.000_1..0.002).contains(&share(&|name| !name.contains(' '))));
        assert!(share(&|name| name.split(' ').count() >= 6) > 0.000_1);
        let mut times = HashMap::new();
        for name in &names {
            *times.entry(name).or_insert(0) += 1;
        }
        assert!(times.len() > 10_000, "{} different names", times.len());
    }

    #[test]
    fn a_mailbox_is_plain_ascii() {
        assert_eq!(mailbox("Nguyễn Thị Hường"), "nthuong");
        assert_eq!(mailbox("H'Bliă Niê Kdăm"), "hnkdam");
        assert_eq!(mailbox("Ưng Đình Ẩn"), "udan");
        for name in names(Sex::Female, 5_000).into_iter().chain(names(Sex::Male, 5_000)) {
            let last = name.rsplit(' ').next().unwrap();
            let mailbox = mailbox(&name);
            assert!(mailbox.ends_with(&fold(last)), "{name} {mailbox}");
            assert!(mailbox.bytes().all(|byte| byte.is_ascii_lowercase()));
        }
    }
}
