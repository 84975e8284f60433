//! A document as it is written down once, for both formats.

use crate::block::Block;

/// An official document. `Document::default()` is an empty one; every part that stays empty is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What stands above the title.
    pub header: Header,
    /// The kind of document in capitals: «TỜ TRÌNH». Without one it is a letter, and `about` stands below the number as «V/v …».
    pub title: String,
    /// The summary below the title.
    pub about: String,
    /// «Kính gửi:».
    pub to: Vec<String>,
    /// From the legal bases to the last sentence.
    pub body: Vec<Block>,
    /// One at the right beside «Nơi nhận:», or two or three side by side, the receiving list below them.
    pub signatures: Vec<Signature>,
    /// «Nơi nhận:».
    pub recipients: Vec<String>,
    /// How the pages lie.
    pub orientation: Orientation,
    /// Size of the running text.
    pub size: TextSize,
    /// A line at the foot of every page: the version of a printed record.
    pub stamp: String,
    /// When the file is written. With it the PDF file is one for the archive (PDF/A-2a), which must bear a date; without it neither file
    /// bears one.
    pub written: Option<Moment>,
    /// Lists and annexes: each begins a page, and its pages are numbered on their own.
    pub attachments: Vec<Attachment>,
}

/// What stands above the title (30/2020/NĐ-CP, Phụ lục I, mục II).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The agency above the issuing one.
    pub superior: String,
    /// The issuing agency.
    pub agency: String,
    /// Number and symbol, without «Số:»: «12/TTr-SNV».
    pub number: String,
    /// Where it was issued: «Đà Lạt».
    pub place: String,
    /// When; without a day the line is left to be filled in by hand.
    pub day: Option<Day>,
}

/// A day of the calendar. It is written as it is given: whoever has the date answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// How pages lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    /// 210 × 297 mm.
    #[default]
    Portrait,
    /// 297 × 210 mm: ledgers.
    Landscape,
}

/// The size of the running text, which the other sizes follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    /// 13 points.
    Thirteen,
    /// 14 points.
    #[default]
    Fourteen,
}

/// Who signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// In which capacity, line by line: «KT. GIÁM ĐỐC», «PHÓ GIÁM ĐỐC».
    pub capacity: Vec<String>,
    /// A remark below, in italics: «(Ký, ghi rõ họ tên)».
    pub note: String,
    /// Full name, below the space for the signature.
    pub name: String,
}

impl Signature {
    /// Who signs in a capacity of their own.
    pub fn new(capacity: impl Into<String>, name: impl Into<String>) -> Self {
        Signature { capacity: vec![capacity.into()], note: String::new(), name: name.into() }
    }

    /// In the name of a body that decides together («TM. ỦY BAN NHÂN DÂN»).
    #[must_use]
    pub fn on_behalf_of(self, body: &str) -> Self {
        self.above("TM.", body)
    }

    /// In the place of the head («KT. GIÁM ĐỐC»), by the deputy.
    #[must_use]
    pub fn in_place_of(self, head: &str) -> Self {
        self.above("KT.", head)
    }

    /// By order of the head («TL. GIÁM ĐỐC»), by the head of a unit below.
    #[must_use]
    pub fn by_order_of(self, head: &str) -> Self {
        self.above("TL.", head)
    }

    /// With the head's written authority («TUQ. GIÁM ĐỐC»).
    #[must_use]
    pub fn by_authority_of(self, head: &str) -> Self {
        self.above("TUQ.", head)
    }

    /// Sets the remark below the capacity.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn above(mut self, mark: &str, whom: &str) -> Self {
        self.capacity.insert(0, format!("{mark} {whom}"));
        self
    }
}

/// A list or annex that follows a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// «DANH SÁCH …».
    pub title: String,
    /// «(Kèm theo Tờ trình số …)», in italics.
    pub about: String,
    /// What it holds.
    pub body: Vec<Block>,
    /// Who signs it, if it is signed of its own.
    pub signatures: Vec<Signature>,
    /// How its pages lie.
    pub orientation: Orientation,
}

/// A moment, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}
