//! Who works in which kind of unit: titles, trades and the share of women.

/// Who works in a kind of unit: titles from the head down, and the share of women.
pub(super) struct Ladder {
    pub(super) head: &'static str,
    pub(super) deputy: &'static str,
    /// Head and deputy of a division within the unit, if it has divisions.
    pub(super) division: Option<(&'static str, &'static str)>,
    /// Civil servants and public employees, by weight.
    pub(super) staff: &'static [(&'static str, u32)],
    /// People under contract, by weight.
    pub(super) contract: &'static [(&'static str, u32)],
    /// Women in a hundred.
    pub(super) women: u32,
}

const CONTRACT: &[(&str, u32)] = &[("Lái xe", 40), ("Bảo vệ", 30), ("Tạp vụ", 22), ("Nhân viên kỹ thuật", 8)];
const SCHOOL_CONTRACT: &[(&str, u32)] = &[("Bảo vệ", 60), ("Tạp vụ", 25), ("Nhân viên nấu ăn", 15)];
const CARE_CONTRACT: &[(&str, u32)] = &[("Hộ lý", 35), ("Bảo vệ", 25), ("Lái xe", 20), ("Nhân viên nấu ăn", 20)];
const SITE_CONTRACT: &[(&str, u32)] =
    &[("Nhân viên bảo vệ di tích", 35), ("Nhân viên kỹ thuật", 25), ("Nhân viên bán vé", 20), ("Tạp vụ", 20)];

const ADMINISTRATIVE: &[(&str, u32)] = &[
    ("Chuyên viên", 66),
    ("Chuyên viên chính", 14),
    ("Thanh tra viên", 4),
    ("Kế toán viên", 4),
    ("Văn thư viên", 4),
    ("Lưu trữ viên", 2),
    ("Cán sự", 5),
    ("Chuyên viên cao cấp", 1),
];
const CENTRE_STAFF: &[(&str, u32)] = &[
    ("Chuyên viên", 40),
    ("Kỹ sư", 22),
    ("Kỹ thuật viên", 14),
    ("Kế toán viên", 8),
    ("Văn thư viên", 5),
    ("Thủ quỹ", 3),
    ("Nhân viên", 8),
];
const TEACHERS: &[(&str, u32)] = &[
    ("Giáo viên", 88),
    ("Kế toán viên", 3),
    ("Văn thư viên", 2),
    ("Nhân viên thư viện", 3),
    ("Nhân viên thiết bị", 2),
    ("Nhân viên y tế học đường", 2),
];

pub(super) const OFFICE: Ladder = Ladder {
    head: "Giám đốc",
    deputy: "Phó Giám đốc",
    division: Some(("Trưởng phòng", "Phó Trưởng phòng")),
    staff: ADMINISTRATIVE,
    contract: CONTRACT,
    women: 42,
};
pub(super) const CHIEF_OFFICE: Ladder =
    Ladder { head: "Chánh Văn phòng", deputy: "Phó Chánh Văn phòng", ..OFFICE };
pub(super) const INSPECTORATE: Ladder = Ladder {
    head: "Chánh Thanh tra",
    deputy: "Phó Chánh Thanh tra",
    staff: &[
        ("Thanh tra viên", 60),
        ("Thanh tra viên chính", 20),
        ("Chuyên viên", 14),
        ("Kế toán viên", 3),
        ("Văn thư viên", 3),
    ],
    ..OFFICE
};
pub(super) const BOARD: Ladder = Ladder { head: "Trưởng ban", deputy: "Phó Trưởng ban", ..OFFICE };
pub(super) const DISTRICT: Ladder =
    Ladder { head: "Chủ tịch Ủy ban nhân dân", deputy: "Phó Chủ tịch Ủy ban nhân dân", ..OFFICE };
pub(super) const SUB_DEPARTMENT: Ladder =
    Ladder { head: "Chi cục trưởng", deputy: "Phó Chi cục trưởng", women: 36, ..OFFICE };
pub(super) const ASSOCIATION: Ladder =
    Ladder { head: "Chủ tịch Hội", deputy: "Phó Chủ tịch Hội", division: None, women: 45, ..OFFICE };
pub(super) const FOREST: Ladder = Ladder {
    head: "Giám đốc",
    deputy: "Phó Giám đốc",
    division: Some(("Hạt trưởng", "Phó Hạt trưởng")),
    staff: &[
        ("Kiểm lâm viên", 76),
        ("Kiểm lâm viên chính", 6),
        ("Kỹ sư lâm nghiệp", 8),
        ("Chuyên viên", 5),
        ("Kế toán viên", 3),
        ("Văn thư viên", 2),
    ],
    contract: &[("Nhân viên bảo vệ rừng", 60), ("Lái xe", 25), ("Tạp vụ", 15)],
    women: 14,
};
pub(super) const CENTRE: Ladder = Ladder { staff: CENTRE_STAFF, ..OFFICE };
pub(super) const INSTITUTE: Ladder = Ladder {
    head: "Viện trưởng",
    deputy: "Phó Viện trưởng",
    staff: &[
        ("Nghiên cứu viên", 40),
        ("Kiến trúc sư", 20),
        ("Kỹ sư", 25),
        ("Chuyên viên", 8),
        ("Kế toán viên", 4),
        ("Văn thư viên", 3),
    ],
    ..OFFICE
};
pub(super) const SOCIAL: Ladder = Ladder {
    staff: &[
        ("Nhân viên công tác xã hội", 50),
        ("Điều dưỡng", 24),
        ("Y sĩ", 8),
        ("Chuyên viên", 9),
        ("Kế toán viên", 5),
        ("Văn thư viên", 4),
    ],
    contract: CARE_CONTRACT,
    women: 62,
    ..OFFICE
};
pub(super) const NOTARY: Ladder = Ladder {
    head: "Trưởng phòng",
    deputy: "Phó Trưởng phòng",
    division: None,
    staff: &[("Công chứng viên", 55), ("Chuyên viên", 25), ("Kế toán viên", 12), ("Văn thư viên", 8)],
    ..OFFICE
};
pub(super) const NOTARY_AND_LEGAL: Ladder = Ladder {
    staff: &[("Trợ giúp viên pháp lý", 70), ("Chuyên viên", 18), ("Kế toán viên", 7), ("Văn thư viên", 5)],
    ..OFFICE
};
pub(super) const CULTURE: Ladder = Ladder {
    staff: &[
        ("Hướng dẫn viên văn hóa", 22),
        ("Di sản viên", 18),
        ("Phương pháp viên", 14),
        ("Thư viện viên", 8),
        ("Diễn viên", 10),
        ("Huấn luyện viên", 8),
        ("Chuyên viên", 12),
        ("Kế toán viên", 5),
        ("Văn thư viên", 3),
    ],
    contract: SITE_CONTRACT,
    women: 50,
    ..OFFICE
};
pub(super) const BROADCASTER: Ladder = Ladder {
    staff: &[
        ("Phóng viên", 38),
        ("Biên tập viên", 24),
        ("Phát thanh viên", 10),
        ("Kỹ thuật viên", 20),
        ("Kế toán viên", 5),
        ("Văn thư viên", 3),
    ],
    women: 46,
    ..OFFICE
};
pub(super) const COLLEGE: Ladder = Ladder {
    head: "Hiệu trưởng",
    deputy: "Phó Hiệu trưởng",
    division: Some(("Trưởng khoa", "Phó Trưởng khoa")),
    staff: &[
        ("Giảng viên", 70),
        ("Giảng viên chính", 12),
        ("Chuyên viên", 9),
        ("Kế toán viên", 3),
        ("Thư viện viên", 3),
        ("Văn thư viên", 3),
    ],
    contract: SCHOOL_CONTRACT,
    women: 54,
};
pub(super) const UPPER_SECONDARY: Ladder = Ladder {
    head: "Hiệu trưởng",
    deputy: "Phó Hiệu trưởng",
    division: Some(("Tổ trưởng chuyên môn", "Tổ phó chuyên môn")),
    staff: TEACHERS,
    contract: SCHOOL_CONTRACT,
    women: 62,
};
pub(super) const LOWER_SECONDARY: Ladder = Ladder { women: 68, ..UPPER_SECONDARY };
pub(super) const PRIMARY: Ladder = Ladder { women: 80, ..UPPER_SECONDARY };
pub(super) const KINDERGARTEN: Ladder = Ladder {
    staff: &[("Giáo viên mầm non", 88), ("Kế toán viên", 5), ("Văn thư viên", 4), ("Nhân viên y tế học đường", 3)],
    contract: &[("Nhân viên nấu ăn", 60), ("Bảo vệ", 40)],
    women: 97,
    ..UPPER_SECONDARY
};
pub(super) const TEACHING_CENTRE: Ladder =
    Ladder { head: "Giám đốc", deputy: "Phó Giám đốc", women: 50, ..UPPER_SECONDARY };
pub(super) const HOSPITAL: Ladder = Ladder {
    head: "Giám đốc",
    deputy: "Phó Giám đốc",
    division: Some(("Trưởng khoa", "Phó Trưởng khoa")),
    staff: &[
        ("Bác sĩ", 24),
        ("Điều dưỡng", 36),
        ("Hộ sinh", 8),
        ("Dược sĩ", 8),
        ("Y sĩ", 8),
        ("Kỹ thuật viên y", 8),
        ("Kế toán viên", 4),
        ("Chuyên viên", 2),
        ("Văn thư viên", 2),
    ],
    contract: CARE_CONTRACT,
    women: 64,
};
pub(super) const HEALTH_STATION: Ladder = Ladder {
    head: "Trưởng trạm",
    deputy: "Phó Trưởng trạm",
    division: None,
    staff: &[("Y sĩ", 34), ("Điều dưỡng", 26), ("Hộ sinh", 22), ("Dược sĩ", 10), ("Bác sĩ", 8)],
    contract: CONTRACT,
    women: 66,
};
